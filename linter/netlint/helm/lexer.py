"""The text of a Go template into literal text and actions, with exact places and the blanks that ``{{-`` and ``-}}`` take away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.helm.errors import ChartError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS: Final = " \t\r\n"
"""What trim markers take away (text/template/parse lex.go, ``spaceChars``)."""
_COMMENT: Final = re.compile(r"\{\{(?P<left>-[ \t\r\n])?[ \t\r\n]*/\*.*?\*/(?P<right>[ \t\r\n]+-)?\}\}", re.DOTALL)
_WORD: Final = re.compile(r"\$\w*(?:\.\w+)*|\.\w+(?:\.\w+)*|\.|[+-]?\d(?:[eE][+-]|[\w.])*|\w+")


class Piece(NamedTuple):
    """Literal text (``is_action`` false) or an action; ``tokens`` are those of the action, ``start`` and ``end`` its bounds."""

    is_action: bool
    start: int
    end: int
    tokens: tuple[Token, ...] = ()


class Token(NamedTuple):
    """A part of an action: ``kind`` is ``string``, ``raw``, ``char``, ``word`` or ``mark``. ``glued``: nothing stands before it."""

    kind: str
    text: str
    start: int
    glued: bool


def lex(text: str, path: str) -> Iterator[Piece]:
    """The pieces of a template in order. Raises ChartError for an action that is not closed or holds what Go does not read."""
    at = 0
    trims = False
    while True:
        opening = text.find("{{", at)
        end = len(text) if opening < 0 else opening
        start = at
        if trims:
            while start < end and text[start] in BLANKS:
                start += 1
        if opening < 0:
            if start < end:
                yield Piece(False, start, end)
            return
        if text.startswith("{{-", opening) and text[opening + 3 : opening + 4] in (" ", "\t", "\r", "\n"):
            while end > start and text[end - 1] in BLANKS:
                end -= 1
        if start < end:
            yield Piece(False, start, end)
        comment = _COMMENT.match(text, opening)
        if comment:
            at, trims = comment.end(), comment["right"] is not None
            continue
        tokens, at, trims = _action(text, path, opening)
        yield Piece(True, opening, at, tokens)


def _action(text: str, path: str, opening: int) -> tuple[tuple[Token, ...], int, bool]:
    """Tokens of the action that opens at ``opening``, where it ends, and whether it trims what follows."""
    at = opening + 2
    if text.startswith("-", at) and text[at + 1 : at + 2] in (" ", "\t", "\r", "\n"):
        at += 1
    tokens: list[Token] = []
    glued = False
    while True:
        if text.startswith("}}", at):
            return tuple(tokens), at + 2, False
        char = text[at : at + 1]
        if char == "":
            raise ChartError(path, opening, "opens an action with {{ that is never closed")
        if char in BLANKS:
            while text[at : at + 1] and text[at] in BLANKS:
                at += 1
            if text.startswith("-}}", at):
                return tuple(tokens), at + 3, True
            glued = False
            continue
        kind, end = _token(text, path, at)
        tokens.append(Token(kind, text[at:end], at, glued))
        at, glued = end, True


_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_RAW: Final = re.compile(r"`[^`]*`")
_CHARACTER: Final = re.compile(r"'(?:[^'\\\n]|\\.)+'")


def _token(text: str, path: str, at: int) -> tuple[str, int]:
    char = text[at]
    for first, kind, pattern in (('"', "string", _STRING), ("`", "raw", _RAW), ("'", "char", _CHARACTER)):
        if char == first:
            match = pattern.match(text, at)
            if match is None:
                raise ChartError(path, at, f"holds a text in an action whose {first} is never closed")
            return kind, match.end()
    if text.startswith(":=", at):
        return "mark", at + 2
    if char in "=|(),":
        return "mark", at + 1
    match = _WORD.match(text, at)
    if match is None:
        raise ChartError(path, at, f"holds the character {char} in an action, which Go templates do not know")
    return "word", match.end()
