"""Where a function speaks of one of its variables, each time with what stands around it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Name
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

    _Chain: TypeAlias = tuple[Node, "_Chain"] | None


class Mention(NamedTuple):
    """``around``: the nodes that the name stands in, innermost first."""

    name: Name
    around: tuple[Node, ...]


def mentions(code: Code, function: GoFunction, local: int) -> tuple[Mention, ...]:
    """Every place in the body of ``function`` that names its variable ``local``, in order."""
    return tuple(code.keep(("mentions", id(function)), lambda: _mentions(function)).get(local, ()))


def is_mentioned(code: Code, node: Node, local: int, function: GoFunction) -> bool:
    """Whether the variable is named anywhere below ``node``."""
    places = code.keep(("mentioned", id(function)), lambda: _places(code, function)).get(local, ())
    first = bisect_left(places, node.start)
    return first < len(places) and places[first] < node.end


def _places(code: Code, function: GoFunction) -> dict[int, list[int]]:
    """Where each variable is named, in ascending order."""
    found = code.keep(("mentions", id(function)), lambda: _mentions(function))
    return {local: sorted(mention.name.start for mention in named) for local, named in found.items()}


def roots_of(function: GoFunction) -> tuple[Node, ...]:
    """What all of a function's code stands below: its block or, where package variables are set, the outermost literals."""
    if not function.is_global:
        return (function.body.block,)
    literals = function.body.literals
    return tuple(item for item in literals if not any(outer.start <= item.start < item.end < outer.end for outer in literals))


def _mentions(function: GoFunction) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    # Each node with the one around it and what that has around it: most of these chains are never asked for.
    pending: list[tuple[Node, _Chain]] = [(root, None) for root in roots_of(function)]
    while pending:
        node, around = pending.pop()
        if type(node) is Name:
            if node.local != NOT_LOCAL:
                found.setdefault(node.local, []).append(Mention(node, tuple(_links(around))))
            continue
        below = children(node)
        if below:
            chain = (node, around)
            pending += [(child, chain) for child in reversed(below)]
    return found


def _links(chain: _Chain) -> Iterator[Node]:
    while chain is not None:
        node, chain = chain
        yield node
