"""Responses to requests: whose bodies there are to be closed, and what is known of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.golang.syntax import Call, Literal
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import taken
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Taken

_NEW_REQUEST: Final = {"net/http.NewRequest": 0, "net/http.NewRequestWithContext": 1}
"""Functions that make a request, and which argument is its method."""
_HEADS: Final = ("net/http.Head", "net/http.Client.Head")


def responses(code: Code) -> tuple[Taken, ...]:
    """Every response that the judged code takes and whose body it has to close.

    The answer to HEAD has no body: its connection is free again at once (Go ``net/http/transport.go``, ``hasBody`` in ``readLoop``).
    """
    return code.keep("responses", lambda: tuple(item for item in taken(code, RESPONSE) if not _may_be_head(code, item)))


def _may_be_head(code: Code, item: Taken) -> bool:
    name = callee_of(code, item.call, item.function).name
    return name in _HEADS or any(_makes_head(code, argument, item.function) for argument in item.call.arguments)


def _makes_head(code: Code, argument: Expression, function: GoFunction) -> bool:
    for origin in origins(code, argument, function):
        place = _NEW_REQUEST.get(origin.name, -1) if origin.kind == "call" else -1
        if place >= 0 and isinstance(origin.node, Call) and len(origin.node.arguments) > place and origin.function is not None:
            for method in origins(code, origin.node.arguments[place], origin.function):
                if method.name == "net/http.MethodHead" or (isinstance(method.node, Literal) and method.node.text == "HEAD"):
                    return True
    return False
