"""YAML and JSON text into documents: split on the text, sieve by kind, parse in C only what can matter."""

from __future__ import annotations

import json
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

_SEPARATOR: Final = re.compile(r"^(?:---(?=[ \t\r\n]|\Z)|\.\.\.[ \t]*(?:#[^\r\n]*)?$)", re.MULTILINE)
_KIND_LINE: Final = re.compile(r"^(?:\"kind\"|'kind'|kind)[ \t]*:[ \t]*[\"']?([A-Za-z]\w*)", re.MULTILINE)
_API_VERSION_LINE: Final = re.compile(r"^(?:\"apiVersion\"|'apiVersion'|apiVersion)[ \t]*:", re.MULTILINE)
_JSON_KIND: Final = re.compile(r"\"kind\"\s*:\s*\"")
_ACTION_AS_VALUE: Final = re.compile(r"^[^\"'#\r\n]*[:-][ \t]+\{\{", re.MULTILINE)
_TEMPLATE_ACTION: Final = re.compile(r"\{\{|\{%|^[ \t]*<%|^[ \t]*#@", re.MULTILINE)

STRING_TAG: Final = "tag:yaml.org,2002:str"
PLAIN_TAG: Final = "plain"
"""Tag of a scalar without quotes or a tag of its own."""
_JSON_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"\s*")

READ_KINDS: Final = frozenset(
    """
    Pod PodTemplate Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob DeploymentConfig
    Service Endpoints EndpointSlice ConfigMap Ingress HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute VirtualService ReferenceGrant
    IngressRoute IngressRouteTCP IngressRouteUDP TraefikService Kustomization Component ClusterServiceVersion Namespace
    NetworkPolicy
    """.split()
)
"""Kinds the readers know; of any other kind only documents that can hold a pod template or a list are parsed."""


class Document(NamedTuple):
    """One YAML document that parsed. ``start``/``end`` bound it in the file; ``shift`` is added to its nodes' offsets."""

    root: yaml.Node
    shift: int
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


def split_documents(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the documents of a YAML stream. ``---`` and ``...`` end a document wherever they start a line (YAML 1.2 §9.1)."""
    start = 0
    for match in _SEPARATOR.finditer(text):
        if match.start() > start:
            yield start, match.start()
        start = match.start() if match[0] == "---" else match.end()
    if start < len(text):
        yield start, len(text)


def _split_json(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the JSON values of a stream, as kubectl reads them one after another; what is no JSON is one last document."""
    start = len(text) - len(text.lstrip())
    while start < len(text):
        try:
            _, end = _JSON_DECODER.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            yield start, len(text)
            return
        yield start, end
        blank = _BLANK.match(text, end)
        start = blank.end() if blank else end


def read_documents(text: str, read_all: bool = False) -> Iterator[Document | BrokenDocument | TemplatedDocument]:
    """The documents of ``text`` that can matter, in order; others are passed over without parsing.

    ``read_all``: read them whatever their kind (a kustomization may leave its kind out).
    """
    if text.lstrip()[:1] == "{" and text.lstrip()[:2] != "{{":
        if _JSON_KIND.search(text):
            for start, end in _split_json(text):
                yield from _parse(text[start:end], start, end)
        return
    for start, end in split_documents(text):
        chunk = text[start:end]
        if read_all or may_matter(chunk):
            yield from _parse(chunk, start, end)


def may_matter(chunk: str) -> bool:
    """Whether a document can hold something the readers know, judged by its bytes."""
    # Nearly every document says its kind once, plainly; finding that costs a tenth of the expression below.
    start = chunk.find("\nkind: ")
    if start >= 0 and chunk.find("\nkind:", start + 7) < 0:
        kind = chunk[start + 7 : chunk.find("\n", start + 7)].strip()
        if kind in READ_KINDS:
            return True
        if kind == "CustomResourceDefinition":
            return False
    kinds = _KIND_LINE.findall(chunk)
    if not kinds:
        # `kind` deeper than the first column is only of interest in a flow mapping (JSON in a stream) or an indented document.
        return bool(_JSON_KIND.search(chunk)) or bool(re.search(r"^[ \t]+kind:", chunk, re.MULTILINE) and _indented(chunk))
    return any(
        kind in READ_KINDS or kind.endswith("List") or ("containers:" in chunk and kind != "CustomResourceDefinition") for kind in kinds
    )


def _indented(chunk: str) -> bool:
    """Whether every line with content is indented: a document whose first column is empty."""
    return not re.search(r"^(?!---|#|%)[^\s]", chunk, re.MULTILINE)


def _parse(chunk: str, start: int, end: int) -> Iterator[Document | BrokenDocument | TemplatedDocument]:
    bound = _bound_exceeded(chunk)
    if bound:
        yield BrokenDocument(start, end, start, bound)
        return
    try:
        root = _compose(chunk)
    except yaml.MarkedYAMLError as error:
        if _TEMPLATE_ACTION.search(chunk):
            yield TemplatedDocument(start, end)
        elif _looks_like_manifest(chunk):
            mark = error.problem_mark or error.context_mark
            offset = start + min(mark.index, len(chunk.rstrip())) if mark else start
            yield BrokenDocument(start, end, offset, _describe(error))
        return
    except (yaml.YAMLError, ValueError) as error:
        if _looks_like_manifest(chunk):
            yield BrokenDocument(start, end, start, " ".join(str(error).split()))
        return
    except RecursionError:
        yield BrokenDocument(start, end, start, "it nests too deep")
        return
    if root is None:
        return
    grown = _aliases_exceeded(root) if "*" in chunk and "&" in chunk else None
    if grown is not None:
        yield BrokenDocument(start, end, start + grown.offset, grown.problem)
        return
    if _ACTION_AS_VALUE.search(chunk) and _has_action(root):
        yield TemplatedDocument(start, end)
    else:
        yield Document(root, start, start, end)


def _looks_like_manifest(chunk: str) -> bool:
    if _API_VERSION_LINE.search(chunk) and _KIND_LINE.search(chunk):
        return True
    return bool(_JSON_KIND.search(chunk) and '"apiVersion"' in chunk)


class _Composer(CParser):
    """libyaml's composer without PyYAML's resolver, which types scalars by other rules than kubectl's and costs half of the time."""

    def resolve(self, kind: type[yaml.Node], _: object, implicit: tuple[bool, bool]) -> str:
        """Tag of a node that has none: ``PLAIN_TAG`` for a word without quotes, to be typed from its text."""
        return PLAIN_TAG if kind is yaml.ScalarNode and implicit[0] else STRING_TAG

    def descend_resolver(self, *_: object) -> None:
        """Nothing is resolved by path."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by path."""


def _compose(chunk: str) -> yaml.Node | None:
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
            tag = event.tag or (PLAIN_TAG if event.implicit[0] else STRING_TAG)
            node = yaml.ScalarNode(tag, event.value, start, end, event.style)
        case yaml.SequenceStartEvent():
            node = yaml.SequenceNode(STRING_TAG, [], start, end)
        case _:
            node = yaml.MappingNode(STRING_TAG, [], start, end)
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


class _Growth(NamedTuple):
    """The node, by its offset, at which aliases make a document endless or too large, and what it does."""

    offset: int
    problem: str


def _aliases_exceeded(root: yaml.Node) -> _Growth | None:
    """Where a document contains itself, or grows by more than ``MAX_ALIASED_NODES``, as its aliases are written out; None where it is sound.

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
            sizes[key] = 1 + sum(sizes[id(child)] for child in _children(node))
            written += 1
            if sizes[key] - written > MAX_ALIASED_NODES:
                return _Growth(node.start_mark.index, f"its aliases stand for more than {MAX_ALIASED_NODES} nodes")
        elif key in open_nodes:
            return _Growth(node.start_mark.index, "an anchor's value contains itself")
        elif key not in sizes:
            children = _children(node)
            if not children:
                sizes[key] = 1 + len(node.value) // _NODE_TEXT
                written += sizes[key]
                continue
            open_nodes.add(key)
            pending.append((node, True))
            pending.extend((child, False) for child in children)
    return None


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _has_action(root: yaml.Node) -> bool:
    """Whether a template action without quotes was read as YAML: ``{{ .Values.x }}`` is a mapping whose key is a mapping."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and any(isinstance(key, yaml.MappingNode) for key, _ in node.value):
            return True
        pending.extend(_children(node))
    return False


def _describe(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.problem, error.context and f"({error.context})") if part)


def _bound_exceeded(chunk: str) -> str | None:
    """The limit that parsing this document would pass, or None. Cheap for ordinary text; only suspects are walked event by event."""
    if chunk.count("*") > MAX_ALIASES and len(re.findall(r"(?<![^\s\[,{:])\*[\w.-]", chunk)) > MAX_ALIASES:
        return f"it uses more than {MAX_ALIASES} aliases"
    # A block level needs a column, a flow level a bracket: few of both cannot nest deep.
    is_shallow = chunk.count("[") + chunk.count("{") + max(map(len, chunk.splitlines()), default=0) < MAX_DEPTH // 2
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
