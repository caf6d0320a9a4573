"""A document's text into nodes, through libyaml, and the bounds that keep a hostile one from taking the memory or the stack."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml
from yaml._yaml import CParser

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH: Final = 1000
"""Levels of nesting a document may have. libyaml's composer recurses in C and overflows its stack at some tens of thousands."""
MAX_ALIASES: Final = 10_000
"""Uses of ``*alias`` a document may have, far above what people write."""
MAX_NODES: Final = 1_000_000
"""Mappings, sequences and scalars that a document may hold. Each takes some 600 bytes once parsed; manifests of 5 MB have 400,000."""
MAX_ALIASED_NODES: Final = 400_000
"""Nodes that aliases may add to a document when each is written out; kubectl refuses what aliases blow up from there on
(sigs.k8s.io/yaml goyaml.v2/decode.go, ``alias_ratio_range_low``). A long text counts as a node for each ``_NODE_TEXT`` characters."""
_NODE_TEXT: Final = 64

_STRING_TAG: Final = "tag:yaml.org,2002:str"
PLAIN_TAG: Final = "plain"
"""Tag of a scalar without quotes or a tag of its own."""
_WITHOUT_QUOTES: Final = (True, False)
"""What libyaml says of such a scalar: its tag is implicit when it is plain, and not when it is quoted. Of collections it says one word."""


class _Composer(CParser):
    """libyaml's composer without PyYAML's resolver, which types scalars by other rules than kubectl's and costs half of the time."""

    def resolve(self, _: type[yaml.Node], __: object, implicit: bool | tuple[bool, bool]) -> str:
        """Tag of a node that has none: ``PLAIN_TAG`` for a word without quotes, to be typed from its text."""
        return PLAIN_TAG if implicit == _WITHOUT_QUOTES else _STRING_TAG

    # Nothing is resolved by path. Both are called for every node with what these functions take, and what they return is not looked at;
    # functions in Python, though empty, take a tenth of the time of composing.
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(bool)


def compose(chunk: str) -> yaml.Node | None:
    """The document's node. An anchor may be set twice, as YAML and kubectl allow and PyYAML does not."""
    try:
        loader = _Composer(chunk)
        try:
            root: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
        return root
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in str(error):
            raise
    events: Iterator[Any] = iter(list(yaml.parse(chunk, Loader=yaml.CLoader))[2:-2])
    return _compose_events(events, next(events), {})


def _compose_events(events: Iterator[Any], event: Any, anchors: dict[str, yaml.Node]) -> yaml.Node:
    """Compose the node that ``event`` starts; an alias means the latest anchor of its name."""
    start, end = event.start_mark, event.end_mark
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise yaml.composer.ComposerError(None, None, f"found undefined alias {event.anchor}", start)
        return anchors[event.anchor]
    node: yaml.Node
    match event:
        case yaml.ScalarEvent():
            tag = event.tag or (PLAIN_TAG if event.implicit[0] else _STRING_TAG)
            node = yaml.ScalarNode(tag, event.value, start, end, event.style)
        case yaml.SequenceStartEvent():
            node = yaml.SequenceNode(_STRING_TAG, [], start, end)
        case _:
            node = yaml.MappingNode(_STRING_TAG, [], start, end)
    if event.anchor:
        anchors[event.anchor] = node
    if isinstance(node, yaml.ScalarNode):
        return node
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            node.end_mark = inner.end_mark
            break
        child = _compose_events(events, inner, anchors)
        node.value.append((child, _compose_events(events, next(events), anchors)) if isinstance(node, yaml.MappingNode) else child)
    return node


def bound_exceeded(chunk: str) -> str | None:
    """The limit that parsing this document would pass, or None. Cheap for ordinary text; only suspects are walked event by event."""
    if chunk.count("*") > MAX_ALIASES and len(re.findall(r"(?<![^\s\[,{:])\*[\w.-]", chunk)) > MAX_ALIASES:
        return f"it uses more than {MAX_ALIASES} aliases"
    # A block level needs a column, a flow level a bracket: few of both cannot nest deep.
    brackets = chunk.count("[") + chunk.count("{")
    is_shallow = brackets < MAX_DEPTH // 2 and not _has_line_of(chunk, MAX_DEPTH // 2 - brackets)
    # Every node but the first has one of these before it.
    is_small = len(chunk) < MAX_NODES or sum(map(chunk.count, ",:-?[{")) < MAX_NODES
    if is_shallow and is_small:
        return None
    depth = nodes = 0
    try:
        for event in yaml.parse(chunk, Loader=yaml.CLoader):
            nodes += isinstance(event, yaml.NodeEvent)
            if nodes > MAX_NODES:
                return f"it holds more than {MAX_NODES} values"
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return f"it nests deeper than {MAX_DEPTH} levels"
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        return None
    return None


def _has_line_of(chunk: str, length: int) -> bool:
    """Whether any line has ``length`` characters or more. It goes in steps of that length: most are the whole of a short document."""
    start = 0
    while start + length <= len(chunk):
        start = chunk.rfind("\n", start, start + length) + 1
        if start == 0:
            return True
    return False


class Growth(NamedTuple):
    """The node, by its offset, at which aliases make a document endless or too large, and what it does."""

    offset: int
    problem: str


def aliases_exceeded(root: yaml.Node) -> Growth | None:
    """Where a document contains itself, or grows by more than ``MAX_ALIASED_NODES`` through its aliases; None where it is sound.

    Every node is looked at once, however many ways lead to it; without recursion, for aliases can nest deeper than the text does.
    """
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    pending = [(root, False)]
    written = 0
    while pending:
        node, is_done = pending.pop()
        key = id(node)
        if is_done:
            open_nodes.discard(key)
            sizes[key] = 1 + sum(sizes[id(child)] for child in children(node))
            written += 1
            if sizes[key] - written > MAX_ALIASED_NODES:
                return Growth(node.start_mark.index, f"its aliases stand for more than {MAX_ALIASED_NODES} nodes")
        elif key in open_nodes:
            return Growth(node.start_mark.index, "an anchor's value contains itself")
        elif key not in sizes:
            inner = children(node)
            if not inner:
                sizes[key] = 1 + len(node.value) // _NODE_TEXT
                written += sizes[key]
                continue
            open_nodes.add(key)
            pending.append((node, True))
            pending.extend((child, False) for child in inner)
    return None


def children(node: yaml.Node) -> list[yaml.Node]:
    """The nodes right below ``node``: keys and values of a mapping, items of a sequence."""
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []
