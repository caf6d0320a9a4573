"""DNS is let through to pods only, while the queries go to a cache on the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.dns_egress import is_dns_port, local_addresses, may_be_dns, may_reach_dns, node_local_dns
from netlint.model.policy_reach import identity_values, judged_policies, policies_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPort, PolicyRule, Workload
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """NodeLocal DNSCache runs on the node's network, where no selector of pods finds it; a block of addresses does.

    Source: kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml:65, 130-146; kubernetes/kubernetes#70555.
    """
    cache = node_local_dns(model.units)
    for unit in model.units:
        for policy in judged_policies(unit):
            entry = _dns_entry(unit, policy)
            if entry is not None and not _reaches_nodes(model, unit, policy):
                yield _finding(policy, entry, cache)


def _dns_entry(unit: Unit, policy: NetworkPolicy) -> PolicyPort | None:
    """The entry of port 53 over UDP in a rule whose peers are pods."""
    if not policy.isolates_egress:
        return None
    return next(
        (
            entry
            for rule in policy.egress
            if rule.peers and any(peer.ip_block is None and may_be_dns(unit, policy, peer) for peer in rule.peers)
            for entry in rule.ports
            if is_dns_port(entry) and entry.protocol_name == "UDP"
        ),
        None,
    )


def _reaches_nodes(model: Model, unit: Unit, policy: NetworkPolicy) -> bool:
    """Whether a rule for the same pods may let queries through to addresses, to everything, or to cache pods of their own network."""
    return any(
        may_reach_dns(unit, other, rule, "UDP") and _is_wide(rule)
        for other in policies_beside(model.units, unit, policy)
        for rule in other.egress
    )


def _is_wide(rule: PolicyRule) -> bool:
    if not rule.peers or any(peer.ip_block is not None for peer in rule.peers):
        return True
    selectors = (peer.pod_selector for peer in rule.peers if peer.pod_selector is not None)
    return any("local" in value for selector in selectors for value in identity_values(selector))


def _finding(policy: NetworkPolicy, entry: PolicyPort, cache: Workload | None) -> Finding:
    address = local_addresses(cache)[0] if cache else "169.254.20.10"
    if cache:
        message = f"{policy.meta.title} lets DNS through to pods only, but {cache.meta.title} answers on the node's address {address}"
        why = f"Pods ask {address}, which no selector of pods finds: every query is dropped and ends in i/o timeout"
    else:
        message = f"{policy.meta.title} lets DNS through to pods only, not to a NodeLocal DNSCache on the node"
        why = "Where the cluster runs NodeLocal DNSCache, pods ask an address of the node, and every query is dropped"
    return RULE.finding(
        entry.port.span if entry.port else entry.span,
        message=message,
        why=why,
        help=f"Add ipBlock {address}/32 to the rule's peers, and the address of the kube-dns Service where kube-proxy uses iptables",
        subject=Subject.of(policy.meta),
        related=[Related(cache.meta.head, f"answers on {address}")] if cache else [],
        severity=None if cache else Severity.INFO,
        confidence=None if cache else Confidence.LOW,
    )


RULE = Rule(
    name="network-policy-misses-node-local-dns",
    family="network_policy",
    layer=6,
    summary="DNS is let through to pods only, while the queries go to a cache on the node",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
