"""A baseline leaves out what was there, counts equal findings, and tells of what is gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from manifests import DEPLOYMENT, RULE, SERVICE
from netlint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    (tmp_path / "service.yaml").write_text(SERVICE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def report(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(invoke("--format", "json", *arguments).stdout)
    return document


def test_what_was_there_is_left_out_wherever_it_moves(folder: Path) -> None:
    assert invoke().exit_code == 1
    written = invoke("baseline")
    assert (written.exit_code, written.stdout) == (0, "")
    assert "netlint-baseline.json lists 1 finding" in written.stderr
    assert invoke("--baseline", "netlint-baseline.json").exit_code == 0
    (folder / "service.yaml").write_text(f"# A line above,\n\n{SERVICE}")
    found = report("--baseline", "netlint-baseline.json")
    assert found["findings"] == []
    assert found["summary"]["baselined"] == 1
    assert "1 in the baseline" in invoke("--baseline", "netlint-baseline.json").stdout


def test_a_second_equal_finding_is_new(folder: Path) -> None:
    invoke("baseline", "--output", "known.json")
    # The same port, and the same again: rule, object and text are equal.
    double = SERVICE.replace("ports:\n", "ports:\n    - {name: a, port: 80, targetPort: web-http}\n")
    (folder / "service.yaml").write_text(double)
    found = report("--baseline", "known.json", "--select", RULE)
    assert [item["rule"] for item in found["findings"]] == [RULE]
    assert found["summary"]["baselined"] == 1
    invoke("baseline", "--output", "known.json", "--select", RULE)
    assert [entry["count"] for entry in json.loads((folder / "known.json").read_text())["findings"]] == [2]
    assert report("--baseline", "known.json", "--select", RULE)["summary"]["baselined"] == 2


def test_entries_are_sorted_one_a_line_and_the_same_every_time(folder: Path) -> None:
    for name in ("z", "a"):
        (folder / f"{name}.yaml").write_text(SERVICE.replace("name: web}", f"name: {name}}}"))
    invoke("baseline")
    first = (folder / "netlint-baseline.json").read_text()
    invoke("baseline")
    assert (folder / "netlint-baseline.json").read_text() == first
    lines = first.splitlines()[1:-1]
    paths = [json.loads(line.rstrip(","))["path"] for line in lines]
    assert paths == ["a.yaml", "service.yaml", "z.yaml"]


def test_stale_entries_are_told_and_pruned_on_request(folder: Path) -> None:
    (folder / "other.yaml").write_text(SERVICE.replace("name: web}", "name: other}"))
    invoke("baseline")
    (folder / "service.yaml").write_text(SERVICE.replace("web-http", "http"))
    notes = report("--baseline", "netlint-baseline.json")["notes"]
    assert [(note["kind"], note["path"]) for note in notes] == [("stale-baseline", "netlint-baseline.json")]
    assert f"{RULE} in service.yaml" in notes[0]["message"]
    assert "1 finding taken out, 1 finding left" in invoke("baseline", "--prune").stderr
    assert [entry["path"] for entry in json.loads((folder / "netlint-baseline.json").read_text())["findings"]] == ["other.yaml"]
    assert report("--baseline", "netlint-baseline.json")["notes"] == []
    before = (folder / "netlint-baseline.json").read_bytes()
    assert "nothing taken out" in invoke("baseline", "--prune").stderr
    assert (folder / "netlint-baseline.json").read_bytes() == before


def test_what_was_not_judged_is_not_stale(folder: Path) -> None:
    invoke("baseline", "--show", "all")
    for arguments in (("--ignore", RULE), ("--select", "dns"), ("web.yaml",), ("--show", "all")):
        assert report("--baseline", "netlint-baseline.json", *arguments)["notes"] == [], arguments
    # Hidden is not gone either, and a broken file says nothing of what it held.
    assert report("--baseline", "netlint-baseline.json")["notes"] == []
    (folder / "service.yaml").write_text("apiVersion: v1\nkind: Service\nspec: [\n")
    kinds = [note["kind"] for note in report("--baseline", "netlint-baseline.json")["notes"]]
    assert "stale-baseline" not in kinds
    (folder / "service.yaml").unlink()
    assert [note["kind"] for note in report("--baseline", "netlint-baseline.json")["notes"]] == ["stale-baseline"]


def test_fewer_than_listed_is_stale_by_the_difference(folder: Path) -> None:
    invoke("baseline")
    entries = json.loads((folder / "netlint-baseline.json").read_text())
    entries["findings"][0]["count"] = 3
    (folder / "netlint-baseline.json").write_text(json.dumps(entries))
    assert "2 findings that are gone" in report("--baseline", "netlint-baseline.json")["notes"][0]["message"]
    invoke("baseline", "--prune")
    assert [entry["count"] for entry in json.loads((folder / "netlint-baseline.json").read_text())["findings"]] == [1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "does not exist; netlint baseline"),
        (b"{\n<<<<<<< HEAD\n", "b.json:2: no baseline, for it is not JSON"),
        (b"\xff\xfe\x00", "no baseline, for it is not JSON"),
        (b"[" * 100_000, "no baseline, for it is not JSON"),
        (b"[]", "with schema netlint-baseline/v1"),
        (b'{"schema": "netlint/v1", "findings": []}', "with schema netlint-baseline/v1"),
        (b'{"schema": "netlint-baseline/v1", "findings": [{"path": "a"}]}', "entry 1 of the baseline has no rule"),
        (
            b'{"schema": "netlint-baseline/v1", "findings": [{"path": "a", "rule": "r", "message": "", "fingerprint": "", "count": true}]}',
            "no count, or one that is no number",
        ),
        (
            b'{"schema": "netlint-baseline/v1", "findings": [{"path": "a", "rule": "r", "message": "", "fingerprint": "", "count": -1}]}',
            "entry 1 of the baseline has the count -1; 1 is the least",
        ),
    ],
)
def test_a_file_that_is_no_baseline_fails_the_run(content: bytes | None, told: str, folder: Path) -> None:
    if content is not None:
        (folder / "b.json").write_bytes(content)
    for arguments in (("--baseline", "b.json"), ("baseline", "--prune", "--output", "b.json")):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert told in result.stderr
        assert "Traceback" not in result.stderr


def test_a_baseline_that_cannot_be_written_is_told(folder: Path) -> None:
    result = invoke("baseline", "--output", "no/such/folder.json")
    assert result.exit_code == 2
    assert "no/such/folder.json cannot be written" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == [".git", "service.yaml", "web.yaml"]


def test_standard_output_is_no_baseline(folder: Path) -> None:
    result = invoke("baseline", "--output", "-")
    assert (result.exit_code, "--output names the file of the baseline" in result.stderr) == (2, True)
    assert not (folder / "-").exists()


def test_a_baseline_of_nothing_is_whole(folder: Path) -> None:
    (folder / "service.yaml").unlink()
    assert "lists 0 findings" in invoke("baseline").stderr
    assert invoke("--baseline", "netlint-baseline.json").exit_code == 0
