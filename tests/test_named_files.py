"""Files named on the command line are judged together, as they are when their folder is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from manifests import DEPLOYMENT
from manifests import ONE_PORT_SERVICE as SERVICE
from netlint.config import Config
from netlint.pipeline import run
from netlint_rules import rules_for

if TYPE_CHECKING:
    from pathlib import Path


def _found(*paths: Path) -> list[str]:
    result = run([str(path) for path in paths], Config(root=paths[0].parent), rules_for)
    return [finding.rule.name for finding in result.findings if finding.rule.severity.name == "ERROR"]


@pytest.mark.parametrize("folder", ["", "service"])
def test_files_named_together_are_paired(tmp_path: Path, folder: str) -> None:
    deployment, service = tmp_path / "deployment.yaml", tmp_path / folder / "service.yaml"
    service.parent.mkdir(exist_ok=True)
    deployment.write_text(DEPLOYMENT)
    service.write_text(SERVICE)
    assert _found(deployment, service) == _found(tmp_path) == ["service-target-port-name-unresolved"]


def test_folders_named_together_are_not(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "two" / "service.yaml").write_text(SERVICE)
    assert "service-target-port-name-unresolved" not in _found(tmp_path / "one", tmp_path / "two")
