"""What libyaml composed as nodes of ours, each when somebody asks for it: merge keys applied, scalars typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from netlint.kubernetes.composing import PLAIN_TAG
from netlint.kubernetes.nodes import Mapping, Sequence
from netlint.kubernetes.values import BOOLEANS, NULLS, ScalarType, Value, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from netlint.kubernetes.nodes import Entries, Node
    from netlint.kubernetes.tree import Origin

_MAX_MERGE_DEPTH: Final = 32
MAX_DUPLICATE_KEYS: Final = 1000
"""Of one document; what says it a thousand times says no more after that."""
_STRING: Final = ScalarType.STRING
_TAGGED_NUMBERS: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"))
_ODD_KEYS: Final = frozenset((*BOOLEANS, *NULLS))
"""Words that are no text as a key."""
_new_tuple: Final = tuple.__new__


def entries_of(pairs: list[tuple[yaml.Node, yaml.Node]], origin: Origin, merges: int = 0) -> Entries:
    """What the pairs of a mapping come to: the later one of a key counts, and merge keys do what they do."""
    found: Entries = {}
    seen: set[str] = set()
    for key, child in pairs:
        if not isinstance(key, yaml.ScalarNode):
            continue
        name: str = key.value
        if key.tag == PLAIN_TAG:
            if name == "<<" and merges < _MAX_MERGE_DEPTH:
                for source in reversed(child.value) if isinstance(child, yaml.SequenceNode) else (child,):
                    merged = node_of(source, origin)
                    if isinstance(merged, Mapping):
                        if merged.entries is None:
                            merged.entries = entries_of(merged.pairs, origin, merges + 1)
                        found.update(merged.entries)
                continue
            if name[:1] < "A" or name in _ODD_KEYS:
                name = type_plain_scalar(name)[1]
        start, end = key.start_mark.index + origin.start, key.end_mark.index + origin.start
        if name in seen and len(origin.duplicate_keys) < MAX_DUPLICATE_KEYS:
            origin.duplicate_keys.append(Span(origin.path, start, end))
        seen.add(name)
        found[name] = start, end, node_of(child, origin)
    return found


def node_of(composed: yaml.Node, origin: Origin) -> Node:
    """A node that libyaml composed as one of ours; what is inside of it stays as it is until somebody asks."""
    if isinstance(composed, yaml.ScalarNode):
        return _value_of(composed, origin)
    known = origin.known_nodes.get(id(composed))
    if known is None:
        start = composed.start_mark.index + origin.start
        if isinstance(composed, yaml.MappingNode):
            known = Mapping(start, None)
            known.pairs = composed.value
        else:
            known = Sequence(start, None)
            known.composed = composed.value
        known.end = composed.end_mark.index + origin.start
        origin.known_nodes[id(composed)] = known
    return known


def _value_of(composed: yaml.ScalarNode, origin: Origin) -> Value:
    text: str = composed.value
    start, end = composed.start_mark.index + origin.start, composed.end_mark.index + origin.start
    if composed.tag == PLAIN_TAG and end - start == len(text):
        # A word on one line, as most scalars are: the token is the text.
        raw = text
    else:
        raw = origin.text[start:end].rstrip()
        end = start + len(raw)
    kind, canonical = type_plain_scalar(text) if composed.tag == PLAIN_TAG or composed.tag in _TAGGED_NUMBERS else (_STRING, text)
    return _new_tuple(Value, (canonical, kind, _new_tuple(Span, (origin.path, start, end)), "" if canonical == raw else raw))
