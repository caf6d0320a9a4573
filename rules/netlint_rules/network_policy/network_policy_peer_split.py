"""Two list items with one selector each stand where one item with both was likely meant."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.policy_reach import is_known
from netlint.model.policy_selection import is_tellable, pods_of
from netlint.model.units import compatible, is_complete_around, near_workloads
from netlint_rules.network_policy._related import show_selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPeer
    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """The items of ``from`` and ``to`` are alternatives; only selectors in one item are taken together.

    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:199-222.
    """
    for unit in model.units:
        for policy in unit.policies:
            if not is_known(policy) or not is_complete_around(unit, policy.meta):
                continue
            for rule in (*policy.ingress, *policy.egress):
                for first, second in pairwise(rule.peers):
                    pods = _split(first, second)
                    if pods is not None and near_workloads(unit, policy.meta) and not _is_at_home(model, policy, pods):
                        yield _finding(policy, first, second, pods)


def _split(first: PolicyPeer, second: PolicyPeer) -> PolicyPeer | None:
    """The peer of pods, where one of the two has a ``namespaceSelector`` alone and the other a ``podSelector`` alone."""
    for namespaces, pods in ((first, second), (second, first)):
        has_namespaces = namespaces.namespace_selector is not None and namespaces.pod_selector is None
        has_pods = pods.pod_selector is not None and pods.namespace_selector is None
        if has_namespaces and has_pods:
            return pods
    return None


def _is_at_home(model: Model, policy: NetworkPolicy, pods: PolicyPeer) -> bool:
    """Whether the pods are meant in the policy's own namespace: some there carry the labels, or all pods are selected."""
    selector = pods.pod_selector
    if selector is None or not is_tellable(selector):
        return True
    found = pods_of(model.units, selector)
    return any(compatible(policy.meta.namespace, workload.meta.namespace) for _, workload in found)


def _finding(policy: NetworkPolicy, first: PolicyPeer, second: PolicyPeer, pods: PolicyPeer) -> Finding:
    selector = pods.pod_selector
    other = second if pods is first else first
    assert selector is not None
    assert other.namespace_selector is not None
    return RULE.finding(
        selector.span,
        message=f"{policy.meta.title} lists the pods {show_selector(selector)} and the namespaces "
        f"{show_selector(other.namespace_selector)} as two peers: those pods are looked up in the policy's own namespace, and every pod of "
        f"those namespaces is a peer",
        why="Pods that are meant in another namespace are reached by the second peer alone, and the first stands for nobody",
        help="Put both selectors into one list item, without a dash before the second, if the pods are meant in those namespaces",
        subject=Subject.of(policy.meta),
        related=[Related(other.namespace_selector.span, "is an item of its own")],
    )


RULE = Rule(
    name="network-policy-peer-split",
    family="network_policy",
    layer=9,
    summary="Two list items with one selector each stand where one item with both was likely meant",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
