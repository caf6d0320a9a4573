"""From a transport back to the clients that send through it, and to the requests that go over it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Name, Return, Selector
from netlint.model.code.addresses import host_in, is_local
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.requests import Request, requests_through
from netlint.model.code.resources import scopes_of
from netlint.model.code.settings import Place, Setting, identity, setting_of, settings
from netlint.model.code.texts import texts_of
from netlint.model.code.transports import transports_of
from netlint.model.code.types import base_type, callee_of, composite_type, resolve_type, type_of
from netlint.model.code.values import assigned_pairs, open_origins, origins, setters_of
from netlint.model.code.walk import statements_of
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


_TAKES_TRANSPORT: Final = re.compile(r"\.(?:[wW]ith|[sS]et|[nN]ew)\w*(?:Transport|RoundTripper)\w*$")
"""Functions out of view that use the transport they are given, by their names: ``remote.WithTransport``."""


_TRANSPORT: Final = "net/http.Transport"


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


def loose_transports(code: Code) -> tuple[Carrier, ...]:
    """Transports of the judged code of which nothing in view says who sends through them: they are handed on as an ``http.RoundTripper``.

    One that is handed on as an ``*http.Transport`` may be meant to be completed by whoever gets it.
    """
    return code.keep("loose transports", lambda: tuple(_loose_transports(code)))


def _loose_transports(code: Code) -> Iterator[Carrier]:
    carried = {identity(carrier.transport.origin) for carrier in carriers(code)}
    for function in code.judged_functions:
        for expression in _handed_on_as_interface(code, function):
            for origin in open_origins(code, expression, function):
                setting = setting_of(code, origin)
                if setting is not None and setting.type == _TRANSPORT and identity(origin) not in carried:
                    carried.add(identity(origin))
                    yield Carrier(setting, (), (), is_direct=False)


def _handed_on_as_interface(code: Code, function: GoFunction) -> Iterator[Expression]:
    """What the function, or a literal in it, returns as an ``http.RoundTripper``."""
    for scope in scopes_of(code, function):
        for place, result in enumerate(scope.results):
            if resolve_type(code, result.type, function.file, function) == "net/http.RoundTripper":
                for node in statements_of(scope.block):
                    if isinstance(node, Return) and len(node.values) == len(scope.results):
                        yield node.values[place]


def _used_directly(code: Code) -> dict[tuple[str, int, int], list[Place]]:
    """Transports whose ``RoundTrip`` is called, with these calls, or that a proxy or a client has which is not in view."""
    found: dict[tuple[str, int, int], list[Place]] = {}
    for _, call, function, callee in judged(code, calls_of(code, ("net/http.Transport.RoundTrip", "net/http.RoundTripper.RoundTrip"))):
        if callee.receiver is not None:
            for origin in origins(code, callee.receiver, function):
                found.setdefault(identity(origin), []).append(Place(call, function))
    for function in code.judged_functions:
        for expression in _handed_on(code, function):
            for origin in origins(code, expression, function):
                found.setdefault(identity(origin), [])
    for setter in setters_of(code, "net/http.Client", "Transport"):
        if not any(setting_of(code, origin) for origin in origins(code, setter.target.operand, setter.function)):
            # That of a client which is not in view.
            for origin in origins(code, setter.value, setter.function):
                found.setdefault(identity(origin), [])
    return found


def _handed_on(code: Code, function: GoFunction) -> Iterator[Expression]:
    """What becomes the transport of something else than a client: of a proxy, of another package's configuration or function."""
    for composite in function.body.composites:
        if composite_type(code, composite, function) != "net/http.Client":
            yield from (item.value for item in composite.elements if isinstance(item.key, Name) and item.key.text == "Transport")
    for statement in function.body.assignments:
        for target, value, position in assigned_pairs(statement):
            if value is None or position >= 0 or not isinstance(target, Selector) or target.name != "Transport":
                continue
            if base_type(type_of(code, target.operand, function)) != "net/http.Client":
                yield value
    for call in function.body.calls:
        callee = callee_of(code, call, function)
        if callee.declaration is None and _TAKES_TRANSPORT.search(callee.name):
            yield from call.arguments


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
