"""An address names a Service and a port that the Service does not list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import replace_part
from netlint.model.asked_ports import asked_port
from netlint.model.references import is_direct, names_number_elsewhere, pod_ports, references_of, services_without_number
from netlint_rules.reference._text import show_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort
    from netlint.model import Model
    from netlint.model.asked_ports import AskedPort
    from netlint.model.references import Reference
    from netlint.model.units import Unit

_WHY = (
    "kube-proxy has rules for the listed ports only: a packet to any other port of the cluster IP reaches no pod; it is dropped under "
    "iptables, refused under nftables and IPVS"
)


def check(model: Model) -> Iterator[Finding]:
    """A client dials a ``port`` of the Service: not a targetPort, not a nodePort.

    Source: kubernetes pkg/proxy/iptables/proxier.go:938-957 (rules are made for each ``--dport``).
    """
    for unit in model.units:
        for reference in references_of(model, unit):
            asked = asked_port(reference.written)
            if asked is None or is_direct(reference):
                continue
            services = services_without_number(reference, asked.number)
            if services and (asked.is_written or not names_number_elsewhere(unit, reference, services[0])):
                yield _finding(unit, reference, asked, services)


def _finding(unit: Unit, reference: Reference, asked: AskedPort, services: tuple[Service, ...]) -> Finding:
    service, number = services[0], asked.number
    title, listed = service.meta.title, show_ports(service)
    related = [Related(item.meta.head, f"lists {show_ports(item)}") for item in services]
    help = f"Use one of {listed}" if len(service.ports) > 1 else f"Use {listed}"
    note = ""
    right = service.ports[0].number if len(service.ports) == 1 else None
    if (hit := _behind(unit, service, number)) is not None and hit.number is not None:
        note, right = f"; {number} is the port of its pods", hit.number
        help = f"Use {hit.number.text}, the port that the Service sends to {number}"
        if hit.target_port is not None:
            related.append(Related(hit.target_port.span, "is where the Service sends to, not what it listens on"))
    elif (node := next((port for port in service.ports if port.node_port and port.node_port.integer == number), None)) and node.number:
        note, right = f"; {number} is its nodePort, which answers on the addresses of the nodes", node.number
        help = f"Use {node.number.text}, the port that goes with it"
        if node.node_port is not None:
            related.append(Related(node.node_port.span, "answers on nodes only"))
    if asked.is_written:
        fact = f"dials port {number} of {title}, which lists {listed}{note}"
    else:
        fact = f"names {title} without a port, so {reference.written.scheme}:// dials {number}; the Service lists {listed}{note}"
    return RULE.finding(
        reference.written.port_span or reference.written.span,
        message=f"{reference.place} {fact}",
        why=_WHY,
        help=help,
        subject=Subject.of(reference.meta),
        link=reference.link,
        related=related,
        confidence=None if asked.is_written else Confidence.MEDIUM,
        fix=replace_part(reference.written.port_span, str(number), right.text) if right is not None else None,
    )


def _behind(unit: Unit, service: Service, number: int) -> ServicePort | None:
    """The port of the Service that leads to ``number`` in the pods."""
    return next((port for port in service.ports if number in pod_ports(unit, service, port)), None)


RULE = Rule(
    name="reference-port-unlisted",
    family="reference",
    layer=7,
    summary="An address names a Service and a port that the Service does not list",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
