"""A chart's folder into what helm loads of it: its description, values, templates, and the charts in it that are unpacked.

Source: helm.sh/helm/v3 v3.16.4 pkg/chart/loader, pkg/chartutil/dependencies.go.
"""

# ruff: noqa: PTH113, PTH114, PTH118, PTH208
from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from netlint.helm.data import Row, Table
from netlint.helm.errors import ChartError, ChartLimitError
from netlint.helm.files import ChartFiles, below, has_linked_folder, is_left_out, walk
from netlint.helm.folder import CHART_FILE, ChartFolder
from netlint.helm.printing import without_marks
from netlint.helm.values_file import read_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netlint.helm.files import IsIgnored

MAX_FILE_BYTES: Final = 5_000_000
"""Of a template or values file; helm takes charts of 20 MB at most by default, all files together (loader/archive.go, v3.17)."""
MAX_FILES: Final = 2000
"""Templates of a chart and those in it."""
MAX_DEPTH: Final = 8
"""Charts inside each other."""


class TemplateFile(NamedTuple):
    """A file below ``templates``: its name in the chart, the path that people see, and its text."""

    name: str
    path: str
    text: str


class Dependency(NamedTuple):
    """What ``Chart.yaml`` says of a chart that this one needs."""

    name: str
    alias: str
    version: str
    """What versions of it fit."""
    repository: str
    conditions: tuple[str, ...]
    tags: tuple[str, ...]
    imports: bool


class Chart(NamedTuple):
    """A chart as it stands in its folder. ``path`` is that of the folder as people see it."""

    path: str
    name: str
    metadata: Table
    values: Table
    templates: tuple[TemplateFile, ...]
    dependencies: tuple[Dependency, ...]
    charts: tuple[Chart, ...]
    """Those that it may need and that are in view, whether they are deployed or not."""
    files: ChartFiles

    @property
    def is_library(self) -> bool:
        """Whether it is there for others to use its templates, and deploys nothing."""
        return str(self.metadata.get("type", "")).lower() == "library"


ReadText: TypeAlias = "Callable[[str, int], str | None]"
"""Gives the text of a file by the path that people see; None where there is none that can be read. Raises ChartError for one above as many
bytes as the second argument says."""
Ignores: TypeAlias = "Callable[[str], Callable[[str, bool], bool]]"
"""Makes of a ``.helmignore`` what says whether it ignores a path in the chart, and whether that is a folder."""
Finds: TypeAlias = "Callable[[str, str], ChartFolder | None]"
"""Gives the folder with the chart of a name and of a version that meets a constraint; None where there is none."""


def load_chart(folder: ChartFolder, read: ReadText, ignores: Ignores, find: Finds) -> Chart:
    """The chart in a folder, with those that it needs. ``find``: where one may stand that is not in ``charts/``. Raises ChartError."""
    return _Loader(read, ignores, find).chart(folder, ())


class _Loader:
    """Reads a chart and those that it needs."""

    def __init__(self, read: ReadText, ignores: Ignores, find: Finds) -> None:
        self.read = read
        self.ignores = ignores
        self.find = find
        self.files = 0

    def chart(self, folder: ChartFolder, around: tuple[str, ...]) -> Chart:
        """The chart in a folder. ``around`` are the folders of the charts that it is part of."""
        absolute, shown = folder
        path = below(shown, CHART_FILE)
        text = self.text(path)
        if text is None:
            raise ChartError(path, 0, "cannot be read")
        metadata = read_values(text, path)
        name = metadata.get("name")
        if not isinstance(name, str) or not name:
            raise ChartError(path, 0, "has no name, so helm does not take it for a chart")
        values_path = below(shown, "values.yaml")
        values_text = self.text(values_path)
        is_ignored = self.ignores(self.text(below(shown, ".helmignore")) or "")
        dependencies = tuple(self.dependencies(shown, metadata))
        within = (*around, os.path.realpath(absolute))
        charts = self.inner_charts(folder, within)
        names = {chart.name for chart in charts}
        charts += [chart for item in dependencies if item.name not in names for chart in self.needed(folder, item, within)]
        return Chart(
            path=shown,
            name=name,
            metadata=metadata,
            values=read_values(values_text, values_path) if values_text is not None else Table(),
            templates=tuple(self.templates(folder, is_ignored)),
            dependencies=dependencies,
            charts=tuple(charts),
            files=ChartFiles(folder, is_ignored, lambda inner: self.text(below(shown, inner))),
        )

    def templates(self, folder: ChartFolder, is_ignored: IsIgnored) -> Iterator[TemplateFile]:
        above = os.path.join(folder.absolute, "templates")
        if has_linked_folder(above):
            raise ChartLimitError(below(folder.shown, CHART_FILE), 0, "has a link to a folder among its templates, which is not followed")
        for inner in sorted(walk(above)):
            name = posixpath.join("templates", inner)
            if is_left_out(name, is_ignored):
                continue
            self.files += 1
            if self.files > MAX_FILES:
                raise ChartLimitError(below(folder.shown, CHART_FILE), 0, f"has more than {MAX_FILES} templates")
            there = below(folder.shown, name)
            text = self.text(there)
            if text is not None:
                yield TemplateFile(name, there, text)

    def inner_charts(self, folder: ChartFolder, within: tuple[str, ...]) -> list[Chart]:
        """Charts in ``charts/`` that are unpacked; archives and links are not followed."""
        above = os.path.join(folder.absolute, "charts")
        charts = []
        for name in _listed(above):
            inner = os.path.join(above, name)
            is_chart = not name.startswith((".", "_")) and not os.path.islink(inner) and os.path.isfile(os.path.join(inner, CHART_FILE))
            if is_chart and len(within) <= MAX_DEPTH:
                charts.append(self.chart(ChartFolder(inner, below(folder.shown, f"charts/{name}")), within))
        return charts

    def needed(self, folder: ChartFolder, item: Dependency, within: tuple[str, ...]) -> Iterator[Chart]:
        """A chart that ``helm dependency build`` would bring, where it stands in view: the folder that is named, or one of that version."""
        path = item.repository.removeprefix("file://")
        if path == item.repository:
            found = self.find(item.name, item.version)
        else:
            inner = os.path.normpath(os.path.join(folder.absolute, path))
            is_there = not path.startswith("/") and os.path.isfile(os.path.join(inner, CHART_FILE))
            found = ChartFolder(inner, posixpath.normpath(below(folder.shown, path))) if is_there else None
        if found is None or len(within) > MAX_DEPTH:
            return
        if os.path.realpath(found.absolute) in within:
            raise ChartError(below(folder.shown, CHART_FILE), 0, f"needs {item.name}, which is a chart that it is part of")
        chart = self.chart(found, within)
        if chart.name == item.name:
            yield chart

    def dependencies(self, shown: str, metadata: Table) -> Iterator[Dependency]:
        listed = metadata.get("dependencies")
        if metadata.get("apiVersion") == "v1":
            path = below(shown, "requirements.yaml")
            text = self.text(path)
            listed = read_values(text, path).get("dependencies") if text is not None else listed
        for item in listed if isinstance(listed, Row) else ():
            if isinstance(item, Table) and isinstance(item.get("name"), str):
                tags = item.get("tags")
                yield Dependency(
                    name=item["name"],
                    alias=_word(item.get("alias")),
                    version=_word(item.get("version")),
                    repository=_word(item.get("repository")),
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


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
