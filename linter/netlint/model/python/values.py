"""What an expression of Python may be at run time: the calls that make objects, and plain values. Unknown stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.python_clients import ENTERED_AS_THEMSELVES
from netlint.model.python.code import PythonScope
from netlint.model.python.names import entity_of, holder_of, imported, is_parameter, members
from netlint.python.syntax import Attribute, Await, Binary, Call, Choice, Constant, Mapping, Name, Number, Other, Subscript, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.model.python.code import PythonCode
    from netlint.python.facts import Binding
    from netlint.python.syntax import Argument, Expression
    from netlint.source import Span


class Value(NamedTuple):
    """What an expression may be: ``expression`` of ``scope``; both None when it is not known.

    What a parameter is given is the parameter's name, in the scope of its function; what something out of view returns or holds is the
    call or the subscript.
    """

    expression: Expression | None
    scope: PythonScope | None

    @property
    def span(self) -> Span:
        """Where it stands; only of a known one."""
        assert self.expression is not None
        assert self.scope is not None
        return self.scope.span(self.expression.start, self.expression.end)


UNKNOWN: Final = Value(None, None)
_ONLY_UNKNOWN: Final[tuple[Value, ...]] = (UNKNOWN,)
_MAX_VALUES: Final = 16
_PLAIN_DECORATORS: Final = frozenset(
    "staticmethod classmethod property functools.cache functools.lru_cache functools.cached_property functools.wraps".split()
)
"""Decorators under which a call still gives what the function returns."""


def values_of(python: PythonCode, expression: Expression | None, scope: PythonScope | None) -> tuple[Value, ...]:
    """Every value that the expression may have in ``scope``, with ``UNKNOWN`` among them when there may be others."""
    if expression is None or scope is None:
        return (UNKNOWN,)
    if not isinstance(expression, Name | Attribute | Call | Subscript | Choice | Await | Other):
        return (Value(expression, scope),)
    return python.remember(("python values", id(expression), id(scope)), (UNKNOWN,), lambda: _all_values(python, expression, scope))


def _all_values(python: PythonCode, expression: Expression, scope: PythonScope) -> tuple[Value, ...]:
    found = {_key(value): value for value in _values(python, expression, scope)}
    return tuple(found.values()) if found and len(found) <= _MAX_VALUES else (UNKNOWN,)


def _key(value: Value) -> tuple[str, int, int]:
    if value.expression is None or value.scope is None:
        return ("", 0, 0)
    return (value.scope.path, value.expression.start, value.expression.end)


def _values(python: PythonCode, expression: Expression, scope: PythonScope) -> Iterator[Value]:
    match expression:
        case Name():
            yield from _of_name(python, expression, scope)
        case Attribute():
            yield from _of_attribute(python, expression, scope)
        case Call():
            yield from _of_call(python, expression, scope)
        case Subscript():
            yield from _of_subscript(python, expression, scope)
        case Choice():
            for option in expression.options:
                yield from values_of(python, option, scope)
        case Await():
            yield from values_of(python, expression.value, scope)
        case Other():
            yield UNKNOWN
        case _:
            yield Value(expression, scope)


def _of_name(python: PythonCode, name: Name, scope: PythonScope) -> Iterator[Value]:
    holder = holder_of(scope, name.text)
    if holder is None:
        yield UNKNOWN
        return
    if is_parameter(holder, name.text):
        # Whoever calls gives it, which is for those who ask to follow; the default is one of the things that it may be.
        default = next(item.default for item in holder.facts.parameters if item.name == name.text)
        yield Value(name, holder)
        if default is not None and holder.outer is not None:
            yield from values_of(python, default, holder.outer)
    yield from _of_bindings(python, _in_force(members(python, holder, name.text), name, scope))


def _in_force(found: list[tuple[Binding, PythonScope]], name: Name, scope: PythonScope) -> list[tuple[Binding, PythonScope]]:
    """Of a name that several ``with`` of one function give something the nearest one above: it holds until its block ends."""
    if len(found) > 1 and all(binding.kind == "with" and place is scope for binding, place in found):
        return [item for item in found if item[0].target.start < name.start][-1:]
    return found


def _of_bindings(python: PythonCode, bindings: Iterable[tuple[Binding, PythonScope]]) -> Iterator[Value]:
    for binding, place in bindings:
        if binding.kind == "declare":
            continue
        if binding.kind == "assign":
            yield from values_of(python, binding.value, place)
        elif binding.kind == "with":
            yield from _entered(python, binding.value, place)
        elif binding.kind == "import":
            yield from _of_import(python, binding, place)
        else:
            yield UNKNOWN


def _of_import(python: PythonCode, binding: Binding, place: PythonScope) -> Iterator[Value]:
    """What a module in view binds under the name."""
    name = binding.path.rpartition(".")[2]
    origin = binding.path.removesuffix(name)
    module = imported(python, place.path, origin if not origin.strip(".") else origin.removesuffix(".")) if origin else None
    if isinstance(module, PythonScope) and module.facts.kind == "module":
        # Modules may import a name from each other.
        yield from python.remember(("python import", id(module), name), _ONLY_UNKNOWN, lambda: _members_of(python, module, name))
    else:
        yield UNKNOWN


def _members_of(python: PythonCode, module: PythonScope, name: str) -> tuple[Value, ...]:
    found = members(python, module, name)
    return tuple(_of_bindings(python, found)) if found else (UNKNOWN,)


def _entered(python: PythonCode, value: Expression | None, place: PythonScope) -> Iterator[Value]:
    """What ``with`` gives a name: the object itself for those of which this is known."""
    for found in values_of(python, value, place):
        if isinstance(found.expression, Call) and found.scope is not None:
            maker = entity_of(python, found.expression.function, found.scope)
            if maker == "contextlib.closing" and found.expression.arguments:
                yield from values_of(python, found.expression.arguments[0].value, found.scope)
                continue
            known = maker if isinstance(maker, str) else base_of(python, maker)
            if known in ENTERED_AS_THEMSELVES:
                yield found
                continue
        yield UNKNOWN


def _of_attribute(python: PythonCode, node: Attribute, scope: PythonScope) -> Iterator[Value]:
    held = class_of_self(node.operand, scope)
    if held is not None:
        yield from _of_member(python, held, node.name)
        return
    entity = entity_of(python, node.operand, scope)
    if isinstance(entity, PythonScope) and entity.facts.kind in ("module", "class"):
        found = members(python, entity, node.name)
        yield from _of_bindings(python, found) if found else (UNKNOWN,)
    elif isinstance(entity, str):
        yield UNKNOWN
    else:
        for value in values_of(python, node.operand, scope):
            made = made_class(python, value)
            yield from _of_member(python, made, node.name) if made is not None else (UNKNOWN,)


def class_of_self(expression: Expression, scope: PythonScope) -> PythonScope | None:
    """The class of which ``expression`` is the instance that a method is given first (or the class itself)."""
    if not isinstance(expression, Name):
        return None
    holder = holder_of(scope, expression.text)
    if holder is None or holder.facts.kind != "function" or holder.outer is None or holder.outer.facts.kind != "class":
        return None
    first = holder.facts.parameters[0].name if holder.facts.parameters else ""
    return holder.outer if first == expression.text and expression.text not in holder.bindings else None


def made_class(python: PythonCode, value: Value) -> PythonScope | None:
    """The class in view that a value is an instance of."""
    if not isinstance(value.expression, Call) or value.scope is None:
        return None
    maker = entity_of(python, value.expression.function, value.scope)
    return maker if isinstance(maker, PythonScope) and maker.facts.kind == "class" else None


def bases_of(python: PythonCode, made: PythonScope) -> tuple[PythonScope | str | None, ...]:
    """The classes that a class in view is derived from directly."""
    outer = made.outer
    return tuple(entity_of(python, base, outer) for base in made.facts.bases) if outer is not None else ()


def base_of(python: PythonCode, made: PythonScope | None) -> str | None:
    """The one class of a library that a class in view is derived from, over others in view; None when there is none, or are several."""
    return None if made is None else python.remember(("python base", id(made)), None, lambda: _base_of(python, made))


def _base_of(python: PythonCode, made: PythonScope) -> str | None:
    found = {base if isinstance(base, str) else base_of(python, base) for base in bases_of(python, made)}
    return next(iter(found)) if len(found) == 1 else None


def line_of(python: PythonCode, made: PythonScope) -> tuple[PythonScope, ...]:
    """A class in view and those in view that it is derived from, nearest first."""
    found: dict[int, PythonScope] = {}
    pending = [made]
    while pending and len(found) < _MAX_VALUES:
        item = pending.pop(0)
        if id(item) not in found:
            found[id(item)] = item
            pending += [base for base in bases_of(python, item) if isinstance(base, PythonScope) and base.facts.kind == "class"]
    return tuple(found.values())


def values_of_member(python: PythonCode, made: PythonScope, name: str) -> tuple[Value, ...]:
    """As ``values_of`` for an attribute of an object of a class in view."""
    return tuple(_of_member(python, made, name))


def _of_member(python: PythonCode, made: PythonScope, name: str) -> Iterator[Value]:
    """What an attribute of an instance may be: all that methods of its class, and of classes beside it, set it to."""
    is_found = False
    for place in line_of(python, made):
        for method in place.inner:
            if method.facts.name == name and method.facts.kind == "function":
                is_found = True
                yield from _returned(python, method) if _is_property(python, method) else (UNKNOWN,)
            for binding, scope in _own_attributes(python, method):
                if isinstance(binding.target, Attribute) and binding.target.name == name:
                    is_found = True
                    yield from _of_bindings(python, ((binding, scope),))
        plain = [binding for binding in place.bindings.get(name, ()) if binding.kind != "definition"]
        is_found = is_found or bool(plain)
        yield from _of_bindings(python, ((binding, place) for binding in plain))
        if plain and _may_fill_fields(python, place):
            yield UNKNOWN
    if not is_found or name in _attributes_set_elsewhere(python):
        yield UNKNOWN


def _may_fill_fields(python: PythonCode, made: PythonScope) -> bool:
    """Whether what makes an object may give it the fields that its class only lists: a dataclass, a model of pydantic."""
    return bool(made.facts.decorators) or any(not isinstance(base, PythonScope) for base in bases_of(python, made))


def _is_property(python: PythonCode, method: PythonScope) -> bool:
    return any(
        (isinstance(item, Name) and item.text in ("property", "cached_property"))
        or entity_of(python, item, method) == "functools.cached_property"
        for item in method.facts.decorators
    )


def _own_attributes(python: PythonCode, method: PythonScope) -> list[tuple[Binding, PythonScope]]:
    """What a method, with the functions inside of it, sets attributes of its instance to."""
    return python.keep(
        ("own attributes", id(method)),
        lambda: [
            (item, scope)
            for scope in method.walk()
            for item in scope.facts.bindings
            if isinstance(item.target, Attribute) and class_of_self(item.target.operand, scope) is not None
        ],
    )


def _attributes_set_elsewhere(python: PythonCode) -> frozenset[str]:
    """Names of attributes that something else than a method sets on its own instance."""
    return python.keep("attributes set elsewhere", lambda: frozenset(_set_elsewhere(python)))


def _set_elsewhere(python: PythonCode) -> Iterator[str]:
    for scope in python.scopes:
        for item in scope.facts.bindings:
            if isinstance(item.target, Attribute) and class_of_self(item.target.operand, scope) is None:
                yield item.target.name


def _of_call(python: PythonCode, call: Call, scope: PythonScope) -> Iterator[Value]:
    maker = entity_of(python, call.function, scope)
    if maker is None and isinstance(call.function, Attribute):
        maker = method_called(python, call.function, scope)
    if isinstance(maker, PythonScope) and maker.facts.kind == "function":
        yield from _returned(python, maker)
    else:
        yield Value(call, scope)


def _of_subscript(python: PythonCode, node: Subscript, scope: PythonScope) -> Iterator[Value]:
    """What a dict holds under a text, and what its module gives it there: ``app.config["ORDERS_URL"]``."""
    key = node.key.known if isinstance(node.key, Text) else None
    is_found = False
    if key is not None:
        for value in values_of(python, node.operand, scope):
            for written, item in (value.expression.entries or ()) if isinstance(value.expression, Mapping) else ():
                if isinstance(written, Text) and written.known == key:
                    is_found = True
                    yield from values_of(python, item, value.scope)
                    if value.scope is not None and value.scope.top is not scope.top:
                        # Whoever else imports it may set it.
                        yield UNKNOWN
        for holder, item, place in python.keep(("given by key", id(scope.top)), lambda: _given_by_key(scope.top)).get(key, ()):
            if _reads_alike(holder, node.operand):
                is_found = True
                yield from values_of(python, item, place)
    if not is_found:
        yield Value(node, scope)


def _given_by_key(module: PythonScope) -> dict[str, list[tuple[Expression, Expression, PythonScope]]]:
    """What a module gives objects under a text, by that text: the object, what it is given, and the scope."""
    found: dict[str, list[tuple[Expression, Expression, PythonScope]]] = {}
    for place in module.walk():
        for binding in place.facts.bindings:
            match binding.target:
                case Subscript(operand=holder, key=Text(parts=(str() as key,))) if binding.value is not None:
                    found.setdefault(key, []).append((holder, binding.value, place))
    return found


def _reads_alike(one: Expression, other: Expression) -> bool:
    if isinstance(one, Attribute) and isinstance(other, Attribute):
        return one.name == other.name and _reads_alike(one.operand, other.operand)
    return isinstance(one, Name) and isinstance(other, Name) and one.text == other.text


def method_called(python: PythonCode, callee: Attribute, scope: PythonScope) -> PythonScope | None:
    """The method in view that is called."""
    made = class_of_self(callee.operand, scope)
    if made is None:
        found = values_of(python, callee.operand, scope)
        made = made_class(python, found[0]) if len(found) == 1 else None
    for place in line_of(python, made) if made is not None else ():
        for method in place.inner:
            if method.facts.name == callee.name:
                return method
    return None


def _returned(python: PythonCode, function: PythonScope) -> Iterator[Value]:
    if (
        function.facts.yields
        or function.facts.is_unread
        or not all(_is_plain(item, function, python) for item in function.facts.decorators)
    ):
        yield UNKNOWN
        return
    for returned in function.facts.returns:
        if not (isinstance(returned, Constant) and returned.value is None):
            yield from values_of(python, returned, function)


def _is_plain(decorator: Expression, function: PythonScope, python: PythonCode) -> bool:
    node = decorator.function if isinstance(decorator, Call) else decorator
    if isinstance(node, Name) and node.text in _PLAIN_DECORATORS:
        return True
    return function.outer is not None and entity_of(python, node, function.outer) in _PLAIN_DECORATORS


# -- arguments and numbers


class Given(NamedTuple):
    """An argument of a call. ``state``: ``given``, ``absent``, or ``unknown`` where something is unpacked that may hold it."""

    state: str
    argument: Argument | None = None


def argument_of(call: Call, name: str, position: int = -1) -> Given:
    """The argument called ``name``, or that at ``position`` when it may be given without its name."""
    is_open = False
    for place, item in enumerate(call.arguments):
        if item.name == name and not item.stars:
            return Given("given", item)
        if item.stars == "*" and position >= place:
            return Given("unknown")
        if place == position and not item.name and not item.stars:
            return Given("given", item)
        is_open = is_open or item.stars == "**"
    return Given("unknown" if is_open else "absent")


def number_of(expression: Expression, python: PythonCode, scope: PythonScope | None) -> float | None:
    """The number that an expression surely is; None when it is another thing, or may be."""
    return python.remember(("python number", id(expression), id(scope)), None, lambda: _number_of(expression, python, scope))


def _number_of(expression: Expression, python: PythonCode, scope: PythonScope | None) -> float | None:
    found: set[float] = set()
    for value in values_of(python, expression, scope):
        match value.expression:
            case Number(value=number):
                found.add(number)
            case Binary(left=left, operator=operator, right=right) if value.scope is not None:
                one, other = number_of(left, python, value.scope), number_of(right, python, value.scope)
                computed = _computed(one, operator, other) if one is not None and other is not None else None
                if computed is None:
                    return None
                found.add(computed)
            case _:
                return None
    return next(iter(found)) if len(found) == 1 else None


def _computed(one: float, operator: str, other: float) -> float | None:
    match operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case "/":
            return one / other if other else None
    return None
