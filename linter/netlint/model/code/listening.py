"""Places where the code waits for connections: at which address, within which limits of time, and how it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from netlint.golang.syntax import Call
from netlint.knowledge.go_listeners import GRPC_SERVE, LISTENER_WRAPPERS, LISTENS, SERVING_FRAMEWORKS
from netlint.knowledge.go_servers import GIN, SERVE_FUNCTIONS
from netlint.model.call_ends import Listening
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.inputs import addresses_of
from netlint.model.code.limits import limit_of_field
from netlint.model.code.servers import serve_functions, servers
from netlint.model.code.settings import field_value
from netlint.model.code.stopping import shutdown_of_rpc_server, shutdown_of_server
from netlint.model.code.texts import known_text
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins
from netlint.model.limits import NONE, Limit
from netlint.model.templates import Address, Input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.servers import Server
    from netlint.source import Span


def listenings(code: Code) -> tuple[Listening, ...]:
    """Every place where the judged code waits for connections."""
    return code.keep("listenings", lambda: tuple(_listenings(code)))


def _listenings(code: Code) -> Iterator[Listening]:
    taken: set[int] = set()
    for server in servers(code):
        yield from _of_server(code, server, taken)
    yield from _of_serve_functions(code, taken)
    yield from _of_frameworks(code)
    yield from _of_rpc_servers(code, taken)
    for listen in _listens(code):
        if id(listen.call) not in taken and code.is_judged(listen.function):
            yield Listening(listen.kind, listen.function, listen.span, listen.addresses)


# -- HTTP


def _of_server(code: Code, server: Server, taken: set[int]) -> Iterator[Listening]:
    setting = server.setting
    read, write, header, idle = (
        limit_of_field(code, field_value(code, setting, name), name)
        for name in ("ReadTimeout", "WriteTimeout", "ReadHeaderTimeout", "IdleTimeout")
    )
    unplaced = Listening(
        "http",
        setting.function,
        setting.span,
        (),
        server,
        read,
        write,
        _or_read(idle, read),
        _or_read(header, read),
        shutdown_of_server(code, server),
    )
    given = [serving for serving in server.servings if "ListenAndServe" not in serving.name]
    if len(given) < len(server.servings) or not server.servings:
        yield from _by_address(code, unplaced, server)
    for serving in given:
        for listen in _listens_behind(code, serving.call.arguments[0], serving.function) if serving.call.arguments else ():
            taken.add(id(listen.call))
            yield unplaced._replace(function=listen.function, span=listen.span, addresses=listen.addresses)


def _by_address(code: Code, unplaced: Listening, server: Server) -> Iterator[Listening]:
    """By the field ``Addr``; an empty one means port 80, or 443 with TLS (Go ``net/http/server.go``, ListenAndServe)."""
    value = field_value(code, server.setting, "Addr")
    if value.state == "absent" and server.servings:
        port = ":443" if all("TLS" in serving.name for serving in server.servings) else ":80"
        yield unplaced._replace(addresses=(Address((port,), unplaced.span, unplaced.function),))
    elif value.state == "set":
        places = [place for place in value.places if place.position < 0]
        addresses = dict.fromkeys(address for place in places for address in addresses_of(code, place.expression, place.function))
        if places:
            is_whole = len(places) == len(value.places)
            yield unplaced._replace(function=places[0].function, span=places[0].span, addresses=tuple(addresses) if is_whole else ())
    elif value.state == "unknown" and server.servings:
        yield unplaced


def _or_read(limit: Limit, read: Limit) -> Limit:
    return read if limit.state == "none" else limit


def _of_serve_functions(code: Code, taken: set[int]) -> Iterator[Listening]:
    """``http.ListenAndServe`` and its sisters, whose servers have no limits at all."""
    for serving in serve_functions(code):
        form, arguments = SERVE_FUNCTIONS[serving.name], serving.call.arguments
        found: list[Listening] = []
        if form.listener >= 0 and len(arguments) > form.listener:
            for listen in _listens_behind(code, arguments[form.listener], serving.function):
                taken.add(id(listen.call))
                found.append(Listening("http", listen.function, listen.span, listen.addresses))
        elif form.address >= 0 and len(arguments) > form.address:
            place = arguments[form.address]
            found.append(Listening("http", serving.function, serving.function.span(place), addresses_of(code, place, serving.function)))
        elif serving.name == f"{GIN}.Engine.Run" and not arguments:
            found.append(_of_gin(serving.call, serving.function))
        for listening in found:
            yield listening._replace(read=NONE, write=NONE, idle=NONE, header=NONE)


def _of_gin(call: Call, function: GoFunction) -> Listening:
    """``Run()`` listens on ``$PORT``, else on 8080 (gin ``utils.go``, resolveAddress)."""
    span = function.span(call)
    port = Input("env", "PORT", ("8080",), is_required=False, span=span)
    return Listening("http", function, span, (Address((":", port), span, function),))


def _of_frameworks(code: Code) -> Iterator[Listening]:
    for _, call, function, callee in judged(code, calls_of(code, SERVING_FRAMEWORKS)):
        place = SERVING_FRAMEWORKS[callee.name]
        if len(call.arguments) > place:
            address = call.arguments[place]
            yield Listening("http", function, function.span(address), addresses_of(code, address, function))


# -- gRPC


def _of_rpc_servers(code: Code, taken: set[int]) -> Iterator[Listening]:
    for _, call, function, callee in judged(code, calls_of(code, (GRPC_SERVE,))):
        if not call.arguments or callee.receiver is None:
            continue
        shutdown = shutdown_of_rpc_server(code, callee.receiver, function)
        for listen in _listens_behind(code, call.arguments[0], function):
            taken.add(id(listen.call))
            yield Listening("grpc", listen.function, listen.span, listen.addresses, shutdown=shutdown)


# -- listeners


class Listen(NamedTuple):
    """A call that opens a listener; ``span`` is its address."""

    call: Call
    function: GoFunction
    kind: Literal["tcp", "udp"]
    span: Span
    addresses: tuple[Address, ...]


def _listens(code: Code) -> tuple[Listen, ...]:
    return code.keep("listens", lambda: tuple(_collect_listens(code)))


def _collect_listens(code: Code) -> Iterator[Listen]:
    for _, call, function, _ in calls_of(code, LISTENS):
        found = _listen_of(code, call, function)
        if found is not None:
            yield found


def _listen_of(code: Code, call: Call, function: GoFunction) -> Listen | None:
    form = LISTENS.get(callee_of(code, call, function).name)
    if form is None or len(call.arguments) <= max(form):
        return None
    network = known_text(code, call.arguments[form[0]], function)
    if network is None or not network.startswith(("tcp", "udp")):
        return None
    address = call.arguments[form[1]]
    kind: Literal["tcp", "udp"] = "tcp" if network.startswith("tcp") else "udp"
    return Listen(call, function, kind, function.span(address), addresses_of(code, address, function))


def _listens_behind(code: Code, listener: Expression, function: GoFunction) -> Iterator[Listen]:
    """The calls that open the listener that an expression is, through what wraps it."""
    pending, seen = list(origins(code, listener, function)), set()
    while pending:
        origin = pending.pop(0)
        if origin in seen or origin.kind != "call" or not isinstance(origin.node, Call) or origin.function is None:
            continue
        seen.add(origin)
        place = LISTENER_WRAPPERS.get(origin.name)
        if place is not None and len(origin.node.arguments) > place:
            pending.extend(origins(code, origin.node.arguments[place], origin.function))
            continue
        found = _listen_of(code, origin.node, origin.function)
        if found is not None:
            yield found
