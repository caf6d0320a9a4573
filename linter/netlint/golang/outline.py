"""Declarations that need not be parsed, found in the text alone, as gofmt lays it out.

In the Go code of large projects two functions of three hold nothing that a rule asks for, and most types are never asked for: left out of
what is parsed, they halve the time and the memory of a file. What does not look like gofmt's work is parsed as ever.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from sys import intern
from typing import TYPE_CHECKING, Final

from netlint.golang.facts import Import, Outline
from netlint.knowledge.go_sieve import SMALL_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FUNCTION: Final = re.compile(r"func (?:\((?:\w+ )?\*?(?P<holder>\w+)(?:\[[\w, ]+\])?\) )?(?P<name>\w+)[\[(]")
_STRUCT: Final = re.compile(r"type (?P<name>\w+)(?:\[.*\])? struct \{\n")
_IMPORT: Final = r"(?:[\w.]+ )?\"[^\"\n]*\"(?: *//[^\n]*)?"
_IMPORTS: Final = re.compile(rf"import (?:{_IMPORT}|\(\n(?:\t{_IMPORT}\n|\t*//[^\n]*\n|\n)*\))(?=\n)")
_IMPORTED: Final = re.compile(r"^(?:\t|import )(?:([\w.]+) )?\"([^\"\n]*)\"", re.MULTILINE)
_MAX_SIGNATURE: Final = 4_000
"""Characters of a signature; a longer one is parsed with the file."""


def outline_imports(text: str) -> Iterator[tuple[int, int, tuple[Import, ...]]]:
    """Where each import declaration starts and ends, and what it imports."""
    at = text.find("\nimport ") + 1
    while at:
        found = _IMPORTS.match(text, at)
        if found is not None:
            yield at, found.end(), tuple([Import(intern(name), intern(path)) for name, path in _IMPORTED.findall(found[0])])
        at = text.find("\nimport ", at) + 1


def outline_functions(text: str, kept: Sequence[int]) -> Iterator[Outline]:
    """The functions with none of the places ``kept``, which are in order, between their start and their end."""
    at = text.find("\nfunc ") + 1
    while at:
        end = _end_of(text, at)
        head = _FUNCTION.match(text, at)
        place = bisect_left(kept, at)
        if end and head is not None and (place == len(kept) or kept[place] >= end):
            brace = _end_of_signature(text, at, end)
            if brace and not (end - brace < SMALL_BODY and _has_results(text, head.end() - 1, brace)):
                name = f"{head['holder']}.{head['name']}" if head["holder"] else head["name"]
                yield Outline(name, at, end, text[at:brace].rstrip())
        at = text.find("\nfunc ", end or at) + 1


def outline_types(text: str) -> Iterator[Outline]:
    """The struct types that are declared by themselves."""
    at = text.find("\ntype ") + 1
    while at:
        end = 0
        head = _STRUCT.match(text, at)
        if head is not None:
            end = _end_of_block(text, head.end() - 1)
            if end:
                yield Outline(head["name"], at, end, text[at:end])
        at = text.find("\ntype ", end or at) + 1


def _end_of(text: str, start: int) -> int:
    """Where the function that starts at ``start`` ends; 0 when its layout does not tell."""
    line = text.find("\n", start)
    if line < 0:
        return 0
    match text[line - 1]:
        case "}":
            return line
        case "{" | "(" | ",":
            return _end_of_block(text, line)
    return 0


def _end_of_block(text: str, start: int) -> int:
    """Behind the first brace that begins a line and stands alone on it; 0 when there is none, or it may be part of a longer text."""
    brace = text.find("\n}", start) + 1
    if not brace or text[brace + 1 : brace + 2] not in ("\n", ""):
        return 0
    return brace + 1


def _has_results(text: str, opening: int, brace: int) -> bool:
    """Whether anything stands between the parameters, the bracket of which is at ``opening``, and the body; of generics it is not known."""
    if text[opening] != "(":
        return True
    closing = text.find(")", opening, brace)
    while text.count("(", opening, closing) != text.count(")", opening, closing + 1):
        closing = text.find(")", closing + 1, brace)
    return bool(text[closing + 1 : brace].strip())


def _end_of_signature(text: str, start: int, end: int) -> int:
    """The brace that opens the body; 0 when it is not sure which one that is."""
    brace = text.find("{", start, end)
    while 0 < brace < start + _MAX_SIGNATURE:
        # The brace of `struct{…}` or `interface{…}` in a result stands right behind the word.
        is_of_type = text.endswith(("struct", "interface", "struct ", "interface "), start, brace)
        if not is_of_type and text.count("(", start, brace) == text.count(")", start, brace):
            return brace
        brace = text.find("{", brace + 1, end)
    return 0
