"""Going over the trees of function bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.golang.syntax import (
    Assignment,
    Block,
    Declaration,
    Deferred,
    ExpressionStatement,
    For,
    FunctionLiteral,
    If,
    Jump,
    Return,
    Send,
    Switch,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Node, Statement

_STATEMENTS: Final = (Assignment, Declaration, ExpressionStatement, Return, Block, If, For, Switch, Deferred, Send, Jump)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below ``node``, in the order of the source."""
    for value in node:
        if isinstance(value, tuple):
            if hasattr(value, "_fields"):
                yield value  # type: ignore[misc]
            else:
                yield from value


def nodes_of(node: Node, *, into_literals: bool = True) -> Iterator[Node]:
    """``node`` and everything below it, outer ones first; without ``into_literals`` function literals are not entered."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        yield current
        if into_literals or not isinstance(current, FunctionLiteral) or current is node:
            pending.extend(reversed(list(children(current))))


def statements_of(block: Node, *, into_literals: bool) -> Iterator[Statement]:
    """All statements below ``block``, in order."""
    for node in nodes_of(block, into_literals=into_literals):
        if isinstance(node, _STATEMENTS):
            yield node
