"""One file of YAML or JSON into facts: pure, without a look at any other file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.facts import (
    ConfigMap,
    EndpointSet,
    ForeignPolicy,
    FrontDoorObject,
    KubernetesFacts,
    Kustomization,
    Namespace,
    NetworkPolicy,
    ObjectMeta,
    ReadNote,
    ReadProblem,
    ReferenceGrant,
    Route,
    Service,
    Workload,
)
from netlint.kubernetes.front_doors import FRONT_DOOR_KINDS, read_front_door_object
from netlint.kubernetes.kustomizations import is_kustomization_file, read_kustomization
from netlint.kubernetes.nodes import BrokenDocument, TemplatedDocument
from netlint.kubernetes.policies import FOREIGN_KINDS, POLICY_GROUP, read_network_policy
from netlint.kubernetes.routes import ROUTE_KINDS, read_reference_grant, read_route
from netlint.kubernetes.services import read_config_map, read_endpoint_slice, read_endpoints, read_service
from netlint.kubernetes.tree import Origin, tree_of
from netlint.kubernetes.workloads import read_cluster_service_version, read_labels, read_outline, read_workload
from netlint.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value

IGNORE_ANNOTATION: Final = "netlint.io/ignore"
MAX_OBJECTS: Final = 50_000
"""Objects one file may hold; a List of aliases can claim more without being large."""
MAX_OBJECT_CHARACTERS: Final = 6 * 1024 * 1024
"""Text of one object, comments and indentation included. The API server takes no request above 3 MiB
(kubernetes staging/src/k8s.io/apiserver/pkg/server/config.go, ``MaxRequestBodyBytes``)."""
MAX_PROBLEMS: Final = 1000
"""Broken documents of a file that are told one by one."""
_MAX_LIST_DEPTH: Final = 8


class _Collected:
    """What a file holds, as it is found. No dataclass: to make one of so many fields takes as long as reading ten manifests."""

    def __init__(self) -> None:
        self.workloads: list[Workload] = []
        self.outlines: list[Workload] = []
        self.services: list[Service] = []
        self.endpoint_sets: list[EndpointSet] = []
        self.config_maps: list[ConfigMap] = []
        self.routes: list[Route] = []
        self.reference_grants: list[ReferenceGrant] = []
        self.kustomizations: list[Kustomization] = []
        self.problems: list[ReadProblem] = []
        self.notes: list[ReadNote] = []
        self.ignores: list[tuple[ObjectMeta, Value]] = []
        self.policies: list[NetworkPolicy] = []
        self.foreign_policies: list[ForeignPolicy] = []
        self.namespaces: list[Namespace] = []
        self.front_door_objects: list[FrontDoorObject] = []
        self.objects = 0


def read_manifests(source: SourceFile) -> KubernetesFacts:
    """The Kubernetes facts of a file. A document that cannot be read is a problem of its own and costs the others nothing."""
    path, text = source.path, source.text
    if "\r" in text and "\n" not in text:
        # Lines that end in a carriage return alone, as YAML allows: no offset changes, and one kind of line break is looked for below.
        text = text.replace("\r", "\n")
    documents = read_documents(text, path, is_kustomization_file(path))
    first = next(documents, None)
    if first is None:
        # As in most files of a repository.
        return KubernetesFacts(path)
    collected = _Collected()
    for document in chain((first,), documents):
        if collected.objects > MAX_OBJECTS:
            break
        if isinstance(document, BrokenDocument):
            span = Span(path, document.offset, _end_of_line(text, document.offset, document.end))
            if len(collected.problems) < MAX_PROBLEMS:
                collected.problems.append(ReadProblem(span, document.problem))
            elif not any(note.kind == "limit-reached" for note in collected.notes):
                message = f"has more than {MAX_PROBLEMS} documents that cannot be read; only those are listed"
                collected.notes.append(ReadNote("limit-reached", span, message))
        elif isinstance(document, TemplatedDocument):
            span = Span(path, document.start, document.end)
            collected.notes.append(ReadNote("not-rendered", span, "is a template and was not rendered"))
        else:
            origin = Origin(path, text, document.start)
            _collect(tree_of(document.root, origin), collected, 0)
            collected.notes.extend(_duplicate_keys(origin))
    return _facts(path, collected)


def read_object(root: Tree) -> KubernetesFacts:
    """The facts of one object, wherever it comes from."""
    collected = _Collected()
    _collect_object(root, collected, 0, None)
    return _facts(root.span.path, collected)


def _facts(path: str, collected: _Collected) -> KubernetesFacts:
    return KubernetesFacts(
        path=path,
        workloads=tuple(collected.workloads),
        outlines=tuple(collected.outlines),
        services=tuple(collected.services),
        endpoint_sets=tuple(collected.endpoint_sets),
        config_maps=tuple(collected.config_maps),
        routes=tuple(collected.routes),
        reference_grants=tuple(collected.reference_grants),
        kustomizations=tuple(collected.kustomizations),
        problems=tuple(collected.problems),
        notes=tuple(collected.notes),
        objects=collected.objects,
        ignores=tuple(collected.ignores),
        policies=tuple(collected.policies),
        foreign_policies=tuple(collected.foreign_policies),
        namespaces=tuple(collected.namespaces),
        front_door_objects=tuple(collected.front_door_objects),
    )


def _duplicate_keys(origin: Origin) -> Iterator[ReadNote]:
    keys = {span: origin.text[span.start : span.end] for span in origin.duplicate_keys}
    joined = [span for span, key in keys.items() if key in ("apiVersion", "kind") and _starts_a_line(origin.text, span)]
    if joined:
        message = "starts another object without --- before it: both are read as one, in which the last of each key counts"
        yield ReadNote("duplicate-key", joined[0], message)
        return
    for span, key in keys.items():
        yield ReadNote("duplicate-key", span, f"has the key {key} twice; the last one counts")


def _starts_a_line(text: str, span: Span) -> bool:
    return span.start == 0 or text[span.start - 1] in "\r\n"


def _collect(root: Tree, collected: _Collected, depth: int, listed: tuple[Value, Value] | None = None) -> None:
    """Collect one document, or what is listed in it: a kustomization, or an object."""
    path = root.origin.path
    api_version = root.scalar("apiVersion")
    is_kustomization = (
        api_version is not None and api_version.text.startswith("kustomize.config.k8s.io/") and root.scalar("kind") is not None
    )
    if is_kustomization_file(path) or is_kustomization:
        collected.kustomizations.append(read_kustomization(root, path))
        return
    _collect_object(root, collected, depth, listed)


def _collect_object(root: Tree, collected: _Collected, depth: int, listed: tuple[Value, Value] | None) -> None:
    """Collect one object. ``listed``: kind and version of the typed list it is an item of, whose items need not repeat them."""
    kind, api_version = root.scalar("kind"), root.scalar("apiVersion")
    if kind is None and listed is not None:
        list_kind, api_version = listed
        kind = list_kind._replace(text=list_kind.text.removesuffix("List"))
    if kind is None or api_version is None:
        return
    items = root.get("items")
    if kind.text.endswith("List") and items is not None and items.is_sequence:
        for item in items.items() if depth < _MAX_LIST_DEPTH else []:
            _collect(item, collected, depth + 1, (kind, api_version) if kind.text != "List" else None)
        return
    if collected.objects >= MAX_OBJECTS:
        if collected.objects == MAX_OBJECTS:
            collected.objects += 1
            message = f"holds more than {MAX_OBJECTS} objects; the rest was not read"
            collected.notes.append(ReadNote("limit-reached", kind.span, message))
        return
    collected.objects += 1
    size = root.size
    if size > MAX_OBJECT_CHARACTERS:
        message = f"is an object of {size / 1_000_000:.0f} MB, more than the API server takes; it was not read"
        collected.notes.append(ReadNote("limit-reached", kind.span, message))
        return
    meta = _read_meta(root, kind, api_version)
    ignore = meta.annotation(IGNORE_ANNOTATION)
    if ignore is not None:
        collected.ignores.append((meta, ignore))
    _dispatch(root, meta, collected)


def _dispatch(root: Tree, meta: ObjectMeta, collected: _Collected) -> None:
    group = meta.api_version.rpartition("/")[0]
    match meta.kind:
        # Knative's Service (serving.knative.dev) shares nothing with the core one but its name.
        case "Service" if group == "":
            collected.services.append(read_service(root, meta))
        case "Endpoints":
            collected.endpoint_sets.append(read_endpoints(root, meta))
        case "EndpointSlice":
            collected.endpoint_sets.append(read_endpoint_slice(root, meta))
        case "ConfigMap":
            collected.config_maps.append(read_config_map(root, meta))
        case "Namespace" if group == "":
            collected.namespaces.append(Namespace(meta))
        case "NetworkPolicy" if group in (POLICY_GROUP, "extensions"):
            collected.policies.append(read_network_policy(root, meta))
        case kind if kind == "NetworkPolicy" or kind in FOREIGN_KINDS:
            collected.foreign_policies.append(ForeignPolicy(meta))
        case "ReferenceGrant":
            collected.reference_grants.append(read_reference_grant(root, meta))
        case "ClusterServiceVersion":
            collected.workloads.extend(read_cluster_service_version(root, meta))
        case kind if kind in ROUTE_KINDS:
            # An Ingress of config.openshift.io or operator.* is a setting of the cluster, not a route.
            if kind != "Ingress" or group in ("networking.k8s.io", "extensions"):
                collected.routes.append(read_route(root, meta))
        case kind if kind in FRONT_DOOR_KINDS:
            collected.front_door_objects.append(read_front_door_object(root, meta))
        case _:
            workload = read_workload(root, meta)
            outline = read_outline(root, meta) if workload is None else None
            if workload is not None:
                collected.workloads.append(workload)
            elif outline is not None:
                collected.outlines.append(outline)


def _read_meta(root: Tree, kind: Value, api_version: Value) -> ObjectMeta:
    """Identity of an object."""
    metadata = root.at("metadata")
    name = metadata.scalar("name") or metadata.scalar("generateName")
    namespace = metadata.scalar("namespace")
    return ObjectMeta(
        api_version=api_version.text,
        kind=kind.text,
        name=name.text if name else "",
        namespace=namespace.text if namespace and namespace.text and not namespace.is_placeholder else None,
        labels=read_labels(metadata, "labels"),
        annotations=read_labels(metadata, "annotations"),
        span=root.span,
        head=name.span if name else kind.span,
    )


def _end_of_line(text: str, offset: int, limit: int) -> int:
    end = text.find("\n", offset, limit)
    return max(end if end >= 0 else limit, min(offset + 1, limit))
