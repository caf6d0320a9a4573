"""Where a function speaks of one of its variables, each time with what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Name
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


class Mention(NamedTuple):
    """``around``: the nodes that the name stands in, innermost first."""

    name: Name
    around: tuple[Node, ...]


def mentions(code: Code, function: GoFunction, local: int) -> tuple[Mention, ...]:
    """Every place in the body of ``function`` that names its variable ``local``, in order."""
    return tuple(code.keep(("mentions", id(function)), lambda: _mentions(function)).get(local, ()))


def roots_of(function: GoFunction) -> tuple[Node, ...]:
    """What all of a function's code stands below: its block or, where package variables are set, the outermost literals."""
    if not function.is_global:
        return (function.body.block,)
    literals = function.body.literals
    return tuple(item for item in literals if not any(outer.start <= item.start < item.end < outer.end for outer in literals))


def _mentions(function: GoFunction) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    pending: list[tuple[Node, tuple[Node, ...]]] = [(root, ()) for root in roots_of(function)]
    while pending:
        node, around = pending.pop()
        if isinstance(node, Name):
            if node.local != NOT_LOCAL:
                found.setdefault(node.local, []).append(Mention(node, around))
            continue
        inner = (node, *around)
        pending += [(child, inner) for child in reversed(children(node))]
    return found
