"""A pod on the host network gets the node's DNS, not the cluster's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import is_public_nameserver
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import set_entry
from netlint.model.asked_names import distinct_cluster_names
from netlint.model.settings import is_template_final
from netlint_rules.dns._pods import (
    known_workloads,
    link_behind,
    nameservers_of,
    policy_of,
    related_names,
    runs_before_cluster_dns,
    show_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.names import UsedName


def check(model: Model) -> Iterator[Finding]:
    """On the host network ``ClusterFirst``, also when omitted, falls through to ``Default``: the node's resolv.conf.

    Source: kubernetes pkg/kubelet/network/dns/dns.go:304-323.
    """
    for unit, workload in known_workloads(model):
        template = workload.template
        network = template.host_network
        if network is None or not template.uses_host_network or policy_of(template) != "host":
            continue
        if not is_template_final(workload) or runs_before_cluster_dns(workload):
            continue
        if any(not is_public_nameserver(value.text) for value in nameservers_of(template)):
            continue
        names = distinct_cluster_names(model, unit, workload)
        says_default = template.dns_policy is not None and template.dns_policy.text == "Default"
        if names or not says_default:
            yield _finding(workload, network, names)


def _finding(workload: Workload, network: Value, names: Sequence[UsedName]) -> Finding:
    policy = workload.template.dns_policy
    title = workload.meta.title
    written = f"dnsPolicy {policy.text}" if policy else "no dnsPolicy"
    related = [Related(network.span, "puts the pods on the node's network")] if policy else []
    consequence = "so its pods ask the node's DNS servers"
    if names:
        message = f"{title} has hostNetwork and {written}, {consequence}, which do not know {show_names(names)}"
    else:
        message = f"{title} has hostNetwork and {written}, {consequence} and cannot look up a Service"
    return RULE.finding(
        policy.span if policy else network.span,
        message=message,
        why="The kubelet treats ClusterFirst as Default on the host network: no cluster nameserver, no search domain, ndots 1; every "
        "Service name fails with no such host",
        help="Set dnsPolicy: ClusterFirstWithHostNet" if names else "Set dnsPolicy: ClusterFirstWithHostNet, or Default when that is meant",
        subject=Subject.of(workload.meta),
        link=link_behind(names),
        related=[*related, *related_names(names, "is a name that only the cluster's DNS answers")],
        severity=None if names else Severity.INFO,
        confidence=None if names else Confidence.MEDIUM,
        # Without a name in view the node's DNS may be what is meant.
        fix=set_entry(policy, network.span, "dnsPolicy", "ClusterFirstWithHostNet", safe=False) if names else None,
    )


RULE = Rule(
    name="host-network-without-cluster-dns",
    family="dns",
    layer=5,
    summary="A pod on the host network gets the node's DNS, not the cluster's",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
