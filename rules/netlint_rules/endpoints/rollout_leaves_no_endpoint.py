"""A rollout takes every pod of a Service away before new ones are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def check(model: Model) -> Iterator[Finding]:
    """A Deployment behind a Service must keep a pod during a rollout: not Recreate, and fewer unavailable than there are replicas.

    One replica with the default strategy keeps it: 25 % of surge is one pod more, 25 % unavailable is none (kubernetes
    pkg/controller/deployment/util/deployment_util.go:887-906). A disk or port that two pods cannot share makes the gap deliberate.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind in ("Deployment", "DeploymentConfig") and not is_fragment(workload) and not _cannot_overlap(workload):
                services = _services_emptied(unit, workload)
                places = _gap(workload) if services else ()
                if places:
                    yield _finding(workload, services, places)


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


def _gap(workload: Workload) -> tuple[tuple[Value, str], ...]:
    """The values that make a rollout take all pods away, each with what it does; empty when one stays or it is not known."""
    strategy, replicas = workload.strategy, replica_count(workload)
    if strategy is None or replicas == 0:
        return ()
    kind = strategy_type(strategy)
    if kind == "Recreate" and strategy.type is not None:
        return ((strategy.type, "stops all pods before it starts new ones"),)
    unavailable, surge = strategy.max_unavailable, strategy.max_surge
    if kind != "RollingUpdate" or workload.meta.kind != "Deployment":
        return ()
    if unavailable is not None and unavailable.text == "100%":
        return ((unavailable, "lets all pods be gone at once"),)
    posts = fenceposts(replicas, strategy) if replicas is not None else None
    if replicas is None or workload.replicas is None or posts is None or posts.unavailable < replicas:
        return ()
    cause = unavailable if unavailable is not None and unavailable.text not in ("0", "0%") else surge
    if cause is None:
        return ()
    return ((cause, f"lets {posts.unavailable} be gone"), (workload.replicas, f"there are {replicas}"))


def _finding(workload: Workload, services: list[Service], places: tuple[tuple[Value, str], ...]) -> Finding:
    value, effect = places[0]
    field = "strategy" if value.text == "Recreate" else "maxUnavailable" if value is _max_unavailable(workload) else "maxSurge"
    count = f" of {places[1][0].text}" if len(places) > 1 else ""
    names = " and ".join(service.meta.title for service in services)
    is_deliberate = value.text == "Recreate" and replica_count(workload) in (None, 1)
    return RULE.finding(
        value.span,
        message=f"{workload.meta.title} {field} {value.text} {effect}{count}; {names} sends to no other pods",
        why="Until a new pod is Ready the Service has no endpoint and refuses every connection, at every rollout",
        help="Use a RollingUpdate with maxUnavailable: 0 and maxSurge: 1, if two versions of the program may run side by side",
        subject=Subject.of(workload.meta),
        related=[
            *(Related(other.span, label) for other, label in places[1:]),
            *(Related(service.meta.head, "sends to its pods alone") for service in services),
        ],
        confidence=Confidence.MEDIUM if is_deliberate else None,
        symptom=Symptom.NXDOMAIN if all(service.is_headless for service in services) else None,
    )


def _max_unavailable(workload: Workload) -> Value | None:
    return workload.strategy.max_unavailable if workload.strategy else None


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
