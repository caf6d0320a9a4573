"""How long a handler lets itself take, by the limits that it sets on what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Name, Selector
from netlint.model.code.contexts import DEADLINES, DERIVING, ROOTS
from netlint.model.code.handlers import calls_in, parts_of
from netlint.model.code.numbers import duration_of
from netlint.model.code.requests import requests
from netlint.model.code.settings import Place, field_value
from netlint.model.code.types import callee_of
from netlint.model.code.values import Origin, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.handlers import Handler, Part
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.requests import Request

_MAX_DEPTH: Final = 8
_INCOMING: Final = "net/http.Request.Context"
_ENDLESS: Final = 1 << 62
"""Stands for no limit among nanoseconds."""


class Work(NamedTuple):
    """Something that a handler waits for, for at most ``duration`` nanoseconds.

    ``kind``: ``request`` (an HTTP request), ``context`` (whatever is called with a context) or ``sleep``. ``place`` is where the limit is
    written, ``call`` what is waited for or makes the context; ``calls`` lead from the handler to the function of ``call``.
    """

    kind: str
    duration: int
    place: Place
    call: Place
    calls: tuple[Place, ...]


def work_of(code: Code, handler: Handler) -> Iterator[Work]:
    """What a handler waits for before it answers, where the limit is known."""
    by_call = code.keep("requests by call", lambda: {id(request.call): request for request in requests(code)})
    for part in parts_of(code, handler):
        calls = tuple(Place(call, function) for call, function in part.calls)
        for call in calls_in(part.block):
            place = Place(call, part.function)
            if id(call) in by_call:
                yield from _work_of_request(code, by_call[id(call)], handler, calls)
            name = callee_of(code, call, part.function).name
            if name in DEADLINES and "Timeout" in name and len(call.arguments) >= 2 and _is_waited_for(code, call, part):
                own = duration_of(code, call.arguments[1], part.function)
                if own is not None and own <= _limit_of(code, call.arguments[0], part.function, handler):
                    yield Work("context", own, Place(call.arguments[1], part.function), place, calls)
            elif name == "time.Sleep" and call.arguments:
                slept = duration_of(code, call.arguments[0], part.function)
                if slept is not None:
                    yield Work("sleep", slept, Place(call.arguments[0], part.function), place, calls)


def _work_of_request(code: Code, request: Request, handler: Handler, calls: tuple[Place, ...]) -> Iterator[Work]:
    """Of a request: the time-out of its client, unless its context ends earlier."""
    timeouts = [field_value(code, client, "Timeout") for client in request.clients]
    if request.is_open or request.is_default or not timeouts or any(timeout.value is None or not timeout.places for timeout in timeouts):
        return
    shortest = min(timeouts, key=lambda timeout: timeout.value or 0)
    if shortest.value and shortest.value <= _limit_of_request(code, request, handler):
        yield Work("request", shortest.value, shortest.places[0], Place(request.call, request.function), calls)


def _limit_of_request(code: Code, request: Request, handler: Handler) -> int:
    """The shortest deadline that the request may bring; 0 when that is unknown."""
    if callee_of(code, request.call, request.function).name != "net/http.Client.Do" or not request.call.arguments:
        return _ENDLESS
    return min((_limit_of_made(code, origin, handler) for origin in origins(code, request.call.arguments[0], request.function)), default=0)


def _limit_of_made(code: Code, origin: Origin, handler: Handler) -> int:
    call = origin.node
    if origin.kind != "call" or not isinstance(call, Call) or origin.function is None:
        return 0
    if origin.name == "net/http.NewRequest":
        return _ENDLESS
    if origin.name in ("net/http.NewRequestWithContext", "net/http.Request.WithContext") and call.arguments:
        return _limit_of(code, call.arguments[0], origin.function, handler)
    return 0


def _limit_of(code: Code, context: Expression, function: GoFunction, handler: Handler, depth: int = 0) -> int:
    """The shortest time that a context may leave, whoever calls; 0 when that is unknown."""
    if depth > _MAX_DEPTH:
        return 0
    return min((_limit_of_origin(code, origin, handler, depth) for origin in origins(code, context, function)), default=0)


def _limit_of_origin(code: Code, origin: Origin, handler: Handler, depth: int) -> int:
    call, function = origin.node, origin.function
    if origin.kind != "call" or not isinstance(call, Call) or function is None:
        return 0
    if origin.name == _INCOMING:
        return 0 if handler.is_veiled else _ENDLESS
    if origin.name in ROOTS or origin.name == "context.WithoutCancel":
        return _ENDLESS
    if origin.name in DERIVING and call.arguments:
        return _limit_of(code, call.arguments[0], function, handler, depth + 1)
    if origin.name in DEADLINES and len(call.arguments) >= 2 and "Timeout" in origin.name:
        own = duration_of(code, call.arguments[1], function)
        return 0 if own is None else min(own, _limit_of(code, call.arguments[0], function, handler, depth + 1))
    return 0


def _is_waited_for(code: Code, call: Call, part: Part) -> bool:
    """Whether a call with the derived context is made before the function returns, other than one that shuts a server down."""
    local = next(
        (item.local for item in part.function.body.definitions if item.value is call and item.how == "result" and item.position == 0), None
    )
    if local is None:
        return False
    for other in calls_in(part.block):
        is_shutdown = isinstance(other.function, Selector) and other.function.name in ("Shutdown", "Close", "Stop")
        is_derived = callee_of(code, other, part.function).name.startswith("context.")
        if not is_shutdown and not is_derived and any(isinstance(item, Name) and item.local == local for item in other.arguments):
            return True
    return False
