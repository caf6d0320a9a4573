"""Printing, and the ways a command ends."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any, Final

import click

from netlint.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTHING_FOUND: Final = 0
FINDINGS: Final = 1
FAILED: Final = 2
INTERRUPTED: Final = 130


class Failure(click.ClickException):
    """The run cannot be done; the message says why."""

    exit_code = FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"netlint: {self.message}", file=file, err=file is None)


def print_out(text: str) -> None:
    """Write to standard output. A reader that has seen enough (``netlint | head``) changes nothing, the exit status included."""
    if sys.stdout is None:
        raise Failure("the report cannot be written: standard output is closed")
    if sys.stdout.encoding.lower() not in ("utf-8", "utf8") and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        click.echo(text, color=True)
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end; that must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise Failure(f"the report cannot be written: {error.strerror or error}") from error


def present_paths(given: Sequence[str]) -> list[str]:
    """The given paths that are there; the others are told of. Ends the run when none is."""
    present = [path for path in given if _is_there(path)]
    for path in given:
        if path not in present:
            click.echo(f"netlint: {click.format_filename(path)!r} does not exist{_meant_command(path)}", err=True)
    if not present:
        raise click.exceptions.Exit(FAILED)
    return present


def _is_there(path: str) -> bool:
    return path == "-" or os.path.exists(path)  # noqa: PTH110


def _meant_command(path: str) -> str:
    """A hint for a path that is not there and reads like a command."""
    from difflib import get_close_matches

    nearest = get_close_matches(path, COMMANDS, n=1, cutoff=0.75)
    return f"; did you mean the command {nearest[0]}?" if nearest else ""


def wants_colour(choice: str) -> bool:
    """``--color`` wins, then NO_COLOR and FORCE_COLOR when they are not empty (no-color.org, force-color.org), then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def progress_counter() -> Callable[[int, int], None] | None:
    """A counter on standard error, for a person only. It rewrites its line and wipes it at the end."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    # Both give commands a terminal, and keep what is written to it.
    if os.environ.get("CI") or os.environ.get("PRE_COMMIT"):
        return None

    def show(done: int, total: int) -> None:
        # Hundreds of writes a second would cost more than the reading.
        if done == total:
            sys.stderr.write("\r\x1b[K")
        elif done % 50 == 0:
            sys.stderr.write(f"\rReading {done} of {total} files")
        else:
            return
        sys.stderr.flush()

    return show
