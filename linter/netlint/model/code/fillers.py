"""Structs whose fields a package fills from environment variables, by tags: ``env:"ORDERS_URL" envDefault:"http://orders"``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Index, Name, TypeLiteral, Unary
from netlint.knowledge.go_inputs import FILLER_OPTIONS, FILLERS, GENERIC_FILLERS, PREFIX_TAGS, Filler
from netlint.model.code.calls import calls_of
from netlint.model.code.texts import known_text
from netlint.model.code.types import base_type, callee_of, resolve_type, struct_fields, type_of
from netlint.model.code.values import arguments_of, literal_fields, origins, parameter_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call, Composite, Expression, Field
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span

_TAG: Final = re.compile(r'([\w.-]+):"((?:[^"\\]|\\.)*)"')
_FILES: Final = frozenset(("yaml", "json", "toml", "mapstructure", "hcl", "koanf", "ini"))
"""Keys of tags by which a file may set the field as well."""
_WORD: Final = re.compile(r"([A-Z]+)([A-Z][a-z])|([a-z0-9])([A-Z])")
_MAX_DEPTH: Final = 8
_MAX_CALLERS: Final = 20
_SCALARS: Final = re.compile(r"\*?(?:string|u?int(?:8|16|32|64)?|time\.Duration|\[\]string|net/url\.URL)?")


class Filled(NamedTuple):
    """The variable that a field is filled from; ``default`` None: unknown. ``span`` is the field, ``function`` has it filled."""

    name: str
    default: str | None
    is_required: bool
    span: Span
    function: GoFunction


def filled_fields(code: Code) -> dict[tuple[str, str], tuple[Filled, ...]]:
    """Every field that is filled from a variable, by struct type and name."""
    return code.keep("filled fields", lambda: _filled_fields(code))


def _filled_fields(code: Code) -> dict[tuple[str, str], tuple[Filled, ...]]:
    found: dict[tuple[str, str], dict[Filled, None]] = {}
    for _, call, function, _ in calls_of(code, (*GENERIC_FILLERS, *FILLERS)):
        for type, prefix, filler in _filled_by(code, call, function):
            if prefix is not None:
                for key, item in _fields_of(code, type, prefix, filler, function, 0):
                    found.setdefault(key, {})[item] = None
    return {key: tuple(items) for key, items in found.items()}


def _filled_by(code: Code, call: Call, function: GoFunction) -> Iterator[tuple[str, str | None, Filler]]:
    """The struct types that a call fills, with what stands in front of every name, None where that is unknown."""
    name = callee_of(code, call, function).name
    if name in GENERIC_FILLERS and isinstance(call.function, Index) and call.function.indexes:
        type = resolve_type(code, call.function.indexes[0], function.file, function)
        yield type, _prefix_in_options(code, call.arguments, function), FILLERS["github.com/caarlos0/env.Parse"]
    filler = FILLERS.get(name)
    if filler is None or filler.target >= len(call.arguments):
        return
    prefix: str | None = ""
    if filler.prefix >= 0:
        prefix = known_text(code, call.arguments[filler.prefix], function)
        prefix = prefix and f"{prefix.upper()}_"
    elif name.startswith("github.com/caarlos0/"):
        prefix = _prefix_in_options(code, call.arguments[1:], function)
    for type in dict.fromkeys(_types_of(code, call.arguments[filler.target], function, 0)):
        yield type, prefix, filler


def _types_of(code: Code, target: Expression, function: GoFunction, depth: int) -> Iterator[str]:
    """The struct types that a pointer points at; of a parameter of type ``any``, those that the calls pass."""
    type = base_type(type_of(code, target, function))
    if struct_fields(code, type) is not None:
        yield type
    elif isinstance(target, Name) and target.local >= 0 and depth < _MAX_DEPTH:
        index = parameter_index(function.declaration, target.local)
        passed = arguments_of(code, function, index) if index is not None else ()
        for argument, caller in passed[:_MAX_CALLERS]:
            yield from _types_of(code, argument, caller, depth + 1)


def _prefix_in_options(code: Code, arguments: tuple[Expression, ...], function: GoFunction) -> str | None:
    """The ``Prefix`` of ``env.Options``; empty without one, None when it is unknown."""
    for argument in arguments:
        for origin in origins(code, argument, function):
            if origin.kind != "made" or origin.name != FILLER_OPTIONS or origin.function is None:
                return None
            for field, value in literal_fields(code, FILLER_OPTIONS, _composite(origin.node)):
                if field == "Prefix":
                    return known_text(code, value, origin.function)
                if field in ("Environment", "TagName", "UseFieldNameByDefault"):
                    return None
    return ""


def _composite(node: Expression | None) -> Composite:
    from netlint.golang.syntax import Composite

    assert isinstance(node, Composite)
    return node


def _fields_of(
    code: Code, type: str, prefix: str, filler: Filler, function: GoFunction, depth: int
) -> Iterator[tuple[tuple[str, str], Filled]]:
    declared = struct_fields(code, type)
    if declared is None or depth > _MAX_DEPTH:
        return
    file, fields = declared
    for field in fields:
        tags = dict(_TAG.findall(field.tag))
        inner = base_type(resolve_type(code, field.type, file))
        if struct_fields(code, inner) is not None or isinstance(_without_pointer(field.type), TypeLiteral):
            inner_prefix = _prefix_of(field, tags, filler)
            if inner_prefix is not None:
                yield from _fields_of(code, inner, prefix + inner_prefix, filler, function, depth + 1)
            continue
        item = _filled(field, tags, prefix, filler)
        if item is not None and _SCALARS.fullmatch(inner):
            name, default, is_required = item
            yield (type, field.name), Filled(name, default, is_required, file.span(field.start, field.end), function)


def _without_pointer(type: Expression) -> Expression:
    return type.operand if isinstance(type, Unary) and type.operator == "*" else type


def _prefix_of(field: Field, tags: dict[str, str], filler: Filler) -> str | None:
    """What the names inside a struct that is a field get in front of theirs; None when that is not known."""
    for key in PREFIX_TAGS:
        if key in tags:
            return tags[key]
    if not filler.untagged:
        named = next((tags[key] for key in filler.tags if key in tags), "")
        rest = dict(part.strip().partition("=")[::2] for part in named.split(",")[1:])
        return rest.get("prefix", "")
    # envconfig puts the name of a struct in front, but not that of an embedded one (``envconfig.go``, gatherInfo).
    if field.embedded and "envconfig" not in tags:
        return ""
    return f"{_name_of(field, tags, filler)}_"


def _name_of(field: Field, tags: dict[str, str], filler: Filler) -> str:
    for key in filler.tags:
        if key in tags and tags[key].split(",")[0]:
            name = tags[key].split(",")[0]
            return name.upper() if filler.untagged else name
    if not filler.untagged:
        return ""
    name = (
        _WORD.sub(lambda match: "_".join(part for part in match.groups() if part), field.name)
        if _is_true(tags, "split_words")
        else field.name
    )
    return name.upper()


def _is_true(tags: dict[str, str], key: str) -> bool:
    return tags.get(key, "").lower() in ("true", "1", "t")


def _filled(field: Field, tags: dict[str, str], prefix: str, filler: Filler) -> tuple[str, str | None, bool] | None:
    """The name, default and necessity of the variable that a field is filled from; None when it is filled from none."""
    name = _name_of(field, tags, filler)
    if not name or name == "-" or _is_true(tags, "ignored") or not field.name[:1].isupper():
        return None
    held = next((tags[key] for key in filler.tags if key in tags), "")
    parts = [part.strip() for part in held.split(",")[1:]]
    in_tag = next((part.partition("=")[2] for part in parts if part.startswith("default=")), "")
    default = next((tags[key] for key in filler.defaults if key in tags), in_tag)
    is_required = any(_is_true(tags, key) or (key == "env-required" and key in tags) for key in filler.required)
    is_required = is_required or "required" in parts or "notEmpty" in parts
    is_known = not filler.reads_files and not _FILES.intersection(tags) and "expand" not in parts
    return prefix + name, default if is_known else None, is_required
