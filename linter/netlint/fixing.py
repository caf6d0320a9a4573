"""Making the fixes that findings carry: which of them at once, whether they hold, and the files they come to.

Nothing is written here. Each set of fixes is made on the text in memory, and all is judged again: the findings must be gone, and nothing
may be there that was not there before. What fails that is left out and said.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.discovery import STDIN
from netlint.placing import meet, placed
from netlint.source import UndecodableError, decode, encode_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from netlint.finding import Edit, Finding, Fix
    from netlint.result import RunResult

    Judge = Callable[[Mapping[str, bytes]], RunResult]
    """Judges everything again, with other contents for some paths."""

_LINE_OF_NOTE: Final = re.compile(r":\d+$")


class Key(NamedTuple):
    """What tells a finding from others while the text around it changes."""

    rule: str
    path: str
    start: int


class Applied(NamedTuple):
    """A fix that was made, and what it cured. The spans of the finding are those of the text before."""

    finding: Finding
    title: str


class Refused(NamedTuple):
    """A fix that was not made, and why."""

    finding: Finding
    reason: str


class NewContent(NamedTuple):
    """What a file held and what it is to hold."""

    path: str
    before: bytes
    after: bytes


class Fixed(NamedTuple):
    """What all fixes come to. ``result`` is that of judging the new ``contents``."""

    result: RunResult
    contents: tuple[NewContent, ...]
    applied: tuple[Applied, ...]
    refused: tuple[Refused, ...]


def is_wanted(fix: Fix | None, *, unsafe: bool) -> bool:
    """Whether a fix is to be made: the safe ones always, the others when they are asked for."""
    return fix is not None and (fix.safe or unsafe)


def fix_findings(wanted: Iterable[Finding], result: RunResult, judge: Judge, *, unsafe: bool, below: Sequence[str]) -> Fixed:
    """Make the fixes of ``wanted``, which are findings of ``result``: as many at once as do not touch each other, then the next.

    A set that does not hold is halved until the fix at fault is found, so that the others are made. Only files that really stand
    ``below`` these paths are changed, wherever links and kustomizations lead.
    """
    roots = [os.path.realpath(path) for path in below]
    pending = Counter(_key(finding) for finding in wanted if is_wanted(finding.fix, unsafe=unsafe))
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    applied: list[Applied] = []
    refused: list[Refused] = []
    at_once = pending.total()
    while pending and at_once:
        batch: list[tuple[Finding, tuple[Edit, ...]]] = []
        problems: dict[str, str] = {}
        for finding, edits in _placed(result, pending, refused, unsafe=unsafe):
            for path in {edit.span.path for edit in edits} - problems.keys():
                problems[path] = _problem_with(path, result, before, after, roots)
            problem = next((problems[edit.span.path] for edit in edits if problems[edit.span.path]), "")
            if problem:
                refused.append(Refused(finding, problem))
                pending.pop(_key(finding), None)
            elif len(batch) < at_once and not any(meet(one.span, other.span) for _, others in batch for one in others for other in edits):
                batch.append((finding, edits))
        if not batch:
            break
        made = [edit for _, edits in batch for edit in edits]
        attempt = {**after, **_edited(made, result, before)}
        judged = judge(attempt)
        problem = _what_went_wrong(result, judged, [finding for finding, _ in batch], made)
        if not problem:
            after, result, at_once = attempt, judged, pending.total()
            pending.subtract(_key(finding) for finding, _ in batch)
            applied += [Applied(finding, finding.fix.title) for finding, _ in batch if finding.fix]
            pending = Counter({_moved(key, made): count for key, count in pending.items() if count > 0})
        elif len(batch) > 1:
            at_once = len(batch) // 2
        else:
            refused.append(Refused(batch[0][0], problem))
            pending.pop(_key(batch[0][0]))
            at_once = pending.total()
    contents = tuple(NewContent(path, before[path], data) for path, data in sorted(after.items()) if data != before[path])
    return Fixed(result, contents, tuple(applied), tuple(refused))


def _key(finding: Finding) -> Key:
    return Key(finding.rule.name, finding.span.path, finding.span.start)


def _placed(result: RunResult, pending: Counter[Key], refused: list[Refused], *, unsafe: bool) -> list[tuple[Finding, tuple[Edit, ...]]]:
    """The findings whose fixes are still to be made, each with its edits."""
    found = []
    for finding in result.findings:
        if finding.fix is None or not is_wanted(finding.fix, unsafe=unsafe) or pending[_key(finding)] < 1:
            continue
        edits = placed(finding.fix, result.sources)
        if edits is None:
            refused.append(Refused(finding, "its place is laid out in a way that is not understood"))
            pending.pop(_key(finding))
        else:
            found.append((finding, edits))
    return found


def _problem_with(path: str, result: RunResult, before: dict[str, bytes], after: Mapping[str, bytes], roots: Sequence[str]) -> str:
    """Why a file must not be changed, else nothing; it is read into ``before`` when it was not yet."""
    if path == STDIN:
        return "standard input cannot be changed"
    if not any(_is_below(os.path.realpath(path), root) for root in roots):
        return f"{path} stands outside of the given paths"
    try:
        data = before.get(path) or Path(path).read_bytes()
        current = after.get(path, data)
        text = decode(current)
        is_same = text == result.sources[path].text and encode_like(text, data) == current
    except (OSError, UndecodableError) as error:
        return f"{path}: {error}"
    if not is_same:
        return f"{path} has changed since it was read"
    before[path] = data
    return ""


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _edited(edits: Iterable[Edit], result: RunResult, before: Mapping[str, bytes]) -> dict[str, bytes]:
    """The new bytes of every file that has edits. What is outside of them stays as it is, byte by byte."""
    by_path: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.span):
        by_path.setdefault(edit.span.path, []).append(edit)
    changed = {}
    for path, ordered in by_path.items():
        text, parts, at = result.sources[path].text, list[str](), 0
        for edit in ordered:
            parts += [text[at : edit.span.start], edit.text]
            at = edit.span.end
        changed[path] = encode_like("".join((*parts, text[at:])), before[path])
    return changed


def _moved(key: Key, edits: Iterable[Edit]) -> Key:
    """Where a finding stands once the edits are made."""
    start = key.start
    for edit in edits:
        span = edit.span
        if span.path != key.path or span.start > key.start:
            continue
        if span.end <= key.start and (span.start < key.start or span.start == span.end):
            start += len(edit.text) - (span.end - span.start)
        else:
            # Inside of what is replaced: never further than its end.
            start -= max(0, key.start - span.start - len(edit.text))
    return key._replace(start=start)


def _what_went_wrong(before: RunResult, after: RunResult, cured: Sequence[Finding], edits: Sequence[Edit]) -> str:
    """Why the edits must not be made; empty when what they cure is gone and nothing is new."""
    had = Counter(_moved(_key(finding), edits) for finding in before.findings)
    has = Counter(_key(finding) for finding in after.findings)
    for key in has - had:
        source = after.sources.get(key.path)
        line = source.position(key.start).line if source else 1
        return f"it would bring {key.rule} at {key.path}:{line}"
    notes = Counter((note.kind, _LINE_OF_NOTE.sub("", note.path)) for note in after.notes)
    notes -= Counter((note.kind, _LINE_OF_NOTE.sub("", note.path)) for note in before.notes)
    for kind, path in notes:
        return f"it would bring the note {kind} about {path}"
    gone = Counter(_moved(_key(finding), edits) for finding in cured)
    if any(has[key] > had[key] - count for key, count in gone.items()):
        return "the finding would stay"
    return ""


def render_diff(contents: Iterable[NewContent]) -> str:
    """A unified diff of all files, as ``git apply`` and ``patch`` read it."""
    lines: list[str] = []
    for item in contents:
        old, new = (_lines(decode(data)) for data in (item.before, item.after))
        diff = unified_diff(old, new, _diff_path("a", item.path), _diff_path("b", item.path))
        lines += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff]
    return "".join(lines)


def _lines(text: str) -> list[str]:
    """Lines as diff counts them: they end at a line feed and nowhere else."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _diff_path(side: str, path: str) -> str:
    """The name of a file in the head of a diff, quoted as git quotes it where it holds what would break the line."""
    name = f"{side}/{path.lstrip('/')}"
    if not re.search(r'[\x00-\x1f"\\\x7f]', name):
        return f"{name}\t" if " " in name else name
    return '"' + "".join(f"\\{ord(c):03o}" if c < " " or c == "\x7f" else f"\\{c}" if c in '"\\' else c for c in name) + '"'
