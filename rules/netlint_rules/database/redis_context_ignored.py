"""The deadline of a Redis command does not end it: go-redis looks at contexts only when its options say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import Spoken, set_field
from netlint.model.code.caches import bounded_commands, read_timeout
from netlint.model.code.settings import field_value, identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.caches import Command


def check(model: Model) -> Iterator[Finding]:
    """``ContextTimeoutEnabled`` "controls whether the client respects context timeouts and deadlines" (go-redis ``options.go``)."""
    reported = set()
    for command in bounded_commands(model.code):
        waits = read_timeout(model.code, command.options)
        is_ignored = field_value(model.code, command.options, "ContextTimeoutEnabled").state == "absent"
        if is_ignored and waits is not None and command.deadline < waits and identity(command.options.origin) not in reported:
            reported.add(identity(command.options.origin))
            yield _finding(command, waits)


def _finding(command: Command, waits: int) -> Finding:
    deadline, limit = show_duration(Nanoseconds(command.deadline)), show_duration(Nanoseconds(waits))
    bounding, where = command.bounding
    return RULE.finding(
        command.options.span,
        message=f"ContextTimeoutEnabled is off: a command with a deadline of {deadline} still waits {limit} for its answer",
        why="A Redis that is slow or gone holds every caller for ReadTimeout, however short the deadline of its context is",
        help="Set ContextTimeoutEnabled: true",
        subject=Subject.function(command.options.function),
        related=[
            Related(command.function.span(command.call.function), "is given a context with a deadline"),
            Related(where.span(bounding), f"sets the deadline of {deadline}"),
        ],
        fix=set_field(command.options, "ContextTimeoutEnabled", Spoken("true", ()), safe=False),
    )


RULE = Rule(
    name="redis-context-ignored",
    family="database",
    layer=1,
    summary="The deadline of a Redis command does not end it: go-redis looks at contexts only when its options say so",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
