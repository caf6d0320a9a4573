"""Walking a parsed document: field access, merge keys, and scalars with their spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from netlint.kubernetes.composing import PLAIN_TAG
from netlint.kubernetes.values import BOOLEANS, NULLS, ScalarType, Value, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import KeysView

_MAX_MERGE_DEPTH: Final = 32
MAX_DUPLICATE_KEYS: Final = 1000
"""Of one document; what says it a thousand times says no more after that."""
_TAGGED_NUMBERS: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"))


Entries = dict[str, tuple[ScalarNode, Node]]
_NO_ENTRIES: Final[Entries] = {}
_ODD_KEYS: Final = frozenset((*BOOLEANS, *NULLS, "<<"))
"""Words that are no text as a key, or that merge."""
_LONG: Final = 1 + max(map(len, _ODD_KEYS))
"""Characters from which on a plain scalar is text when no digit, sign or dot comes first; these all sort before the letters."""


_new_tuple: Final = tuple.__new__
"""Makes a named tuple of all its fields without its own ``__new__`` in Python, which takes three times as long; a manifest has hundreds."""


@dataclass(slots=True)
class Origin:
    """Which document a node came from: file, its text, and the offset of the document in it."""

    path: str
    text: str = field(repr=False)
    shift: int
    duplicate_keys: list[Span] = field(default_factory=list)
    """Keys that a mapping has twice, noted on the way; the later one counts, as it does for kubectl."""
    known_entries: dict[int, Entries] = field(default_factory=dict, repr=False)
    """Entries of the mappings asked so far, by identity of their node: a reader asks the same mapping many times."""
    known_ends: dict[int, int] = field(default_factory=dict, repr=False)
    """Where the blank space starts that nodes end in, by their end: many aliases can share a node with megabytes of it."""


class Tree:
    """A node and where it came from. Every accessor answers "absent" (None, empty) for a node of another shape."""

    __slots__ = ("_fields", "node", "origin")

    def __init__(self, node: Node, origin: Origin) -> None:
        self.node = node
        self.origin = origin
        self._fields = _NO_ENTRIES

    @property
    def span(self) -> Span:
        """Where the node stands; trailing blank space and comments that libyaml counts to a block are left out."""
        return _span_of(self.node, self.origin)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self.node, SequenceNode)

    def names(self) -> KeysView[str]:
        """The keys of this mapping."""
        return (self._fields or self._read_fields()).keys()

    def entries(self) -> dict[str, tuple[Tree, Tree]]:
        """Key text to (key, value); merge keys applied in the order sigs.k8s.io/yaml applies them: where they stand."""
        origin = self.origin
        return {name: (Tree(key, origin), Tree(child, origin)) for name, (key, child) in self._read_fields().items()}

    def get(self, name: str, *inner: str) -> Tree | None:
        """The node under the keys, one mapping a key; None when any is absent or null."""
        node = self._find(name, inner)
        return None if node is None or _is_null(node) else Tree(node, self.origin)

    def has(self, name: str, *inner: str) -> bool:
        """Whether there is something under the keys that is not null."""
        node = self._find(name, inner)
        return node is not None and not _is_null(node)

    def key(self, name: str) -> Tree | None:
        """The key node called ``name`` of this mapping."""
        entry = (self._fields or self._read_fields()).get(name)
        return Tree(entry[0], self.origin) if entry else None

    def field(self, name: str) -> tuple[Tree, Tree] | None:
        """The key node called ``name`` of this mapping and what stands under it; None when that is absent or null."""
        entry = (self._fields or self._read_fields()).get(name)
        if entry is None or _is_null(entry[1]):
            return None
        return Tree(entry[0], self.origin), Tree(entry[1], self.origin)

    def items(self) -> list[Tree]:
        """The elements of a sequence."""
        if not isinstance(self.node, SequenceNode):
            return []
        return [Tree(node, self.origin) for node in self.node.value]

    def list(self, name: str, *inner: str) -> list[Tree]:
        """The elements of the sequence under the keys; none when it is absent."""
        node = self._find(name, inner)
        if not isinstance(node, SequenceNode):
            return []
        return [Tree(item, self.origin) for item in node.value]

    def scalar(self, name: str, *inner: str) -> Value | None:
        """The scalar under the keys; None when it is absent, null or no scalar."""
        # Most fields that are asked for are absent: this look takes a third of the time of ``_find``.
        entry = (self._fields or self._read_fields()).get(name)
        if entry is None:
            return None
        node = self._find(name, inner) if inner else entry[1]
        return _value_of(node, self.origin) if isinstance(node, ScalarNode) and not _is_null(node) else None

    def strings(self, name: str, *inner: str) -> tuple[Value, ...]:
        """The scalars of the sequence under the keys."""
        node = self._find(name, inner)
        if not isinstance(node, SequenceNode):
            return ()
        return tuple([_value_of(item, self.origin) for item in node.value if isinstance(item, ScalarNode)])

    def scalars(self, *names: str) -> tuple[tuple[Value, Value], ...]:
        """Key and value of every scalar entry of the mapping under the keys."""
        origin = self.origin
        node = self._find(names[0], names[1:]) if names else self.node
        if node is None:
            return ()
        entries = _entries(node, origin).values()
        return tuple([(_value_of(key, origin), _value_of(child, origin)) for key, child in entries if isinstance(child, ScalarNode)])

    @property
    def value(self) -> Value:
        """This scalar; of a mapping or sequence, an empty one."""
        if not isinstance(self.node, ScalarNode):
            return Value("", ScalarType.NULL, self.span)
        return _value_of(self.node, self.origin)

    def _read_fields(self) -> Entries:
        self._fields = _entries(self.node, self.origin)
        return self._fields

    def _find(self, name: str, inner: tuple[str, ...]) -> Node | None:
        """The node under the keys, one mapping a key; None when any is absent."""
        entry = (self._fields or self._read_fields()).get(name)
        for key in inner:
            if entry is None:
                return None
            entry = _entries(entry[1], self.origin).get(key)
        return None if entry is None else entry[1]


def _entries(node: Node, origin: Origin, merges: int = 0) -> Entries:
    known = origin.known_entries.get(id(node))
    if known is not None:
        return known
    if not isinstance(node, MappingNode):
        return _NO_ENTRIES
    found: Entries
    try:
        found = {pair[0].value: pair for pair in node.value}
    except TypeError:
        found = _odd_entries(node.value, origin, merges)
    else:
        # In nearly all mappings the keys are distinct words. What may be a number starts with a sign, a dot or a digit, all of which
        # sort before the letters.
        if len(found) != len(node.value) or (found and min(found) < "A") or not _ODD_KEYS.isdisjoint(found):
            found = _odd_entries(node.value, origin, merges)
    origin.known_entries[id(node)] = found
    return found


def _odd_entries(pairs: list[tuple[Node, Node]], origin: Origin, merges: int) -> Entries:
    found: Entries = {}
    seen: set[str] = set()
    for key, child in pairs:
        if not isinstance(key, ScalarNode):
            continue
        name = type_plain_scalar(key.value)[1] if key.tag == PLAIN_TAG else key.value
        if name == "<<" and key.tag == PLAIN_TAG and merges < _MAX_MERGE_DEPTH:
            sources = [child] if isinstance(child, MappingNode) else list(reversed(child.value))
            for source in sources:
                if isinstance(source, Node):
                    found.update(_entries(source, origin, merges + 1))
            continue
        if name in seen and len(origin.duplicate_keys) < MAX_DUPLICATE_KEYS:
            origin.duplicate_keys.append(_span_of(key, origin))
        seen.add(name)
        found[name] = key, child
    return found


def _is_null(node: Node) -> bool:
    return node.tag == PLAIN_TAG and isinstance(node, ScalarNode) and node.value in NULLS


def _span_of(node: Node, origin: Origin) -> Span:
    text, shift = origin.text, origin.shift
    start, end = node.start_mark.index + shift, node.end_mark.index + shift
    if end > start and text[end - 1].isspace():
        known = origin.known_ends.get(end)
        if known is None:
            known = origin.known_ends[end] = start + len(text[start:end].rstrip())
        end = max(start, known)
    return Span(origin.path, start, end)


def _value_of(node: ScalarNode, origin: Origin) -> Value:
    text = node.value
    size = len(text)
    start = node.start_mark.index
    if node.tag == PLAIN_TAG and node.end_mark.index - start == size:
        # A word on one line, as most scalars are: the token is the text.
        start += origin.shift
        span = _new_tuple(Span, (origin.path, start, start + size))
        if size >= _LONG and text[0] > "9":
            return _new_tuple(Value, (text, ScalarType.STRING, span, ""))
        kind, canonical = type_plain_scalar(text)
        return _new_tuple(Value, (canonical, kind, span, "" if canonical == text else text))
    span = _span_of(node, origin)
    kind = ScalarType.STRING
    if node.tag == PLAIN_TAG or node.tag in _TAGGED_NUMBERS:
        kind, text = type_plain_scalar(text)
    raw = origin.text[span.start : span.end]
    return Value(text, kind, span, "" if raw == text else raw)
