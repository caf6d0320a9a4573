"""``.Files``: what templates may read of a chart beside its templates.

Source: helm.sh/helm/v3 v3.16.4 pkg/engine/files.go, pkg/chart/loader/load.go (which files these are), github.com/gobwas/glob.
"""

# ruff: noqa: PTH113, PTH114, PTH118
from __future__ import annotations

import base64
import os
import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from netlint.helm.data import Origin, Row, Table, is_unknown, rich
from netlint.helm.text_functions import NotKnownError
from netlint.helm.to_yaml import to_yaml
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netlint.helm.folder import ChartFolder

MAX_FILES: Final = 500
"""Files that one ``Glob`` may find; of more nothing is said."""
MAX_WALKED: Final = 20_000
"""Files beside the templates that are looked at for one ``Glob``."""
MAX_CHARACTERS: Final = 2_000_000
"""Of all files that one ``Glob`` finds."""
_NO_FILES: Final = frozenset("Chart.yaml Chart.lock values.yaml values.schema.json".split())

IsIgnored: TypeAlias = "Callable[[str, bool], bool]"
"""Whether ``.helmignore`` leaves out a path in the chart, and whether that is a folder."""


class ChartFiles(NamedTuple):
    """Files of a chart: its folder, what is ignored there, and what gives the text of a file, None where that cannot be told."""

    folder: ChartFolder
    is_ignored: IsIgnored
    text: Callable[[str], str | None]

    def names(self) -> Iterator[str]:
        """All that templates may read, in order. Raises NotKnownError where there are too many, or links to folders."""
        if has_linked_folder(self.folder.absolute):
            raise NotKnownError
        for number, name in enumerate(walk(self.folder.absolute)):
            if number > MAX_WALKED:
                raise NotKnownError
            if self.has(name):
                yield name

    def has(self, name: str) -> bool:
        """Whether templates may read the file of this name."""
        is_other = name in _NO_FILES or name.startswith(("templates/", "charts/"))
        return not is_other and not is_left_out(name, self.is_ignored)


class FileTable(Table):
    """Files that ``Glob`` found, by name; ``AsConfig`` and ``AsSecrets`` are asked of it like fields."""

    __slots__ = ()


def files_of(files: ChartFiles) -> Table:
    """``.Files`` of a chart. Each function raises NotKnownError where its answer is not known."""

    def read(name: str) -> str:
        there = os.path.join(files.folder.absolute, name)
        if not files.has(name) or not os.path.lexists(there):
            return ""
        text = files.text(name) if posixpath.normpath(name) == name and os.path.isfile(there) else None
        if text is None:
            raise NotKnownError
        place = Span(below(files.folder.shown, name), 0, len(text))
        return rich([(text, Origin(place, is_literal=True))])

    def get(name: Any = None, *_: Any) -> str:
        if not isinstance(name, str) or is_unknown(name) or name.startswith(("/", "..")):
            raise NotKnownError
        return read(name)

    def glob(pattern: Any = None, *_: Any) -> FileTable:
        if not isinstance(pattern, str) or is_unknown(pattern):
            raise NotKnownError
        return FileTable(matching(pattern))

    @cache
    def matching(pattern: str) -> FileTable:
        wanted = _matcher(pattern)
        found = FileTable()
        size = 0
        for name in files.names():
            if wanted.fullmatch(name):
                found[name] = read(name)
                size += len(found[name])
                if len(found) > MAX_FILES or size > MAX_CHARACTERS:
                    raise NotKnownError
        return found

    def lines(name: Any = None, *_: Any) -> Row:
        text = get(name).removesuffix("\n")
        return Row(text.split("\n") if text else ())

    return Table({"Get": get, "GetBytes": get, "Glob": glob, "Lines": lines})


def of_all(table: FileTable, form: str) -> str:
    """``AsConfig`` and ``AsSecrets``: the files by the last part of their names, as YAML."""
    entries = {posixpath.basename(name): text for name, text in table.items()}
    if form == "AsSecrets":
        entries = {name: base64.b64encode(text.encode()).decode() for name, text in entries.items()}
    return to_yaml(Table(entries)) if entries else ""


def is_left_out(name: str, is_ignored: IsIgnored) -> bool:
    """Whether a file of the chart, or a folder above it, is ignored."""
    return is_ignored(name, False) or any(is_ignored(folder, True) for folder in _folders(name))


def _folders(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def below(folder: str, name: str) -> str:
    """The path of a file in a folder as people see it, who may have started in ``templates`` itself."""
    path = name if folder in ("", ".") else f"{folder}/{name}"
    return os.path.relpath(path).replace(os.sep, "/") if path.startswith("..") else path


def has_linked_folder(folder: str) -> bool:
    """Whether a link to a folder stands below a folder: helm follows it, which is not done here."""
    return any(os.path.islink(os.path.join(place, name)) for place, folders, _ in os.walk(folder) for name in folders)


def walk(folder: str) -> Iterator[str]:
    """Files below a folder, by their path in it; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        inner = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in names:
            yield name if inner == "." else f"{inner}/{name}"


def _matcher(pattern: str) -> re.Pattern[str]:
    """A pattern of gobwas/glob with ``/`` as separator: ``*`` within a name, ``**`` across, ``?``, ``[a-z]``, ``{a,b}``."""
    if len(pattern) > 200 or pattern.count("*") > 6:
        raise NotKnownError
    found = []
    depth = 0
    for part in re.findall(r"\*\*|\*|\?|\[[^\]]*\]|[{},]|\\.|.", pattern, re.DOTALL):
        if part == "**":
            found.append(".*")
        elif part in ("*", "?"):
            found.append("[^/]*" if part == "*" else "[^/]")
        elif part in ("{", "}"):
            depth += 1 if part == "{" else -1
            found.append("(?:" if part == "{" else ")")
        elif part == "," and depth:
            found.append("|")
        elif part == "[":
            raise NotKnownError
        elif part.startswith("["):
            found.append(part.replace("[!", "[^", 1).replace("\\", "\\\\"))
        else:
            found.append(re.escape(part[-1]))
    try:
        return re.compile("".join(found), re.DOTALL)
    except re.error:
        raise NotKnownError from None
