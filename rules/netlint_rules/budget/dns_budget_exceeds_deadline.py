"""One lost DNS packet takes longer than the whole call may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns import candidates, resolver_settings
from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.dns_egress import node_local_dns
from netlint.model.links import links_of
from netlint.model.names import resolv_conf
from netlint.model.units import grouped
from netlint.model.wording import in_words
from netlint_rules.budget._text import show_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.limits import Limit
    from netlint.model.links import Link
    from netlint.model.units import Unit


_MAX_SHOWN: Final = 4
_MAX_HOSTS: Final = 3
"""Calls, and other limits, that a finding points to."""


class Short(NamedTuple):
    """A call from a workload whose limit is no longer than the resolver's wait for one answer."""

    workload: Workload
    link: Link
    limit: Limit
    names: tuple[str, ...]
    wait: Nanoseconds


def check(model: Model) -> Iterator[Finding]:
    """The limits of a request and of a dial include the look-up (facts measured with Go 1.27: one AAAA answer lost, 5.0 s).

    One finding for all limits of a program, whatever the number of workloads that it runs in: one cure helps them all. Source: Go
    net/dnsconfig_unix.go:20-24, net/dnsclient_unix.go:312-350; ``dnsConfig`` sets the wait by the option ``timeout``.
    """
    # To a cache on the same node packets are seldom lost.
    severity = Severity.INFO if node_local_dns(model.units) is not None else None
    found: dict[object, list[Short]] = {}
    for unit in model.units:
        for workload in unit.workloads:
            for short in _short_calls(model, unit, workload):
                found.setdefault(short.limit.span, []).append(short)
    for alike in grouped((_where(group), group) for group in found.values()).values():
        yield _finding(alike[0], [group[0] for group in alike[1:]], severity)


def _where(group: list[Short]) -> tuple[object, ...]:
    """What the calls of one limit share with those that the same cure helps: the program and the pods."""
    return (group[0].link.run.program.main, *dict.fromkeys(short.workload.meta.head for short in group))


def _short_calls(model: Model, unit: Unit, workload: Workload) -> Iterator[Short]:
    links = links_of(model, unit, workload)
    if not links:
        return
    conf = resolv_conf(workload, model.cluster)
    for link in links:
        limit, resolver = link.look_up_limit, link.run.resolver
        settings = resolver_settings(conf, resolver)
        if limit is not None and limit.nanoseconds <= settings.timeout_ns and link.target.host not in workload.template.host_alias_names:
            yield Short(workload, link, limit, candidates(link.target.host, settings, resolver), settings.timeout_ns)


def _finding(group: list[Short], others: list[Short], severity: Severity | None) -> Finding:
    """``others`` are calls of as many more limits."""
    first = group[0]
    assert first.limit.span is not None
    workload, config = first.workload, first.workload.template.dns_config
    wait, allowed = show_duration(first.wait), show_duration(Nanoseconds(first.limit.nanoseconds))
    hosts = in_words(list(dict.fromkeys(short.link.target.host for short in group))[:_MAX_HOSTS])
    written = next((option for option in (config.options if config else ()) if option.name and option.name.text == "timeout"), None)
    most = max(len(short.names) for short in group)
    asked = f", asked for under {most} names," if most > 1 else ""
    longest = show_duration(Nanoseconds(max((short.limit.nanoseconds for short in others), default=0)))
    more = f", {len(others)} more {'limits allow' if len(others) > 1 else 'limit allows'} at most {longest}" if others else ""
    where = show_workloads(short.workload for short in group)
    return RULE.finding(
        first.limit.span,
        message=f"{first.limit.label} gives a call of {hosts} {allowed}{more}; in {where} one lost DNS packet costs {wait}",
        why=f"The look-up{asked} is part of the call. The resolver asks again for a lost answer after {wait}; by then the call has failed, "
        "though host and DNS server are well",
        help=f'Set the options timeout to "1" and attempts to "3" in dnsConfig of the pod, or allow more than {wait}',
        subject=Subject.of(workload.meta),
        related=[
            *(Related(short.link.span, f"names {short.link.target.host}") for short in _distinct(group)[:_MAX_SHOWN]),
            *(_as_short(short) for short in others[:_MAX_SHOWN]),
            Related(written.value.span if written.value else written.span, f"makes the resolver wait {wait}")
            if written
            else Related(workload.meta.head, f"sets no DNS option timeout: {wait}"),
        ],
        severity=severity,
        link=first.link,
    )


def _as_short(short: Short) -> Related:
    assert short.limit.span is not None
    return Related(short.limit.span, f"gives a call of {short.link.target.host} {show_duration(Nanoseconds(short.limit.nanoseconds))}")


def _distinct(group: list[Short]) -> list[Short]:
    return list({short.link.span: short for short in group}.values())


RULE = Rule(
    name="dns-budget-exceeds-deadline",
    family="budget",
    layer=4,
    summary="One lost DNS packet takes longer than the whole call may",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
