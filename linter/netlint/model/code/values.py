"""Where a value comes from: through variables, fields, parameters, helpers and conversions, to the literals that make it.

``origins`` is the question. Whatever cannot be followed is an origin of kind ``unknown``, so that a rule which wants to know asks for all
origins to be of the kinds it understands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from netlint.golang.syntax import (
    NOT_LOCAL,
    Binary,
    Call,
    Composite,
    FunctionLiteral,
    Index,
    Literal,
    Name,
    Selector,
    TypeAssertion,
    Unary,
)
from netlint.knowledge.go_settings import WATCHED_FIELDS
from netlint.model.code.calls import calls_of, calls_of_declaration, calls_written_like, in_order, index_calls
from netlint.model.code.types import (
    base_type,
    callee_of,
    composite_type,
    definitions_of,
    find_field,
    local_type,
    named_package,
    package_variable,
    reference,
    resolve_type,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.golang.facts import Function
    from netlint.golang.syntax import Assignment, Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFile, GoFunction, GoPackage

_MAX_ORIGINS: Final = 60
"""Origins of one value; beyond that nothing about it is sure."""

Given: TypeAlias = "tuple[Expression | None, int, GoFunction]"
"""What something is given in a function: a value and -1, a call and which of its results, or None for what is unknown."""


class Origin(NamedTuple):
    """One place that a value may come from.

    ``kind``:

    * ``made``: a composite literal or ``new(T)`` at ``node``; ``name`` is its type.
    * ``zero``: a variable declared without a value; ``node`` is its name, ``name`` its type.
    * ``call``: the result ``position`` of a call of a function out of view; ``name`` is the function, ``node`` the call.
    * ``variable``: a variable of a package out of view, or a field of an object that a function out of view made; ``name`` says which.
    * ``constant``: a literal, or an expression of them; ``name`` is ``DEFAULT`` when a flag may put something else in its place.
    * ``function``: a function, method value or function literal; ``name`` as of a callee.
    * ``parameter``: of the function ``function``; ``position`` counts its parameters from 0, the receiver is -1.
    * ``nil``, ``unknown``.

    ``function`` is where ``node`` stands.
    """

    kind: str
    name: str
    node: Expression | None
    function: GoFunction | None
    position: int = 0


DEFAULT: Final = "default"
UNKNOWN: Final = Origin("unknown", "", None, None)


def origins(code: Code, expression: Expression | None, function: GoFunction) -> tuple[Origin, ...]:
    """Where the value of ``expression`` in ``function`` comes from, parameters followed to the calls in view."""
    result: dict[Origin, None] = {}
    for origin in open_origins(code, expression, function):
        if origin.kind == "parameter" and origin.function is not None:
            result |= dict.fromkeys(_parameter_origins(code, origin))
        else:
            result[origin] = None
    return tuple(result) if len(result) <= _MAX_ORIGINS else (UNKNOWN,)


def _parameter_origins(code: Code, parameter: Origin) -> tuple[Origin, ...]:
    """What the calls in view pass for a parameter; the parameter itself when there are none."""
    question = ("parameter", id(parameter.function), parameter.position)
    return code.remember(question, (UNKNOWN,), lambda: _passed_origins(code, parameter))


def _passed_origins(code: Code, parameter: Origin) -> tuple[Origin, ...]:
    found: dict[Origin, None] = {}
    for argument, caller in arguments_of(code, parameter.function, parameter.position) if parameter.function else ():
        # A function that hands its own parameter on to itself adds nothing.
        if caller is not parameter.function or open_origins(code, argument, caller) != (parameter,):
            found |= dict.fromkeys(origins(code, argument, caller))
        if len(found) > _MAX_ORIGINS:
            return (UNKNOWN,)
    return tuple(found) or (parameter,)


def open_origins(code: Code, expression: Expression | None, function: GoFunction) -> tuple[Origin, ...]:
    """As ``origins``, but a parameter of a function is an origin itself."""
    known = function.origins.get(id(expression))
    if known is None:
        return code.remember_in(function.origins, id(expression), (UNKNOWN,), lambda: _distinct(_origins(code, expression, function)))
    return known


def _distinct(found: Iterable[Origin]) -> tuple[Origin, ...]:
    distinct = tuple(dict.fromkeys(found))
    return distinct if len(distinct) <= _MAX_ORIGINS else (UNKNOWN,)


def _origins(code: Code, expression: Expression | None, function: GoFunction) -> Iterator[Origin]:
    match expression:
        case Composite():
            yield Origin("made", composite_type(code, expression, function), expression, function)
        case Unary(operator="&" | "*"):
            yield from open_origins(code, expression.operand, function)
        case TypeAssertion():
            yield from _asserted_origins(code, expression, function)
        case Literal() | Binary() | Unary(operator="-" | "+"):
            yield Origin("constant", "", expression, function)
        case FunctionLiteral():
            yield Origin("function", "", expression, function)
        case Name():
            yield from _origins_of_name(code, expression, function)
        case Selector():
            yield from _origins_of_selector(code, expression, function)
        case Call():
            yield from _origins_of_call(code, expression, function, 0)
        case Index():
            target = reference(code, expression, function)
            yield Origin("function", target.name, expression, function) if target.declaration else UNKNOWN
        case _:
            yield UNKNOWN


def _asserted_origins(code: Code, assertion: TypeAssertion, function: GoFunction) -> Iterator[Origin]:
    """Of ``v.(time.Duration)``: a plain constant in an interface is an ``int`` or a ``string``, and never passes for another type."""
    type = resolve_type(code, assertion.type, function.file, function)
    found = open_origins(code, assertion.operand, function)
    fitting = [origin for origin in found if origin.kind != "constant" or "." not in type or _may_be(code, origin, type)]
    yield from fitting or (UNKNOWN,)


def _may_be(code: Code, constant: Origin, type: str) -> bool:
    found = type_of(code, constant.node, constant.function) if constant.function is not None else ""
    return found in ("", type)


def _origins_of_name(code: Code, name: Name, function: GoFunction) -> Iterator[Origin]:
    if name.local == NOT_LOCAL:
        if name.text == "nil":
            yield Origin("nil", "", name, function)
            return
        found = package_variable(code, name.text, function.file)
        if found is not None:
            yield from _origins_of_variable(code, *found)
            return
        target = reference(code, name, function)
        yield Origin("function", target.name, name, function) if target.declaration and not target.is_conversion else UNKNOWN
        return
    variable = function.body.locals[name.local]
    if variable.kind in ("parameter", "receiver"):
        index = parameter_index(function.declaration, name.local)
        yield Origin("parameter", "", name, function, index) if index is not None else UNKNOWN
    for definition in definitions_of(code, name.local, function):
        match definition.how:
            case "value":
                yield from open_origins(code, definition.value, function)
            case "result" if isinstance(definition.value, Call):
                yield from _origins_of_call(code, definition.value, function, definition.position)
            case "result" if definition.position == 0 and isinstance(definition.value, TypeAssertion):
                yield from open_origins(code, definition.value, function)
            case "zero" if _is_bound(code, name.local, function):
                continue
            case "zero":
                type = resolve_type(code, variable.type, function.file, function)
                place = Name(variable.start, variable.end, variable.name, name.local)
                yield Origin("nil" if _is_nilable(type) else "zero", type, place, function, name.local)
            case _:
                yield UNKNOWN
    if not variable.type or not _is_watched_object(code, name.local, function):
        yield from _origins_through_pointer(code, name.local, function)
    if variable.kind == "result" and not definitions_of(code, name.local, function):
        yield UNKNOWN


def _is_nilable(type: str) -> bool:
    """Whether a variable of the type is nil until it is given something."""
    return type.startswith("*") or type == "net/http.RoundTripper"


def _is_watched_object(code: Code, local: int, function: GoFunction) -> bool:
    return base_type(local_type(code, local, function)) in WATCHED_FIELDS


def _is_bound(code: Code, local: int, function: GoFunction) -> bool:
    """Whether a flag is bound to the variable, so that its default is what it holds at first."""
    taken = code.keep(("addresses", id(function)), lambda: _addresses(function))
    return any(bound_default(code, call, position, function) is not None for call, position in taken.get(local, ()))


def _origins_through_pointer(code: Code, local: int, function: GoFunction) -> Iterator[Origin]:
    """What a variable gets by a call that takes its address: the default of a flag, or something unknown."""
    taken = code.keep(("addresses", id(function)), lambda: _addresses(function))
    for call, position in taken.get(local, ()):
        default = bound_default(code, call, position, function)
        yield UNKNOWN if default is None else Origin("constant", DEFAULT, default, function)


def _addresses(function: GoFunction) -> dict[int, list[tuple[Call, int]]]:
    """The calls that take the address of a variable, by variable, each with the place of the argument."""
    taken: dict[int, list[tuple[Call, int]]] = {}
    for call in function.body.calls:
        for position, argument in enumerate(call.arguments):
            if isinstance(argument, Unary) and argument.operator == "&" and isinstance(argument.operand, Name):
                taken.setdefault(argument.operand.local, []).append((call, position))
    return taken


def bound_default(code: Code, call: Call, position: int, function: GoFunction) -> Expression | None:
    """The default that a call binds to the variable whose address is its argument at ``position``; None when it binds no flag."""
    name = callee_of(code, call, function).name
    if position == 0 and len(call.arguments) >= 4 and (name in _BINDERS or (not name and _looks_like_binder(call))):
        return call.arguments[-2]
    match call.function:
        case Selector(name="DurationVar", operand=Call(function=Selector(name="Default"), arguments=(Literal(),))) as selector:
            # Kept, for what is found out about an expression is remembered by its identity.
            made = Call(call.start, call.end, selector._replace(name="Duration"), (), spread=False)
            return code.keep(("kingpin", id(call)), lambda: made)
    return None


def _looks_like_binder(call: Call) -> bool:
    """Whether a method of an unknown type is called as those of flag sets are: ``flags.DurationVar(&d, "wait", time.Second, "…")``."""
    return (
        isinstance(call.function, Selector)
        and _BINDER.fullmatch(call.function.name) is not None
        and isinstance(call.arguments[1], Literal)
        and call.arguments[1].kind == "string"
    )


def parameter_index(declaration: Function, local: int) -> int | None:
    """Which parameter a variable of the function is (-1: the receiver); None for one of a function literal."""
    if declaration.receiver is not None and declaration.receiver.local == local:
        return -1
    for index, parameter in enumerate(declaration.parameters):
        if parameter.local == local:
            return index
    return None


def _origins_of_variable(code: Code, file: GoFile, name: str) -> Iterator[Origin]:
    variable = file.package.variables[name][1]
    holder = file.package.globals[file.path]
    assigned = _variable_assignments(code).get((file.package.path, name), ())
    if variable.value is None and any(value is not None and id(value) in _flag_defaults(code) for value, _, _ in assigned):
        pass
    elif variable.value is None:
        type, place = resolve_type(code, variable.type, file), Name(variable.start, variable.end, name, NOT_LOCAL)
        yield Origin("nil" if _is_nilable(type) else "zero", type, place, holder, NOT_LOCAL - 1 - variable.start)
    elif variable.position >= 0 and isinstance(variable.value, Call):
        yield from _origins_of_call(code, variable.value, holder, variable.position)
    else:
        yield from open_origins(code, variable.value, holder)
    for value, index, setter in assigned:
        yield from _origins_of_given(code, value, index, setter)


def _origins_of_given(code: Code, value: Expression | None, index: int, function: GoFunction) -> Iterator[Origin]:
    """Of what an assignment gives: a value of its own (index -1), or a result of a call."""
    if value is None:
        yield UNKNOWN
    elif id(value) in _flag_defaults(code):
        yield Origin("constant", DEFAULT, value, function)
    elif index < 0:
        yield from open_origins(code, value, function)
    elif isinstance(value, Call):
        yield from _origins_of_call(code, value, function, index)
    else:
        yield UNKNOWN


def _origins_of_selector(code: Code, selector: Selector, function: GoFunction) -> Iterator[Origin]:
    operand = selector.operand
    path = named_package(operand, function)
    if path is not None:
        package = code.packages.get(path)
        if package is None:
            yield Origin("variable", f"{path}.{selector.name}", selector, function)
            for value, index, setter in _variable_assignments(code).get((path, selector.name), ()):
                yield from _origins_of_given(code, value, index, setter)
        elif selector.name in package.variables:
            yield from _origins_of_variable(code, package.variables[selector.name][0], selector.name)
        elif selector.name in package.functions:
            yield Origin("function", f"{path}.{selector.name}", selector, function)
        else:
            yield UNKNOWN
        return
    held = find_field(code, type_of(code, operand, function), selector.name)
    if held is not None:
        yield from _origins_of_field(code, held, selector, function)
        return
    target = reference(code, selector, function)
    if target.name and not target.is_conversion:
        yield Origin("function", target.name, selector, function)
    else:
        yield UNKNOWN


class FieldCell(NamedTuple):
    """Everything in view that a field of a struct type is given: the value, or the call and which result of it (-1: itself).

    ``left_out``: literals of the type that do not set it; none when a flag does. ``is_open``: something out of view may set it (decoding,
    a pointer to it).
    """

    given: tuple[Given, ...]
    left_out: tuple[tuple[Composite, GoFunction], ...]
    is_open: bool


def field_cell(code: Code, type: str, name: str) -> FieldCell:
    """What the field ``name`` of the struct type is given anywhere in view."""
    cells = _field_cells(code)
    given = tuple(cells.given.get((type, name), ()))
    left_out = tuple(
        made for made in cells.composites.get(type, ()) if all(field != name for field, _ in literal_fields(code, type, made[0]))
    )
    is_bound = any(value is not None and id(value) in _flag_defaults(code) for value, _, _ in given)
    is_open = (type, name) in cells.open or is_filled(code, type, name)
    return FieldCell(given, () if is_bound else left_out, is_open)


def given_to(code: Code, type: str, name: str) -> Iterable[Given]:
    """What the field ``name`` of the struct type is given by code that names it."""
    return _field_cells(code).given.get((type, name), ())


def is_filled(code: Code, type: str, name: str) -> bool:
    """Whether something that names no field, such as decoding, or a function whose body was not kept may set the field."""
    if _has_decoding_tag(code, type, name) or _is_given_elsewhere(code, type, name):
        return True
    return name[:1].isupper() and type in _decoded_types(code)


def _is_given_elsewhere(code: Code, type: str, name: str) -> bool:
    """Whether a function whose body was not kept gives a field of that name something: in the type's package, or in any if exported."""
    if type in WATCHED_FIELDS:
        return False
    if name[:1].isupper():
        everywhere = (_fields_elsewhere(code, package) for package in code.packages.values())
        return name in code.keep("exported fields elsewhere", lambda: frozenset().union(*everywhere))
    package = code.packages.get(type.rpartition(".")[0])
    return package is not None and name in _fields_elsewhere(code, package)


def _fields_elsewhere(code: Code, package: GoPackage) -> frozenset[str]:
    question = ("fields elsewhere", id(package))
    return code.keep(question, lambda: frozenset().union(*(file.facts.fields_elsewhere for file in package.files)))


def _has_decoding_tag(code: Code, type: str, name: str) -> bool:
    from netlint.model.code.types import struct_fields

    declared = struct_fields(code, type)
    return declared is not None and any(entry.name == name and ":" in entry.tag for entry in declared[1])


def _origins_of_field(code: Code, held: tuple[str, str], selector: Selector, function: GoFunction) -> Iterator[Origin]:
    """Of a field, by the type that holds it and its own."""
    type, field_type = held
    if type in WATCHED_FIELDS:
        yield from _origins_in_objects(code, type, selector, function)
        return
    cell = field_cell(code, type, selector.name)
    if cell.is_open or not cell.given:
        yield UNKNOWN
    for value, index, giver in cell.given:
        yield from _origins_of_given(code, value, index, giver)
    if cell.left_out and cell.given:
        # A literal that leaves the field out may be another object, or one whose field is set later.
        yield Origin("nil" if _is_nilable(field_type) else "zero", "", None, None)


def _origins_in_objects(code: Code, type: str, selector: Selector, function: GoFunction) -> Iterator[Origin]:
    """What a field of a watched type holds: that of the objects it is read from, for programs have many of a kind."""
    setters = setters_of(code, type, selector.name)
    for held in origins(code, selector.operand, function):
        if held.kind == "nil":
            continue
        is_made_elsewhere = held.kind in ("call", "variable")
        if is_made_elsewhere:
            yield Origin("variable", f"{held.name}.{selector.name}", selector, function)
        elif held.kind not in ("made", "zero"):
            yield UNKNOWN
            continue
        if isinstance(held.node, Composite) and held.function is not None:
            for name, value in literal_fields(code, type, held.node):
                if name == selector.name:
                    yield from _origins_of_given(code, value, -1, held.function)
        if not is_made_elsewhere:
            yield Origin("zero", "", None, None)
        for setter in setters:
            if any(_is_same_object(held, other) for other in origins(code, setter.target.operand, setter.function)):
                yield from _origins_of_given(code, setter.value, setter.position, setter.function)


def _is_same_object(one: Origin, other: Origin) -> bool:
    if one.kind == "zero":
        return other.kind == "zero" and one.function is other.function and one.position == other.position
    if one.kind == "variable":
        return other.kind == "variable" and one.name == other.name
    return one.node is other.node


def _origins_of_call(code: Code, call: Call, function: GoFunction, index: int) -> Iterator[Origin]:
    callee = callee_of(code, call, function)
    if callee.is_conversion and len(call.arguments) == 1:
        yield from open_origins(code, call.arguments[0], function)
        return
    if callee.name == "new" and call.arguments and isinstance(call.arguments[0], Composite | Call | Literal | Binary):
        # Of a value, since Go 1.26: a pointer to a copy of it.
        yield from open_origins(code, call.arguments[0], function)
        return
    if callee.name == "new" and call.arguments:
        yield Origin("made", resolve_type(code, call.arguments[0], function.file, function), call, function)
        return
    if callee.name in ("cmp.Or", "max", "min"):
        for argument in call.arguments:
            yield from open_origins(code, argument, function)
        return
    if callee.declaration is None and _is_kingpin_default(call):
        yield Origin("constant", "", call, function)
        return
    if callee.declaration is None:
        yield Origin("call", callee.name, call, function, index) if callee.name else UNKNOWN
        return
    file, declaration = callee.declaration
    if declaration.body is None:
        yield UNKNOWN
        return
    body = body_of(code, file, declaration)
    for origin in returned_origins(code, body, index):
        if origin.kind != "parameter" or origin.function is not body:
            yield origin
            continue
        passed = argument_at(call, declaration, origin.position, callee.receiver)
        if passed is None:
            yield UNKNOWN
        else:
            yield from open_origins(code, passed, function)


def _is_kingpin_default(call: Call) -> bool:
    """Whether a call ends ``app.Flag("wait", "…").Default("10s").Duration()``."""
    match call.function:
        case Selector(name="Duration", operand=Call(function=Selector(name="Default"), arguments=(Literal(),))):
            return True
    return False


def body_of(code: Code, file: GoFile, declaration: Function) -> GoFunction:
    """The function with its body that a declaration belongs to."""
    bodies = code.keep(("bodies", id(file.package)), lambda: {id(item.declaration): item for item in file.package.bodies.values()})
    return bodies[id(declaration)]


def returned_origins(code: Code, function: GoFunction, position: int) -> tuple[Origin, ...]:
    """Where the result ``position`` of a function comes from, over all its returns; its own parameters are origins."""
    question = ("returned", id(function), position)
    return code.remember(question, (UNKNOWN,), lambda: _returned_origins(code, function, position))


def _returned_origins(code: Code, function: GoFunction, position: int) -> tuple[Origin, ...]:
    found: dict[Origin, None] = {}
    results = function.declaration.results
    for statement in function.body.returns:
        if len(statement.values) > position and len(statement.values) == len(results):
            found |= dict.fromkeys(open_origins(code, statement.values[position], function))
        elif len(statement.values) == 1 and isinstance(statement.values[0], Call):
            found |= dict.fromkeys(_origins_of_call(code, statement.values[0], function, position))
        elif not statement.values and position < len(results):
            result = results[position]
            # Not by way of open_origins, which remembers by identity, and this name lives for a moment only.
            named = Name(result.start, result.end, result.name, result.local)
            found |= dict.fromkeys(_origins_of_name(code, named, function) if result.local != NOT_LOCAL else (UNKNOWN,))
    # `return nil, err` says nothing of what the caller works with.
    return _distinct(origin for origin in found if origin.kind != "nil") or tuple(found)


def argument_at(call: Call, declaration: Function, index: int, receiver: Expression | None) -> Expression | None:
    """The argument that a call passes for parameter ``index``; None when it is one of a spread or variadic list."""
    if index < 0:
        return receiver
    if index >= len(call.arguments) or declaration.parameters[index].variadic or call.spread:
        return None
    return call.arguments[index]


def arguments_of(code: Code, function: GoFunction, index: int) -> tuple[tuple[Expression, GoFunction], ...]:
    """What the calls in view pass for a parameter; empty when there is none, or one of them cannot be read."""
    found = []
    for call, caller in callers_of(code, function):
        argument = argument_at(call, function.declaration, index, callee_of(code, call, caller).receiver)
        if argument is None:
            return ()
        found.append((argument, caller))
    return tuple(found)


def callers_of(code: Code, function: GoFunction) -> tuple[tuple[Call, GoFunction], ...]:
    """The calls in view of a declared function, tests left out."""
    return tuple((item.call, item.function) for item in calls_of_declaration(code, function.declaration))


class Setter(NamedTuple):
    """``target = value`` for a field of a watched type; ``position`` says which result of a call it is, -1 a value of its own."""

    target: Selector
    value: Expression | None
    position: int
    function: GoFunction


def setters_of(code: Code, type: str, name: str) -> tuple[Setter, ...]:
    """The assignments in view to the field ``name`` of a watched type."""
    return tuple(_field_cells(code).setters.get((type, name), ()))


class _Cells(NamedTuple):
    given: dict[tuple[str, str], list[Given]]
    composites: dict[str, list[tuple[Composite, GoFunction]]]
    open: set[tuple[str, str]]
    setters: dict[tuple[str, str], list[Setter]]


_BINDER: Final = re.compile(r"(?:Duration|Int|String|Int64|Uint|Float64|Bool)VarP?")
_BINDERS: Final = frozenset(
    f"{prefix}{kind}Var{suffix}"
    for prefix in ("flag.", "flag.FlagSet.", "github.com/spf13/pflag.", "github.com/spf13/pflag.FlagSet.")
    for kind in ("Duration", "Int", "String", "Int64", "Uint", "Float64", "Bool")
    for suffix in ("", "P")
)
"""Functions that bind a flag to a variable: pointer, name, (shorthand,) default, usage."""


def _field_cells(code: Code) -> _Cells:
    return code.keep("cells", lambda: _collect_all_cells(code))


def _collect_all_cells(code: Code) -> _Cells:
    cells = _Cells({}, {}, set(), {})
    for function in code.functions:
        _collect_cells(code, function, cells)
    return cells


def _collect_cells(code: Code, function: GoFunction, cells: _Cells) -> None:
    for composite in function.body.composites:
        type = composite_type(code, composite, function)
        if not type or type.startswith(("[", "map")):
            continue
        cells.composites.setdefault(type, []).append((composite, function))
        for name, given in literal_fields(code, type, composite):
            cells.given.setdefault((type, name), []).append((given, -1, function))
    for assignment in function.body.assignments:
        for target, value, index in assigned_pairs(assignment):
            if isinstance(target, Selector):
                owner = _owner_of(code, target, function)
                if owner is not None:
                    cells.given.setdefault(owner, []).append((value, index, function))
                    if owner[0] in WATCHED_FIELDS:
                        cells.setters.setdefault(owner, []).append(Setter(target, value, index, function))
    for call in function.body.calls:
        for position, argument in enumerate(call.arguments):
            if isinstance(argument, Unary) and argument.operator == "&" and isinstance(argument.operand, Selector):
                owner = _owner_of(code, argument.operand, function)
                if owner is None:
                    continue
                default = bound_default(code, call, position, function)
                if default is not None:
                    cells.given.setdefault(owner, []).append((default, -1, function))
                elif base_type(type_of(code, argument.operand, function)) not in WATCHED_FIELDS:
                    cells.open.add(owner)


_DECODING: Final = re.compile(
    r"(?:Strict)?(?:Unmarshal|Decode|Bind|Load|Scan|Merge|Extract|Populate|Unpack)\w*|Parse|Process|ReadConfig|ReadEnv|NewDefaults|SetDefaults"
)
"""Names of functions out of view that fill the struct they are given a pointer to."""


def _decoded_types(code: Code) -> set[str]:
    """The struct types in view that something out of view decodes into, and those of their fields."""
    return code.keep("decoded types", lambda: code.apart(lambda: _collect_decoded(code)))


def _collect_decoded(code: Code) -> set[str]:
    found: set[str] = set()
    for _, call, function, callee in calls_written_like(code, _DECODING):
        if callee.declaration is None:
            for argument in call.arguments:
                _open_type(code, base_type(type_of(code, argument, function)), found)
    return found


def _open_type(code: Code, type: str, found: set[str]) -> None:
    """Note a struct type that something decodes into, and those of its fields."""
    from netlint.model.code.types import struct_fields

    type = type.removeprefix("map").replace("[]", "").lstrip("*")
    declared = struct_fields(code, type) if type not in found else None
    if declared is not None:
        found.add(type)
        file, fields = declared
        for entry in fields:
            _open_type(code, base_type(resolve_type(code, entry.type, file)), found)


def _owner_of(code: Code, selector: Selector, function: GoFunction) -> tuple[str, str] | None:
    type = type_of(code, selector.operand, function)
    if selector.name in WATCHED_FIELDS.get(base_type(type), ()):
        return base_type(type), selector.name
    held = find_field(code, type, selector.name)
    return (held[0], selector.name) if held is not None else None


def literal_fields(code: Code, type: str, composite: Composite) -> Iterator[tuple[str, Expression]]:
    """The fields that a struct literal sets, by name; those without keys by their place when the type is in view."""
    from netlint.model.code.types import struct_fields

    declared = None
    for place, element in enumerate(composite.elements):
        if isinstance(element.key, Name):
            yield element.key.text, element.value
        elif element.key is None:
            declared = declared or struct_fields(code, type)
            if declared is not None and place < len(declared[1]):
                yield declared[1][place].name, element.value


def assigned_pairs(assignment: Assignment) -> Iterator[tuple[Expression, Expression | None, int]]:
    """Each target with what it gets: a value of its own and -1, a call and which of its results, or nothing that is known."""
    if assignment.operator not in ("=", ":="):
        for target in assignment.targets:
            yield target, None, -1
    elif len(assignment.targets) == len(assignment.values):
        yield from zip(assignment.targets, assignment.values, (-1,) * len(assignment.targets), strict=True)
    else:
        for index, target in enumerate(assignment.targets):
            yield target, assignment.values[0] if assignment.values else None, index


def _variable_assignments(code: Code) -> dict[tuple[str, str], list[Given]]:
    """What package variables are set to inside functions, by package and name."""
    return code.keep("variable assignments", lambda: _collect_variable_assignments(code))


def _flag_defaults(code: Code) -> frozenset[int]:
    """The defaults of flags that are bound to variables and fields, by identity."""
    return code.keep(
        "flag defaults",
        lambda: frozenset(
            id(default)
            for _, call, function, _ in in_order((calls_of(code, _BINDERS), calls_written_like(code, _BINDER)))
            for default in (bound_default(code, call, 0, function),)
            if default is not None
        ),
    )


def _collect_variable_assignments(code: Code) -> dict[tuple[str, str], list[Given]]:
    found: dict[tuple[str, str], list[Given]] = {}
    for function in code.functions:
        for statement in function.body.assignments:
            for target, value, position in assigned_pairs(statement):
                variable = package_variable_of(code, target, function)
                if variable is not None:
                    found.setdefault(variable, []).append((value, position, function))
        for call in function.body.calls:
            for place, argument in enumerate(call.arguments):
                if isinstance(argument, Unary) and argument.operator == "&":
                    variable = package_variable_of(code, argument.operand, function)
                    if variable is not None and base_type(type_of(code, argument.operand, function)) not in WATCHED_FIELDS:
                        default = bound_default(code, call, place, function)
                        found.setdefault(variable, []).append((default, -1, function))
    return found


def package_variable_of(code: Code, target: Expression, function: GoFunction) -> tuple[str, str] | None:
    """Import path and name of the package variable that an expression means."""
    if isinstance(target, Name) and target.local == NOT_LOCAL:
        found = package_variable(code, target.text, function.file)
        return None if found is None else (found[0].package.path, target.text)
    if isinstance(target, Selector):
        path = named_package(target.operand, function)
        package = code.packages.get(path) if path is not None else None
        if package is not None:
            return (package.path, target.name) if target.name in package.variables else None
        return None if path is None else (path, target.name)
    return None


def assigned_to_variable(code: Code, path: str, name: str) -> tuple[Given, ...]:
    """What functions in view give the package variable; nothing known where they take its address."""
    return tuple(_variable_assignments(code).get((path, name), ()))


def is_flag_default(code: Code, value: Expression) -> bool:
    """Whether an expression is the default of a flag that is bound to a variable or field."""
    return id(value) in _flag_defaults(code)


def is_replaced(code: Code, path: str, name: str) -> bool:
    """Whether code in view sets the variable ``name`` of a package, such as ``http.DefaultClient``."""
    return (path, name) in _variable_assignments(code)


def index_values(code: Code) -> None:
    """Find out once, before any other question, what is given where: a question in the middle of others might get half an answer."""
    index_calls(code)
    _field_cells(code)
    _variable_assignments(code)
