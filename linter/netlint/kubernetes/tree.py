"""Walking a parsed document: field access, merge keys, and scalars with their spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.nodes import Mapping, Sequence
from netlint.kubernetes.values import BOOLEANS, NULLS, ScalarType, Value, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import KeysView

    import yaml

    from netlint.kubernetes.nodes import Entries, Entry, Node

_NO_ENTRIES: Final[Entries] = {}
_NOWHERE: Final = Sequence(0, [])
_NULL: Final = ScalarType.NULL
_STRING: Final = ScalarType.STRING
_ODD_KEYS: Final = frozenset((*BOOLEANS, *NULLS))
"""Words that are no text as a key."""
_new_tuple: Final = tuple.__new__
"""Makes a named tuple of all its fields without its own ``__new__`` in Python, which takes three times as long; a manifest has hundreds."""


class Origin:
    """Which document a node came from: file, its text, and the offset of the document in it."""

    __slots__ = ("duplicate_keys", "known_ends", "known_nodes", "path", "start", "text")

    def __init__(self, path: str, text: str, start: int) -> None:
        self.path = path
        self.text = text
        self.start = start
        self.duplicate_keys: list[Span] = []
        """Keys that a mapping has twice, noted on the way; the later one counts, as it does for kubectl."""
        self.known_nodes: dict[int, Mapping | Sequence] = {}
        """Collections that libyaml composed and that were asked for, by identity: aliases lead to one of them on many ways."""
        self.known_ends: dict[int, int] = {}
        """Where the blank space starts that nodes end in, by their end: many aliases can share a node with megabytes of it."""


def tree_of(root: Node | yaml.Node, origin: Origin) -> Tree:
    """The root of a document as one can walk it."""
    if isinstance(root, (Value, Mapping, Sequence)):
        return Tree(root, origin)
    from netlint.kubernetes.composed import node_of

    return Tree(node_of(root, origin), origin)


class Tree:
    """A node and where it came from. Every accessor answers "absent" (None, empty) for a node of another shape."""

    __slots__ = ("_fields", "node", "origin")

    def __init__(self, node: Node, origin: Origin) -> None:
        self.node = node
        self.origin = origin
        self._fields = node.entries if isinstance(node, Mapping) else _NO_ENTRIES

    @property
    def span(self) -> Span:
        """Where the node stands; trailing blank space that libyaml counts to a block is left out."""
        return self.node.span if isinstance(self.node, Value) else _span_of(self.node, self.origin)

    @property
    def size(self) -> int:
        """Characters of the text it stands in, trailing blank space included."""
        node = self.node
        return len(node.text) if isinstance(node, Value) else node.end - node.start

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, Mapping)

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self.node, Sequence)

    def names(self) -> KeysView[str]:
        """The keys of this mapping."""
        return _entries(self.node, self.origin).keys()

    def entries(self) -> dict[str, tuple[Tree, Tree]]:
        """Key text to (key, value); merge keys applied in the order sigs.k8s.io/yaml applies them: where they stand."""
        origin = self.origin
        return {
            name: (Tree(_key_of(name, start, end, origin), origin), Tree(child, origin))
            for name, (start, end, child) in _entries(self.node, origin).items()
        }

    def get(self, name: str, *inner: str) -> Tree | None:
        """The node under the keys, one mapping a key; None when any is absent or null."""
        entry = self._entry(name)
        if entry is None:
            return None
        node = _below(entry[2], inner, self.origin) if inner else entry[2]
        return None if node is None or _is_null(node) else Tree(node, self.origin)

    def at(self, name: str, *inner: str) -> Tree:
        """The node under the keys; where it is absent, one in which everything is."""
        return self.get(name, *inner) or Tree(_NOWHERE, self.origin)

    def has(self, name: str, *inner: str) -> bool:
        """Whether there is something under the keys that is not null."""
        entry = self._entry(name)
        if entry is None:
            return False
        node = _below(entry[2], inner, self.origin) if inner else entry[2]
        return node is not None and not _is_null(node)

    def key(self, name: str) -> Tree | None:
        """The key node called ``name`` of this mapping."""
        entry = self._entry(name)
        return Tree(_key_of(name, entry[0], entry[1], self.origin), self.origin) if entry else None

    def field(self, name: str) -> tuple[Tree, Tree] | None:
        """The key node called ``name`` of this mapping and what stands under it; None when that is absent or null."""
        entry = self._entry(name)
        if entry is None or _is_null(entry[2]):
            return None
        return Tree(_key_of(name, entry[0], entry[1], self.origin), self.origin), Tree(entry[2], self.origin)

    def items(self) -> list[Tree]:
        """The elements of a sequence."""
        return [Tree(item, self.origin) for item in _items(self.node, self.origin)]

    def list(self, name: str, *inner: str) -> list[Tree]:
        """The elements of the sequence under the keys; none when it is absent."""
        entry = self._entry(name)
        if entry is None:
            return []
        node = _below(entry[2], inner, self.origin) if inner else entry[2]
        return [Tree(item, self.origin) for item in _items(node, self.origin)]

    def scalar(self, name: str, *inner: str) -> Value | None:
        """The scalar under the keys; None when it is absent, null or no scalar."""
        # As ``_entry``: nothing is asked as often.
        fields = self._fields
        entry = fields.get(name) if fields is not None else self._entry(name)
        if entry is None:
            return None
        node = _below(entry[2], inner, self.origin) if inner else entry[2]
        return node if isinstance(node, Value) and node.type is not _NULL else None

    def strings(self, name: str, *inner: str) -> tuple[Value, ...]:
        """The scalars of the sequence under the keys."""
        entry = self._entry(name)
        if entry is None:
            return ()
        node = _below(entry[2], inner, self.origin) if inner else entry[2]
        return tuple([item for item in _items(node, self.origin) if isinstance(item, Value)])

    def scalars(self, *names: str) -> tuple[tuple[Value, Value], ...]:
        """Key and value of every scalar entry of the mapping under the keys."""
        origin = self.origin
        node = _below(self.node, names, origin)
        if node is None:
            return ()
        entries = _entries(node, origin).items()
        return tuple([(_key_of(name, start, end, origin), child) for name, (start, end, child) in entries if isinstance(child, Value)])

    @property
    def value(self) -> Value:
        """This scalar; of a mapping or sequence, an empty one."""
        return self.node if isinstance(self.node, Value) else Value("", _NULL, self.span)

    def _entry(self, name: str) -> Entry | None:
        if self._fields is None:
            self._fields = _entries(self.node, self.origin)
        return self._fields.get(name)


def _below(node: Node, names: tuple[str, ...], origin: Origin) -> Node | None:
    """The node under the keys, one mapping a key; None when any is absent."""
    for name in names:
        entry = _entries(node, origin).get(name)
        if entry is None:
            return None
        node = entry[2]
    return node


def _entries(node: Node, origin: Origin) -> Entries:
    if not isinstance(node, Mapping):
        return _NO_ENTRIES
    if node.entries is None:
        from netlint.kubernetes.composed import entries_of

        node.entries = entries_of(node.pairs, origin)
    return node.entries


def _items(node: Node | None, origin: Origin) -> list[Node]:
    if not isinstance(node, Sequence):
        return []
    if node.items is None:
        from netlint.kubernetes.composed import node_of

        node.items = [node_of(item, origin) for item in node.composed]
    return node.items


def _is_null(node: Node) -> bool:
    return isinstance(node, Value) and node.type is _NULL


def _key_of(name: str, start: int, end: int, origin: Origin) -> Value:
    """The key ``name`` as a value."""
    span = _new_tuple(Span, (origin.path, start, end))
    if end - start == len(name) and name[:1] > "9" and name not in _ODD_KEYS:
        # A word without quotes, as nearly all keys are. What may be a number starts with a sign, a dot or a digit, which sort before.
        return _new_tuple(Value, (name, _STRING, span, ""))
    raw = origin.text[start:end]
    return Value(name, _STRING if raw[:1] in ("'", '"') else type_plain_scalar(raw)[0], span, "" if raw == name else raw)


def _span_of(node: Mapping | Sequence, origin: Origin) -> Span:
    text, start, end = origin.text, node.start, node.end
    if end > start and text[end - 1].isspace():
        known = origin.known_ends.get(end)
        if known is None:
            known = origin.known_ends[end] = start + len(text[start:end].rstrip())
        end = max(start, known)
    return Span(origin.path, start, end)
