"""A policy opens a port by a name that no container of the pods declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import set_entry
from netlint.model.policy_reach import judged_policies, peer_pods, selected_pods, show_pods
from netlint.model.selection import show_ports
from netlint.model.settings import has_unseen_containers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPort, PolicyRule, Workload
    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """A name is looked up in the ports of the target's containers, with its protocol; without one nothing is opened.

    For ingress the target is what the policy selects, for egress what its rule sends to.
    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:163-169.
    """
    for unit in model.units:
        for policy in judged_policies(unit):
            selected = selected_pods(unit, policy)
            for rule in policy.ingress if policy.isolates_ingress else ():
                yield from _of_rule(policy, rule, selected)
            for rule in policy.egress if policy.isolates_egress else ():
                peers = [peer_pods(unit, policy, peer) for peer in rule.peers]
                if peers and all(peers):
                    yield from _of_rule(policy, rule, list({id(pods): pods for found in peers for pods in found}.values()))


def _of_rule(policy: NetworkPolicy, rule: PolicyRule, targets: Sequence[Workload]) -> Iterator[Finding]:
    if not targets or any(has_unseen_containers(workload) for workload in targets):
        return
    for entry in rule.ports:
        # A number in quotes is a name without a letter, which the API server does not take.
        is_name = entry.port is not None and entry.port.integer is None and not entry.port.text.isdigit()
        if is_name and not any(_may_declare(workload, entry) for workload in targets):
            yield _finding(policy, entry, targets)


def _may_declare(workload: Workload, entry: PolicyPort) -> bool:
    names = ((port.name, port.protocol_name) for container in workload.template.containers for port in container.ports)
    wanted = entry.port.text if entry.port else ""
    return any(name and (name.is_placeholder or (name.text == wanted and protocol == entry.protocol_name)) for name, protocol in names)


def _other_protocol(targets: Sequence[Workload], entry: PolicyPort) -> str | None:
    """The protocol under which the name is declared, where that is another than the entry's."""
    wanted = entry.port.text if entry.port else ""
    ports = (port for workload in targets for container in workload.template.containers for port in container.ports)
    return next((port.protocol_name for port in ports if port.name and port.name.text == wanted), None)


def _finding(policy: NetworkPolicy, entry: PolicyPort, targets: Sequence[Workload]) -> Finding:
    assert entry.port is not None
    name, other = entry.port.text, _other_protocol(targets, entry)
    declared = "; ".join(dict.fromkeys(show_ports(workload) for workload in targets[:3] if show_ports(workload))) or "no ports"
    if other:
        cure = f"Add protocol: {other}"
    elif declared == "no ports":
        cure = f"Give the container's port the name {name}, or open its number"
    else:
        cure = f"Open one of the declared ports by name or number: {declared}"
    return RULE.finding(
        entry.port.span,
        message=f"{policy.meta.title} opens the {entry.protocol_name} port named {name}, which no container of {show_pods(targets)} "
        f"declares: {declared}",
        why="The name stands for no port, so the entry opens nothing: what it was to let through is dropped and times out",
        help=cure,
        subject=Subject.of(policy.meta),
        related=[Related(workload.meta.head, f"declares {show_ports(workload) or 'no ports'}") for workload in targets[:10]],
        fix=set_entry(entry.protocol, entry.port.span, "protocol", other, safe=False) if other else None,
    )


RULE = Rule(
    name="network-policy-named-port-unresolved",
    family="network_policy",
    layer=9,
    summary="A policy opens a port by a name that no container of the pods declares",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
