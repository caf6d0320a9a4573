"""A Service's selector matches no pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.selection import (
    CONTROLLER_LABELS,
    Likeness,
    NearMiss,
    has_blank_labels,
    is_only_pair,
    is_outlined,
    matching_elsewhere,
    matching_workloads,
    near_misses,
    selected_workloads,
)
from netlint.model.units import is_complete_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """Some pod template of the unit must carry every label of the selector, in the Service's namespace.

    Without one the Service has no endpoint: kube-proxy rejects connections (kubernetes pkg/proxy/iptables/proxier.go:904-913), and a
    headless name has no address (kubernetes/dns docs/specification.md §2.4.1). An operator or another repository may bring the pods, so
    that absence alone is only worth a hint.
    """
    for unit in model.units:
        for service in unit.services:
            if service.selector is None or service.is_external_name:
                continue
            if selected_workloads(unit, service) or matching_workloads(unit, service):
                continue
            if _is_open(unit, service) or is_outlined(unit, service):
                continue
            misses = near_misses(unit, service)
            strays = [workload for workload in matching_elsewhere(unit, service) if _belong_together(unit, service, workload)]
            if strays:
                yield _other_namespace(service, strays[0])
            elif misses:
                yield _near_miss(service, misses[0], is_only=len(misses) == 1)
            else:
                yield _absent(unit, service)


def _is_open(unit: Unit, service: Service) -> bool:
    """Whether pods may be there that cannot be told: something was not read, or labels are templated or set by a controller."""
    assert service.selector is not None
    wanted = service.selector.match_labels
    if not is_complete_around(unit, service.meta) or any(endpoints.meta.name == service.meta.name for endpoints in unit.endpoint_sets):
        return True
    if any(key.text in CONTROLLER_LABELS or key.is_placeholder or value.is_placeholder for key, value in wanted):
        return True
    return has_blank_labels(unit, service)


def _belong_together(unit: Unit, service: Service, workload: Workload) -> bool:
    if workload.is_batch or workload.meta.path != service.meta.path:
        return False
    return workload.meta.name == service.meta.name or is_only_pair(unit, service, workload)


def _near_miss(service: Service, miss: NearMiss, *, is_only: bool) -> Finding:
    workload = miss.workload
    key, value, found = miss.differing[0]
    wanted = _show_selector(service)
    has = ", ".join(_show_carried(miss, *label) for label in miss.differing)
    at_key = miss.likeness is Likeness.KEY or found is None
    return _finding(
        service,
        key if at_key else value,
        f"{service.meta.title} selects {wanted}, which no pod carries; those of {workload.meta.title} have {has}",
        _cure(miss),
        [Related(found.span if found else workload.template.labels_span, f"the pods of {workload.meta.title}; {miss.likeness}")],
        fix=_select(miss) if is_only else None,
    )


def _select(miss: NearMiss) -> Fix | None:
    """What the pods carry, where that is one label."""
    key, value, found = miss.differing[0]
    if found is None or len(miss.differing) != 1:
        return None
    return rewrite(key if miss.likeness is Likeness.KEY else value, found.text, safe=False)


def _show_carried(miss: NearMiss, key: Value, value: Value, found: Value | None) -> str:
    if found is None:
        return f"no {key.text}"
    return f"{found.text}: {value.text}" if miss.likeness is Likeness.KEY else f"{key.text}: {found.text}"


def _cure(miss: NearMiss) -> str:
    key, value, found = miss.differing[0]
    if found is None:
        return f"Take {key.text} out of the selector, or give the pods of {miss.workload.meta.title} the label {key.text}: {value.text}"
    if miss.likeness is Likeness.KEY:
        return f"Select {found.text}: {value.text}"
    return f"Select {key.text}: {found.text}, or give the pods {key.text}: {value.text}"


def _other_namespace(service: Service, workload: Workload) -> Finding:
    assert service.selector is not None
    ours, theirs = service.meta.namespace, workload.meta.namespace
    return _finding(
        service,
        service.selector.match_labels[0][1],
        f"{service.meta.title} in namespace {ours} selects {_show_selector(service)}; {workload.meta.title}, whose pods carry it, is in "
        f"{theirs}, and a Service selects in its own namespace only",
        f"Put both into one namespace, {ours} or {theirs}",
        [Related(workload.meta.head, f"is in namespace {theirs}")],
    )


def _absent(unit: Unit, service: Service) -> Finding:
    assert service.selector is not None
    elsewhere = matching_elsewhere(unit, service)[:1]
    where = f"namespace {service.meta.namespace}" if elsewhere else unit.name if unit.name != "." else "view"
    return _finding(
        service,
        service.selector.match_labels[0][1],
        f"{service.meta.title} selects {_show_selector(service)}, which no pod template in {where} carries",
        "Nothing is to be done if an operator or another repository brings the pods; else select the labels of the workload that serves",
        [Related(workload.meta.head, f"carries it, in namespace {workload.meta.namespace}") for workload in elsewhere],
        Severity.INFO,
        Confidence.LOW,
    )


def _show_selector(service: Service) -> str:
    return ", ".join(f"{key.text}: {value.text}" for key, value in service.selector.match_labels) if service.selector else ""


def _finding(
    service: Service,
    at: Value,
    message: str,
    help: str,
    related: list[Related],
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    fix: Fix | None = None,
) -> Finding:
    headless = service.is_headless
    return RULE.finding(
        at.span,
        message=message,
        why="The name has no address: clients get NXDOMAIN" if headless else "The Service has no endpoint: every connection is refused",
        help=help,
        subject=Subject.of(service.meta),
        related=related,
        severity=severity,
        confidence=confidence,
        symptom=Symptom.NXDOMAIN if headless else Symptom.REFUSED,
        fix=fix,
    )


RULE = Rule(
    name="service-selects-no-pod",
    family="endpoints",
    layer=8,
    summary="A Service's selector matches no pod",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
