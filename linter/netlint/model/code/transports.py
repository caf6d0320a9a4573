"""From an ``http.Client`` to the transport that carries its requests, and from there to the dialer that opens its connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import Call, Composite, FunctionLiteral, Return, Selector
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
from netlint.model.code.types import base_type, callee_of, find_field, find_method, type_of
from netlint.model.code.values import Origin, literal_fields, origins
from netlint.model.code.walk import statements_of

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_MAX_DEPTH: Final = 8
_TRANSPORT_TYPES: Final = ("net/http.RoundTripper", "net/http.Transport")


class Transport(NamedTuple):
    """What carries a client's requests. ``kind``: ``default`` (``http.DefaultTransport``), ``setting`` (the object) or ``unknown``."""

    kind: Literal["default", "setting", "unknown"]
    setting: Setting | None = None


_UNKNOWN: Final = Transport("unknown")
_DEFAULT: Final = Transport("default")


def transport_of(code: Code, client: Setting) -> Transport:
    """The transport of an ``http.Client``, through wrappers that hold one."""
    value = field_value(code, client, "Transport")
    if value.state == "absent":
        return _DEFAULT
    if value.state == "unknown" or any(place.position >= 0 for place in value.places):
        return _UNKNOWN
    found = {transport_from(code, place.expression, place.function) for place in value.places}
    return found.pop() if len(found) == 1 else _UNKNOWN


def transport_from(code: Code, expression: Expression | None, function: GoFunction, depth: int = 0) -> Transport:
    """The transport that a ``http.RoundTripper`` comes down to."""
    if depth > _MAX_DEPTH:
        return _UNKNOWN
    found = {_transport_of_origin(code, origin, depth) for origin in origins(code, expression, function)}
    return found.pop() if len(found) == 1 else _UNKNOWN


def _transport_of_origin(code: Code, origin: Origin, depth: int) -> Transport:
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
        return transport_from(code, inner[0], origin.function, depth + 1) if len(inner) == 1 else _UNKNOWN
    if origin.kind == "call" and isinstance(origin.node, Call):
        # A wrapper out of view, such as otelhttp.NewTransport(t): it takes exactly one transport.
        carried = [argument for argument in origin.node.arguments if _carries(code, type_of(code, argument, origin.function))]
        return transport_from(code, carried[0], origin.function, depth + 1) if len(carried) == 1 else _UNKNOWN
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

    state: Literal["known", "unknown"]
    duration: int = 0
    is_default: bool = False
    place: Place | None = None
    dialer: Setting | None = None


UNKNOWN_LIMIT: Final = DialLimit("unknown")
_OTHER_BOUNDS: Final = ("Cancel", "Control", "ControlContext")
"""Fields of a ``net.Dialer`` by which a dial without Timeout may still end: a channel, or TCP_USER_TIMEOUT set on the socket."""
DIAL_HOOKS: Final = ("DialContext", "Dial", "DialTLSContext", "DialTLS")


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
    returned = [item for item in statements_of(literal.body, into_literals=False) if isinstance(item, Return)]
    if len(returned) != 1 or len(returned[0].values) != 1 or not isinstance(returned[0].values[0], Call):
        return UNKNOWN_LIMIT
    call = returned[0].values[0]
    callee = callee_of(code, call, function)
    if callee.name in ("net.Dialer.DialContext", "net.Dialer.Dial") and callee.receiver is not None:
        return dialer_limit(code, callee.receiver, function)
    if callee.name == "net.DialTimeout" and len(call.arguments) == 3:
        number = fold(code, call.arguments[2], function)
        return DialLimit("known", int(number.value), place=Place(call.arguments[2], function)) if number else UNKNOWN_LIMIT
    return UNKNOWN_LIMIT


def dialer_limit(code: Code, dialer: Expression, function: GoFunction) -> DialLimit:
    """The time-out of the ``net.Dialer`` that an expression means."""
    found = set()
    for origin in origins(code, dialer, function):
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
