"""Service to pods: what a selector matches, which port a target port is, and what nearly matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import label_map
from netlint.model.units import compatible, near, nearest, pod_labels

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Container, ContainerPort, PodTemplate, Selector, Service, ServicePort, Workload
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


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A workload that a selector all but matches: ``differing`` are the selector's labels, each with what the pods carry (None: nothing)."""

    workload: Workload
    differing: tuple[tuple[Value, Value, Value | None], ...]


@dataclass(frozen=True, slots=True)
class OpenPort:
    """A container port that a target port resolves to."""

    container: Container
    port: ContainerPort


def matching_workloads(unit: Unit, service: Service) -> tuple[Workload, ...]:
    """Every workload of the unit whose pods the Service's selector matches, in a compatible namespace, however far it stands."""
    selector = service.selector
    if selector is None:
        return ()
    labels = [(key, value) for key, value in selector.match_labels if key.text not in CONTROLLER_LABELS]
    if not labels:
        candidates = unit.workloads if not selector.match_labels else ()
    else:
        key, value = labels[0]
        candidates = unit.workloads_by_label.get((key.text, value.text), ())
    return tuple(
        workload
        for workload in candidates
        if compatible(service.meta.namespace, workload.meta.namespace) and _carries(pod_labels(workload), labels)
    )


def selected_workloads(unit: Unit, service: Service) -> tuple[Workload, ...]:
    """Workloads that the Service sends to: of those it matches the nearest, and no batch jobs beside what serves."""
    found = nearest(unit, service.meta, matching_workloads(unit, service))
    serving = tuple(workload for workload in found if not workload.is_batch)
    return serving or found


def services_before(unit: Unit, workload: Workload) -> tuple[Service, ...]:
    """Services that send to the workload."""
    return _services_by_workload(unit).get(id(workload), ())


def _services_by_workload(unit: Unit) -> dict[int, tuple[Service, ...]]:
    known: dict[int, tuple[Service, ...]] | None = unit.__dict__.get("_services_by_workload")
    if known is None:
        found: dict[int, list[Service]] = {}
        for service in unit.services:
            for workload in selected_workloads(unit, service):
                found.setdefault(id(workload), []).append(service)
        known = unit.__dict__["_services_by_workload"] = {key: tuple(services) for key, services in found.items()}
    return known


def _carries(labels: dict[str, str], wanted: list[tuple[Value, Value]]) -> bool:
    return all(labels.get(key.text) == value.text for key, value in wanted)


def near_misses(unit: Unit, service: Service) -> tuple[NearMiss, ...]:
    """Workloads near the Service that its selector all but matches: exactly one label differs or is missing, and at least one other holds.

    A selector of a single label is a near miss of a workload whose pods carry that key with another value.
    """
    selector = service.selector
    if selector is None or any(key.text in CONTROLLER_LABELS for key, _ in selector.match_labels):
        return ()
    misses = []
    for workload in unit.workloads:
        if not compatible(service.meta.namespace, workload.meta.namespace) or not near(unit, service.meta, workload.meta):
            continue
        miss = near_miss(selector, workload)
        if miss is not None:
            misses.append(miss)
    return tuple(misses)


def near_miss(selector: Selector, workload: Workload) -> NearMiss | None:
    """How the selector all but matches the workload's pods, or None when it matches or is far from it."""
    carried = {key.text: value for key, value in workload.template.labels}
    differing = tuple(
        (key, value, carried.get(key.text))
        for key, value in selector.match_labels
        if key.text not in carried or carried[key.text].text != value.text
    )
    if not differing:
        return None
    keys_all_there = all(found is not None for _, _, found in differing)
    all_but_one = len(differing) == 1 and len(selector.match_labels) > 1
    return NearMiss(workload, differing) if keys_all_there or all_but_one else None


def selects(selector: Selector, template: PodTemplate) -> bool:
    """Whether a workload's own selector matches its template."""
    return selector.matches(label_map(template.labels))


def resolve_target_port(port: ServicePort, workload: Workload) -> OpenPort | None:
    """The container port that receives what the Service port gets, or None when no container of the pod declares it.

    A name needs name and protocol, looked up in containers and then in sidecar init containers; the first match wins
    (kubernetes staging/src/k8s.io/endpointslice/utils.go:381-409). A number is sent to whether declared or not: None then only says that it
    is not declared.
    """
    return next(iter(resolve_all(port, workload)), None)


def resolve_all(port: ServicePort, workload: Workload) -> tuple[OpenPort, ...]:
    """Every container port that the Service port's target fits, in lookup order; the first receives."""
    target = port.target
    if target is None:
        return ()
    return tuple(
        OpenPort(container, declared)
        for container, declared in open_ports(workload)
        if declared.protocol_name == port.protocol_name and _fits(target, declared)
    )


def other_protocol(port: ServicePort, workload: Workload) -> tuple[OpenPort, ...]:
    """Container ports that the target fits in everything but the protocol."""
    target = port.target
    if target is None:
        return ()
    return tuple(
        OpenPort(container, declared)
        for container, declared in open_ports(workload)
        if declared.protocol_name != port.protocol_name and _fits(target, declared)
    )


def _fits(target: Value, declared: ContainerPort) -> bool:
    wanted = declared.number if target.integer is not None else declared.name
    return wanted is not None and wanted.text == target.text


def open_ports(workload: Workload) -> tuple[tuple[Container, ContainerPort], ...]:
    """Ports that the pod's serving containers declare, in lookup order."""
    return tuple((container, port) for container in workload.template.serving_containers for port in container.ports)


def pod_port_number(port: ServicePort, workload: Workload) -> int | None:
    """Number of the pod port that receives: the target when it is a number, or what its name resolves to."""
    target = port.target
    if target is None:
        return None
    if target.integer is not None:
        return target.integer
    found = resolve_target_port(port, workload)
    return found.port.number.integer if found and found.port.number else None


def show_ports(workload: Workload, protocol: str | None = None) -> str:
    """The ports that the pod declares, for a message: ``http (8080/TCP), 9090/TCP``."""
    shown = []
    for _, port in open_ports(workload):
        if protocol is not None and port.protocol_name != protocol:
            continue
        number = f"{port.number.text if port.number else '?'}/{port.protocol_name}"
        shown.append(f"{port.name.text} ({number})" if port.name else number)
    return ", ".join(dict.fromkeys(shown))
