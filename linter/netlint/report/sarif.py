"""SARIF 2.1.0, for code scanning of GitHub and for other viewers.

What GitHub asks for and reads, and its limits: docs.github.com, "SARIF support for code scanning". One run a file, since several of one
category are refused. Suppressed findings are left out unless asked for, since GitHub opens alerts for them all the same.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netlint.finding import Severity
from netlint.fingerprint import fingerprint
from netlint.placing import placed
from netlint.report.characters import one_line
from netlint.report.json import dump
from netlint.report.line_hash import line_hashes
from netlint.report.places import first_line_of, place_of, text_at
from netlint.report.sarif_tool import LEVELS, invocation, literal, sentence, tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.finding import Edit, Finding, Subject
    from netlint.report.places import Place, Workspace
    from netlint.result import Accepted, RunResult
    from netlint.source import SourceFile

MAX_HASHED_LINES: Final = 50_000
"""Hashing a line takes 5 µs. In a longer file the upload action is left to do it."""
MAX_RESULTS: Final = 5_000
"""GitHub keeps no more of a run, the severest first, and refuses 25,000."""


class _Entry(NamedTuple):
    """What becomes a result: a finding, with what accepts it when it is suppressed."""

    finding: Finding
    accepted: Accepted | None = None


def render_sarif(result: RunResult, workspace: Workspace, category: str = "", *, with_accepted: bool = False) -> str:
    """The whole result, one run. ``category`` tells it from other runs on the same commit. ``with_accepted``: suppressed findings too."""
    entries = [_Entry(finding) for finding in result.findings]
    if with_accepted:
        entries += [_Entry(accepted.finding, accepted) for accepted in result.accepted]
    kept = _severest(entries)
    rules = list({rule.name: rule for rule in (*result.rules, *(entry.finding.rule for entry in kept))}.values())
    index = {rule.name: number for number, rule in enumerate(rules)}
    paths = sorted({entry.finding.span.path for entry in kept} & result.sources.keys())
    sources = {path: result.sources[path] for path in paths}
    hashes = {path: line_hashes(source.text) for path, source in sources.items() if len(source.line_starts) <= MAX_HASHED_LINES}
    run: dict[str, Any] = {
        "tool": tool(rules),
        "invocations": [invocation(result, left_out=len(entries) - len(kept))],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                **_result(entry.finding, index[entry.finding.rule.name], result, workspace, hashes),
                # All results have the property or none has (SARIF 2.1.0, 3.27.23).
                **({"suppressions": _suppressions(entry.accepted)} if with_accepted else {}),
            }
            for entry in kept
        ],
    }
    if category:
        run["automationDetails"] = {"id": f"{category.rstrip('/')}/"}
    return dump({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _severest(entries: Sequence[_Entry]) -> Sequence[_Entry]:
    """The entries that are kept, in their order; suppressed ones go first."""
    ranks = list(Severity)
    order = sorted(
        range(len(entries)), key=lambda number: (entries[number].accepted is not None, ranks.index(entries[number].finding.severity))
    )
    return [entries[number] for number in sorted(order[:MAX_RESULTS])]


def _result(finding: Finding, index: int, result: RunResult, workspace: Workspace, hashes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    sources = result.sources
    place = first_line_of(finding.span, sources)
    entry: dict[str, Any] = {
        "ruleId": finding.rule.name,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, sources)},
        "locations": [{**_physical(place, workspace), **_logical(finding.subject)}],
    }
    if finding.related:
        related = [(first_line_of(item.span, sources), one_line(item.label)) for item in finding.related]
        entry["relatedLocations"] = [
            {"id": number, **_physical(where, workspace), "message": {"text": literal(label)}}
            for number, (where, label) in enumerate(related, 1)
        ]
        steps = [(place, one_line(finding.message)), *related]
        flow = [{"location": {**_physical(where, workspace), "message": {"text": literal(label)}}} for where, label in steps]
        entry["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    entry["partialFingerprints"] = {"netlint/v1": fingerprint(finding, result)}
    if finding.span.path in hashes:
        entry["partialFingerprints"]["primaryLocationLineHash"] = hashes[finding.span.path][place.line - 1]
    edits = placed(finding.fix, sources) if finding.fix is not None else None
    if finding.fix is not None and edits is not None:
        entry["fixes"] = [_fix(finding.fix.title, edits, sources, workspace)]
    entry["properties"] = {"confidence": str(finding.confidence), "symptom": str(finding.symptom)}
    return entry


def _message(finding: Finding, sources: Mapping[str, SourceFile]) -> str:
    """What, why, do, and each other place as an embedded link (SARIF 2.1.0, 3.11.6) with what it contributes."""
    words = [sentence(literal(one_line(text))) for text in (finding.message, finding.why, finding.help)]
    links = [
        f"[{_link_text(text_at(related.span, sources) or 'here')}]({number}) {literal(one_line(related.label))}"
        for number, related in enumerate(finding.related, 1)
    ]
    return "\n".join((" ".join(words), *links))


def _link_text(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _physical(place: Place, workspace: Workspace) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column}
    return {"physicalLocation": {"artifactLocation": _artifact(place.path, workspace), "region": region}}


def _artifact(path: str, workspace: Workspace) -> dict[str, str]:
    uri = workspace.uri(path)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _logical(subject: Subject | None) -> dict[str, Any]:
    if subject is None:
        return {}
    above = subject.package if subject.kind == "func" else "/".join(filter(None, (subject.kind, subject.namespace)))
    kind = "function" if subject.kind == "func" else "resource"
    name = one_line(subject.name)
    return {"logicalLocations": [{"name": name, "fullyQualifiedName": one_line(f"{above}/{subject.name}"), "kind": kind}]}


def _fix(title: str, edits: Sequence[Edit], sources: Mapping[str, SourceFile], workspace: Workspace) -> dict[str, Any]:
    changes = [
        {"artifactLocation": _artifact(path, workspace), "replacements": [_replacement(edit, sources) for edit in group]}
        for path, group in groupby(edits, key=lambda edit: edit.span.path)
    ]
    return {"description": {"text": sentence(title)}, "artifactChanges": changes}


def _replacement(edit: Edit, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    place = place_of(edit.span, sources)
    region = {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column}
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _suppressions(accepted: Accepted | None) -> list[dict[str, str]]:
    if accepted is None:
        return []
    kind = "inSource" if accepted.in_source else "external"
    return [{"kind": kind, "status": "accepted", "justification": one_line(accepted.reason)}]
