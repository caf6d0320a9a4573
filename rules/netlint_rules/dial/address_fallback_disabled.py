"""A dialer does not try IPv4 beside IPv6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_dials import SHORTEST_SHARE
from netlint.model.code.dials import networks_of
from netlint.model.code.settings import field_value, is_remarked, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.dials import DialerUse
    from netlint.model.code.settings import FieldValue, Setting


def check(model: Model) -> Iterator[Finding]:
    """A negative ``FallbackDelay`` makes all addresses of both families one list (Go ``net/dial.go:236``, ``:554``)."""
    for dialer in settings(model.code, "net.Dialer"):
        delay = field_value(model.code, dialer, "FallbackDelay")
        if delay.value is None or delay.value >= 0 or any(is_remarked(place) for place in delay.places):
            continue
        uses = [use for use in networks_of(model.code, dialer) if use.network == "tcp"]
        if uses:
            yield _finding(dialer, delay, field_value(model.code, dialer, "Timeout"), uses[0])


def _finding(dialer: Setting, delay: FieldValue, timeout: FieldValue, use: DialerUse) -> Finding:
    if not timeout.value:
        share = "the kernel gives the dead one up, after about 135s"
    elif timeout.value < SHORTEST_SHARE:
        share = f"never: Timeout {show_duration(Nanoseconds(timeout.value))} is spent on the first"
    else:
        share = f"the first has had its share of Timeout {show_duration(Nanoseconds(timeout.value))}"
    related = [Related(use.span, "dials both families")] if use.span not in (dialer.span, delay.places[0].span) else []
    return RULE.finding(
        delay.places[0].span,
        message="A negative FallbackDelay makes this net.Dialer try the addresses of a host one after the other",
        why=f"When the first family is dead (IPv6 without a route, mostly), the other is tried when {share}; by default that takes 300ms"
        if not share.startswith("never")
        else f"When the first family is dead (IPv6 without a route, mostly), the other is tried {share}; by default that takes 300ms",
        help='Leave FallbackDelay out; to use one family only, dial the network "tcp4" or "tcp6"',
        subject=Subject.function(dialer.function),
        related=related,
    )


RULE = Rule(
    name="address-fallback-disabled",
    family="dial",
    layer=3,
    summary="A dialer does not try IPv4 beside IPv6",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
