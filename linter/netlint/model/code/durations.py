"""Places where code gives a ``time.Duration``, and whether what is given has a unit in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Binary, Call, Literal, Name, Return, Selector, Unary
from netlint.knowledge.go_durations import (
    DEADLINE_ARGUMENTS,
    DEADLINE_SETTERS,
    DURATION_ARGUMENTS,
    DURATION_FIELDS,
    UNIT_GIVERS,
)
from netlint.knowledge.go_settings import WATCHED_FIELDS
from netlint.knowledge.go_types import DURATION_CONSTANTS
from netlint.model.code.calls import calls_of, calls_written, in_order, judged
from netlint.model.code.numbers import fold, written_numbers
from netlint.model.code.resources import scopes_of
from netlint.model.code.types import callee_of, definitions_of, find_field, resolve_type, type_of
from netlint.model.code.values import callers_of, given_to, origins
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.facts import Definition
    from netlint.golang.syntax import Expression, Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Scope
    from netlint.model.code.values import Origin

_INTEGERS: Final = frozenset(
    ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_UNITS_IN_NAMES: Final = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "time.Second"),
    **dict.fromkeys(("ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"), "time.Millisecond"),
    **dict.fromkeys(("mins", "minute", "minutes"), "time.Minute"),
    **dict.fromkeys(("hour", "hours", "hrs"), "time.Hour"),
}
"""The last word of a name to the unit it says: ``TimeoutSeconds``, ``TIMEOUT_MS``."""


class Taken(NamedTuple):
    """A duration that something takes: ``what`` it is for, and the expression that is given in ``function``."""

    what: str
    expression: Expression
    function: GoFunction
    is_field: bool


def taken_durations(code: Code) -> Iterator[Taken]:
    """Everything that the judged code gives to a field or parameter which is known to be a ``time.Duration``."""
    fields = {type: [name for name, kind in known.items() if kind == "time.Duration"] for type, known in WATCHED_FIELDS.items()}
    for type, names in (*fields.items(), *DURATION_FIELDS.items()):
        for name in names:
            for value, position, function in given_to(code, type, name):
                if value is not None and position < 0 and code.is_judged(function):
                    yield Taken(f"{type.rpartition('/')[2]}.{name}", value, function, is_field=True)
    calls = in_order((calls_of(code, (*DURATION_ARGUMENTS, *DEADLINE_ARGUMENTS)), calls_written(code, DEADLINE_SETTERS)))
    for _, call, function, callee in judged(code, calls):
        yield from _taken_by_call(code, call, callee.name, function)


def _taken_by_call(code: Code, call: Call, name: str, function: GoFunction) -> Iterator[Taken]:
    what = name.rpartition("/")[2]
    place = DURATION_ARGUMENTS.get(name)
    if place is not None and place < len(call.arguments):
        yield Taken(what, call.arguments[place], function, is_field=False)
    place = 0 if name.rpartition(".")[2] in DEADLINE_SETTERS else DEADLINE_ARGUMENTS.get(name)
    if place is not None and place < len(call.arguments):
        moment = call.arguments[place]
        if isinstance(moment, Call) and callee_of(code, moment, function).name == "time.Time.Add" and moment.arguments:
            yield Taken(what, moment.arguments[0], function, is_field=False)


def counts_given_on(code: Code) -> Iterator[Taken]:
    """What the judged code returns as a ``time.Duration`` or adds to a time, where a count of some unit may have become one."""
    for function in code.judged_functions:
        if any(_converts_count(call) for call in function.body.calls) and not _gets_unit_from_callers(code, function):
            for scope in scopes_of(code, function):
                for node in nodes_of(scope.block, into_literals=False):
                    yield from (item for item in _given_on_by(code, node, scope, function) if _is_plain(function, item.expression))


def _given_on_by(code: Code, node: Node, scope: Scope, function: GoFunction) -> Iterator[Taken]:
    match node:
        case Return(values=values) if len(values) == len(scope.results):
            for value, result in zip(values, scope.results, strict=True):
                if resolve_type(code, result.type, function.file, function) == "time.Duration":
                    yield Taken("the caller", value, function, is_field=False)
        case Call(function=Selector(name="Add"), arguments=(added,)) if callee_of(code, node, function).declaration is None:
            yield Taken("Add", added, function, is_field=False)


def _converts_count(call: Call) -> bool:
    """Whether a call looks like ``time.Duration(cfg.TimeoutSeconds)``."""
    match call:
        case Call(function=Selector(name="Duration"), arguments=(counted,)):
            while isinstance(counted, Unary) and counted.operator == "*":
                counted = counted.operand
            return _unit_in_name(_last_name(counted)) is not None
    return False


def _gets_unit_from_callers(code: Code, function: GoFunction) -> bool:
    """Whether a caller multiplies what it gets."""
    return any(
        node is call for call, caller in callers_of(code, function) for product in caller.body.products for node in nodes_of(product)
    )


def _is_plain(function: GoFunction, expression: Expression) -> bool:
    """Whether a value is not multiplied by a unit nearby: a variable may be, at another of its mentions."""
    if not isinstance(expression, Name) or expression.local == NOT_LOCAL:
        return True
    return not any(
        isinstance(node, Name) and node.local == expression.local for product in function.body.products for node in nodes_of(product)
    )


def takes_duration(code: Code, expression: Expression, function: GoFunction) -> bool:
    """Whether an expression is a call that takes a duration itself, such as ``flag.Duration``: what it is given is looked at there."""
    return isinstance(expression, Call) and callee_of(code, expression, function).name in DURATION_ARGUMENTS


class Counted(NamedTuple):
    """A count of some unit that became a duration as it is: ``time.Duration(cfg.TimeoutSeconds)``."""

    name: str
    unit: str
    conversion: Call


def counted_unit(code: Code, expression: Expression, function: GoFunction) -> Counted | None:
    """The conversion of a whole number whose name says its unit; None when the value is anything else."""
    if isinstance(expression, Name) and expression.local != NOT_LOCAL:
        given = definitions_of(code, expression.local, function)
        if len(given) == 1 and given[0].how == "value" and given[0].value is not None and isinstance(given[0].value, Call):
            return counted_unit(code, given[0].value, function)
        return None
    if not isinstance(expression, Call) or len(expression.arguments) != 1:
        return None
    if callee_of(code, expression, function) != ("time.Duration", None, None, True):
        return None
    counted = expression.arguments[0]
    while isinstance(counted, Unary) and counted.operator == "*":
        counted = counted.operand
    name = _last_name(counted)
    unit = _unit_in_name(name)
    number = fold(code, counted, function)
    # Nobody converts what is a duration already, so an unknown type is that of a number.
    if unit is None or type_of(code, expression.arguments[0], function) not in ("", *_INTEGERS):
        return None
    return None if number is not None and (number.has_unit or number.value >= 1_000_000) else Counted(name, unit, expression)


def _unit_in_name(name: str) -> str | None:
    return _UNITS_IN_NAMES.get((_WORD.findall(name) or [""])[-1].lower())


class UnitSource(NamedTuple):
    """Where a value got its unit."""

    expression: Expression
    function: GoFunction


def unit_source(code: Code, expression: Expression, function: GoFunction) -> UnitSource | None:
    """What proves that a value already means nanoseconds: a duration constant in it, a parsed text, a difference of times.

    None when that is not sure: nothing of it is in view, or something in view has no unit.
    """
    return code.remember(("unit", id(expression), id(function)), None, lambda: _unit_source(code, expression, function))


def _unit_source(code: Code, expression: Expression, function: GoFunction) -> UnitSource | None:
    if isinstance(expression, Binary):
        return _unit_of_binary(code, expression, function)
    if isinstance(expression, Name) and expression.local != NOT_LOCAL:
        given = definitions_of(code, expression.local, function)
        if any(item.how == "changed" for item in given):
            # `backoff *= 2` leaves the unit as it was.
            sources = [unit_source(code, item.value, function) for item in given if item.how == "value" and item.value is not None]
            is_known = all(sources) and all(item.how in ("value", "changed", "zero") for item in given)
            return sources[0] if sources and is_known and function.body.locals[expression.local].kind == "variable" else None
    found: list[UnitSource] = []
    for origin in origins(code, expression, function):
        if origin.kind == "zero":
            continue
        source = _unit_of_origin(code, origin)
        # A setting that is decoded as a plain number may get its unit here, and a default with one elsewhere.
        if source is None:
            return None
        found.append(source)
    return found[0] if found else None


def _unit_of_origin(code: Code, origin: Origin) -> UnitSource | None:
    if origin.function is None or origin.node is None:
        return None
    if origin.kind == "constant" and isinstance(origin.node, Binary):
        return _unit_of_binary(code, origin.node, origin.function)
    number = fold(code, origin.node, origin.function) if origin.kind in ("constant", "call") else None
    has_unit = number is not None and number.has_unit and number.value
    is_unit = origin.kind in ("function", "variable") and origin.name in DURATION_CONSTANTS
    return UnitSource(origin.node, origin.function) if has_unit or is_unit or origin.name in UNIT_GIVERS else None


def _unit_of_binary(code: Code, expression: Binary, function: GoFunction) -> UnitSource | None:
    number = fold(code, expression, function)
    if number is not None:
        return UnitSource(expression, function) if number.has_unit and number.value else None
    left, right = unit_source(code, expression.left, function), unit_source(code, expression.right, function)
    match expression.operator:
        case "*" | "+" | "-":
            return left or right
        case "/" | "%":
            divisor = fold(code, expression.right, function)
            return left if divisor is not None and not divisor.has_unit else None
    return None


def is_declared_duration(code: Code, expression: Expression, function: GoFunction) -> bool:
    """Whether a value is a ``time.Duration`` by its declaration, and nothing in view or in its name says that it is a plain count."""
    type = type_of(code, expression, function)
    if not type and isinstance(expression, Selector) and expression.name == "Duration":
        # A field of a type out of view that goes by the name of the type it embeds: a wrapper that reads texts such as "5s".
        return _unit_in_name(_last_name(expression.operand)) is None
    if type != "time.Duration":
        return False
    match expression:
        case Binary(operator="*"):
            # `timeout * 60`: a number on one side leaves it a duration.
            sides = ((expression.left, expression.right), (expression.right, expression.left))
            return any(is_declared_duration(code, one, function) and isinstance(other, Literal) for one, other in sides)
        case Unary(operator="*"):
            return _is_declared(code, expression.operand, function)
        case Call(arguments=(inner,)) if callee_of(code, expression, function).is_conversion:
            return is_declared_duration(code, inner, function)
    return _is_declared(code, expression, function)


def _last_name(expression: Expression) -> str:
    return expression.name if isinstance(expression, Selector) else expression.text if isinstance(expression, Name) else ""


def _is_declared(code: Code, expression: Expression, function: GoFunction) -> bool:
    is_parsed = False
    match expression:
        case Name(local=local) if local != NOT_LOCAL:
            given = definitions_of(code, local, function)
            name, is_fitting = expression.text, all(_is_duration_given(code, item, function) for item in given)
        case Selector():
            owner = find_field(code, type_of(code, expression.operand, function), expression.name)
            held = given_to(code, owner[0], expression.name) if owner is not None else ()
            name, is_fitting = expression.name, all(not _is_count(code, value, giver) for value, _, giver in held)
            # A number beside a parsed text: one of the two is wrong wherever it is used.
            is_parsed = any(isinstance(value, Call) and callee_of(code, value, giver).name in UNIT_GIVERS for value, _, giver in held)
        case Call():
            # Viper gives a number of a file without a unit as it is.
            name, is_fitting = "", not callee_of(code, expression, function).name.endswith(".GetDuration")
        case _:
            return False
    numbers = [item.number for item in written_numbers(code, expression, function)]
    has_units = is_parsed or all(number.has_unit or not number.value for number in numbers)
    return is_fitting and has_units and _unit_in_name(name) is None


def _is_duration_given(code: Code, given: Definition, function: GoFunction) -> bool:
    return given.how in ("changed", "result", "zero") or (given.how == "value" and not _is_count(code, given.value, function))


def _is_count(code: Code, value: Expression | None, function: GoFunction) -> bool:
    """Whether a value is a plain number made a duration: ``time.Duration(n)``, or how often one duration goes into another."""
    if isinstance(value, Binary) and value.operator == "/":
        return type_of(code, value.right, function) == "time.Duration"
    if not isinstance(value, Call) or not callee_of(code, value, function).is_conversion:
        return False
    return not (value.arguments and is_declared_duration(code, value.arguments[0], function))
