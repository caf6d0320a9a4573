"""Places where the code calls another machine: to which address, and within which limits of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.data_sources import POSTGRES_DRIVERS, parse_data_source
from netlint.knowledge.go_clients import CLIENT_CALLS, CLIENT_FIELDS, DATABASE_PORTS, DATABASES
from netlint.knowledge.go_dials import LOOKUPS
from netlint.knowledge.go_grpc import CONNECT_PARAMETERS, CONNECT_PARAMETERS_TYPE, DEFAULT_CONNECT_TIMEOUT, DIALERS
from netlint.model.call_ends import Outgoing
from netlint.model.code import grpc
from netlint.model.code.calls import calls_of, calls_where, judged
from netlint.model.code.contexts import context_bound
from netlint.model.code.dials import dials, stands_in_hook
from netlint.model.code.inputs import addresses_in, addresses_of, joined_addresses
from netlint.model.code.limits import limit_of_context, limit_of_dial, limit_of_field, nearest
from netlint.model.code.requests import request_urls, requests
from netlint.model.code.settings import field_value, setting_of
from netlint.model.code.texts import known_text
from netlint.model.code.transports import TLS_DIAL_HOOKS, Transport, dial_limit, transport_number, transport_of
from netlint.model.code.types import callee_of, composite_type
from netlint.model.code.values import Origin, literal_fields, origins
from netlint.model.limits import NONE, UNKNOWN, Limit
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call, Composite, Expression
    from netlint.knowledge.client_kinds import ClientKind
    from netlint.model.code.code import Code
    from netlint.model.code.dials import Dial
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.requests import Request
    from netlint.model.code.settings import Setting
    from netlint.model.templates import Address


class _Limits(NamedTuple):
    """The limits that a client sends a request under."""

    deadline: Limit = UNKNOWN
    dial: Limit = UNKNOWN
    idle: Limit = UNKNOWN
    handshake: Limit = UNKNOWN


def outgoing(code: Code) -> tuple[Outgoing, ...]:
    """Every place where the judged code calls another machine."""
    return code.keep("outgoing", lambda: tuple(_outgoing(code)))


def _outgoing(code: Code) -> Iterator[Outgoing]:
    for request in requests(code):
        yield from _of_request(code, request)
    for dial in dials(code):
        if not stands_in_hook(code, dial):
            yield from _of_dial(code, dial)
    for connection in grpc.dials(code):
        yield _of_connection(code, connection)
    for _, call, function, _ in judged(code, calls_where(code, _is_known)):
        yield from _of_call(code, call, function)
    for function in code.judged_functions:
        for literal in function.body.composites:
            yield from _of_options(code, literal, function)


# -- HTTP


def _of_request(code: Code, request: Request) -> Iterator[Outgoing]:
    """One for each set of limits that the request may be sent under: those of each client that may carry it."""
    addresses = tuple(
        dict.fromkeys(address for url, function in request_urls(code, request) for address in addresses_of(code, url, function))
    )
    span = request.function.span(request.call)
    context = limit_of_context(request.bound)
    limits: dict[_Limits, None] = {_limits_of_client(code, client, request, context): None for client in request.clients}
    if request.is_default and not request.is_open:
        transport = Transport("default")
        limits[_limits_over(code, transport, nearest(Limit("none", label="http.DefaultClient"), context, request.bound))] = None
    if request.is_open or not limits:
        limits[_Limits()] = None
    for item in limits:
        yield Outgoing(
            "http",
            request.function,
            span,
            addresses,
            deadline=item.deadline,
            dial=item.dial,
            idle=item.idle,
            handshake=item.handshake,
        )


def _limits_of_client(code: Code, client: Setting, request: Request, context: Limit) -> _Limits:
    timeout = limit_of_field(code, field_value(code, client, "Timeout"), "Client.Timeout")
    return _limits_over(code, transport_of(code, client), nearest(timeout, context, request.bound))


def _limits_over(code: Code, transport: Transport, deadline: Limit) -> _Limits:
    idle = _limit_of_transport(code, transport, "IdleConnTimeout", ("DisableKeepAlives",))
    # A hook that makes connections for TLS makes the handshake as well.
    handshake = _limit_of_transport(code, transport, "TLSHandshakeTimeout", TLS_DIAL_HOOKS)
    if handshake.state == "none" and handshake.span is None and transport.setting is not None:
        # What lacks the limit is found where the transport is made.
        handshake = handshake._replace(span=transport.setting.span)
    return _Limits(deadline, limit_of_dial(dial_limit(code, transport)), idle, handshake)


def _limit_of_transport(code: Code, transport: Transport, name: str, switches: tuple[str, ...]) -> Limit:
    """The limit that a field of the transport is, where none of the ``switches``, which put it out of force, is touched."""
    if transport.setting is not None and any(field_value(code, transport.setting, switch).state != "absent" for switch in switches):
        return UNKNOWN
    limit = limit_of_field(code, transport_number(code, transport, name), name)
    return limit._replace(label="http.DefaultTransport") if limit.state == "known" and limit.span is None else limit


# -- plain connections


def _of_dial(code: Code, dial: Dial) -> Iterator[Outgoing]:
    if dial.address is None or (dial.networks and all(network.startswith("unix") for network in dial.networks)):
        return
    kind: ClientKind = "websocket" if "websocket" in dial.name else "mail" if dial.name.startswith("net/smtp") else "dial"
    limit = limit_of_dial(dial.limit)
    # What is said over the connection has limits of its own.
    deadline = limit_of_context(dial.context) if dial.context is not None and dial.context.state == "bounded" else UNKNOWN
    addresses = addresses_of(code, dial.address, dial.function)
    is_tls = _is_tls_dial(code, dial)
    # Of crypto/tls and of websockets one time-out covers dial and handshake (Go ``crypto/tls/tls.go``, dial; gorilla ``client.go``).
    handshake = limit if is_tls or kind == "websocket" else UNKNOWN
    yield Outgoing(
        kind,
        dial.function,
        dial.function.span(dial.call),
        addresses,
        deadline=deadline,
        dial=limit,
        handshake=handshake,
        is_tls=is_tls,
    )


_PLAIN_DIALS: Final = ("net.Dial", "net/rpc.", "net/rpc/jsonrpc.", "net/textproto.", "golang.org/x/crypto/ssh.")


def _is_tls_dial(code: Code, dial: Dial) -> bool | None:
    """Whether TLS is spoken over what a dial opens: a plain connection may be wrapped in it by ``tls.Client``, mostly near by."""
    if dial.name.startswith("crypto/tls."):
        return True
    wrapping = {item.function.file.package for item in calls_of(code, ("crypto/tls.Client",))}
    return False if dial.name.startswith(_PLAIN_DIALS) and dial.function.file.package not in wrapping else None


def _of_connection(code: Code, dial: grpc.Dial) -> Outgoing:
    addresses = addresses_of(code, dial.target, dial.function) if not dial.options.named(*DIALERS) else ()
    connect = _connect_limit(code, dial)
    return Outgoing(
        "grpc",
        dial.function,
        dial.function.span(dial.call),
        addresses,
        443,
        deadline=_deadline_of_calls(code, dial),
        dial=connect,
        handshake=connect,
        is_tls=grpc.speaks_tls(code, dial),
    )


def _connect_limit(code: Code, dial: grpc.Dial) -> Limit:
    """How long an attempt to connect may take with its handshake; more after many that failed, when the pause between them is longer."""
    options = dial.options.named(CONNECT_PARAMETERS, *DIALERS)
    if dial.options.is_open or len(options) > 1 or any(not option.is_certain for option in options):
        return UNKNOWN
    if not options:
        return Limit("known", DEFAULT_CONNECT_TIMEOUT, None, "MinConnectTimeout")
    given = options[0].call.arguments
    found = {setting_of(code, origin) for origin in origins(code, given[0], options[0].function)} if given else {None}
    setting = found.pop() if len(found) == 1 else None
    if setting is None or setting.type != CONNECT_PARAMETERS_TYPE:
        return UNKNOWN
    limit = limit_of_field(code, field_value(code, setting, "MinConnectTimeout"), "MinConnectTimeout")
    # Of a literal without the field, or with 0, the pauses between attempts alone decide.
    return limit if limit.state == "known" else UNKNOWN


def _deadline_of_calls(code: Code, dial: grpc.Dial) -> Limit:
    """The deadline that every call over a connection has; unknown when they differ, or none is in view."""
    found = code.keep("deadlines of rpcs", lambda: _deadlines_of_rpcs(code)).get(id(dial.call), frozenset())
    return next(iter(found)) if len(found) == 1 else UNKNOWN


def _deadlines_of_rpcs(code: Code) -> dict[int, frozenset[Limit]]:
    found: dict[int, frozenset[Limit]] = {}
    for rpc in grpc.rpcs(code):
        if rpc.dial is not None:
            bound = context_bound(code, rpc.call.arguments[0], rpc.function)
            limit = limit_of_context(bound)
            # Interceptors and a service configuration may set a deadline where the context brings none.
            found[id(rpc.dial.call)] = found.get(id(rpc.dial.call), frozenset()) | {UNKNOWN if limit.state == "none" else limit}
    return found


# -- clients of other packages


def _is_known(name: str) -> bool:
    return name in CLIENT_CALLS or name in DATABASES or name in LOOKUPS or name.startswith(_RESOLVER)


def _of_call(code: Code, call: Call, function: GoFunction) -> Iterator[Outgoing]:
    name = callee_of(code, call, function).name
    if name in CLIENT_CALLS:
        form = CLIENT_CALLS[name]
        given = call.arguments[form.first :] if form.address < 0 else call.arguments[form.address : form.address + 1]
        addresses = tuple(dict.fromkeys(address for argument in given for address in addresses_in(code, argument, function)))
        yield Outgoing(form.kind, function, function.span(call), addresses, form.port)
    elif name in DATABASES:
        yield from _of_database(code, call, name, function)
    elif name in LOOKUPS or name.startswith(_RESOLVER):
        yield from _of_lookup(code, call, name, function)


def _of_options(code: Code, literal: Composite, function: GoFunction) -> Iterator[Outgoing]:
    type = composite_type(code, literal, function)
    form = CLIENT_FIELDS.get(type)
    if form is None:
        return
    dial = UNKNOWN
    is_tls: bool | None = True if any(name == "TLSConfig" for name, _ in literal_fields(code, type, literal)) else None
    setting = setting_of(code, Origin("made", type, literal, function))
    if setting is not None:
        value = field_value(code, setting, form.name)
        places = [(place.expression, place.function) for place in value.places if place.position < 0]
        timeout = field_value(code, setting, "DialTimeout")
        dial = limit_of_field(code, timeout, "DialTimeout")
        if timeout.is_zero:
            # go-redis ``options.go``, init
            dial = Limit("known", 5_000_000_000, None, "DialTimeout")
        is_tls = {"set": True, "absent": False}.get(field_value(code, setting, "TLSConfig").state)
    else:
        places = [(value, function) for field, value in literal_fields(code, type, literal) if field == form.name]
    addresses = tuple(dict.fromkeys(address for value, giver in places for address in addresses_in(code, value, giver)))
    # go-redis dials by tls.DialWithDialer, whose time-out covers the handshake (``options.go``, NewDialer).
    yield Outgoing(form.kind, function, function.span(literal), addresses, form.port, dial=dial, handshake=dial, is_tls=is_tls)


def _of_database(code: Code, call: Call, name: str, function: GoFunction) -> Iterator[Outgoing]:
    driver_at, driver, place = DATABASES[name]
    if place >= len(call.arguments):
        return
    known = driver or known_text(code, call.arguments[driver_at], function)
    kind = "postgres" if known in POSTGRES_DRIVERS else "mysql" if known == "mysql" else ""
    addresses = addresses_of(code, call.arguments[place], function)
    dial = _dial_of(code, call.arguments[place], known, function)
    yield Outgoing(
        "database",
        function,
        function.span(call),
        addresses,
        DATABASE_PORTS.get(kind),
        dial=dial,
        # pgx and lib/pq hold the whole of a connection's start to ``connect_timeout``; go-sql-driver/mysql only the dial to ``timeout``.
        handshake=dial if kind == "postgres" else UNKNOWN,
    )


def _dial_of(code: Code, source: Expression, driver: str | None, function: GoFunction) -> Limit:
    """How long a driver may take to connect: without the parameter for it, for ever."""
    text = known_text(code, source, function)
    parsed = parse_data_source(text, driver or "", HOLE) if text is not None else None
    return NONE._replace(label=parsed.parameter) if parsed is not None and not parsed.is_limited else UNKNOWN


_RESOLVER: Final = "net.Resolver.Lookup"


def _of_lookup(code: Code, call: Call, name: str, function: GoFunction) -> Iterator[Outgoing]:
    is_method = name.startswith(_RESOLVER)
    arguments = call.arguments[1:] if is_method else call.arguments
    deadline = limit_of_context(context_bound(code, call.arguments[0], function)) if is_method and call.arguments else UNKNOWN
    if name.endswith("SRV") and len(arguments) == 3:
        addresses = _srv_name(code, arguments, function)
    elif name.endswith(("Addr", "LookupIP", "LookupNetIP")) or not arguments:
        # An address is looked up, or the first argument is the network.
        addresses = addresses_of(code, arguments[-1], function) if arguments and not name.endswith("Addr") else ()
    else:
        addresses = addresses_of(code, arguments[0], function)
    yield Outgoing("lookup", function, function.span(call), addresses, None, deadline)


def _srv_name(code: Code, arguments: tuple[Expression, ...], function: GoFunction) -> tuple[Address, ...]:
    """``_service._proto.name``, or the name alone when the others are empty (Go ``net/lookup.go``, LookupSRV)."""
    service, protocol, name = arguments
    if known_text(code, service, function) == "" and known_text(code, protocol, function) == "":
        return addresses_of(code, name, function)
    return joined_addresses(code, ("_", service, "._", protocol, ".", name), function)
