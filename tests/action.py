"""Runs the steps of ``action.yml`` as the runner does: its variables set, expressions put in, each script in the shell that it asks for."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY: Final = Path(__file__).parent.parent
ACTION: Final[dict[str, Any]] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION: Final = re.compile(r"\$\{\{ (.*?) \}\}")


class Ran(NamedTuple):
    """What came of the action: its exit status, log, outputs and step summary, and what the upload would have been given."""

    status: int
    log: str
    outputs: dict[str, str]
    summary: str
    uploaded: dict[str, str] | None


def run_action(workspace: Path, temporary: Path, inputs: Mapping[str, str], variables: Mapping[str, str], *, installs: bool) -> Ran:
    """Run it on the checkout ``workspace``. Without ``installs`` what ``temporary`` holds already is run."""
    unknown = set(inputs) - set(ACTION["inputs"])
    assert not unknown, unknown
    values = {f"inputs.{name}": str(inputs.get(name, described["default"])) for name, described in ACTION["inputs"].items()}
    output, summary = temporary / "output", temporary / "summary"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(temporary),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKFLOW": "checks",
        "GITHUB_ACTION_PATH": str(REPOSITORY),
        "GITHUB_WORKSPACE": str(workspace),
        "RUNNER_OS": "Linux",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_TEMP": str(temporary),
        **variables,
    }
    status, log, uploaded = 0, "", None
    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            if status or (step["name"] == "Install netlint" and not installs):
                continue
            assert (step["shell"], "${{" in step["run"]) == ("bash", False)
            folder = workspace / _put_in(step.get("working-directory", "."), values)
            given = {name: _put_in(text, values) for name, text in step.get("env", {}).items()}
            output.write_text("")
            # How the runner starts bash: actions/runner, ScriptHandlerHelpers.cs.
            answer = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=folder,
                env={**environment, **given},
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
            status = answer.returncode
            log += answer.stdout + answer.stderr
            values |= {f"steps.{step['id']}.outputs.{name}": text for name, text in _outputs(output).items()} if "id" in step else {}
        elif _holds(step["if"], values):
            uploaded = {name: _put_in(text, values) for name, text in step["with"].items()}
    outputs = {name: _put_in(described["value"], values) for name, described in ACTION["outputs"].items()}
    return Ran(status, log, outputs, summary.read_text() if summary.exists() else "", uploaded)


def _outputs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def _put_in(text: str, values: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: values.get(match[1], ""), text)


def _holds(condition: str, values: Mapping[str, str]) -> bool:
    """Whether a conjunction holds; no step is cancelled here."""
    (inner,) = _EXPRESSION.findall(condition)
    for part in inner.split(" && "):
        if part != "!cancelled()":
            name, operator, text = part.split(" ")
            if (values.get(name, "") == text.strip("'")) is not (operator == "=="):
                return False
    return True
