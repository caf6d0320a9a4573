"""Two containers of a pod declare the port name that a Service sends to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.selection import pod_port_number, resolve_all, selected_workloads, services_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.selection import OpenPort
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """A port name should be declared by one container of the pod: of several the first receives everything.

    Names are unique within a container only (kubernetes pkg/apis/core/validation/validation.go:2715-2731); the lookup stops at the first
    match (staging/src/k8s.io/endpointslice/utils.go:381-409).
    """
    for unit in model.units:
        for service in unit.services:
            if service.is_external_name:
                continue
            for workload in selected_workloads(unit, service):
                for port in service.ports:
                    target = port.target
                    if target is None or target.integer is not None or target.is_placeholder:
                        continue
                    first, *others = resolve_all(port, workload) or (None,)
                    missed = [found for found in others if first and _is_missed(unit, workload, first, found)]
                    if first and missed:
                        yield _finding(service, target, workload, first, missed)


def _is_missed(unit: Unit, workload: Workload, first: OpenPort, other: OpenPort) -> bool:
    """Whether ``other`` is a different port than the one that receives, and no Service reaches it by another way."""
    if first.container is other.container or not (first.port.number and other.port.number):
        return False
    receives, misses = first.port.number.integer, other.port.number.integer
    if receives is None or misses is None or receives == misses:
        return False
    reached = {pod_port_number(port, workload) for service in services_before(unit, workload) for port in service.ports}
    return misses not in reached


def _finding(service: Service, target: Value, workload: Workload, first: OpenPort, missed: list[OpenPort]) -> Finding:
    assert first.port.name and first.port.number
    rest = " and ".join(f"{found.container.name} ({found.port.number.text if found.port.number else '?'})" for found in missed)
    number = first.port.number.text
    return RULE.finding(
        target.span,
        message=f"{service.meta.title} sends to the port named {target.text}, which several containers of {workload.meta.title} declare: "
        f"{first.container.name} ({number}) receives everything, {rest} nothing",
        why="The name is looked up container by container and the first match wins, so what is meant for the other is refused or answered "
        "by the wrong process",
        help="Give each container's port a name of its own, or use the number as the targetPort",
        subject=Subject.of(service.meta),
        related=[
            Related(first.port.name.span, f"the first match: {first.container.name} receives on {number}"),
            *(Related(found.port.name.span, f"{found.container.name} is never reached") for found in missed if found.port.name),
        ],
    )


RULE = Rule(
    name="service-target-port-name-ambiguous",
    family="service",
    layer=7,
    summary="Two containers of a pod declare the port name that a Service sends to",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
