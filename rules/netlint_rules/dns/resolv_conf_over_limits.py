"""A pod has more nameservers or search domains than its resolv.conf can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import (
    MAX_NAMESERVERS,
    MAX_SEARCH_LENGTH,
    MAX_SEARCH_LINE_LENGTH,
    MAX_SEARCHES,
    MUSL_MAX_LINE_LENGTH,
    is_public_nameserver,
    resolver_settings,
)
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.names import resolv_conf
from netlint_rules.dns._pods import known_workloads, musl_containers, policy_of, related_images

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.dns import ClusterDns, ResolvConf
    from netlint.kubernetes.facts import DnsConfig, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """The API server bounds ``dnsConfig`` by itself; the kubelet bounds it again once the cluster's settings are in front.

    Source: kubernetes pkg/apis/core/validation/validation.go:4129-4208, pkg/kubelet/network/dns/dns.go:159-163; musl
    src/network/resolvconf.c:11,31-40.
    """
    for _, workload in known_workloads(model):
        config = workload.template.dns_config
        if config is not None:
            yield from _nameservers(workload, config)
            yield from _searches(workload, config, model.cluster)


def _nameservers(workload: Workload, config: DnsConfig) -> Iterator[Finding]:
    servers = config.nameservers
    title = workload.meta.title
    if len(servers) > MAX_NAMESERVERS:
        yield _rejected(
            workload,
            servers[MAX_NAMESERVERS].span,
            f"{title} lists {len(servers)} nameservers; dnsConfig takes {MAX_NAMESERVERS}",
        )
        return
    # A private address may be that of the cluster's own DNS, which then counts once.
    distinct = {server.text for server in servers if is_public_nameserver(server.text)}
    if policy_of(workload.template) == "cluster" and len(distinct) == MAX_NAMESERVERS:
        yield _dropped(
            workload,
            servers[-1].span,
            f"{title} lists {MAX_NAMESERVERS} nameservers behind the cluster's own: {servers[-1].text} is the fourth and is never asked",
            f"Keep at most {MAX_NAMESERVERS - 1} under dnsConfig.nameservers, or set dnsPolicy: None to have these alone",
        )


def _searches(workload: Workload, config: DnsConfig, cluster: ClusterDns) -> Iterator[Finding]:
    searches = config.searches
    if rejection := _rejected_search(searches):
        search, reason = rejection
        yield _rejected(workload, search.span, f"{workload.meta.title} {reason}")
        return
    conf = resolv_conf(workload, cluster)
    lost = [item.value for item in conf.dropped if item.value in {search.text for search in searches}]
    if lost:
        first = next(search for search in searches if search.text == lost[0])
        yield _dropped(
            workload,
            first.span,
            f"{workload.meta.title} lists {len(searches)} search domains behind those it inherits: {first.text} and what follows it is "
            f"dropped, for the kubelet keeps {MAX_SEARCHES} domains and {MAX_SEARCH_LINE_LENGTH} characters",
            "List fewer search domains, or write the names in full",
        )
    musl = musl_containers(workload)
    if searches and musl and resolver_settings(conf, "musl").search_ignored:
        yield RULE.finding(
            _crossing(conf, searches).span,
            message=f"The search line of {workload.meta.title} has {len(conf.search_line)} characters; musl reads lines of at most "
            f"{MUSL_MAX_LINE_LENGTH} and skips a longer one whole",
            why="Without a search list every short name, redis or redis.shop, is asked for as it stands and does not exist",
            help=f"Bring the search line, the cluster's domains included, to {MUSL_MAX_LINE_LENGTH} characters, or use an image with glibc",
            subject=Subject.of(workload.meta),
            related=related_images(musl, "runs on musl"),
        )


def _rejected_search(searches: Sequence[Value]) -> tuple[Value, str] | None:
    """The entry at which the API server stops, and why."""
    if len(searches) > MAX_SEARCHES:
        return searches[MAX_SEARCHES], f"lists {len(searches)} search domains; dnsConfig takes {MAX_SEARCHES}"
    length = -1
    for search in searches:
        length += 1 + len(search.text)
        if len(search.text.removesuffix(".")) > MAX_SEARCH_LENGTH:
            return search, f"lists a search domain of {len(search.text)} characters; a name has at most {MAX_SEARCH_LENGTH}"
        if length > MAX_SEARCH_LINE_LENGTH:
            return search, f"lists search domains of more than {MAX_SEARCH_LINE_LENGTH} characters together"
    return None


def _crossing(conf: ResolvConf, searches: Sequence[Value]) -> Value:
    """The entry of ``dnsConfig`` with which the search line becomes too long for musl."""
    written = {search.text: search for search in searches}
    length = len("search")
    for domain in conf.searches:
        length += 1 + len(domain)
        if length > MUSL_MAX_LINE_LENGTH and domain in written:
            return written[domain]
    return searches[-1]


def _rejected(workload: Workload, span: Span, message: str) -> Finding:
    return RULE.finding(
        span,
        message=message,
        why="The API server rejects the pod",
        help=f"Keep to {MAX_NAMESERVERS} nameservers, {MAX_SEARCHES} search domains and {MAX_SEARCH_LINE_LENGTH} characters of them",
        subject=Subject.of(workload.meta),
        severity=Severity.ERROR,
        symptom=Symptom.REJECTED,
    )


def _dropped(workload: Workload, span: Span, message: str, help: str) -> Finding:
    policy = workload.template.dns_policy
    return RULE.finding(
        span,
        message=message,
        why="The kubelet leaves out what is over the limit, with a DNSConfigForming event as the only trace: names that need it fail",
        help=help,
        subject=Subject.of(workload.meta),
        related=[Related(policy.span, "puts the cluster's own entries first")] if policy else [],
    )


RULE = Rule(
    name="resolv-conf-over-limits",
    family="dns",
    layer=5,
    summary="A pod has more nameservers or search domains than its resolv.conf can hold",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
