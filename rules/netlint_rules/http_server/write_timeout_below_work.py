"""A handler may wait longer than the server's WriteTimeout, and then answers in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.numbers import duration_of
from netlint.model.code.work import work_of
from netlint_rules.http_server._writes import WriteLimit, limited_handlers, registered, write_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.handlers import Handler
    from netlint.model.code.work import Work

_KINDS = {"request": "sends a request that may take {}", "context": "waits for up to {}", "sleep": "sleeps for {}"}


def check(model: Model) -> Iterator[Finding]:
    """``WriteTimeout`` stops neither the handler nor its context: what it writes later is lost (measured)."""
    for limit in write_limits(model.code):
        found = [
            (work, handler)
            for handler in limited_handlers(model.code, limit)
            if not _answers_in_time(model.code, handler, limit)
            for work in work_of(model.code, handler)
            if work.duration >= limit.duration
        ]
        if found:
            yield _finding(limit, *max(found, key=lambda pair: pair[0].duration))


def _answers_in_time(code: Code, handler: Handler, limit: WriteLimit) -> bool:
    """Whether a ``TimeoutHandler`` around the handler may answer before ``WriteTimeout``."""
    durations = [duration_of(code, place.expression, place.function) for place in handler.limits]
    return any(duration is None or duration < limit.duration for duration in durations)


def _finding(limit: WriteLimit, work: Work, handler: Handler) -> Finding:
    longest = show_duration(Nanoseconds(work.duration))
    what = _KINDS[work.kind].format(longest)
    where = f" for {handler.pattern}" if handler.pattern else ""
    related = [Related(work.place.span, f"{longest} at most"), *registered(handler)]
    if work.kind == "request":
        related.append(Related(work.call.span, "waits for it"))
    related += [Related(call.span, "calls what waits") for call in work.calls]
    return RULE.finding(
        limit.place.span,
        message=f"WriteTimeout is {limit.shown}, and the handler{where} {what}",
        why=f"WriteTimeout does not stop the handler: when it answers after {limit.shown}, the connection is closed without a word of the "
        "answer, and the client sees EOF, not an error of the handler",
        help=f"Raise WriteTimeout above {longest}, or bound the handler below {limit.shown}, with http.TimeoutHandler or a shorter limit",
        subject=Subject.function(limit.place.function),
        related=related,
    )


RULE = Rule(
    name="write-timeout-below-work",
    family="http_server",
    layer=11,
    summary="A handler may wait longer than the server's WriteTimeout, and then answers in vain",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
