"""The command line: what it accepts, prints where, and exits with."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import netlint
import netlint_rules
from netlint import pipeline
from netlint.cli import main
from netlint.finding import Finding, Severity
from netlint.meta_rules import INTERNAL_ERROR, META_RULES, UNREADABLE_FILE
from netlint.result import FileCounts, RunResult
from netlint.source import SourceFile, Span
from netlint.version import VERSION
from netlint_rules import all_rules, rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.testing import Result

    from netlint.config import Config
    from netlint.finding import Rule

MANIFEST = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
SOURCE_ROOTS = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (netlint, netlint_rules))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one manifest, to stand in."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "web.yaml").write_text(MANIFEST)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def stub(monkeypatch: pytest.MonkeyPatch, *findings: Finding, kubernetes: int = 1) -> list[tuple[list[str], Config]]:
    """Replace the run by one with this outcome; what it was called with is in the list."""
    calls: list[tuple[list[str], Config]] = []

    def run(paths: Sequence[str], config: Config, rules: object, progress: Callable[[int, int], None] | None = None) -> RunResult:
        assert rules is rules_for
        if progress is not None:
            progress(1, 1)
        calls.append((list(paths), config))
        return RunResult(findings, (), {"web.yaml": SourceFile("web.yaml", MANIFEST)}, FileCounts(kubernetes=kubernetes))

    monkeypatch.setattr(pipeline, "run", run)
    return calls


def finding(severity: Severity, rule: Rule = UNREADABLE_FILE) -> Finding:
    return rule.finding(Span("web.yaml", 0, 3), message="Message", why="Why", help="Help", severity=severity)


def test_version_and_help_need_nothing_but_click() -> None:
    assert invoke("--version").output == f"netlint {VERSION}\n"
    for option in ("--help", "-h"):
        assert "COMMAND [OPTIONS]" in invoke(option).output
        assert "--fail-on" in invoke("check", option).output
    program = "import sys; from netlint.cli import main\ntry: main(['--version'])\nfinally: print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": SOURCE_ROOTS}, capture_output=True, check=True, text=True
    )
    for heavy in ("yaml", "netlint.pipeline", "netlint.finding", "netlint_rules", "importlib.metadata", "json"):
        assert f"'{heavy}'" not in loaded.stdout


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ((), ["."]),
        (("check",), ["."]),
        (("web.yaml",), ["web.yaml"]),
        (("check", "web.yaml", "."), ["web.yaml", "."]),
        (("--format", "json", "web.yaml"), ["web.yaml"]),
        (("./rules",), ["./rules"]),
        (("check", "rules"), ["rules"]),
        (("-",), ["-"]),
    ],
)
def test_check_need_not_be_written(arguments: tuple[str, ...], paths: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "rules").mkdir()
    calls = stub(monkeypatch)
    assert invoke(*arguments).exit_code == 0
    assert [given for given, _ in calls] == [paths]


def test_options_go_on_top_of_the_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "ignore: [dns]\nexclude: [a/]\nfail-on: error\nsearch-domains: [one.example]\nseverity: {dns: info}\n"
    (folder / ".netlint.yaml").write_text(settings)
    calls = stub(monkeypatch)
    invoke()
    names = ("--select", "service,dns", "--select", "ALL", "--ignore", " route , service-port-invalid")
    others = ("--exclude", "b/", "--fail-on", "info", "--cluster-domain", "corp.", "--search-domain", "two.example,three.example")
    assert invoke(*names, *others, "--show", "low", "--include-tests").output.startswith("No findings")
    (_, plain), (_, config) = calls
    assert (plain.ignore, plain.fail_on, plain.show_info) == (("dns",), Severity.ERROR, False)
    assert (config.select, config.ignore) == (("service", "dns", "ALL"), ("dns", "route", "service-port-invalid"))
    assert (config.exclude, config.fail_on, config.cluster_domain) == (("a/", "b/"), Severity.INFO, "corp")
    assert config.search_domains == ("two.example", "three.example")
    assert (config.show_info, config.show_low, config.include_tests) == (True, True, True)
    assert config.severity == {"dns": Severity.INFO}
    assert config.root == folder


def test_no_config_reads_none_and_config_reads_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".netlint.yaml").write_text("fail-on: nonsense\n")
    (folder / "other.toml").write_text('fail-on = "error"\n')
    calls = stub(monkeypatch)
    assert invoke("--no-config").exit_code == 0
    assert invoke("--config", "other.toml").exit_code == 0
    assert [config.fail_on for _, config in calls] == [Severity.WARNING, Severity.ERROR]
    failed = invoke()
    assert (failed.exit_code, failed.stdout) == (2, "")
    assert (
        failed.stderr
        == "netlint: .netlint.yaml:1: fail-on must be one of error, warning, info, and is 'nonsense': valid are error, info, warning\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "servcie"), "unknown rule or family 'servcie': did you mean 'service'?"),
        (("--ignore", "service-port-invald"), "did you mean 'service-port-invalid'?"),
        (("--fail-on", "never"), "'never' is not one of 'error', 'warning', 'info'"),
        (("--format", "xml"), "'xml' is not one of 'auto', 'text', 'concise', 'grouped', 'json', 'sarif'"),
        (("--exclude", "!"), "'!' is no gitignore pattern"),
        (("--cluster-domain", "a b"), "'a b' is no DNS domain"),
        (("--search-domain", "a..b"), "'a..b' is no DNS domain"),
        (("--config", "x.yaml"), "x.yaml: cannot be read: No such file or directory"),
        (("--config", "x.yaml", "--no-config"), "--config and --no-config exclude each other"),
        (("--nonsense",), "No such option"),
        (("explain", "service-port-invald"), "There is no rule 'service-port-invald': did you mean 'service-port-invalid'?"),
        (("explain",), "Missing argument"),
        (("dns", "db"), "Missing option '--manifest'"),
        (("dns", "db", "--manifest", "absent.yaml"), "absent.yaml"),
    ],
)
def test_what_cannot_be_done_is_told_on_stderr_with_status_2(arguments: tuple[str, ...], message: str, folder: Path) -> None:
    assert folder.is_dir()
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("output_format", ["text", "concise", "grouped", "json"])
@pytest.mark.parametrize(
    ("severity", "options", "status"),
    [
        (Severity.ERROR, (), 1),
        (Severity.WARNING, (), 1),
        (Severity.INFO, (), 0),
        (Severity.INFO, ("--fail-on", "info"), 1),
        (Severity.WARNING, ("--fail-on", "error"), 0),
        (Severity.ERROR, ("--fail-on", "error"), 1),
        (Severity.ERROR, ("--exit-zero",), 0),
    ],
)
def test_exit_status_is_the_same_for_every_format(
    output_format: str, severity: Severity, options: tuple[str, ...], status: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    stub(monkeypatch, finding(severity))
    result = invoke("--format", output_format, *options)
    assert (result.exit_code, result.stderr) == (status, "")
    assert "Message" in result.stdout


def test_a_failed_run_is_2_whatever_the_options(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, finding(Severity.ERROR, INTERNAL_ERROR))
    assert invoke("--exit-zero").exit_code == 2
    stub(monkeypatch, kubernetes=0)
    empty = invoke("--exit-zero", str(folder))
    assert empty.exit_code == 2
    assert empty.stderr == f"netlint: nothing to judge in {folder}\n"


def test_a_missing_path_is_told_and_the_others_are_judged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    calls = stub(monkeypatch)
    result = invoke("absent", "web.yaml", "--exit-zero")
    assert (result.exit_code, result.stderr) == (2, "netlint: 'absent' does not exist\n")
    assert invoke("rule").stderr == "netlint: 'rule' does not exist; did you mean the command rules?\n"
    assert result.stdout == "No findings (1 Kubernetes file)\n"
    assert [paths for paths, _ in calls] == [["web.yaml"]]
    alone = invoke("absent", "")
    assert (alone.exit_code, alone.stdout, len(calls)) == (2, "", 1)
    assert alone.stderr == "netlint: 'absent' does not exist\nnetlint: '' does not exist\n"


def test_a_real_run_reads_files_and_standard_input(folder: Path) -> None:
    document = json.loads(invoke("--format", "json", "web.yaml").stdout)
    assert document["summary"]["files"]["kubernetes"] == 1
    document = json.loads(invoke("--format", "json", "-", stdin=MANIFEST).stdout)
    assert document["summary"]["files"]["kubernetes"] == 1
    (folder / "README").write_text("text\n")
    assert invoke("README").exit_code == 2


@pytest.mark.parametrize(
    ("option", "environment", "coloured"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": ""}, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour(option: str, environment: dict[str, str], coloured: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    stub(monkeypatch, finding(Severity.ERROR))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in invoke("--color", option).stdout) is coloured
    assert "\x1b[" not in invoke("--color", option, "--format", "json").stdout


def test_rules_are_listed_for_people_and_programs() -> None:
    text = invoke("rules").stdout
    assert all(f"  {rule.name} " in text and rule.summary in text for rule in (*all_rules(), *META_RULES))
    listed = json.loads(invoke("rules", "--format", "json").stdout)
    assert [item["name"] for item in listed] == [rule.name for rule in all_rules()]
    assert set(listed[0]) == {"name", "family", "layer", "severity", "confidence", "symptom", "summary", "since"}


def test_explain_prints_the_page() -> None:
    known = next(rule for rule in all_rules() if rule.name == "service-target-port-name-unresolved")
    page = Path(netlint_rules.__file__).parent / known.family / "service_target_port_name_unresolved.md"
    shown, written = invoke("explain", known.name).stdout.splitlines(), page.read_text(encoding="utf-8").splitlines()
    changed = [(before.strip(), after.strip()) for before, after in zip(written, shown, strict=True) if before != after]
    assert changed == [
        (f"# expect: {known.name} `web-http`", "# reported:"),
        (f"# related: {known.name} `web`", "# together with:"),
    ]
    for rule in META_RULES:
        assert invoke("explain", rule.name).stdout == f"# {rule.name}\n\n{rule.summary}.\n"


def test_dns_answers_with_the_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from netlint.commands import dns

    asked: list[tuple[object, ...]] = []

    def show_dns(*arguments: object) -> str:
        asked.append(arguments)
        return "answer\n"

    monkeypatch.setattr(dns, "show_dns", show_dns)
    options = ("--manifest", "web.yaml", "--workload", "web", "--resolver", "musl", "--format", "json", "--cluster-domain", "corp")
    assert invoke("dns", "db", *options).stdout == "answer\n"
    ((host, manifest, workload, resolver, output_format, config),) = asked
    assert (host, manifest, workload, resolver, output_format) == ("db", Path("web.yaml"), "web", "musl", "json")
    assert (config.cluster_domain, config.root) == ("corp", folder)  # type: ignore[attr-defined]


# A shell that runs the tests in the background has interrupts ignored, and children inherit that.
START = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from netlint.cli import main; main()"


def start(folder: Path, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", START, *arguments]
    return subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": SOURCE_ROOTS}, **options)  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_stops_early_changes_nothing(folder: Path) -> None:
    reading, writing = os.pipe()
    process = start(folder, "rules", stdout=writing, stderr=subprocess.PIPE)
    os.close(reading)
    os.close(writing)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_that_cannot_be_written_is_a_failure(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(folder, "rules", stdout=full, stderr=subprocess.PIPE)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (2, b"netlint: the report cannot be written: No space left on device\n")


def test_a_bug_is_not_taken_for_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> None:
        raise ZeroDivisionError("in the pipeline")

    assert folder.is_dir()
    monkeypatch.setattr(pipeline, "run", run)
    result = invoke()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ZeroDivisionError: in the pipeline" in result.stderr
    assert result.stderr.endswith("netlint: this is a bug in netlint; report it with the lines above\n")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc to see that the process reads")
def test_an_interrupt_is_one_line(folder: Path) -> None:
    process = start(folder, "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    # It waits for the end of its input from here on; the first byte shows that it runs.
    process.stdin.write(b"#")
    process.stdin.flush()
    wait_until_reading(process.pid)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (130, b"", b"netlint: interrupted\n")


def wait_until_reading(pid: int) -> None:
    """Wait until the process has taken the byte that waits in its standard input."""
    import select
    import time

    with open(f"/proc/{pid}/fd/0", "rb", buffering=0) as stream:  # noqa: PTH123
        while select.select([stream], [], [], 0)[0]:
            time.sleep(0.01)


def test_progress_goes_to_a_terminal_only(folder: Path) -> None:
    controller, terminal = pty.openpty()
    process = start(folder, "web.yaml", stdout=subprocess.PIPE, stderr=terminal)
    stdout, _ = process.communicate(timeout=60)
    os.close(terminal)
    assert os.read(controller, 1000) == b"\r\x1b[K"
    os.close(controller)
    assert b"\x1b" not in stdout
