"""A Service sends to a port number that no container of its pods declares, although they declare others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.model.selection import open_ports, other_protocol, resolve_target_port, selected_workloads
from netlint.model.settings import MESH_PROXY_PORTS, has_unseen_containers, mentions_number
from netlint_rules.service._selected import related_workloads, show_declared, show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """A numeric target port should be among the ports that the pods declare, where they declare any of its protocol.

    The number is sent to whether declared or not, so this is a likely mistake, not a certain one.
    Source: kubernetes staging/src/k8s.io/endpointslice/utils.go:404-405, staging/src/k8s.io/api/core/v1/types.go:2948-2951.
    """
    for unit in model.units:
        for service in unit.services:
            if service.is_external_name:
                continue
            workloads = selected_workloads(unit, service)
            if not workloads or any(has_unseen_containers(workload) for workload in workloads):
                continue
            for port in service.ports:
                number = port.target.integer if port.target else None
                if number is None or number in MESH_PROXY_PORTS:
                    continue
                if all(_misses(unit, port, number, workload) for workload in workloads):
                    yield _finding(service, port, workloads)


def _misses(unit: Unit, port: ServicePort, number: int, workload: Workload) -> bool:
    """Whether the pods declare ports of the protocol, none of them ``number``, and nothing else says that they open it."""
    declared = [found.number for _, found in open_ports(workload) if found.protocol_name == port.protocol_name]
    if not declared or any(found is None or found.integer is None for found in declared):
        return False
    if resolve_target_port(port, workload) or other_protocol(port, workload):
        return False
    probed = {probe.port.integer for container in workload.template.containers for probe in container.probes if probe.port}
    return number not in probed and not mentions_number(unit, workload, number)


def _finding(service: Service, port: ServicePort, workloads: tuple[Workload, ...]) -> Finding:
    target = port.target
    assert target is not None
    declared = show_declared(workloads, port.protocol_name)
    numbers = {found.number.text for w in workloads for _, found in open_ports(w) if found.number and found.protocol_name == port.protocol_name}
    choice = numbers.pop() if len(numbers) == 1 else f"one of the declared ports ({declared})"
    if target is port.number:
        action = f"sends its port {target.text} to the same port of the pods, for it has no targetPort,"
    else:
        action = f"sends to port {target.text} of the pods,"
    return RULE.finding(
        target.span,
        message=f"{service.meta.title} {action} which no container of {show_workloads(workloads)} declares: {declared}",
        why="The port of a container is documentation only, but where nothing listens on the number the pod refuses every connection",
        help=f"Set targetPort to {choice}, or declare containerPort {target.text} where a process does listen on it",
        subject=Subject.of(service.meta),
        related=related_workloads(workloads),
        # The clients of a headless Service dial the pods themselves; the number matters only to those that read it from here.
        severity=Severity.INFO if service.is_headless else None,
    )


RULE = Rule(
    name="service-target-port-undeclared",
    family="service",
    layer=7,
    summary="A Service sends to a port number that no container of its pods declares, although they declare others",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
