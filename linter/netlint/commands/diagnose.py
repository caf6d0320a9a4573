"""``netlint diagnose``: what an error, or the errors of a log, can come from in this repository."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from netlint.commands.settings import config_options, format_option, settings_of
from netlint.commands.terminal import FAILED, Failure, print_out

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES: Final = 8 * 1024 * 1024
"""Bytes of a log that are read."""


@click.command
@click.argument("text")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@format_option
@config_options
def diagnose(
    text: str,
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Say what TEXT proves, which layers can produce it, and which findings below the PATHs explain it, likeliest first.

    TEXT is an error message, or - for a log on standard input, of which each distinct error is told once.

    Exit status: 0 an error was known and told of, 2 nothing in the text is an error that netlint knows, or the run failed.
    """
    from netlint.commands.judging import judge_all
    from netlint.model.diagnosis import diagnose as diagnose_errors
    from netlint.model.error_lines import MAX_READ, read_errors
    from netlint.report.diagnosis import left_out, render_diagnoses, render_diagnoses_json

    if text == "-" and "-" in paths:
        raise click.UsageError("Standard input is the log; give the manifests as a path.")
    log, limits = _log(text)
    read = read_errors(log.splitlines())
    if read.unread:
        limits = (*limits, f"lines after {MAX_READ} that all differ were not looked at: {read.unread}")
    config = settings_of(config_file, no_config, cluster_domain, search_domains, show=("all",))
    loaded, result = judge_all(paths, config)
    diagnoses = diagnose_errors(loaded.model, result.findings, read.errors)
    if output_format == "json":
        print_out(render_diagnoses_json(diagnoses, read, result.sources, limits))
    elif diagnoses:
        print_out(render_diagnoses(diagnoses, read, result.sources, limits, has_files=bool(result.files.judged)))
    if not diagnoses:
        click.echo("netlint: nothing in the text is an error that netlint knows; give it as the program printed it", err=True)
        for line in left_out(read, limits):
            click.echo(f"netlint: {line}", err=True)
        raise click.exceptions.Exit(FAILED)


def _log(text: str) -> tuple[str, Sequence[str]]:
    """The text to look at, and what of it was left out."""
    if text != "-":
        return text, ()
    if sys.stdin is None:
        raise Failure("standard input is closed")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    limits = (f"only the first {MAX_BYTES // (1024 * 1024)} MiB were read",) if len(data) > MAX_BYTES else ()
    return data[:MAX_BYTES].decode("utf-8", errors="replace"), limits
