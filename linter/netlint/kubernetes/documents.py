"""YAML and JSON text into documents: split on the text, sieve by kind, compose only what can matter."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

from netlint.kubernetes.composing import aliases_exceeded, bound_exceeded, children, compose
from netlint.kubernetes.plain import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.nodes import Node

_SEPARATOR: Final = re.compile(r"^(?:---(?=[ \t\r\n]|\Z)|\.\.\.[ \t]*(?:#[^\r\n]*)?$)", re.MULTILINE)
_KIND_LINE: Final = re.compile(r"^(?:\"kind\"|'kind'|kind)[ \t]*:[ \t]*[\"']?([A-Za-z]\w*)", re.MULTILINE)
_API_VERSION_LINE: Final = re.compile(r"^(?:\"apiVersion\"|'apiVersion'|apiVersion)[ \t]*:", re.MULTILINE)
_JSON_KIND: Final = re.compile(r"\"kind\"\s*:\s*\"")
_ACTION_AS_VALUE: Final = re.compile(r"^[^\"'#\r\n]*[:-][ \t]+\{\{", re.MULTILINE)
_TEMPLATE_ACTION: Final = re.compile(r"\{\{|\{%|^[ \t]*<%|^[ \t]*#@", re.MULTILINE)

_JSON_DECODER: Final = json.JSONDecoder()
_HEAD: Final = 1000
"""Characters among which the first that is no blank is looked for."""
_BLANK: Final = re.compile(r"\s*")

READ_KINDS: Final = frozenset(
    """
    Pod PodTemplate Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob DeploymentConfig
    Service Endpoints EndpointSlice ConfigMap Ingress HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute VirtualService ReferenceGrant
    IngressRoute IngressRouteTCP IngressRouteUDP TraefikService Kustomization Component ClusterServiceVersion Namespace
    NetworkPolicy AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy CiliumClusterwideNetworkPolicy
    VirtualMachine VirtualMachineInstance VirtualMachineInstanceReplicaSet
    CiliumNetworkPolicy GlobalNetworkPolicy StagedGlobalNetworkPolicy StagedNetworkPolicy
    HTTPProxy IngressClass IngressClassParams GatewayClass Gateway BackendConfig GCPBackendPolicy DestinationRule EnvoyFilter
    ServersTransport BackendTrafficPolicy ClientTrafficPolicy HelmRelease HelmChart HelmChartConfig Application
    """.split()
)
"""Kinds the readers know; of any other kind only documents that can hold a pod template or a list are parsed."""


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


def _split_documents(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the documents of a YAML stream. ``---`` and ``...`` end a document wherever they start a line (YAML 1.2 §9.1)."""
    start = 0
    for match in _separators(text):
        if match.start() > start:
            yield start, match.start()
        start = match.start() if match[0] == "---" else match.end()
    if start < len(text):
        yield start, len(text)


def _separators(text: str) -> Iterator[re.Match[str]]:
    """Every match of ``_SEPARATOR``."""
    if "\n..." in text or text.startswith("..."):
        yield from _SEPARATOR.finditer(text)
        return
    # The expression tries every character; looking for the few lines that can match costs a tenth of that.
    at = 0
    while True:
        if match := _SEPARATOR.match(text, at):
            yield match
        at = text.find("\n---", at) + 1
        if at == 0:
            return


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


def read_documents(text: str, path: str, read_all: bool = False) -> Iterator[Document | BrokenDocument | TemplatedDocument]:
    """The documents of the file at ``path`` that can matter, in order; others are passed over without parsing.

    ``read_all``: read them whatever their kind (a kustomization may leave its kind out).
    """
    if _is_json(text):
        if _JSON_KIND.search(text):
            for start, end in _split_json(text):
                yield from _parse(text[start:end], path, start, end)
        return
    for start, end in _split_documents(text):
        chunk = text[start:end]
        if read_all or _may_matter(chunk):
            yield from _parse(chunk, path, start, end)


def document_bounds(text: str) -> tuple[tuple[int, int], ...]:
    """Where each document starts and ends, whatever it holds."""
    return tuple(_split_json(text) if _is_json(text) else _split_documents(text))


def composed_document(text: str, start: int, end: int) -> yaml.Node | None:
    """The document between two of ``document_bounds`` as libyaml composes it, its marks counted from ``start``; None for a broken one."""
    chunk = text[start:end]
    try:
        root = None if bound_exceeded(chunk) else compose(chunk)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return None if root is None or aliases_exceeded(root) else root


def _is_json(text: str) -> bool:
    head = text[:_HEAD].lstrip()
    return head[:1] == "{" and head[:2] != "{{"


def _may_matter(chunk: str) -> bool:
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


def _parse(chunk: str, path: str, start: int, end: int) -> Iterator[Document | BrokenDocument | TemplatedDocument]:
    plain = read_plain(chunk, path, start)
    if plain is not None:
        yield Document(plain, start, end)
        return
    bound = bound_exceeded(chunk)
    if bound:
        yield BrokenDocument(start, end, start, bound)
        return
    try:
        root = compose(chunk)
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
    grown = aliases_exceeded(root) if "*" in chunk and "&" in chunk else None
    if grown is not None:
        yield BrokenDocument(start, end, start + grown.offset, grown.problem)
        return
    # The plain search first: the expression alone costs a quarter as much as composing does.
    if "{{" in chunk and _ACTION_AS_VALUE.search(chunk) and _has_action(root):
        yield TemplatedDocument(start, end)
    else:
        yield Document(root, start, end)


def _looks_like_manifest(chunk: str) -> bool:
    if _API_VERSION_LINE.search(chunk) and _KIND_LINE.search(chunk):
        return True
    return bool(_JSON_KIND.search(chunk) and '"apiVersion"' in chunk)


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
        pending.extend(children(node))
    return False


def _describe(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.problem, error.context and f"({error.context})") if part)
