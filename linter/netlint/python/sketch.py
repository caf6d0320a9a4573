"""What a Python file imports, read off its text without parsing it: all that is asked of a file in which nothing else matters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMPORT: Final = re.compile(
    rb"^(?:\xef\xbb\xbf)?[ \t]*(?:from[ \t]+(?P<origin>\.*[\w.]*)[ \t]+import[ \t]+(?:\((?P<inner>[^()]{0,5000})\)|(?P<names>[^\n;#(]+))"
    rb"|import[ \t]+(?P<modules>[^\n;#]+))",
    re.MULTILINE,
)
_NAME: Final = re.compile(rb"[.\w]+|\*")
_MAX_IMPORTS: Final = 2_000


def imports_of(data: bytes) -> tuple[str, ...]:
    """The dotted names that a file imports, a dot in front for every step of a relative one; of ``from a import b`` it is ``a.b``.

    >>> imports_of(b"import os\\nfrom . import store\\n")
    ('os', '.store')
    """
    return tuple(dict.fromkeys(name for _, name in zip(range(_MAX_IMPORTS), _imports(data), strict=False)))


def _imports(data: bytes) -> Iterator[str]:
    for match in _IMPORT.finditer(data):
        if match["modules"] is not None:
            yield from (_first(part) for part in match["modules"].split(b",") if _first(part))
            continue
        origin = match["origin"].decode("utf-8", "replace")
        listed = match["inner"] if match["inner"] is not None else match["names"]
        for part in re.sub(rb"#[^\n]*", b"", listed).split(b","):
            name = _first(part)
            if name:
                yield origin if name == "*" else f"{origin}{name}" if origin.endswith(".") else f"{origin}.{name}"


def _first(part: bytes) -> str:
    """The name in front of ``as``."""
    found = _NAME.search(part)
    return found[0].decode("utf-8", "replace") if found else ""
