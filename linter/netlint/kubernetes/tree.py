"""Walking a parsed document: field access, merge keys, and scalars with their spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import yaml

from netlint.kubernetes.composing import PLAIN_TAG
from netlint.kubernetes.values import BOOLEANS, NULLS, ScalarType, Value, type_plain_scalar
from netlint.source import Span

_MAX_MERGE_DEPTH: Final = 32
MAX_DUPLICATE_KEYS: Final = 1000
"""Of one document; what says it a thousand times says no more after that."""
_TAGGED_NUMBERS: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"))


Entries = dict[str, tuple[yaml.Node, yaml.Node]]
_NO_ENTRIES: Final[Entries] = {}
_ODD_KEYS: Final = frozenset((*BOOLEANS, *NULLS, "<<"))
"""Words that are no text as a key, or that merge."""


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


# Not frozen: a tree is gone once its facts are read, and setting the fields of a frozen one takes twice as long.
@dataclass(slots=True)
class Tree:
    """A node and where it came from. Every accessor answers "absent" (None, empty) for a node of another shape."""

    node: yaml.Node
    origin: Origin

    @property
    def span(self) -> Span:
        """Where the node stands; trailing blank space and comments that libyaml counts to a block are left out."""
        return _span_of(self.node, self.origin)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self.node, yaml.SequenceNode)

    def entries(self) -> dict[str, tuple[Tree, Tree]]:
        """Key text to (key, value); merge keys applied in the order sigs.k8s.io/yaml applies them: where they stand."""
        origin = self.origin
        return {name: (Tree(key, origin), Tree(child, origin)) for name, (key, child) in _entries(self.node, origin).items()}

    def get(self, *keys: str) -> Tree | None:
        """The node under ``keys``, one mapping a key; None when any is absent or null."""
        node = _find(self.node, self.origin, keys)
        return None if node is None else Tree(node, self.origin)

    def has(self, *keys: str) -> bool:
        """Whether there is something under ``keys`` that is not null."""
        return _find(self.node, self.origin, keys) is not None

    def key(self, name: str) -> Tree | None:
        """The key node called ``name`` of this mapping."""
        entry = _entries(self.node, self.origin).get(name)
        return Tree(entry[0], self.origin) if entry else None

    def field(self, name: str) -> tuple[Tree, Tree] | None:
        """The key node called ``name`` of this mapping and what stands under it; None when that is absent or null."""
        entry = _entries(self.node, self.origin).get(name)
        if entry is None or _is_null(entry[1]):
            return None
        return Tree(entry[0], self.origin), Tree(entry[1], self.origin)

    def items(self) -> list[Tree]:
        """The elements of a sequence."""
        if not isinstance(self.node, yaml.SequenceNode):
            return []
        return [Tree(node, self.origin) for node in self.node.value]

    def list(self, *keys: str) -> list[Tree]:
        """The elements of the sequence under ``keys``; none when it is absent."""
        node = _find(self.node, self.origin, keys)
        if not isinstance(node, yaml.SequenceNode):
            return []
        return [Tree(item, self.origin) for item in node.value]

    def scalar(self, *keys: str) -> Value | None:
        """The scalar under ``keys``; None when it is absent, null or no scalar."""
        node = _find(self.node, self.origin, keys)
        return _value_of(node, self.origin) if isinstance(node, yaml.ScalarNode) else None

    def strings(self, *keys: str) -> tuple[Value, ...]:
        """The scalars of the sequence under ``keys``."""
        node = _find(self.node, self.origin, keys)
        if not isinstance(node, yaml.SequenceNode):
            return ()
        return tuple([_value_of(item, self.origin) for item in node.value if isinstance(item, yaml.ScalarNode)])

    def scalars(self, *keys: str) -> tuple[tuple[Value, Value], ...]:
        """Key and value of every scalar entry of the mapping under ``keys``."""
        origin = self.origin
        node = _find(self.node, origin, keys)
        if node is None:
            return ()
        entries = _entries(node, origin).values()
        return tuple([(_value_of(key, origin), _value_of(child, origin)) for key, child in entries if isinstance(child, yaml.ScalarNode)])

    @property
    def value(self) -> Value:
        """This scalar; of a mapping or sequence, an empty one."""
        return _value_of(self.node, self.origin)


def _find(node: yaml.Node, origin: Origin, keys: tuple[str, ...]) -> yaml.Node | None:
    """The node under ``keys``, one mapping a key; None when any is absent or null."""
    known = origin.known_entries
    for key in keys:
        # Looked up here and not in ``_entries`` alone: a tenth of the time that reading takes went into calling it.
        entries = known.get(id(node))
        entry = (_entries(node, origin) if entries is None else entries).get(key)
        if entry is None:
            return None
        node = entry[1]
    return None if _is_null(node) else node


def _entries(node: yaml.Node, origin: Origin, merges: int = 0) -> Entries:
    known = origin.known_entries.get(id(node))
    if known is not None:
        return known
    if not isinstance(node, yaml.MappingNode):
        return _NO_ENTRIES
    found = _plain_entries(node.value)
    if found is None:
        found = _odd_entries(node.value, origin, merges)
    origin.known_entries[id(node)] = found
    return found


def _plain_entries(pairs: list[tuple[yaml.Node, yaml.Node]]) -> Entries | None:
    """Entries of a mapping whose keys are distinct words, as nearly all are; None of any other."""
    try:
        found = {pair[0].value: pair for pair in pairs}
    except TypeError:
        return None
    # What may be a number starts with a sign, a dot or a digit, all of which sort before the letters.
    if len(found) != len(pairs) or (found and min(found) < "A") or not _ODD_KEYS.isdisjoint(found):
        return None
    return found


def _odd_entries(pairs: list[tuple[yaml.Node, yaml.Node]], origin: Origin, merges: int) -> Entries:
    found: Entries = {}
    seen: set[str] = set()
    for pair in pairs:
        key, child = pair
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = type_plain_scalar(key.value)[1] if key.tag == PLAIN_TAG else key.value
        if name == "<<" and key.tag == PLAIN_TAG and merges < _MAX_MERGE_DEPTH:
            sources = [child] if isinstance(child, yaml.MappingNode) else list(reversed(child.value))
            for source in sources:
                if isinstance(source, yaml.Node):
                    found.update(_entries(source, origin, merges + 1))
            continue
        if name in seen and len(origin.duplicate_keys) < MAX_DUPLICATE_KEYS:
            origin.duplicate_keys.append(_span_of(key, origin))
        seen.add(name)
        found[name] = pair
    return found


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == PLAIN_TAG and node.value in NULLS


def _span_of(node: yaml.Node, origin: Origin) -> Span:
    text, shift = origin.text, origin.shift
    start, end = node.start_mark.index + shift, node.end_mark.index + shift
    if end > start and text[end - 1].isspace():
        known = origin.known_ends.get(end)
        if known is None:
            known = origin.known_ends[end] = start + len(text[start:end].rstrip())
        end = max(start, known)
    return Span(origin.path, start, end)


def _value_of(node: yaml.Node, origin: Origin) -> Value:
    if not isinstance(node, yaml.ScalarNode):
        return Value("", ScalarType.NULL, _span_of(node, origin))
    text = node.value
    start, end = node.start_mark.index + origin.shift, node.end_mark.index + origin.shift
    if node.tag == PLAIN_TAG and end - start == len(text):
        # A word on one line, as most scalars are: the token is the text.
        kind, canonical = type_plain_scalar(text)
        span = _new_tuple(Span, (origin.path, start, end))
        return _new_tuple(Value, (canonical, kind, span, "" if canonical == text else text))
    span = _span_of(node, origin)
    kind = ScalarType.STRING
    if node.tag == PLAIN_TAG or node.tag in _TAGGED_NUMBERS:
        kind, text = type_plain_scalar(text)
    raw = origin.text[span.start : span.end]
    return Value(text, kind, span, "" if raw == text else raw)
