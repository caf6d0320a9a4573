"""Facts of all files into units: follows kustomizations through their resources, and gathers what is left by folder."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from netlint.kubernetes.facts import (
    ConfigMap,
    EndpointSet,
    ForeignPolicy,
    FrontDoorObject,
    NetworkPolicy,
    PatchTarget,
    ReferenceGrant,
    Route,
    Service,
    Workload,
)
from netlint.kubernetes.kustomizations import is_kustomization_file, merge_labels
from netlint.kubernetes.reader import read_manifests
from netlint.model.units import Gap, Unit
from netlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netlint.kubernetes.facts import KubernetesFacts, Kustomization, Labels, PolicyRule, Selector
    from netlint.kubernetes.values import Value

_Item = TypeVar("_Item", Service, Workload, ConfigMap, EndpointSet, Route, ReferenceGrant, NetworkPolicy, ForeignPolicy, FrontDoorObject)

_MAX_KUSTOMIZATION_DEPTH: Final = 32


def build_units(facts: Sequence[KubernetesFacts], roots: Mapping[str, str], all_paths: frozenset[str]) -> tuple[Unit, ...]:
    """The units of a run.

    ``roots``: the folder of the command line that each file was found under, empty for one that was named itself. ``all_paths``: every file
    discovered, so that a missing resource can be told from one that holds nothing.
    """
    by_path = {item.path: item for item in facts}
    kustomizations = {
        posixpath.normpath(item.directory or "."): item
        for entry in facts
        for item in entry.kustomizations
        if is_kustomization_file(item.path)
    }
    named = {folder for item in kustomizations.values() for folder in _named_folders(item, kustomizations)}
    units = []
    taken: set[str] = set()
    for folder, kustomization in sorted(kustomizations.items()):
        builder = _Builder(by_path, kustomizations, all_paths)
        if folder in named or kustomization.is_component:
            # Its files are judged as part of the kustomizations that build on it; here they are only claimed.
            builder.follow(kustomization, 0)
            taken |= builder.claimed
            continue
        builder.follow(kustomization, 0)
        taken |= builder.claimed
        units.append(builder.unit(kustomization))
    leftovers: dict[str, list[KubernetesFacts]] = {}
    for entry in facts:
        if posixpath.normpath(entry.path) not in taken:
            leftovers.setdefault(roots.get(entry.path, ""), []).append(entry)
    for root, entries in sorted(leftovers.items()):
        units.append(_plain_unit(root, entries))
    return tuple(units)


def _named_folders(item: Kustomization, known: Mapping[str, Kustomization]) -> Iterator[str]:
    for value in (*item.resources, *item.components):
        folder = posixpath.normpath(posixpath.join(item.directory, value.text))
        if folder in known:
            yield folder


def _plain_unit(root: str, entries: Sequence[KubernetesFacts]) -> Unit:
    gaps = tuple(gap for entry in entries for gap in _gaps_of_reading(entry))
    return Unit(
        name=root or ".",
        is_kustomization=False,
        workloads=tuple(item for entry in entries for item in entry.workloads if not item.meta.is_hook),
        outlines=tuple(item for entry in entries for item in entry.outlines if not item.meta.is_hook),
        services=tuple(item for entry in entries for item in entry.services if not item.meta.is_hook),
        endpoint_sets=tuple(item for entry in entries for item in entry.endpoint_sets),
        config_maps=tuple(item for entry in entries for item in entry.config_maps),
        routes=tuple(item for entry in entries for item in entry.routes),
        reference_grants=tuple(item for entry in entries for item in entry.reference_grants),
        policies=tuple(item for entry in entries for item in entry.policies if not item.meta.is_hook),
        foreign_policies=tuple(item for entry in entries for item in entry.foreign_policies),
        namespaces=tuple(item for entry in entries for item in entry.namespaces),
        front_door_objects=tuple(item for entry in entries for item in entry.front_door_objects),
        gaps=gaps,
        paths=frozenset(entry.path for entry in entries),
    )


def _gaps_of_reading(entry: KubernetesFacts) -> Iterator[Gap]:
    """Documents of a file that could not be read or were not rendered."""
    for problem in entry.problems:
        yield Gap(problem.span.path, "holds a document that could not be read")
    for note in entry.notes:
        if note.kind == "not-rendered":
            yield Gap(note.span.path, "holds a template that was not rendered")


@dataclass(eq=False, repr=False)
class _Builder:
    """Follows one kustomization through its resources and collects what it deploys."""

    facts: Mapping[str, KubernetesFacts]
    kustomizations: Mapping[str, Kustomization]
    all_paths: frozenset[str]
    claimed: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    patches: list[PatchTarget] = field(default_factory=list)
    collected: dict[str, tuple[KubernetesFacts, str | None, Labels]] = field(default_factory=dict)
    generated: list[ConfigMap] = field(default_factory=list)
    image_names: list[tuple[Value, Value]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def follow(self, item: Kustomization, depth: int, namespace: str | None = None, labels: Labels = ()) -> None:
        """Collect ``item`` and all below it. An outer ``namespace`` or label wins over an inner one."""
        if item.path in self.seen or depth > _MAX_KUSTOMIZATION_DEPTH:
            return
        self.seen.add(item.path)
        self.claimed.add(posixpath.normpath(item.path))
        namespace = namespace or (item.namespace.text if item.namespace else None)
        labels = merge_labels(item.common_labels, labels)
        self.gaps += [Gap(item.path, f"uses {feature}, which is not applied") for feature in item.opaque]
        self._note_patches(item)
        self.image_names += item.image_names
        self.generated += [_placed(found, namespace) for found in item.generated_config_maps]
        for value in (*item.resources, *item.components):
            self._resource(item, value.text, depth, namespace, labels)

    def _resource(self, item: Kustomization, text: str, depth: int, namespace: str | None, labels: Labels) -> None:
        path = posixpath.normpath(posixpath.join(item.directory, text))
        inner = self.kustomizations.get(path)
        if inner is not None:
            self.follow(inner, depth + 1, namespace, labels)
        elif path in self.facts:
            entry = self.facts[path]
            self.claimed.add(path)
            self.collected[path] = (entry, namespace, labels)
            self.gaps += _gaps_of_reading(entry)
        elif path not in self.all_paths:
            self.gaps.append(Gap(item.path, f"names {text}, which is not in view"))

    def _note_patches(self, item: Kustomization) -> None:
        self.patches += item.patch_targets
        for value in item.other_files:
            path = posixpath.normpath(posixpath.join(item.directory, value.text))
            self.claimed.add(path)
            if path in self.facts:
                self.patches += self.facts[path].patch_documents
        for patch in item.inline_patches:
            self.patches += _inline_patch_targets(patch)

    def unit(self, root: Kustomization) -> Unit:
        """The unit that was collected."""
        entries = list(self.collected.values())
        return Unit(
            name=root.path,
            is_kustomization=True,
            workloads=tuple(
                _labelled_workload(_placed(item, namespace), labels)
                for entry, namespace, labels in entries
                for item in entry.workloads
                if not item.meta.is_hook
            ),
            outlines=tuple(
                _labelled_workload(_placed(item, namespace), labels) for entry, namespace, labels in entries for item in entry.outlines
            ),
            services=tuple(
                _labelled_service(_placed(item, namespace), labels) for entry, namespace, labels in entries for item in entry.services
            ),
            endpoint_sets=tuple(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.endpoint_sets),
            config_maps=(*(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.config_maps), *self.generated),
            routes=tuple(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.routes),
            reference_grants=tuple(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.reference_grants),
            policies=tuple(
                _labelled_policy(_placed(item, namespace), labels) for entry, namespace, labels in entries for item in entry.policies
            ),
            foreign_policies=tuple(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.foreign_policies),
            namespaces=tuple(item for entry, _, _ in entries for item in entry.namespaces),
            front_door_objects=tuple(_placed(item, namespace) for entry, namespace, _ in entries for item in entry.front_door_objects),
            image_names=tuple(self.image_names),
            patches=tuple(self.patches),
            gaps=tuple(dict.fromkeys(self.gaps)),
            paths=frozenset((*self.seen, *(entry.path for entry, _, _ in entries))),
        )


def _inline_patch_targets(patch: str) -> Iterator[PatchTarget]:
    """Objects that a patch written inside a kustomization names; one that names none may change any."""
    documents = read_manifests(SourceFile("patch", patch)).patch_documents
    yield from documents or (PatchTarget(None, None),)


def _placed(item: _Item, namespace: str | None) -> _Item:
    """``item`` in the namespace that the kustomization gives it, if any."""
    return item._replace(meta=item.meta._replace(namespace=namespace)) if namespace else item


def _labelled_workload(workload: Workload, labels: Labels) -> Workload:
    if not labels:
        return workload
    template = workload.template._replace(labels=merge_labels(workload.template.labels, labels))
    selector = workload.selector
    return workload._replace(template=template, selector=_labelled_selector(selector, labels) if selector else None)


def _labelled_service(service: Service, labels: Labels) -> Service:
    if not labels or service.selector is None:
        return service
    return service._replace(selector=_labelled_selector(service.selector, labels))


def _labelled_policy(policy: NetworkPolicy, labels: Labels) -> NetworkPolicy:
    """Common labels go into selectors that have ``matchLabels``; an empty one stays one for all pods.

    Source: kustomize api/internal/konfig/builtinpluginconsts/commonlabels.go (``create: false``).
    """
    if not labels:
        return policy
    return policy._replace(
        pod_selector=_labelled_where_written(policy.pod_selector, labels),
        ingress=tuple(_labelled_rule(rule, labels) for rule in policy.ingress),
        egress=tuple(_labelled_rule(rule, labels) for rule in policy.egress),
    )


def _labelled_rule(rule: PolicyRule, labels: Labels) -> PolicyRule:
    return rule._replace(
        peers=tuple(
            peer._replace(pod_selector=peer.pod_selector and _labelled_where_written(peer.pod_selector, labels)) for peer in rule.peers
        )
    )


def _labelled_where_written(selector: Selector, labels: Labels) -> Selector:
    return _labelled_selector(selector, labels) if selector.match_labels else selector


def _labelled_selector(selector: Selector, labels: Labels) -> Selector:
    return selector._replace(match_labels=merge_labels(selector.match_labels, labels))
