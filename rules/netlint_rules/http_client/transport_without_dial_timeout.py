"""A transport opens connections without a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.model.code.carriers import carriers, loose_transports
from netlint.model.code.settings import field_value
from netlint_rules.http_client._transports import client_places, is_ended_by_client, outlasts_its_use, unlimited_dial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint_rules.http_client._transports import UnlimitedDial


def check(model: Model) -> Iterator[Finding]:
    """A transport without a dial hook uses a ``net.Dialer`` without Timeout (Go ``net/http/transport.go:1370-1397``)."""
    for carrier in (*carriers(model.code), *loose_transports(model.code)):
        found = unlimited_dial(model.code, carrier)
        if found is not None and not field_value(model.code, carrier.transport, "MaxConnsPerHost").value:
            yield _finding(model.code, found)


def _finding(code: Code, found: UnlimitedDial) -> Finding:
    carrier, dialer = found
    transport = carrier.transport
    handshake = field_value(code, transport, "TLSHandshakeTimeout")
    lets_wait = handshake.state == "absent" and handshake.is_zero
    also = ", and makes TLS handshakes without one" if lets_wait else ""
    related = [] if dialer is None else [Related(transport.span, "dials with it")]
    return RULE.finding(
        transport.span if dialer is None else dialer.span,
        message=f"{'This transport' if dialer is None else 'The net.Dialer of this transport'} opens connections without a time-out{also}",
        why="A host that drops packets holds each dial, with a goroutine and a socket, until the kernel gives up after some 135 s"
        + ("; a peer that is silent in the handshake holds them for ever" if lets_wait else "")
        + ("; since Go 1.23 also when its request has long ended" if is_ended_by_client(code, carrier) else ""),
        help="Start from http.DefaultTransport.(*http.Transport).Clone(), which has limits, or set DialContext: "
        "(&net.Dialer{Timeout: 5 * time.Second}).DialContext"
        if dialer is None
        else "Set Timeout on the net.Dialer",
        subject=Subject.function(transport.function),
        related=[*related, *client_places(code, carrier)],
        severity=None if outlasts_its_use(code, carrier) else Severity.INFO,
        # The request ends in time; what stays behind goes after two minutes.
        confidence=Confidence.MEDIUM if is_ended_by_client(code, carrier) else None,
        fix=None if dialer is None else set_field(dialer, "Timeout", seconds(dialer.function, 10), safe=False),
    )


RULE = Rule(
    name="transport-without-dial-timeout",
    family="http_client",
    layer=3,
    summary="A transport opens connections without a limit",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
