"""From tree-sitter's tree to our own: functions with their variables bound to the names that mean them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.golang.facts import Body, Definition, Local
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from netlint.golang.syntax import Expression, Statement
    from netlint.source import ByteOffsets

MAX_DEPTH: Final = 100
"""Levels of expressions and blocks inside each other; people write some twenty. Two frames of Python stand for each."""

_NO_REASON: Final = re.compile(rb"//[a-z]+(?::|\b(?! ))|//\s*(?:TODO|FIXME|XXX)\b")
"""Comments that explain nothing: directives such as ``//nolint`` and ``//go:embed``, and what is still to be done."""


class Lowering:
    """One function at a time: call ``body`` or ``expression``; the variables met so far are kept until ``finish``."""

    def __init__(self, offsets: ByteOffsets) -> None:
        self._at = offsets.character
        self._depth = 0
        self._scopes: list[dict[str, int]] = [{}]
        self._locals: list[Local] = []
        self._definitions: list[Definition] = []
        self._calls: list[Call] = []
        self._composites: list[Composite] = []
        self._assignments: list[Assignment] = []
        self._literals: list[FunctionLiteral] = []
        self._returns: list[Return] = []
        self._remarked: set[int] = set()
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
            remarked=frozenset(self._remarked),
        )

    def _remark(self, siblings: list[Node]) -> None:
        """Note which of these nodes have a comment behind them on their last line, or on the line right above."""
        for place, comment in enumerate(siblings):
            if comment.type != "comment" or _NO_REASON.match(comment.text or b""):
                continue
            before = siblings[place - 1] if place else None
            if before is not None and before.end_point.row == comment.start_point.row:
                self._remarked.add(self._at(before.start_byte))
            elif place + 1 < len(siblings) and siblings[place + 1].start_point.row == comment.end_point.row + 1:
                self._remarked.add(self._at(siblings[place + 1].start_byte))

    # -- variables

    def _declare(self, name: str, start: int, end: int, kind: str, type: Expression | None) -> int:
        local = len(self._locals)
        self._locals.append(Local(name, start, end, kind, type))
        if name != "_":
            self._scopes[-1][name] = local
        return local

    def _name(self, node: Node) -> Name:
        text = text_of(node)
        local = NOT_LOCAL
        for scope in reversed(self._scopes):
            if text in scope:
                local = scope[text]
                break
        return Name(self._at(node.start_byte), self._at(node.end_byte), text, local)

    def _define(self, target: Expression, how: str, value: Expression | None, index: int = -1) -> None:
        if type(target) is Name and target.local != NOT_LOCAL:
            self._definitions.append(Definition(target.local, how, value, index, target.start))

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
        lower = _EXPRESSIONS.get(node.type)
        if lower is None or self._depth >= MAX_DEPTH or (node.has_error and node.type == "ERROR"):
            return Unread(self._at(node.start_byte), self._at(node.end_byte))
        self._depth += 1
        try:
            return lower(self, node)
        finally:
            self._depth -= 1

    def expressions(self, node: Node | None) -> tuple[Expression, ...]:
        """Those of a list, or the one at ``node``."""
        if node is None:
            return ()
        if node.type in ("expression_list", "argument_list"):
            return tuple([self.expression(child) for child in node.named_children if child.type != "comment"])
        return (self.expression(node),)

    def _parenthesized(self, node: Node) -> Expression:
        inner = [child for child in node.named_children if child.type != "comment"]
        return self.expression(inner[0]) if len(inner) == 1 else self._unread(node)

    def _unread(self, node: Node) -> Unread:
        return Unread(self._at(node.start_byte), self._at(node.end_byte))

    def _literal(self, node: Node) -> Expression:
        kind = node.type
        text = text_of(node)
        if kind == "interpreted_string_literal":
            text = _unescape(text[1:-1])
        elif kind == "raw_string_literal":
            text = text[1:-1]
        return Literal(self._at(node.start_byte), self._at(node.end_byte), _LITERAL_KINDS[kind], text)

    def _constant_word(self, node: Node) -> Expression:
        return Name(self._at(node.start_byte), self._at(node.end_byte), node.type, NOT_LOCAL)

    def _selector(self, node: Node) -> Expression:
        field = node.child_by_field_name("field")
        if field is None:
            return self._unread(node)
        operand = self.expression(node.child_by_field_name("operand"))
        return Selector(self._at(node.start_byte), self._at(node.end_byte), operand, text_of(field), self._at(field.start_byte))

    def _qualified_type(self, node: Node) -> Expression:
        package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
        if package is None or name is None:
            return self._unread(node)
        return Selector(self._at(node.start_byte), self._at(node.end_byte), self._name(package), text_of(name), self._at(name.start_byte))

    def _call(self, node: Node) -> Expression:
        function = self.expression(node.child_by_field_name("function"))
        arguments: list[Expression] = []
        spread = False
        listed = node.child_by_field_name("arguments")
        for child in listed.named_children if listed is not None else ():
            if child.type == "variadic_argument":
                spread = True
                arguments.append(self._parenthesized(child))
            elif child.type != "comment":
                arguments.append(self.expression(child))
        call = Call(self._at(node.start_byte), self._at(node.end_byte), function, tuple(arguments), spread)
        self._calls.append(call)
        return call

    def _conversion(self, node: Node) -> Expression:
        type = self.expression(node.child_by_field_name("type"))
        operand = self.expression(node.child_by_field_name("operand"))
        call = Call(self._at(node.start_byte), self._at(node.end_byte), type, (operand,), spread=False)
        self._calls.append(call)
        return call

    def _composite(self, node: Node) -> Expression:
        type = self.expression(node.child_by_field_name("type"))
        return self._literal_value(node.child_by_field_name("body"), type, self._at(node.start_byte))

    def _literal_value(self, node: Node | None, type: Expression | None, start: int) -> Expression:
        if node is None:
            return Unread(start, start)
        elements = []
        children = node.named_children
        self._remark(children)
        for child in children:
            key: Expression | None = None
            if child.type == "keyed_element":
                key = self._element(child.child_by_field_name("key"))
                value = self._element(child.child_by_field_name("value"))
            elif child.type == "literal_element":
                value = self._element(child)
            else:
                continue
            elements.append(Element(self._at(child.start_byte), self._at(child.end_byte), key, value))
        composite = Composite(start, self._at(node.end_byte), type, tuple(elements))
        self._composites.append(composite)
        return composite

    def _element(self, node: Node | None) -> Expression:
        inner = [child for child in node.named_children if child.type != "comment"] if node is not None else []
        if len(inner) != 1:
            return Unread(0, 0) if node is None else self._unread(node)
        if inner[0].type == "literal_value":
            self._depth += 1
            try:
                return (
                    self._unread(inner[0])
                    if self._depth >= MAX_DEPTH
                    else self._literal_value(inner[0], None, self._at(inner[0].start_byte))
                )
            finally:
                self._depth -= 1
        return self.expression(inner[0])

    def _unary(self, node: Node) -> Expression:
        operator = node.child_by_field_name("operator")
        operand = self.expression(node.child_by_field_name("operand"))
        return Unary(self._at(node.start_byte), self._at(node.end_byte), operator.type if operator else "", operand)

    def _pointer_type(self, node: Node) -> Expression:
        return Unary(self._at(node.start_byte), self._at(node.end_byte), "*", self._parenthesized(node))

    def _binary(self, node: Node) -> Expression:
        # A text put together of a thousand parts leans to the left a thousand levels deep: no recursion there.
        chain = []
        left: Node | None = node
        while left is not None and left.type == "binary_expression":
            chain.append(left)
            left = left.child_by_field_name("left")
        result = self.expression(left)
        for part in reversed(chain):
            operator = part.child_by_field_name("operator")
            right = self.expression(part.child_by_field_name("right"))
            if len(chain) <= MAX_DEPTH:
                result = Binary(self._at(part.start_byte), self._at(part.end_byte), operator.type if operator else "", result, right)
        return result if len(chain) <= MAX_DEPTH else self._unread(node)

    def _function_literal(self, node: Node) -> Expression:
        self._scopes.append({})
        start, end = self._at(node.start_byte), self._at(node.end_byte)
        parameters = self.parameters(node.child_by_field_name("parameters"), "parameter")
        results = self.parameters(node.child_by_field_name("result"), "result")
        self._literal_depth += 1
        block = self.block(node.child_by_field_name("body"))
        self._literal_depth -= 1
        self._scopes.pop()
        literal = FunctionLiteral(start, end, parameters, results, block)
        self._literals.append(literal)
        return literal

    def _type_assertion(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_name("operand"))
        type = self.expression(node.child_by_field_name("type"))
        return TypeAssertion(self._at(node.start_byte), self._at(node.end_byte), operand, type)

    def _index(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_name("operand"))
        index = self.expression(node.child_by_field_name("index"))
        return Index(self._at(node.start_byte), self._at(node.end_byte), operand, (index,))

    def _generic_type(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_name("type"))
        listed = node.child_by_field_name("type_arguments")
        indexes = tuple(self._parenthesized(child) for child in (listed.named_children if listed else ()) if child.type == "type_elem")
        return Index(self._at(node.start_byte), self._at(node.end_byte), operand, indexes)

    def _slice(self, node: Node) -> Expression:
        operand = self.expression(node.child_by_field_name("operand"))
        for field in ("start", "end", "capacity"):
            bound = node.child_by_field_name(field)
            if bound is not None:
                self.expression(bound)
        return Slice(self._at(node.start_byte), self._at(node.end_byte), operand)

    def _array_type(self, node: Node) -> Expression:
        element = self.expression(node.child_by_field_name("element"))
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "array", element=element)

    def _map_type(self, node: Node) -> Expression:
        key = self.expression(node.child_by_field_name("key"))
        element = self.expression(node.child_by_field_name("value"))
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "map", key=key, element=element)

    def _channel_type(self, node: Node) -> Expression:
        element = self.expression(node.child_by_field_name("value"))
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "channel", element=element)

    def _function_type(self, node: Node) -> Expression:
        self._scopes.append({})
        before = len(self._locals)
        parameters = self.parameters(node.child_by_field_name("parameters"), "type")
        results = self.parameters(node.child_by_field_name("result"), "type")
        del self._locals[before:]
        self._scopes.pop()
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "function", parameters=parameters, results=results)

    def _struct_type(self, node: Node) -> Expression:
        fields: list[Field] = []
        body = next((child for child in node.named_children if child.type == "field_declaration_list"), None)
        for child in body.named_children if body is not None else ():
            if child.type != "field_declaration":
                continue
            declared = child.child_by_field_name("type")
            type = self.expression(declared)
            tag_node = child.child_by_field_name("tag")
            tag = text_of(tag_node)[1:-1] if tag_node is not None else ""
            names = child.children_by_field_name("name")
            for name in names:
                fields.append(Field(self._at(name.start_byte), self._at(name.end_byte), text_of(name), type, tag, embedded=False))
            if not names and declared is not None:
                # The star of an embedded pointer stands beside the type in this grammar.
                if any(part.type == "*" for part in child.children):
                    type = Unary(self._at(child.start_byte), self._at(declared.end_byte), "*", type)
                start, end = self._at(declared.start_byte), self._at(declared.end_byte)
                fields.append(Field(start, end, _last_name(type), type, tag, embedded=True))
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "struct", fields=tuple(fields))

    def _interface_type(self, node: Node) -> Expression:
        methods: list[Field] = []
        for child in node.named_children:
            name = child.child_by_field_name("name") if child.type == "method_elem" else None
            if name is not None:
                start, end = self._at(name.start_byte), self._at(name.end_byte)
                methods.append(Field(start, end, text_of(name), self._function_type(child), "", embedded=False))
            elif child.type == "type_elem" and len(child.named_children) == 1:
                type = self.expression(child.named_children[0])
                methods.append(Field(type.start, type.end, _last_name(type), type, "", embedded=True))
        return TypeLiteral(self._at(node.start_byte), self._at(node.end_byte), "interface", fields=tuple(methods))

    def parameters(self, node: Node | None, kind: str) -> tuple[Parameter, ...]:
        """A list of parameters or results (or the single type of an unnamed result), each declared."""
        if node is None:
            return ()
        if node.type != "parameter_list":
            return (
                Parameter(self._at(node.start_byte), self._at(node.end_byte), "", self.expression(node), variadic=False, local=NOT_LOCAL),
            )
        found: list[Parameter] = []
        for child in node.named_children:
            if child.type not in ("parameter_declaration", "variadic_parameter_declaration"):
                continue
            type = self.expression(child.child_by_field_name("type"))
            variadic = child.type == "variadic_parameter_declaration"
            start, end = self._at(child.start_byte), self._at(child.end_byte)
            names = child.children_by_field_name("name")
            if not names:
                found.append(Parameter(start, end, "", type, variadic, NOT_LOCAL))
            for name in names:
                text = text_of(name)
                held = TypeLiteral(type.start, type.end, "array", element=type) if variadic else type
                at, to = self._at(name.start_byte), self._at(name.end_byte)
                found.append(Parameter(at, to, text, type, variadic, self._declare(text, at, to, kind, held)))
        return tuple(found)

    # -- statements

    def block(self, node: Node | None) -> Block:
        """``{ … }`` in a scope of its own."""
        if node is None:
            return Block(0, 0, ())
        self._scopes.append({})
        statements = self._statements(node)
        self._scopes.pop()
        return Block(self._at(node.start_byte), self._at(node.end_byte), statements)

    def _statements(self, node: Node) -> tuple[Statement, ...]:
        found: list[Statement] = []
        children = node.named_children
        self._remark(children)
        for child in children:
            if child.type == "statement_list":
                found.extend(self._statements(child))
            elif child.type not in ("comment", "empty_statement"):
                found.extend(self._statement_group(child))
        return tuple(found)

    def _statement_group(self, node: Node) -> tuple[Statement, ...]:
        """One statement; a declaration may hold several, and a label is left out."""
        if node.type in ("var_declaration", "const_declaration"):
            return self._declarations(node)
        if node.type == "labeled_statement":
            inner = [child for child in node.named_children if child.type not in ("label_name", "comment")]
            return self._statement_group(inner[0]) if inner else ()
        return (self.statement(node),)

    def statement(self, node: Node) -> Statement:
        """The statement at ``node``."""
        lower = _STATEMENTS.get(node.type)
        if lower is None or self._depth >= MAX_DEPTH:
            return self._unread(node)
        self._depth += 1
        try:
            return lower(self, node)
        finally:
            self._depth -= 1

    def _optional(self, node: Node | None) -> Statement | None:
        return None if node is None else self.statement(node)

    def _short_declaration(self, node: Node) -> Statement:
        values = self.expressions(node.child_by_field_name("right"))
        left = node.child_by_field_name("left")
        targets = self._declared_names(left)
        self._define_all(targets, values)
        return Assignment(self._at(node.start_byte), self._at(node.end_byte), ":=", targets, values)

    def _declared_names(self, left: Node | None) -> tuple[Expression, ...]:
        """The names on the left of ``:=``: those that this block does not have yet are new."""
        targets: list[Expression] = []
        for child in left.named_children if left is not None else ():
            if child.type != "identifier":
                if child.type != "comment":
                    targets.append(self.expression(child))
                continue
            text, start, end = text_of(child), self._at(child.start_byte), self._at(child.end_byte)
            known = self._scopes[-1].get(text)
            local = known if known is not None else self._declare(text, start, end, "variable", None)
            targets.append(Name(start, end, text, local))
        return tuple(targets)

    def _assignment(self, node: Node) -> Statement:
        targets = self.expressions(node.child_by_field_name("left"))
        values = self.expressions(node.child_by_field_name("right"))
        sign = node.child_by_field_name("operator")
        operator = sign.type if sign is not None else "="
        if operator == "=":
            self._define_all(targets, values)
        else:
            for target in targets:
                self._define(target, "unknown", None)
        statement = Assignment(self._at(node.start_byte), self._at(node.end_byte), operator, targets, values)
        if any(type(target) is not Name or target.local == NOT_LOCAL for target in targets):
            self._assignments.append(statement)
        return statement

    def _step(self, node: Node) -> Statement:
        targets = tuple([self.expression(child) for child in node.named_children])
        for target in targets:
            self._define(target, "unknown", None)
        return Assignment(self._at(node.start_byte), self._at(node.end_byte), "+=", targets, ())

    def _declarations(self, node: Node) -> tuple[Statement, ...]:
        kind = "constant" if node.type == "const_declaration" else "variable"
        found = []
        for spec in specs(node):
            type_node = spec.child_by_field_name("type")
            type = self.expression(type_node) if type_node is not None else None
            values = self.expressions(spec.child_by_field_name("value"))
            names = []
            for name in spec.children_by_field_name("name"):
                if name.type != "identifier":
                    continue
                text, start, end = text_of(name), self._at(name.start_byte), self._at(name.end_byte)
                names.append(Name(start, end, text, self._declare(text, start, end, kind, type)))
            targets = tuple(names)
            if values:
                self._define_all(targets, values)
            else:
                for target in targets:
                    self._define(target, "zero" if kind == "variable" else "unknown", None)
            found.append(Declaration(self._at(spec.start_byte), self._at(spec.end_byte), targets, type, values))
        return tuple(found)

    def _expression_statement(self, node: Node) -> Statement:
        return ExpressionStatement(self._at(node.start_byte), self._at(node.end_byte), self._parenthesized(node))

    def _return(self, node: Node) -> Statement:
        values: tuple[Expression, ...] = ()
        for child in node.named_children:
            if child.type == "expression_list":
                values = self.expressions(child)
        statement = Return(self._at(node.start_byte), self._at(node.end_byte), values)
        if not self._literal_depth:
            self._returns.append(statement)
        return statement

    def _if(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = self._optional(node.child_by_field_name("initializer"))
        condition = self.expression(node.child_by_field_name("condition"))
        then = self.block(node.child_by_field_name("consequence"))
        otherwise = self._optional(node.child_by_field_name("alternative"))
        self._scopes.pop()
        return If(self._at(node.start_byte), self._at(node.end_byte), initializer, condition, then, otherwise)

    def _for(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = update = None
        condition: Expression | None = None
        over: Expression | None = None
        targets: tuple[Expression, ...] = ()
        for child in node.named_children:
            if child.type == "for_clause":
                initializer = self._optional(child.child_by_field_name("initializer"))
                condition_node = child.child_by_field_name("condition")
                condition = self.expression(condition_node) if condition_node is not None else None
                update = self._optional(child.child_by_field_name("update"))
            elif child.type == "range_clause":
                over = self.expression(child.child_by_field_name("right"))
                left = child.child_by_field_name("left")
                is_new = any(part.type == ":=" for part in child.children)
                targets = self._declared_names(left) if is_new else self.expressions(left)
                for index, target in enumerate(targets):
                    self._define(target, "range", over, index)
            elif child.type not in ("block", "comment"):
                condition = self.expression(child)
        body = self.block(node.child_by_field_name("body"))
        self._scopes.pop()
        return For(self._at(node.start_byte), self._at(node.end_byte), initializer, condition, update, targets, over, body)

    def _switch(self, node: Node) -> Statement:
        self._scopes.append({})
        initializer = self._optional(node.child_by_field_name("initializer"))
        value_node = node.child_by_field_name("value")
        value = self.expression(value_node) if value_node is not None else None
        alias = node.child_by_field_name("alias")
        if alias is not None:
            for target in self._declared_names(alias):
                self._define(target, "unknown", None)
        cases = tuple([self._case(child) for child in node.named_children if child.type.endswith("case")])
        self._scopes.pop()
        kind = {"type_switch_statement": "type", "select_statement": "select"}.get(node.type, "expression")
        return Switch(self._at(node.start_byte), self._at(node.end_byte), kind, initializer, value, cases)

    def _case(self, node: Node) -> Case:
        self._scopes.append({})
        communication = None
        values: tuple[Expression, ...] = ()
        if node.type == "communication_case":
            communication = self._optional(node.child_by_field_name("communication"))
        elif node.type == "expression_case":
            values = self.expressions(node.child_by_field_name("value"))
        elif node.type == "type_case":
            values = tuple([self.expression(child) for child in node.children_by_field_name("type") if child.is_named])
        statements: list[Statement] = []
        for child in node.named_children:
            if child.type == "statement_list":
                statements.extend(self._statements(child))
        self._scopes.pop()
        is_default = node.type == "default_case"
        return Case(self._at(node.start_byte), self._at(node.end_byte), values, communication, tuple(statements), is_default)

    def _receive(self, node: Node) -> Statement:
        value = self.expression(node.child_by_field_name("right"))
        left = node.child_by_field_name("left")
        start, end = self._at(node.start_byte), self._at(node.end_byte)
        if left is None:
            return ExpressionStatement(start, end, value)
        is_new = any(child.type == ":=" for child in node.children)
        targets = self._declared_names(left) if is_new else self.expressions(left)
        for index, target in enumerate(targets):
            self._define(target, "result" if len(targets) > 1 else "value", value, index)
        return Assignment(start, end, ":=" if is_new else "=", targets, (value,))

    def _deferred(self, node: Node) -> Statement:
        keyword = "go" if node.type == "go_statement" else "defer"
        return Deferred(self._at(node.start_byte), self._at(node.end_byte), keyword, self._parenthesized(node))

    def _send(self, node: Node) -> Statement:
        channel = self.expression(node.child_by_field_name("channel"))
        value = self.expression(node.child_by_field_name("value"))
        return Send(self._at(node.start_byte), self._at(node.end_byte), channel, value)

    def _jump(self, node: Node) -> Statement:
        label = next((text_of(child) for child in node.named_children if child.type == "label_name"), "")
        return Jump(self._at(node.start_byte), self._at(node.end_byte), node.type.removesuffix("_statement"), label)

    def _local_type(self, node: Node) -> Statement:
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if name is not None:
                type = self.expression(child.child_by_field_name("type"))
                self._declare(text_of(name), self._at(name.start_byte), self._at(name.end_byte), "type", type)
        return self._unread(node)


def specs(node: Node) -> list[Node]:
    """The entries of a ``var`` or ``const`` declaration, in brackets or not."""
    found = []
    for child in node.named_children:
        if child.type in ("var_spec", "const_spec"):
            found.append(child)
        elif child.type == "var_spec_list":
            found.extend(specs(child))
    return found


def _last_name(type: Expression) -> str:
    """What an embedded field of this type is called."""
    if isinstance(type, Unary):
        return _last_name(type.operand)
    if isinstance(type, Index):
        return _last_name(type.operand)
    if isinstance(type, Selector):
        return type.name
    return type.text if isinstance(type, Name) else ""


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


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


_LITERAL_KINDS: Final = {
    "int_literal": "int",
    "float_literal": "float",
    "imaginary_literal": "imaginary",
    "rune_literal": "rune",
    "interpreted_string_literal": "string",
    "raw_string_literal": "string",
}

_EXPRESSIONS: Final[dict[str, Callable[[Lowering, Node], Expression]]] = {
    "identifier": Lowering._name,
    "type_identifier": Lowering._name,
    "field_identifier": Lowering._name,
    "blank_identifier": Lowering._name,
    "package_identifier": Lowering._name,
    "nil": Lowering._constant_word,
    "true": Lowering._constant_word,
    "false": Lowering._constant_word,
    "iota": Lowering._constant_word,
    **dict.fromkeys(_LITERAL_KINDS, Lowering._literal),
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

_STATEMENTS: Final[dict[str, Callable[[Lowering, Node], Statement]]] = {
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
