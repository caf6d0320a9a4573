"""Calls of gRPC methods in Python code, through stubs and channels that are in view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.python.names import entity_of
from netlint.model.python.values import Value, argument_of, values_of
from netlint.python.syntax import Attribute, Await, Call, Constant, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Argument
    from netlint.source import Span

_STUB: Final = re.compile(r"(?:.*\.)?\w+_pb2_grpc\.\w+Stub")
_CHANNELS: Final = frozenset(f"grpc.{part}{name}_channel" for part in ("", "aio.") for name in ("insecure", "secure"))
_METHOD: Final = re.compile(r"[A-Z]\w*")


class Rpc(NamedTuple):
    """A call of a method that answers once, with no ``timeout``. ``argument`` is ``timeout=None`` where that is written."""

    method: str
    scope: PythonScope
    call: Call
    argument: Argument | None

    @property
    def span(self) -> Span:
        """The method's name."""
        callee = self.call.function
        return self.scope.span(callee.name_start if isinstance(callee, Attribute) else callee.start, callee.end)


def unlimited_rpcs(python: PythonCode) -> Iterator[Rpc]:
    """Every call in the judged code that nothing limits: grpcio 1.85.3 ``grpc/__init__.py``, UnaryUnaryMultiCallable: ``timeout=None``."""
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            callee = call.function
            if not isinstance(callee, Attribute) or not _METHOD.fullmatch(callee.name) or not call.arguments:
                continue
            given = argument_of(call, "timeout", 1)
            is_none = given.argument is not None and isinstance(given.argument.value, Constant) and given.argument.value.value is None
            if (given.state == "absent" or is_none) and _is_plain_stub(python, callee, scope) and not _may_be_stream(call, scope):
                yield Rpc(callee.name, scope, call, given.argument)


def _is_plain_stub(python: PythonCode, callee: Attribute, scope: PythonScope) -> bool:
    """Whether a stub is called over a channel that sets no deadlines of its own."""
    made = values_of(python, callee.operand, scope)
    return all(_is_stub(python, value) for value in made)


def _is_stub(python: PythonCode, value: Value) -> bool:
    call, scope = value.expression, value.scope
    if not isinstance(call, Call) or scope is None or not call.arguments:
        return False
    entity = entity_of(python, call.function, scope)
    if not isinstance(entity, str) or not _STUB.fullmatch(entity):
        return False
    return all(_is_plain_channel(python, channel) for channel in values_of(python, call.arguments[0].value, scope))


def _is_plain_channel(python: PythonCode, value: Value) -> bool:
    call, scope = value.expression, value.scope
    if not isinstance(call, Call) or scope is None or entity_of(python, call.function, scope) not in _CHANNELS:
        return False
    # Options may bring a service configuration, which may set deadlines.
    return all(argument_of(call, name, position).state == "absent" for name, position in (("options", 2), ("interceptors", 4)))


def _may_be_stream(call: Call, scope: PythonScope) -> bool:
    """Whether what the call gives is gone over, or handed on, so that it may be a stream."""
    names = {
        item.target.text
        for item in scope.facts.bindings
        if isinstance(item.target, Name) and (item.value is call or (isinstance(item.value, Await) and item.value.value is call))
    }
    taken = (*scope.facts.iterated, *(item.value for other in scope.facts.calls for item in other.arguments), *scope.facts.returns)
    return any(item is call or (isinstance(item, Name) and item.text in names and item in scope.facts.iterated) for item in taken)
