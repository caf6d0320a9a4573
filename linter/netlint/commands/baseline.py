"""``netlint baseline`` and ``--baseline``: writing, pruning and leaving out the findings that were there before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlint.baseline import DEFAULT_FILE, BaselineError, compare, entries_of, read_baseline, render_baseline, stale_note, without
from netlint.commands.settings import config_options, settings_of, split_commas
from netlint.commands.terminal import Failure
from netlint.config_file import display
from netlint.fingerprint import stable_paths
from netlint.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.baseline import Compared, Entry
    from netlint.config import Config
    from netlint.result import RunResult


@click.command
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option(
    "--output", "-o", "output", metavar="FILE", help=f"The baseline [default: the one that the configuration names, else {DEFAULT_FILE}]."
)
@click.option("--prune", is_flag=True, help="Only take out of the baseline what is gone; nothing new comes in.")
@click.option("--select", multiple=True, callback=split_commas, metavar="RULE,…", help="Judge only these rules or families.")
@click.option("--ignore", multiple=True, callback=split_commas, metavar="RULE,…", help="Leave out these rules or families as well.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what this gitignore pattern matches as well.")
@click.option("--show", multiple=True, type=click.Choice(("info", "low", "all")), help="Take in what is not shown by default as well.")
@click.option("--include-tests", is_flag=True, help="Judge tests, examples and testdata folders as well.")
@config_options
def baseline(
    paths: tuple[str, ...],
    output: str | None,
    prune: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    show: tuple[str, ...],
    include_tests: bool,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Write the findings below the PATHs, or below the current folder, into a file, so that netlint --baseline FILE reports what is new.

    A finding is known by what it is about, not by its line, and counted: a second equal one is new. Paths in it are
    those from the root of the git repository, so that it holds from every folder and in every checkout.
    """
    from netlint.commands.judging import judge_all

    if output == "-":
        raise click.UsageError("--output names the file of the baseline, which - is not.")
    config = settings_of(
        config_file,
        no_config,
        cluster_domain,
        search_domains,
        select=select,
        ignore=ignore,
        exclude=exclude,
        show=show,
        include_tests=include_tests,
    )
    given = paths or (".",)
    named = display(config.root / config.baseline) if config.baseline else DEFAULT_FILE
    file = output or named
    _, result = judge_all(given, config._replace(show_info=True, show_low=True) if prune else config)
    try:
        said = _prune(file, result, given, config) if prune else _write(file, result, is_named=file == named and bool(config.baseline))
    except BaselineError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror or error}") from error
    click.echo(f"netlint: {said}", err=True)


def leave_out(file: str, result: RunResult, paths: Sequence[str], config: Config) -> RunResult:
    """``result``, judged with everything shown, without what ``file`` lists and what ``config`` hides; stale entries become a note.

    Raises BaselineError.
    """
    compared = _compare(result, read_baseline(Path(file)), paths, config)
    notes = (stale_note(file, compared.stale),) if compared.stale else ()
    return compared.result._replace(notes=(*compared.result.notes, *notes))


def _write(file: str, result: RunResult, *, is_named: bool) -> str:
    """Write the findings of ``result`` as the baseline, and say so. Raises OSError."""
    entries = entries_of(result)
    write_whole(Path(file), render_baseline(entries).encode())
    return f"{file} lists {_findings(entries)}; netlint{'' if is_named else f' --baseline {file}'} leaves them out"


def _prune(file: str, result: RunResult, paths: Sequence[str], config: Config) -> str:
    """Take the entries out of the baseline whose findings are gone, and say how many. Raises BaselineError and OSError."""
    entries = read_baseline(Path(file))
    stale = _compare(result, entries, paths, config).stale
    left = without(entries, stale)
    if stale:
        write_whole(Path(file), render_baseline(left).encode())
    return f"{file}: {_findings(stale) if stale else 'nothing'} taken out, {_findings(left)} left"


def _findings(entries: Sequence[Entry]) -> str:
    number = sum(entry.times for entry in entries)
    return "1 finding" if number == 1 else f"{number} findings"


def _compare(result: RunResult, entries: Sequence[Entry], paths: Sequence[str], config: Config) -> Compared:
    # A report about some files says nothing of the others.
    judged = stable_paths((path for path in config.focus or paths if path != "-"), config.root).values()
    return compare(result, entries, config, _is_rule, lambda path: any(_is_below(path, folder) for folder in judged))


def _is_below(path: str, folder: str) -> bool:
    return folder in (path, ".") or path.startswith(f"{folder}/")


def _is_rule(name: str) -> bool:
    from netlint.meta_rules import META_RULES
    from netlint_rules import all_rules

    return any(rule.name == name for rule in (*all_rules(), *META_RULES))
