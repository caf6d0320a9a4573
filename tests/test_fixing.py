"""Fixes hold on every fixture that has one, whatever stands around them, and touch nothing else."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fixes import cases_of, copy_case, diff_of, judge_for, make_fixes, promises
from go_toolchain import find_toolchain, go_environment
from golden import FOLDER as GOLDEN
from harness import FIXTURES, working_in
from netlint.config import Config
from netlint.fixing import render_diff
from netlint.pipeline import run
from netlint.placing import placed
from netlint_rules import all_rules, rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixes import Made
    from netlint.finding import Edit, Finding, Rule
    from netlint.result import RunResult

SEEDS = range(3)
RULES = all_rules()
NOT_MADE = {("service-target-port-name-unresolved", "headless")}
"""Cases whose fix is refused, because the Service would then make another mistake."""


def names(result: RunResult) -> Counter[tuple[str, str]]:
    return Counter((finding.rule.name, finding.span.path) for finding in result.findings)


def check_made(made: Made) -> None:
    """The findings are gone and nothing is new; a cure may end other findings as well."""
    left = names(made.before)
    left.subtract((finding.rule.name, finding.span.path) for finding in made.wanted)
    assert names(made.after) <= left
    assert not made.fixed.refused
    assert len(made.fixed.applied) == len(made.wanted)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_fix_cures_brings_nothing_and_is_made_once(rule: Rule, tmp_path: Path) -> None:
    found, safe, diffs = 0, set(), ""
    for case in cases_of(rule):
        made = make_fixes(rule.name, copy_case(case, tmp_path))
        found += len(made.wanted)
        safe |= {finding.fix.safe for finding in made.wanted if finding.fix}
        if (rule.name, case.name) in NOT_MADE:
            assert made.fixed.refused
            assert not made.fixed.contents
            continue
        check_made(made)
        diffs += diff_of(case, made)
        again = make_fixes(rule.name, tmp_path / case.stem)
        assert not again.fixed.contents
    says = promises(rule)
    assert bool(found) == bool(says), f"{found} fixes in the fixtures, and the page says {says}"
    assert (True in safe) == ("" in says)
    # A wrong value may cure as well as the right one, so what is written is kept and read: tests/golden.py.
    kept = GOLDEN / "fixes" / f"{rule.name}.diff"
    assert diffs == (kept.read_bytes().decode("utf-8") if found else "")


def test_rules_with_fixes_are_many() -> None:
    """What the page of a rule promises is held above: here that nobody takes the promises away."""
    assert len([rule for rule in RULES if promises(rule)]) >= 47


ANCHORABLE = re.compile(r"^ *(?:- +)?[\w./-]+: +(?=[\w\"'-])")
"""What stands in front of a scalar of a block."""


class Dress(NamedTuple):
    """A way to write the same file otherwise: comments, line ends, blanks, anchors, the end of the file."""

    random: random.Random
    line_break: str
    has_final_break: bool
    mark: str

    def yaml(self, text: str) -> str:
        lines = []
        in_block = -1
        for line in text.splitlines():
            depth = len(line) - len(line.lstrip())
            if in_block >= 0 and (not line.strip() or depth > in_block):
                lines.append(line)
                continue
            in_block = depth if re.search(r"[|>][+-]?\d?\s*$", line) else -1
            is_inside = line.strip() and not line.startswith(("---", "%", "...")) and in_block < 0
            if is_inside and self.random.random() < 0.3:
                lines.append(f"{' ' * self.random.choice((0, depth, depth + 2))}# own {len(lines)}: {{a, b]")
            if is_inside and self.random.random() < 0.5:
                line = ANCHORABLE.sub(rf"\g<0>&value{len(lines)} ", line, count=1)
            if is_inside and "#" not in line and line.count('"') % 2 == 0 and line.count("'") % 2 == 0 and not line.endswith(","):
                line += self.random.choice(("", "", " \t", f"  # beside {len(lines)}", "\t# - tab: {"))
            lines.append(line)
        return self._joined(lines)

    def go(self, text: str) -> str:
        lines = []
        for line in text.splitlines():
            if line.endswith((",", ")", "}")) and "`" not in line and "//" not in line and self.random.random() < 0.3:
                line += self.random.choice((" // beside", "\t// beside, }", "  "))
            lines.append(line)
            if line.endswith("}") and not line.strip("}") and self.random.random() < 0.5:
                lines.append(f"// own {len(lines)}")
        return self._joined(lines)

    def python(self, text: str) -> str:
        lines = []
        for line in text.splitlines():
            if line.endswith((")", ",", ":")) and "#" not in line and self.random.random() < 0.5:
                line += self.random.choice(("  # beside", " # beside, (", "  "))
            lines.append(line)
        return self._joined(lines)

    def _joined(self, lines: list[str]) -> str:
        return self.mark + self.line_break.join(lines) + (self.line_break if self.has_final_break else "")


def dress(seed: int) -> Callable[[str, Path], str]:
    """The dress of a seed: it differs by file, and is the same in every run."""

    def change(text: str, path: Path) -> str:
        chance = random.Random(f"{seed} {path.parent.name} {path.name}")
        line_break = ("\r\n", "\n")[chance.random() < 0.4]
        worn = Dress(chance, line_break, chance.random() < 0.5, ("", "\ufeff")[chance.random() < 0.3])
        if path.suffix in (".yaml", ".yml") and "{{" not in text:
            return worn.yaml(text)
        if path.suffix == ".py" and '"""' not in text:
            return worn.python(text)
        return worn.go(text) if path.suffix == ".go" else text

    return change


def fixable_cases() -> Iterator[tuple[str, Path]]:
    """Cases of the rules whose page promises a fix."""
    for rule in RULES:
        if promises(rule):
            for case in cases_of(rule):
                if case.is_file() or any(f"expect: {rule.name}" in text_of(path) for path in case.rglob("*")):
                    yield rule.name, case


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("rule", "case"), list(fixable_cases()), ids=lambda item: item if isinstance(item, str) else item.stem)
def test_a_fix_leaves_everything_else_as_it_is(rule: str, case: Path, seed: int, tmp_path: Path) -> None:
    made = make_fixes(rule, copy_case(case, tmp_path, dress(seed)))
    # What is around a finding neither hides it nor its fix.
    assert len(made.wanted) == plain_fixes(rule, case)
    if (rule, case.name) not in NOT_MADE:
        check_made(made)
    for content in made.fixed.contents:
        before, after = content.before.decode("utf-8"), content.after.decode("utf-8")
        assert after.startswith("\ufeff") == before.startswith("\ufeff")
        assert after.endswith("\n") == before.endswith("\n")
        assert re.findall(r"\r?\n", after).count("\n") == (0 if "\r\n" in before else after.count("\n"))
        for kept in ("# own", "# beside", "// own", "// beside", "&value", "\t# - tab", " \t"):
            assert after.count(kept) == before.count(kept), kept
        check_untouched(made, content.path, before, after)


@cache
def plain_fixes(rule: str, case: Path) -> int:
    """How many fixes the case has as it stands."""
    with tempfile.TemporaryDirectory() as folder, working_in(copy_case(case, Path(folder))):
        return sum(finding.rule.name == rule and finding.fix is not None for finding in judge_for(rule, Path(folder))({}).findings)


def check_untouched(made: Made, path: str, before: str, after: str) -> None:
    """Every line that no edit stands on is there, in order; where all was done in one round, exactly the edits were made."""
    changed = {line for edit in edits_of(made, path) for line in lines_of(made.before, edit)}
    kept = [line for number, line in enumerate(before.removeprefix("\ufeff").splitlines(keepends=True), 1) if number not in changed]
    rest = iter(after.removeprefix("\ufeff").splitlines(keepends=True))
    assert all(any(line == other for other in rest) for line in kept)


def edits_of(made: Made, path: str) -> list[Edit]:
    fixes = (finding.fix for finding in made.wanted if finding.fix is not None)
    return [edit for fix in fixes for edit in placed(fix, made.before.sources) or () if edit.span.path == path]


def lines_of(result: RunResult, edit: Edit) -> range:
    source = result.sources[edit.span.path]
    return range(source.position(edit.span.start).line, source.position(edit.span.end).line + 1)


def test_the_dress_changes_much() -> None:
    """The test above is as good as what it puts in."""
    text = "apiVersion: v1\nkind: Pod\nspec:\n  image: a\n" * 20
    for seed in SEEDS:
        worn = dress(seed)(text, Path("a/b.yaml"))
        assert worn.count("# own") > 3
        assert worn.count("# beside") > 3
        assert worn.count("&value") > 3
    assert {"\r\n" in dress(seed)(text, Path("a/b.yaml")) for seed in range(9)} == {True, False}


def test_a_diff_is_what_git_applies(tmp_path: Path) -> None:
    case = copy_case(FIXTURES / "host-network-without-cluster-dns" / "policy-written-but-ineffective", tmp_path, dress(1))
    original = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    made = make_fixes("host-network-without-cluster-dns", case)
    assert made.fixed.contents
    fixed = {path: path.read_bytes() for path in original}
    for path, data in original.items():
        path.write_bytes(data)
    diff = render_diff(made.fixed.contents).encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, cwd=case, check=True)
    assert {path: path.read_bytes() for path in original} == fixed


TOOLCHAIN = find_toolchain()


@pytest.mark.skipif(TOOLCHAIN is None, reason="needs Go")
def test_fixed_code_compiles(tmp_path: Path) -> None:
    """All Go that uses nothing but Go's library, in one module: what compiled before does so with its fixes."""
    (tmp_path / "go.mod").write_text("module example.com/fixed\n\ngo 1.24\n")
    folders = []
    for rule, case in fixable_cases():
        (tmp_path / rule).mkdir(exist_ok=True)
        folder = copy_case(case, tmp_path / rule)
        texts = [text_of(path) for path in folder.rglob("*.go")]
        if texts and not any(FOREIGN_IMPORT.search(text) for text in texts):
            folders.append((rule, folder))
        else:
            shutil.rmtree(folder)
    assert len(folders) > 15
    broken = packages_that_fail(tmp_path)
    fixes = sum(len(make_fixes(rule, folder).fixed.applied) for rule, folder in folders)
    assert fixes > 15
    assert packages_that_fail(tmp_path) <= broken
    assert len(broken) < len(folders) / 2


FOREIGN_IMPORT = re.compile(r"^(?:import|\t)[ \t]*(?:\w+ )?\"[\w-]+\.[\w-]+/", re.MULTILINE)


def packages_that_fail(folder: Path) -> set[str]:
    assert TOOLCHAIN is not None
    for path in folder.glob("*/*/go.mod"):
        path.unlink()
    done = subprocess.run(
        [TOOLCHAIN.command, "vet", "-buildtags", "./..."],
        cwd=folder,
        env=go_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return {line for line in done.stderr.splitlines() if line.startswith("# ")}


LEFT_ALONE = {
    "a response that the caller gets": """
func open(client *http.Client, url string) (*http.Response, error) {
	resp, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return nil, errors.New(resp.Status)
	}
	return resp, nil
}""",
    "a response in a loop": """
func all(client *http.Client, urls []string) error {
	for _, url := range urls {
		resp, err := client.Get(url)
		if err != nil {
			return err
		}
		if resp.StatusCode != 200 {
			return errors.New(resp.Status)
		}
	}
	return nil
}""",
    "an error that does not end the function": """
func code(client *http.Client, url string) int {
	resp, err := client.Get(url)
	if err != nil {
		log.Print(err)
	}
	return resp.StatusCode
}""",
    "a cancel function that is kept on a way": """
func watch(parent context.Context, w *watcher, keep bool) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	if err := w.start(ctx); err != nil {
		return err
	}
	if keep {
		w.stop = cancel
		return nil
	}
	cancel()
	return nil
}""",
    "arguments with a comment behind": """
func serve() error {
	return http.ListenAndServe(
		":80", // the front
		nil, // the default
	)
}""",
    "a literal where time is another thing": """
func serve(time string) error {
	server := &http.Server{Addr: time}
	return server.ListenAndServe()
}""",
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_a_fix_would_break_has_none(what: str, tmp_path: Path) -> None:
    packages = ("context", "errors", "log", "net/http", "time")
    used = (name for name in packages if f"{name.rpartition('/')[2]}." in LEFT_ALONE[what])
    head = "package a\n\nimport (\n" + "".join(f'\t"{name}"\n' for name in used) + ")\n\ntype watcher struct{ stop func() }\n"
    (tmp_path / "a.go").write_text(head + "\nfunc (w *watcher) start(ctx any) error { return nil }\n" + LEFT_ALONE[what] + "\n")
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.24\n")
    told = told_of_code(tmp_path)
    assert told, "nothing is found that could be fixed"
    assert [finding.rule.name for finding in told if finding.fix] == []


def told_of_code(folder: Path) -> list[Finding]:
    """What the rules that mend code most find."""
    wanted = (
        "response-body-not-closed",
        "server-without-timeouts",
        "lost-cancel",
        "server-without-header-timeout",
        "response-used-before-error-check",
    )
    with working_in(folder):
        found = run(["."], Config(root=folder, show_info=True), rules_for).findings
    return [finding for finding in found if finding.rule.name in wanted]


@pytest.mark.parametrize(("imported", "fixes"), [("", 1), ('\ttime "example.com/clock"\n', 0), ('\t. "example.com/clock"\n', 0)])
def test_a_package_is_not_imported_over_another_thing_of_its_name(imported: str, fixes: int, tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(
        f'package a\n\nimport (\n\t"net/http"\n{imported})\n\n'
        'func serve() error {\n\tserver := &http.Server{Addr: ":80"}\n\treturn server.ListenAndServe()\n}\n'
    )
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.24\n")
    told = told_of_code(tmp_path)
    assert told
    assert [finding.fix for finding in told].count(None) == len(told) - fixes
