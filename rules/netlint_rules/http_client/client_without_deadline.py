"""A request leaves without any limit: neither the client nor the request has a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.golang.syntax import Call, Literal, Name, Selector
from netlint.model.code.carriers import stays_local
from netlint.model.code.requests import requests, requests_through
from netlint.model.code.settings import Setting, field_value, is_left_to_others, settings
from netlint.model.code.transports import has_special_connections, transport_number, transport_of
from netlint.model.code.walk import nodes_of
from netlint_rules.http_client._lasting import STREAMS, TRANSFERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.requests import Request


def check(model: Model) -> Iterator[Finding]:
    """``http.Client.Timeout`` 0 is no limit (Go ``net/http/client.go:92-107``), and a request without context brings none."""
    for request in requests(model.code):
        if request.bound.state != "unbounded" or request.is_open or _lasts(model.code, request.function):
            continue
        if all(_has_no_timeout(model.code, client) for client in request.clients):
            carried = {transport_of(model.code, client) for client in request.clients}
            is_given = any(transport.kind == "unknown" for transport in carried)
            if is_given or not any(has_special_connections(model.code, transport) for transport in carried):
                yield _finding(model.code, request, has_given_transport=is_given)
    for client in settings(model.code, "net/http.Client"):
        if not requests_through(model.code, client) and not _lasts(model.code, client.function) and _may_be_unlimited(model.code, client):
            yield _of_client(client)
    if model.python.modules:
        from netlint_rules.http_client._python_requests import check_python

        yield from check_python(model.python, RULE)


def _may_be_unlimited(code: Code, client: Setting) -> bool:
    """Whether nothing in view limits a client that others send through: its time-out, the headers' of its transport, or its connections."""
    if not _has_no_timeout(code, client) and not is_left_to_others(code, client, "Timeout"):
        return False
    transport = transport_of(code, client)
    return not transport_number(code, transport, "ResponseHeaderTimeout").value and (
        transport.kind == "unknown" or not has_special_connections(code, transport)
    )


def _of_client(client: Setting) -> Finding:
    return RULE.finding(
        client.span,
        message="This http.Client has no Timeout, and who sends through it is not in view",
        why="A request whose context has no deadline waits for ever for a server that takes the connection and then says nothing",
        help="Set Timeout on the client, or see to it that every request through it has a context with a deadline",
        subject=Subject.function(client.function),
        severity=Severity.INFO,
        confidence=Confidence.LOW,
    )


def _has_no_timeout(code: Code, client: Setting) -> bool:
    """Whether the client has no time-out, and nobody wrote that it should have none."""
    return field_value(code, client, "Timeout").state == "absent"


def _lasts(code: Code, function: GoFunction) -> bool:
    """Whether the function is about a stream, by its name, by what it asks for or by what it sends: the end of an ``io.Pipe``."""
    return code.keep(("lasts", id(function)), lambda: _is_about_a_stream(function))


def _is_about_a_stream(function: GoFunction) -> bool:
    if STREAMS.search(function.declaration.name):
        return True
    if any(_makes_pipe(call, function) for call in function.body.calls):
        return True
    return any(
        isinstance(node, Literal)
        and node.kind == "string"
        and ("event-stream" in node.text or "watch=" in node.text or "follow=" in node.text)
        for node in nodes_of(function.body.block)
    )


def _makes_pipe(call: Call, function: GoFunction) -> bool:
    callee = call.function
    if not isinstance(callee, Selector) or callee.name != "Pipe" or not isinstance(callee.operand, Name):
        return False
    return function.file.imports.get(callee.operand.text) == "io"


def _finding(code: Code, request: Request, *, has_given_transport: bool) -> Finding:
    callee = request.call.function
    who = _client_text(request)
    limited = any(transport_number(code, transport_of(code, client), "ResponseHeaderTimeout").value for client in request.clients)
    related = [Related(client.span, "has no Timeout") for client in request.clients]
    related += [Related(function.span(call), "brings no deadline") for call, function in request.bound.calls if call is not request.call]
    start = callee.name_start if isinstance(callee, Selector) else callee.start
    only = request.clients[0] if len(request.clients) == 1 and not request.is_default else None
    through_field = any(client.function is not request.function for client in request.clients)
    return RULE.finding(
        request.function.file.span(start, callee.end),
        message=f"{who} sends this request without any deadline: no Timeout on the client, none in the request's context",
        why="A server that takes the connection and then says nothing holds the caller for ever"
        if not limited
        else "ResponseHeaderTimeout ends the wait for the headers, but a body that stalls holds the caller for ever",
        help="Set Timeout on the client, or make the request with http.NewRequestWithContext and a context with a deadline",
        subject=Subject.function(request.function),
        related=related,
        severity=Severity.INFO if has_given_transport or stays_local(code, request) or _is_transfer(request.function) else None,
        confidence=Confidence.LOW if has_given_transport else Confidence.MEDIUM if through_field else None,
        fix=set_field(only, "Timeout", seconds(only.function, 60), safe=False) if only else None,
    )


def _is_transfer(function: GoFunction) -> bool:
    return TRANSFERS.search(function.declaration.name) is not None


def _client_text(request: Request) -> str:
    if request.is_default and not request.clients:
        return "http.DefaultClient"
    callee = request.call.function
    if isinstance(callee, Selector) and isinstance(callee.operand, Name):
        return f"http.Client {callee.operand.text}"
    if isinstance(callee, Selector) and isinstance(callee.operand, Selector):
        return f"http.Client {callee.operand.name}"
    return "An http.Client"


RULE = Rule(
    name="client-without-deadline",
    family="http_client",
    layer=1,
    summary="A request leaves without any limit: neither the client nor the request has a deadline",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
