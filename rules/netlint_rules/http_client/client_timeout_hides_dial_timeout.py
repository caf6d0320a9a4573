"""A client gives up before its dialer may: the dial's own limit never acts, and a second address is not tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import SECOND, Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.carriers import stays_local
from netlint.model.code.requests import requests_through
from netlint.model.code.settings import field_value, settings
from netlint.model.code.transports import dial_limit, transport_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.settings import FieldValue, Setting
    from netlint.model.code.transports import DialLimit

_LEAST_PER_ADDRESS: Final = 2 * SECOND
"""What the dialer leaves for each address at least (Go ``net/dial.go:274-294``, partialDeadline)."""


def check(model: Model) -> Iterator[Finding]:
    """``Client.Timeout`` covers the dial too (Go ``net/http/client.go:358-381``), so the shorter of the two is the one that ends it."""
    code = model.code
    for client in settings(code, "net/http.Client"):
        timeout = field_value(code, client, "Timeout")
        if timeout.state != "set" or not timeout.value or timeout.value < 0:
            continue
        limit = dial_limit(code, transport_of(code, client))
        if limit.state != "known" or timeout.value > limit.duration:
            continue
        sent = requests_through(code, client)
        if not (sent and all(stays_local(code, request) for request in sent)):
            yield _finding(client, timeout, timeout.value, limit)


def _finding(client: Setting, timeout: FieldValue, value: int, limit: DialLimit) -> Finding:
    place = timeout.places[0]
    whole, dial = show_duration(Nanoseconds(value)), show_duration(Nanoseconds(limit.duration))
    second = max(_LEAST_PER_ADDRESS, limit.duration // 2)
    related = [Related(limit.place.span, "the limit of a dial")] if limit.place is not None else []
    is_default = timeout.number is not None and timeout.number.is_default
    # Two equal numbers still reach the second address; what is lost is the name of the error alone.
    is_minor = limit.is_default or second < value == limit.duration
    return RULE.finding(
        place.span,
        message=f"The client gives up after {whole}, and its dialer not before {dial}"
        + (", the default of http.DefaultTransport" if limit.is_default else ""),
        why=(
            f"When the first address of a host does not answer, the dialer turns to the second after {show_duration(Nanoseconds(second))}: "
            "too late"
            if value <= second
            else "A dial that hangs never ends in its own error"
        )
        + '; the log says "Client.Timeout exceeded while awaiting headers" and not that the connection could not be opened',
        help=f"Set the dialer's Timeout well below {whole}",
        subject=Subject.function(client.function),
        related=related,
        severity=Severity.INFO if is_minor else None,
        confidence=Confidence.MEDIUM if is_default else None,
    )


RULE = Rule(
    name="client-timeout-hides-dial-timeout",
    family="http_client",
    layer=3,
    summary="A client gives up before its dialer may: the dial's own limit never acts, and a second address is not tried",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
