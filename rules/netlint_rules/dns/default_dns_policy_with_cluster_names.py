"""A pod with `dnsPolicy: Default` uses a name that only the cluster's DNS answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import is_public_nameserver
from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.asked_names import distinct_cluster_names
from netlint_rules.dns._pods import (
    known_workloads,
    link_behind,
    nameservers_of,
    related_names,
    runs_before_cluster_dns,
    show_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """``Default`` is not the default policy: it is the node's resolv.conf, with no cluster nameserver and no search domain.

    Pods on the host network are left to host-network-without-cluster-dns, whose cure is another.
    Source: kubernetes pkg/kubelet/network/dns/dns.go:304-323, 434-445.
    """
    for unit, workload in known_workloads(model):
        template = workload.template
        policy = template.dns_policy
        if policy is None or policy.text != "Default" or template.uses_host_network or runs_before_cluster_dns(workload):
            continue
        if any(not is_public_nameserver(value.text) for value in nameservers_of(template)):
            continue
        names = distinct_cluster_names(model, unit, workload)
        if names:
            yield RULE.finding(
                policy.span,
                message=f"{workload.meta.title} has dnsPolicy Default, so its pods ask the node's DNS servers, which do not know "
                f"{show_names(names)}",
                why="Default means the resolv.conf of the node: no cluster nameserver and no search domain; every Service name fails with "
                "no such host",
                help="Set dnsPolicy: ClusterFirst, or leave dnsPolicy out, which means the same",
                subject=Subject.of(workload.meta),
                link=link_behind(names),
                related=related_names(names, "is a name that only the cluster's DNS answers"),
                fix=rewrite(policy, "ClusterFirst", safe=False),
            )


RULE = Rule(
    name="default-dns-policy-with-cluster-names",
    family="dns",
    layer=5,
    summary="A pod with `dnsPolicy: Default` uses a name that only the cluster's DNS answers",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
