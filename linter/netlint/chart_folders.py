"""Which files of a run belong to Helm charts. Imported by every run, so it reads nothing and imports little."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netlint.helm.folder import CHART_FILE, ChartFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.discovery import Candidate


class Sorted(NamedTuple):
    """The files of a run: those that are judged as they stand, the templates of charts, and the charts, by the path that people see."""

    plain: list[Candidate]
    templates: list[Candidate]
    charts: list[ChartFolder]


def sorted_out(candidates: Sequence[Candidate]) -> Sorted:
    """``candidates`` with the templates of charts apart."""
    charts: set[ChartFolder] = set()
    found = Sorted([], [], [])
    known: dict[str, bool] = {}
    for candidate in candidates:
        chart = _chart_of(candidate, known)
        if chart is not None:
            charts.add(chart)
        elif posixpath.basename(candidate.path) == CHART_FILE:
            charts.add(ChartFolder(posixpath.dirname(candidate.absolute), posixpath.dirname(candidate.path) or "."))
        (found.plain if chart is None else found.templates).append(candidate)
    found.charts.extend(sorted(charts, key=lambda folder: folder.shown))
    return found


def _chart_of(candidate: Candidate, known: dict[str, bool]) -> ChartFolder | None:
    """The chart that the file is a template of."""
    # Nearly no file has such a folder above it; to take its path apart costs more than to discover it.
    if "templates" not in candidate.path and "templates" not in candidate.absolute:
        return None
    parts = candidate.path.split("/")
    absolute = Path(candidate.absolute)
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] != "templates":
            continue
        folder = absolute.parents[len(parts) - 1 - index]
        if str(folder) not in known:
            known[str(folder)] = (folder / CHART_FILE).is_file()
        if known[str(folder)]:
            return ChartFolder(str(folder), "/".join(parts[:index]) or ".")
    # A path such as `templates/` given from inside the chart has no folder above it in what the user typed.
    for folder in absolute.parents[len(parts) - 1 : len(parts) + 2]:
        if folder.name == "templates" and (folder.parent / CHART_FILE).is_file():
            above = posixpath.join(posixpath.dirname(candidate.path) or ".", _up_to(absolute, folder.parent))
            return ChartFolder(str(folder.parent), posixpath.normpath(above))
    return None


def _up_to(file: Path, folder: Path) -> str:
    """The way from the folder of ``file`` up to ``folder``."""
    return "/".join([".."] * (len(file.parents) - len(folder.parents) - 1))
