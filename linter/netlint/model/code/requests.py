"""Requests that leave through an ``http.Client``, each with what bounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.contexts import Bound, request_bound
from netlint.model.code.settings import Setting, identity, setting_of
from netlint.model.code.types import callee_of
from netlint.model.code.values import is_replaced, origins, setters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.types import Callee

_SHORTHANDS: Final = frozenset(("Get", "Head", "Post", "PostForm"))
_METHODS: Final = {f"net/http.Client.{name}" for name in (*_SHORTHANDS, "Do")}
_DEFAULT_CLIENT: Final = "net/http.DefaultClient"
_FUNCTIONS: Final = {f"net/http.{name}" for name in _SHORTHANDS}
SHORTHANDS: Final = frozenset((*_FUNCTIONS, *(f"net/http.Client.{name}" for name in _SHORTHANDS)))
"""Functions and methods that make a request of a URL, and send it."""


class Request(NamedTuple):
    """A call that sends a request.

    ``clients``: the objects that may carry it; ``is_default``: it may be ``http.DefaultClient``; ``is_open``: it may be a client that is
    not in view; ``is_do``: the call takes a ``*http.Request``, where the shorthands take a URL.
    """

    call: Call
    function: GoFunction
    clients: tuple[Setting, ...]
    is_default: bool
    is_open: bool
    is_do: bool = False


def requests(code: Code) -> tuple[Request, ...]:
    """Every request that the judged code sends through an ``http.Client``."""
    return code.keep("requests", lambda: tuple(_requests(code)))


def _requests(code: Code) -> Iterator[Request]:
    for _, call, function, callee in judged(code, calls_of(code, _FUNCTIONS | _METHODS)):
        request = _request(code, call, callee, function)
        if request is not None:
            yield request


def _request(code: Code, call: Call, callee: Callee, function: GoFunction) -> Request | None:
    if callee.name in _FUNCTIONS:
        return Request(call, function, (), is_default=True, is_open=_is_default_changed(code))
    if callee.receiver is None:
        return None
    clients, is_default, is_open = _clients(code, callee.receiver, function)
    return Request(call, function, clients, is_default, is_open, callee.name.endswith(".Do"))


def bound_of(code: Code, request: Request) -> Bound:
    """The deadline that the request brings itself; shorthands such as ``Get`` bring none."""
    if not request.is_do:
        return Bound("unbounded")
    return request_bound(code, request.call.arguments[0] if request.call.arguments else None, request.function)


def _clients(code: Code, receiver: Expression, function: GoFunction) -> tuple[tuple[Setting, ...], bool, bool]:
    clients, is_default, is_open = [], False, False
    for origin in origins(code, receiver, function):
        setting = setting_of(code, origin)
        if setting is not None and setting.type == "net/http.Client":
            clients.append(setting)
        elif origin.kind == "variable" and origin.name == _DEFAULT_CLIENT:
            is_default = True
        elif origin.kind != "nil":
            is_open = True
    return tuple(clients), is_default, is_open or (is_default and _is_default_changed(code))


def _is_default_changed(code: Code) -> bool:
    """Whether code in view replaces ``http.DefaultClient`` or gives it a time-out."""
    return code.keep(
        "default client changed",
        lambda: (
            is_replaced(code, "net/http", "DefaultClient")
            or any(
                origin.kind == "variable" and origin.name == _DEFAULT_CLIENT
                for setter in setters_of(code, "net/http.Client", "Timeout")
                for origin in origins(code, setter.target.operand, setter.function)
            )
        ),
    )


def request_urls(code: Code, request: Request) -> Iterator[tuple[Expression, GoFunction]]:
    """Where the URL of a request is given: to the shorthand itself, or to what makes the request."""
    call, function = request.call, request.function
    if not callee_of(code, call, function).name.endswith(".Do"):
        if call.arguments:
            yield call.arguments[0], function
        return
    for origin in origins(code, call.arguments[0], function) if call.arguments else ():
        place = {"net/http.NewRequest": 1, "net/http.NewRequestWithContext": 2}.get(origin.name)
        if place is not None and isinstance(origin.node, Call) and origin.function is not None and len(origin.node.arguments) > place:
            yield origin.node.arguments[place], origin.function


def requests_through(code: Code, client: Setting) -> tuple[Request, ...]:
    """The requests in view that a client may carry."""
    return code.keep("requests by client", lambda: _by_client(code)).get(identity(client.origin), ())


def _by_client(code: Code) -> dict[tuple[str, int, int], tuple[Request, ...]]:
    found: dict[tuple[str, int, int], tuple[Request, ...]] = {}
    for request in requests(code):
        for client in request.clients:
            found[identity(client.origin)] = (*found.get(identity(client.origin), ()), request)
    return found
