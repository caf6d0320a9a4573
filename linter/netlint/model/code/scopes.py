"""What a place in a function has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.golang.syntax import NOT_LOCAL
from netlint.model.code.types import resolve_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Parameter
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


class HeldContext(NamedTuple):
    """A context that a function is given: the parameter from ``start`` to ``end``, and the ``expression`` that means the context.

    ``is_named``: the parameter has a name, so that the expression can be written.
    """

    expression: str
    start: int
    end: int
    is_named: bool


def contexts_in_scope(code: Code, function: GoFunction, place: int) -> tuple[HeldContext, ...]:
    """The contexts, and those of incoming requests, that the function and the literals around ``place`` take, outermost first."""
    return tuple(_held(code, function, place))


def _held(code: Code, function: GoFunction, place: int) -> Iterator[HeldContext]:
    around = sorted((item for item in function.body.literals if item.start <= place < item.end), key=lambda item: item.start)
    for parameters in (function.declaration.parameters, *(item.parameters for item in around)):
        for parameter in parameters:
            held = _context_of(code, function, parameter)
            if held is not None:
                yield held


def _context_of(code: Code, function: GoFunction, parameter: Parameter) -> HeldContext | None:
    type = resolve_type(code, parameter.type, function.file, function)
    is_named = parameter.name not in ("", "_") and parameter.local != NOT_LOCAL
    if type == "context.Context":
        return HeldContext(parameter.name if is_named else "ctx", parameter.start, parameter.type.end, is_named)
    if type == "*net/http.Request":
        return HeldContext(f"{parameter.name if is_named else 'r'}.Context()", parameter.start, parameter.type.end, is_named)
    return None
