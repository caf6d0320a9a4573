"""Pods may ask a DNS server over UDP and not over TCP, which long answers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import AddItem, Confidence, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.model.dns_egress import dns_entry, may_reach_dns
from netlint.model.policy_reach import judged_policies, policies_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPort
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """An answer that does not fit is marked as cut off, and the resolver asks again over TCP (RFC 1035 §4.2.1, RFC 7766 §5)."""
    for unit in model.units:
        for policy in judged_policies(unit):
            entry = dns_entry(unit, policy, "UDP")
            if entry is not None and not _opens_tcp(model, unit, policy):
                yield RULE.finding(
                    entry.port.span if entry.port else entry.span,
                    message=f"{policy.meta.title} opens port 53 over UDP and not over TCP",
                    why="An answer too long for UDP is cut off and asked for again over TCP, which is dropped: names with many addresses, "
                    "SRV and TXT records time out",
                    help="Add protocol: TCP with port: 53 beside it",
                    subject=Subject.of(policy.meta),
                    fix=_fix(entry),
                )


def _fix(entry: PolicyPort) -> Fix | None:
    """The same port over TCP; opening more is for a person to decide."""
    if entry.port is None or entry.end_port is not None:
        return None
    return Fix("Open it over TCP as well", False, (AddItem(entry.span, (("port", entry.port.text), ("protocol", "TCP"))),))


def _opens_tcp(model: Model, unit: Unit, policy: NetworkPolicy) -> bool:
    return any(may_reach_dns(unit, other, rule, "TCP") for other in policies_beside(model.units, unit, policy) for rule in other.egress)


RULE = Rule(
    name="network-policy-blocks-dns-tcp",
    family="network_policy",
    layer=6,
    summary="Pods may ask a DNS server over UDP and not over TCP, which long answers need",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
