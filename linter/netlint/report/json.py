"""The JSON documents: stable keys, lines and columns from 1, columns in characters, ends exclusive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netlint.fingerprint import fingerprint
from netlint.report.places import place_of
from netlint.report.summary import severity_counts
from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netlint.finding import Finding, Fix, Rule, Subject
    from netlint.result import RunResult
    from netlint.source import SourceFile


def render_json(result: RunResult) -> str:
    """The whole result, one document."""
    document = {
        "schema": "netlint/v1",
        "version": VERSION,
        "findings": [_finding(finding, result) for finding in result.findings],
        "notes": [{"kind": note.kind, "path": note.path, "message": note.message} for note in result.notes],
        "summary": {
            "files": {
                "kubernetes": result.files.kubernetes,
                "go": result.files.go,
                "python": result.files.python,
                "skipped": result.files.skipped,
            },
            **{str(severity): count for severity, count in severity_counts(result).items()},
            "suppressed": result.suppressed,
            "baselined": result.baselined,
        },
    }
    return dump(document)


def render_rules_json(rules: Iterable[Rule]) -> str:
    """A list of objects, one a rule."""
    return dump(
        [
            {
                "name": rule.name,
                "family": rule.family,
                "layer": rule.layer,
                "severity": str(rule.severity),
                "confidence": str(rule.confidence),
                "symptom": str(rule.symptom),
                "summary": rule.summary,
                "since": rule.since,
            }
            for rule in rules
        ]
    )


def dump(document: object) -> str:
    """JSON for a file or a terminal of any encoding, in which no runner of a CI service sees a command of its own."""
    # ASCII: a path that is no valid UTF-8 holds lone surrogates, and the terminal may have another encoding.
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[")


def _finding(finding: Finding, result: RunResult) -> dict[str, Any]:
    sources = result.sources
    return {
        "rule": finding.rule.name,
        "family": finding.rule.family,
        "layer": finding.rule.layer,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "symptom": str(finding.symptom),
        "message": finding.message,
        "why": finding.why,
        "help": finding.help,
        **place_of(finding.span, sources)._asdict(),
        "object": _object(finding.subject),
        "related": [{**place_of(related.span, sources)._asdict(), "label": related.label} for related in finding.related],
        "fix": _fix(finding.fix, sources),
        "fingerprint": fingerprint(finding, result),
    }


def _object(subject: Subject | None) -> dict[str, Any] | None:
    if subject is None:
        return None
    if subject.kind == "func":
        return {"kind": "func", "package": subject.package, "name": subject.name}
    return {"kind": subject.kind, "namespace": subject.namespace, "name": subject.name}


def _fix(fix: Fix | None, sources: Mapping[str, SourceFile]) -> dict[str, Any] | None:
    """The fix as edits; None also where its place in the file is not certain."""
    if fix is None:
        return None
    # Imported when there is a fix, for it loads PyYAML.
    from netlint.placing import placed

    edits = placed(fix, sources)
    if edits is None:
        return None
    shown = [{**place_of(edit.span, sources)._asdict(), "text": edit.text} for edit in edits]
    return {"title": fix.title, "safe": fix.safe, "edits": shown}
