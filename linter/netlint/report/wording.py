"""A finding in words, for formats that have one field of text for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.report.characters import no_log_command, one_line
from netlint.report.places import first_line_of, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.source import SourceFile


def in_words(finding: Finding, sources: Mapping[str, SourceFile], workspace: Workspace) -> str:
    """Message, why, help, and the other places with what each contributes, a line each. No line is a command to a runner."""
    lines = [finding.message, f"Why: {finding.why}", f"Help: {finding.help}"]
    for related in finding.related:
        place = first_line_of(related.span, sources)
        text = text_at(related.span, sources)
        lines.append(f"{workspace.path(place.path)}:{place.line}: {text}{' ' if text else ''}{related.label}")
    return no_log_command("\n".join(map(one_line, lines)))
