"""The diagnostic format of reviewdog: reviewdog/reviewdog, ``proto/rdf/reviewdog.proto``. Columns count bytes of UTF-8 from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from netlint.finding import Severity
from netlint.placing import placed
from netlint.report.json import dump
from netlint.report.places import place_of
from netlint.report.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding, Fix
    from netlint.report.places import Workspace
    from netlint.result import RunResult
    from netlint.source import SourceFile, Span

_SEVERITIES: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render_rdjson(result: RunResult, workspace: Workspace) -> str:
    """One DiagnosticResult. Other places stand in the message, for a reader older than the field for them refuses it."""
    return dump({"source": {"name": "netlint"}, "diagnostics": [_diagnostic(finding, result, workspace) for finding in result.findings]})


def _diagnostic(finding: Finding, result: RunResult, workspace: Workspace) -> dict[str, Any]:
    sources = result.sources
    return {
        "message": in_words(finding, sources, workspace),
        "location": {"path": workspace.path(finding.span.path), "range": _range(finding.span, sources)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule.name},
        **_suggestions(finding.fix, finding.span.path, sources),
    }


def _range(span: Span, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    place = place_of(span, sources)
    return {
        "start": {"line": place.line, "column": _byte_column(span.path, place.line, place.column, sources)},
        "end": {"line": place.end_line, "column": _byte_column(span.path, place.end_line, place.end_column, sources)},
    }


def _byte_column(path: str, line: int, column: int, sources: Mapping[str, SourceFile]) -> int:
    source = sources.get(path)
    return 1 if source is None else len(source.line_text(line)[: column - 1].encode("utf-8", "surrogatepass")) + 1


def _suggestions(fix: Fix | None, path: str, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    """The fix, if it is one edit of the same file: each suggestion is taken alone, and half a fix is none."""
    edits = placed(fix, sources) if fix is not None else None
    if edits is None or len(edits) != 1 or edits[0].span.path != path:
        return {}
    return {"suggestions": [{"range": _range(edit.span, sources), "text": edit.text} for edit in edits]}
