"""A public DNS server stands beside the cluster's, as if it were a fallback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import is_public_nameserver
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.asked_names import distinct_cluster_names
from netlint_rules.dns._pods import (
    known_workloads,
    link_behind,
    musl_containers,
    nameservers_of,
    policy_of,
    related_images,
    related_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Container, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.names import UsedName


def check(model: Model) -> Iterator[Finding]:
    """``dnsConfig.nameservers`` are added behind the cluster's, and every server is taken to know the same names.

    musl asks all at once and takes the first NXDOMAIN (musl src/network/res_msend.c:185-192, 226-240); Go and glibc ask the next only after
    a time-out or SERVFAIL, and take its NXDOMAIN as final (Go src/net/dnsclient_unix.go:328-347).
    """
    for unit, workload in known_workloads(model):
        if policy_of(workload.template) != "cluster":
            continue
        servers = [value for value in nameservers_of(workload.template) if is_public_nameserver(value.text)]
        if servers:
            names = distinct_cluster_names(model, unit, workload)
            yield _finding(workload, servers, musl_containers(workload), names)


def _finding(workload: Workload, servers: Sequence[Value], musl: Sequence[Container], names: Sequence[UsedName]) -> Finding:
    listed = " and ".join(server.text for server in servers)
    if musl:
        why = (
            "musl asks all servers at once and takes the first answer, also when it is that the name does not exist: in-cluster names "
            "fail now and then"
        )
    else:
        why = "The second server is asked when the first is slow, and then says that an in-cluster name does not exist"
    return RULE.finding(
        servers[0].span,
        message=f"{workload.meta.title} asks {listed} beside the cluster's DNS, which knows names that a public server denies",
        why=why,
        help="Drop the public server from dnsConfig.nameservers: the cluster's DNS forwards names outside the cluster by itself; more of "
        "its replicas, or NodeLocal DNSCache, are the fallback",
        subject=Subject.of(workload.meta),
        link=link_behind(names),
        related=[
            *(Related(server.span, "is a public DNS server as well") for server in servers[1:]),
            *related_images(musl, "runs on musl, which asks all servers at once"),
            *(related_names(names, "exists in the cluster only") if musl else ()),
        ],
        severity=None if musl else Severity.INFO,
        confidence=None if names or not musl else Confidence.MEDIUM,
    )


RULE = Rule(
    name="foreign-nameserver-beside-cluster-dns",
    family="dns",
    layer=5,
    summary="A public DNS server stands beside the cluster's, as if it were a fallback",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
