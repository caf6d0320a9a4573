"""What the NetworkPolicies of a unit let through from one end to another.

Follows kubernetes staging/src/k8s.io/api/networking/v1/types.go:60-223 and pkg/apis/networking/v1/defaults.go:30-46: a pod that no policy
selects for a direction is open in it; otherwise something is let through when any rule of any of them lets it through, and both ends count.

Pods on the node's network are judged like others here. Most network plugins neither select them nor tell them from their node, so that a
rule asks ``End.is_on_node_network`` before it says anything of them.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from netlint.model.units import pod_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netlint.kubernetes.facts import IpBlock, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, Workload
    from netlint.model.units import Unit

Direction: TypeAlias = Literal["ingress", "egress"]
Ports: TypeAlias = "tuple[tuple[int, int], ...]"
"""Ranges of ports, both ends in, in order and apart."""
Traffic: TypeAlias = "Mapping[str, Ports]"
"""Ports by protocol; a protocol without any is left out."""

PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
ALL_PORTS: Final[Ports] = ((1, 65535),)
EVERYTHING: Final[Traffic] = dict.fromkeys(PROTOCOLS, ALL_PORTS)
NOTHING: Final[Traffic] = {}
DEFAULT_NAMESPACE: Final = "default"
NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that every Namespace gets by itself (kubernetes pkg/apis/core/v1/defaults.go:325-339)."""


class End(NamedTuple):
    """One end of a connection: the pods of a workload, or the world outside of the cluster (``workload`` None)."""

    workload: Workload | None

    @property
    def namespace(self) -> str | None:
        """That of the workload, as written."""
        return self.workload.meta.namespace if self.workload else None

    @property
    def is_on_node_network(self) -> bool:
        """Whether it has the address of its node. What a policy does to such pods is left to the network plugin."""
        return self.workload is not None and self.workload.template.uses_host_network


OUTSIDE: Final = End(None)


def let_through(unit: Unit, source: End, target: End) -> Traffic:
    """What the policies let through from ``source`` to ``target``: what egress of the one and ingress of the other have in common."""
    return _common(_one_way(unit, "egress", source, target), _one_way(unit, "ingress", target, source))


def _one_way(unit: Unit, direction: Direction, own: End, other: End) -> Traffic:
    """What the policies of the end ``own`` let through in a direction."""
    policies = isolating(unit, direction, own)
    if not policies:
        return EVERYTHING
    target = other if direction == "egress" else own
    found: Traffic = NOTHING
    for policy in policies:
        for rule in rules_of(policy, direction):
            if selects_peer(unit, policy, rule, other):
                found = _union(found, _ports_of(rule, target))
    return found


def rules_of(policy: NetworkPolicy, direction: Direction) -> tuple[PolicyRule, ...]:
    """The rules of a policy for one direction."""
    return policy.ingress if direction == "ingress" else policy.egress


def isolating(unit: Unit, direction: Direction, end: End) -> tuple[NetworkPolicy, ...]:
    """The policies that select the end for a direction."""
    workload = end.workload
    if workload is None:
        return ()
    return tuple(
        policy
        for policy in unit.policies
        if (policy.isolates_ingress if direction == "ingress" else policy.isolates_egress)
        and _same_namespace(policy.meta.namespace, workload.meta.namespace)
        and policy.pod_selector.matches(pod_labels(workload))
    )


def _same_namespace(first: str | None, second: str | None) -> bool:
    """Whether two objects land in one namespace when they are applied without a word about it."""
    return (first or DEFAULT_NAMESPACE) == (second or DEFAULT_NAMESPACE)


def selects_peer(unit: Unit, policy: NetworkPolicy, rule: PolicyRule, end: End) -> bool:
    """Whether a rule of ``policy`` is about the end. A rule without peers is about every end."""
    return not rule.peers or any(_is_peer(unit, policy, peer, end) for peer in rule.peers)


def _is_peer(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, end: End) -> bool:
    if peer.ip_block is not None:
        # Blocks are for addresses outside of the cluster (types.go:199-222); those of pods are not in the manifests.
        return end.workload is None and not _is_empty(peer.ip_block)
    if end.workload is None:
        return False
    if peer.namespace_selector is None:
        if not _same_namespace(policy.meta.namespace, end.namespace):
            return False
    elif not peer.namespace_selector.matches(namespace_labels(unit, end.namespace)):
        return False
    return peer.pod_selector is None or peer.pod_selector.matches(pod_labels(end.workload))


def namespace_labels(unit: Unit, namespace: str | None) -> dict[str, str]:
    """Labels of a namespace: those of its object in the unit, and the one that every namespace has."""
    name = namespace or DEFAULT_NAMESPACE
    written = {key.text: value.text for item in unit.namespaces if item.meta.name == name for key, value in item.meta.labels}
    return {**written, NAME_LABEL: name}


def _is_empty(block: IpBlock) -> bool:
    """Whether a block holds no address, because it is none or its exceptions are all of it."""
    try:
        whole = ip_network(block.cidr.text, strict=False)
        return any(ip_network(item.text, strict=False).prefixlen <= whole.prefixlen for item in block.exceptions)
    except ValueError:
        return True


def _ports_of(rule: PolicyRule, target: End) -> Traffic:
    """The ports of ``target`` that a rule lets through."""
    if not rule.ports:
        return EVERYTHING
    found: Traffic = NOTHING
    for entry in rule.ports:
        found = _union(found, {entry.protocol_name: _normalised(port_ranges(entry, target))})
    return found


def port_ranges(entry: PolicyPort, target: End) -> Iterator[tuple[int, int]]:
    """The ports that an entry means at ``target``: all, a range, or those of the pods that have the name (types.go:163-169)."""
    if entry.port is None:
        yield from ALL_PORTS
        return
    first = entry.port.integer
    if first is not None:
        last = entry.end_port.integer if entry.end_port is not None else first
        yield first, first if last is None else last
        return
    for container in target.workload.template.containers if target.workload else ():
        for port in container.ports:
            if port.name is not None and port.name.text == entry.port.text and port.protocol_name == entry.protocol_name:
                number = port.number.integer if port.number else None
                if number is not None:
                    yield number, number


def _normalised(ranges: Iterable[tuple[int, int]]) -> Ports:
    """Ranges in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first <= last:
            found.append((first, last))
    return tuple(found)


def _union(first: Traffic, second: Traffic) -> Traffic:
    merged = {protocol: _normalised((*first.get(protocol, ()), *second.get(protocol, ()))) for protocol in PROTOCOLS}
    return {protocol: ports for protocol, ports in merged.items() if ports}


def _common(first: Traffic, second: Traffic) -> Traffic:
    found = {}
    for protocol in PROTOCOLS:
        ports = _normalised(
            (max(low, other_low), min(high, other_high))
            for low, high in first.get(protocol, ())
            for other_low, other_high in second.get(protocol, ())
            if max(low, other_low) <= min(high, other_high)
        )
        if ports:
            found[protocol] = ports
    return found


def is_decided(unit: Unit) -> bool:
    """Whether the policies in view are all that decides: policies of other interfaces may let through or drop as well."""
    return not unit.foreign_policies
