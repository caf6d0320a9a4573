"""Findings that touch what changed since a revision, told by git without running anything of the repository's."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from manifests import DEPLOYMENT, RULE, SERVICE
from netlint import since
from netlint.cli import main

if TYPE_CHECKING:
    from click.testing import Result


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgSign=false")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two Services with the same mistake, committed."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "web.yaml").write_text(DEPLOYMENT)
    (folder / "old.yaml").write_text(SERVICE)
    (folder / "api.yaml").write_text(SERVICE.replace("name: web}", "name: api}"))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    monkeypatch.chdir(folder)
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    return folder


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def paths(*arguments: str) -> list[str]:
    result = invoke("--format", "json", "--select", RULE, *arguments)
    assert result.exit_code in (0, 1), result.stderr
    return [finding["path"] for finding in json.loads(result.stdout)["findings"]]


def test_only_what_touches_a_changed_line_is_reported(repository: Path) -> None:
    assert paths() == ["api.yaml", "old.yaml"]
    assert paths("--since", "HEAD") == []
    assert invoke("--since", "HEAD").exit_code == 0
    text = (repository / "api.yaml").read_text()
    (repository / "api.yaml").write_text(text.replace("port: 80", "port: 81"))
    assert paths("--since", "HEAD") == ["api.yaml"]
    # A change on another line of the file is none of the finding's.
    (repository / "api.yaml").write_text(f"# A line above\n{text}")
    assert paths("--since", "main") == []


def test_what_is_ignored_is_narrowed_as_well(repository: Path) -> None:
    (repository / ".netlint.yaml").write_text(f"per-path-ignores: {{'*.yaml': [{RULE}]}}\n")
    text = (repository / "api.yaml").read_text()
    (repository / "api.yaml").write_text(text.replace("port: 80", "port: 81"))
    shown = invoke("--since", "HEAD", "--select", RULE, "--format", "sarif", "--sarif-include-suppressed")
    places = [item["locations"][0]["physicalLocation"] for item in json.loads(shown.stdout)["runs"][0]["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["api.yaml"]


def test_a_related_line_counts(repository: Path) -> None:
    text = (repository / "web.yaml").read_text()
    (repository / "web.yaml").write_text(text.replace("- name: web\n", "- name: site\n").replace("name: web}", "name: shop}"))
    assert paths("--since", "HEAD") == ["api.yaml", "old.yaml"]


def test_a_line_beside_a_removed_one_counts(repository: Path) -> None:
    text = (repository / "api.yaml").read_text()
    (repository / "api.yaml").write_text(f"{text}    - {{name: b, port: 82, targetPort: http}}\n")
    git(repository, "commit", "-q", "-am", "second")
    (repository / "api.yaml").write_text(text)
    assert paths("--since", "HEAD") == ["api.yaml"]


def test_new_files_committed_or_not_are_all_new(repository: Path) -> None:
    (repository / "new.yaml").write_text(SERVICE.replace("name: web}", "name: new}"))
    assert paths("--since", "HEAD") == ["new.yaml"]
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "second")
    assert paths("--since", "HEAD") == []
    assert paths("--since", "HEAD~1") == ["new.yaml"]


def test_line_ends_are_no_change(repository: Path) -> None:
    (repository / "api.yaml").write_bytes((repository / "api.yaml").read_bytes().replace(b"\n", b"\r\n"))
    assert paths("--since", "HEAD") == []


def test_names_with_blanks_and_folders_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "the deploy: é").mkdir()
    for name in ("old.yaml", "api.yaml", "web.yaml"):
        (repository / name).rename(repository / "the deploy: é" / name)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "second")
    monkeypatch.chdir(repository / "the deploy: é")
    assert paths("--since", "HEAD") == []
    text = Path("api.yaml").read_text()
    Path("api.yaml").write_text(text.replace("port: 80", "port: 81"))
    assert paths("--since", "HEAD") == ["api.yaml"]


def test_a_file_that_was_moved_is_not_new(repository: Path) -> None:
    (repository / "deploy").mkdir()
    text = (repository / "api.yaml").read_text()
    git(repository, "mv", "api.yaml", "deploy/orders.yaml")
    assert paths("--since", "HEAD") == []
    (repository / "deploy" / "orders.yaml").write_text(text.replace("port: 80", "port: 81"))
    assert paths("--since", "HEAD") == ["deploy/orders.yaml"]
    (repository / "deploy" / "orders.yaml").write_text(text.replace("selector: {app: web}", "selector: {app: web}  # moved"))
    assert paths("--since", "HEAD") == []
    git(repository, "commit", "-q", "-am", "second")
    assert paths("--since", "HEAD~1") == []
    # A copy is new, as is what shares less than half of its lines with anything that is gone.
    (repository / "api.yaml").write_text(text)
    assert paths("--since", "HEAD~1") == ["deploy/orders.yaml"]
    (repository / "api.yaml").unlink()
    more = "".join(f"# {number}\n" for number in range(len(text.splitlines()) + 2))
    (repository / "deploy" / "orders.yaml").write_text(f"{text}{more}")
    assert paths("--since", "HEAD~1") == ["deploy/orders.yaml"]
    (repository / "deploy" / "orders.yaml").unlink()
    (repository / "orders.yml").write_text(text)
    assert paths("--since", "HEAD~1") == []


def test_of_very_many_moved_files_those_that_are_equal_are_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(since, "_MAX_COMPARED", 3)
    text = (repository / "api.yaml").read_text()
    for name in ("api.yaml", "old.yaml"):
        git(repository, "mv", name, f"new-{name}")
    (repository / "new-api.yaml").write_text(f"{text}# more\n")
    assert paths("--since", "HEAD") == ["new-api.yaml"]


def test_a_merge_a_shallow_clone_and_another_work_tree(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (repository / "api.yaml").read_text()
    git(repository, "checkout", "-q", "-b", "feature")
    (repository / "api.yaml").write_text(text.replace("port: 80", "port: 81"))
    git(repository, "commit", "-q", "-am", "feature")
    git(repository, "checkout", "-q", "main")
    (repository / "web.yaml").write_text(f"# Above\n{DEPLOYMENT}")
    git(repository, "commit", "-q", "-am", "main")
    git(repository, "merge", "-q", "--no-edit", "feature")
    # By what it is compared with: the first parent lacks the change of the branch, the second that of the other.
    assert paths("--since", "HEAD^1") == ["api.yaml"]
    assert paths("--since", "HEAD^2") == []
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"), "feature")
    monkeypatch.chdir(tmp_path / "tree")
    assert paths("--since", "HEAD") == []
    assert paths("--since", "HEAD~1") == ["api.yaml"]
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert paths("--since", "HEAD") == []
    assert "a shallow clone has only the latest (fetch-depth: 0)" in invoke("--since", "HEAD~1").stderr


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("no-such-branch", "--since no-such-branch: there is no such revision here"),
        ("--upload-pack=touch x", "is no revision"),
        ("HEAD:api.yaml", "there is no such revision"),
        ("", "is no revision"),
        ("HEAD\n", "is no revision"),
    ],
)
def test_what_is_no_revision_is_told(revision: str, told: str, repository: Path) -> None:
    result = invoke(f"--since={revision}")
    assert result.exit_code == 2
    assert told in result.stderr
    assert sorted(path.name for path in repository.iterdir()) == [".git", "api.yaml", "old.yaml", "web.yaml"]


def test_outside_of_a_repository_and_without_git(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "web.yaml").write_text(SERVICE)
    monkeypatch.chdir(outside)
    result = invoke("--since", "HEAD")
    assert (result.exit_code, "the current folder is in none" in result.stderr) == (2, True)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", str(outside))
    result = invoke("--since", "HEAD")
    assert (result.exit_code, "needs the program git" in result.stderr) == (2, True)


def test_nothing_that_the_repository_configures_is_run(repository: Path, tmp_path: Path) -> None:
    """A monitor, an external diff, a filter, a hook and a pager, each of which would leave a mark."""
    mark = tmp_path / "mark"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    for name in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
    ):
        git(repository, "config", name, str(script))
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "attributes").write_text("*.yaml filter=x diff=x\n")
    (repository / "api.yaml").write_text((repository / "api.yaml").read_text().replace("port: 80", "port: 81"))
    assert paths("--since", "HEAD") == ["api.yaml"]
    assert not mark.exists()
