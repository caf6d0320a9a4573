"""Which lines changed since a revision, and the findings that touch them.

git is asked for the old content of files and for nothing else (``netlint.git``); the lines are compared here.
"""

from __future__ import annotations

import os
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from netlint.discovery import STDIN, real_place
from netlint.git import GitError, ask_git, complaint
from netlint.source import UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.finding import Finding
    from netlint.result import RunResult
    from netlint.source import SourceFile, Span


def changed_since(revision: str, result: RunResult) -> RunResult:
    """``result`` with the findings that touch a line which is not as it was at ``revision``: their own lines, or a related one.

    Lines that now meet where others were taken out count as changed. Raises GitError outside of a repository, without git, and for a
    revision that is none.
    """
    commit, top = _commit_and_top(revision)
    paths = sorted({span.path for finding in result.findings for span in finding.spans})
    changed = _changed_lines(paths, result.sources, commit, top)
    kept = tuple(finding for finding in result.findings if _touches(finding, changed, result.sources))
    return result._replace(findings=kept)


def _commit_and_top(revision: str) -> tuple[str, str]:
    if not revision or revision.startswith("-") or "\x00" in revision or "\n" in revision:
        raise GitError(f"--since {revision!r} is no revision; give a branch, a tag or a commit")
    top = ask_git("--since", "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        told = complaint(top)
        if "not a git repository" in told:
            raise GitError("--since needs a git repository, and the current folder is in none")
        raise GitError(f"--since: git says: {told}")
    found = ask_git("--since", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        raise GitError(f"--since {revision}: there is no such revision here; a shallow clone has only the latest (fetch-depth: 0)")
    return found.stdout.decode().strip(), os.fsdecode(top.stdout.removesuffix(b"\n"))


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
    inner = os.path.relpath(real_place(path), os.path.realpath(top))
    return None if path == STDIN or inner.startswith("../") or "\n" in inner else inner


def _old_contents(paths: Sequence[str], commit: str) -> dict[str, bytes]:
    """What the files held at ``commit``; those that were not there are left out. ``cat-file`` applies no filter and no conversion."""
    if not paths:
        return {}
    answer = ask_git("--since", "cat-file", "--batch", given=b"".join(os.fsencode(f"{commit}:{path}\n") for path in paths))
    if answer.returncode != 0:
        raise GitError(f"--since: git says: {complaint(answer)}")
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
