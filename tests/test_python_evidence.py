"""What Python's own library does, and what others do that are installed, shown by programs: the ground on which the rules for Python stand.

The others come with ``pip install -e '.[evidence]'``; without them nothing is asked of them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "evidence" / "python"


def shown_by(program: str) -> dict[str, str]:
    """What each line of a program says."""
    done = subprocess.run([sys.executable, str(PROGRAMS / program)], capture_output=True, check=True, text=True, timeout=300)
    return dict(line.rsplit(": ", 1) for line in done.stdout.splitlines())


def test_what_waits_for_a_silent_peer() -> None:
    found = shown_by("silent_peers.py")
    calls = {name.rsplit(", ", 1)[0] for name in found}
    assert calls == {"urlopen", "http.client", "smtplib.SMTP", "imaplib.IMAP4", "recv of create_connection"}
    for call in calls:
        assert found[f"{call}, timeout"] == "ends"
        assert found[f"{call}, setdefaulttimeout"] == "ends"
        assert found[f"{call}, nothing"] == "waits"
        # imaplib takes None for what it does by default.
        assert found.get(f"{call}, None", "waits") == "waits"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("idle_connections.py", {"uvicorn": "5", "hypercorn": "5", "gunicorn": "at once", "gunicorn --threads 2": "2"}),
        (
            "client_limits.py",
            {
                **{f"{name}, silent": "waits" for name in ("requests", "urllib3", "aiohttp")},
                **{f"{name}, drips": "waits" for name in ("requests", "urllib3", "httpx")},
                "httpx, silent": "ends",
                "aiohttp, drips": "ends",
            },
        ),
    ],
)
def test_what_others_do_that_are_installed(program: str, expected: dict[str, str]) -> None:
    found = {name: what for name, what in shown_by(program).items() if what != "not installed"}
    if not found:
        pytest.skip("none of them is installed")
    assert found == {name: what for name, what in expected.items() if name in found}
