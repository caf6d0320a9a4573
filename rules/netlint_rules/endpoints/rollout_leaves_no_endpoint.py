"""A rollout takes every pod of a Service away before new ones are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.rollouts import fenceposts, replica_count, strategy_type
from netlint.model.selection import selected_workloads, services_before
from netlint.model.traffic import is_fragment, is_scraped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit


class _Gap(NamedTuple):
    """The value that makes a rollout take all pods away, what it does, and how sure it is that this was not meant."""

    value: Value
    effect: str
    confidence: Confidence


def check(model: Model) -> Iterator[Finding]:
    """A Deployment behind a Service must keep a pod during a rollout: not Recreate, and fewer unavailable than there are replicas.

    One replica with the default strategy keeps it: 25 % of surge is one pod more, 25 % unavailable is none (kubernetes
    pkg/controller/deployment/util/deployment_util.go:887-906). A disk or port that two pods cannot share makes the gap deliberate.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind in ("Deployment", "DeploymentConfig") and not is_fragment(workload) and not _cannot_overlap(workload):
                services = _services_emptied(unit, workload)
                gap = _gap(workload) if services else None
                if gap is not None:
                    yield _finding(workload, services, gap)


def _cannot_overlap(workload: Workload) -> bool:
    template = workload.template
    takes_port = any(port.host_port is not None for container in template.containers for port in container.ports)
    return template.holds_disk or template.uses_host_network or takes_port


def _services_emptied(unit: Unit, workload: Workload) -> list[Service]:
    """Services that send to this workload alone, leaving out those that only a scraper asks."""
    return [
        service
        for service in services_before(unit, workload)
        if selected_workloads(unit, service) == (workload,) and not all(is_scraped(service, port) for port in service.ports)
    ]


def _gap(workload: Workload) -> _Gap | None:
    """What makes a rollout take all pods away; None when one stays or it is not known."""
    strategy, replicas = workload.strategy, replica_count(workload)
    if strategy is None or replicas == 0:
        return None
    kind = strategy_type(strategy)
    if kind == "Recreate" and strategy.type is not None:
        # With one pod it is mostly meant: the program cannot run twice.
        sureness = Confidence.HIGH if replicas is not None and replicas > 1 else Confidence.MEDIUM
        return _Gap(strategy.type, "stops all its pods before it starts new ones (strategy Recreate)", sureness)
    unavailable, surge = strategy.max_unavailable, strategy.max_surge
    if kind != "RollingUpdate" or workload.meta.kind != "Deployment":
        return None
    if unavailable is not None and unavailable.text == "100%":
        return _Gap(unavailable, "lets all its pods be gone at once (maxUnavailable 100%)", Confidence.HIGH)
    posts = fenceposts(replicas, strategy) if replicas is not None else None
    if replicas is None or posts is None or posts.unavailable < replicas:
        return None
    pods = "its only pod" if replicas == 1 else f"all its {replicas} pods"
    if unavailable is not None and posts.is_unavailable_written:
        return _Gap(unavailable, f"lets {pods} be gone (maxUnavailable {unavailable.text})", Confidence.HIGH)
    # The API server takes no 0 for both.
    if surge is None or (unavailable is not None and unavailable.text in ("0", "0%")):
        return None
    return _Gap(surge, f"stops {pods} before it starts a new one (maxSurge {surge.text})", Confidence.HIGH)


def _finding(workload: Workload, services: list[Service], gap: _Gap) -> Finding:
    names = " and ".join(service.meta.title for service in services)
    verb = "sends" if len(services) == 1 else "send"
    return RULE.finding(
        gap.value.span,
        message=f"{workload.meta.title} {gap.effect} at a rollout; {names} {verb} to no others",
        why="Until a new pod is Ready the Service has no endpoint and refuses every connection",
        help="Use a RollingUpdate with maxUnavailable: 0 and maxSurge: 1, if two versions of the program may run side by side",
        subject=Subject.of(workload.meta),
        related=[
            *([Related(workload.replicas.span, "replicas")] if workload.replicas and gap.value.text != "100%" else []),
            *(Related(service.meta.head, "sends to its pods alone") for service in services),
        ],
        confidence=gap.confidence,
        symptom=Symptom.NXDOMAIN if all(service.is_headless for service in services) else None,
    )


RULE = Rule(
    name="rollout-leaves-no-endpoint",
    family="endpoints",
    layer=8,
    summary="A rollout takes every pod of a Service away before new ones are there",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
