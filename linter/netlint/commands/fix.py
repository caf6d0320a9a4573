"""``netlint --fix`` and ``--diff``: the fixes of what would be reported, in the files or shown."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.fixing import fix_findings, is_wanted, render_diff
from netlint.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.finding import Finding
    from netlint.fixing import Fixed, Judge
    from netlint.result import RunResult


_MAY_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Outcome(NamedTuple):
    """``result`` is what there is to report, ``messages`` what to say beside it. ``has_failed``: a file could not be written."""

    result: RunResult
    messages: tuple[str, ...]
    diff: str = ""
    has_failed: bool = False


def show_fixes(wanted: Sequence[Finding], result: RunResult, judge: Judge, paths: Sequence[str], *, unsafe: bool) -> Outcome:
    """The fixes of ``wanted`` as a diff; nothing is written, so that ``result`` stays what there is."""
    fixed = fix_findings(wanted, result, judge, unsafe=unsafe, below=paths)
    return Outcome(result, tuple(_messages(fixed, wanted, result, unsafe, "would fix")), render_diff(fixed.contents))


def make_fixes(wanted: Sequence[Finding], result: RunResult, judge: Judge, paths: Sequence[str], *, unsafe: bool) -> Outcome:
    """Make the fixes of ``wanted``, a file at a time. A file that has changed since it was read is left alone."""
    fixed = fix_findings(wanted, result, judge, unsafe=unsafe, below=paths)
    failures = []
    for content in fixed.contents:
        try:
            if not Path(content.path).stat().st_mode & _MAY_WRITE:
                # Putting another file into its place would be allowed all the same.
                failures.append(f"{content.path} was not fixed: it is read-only")
            elif Path(content.path).read_bytes() != content.before:
                failures.append(f"{content.path} was not fixed: it has changed since it was read")
            else:
                write_whole(Path(content.path), content.after)
        except OSError as error:
            failures.append(f"{content.path} was not fixed: {error.strerror or error}")
    messages = _messages(fixed, wanted, result, unsafe, "fixed")
    # What stands in the files now is judged once more when it is not what was tried.
    return Outcome(judge({}) if failures else fixed.result, (*messages, *failures), has_failed=bool(failures))


def _messages(fixed: Fixed, wanted: Iterable[Finding], result: RunResult, unsafe: bool, verb: str) -> Iterable[str]:
    for refused in fixed.refused:
        span = refused.finding.span
        line = result.sources[span.path].position(span.start).line if span.path in result.sources else 1
        yield f"not fixed: {refused.finding.rule.name} at {span.path}:{line}, for {refused.reason}"
    left = 0 if unsafe else sum(finding.fix is not None and not is_wanted(finding.fix, unsafe=False) for finding in wanted)
    more = f"; {left} more with --unsafe-fixes" if left else ""
    if fixed.applied:
        yield f"{verb} {_count(len(fixed.applied), 'finding')} in {_count(len(fixed.contents), 'file')}{more}"
    else:
        yield f"nothing to fix{more}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
