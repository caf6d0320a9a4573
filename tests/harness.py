"""Runs netlint over small repositories whose comments say what it must find.

``# expect: rule-name `text` `` marks the place at fault and ``# related: rule-name `text` `` every other place of the finding: on the line
itself, or alone on a line above it (several above each other all count for the next line of content). ``text`` is what the span covers (its
first line). ``rule-name[info]`` and ``rule-name[info/low]`` also compare the severity and the confidence.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netlint.config import Config, load_config
from netlint.pipeline import is_shown, run
from netlint_rules import all_rules, rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.finding import Finding
    from netlint.result import RunResult
    from netlint.source import SourceFile, Span

FIXTURES = Path(__file__).parent / "fixtures"
_MARK = re.compile(r"(?:#|//)\s*(?P<role>expect|related):\s*(?P<rule>[a-z0-9-]+)(?:\[(?P<level>[a-z/]+)\])?\s*`(?P<text>[^`]*)`")
MARKED_SUFFIXES = (".yaml", ".yml", ".json", ".go", ".py", ".toml")
MARKED_NAMES = ("Dockerfile",)


@dataclass(frozen=True, order=True)
class Mark:
    """Where a finding has a place: what a fixture says, or what a run gave."""

    path: str
    line: int
    role: str
    rule: str
    text: str
    level: str = ""


def marks_in(text: str, path: str) -> list[Mark]:
    """The marks of one file."""
    found: list[Mark] = []
    pending: list[re.Match[str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        matches = list(_MARK.finditer(line))
        content = line[: matches[0].start()].strip() if matches else line.strip()
        if matches and not content.strip("#/ "):
            pending += matches
            continue
        if not matches and (not content or content.startswith(("#", "//", "---"))):
            continue
        for match in (*pending, *matches):
            found.append(Mark(path, number, match["role"], match["rule"], match["text"], match["level"] or ""))
        pending = []
    assert not pending, f"{path}: a mark with no line of content after it: {pending[0][0]}"
    return found


def without_marks(text: str) -> str:
    """The file as a user would have written it."""
    lines = []
    for line in text.splitlines(keepends=True):
        first = _MARK.search(line)
        if first is None:
            lines.append(line)
        elif line[: first.start()].strip():
            lines.append(line[: first.start()].rstrip() + "\n")
    return "".join(lines)


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Run with ``folder`` as the current one."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


KNOWN_NAMES = {rule.name for rule in all_rules()} | {rule.family for rule in all_rules()}


def lint(folder: Path, paths: tuple[str, ...] = (".",), config: Config | None = None) -> RunResult:
    """Run all rules over ``folder`` as a user standing in it would; every severity and confidence is shown."""
    with working_in(folder):
        settings = config or load_config(Path(), None, KNOWN_NAMES)
        return run(paths, settings._replace(show_info=True, show_low=True), rules_for)


def found_marks(result: RunResult, rule_under_test: str | None, with_levels: set[Mark]) -> list[Mark]:
    """What a run gave, as marks: all that is shown by default, and everything of the rule under test.

    ``with_levels``: the marks that ask for severity or confidence; those found get theirs in the same detail.
    """
    default = Config(root=Path())
    asked = {(mark.path, mark.line, mark.role, mark.rule): mark.level for mark in with_levels}
    found = []
    for finding in result.findings:
        if not (is_shown(finding, default) or finding.rule.name == rule_under_test or finding.rule.name in {m.rule for m in with_levels}):
            continue
        for role, span in (("expect", finding.span), *(("related", related.span) for related in finding.related)):
            source = result.sources[span.path]
            line = source.position(span.start).line
            level = asked.get((span.path, line, role, finding.rule.name), "")
            found.append(Mark(span.path, line, role, finding.rule.name, text_at(source, span), _level(finding, level)))
    return found


def _level(finding: Finding, asked: str) -> str:
    if not asked:
        return ""
    return f"{finding.severity}/{finding.confidence}" if "/" in asked else str(finding.severity)


def text_at(source: SourceFile, span: Span) -> str:
    """First line of what the span covers."""
    return (source.text_of(span).splitlines() or [""])[0]


def compare(expected: list[Mark], found: list[Mark]) -> list[str]:
    """The differences, a line each; empty when the run is as marked."""
    wanted, given = Counter(expected), Counter(found)
    missing = [f"not found: {mark}" for mark in sorted((wanted - given).elements())]
    extra = [f"not marked: {mark}" for mark in sorted((given - wanted).elements())]
    return missing + extra


def check_folder(folder: Path, rule_under_test: str | None = None) -> list[str]:
    """Lint a case and compare it with its marks."""
    result = lint(folder)
    expected = [
        mark
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (path.suffix in MARKED_SUFFIXES or path.name in MARKED_NAMES)
        for mark in marks_in(path.read_text(encoding="utf-8", errors="replace"), path.relative_to(folder).as_posix())
    ]
    return compare(expected, found_marks(result, rule_under_test, {mark for mark in expected if mark.level}))
