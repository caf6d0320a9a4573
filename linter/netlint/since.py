"""Which lines changed since a revision, and the findings that touch them.

git is asked for the old content of files and for nothing else (``netlint.git``); the lines are compared here.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from netlint.discovery import STDIN, real_place
from netlint.git import GitError, ask_git, complaint
from netlint.source import UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.finding import Finding
    from netlint.result import RunResult
    from netlint.source import SourceFile, Span

_LIKENESS: Final = 0.5
"""Share of lines from which on git takes a new file for a moved one (git-diff, ``--find-renames``)."""
_OF_MANIFESTS: Final = frozenset((".yaml", ".yml", ".json"))
_MAX_COMPARED: Final = 10_000
"""Pairs of a new file and one that is gone which are compared line by line; about a second."""


def changed_since(revision: str, result: RunResult) -> RunResult:
    """``result`` with the findings that touch a line which is not as it was at ``revision``: their own lines, or a related one.

    Lines that now meet where others were taken out count as changed. Raises GitError outside of a repository, without git, and for a
    revision that is none.
    """
    commit, top = _commit_and_top(revision)
    found = (*result.findings, *(item.finding for item in result.accepted))
    changed = _changed_lines(sorted({span.path for finding in found for span in finding.spans}), result.sources, commit, top)
    return result._replace(
        findings=tuple(finding for finding in result.findings if _touches(finding, changed, result.sources)),
        accepted=tuple(item for item in result.accepted if _touches(item.finding, changed, result.sources)),
    )


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
    """The changed lines by path, from 1; None where every line counts, as in a new file and in one outside of the repository.

    A file that was moved is compared with what it was before, as git does.
    """
    inside = {path: inner for path in paths if (inner := _inside(path, top)) is not None}
    new = {path: _lines(sources[path].text) for path in paths if path in sources}
    old = _old_lines(list(inside.values()), commit)
    before = {path: old[inner] for path, inner in inside.items() if inner in old}
    moved = {path: lines for path, lines in new.items() if path in inside and path not in before}
    if moved:
        endings = {os.path.splitext(path)[1] for path in moved}  # noqa: PTH122
        wanted = tuple(endings | (_OF_MANIFESTS if endings & _OF_MANIFESTS else set()))
        gone = [path for path in _gone(commit, top) if path.endswith(wanted)]
        before |= _before_the_move(moved, list(_old_lines(gone, commit).values()))
    return {path: _new_lines(before[path], new[path]) if path in before and path in new else None for path in paths}


def _gone(commit: str, top: str) -> list[str]:
    """The files of ``commit`` that are not there any more, by their paths from the root of the repository."""
    answer = ask_git("--since", "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    if answer.returncode != 0:
        raise GitError(f"--since: git says: {complaint(answer)}")
    names = (os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
    return [name for name in names if "\n" not in name and not os.path.lexists(f"{top}/{name}")]


def _before_the_move(moved: Mapping[str, list[str]], gone: Sequence[list[str]]) -> dict[str, list[str]]:
    """What files held before they were moved: the same, or what shares most lines with them, as git tells moves.

    Of very many only those that hold the same are told, as git does as well.
    """
    counted = [(Counter(lines), lines) for lines in gone] if len(moved) * len(gone) <= _MAX_COMPARED else []
    found = {}
    for path, lines in moved.items():
        if lines in gone:
            found[path] = lines
            continue
        own = Counter(lines)
        shares = [((own & other).total() / max(len(lines), other.total()), text) for other, text in counted]
        share, text = max(shares, key=lambda item: item[0], default=(0, []))
        if share >= _LIKENESS:
            found[path] = text
    return found


def _inside(path: str, top: str) -> str | None:
    """The path from the root of the repository; None outside of it, and for what git cannot be asked line by line."""
    inner = os.path.relpath(real_place(path), os.path.realpath(top))
    return None if path == STDIN or inner.startswith("../") or "\n" in inner else inner


def _old_lines(paths: Sequence[str], commit: str) -> dict[str, list[str]]:
    """What the files held at ``commit``; those that were not there, or are no text, are left out.

    ``cat-file`` applies no filter and no conversion.
    """
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
                with suppress(UndecodableError):
                    found[path] = _lines(decode(answer.stdout[at : at + size]))
            at += size + 1
    return found


def _new_lines(before: Sequence[str], after: Sequence[str]) -> set[int]:
    """Numbers of the lines of ``after`` that are not those of ``before``, and of those beside lines that are gone."""
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
    """Lines without their ends, which do not count."""
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
