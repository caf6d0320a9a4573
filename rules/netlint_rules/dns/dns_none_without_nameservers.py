"""A pod has `dnsPolicy: None` and names no DNS server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.settings import is_template_final
from netlint_rules.dns._pods import known_workloads, nameservers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """``None`` needs at least one entry in ``dnsConfig.nameservers``.

    Source: kubernetes pkg/apis/core/validation/validation.go:4162-4169.
    """
    for _, workload in known_workloads(model):
        template = workload.template
        policy, config = template.dns_policy, template.dns_config
        if policy is None or policy.text != "None" or nameservers_of(template) or not is_template_final(workload):
            continue
        lacking = "dnsConfig lists no nameservers" if config else "there is no dnsConfig"
        yield RULE.finding(
            policy.span,
            message=f"{workload.meta.title} has dnsPolicy None, but {lacking}",
            why="With None the pods get only what dnsConfig says; the API server rejects a pod without any nameserver",
            help="List the DNS servers under dnsConfig.nameservers, or leave dnsPolicy out to have the cluster's settings",
            subject=Subject.of(workload.meta),
            related=[Related(config.span, "lists no nameservers")] if config else [],
        )


RULE = Rule(
    name="dns-none-without-nameservers",
    family="dns",
    layer=5,
    summary="A pod has `dnsPolicy: None` and names no DNS server",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REJECTED,
    since="0.1.0",
    check=check,
)
