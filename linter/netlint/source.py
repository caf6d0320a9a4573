"""Text of a file and places in it: the only module that turns bytes into characters, lines and columns."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_FIRST_BYTES = 16_384
_MORE_BYTES = 1 << 20
_CLOSED_IN_CHILDREN: int = getattr(os, "O_CLOEXEC", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)

IGNORE_MARK: Final = "netlint:"
"""What every ignore in a comment has in it (``netlint.suppression``)."""


class UndecodableError(ValueError):
    """The bytes are not text that can be read; the message says why."""


class Position(NamedTuple):
    """A place for people: line and column, both from 1, columns in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """Characters ``start`` (in) to ``end`` (out) of the file at ``path``, counted from 0."""

    path: str
    start: int
    end: int

    def part(self, start: int, end: int) -> Span:
        """Characters ``start`` to ``end``, counted from the start of this span."""
        return Span(self.path, self.start + start, self.start + end)

    def overlaps(self, other: Span) -> bool:
        """Whether both have a character in common."""
        return self.path == other.path and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class SourceFile:
    """A decoded file. ``path`` is what the user sees: relative to where netlint was started, with ``/``."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of every line."""
        return (0, *(match.end() for match in _LINE_BREAK.finditer(self.text)))

    @property
    def shown_path(self) -> str:
        """The path that people know the text by."""
        return self.path

    def position(self, offset: int) -> Position:
        """Line and column of the character at ``offset``."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """Text of ``line`` (from 1) without its line break; empty past the last line."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[line - 1] : end].rstrip("\r\n")

    def text_of(self, span: Span) -> str:
        """The characters under ``span``."""
        return self.text[span.start : span.end]


def read_bytes(path: str) -> bytes:
    """All bytes of the file at ``path``. Raises OSError.

    As ``Path.read_bytes``, in a quarter of the time: a file object, and questions about it, cost more than a small file's content.
    """
    file = os.open(path, os.O_RDONLY | _CLOSED_IN_CHILDREN | _BINARY)
    try:
        data = os.read(file, _FIRST_BYTES)
        parts = [data]
        while data:
            data = os.read(file, _MORE_BYTES)
            parts.append(data)
    finally:
        os.close(file)
    return b"".join(parts)


def encode_like(text: str, data: bytes) -> bytes:
    """Bytes of ``text`` in the encoding of ``data``, with the byte order mark that it has: the way back from ``decode``."""
    mark, encoding = next(((mark, name) for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), (b"", "utf-8"))
    return mark + text.encode(encoding)


def decode(data: bytes) -> str:
    """Text of a file's bytes without its byte order mark: UTF-8, or UTF-16 with a mark, as YAML allows.

    Raises UndecodableError for binary data and for bytes that are not valid in the encoding.
    """
    encoding = "utf-8"
    # Texts start with a mark seldom; bytes of a mark are no ASCII.
    for mark, name in _BYTE_ORDER_MARKS if data[:1] > b"\x7f" else ():
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    if encoding == "utf-8" and b"\x00" in data:
        raise UndecodableError(f"holds a NUL byte at offset {data.index(0)}, so it is not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"is not valid {encoding.upper()}: byte {error.start} (0x{data[error.start]:02x}) {error.reason}") from error


def read_again(path: str, absolute: str, data: bytes | None = None) -> SourceFile:
    """The text of a file that was read before, for places in it; empty where it is gone, so that each place is its start.

    ``data`` is what it holds where that does not stand on disk.
    """
    try:
        return SourceFile(path, decode(read_bytes(absolute) if data is None else data))
    except (OSError, UndecodableError):
        return SourceFile(path, "")
