"""A handler streams for as long as its client listens, and the server's WriteTimeout cuts it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import SECOND
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.streams import Stream, stream_of
from netlint_rules.http_server._writes import WriteLimit, limited_handlers, registered, write_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.handlers import Handler

_GENEROUS: Final = 900 * SECOND
"""A limit of a quarter of an hour is no accident."""


class _Text(NamedTuple):
    what: str
    severity: Severity | None = None


_TEXTS: Final = {
    "events": _Text("sends server-sent events"),
    "flushes": _Text("flushes its answer in an endless loop"),
    "proxy without buffer": _Text("is a reverse proxy that passes streams on (FlushInterval -1)"),
    "proxy": _Text("is a reverse proxy, whose answers take as long as those behind it", Severity.INFO),
    "profile": _Text("takes CPU profiles of 30 s by default, which it refuses when they would outlast WriteTimeout", Severity.INFO),
}


def check(model: Model) -> Iterator[Finding]:
    """``WriteTimeout`` is one limit for the whole answer, counted from the end of the request's headers."""
    for limit in write_limits(model.code):
        seen: set[Stream] = set()
        for handler in limited_handlers(model.code, limit):
            stream = stream_of(model.code, handler, limit.duration)
            if stream is not None and stream not in seen:
                seen.add(stream)
                yield _finding(limit, handler, stream)


def _finding(limit: WriteLimit, handler: Handler, stream: Stream) -> Finding:
    text = _TEXTS[stream.kind]
    where = f" for {handler.pattern}" if handler.pattern else ""
    return RULE.finding(
        limit.place.span,
        message=f"WriteTimeout is {limit.shown} for the whole of an answer, and the handler{where} {text.what}",
        why=f"{limit.shown} after the request the connection is closed in the middle of the answer: the client sees unexpected EOF and has "
        "to start anew, each time",
        help="Move the deadline in the handler with http.NewResponseController(w).SetWriteDeadline, or serve it from a server of its own "
        "without WriteTimeout",
        subject=Subject.function(limit.place.function),
        related=[Related(stream.place.span, "streams"), *registered(handler)],
        severity=text.severity or (Severity.INFO if limit.duration >= _GENEROUS else None),
    )


RULE = Rule(
    name="write-timeout-cuts-stream",
    family="http_server",
    layer=11,
    summary="A handler streams for as long as its client listens, and the server's WriteTimeout cuts it off",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
