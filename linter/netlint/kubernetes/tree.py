"""Walking a parsed document: field access, merge keys, and scalars with their spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import yaml

from netlint.kubernetes.values import ScalarType, Value, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_MERGE_DEPTH: Final = 32
_TAGGED_NUMBERS: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"))
_STRING_TAG: Final = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which document a node came from: file, its text, and the offset of the document in it."""

    path: str
    text: str = field(repr=False)
    shift: int
    duplicate_keys: list[Span] = field(default_factory=list)
    """Keys that a mapping has twice, noted on the way; the later one counts, as it does for kubectl."""
    entries: dict[int, dict[str, tuple[Tree, Tree]]] = field(default_factory=dict, repr=False)
    """Entries of the mappings asked so far, by identity of their node: a reader asks the same mapping many times."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A node and where it came from. Every accessor answers "absent" (None, empty) for a node of another shape."""

    node: yaml.Node
    origin: Origin

    @property
    def span(self) -> Span:
        """Where the node stands; trailing blank space and comments that libyaml counts to a block are left out."""
        start, end = self.node.start_mark.index, self.node.end_mark.index
        shift, text = self.origin.shift, self.origin.text
        start, end = start + shift, end + shift
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(self.origin.path, start, end)

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
        known = self.origin.entries.get(id(self.node))
        if known is None:
            known = self.origin.entries[id(self.node)] = self._entries(0)
        return known

    def _entries(self, merges: int) -> dict[str, tuple[Tree, Tree]]:
        found: dict[str, tuple[Tree, Tree]] = {}
        if not isinstance(self.node, yaml.MappingNode):
            return found
        seen: set[str] = set()
        for key_node, value_node in self.node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            key, child = Tree(key_node, self.origin), Tree(value_node, self.origin)
            name = key_node.value if key_node.style else key.value.text
            if name == "<<" and not key_node.style and merges < _MAX_MERGE_DEPTH:
                sources = [child] if child.is_mapping else list(reversed(child.items()))
                for source in sources:
                    found.update(source._entries(merges + 1))
                continue
            if name in seen:
                self.origin.duplicate_keys.append(key.span)
            seen.add(name)
            found[name] = (key, child)
        return found

    def get(self, *keys: str) -> Tree | None:
        """The node under ``keys``, one mapping a key; None when any is absent or null."""
        current = self
        for key in keys:
            if not isinstance(current.node, yaml.MappingNode):
                return None
            entry = current.entries().get(key)
            if entry is None:
                return None
            current = entry[1]
        return None if current.is_null else current

    def key(self, name: str) -> Tree | None:
        """The key node called ``name`` of this mapping."""
        entry = self.entries().get(name)
        return entry[0] if entry else None

    def items(self) -> list[Tree]:
        """The elements of a sequence."""
        if not isinstance(self.node, yaml.SequenceNode):
            return []
        return [Tree(node, self.origin) for node in self.node.value]

    def list(self, *keys: str) -> list[Tree]:
        """The elements of the sequence under ``keys``; none when it is absent."""
        found = self.get(*keys)
        return found.items() if found else []

    def scalar(self, *keys: str) -> Value | None:
        """The scalar under ``keys``; None when it is absent, null or no scalar."""
        found = self.get(*keys)
        return found.value if found and isinstance(found.node, yaml.ScalarNode) else None

    def strings(self, *keys: str) -> tuple[Value, ...]:
        """The scalars of the sequence under ``keys``."""
        return tuple(item.value for item in self.list(*keys) if isinstance(item.node, yaml.ScalarNode))

    def scalars(self, *keys: str) -> Iterator[tuple[Value, Value]]:
        """Key and value of every scalar entry of the mapping under ``keys``."""
        found = self.get(*keys) if keys else self
        if found is None:
            return
        for key, child in found.entries().values():
            if isinstance(child.node, yaml.ScalarNode):
                yield key.value, child.value

    @property
    def is_null(self) -> bool:
        """Whether this is null, written or implied."""
        return isinstance(self.node, yaml.ScalarNode) and self.value.type is ScalarType.NULL

    @property
    def value(self) -> Value:
        """This scalar; of a mapping or sequence, an empty one."""
        span = self.span
        node = self.node
        if not isinstance(node, yaml.ScalarNode):
            return Value("", ScalarType.NULL, span)
        if not node.style and (node.tag != _STRING_TAG or not _explicit_string(self.origin.text, span)):
            kind, text = type_plain_scalar(node.value)
        elif node.style and node.tag in _TAGGED_NUMBERS:
            kind, text = type_plain_scalar(node.value)
        else:
            kind, text = ScalarType.STRING, node.value
        raw = self.origin.text[span.start : span.end]
        return Value(text, kind, span, "" if raw == text else raw)


def _explicit_string(text: str, span: Span) -> bool:
    """Whether ``!!str`` stands before the scalar: the composed node of a plain word carries the same tag."""
    return text.startswith("!!str", max(0, span.start - 12), span.start) or text.startswith("!!str", span.start)
