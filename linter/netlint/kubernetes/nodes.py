"""What a document is once it is parsed: scalars, which are values at once, mappings and sequences, each with its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from netlint.kubernetes.values import Value

if TYPE_CHECKING:
    import yaml

    Entries: TypeAlias = dict[str, tuple[int, int, "Node"]]
    """By the text of a key: where the key starts and ends, and what stands under it."""


class Mapping:
    """A mapping. ``start`` and ``end`` count from the start of the file; blank space and comments below a block belong to it.

    ``entries`` is None until somebody asks what the ``pairs`` that libyaml composed come to: most of a document is never looked at.
    """

    __slots__ = ("end", "entries", "pairs", "start")

    def __init__(self, start: int, end: int, entries: Entries | None, pairs: list[tuple[yaml.Node, yaml.Node]]) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.pairs = pairs


class Sequence:
    """A sequence; its places are as those of a mapping. ``items`` is None until somebody asks for what ``composed`` holds."""

    __slots__ = ("composed", "end", "items", "start")

    def __init__(self, start: int, end: int, items: list[Node] | None, composed: list[yaml.Node]) -> None:
        self.start = start
        self.end = end
        self.items = items
        self.composed = composed


Node: TypeAlias = Value | Mapping | Sequence
