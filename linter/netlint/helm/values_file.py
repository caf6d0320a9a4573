"""YAML into the values that templates see, each scalar with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from netlint.helm.data import UNKNOWN, Row, Table
from netlint.helm.errors import ChartError, ChartLimitError
from netlint.helm.printing import without_marks
from netlint.kubernetes.composing import PLAIN_TAG, aliases_exceeded, bound_exceeded, compose
from netlint.kubernetes.values import ScalarType, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_DEPTH: Final = 100
_TYPED: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"))


def read_values(text: str, path: str) -> Table:
    """The mapping in a values file; empty for an empty one. Raises ChartError for what helm would not read."""
    value = read_data(text, path)
    if value is None:
        return Table()
    if not isinstance(value, Table):
        raise ChartError(path, 0, "is no mapping of values")
    return value


def read_data(text: str, path: str, *, is_file: bool = True) -> Any:
    """The first document of a text, as sigs.k8s.io/yaml gives it; in one that is no file, what is not known stays so. Raises ChartError."""
    bound = bound_exceeded(text)
    if bound:
        raise ChartLimitError(path, 0, f"cannot be read: {bound}")
    try:
        root = compose(_first_document(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ChartError(path, mark.index if mark else 0, f"is no valid YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ChartError(path, 0, f"is no valid YAML: {' '.join(str(error).split())}") from error
    except RecursionError:
        raise ChartLimitError(path, 0, "nests too deep") from None
    if root is None:
        return None
    grown = aliases_exceeded(root) if "*" in text else None
    if grown is not None:
        raise ChartLimitError(path, grown.offset, f"cannot be read: {grown.problem}")
    return _data(root, path, 0, is_file=is_file)


def _first_document(text: str) -> str:
    """Go's YAML reads one document and leaves what comes after it."""
    start = 4 if text.startswith("---\n") else 0
    end = text.find("\n---", start)
    while end >= 0 and text[end + 4 : end + 5] not in ("", "\n", "\r", " ", "\t"):
        end = text.find("\n---", end + 1)
    return text if end < 0 or not text[start:end].strip() else text[: end + 1]


def _data(node: yaml.Node, path: str, depth: int, *, is_file: bool) -> Any:
    if depth > _MAX_DEPTH:
        raise ChartLimitError(path, node.start_mark.index, f"nests deeper than {_MAX_DEPTH} levels")
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, is_file=is_file)
    if isinstance(node, yaml.SequenceNode):
        return Row((_data(item, path, depth + 1, is_file=is_file) for item in node.value), [_span(item, path) for item in node.value])
    table = Table()
    for key, value in _pairs(node, 0) if isinstance(node, yaml.MappingNode) else ():
        name = str(key.value) if key.tag != PLAIN_TAG else _key(str(key.value))
        table[name] = _data(value, path, depth + 1, is_file=is_file)
        span = _span(value, path)
        if span is not None:
            table.spans[name] = span
    return table


def _pairs(node: yaml.MappingNode, depth: int) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys and values, those that merge keys bring first so that the mapping's own win."""
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.tag == PLAIN_TAG and key.value == "<<" and depth < _MAX_DEPTH:
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):
                if isinstance(source, yaml.MappingNode):
                    yield from _pairs(source, depth + 1)
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and not (key.tag == PLAIN_TAG and key.value == "<<"):
            yield key, value


def _key(text: str) -> str:
    return type_plain_scalar(text)[1] or text


def _scalar(node: yaml.ScalarNode, *, is_file: bool) -> Any:
    """The value of a scalar as ``interface{}`` holds it once it went through JSON: numbers are float64."""
    text: str = node.value
    if node.tag == "tag:yaml.org,2002:binary":
        return UNKNOWN
    if node.tag != PLAIN_TAG and node.tag not in _TYPED:
        return without_marks(text) if is_file else text
    kind, canonical = type_plain_scalar(text)
    match kind:
        case ScalarType.NULL:
            return None
        case ScalarType.BOOLEAN:
            return canonical == "true"
        case ScalarType.INTEGER | ScalarType.FLOAT:
            try:
                return float(canonical)
            except (ValueError, OverflowError):
                return UNKNOWN
        case _:
            return without_marks(canonical) if is_file else canonical


def _span(node: yaml.Node, path: str) -> Span | None:
    """Where a scalar stands; of a collection None."""
    if not isinstance(node, yaml.ScalarNode) or node.start_mark.index == node.end_mark.index:
        return None
    return Span(path, node.start_mark.index, node.end_mark.index)
