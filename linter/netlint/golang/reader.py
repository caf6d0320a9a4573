"""One Go file into facts. Functions in which nothing can matter, and struct types, stay text until somebody asks for them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from sys import intern
from typing import TYPE_CHECKING, Final

from netlint.golang import grammar
from netlint.golang.facts import Function, GoFacts, Import, TypeDeclaration, Variable
from netlint.golang.grammar import children_of, parse
from netlint.golang.lowering import Lowering, names_of, specs
from netlint.golang.outline import ends_in, outline_functions, outline_imports, outline_types
from netlint.golang.sieve import watched_places
from netlint.golang.syntax import Block, Unread
from netlint.golang.waivers import find_waivers
from netlint.knowledge.go_sieve import SMALL_BODY
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from netlint.golang.facts import Outline
    from netlint.golang.syntax import Expression
    from netlint.source import SourceFile

_MAX_ERRORS: Final = 100
"""Unread parts kept of one file; a file of nonsense has as many as it has lines."""
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NEW_OF_VALUE: Final = re.compile(
    rb"""\bnew(?=\((?:["'`\d&!+^-]|(?:true|false)\)|"""
    rb"""(?!(?:func|struct|interface|map|chan)\b)(?:\w+\.\w+\.\w|[\w.]+(?:\[[^\]\n]*\])?(?:[({]| [-+*/%|&<>=^]))))"""
)
"""``new`` of what cannot be a type: a literal, a call, a composite, a sum, a field of a field."""
_FIELD_ASSIGNED: Final = re.compile(r"\.(\w++)(?:, [\w.]+){0,4}+ = ")
_FIELD_POINTED_AT: Final = re.compile(r"&\w+(?:\.\w+)*\.(\w+)\b")
"""``x.field = …`` and ``&x.field``, as gofmt writes them. Each begins with a fixed letter: five times as fast as a choice."""


def read_go(source: SourceFile) -> GoFacts:
    """Facts of one file. A part that cannot be parsed is in ``unread`` and costs only itself."""
    data = _one_byte_each(source.text)
    return _read_in_parts(source, data) or _facts(source, parse(data))


def _read_in_parts(source: SourceFile, data: bytes) -> GoFacts | None:
    """Facts of a file, without parsing what may stay text. None when it is not laid out as it seemed, or has a mistake in it."""
    text = source.text
    declared = list(outline_imports(text))
    imports = tuple(item for _, _, items in declared for item in items)
    kept = watched_places(text, imports)
    ends = ends_in(text)
    functions, types = list(outline_functions(text, ends, kept)), list(outline_types(text, ends))
    left_out = [(start, end) for start, end, _ in declared] + [(outline.start, outline.end) for outline in (*functions, *types)]
    parts = _between(sorted(left_out), len(data))
    root = parse(data, parts) if parts else None
    if root is None or root.has_error:
        return None
    inside = _Inside(root)
    facts = _facts(source, root, kept)
    if facts.imports or any(start in inside for start, _, _ in declared):
        return None
    outlined = tuple(outline for outline in functions if outline.start not in inside)
    return facts._replace(
        imports=imports,
        fields_elsewhere=facts.fields_elsewhere.union(*(_fields_given(text, outline.start, outline.end) for outline in outlined)),
        function_outlines=outlined,
        type_outlines=tuple(outline for outline in types if outline.start not in inside),
    )


def _fields_given(text: str, start: int, end: int) -> frozenset[str]:
    """Names of the fields that a function whose body is not kept assigns, or takes the address of."""
    return frozenset(intern(name) for pattern in (_FIELD_ASSIGNED, _FIELD_POINTED_AT) for name in pattern.findall(text, start, end))


def read_function(outline: Outline) -> Function:
    """The function that an outline stands for."""
    lowering = Lowering(outline.text, outline.start)
    for node in children_of(_parse_outline(outline)):
        if node.kind_id in _FUNCTIONS:
            return _function(node, lowering, ())._replace(end=outline.end)
    return Function("", None, (), (), None, outline.start, outline.end, outline.start)


def read_type(outline: Outline) -> TypeDeclaration:
    """The type that an outline stands for."""
    lowering = Lowering(outline.text, outline.start)
    for node in children_of(_parse_outline(outline)):
        if node.kind_id == grammar.TYPE_DECLARATION:
            found = next(_types(node, lowering), None)
            if found is not None:
                return found
    return TypeDeclaration(outline.name, outline.start, outline.start, Unread(outline.start, outline.end), is_alias=False)


def _parse_outline(outline: Outline) -> Node:
    return parse(_one_byte_each(outline.text), first=outline.start)


def _one_byte_each(text: str) -> bytes:
    """What the parser is given: each character that is not ASCII as one letter, so that its offsets are those of characters.

    Such characters stand in comments, in texts and in a few names, all of which end where they would have ended. And since Go 1.26 ``new``
    takes a value as well, where the grammar wants a type: such a call is given under another name, which the facts do not see.
    """
    data = text.encode("ascii") if text.isascii() else _NOT_ASCII.sub("x", text).encode("ascii")
    return _NEW_OF_VALUE.sub(b"neu", data) if b"new(" in data else data


def _between(left_out: Sequence[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """What is left of a file; nothing when two of those ``left_out`` overlap, for then one of them is no declaration."""
    parts: list[tuple[int, int]] = []
    at = 0
    for start, behind in left_out:
        if start < at:
            return []
        parts.append((at, start))
        at = behind
    parts.append((at, end))
    return parts


class _Inside:
    """Whether a place lies inside of a declaration or comment that was parsed: no declaration starts there."""

    def __init__(self, root: Node) -> None:
        self._nodes = root.children
        self._starts = [node.start_byte for node in self._nodes]

    def __contains__(self, place: int) -> bool:
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._nodes[index].end_byte


def _facts(source: SourceFile, root: Node, kept: Sequence[int] | None = None) -> GoFacts:
    """What was parsed as facts. ``kept``: the places for which functions are kept; when None they are looked for."""
    outside = Lowering(source.text)
    nodes = list(_top_level(root))
    package = next((child for node in nodes if node.kind_id == grammar.PACKAGE_CLAUSE for child in children_of(node)), None)
    imports = tuple(item for node in nodes if node.kind_id == grammar.IMPORT_DECLARATION for item in _imports(node, outside))
    kept = watched_places(source.text, imports) if kept is None else kept
    variables: list[Variable] = []
    types: list[TypeDeclaration] = []
    functions: list[Function] = []
    elsewhere: frozenset[str] = frozenset()
    for node in nodes:
        kind = node.kind_id
        if kind in (grammar.CONST_DECLARATION, grammar.VAR_DECLARATION):
            variables.extend(_variables(node, outside))
        elif kind == grammar.TYPE_DECLARATION:
            types.extend(_types(node, outside))
        elif kind in _FUNCTIONS:
            function = _function(node, Lowering(source.text), kept)
            functions.append(function)
            if function.body is None:
                elsewhere |= _fields_given(source.text, function.start, function.end)
    return GoFacts(
        path=source.path,
        package="" if package is None else outside.text_of(package),
        imports=imports,
        variables=tuple(variables),
        types=tuple(types),
        functions=tuple(functions),
        function_outlines=(),
        type_outlines=(),
        globals=outside.finish(Block(0, 0, ())),
        unread=tuple(_unread(root, source.path)) if root.has_error else (),
        is_test=source.path.endswith("_test.go"),
        waivers=tuple(find_waivers(source.text)),
        fields_elsewhere=elsewhere,
    )


_FUNCTIONS: Final = frozenset((grammar.FUNCTION_DECLARATION, grammar.METHOD_DECLARATION))


def _top_level(root: Node) -> Iterator[Node]:
    """Declarations of the file, also those that an error above them took in."""
    for node in root.named_children:
        if node.kind_id == grammar.ERROR:
            yield from (child for child in node.named_children if child.kind_id in grammar.DECLARATIONS)
        else:
            yield node


def _imports(node: Node, lowering: Lowering) -> Iterator[Import]:
    for child in node.named_children:
        if child.kind_id == grammar.IMPORT_SPEC_LIST:
            yield from _imports(child, lowering)
        elif child.kind_id == grammar.IMPORT_SPEC:
            name, path = child.child_by_field_id(grammar.NAME_FIELD), child.child_by_field_id(grammar.PATH_FIELD)
            if path is not None:
                yield Import(lowering.text_of(name) if name is not None else "", intern(lowering.text_of(path)[1:-1]))


def _function(node: Node, lowering: Lowering, kept: Sequence[int]) -> Function:
    """A function, with its body when one of the places ``kept`` lies in it."""
    receivers = lowering.parameters(node.child_by_field_id(grammar.RECEIVER_FIELD), "receiver")
    parameters = lowering.parameters(node.child_by_field_id(grammar.PARAMETERS_FIELD), "parameter")
    results = lowering.parameters(node.child_by_field_id(grammar.RESULT_FIELD), "result")
    body_node, name = node.child_by_field_id(grammar.BODY_FIELD), node.child_by_field_id(grammar.NAME_FIELD)
    start, end = node.start_byte, node.end_byte
    body = None
    if body_node is not None:
        place = bisect_left(kept, start)
        if (place < len(kept) and kept[place] < end) or (results and end - body_node.start_byte < SMALL_BODY):
            body = lowering.finish(lowering.block(body_node))
    return Function(
        name=lowering.text_of(name) if name is not None else "",
        receiver=receivers[0] if receivers else None,
        parameters=parameters,
        results=results,
        body=body,
        start=start,
        end=end,
        name_start=name.start_byte if name is not None else start,
    )


def _variables(node: Node, lowering: Lowering) -> Iterator[Variable]:
    is_constant = node.kind_id == grammar.CONST_DECLARATION
    type: Expression | None = None
    values: tuple[Expression, ...] = ()
    for iota, spec in enumerate(specs(node)):
        names = names_of(spec)
        type_node, value_node = spec.child_by_field_id(grammar.TYPE_FIELD), spec.child_by_field_id(grammar.VALUE_FIELD)
        if not is_constant or value_node is not None:
            type = lowering.expression(type_node) if type_node is not None else None
            values = lowering.expressions(value_node)
        for index, name in enumerate(names):
            single = len(values) == len(names)
            yield Variable(
                name=lowering.text_of(name),
                start=name.start_byte,
                end=name.end_byte,
                is_constant=is_constant,
                type=type,
                value=values[index] if single else values[0] if len(values) == 1 else None,
                position=-1 if single else index,
                iota=iota,
            )


def _types(node: Node, lowering: Lowering) -> Iterator[TypeDeclaration]:
    for spec in node.named_children:
        name, type = spec.child_by_field_id(grammar.NAME_FIELD), spec.child_by_field_id(grammar.TYPE_FIELD)
        if name is not None and type is not None:
            yield TypeDeclaration(
                name=lowering.text_of(name),
                start=name.start_byte,
                end=name.end_byte,
                type=lowering.expression(type),
                is_alias=spec.kind_id == grammar.TYPE_ALIAS,
            )


def _unread(root: Node, path: str) -> Iterator[Span]:
    """The parts that the grammar could not read, outermost only."""
    pending, found = [root], 0
    while pending and found < _MAX_ERRORS:
        node = pending.pop()
        if node.kind_id == grammar.ERROR or node.is_missing:
            found += 1
            yield Span(path, node.start_byte, node.end_byte)
        elif node.has_error:
            pending.extend(node.children)
