"""Handlers that may wait longer than those who ask for them, as far as it is sure who does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.code.handlers import handlers_of
from netlint.model.code.numbers import duration_of
from netlint.model.code.patterns import answering, is_below
from netlint.model.code.work import work_of
from netlint.model.doors import doors_before
from netlint.model.edges import edges
from netlint.model.links import listens_of
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.handlers import Handler
    from netlint.model.code.work import Work
    from netlint.model.links import Listen
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span

_AFTER_HOST: Final = re.compile(r"(?:[A-Za-z][\w+.-]*://)?[^/]*(?P<path>/[^?#]*)?")


class Outer(NamedTuple):
    """Who waits for a handler: for how long, by what, and where that is said."""

    title: str
    duration: int
    span: Span
    label: str
    is_written: bool
    run: Run | None


class Overrun(NamedTuple):
    """A handler that may wait for longer than who asked for it."""

    workload: Workload
    listen: Listen
    outer: Outer
    handler: Handler
    work: Work


def overruns(model: Model) -> Iterator[Overrun]:
    """Every overrun, one for each limit of who asks."""
    seen: set[Span] = set()
    for unit in model.units:
        for workload in unit.workloads:
            for listen in listens_of(model, unit, workload):
                for outer, handler in _asked(model, unit, workload, listen):
                    work = _longest(model.code, handler)
                    if work is not None and work.duration > outer.duration and outer.span not in seen:
                        seen.add(outer.span)
                        yield Overrun(workload, listen, outer, handler, work)


def _asked(model: Model, unit: Unit, workload: Workload, listen: Listen) -> Iterator[tuple[Outer, Handler]]:
    """Who asks for which handler of a server, as far as that is sure."""
    server = listen.listening.server
    handlers = handlers_of(model.code, server) if server is not None else ()
    if not handlers:
        return
    for edge in edges(model, unit):
        limit, path = edge.link.outgoing.patience, _AFTER_HOST.match(edge.link.text)
        if edge.listen is not listen or limit.span is None or not limit.nanoseconds:
            continue
        found = answering(handlers, (path and path["path"]) or ("/" if HOLE not in edge.link.text else HOLE))
        if len(found) == 1:
            title = f"the call of {edge.client.meta.title}"
            yield Outer(title, limit.nanoseconds, limit.span, limit.label, is_written=True, run=edge.link.run), found[0]
    for door in doors_before(unit, workload, listen.port) if listen.port else ():
        limit_of_door = door.answer
        if limit_of_door.duration is None:
            continue
        prefixes = [path.text for path in door.backend.paths] or ["/"]
        for handler in handlers:
            if any(is_below(handler, prefix) for prefix in prefixes):
                span = limit_of_door.span or door.evidence
                is_written = limit_of_door.span is not None
                yield Outer(f"{door.kind}", limit_of_door.duration, span, limit_of_door.label, is_written, None), handler


def _longest(code: Code, handler: Handler) -> Work | None:
    """What the handler waits for longest; None where a ``TimeoutHandler`` answers for it."""
    if any(duration_of(code, place.expression, place.function) is not None for place in handler.limits):
        return None
    return max(work_of(code, handler), key=lambda work: work.duration, default=None)
