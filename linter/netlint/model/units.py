"""Units: what is deployed together, and therefore may be paired.

A kustomization that no other names is a unit of its own; all other files below one folder of the command line are another, and so are all
files that it names themselves, as a pre-commit hook does. Nothing is paired across units.

Inside a unit that is only a folder tree, things are paired with what stands near them (see ``near``): such trees hold many examples side by
side, of which each is deployed alone.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from netlint.kubernetes.facts import (
    ConfigMap,
    EndpointSet,
    ForeignPolicy,
    FrontDoorObject,
    Namespace,
    NetworkPolicy,
    PatchTarget,
    ReferenceGrant,
    Route,
    Service,
    Workload,
    label_map,
)
from netlint.kubernetes.patterns import anchored
from netlint.kubernetes.values import is_placeholder
from netlint.model.spelling import spellings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from netlint.kubernetes.facts import KubernetesFacts, ObjectMeta, PolicyRule
    from netlint.kubernetes.values import Value
    from netlint.model.callers import Caller
    from netlint.model.doors import Door
    from netlint.model.edges import Edge
    from netlint.model.idle_keepers import EarlyCloser
    from netlint.model.links import Link, Listen
    from netlint.model.names import UsedName
    from netlint.model.references import Reference
    from netlint.model.runs import Run
    from netlint.model.settings import Setting
    from netlint.model.traffic import ReceivedPort
    from netlint.source import Span

_Item = TypeVar("_Item", Service, Workload, ConfigMap, EndpointSet, Route, ReferenceGrant, NetworkPolicy, FrontDoorObject)
_Key = TypeVar("_Key", bound="Hashable")
_Grouped = TypeVar("_Grouped")

_NEAR: Final = 3
"""The largest ``distance`` of two objects that are deployed together."""
_FAR: Final = 99
_MAX_NAME: Final = 253
"""Characters of an object's name (kubernetes apimachinery pkg/util/validation, ``DNS1123SubdomainMaxLength``)."""


class Gap(NamedTuple):
    """Something of a unit that is not in view: the file that says so, and what is missing; ``place`` is where in the file, if anywhere."""

    path: str
    what: str
    place: Span | None = None


class Memo:
    """What was worked out of a unit so far: rules ask the same again and again, and a unit never changes.

    Objects are known by their identity, for to hash one is to hash all that it holds. No dataclass: to make one of so many fields takes as
    long as reading ten manifests.
    """

    def __init__(self) -> None:
        self.selected: dict[int, tuple[Workload, ...]] = {}
        """By Service (``selection.selected_workloads``)."""
        self.selected_alike: dict[tuple[str, str | None, tuple[tuple[str, str], ...] | None], tuple[Workload, ...]] = {}
        """By file, namespace and labels of the Service that selects."""
        self.fronted: Mapping[int, tuple[Service, ...]] | None = None
        """By workload, for all of them at once (``selection.services_before``)."""
        self.names: dict[int, tuple[UsedName, ...]] = {}
        """By workload (``names.names_written``)."""
        self.config_maps: dict[tuple[str, str | None, str], tuple[ConfigMap, ...]] = {}
        """By file and namespace of who asks and by the name asked for (``config_maps.find_config_maps``)."""
        self.in_full_view: tuple[tuple[Service, tuple[Workload, ...]], ...] | None = None
        """Services with the workloads behind them that rules may speak of (``netlint_rules.service._selected``)."""
        self.received: dict[int, tuple[ReceivedPort, ...]] = {}
        """By workload (``traffic.received_ports``)."""
        self.settings: dict[int, tuple[Setting, ...]] = {}
        """By workload (``settings.settings_of``)."""
        self.around: dict[str, tuple[Workload, ...]] = {}
        """By folder (``near_workloads``)."""
        self.opening: dict[tuple[str, int], tuple[tuple[NetworkPolicy, PolicyRule], ...]] = {}
        """By direction and workload (``policy_reach.opening_rules``)."""
        self.dns_servers: tuple[Workload, ...] | None = None
        """``dns_egress.dns_servers``."""
        self.isolating: dict[tuple[str, int], tuple[NetworkPolicy, ...]] = {}
        """By direction and workload (``policy_reach.surely_isolating``)."""
        self.blank_labels: dict[str, tuple[bool, frozenset[str]]] = {}
        """By folder: whether a label key is filled in later, and the keys whose value is (``selection.has_blank_labels``)."""
        self.links: dict[int, tuple[Link, ...]] = {}
        """By workload (``links.links_of``)."""
        self.listens: dict[int, tuple[Listen, ...]] = {}
        """By workload (``links.listens_of``)."""
        self.references: tuple[Reference, ...] | None = None
        """All of the unit's (``references.references_of``)."""
        self.doors: tuple[Door, ...] | None = None
        """All of the unit's (``doors.doors_of``)."""
        self.doors_to: Mapping[int, tuple[Door, ...]] | None = None
        """By Service (``doors.doors_before``)."""
        self.callers: Mapping[int, tuple[Caller, ...]] | None = None
        """By Service (``callers.callers_of``)."""
        self.early_closers: tuple[EarlyCloser, ...] | None = None
        """All of the unit's (``idle_keepers.early_closers``)."""
        self.edges: tuple[Edge, ...] | None = None
        """All of the unit's (``edges.edges``)."""
        self.runs: Mapping[int, tuple[Run, ...]] | None = None
        """Programs in containers, by workload (``runs.runs``)."""


def metas_of(holder: KubernetesFacts | Unit) -> Iterator[ObjectMeta]:
    """Every object of a file or a unit."""
    yield from (item.meta for item in (*holder.workloads, *holder.outlines))
    yield from (item.meta for item in holder.services)
    yield from (item.meta for item in holder.endpoint_sets)
    yield from (item.meta for item in holder.config_maps)
    yield from (item.meta for item in holder.routes)
    yield from (item.meta for item in holder.reference_grants)
    yield from (item.meta for item in holder.policies)
    yield from (item.meta for item in holder.foreign_policies)
    yield from (item.meta for item in holder.namespaces)
    yield from (item.meta for item in holder.front_door_objects)


@dataclass(frozen=True, eq=False, repr=False)
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
    policies: tuple[NetworkPolicy, ...] = ()
    foreign_policies: tuple[ForeignPolicy, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    front_door_objects: tuple[FrontDoorObject, ...] = ()
    image_names: tuple[tuple[Value, Value], ...] = ()
    """Names of images as manifests have them, with what kustomizations call them instead."""
    gaps: tuple[Gap, ...] = ()
    failures: tuple[Gap, ...] = ()
    """What its kustomizations ask for and what was not done, though every object is in view."""
    is_chart: bool = False
    """Whether it is a Helm chart with one set of values; ``is_kustomization`` holds as well, for it is deployed as one."""
    paths: frozenset[str] = frozenset()
    memo: Memo = field(default_factory=Memo, init=False)

    @property
    def is_complete(self) -> bool:
        """Whether everything the unit deploys was read, so that absence is proof."""
        return not self.gaps

    def objects(self) -> Iterator[ObjectMeta]:
        """Every object of the unit."""
        yield from metas_of(self)

    @cached_property
    def objects_by_path(self) -> Mapping[str, tuple[ObjectMeta, ...]]:
        """Every object by its file, in the order in which they stand there."""
        found = grouped((meta.path, meta) for meta in self.objects())
        return {path: tuple(sorted(metas, key=lambda meta: meta.span.start)) for path, metas in found.items()}

    @cached_property
    def wholes_by_path(self) -> Mapping[str, Mapping[tuple[str, str], str | None]]:
        """What each file deploys whole, workloads, Services and policies: kind and name, with the namespace."""
        found: dict[str, dict[tuple[str, str], str | None]] = {}
        for items in (self.workloads, self.services, self.policies):
            for item in items:
                found.setdefault(item.meta.path, {})[item.meta.kind, item.meta.name] = item.meta.namespace
        return found

    def objects_at(self, spans: Iterable[Span]) -> Iterator[ObjectMeta]:
        """The objects that the places stand in; places outside of any are left out."""
        for span in spans:
            metas = self.objects_by_path.get(span.path, ())
            at = bisect_right(metas, span.start, key=lambda meta: meta.span.start) - 1
            if at >= 0 and span.start < metas[at].span.end:
                yield metas[at]

    @cached_property
    def workload_spans(self) -> frozenset[Span]:
        """The documents that are workloads."""
        return frozenset(workload.meta.span for workload in (*self.workloads, *self.outlines))

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
    def homes(self) -> frozenset[str]:
        """The namespaces that objects are written to be in."""
        return frozenset(meta.namespace for meta in self.objects() if meta.namespace)

    @cached_property
    def service_names_by_spelling(self) -> Mapping[str, tuple[str, ...]]:
        """Names of Services by every spelling of theirs that one slip of the pen leads to (``spelling.spellings``)."""
        names = dict.fromkeys(service.meta.name for service in self.services)
        return grouped((spelling, name) for name in names for spelling in spellings(name))

    @cached_property
    def services_named_later(self) -> tuple[Service, ...]:
        """Services without a name, or with one that another tool fills in."""
        return tuple(service for service in self.services if not service.meta.name or is_placeholder(service.meta.name))

    @cached_property
    def services_by_name(self) -> Mapping[str, tuple[Service, ...]]:
        """Services by name, whatever their namespace."""
        return grouped((item.meta.name, item) for item in self.services)

    @cached_property
    def policies_by_namespace(self) -> Mapping[str | None, tuple[NetworkPolicy, ...]]:
        """Policies by namespace as written; None where it is not."""
        return grouped((item.meta.namespace, item) for item in self.policies)

    @cached_property
    def workloads_by_namespace(self) -> Mapping[str | None, tuple[Workload, ...]]:
        """Workloads by namespace as written; None where it is not."""
        return grouped((item.meta.namespace, item) for item in self.workloads)

    @cached_property
    def front_door_objects_by_kind(self) -> Mapping[str, tuple[FrontDoorObject, ...]]:
        """Objects that decide about front doors, by kind."""
        return grouped((item.meta.kind, item) for item in self.front_door_objects)

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


def are_alternatives(unit: Unit, first: ObjectMeta, second: ObjectMeta) -> bool:
    """Whether the objects stand in two files that deploy the same thing, as the versions of a manifest do: only one of them is applied."""
    if unit.is_kustomization or first.path == second.path:
        return False
    ours, theirs = unit.wholes_by_path.get(first.path, {}), unit.wholes_by_path.get(second.path, {})
    return any(compatible(ours[what], theirs[what]) for what in ours.keys() & theirs.keys())


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


def _targets(patch: PatchTarget, meta: ObjectMeta) -> bool:
    for pattern, text in ((patch.kind, meta.kind), (patch.name, meta.name)):
        if pattern:
            compiled = anchored(pattern)
            if compiled is not None and not compiled.match(text[:_MAX_NAME]):
                return False
    return True


def pod_labels(workload: Workload) -> dict[str, str]:
    """Labels of the workload's pods, those that controllers add left out."""
    return label_map(workload.template.labels)
