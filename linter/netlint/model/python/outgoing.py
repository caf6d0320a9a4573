"""Places where Python code calls another machine: to which address, and within which limits of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.knowledge.python_clients import IDLE_SECONDS
from netlint.knowledge.python_connections import CONNECTIONS
from netlint.model.call_ends import Outgoing
from netlint.model.limits import UNKNOWN, Limit
from netlint.model.python.code import PythonScope
from netlint.model.python.names import entity_of
from netlint.model.python.requests import requests
from netlint.model.python.texts import addresses_of, joined, texts_in
from netlint.model.python.timeouts import limit_of_seconds
from netlint.model.python.values import Value, argument_of, values_of
from netlint.python.syntax import Attribute, Call, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.knowledge.python_connections import ConnectionForm
    from netlint.model.python.code import PythonCode
    from netlint.model.python.requests import Client, Request
    from netlint.model.templates import Address
    from netlint.python.syntax import Expression


def outgoing(python: PythonCode) -> tuple[Outgoing, ...]:
    """Every place where the judged code calls another machine."""
    return python.keep("python outgoing", lambda: tuple(_outgoing(python)))


def _outgoing(python: PythonCode) -> Iterator[Outgoing]:
    for request in requests(python):
        yield from _of_request(python, request)
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            entity = entity_of(python, call.function, scope)
            form = CONNECTIONS.get(entity) if isinstance(entity, str) else None
            if form is not None:
                yield _of_connection(python, call, form, scope)


# -- HTTP


def _of_request(python: PythonCode, request: Request) -> Iterator[Outgoing]:
    """One for each set of limits that the request may be sent under."""
    scope, call = request.scope, request.call
    addresses = tuple(dict.fromkeys(_addresses_of_request(python, request)))
    looks_up_within = request.library == "aiohttp" or request.name.startswith("httpx.AsyncClient")
    for limits in request.timeouts:
        yield Outgoing(
            kind="http",
            function=scope,
            span=scope.span(call.start, call.end),
            addresses=addresses,
            deadline=limits.total,
            dial=limits.connect,
            idle=_idle(python, request),
            read=limits.read,
            # Of the others the look-up is a call of the system that nothing in Python ends.
            bounds_look_up=looks_up_within,
        )


def _addresses_of_request(python: PythonCode, request: Request) -> Iterator[Address]:
    """The URL; one that is a path only is put behind the base URL of the client."""
    own = addresses_of(python, request.url, request.scope)
    bases = [address for client in request.clients for address in _base_urls(python, client)]
    yield from bases if bases and all(_is_path(address) for address in own) else own


def _is_path(address: Address) -> bool:
    return address.template[:1] == () or (isinstance(address.template[0], str) and "://" not in address.template[0])


def _base_urls(python: PythonCode, client: Client) -> tuple[Address, ...]:
    given = argument_of(client.call, "base_url").argument
    return addresses_of(python, given.value, client.scope) if given is not None else ()


def _idle(python: PythonCode, request: Request) -> Limit:
    """How long the client keeps a connection that nobody uses, where it lives longer than one call."""
    found = {_idle_of(python, client) for client in request.clients}
    return found.pop() if len(found) == 1 else UNKNOWN


def _idle_of(python: PythonCode, client: Client) -> Limit:
    if client.name not in IDLE_SECONDS or not _lives_on(client):
        return UNKNOWN
    argument, maker, inner, position, seconds = IDLE_SECONDS[client.name]
    default = Limit("known", seconds * 1_000_000_000, None, maker.partition(".")[0])
    given = argument_of(client.call, argument)
    if given.argument is None:
        return default if given.state == "absent" else UNKNOWN
    match values_of(python, given.argument.value, client.scope):
        case (Value(expression=Call() as call, scope=PythonScope() as scope),) if entity_of(python, call.function, scope) == maker:
            limit = argument_of(call, inner, position)
            if limit.argument is not None:
                return limit_of_seconds(python, limit.argument.value, scope, inner)
            return default if limit.state == "absent" else UNKNOWN
    return UNKNOWN


def _lives_on(client: Client) -> bool:
    """Whether the client is kept in a module or an object, so that later calls use its connections again."""
    kept = [item for item in client.scope.facts.bindings if item.value is client.call and item.kind == "assign"]
    return any(isinstance(item.target, Attribute) or client.scope.facts.kind == "module" for item in kept)


# -- other connections


def _of_connection(python: PythonCode, call: Call, form: ConnectionForm, scope: PythonScope) -> Outgoing:
    dial = argument_of(call, form.dial).argument if form.dial else None
    limit = limit_of_seconds(python, dial.value, scope, form.dial, form.dial_unit) if dial is not None else UNKNOWN
    addresses = tuple(dict.fromkeys(_addresses_of_connection(python, call, form, scope)))
    span = scope.span(call.start, call.end)
    return Outgoing(form.kind, scope, span, addresses, form.default_port, UNKNOWN, limit, bounds_look_up=form.kind == "lookup")


def _addresses_of_connection(python: PythonCode, call: Call, form: ConnectionForm, scope: PythonScope) -> Iterator[Address]:
    address = argument_of(call, *form.address).argument if form.address is not None else None
    host = argument_of(call, *form.host).argument if form.host is not None else None
    port = argument_of(call, *form.port).argument if form.port is not None else None
    if address is not None:
        yield from _of_address(python, address.value, port.value if port is not None else None, scope)
    elif host is not None:
        yield from joined(python, (host.value, ":", port.value) if port is not None else (host.value,), scope)


def _of_address(python: PythonCode, given: Expression, port: Expression | None, scope: PythonScope) -> Iterator[Address]:
    """Of a text with host and port, a list of such, or a pair of both."""
    for value in values_of(python, given, scope):
        if isinstance(value.expression, Sequence) and value.expression.kind == "tuple" and value.scope is not None:
            items = value.expression.items or ()
            if len(items) == 2:
                yield from joined(python, (items[0], ":", items[1]), value.scope)
            return
    for address in texts_in(python, given, scope):
        is_whole = port is None or any(isinstance(part, str) and ("://" in part or ":" in part) for part in address.template)
        if is_whole:
            yield address
        else:
            yield from joined(python, (given, ":", port), scope)
