"""What libcst read into the facts' own types: expressions as ``syntax``, statements as what they bind and call."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import libcst as cst

from netlint.python.facts import Binding, Parameter, Scope
from netlint.python.syntax import (
    Argument,
    Attribute,
    Await,
    Binary,
    Call,
    Choice,
    Constant,
    Expression,
    Mapping,
    Name,
    Number,
    Other,
    Sequence,
    Subscript,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Table

    from netlint.python.facts import BindingKind

_CONSTANTS: Final = {"None": None, "True": True, "False": False}
_OPERATORS: Final = {cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%"}
_MAX_TEXT: Final = 2_000
"""Characters of a string that are kept; addresses and names are shorter, and long texts are no part of what rules ask."""
_MAX_DIGITS: Final = 40
_NOWHERE: Final = (0, 0)
_TIMEOUT: Final = re.compile("timeout", re.IGNORECASE)
_Nodes: TypeAlias = "Iterable[cst.CSTNode]"


@dataclass
class _Open:
    """A scope that is being read."""

    bindings: list[Binding] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    returns: list[Expression] = field(default_factory=list)
    iterated: list[Expression] = field(default_factory=list)
    outer_names: set[str] = field(default_factory=set)
    scopes: list[Scope] = field(default_factory=list)
    yields: bool = False


class Lowering:
    """Reads one file. ``spans``: where each node stands in what was parsed, by identity; ``move``: from there to that in ``text``."""

    def __init__(self, text: str, spans: Table[int, tuple[int, int]], move: Callable[[int], int]) -> None:
        self._text = text
        self._spans = spans
        self._move = move
        self._open = _Open()
        self.guarded: list[tuple[int, int]] = []

    def module(self, node: cst.Module, end: int) -> Scope:
        """The whole file."""
        self._statements(node.body)
        return self._close(self._open, "module", "", (), (), (), 0, end)

    # -- scopes

    def _close(
        self,
        made: _Open,
        kind: Any,
        name: str,
        parameters: tuple[Parameter, ...],
        decorators: tuple[Expression, ...],
        bases: tuple[Expression, ...],
        start: int,
        end: int,
    ) -> Scope:
        return Scope(
            kind,
            name,
            parameters,
            decorators,
            bases,
            tuple(made.bindings),
            tuple(made.calls),
            tuple(made.returns),
            tuple(made.iterated),
            made.yields,
            frozenset(made.outer_names),
            tuple(made.scopes),
            start,
            end,
            _TIMEOUT.search(self._text, start, end) is not None,
        )

    def _function(self, node: cst.FunctionDef) -> None:
        decorators = tuple(self.expression(item.decorator) for item in node.decorators)
        parameters = self._parameters(node.params)
        outer, self._open = self._open, _Open()
        self._statements(node.body.body)
        made, self._open = self._open, outer
        start, end = self._bounds(node)
        self._open.scopes.append(self._close(made, "function", node.name.value, parameters, decorators, (), start, end))
        self._bind("definition", self._name(node.name), None)

    def _class(self, node: cst.ClassDef) -> None:
        decorators = tuple(self.expression(item.decorator) for item in node.decorators)
        bases = tuple(self.expression(item.value) for item in node.bases)
        for item in node.keywords:
            self.expression(item.value)
        outer, self._open = self._open, _Open()
        self._statements(node.body.body)
        made, self._open = self._open, outer
        start, end = self._bounds(node)
        self._open.scopes.append(self._close(made, "class", node.name.value, (), decorators, bases, start, end))
        self._bind("definition", self._name(node.name), None)

    def _lambda(self, node: cst.Lambda) -> Expression:
        parameters = self._parameters(node.params)
        outer, self._open = self._open, _Open()
        self._open.returns.append(self.expression(node.body))
        made, self._open = self._open, outer
        start, end = self._bounds(node)
        self._open.scopes.append(self._close(made, "function", "", parameters, (), (), start, end))
        return Other(start, end)

    def _parameters(self, node: cst.Parameters) -> tuple[Parameter, ...]:
        found = [
            Parameter(item.name.value, "", None if item.default is None else self.expression(item.default))
            for item in (*node.posonly_params, *node.params, *node.kwonly_params)
        ]
        found += [Parameter(item.name.value, "*", None) for item in (node.star_arg,) if isinstance(item, cst.Param)]
        found += [Parameter(item.name.value, "**", None) for item in (node.star_kwarg,) if item is not None]
        return tuple(found)

    def _bind(self, kind: BindingKind, target: Name | Attribute | Subscript, value: Expression | None, path: str = "") -> None:
        self._open.bindings.append(Binding(kind, target, value, path))

    def _bind_target(self, kind: BindingKind, node: cst.CSTNode, value: Expression | None) -> None:
        """Bind what stands on the left: a name, an attribute, or several of them, whose values are then not known."""
        if isinstance(node, cst.Tuple | cst.List):
            values: tuple[Expression | None, ...] = (None,) * len(node.elements)
            if isinstance(value, Sequence) and value.items is not None and len(value.items) == len(node.elements) and kind == "assign":
                values = value.items
            for element, part in zip(node.elements, values, strict=True):
                self._bind_target(kind if part is not None else "other", element.value, part)
        elif isinstance(node, cst.Name):
            self._bind(kind, self._name(node), value)
        else:
            target = self.expression(node) if isinstance(node, cst.BaseExpression) else None
            if isinstance(target, Attribute | Subscript):
                self._bind(kind, target, value)

    # -- statements

    def _statements(self, nodes: _Nodes) -> None:
        for node in nodes:
            self._statement(node)

    def _statement(self, node: cst.CSTNode) -> None:
        if type(node) is cst.SimpleStatementLine or type(node) is cst.IndentedBlock:
            self._statements(node.body)
        elif type(node) is cst.Expr:
            self.expression(node.value)
        elif type(node) is cst.Assign:
            value = self.expression(node.value)
            for target in node.targets:
                self._bind_target("assign", target.target, value)
        else:
            self._other_statement(node)

    def _other_statement(self, node: cst.CSTNode) -> None:
        match node:
            case cst.SimpleStatementSuite():
                self._statements(node.body)
            case cst.FunctionDef():
                self._function(node)
            case cst.ClassDef():
                self._class(node)
            case cst.AnnAssign():
                given = self.expression(node.value) if node.value is not None else None
                self._bind_target("declare" if given is None else "assign", node.target, given)
            case cst.AugAssign():
                self.expression(node.value)
                self._bind_target("augment", node.target, None)
            case cst.Import():
                for alias in node.names:
                    self._import(alias)
            case cst.ImportFrom():
                self._import_from(node)
            case cst.With():
                for item in node.items:
                    value = self.expression(item.item)
                    if item.asname is not None:
                        self._bind_target("with", item.asname.name, value)
                self._statement(node.body)
            case cst.For():
                value = self.expression(node.iter)
                self._open.iterated.append(value)
                self._bind_target("for", node.target, value)
                self._rest(node.body, node.orelse)
            case cst.Try() | cst.TryStar():
                self._rest(node.body, *node.handlers, node.orelse, node.finalbody)
            case cst.ExceptHandler() | cst.ExceptStarHandler():
                if node.name is not None:
                    self._bind_target("except", node.name.name, None)
                self._rest(node.body)
            case cst.If() | cst.While():
                self.expression(node.test)
                if _asks_for_main(node.test):
                    self.guarded.append(self._bounds(node.body))
                self._rest(node.body, node.orelse)
            case cst.Else() | cst.Finally():
                self._rest(node.body)
            case cst.Return():
                self._open.returns.append(self.expression(node.value) if node.value is not None else Constant(None, 0, 0))
            case cst.Global() | cst.Nonlocal():
                self._open.outer_names |= {item.name.value for item in node.names}
            case cst.Del():
                self._bind_target("delete", node.target, None)
            case _:
                self._children(node)

    def _rest(self, *nodes: cst.CSTNode | None) -> None:
        for node in nodes:
            if node is not None:
                self._statement(node)

    def _import(self, alias: cst.ImportAlias) -> None:
        path = _dotted(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            self._bind("import", self._name(alias.asname.name), None, path)
        else:
            # ``import a.b`` binds ``a``.
            first = alias.name
            while isinstance(first, cst.Attribute):
                first = first.value  # type: ignore[assignment]
            if isinstance(first, cst.Name):
                self._bind("import", self._name(first), None, first.value)

    def _import_from(self, node: cst.ImportFrom) -> None:
        origin = "." * len(node.relative) + (_dotted(node.module) if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            start, end = self._bounds(node)
            self._bind("import", Name("*", start, end), None, origin)
            return
        for alias in node.names:
            bound = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(bound, cst.Name):
                joined = origin if origin.endswith(".") else f"{origin}."
                self._bind("import", self._name(bound), None, f"{joined}{_dotted(alias.name)}")

    # -- expressions

    def expression(self, node: cst.CSTNode) -> Expression:
        """One expression; the calls in it are noted."""
        start, end = self._bounds(node)
        # The frequent kinds, by their type: to libcst's classes ``isinstance`` is a question that takes its time.
        if type(node) is cst.Name:
            return Constant(_CONSTANTS[node.value], start, end) if node.value in _CONSTANTS else Name(node.value, start, end)
        if type(node) is cst.Attribute:
            return Attribute(self.expression(node.value), node.attr.value, self._bounds(node.attr)[0], start, end)
        if type(node) is cst.Call:
            return self._call(node, start, end)
        if type(node) is cst.SimpleString:
            return Text((_string(self._text[start:end]),), start, end)
        if type(node) is cst.Comparison:
            self._children(node)
            return Other(start, end)
        match node:
            case cst.ConcatenatedString() | cst.FormattedString():
                return Text(_joined(self._parts(node)), start, end)
            case cst.Integer() | cst.Float():
                return _number(node.value, start, end)
            case cst.UnaryOperation(operator=cst.Minus()):
                operand = self.expression(node.expression)
                return Number(-operand.value, start, end) if isinstance(operand, Number) else Other(start, end)
            case cst.Tuple() | cst.List():
                return self._sequence(node, start, end)
            case cst.Dict():
                return self._mapping(node, start, end)
            case cst.Subscript():
                return self._subscript(node, start, end)
            case cst.IfExp():
                self.expression(node.test)
                return Choice((self.expression(node.body), self.expression(node.orelse)), False, start, end)
            case cst.BooleanOperation():
                options = (self.expression(node.left), self.expression(node.right))
                return Choice(options, True, start, end) if isinstance(node.operator, cst.Or) else Other(start, end)
            case cst.BinaryOperation():
                left, right = self.expression(node.left), self.expression(node.right)
                operator = _OPERATORS.get(type(node.operator))
                return Binary(left, operator, right, start, end) if operator else Other(start, end)
            case cst.Await():
                return Await(self.expression(node.expression), start, end)
            case cst.NamedExpr():
                value = self.expression(node.value)
                self._bind_target("assign", node.target, value)
                return value
            case cst.Lambda():
                return self._lambda(node)
            case cst.Yield():
                self._open.yields = True
                self._children(node)
                return Other(start, end)
            case cst.CompFor():
                value = self.expression(node.iter)
                self._open.iterated.append(value)
                self._bind_target("for", node.target, value)
                for condition in node.ifs:
                    self.expression(condition.test)
                if node.inner_for_in is not None:
                    self.expression(node.inner_for_in)
                return Other(start, end)
        self._children(node)
        return Other(start, end)

    def _call(self, node: cst.Call, start: int, end: int) -> Call:
        function = self.expression(node.func)
        call = Call(function, tuple(self._argument(item) for item in node.args), start, end)
        self._open.calls.append(call)
        return call

    def _children(self, node: cst.CSTNode) -> None:
        for child in node.children:
            if isinstance(child, _BLANK):
                continue
            if isinstance(child, cst.BaseExpression | cst.CompFor):
                self.expression(child)
            elif isinstance(child, _STATEMENTS):
                self._statement(child)
            else:
                self._children(child)

    def _argument(self, node: cst.Arg) -> Argument:
        name = node.keyword.value if node.keyword is not None else ""
        return Argument(name, node.star, self.expression(node.value), *self._bounds(node))

    def _sequence(self, node: cst.Tuple | cst.List, start: int, end: int) -> Sequence:
        items = tuple(self.expression(item.value) for item in node.elements)
        is_whole = all(isinstance(item, cst.Element) for item in node.elements)
        return Sequence("tuple" if isinstance(node, cst.Tuple) else "list", items if is_whole else None, start, end)

    def _subscript(self, node: cst.Subscript, start: int, end: int) -> Subscript:
        operand = self.expression(node.value)
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=value))]:
                return Subscript(operand, self.expression(value), start, end)
        for element in node.slice:
            self._children(element)
        return Subscript(operand, Other(start, end), start, end)

    def _mapping(self, node: cst.Dict, start: int, end: int) -> Mapping:
        entries: list[tuple[Expression, Expression]] = []
        for item in node.elements:
            value = self.expression(item.value)
            if isinstance(item, cst.DictElement):
                entries.append((self.expression(item.key), value))
        return Mapping(tuple(entries) if len(entries) == len(node.elements) else None, start, end)

    def _parts(self, node: cst.CSTNode) -> Iterable[str | Expression | None]:
        match node:
            case cst.ConcatenatedString():
                yield from self._parts(node.left)
                yield from self._parts(node.right)
            case cst.SimpleString():
                yield _string(self._text.__getitem__(slice(*self._bounds(node))))
            case cst.FormattedString():
                for part in node.parts:
                    if isinstance(part, cst.FormattedStringText):
                        text = self._text.__getitem__(slice(*self._bounds(part)))
                        yield None if "\\" in text else text.replace("{{", "{").replace("}}", "}")
                    elif isinstance(part, cst.FormattedStringExpression):
                        yield self.expression(part.expression)

    def _name(self, node: cst.Name) -> Name:
        return Name(node.value, *self._bounds(node))

    def _bounds(self, node: cst.CSTNode) -> tuple[int, int]:
        start, end = self._spans.get(id(node), _NOWHERE)
        # By the last character: what follows may have been left out.
        return self._move(start), self._move(end - 1) + 1 if end > start else self._move(start)


_BLANK: Final = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comma, cst.Semicolon)
_STATEMENTS: Final = (cst.BaseStatement, cst.BaseSmallStatement, cst.BaseSuite)


def _asks_for_main(test: cst.BaseExpression) -> bool:
    """``__name__ == "__main__"``."""
    match test:
        case cst.Comparison(left=cst.Name(value="__name__"), comparisons=[cst.ComparisonTarget(operator=cst.Equal())]):
            return True
    return False


def _dotted(node: cst.CSTNode) -> str:
    names = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    names.append(node.value if isinstance(node, cst.Name) else "")
    return ".".join(reversed(names))


def _string(token: str) -> str | None:
    """What a string literal says; None for one that is long, or is bytes."""
    if len(token) > _MAX_TEXT:
        return None
    if token[0] in "\"'" and "\\" not in token:
        # Most texts are what stands between their quotes; to ask Python of each takes a third of all that is done here.
        quotes = 3 if token[:3] in ('"""', "'''") and len(token) >= 6 else 1
        return token[quotes:-quotes]
    try:
        value = ast.literal_eval(token)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def _joined(parts: Iterable[str | Expression | None]) -> tuple[str | Expression | None, ...]:
    found: list[str | Expression | None] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        else:
            found.append(part)
    return tuple(found)


def _number(token: str, start: int, end: int) -> Expression:
    if len(token) > _MAX_DIGITS:
        return Other(start, end)
    try:
        value = ast.literal_eval(token)
    except (ValueError, SyntaxError):
        return Other(start, end)
    return Number(value, start, end) if isinstance(value, int | float) else Other(start, end)
