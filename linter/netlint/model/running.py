"""Which workloads run a piece of code: the programs that a function may be part of, and the containers they run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.units import Unit
    from netlint.source import Span


def function_at(code: Code, span: Span) -> GoFunction | None:
    """The function that a place stands in; what a package's variables are set to counts as one for each file."""
    functions = code.keep("functions by file", lambda: _functions_by_file(code)).get(span.path, ())
    inside = [item for item in functions if not item.is_global and item.declaration.start <= span.start < item.declaration.end]
    return inside[0] if inside else next((item for item in functions if item.is_global), None)


def _functions_by_file(code: Code) -> Mapping[str, tuple[GoFunction, ...]]:
    found: dict[str, list[GoFunction]] = {}
    for function in code.functions:
        found.setdefault(function.file.path, []).append(function)
    return {path: tuple(functions) for path, functions in found.items()}


def workloads_running(model: Model, unit: Unit, span: Span) -> tuple[Workload, ...]:
    """The workloads of the unit whose programs the code at a place may run in; none where no program is known to run."""
    # What links stand on is not imported where there are only manifests.
    from netlint.model.runs import runs
    from netlint.model.subcommands import may_run_in

    known = runs(model, unit)
    function = function_at(model.code, span) if known else None
    if function is None:
        return ()
    found = {id(run.workload): run.workload for run in known if may_run_in(model.code, run, function, span.start)}
    return tuple(found.values())
