"""Where a finding is, as formats name it: lines and columns from 1, columns in characters, ends exclusive, paths from the right folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.source import SourceFile, Span


class Place(NamedTuple):
    """A span in lines and columns; the first character of a file whose text is not known."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place_of(span: Span, sources: Mapping[str, SourceFile]) -> Place:
    """Where ``span`` is, exactly."""
    source = sources.get(span.path)
    if source is None:
        return Place(span.path, 1, 1, 1, 1)
    return Place(source.shown_path, *source.position(span.start), *source.position(span.end))


def first_line_of(span: Span, sources: Mapping[str, SourceFile]) -> Place:
    """The part of ``span`` on its first line. Services show a finding beside a change only when all lines of it were changed."""
    place = place_of(span, sources)
    if place.end_line == place.line:
        return place
    return place._replace(end_line=place.line, end_column=len(sources[span.path].line_text(place.line)) + 1)


def text_at(span: Span, sources: Mapping[str, SourceFile]) -> str:
    """What stands under ``span`` on its first line, at most ``_MAX_TEXT`` characters of it."""
    source = sources.get(span.path)
    text = source.text_of(span).split("\n", 1)[0].strip() if source else ""
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"


_MAX_TEXT = 60


class Workspace(NamedTuple):
    """What paths are relative to: ``folder``, the root of what a service has checked out. ``here``: where netlint was started."""

    here: str
    folder: str

    def path(self, shown: str) -> str:
        """The path that the user sees as one from ``folder``, links resolved, with ``/``; absolute for what is not below it.

        A name that is no text (bytes which are not UTF-8) has those bytes written out.
        """
        return self._path(shown).encode("utf-8", "backslashreplace").decode()

    def uri(self, shown: str) -> str:
        """The same as a URI reference (RFC 3986), percent-encoded byte by byte: relative, or ``file:`` for what is not below ``folder``."""
        path = self._path(shown)
        encoded = quote(os.fsencode(path))
        return f"file:///{encoded.lstrip('/')}" if os.path.isabs(path) else encoded  # noqa: PTH117

    def _path(self, shown: str) -> str:
        # Not a file: <stdin>.
        if shown.startswith("<"):
            return shown
        path = os.path.realpath(os.path.join(self.here, shown))  # noqa: PTH118
        folder = os.path.realpath(self.folder)
        inner = path.removeprefix(folder if folder.endswith(os.sep) else f"{folder}{os.sep}")
        return "." if path == folder else inner.replace(os.sep, "/")
