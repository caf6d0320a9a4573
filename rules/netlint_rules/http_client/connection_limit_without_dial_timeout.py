"""A transport limits its connections to a host, and nothing limits the dials that take up the places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.carriers import carriers
from netlint.model.code.settings import field_value
from netlint_rules.http_client._transports import client_places, outlives_request, unlimited_dial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """A dial counts against ``MaxConnsPerHost`` until it ends, also when its request is gone (golang/go#76784)."""
    for carrier in carriers(model.code):
        limit = field_value(model.code, carrier.transport, "MaxConnsPerHost")
        found = unlimited_dial(model.code, carrier) if limit.value else None
        if found is None or not limit.value or limit.value < 0:
            continue
        place = limit.places[0].span if limit.places else carrier.transport.span
        unlimited = carrier.transport if found.dialer is None else found.dialer
        is_worse = outlives_request(carrier)
        yield RULE.finding(
            place,
            message=f"MaxConnsPerHost {limit.value} counts dials too, and the dials of this transport have no time-out",
            why=f"{limit.value} dials to a host that drops packets take all places; requests wait in line for some 135 s"
            + (
                ", although the host is back and their own requests have ended: since Go 1.23 a dial outlives its request"
                if is_worse
                else ""
            ),
            help="Set DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext"
            if found.dialer is None
            else "Set Timeout on the net.Dialer",
            subject=Subject.function(carrier.transport.function),
            related=[Related(unlimited.span, "dials without a time-out"), *client_places(model.code, carrier)],
            severity=Severity.ERROR if is_worse else None,
        )


RULE = Rule(
    name="connection-limit-without-dial-timeout",
    family="http_client",
    layer=2,
    summary="A transport limits its connections to a host, and nothing limits the dials that take up the places",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
