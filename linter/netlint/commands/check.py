"""``netlint check``: judge, report, and exit with what was found."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from netlint.commands.settings import config_options, settings_of, split_commas
from netlint.commands.terminal import FAILED, FINDINGS, NOTHING_FOUND, Failure, present_paths, print_out, progress_counter, wants_colour

if TYPE_CHECKING:
    from netlint.config import Config
    from netlint.result import RunResult


@click.command
@click.argument("paths", nargs=-1, metavar="[PATH]...")
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
    type=click.Choice(("text", "concise", "grouped", "json")),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option("--include-tests", is_flag=True, help="Judge tests, examples and testdata folders as well.")
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
    include_tests: bool,
    jobs: int | None,
    no_cache: bool,
    colour: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Judge the Kubernetes manifests and the Go code below the PATHs, or below the current folder.

    --ignore, --exclude and --show add to the configuration; the other options replace what it says.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the run failed or there was nothing to judge.
    """
    # One run makes facts and keeps them: looking for circles among them, and among what is imported, costs a third of the time and finds
    # none.
    gc.disable()
    from dataclasses import replace

    from netlint.pipeline import run
    from netlint.result import ReadingError
    from netlint.sharing import MAX_PROCESSES, usable_processors
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
    config = replace(config, jobs=jobs or min(usable_processors(), MAX_PROCESSES), keeps_facts=not no_cache)
    given = paths or (".",)
    present = present_paths(given)
    try:
        result = run(present, config, rules_for, progress_counter())
    except ReadingError as error:
        raise Failure(str(error)) from error
    print_out(_render(result, output_format, wants_colour(colour)))
    if not result.files.judged:
        click.echo(f"netlint: nothing to judge in {', '.join(map(click.format_filename, present))}", err=True)
    # Python looks for circles once more at its end.
    gc.freeze()
    raise click.exceptions.Exit(_status(result, config, failed=len(present) < len(given), exit_zero=exit_zero))


def _render(result: RunResult, output_format: str, colour: bool) -> str:
    if output_format == "json":
        from netlint.report.json import render_json

        return render_json(result)
    from netlint.report.text import render_concise, render_grouped, render_text

    render = {"text": render_text, "concise": render_concise, "grouped": render_grouped}[output_format]
    return render(result, colour)


def _status(result: RunResult, config: Config, *, failed: bool, exit_zero: bool) -> int:
    """Exit status of a run; ``failed``: something on the way to it has gone wrong already."""
    from netlint.finding import Severity
    from netlint.meta_rules import INTERNAL_ERROR

    if failed or not result.files.judged or any(finding.rule.name == INTERNAL_ERROR.name for finding in result.findings):
        return FAILED
    ranks = list(Severity)
    if not exit_zero and any(ranks.index(finding.severity) <= ranks.index(config.fail_on) for finding in result.findings):
        return FINDINGS
    return NOTHING_FOUND
