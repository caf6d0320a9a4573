"""``netlint baseline`` and ``--baseline``: writing, pruning and leaving out the findings that were there before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netlint.baseline import compare, entries_of, read_baseline, render_baseline, stale_note, without
from netlint.replacing import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.config import Config
    from netlint.finding import Rule
    from netlint.result import RunResult


def write(file: str, result: RunResult) -> str:
    """Write the findings of ``result`` as the baseline ``file``, and say so. Raises OSError."""
    entries = entries_of(result)
    replace_file(file, render_baseline(entries).encode())
    total = sum(entry.times for entry in entries)
    return f"{file} lists {_findings(total)}; netlint --baseline {file} leaves them out"


def leave_out(file: str, result: RunResult, paths: Sequence[str], config: Config, rules: Iterable[Rule]) -> RunResult:
    """``result``, judged with everything shown, without what ``file`` lists and what ``config`` hides; stale entries become a note.

    Raises BaselineError.
    """
    compared = compare(result, read_baseline(Path(file)), config, rules, lambda path: _is_judged(path, paths))
    notes = (stale_note(file, compared.stale),) if compared.stale else ()
    return compared.result._replace(notes=(*compared.result.notes, *notes))


def prune(file: str, result: RunResult, paths: Sequence[str], config: Config, rules: Iterable[Rule]) -> str:
    """Take the entries out of ``file`` whose findings are gone, and say how many. Raises BaselineError and OSError."""
    entries = read_baseline(Path(file))
    stale = compare(result, entries, config, rules, lambda path: _is_judged(path, paths)).stale
    left = without(entries, stale)
    if stale:
        replace_file(file, render_baseline(left).encode())
    gone = sum(entry.times for entry in stale)
    return f"{file}: {_findings(gone) if gone else 'nothing'} taken out, {_findings(sum(entry.times for entry in left))} left"


def _findings(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


def _is_judged(path: str, given: Sequence[str]) -> bool:
    """Whether a path that a finding has stands below one of those given to the run, or led to nothing before this one."""
    target = Path(path).absolute()
    return any(target.is_relative_to(Path(root).absolute()) for root in given if root != "-")
