"""Units: what is deployed together, and therefore may be paired.

A kustomization that no other names is a unit of its own; all other files below one folder of the command line are another, and so are all
files that it names themselves, as a pre-commit hook does. Nothing is paired across units.

Inside a unit that is only a folder tree, things are paired with what stands near them (see ``near``): such trees hold many examples side by
side, of which each is deployed alone.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from netlint.kubernetes.facts import ConfigMap, EndpointSet, PatchTarget, ReferenceGrant, Route, Service, Workload, label_map
from netlint.kubernetes.kustomizations import is_kustomization_file, merge_labels
from netlint.kubernetes.reader import read_manifests
from netlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from netlint.kubernetes.facts import KubernetesFacts, Kustomization, Labels, ObjectMeta, Selector
    from netlint.model.names import UsedName

_Item = TypeVar("_Item", Service, Workload, ConfigMap, EndpointSet, Route, ReferenceGrant)
_Key = TypeVar("_Key", bound="Hashable")
_Grouped = TypeVar("_Grouped")

_MAX_KUSTOMIZATION_DEPTH: Final = 32
_NEAR: Final = 3
"""The largest ``distance`` of two objects that are deployed together."""
_FAR: Final = 99
_MAX_PATTERN: Final = 1000
_MAX_REPETITIONS: Final = 2
_MAX_NAME: Final = 253
"""Characters of an object's name (kubernetes apimachinery pkg/util/validation, ``DNS1123SubdomainMaxLength``)."""
_REPEATED_GROUP: Final = re.compile(r"\)[*+?{]")
_REPETITION: Final = re.compile(r"[*+{]")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of a unit that is not in view: the file that says so, and what is missing."""

    path: str
    what: str


@dataclass(slots=True)
class Memo:
    """What was worked out of a unit so far: rules ask the same again and again, and a unit never changes.

    Objects are known by their identity, for to hash one is to hash all that it holds.
    """

    selected: dict[int, tuple[Workload, ...]] = field(default_factory=dict)
    """By Service (``selection.selected_workloads``)."""
    fronted: Mapping[int, tuple[Service, ...]] | None = None
    """By workload, for all of them at once (``selection.services_before``)."""
    names: dict[int, tuple[UsedName, ...]] = field(default_factory=dict)
    """By workload (``names.names_used``)."""
    config_maps: dict[tuple[str, str | None, str], tuple[ConfigMap, ...]] = field(default_factory=dict)
    """By file and namespace of who asks and by the name asked for (``names.find_config_maps``)."""
    around: dict[str, tuple[Workload, ...]] = field(default_factory=dict)
    """By folder (``near_workloads``)."""
    blank_labels: dict[str, tuple[bool, frozenset[str]]] = field(default_factory=dict)
    """By folder: whether a label key is filled in later, and the keys whose value is (``selection.has_blank_labels``)."""


@dataclass(frozen=True)
class Unit:
    """Objects deployed together. ``gaps`` says what of it is not in view; while there is any, absence proves nothing."""

    name: str
    is_kustomization: bool
    workloads: tuple[Workload, ...] = ()
    services: tuple[Service, ...] = ()
    endpoint_sets: tuple[EndpointSet, ...] = ()
    config_maps: tuple[ConfigMap, ...] = ()
    routes: tuple[Route, ...] = ()
    reference_grants: tuple[ReferenceGrant, ...] = ()
    patches: tuple[PatchTarget, ...] = ()
    outlines: tuple[Workload, ...] = ()
    """Workloads written without containers: of their pods only the labels are known."""
    gaps: tuple[Gap, ...] = ()
    paths: frozenset[str] = field(default=frozenset(), repr=False)
    memo: Memo = field(default_factory=Memo, init=False, repr=False, compare=False)

    @property
    def is_complete(self) -> bool:
        """Whether everything the unit deploys was read, so that absence is proof."""
        return not self.gaps

    def objects(self) -> Iterator[ObjectMeta]:
        """Every object of the unit."""
        yield from (item.meta for item in (*self.workloads, *self.outlines))
        yield from (item.meta for item in self.services)
        yield from (item.meta for item in self.endpoint_sets)
        yield from (item.meta for item in self.config_maps)
        yield from (item.meta for item in self.routes)
        yield from (item.meta for item in self.reference_grants)

    def is_patched(self, meta: ObjectMeta) -> bool:
        """Whether a patch that is not applied here may change the object, so that nothing said of it is sure."""
        return any(_targets(patch, meta) for patch in self.patches)

    @cached_property
    def workloads_by_label(self) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
        """Workloads by each label of their pods."""
        return grouped(((key.text, value.text), item) for item in self.workloads for key, value in item.template.labels)

    @cached_property
    def workloads_by_folder(self) -> Mapping[str, tuple[Workload, ...]]:
        """Workloads by the folder that they stand in."""
        return grouped((posixpath.dirname(item.meta.path), item) for item in self.workloads)

    @cached_property
    def workloads_by_name(self) -> Mapping[str, tuple[Workload, ...]]:
        """Workloads by name, those known only in outline left out."""
        return grouped((item.meta.name, item) for item in self.workloads)

    @cached_property
    def pods_by_path(self) -> Mapping[str, tuple[Workload, ...]]:
        """Workloads by file, those known only in outline among them."""
        return grouped((item.meta.path, item) for item in (*self.workloads, *self.outlines))

    @cached_property
    def pods_by_key(self) -> Mapping[str, Mapping[str, tuple[Workload, ...]]]:
        """Workloads by each label key of their pods, then by its value; those known only in outline among them."""
        found: dict[str, dict[str, list[Workload]]] = {}
        for workload in (*self.workloads, *self.outlines):
            for key, value in workload.template.labels:
                found.setdefault(key.text, {}).setdefault(value.text, []).append(workload)
        return {key: {value: tuple(workloads) for value, workloads in values.items()} for key, values in found.items()}

    @cached_property
    def pod_order(self) -> Mapping[int, int]:
        """Position of each workload, by its identity; those known only in outline come last."""
        return {id(workload): position for position, workload in enumerate((*self.workloads, *self.outlines))}

    @cached_property
    def selecting_by_path(self) -> Mapping[str, int]:
        """How many Services with a selector each file holds."""
        return Counter(service.meta.path for service in self.services if service.selector is not None)

    @cached_property
    def services_by_name(self) -> Mapping[str, tuple[Service, ...]]:
        """Services by name, whatever their namespace."""
        return grouped((item.meta.name, item) for item in self.services)

    @cached_property
    def config_maps_by_name(self) -> Mapping[str, tuple[ConfigMap, ...]]:
        """ConfigMaps by name, whatever their namespace."""
        return grouped((item.meta.name, item) for item in self.config_maps)


def grouped(pairs: Iterable[tuple[_Key, _Grouped]]) -> Mapping[_Key, tuple[_Grouped, ...]]:
    """The second parts of ``pairs`` by the first, in order."""
    found: dict[_Key, list[_Grouped]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in found.items()}


def compatible(first: str | None, second: str | None) -> bool:
    """Whether two namespaces can be one: an unset one is decided when it is applied."""
    return first is None or second is None or first == second


def distance(unit: Unit, first: ObjectMeta, second: ObjectMeta) -> int:
    """How far apart two objects of the unit stand: 0 in one file or one kustomization, then 1 in one folder, then steps between folders.

    Folders neither of which holds the other, nor share a parent, are ``far``: not deployed together.
    """
    if unit.is_kustomization or first.path == second.path:
        return 0
    return _file_distance(first.path, second.path)


@lru_cache(maxsize=262_144)
def _file_distance(first: str, second: str) -> int:
    return 1 + _folder_distance(posixpath.dirname(first), posixpath.dirname(second))


@lru_cache(maxsize=65_536)
def _folder_distance(first: str, second: str) -> int:
    ours, theirs = first.split("/") if first else [], second.split("/") if second else []
    common = 0
    while common < min(len(ours), len(theirs)) and ours[common] == theirs[common]:
        common += 1
    up, down = len(ours) - common, len(theirs) - common
    siblings = up == down == 1 and common > 0
    return up + down if up == 0 or down == 0 or siblings else _FAR


def near(unit: Unit, first: ObjectMeta, second: ObjectMeta) -> bool:
    """Whether two objects stand near enough to be deployed together."""
    return distance(unit, first, second) <= _NEAR


def near_workloads(unit: Unit, meta: ObjectMeta) -> tuple[Workload, ...]:
    """Workloads that stand near the object, those known only in outline left out."""
    if unit.is_kustomization:
        return unit.workloads
    folder = posixpath.dirname(meta.path)
    around = unit.memo.around
    if folder not in around:
        around[folder] = tuple(
            workload
            for other, workloads in unit.workloads_by_folder.items()
            if 1 + _folder_distance(folder, other) <= _NEAR
            for workload in workloads
        )
    return around[folder]


def is_complete_around(unit: Unit, meta: ObjectMeta) -> bool:
    """Whether everything deployed together with the object was read: in a folder tree a file that stands far from it does not count."""
    if unit.is_kustomization:
        return unit.is_complete
    return not any(_file_distance(meta.path, gap.path) <= _NEAR for gap in unit.gaps)


def nearest(unit: Unit, origin: ObjectMeta, found: Iterable[_Item]) -> tuple[_Item, ...]:
    """Of ``found`` those nearest to ``origin``; none where all are far."""
    ranked = [(distance(unit, origin, item.meta), item) for item in found]
    best = min((rank for rank, _ in ranked), default=_FAR)
    return tuple(item for rank, item in ranked if rank == best) if best <= _NEAR else ()


@lru_cache(maxsize=4096)
def _anchored(pattern: str) -> re.Pattern[str] | None:
    """What a patch's target matches; None for what may match anything: no pattern, or one that Python would take too long for.

    kustomize matches in linear time (Go regexp). Python does not where groups are repeated or repetitions follow each other.
    """
    if len(pattern) > _MAX_PATTERN or _REPEATED_GROUP.search(pattern) or len(_REPETITION.findall(pattern)) > _MAX_REPETITIONS:
        return None
    try:
        return re.compile(f"^(?:{pattern})$")
    except (re.error, OverflowError):
        return None


def _targets(patch: PatchTarget, meta: ObjectMeta) -> bool:
    for pattern, text in ((patch.kind, meta.kind), (patch.name, meta.name)):
        if pattern:
            compiled = _anchored(pattern)
            if compiled is not None and not compiled.match(text[:_MAX_NAME]):
                return False
    return True


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


@dataclass
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


def _labelled_selector(selector: Selector, labels: Labels) -> Selector:
    return selector._replace(match_labels=merge_labels(selector.match_labels, labels))


def pod_labels(workload: Workload) -> dict[str, str]:
    """Labels of the workload's pods, those that controllers add left out."""
    return label_map(workload.template.labels)
