"""What several rules about transports ask: how a dial is bounded, and what bounds the whole request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Related
from netlint.model.code.carriers import stays_local
from netlint.model.code.settings import field_value
from netlint.model.code.transports import Transport, dial_limit, stays_on_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.code.carriers import Carrier
    from netlint.model.code.code import Code
    from netlint.model.code.settings import FieldValue, Setting

DETACHED_DIALS: Final = (1, 23)
"""From this version of Go on a dial, TLS included, goes on when its request has ended (1.27.3 ``net/http/transport.go:1596``)."""


class UnlimitedDial(NamedTuple):
    """A transport whose dials only the kernel ends; ``dialer`` is the one it uses, None when it has none at all."""

    carrier: Carrier
    dialer: Setting | None


def unlimited_dial(code: Code, carrier: Carrier) -> UnlimitedDial | None:
    """Whether the dials of a transport in use have no limit, and nobody wrote that they should have none."""
    limit = dial_limit(code, Transport("setting", carrier.transport))
    if limit.state != "known" or limit.duration > 0 or limit.place is not None or reaches_only_this_machine(code, carrier):
        return None
    return UnlimitedDial(carrier, limit.dialer)


def reaches_only_this_machine(code: Code, carrier: Carrier) -> bool:
    """Whether the transport dials a socket, or all requests in view that go through it stay on the machine."""
    if stays_on_machine(code, carrier.transport):
        return True
    return bool(carrier.requests) and all(stays_local(code, request) for request in carrier.requests)


def is_ended_by_client(code: Code, carrier: Carrier) -> bool:
    """Whether every use of the transport is by a client with a time-out, be its length known or not."""
    return not carrier.is_direct and all(has_timeout(field_value(code, client, "Timeout")) for client in carrier.clients)


def has_timeout(timeout: FieldValue) -> bool:
    """Whether a client is given a time-out: one above zero, or one that is read from elsewhere."""
    return timeout.state != "absent" and (timeout.value is None or timeout.value > 0)


def outlives_request(carrier: Carrier) -> bool:
    """Whether dials go on after their requests, in the version of Go that the code is written for."""
    return carrier.transport.function.file.package.go_version >= DETACHED_DIALS


def outlasts_its_use(code: Code, carrier: Carrier) -> bool:
    """Whether it is sure that something of the transport that has no limit lasts longer than anybody waits for it.

    It is not where nobody is seen to use the transport, and where clients with a time-out do and the module is of a Go before 1.23: there
    it depends on the Go that builds the module, which may be a newer one.
    """
    if not carrier.clients and not carrier.is_direct:
        return False
    return outlives_request(carrier) or not is_ended_by_client(code, carrier)


def client_places(code: Code, carrier: Carrier) -> Iterator[Related]:
    """The clients that send through the transport, each with when it gives up."""
    for client in carrier.clients:
        timeout = field_value(code, client, "Timeout")
        if not timeout.places or not has_timeout(timeout):
            yield Related(client.span, "sends through it")
        else:
            length = show_duration(Nanoseconds(timeout.value)) if timeout.value else "its Timeout"
            yield Related(timeout.places[0].span, f"gives up after {length}")
