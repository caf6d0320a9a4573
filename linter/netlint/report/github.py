"""Annotations of GitHub Actions: workflow commands in the log of a step, which GitHub shows beside the changed lines.

The format and its escapes: actions/toolkit, ``packages/core/src/command.ts``; what the runner drops: actions/runner,
``ActionCommandManager.cs`` (columns across lines) and ``ExecutionContext.cs`` (more than ten of a kind a step).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Severity
from netlint.report.characters import no_log_command
from netlint.report.places import place_of
from netlint.report.summary import summary_line
from netlint.report.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.result import RunResult
    from netlint.source import SourceFile

MAX_OF_A_KIND: Final = 10
"""Errors, warnings and notices of a step, each, that GitHub keeps."""
_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render_github(result: RunResult, workspace: Workspace) -> str:
    """The annotations, then the summary."""
    return "\n".join((*annotation_lines(result, workspace), no_log_command(summary_line(result))))


def annotation_lines(result: RunResult, workspace: Workspace) -> list[str]:
    """A command a line, the severest first; one more that says how many were left out when there are too many."""
    lines: list[str] = []
    left_out: list[str] = []
    for severity, command in _COMMANDS.items():
        found = [finding for finding in result.findings if finding.severity is severity]
        # What is left out is told by a notice, too.
        limit = MAX_OF_A_KIND if severity is not Severity.INFO else MAX_OF_A_KIND - 1
        lines += [_command(command, finding, result.sources, workspace) for finding in found[:limit]]
        if len(found) > limit:
            left_out.append(f"+{len(found) - limit} more of severity {severity}")
    if left_out:
        lines.append(f"::notice title=netlint::{', '.join(left_out)}; the summary of this step and its log list them")
    return lines


def _command(command: str, finding: Finding, sources: Mapping[str, SourceFile], workspace: Workspace) -> str:
    place = place_of(finding.span, sources)
    properties = {"file": workspace.path(place.path), "line": str(place.line)}
    if place.end_line == place.line:
        properties |= {"endLine": str(place.line), "col": str(place.column), "endColumn": str(place.end_column)}
    else:
        properties |= {"endLine": str(place.end_line)}
    properties["title"] = finding.rule.name
    given = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{command} {given}::{_escape(in_words(finding, sources, workspace))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
