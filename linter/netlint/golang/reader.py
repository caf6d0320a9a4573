"""One Go file into facts. Functions in which nothing can matter keep their signature only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from netlint.golang.facts import Function, GoFacts, Import, TypeDeclaration, Variable
from netlint.golang.lowering import Lowering, specs, text_of
from netlint.golang.syntax import Block
from netlint.golang.waivers import find_waivers
from netlint.knowledge.go_sieve import (
    CONTEXT_MEMBERS,
    HARMLESS_MEMBERS,
    TIME_MEMBERS,
    WATCHED_METHODS,
    WATCHED_PACKAGES,
    WATCHED_WORDS,
)
from netlint.source import ByteOffsets, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

    from netlint.golang.syntax import Expression
    from netlint.source import SourceFile

_MAX_ERRORS: Final = 100
"""Unread parts kept of one file; a file of nonsense has as many as it has lines."""
_GENERATED: Final = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
_SMALL_BODY: Final = 90
"""Bytes of a body that is kept whatever it holds, when the function has a result: values pass through such helpers."""
_LEFT_OUT: Final = re.compile(rb"^//\s*(?:go:build|\+build) (?:ignore|none)\r?$", re.MULTILINE)
_HEAD_BYTES: Final = 4_000
_FIELD_GIVEN: Final = re.compile(rb"\.(\w+)(?:, [\w.]+){0,4} = |&\w+(?:\.\w+)*\.(\w+)\b")
"""``x.field = …`` and ``&x.field``, as gofmt writes them."""
_IMPORTS: Final = re.compile(
    rb"\"(?:context|time|%s)(?:/v\d+)?(?:/\w+)?\"" % b"|".join(re.escape(path).encode() for path in WATCHED_PACKAGES)
)
_VERSION: Final = re.compile(r"/v\d+(?=/|$)")


def may_matter(data: bytes) -> bool:
    """Whether the bytes of a Go file can hold anything that a rule asks for: one look at them, no parsing."""
    return _IMPORTS.search(data) is not None or any(word in data for word in WATCHED_WORDS)


def is_generated(data: bytes) -> bool:
    """Whether the file says that a program wrote it, in the form that Go's tools agree on (``go help generate``)."""
    return _GENERATED.search(data, 0, _HEAD_BYTES) is not None


def is_left_out(data: bytes) -> bool:
    """Whether the file says ``//go:build ignore`` (or ``none``), as scripts do: it is part of no program (``go help buildconstraint``)."""
    return _LEFT_OUT.search(data, 0, _HEAD_BYTES) is not None


def read_go(source: SourceFile) -> GoFacts:
    """Facts of one file. A part that cannot be parsed is in ``unread`` and costs only itself."""
    data = source.text.encode("utf-8", "surrogatepass")
    root = _parser().parse(data).root_node
    offsets = ByteOffsets(source.text)
    package = ""
    imports: list[Import] = []
    nodes = list(_top_level(root))
    for node in nodes:
        if node.type == "package_clause" and node.named_children:
            package = text_of(node.named_children[0])
        elif node.type == "import_declaration":
            imports.extend(_imports(node))
    watched = _watched_pattern(tuple(imports))
    outside = Lowering(offsets)
    variables: list[Variable] = []
    types: list[TypeDeclaration] = []
    functions: list[Function] = []
    elsewhere: set[bytes] = set()
    for node in nodes:
        match node.type:
            case "const_declaration" | "var_declaration":
                variables.extend(_variables(node, outside, offsets))
            case "type_declaration":
                types.extend(_types(node, outside, offsets))
            case "function_declaration" | "method_declaration":
                function = _function(node, offsets, data, watched)
                functions.append(function)
                if function.body is None:
                    elsewhere.update(name for names in _FIELD_GIVEN.findall(data, node.start_byte, node.end_byte) for name in names)
    return GoFacts(
        path=source.path,
        package=package,
        imports=tuple(imports),
        variables=tuple(variables),
        types=tuple(types),
        functions=tuple(functions),
        globals=outside.finish(Block(0, 0, ())),
        unread=tuple(_unread(root, source.path, offsets)) if root.has_error else (),
        is_test=source.path.endswith("_test.go"),
        waivers=tuple(find_waivers(source.text)),
        fields_elsewhere=frozenset(name.decode("utf-8", "replace") for name in elsewhere if name),
    )


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_go

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


def _top_level(root: Node) -> Iterator[Node]:
    """Declarations of the file, also those that an error above them took in."""
    for node in root.named_children:
        if node.type == "ERROR":
            yield from (child for child in node.named_children if child.type.endswith("_declaration"))
        else:
            yield node


def _imports(node: Node) -> Iterator[Import]:
    for child in node.named_children:
        if child.type == "import_spec_list":
            yield from _imports(child)
        elif child.type == "import_spec":
            name, path = child.child_by_field_name("name"), child.child_by_field_name("path")
            if path is not None:
                yield Import(text_of(name) if name is not None else "", text_of(path)[1:-1])


def import_name(item: Import) -> str:
    """The name by which a file speaks of an import: the one written, or the last part of the path that is no version.

    ``gopkg.in/yaml.v3`` and ``go-redis`` follow the common habit: what is behind a dot, and ``go-`` in front, is no part of the name.
    """
    if item.name:
        return item.name
    last = _VERSION.sub("", item.path).rpartition("/")[2]
    return re.sub(r"^go-|\.v\d+$|-go$", "", last)


def _watched_pattern(imports: tuple[Import, ...]) -> re.Pattern[bytes]:
    """What the text of a function must hold for its body to be kept."""
    parts = [WATCHED_METHODS]
    for item in imports:
        path = _VERSION.sub("", item.path)
        name = re.escape(import_name(item))
        if item.name == "_":
            continue
        if item.name == ".":
            # What its members are called is not to be seen here: every call counts.
            parts.append(r"\w\(" if path in WATCHED_PACKAGES else rf"\b(?:{CONTEXT_MEMBERS}|{TIME_MEMBERS})")
            continue
        if path == "context":
            parts.append(rf"\b{name}\.(?:{CONTEXT_MEMBERS})")
        elif path == "time":
            parts.append(rf"\b{name}\.(?:{TIME_MEMBERS})")
        elif path in WATCHED_PACKAGES or path.startswith(("github.com/jackc/pgx", "google.golang.org/grpc/")):
            harmless = "|".join(HARMLESS_MEMBERS.get(path, ()))
            parts.append(rf"\b{name}\.(?!{harmless})" if harmless else rf"\b{name}\.")
    return _compiled("|".join(parts))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())


def _function(node: Node, offsets: ByteOffsets, data: bytes, watched: re.Pattern[bytes]) -> Function:
    lowering = Lowering(offsets)
    receivers = lowering.parameters(node.child_by_field_name("receiver"), "receiver")
    parameters = lowering.parameters(node.child_by_field_name("parameters"), "parameter")
    results = lowering.parameters(node.child_by_field_name("result"), "result")
    body_node, name = node.child_by_field_name("body"), node.child_by_field_name("name")
    body = None
    if body_node is not None and (
        watched.search(data, node.start_byte, node.end_byte) or (results and node.end_byte - body_node.start_byte < _SMALL_BODY)
    ):
        body = lowering.finish(lowering.block(body_node))
    start = offsets.character(node.start_byte)
    return Function(
        name=text_of(name) if name is not None else "",
        receiver=receivers[0] if receivers else None,
        parameters=parameters,
        results=results,
        body=body,
        start=start,
        end=offsets.character(node.end_byte),
        name_start=offsets.character(name.start_byte) if name is not None else start,
    )


def _variables(node: Node, lowering: Lowering, offsets: ByteOffsets) -> Iterator[Variable]:
    is_constant = node.type == "const_declaration"
    type: Expression | None = None
    values: tuple[Expression, ...] = ()
    for iota, spec in enumerate(specs(node)):
        names = [child for child in spec.children_by_field_name("name") if child.type == "identifier"]
        type_node, value_node = spec.child_by_field_name("type"), spec.child_by_field_name("value")
        if not is_constant or value_node is not None:
            type = lowering.expression(type_node) if type_node is not None else None
            values = lowering.expressions(value_node)
        for index, name in enumerate(names):
            single = len(values) == len(names)
            yield Variable(
                name=text_of(name),
                start=offsets.character(name.start_byte),
                end=offsets.character(name.end_byte),
                is_constant=is_constant,
                type=type,
                value=values[index] if single else values[0] if len(values) == 1 else None,
                position=-1 if single else index,
                iota=iota,
            )


def _types(node: Node, lowering: Lowering, offsets: ByteOffsets) -> Iterator[TypeDeclaration]:
    for spec in node.named_children:
        name, type = spec.child_by_field_name("name"), spec.child_by_field_name("type")
        if name is not None and type is not None:
            yield TypeDeclaration(
                name=text_of(name),
                start=offsets.character(name.start_byte),
                end=offsets.character(name.end_byte),
                type=lowering.expression(type),
                is_alias=spec.type == "type_alias",
            )


def _unread(root: Node, path: str, offsets: ByteOffsets) -> Iterator[Span]:
    """The parts that the grammar could not read, outermost only."""
    pending, found = [root], 0
    while pending and found < _MAX_ERRORS:
        node = pending.pop()
        if node.type == "ERROR" or node.is_missing:
            found += 1
            yield Span(path, offsets.character(node.start_byte), offsets.character(node.end_byte))
        elif node.has_error:
            pending.extend(node.children)
