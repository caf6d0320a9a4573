"""Responses to requests: whose bodies there are to be closed, and what is known of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.golang.syntax import Call, Literal
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import taken
from netlint.model.code.settings import field_value, setting_of
from netlint.model.code.transports import transport_of
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Taken

_NEW_REQUEST: Final = {"net/http.NewRequest": 0, "net/http.NewRequestWithContext": 1}
"""Functions that make a request, and which argument is its method."""
_SHORTHANDS: Final = {
    f"net/http.{holder}{name}": method
    for holder in ("", "Client.")
    for name, method in (("Get", "GET"), ("Head", "HEAD"), ("Post", "POST"), ("PostForm", "POST"))
}


def responses(code: Code) -> tuple[Taken, ...]:
    """Every response that the judged code takes and whose body it has to close.

    The answer to HEAD has no body: its connection is free again at once (Go ``net/http/transport.go``, ``hasBody`` in ``readLoop``).
    """
    return code.keep("responses", lambda: tuple(item for item in taken(code, RESPONSE) if "HEAD" not in methods_of(code, item)))


def methods_of(code: Code, item: Taken) -> frozenset[str]:
    """The methods that the request may have had, as far as they are in view."""
    known = _SHORTHANDS.get(callee_of(code, item.call, item.function).name)
    if known is not None:
        return frozenset((known,))
    return frozenset(method for argument in item.call.arguments for method in _methods(code, argument, item.function))


def _methods(code: Code, argument: Expression, function: GoFunction) -> Iterator[str]:
    for origin in origins(code, argument, function):
        place = _NEW_REQUEST.get(origin.name, -1) if origin.kind == "call" else -1
        if place >= 0 and isinstance(origin.node, Call) and len(origin.node.arguments) > place and origin.function is not None:
            for method in origins(code, origin.node.arguments[place], origin.function):
                if isinstance(method.node, Literal):
                    yield method.node.text or "GET"
                elif method.name.startswith("net/http.Method"):
                    yield method.name.removeprefix("net/http.Method").upper()


def keeps_connections(code: Code, item: Taken) -> bool:
    """Whether connections could be used again: no client that may have sent the request says ``DisableKeepAlives``."""
    callee = callee_of(code, item.call, item.function)
    if callee.receiver is None:
        return True
    for origin in origins(code, callee.receiver, item.function):
        client = setting_of(code, origin)
        if client is not None and client.type == "net/http.Client":
            transport = transport_of(code, client)
            if transport.setting is not None and field_value(code, transport.setting, "DisableKeepAlives").state != "absent":
                return False
    return True
