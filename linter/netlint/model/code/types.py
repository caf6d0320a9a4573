"""What type an expression has and which function a call calls, as far as that is seen without a compiler.

A type is written with its import path (``*net/http.Client``, ``[]string``, ``map[]T``, ``func``); the empty text is an unknown one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

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
    Slice,
    TypeAssertion,
    TypeLiteral,
    Unary,
)
from netlint.knowledge.go_settings import WATCHED_FIELDS
from netlint.knowledge.go_types import FIELDS, RESULTS, UNIVERSE_TYPES, VARIABLES

if TYPE_CHECKING:
    from netlint.golang.facts import Definition, Function
    from netlint.golang.syntax import Expression, Field
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFile, GoFunction

_MANY: Final = 40
"""Definitions of one function, beyond which they are sorted by variable once; fewer are sooner gone over than kept in order."""
_MAX_DEPTH: Final = 40
"""Steps from one expression to the next before its type counts as unknown."""


class Callee(NamedTuple):
    """What a call calls.

    ``name``: ``net/http.Get``, ``net/http.Client.Do``, ``example.com/shop/db.Open``; a builtin by itself; empty when unknown.
    ``declaration``: where it is declared, when in view; ``receiver``: the value whose method it is.
    """

    name: str
    declaration: tuple[GoFile, Function] | None = None
    receiver: Expression | None = None
    is_conversion: bool = False


UNKNOWN_CALLEE: Final = Callee("")


def resolve_type(code: Code, type: Expression | None, file: GoFile, function: GoFunction | None = None, depth: int = 0) -> str:
    """The type that a type expression in ``file`` means."""
    if type is None or depth > _MAX_DEPTH:
        return ""
    match type:
        case Name():
            if type.local != NOT_LOCAL:
                return ""
            return _named_type(code, file, type.text, depth)
        case Selector(operand=Name(local=-1, text=package)):
            path = file.imports.get(package)
            return "" if path is None else _member_type(code, path, type.name, depth)
        case Unary(operator="*"):
            inner = resolve_type(code, type.operand, file, function, depth + 1)
            return inner and f"*{inner}"
        case Index():
            return resolve_type(code, type.operand, file, function, depth + 1)
        case TypeLiteral(kind="array"):
            inner = resolve_type(code, type.element, file, function, depth + 1)
            return f"[]{inner}"
        case TypeLiteral(kind="map"):
            inner = resolve_type(code, type.element, file, function, depth + 1)
            return f"map[]{inner}"
        case TypeLiteral(kind="channel"):
            return f"chan {resolve_type(code, type.element, file, function, depth + 1)}"
        case TypeLiteral(kind="function"):
            return "func"
    return ""


def _named_type(code: Code, file: GoFile, name: str, depth: int) -> str:
    if name in file.package.types:
        return _declared_type(code, file.package.path, name, depth)
    if name in UNIVERSE_TYPES:
        return name
    for path in file.dot_imports:
        package = code.packages.get(path)
        if package is None or name in package.types:
            return f"{path}.{name}"
    return ""


def _declared_type(code: Code, path: str, name: str, depth: int) -> str:
    package = code.packages.get(path)
    if package is not None and name in package.types and not package.types.is_outline(name):
        file, declaration = package.types[name]
        if declaration.is_alias:
            return resolve_type(code, declaration.type, file, depth=depth + 1)
    return f"{path}.{name}"


def _member_type(code: Code, path: str, name: str, depth: int) -> str:
    return _declared_type(code, path, name, depth)


def base_type(type: str) -> str:
    """The type without its pointers."""
    return type.lstrip("*")


def split_type(type: str) -> tuple[str, str]:
    """Import path and name of a named type."""
    path, _, name = base_type(type).rpartition(".")
    return path, name


def struct_fields(code: Code, type: str) -> tuple[GoFile, tuple[Field, ...]] | None:
    """The fields of a struct type that is declared in view, with the file that declares it."""
    path, name = split_type(type)
    package = code.packages.get(path)
    for _ in range(_MAX_DEPTH):
        if package is None or name not in package.types:
            return None
        file, declaration = package.types[name]
        if isinstance(declaration.type, TypeLiteral):
            return (file, declaration.type.fields) if declaration.type.kind == "struct" else None
        # `type Server http.Server`, `type Config base.Config`: the fields are those of the other.
        path, name = split_type(resolve_type(code, declaration.type, file))
        package = code.packages.get(path)
    return None


def find_field(code: Code, type: str, name: str, depth: int = 0) -> tuple[str, str] | None:
    """The type that really holds the field ``name`` of ``type`` (itself, or one embedded in it), and the field's type."""
    base = base_type(type)
    if f"{base}.{name}" in FIELDS:
        return base, FIELDS[f"{base}.{name}"]
    if name in WATCHED_FIELDS.get(base, {}):
        return base, WATCHED_FIELDS[base][name]
    declared = struct_fields(code, base)
    if declared is None or depth > 4:
        return None
    file, fields = declared
    for entry in fields:
        if entry.name == name:
            return base, resolve_type(code, entry.type, file)
    for entry in fields:
        if entry.embedded:
            inner = resolve_type(code, entry.type, file)
            found = find_field(code, inner, name, depth + 1)
            if found is not None:
                return found
    return None


def embedded_types(code: Code, type: str) -> tuple[str, ...]:
    """Types that a struct type embeds."""
    declared = struct_fields(code, type)
    if declared is None:
        return ()
    file, fields = declared
    return tuple(resolve_type(code, entry.type, file) for entry in fields if entry.embedded)


def type_of(code: Code, expression: Expression | None, function: GoFunction) -> str:
    """The type of an expression inside ``function``."""
    if type(expression) is Name and expression.local != NOT_LOCAL:
        # Most of what is asked for, and kept by variable.
        return local_type(code, expression.local, function)
    known = function.types.get(id(expression))
    if known is None:
        return code.remember_in(function.types, id(expression), "", lambda: _type_of(code, expression, function))
    return known


def _type_of(code: Code, expression: Expression | None, function: GoFunction) -> str:
    match expression:
        case Name():
            found = package_variable(code, expression.text, function.file)
            return "" if found is None else variable_type(code, *found)
        case Selector():
            return _type_of_selector(code, expression, function)
        case Call():
            return result_type(code, expression, function, 0)
        case Composite():
            return composite_type(code, expression, function)
        case Unary(operator="&"):
            inner = type_of(code, expression.operand, function)
            return inner and f"*{inner}"
        case Unary(operator="*"):
            return type_of(code, expression.operand, function).removeprefix("*")
        case Unary(operator="<-"):
            inner = type_of(code, expression.operand, function)
            return inner.removeprefix("chan ") if inner.startswith("chan ") else ""
        case Unary():
            return type_of(code, expression.operand, function)
        case Binary():
            if expression.operator in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
                return "bool"
            left = type_of(code, expression.left, function)
            return left if left not in ("", "untyped") else type_of(code, expression.right, function)
        case FunctionLiteral():
            return "func"
        case TypeAssertion():
            return resolve_type(code, expression.type, function.file, function)
        case Index():
            return _element_type(type_of(code, expression.operand, function))
        case Slice():
            return type_of(code, expression.operand, function)
        case Literal(kind="string"):
            return "string"
        case Literal():
            return "untyped"
    return ""


def _element_type(type: str) -> str:
    type = base_type(type)
    for prefix in ("[]", "map[]"):
        if type.startswith(prefix):
            return type[len(prefix) :]
    return ""


def variable_type(code: Code, file: GoFile, name: str) -> str:
    """The type of the package variable or constant ``name`` that ``file`` declares."""
    _, variable = file.package.variables[name]
    if variable.type is not None:
        return resolve_type(code, variable.type, file)
    holder = global_function(file)
    if variable.position >= 0:
        return result_type(code, variable.value, holder, variable.position) if isinstance(variable.value, Call) else ""
    return type_of(code, variable.value, holder)


def global_function(file: GoFile) -> GoFunction:
    """The function that stands for what the package variables of ``file`` are set to."""
    return file.package.globals[file.path]


def package_variable(code: Code, name: str, file: GoFile) -> tuple[GoFile, str] | None:
    """The file that declares the package variable which ``name`` means in ``file``."""
    if name in file.package.variables:
        return file.package.variables[name][0], name
    for path in file.dot_imports:
        package = code.packages.get(path)
        if package is not None and name in package.variables:
            return package.variables[name][0], name
    return None


def local_type(code: Code, local: int, function: GoFunction) -> str:
    """The type of a variable of ``function``: the one declared, or that of the first thing it is given."""
    known = function.local_types.get(local)
    if known is None:
        return code.remember_in(function.local_types, local, "", lambda: _local_type(code, local, function))
    return known


def _local_type(code: Code, local: int, function: GoFunction) -> str:
    variable = function.body.locals[local] if local < len(function.body.locals) else None
    if variable is None:
        return ""
    if variable.type is not None:
        return resolve_type(code, variable.type, function.file, function)
    for definition in definitions_of(code, local, function):
        match definition.how:
            case "value":
                found = type_of(code, definition.value, function)
            case "result":
                found = _type_of_result(code, definition.value, function, definition.position)
            case "range":
                found = _element_type(type_of(code, definition.value, function)) if definition.position == 1 else "int"
            case _:
                found = ""
        if found:
            return found
    return ""


def _type_of_result(code: Code, value: Expression | None, function: GoFunction, index: int) -> str:
    if isinstance(value, Call):
        return result_type(code, value, function, index)
    # `v, ok := m[k]`, `x.(T)`, `<-c`.
    return type_of(code, value, function) if index == 0 else "bool"


def definitions_of(code: Code, local: int, function: GoFunction) -> tuple[Definition, ...]:
    """What a variable is given, in order."""
    definitions = function.body.definitions
    if len(definitions) > _MANY:
        return tuple(code.keep(("definitions", id(function)), lambda: _grouped(definitions)).get(local, ()))
    return tuple([item for item in definitions if item.local == local])


def _grouped(definitions: tuple[Definition, ...]) -> dict[int, list[Definition]]:
    grouped: dict[int, list[Definition]] = {}
    for definition in definitions:
        grouped.setdefault(definition.local, []).append(definition)
    return grouped


def composite_type(code: Code, composite: Composite, function: GoFunction) -> str:
    """The type of a composite literal, also of an inner one that leaves it out."""
    return code.keep(("composites", id(function)), lambda: _composite_types(code, function)).get(id(composite), "")


def _composite_types(code: Code, function: GoFunction) -> dict[int, str]:
    types: dict[int, str] = {}
    # An outer literal follows those inside it.
    for outer in reversed(function.body.composites):
        type = types.get(id(outer)) or resolve_type(code, outer.type, function.file, function)
        types[id(outer)] = type
        inner = _element_type(type)
        for element in outer.elements:
            if isinstance(element.value, Composite) and element.value.type is None:
                types[id(element.value)] = base_type(inner)
    return types


def result_type(code: Code, call: Call, function: GoFunction, index: int) -> str:
    """The type of result ``index`` of a call, or what a conversion converts to."""
    callee = callee_of(code, call, function)
    if callee.is_conversion:
        return callee.name
    if callee.declaration is not None:
        file, declaration = callee.declaration
        results = declaration.results
        return resolve_type(code, results[index].type, file) if index < len(results) else ""
    if callee.name == "new" and call.arguments:
        # Of a type, or since Go 1.26 of a value.
        inner = resolve_type(code, call.arguments[0], function.file, function) or type_of(code, call.arguments[0], function)
        return inner and f"*{inner}"
    if callee.name == "make" and call.arguments:
        return resolve_type(code, call.arguments[0], function.file, function)
    if callee.name == "append" and call.arguments:
        return type_of(code, call.arguments[0], function)
    known = results_out_of_view(code, callee.name)
    return known[index] if index < len(known) else ""


def results_out_of_view(code: Code, name: str) -> tuple[str, ...]:
    """The types of the results of a function whose body is not in view: one that is known, or a method of an interface in view."""
    known = RESULTS.get(name)
    if known is not None:
        return known
    method = interface_method(code, *name.rpartition(".")[::2])
    return tuple(resolve_type(code, result.type, method[0]) for result in method[1].results) if method is not None else ()


def interface_method(code: Code, type: str, name: str, depth: int = 0) -> tuple[GoFile, TypeLiteral] | None:
    """The signature of a method of an interface that is declared in view, with the file that declares it."""
    path, type_name = split_type(type)
    package = code.packages.get(path)
    if package is None or type_name not in package.types or package.types.is_outline(type_name) or depth > 4:
        return None
    file, declaration = package.types[type_name]
    if not isinstance(declaration.type, TypeLiteral) or declaration.type.kind != "interface":
        return None
    for entry in declaration.type.fields:
        if entry.embedded:
            inherited = interface_method(code, resolve_type(code, entry.type, file), name, depth + 1)
            if inherited is not None:
                return inherited
        elif entry.name == name and isinstance(entry.type, TypeLiteral):
            return file, entry.type
    return None


_BUILTINS: Final = frozenset(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover".split()
)


def callee_of(code: Code, call: Call, function: GoFunction) -> Callee:
    """What ``call`` calls."""
    known = function.callees.get(id(call))
    if known is None:
        return code.remember_in(function.callees, id(call), UNKNOWN_CALLEE, lambda: reference(code, call.function, function))
    return known


def reference(code: Code, expression: Expression, function: GoFunction, depth: int = 0) -> Callee:
    """The function, method or type that an expression in the place of a called one means."""
    if depth > 8:
        return UNKNOWN_CALLEE
    match expression:
        case Name():
            return _named_callee(code, expression, function, depth)
        case Selector():
            return _selected_callee(code, expression, function)
        case Index():
            return reference(code, expression.operand, function, depth + 1)
        case Unary(operator="*") | TypeLiteral():
            type = resolve_type(code, expression, function.file, function)
            return Callee(type, is_conversion=True) if type else UNKNOWN_CALLEE
        case FunctionLiteral():
            return Callee("func literal")
    return UNKNOWN_CALLEE


def _named_callee(code: Code, name: Name, function: GoFunction, depth: int) -> Callee:
    if name.local != NOT_LOCAL:
        given = definitions_of(code, name.local, function)
        # `get := http.Get`: a plain alias of a function.
        if len(given) == 1 and given[0].how == "value" and isinstance(given[0].value, Name | Selector | FunctionLiteral):
            return reference(code, given[0].value, function, depth + 1)
        return UNKNOWN_CALLEE
    package = function.file.package
    if name.text in package.functions:
        return Callee(f"{package.path}.{name.text}", package.functions[name.text])
    if name.text in package.types:
        return Callee(_declared_type(code, package.path, name.text, 0), is_conversion=True)
    if name.text in package.variables:
        return UNKNOWN_CALLEE
    for path in function.file.dot_imports:
        found = _member(code, path, name.text)
        if found.declaration is not None or f"{path}.{name.text}" in RESULTS:
            return found
    if name.text in _BUILTINS:
        return Callee(name.text)
    return Callee(name.text, is_conversion=True) if name.text in UNIVERSE_TYPES else UNKNOWN_CALLEE


def _member(code: Code, path: str, name: str) -> Callee:
    """What ``name`` of a package means where something is called."""
    members: dict[tuple[str, str], Callee] = code.keep("members", dict)
    found = members.get((path, name))
    if found is None:
        found = members[path, name] = _find_member(code, path, name)
    return found


def _find_member(code: Code, path: str, name: str) -> Callee:
    package = code.packages.get(path)
    if package is None:
        is_type = f"{path}.{name}" in _KNOWN_TYPES
        return Callee(f"{path}.{name}", is_conversion=is_type)
    if name in package.functions:
        return Callee(f"{path}.{name}", package.functions[name])
    if name in package.types:
        return Callee(_declared_type(code, path, name, 0), is_conversion=True)
    return UNKNOWN_CALLEE if name in package.variables else Callee(f"{path}.{name}")


_KNOWN_TYPES: Final = frozenset(
    (
        "time.Duration",
        "net/http.RoundTripper",
        "net/http.Handler",
        "net/http.HandlerFunc",
        "context.Context",
        "net/http.Client",
        "net/http.Transport",
    )
)


def _selected_callee(code: Code, selector: Selector, function: GoFunction) -> Callee:
    operand = selector.operand
    path = named_package(operand, function)
    if path is not None:
        return _member(code, path, selector.name)
    method = find_method(code, type_of(code, operand, function), selector.name)
    return Callee(method.name, method.declaration, operand, method.is_conversion)


def named_package(operand: Expression, function: GoFunction) -> str | None:
    """Import path of the package that the left side of a selector names; None when it means something else."""
    if not isinstance(operand, Name) or operand.local != NOT_LOCAL:
        return None
    file, name = function.file, operand.text
    return None if name in file.package.variables or name in file.package.functions else file.imports.get(name)


def find_method(code: Code, type: str, name: str, depth: int = 0) -> Callee:
    """The method ``name`` of a type, its own or that of one it embeds."""
    base = base_type(type)
    if not base or depth > 4:
        return UNKNOWN_CALLEE
    methods: dict[tuple[str, str], Callee] = code.keep("methods", dict)
    found = methods.get((base, name)) if depth == 0 else None
    if found is None:
        found = _find_method(code, base, name, depth)
        if depth == 0:
            methods[base, name] = found
    return found


def _find_method(code: Code, base: str, name: str, depth: int) -> Callee:
    path, type_name = split_type(base)
    package = code.packages.get(path)
    if package is None:
        return Callee(f"{base}.{name}") if path or base == "error" else UNKNOWN_CALLEE
    declared = package.functions.get(f"{type_name}.{name}")
    if declared is not None:
        return Callee(f"{base}.{name}", declared)
    if interface_method(code, base, name) is not None:
        return Callee(f"{base}.{name}")
    embedded = embedded_types(code, base)
    for inner in embedded:
        found = find_method(code, inner, name, depth + 1)
        if found.declaration is not None or found.name in RESULTS or (found.name and len(embedded) == 1):
            return found
    return UNKNOWN_CALLEE


def _type_of_selector(code: Code, selector: Selector, function: GoFunction) -> str:
    operand = selector.operand
    path = named_package(operand, function)
    if path is not None:
        package = code.packages.get(path)
        if package is not None and selector.name in package.variables:
            return variable_type(code, package.variables[selector.name][0], selector.name)
        if path == "time" and selector.name in ("Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"):
            return "time.Duration"
        return VARIABLES.get(f"{path}.{selector.name}", "")
    found = find_field(code, type_of(code, operand, function), selector.name)
    if found is not None:
        return found[1]
    return "func" if find_method(code, type_of(code, operand, function), selector.name).declaration else ""
