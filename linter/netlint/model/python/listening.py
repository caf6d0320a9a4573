"""Places where Python code waits for connections: at which address, and for how long it keeps one that nobody uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.knowledge.python_servers import SAME_SERVERS, SERVER_CALLS
from netlint.model.call_ends import Listening
from netlint.model.limits import UNKNOWN, Limit
from netlint.model.python.names import entity_of
from netlint.model.python.texts import joined, texts_in
from netlint.model.python.timeouts import limit_of_seconds
from netlint.model.python.values import argument_of, values_of
from netlint.model.templates import Address
from netlint.python.syntax import Attribute, Call, Constant, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.knowledge.python_servers import ServerCall
    from netlint.model.python.code import PythonCode, PythonProgram, PythonScope
    from netlint.python.syntax import Expression
    from netlint.source import Span


def listenings(python: PythonCode, program: PythonProgram) -> tuple[Listening, ...]:
    """Every place where the judged code waits for connections; what a server command does in its place is left out."""
    if program.server:
        return python.keep("python listenings beside a server", lambda: tuple(_listenings(python, with_main=False)))
    return python.keep("python listenings", lambda: tuple(_listenings(python, with_main=True)))


def _listenings(python: PythonCode, *, with_main: bool) -> Iterator[Listening]:
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            form = _form_of(python, call, scope)
            if form is not None and (with_main or not form.is_main):
                yield _listening(python, call, form, scope)


def _form_of(python: PythonCode, call: Call, scope: PythonScope) -> ServerCall | None:
    entity = entity_of(python, call.function, scope)
    if isinstance(entity, str):
        return SERVER_CALLS.get(SAME_SERVERS.get(entity, entity))
    callee = call.function
    if not isinstance(callee, Attribute) or callee.name not in _METHODS:
        return None
    for value in values_of(python, callee.operand, scope):
        if isinstance(value.expression, Call) and value.scope is not None:
            maker = entity_of(python, value.expression.function, value.scope)
            if isinstance(maker, str) and (form := SERVER_CALLS.get(f"{SAME_SERVERS.get(maker, maker)}.{callee.name}")) is not None:
                return form
    return None


_METHODS = frozenset(name.rpartition(".")[2] for name in SERVER_CALLS)


def _listening(python: PythonCode, call: Call, form: ServerCall, scope: PythonScope) -> Listening:
    address = argument_of(call, *form.address).argument if form.address is not None else None
    if address is not None:
        span, addresses = scope.span(address.value.start, address.value.end), tuple(_of_address(python, address.value, scope))
    else:
        span, addresses = _of_host_and_port(python, call, form, scope)
    return Listening(form.kind, scope, span, tuple(dict.fromkeys(addresses)), idle=_idle(python, call, form, scope))


def _of_address(python: PythonCode, given: Expression, scope: PythonScope) -> Iterator[Address]:
    for value in values_of(python, given, scope):
        if isinstance(value.expression, Sequence) and value.expression.kind == "tuple" and value.scope is not None:
            items = value.expression.items or ()
            if len(items) == 2:
                yield from joined(python, (items[0], ":", items[1]), value.scope)
            return
    yield from texts_in(python, given, scope)


def _of_host_and_port(python: PythonCode, call: Call, form: ServerCall, scope: PythonScope) -> tuple[Span, tuple[Address, ...]]:
    """Where the port is given, or else the host, or else what is called; and the addresses."""
    callee = call.function
    whole = scope.span(callee.name_start if isinstance(callee, Attribute) else callee.start, callee.end)
    given = {name: argument_of(call, *place) if place is not None else None for name, place in (("host", form.host), ("port", form.port))}
    if any(item is not None and item.state == "unknown" for item in given.values()):
        return whole, ()
    host, port = (
        item.argument.value if item is not None and item.argument is not None else None for item in (given["host"], given["port"])
    )
    if isinstance(host, Constant):
        host = None
    if host is None and port is None:
        number = form.default[1]
        return whole, () if number is None else (Address((f"{form.default[0]}:{number}",), whole, scope),)
    place = port if port is not None else host
    assert place is not None
    parts = (host if host is not None else form.default[0], ":", port if port is not None else _text(form.default[1]))
    return scope.span(place.start, place.end), joined(python, parts, scope)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _idle(python: PythonCode, call: Call, form: ServerCall, scope: PythonScope) -> Limit:
    if form.idle is None:
        return UNKNOWN
    name, seconds = form.idle
    given = argument_of(call, name)
    if given.argument is not None:
        return limit_of_seconds(python, given.argument.value, scope, name)
    return Limit("known", int(seconds * 1_000_000_000), None, name) if given.state == "absent" else UNKNOWN
