"""Fixes made on a copy of a fixture or of a page's example, and what they come to as a diff."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from harness import FIXTURES, KNOWN_NAMES, MARKED_SUFFIXES, without_marks, working_in
from netlint.config import Config, load_config
from netlint.fixing import fix_findings, render_diff
from netlint.pipeline import is_shown, run
from netlint_rules import rules_for
from pages import page_path, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netlint.finding import Finding, Rule
    from netlint.fixing import Fixed
    from netlint.result import RunResult

FIX_OF_PAGE: Final = re.compile(r"`netlint --fix( --unsafe-fixes)?`")
"""How a page promises a fix."""


def promises(rule: Rule) -> list[str]:
    """The options that the page of a rule names for its fix; none where it has none."""
    return FIX_OF_PAGE.findall(page_path(rule.family, rule.name).read_text(encoding="utf-8"))


def cases_of(rule: Rule) -> list[Path]:
    """The folders of its fixtures, and its page for the example there."""
    return [*sorted(case for case in (FIXTURES / rule.name).iterdir() if case.is_dir()), page_path(rule.family, rule.name)]


def copy_case(case: Path, folder: Path, change: Callable[[str, Path], str] = lambda text, _: text) -> Path:
    """The case as a user would have it, each file changed by ``change``."""
    target = folder / case.stem
    if case.suffix == ".md":
        for name, text in read_page(case).example.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_text(text, encoding="utf-8")
    else:
        shutil.copytree(case, target, symlinks=True)
    for path in sorted(target.rglob("*")):
        if path.is_file() and path.suffix in MARKED_SUFFIXES:
            try:
                text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            path.write_bytes(change(without_marks(text), path).encode("utf-8"))
    return target


def judge_for(rule: str, folder: Path) -> Callable[[Mapping[str, bytes]], RunResult]:
    """What is shown by default, and everything of the rule under test."""
    config = load_config(Path(), None, KNOWN_NAMES)._replace(show_info=True, show_low=True)
    default = Config(root=folder)

    def judge(contents: Mapping[str, bytes]) -> RunResult:
        result = run(["."], config, rules_for, None, contents)
        shown = (finding for finding in result.findings if finding.rule.name == rule or is_shown(finding, default))
        return result._replace(findings=tuple(shown))

    return judge


class Made(NamedTuple):
    """A case with all fixes of the rule under test made in its files."""

    before: RunResult
    wanted: tuple[Finding, ...]
    fixed: Fixed
    after: RunResult


def make_fixes(rule: str, folder: Path) -> Made:
    with working_in(folder):
        judge = judge_for(rule, folder)
        before = judge({})
        wanted = tuple(finding for finding in before.findings if finding.rule.name == rule and finding.fix)
        fixed = fix_findings(wanted, before, judge, unsafe=True, below=["."])
        for content in fixed.contents:
            assert Path(content.path).read_bytes() == content.before
            Path(content.path).write_bytes(content.after)
        return Made(before, wanted, fixed, judge({}))


def diff_of(case: Path, made: Made) -> str:
    """What the fixes change in the case, below its name."""
    diff = render_diff(made.fixed.contents)
    return f"== {case.stem}\n{diff}" if diff else ""


def diffs_of(rule: Rule) -> str:
    """What the fixes of a rule change in all its cases."""
    with tempfile.TemporaryDirectory() as folder:
        return "".join(diff_of(case, make_fixes(rule.name, copy_case(case, Path(folder)))) for case in cases_of(rule))
