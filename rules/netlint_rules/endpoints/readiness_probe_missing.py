"""A container that a Service sends to has no readiness probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.callers import callers_of
from netlint.model.rollouts import replica_count, strategy_type
from netlint.model.traffic import ROLLED_OUT_KINDS, is_fragment, received_ports, show_senders
from netlint.model.units import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Service, Workload
    from netlint.model import Model
    from netlint.model.traffic import ReceivedPort
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """A container without a readiness probe is Ready as soon as it runs (kubernetes pkg/kubelet/prober/prober_manager.go:349-350).

    So at a rollout it is sent requests before it listens, while the pod that could answer them is already stopped. A startup probe keeps
    the container from being Ready as well, and readiness gates keep the pod. It is only a hint where nobody in view calls the Service;
    where there is only ever one pod, which is stopped before the next is made, so that clients are refused either way; and behind a
    headless Service, whose clients choose the pods.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind not in (*ROLLED_OUT_KINDS, "Pod") or workload.template.has_readiness_gates or is_fragment(workload):
                continue
            received = [item for item in received_ports(unit, workload) if _counts(workload, item)]
            for container in workload.template.serving_containers:
                ports = [item for item in received if item.container is container]
                if ports and container.probe("readiness") is None and container.probe("startup") is None and replica_count(workload) != 0:
                    yield _finding(model, unit, workload, container, ports)


def _counts(workload: Workload, received: ReceivedPort) -> bool:
    service = received.service
    return received.port.protocol_name == "TCP" and not service.publishes_not_ready and not _governs(service, workload)


def _governs(service: Service, workload: Workload) -> bool:
    """Whether the Service is there for the names of a StatefulSet's pods."""
    return service.is_headless and workload.service_name is not None and workload.service_name.text == service.meta.name


def _finding(model: Model, unit: Unit, workload: Workload, container: Container, ports: list[ReceivedPort]) -> Finding:
    services = {item.service.meta.name: item.service for item in ports}
    numbers = grouped((id(item.service), item.port.number.text) for item in ports if item.port.number)
    behind = [f"{service.meta.title} (port {', '.join(numbers.get(id(service), ()))})" for service in services.values()]
    caller = next((caller for service in services.values() for caller in callers_of(model, unit, service)), None)
    is_hint = (
        caller is None
        or _replaces_its_only_pod(workload)
        or _is_gated(workload)
        or all(service.is_headless for service in services.values())
    )
    return RULE.finding(
        container.head,
        message=f"Container {container.name} of {workload.meta.title} has no readiness probe, and {show_senders(behind)} to it",
        why="It is Ready as soon as it runs, so requests reach it before it listens and are refused, at every rollout and restart",
        help="Add a readinessProbe that asks the port the Service sends to",
        subject=Subject.of(workload.meta),
        related=[
            *(Related(service.meta.head, "sends to it") for service in services.values()),
            *([Related(caller.span, caller.label)] if caller else []),
        ],
        severity=Severity.INFO if is_hint else None,
    )


def _replaces_its_only_pod(workload: Workload) -> bool:
    if workload.meta.kind == "Pod":
        return True
    if replica_count(workload) not in (None, 1):
        return False
    return workload.meta.kind in ("StatefulSet", "ReplicationController", "ReplicaSet") or strategy_type(workload.strategy) == "Recreate"


def _is_gated(workload: Workload) -> bool:
    """Whether another container keeps the pod from being Ready."""
    return any(container.probe("readiness") is not None for container in workload.template.serving_containers)


RULE = Rule(
    name="readiness-probe-missing",
    family="endpoints",
    layer=8,
    summary="A container that a Service sends to has no readiness probe",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
