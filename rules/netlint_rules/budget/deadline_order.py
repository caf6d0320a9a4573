"""Who waits for an answer gives up before the one that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.door_chains import doors_in_a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span
    from netlint_rules.budget._overruns import Overrun

_KINDS: Final = {"request": "its own request", "context": "what it calls", "sleep": "nothing but time"}


def check(model: Model) -> Iterator[Finding]:
    """A handler that may wait longer than those who asked for it works for nobody, and they see a time-out instead of its answer.

    So does a front door behind another one that gives up sooner.

    Sources: Go net/http/client.go (``Timeout`` includes reading the body), the doors' limits in ``knowledge/front_doors.py``.
    """
    if model.code.packages:
        yield from _handlers(model)
    for unit in model.units:
        yield from _doors(unit)


def _handlers(model: Model) -> Iterator[Finding]:
    # Imported where there is code: doors are judged where there are only manifests as well.
    from netlint_rules.budget._overruns import overruns

    for overrun in overruns(model):
        yield _of_handler(overrun)


def _of_handler(overrun: Overrun) -> Finding:
    workload, listen, outer, handler, work = overrun
    own, theirs = show_duration(Nanoseconds(work.duration)), show_duration(Nanoseconds(outer.duration))
    where = f" for {handler.pattern}" if handler.pattern else ""
    related = [Related(work.place.span, f"lets the handler wait {own}"), *(Related(call.span, "calls what waits") for call in work.calls)]
    if outer.run is not None:
        related += [Related(item.span, item.label) for item in outer.run.evidence]
    return RULE.finding(
        outer.span,
        message=f"{outer.label} ends {outer.title} after {theirs}; the handler{where} of program {listen.run.program.name} in "
        f"{workload.meta.title} may wait {own} for {_KINDS[work.kind]}",
        why="Whoever asked has given up before the answer can come: it sees a time-out (a front door answers 504), and the handler works "
        "on for nobody, or is cut off by the closed connection",
        help=f"Let the handler wait for less than {theirs}, or the caller for more than {own}",
        subject=Subject.of(workload.meta),
        related=related,
        confidence=None if outer.is_written else Confidence.MEDIUM,
        link=listen.run,
    )


def _doors(unit: Unit) -> Iterator[Finding]:
    """A front door that gives up before the one behind it does what it was told to wait for."""
    seen: set[tuple[Span, Span]] = set()
    for outer, inner in doors_in_a_row(unit):
        first, second = outer.answer, inner.request if inner.request.span else inner.read
        if first.duration is None or second.duration is None or second.span is None or second.duration <= first.duration:
            continue
        place = first.span or outer.evidence
        if (place, second.span) in seen:
            continue
        seen.add((place, second.span))
        theirs, own = show_duration(first.duration), show_duration(second.duration)
        yield RULE.finding(
            second.span,
            message=f"{inner.route.meta.title} lets {inner.kind} wait {own} for an answer; {outer.kind} in front of it "
            f"({outer.route.meta.title}) gives up after {theirs}{' by default' if first.is_default else ''}",
            why=f"An answer that takes between {theirs} and {own} comes for nobody: the client has seen 504 from {outer.kind}",
            help=f"Set {first.label} of {outer.route.meta.title} above {own}, or wait for less than {theirs} behind it",
            subject=Subject.of(inner.route.meta),
            related=[
                Related(place, f"waits {theirs} ({first.label})"),
                Related(outer.backend.service.span, f"sends to {inner.kind}"),
            ],
            confidence=Confidence.MEDIUM if first.is_default else None,
        )


RULE = Rule(
    name="deadline-order",
    family="budget",
    layer=1,
    summary="Who waits for an answer gives up before the one that makes it",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
