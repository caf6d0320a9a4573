"""A time-out ends before the resolver asks again for a lost answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_dials import DNS_RETRY
from netlint.model.code.named_hosts import reaches
from netlint.model.code.outgoing import outgoing
from netlint.model.code.settings import field_value
from netlint.model.linked import links_in
from netlint_rules.dial._reaches import by_place, hosts_text, related_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.named_hosts import Reach
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """Go's resolver waits 5 s for an answer before it asks again (Go ``net/dnsconfig_unix.go:21``); a dial includes the lookup."""
    short = [reach for reach in reaches(model.code) if reach.duration <= DNS_RETRY and not _has_own_resolver(model.code, reach)]
    held = _held_against_pods(model) if short else frozenset()
    for group in by_place(short):
        if group[0].place.span not in held:
            yield _finding(group)


def _held_against_pods(model: Model) -> frozenset[Span]:
    """Where the limits of calls stand that programs of pods in view make: dns-budget-exceeds-deadline knows how long those pods wait."""
    linked = {link.outgoing.span for unit in model.units for workload in unit.workloads for link in links_in(model, unit, workload)}
    calls = (call for call in outgoing(model.code) if call.span in linked) if linked else ()
    return frozenset(limit.span for call in calls for limit in (call.deadline, call.dial) if limit.span is not None)


def _has_own_resolver(code: Code, reach: Reach) -> bool:
    dialer = reach.dialer
    return dialer is not None and dialer.type == "net.Dialer" and field_value(code, dialer, "Resolver").state != "absent"


def _finding(group: list[Reach]) -> Finding:
    first = group[0]
    what = "dial" if first.kind == "dial" else "request"
    allowed, retry = show_duration(Nanoseconds(first.duration)), show_duration(Nanoseconds(DNS_RETRY))
    return RULE.finding(
        first.place.span,
        message=f"This {what} to {hosts_text(group)} may take {allowed}, and the resolver asks again for a lost answer after {retry}",
        why="A single lost DNS packet fails it with a time-out during the lookup, though the host and the DNS server are well",
        help="Allow more than 5s, or let the resolver ask again sooner: dnsConfig.options timeout:1 of the pod",
        subject=Subject.function(first.place.function),
        related=related_hosts(group),
    )


RULE = Rule(
    name="dial-timeout-below-dns-retry",
    family="dial",
    layer=4,
    summary="A time-out ends before the resolver asks again for a lost answer",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
