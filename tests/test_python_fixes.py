"""Fixes of Python code: one argument more, and nothing else is touched."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from harness import working_in
from netlint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import urllib.request\n\nimport requests\n\n\ndef call(url, parts):\n    return "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests.get(url)", "requests.get(url, timeout=60)"),
        ("requests.delete(  url  )", "requests.delete(  url, timeout=60  )"),
        ('requests.get("/".join(p for p in parts))', 'requests.get("/".join(p for p in parts), timeout=60)'),
        (
            "requests.post(\n        url,\n        json={},  # ä\n    )",
            "requests.post(\n        url,\n        json={}, timeout=60,  # ä\n    )",
        ),
        ("requests.get((\n        url\n    ))", "requests.get((\n        url\n    ), timeout=60)"),
        ('requests.get(f"{url}/ä")', 'requests.get(f"{url}/ä", timeout=60)'),
        ("urllib.request.urlopen(url)", "urllib.request.urlopen(url, timeout=60)"),
        ("requests.Session().get(url)", "requests.Session().get(url, timeout=60)"),
        ("requests.get(url, timeout=None)", "requests.get(url, timeout=None)"),
        ("requests.get(*parts)", "requests.get(*parts, timeout=60)"),
    ],
)
def test_a_call_without_a_limit_is_given_one(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}{before}\n", encoding="utf-8")
    with working_in(tmp_path):
        CliRunner().invoke(main, ["--no-config", "--fix", "--unsafe-fixes", "a.py"])
    text = (tmp_path / "a.py").read_text(encoding="utf-8")
    assert text == f"{HEAD}{after}\n"
    ast.parse(text)
