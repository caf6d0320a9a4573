"""Where something is, for answers that are no findings: ``path:line`` for people, the keys of a finding's place for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netlint.report.characters import one_line
from netlint.report.places import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.source import SourceFile, Span


def show_location(span: Span, sources: Mapping[str, SourceFile]) -> str:
    """``path:line``; the first line where the text is not known."""
    place = place_of(span, sources)
    return f"{one_line(place.path)}:{place.line}"


def location_keys(span: Span, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """Path, line and column, as they stand in the JSON of a finding."""
    return place_of(span, sources)._asdict()
