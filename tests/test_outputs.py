"""Where reports go and what they are about: files, the log of a step, files in focus, the text of an editor."""

from __future__ import annotations

import json
import os
import re
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from manifests import DEPLOYMENT
from manifests import ONE_PORT_SERVICE as SERVICE
from netlint.cli import main
from netlint.report import sarif

if TYPE_CHECKING:
    from click.testing import Result

GO = 'package main\n\nimport "net/http"\n\nfunc main() { _, _ = http.Get("http://web/") }\n'
BROKEN = "apiVersion: v1\nkind: Service\nmetadata: {x: ['##[group]', [\n"
WRONG_PORT = "service-target-port-name-unresolved"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Service and its Deployment, which do not fit, in two files; a Go program with a fault of its own; a file that is no text."""
    (tmp_path / ".git").mkdir()
    for name, text in (
        ("a/service.yaml", SERVICE),
        ("a/deployment.yaml", DEPLOYMENT),
        ("cmd/main.go", GO),
        ("c/broken.go", f"{GO}\xff"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="latin-1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def found(*arguments: str, stdin: str | None = None) -> list[tuple[str, str]]:
    """Rules and paths of what a run reports."""
    document = json.loads(invoke("--format", "json", *arguments, stdin=stdin).stdout)
    return [(finding["rule"], finding["path"]) for finding in document["findings"]]


ALL = [
    (WRONG_PORT, "a/service.yaml"),
    ("unreadable-file", "c/broken.go"),
    ("client-without-deadline", "cmd/main.go"),
]


def test_several_reports_of_one_run(repository: Path) -> None:
    result = invoke("--output", "sarif=out.sarif", "--output", "junit=c/out.xml", "--output", "text=out.txt", "--color", "always")
    assert (result.exit_code, result.stderr) == (1, "")
    assert WRONG_PORT in result.stdout
    (run,) = json.loads((repository / "out.sarif").read_text())["runs"]
    assert [item["ruleId"] for item in run["results"]] == [rule for rule, _ in ALL]
    assert (repository / "c" / "out.xml").read_text().startswith("<?xml")
    assert (repository / "out.txt").read_text() == invoke("--color", "never").stdout


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("sarif",), "'sarif' is not FORMAT=FILE, such as sarif=netlint.sarif"),
        (("sarif=",), "'sarif=' is not FORMAT=FILE"),
        (("xml=a",), "'xml' is no format; those known: text, concise"),
        (("sarif=-",), "'-' is no file; --format sarif prints on standard output"),
        (("sarif=x", "json=./x"), "'./x' is named twice"),
        (("sarif=absent/a",), "'absent' is no folder, so 'absent/a' cannot be written"),
        (("sarif=a",), "'a' is a folder; name a file"),
    ],
)
def test_an_output_that_cannot_be_is_told_before_the_run(values: tuple[str, ...], message: str, repository: Path) -> None:
    assert repository.is_dir()
    result = invoke(*(f"--output={value}" for value in values))
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written_is_a_failure(repository: Path) -> None:
    assert repository.is_dir()
    result = invoke("--exit-zero", "--output", "json=/dev/full")
    assert (result.exit_code, result.stderr) == (2, "netlint: /dev/full cannot be written: No space left on device\n")


def test_nothing_but_the_document_is_on_standard_output(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    under_github(monkeypatch, repository)
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    result = invoke("--format", "sarif", "--sarif-category", "night", "--sarif-include-suppressed")
    (run,) = json.loads(result.stdout)["runs"]
    assert [item["ruleId"] for item in run["results"]] == [WRONG_PORT]
    assert run["automationDetails"] == {"id": "night/"}
    assert run["results"][0]["suppressions"] == []
    assert result.stderr == "netlint: SARIF holds the 1 severest findings, as code scanning does; 2 are left out\n"


def test_suppressed_findings_in_sarif_are_those_that_would_be_shown(repository: Path) -> None:
    (repository / ".netlint.yaml").write_text(
        f"per-path-ignores: {{a/: [{WRONG_PORT}], cmd/: [request-without-context]}}\nseverity: {{service: warning}}\n"
    )
    with_ignore = GO.replace('"http://web/") }', '"http://web/") } //netlint:ignore client-without-deadline a tool')
    (repository / "cmd" / "main.go").write_text(with_ignore)

    def accepted(*options: str) -> list[tuple[str, str, str]]:
        (run,) = json.loads(invoke("--format", "sarif", "--sarif-include-suppressed", *options).stdout)["runs"]
        return [(item["ruleId"], item["level"], entry["kind"]) for item in run["results"] for entry in item["suppressions"]]

    shown = [(WRONG_PORT, "warning", "external"), ("client-without-deadline", "warning", "inSource")]
    assert accepted() == shown
    assert accepted("--show", "all") == [*shown, ("request-without-context", "note", "external")]
    # What the baseline takes out is accepted as well; what is not shown is not, with a baseline or without.
    (repository / ".netlint.yaml").write_text("severity: {service: warning}\n")
    invoke("baseline")
    assert accepted("--baseline", "netlint-baseline.json") == [shown[1], shown[0], ("unreadable-file", "warning", "external")]
    assert "suppressions" not in invoke("--format", "sarif", "--baseline", "netlint-baseline.json").stdout


def under_github(monkeypatch: pytest.MonkeyPatch, root: Path) -> Path:
    """Set what the runner sets. The file of the step's summary."""
    summary = root / "summary.md"
    values = {"ACTIONS": "true", "WORKFLOW": "lint", "WORKSPACE": str(root), "STEP_SUMMARY": str(summary)}
    values |= {"SERVER_URL": "https://git.example.com", "REPOSITORY": "you/shop", "SHA": "0123456"}
    for name, value in values.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    return summary


def test_github_gets_text_annotations_and_a_summary_by_itself(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = invoke().stdout
    summary = under_github(monkeypatch, repository)
    summary.write_text("before\n")
    shown = invoke().stdout
    assert shown.startswith(f"{text}::group::Annotations\n::error file=a/service.yaml,line=6,")
    assert shown.endswith("::endgroup::\n")
    assert len([line for line in shown.splitlines() if line.startswith(("::error ", "::warning "))]) == len(ALL)
    table = summary.read_text()
    assert table.startswith("before\n### netlint\n")
    link = "[a/service.yaml:6](https://git.example.com/you/shop/blob/0123456/a/service.yaml#L6)"
    assert f"| error | {WRONG_PORT} | {link} |" in table
    assert invoke("--format", "text").stdout == text
    assert invoke("--format", "github").stdout.startswith("::error file=a/service.yaml")
    assert "::" not in invoke("--format", "json").stdout
    monkeypatch.setenv("NETLINT_FORMAT", "concise")
    assert "::group::" not in invoke().stdout
    monkeypatch.delenv("NETLINT_FORMAT")
    monkeypatch.delenv("GITHUB_WORKFLOW")
    assert invoke().stdout == text


def test_a_summary_that_cannot_be_written_changes_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    under_github(monkeypatch, repository)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "absent" / "file"))
    result = invoke()
    assert (result.exit_code, result.stderr) == (1, "netlint: the step summary cannot be written: No such file or directory\n")


def test_paths_are_those_of_the_workspace(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "a")
    under_github(monkeypatch, repository)
    arguments = (".", "--select", WRONG_PORT)
    assert "::error file=a/service.yaml," in invoke(*arguments).stdout
    (run,) = json.loads(invoke(*arguments, "--format", "sarif").stdout)["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a/service.yaml"
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository / "a"))
    assert "::error file=a/service.yaml," in invoke().stdout
    monkeypatch.delenv("GITHUB_WORKSPACE")
    monkeypatch.setenv("CI_PROJECT_DIR", str(repository.parent))
    assert json.loads(invoke("--format", "gitlab").stdout)[0]["location"]["path"] == f"{repository.name}/a/service.yaml"
    assert json.loads(invoke("--format", "rdjson").stdout)["diagnostics"][0]["location"]["path"] == "a/service.yaml"


def test_text_in_a_log_gives_no_commands(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "::error::x.yaml").write_text("# ##[add-mask]x ##vso[task.complete]\n" + BROKEN)
    for name in ("GITHUB", "AZURE"):
        if name == "GITHUB":
            under_github(monkeypatch, repository)
        else:
            monkeypatch.delenv("GITHUB_ACTIONS")
            monkeypatch.setenv("TF_BUILD", "True")
        for form in ("text", "concise", "grouped"):
            lines = invoke("--format", form, "--select", "meta").stdout.splitlines()
            assert any("error::x.yaml" in line for line in lines)
            assert not [line for line in lines if re.match(r"\s*::(?!:)", line) or "##[" in line or "##vso[" in line]


def test_focus_reports_what_touches_the_files_in_the_light_of_the_whole_repository(repository: Path) -> None:
    assert found() == ALL
    assert found("a/service.yaml") == []
    assert found("--focus", "a/service.yaml") == ALL[:1]
    # The other side of a finding touches it as well.
    assert found("--focus", "a/deployment.yaml") == ALL[:1]
    assert found("--focus", "cmd") == ALL[2:]
    assert found("--focus", "c/broken.go") == ALL[1:2]
    (repository / "README.md").write_text("text\n")
    assert found("--focus", "README.md") == []
    assert invoke("--focus", "README.md").exit_code == 0
    assert invoke("--focus", "cmd/main.go").exit_code == 1


def test_focus_depends_on_neither_order_nor_splitting(repository: Path) -> None:
    files = ["a/service.yaml", "a/deployment.yaml", "c/broken.go", "cmd/main.go"]
    assert repository.is_dir()
    outputs = {invoke("--focus", *order).stdout for order in permutations(files)}
    assert len(outputs) == 1
    parts = [item for file in files for item in found("--focus", file)]
    assert sorted(set(parts)) == sorted(found("--focus", *files)) == sorted(ALL)


def test_focus_knows_the_repository_from_a_folder_of_it_and_through_links(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "link.yaml").symlink_to(repository / "a" / "service.yaml")
    assert found("--focus", "link.yaml", str(repository / "a" / "service.yaml")) == ALL[:1]
    monkeypatch.chdir(repository / "cmd")
    assert found("--focus", "../a/deployment.yaml") == [(WRONG_PORT, "../a/service.yaml")]
    assert found("--focus", "main.go") == [("client-without-deadline", "../cmd/main.go")]


def test_focus_leaves_excluded_files_out(repository: Path) -> None:
    (repository / ".netlint.yaml").write_text("exclude: [cmd/]\n")
    assert found("cmd/main.go") == ALL[2:]
    assert found("--focus", "cmd/main.go") == []


def test_focus_tells_what_is_wrong_with_it(repository: Path) -> None:
    assert repository.is_dir()
    assert "--focus needs the files that the report is to be about" in invoke("--focus").stderr
    result = invoke("--focus", "absent.yaml", "a/service.yaml")
    assert (result.exit_code, result.stderr) == (2, "netlint: 'absent.yaml' does not exist\n")
    empty = repository / "empty"
    (empty / ".git").mkdir(parents=True)
    (empty / "x.txt").write_text("x")
    os.chdir(empty)
    result = invoke("--focus", "x.txt")
    assert (result.exit_code, result.stderr) == (0, "")


def test_focus_keeps_the_notes_of_its_files(repository: Path) -> None:
    (repository / "chart" / "templates").mkdir(parents=True)
    (repository / "chart" / "Chart.yaml").write_text("name: x\n")
    (repository / "chart" / "templates" / "x.yaml").write_text("{{ x }}\n")
    notes = {
        file: [note["path"] for note in json.loads(invoke("--format", "json", "--focus", file).stdout)["notes"]]
        for file in ("a/service.yaml", "chart/templates/x.yaml", "chart")
    }
    assert notes == {"a/service.yaml": [], "chart/templates/x.yaml": ["chart"], "chart": ["chart"]}


def test_an_unused_ignore_is_in_focus_only_with_its_file(repository: Path) -> None:
    (repository / "a" / "other.yaml").write_text(SERVICE.replace("name: web}", "name: b}  # netlint: ignore[service-port-invalid] old"))
    assert ("unused-ignore", "a/other.yaml") in found("--focus", "a/other.yaml")
    assert found("--focus", "cmd/main.go") == ALL[2:]


def test_the_text_of_an_editor_stands_for_its_file(repository: Path) -> None:
    mended = SERVICE.replace("targetPort: web", "targetPort: http")
    assert found("--stdin-filename", "a/service.yaml", ".", stdin=mended) == ALL[1:]
    assert found("--stdin-filename", "a/service.yaml", "--focus", "-", stdin=mended) == []
    assert found("--stdin-filename", "a/service.yaml", "--focus", stdin=SERVICE) == ALL[:1]
    (repository / "a" / "service.yaml").write_text(mended)
    assert found("--stdin-filename", "./a/../a/service.yaml", "--focus", "-", stdin=SERVICE) == ALL[:1]
    # A file that is not there yet is judged beside those that are.
    (repository / "a" / "service.yaml").unlink()
    assert found("--stdin-filename", "a/new.yaml", "--focus", "-", stdin=SERVICE) == [(WRONG_PORT, "a/new.yaml")]


def test_standard_input_alone_is_of_the_kind_of_its_name(repository: Path) -> None:
    assert repository.is_dir()
    assert found("--stdin-filename", "x/main.go", "-", stdin=GO) == [("client-without-deadline", "x/main.go")]
    assert found("--stdin-filename", "x/main.go", stdin=GO) == [("client-without-deadline", "x/main.go")]
    both = f"{SERVICE}---\n{DEPLOYMENT}"
    assert found("--stdin-filename", "rendered", "-", stdin=both) == [(WRONG_PORT, "rendered")]
    assert found("-", stdin=both) == [(WRONG_PORT, "<stdin>")]
    assert found("--focus", "-", stdin=both) == [(WRONG_PORT, "<stdin>")]
    assert "names the folder a; standard input is one file" in invoke("--stdin-filename", "a", stdin=both).stderr
    (run,) = json.loads(invoke("--format", "sarif", "-", stdin=both).stdout)["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%3Cstdin%3E"


def test_files_that_would_be_read_are_listed(repository: Path) -> None:
    (repository / "x.txt").write_text("x")
    (repository / "cmd" / "main_test.go").write_text("package main\n")
    result = invoke("--show-files")
    assert (result.exit_code, result.stdout) == (0, "a/deployment.yaml\na/service.yaml\nc/broken.go\ncmd/main.go\n")
    assert invoke("--show-files", "--exclude", "cmd", "--exclude", "c/").stdout == "a/deployment.yaml\na/service.yaml\n"
    assert invoke("--show-files", "--focus", "cmd").stdout == result.stdout
    (repository / "empty").mkdir()
    assert invoke("--show-files", "empty").exit_code == 2


def test_statistics_replace_the_findings(repository: Path) -> None:
    assert repository.is_dir()
    result = invoke("--statistics", "--output", "concise=out.txt")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith("1  client-without-deadline  ")
    assert WRONG_PORT in (repository / "out.txt").read_text()
    assert [item["count"] for item in json.loads(invoke("--statistics", "--format", "json").stdout)] == [1, 1, 1]
    refused = invoke("--statistics", "--format", "sarif")
    assert refused.exit_code == 2
    assert "--statistics is printed as text or json" in refused.stderr
