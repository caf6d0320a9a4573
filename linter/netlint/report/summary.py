"""The one line that says what a run came to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netlint.finding import Severity

if TYPE_CHECKING:
    from netlint.result import FileCounts, RunResult


def severity_counts(result: RunResult) -> dict[Severity, int]:
    """Shown findings by severity, each severity present."""
    counted = Counter(finding.severity for finding in result.findings)
    return {severity: counted[severity] for severity in Severity}


def summary_line(result: RunResult) -> str:
    """``2 errors, 1 warning (12 Kubernetes files, 30 Go files; 1 suppressed; 5 hidden, --show all)``."""
    counts = severity_counts(result)
    words = [
        _count(counts[Severity.ERROR], "error"),
        _count(counts[Severity.WARNING], "warning"),
        f"{counts[Severity.INFO]} info" if counts[Severity.INFO] else "",
    ]
    found = ", ".join(word for word in words if word)
    if not found and not result.files.judged:
        return "Nothing was judged: there is no Kubernetes manifest and no Go file"
    details = [
        _files(result.files),
        f"{result.suppressed} suppressed" if result.suppressed else "",
        f"{result.baselined} in the baseline" if result.baselined else "",
        f"{result.hidden} hidden, --show all" if result.hidden else "",
    ]
    return f"{found or 'No findings'} ({'; '.join(detail for detail in details if detail)})"


def fixable_line(result: RunResult) -> str:
    """``2 fixable with --fix, 4 more with --unsafe-fixes``; nothing where no finding carries a fix."""
    fixes = [finding.fix for finding in result.findings if finding.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if not safe:
        return f"{unsafe} fixable with --fix --unsafe-fixes" if unsafe else ""
    return f"{safe} fixable with --fix{f', {unsafe} more with --unsafe-fixes' if unsafe else ''}"


def _files(files: FileCounts) -> str:
    kinds = (
        _count(files.kubernetes, "Kubernetes file"),
        _count(files.go, "Go file"),
        _count(files.python, "Python file"),
    )
    return ", ".join(kind for kind in kinds if kind) or "no file judged"


def _count(number: int, word: str) -> str:
    return "" if not number else f"{number} {word}" if number == 1 else f"{number} {word}s"
