"""``--fix``, ``--unsafe-fixes`` and ``--diff``: what they write, what they refuse, and that a file is always whole."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from manifests import DEPLOYMENT, RULE, SERVICE
from netlint import fixing
from netlint.cli import main
from netlint.config import Config
from netlint.finding import Edit, Fix
from netlint.fixing import fix_findings
from netlint.pipeline import run
from netlint_rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from click.testing import Result

    from netlint.result import RunResult

# Safe: text where a number belongs. Unsafe: the name of another port.
QUOTED = SERVICE.replace("port: 80, targetPort: web-http", 'port: "80", targetPort: http')
BOTH = SERVICE.replace("port: 80,", 'port: "80",')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "web.yaml").write_text(DEPLOYMENT)
    (folder / "service.yaml").write_text(BOTH)
    monkeypatch.chdir(folder)
    return folder


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_safe_fixes_are_made_and_the_rest_is_reported(folder: Path) -> None:
    result = invoke("--fix", "--format", "concise")
    assert (folder / "service.yaml").read_text() == SERVICE
    assert "fixed 1 finding in 1 file; 1 more with --unsafe-fixes" in result.stderr
    assert "service-target-port-name-unresolved" in result.stdout
    assert "service-port-invalid" not in result.stdout
    assert result.exit_code == 1
    result = invoke("--fix", "--unsafe-fixes")
    assert (folder / "service.yaml").read_text() == SERVICE.replace("web-http", "http")
    assert result.exit_code == 0
    assert "nothing to fix" in invoke("--fix").stderr


def test_a_diff_is_all_that_is_printed_and_nothing_is_written(folder: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("*.yaml")}
    result = invoke("--diff", "--unsafe-fixes")
    assert result.stdout.startswith("--- a/service.yaml\n+++ b/service.yaml\n@@ ")
    assert '-    - {name: a, port: "80", targetPort: web-http}\n+    - {name: a, port: 80, targetPort: http}\n' in result.stdout
    assert "would fix 2 findings in 1 file" in result.stderr
    assert result.exit_code == 1
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("*.yaml")} == before
    both = invoke("--fix", "--diff", "--unsafe-fixes")
    assert both.stdout == result.stdout
    assert (folder / "service.yaml").read_text() == BOTH


def test_what_is_not_reported_is_not_fixed(folder: Path) -> None:
    (folder / "service.yaml").write_text(QUOTED.replace("http}", "http}  # netlint: ignore[service-port-invalid] a test of the API server"))
    invoke("--fix", "--unsafe-fixes")
    assert 'port: "80"' in (folder / "service.yaml").read_text()
    (folder / "service.yaml").write_text(QUOTED)
    invoke("baseline")
    invoke("--fix", "--baseline", "netlint-baseline.json")
    invoke("--fix", "--ignore", "service-port-invalid")
    invoke("--fix", "web.yaml")
    assert (folder / "service.yaml").read_text() == QUOTED
    assert invoke("--fix", ".").exit_code == 0
    assert 'port: "80"' not in (folder / "service.yaml").read_text()


def test_fixes_since_a_revision_leave_old_lines_alone(folder: Path) -> None:
    (folder / ".git").rmdir()
    (folder / "old.yaml").write_text(QUOTED.replace("name: web}", "name: old}"))
    for arguments in (("init", "-q"), ("add", "old.yaml"), ("-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "-qm", "x")):
        subprocess.run(["git", *arguments], check=True)
    (folder / "service.yaml").write_text(QUOTED)
    assert invoke("--fix", "--since", "HEAD").exit_code == 0
    assert 'port: "80"' in (folder / "old.yaml").read_text()
    assert 'port: "80"' not in (folder / "service.yaml").read_text()


def test_wrong_uses_are_told() -> None:
    assert "give one of them as well" in invoke("--unsafe-fixes").stderr
    assert "Standard input cannot be fixed" in invoke("--fix", "-").stderr
    assert invoke("--fix", "-").exit_code == 2


@pytest.mark.usefixtures("folder")
def test_json_holds_the_fix_as_edits() -> None:
    document: dict[str, Any] = json.loads(invoke("--format", "json").stdout)
    fixes = {finding["rule"]: finding["fix"] for finding in document["findings"]}
    assert fixes["service-port-invalid"] == {
        "title": "Leave the quotes out",
        "safe": True,
        "edits": [{"path": "service.yaml", "line": 7, "column": 23, "end_line": 7, "end_column": 27, "text": "80"}],
    }
    assert fixes["service-target-port-name-unresolved"]["safe"] is False


def test_an_addition_is_an_edit_in_json_as_well(folder: Path) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: agent}\nspec:\n  hostNetwork: true\n  containers:\n"
        "    - {name: agent, env: [{name: STORE_URL, value: 'http://store.shop.svc.cluster.local'}]}\n"
    )
    (folder / "service.yaml").write_text(pod)
    document = json.loads(invoke("--format", "json", "--select", "dns").stdout)
    (edit,) = document["findings"][0]["fix"]["edits"]
    assert (edit["line"], edit["column"], edit["end_line"], edit["end_column"]) == (5, 20, 5, 20)
    assert edit["text"] == "\n  dnsPolicy: ClusterFirstWithHostNet"


def test_a_fix_that_would_bring_another_finding_is_refused_and_the_others_are_made(folder: Path) -> None:
    (folder / "service.yaml").write_text(f"{SERVICE}  clusterIP: None\n---\n{QUOTED.replace('name: web}', 'name: other}')}")
    result = invoke("--fix", "--unsafe-fixes")
    assert "not fixed: service-target-port-name-unresolved at service.yaml:7, for it would bring headless-port-translation" in result.stderr
    assert "targetPort: web-http" in (folder / "service.yaml").read_text()
    assert 'port: "80"' not in (folder / "service.yaml").read_text()


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("&port web-http", "&port http"),
        ("&port 'web-http'", "&port 'http'"),
        ("&port\n        web-http", None),
        ("!!str web-http", None),
    ],
)
def test_a_scalar_keeps_its_anchor(written: str, left: str | None, folder: Path) -> None:
    block = SERVICE.replace("- {name: a, port: 80, targetPort: web-http}", f"- name: a\n      port: 80\n      targetPort: {written}")
    (folder / "service.yaml").write_text(block)
    assert invoke("--fix", "--unsafe-fixes").exit_code == (left is None)
    assert (folder / "service.yaml").read_text() == block.replace(written, left or written)


@pytest.mark.parametrize(("value", "left"), [("'http://web:8080/'", "'http://web:80/'"), ('"http://web:80\\u00380/"', None)])
def test_a_part_of_a_value_is_written_only_where_it_stands(value: str, left: str | None, folder: Path) -> None:
    (folder / "service.yaml").write_text(SERVICE.replace("targetPort: web-http", "targetPort: 8080"))
    client = DEPLOYMENT.replace("web", "front").replace("8080", "9090")
    client = client.replace("          image:", f"          env: [{{name: WEB_URL, value: {value}}}]\n          image:")
    (folder / "front.yaml").write_text(client)
    assert "reference-port-unlisted" in invoke("--format", "concise").stdout
    invoke("--fix", "--unsafe-fixes")
    assert (folder / "front.yaml").read_text() == client.replace(value, left or value)


def test_a_scalar_that_other_places_take_over_is_not_changed(folder: Path) -> None:
    shared = SERVICE.replace("name: a, port: 80, targetPort: web-http", "name: &port web-http, port: 80, targetPort: *port")
    (folder / "service.yaml").write_text(shared)
    result = invoke("--fix", "--unsafe-fixes")
    assert f"not fixed: {RULE} at service.yaml:7, for the anchor &port carries it to other places" in result.stderr
    assert (folder / "service.yaml").read_text() == shared
    # So it is with what stands in a mapping that is used twice; one that is used twice inside of it changes nothing.
    double = SERVICE.replace("- {name: a,", "- &a {name: &n a, x-note: *n,") + "    - *a\n"
    (folder / "service.yaml").write_text(double)
    assert f"not fixed: {RULE} at service.yaml:7, for the anchor &a carries it to other places" in invoke("--fix", "--unsafe-fixes").stderr
    assert (folder / "service.yaml").read_text() == double
    (folder / "service.yaml").write_text(double.removesuffix("    - *a\n"))
    assert invoke("--fix", "--unsafe-fixes").exit_code == 0
    # The same name in another document is another anchor.
    alone = SERVICE.replace("targetPort: web-http", "targetPort: &port web-http")
    alone = alone.replace("name: web}", "name: &ports web, labels: {a: *ports}}")
    (folder / "service.yaml").write_text(f"{alone}---\nkind: Other\na: &port b\nc: *port\n")
    assert invoke("--fix", "--unsafe-fixes").exit_code == 0
    assert "targetPort: &port http}" in (folder / "service.yaml").read_text()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("other", "the finding would stay"),
        ("http, targetPort: http", "it would bring the note duplicate-key about service.yaml"),
        ("http, port: 0", "it would bring service-port-invalid at service.yaml:7"),
    ],
)
def test_a_fix_that_is_wrong_is_refused(written: str, reason: str, folder: Path) -> None:
    """Whatever a rule gives as its fix."""
    (folder / "service.yaml").write_text(SERVICE)

    def judge(contents: Mapping[str, bytes]) -> RunResult:
        return run(["."], Config(root=folder), rules_for, None, contents)

    result = judge({})
    (finding,) = result.findings
    wrong = finding._replace(fix=Fix("Mend it", True, (Edit(finding.span, written),)))
    fixed = fix_findings([wrong], result._replace(findings=(wrong,)), judge, unsafe=False, below=["."])
    assert (fixed.contents, fixed.applied) == ((), ())
    assert [refused.reason for refused in fixed.refused] == [reason]
    # Nor is one made in a file that is another one by now.
    (folder / "service.yaml").write_text(f"# Above\n{SERVICE}")
    fixed = fix_findings([finding], result, judge, unsafe=True, below=["."])
    assert [refused.reason for refused in fixed.refused] == ["service.yaml has changed since it was read"]


@pytest.mark.parametrize("in_a_file", [1, 5, 60])
def test_fixes_that_fail_cost_about_one_more_trial_each(in_a_file: int, folder: Path) -> None:
    """However they lie among those that hold; each trial judges the whole repository."""
    good = [SERVICE.replace("name: web}", f"name: g{number}}}") for number in range(50)]
    bad = [f"{SERVICE.replace('name: web}', f'name: b{number}}}')}  clusterIP: None\n" for number in range(10)]
    documents = [*good, *bad]
    random.Random(in_a_file).shuffle(documents)
    (folder / "service.yaml").unlink()
    for at in range(0, len(documents), in_a_file):
        (folder / f"{at}.yaml").write_text("---\n".join(documents[at : at + in_a_file]))
    config, trials = Config(root=folder), list[int]()

    def judge(contents: Mapping[str, bytes]) -> RunResult:
        trials.append(len(contents))
        return run(["."], config, rules_for, None, contents)

    result = judge({})
    fixed = fix_findings(result.findings, result, judge, unsafe=True, below=["."])
    assert (len(fixed.applied), len(fixed.refused)) == (50, 10)
    assert all("headless-port-translation" in refused.reason for refused in fixed.refused)
    assert len(trials) <= 20
    assert judge({content.path: content.after for content in fixed.contents}).findings == fixed.result.findings


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")])
def test_encoding_and_mark_stay(encoding: str, mark: bytes, folder: Path) -> None:
    text = "# \U0001f600 é\r\n" + BOTH.replace("\n", "\r\n")
    (folder / "service.yaml").write_bytes(mark + text.encode(encoding))
    invoke("--fix")
    assert (folder / "service.yaml").read_bytes() == mark + text.replace('"80"', "80").encode(encoding)


def test_mode_and_links_stay(folder: Path) -> None:
    (folder / "real").mkdir()
    real = folder / "real" / "kept.yaml"
    (folder / "service.yaml").rename(real)
    (folder / "service.yaml").symlink_to("real/kept.yaml")
    real.chmod(0o640)
    invoke("--fix", "web.yaml", "service.yaml")
    assert (folder / "service.yaml").is_symlink()
    assert real.read_text() == SERVICE
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in real.parent.iterdir()) == ["kept.yaml"]


def test_nothing_outside_of_the_given_paths_is_written(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    (folder / "service.yaml").rename(outside)
    (folder / "service.yaml").symlink_to(outside)
    result = invoke("--fix", ".")
    assert outside.read_text() == BOTH
    assert "stands outside of the given paths" in result.stderr or "service-port-invalid" not in result.stdout
    base = tmp_path / "base"
    base.mkdir()
    outside.rename(base / "service.yaml")
    (base / "kustomization.yaml").write_text("resources: [service.yaml]\n")
    (folder / "service.yaml").unlink()
    (folder / "kustomization.yaml").write_text("resources: [../base, web.yaml]\n")
    result = invoke("--fix", ".")
    assert "../base/service.yaml stands outside of the given paths" in result.stderr
    assert (base / "service.yaml").read_text() == BOTH
    assert "not fixed" not in invoke("--fix", ".", "../base").stderr
    assert (base / "service.yaml").read_text() == SERVICE


def test_a_file_that_cannot_be_written_fails_the_run_and_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "fsync", refuse)
    result = invoke("--fix")
    assert result.exit_code == 2
    assert "service.yaml was not fixed: Permission denied" in result.stderr
    assert "service-port-invalid" in result.stdout
    assert (folder / "service.yaml").read_text() == BOTH
    assert sorted(path.name for path in folder.iterdir()) == [".git", "service.yaml", "web.yaml"]


def test_a_read_only_file_is_left_alone_and_the_others_are_mended(folder: Path) -> None:
    (folder / "other.yaml").write_text(QUOTED.replace("name: web}", "name: other}"))
    (folder / "service.yaml").chmod(0o444)
    result = invoke("--fix")
    assert result.exit_code == 2
    assert "service.yaml was not fixed: it is read-only" in result.stderr
    assert (folder / "service.yaml").read_text() == BOTH
    assert 'port: "80"' not in (folder / "other.yaml").read_text()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(folder: Path) -> None:
    os.chown(folder / "service.yaml", 1234, 1235)
    invoke("--fix")
    status = (folder / "service.yaml").stat()
    assert (folder / "service.yaml").read_text() == SERVICE
    assert (status.st_uid, status.st_gid) == (1234, 1235)


def test_a_file_that_changes_meanwhile_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fixing.fix_findings

    def slow(*arguments: Any, **options: Any) -> Any:
        fixed = made(*arguments, **options)
        (folder / "service.yaml").write_text("# somebody else's\n")
        return fixed

    monkeypatch.setattr("netlint.commands.fix.fix_findings", slow)
    result = invoke("--fix")
    assert result.exit_code == 2
    assert "service.yaml was not fixed: it has changed since it was read" in result.stderr
    assert (folder / "service.yaml").read_text() == "# somebody else's\n"


def test_paths_that_would_break_a_diff_are_quoted(folder: Path) -> None:
    (folder / "service.yaml").rename(folder / 'a "b\n+++ c.yaml')
    (folder / 'a "b\n+++ c.yaml').rename(folder / 'a "b\n+++ c.yml')
    result = invoke("--diff")
    assert result.stdout.splitlines()[0] == '--- "a/a \\"b\\012+++ c.yml"'
    command = ["git", "apply", "--unsafe-paths", "-"]
    done = subprocess.run(command, input=result.stdout.encode(), cwd=folder, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert (folder / 'a "b\n+++ c.yml').read_text() == SERVICE
