"""Comments by which an author told another linter that a line is meant as it is: ``#nosec G114``, ``//nolint:gosec``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT: Final = re.compile(
    r"^(?P<before>[^\n]*?)//[^\n]*?(?:(?P<gosec>#\s?nosec|gosec:disable)(?P<codes>(?:[ ,]+G\d{3}\b)*)|nolint\b(?::(?P<linters>[\w,-]+))?)",
    re.MULTILINE,
)
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
    for match in _COMMENT.finditer(text):
        end = _line_end(text, match.end())
        if _UNDECIDED.search(text, match.end(), end):
            continue
        if not match["before"].strip():
            end = _line_end(text, end + 1)
        names = (match["codes"] or "").replace(",", " ").split() if match["gosec"] else (match["linters"] or "").split(",")
        yield Waiver(match.start(), end, tuple(name for name in names if name) or (ALL,))


def _line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found
