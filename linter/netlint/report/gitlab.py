"""The code quality report of GitLab: docs.gitlab.com, "Code Quality", "Code Quality report format".

It is a part of what an issue of Code Climate holds (codeclimate/platform, ``spec/analyzers/SPEC.md``); ``type`` and ``categories`` are
there for other readers of those.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from netlint.finding import Severity
from netlint.fingerprint import fingerprint
from netlint.report.characters import one_line
from netlint.report.json import dump
from netlint.report.places import first_line_of

if TYPE_CHECKING:
    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.result import RunResult

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "minor"}


def render_gitlab(result: RunResult, workspace: Workspace) -> str:
    """A list with an object a finding. Of equal fingerprints GitLab keeps the first, so those that come later get a number."""
    seen: Counter[str] = Counter()
    entries = []
    for finding in result.findings:
        key = fingerprint(finding, result)
        seen[key] += 1
        entries.append(_entry(finding, key if seen[key] == 1 else f"{key}-{seen[key]}", result, workspace))
    return dump(entries)


def _entry(finding: Finding, key: str, result: RunResult, workspace: Workspace) -> dict[str, Any]:
    place = first_line_of(finding.span, result.sources)
    return {
        "type": "issue",
        # All that GitLab shows.
        "description": f"{finding.rule.name}: {one_line(finding.message)}. {one_line(finding.why)}. {one_line(finding.help)}",
        "check_name": finding.rule.name,
        "categories": ["Bug Risk"],
        "fingerprint": key,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": workspace.path(place.path), "lines": {"begin": place.line, "end": place.end_line}},
    }
