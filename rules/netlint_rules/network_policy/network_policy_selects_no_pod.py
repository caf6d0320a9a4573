"""A policy's `podSelector` matches no pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.policy_reach import is_known
from netlint.model.policy_selection import is_tellable, near_miss, pods_elsewhere, pods_of
from netlint.model.units import compatible, is_complete_around, near_workloads
from netlint_rules.network_policy._related import cure_of, miss_span, selector_span, show_miss, show_selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, Workload
    from netlint.model import Model
    from netlint.model.policy_selection import PodMiss

_WHY: Final = (
    "The policy is about no pod: what its rules were to open stays closed by the other policies, and what it was to close stays open"
)


def check(model: Model) -> Iterator[Finding]:
    """The selector is looked up in the policy's own namespace (kubernetes api networking/v1/types.go:60-69)."""
    for unit in model.units:
        for policy in unit.policies:
            selector = policy.pod_selector
            if not is_known(policy) or not is_tellable(selector) or not is_complete_around(unit, policy.meta):
                continue
            found = list(pods_of(model.units, selector))
            if any(compatible(policy.meta.namespace, workload.meta.namespace) for _, workload in found):
                continue
            miss = near_miss(unit, policy.meta, selector, in_namespace=True)
            elsewhere = pods_elsewhere(unit, policy, found)
            if miss is not None:
                yield _near(policy, miss)
            elif elsewhere is not None and elsewhere.meta.path == policy.meta.path:
                yield _elsewhere(policy, elsewhere)
            elif near_workloads(unit, policy.meta):
                yield _absent(policy)


def _near(policy: NetworkPolicy, miss: PodMiss) -> Finding:
    return RULE.finding(
        miss_span(miss),
        message=f"{policy.meta.title} selects {show_selector(policy.pod_selector)}, which no pod carries; those of "
        f"{miss.workload.meta.title} have {show_miss(miss)}",
        why=_WHY,
        help=cure_of(miss),
        subject=Subject.of(policy.meta),
        related=[Related(miss.found.span, f"the pods of {miss.workload.meta.title}")],
    )


def _elsewhere(policy: NetworkPolicy, workload: Workload) -> Finding:
    ours, theirs = policy.meta.namespace, workload.meta.namespace
    return RULE.finding(
        selector_span(policy.pod_selector),
        message=f"{policy.meta.title} in namespace {ours} selects {show_selector(policy.pod_selector)}; {workload.meta.title}, whose pods "
        f"carry it, is in {theirs}, and a policy selects in its own namespace only",
        why=_WHY,
        help=f"Put the policy into namespace {theirs}",
        subject=Subject.of(policy.meta),
        related=[Related(workload.meta.head, f"is in namespace {theirs}")],
    )


def _absent(policy: NetworkPolicy) -> Finding:
    where = f"namespace {policy.meta.namespace}" if policy.meta.namespace else "view"
    return RULE.finding(
        selector_span(policy.pod_selector),
        message=f"{policy.meta.title} selects {show_selector(policy.pod_selector)}, which no pod template in {where} carries",
        why=_WHY,
        help="Nothing is to be done if another repository or an operator brings the pods; else select the labels of those that are meant",
        subject=Subject.of(policy.meta),
        severity=Severity.INFO,
        confidence=Confidence.LOW,
    )


RULE = Rule(
    name="network-policy-selects-no-pod",
    family="network_policy",
    layer=9,
    summary="A policy's `podSelector` matches no pod",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
