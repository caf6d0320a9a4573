"""Where code reads environment variables and declares or reads flags: the calls, literals and struct tags that name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import Call, Composite, Name, Selector, Unary
from netlint.golang.syntax import Literal as GoLiteral
from netlint.knowledge.go_inputs import (
    FLAG_KINDS,
    FLAG_PACKAGES,
    KINGPIN_ENDS,
    URFAVE_FLAGS,
    URFAVE_READERS,
    VARIABLES,
)
from netlint.model.code.types import callee_of, composite_type
from netlint.model.code.values import literal_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


class Option(NamedTuple):
    """A variable or flag as one place of the code names it, in ``function``.

    ``name`` and ``default`` are expressions; the default is None for an empty text. ``variables`` name the environment variables that are
    asked when a flag is not given, the first first.
    """

    kind: Literal["env", "flag"]
    name: Expression
    default: Expression | None
    function: GoFunction
    variables: tuple[Expression, ...] = ()
    is_required: bool = False


_DECLARING: Final = re.compile(rf"(?:{'|'.join(sorted(FLAG_KINDS, key=len, reverse=True))})(?P<bound>Var)?(?P<short>P)?")
_READING: Final = re.compile(rf"Get(?:{'|'.join(sorted(FLAG_KINDS, key=len, reverse=True))})")


def variable_read(code: Code, call: Call, function: GoFunction) -> Option | None:
    """The environment variable that a call out of view reads."""
    form = VARIABLES.get(callee_of(code, call, function).name)
    if form is None or len(call.arguments) <= max(form.name, form.default):
        return None
    return Option("env", call.arguments[form.name], call.arguments[form.default] if form.default >= 0 else None, function)


def flag_declared(code: Code, call: Call, function: GoFunction) -> Option | None:
    """The flag that a call declares: of ``flag``, pflag, cobra or kingpin. It gives a pointer to the value, or takes one."""
    if not isinstance(call.function, Selector):
        return None
    kingpin = _kingpin_flag(call, function)
    if kingpin is not None:
        return kingpin
    form = _DECLARING.fullmatch(call.function.name)
    if form is None:
        return None
    callee = callee_of(code, call, function)
    # pointer, name, (shorthand,) default, usage
    first = 1 if form["bound"] else 0
    if len(call.arguments) != first + 3 + (1 if form["short"] else 0) or call.spread or callee.declaration is not None:
        return None
    if not callee.name.startswith(FLAG_PACKAGES) and (callee.name or not _is_text(call.arguments[first])):
        return None
    return Option("flag", call.arguments[first], call.arguments[-2], function)


def _is_text(expression: Expression) -> bool:
    return isinstance(expression, GoLiteral) and expression.kind == "string"


def _kingpin_flag(call: Call, function: GoFunction) -> Option | None:
    """Of ``app.Flag("wait", "…").Default("10s").Envar("WAIT").Duration()``, or ``.DurationVar(&wait)``."""
    assert isinstance(call.function, Selector)
    if call.function.name.removesuffix("Var") not in KINGPIN_ENDS:
        return None
    default: Expression | None = None
    variables: tuple[Expression, ...] = ()
    is_required = False
    inner = call.function.operand
    while isinstance(inner, Call) and isinstance(inner.function, Selector):
        match inner.function.name, inner.arguments:
            case "Flag", (name, _):
                return Option("flag", name, default, function, variables, is_required)
            case "Default", (value, *_):
                default = default or value
            case "Envar" | "OverrideDefaultFromEnvar", (value,):
                variables = (value,)
            case "Required", ():
                is_required = True
        inner = inner.function.operand
    return None


def takes_pointer(call: Call) -> bool:
    """Whether a call that declares a flag is given the pointer to its variable, first of all."""
    return isinstance(call.function, Selector) and _VAR.search(call.function.name) is not None


_VAR: Final = re.compile(r"VarP?$")


def flag_read(code: Code, call: Call, function: GoFunction) -> Expression | None:
    """The name of the flag whose value a call gives: ``cmd.Flags().GetString("listen")``, ``c.String("listen")`` of urfave/cli."""
    if not isinstance(call.function, Selector) or len(call.arguments) != 1:
        return None
    callee = callee_of(code, call, function)
    if callee.name in URFAVE_READERS:
        return call.arguments[0]
    if callee.declaration is None and _READING.fullmatch(call.function.name) and _is_flag_set(call.function.operand, callee.name):
        return call.arguments[0]
    return None


def _is_flag_set(operand: Expression, name: str) -> bool:
    if name.startswith(FLAG_PACKAGES):
        return True
    return isinstance(operand, Call) and isinstance(operand.function, Selector) and operand.function.name in ("Flags", "PersistentFlags")


def urfave_flag(code: Code, literal: Composite, function: GoFunction) -> tuple[Option, Expression | None] | None:
    """The flag that a literal of urfave/cli declares, and the pointer to its variable."""
    type = composite_type(code, literal, function)
    if type not in URFAVE_FLAGS:
        return None
    fields = dict(literal_fields(code, type, literal))
    if "Name" not in fields:
        return None
    required = fields.get("Required")
    return (
        Option(
            "flag",
            fields["Name"],
            fields.get("Value"),
            function,
            _urfave_variables(fields),
            is_required=isinstance(required, Name) and required.text == "true",
        ),
        fields.get("Destination"),
    )


def _urfave_variables(fields: dict[str, Expression]) -> tuple[Expression, ...]:
    """Of ``EnvVars: []string{…}`` (2), ``Sources: cli.EnvVars(…)`` (3) and ``EnvVar: "…"`` (1)."""
    match fields:
        case {"EnvVars": Composite(elements=elements)}:
            return tuple(element.value for element in elements)
        case {"Sources": Call(function=Selector(name="EnvVars"), arguments=arguments)}:
            return arguments
        case {"EnvVar": name}:
            return (name,)
    return ()


class Declared(NamedTuple):
    """A flag with the call or literal that declares it."""

    option: Option
    node: Call | Composite
    pointer: Expression | None


def declared_flags(code: Code) -> tuple[Declared, ...]:
    """Every flag that the code declares."""
    return code.keep("declared flags", lambda: tuple(_declared_flags(code)))


def _declared_flags(code: Code) -> Iterator[Declared]:
    for function in code.functions:
        for call in function.body.calls:
            option = flag_declared(code, call, function)
            if option is not None:
                yield Declared(option, call, call.arguments[0] if takes_pointer(call) and call.arguments else None)
        for literal in function.body.composites:
            found = urfave_flag(code, literal, function)
            if found is not None:
                yield Declared(found[0], literal, found[1])


def bound_variable(pointer: Expression | None) -> Expression | None:
    """What a pointer ``&x`` points at."""
    return pointer.operand if isinstance(pointer, Unary) and pointer.operator == "&" else None
