"""Every rule page is whole, its example fires as marked, and its fix silences it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness import check_folder, lint
from netlint_rules import all_rules
from pages import HEADINGS, apply_diff, page_path, read_page

if TYPE_CHECKING:
    from pathlib import Path

    from netlint.finding import Rule

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@each_rule
def test_page_has_its_headings_and_summary(rule: Rule) -> None:
    page = read_page(page_path(rule.family, rule.name))
    assert page.title == rule.name
    assert tuple(page.sections) == HEADINGS
    assert all(text.strip() for text in page.sections.values())
    assert rule.summary in page_path(rule.family, rule.name).read_text(encoding="utf-8")


@each_rule
def test_example_fires_as_marked(rule: Rule, tmp_path: Path) -> None:
    example = read_page(page_path(rule.family, rule.name)).example
    assert any(f"expect: {rule.name}" in text for text in example.values())
    write(tmp_path, example)
    differences = check_folder(tmp_path, rule.name)
    assert not differences, "\n".join(differences)


@each_rule
def test_fix_silences_the_example(rule: Rule, tmp_path: Path) -> None:
    page = read_page(page_path(rule.family, rule.name))
    assert page.fixes
    for number, fix in enumerate(page.fixes):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder, apply_diff(page.example, fix))
        result = lint(folder)
        assert result.files.judged
        assert [finding.message for finding in result.findings if finding.rule.name == rule.name] == []
