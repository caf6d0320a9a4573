"""A StatefulSet's serviceName names a Service that is not headless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.names import find_services
from netlint.model.selection import matching_workloads, services_before
from netlint.model.units import distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """The Service that ``serviceName`` names should be headless: only such a one is bound to publish a name for each pod.

    Source: kubernetes/dns docs/specification.md §2.4.1. CoreDNS answers them for a Service with a cluster IP as well
    (plugin/kubernetes/kubernetes.go:531); kube-dns and other servers do not.
    """
    for unit in model.units:
        for workload in unit.workloads:
            name = workload.service_name
            if workload.meta.kind != "StatefulSet" or name is None or not name.text or name.is_placeholder:
                continue
            services = find_services(unit, workload, name.text, workload.meta.namespace)
            if services and all(_has_cluster_ip(unit, service, workload) for service in services):
                yield _finding(unit, workload, name, services[0])


def _has_cluster_ip(unit: Unit, service: Service, workload: Workload) -> bool:
    """Whether the Service selects the pods and is not headless."""
    if service.is_headless or service.is_external_name or (service.cluster_ip is not None and service.cluster_ip.is_placeholder):
        return False
    return any(found is workload for found in matching_workloads(unit, service))


def _finding(unit: Unit, workload: Workload, name: Value, service: Service) -> Finding:
    reach = distance(unit, workload.meta, service.meta)
    siblings = (found for found in services_before(unit, workload) if distance(unit, workload.meta, found.meta) <= reach)
    headless = next((found for found in siblings if found.is_headless), None)
    token = service.cluster_ip or service.type
    related = [Related(token.span if token else service.meta.head, "has a cluster IP")]
    if headless is not None:
        related.append(Related(headless.meta.head, "headless, and selects the same pods"))
        choice = f"Name {headless.meta.name} as the serviceName, which is headless"
    else:
        choice = f"Set clusterIP: None on Service {name.text}, or add a headless Service for the names and name that one"
    return RULE.finding(
        name.span,
        message=f"{workload.meta.title} names Service {name.text} as its serviceName, which is not headless",
        why=f"Only a headless Service is bound to publish a name for each pod: {workload.meta.name}-0.{name.text} depends on the DNS "
        f"server in use, and {name.text} itself answers with one address, not with the pods",
        help=f"{choice}; neither clusterIP nor serviceName can be changed in place",
        subject=Subject.of(workload.meta),
        related=related,
        # A single pod is reached by the Service's own name.
        severity=Severity.INFO if workload.replicas is not None and workload.replicas.integer in (0, 1) else None,
        fix=rewrite(name, headless.meta.name, safe=False) if headless is not None else None,
    )


RULE = Rule(
    name="statefulset-service-not-headless",
    family="service",
    layer=7,
    summary="A StatefulSet's serviceName names a Service that is not headless",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
