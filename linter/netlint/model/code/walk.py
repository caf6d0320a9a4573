"""Going over the trees of function bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from netlint.golang.syntax import Block, Case, For, FunctionLiteral, If, Jump, Literal, Name, Switch, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Node, Statement

_LEAVES: Final = frozenset((Name, Literal, Jump, Unread))
"""Nodes without any below them: more than half of all."""
_PLAIN: Final = frozenset((int, str, bool, type(None)))
"""What stands in a node beside other nodes and lists of them."""


def children(node: Node) -> list[Node]:
    """The nodes directly below ``node``, in the order of the source."""
    if type(node) in _LEAVES:
        return []
    found: list[Any] = []
    value: Any
    for value in node:
        kind = type(value)
        if kind is tuple:
            found += value
        elif kind not in _PLAIN:
            found.append(value)
    return found


def nodes_of(node: Node, *, into_literals: bool = True) -> Iterator[Node]:
    """``node`` and everything below it, outer ones first; without ``into_literals`` function literals are not entered."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        yield current
        kind = type(current)
        if kind in _LEAVES or (kind is FunctionLiteral and not into_literals and current is not node):
            continue
        below = children(current)
        below.reverse()
        pending += below


def statements_of(block: Statement) -> Iterator[Statement | Case]:
    """``block`` and all statements and cases below it, outer ones first. Function literals are scopes of their own: not entered.

    A tenth of what ``nodes_of`` goes over, most of which is expressions.
    """
    pending: list[Statement | Case] = [block]
    while pending:
        current = pending.pop()
        yield current
        match current:
            case Block():
                pending += reversed(current.statements)
            case If():
                pending += (inner for inner in (current.otherwise, current.then, current.initializer) if inner is not None)
            case For():
                pending += (inner for inner in (current.body, current.update, current.initializer) if inner is not None)
            case Switch():
                pending += reversed(current.cases)
                pending += (current.initializer,) if current.initializer is not None else ()
            case Case():
                pending += reversed(current.statements)
                pending += (current.communication,) if current.communication is not None else ()


def statement_lists(block: Statement) -> Iterator[tuple[Statement, ...]]:
    """Every list of statements in ``block``, outer ones first; what stands alone (the initializer of an ``if``) is a list of one."""
    for node in statements_of(block):
        alone: tuple[Statement | None, ...] = ()
        match node:
            case Block(statements=statements):
                yield statements
            case Case(statements=statements):
                alone = (node.communication,)
                yield statements
            case If() | Switch():
                alone = (node.initializer,)
            case For():
                alone = (node.initializer, node.update)
        yield from ((statement,) for statement in alone if statement is not None)
