"""A transport waits for TLS handshakes without a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.model.code.carriers import carriers, request_urls
from netlint.model.code.settings import field_value
from netlint_rules.http_client._transports import (
    client_places,
    is_ended_by_client,
    outlives_request,
    reaches_only_this_machine,
    unlimited_dial,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.carriers import Carrier
    from netlint.model.code.code import Code


def check(model: Model) -> Iterator[Finding]:
    """``TLSHandshakeTimeout`` 0 is none (Go ``net/http/transport.go``); the dialer's limit ends with the connection."""
    for carrier in carriers(model.code):
        limit = field_value(model.code, carrier.transport, "TLSHandshakeTimeout")
        if limit.state != "absent" or not limit.is_zero or not _is_for_tls(model.code, carrier):
            continue
        # Where dials have no limit either, that is the finding: the cure is the same.
        if unlimited_dial(model.code, carrier) is not None or reaches_only_this_machine(model.code, carrier):
            continue
        if outlives_request(carrier) or not is_ended_by_client(model.code, carrier):
            yield _finding(model.code, carrier)


def _is_for_tls(code: Code, carrier: Carrier) -> bool:
    """Whether the transport makes handshakes of its own: it has a TLS configuration, or a request goes over ``https:``."""
    if any(field_value(code, carrier.transport, hook).state != "absent" for hook in ("DialTLSContext", "DialTLS")):
        return False
    if field_value(code, carrier.transport, "TLSClientConfig").state == "set":
        return True
    return any(url.startswith("https:") for request in carrier.requests for url in request_urls(code, request))


def _finding(code: Code, carrier: Carrier) -> Finding:
    transport = carrier.transport
    return RULE.finding(
        transport.span,
        message="This transport sets no TLSHandshakeTimeout",
        why="A peer that takes the connection and says nothing holds the handshake, with a goroutine and a socket, for ever"
        + ("; since Go 1.23 also when its request has long ended" if outlives_request(carrier) else ""),
        help="Set TLSHandshakeTimeout: 10 * time.Second, as http.DefaultTransport does",
        subject=Subject.function(transport.function),
        related=client_places(code, carrier),
        fix=set_field(transport, "TLSHandshakeTimeout", seconds(transport.function, 10), safe=True),
    )


RULE = Rule(
    name="transport-without-tls-handshake-timeout",
    family="http_client",
    layer=10,
    summary="A transport waits for TLS handshakes without a limit",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
