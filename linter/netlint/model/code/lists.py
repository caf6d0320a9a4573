"""What a list holds that is built from literals, ``append`` and helpers: the options of a call, mostly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Call, Composite, Name, Selector, TypeLiteral, is_nil
from netlint.model.code.flow import reaching
from netlint.model.code.types import callee_of, find_field, type_of
from netlint.model.code.values import body_of, callers_of, field_cell, parameter_index

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_MAX_ITEMS: Final = 200
_MAX_CALLERS: Final = 50


class Item(NamedTuple):
    """An element of a list. ``is_certain``: the list holds it in every case."""

    expression: Expression
    function: GoFunction
    is_certain: bool


class Items(NamedTuple):
    """``is_open``: the list may hold something that is not in view."""

    found: tuple[Item, ...]
    is_open: bool


_OPEN: Final = Items((), is_open=True)
_EMPTY: Final = Items((), is_open=False)


def arguments_from(code: Code, call: Call, place: int, function: GoFunction) -> Items:
    """What a call passes for the variadic parameter at ``place``."""
    if not call.spread:
        return _listed(call.arguments[place:], function)
    return _joined([_listed(call.arguments[place:-1], function), items_of(code, call.arguments[-1], function)])


def _listed(expressions: tuple[Expression, ...], function: GoFunction) -> Items:
    return Items(tuple(Item(expression, function, is_certain=True) for expression in expressions), is_open=False)


def _joined(parts: list[Items]) -> Items:
    found = tuple(item for part in parts for item in part.found)
    return Items(found[:_MAX_ITEMS], any(part.is_open for part in parts) or len(found) > _MAX_ITEMS)


def _either(parts: list[Items]) -> Items:
    """One of several lists: only what all of them hold is certain."""
    found: dict[int, Item] = {}
    holders: dict[int, int] = {}
    for part in parts:
        for key, item in {id(item.expression): item for item in part.found}.items():
            found.setdefault(key, item)
            holders[key] = holders.get(key, 0) + item.is_certain
    items = tuple(item._replace(is_certain=holders[key] == len(parts)) for key, item in found.items())
    return Items(items, not parts or any(part.is_open for part in parts))


def items_of(code: Code, expression: Expression, function: GoFunction) -> Items:
    """The elements of a slice."""
    return code.remember(("items", id(expression), id(function)), _OPEN, lambda: _items_of(code, expression, function))


def _items_of(code: Code, expression: Expression, function: GoFunction) -> Items:
    match expression:
        case Composite(type=TypeLiteral(kind="array"), elements=elements):
            return _listed(tuple(element.value for element in elements), function)
        case Name() if is_nil(expression):
            return _EMPTY
        case Name(local=local) if local != NOT_LOCAL:
            return _items_of_local(code, expression, function)
        case Call():
            return _items_of_call(code, expression, function)
        case Selector():
            return _items_of_field(code, expression, function)
    return _OPEN


def _items_of_field(code: Code, selector: Selector, function: GoFunction) -> Items:
    """What a field of a struct in view is given: any of the lists."""
    held = find_field(code, type_of(code, selector.operand, function), selector.name)
    if held is None:
        return _OPEN
    cell = field_cell(code, held[0], selector.name)
    if cell.is_open or not cell.given:
        return _OPEN
    parts = []
    for value, index, giver in cell.given:
        is_whole = index < 0 or (index == 0 and isinstance(value, Call))
        parts.append(items_of(code, value, giver) if value is not None and is_whole else _OPEN)
    return _either(parts)


def _items_of_local(code: Code, name: Name, function: GoFunction) -> Items:
    parts = []
    for definition in reaching(code, name, function):
        is_first = definition.how == "result" and definition.position == 0 and isinstance(definition.value, Call)
        if definition.how == "zero":
            parts.append(_EMPTY)
        elif definition.value is not None and (definition.how == "value" or is_first):
            parts.append(items_of(code, definition.value, function))
        else:
            return _OPEN
    if parts:
        return _either(parts)
    index = parameter_index(function.declaration, name.local)
    if index is None or index < 0:
        return _OPEN
    is_variadic = function.declaration.parameters[index].variadic
    callers = callers_of(code, function)
    if len(callers) > _MAX_CALLERS:
        return _OPEN
    for call, caller in callers:
        if len(call.arguments) <= index and not is_variadic:
            return _OPEN
        parts.append(arguments_from(code, call, index, caller) if is_variadic else items_of(code, call.arguments[index], caller))
    return _either(parts)


def _items_of_call(code: Code, call: Call, function: GoFunction) -> Items:
    callee = callee_of(code, call, function)
    if callee.name == "append" and call.arguments:
        return _joined([items_of(code, call.arguments[0], function), arguments_from(code, call, 1, function)])
    if callee.name == "make":
        return _EMPTY
    if callee.is_conversion and len(call.arguments) == 1:
        return items_of(code, call.arguments[0], function)
    if callee.declaration is None or callee.declaration[1].body is None:
        return _OPEN
    body = body_of(code, *callee.declaration)
    values = [statement.values[0] for statement in body.body.returns if statement.values]
    if len(values) != len(body.body.returns):
        return _OPEN
    # `return nil, err` of a helper that failed.
    kept = [value for value in values if not is_nil(value)]
    return _either([items_of(code, value, body) for value in kept])
