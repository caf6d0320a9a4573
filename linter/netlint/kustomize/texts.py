"""YAML in files and in strings inside of files into nodes."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.nodes import Document
from netlint.kubernetes.tree import Origin, tree_of
from netlint.kubernetes.values import Value
from netlint.kustomize.nodes import is_null, nodes_of
from netlint.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlint.kustomize.nodes import Node

_BLOCK_HEADER: Final = re.compile(r"\|[-+0-9]*[ \t]*(?:#[^\n]*)?\n")


def documents_of(source: SourceFile) -> list[Node]:
    """The documents of a file, whatever they are; empty ones and those that do not parse are left out."""
    found = read_documents(source.text, source.path, read_all=True)
    nodes = (nodes_of(tree_of(item.root, Origin(source.path, source.text, item.start))) for item in found if isinstance(item, Document))
    return [node for node in nodes if not is_null(node)]


def documents_within(value: Value) -> list[Node]:
    """The documents of a text that is written as a scalar; what is in them stands where it stands in the file.

    Where that cannot be told (a folded text, escapes), it stands where the whole scalar does.
    """
    text = value.text
    place = _place_in(value)
    path = value.span.path

    def moved(inner: Value) -> Value:
        start, end = inner.span.start, inner.span.end
        if place is None:
            return Value(inner.text, inner.type, value.span, text or "-")
        written = text[start:end]
        return Value(inner.text, inner.type, Span(path, place(start), place(end)), "" if written == inner.text else written)

    found = read_documents(text, path, read_all=True)
    nodes = (nodes_of(tree_of(item.root, Origin(path, text, item.start)), moved) for item in found if isinstance(item, Document))
    return [node for node in nodes if not is_null(node)]


def _place_in(value: Value) -> Callable[[int], int] | None:
    """From offsets in the text to offsets in the file; None where the text is not in the file as it stands."""
    start, raw, text = value.span.start, value.raw, value.text
    if not raw:
        return lambda offset: start + offset
    header = _BLOCK_HEADER.match(raw)
    if header is None:
        return (lambda offset: start + 1 + offset) if raw[1:-1] == text else None
    lines = raw[header.end() :].split("\n")
    wanted = text.split("\n")
    indent = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
    starts = [0]
    places = []
    at = start + header.end()
    for number, line in enumerate(wanted):
        have = lines[number] if number < len(lines) else ""
        if have[indent:].rstrip("\r") != line.rstrip("\r") and line.strip():
            return None
        places.append(at + min(indent, len(have)))
        at += len(have) + 1
        starts.append(starts[-1] + len(line) + 1)

    def place(offset: int) -> int:
        number = min(bisect_right(starts, offset) - 1, len(places) - 1)
        return min(places[number] + offset - starts[number], value.span.end)

    return place
