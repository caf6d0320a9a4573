"""Which lines changed since a revision, and the findings that touch them.

git is asked for the old content of files and for nothing else: plumbing commands that read objects. So neither what the repository
configures (external diffs, filters, a file system monitor, hooks, a pager) nor a network is used; the lines are compared here.
"""

from __future__ import annotations

import os
import subprocess
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from netlint.discovery import STDIN
from netlint.source import UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.finding import Finding
    from netlint.result import RunResult
    from netlint.source import SourceFile, Span

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


class SinceError(ValueError):
    """It cannot be told what changed; the message says why."""


def changed_since(revision: str, result: RunResult) -> RunResult:
    """``result`` with the findings that touch a line which is not as it was at ``revision``: their own lines, or a related one.

    Lines that now meet where others were taken out count as changed. Raises SinceError outside of a repository, without git, and for a
    revision that is none.
    """
    commit, top = _commit_and_top(revision)
    paths = sorted({span.path for finding in result.findings for span in finding.spans})
    changed = _changed_lines(paths, result.sources, commit, top)
    kept = tuple(finding for finding in result.findings if _touches(finding, changed, result.sources))
    return result._replace(findings=kept)


def _commit_and_top(revision: str) -> tuple[str, str]:
    if not revision or revision.startswith("-") or "\x00" in revision or "\n" in revision:
        raise SinceError(f"--since {revision!r} is no revision; give a branch, a tag or a commit")
    top = _git("rev-parse", "--show-toplevel")
    if top.returncode != 0:
        told = _told(top)
        if "not a git repository" in told:
            raise SinceError("--since needs a git repository, and the current folder is in none")
        raise SinceError(f"--since: git says: {told}")
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        raise SinceError(f"--since {revision}: there is no such revision here; a shallow clone has only the latest (fetch-depth: 0)")
    return found.stdout.decode().strip(), os.fsdecode(top.stdout.removesuffix(b"\n"))


def _git(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE")} | _QUIET
    try:
        return subprocess.run(
            ["git", *_OPTIONS, *arguments], input=given, capture_output=True, check=False, timeout=_SECONDS, env=environment
        )
    except FileNotFoundError as error:
        raise SinceError("--since needs the program git, which is not on the PATH") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SinceError(f"--since: git cannot be run: {error}") from error


def _told(answer: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(answer.stderr.decode(errors="replace").split()) or f"exit status {answer.returncode}"


def _changed_lines(paths: Sequence[str], sources: Mapping[str, SourceFile], commit: str, top: str) -> dict[str, set[int] | None]:
    """The changed lines by path, from 1; None where every line counts, as in a new file and in one outside of the repository."""
    inside = {path: inner for path in paths if (inner := _inside(path, top)) is not None}
    old = _old_contents(list(inside.values()), commit)
    changed: dict[str, set[int] | None] = {}
    for path in paths:
        source, data = sources.get(path), old.get(inside.get(path, ""))
        try:
            changed[path] = None if source is None or data is None else _new_lines(decode(data), source.text)
        except UndecodableError:
            changed[path] = None
    return changed


def _inside(path: str, top: str) -> str | None:
    """The path from the root of the repository; None outside of it, and for what git cannot be asked line by line."""
    inner = os.path.relpath(os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)), os.path.realpath(top))  # noqa: PTH118, PTH119, PTH120
    return None if path == STDIN or inner.startswith("..") or "\n" in inner else inner


def _old_contents(paths: Sequence[str], commit: str) -> dict[str, bytes]:
    """What the files held at ``commit``; those that were not there are left out. ``cat-file`` applies no filter and no conversion."""
    if not paths:
        return {}
    answer = _git("cat-file", "--batch", given=b"".join(os.fsencode(f"{commit}:{path}\n") for path in paths))
    if answer.returncode != 0:
        raise SinceError(f"--since: git says: {_told(answer)}")
    found, at = {}, 0
    for path in paths:
        end = answer.stdout.index(b"\n", at)
        words = answer.stdout[at:end].rsplit(b" ", 2)
        at = end + 1
        if len(words) == 3 and words[2].isdigit():
            size = int(words[2])
            if words[1] == b"blob":
                found[path] = answer.stdout[at : at + size]
            at += size + 1
    return found


def _new_lines(old: str, new: str) -> set[int]:
    """Numbers of the lines of ``new`` that are not those of ``old``, and of those beside lines that are gone. Line ends do not count."""
    before, after = _lines(old), _lines(new)
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    found: set[int] = set()
    matcher = SequenceMatcher(None, before[first : len(before) - last], after[first : len(after) - last])
    for what, _, _, start, end in matcher.get_opcodes():
        if what == "delete":
            found |= {first + start, first + start + 1}
        elif what != "equal":
            found.update(range(first + start + 1, first + end + 1))
    return found


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _touches(finding: Finding, changed: Mapping[str, set[int] | None], sources: Mapping[str, SourceFile]) -> bool:
    return any(_is_changed(span, changed[span.path], sources) for span in finding.spans)


def _is_changed(span: Span, lines: set[int] | None, sources: Mapping[str, SourceFile]) -> bool:
    if lines is None:
        return True
    source = sources[span.path]
    first = source.position(span.start).line
    last = source.position(max(span.start, span.end - 1)).line
    return any(line in lines for line in range(first, last + 1))
