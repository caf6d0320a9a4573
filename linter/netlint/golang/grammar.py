"""tree-sitter's Go grammar: the parser, and the numbers that its kinds of nodes and fields have.

Comparing numbers costs half of comparing names, for a name is a new text every time (25 against 50 ns). Imported with the first file that
is parsed, for loading the grammar takes as long as netlint's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tree_sitter
import tree_sitter_go

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

LANGUAGE: Final = tree_sitter.Language(tree_sitter_go.language())
_UNKNOWN: Final = 0
"""Number of no kind and no field: what a grammar of another version does not have is never met."""


def kind(name: str, *, is_named: bool = True) -> int:
    """Number of a kind of nodes; those that are not named are tokens such as ``:=``."""
    return LANGUAGE.id_for_node_kind(name, is_named) or _UNKNOWN


def _field(name: str) -> int:
    return LANGUAGE.field_id_for_name(name) or _UNKNOWN


NAMES: Final = tuple(LANGUAGE.node_kind_for_id(number) or "" for number in range(LANGUAGE.node_kind_count))
"""Name of each kind, by number."""
ERROR: Final = 0xFFFF
"""Kind of what could not be parsed (tree-sitter ``ts_builtin_sym_error``)."""

COMMENT: Final = kind("comment")
IDENTIFIER: Final = kind("identifier")
EXPRESSION_LIST: Final = kind("expression_list")
ARGUMENT_LIST: Final = kind("argument_list")
VARIADIC_ARGUMENT: Final = kind("variadic_argument")
BINARY_EXPRESSION: Final = kind("binary_expression")
KEYED_ELEMENT: Final = kind("keyed_element")
LITERAL_ELEMENT: Final = kind("literal_element")
LITERAL_VALUE: Final = kind("literal_value")
TYPE_ELEM: Final = kind("type_elem")
METHOD_ELEM: Final = kind("method_elem")
FIELD_DECLARATION_LIST: Final = kind("field_declaration_list")
FIELD_DECLARATION: Final = kind("field_declaration")
FIELD_IDENTIFIER: Final = kind("field_identifier")
PARAMETER_LIST: Final = kind("parameter_list")
PARAMETER_DECLARATION: Final = kind("parameter_declaration")
VARIADIC_PARAMETER_DECLARATION: Final = kind("variadic_parameter_declaration")
STATEMENT_LIST: Final = kind("statement_list")
EMPTY_STATEMENT: Final = kind("empty_statement")
LABELED_STATEMENT: Final = kind("labeled_statement")
LABEL_NAME: Final = kind("label_name")
BLOCK: Final = kind("block")
FOR_CLAUSE: Final = kind("for_clause")
RANGE_CLAUSE: Final = kind("range_clause")
CASES: Final = frozenset(map(kind, ("expression_case", "type_case", "communication_case", "default_case")))
EXPRESSION_CASE: Final = kind("expression_case")
TYPE_CASE: Final = kind("type_case")
COMMUNICATION_CASE: Final = kind("communication_case")
DEFAULT_CASE: Final = kind("default_case")
TYPE_SWITCH_STATEMENT: Final = kind("type_switch_statement")
SELECT_STATEMENT: Final = kind("select_statement")
GO_STATEMENT: Final = kind("go_statement")
PACKAGE_CLAUSE: Final = kind("package_clause")
IMPORT_DECLARATION: Final = kind("import_declaration")
IMPORT_SPEC_LIST: Final = kind("import_spec_list")
IMPORT_SPEC: Final = kind("import_spec")
CONST_DECLARATION: Final = kind("const_declaration")
VAR_DECLARATION: Final = kind("var_declaration")
CONST_SPEC: Final = kind("const_spec")
VAR_SPEC: Final = kind("var_spec")
VAR_SPEC_LIST: Final = kind("var_spec_list")
TYPE_DECLARATION: Final = kind("type_declaration")
TYPE_ALIAS: Final = kind("type_alias")
FUNCTION_DECLARATION: Final = kind("function_declaration")
METHOD_DECLARATION: Final = kind("method_declaration")
DECLARATIONS: Final = frozenset(
    (IMPORT_DECLARATION, CONST_DECLARATION, VAR_DECLARATION, TYPE_DECLARATION, FUNCTION_DECLARATION, METHOD_DECLARATION)
)
STAR: Final = kind("*", is_named=False)
DEFINES: Final = kind(":=", is_named=False)

ALIAS_FIELD: Final = _field("alias")
ALTERNATIVE_FIELD: Final = _field("alternative")
ARGUMENTS_FIELD: Final = _field("arguments")
BODY_FIELD: Final = _field("body")
CHANNEL_FIELD: Final = _field("channel")
COMMUNICATION_FIELD: Final = _field("communication")
CONDITION_FIELD: Final = _field("condition")
CONSEQUENCE_FIELD: Final = _field("consequence")
ELEMENT_FIELD: Final = _field("element")
FIELD_FIELD: Final = _field("field")
FUNCTION_FIELD: Final = _field("function")
INDEX_FIELD: Final = _field("index")
INITIALIZER_FIELD: Final = _field("initializer")
KEY_FIELD: Final = _field("key")
LEFT_FIELD: Final = _field("left")
NAME_FIELD: Final = _field("name")
OPERAND_FIELD: Final = _field("operand")
OPERATOR_FIELD: Final = _field("operator")
PACKAGE_FIELD: Final = _field("package")
PARAMETERS_FIELD: Final = _field("parameters")
PATH_FIELD: Final = _field("path")
RECEIVER_FIELD: Final = _field("receiver")
RESULT_FIELD: Final = _field("result")
RIGHT_FIELD: Final = _field("right")
SLICE_FIELDS: Final = tuple(map(_field, ("start", "end", "capacity")))
TAG_FIELD: Final = _field("tag")
TYPE_FIELD: Final = _field("type")
TYPE_ARGUMENTS_FIELD: Final = _field("type_arguments")
UPDATE_FIELD: Final = _field("update")
VALUE_FIELD: Final = _field("value")


def children_of(node: Node) -> Sequence[Node]:
    """The named nodes right below ``node``. Of one or two, asking for each is three times as fast as the list, which has the tokens too."""
    count = node.named_child_count
    if count == 0:
        return ()
    first = node.named_child(0)
    if count == 1 and first is not None:
        return (first,)
    second = node.named_child(1)
    return (first, second) if count == 2 and first is not None and second is not None else node.named_children


_NOWHERE: Final = tree_sitter.Point(0, 0)
"""Rows and columns are not asked for."""


def parse(data: bytes, parts: Iterable[tuple[int, int]] = (), first: int = 0) -> Node:
    """The tree of ``data``, or only of its ``parts``. ``first`` is where it starts in the file, for offsets are those of the file."""
    if first:
        # What stands before is never asked for.
        only = tree_sitter.Range(_NOWHERE, _NOWHERE, first, first + len(data))
        return tree_sitter.Parser(LANGUAGE, included_ranges=[only]).parse(lambda offset, _: data[max(offset - first, 0) :]).root_node
    ranges = [tree_sitter.Range(_NOWHERE, _NOWHERE, start, end) for start, end in parts]
    return tree_sitter.Parser(LANGUAGE, included_ranges=ranges).parse(data).root_node
