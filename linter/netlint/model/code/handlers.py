"""What a server does: its handlers, through routers, wrappers and middleware, and the functions in view that they call.

Whatever cannot be followed is a handler of kind ``unknown``; what is in front of one that is known is kept with it, so that a rule may ask
whether something out of view could have changed its deadline.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Call, Deferred, FunctionLiteral, Name, Selector, Unary, is_nil
from netlint.golang.syntax import Literal as GoLiteral
from netlint.knowledge.go_servers import (
    DEADLINE_MOVERS,
    DEFAULT_MUX,
    DEFAULT_REGISTRATIONS,
    MUX_MAKERS,
    MUX_MIDDLEWARE,
    MUX_PARTS,
    MUX_TYPES,
    PPROF,
    REGISTRATIONS,
    REVERSE_PROXY,
    REVERSE_PROXY_MAKERS,
    TIMEOUT_HANDLER,
    WRAPPERS,
)
from netlint.model.code.calls import calls_of
from netlint.model.code.flow import reaching
from netlint.model.code.servers import DEBUGGING, words_of
from netlint.model.code.settings import Place, field_value
from netlint.model.code.types import base_type, callee_of, find_method, reference, type_of
from netlint.model.code.values import Origin, argument_at, arguments_of, body_of, open_origins, origins, parameter_index
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netlint.golang.syntax import Block, Expression, Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction, GoPackage
    from netlint.model.code.servers import Server

_MAX_DEPTH: Final = 12
"""Wrappers, routers and helpers around a handler."""
_MAX_HANDLERS: Final = 500
_MAX_STEPS: Final = 20_000
"""Steps to all handlers of a server together."""
_MAX_CALLS: Final = 6
"""Calls from a handler down to a function."""
_MAX_PARTS: Final = 300
_HANDLER_TYPES: Final = frozenset(("net/http.Handler", "net/http.HandlerFunc", *MUX_TYPES))
_FOR_FEW: Final = re.compile(rf"{DEBUGGING.pattern}|callback")
_PLAIN_ROUTE: Final = re.compile(r"^(?:[A-Z]+ )?/(?:version|ping|ready|live|alive|startup|status|favicon.ico|-/\w+)?/?$")


class _Bound(NamedTuple):
    """An expression with the function it stands in and what the parameters in reach were given."""

    expression: Expression
    function: GoFunction
    scope: Mapping[tuple[int, int], _Bound]


class Handler(NamedTuple):
    """Something that answers requests.

    ``kind``: ``body`` (in view: ``block`` of ``function``), ``known`` (out of view, called ``name``, made or named at ``node``) or
    ``unknown``. ``pattern`` is what it is registered for, at ``place``; ``limits`` are the durations of the ``http.TimeoutHandler`` around
    it. ``is_veiled``: something in front of it may have changed the request's context; ``is_moved``: it set the write deadline.
    """

    kind: Literal["body", "known", "unknown"]
    name: str
    node: Expression | None
    block: Block | None
    function: GoFunction | None
    pattern: str
    place: Place | None
    limits: tuple[Place, ...]
    is_veiled: bool
    is_moved: bool


class Part(NamedTuple):
    """The inside of a handler, or of a function in view that it calls before it answers. ``calls`` lead from the handler to it."""

    block: Block
    function: GoFunction
    calls: tuple[tuple[Call, GoFunction], ...]


class _Around(NamedTuple):
    """What has been met on the way to a handler."""

    pattern: str = ""
    place: Place | None = None
    limits: tuple[Place, ...] = ()
    is_veiled: bool = False
    is_moved: bool = False
    depth: int = 0
    steps: Iterator[int] = iter(())
    """What is left of the steps that one question may take; each takes one."""

    def go_on(self) -> bool:
        """Take a step, unless the way is too long or too many ways have been tried."""
        return self.depth <= _MAX_DEPTH and next(self.steps, None) is not None

    def deeper(self) -> _Around:
        return self._replace(depth=self.depth + 1)


def _start() -> _Around:
    return _Around(steps=iter(range(_MAX_STEPS)))


def handlers_of(code: Code, server: Server) -> tuple[Handler, ...]:
    """The handlers of a server."""
    return code.remember(("handlers", id(server.setting.node)), (), lambda: _bounded(_handlers_of(code, server)))


def _handlers_of(code: Code, server: Server) -> Iterator[Handler]:
    value = field_value(code, server.setting, "Handler")
    if value.state == "absent" or (value.places and all(is_nil(place.expression) for place in value.places)):
        yield from _default_routes(code, server.setting.function.file.package, _start())
    elif value.state == "unknown":
        yield _unknown(_start())
    for place in value.places:
        if place.position >= 0:
            yield _unknown(_start())
        else:
            yield from _resolve(code, _Bound(place.expression, place.function, {}), _start())


def handlers_from(code: Code, handler: Expression | None, function: GoFunction) -> tuple[Handler, ...]:
    """The handlers behind an expression; None stands for the default router."""
    if handler is None or is_nil(handler):
        return _bounded(_default_routes(code, function.file.package, _start()))
    return _bounded(_resolve(code, _Bound(handler, function, {}), _start()))


def _bounded(found: Iterable[Handler]) -> tuple[Handler, ...]:
    kept: dict[Handler, None] = {}
    for handler in found:
        kept[handler] = None
        if len(kept) >= _MAX_HANDLERS:
            break
    return tuple(kept)


def are_for_few(handlers: tuple[Handler, ...]) -> bool:
    """Whether all that is served are metrics, profiles, health checks and the like, or the end of a login in the user's own browser."""
    patterns = [handler.pattern or handler.name or _route_words(handler) for handler in handlers]
    return any(_FOR_FEW.search(pattern) for pattern in patterns) and all(
        _FOR_FEW.search(pattern) or _PLAIN_ROUTE.match(pattern) for pattern in patterns
    )


def _route_words(handler: Handler) -> str:
    """The words where a handler is registered for something that is no literal: ``mux.Handle(options.MetricsPath, …)``."""
    call = handler.place.expression if handler.place is not None else None
    return " ".join(words_of(call.arguments[0])) if isinstance(call, Call) and call.arguments else ""


# -- from an expression to handlers


def _unknown(around: _Around) -> Handler:
    return Handler("unknown", "", None, None, None, around.pattern, around.place, around.limits, around.is_veiled, around.is_moved)


def _known(name: str, node: Expression, function: GoFunction, around: _Around) -> Handler:
    return Handler("known", name, node, None, function, around.pattern, around.place, around.limits, around.is_veiled, around.is_moved)


def _resolve(code: Code, bound: _Bound, around: _Around) -> Iterator[Handler]:
    expression, function, scope = bound
    if not around.go_on():
        yield _unknown(around)
        return
    match expression:
        case Name(local=local) if local != NOT_LOCAL:
            yield from _resolve_local(code, expression, function, scope, around)
        case Call():
            yield from _resolve_call(code, expression, function, scope, 0, around)
        case Unary(operator="&"):
            yield from _resolve(code, bound._replace(expression=expression.operand), around)
        case FunctionLiteral(body=block):
            yield from _with_inner(code, block, function, scope, around)
        case Name(text="nil"):
            return
        case _:
            found = open_origins(code, expression, function)
            if len(found) != 1:
                # Which object a field belongs to cannot be seen.
                yield _unknown(around)
                return
            yield from _resolve_origin(code, found[0], scope, around.deeper())


def _resolve_local(
    code: Code, name: Name, function: GoFunction, scope: Mapping[tuple[int, int], _Bound], around: _Around
) -> Iterator[Handler]:
    definitions = reaching(code, name, function)
    for definition in definitions:
        match definition.how:
            case "value" if definition.value is not None:
                yield from _resolve(code, _Bound(definition.value, function, scope), around.deeper())
            case "result" if isinstance(definition.value, Call):
                yield from _resolve_call(code, definition.value, function, scope, definition.position, around.deeper())
            case _:
                for origin in open_origins(code, name, function):
                    yield from _resolve_origin(code, origin, scope, around.deeper())
                return
    if definitions:
        return
    index = parameter_index(function.declaration, name.local)
    if index is None:
        yield _unknown(around)
        return
    yield from _resolve_parameter(code, function, index, scope, around.deeper())


def _resolve_parameter(
    code: Code, function: GoFunction, index: int, scope: Mapping[tuple[int, int], _Bound], around: _Around
) -> Iterator[Handler]:
    given = scope.get((id(function), index))
    if given is not None:
        yield from _resolve(code, given, around)
        return
    passed = arguments_of(code, function, index)
    if not passed:
        yield _unknown(around)
    for argument, caller in passed:
        yield from _resolve(code, _Bound(argument, caller, {}), around)


def _resolve_origin(code: Code, origin: Origin, scope: Mapping[tuple[int, int], _Bound], around: _Around) -> Iterator[Handler]:
    node, function = origin.node, origin.function
    match origin.kind:
        case "nil":
            return
        case "function" if node is not None and function is not None:
            yield from _resolve_function(code, node, function, scope, around)
        case "made" | "zero" if node is not None and function is not None:
            yield from _resolve_object(code, origin, node, function, around)
        case "call" if isinstance(node, Call) and function is not None:
            yield from _resolve_call(code, node, function, scope, origin.position, around)
        case "variable" if origin.name == DEFAULT_MUX and function is not None:
            yield from _default_routes(code, function.file.package, around)
        case "variable" if node is not None and function is not None:
            # `pprof.Profile`, `http.NotFound`: a function of a package out of view.
            yield _known(origin.name, node, function, around)
        case "parameter" if function is not None:
            yield from _resolve_parameter(code, function, origin.position, scope, around)
        case _:
            yield _unknown(around)


def _resolve_function(
    code: Code, node: Expression, function: GoFunction, scope: Mapping[tuple[int, int], _Bound], around: _Around
) -> Iterator[Handler]:
    if isinstance(node, FunctionLiteral):
        yield from _with_inner(code, node.body, function, scope, around)
        return
    target = reference(code, node, function)
    if target.declaration is None or target.declaration[1].body is None:
        yield _known(target.name, node, function, around) if target.name else _unknown(around)
        return
    body = body_of(code, *target.declaration)
    inner = {(id(body), -1): _Bound(target.receiver, function, scope)} if target.receiver is not None else {}
    yield from _with_inner(code, body.body.block, body, inner, around)


def _resolve_object(code: Code, origin: Origin, node: Expression, function: GoFunction, around: _Around) -> Iterator[Handler]:
    type = base_type(origin.name)
    if type in MUX_TYPES:
        yield from _routes(code, _mux_identity(origin), around)
        return
    if type == REVERSE_PROXY:
        yield _known(REVERSE_PROXY, node, function, around)
        return
    method = find_method(code, type, "ServeHTTP")
    if method.declaration is None or method.declaration[1].body is None:
        yield _unknown(around)
        return
    body = body_of(code, *method.declaration)
    yield from _with_inner(code, body.body.block, body, {(id(body), -1): _Bound(node, function, {})}, around)


def _resolve_call(
    code: Code, call: Call, function: GoFunction, scope: Mapping[tuple[int, int], _Bound], position: int, around: _Around
) -> Iterator[Handler]:
    callee = callee_of(code, call, function)
    around = around.deeper()
    if around.depth > _MAX_DEPTH:
        yield _unknown(around)
    elif callee.is_conversion and len(call.arguments) == 1:
        yield from _resolve(code, _Bound(call.arguments[0], function, scope), around)
    elif callee.name in WRAPPERS and len(call.arguments) > WRAPPERS[callee.name]:
        if callee.name == TIMEOUT_HANDLER and len(call.arguments) > 1:
            around = around._replace(limits=(*around.limits, Place(call.arguments[1], function)))
        yield from _resolve(code, _Bound(call.arguments[WRAPPERS[callee.name]], function, scope), around)
    elif callee.name in MUX_MAKERS:
        yield from _routes(code, _mux_identity(Origin("call", callee.name, call, function)), around)
    elif callee.name in MUX_PARTS:
        for mux in sorted(_muxes(code, call, function)):
            yield from _routes(code, mux, around)
    elif callee.name in REVERSE_PROXY_MAKERS:
        yield _known(REVERSE_PROXY, call, function, around)
    elif callee.declaration is not None:
        yield from _resolve_returned(code, call, function, scope, position, around)
    else:
        carried = [argument for argument in call.arguments if base_type(type_of(code, argument, function)) in _HANDLER_TYPES]
        if len(carried) == 1:
            yield from _resolve(code, _Bound(carried[0], function, scope), around._replace(is_veiled=True))
        else:
            yield _unknown(around)


def _resolve_returned(
    code: Code, call: Call, function: GoFunction, scope: Mapping[tuple[int, int], _Bound], position: int, around: _Around
) -> Iterator[Handler]:
    """What a function in view returns, with its parameters bound to what this call passes."""
    callee = callee_of(code, call, function)
    assert callee.declaration is not None
    file, declaration = callee.declaration
    if declaration.body is None:
        yield _unknown(around)
        return
    body = body_of(code, file, declaration)
    inner = {}
    for index in range(-1, len(declaration.parameters)):
        argument = argument_at(call, declaration, index, callee.receiver)
        if argument is not None:
            inner[id(body), index] = _Bound(argument, function, scope)
    for statement in declaration.body.returns:
        if len(statement.values) > position and len(statement.values) == len(declaration.results):
            yield from _resolve(code, _Bound(statement.values[position], body, inner), around)
        elif len(statement.values) == 1 and isinstance(statement.values[0], Call):
            yield from _resolve_call(code, statement.values[0], body, inner, position, around)
        else:
            yield _unknown(around)


def _with_inner(
    code: Code, block: Block, function: GoFunction, scope: Mapping[tuple[int, int], _Bound], around: _Around
) -> Iterator[Handler]:
    """A handler in view, and those that it hands the request on to."""
    place, limits = around.place, around.limits
    handler = Handler("body", "", None, block, function, around.pattern, place, limits, around.is_veiled, around.is_moved)
    yield handler
    if around.depth > _MAX_DEPTH:
        return
    around = around._replace(is_moved=moves_its_deadline(code, handler))
    for call in calls_in(block):
        if len(call.arguments) != 2:
            continue
        passes_on = around.deeper() if isinstance(call.arguments[1], Name) else around.deeper()._replace(is_veiled=True)
        match call.function:
            case Selector(name="ServeHTTP", operand=operand):
                yield from _resolve(code, _Bound(operand, function, scope), passes_on)
            case Name(local=local) if local != NOT_LOCAL and base_type(type_of(code, call.function, function)) in (
                "net/http.HandlerFunc",
                "func",
            ):
                yield from _resolve(code, _Bound(call.function, function, scope), passes_on)


# -- routers


class _Registration(NamedTuple):
    pattern: str
    handler: Expression
    call: Call
    function: GoFunction


class _Registrations(NamedTuple):
    by_mux: dict[int, list[_Registration]]
    default: list[_Registration]
    with_middleware: set[int]


_DEFAULT_IDENTITY: Final = 0


def _mux_identity(origin: Origin) -> int:
    return id(origin.node) if origin.kind != "zero" else hash((id(origin.function), origin.position))


def _registrations(code: Code) -> _Registrations:
    return code.keep("registrations", lambda: _collect_registrations(code))


def _collect_registrations(code: Code) -> _Registrations:
    found = _Registrations({}, [], set())
    for _, call, function, callee in calls_of(code, {*REGISTRATIONS, *DEFAULT_REGISTRATIONS, *MUX_MIDDLEWARE}):
        places = REGISTRATIONS.get(callee.name) or DEFAULT_REGISTRATIONS.get(callee.name)
        if callee.name in MUX_MIDDLEWARE and callee.receiver is not None:
            found.with_middleware.update(_muxes(code, callee.receiver, function))
        if places is None or len(call.arguments) <= max(places):
            continue
        pattern = call.arguments[places[0]] if places[0] >= 0 else None
        text = pattern.text if isinstance(pattern, GoLiteral) else ""
        registration = _Registration(text, call.arguments[places[1]], call, function)
        muxes = _muxes(code, callee.receiver, function) if callee.receiver is not None else {_DEFAULT_IDENTITY}
        for mux in muxes if callee.name not in DEFAULT_REGISTRATIONS else {_DEFAULT_IDENTITY}:
            if mux == _DEFAULT_IDENTITY:
                found.default.append(registration)
            else:
                found.by_mux.setdefault(mux, []).append(registration)
    return found


def _muxes(code: Code, expression: Expression, function: GoFunction, depth: int = 0) -> set[int]:
    """Which routers an expression may mean; of a part of one, the whole."""
    if depth > _MAX_DEPTH:
        return set()
    if isinstance(expression, Name) and expression.local != NOT_LOCAL:
        outer = _router_around(code, expression.local, function)
        if outer is not None:
            return _muxes(code, outer, function, depth + 1)
    found: set[int] = set()
    for origin in origins(code, expression, function):
        if origin.kind == "variable" and origin.name == DEFAULT_MUX:
            found.add(_DEFAULT_IDENTITY)
        elif origin.kind == "call" and origin.name in MUX_PARTS and isinstance(origin.node, Call) and origin.function is not None:
            receiver = callee_of(code, origin.node, origin.function).receiver
            found |= _muxes(code, receiver, origin.function, depth + 1) if receiver is not None else set()
        elif origin.node is not None:
            found.add(_mux_identity(origin))
    return found


def _router_around(code: Code, local: int, function: GoFunction) -> Expression | None:
    """The router that calls the function literal whose parameter a variable is: ``r.Route("/orders", func(r chi.Router) {…})``."""
    for call in function.body.calls:
        literal = call.arguments[-1] if call.arguments else None
        if isinstance(literal, FunctionLiteral) and any(parameter.local == local for parameter in literal.parameters):
            callee = callee_of(code, call, function)
            return callee.receiver if callee.name in MUX_PARTS else None
    return None


def _routes(code: Code, mux: int, around: _Around) -> Iterator[Handler]:
    known = _registrations(code)
    veiled = around.is_veiled or mux in known.with_middleware
    for registration in known.by_mux.get(mux, ()):
        yield from _resolve_registration(code, registration, around._replace(is_veiled=veiled))


def _resolve_registration(code: Code, registration: _Registration, around: _Around) -> Iterator[Handler]:
    place = Place(registration.call, registration.function)
    inner = around.deeper()._replace(pattern=registration.pattern or around.pattern, place=place)
    yield from _resolve(code, _Bound(registration.handler, registration.function, {}), inner)


def _default_routes(code: Code, package: GoPackage, around: _Around) -> Iterator[Handler]:
    """Those of ``http.DefaultServeMux`` that a package which serves it, or one that it imports, registers."""
    linked = _imported_by(code, package)
    for registration in _registrations(code).default:
        if registration.function.file.package.path in linked:
            yield from _resolve_registration(code, registration, around)
    for path in sorted(linked):
        for file in code.packages[path].files:
            if any(item.path == PPROF for item in file.facts.imports):
                holder = code.packages[path].globals[file.path]
                for name in ("Index", "Cmdline", "Profile", "Symbol", "Trace"):
                    at = around._replace(pattern=f"/debug/pprof/{name.lower()}")
                    yield _known(f"{PPROF}.{name}", Name(0, 0, PPROF, NOT_LOCAL), holder, at)


def _imported_by(code: Code, package: GoPackage) -> set[str]:
    """The packages in view that a package is built with, itself included."""
    found: set[str] = set()
    pending = [package.path]
    while pending:
        path = pending.pop()
        if path not in found and path in code.packages:
            found.add(path)
            pending.extend(item.path for file in code.packages[path].files for item in file.facts.imports)
    return found


# -- what a handler does


def calls_in(block: Node) -> Iterator[Call]:
    """The calls that are made before the end of ``block``: not those of ``go`` statements and of function literals kept for later."""
    for node in steps_in(block):
        if isinstance(node, Call):
            yield node


def steps_in(block: Node) -> Iterator[Node]:
    """Every node of ``block`` that is run as part of it."""
    pending: list[Node] = [block]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Deferred) and node.keyword == "go":
            continue
        inner = [child for child in children(node) if not isinstance(child, FunctionLiteral)]
        if isinstance(node, Call) and isinstance(node.function, FunctionLiteral):
            inner.append(node.function.body)
        pending.extend(reversed(inner))


def parts_of(code: Code, handler: Handler) -> tuple[Part, ...]:
    """The handler and every function in view that it is known to call before it answers."""
    if handler.block is None or handler.function is None:
        return ()
    first = Part(handler.block, handler.function, ())
    return code.remember(("parts", id(handler.block)), (), lambda: tuple(_parts(code, first)))


def _parts(code: Code, first: Part) -> Iterator[Part]:
    seen = {id(first.block)}
    pending = [first]
    while pending and len(seen) < _MAX_PARTS:
        part = pending.pop(0)
        yield part
        if len(part.calls) >= _MAX_CALLS:
            continue
        for call in calls_in(part.block):
            declaration = callee_of(code, call, part.function).declaration
            if declaration is None or declaration[1].body is None or declaration[1].name == "ServeHTTP":
                continue
            body = body_of(code, *declaration)
            if id(body.body.block) not in seen:
                seen.add(id(body.body.block))
                pending.append(Part(body.body.block, body, (*part.calls, (call, part.function))))


def moves_its_deadline(code: Code, handler: Handler) -> bool:
    """Whether the handler, or one in front of it, sets the write deadline of its connection itself, or takes the connection over."""
    return handler.is_moved or any(
        isinstance(call.function, Selector) and call.function.name in DEADLINE_MOVERS
        for part in parts_of(code, handler)
        for call in calls_in(part.block)
    )
