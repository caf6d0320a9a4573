"""An SRV name asks for a port that the Service does not have by that name and protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.srv_names import srv_names_of
from netlint.model.units import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort
    from netlint.model import Model
    from netlint.model.srv_names import SrvName


def check(model: Model) -> Iterator[Finding]:
    """``_port._protocol.service`` exists for the named ports of a Service; one without a name has no SRV record.

    Sources: kubernetes/dns docs/specification.md, 2.3.2 and 2.4.2; coredns plugin/kubernetes/kubernetes.go:561-600, 726-736.
    """
    for unit in model.units:
        for found in srv_names_of(model, unit):
            if any(_may_have(service, found) for service in found.services):
                continue
            services = nearest(unit, found.workload.meta, found.services)
            if services:
                yield _finding(found, services[0])


def _may_have(service: Service, found: SrvName) -> bool:
    """Whether the record exists, or may: without a selector the endpoints say which ports a headless Service has."""
    if service.is_external_name or (service.is_headless and service.selector is None):
        return True
    values = [value for port in service.ports for value in (port.name, port.protocol) if value is not None]
    return any(value.is_placeholder for value in values) or any(_is_asked(port, found) for port in service.ports)


def _is_asked(port: ServicePort, found: SrvName) -> bool:
    return port.name is not None and port.name.text.lower() == found.port and port.protocol_name.upper() == found.protocol


def _finding(found: SrvName, service: Service) -> Finding:
    protocol = found.protocol.lower()
    names = list(dict.fromkeys(f"_{port.name.text}._{port.protocol_name.lower()}" for port in service.ports if port.name))
    other = next((port for port in service.ports if port.name is not None and port.name.text.lower() == found.port), None)
    message = f"{found.workload.meta.title} asks for {found.text}, but {service.meta.title} has no port named {found.port}"
    if other is not None:
        message = (
            f"{found.workload.meta.title} asks for {found.text}, but port {found.port} of {service.meta.title} is {other.protocol_name}"
        )
    if names:
        message += f"; it has {', '.join(names)}"
        help = f"Ask for {' or '.join(names)}, or name the port of the Service {found.port}"
    elif service.ports:
        message += "; its port has no name, and such a port has no SRV record"
        help = f"Give the port of the Service the name {found.port}"
    else:
        message += "; it lists no ports"
        help = f"List the port in the Service under the name {found.port}"
    if other is not None:
        help = f"Ask for _{found.port}._{other.protocol_name.lower()}, or add a {found.protocol} port of that name to the Service"
    related = [Related(port.name.span, f"is _{port.name.text}._{port.protocol_name.lower()}") for port in service.ports if port.name]
    return RULE.finding(
        found.port_span,
        message=message,
        why=f"There is an SRV record for each named port of the Service and no other: _{found.port}._{protocol} is NXDOMAIN",
        help=help,
        subject=Subject.of(found.workload.meta),
        related=related or [Related(service.meta.head, "names no port")],
        link=found.run,
    )


RULE = Rule(
    name="srv-port-unknown",
    family="reference",
    layer=7,
    summary="An SRV name asks for a port that the Service does not have by that name and protocol",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
