"""One file of YAML or JSON into facts: pure, without a look at any other file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.documents import (
    BrokenDocument,
    TemplatedDocument,
    read_documents,
)
from netlint.kubernetes.facts import (
    ConfigMap,
    EndpointSet,
    KubernetesFacts,
    Kustomization,
    ObjectMeta,
    PatchTarget,
    ReadNote,
    ReadProblem,
    ReferenceGrant,
    Route,
    Service,
    Workload,
)
from netlint.kubernetes.kustomizations import is_kustomization_file, read_kustomization
from netlint.kubernetes.routes import ROUTE_KINDS, read_reference_grant, read_route
from netlint.kubernetes.services import read_config_map, read_endpoint_slice, read_endpoints, read_service
from netlint.kubernetes.tree import Origin, Tree
from netlint.kubernetes.workloads import read_cluster_service_version, read_labels, read_outline, read_workload
from netlint.source import SourceFile, Span

if TYPE_CHECKING:
    from netlint.kubernetes.values import Value

IGNORE_ANNOTATION: Final = "netlint.io/ignore"
MAX_OBJECTS: Final = 50_000
"""Objects one file may hold; a List of aliases can claim more without being large."""
_MAX_LIST_DEPTH: Final = 8


@dataclass(slots=True)
class _Collected:
    workloads: list[Workload] = field(default_factory=list)
    outlines: list[Workload] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    endpoint_sets: list[EndpointSet] = field(default_factory=list)
    config_maps: list[ConfigMap] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    reference_grants: list[ReferenceGrant] = field(default_factory=list)
    kustomizations: list[Kustomization] = field(default_factory=list)
    patch_documents: list[PatchTarget] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)
    notes: list[ReadNote] = field(default_factory=list)
    ignores: list[tuple[ObjectMeta, Value]] = field(default_factory=list)
    objects: int = 0


def read_manifests(source: SourceFile) -> KubernetesFacts:
    """The Kubernetes facts of a file. A document that cannot be read is a problem of its own and costs the others nothing."""
    collected = _Collected()
    path, text = source.path, source.text
    for document in read_documents(text, is_kustomization_file(path)):
        if isinstance(document, BrokenDocument):
            span = Span(path, document.offset, _end_of_line(text, document.offset, document.end))
            collected.problems.append(ReadProblem(span, document.problem))
        elif isinstance(document, TemplatedDocument):
            span = Span(path, document.start, document.end)
            collected.notes.append(ReadNote("not-rendered", span, "is a template and was not rendered"))
        else:
            origin = Origin(path, text, document.shift)
            _collect(Tree(document.root, origin), collected, 0)
            collected.notes.extend(
                ReadNote(
                    "duplicate-key",
                    span,
                    f"has the key {text[span.start : span.end]} twice; the last one counts",
                )
                for span in dict.fromkeys(origin.duplicate_keys)
            )
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
        patch_documents=tuple(collected.patch_documents),
        problems=tuple(collected.problems),
        notes=tuple(collected.notes),
        objects=collected.objects,
        ignores=tuple(collected.ignores),
    )


def _collect(root: Tree, collected: _Collected, depth: int) -> None:
    kind, api_version = root.scalar("kind"), root.scalar("apiVersion")
    path = root.origin.path
    is_kustomization = kind is not None and api_version is not None and api_version.text.startswith("kustomize.config.k8s.io/")
    if is_kustomization_file(path) or is_kustomization:
        collected.kustomizations.append(read_kustomization(root, path))
        return
    if kind is None or api_version is None:
        return
    items = root.get("items")
    if kind.text.endswith("List") and items is not None and items.is_sequence:
        for item in items.items() if depth < _MAX_LIST_DEPTH else []:
            _collect(item, collected, depth + 1)
        return
    if collected.objects >= MAX_OBJECTS:
        if collected.objects == MAX_OBJECTS:
            collected.objects += 1
            collected.notes.append(
                ReadNote(
                    "limit-reached",
                    kind.span,
                    f"holds more than {MAX_OBJECTS} objects; the rest was not read",
                )
            )
        return
    collected.objects += 1
    meta = read_meta(root, kind, api_version)
    collected.patch_documents.append(PatchTarget(meta.kind, meta.name))
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
        case "ReferenceGrant":
            collected.reference_grants.append(read_reference_grant(root, meta))
        case "ClusterServiceVersion":
            collected.workloads.extend(read_cluster_service_version(root, meta))
        case kind if kind in ROUTE_KINDS:
            # An Ingress of config.openshift.io or operator.* is a setting of the cluster, not a route.
            if kind != "Ingress" or group in ("networking.k8s.io", "extensions"):
                collected.routes.append(read_route(root, meta))
        case _:
            workload = read_workload(root, meta)
            outline = read_outline(root, meta) if workload is None else None
            if workload is not None:
                collected.workloads.append(workload)
            elif outline is not None:
                collected.outlines.append(outline)


def read_meta(root: Tree, kind: Value, api_version: Value) -> ObjectMeta:
    """Identity of an object."""
    name = root.scalar("metadata", "name") or root.scalar("metadata", "generateName")
    namespace = root.scalar("metadata", "namespace")
    return ObjectMeta(
        api_version=api_version.text,
        kind=kind.text,
        name=name.text if name else "",
        namespace=namespace.text if namespace and namespace.text and not namespace.is_placeholder else None,
        labels=read_labels(root, "metadata", "labels"),
        annotations=read_labels(root, "metadata", "annotations"),
        span=root.span,
        head=name.span if name else kind.span,
    )


def _end_of_line(text: str, offset: int, limit: int) -> int:
    end = text.find("\n", offset, limit)
    return max(end if end >= 0 else limit, min(offset + 1, limit))
