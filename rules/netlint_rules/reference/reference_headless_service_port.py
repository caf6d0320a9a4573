"""A client dials a port that a headless Service lists while its pods listen on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import replace_part
from netlint.model.asked_ports import asked_port
from netlint.model.references import pod_ports, references_of
from netlint.model.selection import open_ports, resolve_target_port, selected_workloads
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort
    from netlint.model import Model
    from netlint.model.references import Reference
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """DNS answers with the addresses of the pods, so a client must dial the pods' own port.

    Source: kubernetes pkg/apis/core/validation/validation.go:6919-6926 (the API accepts a ``targetPort`` that has no effect).
    """
    for unit in model.units:
        for reference in references_of(model, unit):
            asked = asked_port(reference.written)
            if asked is None or not reference.nearest or not all(service.is_headless for service in reference.services):
                continue
            hits = [_translated(unit, service, asked.number) for service in reference.services]
            known = [hit for hit in hits if hit is not None]
            if known and len(known) == len(hits):
                service = reference.nearest[0]
                yield _finding(unit, reference, service, _translated(unit, service, asked.number) or known[0], asked.number)


def _translated(unit: Unit, service: Service, number: int) -> ServicePort | None:
    """The port ``number`` of the Service when none of its pods can be listening there; None where one may."""
    if service.selector is None:
        return None
    found = [port for port in service.ports if port.number is not None and port.number.integer == number]
    if not found or any(not (pods := pod_ports(unit, service, port)) or number in pods for port in found):
        return None
    workloads = selected_workloads(unit, service)
    declared = {item.port.number.integer for workload in workloads for item in open_ports(workload) if item.port.number}
    return found[0] if workloads and number not in declared else None


def _finding(unit: Unit, reference: Reference, service: Service, port: ServicePort, number: int) -> Finding:
    pods = in_words([str(pod) for pod in pod_ports(unit, service, port)], "or")
    related = [Related(port.number.span, "is not translated by anything")] if port.number else []
    if port.target_port is not None:
        related.append(Related(port.target_port.span, f"the pods' port is {pods}"))
    opened = [found.port for workload in selected_workloads(unit, service) if (found := resolve_target_port(port, workload))]
    related += [Related(found.number.span, "the pods listen here") for found in opened if found.number]
    return RULE.finding(
        reference.written.port_span or reference.written.span,
        message=f"{reference.place} dials port {number} of headless {service.meta.title}, whose pods listen on {pods}",
        why=f"A headless Service has no proxy that translates: DNS answers with the addresses of the pods, and a pod refuses port {number}",
        help=f"Use {reference.host}:{pods}, or ask a Service with a cluster IP",
        subject=Subject.of(reference.meta),
        link=reference.link,
        related=related,
        fix=replace_part(reference.written.port_span, str(number), pods) if pods.isdecimal() else None,
    )


RULE = Rule(
    name="reference-headless-service-port",
    family="reference",
    layer=7,
    summary="A client dials a port that a headless Service lists while its pods listen on another",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
