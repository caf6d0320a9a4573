"""NetworkPolicies and what they select by: namespaces, and policies of other interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import IpBlock, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, Selector
from netlint.kubernetes.workloads import read_selector

if TYPE_CHECKING:
    from netlint.kubernetes.facts import ObjectMeta
    from netlint.kubernetes.tree import Tree
    from netlint.source import Span

POLICY_GROUP: Final = "networking.k8s.io"
FOREIGN_KINDS: Final = frozenset(
    """
    AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy CiliumClusterwideNetworkPolicy CiliumNetworkPolicy
    GlobalNetworkPolicy StagedGlobalNetworkPolicy StagedNetworkPolicy
    """.split()
)
"""Kinds of other interfaces that let traffic through or drop it."""


def read_network_policy(root: Tree, meta: ObjectMeta) -> NetworkPolicy:
    """A NetworkPolicy of networking.k8s.io, or of extensions/v1beta1 as it was before."""
    selector = root.get("spec", "podSelector")
    return NetworkPolicy(
        meta=meta,
        pod_selector=read_selector(selector) or Selector((), (), selector.span if selector else meta.head),
        policy_types=root.strings("spec", "policyTypes"),
        ingress=_read_rules(root, "ingress", "from"),
        egress=_read_rules(root, "egress", "to"),
        ingress_key=_key_span(root, "ingress"),
        egress_key=_key_span(root, "egress"),
    )


def _key_span(root: Tree, key: str) -> Span | None:
    spec = root.get("spec")
    found = spec.key(key) if spec else None
    return found.span if found else None


def _read_rules(root: Tree, direction: str, peers: str) -> tuple[PolicyRule, ...]:
    return tuple(
        PolicyRule(
            peers=tuple(_read_peer(item) for item in rule.list(peers)),
            ports=tuple(
                PolicyPort(item.scalar("protocol"), item.scalar("port"), item.scalar("endPort"), item.span) for item in rule.list("ports")
            ),
            span=rule.span,
        )
        for rule in root.list("spec", direction)
    )


def _read_peer(item: Tree) -> PolicyPeer:
    cidr = item.scalar("ipBlock", "cidr")
    return PolicyPeer(
        pod_selector=read_selector(item.get("podSelector")),
        namespace_selector=read_selector(item.get("namespaceSelector")),
        ip_block=IpBlock(cidr, item.strings("ipBlock", "except")) if cidr else None,
        span=item.span,
    )
