"""A StatefulSet's serviceName names no Service that gives its pods their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.names import find_services
from netlint.model.selection import matching_workloads, services_before
from netlint.model.settings import settings_of
from netlint.model.traffic import is_fragment
from netlint.model.units import near_workloads, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span

_WHY = "A pod's own DNS name hangs on the Service that serviceName names: without it every name such as {pod}.{service} is NXDOMAIN"


def check(model: Model) -> Iterator[Finding]:
    """``serviceName`` must name a Service of the same namespace that selects the pods.

    It becomes the ``subdomain`` of the pods (kubernetes pkg/controller/statefulset/stateful_set_utils.go:436-441), and a pod's name is
    published by the Service of that name (staging/src/k8s.io/endpointslice/util/controller_utils.go:201-203).
    """
    for unit in model.units:
        for workload in unit.workloads:
            name = workload.service_name
            if workload.meta.kind != "StatefulSet" or (name is not None and name.is_placeholder):
                continue
            if name is None or not name.text:
                if unit.is_complete and not is_fragment(workload):
                    yield from _unset(unit, workload)
                continue
            services = find_services(unit, workload, name.text, workload.meta.namespace)
            if services:
                if len(services) == 1 and not _may_publish(unit, services[0], workload):
                    yield _selects_others(workload, name, services[0])
            elif unit.is_complete:
                yield _absent(unit, workload, name)


def _may_publish(unit: Unit, service: Service, workload: Workload) -> bool:
    """Whether the Service has the pods among its endpoints; without a selector somebody else fills them in (as Patroni does)."""
    return service.selector is None or any(found is workload for found in matching_workloads(unit, service))


def _selects_others(workload: Workload, name: Value, service: Service) -> Finding:
    assert service.selector is not None
    carried = {key.text: value.text for key, value in workload.template.labels}
    wanted = {key.text: value.text for key, value in service.selector.match_labels}
    differing = {key: value for key, value in wanted.items() if carried.get(key) != value}
    # A label that the template lacks can be put on the pods while they run (role: primary); one with another value is settled.
    is_sure = any(key in carried for key in differing)
    shown = ", ".join(f"{key}: {value}" for key, value in differing.items())
    return RULE.finding(
        name.span,
        message=f"{workload.meta.title} names Service {name.text} as its serviceName, which does not select its pods: they lack {shown}",
        why=_WHY.format(pod=f"{workload.meta.name}-0", service=name.text),
        help="Make the Service's selector match the labels of the pods, or name a headless Service that does",
        subject=Subject.of(workload.meta),
        related=[
            Related(service.selector.span, f"Service {name.text} selects other pods"),
            Related(workload.template.labels_span, "labels of the pods"),
        ],
        severity=None if is_sure else Severity.WARNING,
        confidence=None if is_sure else Confidence.MEDIUM,
    )


def _unset(unit: Unit, workload: Workload) -> Iterator[Finding]:
    for service in nearest(unit, workload.meta, (service for service in services_before(unit, workload) if service.is_headless)):
        used = _pod_name_used(unit, workload, service.meta.name)
        if used is not None:
            span, text = used
            yield RULE.finding(
                workload.service_name.span if workload.service_name else workload.meta.head,
                message=f"{workload.meta.title} has no serviceName, and {text} is used",
                why=_WHY.format(pod=f"{workload.meta.name}-0", service=service.meta.name),
                help=f"Set serviceName: {service.meta.name}; it cannot be changed once the StatefulSet is created",
                subject=Subject.of(workload.meta),
                related=[
                    Related(span, "this name does not exist"),
                    Related(service.meta.head, "headless, and selects the pods"),
                ],
            )
            return


def _absent(unit: Unit, workload: Workload, name: Value) -> Finding:
    headless = nearest(unit, workload.meta, (service for service in services_before(unit, workload) if service.is_headless))
    # The pods' own names hang on serviceName alone: under the headless Service that does select them they do not exist either.
    domains = (name.text, *(service.meta.name for service in headless))
    used = next((found for domain in domains if (found := _pod_name_used(unit, workload, domain))), None)
    help = f"Add a headless Service called {name.text} that selects the pods; serviceName itself cannot be changed later"
    message = f"{workload.meta.title} names Service {name.text} as its serviceName, but there is no such Service"
    related: list[Related] = []
    severity, confidence = Severity.INFO, Confidence.LOW
    if headless:
        sibling = headless[0].meta
        message += f"; the headless Service of its pods is called {sibling.name}"
        help = f"Name {sibling.name} as the serviceName, or call the Service {name.text}; serviceName cannot be changed once it is created"
        related.append(Related(sibling.head, "headless, and selects the pods"))
        # A single pod is reached by the name of that Service.
        is_single = workload.replicas is not None and workload.replicas.integer in (0, 1)
        severity, confidence = Severity.INFO if is_single else Severity.WARNING, Confidence.HIGH
    if used is not None:
        span, text = used
        message += f", and {text} is used"
        related.append(Related(span, "this name does not exist"))
        severity, confidence = Severity.ERROR, Confidence.HIGH
    return RULE.finding(
        name.span,
        message=message,
        why=_WHY.format(pod=f"{workload.meta.name}-0", service=name.text),
        help=help,
        subject=Subject.of(workload.meta),
        related=related,
        severity=severity,
        confidence=confidence,
        fix=rewrite(name, headless[0].meta.name, safe=False) if len(headless) == 1 else None,
    )


def _pod_name_used(unit: Unit, workload: Workload, service: str) -> tuple[Span, str] | None:
    """The first place where a pod of the unit is given the name of one of the StatefulSet's pods, and that name."""
    pod_name = re.compile(rf"(?<![\w.-]){re.escape(workload.meta.name)}-\d+\.{re.escape(service)}(?![\w-])")
    for user in near_workloads(unit, workload.meta):
        for setting in settings_of(unit, user):
            if match := pod_name.search(setting.value.text):
                return setting.value.span_of(*match.span()), match[0]
    return None


RULE = Rule(
    name="statefulset-service-name-unresolved",
    family="service",
    layer=7,
    summary="A StatefulSet's serviceName names no Service that gives its pods their names",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
