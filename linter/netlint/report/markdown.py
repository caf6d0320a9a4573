"""A table in GitHub's Markdown, for the summary of a step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Severity
from netlint.report.characters import one_line
from netlint.report.places import first_line_of
from netlint.report.summary import summary_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.result import RunResult
    from netlint.source import SourceFile

MAX_BYTES: Final = 900 * 1024
"""GitHub refuses a summary above a mebibyte as a whole (actions/runner, ``AttachmentSizeLimit``)."""


def render_markdown(result: RunResult, workspace: Workspace, link: str = "") -> str:
    """A heading, every finding as a row, the severest first, and the notes. ``link``: where the files are shown, the path to be added."""
    rows = [
        _row(finding, result.sources, workspace, link)
        for severity in Severity
        for finding in result.findings
        if finding.severity is severity
    ]
    lines = ["### netlint", "", f"{_escape(summary_line(result))}", ""]
    if rows:
        lines += ["| severity | rule | place | message |", "|---|---|---|---|"]
    lines += _fitting(rows, "| | | | and {} more |")
    notes = _fitting([f"* {_escape(f'{note.kind}: {note.path}: {note.message}')}" for note in result.notes], "* and {} more")
    if notes:
        lines += ["", "<details><summary>Notes</summary>", "", *notes, "", "</details>"]
    return "\n".join((*lines, ""))


def _fitting(lines: list[str], rest: str) -> list[str]:
    """As many lines as half of what is allowed holds; ``rest`` says how many there are more."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > MAX_BYTES // 2:
            return [*lines[:number], rest.format(len(lines) - number)]
    return lines


def _row(finding: Finding, sources: Mapping[str, SourceFile], workspace: Workspace, link: str) -> str:
    place = first_line_of(finding.span, sources)
    shown = _escape(f"{workspace.path(place.path)}:{place.line}")
    uri = workspace.uri(place.path)
    if link and not uri.startswith("file:"):
        shown = f"[{shown}]({link}/{uri}#L{place.line})"
    return f"| {finding.severity} | {finding.rule.name} | {shown} | {_escape(finding.message)} |"


def _escape(text: str) -> str:
    """``text`` as it stands, in a cell of a table or in a line: every character of Markdown is escaped."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@$-])", r"\\\1", one_line(text))
