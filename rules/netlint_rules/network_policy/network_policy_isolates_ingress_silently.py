"""A policy with egress rules alone denies all ingress as well, for `policyTypes` is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import AddEntry, Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.model.policy_reach import judged_policies, policies_beside, selected_pods, show_pods
from netlint.model.selection import open_ports, services_before
from netlint_rules.network_policy._related import at_egress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """Omitted ``policyTypes`` are Ingress, and Egress where there are egress rules.

    Source: kubernetes pkg/apis/networking/v1/defaults.go:38-46, staging/src/k8s.io/api/networking/v1/types.go:95-104.
    """
    for unit in model.units:
        for policy in judged_policies(unit):
            if policy.policy_types or not policy.egress or policy.ingress_key is not None or _is_isolated_anyway(model, unit, policy):
                continue
            pods = selected_pods(unit, policy)
            served = [workload for workload in pods if services_before(unit, workload) or open_ports(workload)]
            if pods and not served:
                continue
            of_whom = f" of {show_pods(served)}" if served else ""
            yield RULE.finding(
                at_egress(policy),
                message=f"{policy.meta.title} has egress rules and no policyTypes, which denies all ingress{of_whom} as well",
                why="Without policyTypes a policy is about ingress too, and one without ingress rules lets nothing in: clients time out",
                help="Write policyTypes: [Egress], or the ingress rules that the pods need",
                subject=Subject.of(policy.meta),
                related=[Related(workload.meta.head, "is selected, and receives nothing") for workload in served[:10]],
                fix=Fix("Set policyTypes: [Egress]", False, (AddEntry(policy.egress_key, "policyTypes", "[Egress]"),))
                if policy.egress_key
                else None,
            )


def _is_isolated_anyway(model: Model, unit: Unit, policy: NetworkPolicy) -> bool:
    """Whether another policy that may select the same pods is about ingress, so that this one changes nothing or is completed."""
    return any(
        other is not policy and other.isolates_ingress and (other.policy_types or other.ingress_key is not None)
        for other in policies_beside(model.units, unit, policy)
    )


RULE = Rule(
    name="network-policy-isolates-ingress-silently",
    family="network_policy",
    layer=9,
    summary="A policy with egress rules alone denies all ingress as well, for `policyTypes` is left out",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
