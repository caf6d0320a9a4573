"""A Service sends to a port that its pods declare under another protocol only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import set_entry
from netlint.model.selection import other_protocol, resolve_target_port
from netlint_rules.service._port_names import PROTOCOLS
from netlint_rules.service._selected import services_in_full_view, show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.selection import OpenPort
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """A target port must be declared for the protocol of the Service port.

    A name is looked up together with the protocol; a number is sent to, but the declaration says that it is opened for the other.
    Source: kubernetes staging/src/k8s.io/endpointslice/utils.go:386-405; the protocol is TCP where none is written
    (pkg/apis/core/v1/defaults.go:126-134).
    """
    for unit in model.units:
        for service, workloads in services_in_full_view(unit):
            for port in service.ports:
                if port.target is None or port.target.is_placeholder or port.protocol_name not in PROTOCOLS:
                    continue
                if any(resolve_target_port(port, workload) for workload in workloads) or _is_no_matter(service, port):
                    continue
                found = [(workload, _declared(port, port.target, workload)) for workload in workloads]
                declared = [(workload, ports) for workload, ports in found if ports]
                # A pod that declares neither may be the one that listens, unless a name is asked for.
                if declared and (port.target.integer is None or len(declared) == len(workloads)):
                    yield _finding(service, port, declared)


def _is_no_matter(service: Service, port: ServicePort) -> bool:
    """Whether the declared protocol of a number decides nothing.

    So it is behind a headless Service, whose clients choose the protocol themselves, and where the Service lists the number under both
    protocols, as for a server that opens both and declares one (DNS).
    """
    target = port.target
    assert target is not None
    if target.integer is None:
        return False
    return service.is_headless or any(
        other.protocol_name != port.protocol_name and other.target is not None and other.target.text == target.text
        for other in service.ports
    )


def _declared(port: ServicePort, target: Value, workload: Workload) -> list[OpenPort]:
    """Ports that the pods declare for another protocol. For a number, where the declaration decides nothing, it must be written."""
    return [
        found
        for found in other_protocol(port, workload)
        if found.port.protocol_name in PROTOCOLS and (target.integer is None or found.port.protocol is not None)
    ]


def _declared_at(found: OpenPort) -> Span:
    token = found.port.protocol or found.port.number
    return token.span if token else found.port.span


def _finding(service: Service, port: ServicePort, declared: list[tuple[Workload, list[OpenPort]]]) -> Finding:
    target = port.target
    assert target is not None
    is_name = target.integer is None
    is_proxied_name = is_name and not service.is_headless
    protocol, other = port.protocol_name, declared[0][1][0].port.protocol_name
    what = f"the port named {target.text}" if is_name else f"port {target.text}"
    if is_proxied_name:
        why = "A name is looked up together with the protocol, so the port has no endpoint and every connection is refused"
    elif is_name:
        why = "A name is looked up together with the protocol, so the port has no SRV record: clients that look for it get NXDOMAIN"
    else:
        why = f"The pods get {protocol} on a port that they open for {other}: a process that listens for {other} alone refuses it"
    return RULE.finding(
        port.protocol.span if port.protocol else target.span,
        message=f"{service.meta.title} sends {protocol} to {what}, which {show_workloads([workload for workload, _ in declared])} "
        f"declares for {other} only",
        why=why,
        help=f"Set protocol: {other} on the Service port, or declare the container's port for {protocol}",
        subject=Subject.of(service.meta),
        related=[
            Related(_declared_at(found), f"{workload.meta.title} declares it for {other}")
            for workload, ports in declared
            for found in ports[:1]
        ],
        severity=None if is_proxied_name else Severity.WARNING,
        confidence=None if is_name else Confidence.MEDIUM,
        symptom=Symptom.NXDOMAIN if is_name and service.is_headless else None,
        fix=set_entry(port.protocol, target.span, "protocol", other, safe=False),
    )


RULE = Rule(
    name="service-target-port-protocol-mismatch",
    family="service",
    layer=7,
    summary="A Service sends to a port that its pods declare under another protocol only",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
