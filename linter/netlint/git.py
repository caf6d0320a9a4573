"""What git is asked: plumbing commands that read objects and the index, and nothing else.

So neither what the repository configures (external diffs, filters, a file system monitor, hooks, a pager) nor a network is used.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from netlint.discovery import repository_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS: Final = 120
"""Time git may take for one answer."""
_QUIET: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "",
    "LC_ALL": "C",
}
"""Nothing is fetched for a partial clone, nothing is written, nobody is asked."""
_OPTIONS: Final = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


class GitError(ValueError):
    """git cannot tell; the message says why."""


def ask_git(wanted_by: str, *arguments: str, given: bytes = b"", folder: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """The answer of git in ``folder``, or where netlint was started. ``wanted_by``: the option that needs it. Raises GitError."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")} | _QUIET
    try:
        return subprocess.run(
            ["git", *_OPTIONS, *arguments], input=given, capture_output=True, check=False, timeout=_SECONDS, env=environment, cwd=folder
        )
    except FileNotFoundError as error:
        raise GitError(f"{wanted_by} needs the program git, which is not on the PATH") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"{wanted_by}: git cannot be run: {error}") from error


def complaint(answer: subprocess.CompletedProcess[bytes]) -> str:
    """What git said of a failure."""
    return " ".join(answer.stderr.decode(errors="replace").split()) or f"exit status {answer.returncode}"


def tracked_files(paths: Iterable[str]) -> frozenset[str]:
    """The real paths of all files that git tracks in the repositories that ``paths`` stand in, submodules included: the index.

    In a hook that is what is about to be committed. Raises GitError.
    """
    found: set[str] = set()
    for path, root in {path: repository_of(os.path.realpath(path)) for path in paths}.items():
        if root is None:
            raise GitError(f"--tracked needs a git repository, and {path} is in none")
        answer = ask_git("--tracked", "ls-files", "-z", "--cached", "--full-name", "--recurse-submodules", folder=root)
        if answer.returncode != 0:
            raise GitError(f"--tracked: git says: {complaint(answer)}")
        found.update(f"{root}/{os.fsdecode(name)}" for name in answer.stdout.split(b"\0") if name)
    return frozenset(found)
