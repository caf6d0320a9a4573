"""Declarations that need not be parsed, found in the text alone, as gofmt lays it out.

In the Go code of large projects two functions of three hold nothing that a rule asks for, and most types are never asked for: left out of
what is parsed, they halve the time and the memory of a file. What does not look like gofmt's work is parsed as ever.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from sys import intern
from typing import TYPE_CHECKING, Final

from netlint.golang.facts import Import, Outline
from netlint.knowledge.go_sieve import SMALL_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FUNCTION: Final = re.compile(r"func (?:\((?:\w+ )?\*?(?P<holder>\w+)(?:\[[\w, ]+\])?\) )?(?P<name>\w+)[\[(]")
_STRUCT: Final = re.compile(r"type (?P<name>\w+)(?:\[.*\])? struct \{\n")
_IMPORT: Final = r"(?:[\w.]+ )?\"[^\"\n]*\"(?: *//[^\n]*)?"
_IMPORTS: Final = re.compile(rf"import (?:{_IMPORT}|\(\n(?:\t{_IMPORT}\n|\t*//[^\n]*\n|\n)*+\))(?=\n)")
_IMPORTED: Final = re.compile(r"^(?:\t|import )(?:([\w.]+) )?\"([^\"\n]*)\"", re.MULTILINE)
_LONE_BRACE: Final = re.compile(r"\n\}(?=\n|\Z)")
_MAX_BRACES: Final = 8
"""Braces in front of a body, those of types in its signature."""
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


def ends_in(text: str) -> list[int]:
    """Behind each brace that stands alone on a line and begins it: where gofmt lets functions and types end."""
    return [match.end() for match in _LONE_BRACE.finditer(text)]


def outline_functions(text: str, ends: Sequence[int], kept: Sequence[int]) -> Iterator[Outline]:
    """The functions with none of the places ``kept`` between their start and their end. Like ``ends`` they are in order."""
    at = text.find("\nfunc ") + 1
    while at:
        end = _end_of(text, at, ends)
        head = _FUNCTION.match(text, at)
        place = bisect_left(kept, at)
        if end and head is not None and (place == len(kept) or kept[place] >= end):
            brace = _end_of_signature(text, at, end)
            if brace and not (end - brace < SMALL_BODY and _has_results(text, head.end() - 1, brace)):
                name = f"{head['holder']}.{head['name']}" if head["holder"] else head["name"]
                yield Outline(name, at, end, text[at:brace].rstrip())
        at = text.find("\nfunc ", end or at) + 1


def outline_types(text: str, ends: Sequence[int]) -> Iterator[Outline]:
    """The struct types that are declared by themselves."""
    at = text.find("\ntype ") + 1
    while at:
        end = 0
        head = _STRUCT.match(text, at)
        if head is not None:
            end = _next(ends, head.end())
            if end:
                yield Outline(head["name"], at, end, text[at:end])
        at = text.find("\ntype ", end or at) + 1


def _end_of(text: str, start: int, ends: Sequence[int]) -> int:
    """Where the function that starts at ``start`` ends; 0 when its layout does not tell."""
    line = text.find("\n", start)
    if line < 0:
        return 0
    match text[line - 1]:
        case "}":
            return line
        case "{" | "(" | ",":
            return _next(ends, line)
    return 0


def _next(ends: Sequence[int], start: int) -> int:
    """The first of ``ends`` behind ``start``; 0 when there is none."""
    place = bisect_right(ends, start)
    return ends[place] if place < len(ends) else 0


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
    end = min(end, start + _MAX_SIGNATURE)
    brace = text.find("{", start, end)
    for _ in range(_MAX_BRACES):
        if brace < 0:
            break
        # The brace of `struct{…}` or `interface{…}` in a result stands right behind the word.
        is_of_type = text.endswith(("struct", "interface", "struct ", "interface "), start, brace)
        if not is_of_type and text.count("(", start, brace) == text.count(")", start, brace):
            return brace
        brace = text.find("{", brace + 1, end)
    return 0
