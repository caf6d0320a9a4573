"""What a ``timeout`` argument says: how long a connect, one read, and the whole call may take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.durations import Nanoseconds
from netlint.knowledge.python_clients import DEFAULT_SECONDS
from netlint.model.limits import NONE, UNKNOWN, Limit, set_limit
from netlint.model.python.names import entity_of
from netlint.model.python.texts import addresses_of
from netlint.model.python.values import Value, argument_of, number_of, values_of
from netlint.model.templates import Address, Input
from netlint.python.syntax import Binary, Call, Constant, Name, Number, Sequence

if TYPE_CHECKING:
    from netlint.knowledge.python_clients import Library
    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Expression
    from netlint.source import Span


class Timeouts(NamedTuple):
    """Limits of a request: of one connection attempt, of one wait for bytes, and of the whole call. ``span`` is where they are said.

    ``is_decided``: somebody limits one of them and writes for another one that it has no limit, as is right for what lasts.
    """

    connect: Limit
    read: Limit
    total: Limit
    span: Span | None = None
    is_decided: bool = False

    @property
    def is_unbounded(self) -> bool:
        """Whether a server that says nothing is waited for without end, and nobody seems to want that."""
        return not self.is_decided and self.read.state == "none" and self.total.state == "none"


UNLIMITED: Final = Timeouts(NONE, NONE, NONE)
NOT_KNOWN: Final = Timeouts(UNKNOWN, UNKNOWN, UNKNOWN)


def _default(seconds: float | None, library: str) -> Limit:
    return set_limit(None if seconds is None else Nanoseconds(int(seconds * 1_000_000_000)), library)


DEFAULTS: Final = {
    library: Timeouts(_default(connect, library), _default(read, library), _default(total, library))
    for library, (connect, read, total) in DEFAULT_SECONDS.items()
}
"""What libraries set by themselves; the others set nothing."""
_ABSENT: Final = "absent"
_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


def timeouts_of(python: PythonCode, expression: Expression, scope: PythonScope, library: Library) -> tuple[Timeouts, ...]:
    """Everything that a ``timeout`` may say to a request of ``library``."""
    return tuple(dict.fromkeys(_timeouts(python, value, library) for value in values_of(python, expression, scope)))


def _timeouts(python: PythonCode, value: Value, library: Library) -> Timeouts:
    if value.expression is None or value.scope is None:
        return NOT_KNOWN
    match value.expression:
        case Constant(value=None):
            return UNLIMITED._replace(span=value.span)
        case Number() | Binary() | Call(function=Name(text="int" | "float")):
            limit = _limit(python, value.expression, value.scope)
            return Timeouts(limit, limit, limit if library == "aiohttp" else NONE, value.span)
        case Sequence(kind="tuple", items=items) if items is not None and library in ("requests", "httpx"):
            # requests: (connect, read); httpx: (connect, read, write, pool).
            if len(items) >= 2:
                connect, read = _limit(python, items[0], value.scope), _limit(python, items[1], value.scope)
                return _decided(Timeouts(connect, read, NONE, value.span), connect, read)
        case Call():
            return _of_object(python, value.expression, value, value.scope)
    return NOT_KNOWN


def _of_object(python: PythonCode, call: Call, value: Value, scope: PythonScope) -> Timeouts:
    match entity_of(python, call.function, scope):
        case "httpx.Timeout":
            every = _argument(python, call, scope, "timeout", 0)
            connect, read = (_argument(python, call, scope, name) for name in ("connect", "read"))
            return _decided(Timeouts(_either(connect, every), _either(read, every), NONE, value.span), every, connect, read)
        case "aiohttp.ClientTimeout":
            total, connect, read = (
                _argument(python, call, scope, name, at) for name, at in (("total", 0), ("connect", 1), ("sock_read", 2))
            )
            return _decided(Timeouts(_either(connect), _either(read), _either(total), value.span), total, connect, read)
        case "urllib3.Timeout":
            total, connect, read = (_argument(python, call, scope, name, at) for name, at in (("total", 0), ("connect", 1), ("read", 2)))
            # ``total`` bounds the connect and each wait, not the whole body: urllib3 ``util/timeout.py``, read_timeout.
            return Timeouts(_either(connect, total), _either(read, total), NONE, value.span)
    return NOT_KNOWN


def _decided(timeouts: Timeouts, *given: Limit | None) -> Timeouts:
    """``given``: what is written; a ``None`` that is written beside a limit is a decision."""
    states = {limit.state for limit in given if limit is not None}
    return timeouts._replace(is_decided="none" in states and len(states) > 1)


def _argument(python: PythonCode, call: Call, scope: PythonScope, name: str, position: int = -1) -> Limit | None:
    """The limit that an argument gives; None when there is no such argument."""
    given = argument_of(call, name, position)
    if given.argument is not None:
        return _limit(python, given.argument.value, scope)
    return None if given.state == _ABSENT else UNKNOWN


def _either(*limits: Limit | None) -> Limit:
    """The first one that is given; without any there is none."""
    return next((limit for limit in limits if limit is not None), NONE)


def _limit(python: PythonCode, expression: Expression, scope: PythonScope) -> Limit:
    found = values_of(python, expression, scope)
    if all(isinstance(value.expression, Constant) and value.expression.value is None for value in found):
        return NONE
    return limit_of_seconds(python, expression, scope, "timeout")


def limit_of_seconds(python: PythonCode, expression: Expression, scope: PythonScope, label: str, unit: float = 1) -> Limit:
    """The limit that a number of ``unit`` seconds is, also one that is given from outside.

    Whether 0 is none, or fails, differs from library to library: it is unknown.
    """
    span, nanoseconds = scope.span(expression.start, expression.end), int(unit * 1_000_000_000)
    number = number_of(expression, python, scope)
    if number is not None:
        return Limit("known", int(number * nanoseconds), span, label) if 0 < number < 1e9 else UNKNOWN
    match expression:
        case Call(function=Name(text="int" | "float"), arguments=[argument]):
            return _limit_of_input(python, argument.value, scope, Limit("unknown", 0, span, label, input_unit=nanoseconds))
    return UNKNOWN


def _limit_of_input(python: PythonCode, expression: Expression, scope: PythonScope, limit: Limit) -> Limit:
    """The limit that a variable gives, and that its default is."""
    match addresses_of(python, expression, scope):
        case (Address(template=(Input(default=default) as part,)),):
            match default:
                case (str() as text,) if _NUMBER.fullmatch(text):
                    known = float(text)
                case _:
                    known = 0
            state: Literal["known", "unknown"] = "known" if known else "unknown"
            return limit._replace(state=state, nanoseconds=int(known * limit.input_unit), is_changeable=True, input=part)
    return UNKNOWN
