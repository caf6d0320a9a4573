"""What a run is to report: everything judged, less what a baseline lists and what touches no changed line; with fixes made where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netlint.config import Config
    from netlint.pipeline import RulesFor
    from netlint.result import RunResult


class ReportError(ValueError):
    """There is nothing to report: what was asked for cannot be done. The message says why."""


class Wishes(NamedTuple):
    """What the command line asks for beyond judging: a file of ``netlint baseline``, a revision of git, and which fixes."""

    baseline: str | None = None
    since: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False


class Report(NamedTuple):
    """``result`` is what there is to report, ``messages`` what to say beside it; ``diff`` is None unless it was asked for."""

    result: RunResult
    messages: tuple[str, ...] = ()
    diff: str | None = None
    has_failed: bool = False


def report(
    paths: Sequence[str], config: Config, rules_for: RulesFor, wishes: Wishes, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Judge everything below ``paths``. Raises ReadingError and ReportError."""
    result = _narrowed(paths, config, rules_for, wishes, progress)
    if not (wishes.fix or wishes.diff):
        return Report(result)
    from netlint.commands.fix import make_fixes, show_fixes

    def judge(contents: Mapping[str, bytes]) -> RunResult:
        return pipeline.run(paths, config, rules_for, None, contents)

    # Whether a fix brings anything new is asked of all findings, also of those that are left out of the report.
    is_narrowed = wishes.baseline is not None or wishes.since is not None
    judged = judge({}) if is_narrowed else result
    if wishes.diff:
        shown = show_fixes(result.findings, judged, judge, paths, unsafe=wishes.unsafe_fixes)
        return Report(result, shown.messages, shown.diff)
    made = make_fixes(result.findings, judged, judge, paths, unsafe=wishes.unsafe_fixes)
    left = _narrowed(paths, config, rules_for, wishes) if is_narrowed else made.result
    return Report(left, made.messages, has_failed=made.has_failed)


def _narrowed(
    paths: Sequence[str], config: Config, rules_for: RulesFor, wishes: Wishes, progress: Callable[[int, int], None] | None = None
) -> RunResult:
    if wishes.baseline is None:
        result = pipeline.run(paths, config, rules_for, progress)
    else:
        from netlint.baseline import BaselineError
        from netlint.commands.baseline import leave_out

        result = pipeline.run(paths, config._replace(show_info=True, show_low=True), rules_for, progress)
        try:
            result = leave_out(wishes.baseline, result, paths, config)
        except BaselineError as error:
            raise ReportError(str(error)) from error
    if wishes.since is not None:
        from netlint.git import GitError
        from netlint.since import changed_since

        try:
            result = changed_since(wishes.since, result)
        except GitError as error:
            raise ReportError(str(error)) from error
    return result
