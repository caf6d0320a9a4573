"""One Python file into facts."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst

from netlint.python.facts import Binding, PythonFacts, Scope
from netlint.python.lowering import Lowering
from netlint.python.outline import TooDeepError, blocks, matters
from netlint.python.places import Places
from netlint.python.syntax import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.python.outline import Block
    from netlint.source import SourceFile

_TOO_DEEP: Final = "is nested deeper than people write"
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def read_python(source: SourceFile) -> PythonFacts:
    """Facts of a file. Functions and classes in which nothing can matter are known by name only."""
    text = source.text
    try:
        found = blocks(text)
        kept = [block for block in found if matters(text, block)]
        left_out = [block for block in found if not matters(text, block)]
        try:
            scope, guarded = _parse(text, kept)
        except libcst.ParserSyntaxError:
            # Where the file was cut wrongly, it is read as a whole.
            left_out = []
            scope, guarded = _parse(text, found)
    except TooDeepError as error:
        return PythonFacts(source.path, None, (), _TOO_DEEP, source.position(error.place).line)
    except libcst.ParserSyntaxError as error:
        return PythonFacts(source.path, None, (), "cannot be parsed as Python 3", error.raw_line)
    except RecursionError:
        return PythonFacts(source.path, None, (), _TOO_DEEP, 1)
    return PythonFacts(source.path, _with_unread(scope, left_out), guarded)


class _Part(NamedTuple):
    """Characters of the file that stand at ``at`` of what the parser is given."""

    at: int
    start: int


def _parse(text: str, kept: Iterable[Block]) -> tuple[Scope, tuple[tuple[int, int], ...]]:
    parts: list[_Part] = []
    pieces: list[str] = []
    at = 0
    for block in kept:
        if not parts or parts[-1].start + at - parts[-1].at != block.start:
            parts.append(_Part(at, block.start))
        pieces.append(text[block.start : block.end])
        at += block.end - block.start
    # One letter for each character that is not ASCII, so that offsets of bytes are those of characters. They stand in comments, texts and
    # a few names.
    module = libcst.parse_module(_NOT_ASCII.sub("x", "".join(pieces)))
    lowering = Lowering(text, Places(module).spans, _mover(parts))
    return lowering.module(module, len(text)), tuple(lowering.guarded)


def _mover(parts: list[_Part]) -> Callable[[int], int]:
    """From a place in what the parser was given to the one in the file."""
    if len(parts) == 1 and parts[0] == _Part(0, 0):
        return lambda place: place
    starts = [part.at for part in parts]

    def move(place: int) -> int:
        part = parts[max(bisect_right(starts, place) - 1, 0)] if parts else _Part(0, 0)
        return part.start + place - part.at

    return move


def _with_unread(scope: Scope, left_out: list[Block]) -> Scope:
    """With the functions and classes that were not parsed, as names that are bound."""
    if not left_out:
        return scope
    bindings = tuple(Binding("definition", Name(block.name, block.start, block.start), None) for block in left_out)
    unread = tuple(_unread(block) for block in left_out)
    return scope._replace(bindings=(*scope.bindings, *bindings), scopes=(*scope.scopes, *unread))


def _unread(block: Block) -> Scope:
    nothing: frozenset[str] = frozenset()
    return Scope(
        "class" if block.kind == "class" else "function",
        block.name,
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        False,
        nothing,
        (),
        block.start,
        block.end,
        is_unread=True,
    )
