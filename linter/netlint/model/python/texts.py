"""Texts that Python code puts together, with the parts that it is given from outside: addresses, mostly.

A text is followed through names, attributes, parameters, f-strings and the few functions that people put addresses together with. What
cannot be followed is a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.knowledge.python_inputs import FIELDS, READING_METHODS, SETTINGS_CLASSES, VARIABLE_READERS, VariableReader
from netlint.model.python.callers import given_as
from netlint.model.python.names import entity_of, holder_of, is_parameter
from netlint.model.python.values import argument_of, base_of, class_of_self, line_of, made_class, values_of, values_of_member
from netlint.model.templates import MAX_ADDRESSES, Address, Input, is_open, rows, with_default
from netlint.python.syntax import Attribute, Await, Binary, Call, Choice, Constant, Name, Number, Sequence, Subscript, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.model.python.values import Value
    from netlint.model.templates import Part, Template
    from netlint.python.facts import Binding
    from netlint.python.syntax import Expression

_SAME_TEXT: Final = frozenset(("strip", "rstrip", "lstrip", "lower", "get_secret_value", "unicode_string", "human_repr", "removesuffix"))
"""Methods that leave a text as it is, as far as its host is concerned."""
_WRAPPERS: Final = frozenset(("yarl.URL", "httpx.URL", "furl.furl", "typing.cast", "starlette.datastructures.URL", "pydantic.SecretStr"))
_JOINERS: Final = frozenset(("urllib.parse.urljoin", "posixpath.join", "os.path.join"))
_BUILT_IN: Final = frozenset(("str", "int"))


def addresses_of(python: PythonCode, expression: Expression | None, scope: PythonScope) -> tuple[Address, ...]:
    """Every text that the expression may be, those of which nothing is known left out."""
    if expression is None:
        return ()
    return tuple(address for address in _alternatives(python, expression, scope) if address.template != (None,))


def texts_in(python: PythonCode, expression: Expression | None, scope: PythonScope) -> tuple[Address, ...]:
    """As ``addresses_of`` for an expression that may also be a list of texts, or one text with commas."""
    found: dict[Address, None] = {}
    for value in values_of(python, expression, scope):
        if isinstance(value.expression, Sequence) and value.scope is not None:
            for item in value.expression.items or ():
                found.update(dict.fromkeys(addresses_of(python, item, value.scope)))
    return tuple(found) or addresses_of(python, expression, scope)


def joined(python: PythonCode, parts: tuple[Expression | str | None, ...], scope: PythonScope) -> tuple[Address, ...]:
    """Every text that the parts make beside each other; None is a part that is not known."""
    alternatives: list[list[Part]] = []
    for part in parts:
        if isinstance(part, str):
            alternatives.append([part])
        elif part is None:
            alternatives.append([Address((None,), scope.span(0, 0), scope)])
        else:
            alternatives.append(list(_alternatives(python, part, scope)))
    if not any(isinstance(item, Address) for items in alternatives for item in items):
        return ()
    return tuple(address for address in rows(alternatives) if address.template != (None,))


def _alternatives(python: PythonCode, expression: Expression, scope: PythonScope) -> tuple[Address, ...]:
    """Never empty."""
    hole = (_hole(expression, scope),)

    def find() -> tuple[Address, ...]:
        found = tuple(dict.fromkeys(_find(python, expression, scope)))
        return found if 0 < len(found) <= MAX_ADDRESSES else hole

    return python.remember(("python texts", id(expression), id(scope)), hole, find)


def _literal(text: str, expression: Expression, scope: PythonScope) -> Address:
    return Address((text,) if text else (), scope.span(expression.start, expression.end), scope)


def _hole(expression: Expression, scope: PythonScope) -> Address:
    return Address((None,), scope.span(expression.start, expression.end), scope)


def _find(python: PythonCode, expression: Expression, scope: PythonScope) -> Iterator[Address]:
    match expression:
        case Text(parts=parts):
            yield from _of_parts(python, expression, parts, scope)
        case Number(value=int() as number):
            yield _literal(str(number), expression, scope)
        case Binary(operator="+", left=left, right=right):
            yield from _row(python, (left, right), scope)
        case Binary(operator="%", left=Text() as left, right=right):
            yield from _of_format(python, left, "%s", right.items if isinstance(right, Sequence) else (right,), scope)
        case Choice(options=options, is_or=is_or):
            yield from _of_choice(python, options, scope, is_or=is_or)
        case Await(value=value):
            yield from _alternatives(python, value, scope)
        case Subscript():
            yield from _of_subscript(python, expression, scope)
        case Call():
            yield from _of_call(python, expression, scope)
        case Name() | Attribute():
            yield from _of_name(python, expression, scope)
        case _:
            yield _hole(expression, scope)


def _row(python: PythonCode, parts: tuple[Expression, ...], scope: PythonScope) -> Iterator[Address]:
    yield from rows([_alternatives(python, part, scope) for part in parts])


def _of_parts(python: PythonCode, text: Text, parts: tuple[str | Expression | None, ...], scope: PythonScope) -> Iterator[Address]:
    if text.known is not None:
        yield _literal(text.known, text, scope)
        return
    alternatives: list[tuple[Part, ...]] = []
    for part in parts:
        if part is None or isinstance(part, str):
            alternatives.append((_hole(text, scope) if part is None else _literal(part, text, scope),))
        else:
            alternatives.append(_alternatives(python, part, scope))
    yield from rows(alternatives)


def _of_format(python: PythonCode, text: Text, mark: str, given: tuple[Expression, ...] | None, scope: PythonScope) -> Iterator[Address]:
    """A text with what is put in the place of each ``mark``."""
    pieces = (text.known or "").split(mark)
    if text.known is None or given is None or len(pieces) != len(given) + 1:
        yield _hole(text, scope)
        return
    alternatives: list[tuple[Part, ...]] = [(_literal(pieces[0], text, scope),)]
    for piece, expression in zip(pieces[1:], given, strict=True):
        alternatives += [_alternatives(python, expression, scope), (_literal(piece, text, scope),)]
    yield from rows(alternatives)


def _of_choice(python: PythonCode, options: tuple[Expression, ...], scope: PythonScope, *, is_or: bool) -> Iterator[Address]:
    first, *rest = options
    others = [address for option in rest for address in _alternatives(python, option, scope)]
    for address in _alternatives(python, first, scope):
        if is_or and is_open(address):
            yield from with_default(address, others)
        elif not (is_or and address.template == ()):
            yield address
    if not is_or or not any(is_open(address) for address in _alternatives(python, first, scope)):
        yield from others


# -- names


def _of_name(python: PythonCode, expression: Name | Attribute, scope: PythonScope) -> Iterator[Address]:
    found = tuple(_of_field(python, expression, scope)) if isinstance(expression, Attribute) else ()
    if found:
        yield from found
        return
    for value in values_of(python, expression, scope):
        yield from _of_value(python, value, expression, scope)


def _of_value(python: PythonCode, value: Value, expression: Expression, scope: PythonScope) -> Iterator[Address]:
    if value.expression is None or value.scope is None:
        yield _hole(expression, scope)
    elif isinstance(value.expression, Name) and _is_parameter(value):
        for given, place in given_as(python, value.scope, value.expression.text):
            yield from _alternatives(python, given, place)
    elif value.expression is not expression or value.scope is not scope:
        yield from _alternatives(python, value.expression, value.scope)
    else:
        yield _hole(expression, scope)


def _of_field(python: PythonCode, node: Attribute, scope: PythonScope) -> Iterator[Address]:
    """A field of an object that is filled from variables: ``settings.orders_url``."""
    own = class_of_self(node.operand, scope)
    for item in [own] if own is not None else _classes_of(python, node.operand, scope):
        if base_of(python, item) in SETTINGS_CLASSES:
            for place in line_of(python, item):
                for binding in place.bindings.get(node.name, ()):
                    yield _field(python, binding, place, item)
                if node.name in place.bindings:
                    break
        elif own is None and any(_is_parameter(value) for value in values_of(python, node.operand, scope)):
            for value in values_of_member(python, item, node.name):
                yield from _of_value(python, value, node, scope)


def _classes_of(python: PythonCode, operand: Expression, scope: PythonScope) -> Iterator[PythonScope]:
    """The classes in view that an expression is an object of; what a parameter is given in view counts."""
    for value in values_of(python, operand, scope):
        given = [(value.expression, value.scope)]
        if _is_parameter(value):
            assert isinstance(value.expression, Name)
            assert value.scope is not None
            given = list(given_as(python, value.scope, value.expression.text))
        for expression, place in given:
            for inner in values_of(python, expression, place):
                made = made_class(python, inner)
                if made is not None:
                    yield made


def _is_parameter(value: Value) -> bool:
    return isinstance(value.expression, Name) and value.scope is not None and is_parameter(value.scope, value.expression.text)


def _field(python: PythonCode, binding: Binding, place: PythonScope, made: PythonScope) -> Address:
    span = place.span(binding.target.start, binding.target.end)
    name, default = _prefix(python, made) + (binding.target.text if isinstance(binding.target, Name) else ""), binding.value
    if isinstance(default, Call) and entity_of(python, default.function, place) in FIELDS:
        for key in ("env", "validation_alias", "alias"):
            given = argument_of(default, key).argument
            if given is not None and isinstance(given.value, Text) and given.value.known:
                name = given.value.known
        first = argument_of(default, "default", 0).argument
        default = first.value if first is not None else None
    found = _alternatives(python, default, place) if default is not None else ()
    template: Template | None = None
    if len(found) == 1 and found[0].template != (None,):
        template = found[0].template
    part = Input("env", name.upper(), template, binding.value is None, span, found[0].span if template is not None else None)
    return Address((part,), span, place)


def _prefix(python: PythonCode, made: PythonScope) -> str:
    """``env_prefix`` of the class's settings, in either way of writing them."""
    for place in line_of(python, made):
        for inner in place.inner:
            if inner.facts.name == "Config":
                for binding in inner.bindings.get("env_prefix", ()):
                    if isinstance(binding.value, Text):
                        return binding.value.known or ""
        for binding in place.bindings.get("model_config", ()):
            if isinstance(binding.value, Call):
                given = argument_of(binding.value, "env_prefix").argument
                if given is not None and isinstance(given.value, Text):
                    return given.value.known or ""
    return ""


# -- calls and subscripts


def _of_call(python: PythonCode, call: Call, scope: PythonScope) -> Iterator[Address]:
    callee = call.function
    entity = entity_of(python, callee, scope)
    reader = _reader_of(python, call, entity, scope)
    if reader is not None:
        yield from _of_variable(python, call, reader, scope)
    elif isinstance(entity, str) and entity in _WRAPPERS and call.arguments:
        yield from _alternatives(python, call.arguments[-1].value, scope)
    elif isinstance(entity, str) and entity in _JOINERS and call.arguments:
        yield from rows([_alternatives(python, call.arguments[0].value, scope), (_hole(call, scope),)])
    elif isinstance(callee, Name) and callee.text in _BUILT_IN and holder_of(scope, callee.text) is None and len(call.arguments) == 1:
        yield from _alternatives(python, call.arguments[0].value, scope)
    elif entity is None and isinstance(callee, Attribute) and callee.name in _SAME_TEXT:
        yield from _alternatives(python, callee.operand, scope)
    elif entity is None and isinstance(callee, Attribute) and callee.name == "format" and isinstance(callee.operand, Text):
        is_plain = not any(item.name or item.stars for item in call.arguments)
        yield from _of_format(python, callee.operand, "{}", tuple(item.value for item in call.arguments) if is_plain else None, scope)
    else:
        for value in values_of(python, call, scope):
            yield from _of_value(python, value, call, scope)


def _reader_of(python: PythonCode, call: Call, entity: object, scope: PythonScope) -> VariableReader | None:
    """How the call reads a variable, when it does."""
    if isinstance(entity, str) and entity in VARIABLE_READERS:
        # What makes a reader reads nothing yet: ``env = environ.Env()``.
        is_maker = entity.rpartition(".")[2][:1].isupper()
        return None if is_maker else VARIABLE_READERS[entity]
    callee = call.function
    holder = callee.operand if isinstance(callee, Attribute) and callee.name in READING_METHODS else callee
    if not isinstance(holder, Name | Attribute):
        return None
    for value in values_of(python, holder, scope):
        if isinstance(value.expression, Call) and value.scope is not None:
            maker = entity_of(python, value.expression.function, value.scope)
            if isinstance(maker, str) and maker in VARIABLE_READERS and maker.rpartition(".")[2][:1].isupper():
                return VARIABLE_READERS[maker]
    return None


def _of_variable(python: PythonCode, call: Call, reader: VariableReader, scope: PythonScope) -> Iterator[Address]:
    name = argument_of(call, "key", reader.name).argument or argument_of(call, "name").argument
    default = argument_of(call, "default", reader.default).argument
    defaults: tuple[Address | None, ...] = (None,)
    if default is not None and not (isinstance(default.value, Constant) and default.value.value is None):
        defaults = _alternatives(python, default.value, scope)
    for text in _alternatives(python, name.value, scope) if name is not None else ():
        for given in defaults:
            yield _variable(text, given, call, scope, is_required=reader.is_required and default is None)


def _variable(name: Address, default: Address | None, node: Expression, scope: PythonScope, *, is_required: bool) -> Address:
    span = scope.span(node.start, node.end)
    match name.template:
        case (str() as known,):
            template: Template | None = () if default is None else None if default.template == (None,) else default.template
            part = Input("env", known, template, is_required, span, default.span if default is not None and template else None)
            return Address((part,), span, scope)
    return Address((None,), span, scope)


def _of_subscript(python: PythonCode, node: Subscript, scope: PythonScope) -> Iterator[Address]:
    if entity_of(python, node.operand, scope) == "os.environ":
        for name in _alternatives(python, node.key, scope):
            yield _variable(name, None, node, scope, is_required=True)
        return
    for value in values_of(python, node, scope):
        yield from _of_value(python, value, node, scope)
