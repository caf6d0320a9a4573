"""Which rules of NetworkPolicies let a pod reach the servers that answer its DNS queries.

The cluster's DNS pods stand in ``kube-system`` (OpenShift: ``openshift-dns``) and are almost never in view, so that a rule is taken to
reach them unless what it selects says that it is something else. A port is one that such pods are known to listen on: 53, 5353 on
OpenShift, 8053 under Gardener.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.model.asked_names import serves_dns
from netlint.model.policy_reach import identity_values, may_match, may_open, namespace_names
from netlint.model.units import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, Selector, Workload
    from netlint.model.units import Unit

DNS_PORTS: Final = (53, 1053, 5353, 8053)
_DNS_NAMESPACES: Final = frozenset(("kube-system", "openshift-dns"))
_LOCAL_ADDRESS: Final = "169.254."


def may_reach_dns(unit: Unit, policy: NetworkPolicy, rule: PolicyRule, protocol: str) -> bool:
    """Whether an egress rule may let queries through to a DNS server over ``protocol``."""
    if not any(may_open(rule, None, protocol, port) for port in DNS_PORTS):
        return False
    return _may_reach_peers(unit, policy, rule)


def _may_reach_peers(unit: Unit, policy: NetworkPolicy, rule: PolicyRule) -> bool:
    return not rule.peers or any(may_be_dns(unit, policy, peer) for peer in rule.peers)


def may_be_dns(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer) -> bool:
    """Whether a peer may be a DNS server: any block of addresses, and pods that nothing says to be something else."""
    if peer.ip_block is not None:
        return True
    pods, namespaces = peer.pod_selector, peer.namespace_selector
    named = namespace_names(namespaces) if namespaces else ()
    if any(_fits(policy, peer, named, workload) for workload in dns_servers(unit)):
        return True
    if pods is not None and not _may_be_dns_pods(pods):
        return False
    if namespaces is not None:
        return not named or any(name in _DNS_NAMESPACES or "dns" in name for name in named)
    own = policy.meta.namespace
    if own is None:
        return pods is not None and bool(identity_values(pods))
    return own in _DNS_NAMESPACES or "dns" in own


def dns_servers(unit: Unit) -> tuple[Workload, ...]:
    """The workloads in view that answer DNS queries."""
    if unit.memo.dns_servers is None:
        unit.memo.dns_servers = tuple(workload for workload in unit.workloads if serves_dns(workload))
    return unit.memo.dns_servers


def _fits(policy: NetworkPolicy, peer: PolicyPeer, named: tuple[str, ...], workload: Workload) -> bool:
    """Whether a DNS server in view may be the peer."""
    if peer.pod_selector is not None and not may_match(peer.pod_selector, workload):
        return False
    if peer.namespace_selector is None:
        return compatible(policy.meta.namespace, workload.meta.namespace)
    return not named or workload.meta.namespace is None or workload.meta.namespace in named


def _may_be_dns_pods(selector: Selector) -> bool:
    """Whether a selector may match DNS pods: it does not say by name that they are others."""
    values = identity_values(selector)
    return not values or any("dns" in value for value in values)


def is_dns_port(entry: PolicyPort) -> bool:
    """Whether an entry names port 53 itself."""
    return entry.port is not None and entry.port.integer == DNS_PORTS[0]


def dns_entry(unit: Unit, policy: NetworkPolicy, protocol: str) -> PolicyPort | None:
    """The first entry by which a policy opens port 53 itself over ``protocol`` to what may be a DNS server."""
    if not policy.isolates_egress:
        return None
    return next(
        (
            entry
            for rule in policy.egress
            for entry in rule.ports
            if is_dns_port(entry) and entry.protocol_name == protocol and _may_reach_peers(unit, policy, rule)
        ),
        None,
    )


def is_only_dns(rule: PolicyRule) -> bool:
    """Whether a rule opens ports of DNS servers and no other."""
    return bool(rule.ports) and all(entry.port is not None and entry.port.integer in DNS_PORTS for entry in rule.ports)


def tells_what_passes(policy: NetworkPolicy, rule: PolicyRule) -> bool:
    """Whether a rule is one of those that say what its pods may reach, not the DNS that a platform opens to all pods alike."""
    return not is_only_dns(rule) or bool(policy.pod_selector.match_labels or policy.pod_selector.requirements)


def node_local_dns(units: Iterable[Unit]) -> Workload | None:
    """A NodeLocal DNSCache in view: on the node's network, with a link-local address among its arguments (``-localip``)."""
    workloads = (item for unit in units for item in unit.workloads)
    return next((item for item in workloads if item.template.uses_host_network and local_addresses(item)), None)


def local_addresses(workload: Workload) -> tuple[str, ...]:
    """The link-local addresses that a NodeLocal DNSCache answers on, as its arguments say."""
    words = [word.text for container in workload.template.containers for word in (*container.command, *container.args)]
    if not any("localip" in word for word in words) or not serves_dns(workload):
        return ()
    parts = (part for word in words for part in word.replace("=", ",").replace(" ", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part.startswith(_LOCAL_ADDRESS)))
