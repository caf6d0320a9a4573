"""Helm charts of a run into facts: each chart with each of its sets of values is read as what it would deploy, without helm.

The readers see rendered text; what they say of it is brought back to the line of the template or of the values file by ``chart_places``.
"""

from __future__ import annotations

import os
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.gitignore import parse_patterns
from netlint.helm.chart import MAX_FILE_BYTES, load_chart
from netlint.helm.coalescing import overlaid
from netlint.helm.errors import ChartError, ChartLimitError, ValuesError
from netlint.helm.folder import CHART_FILE, ChartFolder
from netlint.helm.parser import parse_template
from netlint.helm.rendering import PLACEHOLDER, render, source_of
from netlint.helm.values_file import read_values
from netlint.helm.versions import satisfied
from netlint.kubernetes.reader import read_manifests
from netlint.kubernetes.splitting import READ_KINDS, document_bounds
from netlint.model.units import metas_of
from netlint.result import Note
from netlint.source import SourceFile, Span, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.helm.chart import Chart
    from netlint.helm.data import Table
    from netlint.helm.rendering import Parse, Rendered, Rendering
    from netlint.kubernetes.facts import KubernetesFacts, Labels, ObjectMeta
    from netlint.kubernetes.values import Value

_KIND: Final = re.compile(r"^kind:[ \t]*[\"']?([\w{$]+)", re.MULTILINE)
_INNER_KIND: Final = re.compile(r"^[ \t]*kind:[ \t]*[\"']?([\w{$]+)", re.MULTILINE)
_HEAD: Final = re.compile(rf"^(?:kind|apiVersion):.*{PLACEHOLDER}", re.MULTILINE)
_SEPARATOR: Final = re.compile(r"^---", re.MULTILINE)
_HOOK: Final = re.compile(r"helm\.sh/hook[\"']?[ \t]*:")


class ValuesSet(NamedTuple):
    """Values files given to a chart together, by absolute path. ``name`` tells it from others; empty for the chart's own values."""

    name: str
    files: tuple[str, ...]


class ChartUnit(NamedTuple):
    """What a chart deploys with one set of values. ``gaps``: what of it is not in view."""

    name: str
    facts: tuple[KubernetesFacts, ...]
    gaps: tuple[str, ...]


class File(NamedTuple):
    """A rendered file with the parts of it that nothing can be proved of, and the name of the unit that it is of."""

    rendered: Rendered
    unit: str
    opaque: tuple[tuple[int, int], ...]


class Charts(NamedTuple):
    """All charts of a run. ``files`` are by path, ``sources`` the texts that findings may point into, ``templates`` what was rendered."""

    units: tuple[ChartUnit, ...] = ()
    files: Mapping[str, File] = {}
    sources: Mapping[str, SourceFile] = {}
    templates: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


def read_charts(
    folders: Sequence[ChartFolder], sets_of: Callable[[str], Sequence[ValuesSet]], read: Callable[[str], bytes | None]
) -> Charts:
    """The charts in ``folders``, each once for each of its sets of values; one that is deployed as part of another as part of it only.

    ``sets_of`` gives the sets for the absolute path of a folder; empty where none is named. ``read`` gives the bytes of the file at
    a path as people see it, or None.
    """
    roots = sorted({folder.absolute: folder for folder in map(_outermost, folders)}.values(), key=lambda folder: folder.shown)
    find = _finder(roots, read)
    texts: dict[str, str] = {}
    parse = cache(parse_template)
    readers = {folder: _Reader(folder, read, find, texts, parse) for folder in roots}
    named = {os.path.realpath(path) for reader in readers.values() for path in reader.named_paths()}
    parts: set[str] = set()
    # Those first that no other one takes in; of the rest those are left that are not deployed as part of one.
    for folder in sorted(roots, key=lambda folder: os.path.realpath(folder.absolute) in named):
        sets = sets_of(folder.absolute)
        if sets or folder.shown not in parts:
            for values_set in sets or [ValuesSet("", ())]:
                parts |= readers[folder].read(values_set)
    ordered = readers.values()
    files = {file.rendered.path: file for reader in ordered for file in reader.files}
    return Charts(
        units=tuple(unit for reader in ordered for unit in reader.units),
        files=files,
        sources={path: SourceFile(path, text) for path, text in texts.items()},
        templates=frozenset(file.rendered.template for file in files.values()),
        notes=tuple(dict.fromkeys(note for reader in ordered for note in reader.notes)),
    )


def _outermost(folder: ChartFolder) -> ChartFolder:
    """The chart that the folder belongs to when it stands in ``charts/`` of another, and so on."""
    absolute, shown = folder
    while posixpath.basename(posixpath.dirname(absolute)) == "charts":
        above = posixpath.dirname(posixpath.dirname(absolute))
        if not Path(above, CHART_FILE).is_file():
            break
        shown = posixpath.normpath(posixpath.join(shown, "..", ".."))
        absolute = above
    return ChartFolder(absolute, shown)


def _finder(folders: Iterable[ChartFolder], read: Callable[[str], bytes | None]) -> Callable[[str, str], ChartFolder | None]:
    """Finds the one chart of the run that has a name and a version that meets a constraint: it is what a registry has under that name."""
    known: dict[str, list[tuple[str, ChartFolder]]] = {}

    def find(name: str, constraint: str) -> ChartFolder | None:
        if not known:
            for folder in folders:
                metadata = _metadata(folder, read)
                known.setdefault(str(metadata.get("name")), []).append((str(metadata.get("version")), folder))
        fitting = [folder for version, folder in known.get(name, ()) if satisfied(constraint, version)]
        return fitting[0] if len(fitting) == 1 else None

    return find


def _metadata(folder: ChartFolder, read: Callable[[str], bytes | None]) -> Table:
    path = posixpath.join(folder.shown, CHART_FILE)
    try:
        return read_values(decode(read(path) or b""), path)
    except (ChartError, UndecodableError):
        return read_values("", path)


class _Reader:
    """Reads one chart, with each of its sets of values."""

    def __init__(
        self,
        folder: ChartFolder,
        read: Callable[[str], bytes | None],
        find: Callable[[str, str], ChartFolder | None],
        texts: dict[str, str],
        parse: Parse,
    ) -> None:
        self.folder = folder
        self.bytes_of = read
        self.find = find
        self.texts = texts
        self.parse = parse
        self.notes: list[Note] = []
        self.units: list[ChartUnit] = []
        self.files: list[File] = []
        self.chart: Chart | None = None

    def named_paths(self) -> Iterator[str]:
        """Absolute folders that the chart takes other charts from by their path."""
        listed = _metadata(self.folder, self.bytes_of).get("dependencies")
        for item in listed if isinstance(listed, list) else ():
            repository = item.get("repository") if isinstance(item, dict) else None
            if isinstance(repository, str) and repository.startswith("file://"):
                yield os.path.normpath(posixpath.join(self.folder.absolute, repository.removeprefix("file://")))

    def read(self, values_set: ValuesSet) -> frozenset[str]:
        """Read the chart with a set of values, and give the folders of the charts that this deploys, as people see them."""
        suffix = f"(rendered in {self.folder.shown}{_with(values_set)})"
        try:
            if self.chart is None:
                self.chart = load_chart(self.folder, self._text, _ignored, self.find)
            if self.chart.is_library:
                return frozenset()
            rendering = render(self.chart, self._values(values_set), suffix, self.parse)
        except ChartError as error:
            self._note_failure(error, values_set)
            return frozenset()
        if rendering.files or rendering.absent:
            self._take(rendering, values_set)
        return rendering.charts

    def _text(self, shown: str, limit: int) -> str | None:
        """The text of a file of the chart, None where there is none; kept, for findings may point into it."""
        if shown in self.texts:
            return self.texts[shown]
        data = self.bytes_of(shown)
        if data is None:
            return None
        if len(data) > limit:
            raise ChartLimitError(shown, 0, f"is larger than {limit // 1_000_000} MB")
        try:
            self.texts[shown] = decode(data)
        except UndecodableError:
            return None
        return self.texts[shown]

    def _values(self, values_set: ValuesSet) -> Table:
        tables = []
        for file in values_set.files:
            shown = _shown(file)
            text = self._text(shown, MAX_FILE_BYTES)
            if text is None:
                raise ChartError(shown, 0, "cannot be read")
            tables.append(read_values(text, shown))
        return overlaid(tables)

    def _take(self, rendering: Rendering, values_set: ValuesSet) -> None:
        unit = f"{self.folder.shown}{_with(values_set)}"
        facts: list[KubernetesFacts] = []
        gaps = [f"needs the chart {name}, which is not in view" for name in rendering.absent]
        unread: list[Span] = []
        for rendered in rendering.files:
            found = read_manifests(SourceFile(rendered.path, rendered.text))
            opaque = _opaque(rendered, found)
            self.files.append(File(rendered, unit, opaque))
            hidden = [place for place, inner in rendered.missing if _may_hide(rendered, place, inner)]
            hidden += [start for start, end in opaque if _matters(rendered.text[start:end])]
            hidden += [problem.span.start for problem in found.problems]
            hidden += [note.span.start for note in found.notes if note.kind == "not-rendered"]
            unread += [source_of(rendered, Span(rendered.path, place, place + 1)) for place in hidden]
            if found.objects:
                facts.append(found._replace(notes=(), problems=(), ignores=tuple(_placed_ignores(rendered, found))))
        if unread:
            gaps.append("has parts that only helm or the cluster knows")
        self._note_gaps(rendering, values_set, unread)
        self.units.append(ChartUnit(unit, tuple(facts), tuple(gaps)))

    def _note_failure(self, error: ChartError, values_set: ValuesSet) -> None:
        line = SourceFile(error.path, self.texts.get(error.path, "")).position(error.offset).line
        what = f"is a Helm chart that was not judged{_with(values_set)}: {error.path}:{line} {error}. "
        if isinstance(error, ChartLimitError):
            what += _how(self.folder)
        elif isinstance(error, ValuesError):
            what += "Helm cannot render it with these values either; targets in the configuration names values files to judge it with"
        else:
            what += "Helm cannot render it either"
        self.notes.append(Note("not-rendered", self.folder.shown, what))

    def _note_gaps(self, rendering: Rendering, values_set: ValuesSet, unread: list[Span]) -> None:
        """One note a chart and set of values, with the first place that was not known."""
        reasons = [f"it needs the chart {name}, which is not in view" for name in rendering.absent[:1]]
        if unread:
            first = min(unread)
            line = SourceFile(first.path, self.texts.get(first.path, "")).position(first.start).line
            count = len(set(unread)) - 1
            more = f" and {count} more {'place' if count == 1 else 'places'}" if count else ""
            reasons.append(f"what {first.path}:{line}{more} come{'' if count else 's'} to is known to helm or the cluster only")
        if reasons:
            what = f"is a Helm chart that was judged{_with(values_set)} in part: {', and '.join(reasons)}. {_how(self.folder)}"
            self.notes.append(Note("not-rendered", self.folder.shown, what))


def _with(values_set: ValuesSet) -> str:
    return f" with {values_set.name}" if values_set.name else ""


def _how(folder: ChartFolder) -> str:
    return f"All of it is judged with: helm template {folder.shown} | netlint -"


def _ignored(text: str) -> Callable[[str, bool], bool]:
    patterns = parse_patterns(text.split("\n"))
    return lambda path, is_folder: bool(patterns.verdict(path, is_folder=is_folder))


def _shown(absolute: str) -> str:
    here = os.path.relpath(absolute)
    return (absolute if here.startswith("..") else here).replace(os.sep, "/")


def _documents_with(rendered: Rendered, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    wanted = sorted(places)
    for start, end in document_bounds(rendered.text) if wanted else ():
        if any(start <= place < end for place in wanted):
            yield start, end


def _opaque(rendered: Rendered, facts: KubernetesFacts) -> tuple[tuple[int, int], ...]:
    """Documents of which more than scalars is not known, or that are named or chosen by what is not known."""
    places = [place for place, _ in rendered.missing]
    places += [match.start() for match in _HEAD.finditer(rendered.text)]
    if rendered.unknown:
        places += [meta.span.start for meta in _blurred(facts)]
    return tuple(_documents_with(rendered, places))


def _blurred(facts: KubernetesFacts) -> Iterator[ObjectMeta]:
    """Objects whose name, labels or selectors are not known, so that it is not known what they belong to."""
    for workload in (*facts.workloads, *facts.outlines):
        selector = workload.selector.match_labels if workload.selector else ()
        if _holds_unknown(workload.template.labels) or _holds_unknown(selector):
            yield workload.meta
    for service in facts.services:
        if service.selector and _holds_unknown(service.selector.match_labels):
            yield service.meta
    yield from (meta for meta in metas_of(facts) if PLACEHOLDER in meta.name)


def _holds_unknown(labels: Labels) -> bool:
    return any(PLACEHOLDER in key.text or PLACEHOLDER in value.text for key, value in labels)


def _may_hide(rendered: Rendered, place: int, inner: str) -> bool:
    """Whether an object that rules read may stand where lines are not known: outside of any document, unless the kinds there tell."""
    start, end = next(_documents_with(rendered, [place]), (0, 0))
    document = rendered.text[start:end]
    if _HOOK.search(document) or (_KIND.search(document) and not _INNER_KIND.search(inner)):
        return False
    if not _INNER_KIND.search(inner):
        return True
    kinds = [kind for part in _SEPARATOR.split(inner) if not _HOOK.search(part) for kind in _INNER_KIND.findall(part)]
    return any(kind in READ_KINDS or not kind.isalpha() for kind in kinds)


def _matters(document: str) -> bool:
    """Whether rules read the kind of a document, as far as that is known; hooks are no part of what serves."""
    kind = _KIND.search(document)
    is_read = kind is not None and (kind[1] in READ_KINDS or PLACEHOLDER in kind[1] or "containers:" in document)
    return is_read and not _HOOK.search(document)


def _placed_ignores(rendered: Rendered, facts: KubernetesFacts) -> Iterator[tuple[ObjectMeta, Value]]:
    for meta, value in facts.ignores:
        yield meta._replace(span=source_of(rendered, meta.span)), value._replace(span=source_of(rendered, value.span), raw="")
