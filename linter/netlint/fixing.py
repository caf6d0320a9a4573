"""Making the fixes that findings carry: which of them at once, whether they hold, and the files they come to.

Nothing is written here. Each set of fixes is made on the text in memory, and all is judged again: the findings must be gone, and nothing
may be there that was not there before. What fails that is left out and said.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.discovery import STDIN
from netlint.placing import PlaceError, meet, place
from netlint.source import UndecodableError, decode, encode_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.finding import Edit, Finding, Fix
    from netlint.result import RunResult
    from netlint.source import Span

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
    at_once, held_back = pending.total(), set[Key]()
    while pending:
        batch: list[tuple[Finding, tuple[Edit, ...]]] = []
        problems: dict[str, str] = {}
        taken: dict[str, list[Span]] = {}
        for finding, edits in _placed(result, pending, refused, unsafe=unsafe):
            for path in {edit.span.path for edit in edits} - problems.keys():
                problems[path] = _problem_with(path, result, before, after, roots)
            problem = next((problems[edit.span.path] for edit in edits if problems[edit.span.path]), "")
            if problem:
                refused.append(Refused(finding, problem))
                pending.pop(_key(finding), None)
            elif len(batch) < at_once and _key(finding) not in held_back and _take(edits, taken):
                batch.append((finding, edits))
        if not batch:
            break
        made = [edit for _, edits in batch for edit in edits]
        attempt = {**after, **_edited(made, result, before)}
        judged = judge(attempt)
        wrong = list(_what_went_wrong(result, judged, [finding for finding, _ in batch], made))
        suspects = _suspects(wrong, batch, _mover(made), by_file=bool(held_back))
        if wrong and 0 < len(suspects) < len(batch):
            # The others are tried first: without the fix nearest to each place where something went wrong, then without its whole file.
            held_back |= suspects
        elif wrong and len(batch) > 1:
            at_once = len(batch) // 2
        else:
            if wrong:
                refused.append(Refused(batch[0][0], wrong[0].reason))
                pending.pop(_key(batch[0][0]))
            else:
                after, result = attempt, judged
                pending.subtract(_key(finding) for finding, _ in batch)
                applied += [Applied(finding, finding.fix.title) for finding, _ in batch if finding.fix]
                move = _mover(made)
                pending = Counter({move(key): count for key, count in pending.items() if count > 0})
            # Where one was at fault the next one often is as well: back to all at once by doubling what has held.
            at_once, held_back = len(batch) if wrong else 2 * len(batch), set()
    contents = tuple(NewContent(path, before[path], data) for path, data in sorted(after.items()) if data != before[path])
    return Fixed(result, contents, tuple(applied), tuple(refused))


def _take(edits: Iterable[Edit], taken: dict[str, list[Span]]) -> bool:
    """Put the places of ``edits`` among those ``taken``, in order; False, and nothing is put, where one meets one of them."""
    places = []
    for edit in edits:
        spans = taken.setdefault(edit.span.path, [])
        at = bisect_left(spans, edit.span)
        if any(meet(edit.span, other) for other in spans[max(0, at - 1) : at + 1]):
            return False
        places.append((spans, edit.span))
    for spans, span in places:
        insort(spans, span)
    return True


def _key(finding: Finding) -> Key:
    return Key(finding.rule.name, finding.span.path, finding.span.start)


def _placed(result: RunResult, pending: Counter[Key], refused: list[Refused], *, unsafe: bool) -> list[tuple[Finding, tuple[Edit, ...]]]:
    """The findings whose fixes are still to be made, each with its edits."""
    found = []
    for finding in result.findings:
        if finding.fix is None or not is_wanted(finding.fix, unsafe=unsafe) or pending[_key(finding)] < 1:
            continue
        try:
            found.append((finding, place(finding.fix, result.sources)))
        except PlaceError as error:
            refused.append(Refused(finding, str(error)))
            pending.pop(_key(finding))
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


def _mover(edits: Iterable[Edit]) -> Callable[[Key], Key]:
    """Tells where a finding stands once the edits, which do not meet, are made."""
    spans: dict[str, list[tuple[int, int, int, int]]] = {}
    for edit in sorted(edits, key=lambda edit: edit.span):
        before = spans.setdefault(edit.span.path, [])
        shift = before[-1][3] if before else 0
        size = len(edit.text)
        before.append((edit.span.start, edit.span.end, size, shift + size - (edit.span.end - edit.span.start)))

    def move(key: Key) -> Key:
        found = spans.get(key.path, [])
        at = bisect_right(found, key.start, key=lambda item: item[0]) - 1
        if at < 0:
            return key
        start, end, size, shift = found[at]
        if end <= key.start:
            return key._replace(start=key.start + shift)
        # Inside of what is replaced: never further than its end.
        moved = start + (found[at - 1][3] if at else 0)
        return key._replace(start=moved + min(key.start - start, size))

    return move


class _Wrong(NamedTuple):
    """Why edits must not be made, and where that shows in the text with them; ``start`` is None where it is about a whole file."""

    reason: str
    path: str
    start: int | None = None


def _suspects(
    wrong: Iterable[_Wrong], batch: Iterable[tuple[Finding, tuple[Edit, ...]]], move: Callable[[Key], Key], *, by_file: bool
) -> set[Key]:
    """Findings of the batch whose fixes may be at fault: of each file, or of each place in it, the one that changes what is nearest."""
    places: dict[str, list[tuple[int, Key]]] = {}
    for finding, edits in batch:
        for edit in edits:
            at = move(Key("", edit.span.path, edit.span.start)).start
            places.setdefault(edit.span.path, []).append((at, _key(finding)))
    found: set[Key] = set()
    for item in wrong:
        near = places.get(item.path, [])
        if by_file or item.start is None:
            found.update(key for _, key in near)
        elif near:
            start = item.start
            found.add(min(near, key=lambda place: (abs(place[0] - start), place))[1])
    return found


def _what_went_wrong(before: RunResult, after: RunResult, cured: Sequence[Finding], edits: Sequence[Edit]) -> Iterator[_Wrong]:
    """Everything for which the edits must not be made; nothing when what they cure is gone and nothing is new."""
    move = _mover(edits)
    had = Counter(move(_key(finding)) for finding in before.findings)
    has = Counter(_key(finding) for finding in after.findings)
    for key in has - had:
        source = after.sources.get(key.path)
        line = source.position(key.start).line if source else 1
        yield _Wrong(f"it would bring {key.rule} at {key.path}:{line}", key.path, key.start)
    for kind, path in _counted_notes(after) - _counted_notes(before):
        yield _Wrong(f"it would bring the note {kind} about {path}", path)
    gone = Counter(move(_key(finding)) for finding in cured)
    yield from (_Wrong("the finding would stay", key.path, key.start) for key, count in gone.items() if has[key] > had[key] - count)


def _counted_notes(result: RunResult) -> Counter[tuple[str, str]]:
    return Counter((note.kind, _LINE_OF_NOTE.sub("", note.path)) for note in result.notes)


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
