"""Comments by which an author told another linter that a line is meant as it is: ``#nosec G114``, ``//nolint:gosec``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(
    r"(?P<gosec>#\s?nosec|gosec:disable)(?P<codes>(?:[ ,]{1,4}G\d{3}\b){0,20})|\bnolint\b(?::(?P<linters>[\w,-]{1,200}))?"
)
_COMMENT: Final = re.compile(r"//|/\*")
_UNDECIDED: Final = re.compile(r"TODO|FIXME")
"""Of a comment that puts the matter off."""
_WORDS: Final = ("nosec", "nolint", "gosec:disable")
_WORD: Final = re.compile("|".join(_WORDS))
ALL: Final = "all"


class Waiver(NamedTuple):
    """The characters that a comment speaks of, its line or, when it stands alone, the next one too; ``names`` the checks it waives."""

    start: int
    end: int
    names: tuple[str, ...]


def find_waivers(text: str) -> Iterator[Waiver]:
    """The waivers of a file. One that names nothing waives everything."""
    if not any(word in text for word in _WORDS):
        return
    behind = 0
    for word in _WORD.finditer(text):
        if word.start() < behind:
            # A line that was looked at already.
            continue
        start, behind = _line_around(text, word.start())
        line = text[start:behind]
        comment = _COMMENT.search(line)
        if comment is None or _UNDECIDED.search(line):
            continue
        names = tuple(_names(line, comment.end()))
        if names:
            is_alone = not line[: comment.start()].strip() and behind < len(text)
            yield Waiver(start, _line_around(text, behind + 1)[1] if is_alone else behind, names)


def _line_around(text: str, place: int) -> tuple[int, int]:
    """Where the line that holds a place starts and ends."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def _names(line: str, start: int) -> Iterator[str]:
    for mark in _MARK.finditer(line, start):
        names = (mark["codes"] or "").replace(",", " ").split() if mark["gosec"] else (mark["linters"] or "").split(",")
        yield from [name for name in names if name] or [ALL]
