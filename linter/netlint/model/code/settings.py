"""Objects of the watched types (``http.Client``, ``net.Dialer``, ``http.Server`` …) with what each of their fields is set to.

An object is one place that makes it. Its fields are those of the literal and those that are assigned later, anywhere, through any name
that may mean it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Call, Composite, Name, Selector
from netlint.knowledge.go_settings import DEFAULT_TRANSPORT, HARMLESS_CALLS, HARMLESS_PACKAGES, MADE_BY, TRANSPORT_CHANGERS, WATCHED_FIELDS
from netlint.model.code.calls import calls_of
from netlint.model.code.numbers import Number, fold
from netlint.model.code.types import base_type, callee_of, composite_type, named_package, resolve_type, type_of
from netlint.model.code.values import Origin, literal_fields, origins, setters_of
from netlint.model.code.watched import may_be_watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.types import Callee
    from netlint.source import Span


class Place(NamedTuple):
    """An expression and the function it stands in. ``position``: which result of a call it is, -1 for the value itself."""

    expression: Expression
    function: GoFunction
    position: int = -1

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.function.span(self.expression)


class FieldValue(NamedTuple):
    """What a field of an object is set to.

    ``state``: ``set`` (in view, at ``places``), ``absent`` (nothing sets it: the zero value of its type, or the default of what was
    cloned) or ``unknown``. ``number`` is the value when all places fold to the same one, and that of the zero value or default of an
    absent numeric field.
    """

    state: Literal["set", "absent", "unknown"]
    number: Number | None = None
    places: tuple[Place, ...] = ()

    @property
    def value(self) -> int | None:
        """The number, of durations in nanoseconds; None when it is unknown."""
        return None if self.number is None else int(self.number.value)

    @property
    def is_zero(self) -> bool:
        """Whether it is known to be unset or 0."""
        return self.state != "unknown" and self.number is not None and self.number.value == 0


UNKNOWN_VALUE = FieldValue("unknown")
_WRAPPER: Final = re.compile(r"\.(?![cC]onfig|[sS]etup|[iI]nit|[aA]pply|\w*Default)\w*(?:Transport|RoundTripper)\w*$")
"""Functions by whose name they keep a transport or make another of it: ``SetCustomTransport``, ``otelhttp.NewTransport``. Those that
speak of defaults fill in what is unset: ``SetTransportDefaults`` (``k8s.io/apimachinery/pkg/util/net/http.go``) gives it a dial hook."""


def is_remarked(place: Place) -> bool:
    """Whether a comment stands beside the element or assignment that gives the value, or right above: whoever wrote it had a reason."""
    body = place.function.body
    at = place.expression.start
    elements = (element for composite in body.composites for element in composite.elements)
    return any(element.start <= at < element.end and element.start in body.remarked for element in elements) or any(
        statement.start <= at < statement.end and statement.start in body.remarked for statement in body.assignments
    )


class Setting(NamedTuple):
    """One object. ``node`` is what makes it (a literal, ``new(T)``, a declared variable, a clone, one of ``MADE_BY``) in ``function``.

    ``type`` is its type.
    """

    type: str
    node: Expression
    function: GoFunction
    origin: Origin

    @property
    def span(self) -> Span:
        """The place to point at: the type of a literal, else the whole of what makes it."""
        if isinstance(self.node, Composite) and self.node.type is not None:
            return self.function.span(self.node.type)
        return self.function.span(self.node)


def identity(origin: Origin) -> tuple[str, int, int]:
    """What tells one made object from another."""
    if origin.kind == "zero":
        return ("zero", id(origin.function), origin.position)
    return ("made", id(origin.node), 0)


def settings(code: Code, type: str) -> tuple[Setting, ...]:
    """Every object of a watched type that the judged code makes."""
    return tuple(setting for setting in _all_settings(code).get(type, ()) if code.is_judged(setting.function))


def setting_of(code: Code, origin: Origin) -> Setting | None:
    """The object that an origin is; None for everything that is no watched object."""
    by_identity = code.keep(
        "setting by identity",
        lambda: {identity(setting.origin): setting for found in _all_settings(code).values() for setting in found},
    )
    return by_identity.get(identity(origin))


def _all_settings(code: Code) -> dict[str, list[Setting]]:
    return code.keep("settings", lambda: _collect_settings(code))


def _collect_settings(code: Code) -> dict[str, list[Setting]]:
    found: dict[str, list[Setting]] = {}
    makers: dict[GoFunction, list[Called]] = {}
    for called in calls_of(code, ("new", "net/http.Transport.Clone", *MADE_BY)):
        makers.setdefault(called.function, []).append(called)
    for function in code.functions:
        for setting in _made_in(code, function, makers.get(function, ())):
            found.setdefault(setting.type, []).append(setting)
    return found


def _made_in(code: Code, function: GoFunction, makers: Iterable[Called]) -> Iterator[Setting]:
    for composite in function.body.composites:
        type = composite_type(code, composite, function)
        if type in WATCHED_FIELDS:
            yield Setting(type, composite, function, Origin("made", type, composite, function))
    for _, call, _, callee in makers:
        name = callee.name
        if name == "new" and call.arguments:
            type = resolve_type(code, call.arguments[0], function.file, function)
            if type in WATCHED_FIELDS:
                yield Setting(type, call, function, Origin("made", type, call, function))
        elif name == "net/http.Transport.Clone":
            yield Setting("net/http.Transport", call, function, Origin("call", name, call, function))
        elif name in MADE_BY:
            yield Setting(MADE_BY[name], call, function, Origin("call", name, call, function))
    for definition in function.body.definitions:
        if definition.how == "zero":
            variable = function.body.locals[definition.local]
            type = resolve_type(code, variable.type, function.file, function)
            if type in WATCHED_FIELDS:
                node = Name(variable.start, variable.end, variable.name, definition.local)
                yield Setting(type, node, function, Origin("zero", type, node, function, definition.local))
    if function.is_global:
        for variable_ in function.file.facts.variables:
            type = resolve_type(code, variable_.type, function.file) if variable_.type is not None and variable_.value is None else ""
            if type in WATCHED_FIELDS:
                node = Name(variable_.start, variable_.end, variable_.name, NOT_LOCAL)
                yield Setting(type, node, function, Origin("zero", type, node, function, NOT_LOCAL - 1 - variable_.start))


def field_value(code: Code, setting: Setting, name: str) -> FieldValue:
    """What the field ``name`` of the object is set to."""
    known: dict[str, FieldValue] = code.keep(("fields", *identity(setting.origin)), dict)
    return code.remember_in(known, name, UNKNOWN_VALUE, lambda: _field_value(code, setting, name))


def _field_value(code: Code, setting: Setting, name: str) -> FieldValue:
    places = _places(code, setting, name)
    if places is None:
        return UNKNOWN_VALUE
    if not places:
        return UNKNOWN_VALUE if identity(setting.origin) in _leaked(code) else _left_out(code, setting, name)
    numbers = {fold(code, place.expression, place.function) if place.position < 0 else None for place in places}
    number = numbers.pop() if len(numbers) == 1 else None
    return FieldValue("set", number, places)


def is_left_to_others(code: Code, setting: Setting, name: str) -> bool:
    """Whether nothing in view sets the field, but the object is handed to something out of view, which might."""
    return identity(setting.origin) in _leaked(code) and _places(code, setting, name) == ()


def _places(code: Code, setting: Setting, name: str) -> tuple[Place, ...] | None:
    """What in view sets the field of the object; None when that cannot be told."""
    places: list[Place] = []
    if isinstance(setting.node, Composite):
        if setting.node.elements and setting.node.elements[0].key is None:
            return None
        for field, value in literal_fields(code, setting.type, setting.node):
            if field == name:
                places.append(Place(value, setting.function))
    wanted = identity(setting.origin)
    for setter in setters_of(code, setting.type, name):
        if base_type(type_of(code, setter.target.operand, setter.function)) != setting.type:
            # Through a struct that embeds the type: which object it is cannot be seen.
            if setter.function.file.package is setting.function.file.package:
                return None
            continue
        targets = origins(code, setter.target.operand, setter.function)
        if any(identity(origin) == wanted for origin in targets):
            if setter.value is None:
                return None
            places.append(Place(setter.value, setter.function, setter.position))
        elif any(origin.kind == "unknown" for origin in targets) and setter.function.file.package is setting.function.file.package:
            # Out of a channel, a slice, a closure's parameter: it may be this object.
            return None
    return tuple(places)


def is_true(value: FieldValue) -> bool:
    """Whether a field is set to ``true``, and to nothing else."""
    return bool(value.places) and all(isinstance(place.expression, Name) and place.expression.text == "true" for place in value.places)


def may_be_true(value: FieldValue) -> bool:
    """Whether a field that is off unless it is set may be on."""
    return value.state == "unknown" or any(
        not isinstance(place.expression, Name) or place.expression.text != "false" for place in value.places
    )


def _left_out(code: Code, setting: Setting, name: str) -> FieldValue:
    """The value of a field that nothing sets."""
    if not isinstance(setting.node, Call) or setting.origin.kind != "call":
        return FieldValue("absent", Number(0) if _is_numeric(setting.type, name) else None)
    if setting.origin.name in MADE_BY:
        # Its time-outs are known to be unset, and nothing else of it; a client's transport has the limits of the default.
        if name.endswith("Timeout"):
            return FieldValue("absent", Number(0))
        return FieldValue("absent") if (setting.type, name) == ("net/http.Client", "Transport") else UNKNOWN_VALUE
    bases = origins(code, callee_of(code, setting.node, setting.function).receiver, setting.function)
    values = {_base_value(code, base, name) for base in bases}
    return values.pop() if len(values) == 1 else UNKNOWN_VALUE


def _base_value(code: Code, base: Origin, name: str) -> FieldValue:
    if base.kind == "variable" and base.name == "net/http.DefaultTransport":
        return FieldValue("absent", Number(DEFAULT_TRANSPORT[name]) if name in DEFAULT_TRANSPORT else None)
    cloned = setting_of(code, base)
    return UNKNOWN_VALUE if cloned is None else field_value(code, cloned, name)


def is_default_transport(code: Code, setting: Setting) -> bool:
    """Whether the object is a clone of ``http.DefaultTransport``, straight or by way of other clones."""
    if setting.origin.kind != "call" or not isinstance(setting.node, Call):
        return False
    bases = origins(code, callee_of(code, setting.node, setting.function).receiver, setting.function)
    return bool(bases) and all(_is_default(code, base) for base in bases)


def _is_default(code: Code, base: Origin) -> bool:
    if base.kind == "variable":
        return base.name == "net/http.DefaultTransport"
    setting = setting_of(code, base)
    return setting is not None and is_default_transport(code, setting)


def _is_numeric(type: str, name: str) -> bool:
    return WATCHED_FIELDS[type].get(name) in ("time.Duration", "int", "float32")


def _leaked(code: Code) -> set[tuple[str, int, int]]:
    """Objects that are handed to something out of view which may set their fields."""
    return code.keep("leaked", lambda: _collect_leaked(code))


def _collect_leaked(code: Code) -> set[tuple[str, int, int]]:
    found: set[tuple[str, int, int]] = set()
    for function in code.functions:
        for call in function.body.calls:
            if isinstance(call.function, Selector) and named_package(call.function.operand, function) in HARMLESS_PACKAGES:
                continue
            for argument in call.arguments:
                if may_be_watched(code, argument, function) and _is_watched_pointer(type_of(code, argument, function)):
                    callee = callee_of(code, call, function)
                    if _may_configure(callee):
                        found.update(identity(origin) for origin in origins(code, argument, function))
                        if callee.name in TRANSPORT_CHANGERS:
                            found.update(identity(origin) for origin in _transports_in(code, argument, function))
    return found


def _is_watched_pointer(type: str) -> bool:
    return type.startswith("*") and base_type(type) in WATCHED_FIELDS


def _transports_in(code: Code, client: Expression, function: GoFunction) -> Iterator[Origin]:
    """The transports that the literals of a client name."""
    for origin in origins(code, client, function):
        if isinstance(origin.node, Composite) and origin.function is not None:
            for name, value in literal_fields(code, origin.name, origin.node):
                if name == "Transport":
                    yield from origins(code, value, origin.function)


def index_settings(code: Code) -> None:
    """Find out once, before any other question, which objects there are and which are handed out of view."""
    _all_settings(code)
    _leaked(code)


def _may_configure(callee: Callee) -> bool:
    """Whether a call may set fields of what it is given a pointer to: anything whose body is not in view."""
    if callee.declaration is not None:
        # Its assignments are seen where it makes them; a body that was left out makes none.
        return False
    return not callee.is_conversion and callee.name not in HARMLESS_CALLS and not _WRAPPER.search(callee.name)
