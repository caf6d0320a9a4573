"""Pods that use names may send to no DNS server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import AddItem, Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.model.asked_names import asks_cluster, names_called, serves_dns
from netlint.model.dns_egress import dns_entry, may_reach_dns
from netlint.model.policy_reach import (
    is_settled,
    judged_policies,
    opening_rules,
    policies_beside,
    selected_pods,
    show_pods,
    surely_isolating,
)
from netlint_rules.network_policy._related import at_egress, related_names, show_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPort, Workload
    from netlint.model import Model
    from netlint.model.names import UsedName
    from netlint.model.units import Unit

_WHY: Final = "Queries are dropped, not refused: every name that the pods look up ends in i/o timeout after the resolver's retries"
_CURE: Final = "UDP 53 and TCP 53 to the pods k8s-app: kube-dns of the namespace kubernetes.io/metadata.name: kube-system"


def check(model: Model) -> Iterator[Finding]:
    """Pods that a policy isolates for egress send only what some rule of some policy lets through, DNS queries among it.

    A policy that denies everything and is completed by none in view says nothing: its rules may come from elsewhere, or the pods are to
    reach nothing. ``protocol`` is TCP where none is written, so that ``port: 53`` alone lets no ordinary query through.
    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:60-223, pkg/apis/networking/v1/defaults.go:30-36.
    """
    for unit in model.units:
        over_tcp = [(policy, entry) for policy in judged_policies(unit) if (entry := _tcp_only(model, unit, policy)) is not None]
        for policy, entry in over_tcp:
            yield _tcp_finding(policy, entry)
        blamed: dict[int, tuple[NetworkPolicy, list[tuple[Workload, tuple[UsedName, ...]]]]] = {}
        for workload in unit.workloads:
            isolating = surely_isolating(unit, "egress", workload)
            names = _names_without_dns(model, unit, workload) if isolating else ()
            if names and not any(policy is told for policy in isolating for told, _ in over_tcp):
                policy = next((item for item in isolating if item.egress), isolating[0])
                blamed.setdefault(id(policy), (policy, []))[1].append((workload, names))
        for policy, pods in blamed.values():
            yield _finding(policy, pods)


def _names_without_dns(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The names that the workload asks for and no rule lets it look up; none where one may, or where no rule opens anything."""
    if serves_dns(workload) or _asks_itself(workload) or _asks_over_tcp(workload) or not is_settled(model.units, workload):
        return ()
    opening = list(opening_rules(model.units, unit, "egress", workload))
    if not opening or any(may_reach_dns(unit, policy, rule, "UDP") for policy, rule in opening):
        return ()
    reaches_outside = any(not rule.peers or any(peer.ip_block for peer in rule.peers) for _, rule in opening)
    return tuple(name for name in _names(model, unit, workload) if reaches_outside or asks_cluster(name))


def _names(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    found: dict[str, UsedName] = {}
    for name in names_called(model, unit, workload):
        found.setdefault(name.host.lower(), name)
    return tuple(found.values())


def _asks_itself(workload: Workload) -> bool:
    """Whether the pods' nameservers are their own, as beside a caching sidecar."""
    config, policy = workload.template.dns_config, workload.template.dns_policy
    servers = config.nameservers if config else ()
    return policy is not None and policy.text == "None" and any(server.text.startswith("127.") for server in servers)


def _asks_over_tcp(workload: Workload) -> bool:
    """Whether the resolver is told to use TCP (``use-vc``, resolv.conf(5))."""
    config = workload.template.dns_config
    return config is not None and any(option.name is not None and option.name.text == "use-vc" for option in config.options)


def _tcp_only(model: Model, unit: Unit, policy: NetworkPolicy) -> PolicyPort | None:
    """The entry by which a policy opens port 53 over TCP, where nothing that may select its pods opens a DNS port over UDP."""
    entry = dns_entry(unit, policy, "TCP")
    if entry is None:
        return None
    pods = selected_pods(unit, policy)
    if any(serves_dns(workload) or _asks_over_tcp(workload) or not is_settled(model.units, workload) for workload in pods):
        return None
    others = ((other, rule) for other in policies_beside(model.units, unit, policy) for rule in other.egress)
    return None if any(may_reach_dns(unit, other, rule, "UDP") for other, rule in others) else entry


def _tcp_finding(policy: NetworkPolicy, entry: PolicyPort) -> Finding:
    written = "" if entry.protocol else ", for protocol is TCP where none is written"
    return RULE.finding(
        entry.port.span if entry.port else entry.span,
        message=f"{policy.meta.title} opens port 53 over TCP only{written}; nothing opens it over UDP, which resolvers ask over",
        why=_WHY,
        help="Add protocol: UDP with port: 53 beside it, and keep TCP for long answers",
        subject=Subject.of(policy.meta),
        fix=Fix("Open it over UDP as well", False, (AddItem(entry.span, (("port", entry.port.text), ("protocol", "UDP"))),))
        if entry.port and not entry.end_port
        else None,
    )


def _finding(policy: NetworkPolicy, pods: list[tuple[Workload, tuple[UsedName, ...]]]) -> Finding:
    workloads = [workload for workload, _ in pods]
    names = list({name.host.lower(): name for _, used in pods for name in used}.values())
    return RULE.finding(
        at_egress(policy),
        message=f"{policy.meta.title} isolates {show_pods(workloads)} for egress, and nothing lets UDP 53 through to a DNS server, "
        f"which must be asked for {show_names(names)}",
        why=_WHY,
        help=f"Add an egress rule for {_CURE}",
        subject=Subject.of(policy.meta),
        related=[
            *(Related(workload.meta.head, "is selected, and may send only what egress rules list") for workload in workloads[:3]),
            *related_names(names, "is looked up"),
        ],
    )


RULE = Rule(
    name="network-policy-blocks-dns",
    family="network_policy",
    layer=6,
    summary="Pods that use names may send to no DNS server",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
