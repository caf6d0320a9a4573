"""A name goes through the whole search list before it is asked for as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import candidates, packets, resolver_settings
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.asked_names import distinct_cluster_names, distinct_names
from netlint.model.names import NameKind, resolv_conf
from netlint_rules.dns._pods import is_full_name, known_workloads, musl_containers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.names import UsedName
    from netlint.model.units import Unit
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """A name with fewer dots than ndots is tried with every search domain first, twice each (A and AAAA).

    Names outside the cluster and those that end in the cluster domain get nothing from that. All three resolvers agree here.
    Source: Go src/net/dnsclient_unix.go:527-563, glibc resolv/res_query.c:384-517, musl src/network/lookup_name.c:190-232.
    """
    in_code: set[Span] = set()
    for unit, workload in known_workloads(model):
        settings = resolver_settings(resolv_conf(workload, model.cluster), "go")
        for name in distinct_names(model, unit, workload):
            # In a mounted file a URL is as often documentation as it is an address.
            is_external = name.kind is NameKind.EXTERNAL and name.container is not None
            if not is_external and not is_full_name(name, model.cluster):
                continue
            if name.link is not None:
                # The code of one program, whatever the number of workloads that it runs in.
                if name.reference.span in in_code:
                    continue
                in_code.add(name.reference.span)
            names = candidates(name.host, settings, "go")
            as_is = f"{name.host.removesuffix('.')}."
            if as_is in names[1:]:
                asked = names[: names.index(as_is) + 1]
                yield _finding(workload, name, asked, settings.ndots, _cure(model, unit, workload, name))


def _cure(model: Model, unit: Unit, workload: Workload, name: UsedName) -> str:
    """A lower ndots, unless musl would then no longer find a short name that the workload uses."""
    ndots = min(2, name.host.count("."))
    rooted = f"{name.host}."
    short = (item for item in distinct_cluster_names(model, unit, workload) if not is_full_name(item, model.cluster))
    if musl_containers(workload) and any(item.host.count(".") >= ndots for item in short):
        return f"Write {rooted} with a final dot, where the client needs the name neither as a Host header nor for TLS"
    return (
        f'Set the option ndots to "{ndots}" in dnsConfig; {rooted} with a final dot does the same where the client needs the name neither '
        "as a Host header nor for TLS"
    )


def _finding(workload: Workload, name: UsedName, asked: Sequence[str], ndots: int, cure: str) -> Finding:
    dots = name.host.count(".")
    option = _ndots_option(workload)
    return RULE.finding(
        name.reference.span,
        message=f"{workload.meta.title} asks for {name.host} ({dots} {'dot' if dots == 1 else 'dots'}, ndots {ndots}) under {len(asked)} "
        f"names in {packets(asked)} packets: {', '.join(asked)}",
        why="Only the last name exists; each one before it is a round trip, and a lost packet in any of them is a wait of seconds",
        help=cure,
        subject=Subject.of(workload.meta),
        related=[Related(option.span, "sets ndots") if option else Related(workload.meta.head, f"has the cluster's ndots, {ndots}")],
        link=name.link,
    )


def _ndots_option(workload: Workload) -> Value | None:
    config = workload.template.dns_config
    found = [option.value for option in (config.options if config else ()) if option.name and option.name.text == "ndots"]
    return found[-1] if found else None


RULE = Rule(
    name="ndots-search-cost",
    family="dns",
    layer=5,
    summary="A name goes through the whole search list before it is asked for as it stands",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
