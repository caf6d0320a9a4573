"""The rules about the run itself: they have no check, the pipeline reports them."""

from __future__ import annotations

from typing import Final

from netlint.finding import Confidence, Rule, Severity, Symptom


def _meta(name: str, severity: Severity, summary: str) -> Rule:
    return Rule(name, "meta", 0, summary, severity, Confidence.HIGH, Symptom.NONE, "0.1.0")


UNREADABLE_FILE: Final = _meta("unreadable-file", Severity.WARNING, "A file or document that should be judged cannot be read")
UNUSED_IGNORE: Final = _meta("unused-ignore", Severity.WARNING, "An ignore that matches no finding")
IGNORE_WITHOUT_REASON: Final = _meta("ignore-without-reason", Severity.WARNING, "An ignore that does not say why, or names no known rule")
INTERNAL_ERROR: Final = _meta("internal-error", Severity.ERROR, "A rule failed: a bug in netlint")

META_RULES: Final = (UNREADABLE_FILE, UNUSED_IGNORE, IGNORE_WITHOUT_REASON, INTERNAL_ERROR)
