"""A policy opens the port of a Service, not the port of the pods behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import token
from netlint.model.selection import show_ports
from netlint_rules.network_policy._service_ports import misnumbered_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint_rules.network_policy._service_ports import Misnumbered


def check(model: Model) -> Iterator[Finding]:
    """Policies see packets once the Service's address and port have become those of a pod.

    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:163-169 (a port is one "on the given protocol", a name one of a pod).
    """
    for unit in model.units:
        for item in misnumbered_ports(model, unit):
            yield _finding(item)


def _finding(item: Misnumbered) -> Finding:
    assert item.entry.port is not None
    number, pods = item.entry.port.text, item.workload.meta.title
    what = "the nodePort" if item.is_node_port else "the port"
    sends = f"which sends to port {item.pod_port} of {pods}"
    target = item.port.target
    at_port = item.port.node_port if item.is_node_port else item.port.number
    name = target.text if target is not None and target.integer is None else None
    return RULE.finding(
        item.entry.port.span,
        message=f"{item.policy.meta.title} opens port {number}, {what} of {item.service.meta.title}, {sends}; no pod that it is about "
        f"listens on {number}",
        why=f"The policy sees port {item.pod_port}, which no rule opens: connections through the Service are dropped and time out",
        help=f"Open port {item.pod_port}" + (f", or the port named {name}" if name else ""),
        subject=Subject.of(item.policy.meta),
        related=[
            Related(at_port.span if at_port else item.port.span, f"{what} of the Service, for port {item.pod_port} of the pods"),
            Related(item.workload.meta.head, f"declares {show_ports(item.workload) or 'no ports'}"),
        ],
        fix=_fix(item),
    )


def _fix(item: Misnumbered) -> Fix | None:
    edit = token(item.entry.port, str(item.pod_port)) if item.entry.port is not None and item.entry.end_port is None else None
    return Fix(f"Open {item.pod_port}", False, (edit,)) if edit else None


RULE = Rule(
    name="network-policy-uses-service-port",
    family="network_policy",
    layer=9,
    summary="A policy opens the port of a Service, not the port of the pods behind it",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
