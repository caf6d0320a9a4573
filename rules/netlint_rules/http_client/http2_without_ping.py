"""HTTP/2 connections are never checked, so a dead one takes every request that is given to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Call, FunctionLiteral
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.settings import field_value, is_left_to_others, is_true, may_be_true, setting_of, settings
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.settings import Setting
    from netlint.source import Span

_CONFIGURED: Final = (1, 24)
"""From this version of Go on ``http.Transport`` has the field HTTP2."""
_OLD: Final = "golang.org/x/net/http2"
_NEW_CURE: Final = "HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second}"
_OLD_CURE: Final = "ReadIdleTimeout: 30 * time.Second on the http2.Transport that http2.ConfigureTransports returns"


def check(model: Model) -> Iterator[Finding]:
    """``SendPingTimeout`` 0 sends no ping (Go ``net/http/http.go``, HTTP2Config); ``ReadIdleTimeout`` is its name in x/net."""
    yield from _of_own_transports(model.code)
    yield from _of_configured(model.code)
    yield from _of_standard_transports(model.code)


def _of_own_transports(code: Code) -> Iterator[Finding]:
    """``http2.Transport{}``, and what ``http2.ConfigureTransports`` returns."""
    for transport in settings(code, f"{_OLD}.Transport"):
        idle = field_value(code, transport, "ReadIdleTimeout")
        if idle.state == "absent" and idle.is_zero and not _has_given_connection(code, transport):
            yield _finding(transport.span, transport.function, "ReadIdleTimeout: 30 * time.Second on the http2.Transport")


def _has_given_connection(code: Code, transport: Setting) -> bool:
    """Whether its hook dials nothing, but hands out a connection that is there already: a pipe, a tunnel."""
    for hook in ("DialTLSContext", "DialTLS"):
        for place in field_value(code, transport, hook).places:
            for origin in origins(code, place.expression, place.function):
                literal, function = origin.node, origin.function
                if isinstance(literal, FunctionLiteral) and function is not None:
                    called = [callee_of(code, node, function).name for node in nodes_of(literal) if isinstance(node, Call)]
                    return not any("dial" in name.lower() for name in called)
    return False


def _of_configured(code: Code) -> Iterator[Finding]:
    """``http2.ConfigureTransport(t)``, which gives nothing back to set it on."""
    for _, call, function, _ in judged(code, calls_of(code, (f"{_OLD}.ConfigureTransport",))):
        if len(call.arguments) == 1:
            given = [setting_of(code, origin) for origin in origins(code, call.arguments[0], function)]
            if given and all(item is not None and field_value(code, item, "HTTP2").state == "absent" for item in given):
                yield _finding(function.span(call.function), function, _OLD_CURE)


def _of_standard_transports(code: Code) -> Iterator[Finding]:
    """``ForceAttemptHTTP2: true``, where somebody asked for HTTP/2."""
    configured = {
        setting_of(code, origin)
        for _, call, function, _ in calls_of(code, (f"{_OLD}.ConfigureTransport", f"{_OLD}.ConfigureTransports"))
        if call.arguments
        for origin in origins(code, call.arguments[0], function)
    }
    for transport in settings(code, "net/http.Transport"):
        forced, options = field_value(code, transport, "ForceAttemptHTTP2"), field_value(code, transport, "HTTP2")
        if not is_true(forced) or not (options.state == "absent" or is_left_to_others(code, transport, "HTTP2")) or transport in configured:
            continue
        closes = field_value(code, transport, "DisableKeepAlives")
        if may_be_true(closes) and not is_left_to_others(code, transport, "DisableKeepAlives"):
            continue
        place = forced.places[0]
        has_options = place.function.file.package.go_version >= _CONFIGURED
        yield _finding(place.span, place.function, _NEW_CURE if has_options else _OLD_CURE, transport)


def _finding(span: Span, function: GoFunction, cure: str, transport: Setting | None = None) -> Finding:
    return RULE.finding(
        span,
        message="HTTP/2 connections of this transport are never checked with a ping",
        why="When a connection dies without a word (a node gone, a NAT entry expired), requests go on to use it and time out, "
        "one after the other, until the kernel gives up after some 15 minutes",
        help=f"Set {cure}",
        subject=Subject.function(function),
        related=[] if transport is None or transport.span == span else [Related(transport.span, "sets no pings")],
    )


RULE = Rule(
    name="http2-without-ping",
    family="http_client",
    layer=2,
    summary="HTTP/2 connections are never checked, so a dead one takes every request that is given to it",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
