"""A chart's folder into what helm loads of it: its description, values, templates, and the charts in it that are unpacked.

Source: helm.sh/helm/v3 v3.16.4 pkg/chart/loader, pkg/chartutil/dependencies.go.
"""

# ruff: noqa: PTH113, PTH114, PTH118, PTH208
from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from netlint.helm.data import Row, Table
from netlint.helm.errors import ChartError
from netlint.helm.printing import without_marks
from netlint.helm.values_file import read_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_FILE_BYTES: Final = 5_000_000
"""Of a template or values file; helm takes charts of 20 MB at most by default, all files together (loader/archive.go, v3.17)."""
MAX_FILES: Final = 2000
"""Templates of a chart and those in it."""
MAX_DEPTH: Final = 8
"""Charts inside each other."""
_CHART: Final = "Chart.yaml"


class TemplateFile(NamedTuple):
    """A file below ``templates``: its name in the chart, the path that people see, and its text."""

    name: str
    path: str
    text: str


class Dependency(NamedTuple):
    """What ``Chart.yaml`` says of a chart that this one needs."""

    name: str
    alias: str
    conditions: tuple[str, ...]
    tags: tuple[str, ...]
    imports: bool


class Chart(NamedTuple):
    """A chart as it stands in its folder. ``path`` is that of the folder as people see it; ``packed`` are archives in ``charts/``."""

    path: str
    name: str
    metadata: Table
    values: Table
    templates: tuple[TemplateFile, ...]
    dependencies: tuple[Dependency, ...]
    charts: tuple[Chart, ...]
    packed: tuple[str, ...]
    file: Callable[[str], str | None]
    """The text of a file that ``.Files`` gives, empty where there is none; None where it cannot be told."""

    @property
    def is_library(self) -> bool:
        """Whether it is there for others to use its templates, and deploys nothing."""
        return str(self.metadata.get("type", "")).lower() == "library"


ReadText: TypeAlias = "Callable[[str, int], str | None]"
"""Gives the text of a file by the path that people see; None where there is none that can be read. Raises ChartError for one above as many
bytes as the second argument says."""
Ignores: TypeAlias = "Callable[[str], Callable[[str, bool], bool]]"
"""Makes of a ``.helmignore`` what says whether it ignores a path in the chart, and whether that is a folder."""


def load_chart(absolute: str, shown: str, read: ReadText, ignores: Ignores) -> Chart:
    """The chart in the folder ``absolute``, which people see as ``shown``. Raises ChartError."""
    return _Loader(read, ignores).chart(absolute, shown, 0)


class _Loader:
    """Reads a chart and those inside of it."""

    def __init__(self, read: ReadText, ignores: Ignores) -> None:
        self.read = read
        self.ignores = ignores
        self.files = 0

    def chart(self, absolute: str, shown: str, depth: int) -> Chart:
        path = _below(shown, _CHART)
        text = self.text(path)
        if text is None:
            raise ChartError(path, 0, "cannot be read")
        metadata = read_values(text, path)
        name = metadata.get("name")
        if not isinstance(name, str) or not name:
            raise ChartError(path, 0, "has no name, so helm does not take it for a chart")
        values_path = _below(shown, "values.yaml")
        values_text = self.text(values_path)
        is_ignored = self.ignores(self.text(_below(shown, ".helmignore")) or "")
        templates = []
        for inner in sorted(_walk(os.path.join(absolute, "templates"))):
            name_of_file = posixpath.join("templates", inner)
            if is_ignored(name_of_file, False) or any(is_ignored(folder, True) for folder in _folders(name_of_file)):
                continue
            self.files += 1
            if self.files > MAX_FILES:
                raise ChartError(path, 0, f"has more than {MAX_FILES} templates")
            there = _below(shown, name_of_file)
            found = self.text(there)
            if found is not None:
                templates.append(TemplateFile(name_of_file, there, found))
        charts, packed = self.inner_charts(absolute, shown, depth)
        return Chart(
            path=shown,
            name=name,
            metadata=metadata,
            values=read_values(values_text, values_path) if values_text is not None else Table(),
            templates=tuple(templates),
            dependencies=tuple(self.dependencies(shown, metadata)),
            charts=charts,
            packed=packed,
            file=lambda inner: self.other_file(absolute, shown, inner, is_ignored),
        )

    def other_file(self, absolute: str, shown: str, inner: str, is_ignored: Callable[[str, bool], bool]) -> str | None:
        """A file beside the templates, as ``.Files.Get`` gives it."""
        name = posixpath.normpath(inner)
        if name != inner or name.startswith(("/", "..", "templates/", "charts/")):
            return None
        if is_ignored(name, False) or any(is_ignored(folder, True) for folder in _folders(name)):
            return None
        there = os.path.join(absolute, name)
        return self.text(_below(shown, name)) if os.path.isfile(there) else None if os.path.lexists(there) else ""

    def inner_charts(self, absolute: str, shown: str, depth: int) -> tuple[tuple[Chart, ...], tuple[str, ...]]:
        """Charts in ``charts/`` that are unpacked, and the names of the archives there."""
        folder = os.path.join(absolute, "charts")
        charts, packed = [], []
        for name in _listed(folder):
            inner = os.path.join(folder, name)
            if name.startswith((".", "_")):
                continue
            if name.endswith((".tgz", ".tar.gz")):
                packed.append(name)
            elif os.path.isfile(os.path.join(inner, _CHART)):
                if depth >= MAX_DEPTH or os.path.islink(inner):
                    packed.append(name)
                else:
                    charts.append(self.chart(inner, _below(shown, f"charts/{name}"), depth + 1))
        return tuple(charts), tuple(packed)

    def dependencies(self, shown: str, metadata: Table) -> Iterator[Dependency]:
        listed = metadata.get("dependencies")
        if metadata.get("apiVersion") == "v1":
            path = _below(shown, "requirements.yaml")
            text = self.text(path)
            listed = read_values(text, path).get("dependencies") if text is not None else listed
        for item in listed if isinstance(listed, Row) else ():
            if isinstance(item, Table) and isinstance(item.get("name"), str):
                tags = item.get("tags")
                yield Dependency(
                    name=item["name"],
                    alias=_word(item.get("alias")),
                    conditions=tuple(part for part in _word(item.get("condition")).strip().split(",") if part),
                    tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, Row) else (),
                    imports=bool(item.get("import-values")),
                )

    def text(self, shown: str) -> str | None:
        """The text of a file; None where there is none."""
        text = self.read(shown, MAX_FILE_BYTES)
        return None if text is None else without_marks(text)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _below(folder: str, name: str) -> str:
    """The path of a file as people see it, who may have started in ``templates`` itself."""
    path = name if folder in ("", ".") else f"{folder}/{name}"
    return os.path.relpath(path).replace(os.sep, "/") if path.startswith("..") else path


def _folders(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _walk(folder: str) -> Iterator[str]:
    """Files below a folder, by their path in it; links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        inner = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in files:
            yield name if inner == "." else f"{inner}/{name}"
