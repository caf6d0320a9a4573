"""One Python file into facts."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst

from netlint.python.facts import Binding, Parameter, PythonFacts, Scope
from netlint.python.lowering import Lowering
from netlint.python.outline import TooDeepError, blocks, matters
from netlint.python.places import Places
from netlint.python.syntax import Attribute, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.python.outline import Block
    from netlint.source import SourceFile

_TOO_DEEP: Final = "is nested deeper than people write"
_GIVEN: Final = re.compile(r"\bself\.(?P<name>\w+)\b(?=\s*(?::[^=\n]{1,200})?(?:[-+*/%|&]|//)?=(?!=)|\s*,)")
"""Where a method gives its object an attribute, or may do so."""
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
            left_out, kept = [], [block._replace(unread=()) for block in found]
            scope, guarded = _parse(text, kept)
    except TooDeepError as error:
        return PythonFacts(source.path, None, (), _TOO_DEEP, source.position(error.place).line)
    except libcst.ParserSyntaxError as error:
        return PythonFacts(source.path, None, (), "cannot be parsed as Python 3", error.raw_line)
    except RecursionError:
        return PythonFacts(source.path, None, (), _TOO_DEEP, 1)
    return PythonFacts(source.path, _with_unread(text, _with_unread_methods(text, scope, kept), left_out), guarded)


class _Part(NamedTuple):
    """Characters of the file that stand at ``at`` of what the parser is given."""

    at: int
    start: int


def _parse(text: str, kept: Iterable[Block]) -> tuple[Scope, tuple[tuple[int, int], ...]]:
    parts: list[_Part] = []
    pieces: list[str] = []
    at = 0
    for start, end in (part for block in kept for part in block.parts):
        if not parts or parts[-1].start + at - parts[-1].at != start:
            parts.append(_Part(at, start))
        pieces.append(text[start:end])
        at += end - start
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


def _with_unread_methods(text: str, scope: Scope, kept: list[Block]) -> Scope:
    """With the methods that were not parsed, in the classes that they stand in."""
    unread = {block.name: list(block.unread) for block in kept if block.unread}
    if not unread:
        return scope
    return scope._replace(scopes=tuple(_with_unread(text, item, unread.get(item.name, [])) for item in scope.scopes))


def _with_unread(text: str, scope: Scope, left_out: list[Block]) -> Scope:
    """With the functions and classes that were not parsed, as names that are bound."""
    if not left_out:
        return scope
    bindings = tuple(Binding("definition", Name(block.name, block.start, block.start), None) for block in left_out)
    unread = tuple(_unread(text, block) for block in left_out)
    return scope._replace(bindings=(*scope.bindings, *bindings), scopes=(*scope.scopes, *unread))


def _unread(text: str, block: Block) -> Scope:
    """A function or class that was not parsed. What a method gives its object is known to be given, but not what it is."""
    given = [
        Binding("other", Attribute(Name("self", match.start(), match.start() + 4), match["name"], match.start("name"), *match.span()), None)
        for match in _GIVEN.finditer(text, block.start, block.end)
    ]
    return Scope(
        kind="class" if block.kind == "class" else "function",
        name=block.name,
        parameters=(Parameter("self", "", None),),
        decorators=(),
        bases=(),
        bindings=tuple(given),
        calls=(),
        returns=(),
        iterated=(),
        yields=False,
        outer_names=frozenset(),
        scopes=(),
        start=block.start,
        end=block.end,
        is_unread=True,
    )
