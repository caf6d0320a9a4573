"""For people: full frames with the source, one line a finding, or findings under their file.

Whatever comes from the repository (source lines, names in messages, paths) goes through ``characters``, so that no file can steer the
terminal or hide text in it.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import Severity
from netlint.report.characters import one_line, printable
from netlint.report.summary import fixable_line, summary_line
from netlint.source import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netlint.finding import Finding
    from netlint.result import Note, RunResult
    from netlint.source import SourceFile, Span

MAX_LINE: Final = 120
"""Characters of a source line that are shown; a longer one is cut around the span."""
_BEFORE_SPAN: Final = 40
"""Characters kept in front of the span when a line is cut."""
_SAME_FRAME: Final = 3
"""Lines that two spans of a file may be apart to share a frame."""
_NOTES_SHOWN: Final = 5
"""Notes of one kind; the rest is counted."""

_BOLD: Final = "1"
_GUTTER: Final = "1;34"
_COLOURS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def render_text(result: RunResult, colour: bool = False, *, offers_fixes: bool = False) -> str:
    """Every finding with its source, then the notes and the summary; what can be fixed if ``offers_fixes``."""
    blocks = ["\n".join(_full(finding, result.sources, colour)) for finding in result.findings]
    return _assemble("\n\n".join(blocks), result, colour, offers_fixes)


def render_concise(result: RunResult, colour: bool = False, *, offers_fixes: bool = False) -> str:
    """``path:line:column: severity[rule] message``, a line each, then the notes and the summary; what can be fixed if ``offers_fixes``."""
    lines = []
    for finding in result.findings:
        line, column = _position(finding.span, result.sources)
        lines.append(f"{one_line(finding.span.path)}:{line}:{column}: {_head(finding, colour)} {one_line(finding.message)}")
    return _assemble("\n".join(lines), result, colour, offers_fixes)


def render_grouped(result: RunResult, colour: bool = False, *, offers_fixes: bool = False) -> str:
    """Findings under the path of their file, then the notes and the summary; what can be fixed if ``offers_fixes``."""
    blocks = []
    for path, findings in groupby(result.findings, key=lambda finding: finding.span.path):
        lines = [_paint(one_line(path), _BOLD, colour)]
        for finding in findings:
            line, column = _position(finding.span, result.sources)
            lines.append(f"  {line}:{column}: {_head(finding, colour)} {one_line(finding.message)}")
        blocks.append("\n".join(lines))
    return _assemble("\n\n".join(blocks), result, colour, offers_fixes)


def render_notes(notes: Iterable[Note], colour: bool = False) -> str:
    """``note[kind]: path: message``, a line each; of many of one kind the first ones."""
    lines = []
    by_kind: dict[str, list[Note]] = {}
    for note in notes:
        by_kind.setdefault(note.kind, []).append(note)
    for kind, same in by_kind.items():
        head = _paint(f"note[{kind}]", _BOLD, colour)
        lines += [f"{head}: {one_line(note.path)}: {one_line(note.message)}" for note in same[:_NOTES_SHOWN]]
        if len(same) > _NOTES_SHOWN:
            lines.append(f"{head}: {len(same) - _NOTES_SHOWN} more; --format json lists them")
    return "\n".join(lines)


def _assemble(findings: str, result: RunResult, colour: bool, offers_fixes: bool) -> str:
    lines = (summary_line(result), fixable_line(result) if offers_fixes else "")
    summary = "\n".join(_paint(line, _BOLD, colour) for line in lines if line)
    return "\n\n".join(part for part in (findings, render_notes(result.notes, colour), summary) if part)


def _head(finding: Finding, colour: bool) -> str:
    return _paint(f"{finding.severity}[{finding.rule.name}]", _COLOURS[finding.severity], colour)


def _position(span: Span, sources: Mapping[str, SourceFile]) -> Position:
    source = sources.get(span.path)
    return source.position(span.start) if source else Position(1, 1)


class _Mark(NamedTuple):
    """A place to show: where it starts, how many characters of its first line it covers, and what is said of it."""

    path: str
    line: int
    column: int
    length: int
    label: str
    is_primary: bool


def _full(finding: Finding, sources: Mapping[str, SourceFile], colour: bool) -> Iterator[str]:
    marks = [_mark(finding.span, "", sources, is_primary=True)]
    marks += [_mark(related.span, related.label, sources, is_primary=False) for related in finding.related]
    frames = _frames(marks)
    width = max(len(str(mark.line)) for mark in marks)
    gutter = _paint(f"{' ' * width} |", _GUTTER, colour)
    yield f"{_head(finding, colour)}{_paint(f': {one_line(finding.message)}', _BOLD, colour)}"
    for number, frame in enumerate(frames):
        arrow = "-->" if number == 0 else ":::"
        first = next((mark for mark in frame if mark.is_primary), frame[0])
        yield f"{' ' * width}{_paint(arrow, _GUTTER, colour)} {one_line(first.path)}:{first.line}:{first.column}"
        source = sources.get(first.path)
        if source is None or not source.text:
            yield from (f"{gutter} {one_line(mark.label)}" for mark in frame if mark.label)
            continue
        yield gutter
        yield from _frame(frame, source, finding.severity, width, colour)
        yield gutter
    margin = f"{' ' * width} {_paint('=', _GUTTER, colour)}"
    yield f"{margin} {_paint('why', _BOLD, colour)}: {one_line(finding.why)}"
    yield f"{margin} {_paint('help', _BOLD, colour)}: {one_line(finding.help)}"


def _mark(span: Span, label: str, sources: Mapping[str, SourceFile], *, is_primary: bool) -> _Mark:
    line, column = _position(span, sources)
    source = sources.get(span.path)
    rest = len(source.line_text(line)) - column + 1 if source else 0
    return _Mark(span.path, line, column, max(1, min(span.end - span.start, rest)), label, is_primary)


def _frames(marks: Sequence[_Mark]) -> list[list[_Mark]]:
    """Marks that are shown together, each group in order of lines: neighbours in one file. The group of the place at fault comes first."""
    frames: list[list[_Mark]] = []
    for _, group in groupby(sorted(marks, key=lambda mark: (mark.path, mark.line, mark.column)), key=lambda mark: mark.path):
        frame: list[_Mark] = []
        for mark in group:
            if frame and mark.line - frame[-1].line > _SAME_FRAME:
                frames.append(frame)
                frame = []
            frame.append(mark)
        frames.append(frame)
    # The order in which the finding names its places tells its story.
    return sorted(frames, key=lambda frame: min(marks.index(mark) for mark in frame))


def _frame(frame: Sequence[_Mark], source: SourceFile, severity: Severity, width: int, colour: bool) -> Iterator[str]:
    """The lines from the first to the last mark of a frame, each mark underlined."""
    gutter = _paint(f"{' ' * width} |", _GUTTER, colour)
    for line in range(frame[0].line, frame[-1].line + 1):
        text = source.line_text(line)
        number = _paint(f"{line:>{width}} |", _GUTTER, colour)
        marks = [mark for mark in frame if mark.line == line]
        shown_from = -1
        if not marks:
            yield f"{number} {_shown(text, 0)}".rstrip()
        for mark in marks:
            begin = _begin_of_cut(text, mark)
            if begin != shown_from:
                yield f"{number} {_shown(text, begin)}".rstrip()
                shown_from = begin
            yield f"{gutter} {_underline(text, begin, mark, severity, colour)}"


def _begin_of_cut(text: str, mark: _Mark) -> int:
    """First character of the line that is shown for ``mark``."""
    if len(text) <= MAX_LINE:
        return 0
    wanted = mark.column - 1 - _BEFORE_SPAN
    return max(0, min(wanted, len(text) - MAX_LINE)) if mark.column - 1 + mark.length > MAX_LINE else 0


def _shown(text: str, begin: int) -> str:
    piece = printable(text[begin : begin + MAX_LINE])
    return f"{'…' if begin else ''}{piece}{'…' if begin + MAX_LINE < len(text) else ''}"


def _underline(text: str, begin: int, mark: _Mark, severity: Severity, colour: bool) -> str:
    start = mark.column - 1
    end = min(start + mark.length, begin + MAX_LINE)
    before = _width(printable(text[begin:start])) + (1 if begin else 0)
    length = max(1, _width(printable(text[start:end])))
    code = _COLOURS[severity] if mark.is_primary else _GUTTER
    label = f" {one_line(mark.label)}" if mark.label else ""
    return " " * before + _paint(("^" if mark.is_primary else "-") * length + label, code, colour)


def _width(text: str) -> int:
    """Columns of a terminal that ``text`` takes: two for wide characters of East Asia, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(character) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
