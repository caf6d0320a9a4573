"""``netlint check``: judge, report, and exit with what was found."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from netlint.commands.outputs import Output, parse_outputs, print_report, tell_of_limits, workspace, write_reports
from netlint.commands.settings import config_options, settings_of, split_commas
from netlint.commands.terminal import FAILED, FINDINGS, NOTHING_FOUND, Failure, present_paths, print_out, progress_counter, wants_colour
from netlint.report.formats import FORMATS, Manner

if TYPE_CHECKING:
    from netlint.config import Config
    from netlint.result import RunResult


@click.command
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--select", multiple=True, callback=split_commas, metavar="RULE,…", help="Judge only these rules or families.")
@click.option("--ignore", multiple=True, callback=split_commas, metavar="RULE,…", help="Leave out these rules or families as well.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what this gitignore pattern matches as well.")
@click.option(
    "--fail-on", type=click.Choice(("error", "warning", "info")), help="Lowest severity that gives exit status 1 [default: warning]."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings; a failed run still gives 2.")
@click.option(
    "--show",
    multiple=True,
    type=click.Choice(("info", "low", "all")),
    help="Also show findings of severity info, of low confidence, or both.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("auto", *FORMATS)),
    default="auto",
    envvar="NETLINT_FORMAT",
    help="Form of the report [default: text; under GitHub Actions with annotations below it; NETLINT_FORMAT].",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    callback=parse_outputs,
    metavar="FORMAT=FILE",
    help="Write the report in this form into a file as well; may be given several times.",
)
@click.option("--sarif-category", metavar="NAME", default="", help="Tell a SARIF report from others on the same commit.")
@click.option("--sarif-include-suppressed", is_flag=True, help="SARIF with what is ignored or in the baseline; GitHub opens alerts for it.")
@click.option("--statistics", is_flag=True, help="Print how often each rule was found wanting instead of the findings.")
@click.option("--focus", is_flag=True, help="Judge the whole repository and report only what touches the PATHs.")
@click.option("--stdin-filename", metavar="FILE", default="", help="The file whose text standard input (-) holds.")
@click.option("--show-files", is_flag=True, help="Print the files that would be read, and judge nothing.")
@click.option("--baseline", "baseline_file", metavar="FILE", help="Leave out the findings that this file of netlint baseline lists.")
@click.option("--no-baseline", is_flag=True, help="Leave nothing out, whatever the configuration names as baseline.")
@click.option("--since", "since_revision", metavar="REV", help="Only findings that touch lines changed since this revision of git.")
@click.option("--fix", is_flag=True, help="Make the safe fixes of what would be reported, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that need a decision; read what they change.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--include-tests", is_flag=True, help="Judge tests, examples and testdata folders as well.")
@click.option("--tracked", is_flag=True, help="Read only files that git tracks, as a hook of pre-commit does.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    metavar="N",
    help="Read code in at most N processes [default: one for each processor, up to 8; fewer for little code].",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what earlier runs have read [NETLINT_CACHE_DIR: where it is kept].")
@click.option(
    "--color", "colour", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True, help="Colour in the report."
)
@config_options
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    fail_on: str | None,
    exit_zero: bool,
    show: tuple[str, ...],
    output_format: str,
    outputs: tuple[Output, ...],
    sarif_category: str,
    sarif_include_suppressed: bool,
    statistics: bool,
    focus: bool,
    stdin_filename: str,
    show_files: bool,
    baseline_file: str | None,
    no_baseline: bool,
    since_revision: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    include_tests: bool,
    tracked: bool,
    jobs: int | None,
    no_cache: bool,
    colour: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Judge the Kubernetes manifests, the Go and the Python code below the PATHs, or below the current folder.

    --ignore, --exclude and --show add to the configuration; the other options replace what it says.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the run failed or there was nothing to judge.
    """
    if statistics and output_format not in ("auto", "text", "json"):
        raise click.UsageError("--statistics is printed as text or json; for the findings in another form add --output FORMAT=FILE.")
    if focus and not (paths or stdin_filename):
        raise click.UsageError("--focus needs the files that the report is to be about.")
    if os.path.isdir(stdin_filename):  # noqa: PTH112
        raise click.UsageError(f"--stdin-filename names the folder {click.format_filename(stdin_filename)}; standard input is one file.")
    if baseline_file and no_baseline:
        raise click.UsageError("--baseline and --no-baseline exclude each other.")
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes says which fixes --fix or --diff take: give one of them as well.")
    if (fix or diff) and ("-" in paths or stdin_filename):
        raise click.UsageError("Standard input cannot be fixed: name the file.")
    from netlint.commands.reporting import ReportError, Wishes, report
    from netlint.config_file import display
    from netlint.discovery import STDIN
    from netlint.pipeline import files_to_read
    from netlint.result import ReadingError
    from netlint.sharing import default_processes
    from netlint_rules import rules_for

    config = settings_of(
        config_file,
        no_config,
        cluster_domain,
        search_domains,
        select=select,
        ignore=ignore,
        exclude=exclude,
        fail_on=fail_on,
        show=show,
        include_tests=include_tests,
    )
    given = paths or (".",)
    if stdin_filename and "-" not in given:
        given = (*paths, "-")
    present = present_paths(given)
    config = config._replace(
        jobs=jobs or default_processes(),
        keeps_facts=not no_cache,
        tracked_only=tracked,
        stdin_filename=stdin_filename,
        focus=tuple(stdin_filename or STDIN if path == "-" else path for path in present) if focus else (),
    )
    if config.baseline and not (baseline_file or no_baseline):
        baseline_file = display(config.root / config.baseline)
    roots = _whole_repository(present) if focus else present
    if show_files:
        try:
            files = files_to_read(roots, config)
        except ReadingError as error:
            raise Failure(str(error)) from error
        if files:
            print_out("\n".join(map(click.format_filename, files)))
        raise click.exceptions.Exit(NOTHING_FOUND if files else FAILED)
    try:
        answer = report(roots, config, rules_for, Wishes(baseline_file, since_revision, fix, unsafe_fixes, diff), progress_counter())
    except (ReadingError, ReportError) as error:
        raise Failure(str(error)) from error
    result = answer.result
    for message in answer.messages:
        click.echo(f"netlint: {message}", err=True)
    manner = Manner(workspace(), wants_colour(colour), sarif_category, sarif_include_suppressed, offers_fixes=not fix and "-" not in given)
    if answer.diff is not None:
        _print_diff(answer.diff)
    elif statistics:
        _print_statistics(result, output_format)
    else:
        print_report(result, output_format, manner)
    write_reports(result, outputs, manner)
    tell_of_limits(result, {output_format, *(output.form for output in outputs)})
    if not (result.files.judged or focus):
        click.echo(f"netlint: nothing to judge in {', '.join(map(click.format_filename, roots))}", err=True)
    raise click.exceptions.Exit(_status(result, config, failed=len(present) < len(given) or answer.has_failed, exit_zero=exit_zero))


def _whole_repository(given: list[str]) -> list[str]:
    """The root of the git repository around the current folder, or that folder; and standard input when it is given."""
    from netlint.discovery import repository_of

    here = os.getcwd()  # noqa: PTH109
    root = os.path.relpath(repository_of(here) or here, here)
    return [root, "-"] if "-" in given else [root]


def _print_diff(diff: str) -> None:
    """Byte by byte, for it is to be applied; a terminal must not be steered by what stands in a file."""
    from netlint.report.characters import printable

    lines = diff.removesuffix("\n").split("\n")
    if diff:
        print_out("\n".join(map(printable, lines) if sys.stdout is not None and sys.stdout.isatty() else lines))


def _print_statistics(result: RunResult, output_format: str) -> None:
    from netlint.report.statistics import render_statistics, render_statistics_json

    print_out(render_statistics_json(result) if output_format == "json" else render_statistics(result))


def _status(result: RunResult, config: Config, *, failed: bool, exit_zero: bool) -> int:
    """Exit status of a run; ``failed``: something on the way to it has gone wrong already."""
    from netlint.finding import Severity
    from netlint.meta_rules import INTERNAL_ERROR

    # A hook is started for a change anywhere, and a repository may be without manifests yet.
    nothing_judged = not (result.files.judged or config.focus)
    if failed or nothing_judged or any(finding.rule.name == INTERNAL_ERROR.name for finding in result.findings):
        return FAILED
    ranks = list(Severity)
    if not exit_zero and any(ranks.index(finding.severity) <= ranks.index(config.fail_on) for finding in result.findings):
        return FINDINGS
    return NOTHING_FOUND
