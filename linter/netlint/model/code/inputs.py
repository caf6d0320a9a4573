"""Texts that a program is given from outside, by environment variables and flags, and the addresses that are put together with them.

A text is followed through variables, fields, parameters and helpers; a helper is followed with what this call passes, so that
``env("ORDERS_URL", "http://orders")`` is that variable with that default, whatever other calls pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Binary, Call, Composite, For, Name, Selector, TypeAssertion, Unary, is_nil
from netlint.golang.syntax import Literal as GoLiteral
from netlint.knowledge.go_inputs import EXTENDING, TRANSPARENT
from netlint.knowledge.go_settings import WATCHED_FIELDS
from netlint.model.code.fillers import filled_fields
from netlint.model.code.flow import branches_of
from netlint.model.code.guards import demands, guards
from netlint.model.code.numbers import fold
from netlint.model.code.options import bound_variable, declared_flags, flag_declared, flag_read, takes_pointer, variable_read
from netlint.model.code.packages import GoFunction
from netlint.model.code.settings import field_value, setting_of
from netlint.model.code.types import (
    base_type,
    callee_of,
    composite_type,
    definitions_of,
    find_field,
    named_package,
    package_variable,
    resolve_type,
    type_of,
)
from netlint.model.code.values import (
    argument_at,
    arguments_of,
    assigned_to_variable,
    body_of,
    callers_of,
    field_cell,
    is_filled,
    is_flag_default,
    literal_fields,
    origins,
    package_variable_of,
    parameter_index,
)
from netlint.model.code.vipers import unmarshalled_fields, viper_key, viper_of
from netlint.model.templates import (
    MAX_ADDRESSES,
    Address,
    Input,
    host_of,
    is_ipv6,
    is_open,
    is_single,
    key_of,
    rows,
    template_of,
    with_default,
    without_places,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from netlint.golang.facts import Definition
    from netlint.golang.syntax import Expression, Parameter, Return
    from netlint.model.code.code import Code
    from netlint.model.code.fillers import Filled
    from netlint.model.code.guards import Guard
    from netlint.model.code.options import Declared, Option
    from netlint.model.code.packages import GoFile, GoPackage
    from netlint.model.code.vipers import Unmarshalled, Viper
    from netlint.model.templates import Part
    from netlint.source import Span


_MAX_LENGTH: Final = 40
"""Parts of a template."""
_MAX_DEPTH: Final = 6
"""Helpers inside each other that are followed with what is passed."""
_MAX_CALLERS: Final = 60
_VERB: Final = re.compile(r"%(?:%|[-+# 0]*\d*(?:\.\d+)?[a-zA-Z])")


@dataclass(frozen=True, eq=False)
class _Bound:
    """An expression where a call passes it; ``key`` is the same for the same one."""

    expression: Expression
    function: GoFunction
    scope: _Scope | None
    key: Hashable


@dataclass(frozen=True, eq=False)
class _Scope:
    """What a call passes to ``body``: the receiver, then the parameters; None for what is not known."""

    body: GoFunction
    passed: tuple[_Bound | None, ...]
    depth: int
    key: Hashable


class _Give(NamedTuple):
    """What something is given: the texts, at a place of a function. ``scope`` is what that function was passed."""

    addresses: tuple[Address, ...]
    place: int
    function: GoFunction
    scope: _Scope | None = None


class _Target(NamedTuple):
    """What is given something: a variable of a function (``local``), or a package variable or field called ``name``."""

    local: int = NOT_LOCAL
    name: str = ""


def _origin(address: Address) -> GoFunction:
    """The function that the address comes from."""
    assert isinstance(address.origin, GoFunction)
    return address.origin


def addresses_of(code: Code, expression: Expression | None, function: GoFunction) -> tuple[Address, ...]:
    """Every text that an expression may be; empty when it is wholly unknown. Among several, one that is unknown is a lone None."""
    if expression is None:
        return ()
    found = _texts(code, expression, function, None)
    return () if all(address.template == (None,) for address in found) else found


def addresses_in(code: Code, expression: Expression, function: GoFunction) -> tuple[Address, ...]:
    """As ``addresses_of``; of a list that is written out or split from a text, those of its elements."""
    found = _bounded(_elements(code, expression, function, None), expression, function)
    return () if all(address.template == (None,) for address in found) else found


def joined_addresses(code: Code, parts: Sequence[Expression | str], function: GoFunction) -> tuple[Address, ...]:
    """Every text that parts make in a row: expressions, and texts as they are. Empty when no part but those is known."""
    written = next(part for part in parts if not isinstance(part, str))
    whole = Address((), function.span(written), function)
    alternatives: list[Sequence[Part]] = [
        (whole._replace(template=template_of(part)),) if isinstance(part, str) else _texts(code, part, function, None) for part in parts
    ]
    found = tuple(dict.fromkeys(rows(alternatives)))
    return found if len(found) <= MAX_ADDRESSES else ()


def _unknown(expression: Expression, function: GoFunction) -> tuple[Address, ...]:
    return (Address((None,), function.span(expression), function),)


def _texts(code: Code, expression: Expression, function: GoFunction, scope: _Scope | None) -> tuple[Address, ...]:
    """As ``addresses_of``, but a wholly unknown text is one of None alone."""
    question = ("addresses", id(expression), id(function), scope and scope.key)
    return code.remember(
        question,
        _unknown(expression, function),
        lambda: _bounded(_find_texts(code, expression, function, scope), expression, function),
    )


def _bounded(found: Iterable[Address], expression: Expression, function: GoFunction) -> tuple[Address, ...]:
    distinct = tuple(dict.fromkeys(found))
    is_good = 0 < len(distinct) <= MAX_ADDRESSES and all(len(address.template) <= _MAX_LENGTH for address in distinct)
    return distinct if is_good else _unknown(expression, function)


def _find_texts(code: Code, expression: Expression, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    match expression:
        case GoLiteral(kind="string", text=text):
            return (Address(template_of(text), function.span(expression), function),)
        case GoLiteral() | Unary(operator="-" | "+"):
            return _number(code, expression, function)
        case Selector() if fold(code, expression, function) is not None and type_of(code, expression, function) == "time.Duration":
            return _number(code, expression, function)
        case Binary(operator="+") if not _is_number(code, expression, function):
            return _joined(code, (expression.left, expression.right), function, scope)
        case Binary():
            return _number(code, expression, function)
        case Unary(operator="&" | "*"):
            return _texts(code, expression.operand, function, scope)
        case TypeAssertion():
            return _texts(code, expression.operand, function, scope)
        case Call():
            return _of_call(code, expression, function, scope, 0)
        case Name():
            return _of_name(code, expression, function, scope)
        case Selector():
            return _of_selector(code, expression, function, scope)
        case Composite() if composite_type(code, expression, function) == "net/url.URL":
            return _of_url(code, expression, function, scope)
    return _unknown(expression, function)


# -- putting texts together


def _is_number(code: Code, sum: Binary, function: GoFunction) -> bool:
    return any(type_of(code, side, function) not in ("", "string") for side in (sum.left, sum.right))


def _number(code: Code, expression: Expression, function: GoFunction) -> Iterable[Address]:
    number = fold(code, expression, function)
    if number is None or not isinstance(number.value, int) or number.is_default:
        return _unknown(expression, function)
    text = f"{number.value}ns" if number.has_unit else str(number.value)
    return (Address((text,), function.span(expression), function),)


def _joined(code: Code, parts: Sequence[Expression | str], function: GoFunction, scope: _Scope | None) -> Iterator[Address]:
    """Every text that the parts make in a row."""
    alternatives = [(part,) if isinstance(part, str) else _texts(code, part, function, scope) for part in parts]
    yield from rows(alternatives)


def _of_url(code: Code, literal: Composite, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    """``url.URL{Scheme: "http", Host: host, Path: path}``."""
    fields = dict(literal_fields(code, "net/url.URL", literal))
    if "Host" not in fields:
        return _unknown(literal, function)
    parts: list[Expression | str] = [fields["Scheme"], "://"] if "Scheme" in fields else []
    parts.append(fields["Host"])
    if "Path" in fields:
        parts.append(fields["Path"])
    return _joined(code, parts, function, scope)


def _of_format(code: Code, call: Call, function: GoFunction, scope: _Scope | None) -> Iterator[Address]:
    """``fmt.Sprintf("http://%s:%d", host, port)``."""
    for form in _texts(code, call.arguments[0], function, scope):
        if len(form.template) != 1 or not isinstance(form.template[0], str):
            yield from _unknown(call, function)
            continue
        parts: list[Expression | str | None] = []
        arguments, at = iter(call.arguments[1:]), 0
        for verb in _VERB.finditer(form.template[0]):
            parts.append(form.template[0][at : verb.start()])
            parts.append("%" if verb[0] == "%%" else _printed(verb[0], next(arguments, None)))
            at = verb.end()
        parts.append(form.template[0][at:])
        whole = form._replace(template=(None,))
        alternatives: list[Sequence[Part]] = []
        for part in parts:
            if isinstance(part, str):
                alternatives.append((form._replace(template=template_of(part)),) if part else ())
            else:
                alternatives.append((whole,) if part is None else _texts(code, part, function, scope))
        yield from rows([part for part in alternatives if part])


def _printed(verb: str, argument: Expression | None) -> Expression | None:
    return argument if verb in ("%s", "%d", "%v") else None


def _of_host_and_port(code: Code, call: Call, function: GoFunction, scope: _Scope | None) -> Iterator[Address]:
    """``net.JoinHostPort(host, port)``."""
    hosts = [
        host._replace(template=(f"[{host.template[0]}]",)) if is_ipv6(host.template) else host
        for host in _texts(code, call.arguments[0], function, scope)
    ]
    ports = _texts(code, call.arguments[1], function, scope)
    colon = Address((":",), function.span(call), function)
    yield from rows([hosts, (colon,), ports])


# -- calls


def _of_call(code: Code, call: Call, function: GoFunction, scope: _Scope | None, position: int) -> Iterable[Address]:
    """The result ``position`` of a call."""
    callee = callee_of(code, call, function)
    if callee.is_conversion and len(call.arguments) == 1:
        return _texts(code, call.arguments[0], function, scope)
    if callee.declaration is not None:
        return _of_helper(code, call, function, scope, position)
    if position > 0:
        return _unknown(call, function)
    through = TRANSPARENT.get(callee.name)
    if through is not None:
        inner = callee.receiver if through < 0 else call.arguments[through] if call.arguments else None
        if inner is None:
            return _unknown(call, function)
        return _extended(_texts(code, inner, function, scope), is_longer=callee.name in EXTENDING)
    match callee.name, call.arguments:
        case "fmt.Sprintf", (_, *_) if not call.spread:
            return _of_format(code, call, function, scope)
        case "net.JoinHostPort", (_, _):
            return _of_host_and_port(code, call, function, scope)
        case "cmp.Or", (_, *_) if not call.spread:
            return _first_given(code, call, function, scope)
    option = variable_read(code, call, function)
    if option is None:
        option = flag_declared(code, call, function)
        if option is not None and takes_pointer(call):
            return _unknown(call, function)
    if option is not None:
        return _of_option(code, option, call, scope)
    name = flag_read(code, call, function)
    if name is not None:
        return _of_flag(code, name, call, function, scope)
    key = viper_key(code, call, function)
    return _of_setting(code, key, call, function, scope) if key is not None else _unknown(call, function)


def _extended(found: tuple[Address, ...], *, is_longer: bool) -> Iterable[Address]:
    """The same addresses; with a path behind them that is not known."""
    return tuple(item._replace(template=template_of(*item.template, "/", None)) for item in found) if is_longer else found


def _first_given(code: Code, call: Call, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    """``cmp.Or(os.Getenv("A"), "b")``: each is what comes when nothing is given before."""
    chosen: tuple[Address, ...] = _texts(code, call.arguments[-1], function, scope)
    for argument in reversed(call.arguments[:-1]):
        found = _texts(code, argument, function, scope)
        if any(not address.template for address in found):
            found = (*(address for address in found if address.template), *chosen)
        chosen = tuple(result for address in found for result in (with_default(address, chosen) if is_open(address) else (address,)))
    return chosen


def _of_helper(code: Code, call: Call, function: GoFunction, scope: _Scope | None, position: int) -> Iterable[Address]:
    """What a function in view returns when it is passed what this call passes."""
    callee = callee_of(code, call, function)
    assert callee.declaration is not None
    file, declaration = callee.declaration
    depth = scope.depth + 1 if scope is not None else 1
    if declaration.body is None or depth > _MAX_DEPTH:
        return _unknown(call, function)
    body = body_of(code, file, declaration)
    return _of_results(code, body, _scope_of(code, call, function, scope, body), position) or _unknown(call, function)


def _scope_of(code: Code, call: Call, function: GoFunction, scope: _Scope | None, body: GoFunction) -> _Scope:
    receiver = callee_of(code, call, function).receiver
    passed: list[_Bound | None] = []
    for index in range(-1, len(body.declaration.parameters)):
        argument = argument_at(call, body.declaration, index, receiver)
        key = (id(argument), id(function), scope and scope.key)
        passed.append(None if argument is None else _Bound(argument, function, scope, key))
    depth = scope.depth + 1 if scope is not None else 1
    return _Scope(body, tuple(passed), depth, (id(body), tuple(item and item.key for item in passed)))


def _of_results(code: Code, body: GoFunction, scope: _Scope, position: int) -> tuple[Address, ...]:
    gives: list[_Give] = []
    results = body.declaration.results
    for statement in body.body.returns:
        if len(statement.values) > position and len(statement.values) == len(results):
            value = statement.values[position]
            # `return -1, err` says nothing of what the caller works with.
            if len(results) > 1 and isinstance(value, GoLiteral | Unary) and _fails(statement, results):
                continue
            if not is_nil(value):
                gives.append(_Give(_texts(code, value, body, scope), statement.start, body, scope))
        elif len(statement.values) == 1 and isinstance(statement.values[0], Call):
            found = _bounded(_of_call(code, statement.values[0], body, scope, position), statement.values[0], body)
            gives.append(_Give(found, statement.start, body, scope))
        elif not statement.values and position < len(results) and results[position].local != NOT_LOCAL:
            named = results[position]
            place = Name(statement.start, statement.end, named.name, named.local)
            gives.append(_Give(tuple(_of_local(code, place, body, scope)), statement.start, body, scope))
    return _settled(code, gives, _Target(), is_first_wins=True)


def _fails(statement: Return, results: tuple[Parameter, ...]) -> bool:
    """Whether a ``return`` gives an error as well."""
    last = results[-1].type
    return isinstance(last, Name) and last.text == "error" and not is_nil(statement.values[-1])


# -- variables and flags


def _of_option(code: Code, option: Option, node: Expression, scope: _Scope | None) -> Iterable[Address]:
    """The text of a variable or flag: every one that its name may be, each with its default."""
    function = option.function
    defaults = _texts(code, option.default, function, scope) if option.default is not None else ()
    asked = [("env", name) for name in option.variables]
    for named in _names_of(code, option.name, function, scope):
        found: tuple[Address, ...] = defaults or (Address((), function.span(node), function),)
        for kind, variable in reversed(asked):
            for name in _names_of(code, variable, function, scope):
                found = _layered(kind, name, found, named.span, named.origin)
        yield from _layered(option.kind, named, found, named.span, named.origin, is_required=option.is_required)


class _Named(NamedTuple):
    name: str | None
    span: Span
    origin: GoFunction


def _names_of(code: Code, expression: Expression, function: GoFunction, scope: _Scope | None) -> Iterator[_Named]:
    """The names that an expression may be, each where the code says it."""
    place, origin, within = expression, function, scope
    while isinstance(place, Name) and within is not None and within.body is origin:
        index = parameter_index(origin.declaration, place.local) if place.local != NOT_LOCAL else None
        bound = within.passed[index + 1] if index is not None else None
        if bound is None:
            break
        place, origin, within = bound.expression, bound.function, bound.scope
    is_passed = _is_parameter(place, origin)
    for address in _texts(code, expression, function, scope):
        name = address.template[0] if len(address.template) == 1 else None
        known = name if isinstance(name, str) else None
        yield _Named(known, address.span, _origin(address)) if is_passed else _Named(known, origin.span(place), origin)


def _is_parameter(expression: Expression, function: GoFunction) -> bool:
    return (
        isinstance(expression, Name)
        and expression.local != NOT_LOCAL
        and parameter_index(function.declaration, expression.local) is not None
    )


def _layered(
    kind: str, named: _Named, defaults: Iterable[Address], span: Span, origin: GoFunction, *, is_required: bool = False
) -> tuple[Address, ...]:
    """An input that is asked first, with what comes when it is not given."""
    if named.name is None:
        return (Address((None,), span, origin),)
    found = []
    for default in defaults:
        template = None if default.template == (None,) else default.template
        part = Input("env" if kind == "env" else "flag", named.name, template, is_required, named.span, default.span)
        found.append(Address((part,), span, origin))
    return tuple(dict.fromkeys(found))


def _of_flag(code: Code, name: Expression, call: Call, function: GoFunction, scope: _Scope | None) -> Iterator[Address]:
    """A flag that is read by its name: as it is declared, when there is one of that name only."""
    for named in _names_of(code, name, function, scope):
        if named.name is None:
            yield from _unknown(call, function)
        else:
            yield from _declared(code, named, function) or _layered("flag", named, _unknown(call, function), named.span, named.origin)


def _declared(code: Code, named: _Named, function: GoFunction) -> tuple[Address, ...]:
    """The text of the flag with a name, as the module declares it; nothing when it is declared in several ways, or not in view."""
    module = function.file.package.module
    found = {
        tuple(_of_option(code, item.option, item.node, None))
        for item in _flags_by_name(code).get(named.name or "", ())
        if item.option.function.file.package.module is module
    }
    texts = {tuple(without_places(address.template) for address in addresses) for addresses in found}
    return next(iter(found)) if len(texts) == 1 else ()


def _flags_by_name(code: Code) -> dict[str, list[Declared]]:
    return code.keep("flags by name", lambda: _collect_flags(code))


def _collect_flags(code: Code) -> dict[str, list[Declared]]:
    found: dict[str, list[Declared]] = {}
    for item in declared_flags(code):
        for address in _texts(code, item.option.name, item.option.function, None):
            if len(address.template) == 1 and isinstance(address.template[0], str):
                # urfave/cli: "listen, l"
                for name in address.template[0].split(","):
                    found.setdefault(name.strip(), []).append(item)
    return found


def _of_setting(code: Code, key: Expression, call: Call, function: GoFunction, scope: _Scope | None) -> Iterator[Address]:
    """A setting that is read through viper."""
    for named in _names_of(code, key, function, scope):
        yield from _of_key(code, named, call, function)


def _of_key(code: Code, named: _Named, call: Call, function: GoFunction, viper: Viper | None = None) -> tuple[Address, ...]:
    """What a key of viper gives: a flag, then variables, then a file, then the default."""
    viper = viper or viper_of(code, function)
    if named.name is None or not viper.is_known:
        return _unknown(call, function)
    if (is_always := viper.fixed.get(named.name.lower())) is not None:
        given = () if is_always else _of_key(code, named, call, function, viper._replace(fixed={}))
        return (*given, *_unknown(call, function))
    defaults: tuple[Address, ...] = ()
    for value, setter in viper.defaults.get(named.name.lower(), ()):
        defaults += _texts(code, value, setter, None)
    flag = viper.flags.get(named.name.lower())
    flags: tuple[Address, ...] = ()
    if flag is not None:
        flags = tuple(_of_flag(code, flag[0], call, flag[1], None))
    elif viper.binds_all_flags:
        flags = _declared(code, named, function)
    if not defaults:
        defaults = _defaults_in(flags) or (Address((), named.span, named.origin),)
    found = _unknown(call, function) if viper.reads_files else defaults
    for variable in reversed(viper.variables_of(named.name)):
        found = _layered("env", named._replace(name=variable), found, named.span, named.origin)
    for address in flags[:1]:
        if is_single(address):
            found = _layered("flag", named._replace(name=key_of(address)[1]), found, named.span, named.origin)
    return found


def _of_unmarshalled(code: Code, item: Unmarshalled) -> tuple[Address, ...]:
    """A field that viper fills. Unlike single keys, it does not know a variable by the field alone: something else must name the key."""
    viper = viper_of(code, item.function)
    key = item.key.lower()
    is_named = key in viper.variables or key in viper.defaults or key in viper.flags
    if not is_named and not (viper.binds_all_flags and item.key in _flags_by_name(code)):
        return _unknown(item.call, item.function)
    return _of_key(code, _Named(item.key, item.span, item.function), item.call, item.function)


def _defaults_in(flags: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(
        address._replace(template=(None,) if part.default is None else part.default)
        for address in flags
        for part in address.template
        if isinstance(part, Input)
    )


def _of_filled(filled: Filled) -> Address:
    default = None if filled.default is None else template_of(filled.default)
    return Address((Input("env", filled.name, default, filled.is_required, filled.span),), filled.span, filled.function)


# -- names


def _of_name(code: Code, name: Name, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    if name.local != NOT_LOCAL:
        return _of_local(code, name, function, scope)
    found = package_variable(code, name.text, function.file)
    return _used(_of_variable(code, *found), function) if found is not None else _unknown(name, function)


def _used(found: tuple[Address, ...], function: GoFunction) -> tuple[Address, ...]:
    """What a package variable or constant holds, used in ``function``: that says more of the program than where it is declared."""
    if function.is_global:
        return found
    return tuple(address._replace(origin=function) if _origin(address).is_global else address for address in found)


def _of_local(code: Code, name: Name, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    gives: list[_Give] = []
    events, is_whole = _events(code, name, function)
    index = parameter_index(function.declaration, name.local)
    if not is_whole and index is not None:
        passed = scope.passed[index + 1] if scope is not None and scope.body is function else None
        found = (
            _texts(code, passed.expression, passed.function, passed.scope)
            if passed is not None
            else _of_parameter(code, function, index, name)
        )
        gives.append(_Give(found, function.declaration.start, function, scope))
    elif not is_whole and function.body.locals[name.local].kind in ("parameter", "receiver"):
        gives.append(_Give(_unknown(name, function), name.start, function, scope))
    is_bound = any(isinstance(event, _Taking) and _binds_flag(code, event) for event in events)
    for event in events:
        if not isinstance(event, _Taking) and event.how == "zero" and is_bound:
            continue
        if isinstance(event, _Taking):
            gives.extend(_through_pointer(code, event, scope))
        else:
            found = tuple(_of_definition(code, event, name, function, scope))
            gives.append(_Give(found, event.start, function, scope))
    settled = _settled(code, gives, _Target(local=name.local))
    return _demanded(code, settled, name, function) or _unknown(name, function)


def _of_definition(code: Code, given: Definition, name: Name, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    match given.how:
        case "value" if given.value is not None:
            return _texts(code, given.value, function, scope)
        case "result" if isinstance(given.value, Call):
            return _bounded(_of_call(code, given.value, function, scope, given.position), given.value, function)
        case "zero":
            type = resolve_type(code, function.body.locals[name.local].type, function.file, function)
            return _zero(type, name, function)
        case "range" if given.position == 1 and given.value is not None:
            return _elements(code, given.value, function, scope)
    return _unknown(name, function)


def _zero(type: str, place: Expression, function: GoFunction) -> tuple[Address, ...]:
    """What a variable holds that is declared without a value."""
    text = {"string": (), "int": ("0",), "uint16": ("0",), "int32": ("0",)}.get(base_type(type), (None,))
    return (Address(text, function.span(place), function),)


def _elements(code: Code, list: Expression, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    """The elements of a list that is written out, or split from a text."""
    from netlint.model.code.lists import items_of

    items = items_of(code, list, function)
    if items.is_open or not items.found:
        return _texts(code, list, function, scope)
    return tuple(address for item in items.found for address in _texts(code, item.expression, item.function, None))


class _Taking(NamedTuple):
    """A call that is given the address of a variable or field, as its argument ``position``."""

    call: Call
    position: int
    function: GoFunction


def _events(code: Code, name: Name, function: GoFunction) -> tuple[list[Definition | _Taking], bool]:
    """What may have given the variable its value at ``name``, in order, and whether one of them did in any case."""
    definitions: list[tuple[int, Definition | _Taking]] = [(item.start, item) for item in definitions_of(code, name.local, function)]
    takings = [(item.call.start, item) for item in _takings(code).get(("local", id(function), name.local), ())]
    events = sorted([*definitions, *takings], key=lambda event: event[0])
    if _comes_from_elsewhere(name, function, [start for start, _ in events]):
        return [event for _, event in events], False
    found: list[Definition | _Taking] = []
    for start, event in reversed(events):
        if start >= name.start or (not isinstance(event, _Taking) and _holds(event.value, name)):
            continue
        found.append(event)
        if not isinstance(event, _Taking) and not _may_be_skipped(code, start, name.start, function):
            return found[::-1], True
    return found[::-1], False


def _holds(value: Expression | None, name: Name) -> bool:
    return value is not None and value.start <= name.start < value.end


def _may_be_skipped(code: Code, start: int, place: int, function: GoFunction) -> bool:
    return any(begin <= start < end and not begin <= place < end for begin, end in branches_of(code, function))


def _comes_from_elsewhere(name: Name, function: GoFunction, starts: Sequence[int]) -> bool:
    """Whether what stands behind ``name`` may come first: in a closure over the variable, or in a loop around both."""
    variable = function.body.locals[name.local]
    if any(
        literal.start <= name.start < literal.end and not literal.start <= variable.start < literal.end
        for literal in function.body.literals
    ):
        return True
    if all(start < name.start for start in starts):
        return False
    from netlint.model.code.walk import nodes_of

    loops = [node for node in nodes_of(function.body.block) if isinstance(node, For)]
    return any(
        loop.start <= name.start < loop.end
        and not loop.start <= variable.start < loop.end
        and any(name.start < start < loop.end for start in starts)
        for loop in loops
    )


def _of_parameter(code: Code, function: GoFunction, index: int, name: Name) -> tuple[Address, ...]:
    """What the calls in view pass for a parameter, each in its own function."""
    passed = arguments_of(code, function, index)
    if not passed or len(passed) > _MAX_CALLERS:
        return _unknown(name, function)
    found = tuple(dict.fromkeys(address for argument, caller in passed for address in _texts(code, argument, caller, None)))
    return found if len(found) <= MAX_ADDRESSES else _unknown(name, function)


def _demanded(code: Code, found: tuple[Address, ...], name: Name, function: GoFunction) -> tuple[Address, ...]:
    """The same addresses; those without which the function that reads them ends are required."""
    given = definitions_of(code, name.local, function)
    read = {id(item.value) for item in given if item.how in ("value", "result") and isinstance(item.value, Call)}
    if len(read) != 1 or len(given) != 1:
        return found
    for guard, place in demands(code, function):
        beside = _call_beside(code, guard.subject, function)
        is_asked = _is_same(guard.subject, _Target(local=name.local), function) or (beside is not None and id(beside) in read)
        if is_asked and place < name.start and not _is_in_branch(code, place, function):
            return tuple(_required(code, address) for address in found)
    return found


def _required(code: Code, address: Address) -> Address:
    match address.template:
        case (Input(default=()) as part,) if _always_runs(code, address.span.start, _origin(address)):
            return address._replace(template=(part._replace(is_required=True),))
    return address


def _always_runs(code: Code, place: int, function: GoFunction) -> bool:
    """Whether a place is passed by every run of a program: ``main`` or an initializer come to it, through no branch."""
    if function.is_global:
        return True
    if _is_in_branch(code, place, function):
        return False
    name = function.declaration.name
    if function.declaration.receiver is None and (name == "init" or (name == "main" and function.file.package.name == "main")):
        return True
    question = ("always runs", id(function))
    return code.remember(
        question, False, lambda: any(_always_runs(code, call.start, caller) for call, caller in callers_of(code, function))
    )


def _is_in_branch(code: Code, place: int, function: GoFunction) -> bool:
    return any(begin <= place < end for begin, end in branches_of(code, function))


def _of_variable(code: Code, file: GoFile, name: str) -> tuple[Address, ...]:
    """A variable or constant of a package."""
    path = file.package.path
    place = Name(file.package.variables[name][1].start, file.package.variables[name][1].end, name, NOT_LOCAL)
    holder = file.package.globals[file.path]
    return code.remember(
        ("variable addresses", path, name),
        _unknown(place, holder),
        lambda: _bounded(_find_variable(code, file, name, place, holder), place, holder),
    )


def _find_variable(code: Code, file: GoFile, name: str, place: Name, holder: GoFunction) -> Iterable[Address]:
    variable = file.package.variables[name][1]
    gives: list[_Give] = []
    takings = _takings(code).get(("variable", file.package.path, name), ())
    if variable.value is None and any(_binds_flag(code, taking) for taking in takings):
        pass
    elif variable.value is None:
        gives.append(_Give(_zero(resolve_type(code, variable.type, file), place, holder), variable.start, holder))
    elif variable.position >= 0 and isinstance(variable.value, Call):
        found = _bounded(_of_call(code, variable.value, holder, None, variable.position), variable.value, holder)
        gives.append(_Give(found, variable.start, holder))
    else:
        gives.append(_Give(_texts(code, variable.value, holder, None), variable.start, holder))
    unread = 0
    for value, position, setter in assigned_to_variable(code, file.package.path, name):
        if value is None:
            unread += 1
        elif not is_flag_default(code, value):
            gives.append(_given_at(code, value, position, setter))
    for taking in takings:
        gives.extend(_through_pointer(code, taking, None))
    if unread > len(takings):
        gives.append(_Give(_unknown(place, holder), variable.start, holder))
    found = _settled(code, gives, _Target(name=name))
    if any(is_open(address) for address in found) and _is_demanded(code, file.package, name):
        return tuple(_required(code, address) for address in found)
    return found


def _is_demanded(code: Code, package: GoPackage, name: str) -> bool:
    """Whether every run of the program ends when a package variable is empty."""
    return any(
        isinstance(guard.subject, Name)
        and guard.subject.local == NOT_LOCAL
        and guard.subject.text == name
        and _always_runs(code, place, function)
        for function in package.bodies.values()
        for guard, place in demands(code, function)
    )


def _given_at(code: Code, value: Expression, position: int, function: GoFunction) -> _Give:
    if position < 0:
        return _Give(_texts(code, value, function, None), value.start, function)
    if isinstance(value, Call):
        return _Give(_bounded(_of_call(code, value, function, None, position), value, function), value.start, function)
    return _Give(_unknown(value, function), value.start, function)


# -- fields


def _of_selector(code: Code, selector: Selector, function: GoFunction, scope: _Scope | None) -> Iterable[Address]:
    operand = selector.operand
    path = named_package(operand, function)
    if path is not None:
        package = code.packages.get(path)
        if package is not None and selector.name in package.variables:
            return _used(_of_variable(code, package.variables[selector.name][0], selector.name), function)
        return _unknown(selector, function)
    type = type_of(code, operand, function)
    if type.removeprefix("*") == "net/url.URL" and selector.name == "Host":
        return tuple(host_of(address) for address in _texts(code, operand, function, scope))
    held = find_field(code, type, selector.name)
    if held is None:
        return _unknown(selector, function)
    if held[0] in WATCHED_FIELDS:
        return _of_object(code, selector, function)
    return _of_field(code, held[0], selector.name) or _unknown(selector, function)


def _of_object(code: Code, selector: Selector, function: GoFunction) -> Iterable[Address]:
    """A field of an object of which programs have many: of those that are read here."""
    found: list[Address] = []
    for origin in origins(code, selector.operand, function):
        setting = setting_of(code, origin)
        value = field_value(code, setting, selector.name) if setting is not None else None
        if value is None or value.state == "unknown":
            return _unknown(selector, function)
        for place in value.places:
            found.extend(_given_at(code, place.expression, place.position, place.function).addresses)
    return found or _unknown(selector, function)


def _of_field(code: Code, type: str, name: str) -> tuple[Address, ...]:
    """Everything in view that a field of a struct type is given."""
    return code.remember(("field addresses", type, name), (), lambda: _find_field(code, type, name))


def _find_field(code: Code, type: str, name: str) -> tuple[Address, ...]:
    gives: list[_Give] = []
    takings = _takings(code).get(("field", type, name), ())
    filled = filled_fields(code).get((type, name), ())
    unmarshalled = unmarshalled_fields(code).get((type, name), ())
    is_open = not filled and not unmarshalled and is_filled(code, type, name)
    for item in filled:
        gives.append(_Give((_of_filled(item),), -1, item.function))
    for entry in unmarshalled:
        gives.append(_Give(_of_unmarshalled(code, entry), -1, entry.function))
    for value, position, giver in field_cell(code, type, name).given:
        if value is None:
            is_open = True
        elif not is_flag_default(code, value):
            gives.append(_given_at(code, value, position, giver))
    for taking in takings:
        gives.extend(_through_pointer(code, taking, None))
    if is_open and gives:
        gives.append(gives[0]._replace(addresses=(gives[0].addresses[0]._replace(template=(None,)),), place=-1))
    found = _settled(code, gives, _Target(name=name))
    if filled:
        # What stood in the struct before it was filled stays there when the variable is not given.
        found = _with_defaults_before(found)
    return found if len(found) <= MAX_ADDRESSES else ()


def _with_defaults_before(found: tuple[Address, ...]) -> tuple[Address, ...]:
    inputs = [address for address in found if is_open(address)]
    others = tuple(address for address in found if not is_open(address))
    if not inputs or not others:
        return found
    return tuple(result for address in inputs for result in with_default(address, others))


def _takings(code: Code) -> dict[Hashable, tuple[_Taking, ...]]:
    """The calls that are given the address of a variable or field, by what it is."""
    return code.keep("takings", lambda: _collect_takings(code))


def _collect_takings(code: Code) -> dict[Hashable, tuple[_Taking, ...]]:
    found: dict[Hashable, tuple[_Taking, ...]] = {}
    for function in code.functions:
        for call in function.body.calls:
            for position, argument in enumerate(call.arguments):
                key = _taken(code, argument, function)
                if key is not None:
                    found[key] = (*found.get(key, ()), _Taking(call, position, function))
    return found


def _taken(code: Code, argument: Expression, function: GoFunction) -> Hashable | None:
    target = bound_variable(argument)
    match target:
        case Name(local=local) if local != NOT_LOCAL:
            return ("local", id(function), local)
        case Name():
            variable = package_variable_of(code, target, function)
            return ("variable", *variable) if variable is not None else None
        case Selector():
            variable = package_variable_of(code, target, function)
            if variable is not None:
                return ("variable", *variable)
            held = find_field(code, type_of(code, target.operand, function), target.name)
            return ("field", held[0], target.name) if held is not None else None
    return None


def _binds_flag(code: Code, taking: _Taking) -> bool:
    """Whether a call binds a flag to the variable, so that its default is what it holds at first."""
    return taking.position == 0 and takes_pointer(taking.call) and flag_declared(code, taking.call, taking.function) is not None


def _through_pointer(code: Code, taking: _Taking, scope: _Scope | None) -> Iterator[_Give]:
    """What a call gives a variable whose address it takes: the text of a flag, or what the function in view sets it to."""
    call, position, function = taking
    option = flag_declared(code, call, function) if _binds_flag(code, taking) else None
    if option is not None:
        yield _Give(tuple(_of_option(code, option, call, scope)), call.start, function, scope)
        return
    callee = callee_of(code, call, function)
    depth = scope.depth if scope is not None else 0
    if callee.declaration is None or callee.declaration[1].body is None or depth >= _MAX_DEPTH:
        yield _Give(_unknown(call.arguments[position], function), call.start, function, scope)
        return
    body = body_of(code, *callee.declaration)
    parameters = body.declaration.parameters
    if position >= len(parameters) or parameters[position].variadic or parameters[position].local == NOT_LOCAL:
        yield _Give(_unknown(call.arguments[position], function), call.start, function, scope)
        return
    local, inner = parameters[position].local, _scope_of(code, call, function, scope, body)
    for assignment in body.body.assignments:
        for target, value in zip(assignment.targets, assignment.values, strict=False):
            if isinstance(target, Unary) and isinstance(target.operand, Name) and target.operand.local == local:
                yield _Give(_texts(code, value, body, inner), assignment.start, body, inner)
    for passed in body.body.calls:
        for place, argument in enumerate(passed.arguments):
            if isinstance(argument, Name) and argument.local == local:
                yield from _through_pointer(code, _Taking(passed, place, body), inner)


# -- which one it is


def _settled(code: Code, gives: list[_Give], target: _Target, *, is_first_wins: bool = False) -> tuple[Address, ...]:
    """What all that something is given comes to: a text given only where an input is empty is the default of that input."""
    plain: dict[Address, None] = {}
    guarded: dict[int, list[tuple[_Give, Guard]]] = {}
    for give in gives:
        guard = _guard_of(code, give, target)
        if guard is None:
            plain |= dict.fromkeys(give.addresses)
        else:
            guarded.setdefault(id(give.function), []).append((give, guard))
    # What functions of several programs give a field is not asked one after the other.
    found = dict.fromkeys(address for given in guarded.values() for address in _layers(code, given, tuple(plain), target, is_first_wins))
    if not guarded:
        found = plain
    return tuple(address for address in found if address.template) or tuple(found)


def _layers(
    code: Code, given: list[tuple[_Give, Guard]], found: tuple[Address, ...], target: _Target, is_first_wins: bool
) -> tuple[Address, ...]:
    """Texts that are there in any case, with those that one function gives under tests."""
    for give, guard in reversed(given) if is_first_wins else given:
        found = _given(code, give, found) if guard.is_given else _defaulted(code, give, guard, target, found)
    return found


def _guard_of(code: Code, give: _Give, target: _Target) -> Guard | None:
    """The test around a place that says something of what is given there, or of what it is given to."""
    for guard in reversed(guards(code, give.place, give.function)):
        if guard.is_given:
            inputs = _asked(code, guard.subject, give)
            if inputs and all(is_single(address) and key_of(address) in inputs for address in give.addresses):
                return guard
        elif _is_same(guard.subject, target, give.function) or _asked(code, guard.subject, give):
            return guard
    return None


def _is_same(subject: Expression, target: _Target, function: GoFunction) -> bool:
    """Whether a test is about what is given something."""
    match subject:
        case Unary(operator="*", operand=operand):
            return _is_same(operand, target, function)
        case Name(local=local) if local != NOT_LOCAL:
            return local == target.local
        case Name(text=name) | Selector(name=name):
            return bool(target.name) and name == target.name
    return False


def _asked(code: Code, subject: Expression, give: _Give) -> frozenset[tuple[str, str]]:
    """The inputs that a test is about."""
    function, scope = give.function, give.scope
    beside = _call_beside(code, subject, function)
    if beside is not None:
        found = _bounded(_of_call(code, beside, function, scope, 0), beside, function)
        return frozenset(key_of(address) for address in found if is_single(address))
    return frozenset(key_of(address) for address in _texts(code, subject, function, scope) if is_single(address))


def _call_beside(code: Code, subject: Expression, function: GoFunction) -> Call | None:
    """The call of whose first result a test speaks by way of another one: ``ok`` and ``err``."""
    if not isinstance(subject, Name) or subject.local == NOT_LOCAL:
        return None
    before = [item for item in definitions_of(code, subject.local, function) if item.start < subject.start]
    last = before[-1] if before else None
    return last.value if last is not None and last.how == "result" and last.position > 0 and isinstance(last.value, Call) else None


def _given(code: Code, give: _Give, found: tuple[Address, ...]) -> tuple[Address, ...]:
    """A text that is taken where it is given: what there was before comes when it is not."""
    # `if a != "" { x = a } else if b != "" { x = b }`: the second is asked when the first is empty.
    first = frozenset(
        key for guard in guards(code, give.place, give.function) if not guard.is_given for key in _asked(code, guard.subject, give)
    )
    above = tuple(address for address in found if is_single(address) and key_of(address) in first)
    if above:
        rest = tuple(address for address in found if address not in above)
        return (*rest, *(result for address in above for result in _between(address, give.addresses)))
    others = tuple(address for address in found if address not in give.addresses)
    if not others:
        return give.addresses
    return tuple(result for address in give.addresses for result in (with_default(address, others) if is_open(address) else (address,)))


def _between(above: Address, given: tuple[Address, ...]) -> Iterator[Address]:
    """An input with another between it and its default."""
    part = above.template[0]
    assert isinstance(part, Input)
    for address in given:
        below = template_of(None) if part.default is None else part.default
        inner = with_default(address, (above._replace(template=below),)) if is_open(address) else (address,)
        yield from (above._replace(template=(part._replace(default=item.template, is_required=False),)) for item in inner)


def _defaulted(code: Code, give: _Give, guard: Guard, target: _Target, found: tuple[Address, ...]) -> tuple[Address, ...]:
    """A text that comes where another is empty."""
    asked = _asked(code, guard.subject, give)
    is_own = _is_same(guard.subject, target, give.function)
    result: list[Address] = []
    is_used = False
    for address in found:
        if is_open(address) and (is_own or key_of(address) in asked):
            result.extend(with_default(address, give.addresses))
            is_used = True
        elif address.template or not is_own:
            result.append(address)
    return tuple(result) if is_used else (*result, *give.addresses)
