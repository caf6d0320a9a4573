"""Hosts that the code itself names and connects to, with the time-outs that each of those connections is made under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from netlint.model.code.addresses import names_in
from netlint.model.code.dials import dials
from netlint.model.code.requests import request_urls, requests
from netlint.model.code.settings import Place, Setting, field_value
from netlint.model.code.transports import dial_limit, transport_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.code.code import Code
    from netlint.model.code.requests import Request
    from netlint.source import Span


class Reach(NamedTuple):
    """A connection to a host that the code names.

    ``kind``: the limit is that of the ``dial`` alone, or of the whole ``request``. ``duration`` is written at ``place``; ``address`` is
    where the host comes in.
    """

    host: str
    address: Span
    kind: Literal["dial", "request"]
    duration: int
    place: Place
    networks: tuple[str, ...]
    dialer: Setting | None = None


def reaches(code: Code) -> tuple[Reach, ...]:
    """Every connection of the judged code to a host in view, under a limit in view."""
    return code.keep("reaches", lambda: tuple(_reaches(code)))


def _reaches(code: Code) -> Iterator[Reach]:
    for dial in dials(code):
        if dial.limit.place is None or dial.limit.duration <= 0 or dial.address is None:
            continue
        for host in names_in(code, dial.address, dial.function):
            span = dial.function.span(dial.address)
            yield Reach(host, span, "dial", dial.limit.duration, dial.limit.place, dial.networks, dial.decides)
    for request in requests(code):
        yield from _of_request(code, request)


def _of_request(code: Code, request: Request) -> Iterator[Reach]:
    if request.is_open or request.is_default or not request.clients:
        return
    for address, function in request_urls(code, request):
        for host in names_in(code, address, function):
            for client in request.clients:
                yield from _of_client(code, client, host, function.span(address))


def _of_client(code: Code, client: Setting, host: str, span: Span) -> Iterator[Reach]:
    timeout = field_value(code, client, "Timeout")
    if timeout.value and timeout.value > 0 and timeout.places:
        yield Reach(host, span, "request", timeout.value, timeout.places[0], ("tcp",))
    limit = dial_limit(code, transport_of(code, client))
    if limit.state == "known" and limit.duration > 0 and limit.place is not None:
        yield Reach(host, span, "dial", limit.duration, limit.place, ("tcp",), limit.dialer)
