"""The demo repository has the findings that the README shows, and no others."""

from __future__ import annotations

import json
from pathlib import Path

from harness import FIXTURES, lint, text_at
from netlint.config import Config
from netlint.pipeline import is_shown
from netlint_rules import all_rules

SHOP = FIXTURES / "shop"
EXPECTED = FIXTURES / "shop.expected.json"


def shown_findings() -> list[dict[str, object]]:
    """What a user sees by default: rule, place and text of every finding."""
    result = lint(SHOP)
    default = Config(root=Path())
    return [
        {
            "rule": finding.rule.name,
            "path": finding.span.path,
            "line": result.sources[finding.span.path].position(finding.span.start).line,
            "text": text_at(result.sources[finding.span.path], finding.span),
        }
        for finding in result.findings
        if is_shown(finding, default)
    ]


def test_shop_has_exactly_the_expected_findings() -> None:
    assert shown_findings() == json.loads(EXPECTED.read_text(encoding="utf-8"))


def families_across_files() -> set[str]:
    """Families of which a finding that is shown by default has a location in another file."""
    shown = (finding for finding in lint(SHOP).findings if is_shown(finding, Config(root=Path())))
    return {finding.rule.family for finding in shown if any(related.span.path != finding.span.path for related in finding.related)}


def test_shop_shows_each_family_across_two_files() -> None:
    assert families_across_files() == {rule.family for rule in all_rules()}


def test_shop_has_no_marks_that_give_the_findings_away() -> None:
    marked = [path for path in SHOP.rglob("*") if path.is_file() and "expect:" in path.read_text(encoding="utf-8")]
    assert marked == []


def test_shop_reads_without_a_note() -> None:
    assert lint(SHOP).notes == ()
