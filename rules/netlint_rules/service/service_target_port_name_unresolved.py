"""A Service sends to a port name that no container of its pods declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.selection import open_ports, other_protocol, resolve_target_port
from netlint.model.settings import MESH_PROXY_PORT_NAMES
from netlint_rules.service._port_names import container_port_name_problem
from netlint_rules.service._selected import related_workloads, services_in_full_view, show_declared, show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model


_WHY: Final = "Pods without the name are left out of the port's endpoints: with none left every connection is refused"
_WHY_HEADLESS: Final = "The pods keep their addresses in DNS, but the port has no SRV record: clients that look for it get NXDOMAIN"


def check(model: Model) -> Iterator[Finding]:
    """A named target port must be declared, with name and protocol, by a serving container of at least one selected pod.

    Pods that lack the name are only left out of the port's endpoints, so the port is dead when all of them do.
    Behind a headless Service only the SRV record of the port is missing (coredns plugin/kubernetes/object/endpoint.go:83-85).
    Source: kubernetes staging/src/k8s.io/endpointslice/utils.go:84-91, 381-409.
    """
    for unit in model.units:
        for service, workloads in services_in_full_view(unit):
            for port in service.ports:
                target = port.target
                if target is not None and _is_name(target) and not any(_may_resolve(port, workload) for workload in workloads):
                    yield _finding(service, port, target, workloads)


def _is_name(target: Value) -> bool:
    """Whether the target is a name that a container can declare; names that the API rejects are service-port-invalid's."""
    if target.integer is not None or target.is_placeholder or target.text in MESH_PROXY_PORT_NAMES:
        return False
    return container_port_name_problem(target.text) is None


def _may_resolve(port: ServicePort, workload: Workload) -> bool:
    if resolve_target_port(port, workload) or other_protocol(port, workload):
        return True
    return any(declared.name is not None and declared.name.is_placeholder for _, declared in open_ports(workload))


def _finding(service: Service, port: ServicePort, target: Value, workloads: tuple[Workload, ...]) -> Finding:
    declared = [found for workload in workloads for _, found in open_ports(workload) if found.protocol_name == port.protocol_name]
    names = list(dict.fromkeys(found.name.text for found in declared if found.name))
    if names:
        choice = f"Name {names[0] if len(names) == 1 else 'one of ' + ', '.join(names)} as the targetPort"
    else:
        choice = f"Give the container's port the name {target.text}, or use its number as the targetPort"
    return RULE.finding(
        target.span,
        message=f"{service.meta.title} sends to the port named {target.text}, which no container of {show_workloads(workloads)} "
        f"declares: {show_declared(workloads)}",
        why=_WHY_HEADLESS if service.is_headless else _WHY,
        help=choice,
        subject=Subject.of(service.meta),
        related=related_workloads(workloads),
        severity=Severity.WARNING if service.is_headless else None,
        symptom=Symptom.NXDOMAIN if service.is_headless else None,
        fix=rewrite(target, names[0], safe=False) if len(names) == 1 else None,
    )


RULE = Rule(
    name="service-target-port-name-unresolved",
    family="service",
    layer=7,
    summary="A Service sends to a port name that no container of its pods declares",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
