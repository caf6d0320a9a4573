"""What Python's own library does, shown by a program: the ground on which the rules for Python stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "evidence" / "python" / "silent_peers.py"


def test_what_waits_for_a_silent_peer() -> None:
    done = subprocess.run([sys.executable, str(PROGRAM)], capture_output=True, check=True, text=True, timeout=300)
    found = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines())
    calls = {name.rsplit(", ", 1)[0] for name in found}
    assert calls == {"urlopen", "http.client", "smtplib.SMTP", "imaplib.IMAP4", "recv of create_connection"}
    for call in calls:
        assert found[f"{call}, timeout"] == "ends"
        assert found[f"{call}, setdefaulttimeout"] == "ends"
        assert found[f"{call}, nothing"] == "waits"
        # imaplib takes None for what it does by default.
        assert found.get(f"{call}, None", "waits") == "waits"
