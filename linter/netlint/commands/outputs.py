"""Where reports of a run go: standard output, files, and the summary of a step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from netlint.commands.terminal import Failure, print_out
from netlint.report.formats import FORMATS, Manner, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.report.places import Workspace
    from netlint.result import RunResult


class Output(NamedTuple):
    """One report that goes into a file."""

    form: str
    path: str


def parse_outputs(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[Output, ...]:
    """``FORMAT=FILE`` of ``--output``. What cannot be written is said before the run rather than behind it."""
    outputs: list[Output] = []
    for value in values:
        form, equals, path = value.partition("=")
        if not equals or not path:
            raise click.BadParameter(f"'{value}' is not FORMAT=FILE, such as sarif=netlint.sarif")
        if form not in FORMATS:
            raise click.BadParameter(f"'{form}' is no format; those known: {', '.join(FORMATS)}")
        if path == "-":
            raise click.BadParameter(f"'-' is no file; --format {form} prints on standard output")
        if any(os.path.realpath(path) == os.path.realpath(known.path) for known in outputs):
            raise click.BadParameter(f"'{path}' is named twice; each report needs a file of its own")
        folder = Path(path).parent
        if not folder.is_dir():
            raise click.BadParameter(f"'{folder}' is no folder, so '{path}' cannot be written")
        if Path(path).is_dir():
            raise click.BadParameter(f"'{path}' is a folder; name a file")
        outputs.append(Output(form, path))
    return tuple(outputs)


def workspace() -> Workspace:
    """The root of what a CI service has checked out, when netlint is started below it; else where netlint is started."""
    from netlint.report.places import Workspace

    here = str(Path.cwd())
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        folder = os.environ.get(name)
        if folder and Path(os.path.realpath(here)).is_relative_to(os.path.realpath(folder)):
            return Workspace(here, folder)
    return Workspace(here, here)


def is_github() -> bool:
    """Whether a step of GitHub Actions runs netlint."""
    return os.environ.get("GITHUB_ACTIONS") == "true" and bool(os.environ.get("GITHUB_WORKFLOW"))


def print_report(result: RunResult, form: str, manner: Manner) -> None:
    """Print in ``form``. ``auto`` is text, with annotations below it under GitHub Actions; a step there gets its summary."""
    text = render(result, "text" if form == "auto" else form, manner)
    if form in ("auto", "text", "concise", "grouped") and (is_github() or os.environ.get("TF_BUILD")):
        from netlint.report.characters import no_log_command

        text = no_log_command(text)
    if form == "auto" and is_github():
        from netlint.report.github import annotation_lines

        commands = annotation_lines(result, manner.workspace)
        if commands:
            # Below a fold: the text says the same.
            text = "\n".join((text, "::group::Annotations", *commands, "::endgroup::"))
    print_out(text)
    if form in ("auto", "github") and is_github():
        _add_step_summary(result, manner)


def write_reports(result: RunResult, outputs: Sequence[Output], manner: Manner) -> None:
    """Write every report into its file, whole or not at all."""
    if not outputs:
        return
    from netlint.writing import write_whole

    for output in outputs:
        text = render(result, output.form, manner._replace(colour=False))
        try:
            write_whole(Path(output.path), f"{text}\n".encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise Failure(f"{click.format_filename(output.path)} cannot be written: {error.strerror or error}") from error


def tell_of_limits(result: RunResult, forms: Iterable[str]) -> None:
    """Say on standard error what a report in one of ``forms`` leaves out."""
    if "sarif" not in forms:
        return
    from netlint.report.sarif import MAX_RESULTS

    if len(result.findings) > MAX_RESULTS:
        left_out = len(result.findings) - MAX_RESULTS
        click.echo(f"netlint: SARIF holds the {MAX_RESULTS} severest findings, as code scanning does; {left_out} are left out", err=True)


def _add_step_summary(result: RunResult, manner: Manner) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    server, repository, commit = (os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    link = f"{server}/{repository}/blob/{commit}" if server and repository and commit else ""
    text = render(result, "markdown", manner._replace(link=link))
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(f"{text}\n\n")
    except OSError as error:
        click.echo(f"netlint: the step summary cannot be written: {error.strerror or error}", err=True)
