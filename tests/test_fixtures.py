"""Every case under ``fixtures/`` finds exactly what its comments mark, over all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness import FIXTURES, check_folder

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted(case for rule in FIXTURES.iterdir() if rule.is_dir() and rule.name != "shop" for case in rule.iterdir() if case.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_case_finds_what_it_marks(case: Path) -> None:
    differences = check_folder(case, case.parent.name)
    assert not differences, "\n".join(differences)
