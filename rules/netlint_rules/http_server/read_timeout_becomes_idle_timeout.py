"""A server closes idle connections after its ReadTimeout, which nobody chose for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import SECOND, Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.model.code.handlers import are_for_few, handlers_of
from netlint.model.code.servers import is_minor, keeps_connections, servers
from netlint.model.code.settings import field_value
from netlint.model.idle_keepers import early_closers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.servers import Server
    from netlint.model.code.settings import Place

_COMMON_IDLE: Final = 60 * SECOND
"""Idle limit of the shortest common reuser of connections, nginx and AWS load balancers; Go's own clients keep them 90 s."""


def check(model: Model) -> Iterator[Finding]:
    """``IdleTimeout`` 0 means ``ReadTimeout`` (Go ``net/http/server.go:3768``)."""
    # Who reuses the connections of these is known, and idle-timeout-order says so.
    told = {found.listen.listening.idle.span for unit in model.units for found in early_closers(model, unit)}
    for server in servers(model.code):
        read = field_value(model.code, server.setting, "ReadTimeout")
        idle = field_value(model.code, server.setting, "IdleTimeout")
        if read.value is None or read.value <= 0 or not read.places or idle.state != "absent":
            continue
        if read.places[0].span not in told and keeps_connections(model.code, server):
            yield _finding(model.code, server, read.value, read.places[0])


def _finding(code: Code, server: Server, limit: int, place: Place) -> Finding:
    shown = show_duration(Nanoseconds(limit))
    is_short = limit < _COMMON_IDLE and not is_minor(code, server) and not are_for_few(handlers_of(code, server))
    related = [Related(server.setting.span, "sets no IdleTimeout")]
    return RULE.finding(
        place.span,
        message=f"This server closes idle connections after {shown}: IdleTimeout is unset, and ReadTimeout ({shown}) stands in for it",
        why="A client that sends its next request just as the server hangs up sees EOF or a reset. Go's clients keep idle connections for "
        f"90 s, nginx and AWS load balancers for 60 s: with {shown} here the server is the one that hangs up, again and again",
        help="Set IdleTimeout above the idle limit of whoever reuses the connections, such as 120 * time.Second",
        subject=Subject.function(server.setting.function),
        related=related,
        severity=None if is_short else Severity.INFO,
        fix=set_field(server.setting, "IdleTimeout", seconds(server.setting.function, 120), safe=True),
    )


RULE = Rule(
    name="read-timeout-becomes-idle-timeout",
    family="http_server",
    layer=11,
    summary="A server closes idle connections after its ReadTimeout, which nobody chose for that",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
