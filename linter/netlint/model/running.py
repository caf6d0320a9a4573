"""Which workloads run a piece of code: the programs that it may be part of, and the containers they run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span


def workloads_running(model: Model, unit: Unit, span: Span) -> tuple[Workload, ...]:
    """The workloads of the unit whose programs the code at a place may run in; none where no program is known to run."""
    # What links stand on is not imported where there are only manifests.
    from netlint.model.languages import may_run_in, place_at
    from netlint.model.runs import runs

    known = runs(model, unit)
    place = place_at(model, span) if known else None
    if place is None:
        return ()
    found = {id(run.workload): run.workload for run in known if may_run_in(model, run, place, span.start)}
    return tuple(found.values())
