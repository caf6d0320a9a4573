"""Folding expressions into numbers: constants of other files, arithmetic, conversions and the defaults of flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import parse_duration
from netlint.golang.syntax import Binary, Call, Literal, Name, Selector, Unary
from netlint.knowledge.go_settings import DEFAULT_TRANSPORT
from netlint.knowledge.go_types import DURATION_CONSTANTS
from netlint.model.code.types import callee_of, package_variable, reference
from netlint.model.code.values import DEFAULT, origins

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.values import Origin

_LARGEST: Final = 1 << 70
"""Beyond every number of Go's; a shift could make one that fills the memory."""
_MAX_DIGITS: Final = 40
_DEFAULT_TRANSPORT: Final = "net/http.DefaultTransport."


class Number(NamedTuple):
    """A number that folded. ``has_unit``: a duration constant or a text with units went into it, so that it means nanoseconds.

    ``is_default``: it is the default of a flag, which whoever starts the program may change.
    """

    value: int | float
    has_unit: bool = False
    is_default: bool = False


_FLAGS: Final = frozenset(
    f"{prefix}{kind}{suffix}"
    for prefix in ("flag.", "flag.FlagSet.", "github.com/spf13/pflag.", "github.com/spf13/pflag.FlagSet.")
    for kind in ("Duration", "Int", "Int64", "Uint", "Float64")
    for suffix in ("", "P")
)
"""Functions that declare a flag and return a pointer to its value: name, (shorthand,) default, usage."""


def fold(code: Code, expression: Expression | None, function: GoFunction) -> Number | None:
    """The number that an expression has wherever it comes from; None when that is unknown or differs."""
    return code.remember_in(function.numbers, id(expression), None, lambda: _fold(code, expression, function))


def _fold(code: Code, expression: Expression | None, function: GoFunction) -> Number | None:
    match expression:
        case None:
            return None
        case Literal():
            return _literal(expression)
        case Unary(operator="-" | "+"):
            inner = fold(code, expression.operand, function)
            return inner and (inner._replace(value=-inner.value) if expression.operator == "-" else inner)
        case Binary():
            left, right = fold(code, expression.left, function), fold(code, expression.right, function)
            return None if left is None or right is None else _calculate(expression.operator, left, right)
        case Call() if (default := kingpin_default(expression)) is not None:
            return default
        case Call() if (choose := _CHOOSING.get(callee_of(code, expression, function).name)) is not None:
            return _chosen(choose, [fold(code, argument, function) for argument in expression.arguments])
        case Selector():
            target = reference(code, expression, function)
            if target.name in DURATION_CONSTANTS:
                return Number(DURATION_CONSTANTS[target.name], has_unit=True)
        case Name(local=-1, text=name) if package_variable(code, name, function.file) is None and "time" in function.file.dot_imports:
            if f"time.{name}" in DURATION_CONSTANTS:
                return Number(DURATION_CONSTANTS[f"time.{name}"], has_unit=True)
    found = {_number_of(code, origin) for origin in origins(code, expression, function)}
    return found.pop() if len(found) == 1 else None


_CHOOSING: Final[dict[str, Callable[[list[Number]], Number]]] = {
    "max": lambda numbers: max(numbers, key=_value_of),
    "min": lambda numbers: min(numbers, key=_value_of),
    "cmp.Or": lambda numbers: next((number for number in numbers if number.value), numbers[-1]),
}
"""Functions that give one of their arguments."""


def _value_of(number: Number) -> int | float:
    return number.value


def _chosen(choose: Callable[[list[Number]], Number], arguments: list[Number | None]) -> Number | None:
    known = [number for number in arguments if number is not None]
    return choose(known) if known and len(known) == len(arguments) else None


def _number_of(code: Code, origin: Origin) -> Number | None:
    match origin.kind:
        case "constant" if origin.function is not None:
            number = fold(code, origin.node, origin.function)
            return number and number._replace(is_default=number.is_default or origin.name == DEFAULT)
        case "zero":
            return Number(0)
        case "function" | "variable" if origin.name in DURATION_CONSTANTS:
            return Number(DURATION_CONSTANTS[origin.name], has_unit=True)
        case "variable" if origin.name.startswith(_DEFAULT_TRANSPORT):
            name = origin.name.removeprefix(_DEFAULT_TRANSPORT)
            return Number(DEFAULT_TRANSPORT[name], has_unit=name.endswith("Timeout")) if name in DEFAULT_TRANSPORT else None
        case "call" if origin.function is not None and isinstance(origin.node, Call):
            if origin.name == "time.ParseDuration" and origin.position == 0 and origin.node.arguments:
                return _from_text(_only_literal(code, origin.node.arguments[0], origin.function))
            if origin.name in _FLAGS and len(origin.node.arguments) >= 3:
                default = fold(code, origin.node.arguments[-2], origin.function)
                return default and default._replace(is_default=True)
            return kingpin_default(origin.node)
    return None


def kingpin_default(call: Call) -> Number | None:
    """The default of ``app.Flag("timeout", "…").Default("10s").Duration()``."""
    match call:
        case Call(function=Selector(name="Duration", operand=Call(function=Selector(name="Default"), arguments=(Literal() as text,)))):
            return _from_text(text, is_default=True)
    return None


def _only_literal(code: Code, text: Expression, function: GoFunction) -> Literal | None:
    """The one literal that a text comes from."""
    nodes = {origin.node if origin.name != DEFAULT else None for origin in origins(code, text, function)}
    node = nodes.pop() if len(nodes) == 1 else None
    return node if isinstance(node, Literal) else None


def _from_text(literal: Literal | None, *, is_default: bool = False) -> Number | None:
    duration = parse_duration(literal.text) if literal is not None and literal.kind == "string" else None
    return None if duration is None else Number(int(duration), has_unit=True, is_default=is_default)


def _literal(literal: Literal) -> Number | None:
    text = literal.text.replace("_", "").lower()
    if len(text) > _MAX_DIGITS:
        return None
    try:
        if literal.kind == "int":
            # A leading 0 alone means octal in Go, which Python refuses.
            return Number(int(text, 8) if text.isdigit() and text.startswith("0") and len(text) > 1 else int(text, 0))
        return Number(float(text)) if literal.kind == "float" and not text.startswith("0x") else None
    except (ValueError, OverflowError):
        return None


def _calculate(operator: str, left: Number, right: Number) -> Number | None:
    value = _arithmetic(operator, left.value, right.value)
    if value is None or abs(value) > _LARGEST:
        return None
    # `d / time.Second` counts seconds: the unit is divided away.
    has_unit = left.has_unit and not right.has_unit if operator == "/" else left.has_unit or right.has_unit
    return Number(value, has_unit, left.is_default or right.is_default)


def _arithmetic(operator: str, left: int | float, right: int | float) -> int | float | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            if isinstance(left, int) and isinstance(right, int):
                # Go truncates toward zero.
                return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return left / right
        case "%" if right and isinstance(left, int) and isinstance(right, int) and left >= 0 and right > 0:
            return left % right
        case "<<" if isinstance(left, int) and isinstance(right, int) and 0 <= right < 64:
            return left << right
        case ">>" if isinstance(left, int) and isinstance(right, int) and 0 <= right < 64:
            return left >> right
    return None


def duration_of(code: Code, expression: Expression | None, function: GoFunction) -> int | None:
    """The nanoseconds that a duration expression has; None when unknown."""
    number = fold(code, expression, function)
    return None if number is None else int(number.value)


class Written(NamedTuple):
    """One number that a value may be, with the expression it is written as."""

    number: Number
    expression: Expression
    function: GoFunction


def written_numbers(code: Code, expression: Expression | None, function: GoFunction) -> tuple[Written, ...]:
    """Every number in view that a value may be; unlike ``fold``, which wants them to be one, each stands for itself."""
    found: dict[Written, None] = {}
    for origin in origins(code, expression, function):
        number = _number_of(code, origin)
        if number is not None and origin.node is not None and origin.function is not None:
            found[Written(number, origin.node, origin.function)] = None
    return tuple(found)
