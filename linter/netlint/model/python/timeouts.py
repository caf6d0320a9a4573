"""What a ``timeout`` argument says: how long a connect, one read, and the whole call may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.model.python.names import entity_of
from netlint.model.python.values import Value, argument_of, number_of, values_of
from netlint.python.syntax import Binary, Call, Constant, Number, Sequence

if TYPE_CHECKING:
    from netlint.knowledge.python_clients import Library
    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Expression
    from netlint.source import Span


class Limit(NamedTuple):
    """A limit of time. ``none``: there provably is none. ``nanoseconds`` is 0 unless it is known."""

    state: Literal["known", "none", "unknown"]
    nanoseconds: int = 0


NONE: Final = Limit("none")
UNKNOWN: Final = Limit("unknown")


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
_ABSENT: Final = "absent"


def timeouts_of(python: PythonCode, expression: Expression, scope: PythonScope, library: Library) -> tuple[Timeouts, ...]:
    """Everything that a ``timeout`` may say to a request of ``library``."""
    return tuple(dict.fromkeys(_timeouts(python, value, library) for value in values_of(python, expression, scope)))


def _timeouts(python: PythonCode, value: Value, library: Library) -> Timeouts:
    if value.expression is None or value.scope is None:
        return NOT_KNOWN
    match value.expression:
        case Constant(value=None):
            return UNLIMITED._replace(span=value.span)
        case Number() | Binary():
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
    number = number_of(expression, python, scope)
    # Whether 0 is none, or fails, differs from library to library.
    return Limit("known", int(number * 1_000_000_000)) if number is not None and 0 < number < 1e9 else UNKNOWN
