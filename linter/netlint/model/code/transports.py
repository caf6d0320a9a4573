"""From an ``http.Client`` to the transport that carries its requests, and from there to the dialer that opens its connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from typing import Literal as OneOf

from netlint.golang.syntax import NOT_LOCAL, Assignment, Call, Composite, FunctionLiteral, Literal, Name, Return, Selector
from netlint.knowledge.go_durations import DEADLINE_SETTERS
from netlint.knowledge.go_settings import DEFAULT_DIAL_TIMEOUT, DEFAULT_TRANSPORT
from netlint.model.code.numbers import Number, fold
from netlint.model.code.settings import (
    UNKNOWN_VALUE,
    FieldValue,
    Place,
    Setting,
    field_value,
    is_default_transport,
    setting_of,
)
from netlint.model.code.types import base_type, callee_of, find_field, find_method, reference, type_of
from netlint.model.code.values import Origin, literal_fields, origins
from netlint.model.code.walk import nodes_of, statements_of

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction, GoPackage

_TRANSPORT_TYPES: Final = ("net/http.RoundTripper", "net/http.Transport")


class Transport(NamedTuple):
    """What carries a client's requests. ``kind``: ``default`` (``http.DefaultTransport``), ``setting`` (the object) or ``unknown``."""

    kind: OneOf["default", "setting", "unknown"]
    setting: Setting | None = None


_UNKNOWN: Final = Transport("unknown")
_DEFAULT: Final = Transport("default")


def transport_of(code: Code, client: Setting) -> Transport:
    """The transport of an ``http.Client``, through wrappers that hold one."""
    found = transports_of(code, client)
    return next(iter(found)) if len(found) == 1 else _UNKNOWN


def transports_of(code: Code, client: Setting) -> frozenset[Transport]:
    """Every transport that an ``http.Client`` may have."""
    value = field_value(code, client, "Transport")
    if value.state == "absent":
        return frozenset((_DEFAULT,))
    if value.state == "unknown" or any(place.position >= 0 for place in value.places):
        return frozenset((_UNKNOWN,))
    return frozenset(found for place in value.places for found in transports_from(code, place.expression, place.function))


def transport_from(code: Code, expression: Expression | None, function: GoFunction) -> Transport:
    """The transport that a ``http.RoundTripper`` comes down to."""
    found = transports_from(code, expression, function)
    return next(iter(found)) if len(found) == 1 else _UNKNOWN


def transports_from(code: Code, expression: Expression | None, function: GoFunction) -> frozenset[Transport]:
    """Every transport that a ``http.RoundTripper`` may come down to; unknown for one that wraps itself."""
    question = ("transports", id(expression), id(function))
    unknown = frozenset((_UNKNOWN,))
    return code.remember(
        question, unknown, lambda: frozenset(_transport_of_origin(code, origin) for origin in origins(code, expression, function))
    )


def _transport_of_origin(code: Code, origin: Origin) -> Transport:
    setting = setting_of(code, origin)
    if setting is not None:
        return Transport("setting", setting) if setting.type == "net/http.Transport" else _UNKNOWN
    if origin.kind == "nil" or (origin.kind == "variable" and origin.name == "net/http.DefaultTransport"):
        return _DEFAULT
    if origin.function is None:
        return _UNKNOWN
    if origin.kind == "made" and isinstance(origin.node, Composite):
        # A wrapper of our own: a struct with one round tripper inside.
        inner = [
            value
            for name, value in literal_fields(code, origin.name, origin.node)
            if _is_transport((find_field(code, origin.name, name) or ("", ""))[1])
        ]
        return transport_from(code, inner[0], origin.function) if len(inner) == 1 else _UNKNOWN
    if origin.kind == "call" and isinstance(origin.node, Call):
        # A wrapper out of view, such as otelhttp.NewTransport(t): it takes exactly one transport.
        carried = [argument for argument in origin.node.arguments if _carries(code, type_of(code, argument, origin.function))]
        return transport_from(code, carried[0], origin.function) if len(carried) == 1 else _UNKNOWN
    return _UNKNOWN


def _carries(code: Code, type: str) -> bool:
    """Whether a value of the type is a transport: one of Go's, or one of our own with the method that makes it one."""
    return _is_transport(type) or find_method(code, type, "RoundTrip").declaration is not None


def _is_transport(type: str) -> bool:
    return base_type(type) in _TRANSPORT_TYPES


class DialLimit(NamedTuple):
    """How long opening a connection may take.

    ``state``: ``known`` (``duration`` in nanoseconds, 0 for none at all), or ``unknown``. ``is_default``: it is the 30 s of
    ``http.DefaultTransport``, which nobody wrote. ``place`` is where the number is written; ``dialer`` the ``net.Dialer`` in use.
    """

    state: OneOf["known", "unknown"]
    duration: int = 0
    is_default: bool = False
    place: Place | None = None
    dialer: Setting | None = None


UNKNOWN_LIMIT: Final = DialLimit("unknown")
_OTHER_BOUNDS: Final = ("Cancel", "Control", "ControlContext")
"""Fields of a ``net.Dialer`` by which a dial without Timeout may still end: a channel, or TCP_USER_TIMEOUT set on the socket."""
TLS_DIAL_HOOKS: Final = ("DialTLSContext", "DialTLS")
DIAL_HOOKS: Final = ("DialContext", "Dial", *TLS_DIAL_HOOKS)


def dial_limit(code: Code, transport: Transport) -> DialLimit:
    """How long the transport lets a dial take (Go ``net/http/transport.go:1370-1397``)."""
    if transport.kind == "default":
        return DialLimit("known", DEFAULT_DIAL_TIMEOUT, is_default=True)
    if transport.setting is None:
        return UNKNOWN_LIMIT
    hooks = {name: field_value(code, transport.setting, name) for name in DIAL_HOOKS}
    if any(hook.state == "unknown" for hook in hooks.values()):
        return UNKNOWN_LIMIT
    for name in ("DialContext", "Dial"):
        if hooks[name].state == "set":
            return hook_limit(code, hooks[name])
    if any(hook.state == "set" for hook in hooks.values()):
        return UNKNOWN_LIMIT
    if is_default_transport(code, transport.setting):
        return DialLimit("known", DEFAULT_DIAL_TIMEOUT, is_default=True)
    # A clone of something else keeps the hooks of that.
    return DialLimit("known", 0) if transport.setting.origin.kind != "call" else UNKNOWN_LIMIT


def hook_limit(code: Code, hook: FieldValue) -> DialLimit:
    """How long a dial hook lets a dial take: that of the one dialer it is known to use."""
    found = set()
    for place in hook.places:
        for origin in origins(code, place.expression, place.function) if place.position < 0 else ():
            found.add(_limit_of_hook(code, origin))
    return found.pop() if len(found) == 1 else UNKNOWN_LIMIT


def _limit_of_hook(code: Code, origin: Origin) -> DialLimit:
    if origin.kind != "function" or origin.function is None:
        return UNKNOWN_LIMIT
    if origin.name in ("net.Dialer.DialContext", "net.Dialer.Dial") and isinstance(origin.node, Selector):
        return dialer_limit(code, origin.node.operand, origin.function)
    if origin.name == "net.Dial":
        return DialLimit("known", 0)
    if isinstance(origin.node, FunctionLiteral):
        return _limit_of_literal(code, origin.node, origin.function)
    return UNKNOWN_LIMIT


def _limit_of_literal(code: Code, literal: FunctionLiteral, function: GoFunction) -> DialLimit:
    """Of ``func(ctx, network, address) { return dialer.DialContext(ctx, network, address) }``, and no other form."""
    call = _only_return(literal)
    if call is None or _has_own_context(call, literal):
        return UNKNOWN_LIMIT
    callee = callee_of(code, call, function)
    if not _dials_the_network(call, callee.name):
        return UNKNOWN_LIMIT
    if callee.name == "net.Dial":
        return DialLimit("known", 0)
    if callee.name in ("net.Dialer.DialContext", "net.Dialer.Dial") and callee.receiver is not None:
        return dialer_limit(code, callee.receiver, function)
    if callee.name == "net.DialTimeout" and len(call.arguments) == 3:
        number = fold(code, call.arguments[2], function)
        return DialLimit("known", int(number.value), place=Place(call.arguments[2], function)) if number else UNKNOWN_LIMIT
    return UNKNOWN_LIMIT


def _has_own_context(call: Call, literal: FunctionLiteral) -> bool:
    """Whether a hook dials with another context than the one it is given, which may have a deadline."""
    given = {parameter.local for parameter in literal.parameters if parameter.local != NOT_LOCAL}
    context = call.arguments[0] if len(call.arguments) == 3 else None
    if not isinstance(call.function, Selector) or call.function.name != "DialContext" or context is None:
        return False
    if not isinstance(context, Name) or context.local not in given:
        return True
    assigned = (item for item in nodes_of(literal.body) if isinstance(item, Assignment))
    return any(isinstance(target, Name) and target.local == context.local for item in assigned for target in item.targets)


def _only_return(literal: FunctionLiteral) -> Call | None:
    """The call whose results a function literal returns; None when it does anything else."""
    returned = [item for item in statements_of(literal.body) if isinstance(item, Return)]
    values = returned[0].values if len(returned) == 1 else ()
    return values[0] if len(values) == 1 and isinstance(values[0], Call) else None


_PLAIN_DIALS: Final = frozenset(("net.Dial", "net.DialTimeout", "net.Dialer.Dial", "net.Dialer.DialContext"))


def has_special_connections(code: Code, transport: Transport) -> bool:
    """Whether the connections of the transport may be other than TCP without deadlines.

    Its dial hook is out of view, or dials something else than the network, or such code sets deadlines on connections near it.
    """
    if transport.setting is None:
        return transport.kind != "default"
    hooks = [field_value(code, transport.setting, name) for name in DIAL_HOOKS]
    return any(hook.state == "unknown" for hook in hooks) or any(
        place.position >= 0 or any(_is_special(code, origin) for origin in origins(code, place.expression, place.function))
        for hook in hooks
        for place in hook.places
    )


def _is_special(code: Code, origin: Origin) -> bool:
    if origin.kind == "nil" or (origin.kind == "function" and origin.name in _PLAIN_DIALS):
        return False
    if origin.kind != "function" or origin.node is None or origin.function is None:
        return True
    if isinstance(origin.node, FunctionLiteral):
        file = origin.function.file
        if _dials_elsewhere(code, origin.node, origin.function):
            return True
    else:
        declaration = reference(code, origin.node, origin.function).declaration
        if declaration is None:
            return True
        file = declaration[0]
    near = {file.package.path, *file.imports.values()}
    return any(_sets_deadlines(code, code.packages[path]) for path in near if path in code.packages)


def stays_on_machine(code: Code, transport: Setting) -> bool:
    """Whether a dial hook of the transport dials something else than the network: a socket of the same machine, mostly."""
    return any(
        isinstance(origin.node, FunctionLiteral) and origin.function is not None and _dials_elsewhere(code, origin.node, origin.function)
        for name in DIAL_HOOKS
        for place in field_value(code, transport, name).places
        for origin in origins(code, place.expression, place.function)
    )


def makes_no_connections(code: Code, transport: Setting) -> bool:
    """Whether the dial hooks of a transport call nothing that dials: they hand out a connection that somebody else made, and keeps."""
    hooks = [
        origin
        for name in DIAL_HOOKS
        for place in field_value(code, transport, name).places
        for origin in origins(code, place.expression, place.function)
    ]
    return bool(hooks) and all(
        isinstance(hook.node, FunctionLiteral) and hook.function is not None and not _dials(hook.node) for hook in hooks
    )


def _dials(literal: FunctionLiteral) -> bool:
    called = (node.function for node in nodes_of(literal) if isinstance(node, Call))
    names = (callee.name if isinstance(callee, Selector) else callee.text for callee in called if isinstance(callee, Selector | Name))
    return any("dial" in name.lower() or "conn" in name.lower() for name in names)


def _dials_elsewhere(code: Code, literal: FunctionLiteral, function: GoFunction) -> bool:
    calls = [(node, callee_of(code, node, function).name) for node in nodes_of(literal) if isinstance(node, Call)]
    return any(name in _PLAIN_DIALS and not _dials_the_network(call, name) for call, name in calls)


def _sets_deadlines(code: Code, package: GoPackage) -> bool:
    question = ("sets deadlines", id(package))
    return code.keep(question, lambda: any(_is_setter(call) for body in package.bodies.values() for call in body.body.calls))


def _is_setter(call: Call) -> bool:
    return isinstance(call.function, Selector) and call.function.name in DEADLINE_SETTERS


def _dials_the_network(call: Call, name: str) -> bool:
    """Whether a hook dials what it is asked for, or TCP; not a socket of the same machine, and not what cannot be seen."""
    place = 1 if name.endswith("Context") else 0
    network = call.arguments[place] if place < len(call.arguments) else None
    return isinstance(network, Name) or (isinstance(network, Literal) and network.text.startswith("tcp"))


def dialer_limit(code: Code, dialer: Expression, function: GoFunction) -> DialLimit:
    """The time-out of the ``net.Dialer`` that an expression means."""
    found = set()
    for origin in origins(code, dialer, function):
        if origin.kind == "nil":
            continue
        setting = setting_of(code, origin)
        found.add(UNKNOWN_LIMIT if setting is None or setting.type != "net.Dialer" else _limit_of_dialer(code, setting))
    return found.pop() if len(found) == 1 else UNKNOWN_LIMIT


def _limit_of_dialer(code: Code, dialer: Setting) -> DialLimit:
    timeout, deadline = field_value(code, dialer, "Timeout"), field_value(code, dialer, "Deadline")
    if timeout.value is None or deadline.state != "absent":
        return DialLimit("unknown", dialer=dialer)
    if not timeout.value and any(field_value(code, dialer, name).state != "absent" for name in _OTHER_BOUNDS):
        return DialLimit("unknown", dialer=dialer)
    return DialLimit("known", timeout.value, place=timeout.places[0] if timeout.places else None, dialer=dialer)


def transport_number(code: Code, transport: Transport, name: str) -> FieldValue:
    """A numeric field of a transport, with the defaults of ``http.DefaultTransport`` where it is that."""
    if transport.kind == "default":
        return FieldValue("absent", Number(DEFAULT_TRANSPORT[name]))
    return UNKNOWN_VALUE if transport.setting is None else field_value(code, transport.setting, name)
