"""Where a function speaks of one of its variables, each time with what stands around it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Jump, Literal, Name, Unread
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

    Chain: TypeAlias = tuple[Node, "Chain"] | None


class Mention(NamedTuple):
    """``chain``: the node that the name stands in, with the chain of that one; names next to each other share it."""

    name: Name
    chain: Chain

    @property
    def around(self) -> tuple[Node, ...]:
        """The nodes that the name stands in, innermost first."""
        return tuple(_links(self.chain))


def mentions(code: Code, function: GoFunction, local: int) -> tuple[Mention, ...]:
    """Every place in the body of ``function`` that names its variable ``local``, in order."""
    return code.keep(("mentions", id(function), local), lambda: tuple(_all_mentions(code, function).get(local, ())))


_NO_NAMES: Final = frozenset((int, str, bool, type(None), Literal, Jump, Unread))
"""What stands in nodes and holds no name."""


def mentioned_in(node: Node, local: int) -> list[int]:
    """Where the variable is named at or below ``node``, in ascending order."""
    found: list[int] = []
    # The lists in nodes are gone over as nodes are: this is asked of everything that may close something.
    pending: list[Any] = [(node,)]
    while pending:
        for value in pending.pop():
            kind = type(value)
            if kind is Name:
                if value.local == local:
                    found.append(value.start)
            elif kind not in _NO_NAMES:
                pending.append(value)
    found.sort()
    return found


def is_within(places: list[int], node: Node) -> bool:
    """Whether one of the places lies inside of the node."""
    first = bisect_left(places, node.start)
    return first < len(places) and places[first] < node.end


def _all_mentions(code: Code, function: GoFunction) -> dict[int, list[Mention]]:
    return code.keep(("mentions", id(function)), lambda: _mentions(function))


def roots_of(function: GoFunction) -> tuple[Node, ...]:
    """What all of a function's code stands below: its block or, where package variables are set, the outermost literals."""
    if not function.is_global:
        return (function.body.block,)
    literals = function.body.literals
    return tuple(item for item in literals if not any(outer.start <= item.start < item.end < outer.end for outer in literals))


def _mentions(function: GoFunction) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    pending: list[tuple[Node, Chain]] = [(root, None) for root in roots_of(function)]
    while pending:
        node, around = pending.pop()
        if type(node) is Name:
            if node.local != NOT_LOCAL:
                found.setdefault(node.local, []).append(Mention(node, around))
            continue
        below = children(node)
        if below:
            chain = (node, around)
            pending += [(child, chain) for child in reversed(below)]
    return found


def _links(chain: Chain) -> Iterator[Node]:
    while chain is not None:
        node, chain = chain
        yield node
