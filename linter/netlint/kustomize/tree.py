"""Built objects in the form that the readers of objects take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.nodes import Sequence
from netlint.kubernetes.tree import Origin, Tree
from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.nodes import Fields, Items, at, is_null, items_at, pairs_at, value_at

if TYPE_CHECKING:
    from collections.abc import KeysView

    from netlint.kustomize.nodes import Node
    from netlint.source import Span

_NOTHING: Final = Sequence(0, [])
_NO_ENTRIES: Final[dict[str, tuple[Value, Node]]] = {}


class BuiltTree(Tree):
    """A built node with the accessors of a node that was read: they answer alike, and each scalar says which file it came from."""

    __slots__ = ("built",)

    def __init__(self, node: Node) -> None:
        super().__init__(_NOTHING, Origin(node.span.path, "", 0))
        self.built = node

    @property
    def span(self) -> Span:
        """Where the node stands; what is made of several files, where the first of them has it."""
        return self.built.span

    @property
    def size(self) -> int:
        """Characters of the text it stands in."""
        return self.built.size if isinstance(self.built, Fields) else self.built.span.end - self.built.span.start

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.built, Fields)

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self.built, Items)

    def names(self) -> KeysView[str]:
        """The keys of this mapping."""
        return (self.built.entries if isinstance(self.built, Fields) else _NO_ENTRIES).keys()

    def entries(self) -> dict[str, tuple[Tree, Tree]]:
        """Key text to (key, value)."""
        found = self.built.entries if isinstance(self.built, Fields) else _NO_ENTRIES
        return {name: (BuiltTree(key), BuiltTree(child)) for name, (key, child) in found.items()}

    def get(self, name: str, *inner: str) -> Tree | None:
        """The node under the keys; None when any is absent or null."""
        found = at(self.built, name, *inner)
        return None if found is None or is_null(found) else BuiltTree(found)

    def at(self, name: str, *inner: str) -> Tree:
        """The node under the keys; where it is absent, one in which everything is."""
        return self.get(name, *inner) or BuiltTree(Items([], self.span))

    def has(self, name: str, *inner: str) -> bool:
        """Whether there is something under the keys that is not null."""
        return not is_null(at(self.built, name, *inner))

    def key(self, name: str) -> Tree | None:
        """The key node called ``name`` of this mapping."""
        entry = self.built.entries.get(name) if isinstance(self.built, Fields) else None
        return BuiltTree(entry[0]) if entry else None

    def field(self, name: str) -> tuple[Tree, Tree] | None:
        """The key node called ``name`` and what stands under it; None when that is absent or null."""
        entry = self.built.entries.get(name) if isinstance(self.built, Fields) else None
        return None if entry is None or is_null(entry[1]) else (BuiltTree(entry[0]), BuiltTree(entry[1]))

    def items(self) -> list[Tree]:
        """The elements of a sequence."""
        return [BuiltTree(item) for item in items_at(self.built)]

    def list(self, name: str, *inner: str) -> list[Tree]:
        """The elements of the sequence under the keys; none when it is absent."""
        return [BuiltTree(item) for item in items_at(self.built, name, *inner)]

    def scalar(self, name: str, *inner: str) -> Value | None:
        """The scalar under the keys; None when it is absent, null or no scalar."""
        return value_at(self.built, name, *inner)

    def strings(self, name: str, *inner: str) -> tuple[Value, ...]:
        """The scalars of the sequence under the keys."""
        return tuple(item for item in items_at(self.built, name, *inner) if isinstance(item, Value))

    def scalars(self, *names: str) -> tuple[tuple[Value, Value], ...]:
        """Key and value of every scalar entry of the mapping under the keys."""
        return tuple(pairs_at(self.built, *names))

    @property
    def value(self) -> Value:
        """This scalar; of a mapping or sequence, an empty one."""
        return self.built if isinstance(self.built, Value) else Value("", ScalarType.NULL, self.span)
