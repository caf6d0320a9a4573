"""Where something is, for answers that are no findings: ``path:line`` for people, the keys of a finding's place for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netlint.report.characters import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.source import SourceFile, Span


def show_location(span: Span, sources: Mapping[str, SourceFile]) -> str:
    """``path:line``; the first line where the text is not known."""
    source = sources.get(span.path)
    return f"{one_line(span.path)}:{source.position(span.start).line if source else 1}"


def location_keys(span: Span, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """Path, line and column, as they stand in the JSON of a finding."""
    source = sources.get(span.path)
    start, end = (source.position(span.start), source.position(span.end)) if source else ((1, 1), (1, 1))
    return {"path": span.path, "line": start[0], "column": start[1], "end_line": end[0], "end_column": end[1]}
