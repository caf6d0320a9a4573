"""The hooks of ``.pre-commit-hooks.yaml``, run as pre-commit runs them: their command, their arguments, the changed files."""

from __future__ import annotations

import json
import random
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from manifests import DEPLOYMENT, RULE, SERVICE
from netlint.cli import main
from test_since import git, repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from click.testing import Result

__all__ = ["repository"]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}


def hook(name: str, *files: str, more: Iterable[str] = ()) -> Result:
    """One process of a hook. ``more``: what the ``args`` of a user add."""
    known = HOOKS[name]
    program, *arguments = shlex.split(known["entry"])
    assert (program, known["language"]) == ("netlint", "python")
    passed = files if known.get("pass_filenames", True) else ()
    return CliRunner().invoke(main, [*arguments, *known.get("args", ()), *more, *passed], env={"PRE_COMMIT": "1"})


def findings(name: str, *files: str) -> set[str]:
    """What a hook reports: the rule's name and the place, as one text."""
    document = json.loads(hook(name, *files, more=("--format", "json", "--show", "all")).stdout)
    return {f"{item['rule']} {item['path']}:{item['line']}" for item in document["findings"]}


def test_a_changed_file_is_judged_beside_the_whole_repository(repository: Path) -> None:
    (repository / "good.yaml").write_text(SERVICE.replace("name: web}", "name: good}").replace("web-http", "http"))
    git(repository, "add", "-A")
    assert hook("netlint", "good.yaml").exit_code == 0
    failed = hook("netlint", "api.yaml")
    assert failed.exit_code == 1
    assert RULE in failed.stdout
    assert "old.yaml" not in failed.stdout
    # The pods that both Services want are a related place of both findings.
    assert findings("netlint", "web.yaml") >= {f"{RULE} api.yaml:7", f"{RULE} old.yaml:7"}


def test_the_other_hook_judges_everything(repository: Path) -> None:
    assert hook("netlint-full").exit_code == 1
    assert findings("netlint-full") >= {f"{RULE} api.yaml:7", f"{RULE} old.yaml:7"}
    for name in ("api.yaml", "old.yaml"):
        (repository / name).write_text((repository / name).read_text().replace("web-http", "http"))
    assert hook("netlint-full").exit_code == 0


@pytest.mark.parametrize("name", list(HOOKS))
def test_a_repository_without_manifests_is_no_failure(name: str, repository: Path) -> None:
    git(repository, "rm", "-q", "*.yaml")
    (repository / "package.json").write_text("{}\n")
    git(repository, "add", "-A")
    assert hook(name, "package.json").exit_code == 0


def test_neither_order_nor_splitting_changes_the_result(repository: Path) -> None:
    folder = repository / "the deploy"
    folder.mkdir()
    for number in range(12):
        text = SERVICE.replace("name: web}", f"name: s{number}}}").replace("web-http", ("http", "web-http")[number % 2])
        (folder / f"{number} a.yaml").write_text(text)
    (repository / "main.go").write_text('package main\n\nimport "net/http"\n\nfunc main() { _, _ = http.Get("http://s1/") }\n')
    git(repository, "add", "-A")
    files = sorted(path.relative_to(repository).as_posix() for path in repository.rglob("*") if path.is_file() and ".git" not in path.parts)
    whole = findings("netlint", *files)
    assert whole == findings("netlint-full")
    assert len(whole) >= 8
    chosen = random.Random(5)
    for _ in range(4):
        chosen.shuffle(files)
        assert findings("netlint", *files) == whole
        for size in (1, 4, 7):
            parts: list[Sequence[str]] = [files[at : at + size] for at in range(0, len(files), size)]
            assert set().union(*(findings("netlint", *part) for part in parts)) == whole


@pytest.mark.parametrize("name", list(HOOKS))
def test_what_git_does_not_track_is_not_read(name: str, repository: Path) -> None:
    for path in ("old.yaml", "api.yaml"):
        (repository / path).write_text(SERVICE.replace("web-http", "http"))
    # A scratch file: it is in no commit, so it makes none fail.
    (repository / "scratch.yaml").write_text(SERVICE)
    files = ("old.yaml", "api.yaml", "web.yaml")
    assert hook(name, *files).exit_code == 0
    assert hook(name, *files, more=("--show-files",)).stdout == "api.yaml\nold.yaml\nweb.yaml\n"
    git(repository, "add", "scratch.yaml")
    assert hook(name, "scratch.yaml").exit_code == 1
    # Nor does a file that was forgotten cure what is committed.
    git(repository, "rm", "-q", "--cached", "scratch.yaml")
    text = (repository / "web.yaml").read_text()
    (repository / "web.yaml").write_text(text.replace("name: http", "name: site").replace("port: http", "port: site"))
    (repository / "forgotten.yaml").write_text(DEPLOYMENT)
    assert hook(name, *files).exit_code == 1


def test_the_index_of_a_partial_commit_counts(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git commit FILE`` starts its hooks with an index of its own."""
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository / ".git" / "next-index"))
    assert hook("netlint-full", more=("--show-files",)).stdout == ""
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert hook("netlint-full", more=("--show-files",)).stdout == "api.yaml\nold.yaml\nweb.yaml\n"


def test_a_base_that_is_not_tracked_is_missing(repository: Path) -> None:
    (repository / "overlay").mkdir()
    (repository / "overlay" / "kustomization.yaml").write_text("resources: [../base/deployment.yaml, ../api.yaml]\n")
    (repository / "base").mkdir()
    (repository / "base" / "deployment.yaml").write_text(DEPLOYMENT)
    git(repository, "add", "overlay")
    document = json.loads(hook("netlint-full", more=("--format", "json")).stdout)
    assert [note["kind"] for note in document["notes"]] == ["unit-incomplete"]
    git(repository, "add", "base")
    assert json.loads(hook("netlint-full", more=("--format", "json")).stdout)["notes"] == []


@pytest.mark.parametrize(
    ("path", "starts"),
    [
        ("web/app.py", True),
        ("Procfile", True),
        ("Tiltfile", True),
        ("build/images.mk", True),
        ("chart/templates/_names.tpl", True),
        ("deploy/web.yaml", True),
        ("a.yml", True),
        ("a.json", True),
        ("cmd/main.go", True),
        ("go.mod", True),
        ("docker/web.Dockerfile", True),
        ("Dockerfile.dev", True),
        ("base/Kustomization", True),
        ("README.md", False),
        ("cargo.mod", False),
        ("a.golden", False),
    ],
)
def test_which_files_start_the_hook(path: str, starts: bool) -> None:
    assert bool(re.search(HOOKS["netlint"]["files"], path)) is starts


def test_only_tracked_files_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(SERVICE)
    for more in ((), ("--show-files",)):
        result = CliRunner().invoke(main, ["--tracked", ".", *more])
        assert (result.exit_code, result.stderr) == (2, "netlint: --tracked needs a git repository, and . is in none\n")
