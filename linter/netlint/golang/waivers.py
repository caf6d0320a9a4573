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
    lines = text.split("\n")
    start = 0
    for number, line in enumerate(lines):
        if any(word in line for word in _WORDS):
            comment = _COMMENT.search(line)
            names = tuple(_names(line, comment.end())) if comment is not None and not _UNDECIDED.search(line) else ()
            if comment is not None and names:
                is_alone = not line[: comment.start()].strip() and number + 1 < len(lines)
                yield Waiver(start, start + len(line) + (len(lines[number + 1]) + 1 if is_alone else 0), names)
        start += len(line) + 1


def _names(line: str, start: int) -> Iterator[str]:
    for mark in _MARK.finditer(line, start):
        names = (mark["codes"] or "").replace(",", " ").split() if mark["gosec"] else (mark["linters"] or "").split(",")
        yield from [name for name in names if name] or [ALL]
