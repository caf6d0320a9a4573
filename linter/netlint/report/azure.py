"""Issues of Azure Pipelines: logging commands in the log of a step (learn.microsoft.com, "Logging commands").

The escapes are those of microsoft/azure-pipelines-task-lib, ``node/taskcommand.ts``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Severity
from netlint.report.characters import no_log_command
from netlint.report.places import place_of
from netlint.report.summary import summary_line
from netlint.report.wording import in_words

if TYPE_CHECKING:
    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.result import RunResult

_TYPES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}
"""Azure knows no third one."""


def render_azure(result: RunResult, workspace: Workspace) -> str:
    """A command a line, the severest first, then the summary."""
    ranks = list(Severity)
    ordered = sorted(result.findings, key=lambda finding: ranks.index(finding.severity))
    return "\n".join((*(_command(finding, result, workspace) for finding in ordered), no_log_command(summary_line(result))))


def _command(finding: Finding, result: RunResult, workspace: Workspace) -> str:
    place = place_of(finding.span, result.sources)
    properties = {
        "type": _TYPES[finding.severity],
        "sourcepath": workspace.path(place.path),
        "linenumber": str(place.line),
        "columnnumber": str(place.column),
        "code": finding.rule.name,
    }
    given = "".join(f"{name}={_escape_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {given}]{_escape(in_words(finding, result.sources, workspace))}"


def _escape(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(";", "%3B").replace("]", "%5D")
