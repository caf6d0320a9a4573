"""YAML and JSON text into the texts of its documents, and a look at each that tells which of them can matter."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATOR: Final = re.compile(r"^(?:---(?=[ \t\r\n]|\Z)|\.\.\.[ \t]*(?:#[^\r\n]*)?$)", re.MULTILINE)
_KIND_LINE: Final = re.compile(r"^(?:\"kind\"|'kind'|kind)[ \t]*:[ \t]*(?:[&!]\S*[ \t]+)*[\"']?([A-Za-z]\w*)", re.MULTILINE)
_API_VERSION_LINE: Final = re.compile(r"^(?:\"apiVersion\"|'apiVersion'|apiVersion)[ \t]*:", re.MULTILINE)
JSON_KIND: Final = re.compile(r"\"kind\"\s*:\s*\"")
"""A kind anywhere in JSON."""

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


def document_bounds(text: str) -> tuple[tuple[int, int], ...]:
    """Where each document starts and ends, whatever it holds."""
    return tuple(split_json(text) if is_json(text) else split_documents(text))


def split_documents(text: str) -> Iterator[tuple[int, int]]:
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


def split_json(text: str) -> Iterator[tuple[int, int]]:
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


def is_json(text: str) -> bool:
    """Whether the text starts as an object of JSON does, and not as a template."""
    head = text[:_HEAD].lstrip()
    return head[:1] == "{" and head[:2] != "{{"


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
        return bool(JSON_KIND.search(chunk)) or bool(re.search(r"^[ \t]+kind:", chunk, re.MULTILINE) and _indented(chunk))
    return any(
        kind in READ_KINDS or kind.endswith("List") or ("containers:" in chunk and kind != "CustomResourceDefinition") for kind in kinds
    )


def _indented(chunk: str) -> bool:
    """Whether every line with content is indented: a document whose first column is empty."""
    return not re.search(r"^(?!---|#|%)[^\s]", chunk, re.MULTILINE)


def looks_like_manifest(chunk: str) -> bool:
    """Whether a document that does not parse was meant to be an object of Kubernetes."""
    if _API_VERSION_LINE.search(chunk) and _KIND_LINE.search(chunk):
        return True
    return bool(JSON_KIND.search(chunk) and '"apiVersion"' in chunk)
