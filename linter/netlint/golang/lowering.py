"""From tree-sitter's tree to our own: functions with their variables bound to the names that mean them."""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Final, TypeVar

from netlint.golang import grammar
from netlint.golang.facts import NOTHING, Body, Definition, Local
from netlint.golang.grammar import children_of
from netlint.golang.syntax import (
    NOT_LOCAL,
    Assignment,
    Binary,
    Block,
    Call,
    Case,
    Composite,
    Declaration,
    Deferred,
    Element,
    ExpressionStatement,
    Field,
    For,
    FunctionLiteral,
    If,
    Index,
    Jump,
    Literal,
    Name,
    Parameter,
    Return,
    Selector,
    Send,
    Slice,
    Switch,
    TypeAssertion,
    TypeLiteral,
    Unary,
    Unread,
)
from netlint.offsets import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tree_sitter import Node

    from netlint.golang.syntax import Expression, Statement

_Lowered = TypeVar("_Lowered")

MAX_DEPTH: Final = 100
"""Levels of expressions and blocks inside each other; people write some twenty. Two frames of Python stand for each."""


_new: Final = tuple.__new__
"""Makes a named tuple out of a plain one in a third of the time that its own constructor takes (100 against 380 ns)."""

_NO_REASON: Final = re.compile(r"//[a-z]+(?::|\b(?! ))|//\s*(?:TODO|FIXME|XXX)\b")
"""Comments that explain nothing: directives such as ``//nolint`` and ``//go:embed``, and what is still to be done."""


class Lowering:
    """One function at a time: call ``block`` or ``expression``; the variables met so far are kept until ``finish``.

    ``text`` is what was parsed and ``first`` where it starts in the file. The parser must have been given one byte for each character, so
    that its offsets are offsets of characters.
    """

    def __init__(self, text: str, first: int = 0) -> None:
        # So that every place is one of the text: what stands before it is never asked for.
        self._text = " " * first + text
        self._places = OFFSETS if len(self._text) < len(OFFSETS) else range(len(self._text) + 1)
        self._depth = 0
        self._meanings: dict[str, int] = {}
        self._scopes: list[dict[str, int]] = [{}]
        self._locals: list[Local] = []
        self._definitions: list[Definition] = []
        self._calls: list[Call] = []
        self._composites: list[Composite] = []
        self._assignments: list[Assignment] = []
        self._literals: list[FunctionLiteral] = []
        self._returns: list[Return] = []
        self._remarked: set[int] = set()
        self._products: list[Binary] = []
        self._literal_depth = 0

    def finish(self, block: Block) -> Body:
        """Everything met, with ``block`` as the whole."""
        return Body(
            block=block,
            locals=tuple(self._locals),
            definitions=tuple(self._definitions),
            calls=tuple(self._calls),
            composites=tuple(self._composites),
            assignments=tuple(self._assignments),
            literals=tuple(self._literals),
            returns=tuple(self._returns),
            remarked=frozenset(self._remarked) if self._remarked else NOTHING,
            products=tuple(self._products),
        )

    def text_of(self, node: Node) -> str:
        """The source text of a name. The same names come over and over: each is kept once."""
        return intern(self._text[node.start_byte : node.end_byte])

    def _remark(self, siblings: Sequence[Node]) -> None:
        """Note which of these nodes have a comment behind them on their last line, or on the line right above."""
        for place, comment in enumerate(siblings):
            if comment.kind_id != grammar.COMMENT or _NO_REASON.match(self._text, comment.start_byte):
                continue
            if place and self._lines_between(siblings[place - 1], comment) == 0:
                self._remarked.add(siblings[place - 1].start_byte)
            elif place + 1 < len(siblings) and self._lines_between(comment, siblings[place + 1]) == 1:
                self._remarked.add(siblings[place + 1].start_byte)

    def _lines_between(self, before: Node, after: Node) -> int:
        return self._text.count("\n", before.end_byte, after.start_byte)

    # -- variables

    def _declare(self, name: str, start: int, end: int, kind: str, type: Expression | None) -> int:
        local = len(self._locals)
        self._locals.append(_new(Local, (name, start, end, kind, type)))
        if name != "_":
            scope = self._scopes[-1]
            if name not in scope:
                # What the name means once this scope is left.
                scope[name] = self._meanings.get(name, NOT_LOCAL)
            self._meanings[name] = local
        return local

    def _leave(self) -> None:
        """Leave the innermost scope: names mean again what they meant before."""
        self._meanings.update(self._scopes.pop())

    def _name(self, node: Node) -> Name:
        places = self._places
        start, end = places[node.start_byte], places[node.end_byte]
        text = intern(self._text[start:end])
        return _new(Name, (start, end, text, self._meanings.get(text, NOT_LOCAL)))

    def _define(self, target: Expression, how: str, value: Expression | None, index: int = -1) -> None:
        if type(target) is Name and target.local != NOT_LOCAL:
            self._definitions.append(_new(Definition, (target.local, how, value, index, target.start)))

    def _define_all(self, targets: tuple[Expression, ...], values: tuple[Expression, ...]) -> None:
        if len(values) == len(targets):
            for target, value in zip(targets, values, strict=True):
                self._define(target, "value", value)
        elif len(values) == 1:
            for index, target in enumerate(targets):
                self._define(target, "result", values[0], index)

    # -- expressions

    def expression(self, node: Node | None) -> Expression:
        """The expression or type at ``node``."""
        if node is None:
            return Unread(0, 0)
        kind = node.kind_id
        if kind in _NAMES:
            # Nearly half of all expressions: what ``_name`` does, without the call.
            start, end = self._places[node.start_byte], self._places[node.end_byte]
            text = intern(self._text[start:end])
            return _new(Name, (start, end, text, self._meanings.get(text, NOT_LOCAL)))
        lower = _EXPRESSIONS.get(kind)
        if lower is None or self._depth >= MAX_DEPTH:
            return self._unread(node)
        self._depth += 1
        lowered = lower(self, node)
        self._depth -= 1
        return lowered

    def expressions(self, node: Node | None) -> tuple[Expression, ...]:
        """Those of a list, or the one at ``node``."""
        if node is None:
            return ()
        if node.kind_id in _LISTS:
            return tuple([self.expression(child) for child in children_of(node) if child.kind_id != grammar.COMMENT])
        return (self.expression(node),)

    def _parenthesized(self, node: Node) -> Expression:
        inner = _only_child(node)
        return self._unread(node) if inner is None else self.expression(inner)

    def _unread(self, node: Node) -> Unread:
        return _new(Unread, (self._places[node.start_byte], self._places[node.end_byte]))

    def _literal(self, node: Node) -> Expression:
        kind = _LITERAL_KINDS[node.kind_id]
        start, end = self._places[node.start_byte], self._places[node.end_byte]
        text = self._text[start:end]
        if kind == "string":
            text = text[1:-1] if text[:1] == "`" else _unescape(text[1:-1])
        return _new(Literal, (start, end, kind, intern(text)))

    def _constant_word(self, node: Node) -> Expression:
        return _new(Name, (self._places[node.start_byte], self._places[node.end_byte], grammar.NAMES[node.kind_id], NOT_LOCAL))

    def _selector(self, node: Node) -> Expression:
        start, end = self._places[node.start_byte], self._places[node.end_byte]
        left, _, right = self._text[start:end].rpartition(".")
        if left.isidentifier() and right.isidentifier():
            # Most are so, and to ask for the nodes of both takes longer.
            behind = self._places[start + len(left)]
            inner = _new(Name, (start, behind, intern(left), self._meanings.get(left, NOT_LOCAL)))
            return _new(Selector, (start, end, inner, intern(right)))
        field = node.child_by_field_id(grammar.FIELD_FIELD)
        if field is None:
            return self._unread(node)
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        return _new(Selector, (start, end, operand, self.text_of(field)))

    def _qualified_type(self, node: Node) -> Expression:
        package, name = node.child_by_field_id(grammar.PACKAGE_FIELD), node.child_by_field_id(grammar.NAME_FIELD)
        if package is None or name is None:
            return self._unread(node)
        return _new(Selector, (self._places[node.start_byte], self._places[node.end_byte], self._name(package), self.text_of(name)))

    def _call(self, node: Node) -> Expression:
        start, end = self._places[node.start_byte], self._places[node.end_byte]
        function = self.expression(node.child_by_field_id(grammar.FUNCTION_FIELD))
        arguments: list[Expression] = []
        spread = False
        listed = None if self._text.endswith("()", start, end) else node.child_by_field_id(grammar.ARGUMENTS_FIELD)
        for child in children_of(listed) if listed is not None else ():
            kind = child.kind_id
            if kind == grammar.VARIADIC_ARGUMENT:
                spread = True
                arguments.append(self._parenthesized(child))
            elif kind != grammar.COMMENT:
                arguments.append(self.expression(child))
        call = _new(Call, (start, end, function, tuple(arguments), spread))
        self._calls.append(call)
        return call

    def _conversion(self, node: Node) -> Expression:
        type = self.expression(node.child_by_field_id(grammar.TYPE_FIELD))
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        call = _new(Call, (self._places[node.start_byte], self._places[node.end_byte], type, (operand,), False))
        self._calls.append(call)
        return call

    def _composite(self, node: Node) -> Expression:
        type = self.expression(node.child_by_field_id(grammar.TYPE_FIELD))
        return self._literal_value(node.child_by_field_id(grammar.BODY_FIELD), type, self._places[node.start_byte])

    def _literal_value(self, node: Node | None, type: Expression | None, start: int) -> Expression:
        if node is None:
            return Unread(start, start)
        elements = []
        children = children_of(node)
        has_comments = False
        for child in children:
            key: Expression | None = None
            kind = child.kind_id
            if kind == grammar.KEYED_ELEMENT:
                key = self._element(child.child_by_field_id(grammar.KEY_FIELD))
                value = self._element(child.child_by_field_id(grammar.VALUE_FIELD))
            elif kind == grammar.LITERAL_ELEMENT:
                value = self._element(child)
            else:
                has_comments = True
                continue
            elements.append(_new(Element, (self._places[child.start_byte], self._places[child.end_byte], key, value)))
        composite = _new(Composite, (start, self._places[node.end_byte], type, tuple(elements)))
        self._composites.append(composite)
        if has_comments:
            self._remark(children)
        return composite

    def _element(self, node: Node | None) -> Expression:
        if node is None:
            return Unread(0, 0)
        inner = _only_child(node)
        if inner is None:
            return self._unread(node)
        if inner.kind_id != grammar.LITERAL_VALUE:
            return self.expression(inner)
        if self._depth + 1 >= MAX_DEPTH:
            return self._unread(inner)
        self._depth += 1
        lowered = self._literal_value(inner, None, self._places[inner.start_byte])
        self._depth -= 1
        return lowered

    def _unary(self, node: Node) -> Expression:
        operator = node.child_by_field_id(grammar.OPERATOR_FIELD)
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        return _new(
            Unary,
            (
                self._places[node.start_byte],
                self._places[node.end_byte],
                grammar.NAMES[operator.kind_id] if operator is not None else "",
                operand,
            ),
        )

    def _pointer_type(self, node: Node) -> Expression:
        return _new(Unary, (self._places[node.start_byte], self._places[node.end_byte], "*", self._parenthesized(node)))

    def _binary(self, node: Node) -> Expression:
        # A text put together of a thousand parts leans to the left a thousand levels deep: no recursion there.
        chain = []
        left: Node | None = node
        while left is not None and left.kind_id == grammar.BINARY_EXPRESSION:
            chain.append(left)
            left = left.child_by_field_id(grammar.LEFT_FIELD)
        result = self.expression(left)
        for part in reversed(chain):
            operator = part.child_by_field_id(grammar.OPERATOR_FIELD)
            right = self.expression(part.child_by_field_id(grammar.RIGHT_FIELD))
            if len(chain) <= MAX_DEPTH:
                sign = grammar.NAMES[operator.kind_id] if operator is not None else ""
                result = _new(Binary, (self._places[part.start_byte], self._places[part.end_byte], sign, result, right))
                if sign == "*":
                    self._products.append(result)
        return result if len(chain) <= MAX_DEPTH else self._unread(node)

    def _function_literal(self, node: Node) -> Expression:
        self._scopes.append({})
        parameters = self.parameters(node.child_by_field_id(grammar.PARAMETERS_FIELD), "parameter")
        results = self.parameters(node.child_by_field_id(grammar.RESULT_FIELD), "result")
        self._literal_depth += 1
        block = self.block(node.child_by_field_id(grammar.BODY_FIELD))
        self._literal_depth -= 1
        self._leave()
        literal = _new(FunctionLiteral, (self._places[node.start_byte], self._places[node.end_byte], parameters, results, block))
        self._literals.append(literal)
        return literal

    def _type_assertion(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        type = self.expression(node.child_by_field_id(grammar.TYPE_FIELD))
        return _new(TypeAssertion, (self._places[node.start_byte], self._places[node.end_byte], operand, type))

    def _index(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        index = self.expression(node.child_by_field_id(grammar.INDEX_FIELD))
        return _new(Index, (self._places[node.start_byte], self._places[node.end_byte], operand, (index,)))

    def _generic_type(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_id(grammar.TYPE_FIELD))
        listed = node.child_by_field_id(grammar.TYPE_ARGUMENTS_FIELD)
        types = [child for child in children_of(listed) if child.kind_id == grammar.TYPE_ELEM] if listed is not None else []
        return _new(
            Index,
            (self._places[node.start_byte], self._places[node.end_byte], operand, tuple([self._parenthesized(child) for child in types])),
        )

    def _slice(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_id(grammar.OPERAND_FIELD))
        for field in grammar.SLICE_FIELDS:
            bound = node.child_by_field_id(field)
            if bound is not None:
                self.expression(bound)
        return _new(Slice, (self._places[node.start_byte], self._places[node.end_byte], operand))

    def _array_type(self, node: Node) -> Expression:
        element = self.expression(node.child_by_field_id(grammar.ELEMENT_FIELD))
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "array", element=element)

    def _map_type(self, node: Node) -> Expression:
        key = self.expression(node.child_by_field_id(grammar.KEY_FIELD))
        element = self.expression(node.child_by_field_id(grammar.VALUE_FIELD))
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "map", key=key, element=element)

    def _channel_type(self, node: Node) -> Expression:
        element = self.expression(node.child_by_field_id(grammar.VALUE_FIELD))
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "channel", element=element)

    def _function_type(self, node: Node) -> Expression:
        self._scopes.append({})
        before = len(self._locals)
        parameters = self.parameters(node.child_by_field_id(grammar.PARAMETERS_FIELD), "type")
        results = self.parameters(node.child_by_field_id(grammar.RESULT_FIELD), "type")
        del self._locals[before:]
        self._leave()
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "function", parameters=parameters, results=results)

    def _struct_type(self, node: Node) -> Expression:
        fields: list[Field] = []
        body = next((child for child in children_of(node) if child.kind_id == grammar.FIELD_DECLARATION_LIST), None)
        for child in children_of(body) if body is not None else ():
            if child.kind_id != grammar.FIELD_DECLARATION:
                continue
            declared = child.child_by_field_id(grammar.TYPE_FIELD)
            type = self.expression(declared)
            tag_node = child.child_by_field_id(grammar.TAG_FIELD)
            tag = self.text_of(tag_node)[1:-1] if tag_node is not None else ""
            names = [part for part in children_of(child) if part.kind_id == grammar.FIELD_IDENTIFIER]
            for name in names:
                fields.append(
                    _new(Field, (self._places[name.start_byte], self._places[name.end_byte], self.text_of(name), type, tag, False))
                )
            if not names and declared is not None:
                # The star of an embedded pointer stands beside the type in this grammar.
                if any(part.kind_id == grammar.STAR for part in child.children):
                    type = Unary(self._places[child.start_byte], self._places[declared.end_byte], "*", type)
                fields.append(
                    Field(self._places[declared.start_byte], self._places[declared.end_byte], _last_name(type), type, tag, embedded=True)
                )
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "struct", fields=tuple(fields))

    def _interface_type(self, node: Node) -> Expression:
        methods: list[Field] = []
        for child in children_of(node):
            name = child.child_by_field_id(grammar.NAME_FIELD) if child.kind_id == grammar.METHOD_ELEM else None
            if name is not None:
                start, end = self._places[name.start_byte], self._places[name.end_byte]
                methods.append(Field(start, end, self.text_of(name), self._function_type(child), "", embedded=False))
            elif child.kind_id == grammar.TYPE_ELEM and len(child.named_children) == 1:
                type = self.expression(child.named_children[0])
                methods.append(Field(type.start, type.end, _last_name(type), type, "", embedded=True))
        return TypeLiteral(self._places[node.start_byte], self._places[node.end_byte], "interface", fields=tuple(methods))

    def parameters(self, node: Node | None, kind: str) -> tuple[Parameter, ...]:
        """A list of parameters or results (or the single type of an unnamed result), each declared."""
        if node is None:
            return ()
        if node.kind_id != grammar.PARAMETER_LIST:
            return (
                _new(Parameter, (self._places[node.start_byte], self._places[node.end_byte], "", self.expression(node), False, NOT_LOCAL)),
            )
        found: list[Parameter] = []
        for child in children_of(node):
            if child.kind_id not in _PARAMETERS:
                continue
            type = self.expression(child.child_by_field_id(grammar.TYPE_FIELD))
            variadic = child.kind_id == grammar.VARIADIC_PARAMETER_DECLARATION
            names = [part for part in children_of(child) if part.kind_id == grammar.IDENTIFIER]
            if not names:
                found.append(_new(Parameter, (self._places[child.start_byte], self._places[child.end_byte], "", type, variadic, NOT_LOCAL)))
            for name in names:
                text, start, end = self.text_of(name), self._places[name.start_byte], self._places[name.end_byte]
                held = TypeLiteral(type.start, type.end, "array", element=type) if variadic else type
                found.append(_new(Parameter, (start, end, text, type, variadic, self._declare(text, start, end, kind, held))))
        return tuple(found)

    # -- statements

    def block(self, node: Node | None) -> Block:
        """``{ … }`` in a scope of its own."""
        if node is None:
            return Block(0, 0, ())
        self._scopes.append({})
        statements = self._statements(node)
        self._leave()
        return _new(Block, (self._places[node.start_byte], self._places[node.end_byte], statements))

    def _statements(self, node: Node) -> tuple[Statement, ...]:
        found: list[Statement] = []
        children = children_of(node)
        has_comments = False
        for child in children:
            kind = child.kind_id
            if kind == grammar.STATEMENT_LIST:
                found.extend(self._statements(child))
            elif kind in _GROUPS:
                found.extend(self._statement_group(child))
            elif kind not in _NO_STATEMENTS:
                found.append(self.statement(child))
            else:
                has_comments = True
        if has_comments:
            self._remark(children)
        return tuple(found)

    def _statement_group(self, node: Node) -> tuple[Statement, ...]:
        """One statement; a declaration may hold several, and a label is left out."""
        while node.kind_id == grammar.LABELED_STATEMENT:
            inner = [child for child in children_of(node) if child.kind_id not in (grammar.LABEL_NAME, grammar.COMMENT)]
            if not inner:
                return ()
            node = inner[0]
        return (self.statement(node),) if node.kind_id not in _GROUPS else self._declarations(node)

    def statement(self, node: Node) -> Statement:
        """The statement at ``node``."""
        lower = _STATEMENTS.get(node.kind_id)
        if lower is None or self._depth >= MAX_DEPTH:
            return self._unread(node)
        self._depth += 1
        lowered = lower(self, node)
        self._depth -= 1
        return lowered

    def _optional(self, node: Node | None) -> Statement | None:
        return None if node is None else self.statement(node)

    def _short_declaration(self, node: Node) -> Statement:
        values = self.expressions(node.child_by_field_id(grammar.RIGHT_FIELD))
        targets = self._declared_names(node.child_by_field_id(grammar.LEFT_FIELD))
        self._define_all(targets, values)
        return _new(Assignment, (self._places[node.start_byte], self._places[node.end_byte], ":=", targets, values))

    def _declared_names(self, left: Node | None) -> tuple[Expression, ...]:
        """The names on the left of ``:=``: those that this block does not have yet are new."""
        targets: list[Expression] = []
        for child in children_of(left) if left is not None else ():
            if child.kind_id != grammar.IDENTIFIER:
                if child.kind_id != grammar.COMMENT:
                    targets.append(self.expression(child))
                continue
            text, start, end = self.text_of(child), self._places[child.start_byte], self._places[child.end_byte]
            known = self._meanings[text] if text in self._scopes[-1] else None
            local = known if known is not None else self._declare(text, start, end, "variable", None)
            targets.append(_new(Name, (start, end, text, local)))
        return tuple(targets)

    def _assignment(self, node: Node) -> Statement:
        targets = self.expressions(node.child_by_field_id(grammar.LEFT_FIELD))
        values = self.expressions(node.child_by_field_id(grammar.RIGHT_FIELD))
        sign = node.child_by_field_id(grammar.OPERATOR_FIELD)
        operator = grammar.NAMES[sign.kind_id] if sign is not None else "="
        if operator == "=":
            self._define_all(targets, values)
        else:
            for target in targets:
                self._define(target, "changed", None)
        if operator == "*=" and len(targets) == len(values) == 1:
            self._products.append(_new(Binary, (self._places[node.start_byte], self._places[node.end_byte], "*", targets[0], values[0])))
        statement = _new(Assignment, (self._places[node.start_byte], self._places[node.end_byte], operator, targets, values))
        if any(type(target) is not Name or target.local == NOT_LOCAL for target in targets):
            self._assignments.append(statement)
        return statement

    def _step(self, node: Node) -> Statement:
        targets = tuple([self.expression(child) for child in children_of(node)])
        for target in targets:
            self._define(target, "unknown", None)
        return _new(Assignment, (self._places[node.start_byte], self._places[node.end_byte], "+=", targets, ()))

    def _declarations(self, node: Node) -> tuple[Statement, ...]:
        kind = "constant" if node.kind_id == grammar.CONST_DECLARATION else "variable"
        found = []
        for spec in specs(node):
            type_node = spec.child_by_field_id(grammar.TYPE_FIELD)
            type = self.expression(type_node) if type_node is not None else None
            values = self.expressions(spec.child_by_field_id(grammar.VALUE_FIELD))
            names = []
            for name in names_of(spec):
                text, start, end = self.text_of(name), self._places[name.start_byte], self._places[name.end_byte]
                names.append(Name(start, end, text, self._declare(text, start, end, kind, type)))
            targets = tuple(names)
            if values:
                self._define_all(targets, values)
            else:
                for target in targets:
                    self._define(target, "zero" if kind == "variable" else "unknown", None)
            found.append(Declaration(self._places[spec.start_byte], self._places[spec.end_byte], targets, type, values))
        return tuple(found)

    def _expression_statement(self, node: Node) -> Statement:
        return _new(ExpressionStatement, (self._places[node.start_byte], self._places[node.end_byte], self._parenthesized(node)))

    def _return(self, node: Node) -> Statement:
        values: tuple[Expression, ...] = ()
        for child in children_of(node):
            if child.kind_id == grammar.EXPRESSION_LIST:
                values = self.expressions(child)
        statement = _new(Return, (self._places[node.start_byte], self._places[node.end_byte], values))
        if not self._literal_depth:
            self._returns.append(statement)
        return statement

    def _if(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = self._optional(node.child_by_field_id(grammar.INITIALIZER_FIELD))
        condition = self.expression(node.child_by_field_id(grammar.CONDITION_FIELD))
        then = self.block(node.child_by_field_id(grammar.CONSEQUENCE_FIELD))
        otherwise = self._optional(node.child_by_field_id(grammar.ALTERNATIVE_FIELD))
        self._leave()
        return _new(If, (self._places[node.start_byte], self._places[node.end_byte], initializer, condition, then, otherwise))

    def _for(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = update = None
        condition: Expression | None = None
        over: Expression | None = None
        targets: tuple[Expression, ...] = ()
        for child in children_of(node):
            kind = child.kind_id
            if kind == grammar.FOR_CLAUSE:
                initializer = self._optional(child.child_by_field_id(grammar.INITIALIZER_FIELD))
                condition_node = child.child_by_field_id(grammar.CONDITION_FIELD)
                condition = self.expression(condition_node) if condition_node is not None else None
                update = self._optional(child.child_by_field_id(grammar.UPDATE_FIELD))
            elif kind == grammar.RANGE_CLAUSE:
                over = self.expression(child.child_by_field_id(grammar.RIGHT_FIELD))
                left = child.child_by_field_id(grammar.LEFT_FIELD)
                is_new = any(part.kind_id == grammar.DEFINES for part in child.children)
                targets = self._declared_names(left) if is_new else self.expressions(left)
                for index, target in enumerate(targets):
                    self._define(target, "range", over, index)
            elif kind not in (grammar.BLOCK, grammar.COMMENT):
                condition = self.expression(child)
        body = self.block(node.child_by_field_id(grammar.BODY_FIELD))
        self._leave()
        return For(self._places[node.start_byte], self._places[node.end_byte], initializer, condition, update, targets, over, body)

    def _switch(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = self._optional(node.child_by_field_id(grammar.INITIALIZER_FIELD))
        value_node = node.child_by_field_id(grammar.VALUE_FIELD)
        value = self.expression(value_node) if value_node is not None else None
        alias = node.child_by_field_id(grammar.ALIAS_FIELD)
        if alias is not None:
            for target in self._declared_names(alias):
                self._define(target, "unknown", None)
        cases = tuple([self._case(child) for child in children_of(node) if child.kind_id in grammar.CASES])
        self._leave()
        kind = _SWITCH_KINDS.get(node.kind_id, "expression")
        return _new(Switch, (self._places[node.start_byte], self._places[node.end_byte], kind, initializer, value, cases))

    def _case(self, node: Node) -> Case:
        self._scopes.append({})
        kind = node.kind_id
        communication = None
        values: tuple[Expression, ...] = ()
        children = children_of(node)
        if kind == grammar.COMMUNICATION_CASE:
            communication = self._optional(node.child_by_field_id(grammar.COMMUNICATION_FIELD))
        elif kind == grammar.EXPRESSION_CASE:
            values = self.expressions(node.child_by_field_id(grammar.VALUE_FIELD))
        elif kind == grammar.TYPE_CASE:
            values = tuple([self.expression(child) for child in children if child.kind_id not in _NO_TYPES_OF_CASE])
        statements: list[Statement] = []
        for child in children:
            if child.kind_id == grammar.STATEMENT_LIST:
                statements.extend(self._statements(child))
        self._leave()
        is_default = kind == grammar.DEFAULT_CASE
        return _new(
            Case, (self._places[node.start_byte], self._places[node.end_byte], values, communication, tuple(statements), is_default)
        )

    def _receive(self, node: Node) -> Statement:
        value = self.expression(node.child_by_field_id(grammar.RIGHT_FIELD))
        left = node.child_by_field_id(grammar.LEFT_FIELD)
        start, end = self._places[node.start_byte], self._places[node.end_byte]
        if left is None:
            return _new(ExpressionStatement, (start, end, value))
        is_new = any(child.kind_id == grammar.DEFINES for child in node.children)
        targets = self._declared_names(left) if is_new else self.expressions(left)
        for index, target in enumerate(targets):
            self._define(target, "result" if len(targets) > 1 else "value", value, index)
        return _new(Assignment, (start, end, ":=" if is_new else "=", targets, (value,)))

    def _deferred(self, node: Node) -> Statement:
        keyword = "go" if node.kind_id == grammar.GO_STATEMENT else "defer"
        return _new(Deferred, (self._places[node.start_byte], self._places[node.end_byte], keyword, self._parenthesized(node)))

    def _send(self, node: Node) -> Statement:
        channel = self.expression(node.child_by_field_id(grammar.CHANNEL_FIELD))
        value = self.expression(node.child_by_field_id(grammar.VALUE_FIELD))
        return _new(Send, (self._places[node.start_byte], self._places[node.end_byte], channel, value))

    def _jump(self, node: Node) -> Statement:
        label = next((self.text_of(child) for child in node.named_children if child.kind_id == grammar.LABEL_NAME), "")
        keyword = grammar.NAMES[node.kind_id].removesuffix("_statement")
        return _new(Jump, (self._places[node.start_byte], self._places[node.end_byte], keyword, label))

    def _local_type(self, node: Node) -> Statement:
        for child in children_of(node):
            name = child.child_by_field_id(grammar.NAME_FIELD)
            if name is not None:
                type = self.expression(child.child_by_field_id(grammar.TYPE_FIELD))
                self._declare(self.text_of(name), self._places[name.start_byte], self._places[name.end_byte], "type", type)
        return self._unread(node)


def specs(node: Node) -> list[Node]:
    """The entries of a ``var`` or ``const`` declaration, in brackets or not."""
    found = []
    for child in children_of(node):
        if child.kind_id in (grammar.VAR_SPEC, grammar.CONST_SPEC):
            found.append(child)
        elif child.kind_id == grammar.VAR_SPEC_LIST:
            found.extend(specs(child))
    return found


def names_of(spec: Node) -> list[Node]:
    """The names that an entry of a ``var`` or ``const`` declaration declares. Those of its value stand in a list of their own."""
    return [child for child in children_of(spec) if child.kind_id == grammar.IDENTIFIER]


def _only_child(node: Node) -> Node | None:
    """The one node right below ``node``, comments left out; None when there are more or none."""
    if node.named_child_count == 1:
        return node.named_child(0)
    inner = [child for child in node.named_children if child.kind_id != grammar.COMMENT]
    return inner[0] if len(inner) == 1 else None


def _last_name(type: Expression) -> str:
    """What an embedded field of this type is called."""
    if isinstance(type, Unary):
        return _last_name(type.operand)
    if isinstance(type, Index):
        return _last_name(type.operand)
    if isinstance(type, Selector):
        return type.name
    return type.text if isinstance(type, Name) else ""


_SIMPLE_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _unescape(text: str) -> str:
    """What an interpreted string holds. Escapes of bytes and code points stay as they are: no host or option has them."""
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(_unescape_part(part) for part in parts)


def _unescape_part(text: str) -> str:
    for letter, meaning in _SIMPLE_ESCAPES.items():
        text = text.replace(f"\\{letter}", meaning)
    return text.replace('\\"', '"')


def _by_kind(lowered_by: Mapping[str, _Lowered]) -> dict[int, _Lowered]:
    """A table by names of kinds as one by their numbers. A kind that this grammar does not have is left out."""
    return {number: lower for name, lower in lowered_by.items() if (number := grammar.kind(name))}


_LITERAL_NAMES: Final = {
    "int_literal": "int",
    "float_literal": "float",
    "imaginary_literal": "imaginary",
    "rune_literal": "rune",
    "interpreted_string_literal": "string",
    "raw_string_literal": "string",
}
_LITERAL_KINDS: Final = _by_kind(_LITERAL_NAMES)
_NAMES: Final = frozenset(
    map(grammar.kind, ("identifier", "type_identifier", "field_identifier", "blank_identifier", "package_identifier"))
)
_LISTS: Final = frozenset((grammar.EXPRESSION_LIST, grammar.ARGUMENT_LIST))
_PARAMETERS: Final = frozenset((grammar.PARAMETER_DECLARATION, grammar.VARIADIC_PARAMETER_DECLARATION))
_GROUPS: Final = frozenset((grammar.VAR_DECLARATION, grammar.CONST_DECLARATION, grammar.LABELED_STATEMENT))
_NO_STATEMENTS: Final = frozenset((grammar.COMMENT, grammar.EMPTY_STATEMENT))
_NO_TYPES_OF_CASE: Final = frozenset((grammar.COMMENT, grammar.STATEMENT_LIST))
_SWITCH_KINDS: Final = {grammar.TYPE_SWITCH_STATEMENT: "type", grammar.SELECT_STATEMENT: "select"}

_EXPRESSIONS: Final[dict[int, Callable[[Lowering, Node], Expression]]] = _by_kind(
    {
        "nil": Lowering._constant_word,
        "true": Lowering._constant_word,
        "false": Lowering._constant_word,
        "iota": Lowering._constant_word,
        **dict.fromkeys(_LITERAL_NAMES, Lowering._literal),
        "parenthesized_expression": Lowering._parenthesized,
        "parenthesized_type": Lowering._parenthesized,
        "selector_expression": Lowering._selector,
        "qualified_type": Lowering._qualified_type,
        "call_expression": Lowering._call,
        "type_conversion_expression": Lowering._conversion,
        "composite_literal": Lowering._composite,
        "unary_expression": Lowering._unary,
        "pointer_type": Lowering._pointer_type,
        "binary_expression": Lowering._binary,
        "func_literal": Lowering._function_literal,
        "type_assertion_expression": Lowering._type_assertion,
        "index_expression": Lowering._index,
        "type_instantiation_expression": Lowering._generic_type,
        "generic_type": Lowering._generic_type,
        "slice_expression": Lowering._slice,
        "array_type": Lowering._array_type,
        "implicit_length_array_type": Lowering._array_type,
        "slice_type": Lowering._array_type,
        "map_type": Lowering._map_type,
        "channel_type": Lowering._channel_type,
        "function_type": Lowering._function_type,
        "struct_type": Lowering._struct_type,
        "interface_type": Lowering._interface_type,
    }
)

_STATEMENTS: Final[dict[int, Callable[[Lowering, Node], Statement]]] = _by_kind(
    {
        "short_var_declaration": Lowering._short_declaration,
        "assignment_statement": Lowering._assignment,
        "inc_statement": Lowering._step,
        "dec_statement": Lowering._step,
        "expression_statement": Lowering._expression_statement,
        "return_statement": Lowering._return,
        "block": Lowering.block,
        "if_statement": Lowering._if,
        "for_statement": Lowering._for,
        "expression_switch_statement": Lowering._switch,
        "type_switch_statement": Lowering._switch,
        "select_statement": Lowering._switch,
        "receive_statement": Lowering._receive,
        "defer_statement": Lowering._deferred,
        "go_statement": Lowering._deferred,
        "send_statement": Lowering._send,
        "break_statement": Lowering._jump,
        "continue_statement": Lowering._jump,
        "goto_statement": Lowering._jump,
        "fallthrough_statement": Lowering._jump,
        "type_declaration": Lowering._local_type,
    }
)
