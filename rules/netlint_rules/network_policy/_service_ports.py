"""Ports of policies that are a Service's, where those of its pods are needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.hosts import is_host
from netlint.model.policies import rules_of
from netlint.model.policy_reach import (
    judged_policies,
    may_be_peer,
    may_be_port,
    may_match,
    may_open,
    may_share_peers,
    opening_rules,
    peer_pods,
    selected_pods,
)
from netlint.model.selection import open_ports, pod_port_number, services_before
from netlint.model.settings import has_unseen_containers, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPort, PolicyRule, Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.policies import Direction
    from netlint.model.units import Unit


_PORT_OF_ANOTHER: Final = re.compile(r"(?<![\w.-])(?P<host>[\w-]+(?:\.[\w-]+)*):\d+")


class Misnumbered(NamedTuple):
    """An entry of a policy whose port is a Service's (``is_node_port``: its NodePort), which sends on to ``pod_port`` of ``workload``.

    ``workloads`` are all of which the same holds.
    """

    policy: NetworkPolicy
    rule: PolicyRule
    direction: Direction
    entry: PolicyPort
    service: Service
    port: ServicePort
    workload: Workload
    pod_port: int
    is_node_port: bool
    workloads: tuple[Workload, ...] = ()


def misnumbered_ports(model: Model, unit: Unit) -> Iterator[Misnumbered]:
    """Every entry that opens a Service's port, no port of the pods it is about, and not the one that the Service sends to."""
    for policy in judged_policies(unit):
        selected = selected_pods(unit, policy)
        for rule in policy.ingress if policy.isolates_ingress else ():
            yield from _of_rule(model, unit, policy, "ingress", rule, selected)
        for rule in policy.egress if policy.isolates_egress else ():
            peers = [peer_pods(unit, policy, peer) for peer in rule.peers]
            if peers and all(peers):
                yield from _of_rule(model, unit, policy, "egress", rule, tuple(pods for found in peers for pods in found))


def _of_rule(
    model: Model, unit: Unit, policy: NetworkPolicy, direction: Direction, rule: PolicyRule, targets: Sequence[Workload]
) -> Iterator[Misnumbered]:
    if not targets or any(has_unseen_containers(workload) for workload in targets):
        return
    for entry in rule.ports:
        number = entry.port.integer if entry.port and entry.end_port is None else None
        if number is None or any(_may_listen(unit, workload, number) for workload in targets):
            continue
        found = [item for workload in targets for item in _sent_on(unit, policy, rule, direction, entry, workload, number)]
        # Every workload has to be told by a Service: of one without, nothing says that it does not listen on the port.
        told = {id(item.workload) for item in found}
        if found and all(id(workload) in told or open_ports(workload) for workload in targets):
            closed = [item for item in found if not _opens_pod_port(model, unit, item)]
            if closed:
                yield closed[0]._replace(workloads=tuple(item.workload for item in closed))


def _may_listen(unit: Unit, workload: Workload, number: int) -> bool:
    declared = (port.port.number for port in open_ports(workload))
    if any(value is None or value.integer in (None, number) for value in declared):
        return True
    word = re.compile(rf"(?<!\d){number}(?!\d)")
    return any(word.search(_PORT_OF_ANOTHER.sub(_without_port, setting.value.text)) for setting in settings_of(unit, workload))


def _without_port(match: re.Match[str]) -> str:
    """The host without its port, where it is a name: that of somebody who is called, not of the pod."""
    return match["host"] if is_host(match["host"]) else match[0]


def _sent_on(
    unit: Unit, policy: NetworkPolicy, rule: PolicyRule, direction: Direction, entry: PolicyPort, workload: Workload, number: int
) -> Iterator[Misnumbered]:
    for service in services_before(unit, workload):
        for port in service.ports if not service.is_headless else ():
            pod_port = pod_port_number(port, workload)
            is_node_port = port.node_port is not None and port.node_port.integer == number
            is_port = port.number is not None and port.number.integer == number
            if pod_port not in (None, number) and port.protocol_name == entry.protocol_name and (is_port or is_node_port):
                yield Misnumbered(policy, rule, direction, entry, service, port, workload, pod_port or 0, is_node_port and not is_port)


def _opens_pod_port(model: Model, unit: Unit, item: Misnumbered) -> bool:
    """Whether the port that the Service sends to may be open as well, to somebody that the entry is about."""
    protocol, own = item.entry.protocol_name, (item.policy, item.rule)
    if item.direction == "ingress":
        opening = opening_rules(model.units, unit, "ingress", item.workload)
        return any(may_open(pair[1], item.workload, protocol, item.pod_port) and may_share_peers(own, pair) for pair in opening)
    if any(may_be_port(entry, item.workload, protocol, item.pod_port) for entry in item.rule.ports):
        return True
    siblings = ((item.policy, other) for other in rules_of(item.policy, "egress"))
    senders = selected_pods(unit, item.policy)
    others = (pair for sender in senders for pair in opening_rules(model.units, unit, "egress", sender))
    return any(
        may_open(other, item.workload, protocol, item.pod_port) and may_be_peer(unit, policy, other, item.workload)
        for policy, other in (*siblings, *others)
    )


def explains(unit: Unit, item: Misnumbered, source: Workload | None, target: Workload) -> bool:
    """Whether the entry is why ``source`` does not get through to ``target``; without a source, why an ingress controller does not."""
    if not any(workload is target for workload in item.workloads):
        return False
    if source is None:
        return item.direction == "ingress" and not item.rule.peers
    if item.direction == "egress":
        return may_match(item.policy.pod_selector, source)
    return may_be_peer(unit, item.policy, item.rule, source)
