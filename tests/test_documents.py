"""README and CONTRIBUTING say only what is there: paths exist, commands run, and the output shown is the real one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness import working_in
from netlint.cli import main
from test_since import git

REPOSITORY = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md")
_PATH = re.compile(r"`((?:linter|rules|tests|bench|\.ci)/[^`<>*\s]*)`|\]\(([A-Z][\w.]+)\)")
_CONSOLE = re.compile(r"^```console\n\$ (netlint .*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|&& |\| |`)(netlint(?: [^`&|>\n]*)?)", re.MULTILINE)


def text_of(document: str) -> str:
    return (REPOSITORY / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_named_exists(document: str) -> None:
    named = [first or second for first, second in _PATH.findall(text_of(document))]
    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize(("command", "shown"), _CONSOLE.findall(text_of("README.md")), ids=lambda text: text[:30])
def test_output_shown_is_the_output(command: str, shown: str) -> None:
    with working_in(REPOSITORY):
        result = CliRunner().invoke(main, shlex.split(command)[1:], env={"NO_COLOR": "1"})
    assert result.exit_code in (0, 1), result.output
    assert result.output == shown


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_option_named_is_known(document: str) -> None:
    commands = [" ".join(found.split()) for found in _COMMAND.findall(text_of(document))]
    options = {word.split("=")[0] for command in commands for word in shlex.split(command, comments=True) if word.startswith("--")}
    known: set[str] = set()
    for name in ("check", "rules", "explain", "dns", "baseline"):
        known |= set(re.findall(r"--[a-z][a-z-]*", CliRunner().invoke(main, [name, "--help"]).output))
    known |= set(re.findall(r"--[a-z][a-z-]*", CliRunner().invoke(main, ["--help"]).output))
    assert options <= known, options - known


def test_the_commands_for_ci_run_one_after_the_other(tmp_path: Path) -> None:
    """All that stand in code blocks of *In CI*, but for installing, in a repository that is the shop."""
    section = text_of("README.md").partition("\n### In CI\n")[2].partition("\n### ")[0]
    commands = re.findall(r"^ +(?:- (?:run: )?)?((?:netlint|git|test) [^{].*)$", section, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["netlint"] * 7 + ["test"]
    folder, programs = tmp_path / "shop", tmp_path / "programs"
    shutil.copytree(REPOSITORY / "tests" / "fixtures" / "shop", folder)
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        git(folder, *arguments)
    programs.mkdir()
    (programs / "netlint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m netlint "$@"\n')
    (programs / "netlint").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    statuses = []
    for command in commands:
        answer = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert answer.returncode in (0, 1), (command, answer.stderr)
        statuses.append(answer.returncode)
    # SARIF, GitLab, writing a baseline, leaving it out, pruning it, nothing changed since, a patch, which is not empty.
    assert statuses == [1, 1, 0, 0, 0, 0, 0, 1]
    git(folder, "apply", "--check", "netlint.patch")
    assert {path.name for path in folder.iterdir()} >= {"netlint.sarif", "gl-code-quality.json", "netlint-baseline.json"}


@pytest.mark.parametrize("command", ["pip install . && netlint tests/fixtures/shop", "pip install -e '.[dev]' && pytest"])
def test_the_commands_of_the_readme_are_what_ci_runs(command: str) -> None:
    for document in ("README.md", ".ci/run"):
        assert re.search(rf"^ *{re.escape(command)}$", text_of(document), re.MULTILINE), document
