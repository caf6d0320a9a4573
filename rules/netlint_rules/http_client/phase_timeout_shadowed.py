"""A limit for one phase of a request is not below the limit of the whole, so it never acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.carriers import carriers
from netlint.model.code.settings import field_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.carriers import Carrier
    from netlint.model.code.code import Code
    from netlint.model.code.settings import Place

_PHASES: Final = {"TLSHandshakeTimeout": "the TLS handshake", "ResponseHeaderTimeout": "the wait for headers"}


def check(model: Model) -> Iterator[Finding]:
    """``Client.Timeout`` runs from before the dial to the end of the body (Go ``net/http/client.go:92-107``)."""
    for carrier in carriers(model.code):
        longest = _longest_whole(model.code, carrier)
        for name in _PHASES if longest is not None else ():
            phase = field_value(model.code, carrier.transport, name)
            if longest is not None and phase.state == "set" and phase.value is not None and phase.value >= longest[0] > 0:
                yield _finding(name, phase.places[0], phase.value, longest)


def _longest_whole(code: Code, carrier: Carrier) -> tuple[int, Place] | None:
    """The longest time-out among the clients of the transport; None when one has none or an unknown one."""
    timeouts = [field_value(code, client, "Timeout") for client in carrier.clients]
    known = [(item.value, item.places[0]) for item in timeouts if item.state == "set" and item.value]
    if carrier.is_direct or not known or len(known) < len(timeouts):
        return None
    return max(known, key=lambda item: item[0])


def _finding(name: str, place: Place, value: int, longest: tuple[int, Place]) -> Finding:
    whole = show_duration(Nanoseconds(longest[0]))
    return RULE.finding(
        place.span,
        message=f"{name} of {show_duration(Nanoseconds(value))} never acts: the client ends the whole request after {whole}",
        why=f"A server that stalls in {_PHASES[name]} shows as Client.Timeout, which names no phase, and nobody sees what was slow",
        help=f"Set {name} below {whole}, or leave it out",
        subject=Subject.function(place.function),
        related=[Related(longest[1].span, "the limit of the whole request")],
    )


RULE = Rule(
    name="phase-timeout-shadowed",
    family="http_client",
    layer=1,
    summary="A limit for one phase of a request is not below the limit of the whole, so it never acts",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
