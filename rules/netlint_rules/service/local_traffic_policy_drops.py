"""A Service keeps traffic on the node it arrives at, but its pods do not run on every node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.selection import selected_workloads
from netlint_rules.service._selected import show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model

_SCATTERED_KINDS: Final = frozenset(("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Rollout"))
"""Kinds whose pods run on as many nodes as the scheduler chooses."""


def check(model: Model) -> Iterator[Finding]:
    """Under a ``Local`` policy a node without a ready pod of the Service drops the traffic; it does not refuse it.

    Source: kubernetes pkg/proxy/iptables/proxier.go:914-931.
    """
    for unit in model.units:
        for service in unit.services:
            policies = [policy for policy in (_internal(service), _external(service)) if policy is not None]
            if not policies:
                continue
            workloads = selected_workloads(unit, service)
            if workloads and all(workload.meta.kind in _SCATTERED_KINDS for workload in workloads):
                for policy in policies:
                    yield _finding(service, policy, workloads)


def _internal(service: Service) -> Value | None:
    """``internalTrafficPolicy: Local`` where a proxy heeds it."""
    policy = service.internal_traffic_policy
    is_proxied = not service.is_headless and not service.is_external_name
    return policy if policy is not None and policy.text == "Local" and is_proxied else None


def _external(service: Service) -> Value | None:
    """``externalTrafficPolicy: Local`` where no load balancer asks ``healthCheckNodePort`` which nodes have a pod."""
    policy = service.external_traffic_policy
    kind = service.type.text if service.type else "ClusterIP"
    unguarded = kind == "NodePort" or (kind == "ClusterIP" and bool(service.external_ips))
    return policy if policy is not None and policy.text == "Local" and unguarded else None


def _finding(service: Service, policy: Value, workloads: tuple[Workload, ...]) -> Finding:
    if policy is service.internal_traffic_policy:
        what, who, where = "internalTrafficPolicy", "in-cluster clients", "the client's own node"
    else:
        what, who, where = "externalTrafficPolicy", "clients from outside", "the node that they address"
    return RULE.finding(
        policy.span,
        message=f"{service.meta.title} sends {who} to pods on {where} only, but {show_workloads(workloads)} does not run on every node",
        why="A node without a ready pod drops what is sent to the Service, so clients that come by it run into their time-out",
        help=f"Remove {what}: Local, or run the pods as a DaemonSet",
        subject=Subject.of(service.meta),
        related=[Related(workload.meta.head, _spread(workload)) for workload in workloads],
    )


def _spread(workload: Workload) -> str:
    count = workload.replicas.text if workload.replicas and workload.replicas.integer is not None else None
    return f"runs {count} pods, wherever they are scheduled" if count else "runs wherever it is scheduled"


RULE = Rule(
    name="local-traffic-policy-drops",
    family="service",
    layer=9,
    summary="A Service keeps traffic on the node it arrives at, but its pods do not run on every node",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
