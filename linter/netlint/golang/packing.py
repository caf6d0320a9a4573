"""Facts of a Go file as bytes and back. A packed file knows no path, for the same content may stand at several."""

from __future__ import annotations

from typing import Final

from netlint.golang import facts as fact_types
from netlint.golang import syntax as syntax_types
from netlint.golang.facts import GoFacts
from netlint.golang.waivers import Waiver
from netlint.packing import Packing, UnpackError
from netlint.source import Span

_PACKING: Final = Packing((fact_types, syntax_types), Span, Waiver)


def pack(facts: GoFacts) -> bytes:
    """Facts of one file without its path."""
    unread = tuple(span._replace(path="") for span in facts.unread)
    return _PACKING.pack(facts._replace(path="", unread=unread, is_test=False))


def unpack(data: bytes, path: str) -> GoFacts:
    """The facts of the file at ``path``, which has the content that was packed. Raises UnpackError."""
    facts = _PACKING.unpack(data)
    if type(facts) is not GoFacts:
        raise UnpackError("holds something else than facts")
    return facts._replace(
        path=path,
        unread=tuple(span._replace(path=path) for span in facts.unread),
        is_test=path.endswith("_test.go"),
    )
