"""An http.TimeoutHandler gives up after the server's WriteTimeout, too late for its answer to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.numbers import duration_of
from netlint_rules.http_server._writes import WriteLimit, limited_handlers, registered, write_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.handlers import Handler
    from netlint.model.code.settings import Place


def check(model: Model) -> Iterator[Finding]:
    """``WriteTimeout`` counts from the end of the request's headers (Go ``net/http/server.go:1024``): the earlier of the two wins."""
    for limit in write_limits(model.code):
        seen: set[Place] = set()
        for handler in limited_handlers(model.code, limit):
            for place in handler.limits:
                duration = duration_of(model.code, place.expression, place.function)
                if duration is not None and duration >= limit.duration and place not in seen:
                    seen.add(place)
                    yield _finding(limit, handler, place, show_duration(Nanoseconds(duration)))


def _finding(limit: WriteLimit, handler: Handler, place: Place, shown: str) -> Finding:
    return RULE.finding(
        place.span,
        message=f"http.TimeoutHandler answers 503 after {shown}, and the server's WriteTimeout of {limit.shown} is over by then",
        why="What is written after WriteTimeout goes nowhere: the client sees EOF instead of 503 Service Unavailable, also when both are "
        "equal",
        help=f"Give TimeoutHandler less than {limit.shown}, or raise WriteTimeout above {shown}, with a second or more to write the answer "
        "in",
        subject=Subject.function(place.function),
        related=[Related(limit.place.span, f"WriteTimeout of {limit.shown}"), *registered(handler)],
    )


RULE = Rule(
    name="timeout-handler-after-write-timeout",
    family="http_server",
    layer=11,
    summary="An http.TimeoutHandler gives up after the server's WriteTimeout, too late for its answer to be sent",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
