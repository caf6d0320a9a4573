"""Responses to requests: whose bodies there are to be closed, and what is known of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import (
    NOT_LOCAL,
    Assignment,
    Call,
    Composite,
    Declaration,
    Deferred,
    ExpressionStatement,
    Literal,
    Name,
    Return,
    Selector,
    Unary,
)
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import effects_of, handed_out, may_hand_out_in, scopes_of, taken_in, taking_functions
from netlint.model.code.settings import field_value, setting_of
from netlint.model.code.transports import transport_of
from netlint.model.code.types import callee_of, definitions_of
from netlint.model.code.uses import USED, effects
from netlint.model.code.values import body_of, callers_of, open_origins, origins
from netlint.model.code.walk import statements_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.golang.syntax import Expression, Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Scope, Taken

_NEW_REQUEST: Final = {"net/http.NewRequest": 0, "net/http.NewRequestWithContext": 1}
"""Functions that make a request, and which argument is its method."""
_SHORTHANDS: Final = {
    f"net/http.{holder}{name}": method
    for holder in ("", "Client.")
    for name, method in (("Get", "GET"), ("Head", "HEAD"), ("Post", "POST"), ("PostForm", "POST"))
}

_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_HELPERS: Final = frozenset(("Head", "head"))
_WITH_CONTEXT: Final = ("net/http.NewRequestWithContext", "net/http.Request.WithContext", "net/http.Request.Clone")


def has_body(code: Code, item: Taken) -> bool:
    """Whether a response has a body that is to be closed, and nobody wrote that it need not be.

    The answer to HEAD has none: its connection is free again at once (Go ``net/http/transport.go``, ``hasBody`` in ``readLoop``).
    """
    return "HEAD" not in methods_of(code, item) and not item.function.file.is_waived(item.statement, "bodyclose")


def methods_of(code: Code, item: Taken) -> frozenset[str]:
    """The methods that the request may have had, as far as they are in view."""
    known = _SHORTHANDS.get(callee_of(code, item.call, item.function).name)
    if known is not None:
        return frozenset((known,))
    found = [method for argument in item.call.arguments for method in _methods(code, argument, item.function)]
    return frozenset((*found, *_methods_of_helper(code, item)))


def _methods_of_helper(code: Code, item: Taken) -> Iterator[str]:
    """The methods of a helper whose name is one, and that hands it on: ``func Head(url string) { return Send("HEAD", url) }``."""
    declared = callee_of(code, item.call, item.function).declaration
    if declared is None or declared[1].name not in _HELPERS or declared[1].body is None:
        return
    helper = body_of(code, *declared)
    for call in helper.body.calls:
        for argument in call.arguments:
            yield from _written_methods(code, argument, helper)


def _methods(code: Code, argument: Expression, function: GoFunction) -> Iterator[str]:
    """The methods that an argument says: one itself, a request made in view, or what a helper makes of one."""
    yield from _written_methods(code, argument, function)
    if isinstance(argument, Name) and argument.local != NOT_LOCAL:
        for definition in definitions_of(code, argument.local, function):
            if isinstance(definition.value, Call) and callee_of(code, definition.value, function).declaration is not None:
                for passed in definition.value.arguments:
                    yield from _written_methods(code, passed, function)
    for origin in origins(code, argument, function):
        # A helper is told the method: `s.request(ctx, "HEAD", key)`.
        if origin.name == "net/http.MethodHead" or (isinstance(origin.node, Literal) and origin.node.text == "HEAD"):
            yield "HEAD"
        place = _NEW_REQUEST.get(origin.name, -1) if origin.kind == "call" else -1
        if place >= 0 and isinstance(origin.node, Call) and len(origin.node.arguments) > place and origin.function is not None:
            # What other callers of a helper pass for its method says nothing about this request.
            yield from _written_methods(code, origin.node.arguments[place], origin.function)


def _written_methods(code: Code, expression: Expression, function: GoFunction) -> Iterator[str]:
    for method in open_origins(code, expression, function):
        if isinstance(method.node, Literal) and method.node.text in _METHODS:
            yield method.node.text
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


class ReturnedResponse(NamedTuple):
    """A response, or its body, that a function returns as it came. ``call`` sent the request; ``value`` is what is returned."""

    call: Call
    function: GoFunction
    scope: Scope
    statement: Return
    value: Expression


def returned_responses(code: Code) -> Iterator[ReturnedResponse]:
    """Every response that the judged code returns without having read or replaced its body."""
    for function in taking_functions(code, RESPONSE):
        calls = may_hand_out_in(code, function, RESPONSE)
        for scope in scopes_of(code, function):
            held = {item.local: item for item in taken_in(code, function, RESPONSE) if item.scope is scope and item.local != NOT_LOCAL}
            for node in _returns_of(scope, function):
                for value in node.values:
                    call = next((call for call in calls if call is value), None)
                    if call is not None and handed_out(code, call, function, RESPONSE)[1]:
                        yield ReturnedResponse(call, function, scope, node, value)
                    item = next((held[local] for local in _responses_in(value) if local in held), None)
                    if item is not None and _is_untouched(code, item):
                        yield ReturnedResponse(item.call, function, scope, node, value)


def _returns_of(scope: Scope, function: GoFunction) -> Iterable[Return]:
    if not scope.is_literal:
        return function.body.returns
    return (node for node in statements_of(scope.block) if isinstance(node, Return))


def _responses_in(value: Expression) -> Iterator[int]:
    """The variables of ``return resp``, ``return resp.Body`` and ``return &Answer{response: resp}``."""
    inner = value.operand if isinstance(value, Unary) and value.operator == "&" else value
    for part in (element.value for element in inner.elements) if isinstance(inner, Composite) else (value,):
        name = part.operand if isinstance(part, Selector) and part.name == "Body" else part
        if isinstance(name, Name):
            yield name.local


def _is_untouched(code: Code, item: Taken) -> bool:
    """Whether nothing is done to the body but returning it."""
    statements = (node for node in statements_of(item.scope.block) if _is_simple(node))
    return not any(effects(code, node, item.held, item.function) for node in statements if node is not item.statement)


def _is_simple(node: Node) -> bool:
    return isinstance(node, Assignment | Declaration | ExpressionStatement | Deferred)


def contexts_of_request(code: Code, call: Call, function: GoFunction) -> frozenset[int]:
    """The variables of the function whose contexts the request that ``call`` sends may carry."""
    found = set()
    for argument in call.arguments:
        for origin in open_origins(code, argument, function):
            if origin.kind == "call" and origin.name in _WITH_CONTEXT and origin.function is function and isinstance(origin.node, Call):
                context = origin.node.arguments[0] if origin.node.arguments else None
                if isinstance(context, Name) and context.local != NOT_LOCAL:
                    found.add(context.local)
    return frozenset(found)


def is_read_by_nobody(code: Code, function: GoFunction) -> bool:
    """Whether calls of the function are in view, and none of them looks into the body of the response that it gets."""
    calls = callers_of(code, function)
    taken_by = {id(item.call): item for _, caller in calls for item in taken_in(code, caller, RESPONSE)}
    found = [taken_by.get(id(call)) for call, _ in calls]
    return bool(found) and all(item is not None and item.is_followed and not effects_of(code, item) & USED for item in found)
