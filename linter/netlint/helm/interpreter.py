"""Runs a chart's templates as text/template does, over values of which some are not known.

Nothing of the target is run by this: a template has no way to a file, a program or the network. What a function would ask the cluster, the
clock or chance is not known, and what is not known goes on through everything that is made of it.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from netlint.helm.bounds import cost_of, values_in
from netlint.helm.data import UNKNOWN, UNKNOWN_BLOCK, ClusterVersion, Origin, Rich, Row, Table, is_surely_there, is_unknown, parts_of, rich
from netlint.helm.data_functions import DATA_FUNCTIONS, MUTATING
from netlint.helm.errors import CallError, ChartError, ChartLimitError, SizeError, ValuesError
from netlint.helm.files import FileTable, of_all
from netlint.helm.parser import parse_template
from netlint.helm.printing import formatted, joined, shown_by_template
from netlint.helm.syntax import Action, Branch, Call, Dot, Function, Jump, Literal, Nested, Text, Variable
from netlint.helm.text_functions import MAX_TEXT, TEXT_FUNCTIONS, NotKnownError, integer_of, text_of
from netlint.helm.to_yaml import is_blank, to_yaml
from netlint.helm.values_file import read_data
from netlint.helm.versions import satisfied
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netlint.helm.syntax import Node, Operand, Pipe, Template

MAX_INCLUDES: Final = 40
"""Templates inside each other. Helm stops at a thousand; people stay below ten."""
MAX_STEPS: Final = 2_000_000
"""Nodes and calls of all templates of a chart."""
MAX_OUTPUT: Final = 20_000_000
"""Characters that the templates of a chart may come to."""
_KEEPS_PLACE: Final = frozenset(
    "quote squote int int64 float64 toString default coalesce required trim trimSuffix trimPrefix ternary toYaml trunc lower upper".split()
)
"""Functions whose result is the value that one of their arguments is, so that its place is where a person would change it."""
_KEEPS_MARKS: Final = frozenset("quote squote toString cat lower upper".split())
"""Functions of text that leave alone what they do not know, so that the rest stays known."""
_MORE_THAN_SCALARS: Final = re.compile(rf"{UNKNOWN_BLOCK}|^[ \t-]*{UNKNOWN}|{UNKNOWN}[^\n]*:(?:\s|$)|[{{\[][^\n]*{UNKNOWN}", re.MULTILINE)
"""Text of YAML in which it is not known what is a key, an item or a line."""


class _Scope:
    """Variables of a block and those around it."""

    __slots__ = ("around", "names")

    def __init__(self, around: _Scope | None, names: dict[str, tuple[Any, Span | None]] | None = None) -> None:
        self.around = around
        self.names = names if names is not None else {}

    def find(self, name: str) -> _Scope | None:
        scope: _Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.around
        return scope


class _BreakError(Exception):
    """``break`` or ``continue`` on its way to its ``range``."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Interpreter:
    """Runs templates that may use each other.

    ``skipped``: the text inside of blocks of which it is not known whether they are there, by path and start of the block.
    """

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self.templates = dict(templates)
        self.skipped: dict[tuple[str, int], str] = {}
        self.steps = 0
        self.size = 0
        self.depth = 0
        self.here = Span("", 0, 0)
        self.changing: dict[str, bool] = {}

    def run(self, template: Template, data: Any) -> tuple[tuple[str, Origin], ...]:
        """The output of a template over ``data``. Raises ChartError where helm would fail, and where a bound is passed."""
        out: list[tuple[str, Origin]] = []
        self.depth += 1
        here = self.here
        try:
            if self.depth > MAX_INCLUDES:
                raise ChartLimitError(here.path, here.start, f"uses templates in each other deeper than {MAX_INCLUDES} levels")
            self._nodes(template, template.nodes, data, _Scope(None, {"$": (data, None)}), out)
        except RecursionError:
            raise ChartLimitError(self.here.path, self.here.start, "nests too deep") from None
        finally:
            self.depth -= 1
        self.here = here
        return tuple(out)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ChartLimitError(self.here.path, self.here.start, f"takes more than {MAX_STEPS} steps")

    def _pay(self, name: str, values: list[Any], result: Any) -> None:
        """Count what a call cost by the size of what it gave, so that the bound of steps is one of time."""
        if isinstance(result, str):
            self.steps += len(result) // 64
        elif isinstance(result, (dict, list)):
            self.steps += len(result) // 8
        if "egex" in name:
            self.steps += sum(len(value) ** 2 // 16 for value in values[1:2] if isinstance(value, str))
        self._step()

    def _nodes(self, template: Template, nodes: Iterable[Node], dot: Any, scope: _Scope, out: list[tuple[str, Origin]]) -> None:
        for node in nodes:
            self._step()
            if isinstance(node, Text):
                self._emit(out, template.text[node.start : node.end], Origin(Span(template.path, node.start, node.end), is_literal=True))
                continue
            if isinstance(node, Jump):
                raise _BreakError(node.word)
            place = Span(template.path, node.start, node.end)
            self.here = place
            match node:
                case Action():
                    value, span = self._pipe(node.pipe, dot, scope)
                    if not node.pipe.names:
                        self._print(value, span, place, out)
                case Branch(word="range"):
                    self._range(template, node, dot, scope, out)
                case Branch():
                    self._branch(template, node, dot, scope, out)
                case Call():
                    data = self._pipe(node.pipe, dot, scope)[0] if node.pipe else None
                    if node.name in self.templates:
                        self._print(rich(self.run(self.templates[node.name], data)), None, place, out)
                    else:
                        self._emit(out, f"\n{UNKNOWN_BLOCK}", Origin(place))

    def _emit(self, out: list[tuple[str, Origin]], text: str, origin: Origin) -> None:
        if not text:
            return
        self.size += len(text)
        if self.size > MAX_OUTPUT:
            raise ChartLimitError(self.here.path, self.here.start, f"comes to more than {MAX_OUTPUT // 1_000_000} million characters")
        out.append((text, origin))

    def _print(self, value: Any, span: Span | None, place: Span, out: list[tuple[str, Origin]]) -> None:
        if isinstance(value, Rich) and _is_word(value):
            # A word that a helper makes is changed where it is asked for, or in the values file where it is one of those.
            words = [(text, origin) for text, origin in value.parts if text.strip()]
            origin = words[0][1] if len(words) == 1 else Origin(None)
            text = words[0][0] if len(words) == 1 and words[0][0] == value else str(value)
            self._emit(out, text, Origin(place, value=origin.value))
        elif isinstance(value, Rich):
            for text, origin in value.parts:
                self._emit(out, text, origin if origin.place else origin._replace(place=place))
        else:
            text = UNKNOWN if is_unknown(value) and not isinstance(value, str) else self._shown(value)
            self._emit(out, text, Origin(place, value=span))

    def _shown(self, value: Any) -> str:
        try:
            self.steps += values_in(value)
        except SizeError as error:
            raise ChartLimitError(self.here.path, self.here.start, f"prints what {error}") from None
        return shown_by_template(value)

    # Blocks

    def _branch(self, template: Template, node: Branch, dot: Any, scope: _Scope, out: list[tuple[str, Origin]]) -> None:
        inner = _Scope(scope)
        value, span = self._pipe(node.pipe, dot, inner)
        if is_unknown(value) and not is_surely_there(value):
            self._skip(template, node, inner, out)
            return
        if is_blank(value):
            self._nodes(template, node.otherwise, dot, _Scope(inner), out)
        else:
            if node.word == "with" and span is not None:
                inner.names["."] = (value, span)
            self._nodes(template, node.body, value if node.word == "with" else dot, _Scope(inner), out)

    def _range(self, template: Template, node: Branch, dot: Any, scope: _Scope, out: list[tuple[str, Origin]]) -> None:
        outer = _Scope(scope)
        pipe = node.pipe._replace(names=())
        value, _ = self._pipe(pipe, dot, outer)
        if is_unknown(value):
            self._skip(template, node, outer, out)
            return
        spans: Iterator[tuple[Any, Any, Span | None]]
        if isinstance(value, dict):
            known = value.spans if isinstance(value, Table) else {}
            spans = ((key, value[key], known.get(key)) for key in sorted(value))
        elif isinstance(value, list):
            places = value.spans if isinstance(value, Row) and len(value.spans) == len(value) else [None] * len(value)
            spans = ((index, item, span) for index, (item, span) in enumerate(zip(list(value), list(places), strict=True)))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if isinstance(value, float):
                raise ValuesError(self.here.path, self.here.start, "ranges over a number that is no integer")
            spans = ((index, index, None) for index in range(min(int(value), MAX_STEPS)))
        elif value is None:
            spans = iter(())
        else:
            raise ValuesError(self.here.path, self.here.start, "ranges over what is no list or mapping")
        if not value:
            self._nodes(template, node.otherwise, dot, _Scope(outer), out)
            return
        names = node.pipe.names
        for key, item, span in spans:
            self._step()
            inner = _Scope(outer)
            inner.names["."] = (item, span)
            target = inner.names if node.pipe.declares else None
            for name, found in zip(names[::-1], ((item, span), (key, None)), strict=False):
                if target is None:
                    self._assign(scope, name, found)
                else:
                    target[name] = found
            try:
                self._nodes(template, node.body, item, inner, out)
            except _BreakError as jump:
                if jump.word == "break":
                    break

    def _skip(self, template: Template, node: Branch, scope: _Scope, out: list[tuple[str, Origin]]) -> None:
        """A block of which it is not known whether it is there: nothing of it is said, and what it may set is not known behind it."""
        inner = template.text[node.end : node.last]
        if self._changes((*node.body, *node.otherwise)):
            raise ChartLimitError(template.path, node.start, "changes values, or fails, where it is not known whether")
        for name in _assigned((*node.body, *node.otherwise)):
            self._assign(scope, name, (UNKNOWN, None), is_sure=False)
        if not _prints(template, (*node.body, *node.otherwise)):
            return
        self.skipped[template.path, node.start] = inner
        self._emit(out, f"\n{UNKNOWN_BLOCK}" if "\n" in inner else UNKNOWN, Origin(Span(template.path, node.start, node.end)))

    def _changes(self, nodes: tuple[Node, ...]) -> bool:
        """Whether running the nodes may change a mapping that others see."""
        own = frozenset(_own_mappings(nodes))
        for node in _all_nodes(nodes):
            if isinstance(node, Call) and self._template_changes(node.name):
                return True
            if isinstance(node, (Action, Branch, Call)) and node.pipe and self._pipe_changes(node.pipe, own):
                return True
        return False

    def _pipe_changes(self, pipe: Pipe, own: frozenset[str]) -> bool:
        for command in pipe.commands:
            first = command[0]
            if isinstance(first, Function):
                if first.name in MUTATING and not (len(command) > 1 and _is_new(command[1], own)):
                    return True
                named = command[1].value if len(command) > 1 and isinstance(command[1], Literal) else None
                if first.name == "include" and isinstance(named, str) and self._template_changes(named):
                    return True
            if any(isinstance(item, Nested) and self._pipe_changes(item.pipe, own) for item in command):
                return True
        return False

    def _template_changes(self, name: str) -> bool:
        if name not in self.changing:
            self.changing[name] = False
            self.changing[name] = name in self.templates and self._changes(self.templates[name].nodes)
        return self.changing[name]

    # Pipelines

    def _assign(self, scope: _Scope, name: str, value: tuple[Any, Span | None], *, is_sure: bool = True) -> None:
        found = scope.find(name)
        if found is not None:
            found.names[name] = value
        elif is_sure:
            raise ValuesError(self.here.path, self.here.start, f"sets {name}, which is not declared")

    def _pipe(self, pipe: Pipe, dot: Any, scope: _Scope) -> tuple[Any, Span | None]:
        """What a pipeline gives, and the scalar of a values file that this is."""
        result: tuple[Any, Span | None] = (None, None)
        for position, command in enumerate(pipe.commands):
            result = self._command(command, dot, scope, (result,) if position else ())
        for name in pipe.names[-1:]:
            if pipe.declares:
                scope.names[name] = result
            else:
                self._assign(scope, name, result)
        return result

    def _command(
        self, command: tuple[Operand, ...], dot: Any, scope: _Scope, piped: tuple[tuple[Any, Span | None], ...]
    ) -> tuple[Any, Span | None]:
        self._step()
        first = command[0]
        if isinstance(first, Function):
            if first.name in ("and", "or"):
                return self._logic(first.name, command[1:], dot, scope, piped)
            arguments = [*(self._operand(item, dot, scope) for item in command[1:]), *piped]
            return self._call(first.name, arguments)
        if len(command) > 1 or piped:
            value, _ = self._operand(first, dot, scope, (*(self._operand(item, dot, scope) for item in command[1:]), *piped))
            return value, None
        return self._operand(first, dot, scope)

    def _operand(
        self, operand: Operand, dot: Any, scope: _Scope, arguments: tuple[tuple[Any, Span | None], ...] = ()
    ) -> tuple[Any, Span | None]:
        match operand:
            case Literal():
                return operand.value, None
            case Dot():
                if not operand.fields:
                    found = scope.find(".")
                    return (dot, found.names["."][1]) if found and found.names["."][0] is dot else (dot, None)
                return self._fields(dot, operand.fields, arguments)
            case Variable():
                holder = scope.find(operand.name)
                if holder is None:
                    raise ValuesError(self.here.path, self.here.start, f"uses {operand.name}, which is not declared")
                value, span = holder.names[operand.name]
                return self._fields(value, operand.fields, arguments) if operand.fields else (value, span)
            case Nested():
                value, span = self._pipe(operand.pipe, dot, scope)
                return self._fields(value, operand.fields, arguments) if operand.fields else (value, span)
            case Function():
                if operand.name in ("and", "or"):
                    return self._logic(operand.name, (), dot, scope, ())
                return self._call(operand.name, [])

    def _fields(self, value: Any, fields: tuple[str, ...], arguments: tuple[tuple[Any, Span | None], ...]) -> tuple[Any, Span | None]:
        span: Span | None = None
        if value is None:
            # nil that a pipeline, a variable or the data gives has no fields, and to ask is no error (text/template exec.go, evalField).
            return None, None
        for position, name in enumerate(fields):
            if callable(value):
                value = value()
            if isinstance(value, ClusterVersion):
                value = value if name in ("Version", "GitVersion") else "1" if name == "Major" else UNKNOWN
                continue
            if isinstance(value, str) and is_unknown(value):
                return UNKNOWN, None
            if isinstance(value, FileTable) and name in ("AsConfig", "AsSecrets"):
                return of_all(value, name), None
            if value is None:
                raise ValuesError(self.here.path, self.here.start, f"asks for .{name} of .{'.'.join(fields[:position])}, which is nothing")
            if not isinstance(value, dict):
                raise ValuesError(self.here.path, self.here.start, f"asks for .{name} of a value that has no fields")
            span = value.spans.get(name) if isinstance(value, Table) else None
            value = value.get(name, UNKNOWN if isinstance(value, Table) and value.is_open else None)
        if callable(value):
            try:
                result = value(*(item for item, _ in arguments))
            except NotKnownError:
                return UNKNOWN, None
            self._pay("", [], result)
            return result, None
        if arguments:
            raise ValuesError(self.here.path, self.here.start, f"gives arguments to .{'.'.join(fields)}, which is no function")
        return value, span

    def _logic(
        self, name: str, operands: tuple[Operand, ...], dot: Any, scope: _Scope, piped: tuple[tuple[Any, Span | None], ...]
    ) -> tuple[Any, Span | None]:
        """``and`` and ``or``: the first argument that decides, without a look at those behind it."""
        is_open = False
        result: tuple[Any, Span | None] = (None, None)
        for result in chain((self._operand(item, dot, scope) for item in operands), piped):
            value = result[0]
            if is_unknown(value) and not is_surely_there(value):
                is_open = True
                continue
            if is_blank(value) == (name == "and"):
                if not is_open:
                    return result
                # One before may decide as well, the same way: what is printed is not known, but the verdict is.
                return (False, None) if name == "and" else (True, None)
        return (UNKNOWN, None) if is_open else result

    def _call(self, name: str, arguments: list[tuple[Any, Span | None]]) -> tuple[Any, Span | None]:
        values = [value for value, _ in arguments]
        try:
            self.steps += cost_of(name, values)
            result = self._value_of(name, values)
        except NotKnownError:
            return UNKNOWN, None
        except ChartError:
            raise
        except SizeError as error:
            raise ChartLimitError(self.here.path, self.here.start, f"{name} {error}") from None
        except CallError as error:
            raise ValuesError(self.here.path, self.here.start, f"{name} {error}") from None
        except (TypeError, ValueError, IndexError, OverflowError, KeyError, AttributeError):
            # Too few arguments, or one of a kind that Go would refuse.
            return UNKNOWN, None
        self._pay(name, values, result)
        if isinstance(result, str) and len(result) > MAX_TEXT:
            raise ChartLimitError(self.here.path, self.here.start, f"{name} gives more than {MAX_TEXT // 1_000_000} million characters")
        if name in _KEEPS_PLACE and isinstance(result, (str, int, float, bool)) and not isinstance(result, Rich):
            return result, _place_of(name, result, arguments)
        if name in ("index", "get") and len(values) > 1 and isinstance(values[0], Table):
            return result, _place_below(values)
        return result, None

    def _value_of(self, name: str, values: list[Any]) -> Any:
        match name:
            case "include":
                return self._include(values[0], values[1] if len(values) > 1 else None)
            case "tpl":
                return self._tpl(values[0], values[1])
            case "toYaml" | "mustToYaml":
                return UNKNOWN_BLOCK if is_unknown(values[0]) else to_yaml(values[0])
            case "indent" | "nindent":
                return _indented(name, values)
            case "fromYaml" | "fromYamlArray":
                return _from_yaml(name, values[0])
            case "required":
                return UNKNOWN if values[1] is None or values[1] == "" else values[1]
            case "fail":
                raise ValuesError(self.here.path, self.here.start, f"fails with its values: {_short(values[0])}")
            case "print":
                return joined(values)
            case "println":
                return " ".join(map(shown_by_template, values)) + "\n"
            case "printf":
                return UNKNOWN if is_unknown(values[0]) else formatted(text_of(values[0]), values[1:])
            case "semverCompare":
                return _semver_compare(values[0], values[1])
            case "trim" | "trimPrefix" | "trimSuffix" if isinstance(values[-1], Rich):
                return _trimmed(name, values)
        if name in TEXT_FUNCTIONS:
            if any(map(is_unknown, values)) and name not in _KEEPS_MARKS:
                return _partly(name, values)
            if any(isinstance(value, (dict, list)) and name not in ("join",) for value in values):
                raise NotKnownError
            return TEXT_FUNCTIONS[name](*values)
        if name in DATA_FUNCTIONS:
            return DATA_FUNCTIONS[name](*values)
        raise NotKnownError

    def _include(self, name: Any, data: Any) -> Any:
        template = self.templates.get(name) if isinstance(name, str) else None
        if template is None:
            return UNKNOWN
        text = rich(self.run(template, data))
        if is_unknown(text) and not is_surely_there(text):
            # Nothing of it is known; that lines were left out on the way says nothing of what it is.
            return next((part for part, _ in text.parts if isinstance(part, ClusterVersion)), UNKNOWN)
        return text

    def _tpl(self, text: Any, data: Any) -> Any:
        if is_unknown(text):
            return UNKNOWN
        if not isinstance(text, str):
            raise CallError("gets something else where the text of a template must stand")
        if "{{" not in text:
            return text
        here = self.here
        of_file = _whole_file(text)
        template, defined = parse_template(str(text), of_file or here.path)
        self.templates.update({name: item for name, item in defined.items() if name not in self.templates})
        parts = self.run(template, data)
        self.here = here
        if of_file:
            return rich(parts)
        # Places inside of the text of a value are none of a file.
        return rich((part, origin._replace(place=here, is_literal=False)) for part, origin in parts)


def _whole_file(text: str) -> str:
    """The path of the file that the text is from its first character on; empty where it is of none, or of several parts."""
    parts = parts_of(text)
    place = parts[0][1].place if len(parts) == 1 and parts[0][1].is_literal else None
    return place.path if place is not None and place.start == 0 else ""


def _is_word(text: Rich) -> bool:
    """Whether templates made the text, and it is a word in a line; what ``toYaml`` wrote has places of its own."""
    return "\n" not in text.strip() and all(origin.place for part, origin in text.parts if part.strip())


def _is_new(operand: Operand, own: frozenset[str]) -> bool:
    """Whether the operand is a mapping that nobody else sees: one of the variables ``own``, or one made on the spot."""
    if isinstance(operand, Variable):
        return operand.name in own and not operand.fields
    return isinstance(operand, Nested) and not operand.fields and _makes_mapping(operand.pipe)


def _makes_mapping(pipe: Pipe) -> bool:
    first = pipe.commands[-1][0]
    return isinstance(first, Function) and first.name in ("dict", "deepCopy", "mustDeepCopy", "fromYaml", "omit", "pick")


def _own_mappings(nodes: Iterable[Node]) -> Iterator[str]:
    """Variables that the nodes declare and never hold but mappings that they made."""
    made: dict[str, bool] = {}
    for node in _all_nodes(nodes):
        if isinstance(node, (Action, Branch)):
            for name in node.pipe.names:
                is_own = isinstance(node, Action) and _makes_mapping(node.pipe) and (node.pipe.declares or name in made)
                made[name] = is_own and made.get(name, True)
    yield from (name for name, is_own in made.items() if is_own)


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and those inside of them, in order."""
    for node in nodes:
        yield node
        if isinstance(node, Branch):
            yield from _all_nodes((*node.body, *node.otherwise))


def _prints(template: Template, nodes: Iterable[Node]) -> bool:
    """Whether the nodes may put anything into the text."""
    for node in nodes:
        match node:
            case Text():
                prints = bool(template.text[node.start : node.end].strip())
            case Action():
                prints = not node.pipe.names and node.pipe.commands[0][0] != Function("fail")
            case Branch():
                prints = _prints(template, (*node.body, *node.otherwise))
            case _:
                prints = isinstance(node, Call)
        if prints:
            return True
    return False


def _assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """Variables that the nodes set without declaring them."""
    for node in _all_nodes(nodes):
        if isinstance(node, (Action, Branch)) and not node.pipe.declares:
            yield from node.pipe.names


def _place_of(name: str, result: Any, arguments: list[tuple[Any, Span | None]]) -> Span | None:
    """The place of the argument that the result is."""
    if name in ("default", "coalesce", "ternary"):
        found = [span for value, span in arguments if value is result or (type(value) is type(result) and value == result)]
        return found[-1] if found and name == "default" else found[0] if found else None
    return arguments[-1][1] if arguments else None


def _place_below(values: list[Any]) -> Span | None:
    found: Any = values[0]
    span: Span | None = None
    for key in values[1:]:
        if not isinstance(found, Table) or not isinstance(key, str):
            return None
        span, found = found.spans.get(key), found.get(key)
    return span


def _partly(name: str, values: list[Any]) -> Any:
    """A function of text of which something is not known: the end of a text may be known nevertheless."""
    text = values[-1]
    if name == "trimSuffix" and isinstance(text, str) and not is_unknown(values[0]) and text[-1:] not in (UNKNOWN, UNKNOWN_BLOCK):
        return TEXT_FUNCTIONS[name](*values) if len(values[0]) == 1 else UNKNOWN
    if name == "replace" and not any(map(is_unknown, values[:-1])):
        return UNKNOWN
    return UNKNOWN


def _indented(name: str, values: list[Any]) -> Any:
    """``indent`` and ``nindent``: blanks behind every line break, which keep the parts of a text apart."""
    width, text = integer_of(values[0]), values[1]
    if not isinstance(text, str):
        raise NotKnownError
    if width > 200:
        raise CallError("indents too far")
    pad = " " * max(width, 0)
    if text in (UNKNOWN, UNKNOWN_BLOCK):
        return f"\n{pad}{UNKNOWN_BLOCK}" if name == "nindent" else f"{pad}{UNKNOWN_BLOCK}"
    first = f"\n{pad}" if name == "nindent" else pad
    found: list[tuple[str, Origin]] = [(first, Origin(None))]
    for part, origin in parts_of(text):
        if not origin.is_literal or origin.place is None or "\n" not in part:
            found.append((part.replace("\n", f"\n{pad}"), origin))
            continue
        at = origin.place.start
        for index, line in enumerate(part.split("\n")):
            if index:
                found.append((f"\n{pad}", Origin(origin.place)))
                at += 1
            if line:
                found.append((line, Origin(Span(origin.place.path, at, at + len(line)), is_literal=True)))
            at += len(line)
    return rich(found)


def _trimmed(name: str, values: list[Any]) -> Any:
    """``trim``, ``trimPrefix`` and ``trimSuffix`` of a text that knows its parts."""
    text: Rich = values[-1]
    if is_unknown(values[0]) and len(values) > 1:
        return UNKNOWN
    if name == "trim":
        start = len(text) - len(text.lstrip(" \t\n\r\v\f"))
        end = max(start, len(text.rstrip(" \t\n\r\v\f")))
    elif name == "trimPrefix":
        start, end = len(text) - len(text.removeprefix(values[0])), len(text)
    else:
        start, end = 0, len(text.removesuffix(values[0]))
    return cut(text, start, end)


def cut(text: Rich, start: int, end: int) -> Rich:
    """Characters ``start`` to ``end`` of a text, with where they came from."""
    found: list[tuple[str, Origin]] = []
    at = 0
    for part, origin in text.parts:
        first, last = max(start - at, 0), min(end - at, len(part))
        at += len(part)
        if first >= last:
            continue
        if origin.is_literal and origin.place is not None:
            origin = origin._replace(place=Span(origin.place.path, origin.place.start + first, origin.place.start + last))
        found.append((part[first:last], origin))
    return rich(found)


def _from_yaml(name: str, text: Any) -> Any:
    if not isinstance(text, str) or _MORE_THAN_SCALARS.search(text):
        raise NotKnownError
    try:
        found = read_data(str(text), "", is_file=False)
    except ChartError:
        raise NotKnownError from None
    wanted = Table if name == "fromYaml" else Row
    if found is None:
        return wanted()
    if not isinstance(found, wanted):
        raise NotKnownError
    return _without_places(found)


def _without_places(value: Any) -> Any:
    if isinstance(value, Table):
        return Table({key: _without_places(item) for key, item in value.items()})
    return Row(map(_without_places, value)) if isinstance(value, Row) else value


def _semver_compare(constraint: Any, version: Any) -> bool:
    verdict = satisfied(constraint, version) if isinstance(constraint, str) and isinstance(version, str) else None
    if verdict is None:
        raise NotKnownError
    return verdict


def _short(text: Any) -> str:
    words = " ".join(str(text).replace(UNKNOWN, "…").replace(UNKNOWN_BLOCK, "…").split())
    return words if len(words) <= 100 else f"{words[:99]}…"
