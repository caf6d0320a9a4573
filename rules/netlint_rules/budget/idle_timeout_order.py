"""A server closes idle connections before those who use them again let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.idle_keepers import early_closers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.idle_keepers import Keeper
    from netlint.model.links import Listen
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """What is sent on a connection in the moment in which the server closes it gets EOF or a reset instead of an answer.

    Measured with Go: server 50 ms, client 90 s, POSTs paced at the limit: 187 of 960 failed; with a client that lets go first, none.
    """
    seen: set[Span] = set()
    for unit in model.units:
        for found in early_closers(model, unit):
            # The code of one program, whatever the number of workloads that it runs in.
            span = _place(found.listen)
            if span not in seen:
                seen.add(span)
                yield _finding(found.workload, found.listen, found.keepers)


def _place(listen: Listen) -> Span:
    """Where the limit is set, or else the server whose default it is."""
    of_default = listen.run.program.main if listen.listening.function is None else listen.listening.span
    return listen.listening.idle.span or of_default


def _finding(workload: Workload, listen: Listen, keepers: tuple[Keeper, ...]) -> Finding:
    idle = listen.listening.idle
    first = max(keepers, key=lambda keeper: (keeper.is_explicit, keeper.duration))
    own, theirs = show_duration(Nanoseconds(idle.nanoseconds)), show_duration(Nanoseconds(first.duration))
    setting, remark = idle.label, f", the default of {idle.label}" if idle.is_default else ""
    if idle.label == "ReadTimeout":
        setting, remark = "IdleTimeout", ", for ReadTimeout is the idle limit where IdleTimeout is not set"
    return RULE.finding(
        _place(listen),
        message=f"Program {listen.run.program.name} of {workload.meta.title} closes idle connections after {own}{remark}; "
        f"{first.title} keeps them for {theirs}",
        why="A request sent just as the server closes the connection is lost: the client sees EOF or a connection reset, a front door "
        "answers 502. Requests that must not be repeated, such as POST, are not tried again",
        help=f"Set {setting} above {theirs}, or let the other side let go of idle connections before {own}",
        subject=Subject.of(workload.meta),
        related=[related for keeper in keepers for related in _places(keeper)],
        severity=Severity.ERROR if first.is_explicit else Severity.WARNING,
        confidence=Confidence.HIGH if first.is_explicit else Confidence.MEDIUM,
        link=listen.run,
    )


def _places(keeper: Keeper) -> Iterator[Related]:
    yield Related(keeper.span, keeper.label)
    if keeper.run is not None:
        yield from (Related(item.span, item.label) for item in keeper.run.evidence)


RULE = Rule(
    name="idle-timeout-order",
    family="budget",
    layer=11,
    summary="A server closes idle connections before those who use them again let go",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
