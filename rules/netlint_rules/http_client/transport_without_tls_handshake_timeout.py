"""A transport waits for TLS handshakes without a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.model.code.carriers import carriers, is_plain, loose_transports, request_urls
from netlint.model.code.settings import field_value
from netlint.model.code.transports import TLS_DIAL_HOOKS
from netlint_rules.http_client._transports import (
    client_places,
    is_ended_by_client,
    outlasts_its_use,
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
    for carrier in (*carriers(model.code), *loose_transports(model.code)):
        limit = field_value(model.code, carrier.transport, "TLSHandshakeTimeout")
        if limit.state != "absent" or not limit.is_zero or not _may_be_for_tls(model.code, carrier):
            continue
        if not reaches_only_this_machine(model.code, carrier):
            yield _finding(model.code, carrier)


def _may_be_for_tls(code: Code, carrier: Carrier) -> bool:
    """Whether the transport may make handshakes of its own: no hook makes them, and not all requests go over ``http:``."""
    if any(field_value(code, carrier.transport, hook).state != "absent" for hook in TLS_DIAL_HOOKS):
        return False
    return _is_for_tls(code, carrier) or not carrier.requests or not all(is_plain(code, request) for request in carrier.requests)


def _is_for_tls(code: Code, carrier: Carrier) -> bool:
    """Whether the transport is sure to make handshakes: it has a TLS configuration, or a request goes over ``https:``."""
    if field_value(code, carrier.transport, "TLSClientConfig").state == "set":
        return True
    return any(url.startswith("https:") for request in carrier.requests for url in request_urls(code, request))


def _finding(code: Code, carrier: Carrier) -> Finding:
    transport = carrier.transport
    # Where dials have no limit either, that is the finding to act on: the cure is the same.
    is_second = unlimited_dial(code, carrier) is not None
    is_sure = _is_for_tls(code, carrier) and outlasts_its_use(code, carrier)
    return RULE.finding(
        transport.span,
        message="This transport sets no TLSHandshakeTimeout",
        why="A peer that takes the connection and says nothing holds the handshake, with a goroutine and a socket, for ever"
        + ("; since Go 1.23 also when its request has long ended" if is_ended_by_client(code, carrier) else ""),
        help="Set TLSHandshakeTimeout: 10 * time.Second, as http.DefaultTransport does",
        subject=Subject.function(transport.function),
        related=client_places(code, carrier),
        fix=set_field(transport, "TLSHandshakeTimeout", seconds(transport.function, 10), safe=True),
        severity=None if is_sure and not is_second else Severity.INFO,
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
