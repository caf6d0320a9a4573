"""What a SARIF run says of the tool: its rules, how the run went, and the kinds of what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from netlint.finding import Severity
from netlint.meta_rules import INTERNAL_ERROR, UNREADABLE_FILE
from netlint.report.characters import one_line
from netlint.report.rules import page_of
from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.finding import Rule
    from netlint.result import Note, RunResult

LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM_SEVERITIES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_MAX_TEXT: Final = 1_000
"""Characters of a rule's descriptions; GitHub takes 1,024."""
_NOTIFICATIONS: Final = {
    "unreadable-file": "A file could not be read, so nothing in it was judged",
    "internal-error": "A rule failed, so what it would have found is missing",
    "not-rendered": "A template was not rendered, so it was not judged",
    "not-applied": "A part of a kustomization was not applied, so what it may change was not judged",
    "not-read": "Something that may hold manifests or code was not read",
    "unit-incomplete": "A part of what is deployed together is not in view, so absence proves nothing there",
    "limit-reached": "A limit was reached, and what lies beyond it was not judged",
    "duplicate-key": "A key is written twice, and the last one counts",
    "stale-baseline": "The baseline lists findings that are gone",
    "results-left-out": "There were more findings than a code scanning service keeps",
}


def tool(rules: Iterable[Rule]) -> dict[str, Any]:
    """The tool and its rules, in the order that results name them by."""
    return {
        "driver": {
            "name": "netlint",
            "version": VERSION,
            "semanticVersion": VERSION,
            # A package URL names the distribution wherever it is kept; it has no home of its own.
            "informationUri": f"pkg:pypi/netlint-k8s@{VERSION}",
            "rules": [_rule(rule) for rule in rules],
            "notifications": [_notification_descriptor(name, text) for name, text in _NOTIFICATIONS.items()],
        }
    }


def _rule(rule: Rule) -> dict[str, Any]:
    page = page_of(rule)
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": sentence(rule.summary)[:_MAX_TEXT]},
        "fullDescription": {"text": _first_reason(page, rule)[:_MAX_TEXT]},
        "help": {"text": f"{sentence(rule.summary)} netlint explain {rule.name} prints the page of this rule.", "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["reliability", "network", rule.family],
            "precision": str(rule.confidence),
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
        },
    }


def _first_reason(page: str, rule: Rule) -> str:
    """The whole sentences of the first paragraph below *Why* on the page of a rule; it may lead over to an example."""
    _, _, why = page.partition("\n## Why\n")
    paragraph = " ".join(why.strip().split("\n\n", 1)[0].split())
    whole = paragraph if paragraph.endswith(".") else paragraph[: paragraph.rfind(". ") + 1]
    return whole or sentence(rule.summary)


def _notification_descriptor(name: str, text: str) -> dict[str, Any]:
    described = {"text": sentence(text)}
    return {
        "id": name,
        "name": "".join(map(str.capitalize, name.split("-"))),
        "shortDescription": described,
        "fullDescription": described,
        "help": described,
    }


def invocation(result: RunResult, left_out: int) -> dict[str, Any]:
    """How the run went. A notification of level error means that it failed (SARIF 2.1.0, 3.20.21): only a bug of netlint is one."""
    failed = [finding for finding in result.findings if finding.rule.name == INTERNAL_ERROR.name]
    unread = [finding for finding in result.findings if finding.rule.name == UNREADABLE_FILE.name]
    notes = [note for note in result.notes if note.kind != "not-rendered"]
    execution = [_notification(finding.rule.name, "error", finding.message) for finding in failed]
    execution += [_notification(finding.rule.name, "warning", finding.message) for finding in unread]
    execution += [_noted(note) for note in notes]
    if left_out:
        execution.append(_notification("results-left-out", "warning", f"{left_out} findings of lower severity were left out"))
    return {
        "executionSuccessful": not failed,
        "toolExecutionNotifications": execution,
        "toolConfigurationNotifications": [_noted(note) for note in result.notes if note.kind == "not-rendered"],
    }


def _noted(note: Note) -> dict[str, Any]:
    return _notification(note.kind, "note", f"{note.path}: {note.message}")


def _notification(name: str, level: str, message: str) -> dict[str, Any]:
    descriptor: dict[str, Any] = {"id": name}
    if name in _NOTIFICATIONS:
        descriptor["index"] = list(_NOTIFICATIONS).index(name)
    return {"descriptor": descriptor, "level": level, "message": {"text": literal(sentence(one_line(message)))}}


def literal(text: str) -> str:
    """Text in which nothing reads as a link."""
    return text.replace("](", "] (")


def sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
