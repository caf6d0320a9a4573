"""Connections that Python code opens by itself, and whether anything limits that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.python_dials import DIALS
from netlint.model.python.names import entity_of
from netlint.model.python.requests import given_attributes, sets_socket_default
from netlint.model.python.timeouts import timeouts_of
from netlint.model.python.values import argument_of, values_of
from netlint.python.syntax import Attribute, Call, Name, Sequence, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Argument, Expression
    from netlint.source import Span

_LOCAL: Final = re.compile(r"(?i)(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|/.*|)$")


class Dial(NamedTuple):
    """A place where a connection is opened without a limit. ``waits``: it also waits, without end, for the peer to say something.

    ``argument`` is the one that says there is no limit; None where nothing says anything.
    """

    name: str
    scope: PythonScope
    call: Call
    waits: bool
    argument: Argument | None = None

    @property
    def span(self) -> Span:
        """The argument that takes the limit away, or else the last part of what is called."""
        callee = self.call.function
        if self.argument is not None:
            return self.scope.span(self.argument.start, self.argument.end)
        return self.scope.span(callee.name_start if isinstance(callee, Attribute) else callee.start, callee.end)


def unlimited_dials(python: PythonCode) -> Iterator[Dial]:
    """Every place where the judged code opens a connection to another machine that nothing limits."""
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            entity = entity_of(python, call.function, scope)
            if isinstance(entity, str) and entity in DIALS:
                dial = _dial(python, entity, call, scope)
            elif isinstance(call.function, Attribute) and call.function.name == "connect" and len(call.arguments) == 1:
                dial = _connect(python, call, call.function, scope)
            else:
                continue
            if dial is not None:
                yield dial


def _dial(python: PythonCode, name: str, call: Call, scope: PythonScope) -> Dial | None:
    form = DIALS[name]
    host = argument_of(call, "address" if form.address else "host", form.host).argument
    if host is None or _may_be_local(python, host.value, scope):
        return None
    given = argument_of(call, "timeout", form.timeout)
    if given.argument is not None:
        is_unlimited = all(item.is_unbounded for item in timeouts_of(python, given.argument.value, scope, "urllib"))
        return Dial(name, scope, call, form.waits, given.argument) if is_unlimited else None
    is_open = given.state == "unknown" or sets_socket_default(python) or (form.timeout < 0 and _has_further(call, form.host))
    return None if is_open else Dial(name, scope, call, form.waits)


def _has_further(call: Call, host: int) -> bool:
    """Whether so many arguments have no name that one of them may be the time-out: their order differs from version to version."""
    return sum(not item.name for item in call.arguments) > host + 3


def _connect(python: PythonCode, call: Call, callee: Attribute, scope: PythonScope) -> Dial | None:
    """``connect`` of a ``socket.socket`` of TCP that nobody gives a time-out."""
    made = values_of(python, callee.operand, scope)
    if len(made) != 1 or not isinstance(made[0].expression, Call) or made[0].scope is None:
        return None
    maker = made[0].expression
    if entity_of(python, maker.function, made[0].scope) != "socket.socket" or not _is_stream(python, maker, made[0].scope):
        return None
    if sets_socket_default(python) or _may_be_local(python, call.arguments[0].value, scope) or _is_limited(callee.operand, scope):
        return None
    # A socket that is handed on, or is made elsewhere, may have its time-out from there.
    is_handed_on = any(item.value == callee.operand for other in scope.facts.calls for item in other.arguments)
    return None if is_handed_on or made[0].scope is not scope else Dial("socket.socket.connect", scope, call, waits=False)


def _is_stream(python: PythonCode, maker: Call, scope: PythonScope) -> bool:
    """Whether the socket is one of TCP: of the address families of the internet, and of streams, which are the defaults."""
    family, kind = argument_of(maker, "family", 0), argument_of(maker, "type", 1)
    families = family.state == "absent" or _is_one_of(python, family.argument, scope, "socket.AF_INET", "socket.AF_INET6")
    return families and (kind.state == "absent" or _is_one_of(python, kind.argument, scope, "socket.SOCK_STREAM"))


def _is_one_of(python: PythonCode, argument: Argument | None, scope: PythonScope, *names: str) -> bool:
    return argument is not None and entity_of(python, argument.value, scope) in names


_SETTERS: Final = frozenset(("settimeout", "setblocking", "setsockopt"))


def _is_limited(socket: Expression, scope: PythonScope) -> bool:
    """Whether a method is called on the socket that sets its time-out, or an option that may."""
    name = socket.text if isinstance(socket, Name) else socket.name if isinstance(socket, Attribute) else ""
    for place in scope.top.walk():
        for call in place.facts.calls:
            callee = call.function
            if isinstance(callee, Attribute) and callee.name in _SETTERS:
                operand = callee.operand
                if (operand.text if isinstance(operand, Name) else operand.name if isinstance(operand, Attribute) else "") == name:
                    return True
    return any(given_attributes(socket, scope, frozenset(("timeout",))))


def _may_be_local(python: PythonCode, expression: Expression, scope: PythonScope) -> bool:
    """Whether an address, a host or a pair of host and port, may be of this machine."""
    for value in values_of(python, expression, scope):
        host = value.expression
        if isinstance(host, Sequence) and host.items:
            if _may_be_local(python, host.items[0], value.scope or scope):
                return True
        elif isinstance(host, Text) and host.known is not None and _LOCAL.match(host.known):
            return True
    return False
