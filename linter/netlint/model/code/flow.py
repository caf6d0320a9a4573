"""What may have happened before a place in a function: which of a variable's values are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.golang.syntax import Case, For, FunctionLiteral, If
from netlint.model.code.types import definitions_of
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.facts import Definition
    from netlint.golang.syntax import Expression, Name
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


def reaching(code: Code, name: Name, function: GoFunction) -> tuple[Definition, ...]:
    """The definitions whose value a variable may have at ``name``: the last one above it, and those before a conditional one.

    Loops that come round to the place again are left out of account.
    """
    found = []
    for definition in reversed(definitions_of(code, name.local, function)):
        if definition.start >= name.start or _holds(definition.value, name):
            continue
        found.append(definition)
        if not _may_be_skipped(code, definition.start, name.start, function):
            break
    return tuple(reversed(found))


def _holds(value: Expression | None, name: Name) -> bool:
    """Whether the name is part of the value: `list = append(list, more)`."""
    return value is not None and value.start <= name.start < value.end


def _may_be_skipped(code: Code, start: int, place: int, function: GoFunction) -> bool:
    """Whether control may reach ``place`` without what stands at ``start``: it stands in a branch that ``place`` is not in."""
    return any(begin <= start < end and not begin <= place < end for begin, end in branches_of(code, function))


def branches_of(code: Code, function: GoFunction) -> tuple[tuple[int, int], ...]:
    """Where the parts of a function stand that are not run each time: branches, loops, cases and function literals."""
    return code.keep(("branches", id(function)), lambda: tuple(_branches(function)))


def _branches(function: GoFunction) -> Iterator[tuple[int, int]]:
    for node in nodes_of(function.body.block):
        match node:
            case If(then=then, otherwise=otherwise):
                yield then.start, then.end
                if otherwise is not None:
                    yield otherwise.start, otherwise.end
            case For(body=body) | FunctionLiteral(body=body):
                yield body.start, body.end
            case Case():
                yield node.start, node.end
