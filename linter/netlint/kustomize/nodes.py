"""What objects are while they are built: nodes that never change, made of values that may come from many files.

A document that was read knows one file (``kubernetes.nodes``); a built object has a port from the base and an image from the overlay, so
that here every key and every scalar says itself where it stands. A change makes new nodes along its path and shares all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from netlint.kubernetes.values import ScalarType, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.kubernetes.tree import Tree
    from netlint.kustomize.resource import Identity
    from netlint.source import Span


class Fields:
    """A mapping: key text to the key and what stands under it."""

    __slots__ = ("entries", "identity", "size", "span")

    def __init__(self, entries: dict[str, tuple[Value, Node]], span: Span, size: int = 0) -> None:
        self.entries = entries
        self.identity: Identity | None = None
        """What the object that this is calls itself, once somebody asked (``resource.identity_of``)."""
        self.span = span
        self.size = size
        """Characters of the text it came from."""

    def get(self, name: str) -> Node | None:
        """What stands under a key; None where it is absent, not where it is null."""
        entry = self.entries.get(name)
        return entry[1] if entry else None


class Items:
    """A sequence."""

    __slots__ = ("items", "span")

    def __init__(self, items: list[Node], span: Span) -> None:
        self.items = items
        self.span = span


Node: TypeAlias = Value | Fields | Items

_BOOLEANS: Final = frozenset(("true", "True", "TRUE", "false", "False", "FALSE"))


MAX_DEPTH: Final = 150
"""Levels of nesting that are built; objects have some twenty, definitions of custom resources forty."""


def nodes_of(tree: Tree, moved: Callable[[Value], Value] | None = None, depth: int = 0) -> Node:
    """The nodes of a document that was read; what nests deeper than ``MAX_DEPTH`` is null.

    ``moved`` puts a value where it really stands, for text inside of another file.
    """
    if depth > MAX_DEPTH:
        return Value("", ScalarType.NULL, _moved_span(tree, moved))
    if tree.is_mapping:
        entries: dict[str, tuple[Value, Node]] = {}
        for name, (key, child) in tree.entries().items():
            entries[name] = (moved(key.value) if moved else key.value, nodes_of(child, moved, depth + 1))
        return Fields(entries, _moved_span(tree, moved), tree.size)
    if tree.is_sequence:
        return Items([nodes_of(item, moved, depth + 1) for item in tree.items()], _moved_span(tree, moved))
    value = tree.value
    if value.type is ScalarType.BOOLEAN and (value.raw or value.text) not in _BOOLEANS:
        # To kustomize, which reads YAML 1.2, ``yes`` and ``on`` are words, and it writes them in quotes.
        value = Value(value.raw, ScalarType.STRING, value.span)
    return moved(value) if moved else value


def _moved_span(tree: Tree, moved: Callable[[Value], Value] | None) -> Span:
    return moved(Value("", ScalarType.NULL, tree.span)).span if moved else tree.span


def is_null(node: Node | None) -> bool:
    """Whether there is nothing, or a null."""
    return node is None or (isinstance(node, Value) and node.type is ScalarType.NULL)


def at(node: Node | None, *names: str) -> Node | None:
    """The node under the keys, one mapping a key; None where any is absent."""
    for name in names:
        node = node.get(name) if isinstance(node, Fields) else None
    return node


def text_at(node: Node | None, *names: str) -> str:
    """The text of the scalar under the keys; empty where there is none."""
    found = at(node, *names)
    return found.text if isinstance(found, Value) else ""


def value_at(node: Node | None, *names: str) -> Value | None:
    """The scalar under the keys, unless it is null."""
    found = at(node, *names)
    return found if isinstance(found, Value) and found.type is not ScalarType.NULL else None


def items_at(node: Node | None, *names: str) -> list[Node]:
    """The items of the sequence under the keys."""
    found = at(node, *names)
    return found.items if isinstance(found, Items) else []


def pairs_at(node: Node | None, *names: str) -> list[tuple[Value, Value]]:
    """Key and value of every scalar entry of the mapping under the keys."""
    found = at(node, *names)
    if not isinstance(found, Fields):
        return []
    return [(key, value) for key, value in found.entries.values() if isinstance(value, Value)]


def with_field(node: Fields, key: Value, value: Node) -> Fields:
    """The mapping with ``value`` under ``key``; a key that is there already keeps its place."""
    old = node.entries.get(key.text)
    return Fields({**node.entries, key.text: (old[0] if old else key, value)}, node.span, node.size)


def without_field(node: Fields, name: str) -> Fields:
    """The mapping without a key."""
    if name not in node.entries:
        return node
    return Fields({text: entry for text, entry in node.entries.items() if text != name}, node.span, node.size)


def with_at(node: Fields, names: tuple[str, ...], value: Node, source: Value) -> Fields:
    """The mapping with ``value`` under the keys; what is missing on the way is made, as if it stood where ``source`` does."""
    name, rest = names[0], names[1:]
    if rest:
        child = node.get(name)
        value = with_at(child if isinstance(child, Fields) else Fields({}, source.span), rest, value, source)
    return with_field(node, text_from(source, name), value)


def text_from(source: Value, text: str, kind: ScalarType = ScalarType.STRING) -> Value:
    """A scalar that is made of ``source`` or because of it, and therefore stands where that does."""
    return Value(text, kind, source.span, source.raw or source.text)


def replaced(node: Items, items: Iterable[Node]) -> Items:
    """The sequence with other items; itself where they are the same."""
    new = list(items)
    same = len(new) == len(node.items) and all(mine is old for mine, old in zip(new, node.items, strict=True))
    return node if same else Items(new, node.span)


def size_of(node: Node, limit: int) -> int:
    """How many nodes there are in it, counted up to ``limit``: nodes are shared, so that it can be more than any memory holds."""
    pending, count = [node], 0
    while pending and count < limit:
        inner = pending.pop()
        count += 1
        if isinstance(inner, Fields):
            pending += [child for _, child in inner.entries.values()]
        elif isinstance(inner, Items):
            pending += inner.items
    return count
