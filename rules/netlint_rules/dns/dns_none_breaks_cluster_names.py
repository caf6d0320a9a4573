"""A pod has `dnsPolicy: None` and uses an in-cluster name that its own DNS settings cannot resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import is_public_nameserver, resolver_settings
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.asked_names import distinct_cluster_names
from netlint.model.names import pod_namespace, resolv_conf
from netlint_rules.dns._pods import (
    cluster_domains,
    finds_service,
    known_workloads,
    link_behind,
    nameservers_of,
    related_names,
    show_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.dns import ClusterDns
    from netlint.kubernetes.facts import Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.names import UsedName


def check(model: Model) -> Iterator[Finding]:
    """With ``None`` the pod has the nameservers and search domains of ``dnsConfig``, and nothing else.

    Public nameservers know no cluster name; without the cluster's search domains only a name that ends in the cluster domain resolves.
    Source: kubernetes pkg/kubelet/network/dns/dns.go:399-401, 446-448.
    """
    for unit, workload in known_workloads(model):
        policy, servers = workload.template.dns_policy, nameservers_of(workload.template)
        if policy is None or policy.text != "None" or not servers:
            continue
        names = distinct_cluster_names(model, unit, workload)
        if not names:
            continue
        if all(is_public_nameserver(server.text) for server in servers):
            yield _public_servers(workload, policy, servers, names)
        elif lost := _not_completed(workload, names, model.cluster):
            yield _no_search(workload, policy, lost, model.cluster)


def _not_completed(workload: Workload, names: Sequence[UsedName], cluster: ClusterDns) -> list[UsedName]:
    conf = resolv_conf(workload, cluster)
    # Go and glibc try the same names; where only musl fails, that is ndots-breaks-musl-name.
    settings = resolver_settings(conf, "go")
    domains = cluster_domains(conf, cluster)
    return [name for name in names if not name.host.endswith(".") and not finds_service(name, settings, "go", domains)]


def _public_servers(workload: Workload, policy: Value, servers: Sequence[Value], names: Sequence[UsedName]) -> Finding:
    asked = " and ".join(server.text for server in servers)
    return RULE.finding(
        policy.span,
        message=f"{workload.meta.title} has dnsPolicy None and asks only {asked}, of the public internet, for {show_names(names)}",
        why="A public DNS server knows no name of the cluster: every lookup fails with no such host",
        help="Leave dnsPolicy out, so that the cluster's DNS is asked, or list the address of the cluster's DNS Service under "
        "dnsConfig.nameservers",
        subject=Subject.of(workload.meta),
        link=link_behind(names),
        related=[
            *(Related(server.span, "is a public DNS server") for server in servers),
            *related_names(names, "is a name that only the cluster's DNS answers"),
        ],
    )


def _no_search(workload: Workload, policy: Value, lost: Sequence[UsedName], cluster: ClusterDns) -> Finding:
    first = lost[0]
    full = ".".join((first.service_name, first.namespace or pod_namespace(workload), "svc", cluster.domain))
    if first.host.lower().partition(".")[0] != first.service_name.lower():
        full = f"{first.host.partition('.')[0]}.{full}"
    searches = f"{pod_namespace(workload)}.svc.{cluster.domain}, svc.{cluster.domain} and {cluster.domain}"
    return RULE.finding(
        policy.span,
        message=f"{workload.meta.title} has dnsPolicy None and no search domain that completes {show_names(lost)}",
        why="With None the pods get no search domain but those of dnsConfig: the name is asked for as it stands and does not exist",
        help=f"Write {full}, or add {searches} to dnsConfig.searches, with the option ndots at 5",
        subject=Subject.of(workload.meta),
        link=link_behind(lost),
        related=related_names(lost, "needs a search domain"),
    )


RULE = Rule(
    name="dns-none-breaks-cluster-names",
    family="dns",
    layer=5,
    summary="A pod has `dnsPolicy: None` and uses an in-cluster name that its own DNS settings cannot resolve",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
