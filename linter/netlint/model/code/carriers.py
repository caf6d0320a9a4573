"""From a transport back to the clients that send through it, and to the requests that go over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.golang.syntax import Call
from netlint.model.code.addresses import host_in, is_local
from netlint.model.code.requests import Request, requests_through
from netlint.model.code.settings import Place, Setting, field_value, identity, settings
from netlint.model.code.texts import HOLE, texts_of
from netlint.model.code.transports import transports_of
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.code.code import Code


class Carrier(NamedTuple):
    """A transport that is used: by ``clients``, by a proxy or by itself (``is_direct``), for the ``requests`` in view.

    ``round_trips``: the calls of its ``RoundTrip``.
    """

    transport: Setting
    clients: tuple[Setting, ...]
    requests: tuple[Request, ...]
    is_direct: bool
    round_trips: tuple[Place, ...] = ()


def carriers(code: Code) -> tuple[Carrier, ...]:
    """Every ``http.Transport`` of the judged code that something in view uses."""
    return code.keep("carriers", lambda: tuple(_carriers(code)))


def _carriers(code: Code) -> Iterator[Carrier]:
    clients: dict[tuple[str, int, int], list[Setting]] = {}
    for client in settings(code, "net/http.Client"):
        for carried in transports_of(code, client):
            if carried.setting is not None:
                clients.setdefault(identity(carried.setting.origin), []).append(client)
    direct = _used_directly(code)
    for transport in settings(code, "net/http.Transport"):
        wanted = identity(transport.origin)
        users = tuple(clients.get(wanted, ()))
        if users or wanted in direct:
            found = dict.fromkeys(request for client in users for request in requests_through(code, client))
            yield Carrier(transport, users, tuple(found), wanted in direct, tuple(direct.get(wanted, ())))


def _used_directly(code: Code) -> dict[tuple[str, int, int], list[Place]]:
    """Transports whose ``RoundTrip`` is called, with these calls, or that a reverse proxy has."""
    found: dict[tuple[str, int, int], list[Place]] = {}
    for function in code.judged_functions:
        for call in function.body.calls:
            callee = callee_of(code, call, function)
            if callee.name in ("net/http.Transport.RoundTrip", "net/http.RoundTripper.RoundTrip") and callee.receiver is not None:
                for origin in origins(code, callee.receiver, function):
                    found.setdefault(identity(origin), []).append(Place(call, function))
    for proxy in settings(code, "net/http/httputil.ReverseProxy"):
        for place in field_value(code, proxy, "Transport").places:
            for origin in origins(code, place.expression, place.function):
                found.setdefault(identity(origin), [])
    return found


def request_urls(code: Code, request: Request) -> tuple[str, ...]:
    """The URLs that a request may go to, ``HOLE`` for each part that is not known."""
    if not request.is_do:
        return texts_of(code, request.call.arguments[0], request.function) if request.call.arguments else (HOLE,)
    texts: list[str] = []
    for origin in origins(code, request.call.arguments[0] if request.call.arguments else None, request.function):
        place = {"net/http.NewRequest": 1, "net/http.NewRequestWithContext": 2}.get(origin.name)
        if place is None or not isinstance(origin.node, Call) or origin.function is None or place >= len(origin.node.arguments):
            texts.append(HOLE)
        else:
            texts.extend(texts_of(code, origin.node.arguments[place], origin.function))
    return tuple(dict.fromkeys(texts)) or (HOLE,)


def stays_local(code: Code, request: Request) -> bool:
    """Whether a request goes to the same machine by all that is known."""
    # A variable that is declared without a value and set out of view makes an empty host.
    return all(host_in(text) and is_local(host_in(text) or "") for text in request_urls(code, request))


def is_plain(code: Code, request: Request) -> bool:
    """Whether a request goes over ``http:``, without TLS."""
    return all(text.startswith("http:") for text in request_urls(code, request))
