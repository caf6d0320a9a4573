"""Service to pods: what a selector matches, which port a target port is, and what nearly matches."""

from __future__ import annotations

import posixpath
import re
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.facts import label_map
from netlint.model.spelling import is_misspelling, letters_of, stem_of
from netlint.model.units import compatible, grouped, near, near_workloads, nearest, pod_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Container, ContainerPort, ObjectMeta, PodTemplate, Selector, Service, ServicePort, Workload
    from netlint.kubernetes.values import Value
    from netlint.model.units import Unit

CONTROLLER_LABELS: Final = frozenset(
    (
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "job-name",
        "controller-uid",
        "controller-revision-hash",
        "pod-template-hash",
        "pod-template-generation",
    )
)
"""Labels that controllers put on pods beyond those of the template."""


class Likeness(StrEnum):
    """Why a workload is taken for the one that a selector means, strongest first."""

    SPELLING = "the labels differ by a slip of the pen"
    KEY = "the same value stands under another key"
    NAME = "both objects have the same name"
    PAIR = "they are the only Service and workload of the file"


class NearMiss(NamedTuple):
    """A workload that a selector all but matches: ``differing`` are the selector's labels, each with what the pods carry (None: nothing).

    For ``Likeness.KEY`` that is the label of the same value, under its other key.
    """

    workload: Workload
    differing: tuple[tuple[Value, Value, Value | None], ...]
    likeness: Likeness


class OpenPort(NamedTuple):
    """A port that a container declares."""

    container: Container
    port: ContainerPort


def matching_workloads(unit: Unit, service: Service) -> tuple[Workload, ...]:
    """Every workload of the unit whose pods the Service's selector matches, in a compatible namespace, however far it stands."""
    return tuple(item for item in _labelled_workloads(unit, service) if compatible(service.meta.namespace, item.meta.namespace))


def matching_elsewhere(unit: Unit, service: Service) -> tuple[Workload, ...]:
    """Workloads whose pods carry what the Service's selector asks for, in another namespace, where it does not look."""
    return tuple(item for item in _labelled_workloads(unit, service) if not compatible(service.meta.namespace, item.meta.namespace))


def is_outlined(unit: Unit, service: Service) -> bool:
    """Whether the pods of a workload that is written without containers carry what the Service's selector asks for."""
    wanted = list(service.selector.match_labels) if service.selector else []
    if not unit.outlines or not wanted:
        return bool(unit.outlines) and any(compatible(service.meta.namespace, outline.meta.namespace) for outline in unit.outlines)
    # The rarest label leaves the fewest to compare.
    carriers = min((unit.pods_by_key.get(key.text, {}).get(value.text, ()) for key, value in wanted), key=len)
    return any(
        unit.pod_order[id(pods)] >= len(unit.workloads)
        and compatible(service.meta.namespace, pods.meta.namespace)
        and _carries(pod_labels(pods), wanted)
        for pods in carriers
    )


def has_blank_labels(unit: Unit, service: Service) -> bool:
    """Whether a label that the Service's selector asks for may be on pods near it, where keys or values are filled in later."""
    folder = "" if unit.is_kustomization else posixpath.dirname(service.meta.path)
    known = unit.memo.blank_labels
    if folder not in known:
        labels = [label for workload in near_workloads(unit, service.meta) for label in workload.template.labels]
        has_blank_key = any(key.is_placeholder for key, _ in labels)
        known[folder] = has_blank_key, frozenset(key.text for key, value in labels if value.is_placeholder)
    has_blank_key, blank_values = known[folder]
    wanted = service.selector.match_labels if service.selector else ()
    return has_blank_key or any(key.text in blank_values for key, _ in wanted)


def _labelled_workloads(unit: Unit, service: Service) -> Iterator[Workload]:
    selector = service.selector
    if selector is None:
        return
    labels = [(key, value) for key, value in selector.match_labels if key.text not in CONTROLLER_LABELS]
    if not labels:
        candidates = unit.workloads if not selector.match_labels else ()
    else:
        # The rarest label leaves the fewest to compare.
        candidates = min((unit.workloads_by_label.get((key.text, value.text), ()) for key, value in labels), key=len)
    for workload in candidates:
        if _carries(pod_labels(workload), labels):
            yield workload


def selected_workloads(unit: Unit, service: Service) -> tuple[Workload, ...]:
    """Workloads that the Service sends to: of those it matches the nearest, and no batch jobs beside what serves."""
    selected = unit.memo.selected
    if id(service) not in selected:
        # Where thousands of Services select the same pods, they share one answer.
        labels = tuple([(key.text, value.text) for key, value in service.selector.match_labels]) if service.selector else None
        asked = (service.meta.path, service.meta.namespace, labels)
        alike = unit.memo.selected_alike
        if asked not in alike:
            alike[asked] = _select(unit, service)
        selected[id(service)] = alike[asked]
    return selected[id(service)]


def _select(unit: Unit, service: Service) -> tuple[Workload, ...]:
    found = nearest(unit, service.meta, matching_workloads(unit, service))
    serving = tuple(workload for workload in found if not workload.is_batch)
    return serving or found


def services_before(unit: Unit, workload: Workload) -> tuple[Service, ...]:
    """Services that send to the workload."""
    memo = unit.memo
    if memo.fronted is None:
        memo.fronted = grouped((id(selected), service) for service in unit.services for selected in selected_workloads(unit, service))
    return memo.fronted.get(id(workload), ())


def _carries(labels: dict[str, str], wanted: list[tuple[Value, Value]]) -> bool:
    return all(labels.get(key.text) == value.text for key, value in wanted)


_MAX_CANDIDATES: Final = 500
"""Workloads, and values of a label, that one Service's selector is compared with to find what it nearly matches."""
_IDENTITY_KEYS: Final = frozenset(
    ("app", "name", "k8s-app", "run", "app.kubernetes.io/name", "service", "component", "app.kubernetes.io/component")
)
"""Keys whose value says what a workload is."""
_SUCCESSOR_KEYS: Final = {"release": "app.kubernetes.io/instance", "heritage": "app.kubernetes.io/managed-by"}
"""Keys of Helm's older charts and what took their place (helm.sh docs/chart_best_practices/labels.md)."""

# Labels that tell variants of one workload apart, or that the pods' own program or an operator sets as it runs.
_CHANGING_KEY: Final = re.compile(
    r"role|leader|master|primary|active|standby|version|track|colou?r|slot|release|stage|hash|revision|status|ready|canary|shard|zone|"
    r"region|cluster|generation|pod-name|pod-index|ordinal",
    re.IGNORECASE,
)


def near_misses(unit: Unit, service: Service) -> tuple[NearMiss, ...]:
    """Workloads near the Service that its selector was probably meant to match, the likeliest first.

    Labels that differ are not enough: another component of the same application, or another colour, has some labels in common as well, and
    may be brought by somebody else. Either the difference is a slip of the pen, or something beside the labels ties the two together and
    the workload has no Service of its own.
    """
    selector = service.selector
    if selector is None or any(
        key.text in CONTROLLER_LABELS or key.is_placeholder or value.is_placeholder for key, value in selector.match_labels
    ):
        return ()
    misses = []
    for workload in _candidates(unit, service, selector):
        if workload.is_batch or not compatible(service.meta.namespace, workload.meta.namespace):
            continue
        miss = _near_miss(unit, service, selector, workload)
        if miss is not None:
            misses.append(miss)
    order = list(Likeness)
    return tuple(sorted(misses, key=lambda miss: (order.index(miss.likeness), len(miss.differing))))


def _candidates(unit: Unit, service: Service, selector: Selector) -> list[Workload]:
    """Workloads near the Service that can be a near miss, in order: by name, as the only ones of the file, or by a slip of the pen.

    To compare every Service with every workload would take hours where a repository holds ten thousand of both.
    """
    found: dict[int, Workload] = {}
    names = {service.meta.name, stem_of(service.meta.name), *(value.text for _, value in selector.match_labels)}
    of_file = unit.pods_by_path.get(service.meta.path, ())
    named = (pods for name in names for pods in unit.workloads_by_name.get(name, ()))
    outlines = (pods for pods in unit.outlines if pods.meta.name in names)
    for pods in (*named, *outlines, *(of_file if len(of_file) == 1 else ()), *_spelled_alike(unit, selector)):
        if len(found) < _MAX_CANDIDATES and near(unit, service.meta, pods.meta):
            found[id(pods)] = pods
    return sorted(found.values(), key=lambda pods: unit.pod_order[id(pods)])


def _spelled_alike(unit: Unit, selector: Selector) -> Iterator[Workload]:
    """Workloads whose pods have the first label of the selector, its value as it is or misspelt."""
    if not selector.match_labels:
        return
    key, value = selector.match_labels[0]
    carriers = unit.pods_by_key.get(key.text, {})
    yield from carriers.get(value.text, ())
    size, letters = len(value.text), letters_of(value.text)
    alike = (text for text in carriers if -2 <= len(text) - size <= 2)
    for text in islice(alike, _MAX_CANDIDATES):
        # To compare the letters costs a hundredth of counting the edits.
        if (letters ^ letters_of(text)).bit_count() <= 4 and is_misspelling(value.text, text):
            yield from carriers[text]


def _near_miss(unit: Unit, service: Service, selector: Selector, workload: Workload) -> NearMiss | None:
    carried = {key.text: value for key, value in workload.template.labels}
    differing = tuple(
        (key, value, carried.get(key.text))
        for key, value in selector.match_labels
        if key.text not in carried or carried[key.text].text != value.text
    )
    if not differing or not carried or any(found is not None and found.is_placeholder for _, _, found in differing):
        return None
    if all(_is_misspelt(value, found) for _, value, found in differing):
        return NearMiss(workload, differing, Likeness.SPELLING)
    if services_before(unit, workload):
        return None
    same_name = _share_a_name(unit, service, workload)
    renamed = tuple((key, value, _under_other_key(key, value, selector, workload)) for key, value, _ in differing)
    if any(_CHANGING_KEY.search(key.text) and found is None for key, _, found in renamed):
        return None
    is_named = same_name or workload.meta.name in {stem_of(service.meta.name), *(value.text for _, value, _ in renamed)}
    if is_named and all(found is not None for _, _, found in renamed):
        return NearMiss(workload, renamed, Likeness.KEY)
    few = len(differing) == 1 or all(found is not None for _, _, found in differing)
    if few and same_name:
        return NearMiss(workload, differing, Likeness.NAME)
    if few and is_only_pair(unit, service, workload) and _ports_fit(service, workload):
        return NearMiss(workload, differing, Likeness.PAIR)
    return None


def _is_misspelt(value: Value, found: Value | None) -> bool:
    return found is not None and is_misspelling(value.text, found.text)


def _under_other_key(key: Value, value: Value, selector: Selector, workload: Workload) -> Value | None:
    """The pods' label that has the selector's value under another key which also says what they are; None where there is none."""
    taken = {name.text for name, _ in selector.match_labels}
    others = _IDENTITY_KEYS if key.text in _IDENTITY_KEYS else {_SUCCESSOR_KEYS.get(key.text)}
    return next(
        (name for name, found in workload.template.labels if found.text == value.text and name.text not in taken and name.text in others),
        None,
    )


def _share_a_name(unit: Unit, service: Service, workload: Workload) -> bool:
    """Whether both have one name, which in another file counts only when nothing else around has it: examples repeat names."""
    name, meta = service.meta.name, service.meta
    if workload.meta.name != name or meta.path == workload.meta.path:
        return workload.meta.name == name
    return _is_one(unit, meta, unit.services_by_name[name]) and _is_one(unit, meta, unit.workloads_by_name.get(name, ()))


def _is_one(unit: Unit, meta: ObjectMeta, found: Sequence[Service] | Sequence[Workload]) -> bool:
    """Whether exactly one of ``found`` stands near."""
    return len(list(islice((other for other in found if near(unit, meta, other.meta)), 2))) == 1


def is_only_pair(unit: Unit, service: Service, workload: Workload) -> bool:
    """Whether the file holds these two and no other workload and Service with a selector."""
    path = service.meta.path
    if workload.meta.path != path:
        return False
    return unit.selecting_by_path.get(path, 0) == 1 and len(unit.pods_by_path.get(path, ())) == 1


def _ports_fit(service: Service, workload: Workload) -> bool:
    """Whether the workload could answer every port of the Service: it declares the target, or no port at all."""
    return not open_ports(workload) or all(resolve_target_port(port, workload) is not None for port in service.ports)


def selects(selector: Selector, template: PodTemplate) -> bool:
    """Whether a workload's own selector matches its template."""
    return selector.matches(label_map(template.labels))


def resolve_target_port(port: ServicePort, workload: Workload) -> OpenPort | None:
    """The container port that receives what the Service port gets, or None when no container of the pod declares it.

    A name needs name and protocol, looked up in containers and then in sidecar init containers; the first match wins
    (kubernetes staging/src/k8s.io/endpointslice/utils.go:381-409). A number is sent to whether declared or not: None then only says that it
    is not declared.
    """
    return next((found for found in _targeted(port, workload) if found.port.protocol_name == port.protocol_name), None)


def resolve_all(port: ServicePort, workload: Workload) -> tuple[OpenPort, ...]:
    """Every container port that the Service port's target fits, in lookup order; the first receives."""
    return tuple([found for found in _targeted(port, workload) if found.port.protocol_name == port.protocol_name])


def other_protocol(port: ServicePort, workload: Workload) -> tuple[OpenPort, ...]:
    """Container ports that the target fits in everything but the protocol."""
    return tuple(found for found in _targeted(port, workload) if found.port.protocol_name != port.protocol_name)


def _targeted(port: ServicePort, workload: Workload) -> Iterator[OpenPort]:
    """Container ports that the target fits, whatever their protocol."""
    target = port.target
    if target is None:
        return
    text, is_number = target.text, target.integer is not None
    for container in workload.template.serving_containers:
        for declared in container.ports:
            wanted = declared.number if is_number else declared.name
            if wanted is not None and wanted.text == text:
                yield OpenPort(container, declared)


def open_ports(workload: Workload) -> tuple[OpenPort, ...]:
    """Ports that the pod's serving containers declare, in lookup order."""
    return tuple([OpenPort(container, port) for container in workload.template.serving_containers for port in container.ports])


def pod_port_number(port: ServicePort, workload: Workload) -> int | None:
    """Number of the pod port that receives: the target when it is a number, or what its name resolves to."""
    target = port.target
    if target is None:
        return None
    if target.integer is not None:
        return target.integer
    found = resolve_target_port(port, workload)
    return found.port.number.integer if found and found.port.number else None


def ports_asked(service: Service, number: int | None) -> tuple[ServicePort, ...]:
    """The ports of the Service that a call to ``number`` may mean, one a protocol; all that have a number where none is told."""
    known = [port for port in service.ports if port.number is not None and port.number.integer is not None]
    return tuple(port for port in known if number is None or (port.number is not None and port.number.integer == number))


def port_asked(service: Service, number: int | None) -> ServicePort | None:
    """The one port that a call means, over TCP where one number stands for two; None where there is none such, or no telling."""
    found = ports_asked(service, number)
    over_tcp = [port for port in found if port.protocol_name == "TCP"] or found
    return over_tcp[0] if len(over_tcp) == 1 else None


def pod_port_asked(service: Service, number: int | None, workload: Workload) -> int | None:
    """The port of the workload's pods that a call to ``number`` of the Service arrives at; None where that is not known.

    Of a headless Service it is the number itself: nothing stands between that translates.
    """
    if service.is_headless and number is not None:
        return number
    port = port_asked(service, number)
    return pod_port_number(port, workload) if port is not None else None


def show_ports(workload: Workload, protocol: str | None = None) -> str:
    """The ports that the pod declares, for a message: ``http (8080/TCP), 9090/TCP``."""
    shown = []
    for _, port in open_ports(workload):
        if protocol is not None and port.protocol_name != protocol:
            continue
        number = f"{port.number.text if port.number else '?'}/{port.protocol_name}"
        shown.append(f"{port.name.text} ({number})" if port.name else number)
    return ", ".join(dict.fromkeys(shown))
