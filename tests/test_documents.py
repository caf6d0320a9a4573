"""README and CONTRIBUTING say only what is there: paths exist, commands run, and the output shown is the real one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness import working_in
from netlint.cli import main

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
    for name in ("check", "rules", "explain", "dns"):
        known |= set(re.findall(r"--[a-z][a-z-]*", CliRunner().invoke(main, [name, "--help"]).output))
    known |= set(re.findall(r"--[a-z][a-z-]*", CliRunner().invoke(main, ["--help"]).output))
    assert options <= known, options - known


@pytest.mark.parametrize("command", ["pip install . && netlint tests/fixtures/shop", "pip install -e '.[dev]' && pytest"])
def test_the_commands_of_the_readme_are_what_ci_runs(command: str) -> None:
    for document in ("README.md", ".ci/run"):
        assert re.search(rf"^ *{re.escape(command)}$", text_of(document), re.MULTILINE), document
