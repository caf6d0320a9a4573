"""A finding has one fingerprint, from whichever folder netlint is started and wherever the tree is checked out."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from manifests import DEPLOYMENT, RULE, SERVICE
from netlint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GO = 'package client\n\nimport "net/http"\n\nfunc Get() { _, _ = http.Get("http://web/") }\n'


def make_tree(folder: Path, *, is_repository: bool = True) -> Path:
    """A Service whose port no pod has, and Go code without a deadline; no go.mod, so that the folder is all that names the package."""
    (folder / "deploy" / "web").mkdir(parents=True)
    (folder / "deploy" / "web" / "deployment.yaml").write_text(DEPLOYMENT)
    (folder / "deploy" / "web" / "service.yaml").write_text(SERVICE)
    (folder / "deploy" / "client.go").write_text(GO)
    if is_repository:
        (folder / ".git").mkdir()
    return folder


def prints(here: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The fingerprints by rule, which are the same in JSON, SARIF and the report for GitLab."""
    monkeypatch.chdir(here)
    sarif, gitlab = here / "out.sarif", here / "out.gitlab"
    answer = CliRunner().invoke(main, ["--format", "json", f"--output=sarif={sarif}", f"--output=gitlab={gitlab}", *arguments])
    assert answer.exit_code == 1, answer.output
    found = [(item["rule"], item["fingerprint"]) for item in json.loads(answer.stdout)["findings"]]
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    assert [(item["ruleId"], item["partialFingerprints"]["netlint/v1"]) for item in results] == found
    assert [(item["check_name"], item["fingerprint"]) for item in json.loads(gitlab.read_text())] == found
    sarif.unlink()
    gitlab.unlink()
    assert {RULE, "client-without-deadline"} <= {rule for rule, _ in found}
    return dict(found)


def test_the_folder_and_the_checkout_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = make_tree(tmp_path / "one")
    known = prints(tree, monkeypatch=monkeypatch)
    assert len(set(known.values())) == len(known)
    deploy = tree / "deploy"
    assert prints(deploy, monkeypatch=monkeypatch) == known
    assert prints(deploy / "web", "..", monkeypatch=monkeypatch) == known
    assert prints(tree, str(deploy), monkeypatch=monkeypatch) == known
    assert prints(tmp_path, str(tree), monkeypatch=monkeypatch) == known
    assert prints(tmp_path, "one/deploy", monkeypatch=monkeypatch) == known
    (tmp_path / "link").symlink_to(deploy)
    assert prints(tmp_path / "link", monkeypatch=monkeypatch) == known
    assert prints(make_tree(tmp_path / "elsewhere" / "two"), monkeypatch=monkeypatch) == known


def test_without_git_the_folder_of_the_settings_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = prints(make_tree(tmp_path / "one"), monkeypatch=monkeypatch)
    bare = make_tree(tmp_path / "bare", is_repository=False)
    assert prints(bare, monkeypatch=monkeypatch) == known
    assert prints(bare / "deploy", monkeypatch=monkeypatch) != known
    (bare / ".netlint.yaml").write_text("fail-on: warning\n")
    assert prints(bare / "deploy", monkeypatch=monkeypatch) == known


def test_another_path_in_the_repository_is_another_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = make_tree(tmp_path / "one")
    known = prints(tree, monkeypatch=monkeypatch)
    (tree / "deploy").rename(tree / "manifests")
    assert not set(prints(tree, monkeypatch=monkeypatch).values()) & set(known.values())


def baselined(*arguments: str) -> tuple[int, int, list[dict[str, Any]]]:
    """How many findings are left, how many the baseline took, and the notes."""
    document = json.loads(CliRunner().invoke(main, ["--format", "json", *arguments]).stdout)
    return len(document["findings"]), document["summary"]["baselined"], document["notes"]


def test_a_baseline_holds_from_every_folder_and_in_every_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = make_tree(tmp_path / "one")
    monkeypatch.chdir(tree / "deploy")
    CliRunner().invoke(main, ["baseline", "--output", "../known.json"])
    entries = json.loads((tree / "known.json").read_text())["findings"]
    assert {entry["path"] for entry in entries} == {"deploy/client.go", "deploy/web/service.yaml"}
    total = len(entries)
    assert baselined("--baseline", "../known.json") == (0, total, [])
    monkeypatch.chdir(tmp_path)
    assert baselined("--baseline", "one/known.json", "one") == (0, total, [])
    assert baselined("--baseline", "one/known.json", str(tree)) == (0, total, [])
    two = tmp_path / "two"
    shutil.copytree(tree, two)
    monkeypatch.chdir(two)
    assert baselined("--baseline", "known.json") == (0, total, [])
    # What is gone is known as such only where it was looked for.
    (two / "deploy" / "client.go").write_text("package client\n")
    monkeypatch.chdir(two / "deploy" / "web")
    assert baselined("--baseline", "../../known.json")[2] == []
    monkeypatch.chdir(two / "deploy")
    assert [note["kind"] for note in baselined("--baseline", "../known.json")[2]] == ["stale-baseline"]


def test_what_is_gone_from_a_file_in_focus_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = make_tree(tmp_path / "one")
    monkeypatch.chdir(tree)
    CliRunner().invoke(main, ["baseline"])
    (tree / "deploy" / "client.go").write_text("package client\n")
    arguments = ("--baseline", "netlint-baseline.json", "--focus")
    assert baselined(*arguments, "deploy/web/service.yaml")[2] == []
    assert [note["kind"] for note in baselined(*arguments, "deploy/client.go")[2]] == ["stale-baseline"]


def test_the_settings_name_a_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = make_tree(tmp_path / "one")
    (tree / ".netlint.yaml").write_text("baseline: known.json\n")
    monkeypatch.chdir(tree / "deploy")
    missing = CliRunner().invoke(main, [])
    assert missing.exit_code == 2
    assert missing.stderr == f"netlint: baseline {tree}/known.json does not exist; netlint baseline --output {tree}/known.json writes it\n"
    written = CliRunner().invoke(main, ["baseline"])
    assert written.exit_code == 0
    assert written.stderr.endswith("known.json lists 3 findings; netlint leaves them out\n")
    for folder in (tree, tree / "deploy", tree / "deploy" / "web"):
        monkeypatch.chdir(folder)
        assert baselined()[0] == 0
        assert CliRunner().invoke(main, []).exit_code == 0
    assert baselined("--no-baseline")[:2] == (1, 0)
    monkeypatch.chdir(tree)
    (tree / "empty.json").write_text('{"schema": "netlint-baseline/v1", "findings": []}')
    assert baselined("--baseline", "empty.json")[:2] == (3, 0)
    both = CliRunner().invoke(main, ["--baseline", "empty.json", "--no-baseline"])
    assert (both.exit_code, "exclude each other" in both.stderr) == (2, True)
    (tree / "deploy" / "web" / "service.yaml").unlink()
    assert "1 finding taken out, 2 findings left" in CliRunner().invoke(main, ["baseline", "--prune"]).stderr
