"""A Service sends to a port number that no container of its pods declares, although they declare others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import AddEntry, Confidence, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import token
from netlint.model.listening import ports_of_programs
from netlint.model.selection import open_ports, other_protocol, pod_port_number, resolve_target_port, services_before
from netlint.model.settings import MESH_PROXY_PORTS, mentions_number
from netlint.model.traffic import guards_metrics
from netlint_rules.service._selected import related_workloads, services_in_full_view, show_declared, show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import ContainerPort, Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.units import Unit


_FOR_KUBELET: Final = re.compile(r"health|live|ready|readi|probe")
_FOR_OPERATORS: Final = re.compile(r"metric|prom|admin|debug|pprof|profil|manage(?!r)|monitor|status")
"""In the name of a port that is not there for clients."""

_MOST_COMPARED: Final = 20


def check(model: Model) -> Iterator[Finding]:
    """A numeric target port should be among the ports that the pods declare, where they declare any of its protocol.

    The number is sent to whether declared or not, so this is a likely mistake, not a certain one.
    Source: kubernetes staging/src/k8s.io/endpointslice/utils.go:404-405, staging/src/k8s.io/api/core/v1/types.go:2948-2951.
    """
    for unit in model.units:
        for service, workloads in services_in_full_view(unit):
            for port in service.ports:
                number = port.target.integer if port.target else None
                if number is None or number in MESH_PROXY_PORTS:
                    continue
                if all(_misses(model, unit, port, number, workload) for workload in workloads):
                    yield _finding(unit, service, port, workloads)


def _misses(model: Model, unit: Unit, port: ServicePort, number: int, workload: Workload) -> bool:
    """Whether the pods declare ports of the protocol, none of them ``number``, and nothing else says that they open it."""
    declared = {found.number.integer if found.number else None for _, found in open_ports(workload)}
    if None in declared or all(found.protocol_name != port.protocol_name for _, found in open_ports(workload)):
        return False
    if resolve_target_port(port, workload) or other_protocol(port, workload) or number in ports_of_programs(model, unit, workload):
        return False
    probed = {probe.port.integer for container in workload.template.containers for probe in container.probes if probe.port}
    # A probe of an undeclared port says that the pod opens more than it declares.
    return probed - {None} <= declared and not mentions_number(unit, workload, number)


def _unused(unit: Unit, service: Service, port: ServicePort, workloads: tuple[Workload, ...]) -> list[ContainerPort]:
    """Ports of the same purpose that the pods declare and no Service sends to: one of them was probably meant.

    Of the first twenty workloads: a Service that selects more of them is no pairing of names any more.
    """
    found: dict[str, ContainerPort] = {}
    is_for_operators = bool(_FOR_OPERATORS.search(f"{service.meta.name} {port.name.text if port.name else ''}"))
    for workload in workloads[:_MOST_COMPARED]:
        reached = {pod_port_number(used, workload) for before in services_before(unit, workload) for used in before.ports}
        for container, declared in open_ports(workload):
            number = declared.number.integer if declared.number else None
            name = declared.name.text if declared.name else ""
            names_operators = bool(_FOR_OPERATORS.search(name)) or guards_metrics(workload, container)
            fits = names_operators == is_for_operators and not _FOR_KUBELET.search(name)
            if declared.protocol_name == port.protocol_name and number not in reached and fits:
                found.setdefault(str(number), declared)
    return list(found.values())


def _finding(unit: Unit, service: Service, port: ServicePort, workloads: tuple[Workload, ...]) -> Finding:
    target = port.target
    assert target is not None
    declared = show_declared(workloads, port.protocol_name)
    unused = _unused(unit, service, port, workloads)
    if target is port.number:
        action = f"sends its port {target.text} to the same port of the pods, for it has no targetPort,"
    else:
        action = f"sends to port {target.text} of the pods,"
    numbers = " or ".join(found.number.text for found in unused if found.number)
    cure = f"Set targetPort: {numbers}, which no Service sends to" if numbers else f"Send to one of the declared ports ({declared})"
    return RULE.finding(
        target.span,
        message=f"{service.meta.title} {action} which no container of {show_workloads(workloads)} declares: {declared}",
        why="The port of a container is documentation only, but where nothing listens on the number the pod refuses every connection",
        help=f"{cure}, or declare containerPort {target.text} where a process does listen on it",
        subject=Subject.of(service.meta),
        related=related_workloads(workloads),
        # Where every declared port has its Service, this one is probably open too and only not written down. The clients of a headless
        # Service dial the pods themselves.
        severity=None if unused and not service.is_headless else Severity.INFO,
        fix=_fix(port, unused),
    )


def _fix(port: ServicePort, unused: list[ContainerPort]) -> Fix | None:
    """The one port that is left, as the target."""
    number = unused[0].number if len(unused) == 1 else None
    if number is None or port.number is None:
        return None
    if port.target_port is None:
        return Fix(f"Set targetPort: {number.text}", False, (AddEntry(port.number.span, "targetPort", number.text),))
    edit = token(port.target_port, number.text)
    return Fix(f"Write {number.text}", False, (edit,)) if edit else None


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
