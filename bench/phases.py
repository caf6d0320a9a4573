"""What a cold run over Go files is made of: CPU seconds of each phase, in one process and without a cache, and the memory after it.

    python bench/phases.py path/to/a/repository

The floor is the start, the look at the bytes and tree-sitter's parsing of every file that may matter, whole; netlint parses a part of it.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from netlint.golang import reader
from netlint.golang.grammar import parse
from netlint.golang.sieve import is_generated, may_matter

if TYPE_CHECKING:
    from tree_sitter import Node


class Phase(NamedTuple):
    """``memory``: MB of the largest resident set so far."""

    name: str
    cpu: float
    memory: float


class Clock:
    """Hands out the CPU seconds since it was asked last."""

    def __init__(self) -> None:
        self._last = 0.0

    def lap(self) -> float:
        """Seconds since the last lap; the first one counts from the start of the process."""
        last, self._last = self._last, time.process_time()
        return self._last - last


def memory() -> float:
    """MB of the largest resident set so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Go through the phases of a run, print what each took."""
    # As netlint does.
    gc.disable()
    clock = Clock()
    phases = [Phase("start", clock.lap(), memory())]

    # Imported here, so that what the floor needs as well is counted apart.
    from netlint.config import Config
    from netlint.discovery import bytes_of, discover
    from netlint.dns import ClusterDns
    from netlint.model import Model
    from netlint.model.python.code import PythonCode
    from netlint.pipeline import judge, link_code, read_code
    from netlint_rules import rules_for

    rules = rules_for(code=True)
    phases.append(Phase("netlint's own modules", clock.lap(), memory()))

    in_parser = 0.0

    def timed_parse(data: bytes, *where: Any, **given: Any) -> Node:
        nonlocal in_parser
        before = time.process_time()
        tree = parse(data, *where, **given)
        in_parser += time.process_time() - before
        return tree

    config = Config(root=Path.cwd(), jobs=1, keeps_facts=False)
    files = [item for item in discover([sys.argv[1]], exclude=(), base=config.root).files if item.kind == "go"]
    size, whole = 0, 0
    for item in files:
        data = bytes_of(item)
        size += len(data)
        if may_matter(data) and not is_generated(data):
            whole += len(data)
            timed_parse(data)
    looking, parsing_whole = clock.lap() - in_parser, in_parser
    phases.append(Phase("files, bytes and sieve", looking, memory()))

    in_parser = 0.0
    with patch.object(reader, "parse", timed_parse):
        readings = read_code(files, config, None)
    reading, parsing = clock.lap() - looking, in_parser
    phases.append(Phase("parsing in C", parsing, memory()))
    phases.append(Phase("facts out of trees", reading - parsing, memory()))

    code = link_code(files, readings, config)
    phases.append(Phase("linking", clock.lap(), memory()))
    judge(Model((), ClusterDns(), code, PythonCode({})), rules)
    phases.append(Phase("judging", clock.lap(), memory()))

    total = sum(phase.cpu for phase in phases)
    floor = phases[0].cpu + looking + parsing_whole
    print(f"  {len(files)} files, {size / 1e6:.1f} MB; {whole / 1e6:.1f} MB may matter, {parsing_whole:.2f} s to parse as a whole")
    for name, cpu, peak in phases:
        print(f"  {name:24}{cpu:7.2f} s{cpu / total:7.0%}{cpu / floor:7.2f} of the floor{peak:7.0f} MB so far")
    print(f"  {'all':24}{total:7.2f} s{1:7.0%}{total / floor:7.2f} of the floor, which is {floor:.2f} s")


if __name__ == "__main__":
    main()
