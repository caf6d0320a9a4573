"""Comments by which an author told another linter that a line is meant as it is: ``#nosec G114``, ``//nolint:gosec``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(r"(?P<gosec># ?nosec|gosec:disable)(?P<codes>(?:[ ,]+G\d{3}\b)*)|nolint\b(?::(?P<linters>[\w,-]+))?")
_UNDECIDED: Final = re.compile(r"TODO|FIXME")
"""Of a comment that puts the matter off."""
ALL: Final = "all"


class Waiver(NamedTuple):
    """The characters that a comment speaks of, its line or, when it stands alone, the next one too; ``names`` the checks it waives."""

    start: int
    end: int
    names: tuple[str, ...]


def find_waivers(text: str) -> Iterator[Waiver]:
    """The waivers of a file. One that names nothing waives everything."""
    if "nosec" not in text and "nolint" not in text and "gosec:disable" not in text:
        return
    start = comment = line_end = -1
    is_done = False
    for match in _MARK.finditer(text):
        if match.start() >= line_end:
            start = text.rfind("\n", 0, match.start()) + 1
            line_end = _line_end(text, match.end())
            comment = text.find("//", start, line_end)
            is_done = False
        # The first mark of a comment counts.
        if is_done or not 0 <= comment < match.start():
            continue
        is_done = True
        if _UNDECIDED.search(text, match.end(), line_end):
            continue
        end = line_end if text[start:comment].strip() else _line_end(text, line_end + 1)
        names = (match["codes"] or "").replace(",", " ").split() if match["gosec"] else (match["linters"] or "").split(",")
        yield Waiver(start, end, tuple(name for name in names if name) or (ALL,))


def _line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found
