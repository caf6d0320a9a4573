"""What a document is once it is parsed: scalars, which are values at once, mappings and sequences, each with its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from netlint.kubernetes.values import Value

if TYPE_CHECKING:
    import yaml

    Entry: TypeAlias = tuple[int, int, "Node"]
    """Where a key starts and ends, and what stands under it."""
    Entries: TypeAlias = dict[str, Entry]
    """By the text of the key."""


class Mapping:
    """A mapping. ``start`` and ``end`` count from the start of the file; blank space and comments below a block belong to it.

    ``entries`` is None until somebody asks what the ``pairs`` that libyaml composed come to: most of a document is never looked at.
    """

    __slots__ = ("end", "entries", "pairs", "start")
    end: int
    pairs: list[tuple[yaml.Node, yaml.Node]]

    def __init__(self, start: int, entries: Entries | None) -> None:
        self.start = start
        self.entries = entries


class Sequence:
    """A sequence; its places are as those of a mapping. ``items`` is None until somebody asks for what ``composed`` holds."""

    __slots__ = ("composed", "end", "items", "start")
    end: int
    composed: list[yaml.Node]

    def __init__(self, start: int, items: list[Node] | None) -> None:
        self.start = start
        self.items = items


Node: TypeAlias = Value | Mapping | Sequence


class Document(NamedTuple):
    """One YAML document that parsed. ``start``/``end`` bound it in the file; ``start`` is added to the offsets of what libyaml composed."""

    root: Node | yaml.Node
    start: int
    end: int


class BrokenDocument(NamedTuple):
    """A document that looks like a manifest and does not parse. ``offset`` is where the parser gave up."""

    start: int
    end: int
    offset: int
    problem: str


class TemplatedDocument(NamedTuple):
    """A document that does not parse because it is a template: it was not rendered."""

    start: int
    end: int
