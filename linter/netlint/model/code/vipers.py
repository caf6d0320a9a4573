"""What the settings that are read through viper may come from: variables, flags and defaults, by their keys."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Literal, Selector
from netlint.knowledge.go_inputs import VIPER, VIPER_READERS
from netlint.model.code.calls import calls_where
from netlint.model.code.flow import branches_of
from netlint.model.code.texts import known_text
from netlint.model.code.types import base_type, callee_of, resolve_type, struct_fields, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.golang.syntax import Expression
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span

_MAX_DEPTH: Final = 8
_METHOD: Final = re.compile(rf"{re.escape(VIPER)}\.(?:Viper\.)?(?P<name>\w+)")


class Viper(NamedTuple):
    """What the code of one module tells viper.

    ``variables``: key to the names bound to it; ``is_automatic``: a variable for every key, called as ``prefix`` and ``replaced`` say;
    ``defaults`` and ``flags``: key to what ``SetDefault`` sets and to the flag bound to it; ``binds_all_flags``: every flag is bound to the
    key of its name. ``reads_files``: a file may set them as well. ``is_known``: there is one viper only, and all of this is in view.
    """

    variables: dict[str, tuple[str, ...]]
    defaults: dict[str, list[tuple[Expression, GoFunction]]]
    flags: dict[str, tuple[Expression, GoFunction]]
    prefix: str = ""
    replaced: tuple[tuple[str, str], ...] = ()
    is_automatic: bool = False
    binds_all_flags: bool = False
    reads_files: bool = False
    is_known: bool = True
    fixed: Mapping[str, bool] = MappingProxyType({})
    """Keys that ``Set`` gives something that wins over everything else, and whether it does so outside of every branch."""

    def variables_of(self, key: str) -> tuple[str, ...]:
        """The variables that are asked for a key, the first first (viper ``viper.go``, find: bound ones after the automatic one)."""
        bound = self.variables.get(key.lower(), ())
        if not self.is_automatic:
            return bound
        name = key
        for old, new in self.replaced:
            name = name.replace(old, new)
        automatic = f"{self.prefix}_{name}" if self.prefix else name
        return (automatic.upper(), *bound)


def viper_calls(code: Code) -> list[Called]:
    """The calls of functions and methods of viper."""
    is_used = code.keep("uses viper", lambda: any(VIPER in file.imports.values() for item in code.packages.values() for file in item.files))
    return calls_where(code, _METHOD.fullmatch, lambda _: is_used)


def viper_key(code: Code, call: Call, function: GoFunction) -> Expression | None:
    """The key of the setting that a call reads."""
    form = _METHOD.fullmatch(callee_of(code, call, function).name)
    return call.arguments[0] if form is not None and form["name"] in VIPER_READERS and len(call.arguments) == 1 else None


class Unmarshalled(NamedTuple):
    """A field that viper fills from the setting ``key``; ``span`` is the field, ``call`` fills it in ``function``."""

    key: str
    span: Span
    call: Call
    function: GoFunction


def unmarshalled_fields(code: Code) -> dict[tuple[str, str], tuple[Unmarshalled, ...]]:
    """Every field that ``viper.Unmarshal(&config)`` fills, by struct type and name."""
    return code.keep("unmarshalled fields", lambda: _unmarshalled_fields(code))


def _unmarshalled_fields(code: Code) -> dict[tuple[str, str], tuple[Unmarshalled, ...]]:
    found: dict[tuple[str, str], tuple[Unmarshalled, ...]] = {}
    for _, call, function, callee in viper_calls(code):
        if VIPER in function.file.imports.values():
            form = _METHOD.fullmatch(callee.name)
            if form is not None and form["name"] in ("Unmarshal", "UnmarshalExact") and call.arguments:
                type = base_type(type_of(code, call.arguments[0], function))
                for key, item in _fields_of(code, type, "", call, function, 0):
                    found[key] = (*found.get(key, ()), item)
    return found


def _fields_of(
    code: Code, type: str, prefix: str, call: Call, function: GoFunction, depth: int
) -> Iterator[tuple[tuple[str, str], Unmarshalled]]:
    declared = struct_fields(code, type)
    if declared is None or depth > _MAX_DEPTH:
        return
    file, fields = declared
    for field in fields:
        tag = re.search(r'mapstructure:"([^",]*)(,squash)?', field.tag)
        name = (tag[1] if tag is not None else "") or field.name
        inner = base_type(resolve_type(code, field.type, file))
        if tag is not None and tag[2]:
            yield from _fields_of(code, inner, prefix, call, function, depth + 1)
        elif struct_fields(code, inner) is not None:
            yield from _fields_of(code, inner, f"{prefix}{name}.", call, function, depth + 1)
        elif field.name[:1].isupper():
            yield (type, field.name), Unmarshalled(f"{prefix}{name}", file.span(field.start, field.end), call, function)


def viper_of(code: Code, function: GoFunction) -> Viper:
    """What the module of a function tells viper."""
    module = function.file.package.module
    return code.keep(("viper", id(module)), lambda: _viper_of(code, module))


def _viper_of(code: Code, module: object) -> Viper:
    variables: dict[str, tuple[str, ...]] = {}
    defaults: dict[str, list[tuple[Expression, GoFunction]]] = {}
    flags: dict[str, tuple[Expression, GoFunction]] = {}
    fixed: dict[str, bool] = {}
    found = Viper(variables, defaults, flags)
    prefixes: set[str | None] = set()
    replacers: set[tuple[tuple[str, str], ...] | None] = set()
    for _, call, function, callee in viper_calls(code):
        form = _METHOD.fullmatch(callee.name)
        if form is not None and function.file.package.module is module and VIPER in function.file.imports.values():
            texts = [known_text(code, argument, function) for argument in call.arguments]
            match form["name"], call.arguments:
                case "AutomaticEnv", _:
                    found = found._replace(is_automatic=True)
                case "SetEnvPrefix", (_,):
                    prefixes.add(texts[0])
                case "SetEnvKeyReplacer", (replacer,):
                    replacers.add(_replacer(replacer))
                case "BindEnv", (_, *names) if texts[0]:
                    bound = tuple(text for text in texts[1:] if text is not None)
                    variables[texts[0].lower()] = bound if names else (f"\0{texts[0]}",)
                case "SetDefault", (_, value) if texts[0]:
                    defaults.setdefault(texts[0].lower(), []).append((value, function))
                case "BindPFlag", (_, Call(function=Selector(name="Lookup"), arguments=(name,))) if texts[0]:
                    flags[texts[0].lower()] = (name, function)
                case "BindPFlags", _:
                    found = found._replace(binds_all_flags=True)
                case "Set", (_, _) if texts[0]:
                    is_sure = not any(begin <= call.start < end for begin, end in branches_of(code, function))
                    fixed[texts[0].lower()] = fixed.get(texts[0].lower(), False) or is_sure
                case "BindPFlag" | "Set" | "AllowEmptyEnv", _:
                    found = found._replace(is_known=False)
                case "ReadInConfig" | "MergeInConfig" | "ReadConfig" | "ReadRemoteConfig", _:
                    found = found._replace(reads_files=True)
    prefix, replaced = next(iter(prefixes), ""), next(iter(replacers), ())
    is_known = found.is_known and len(prefixes) < 2 and len(replacers) < 2 and prefix is not None and replaced is not None
    return _with_implicit_names(found._replace(prefix=prefix or "", replaced=replaced or (), is_known=is_known, fixed=fixed))


def _with_implicit_names(viper: Viper) -> Viper:
    """``BindEnv("port")`` without a name binds the one that the prefix and the key make; the replacer is for dots and the like."""
    automatic = viper._replace(is_automatic=True, variables={})
    named = {
        key: tuple(name for text in names for name in (automatic.variables_of(text[1:]) if text.startswith("\0") else (text,)))
        for key, names in viper.variables.items()
    }
    return viper._replace(variables=named)


def _replacer(expression: Expression) -> tuple[tuple[str, str], ...] | None:
    """What ``strings.NewReplacer(".", "_")`` replaces, when it is written there."""
    match expression:
        case Call(function=Selector(name="NewReplacer"), arguments=arguments) if len(arguments) % 2 == 0:
            texts = [argument.text for argument in arguments if isinstance(argument, Literal) and argument.kind == "string"]
            return tuple(zip(texts[::2], texts[1::2], strict=True)) if len(texts) == len(arguments) else None
    return None
