"""Going over the trees of function bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from netlint.golang.syntax import Block, Case, For, FunctionLiteral, If, Jump, Literal, Name, Switch, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def statement_around(block: Block, place: int) -> tuple[Statement, ...]:
    """The innermost statement in ``block`` that stands around ``place``, with those that follow it in its list; function literals are not
    entered. Empty when there is none.
    """
    found: tuple[Statement, ...] = ()
    lists: Iterable[tuple[Statement | None, ...]] = (block.statements,)
    while True:
        inner = next((items[at:] for items in lists for at, item in enumerate(items) if item and item.start <= place < item.end), None)
        if inner is None:
            return found
        found = tuple(item for item in inner if item is not None)
        match found[0]:
            case Block(statements=statements):
                lists = (statements,)
            case If(initializer=initializer, then=then, otherwise=otherwise):
                lists = ((initializer,), (then,), (otherwise,))
            case For(initializer=initializer, update=update, body=body):
                lists = ((initializer,), (update,), (body,))
            case Switch(initializer=initializer, cases=cases):
                lists = ((initializer,), *(items for case in cases for items in ((case.communication,), case.statements)))
            case _:
                return found
