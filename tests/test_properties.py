"""What must hold whatever the input: no input crashes, order changes nothing, comments change no fingerprint."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import FIXTURES, KNOWN_NAMES, lint, working_in
from netlint.config import load_config
from netlint.fingerprint import fingerprint
from netlint.kubernetes.reader import read_manifests
from netlint.pipeline import run
from netlint.source import SourceFile
from netlint_rules import rules_for

if TYPE_CHECKING:
    from netlint.result import RunResult

MANIFESTS = sorted(path for path in FIXTURES.rglob("*.yaml"))
TEXTS = [path.read_text(encoding="utf-8") for path in MANIFESTS]


def lint_text(folder: Path, text: str) -> RunResult:
    (folder / "manifest.yaml").write_text(text, encoding="utf-8", newline="")
    return lint(folder)


def internal_errors(result: RunResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.rule.name == "internal-error"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_prefix_and_no_mutation_crashes_the_reader(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    cut = data.draw(st.integers(0, len(text)))
    insert = data.draw(
        st.sampled_from(["", "[", "{", "}", "]", ":", "- ", "\t", "&a ", "*a", "!!int ", "|", "'", '"', "\x00", "---\n", "\n\n", "é", "{{"])
    )
    drop = data.draw(st.integers(0, 3))
    mutated = data.draw(st.sampled_from([text[:cut], text[:cut] + insert + text[cut + drop :]]))
    facts = read_manifests(SourceFile("manifest.yaml", mutated))
    for problem in facts.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(mutated)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_makes_a_rule_fail(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    lines = text.splitlines(keepends=True)
    seed = data.draw(st.integers(0, 2**32))
    chosen = random.Random(seed)
    for _ in range(chosen.randint(1, 3)):
        index = chosen.randrange(len(lines))
        change = chosen.choice(["drop", "null", "list", "text", "number"])
        key = re.match(r"\s*(?:- )?[\w./-]+:", lines[index])
        if change == "drop" or not key:
            lines[index] = ""
        else:
            lines[index] = key[0] + {"null": "", "list": " [1, {a: b}]", "text": " ünlikely", "number": " 99999999999"}[change] + "\n"
    result = lint_text(tmp_path_factory.mktemp("mutated"), "".join(lines))
    assert internal_errors(result) == []


def test_order_of_files_changes_nothing() -> None:
    with working_in(FIXTURES):
        config = load_config(Path(), None, KNOWN_NAMES)._replace(show_info=True, show_low=True)
        folders = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
        shuffled = folders[:]
        random.Random(4).shuffle(shuffled)
        first, second = run(folders, config, rules_for), run(shuffled, config, rules_for)
    assert first.findings == second.findings
    assert first.notes == second.notes


def fingerprints(result: RunResult) -> list[str]:
    return sorted(fingerprint(finding, result) for finding in result.findings if finding.rule.family != "meta")


@pytest.mark.parametrize("text", TEXTS[::3])
def test_comments_and_blank_lines_change_no_fingerprint(text: str, tmp_path: Path) -> None:
    before = fingerprints(lint_text(tmp_path, text))
    chosen = random.Random(len(text))
    spread = []
    for line in text.splitlines(keepends=True):
        if "|" not in text and ">" not in text and chosen.random() < 0.3:
            spread.append(chosen.choice(["\n", "# a comment\n"]))
        spread.append(line)
    assert fingerprints(lint_text(tmp_path, "".join(spread))) == before


@pytest.mark.parametrize("text", TEXTS[::5])
def test_line_endings_change_no_message(text: str, tmp_path: Path) -> None:
    unix = [(finding.rule.name, finding.message) for finding in lint_text(tmp_path, text).findings]
    windows = [(finding.rule.name, finding.message) for finding in lint_text(tmp_path, text.replace("\n", "\r\n")).findings]
    assert windows == unix
