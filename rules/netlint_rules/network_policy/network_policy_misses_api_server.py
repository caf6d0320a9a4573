"""Pods that ask the Kubernetes API may send to it by no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.api_use import api_use, may_reach_api
from netlint.model.dns_egress import tells_what_passes
from netlint.model.policy_reach import is_settled, opening_rules, surely_isolating
from netlint_rules.network_policy._related import at_egress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """The Service ``kubernetes`` sends to the addresses of the control plane, which no selector of pods or namespaces finds.

    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:199-222; cert-manager/cert-manager#5788.
    """
    for unit in model.units:
        for workload in unit.workloads:
            isolating = surely_isolating(unit, "egress", workload)
            use = api_use(model, unit, workload) if isolating else None
            if use is None or not is_settled(model.units, workload):
                continue
            opening = list(opening_rules(model.units, unit, "egress", workload))
            if may_reach_api(opening) or not any(tells_what_passes(policy, rule) for policy, rule in opening):
                continue
            policy = next((item for item in isolating if item.egress), isolating[0])
            yield RULE.finding(
                at_egress(policy),
                message=f"{policy.meta.title} isolates {workload.meta.title} for egress, which {use.what}, and no rule opens port 443 or "
                f"6443 to addresses",
                why="The API server has the address of a node or of the cloud, which selectors do not find: calls to it time out",
                help="Add an egress rule with an ipBlock of the API server's addresses and ports 443 and 6443",
                subject=Subject.of(policy.meta),
                related=[Related(use.span, f"{workload.meta.title} {use.what}")],
                link=use.run,
            )


RULE = Rule(
    name="network-policy-misses-api-server",
    family="network_policy",
    layer=9,
    summary="Pods that ask the Kubernetes API may send to it by no rule",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
