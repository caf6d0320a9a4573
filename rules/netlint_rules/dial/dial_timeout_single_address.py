"""A dial has no time for the second address of its host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_dials import SHORTEST_SHARE
from netlint.kubernetes.hosts import is_public_name
from netlint.model.code.named_hosts import reaches
from netlint_rules.dial._reaches import by_place, hosts_text, related_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.named_hosts import Reach


def check(model: Model) -> Iterator[Finding]:
    """Of several addresses the first gets at least 2 s, or all the time there is (Go ``net/dial.go:274-294``)."""
    headless = {service.meta.name for unit in model.units for service in unit.services if service.is_headless}
    short = [
        reach
        for reach in reaches(model.code)
        if reach.kind == "dial" and reach.duration < SHORTEST_SHARE and _has_several(reach.host, headless)
    ]
    for group in by_place(short):
        yield _finding(group, headless)


def _has_several(host: str, headless: set[str]) -> bool:
    """Whether a host may well have more than one address: a public name, or a headless Service with an address for each pod."""
    return is_public_name(host) or _service_of(host) in headless


def _service_of(host: str) -> str:
    labels = host.rstrip(".").split(".")
    return labels[0] if len(labels) <= 2 or "svc" in labels[2:3] else ""


def _finding(group: list[Reach], headless: set[str]) -> Finding:
    first = group[0]
    is_headless = _service_of(first.host) in headless and not is_public_name(first.host)
    allowed, share = show_duration(Nanoseconds(first.duration)), show_duration(Nanoseconds(SHORTEST_SHARE))
    what = "a headless Service has one for each pod" if is_headless else "public names often have several"
    return RULE.finding(
        first.place.span,
        message=f"This dial to {hosts_text(group)} may take {allowed}, and a first address that does not answer gets {share}",
        why=f"With the first address dead the dial fails and the second is never tried; {what}",
        help="Allow twice the time of one address, at least 4s",
        subject=Subject.function(first.place.function),
        related=related_hosts(group),
    )


RULE = Rule(
    name="dial-timeout-single-address",
    family="dial",
    layer=3,
    summary="A dial has no time for the second address of its host",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
