"""What the programs that netlint is compared with take."""

from __future__ import annotations

import resource
import subprocess
from typing import NamedTuple


class Ran(NamedTuple):
    """How a program ended, and its CPU seconds."""

    status: int
    cpu: float


def run(command: list[str]) -> Ran:
    """Run a program to its end; what it prints is not looked at."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Ran(done.returncode, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
