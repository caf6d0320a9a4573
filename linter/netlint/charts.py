"""Helm charts of a run into facts: each chart with each of its sets of values is read as what it would deploy, without helm.

The readers see rendered text; what they say of it is brought back to the line of the template or of the values file by ``placed``.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import Edit, Related
from netlint.gitignore import parse_patterns
from netlint.helm.chart import MAX_FILE_BYTES, load_chart
from netlint.helm.coalescing import overlaid
from netlint.helm.errors import ChartError
from netlint.helm.rendering import PLACEHOLDER, literal_place, render, source_of
from netlint.helm.values_file import read_values
from netlint.kubernetes.reader import read_manifests
from netlint.kubernetes.splitting import READ_KINDS, document_bounds
from netlint.result import Note
from netlint.source import Position, SourceFile, Span, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.finding import Finding, Fix
    from netlint.helm.chart import Chart
    from netlint.helm.data import Table
    from netlint.helm.rendering import Rendered, Rendering
    from netlint.kubernetes.facts import KubernetesFacts, Labels, ObjectMeta
    from netlint.kubernetes.values import Value

_KIND: Final = re.compile(r"^kind:[ \t]*[\"']?([\w{$]+)", re.MULTILINE)
_INNER_KIND: Final = re.compile(r"^[ \t]*kind:[ \t]*[\"']?([\w{$]+)", re.MULTILINE)
_HEAD: Final = re.compile(rf"^(?:kind|apiVersion):.*{PLACEHOLDER}", re.MULTILINE)
_MARK: Final = "netlint:"


class ChartFolder(NamedTuple):
    """A folder with a ``Chart.yaml``: where it stands, what people call it, and how many of its templates are below the paths given."""

    absolute: str
    shown: str
    templates: int


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
    """A rendered file with the parts of it that nothing can be proved of."""

    rendered: Rendered
    opaque: tuple[tuple[int, int], ...]


class Charts(NamedTuple):
    """All charts of a run. ``files`` are by path, ``sources`` the texts that findings may point into, ``templates`` what was rendered."""

    units: tuple[ChartUnit, ...] = ()
    files: Mapping[str, File] = {}
    sources: Mapping[str, SourceFile] = {}
    templates: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


NO_CHARTS: Final = Charts()


@dataclass(frozen=True)
class RenderedSource(SourceFile):
    """A rendered text whose places are those of the chart that it came from."""

    file: Rendered
    template: SourceFile

    def position(self, offset: int) -> Position:
        """Line and column in the template; of what a values file or another template brings, those of the rendered text."""
        span = source_of(self.file, Span(self.path, offset, offset + 1))
        return self.template.position(span.start) if span.path == self.template.path else super().position(offset)


def read_charts(
    folders: Sequence[ChartFolder], sets_of: Callable[[str], Sequence[ValuesSet]], read: Callable[[str], bytes | None]
) -> Charts:
    """The charts in ``folders``, each once for each of its sets of values, those in ``charts/`` of another as part of it.

    ``sets_of`` gives the sets for the absolute path of a folder. ``read`` gives the bytes of the file at
    a path as people see it, or None.
    """
    roots: dict[str, ChartFolder] = {}
    for folder in folders:
        root = _outermost(folder)
        known = roots.get(root.absolute, root._replace(templates=0))
        roots[root.absolute] = known._replace(templates=known.templates + folder.templates)
    units: list[ChartUnit] = []
    files: dict[str, File] = {}
    sources: dict[str, SourceFile] = {}
    notes: list[Note] = []
    for _, folder in sorted(roots.items(), key=lambda item: item[1].shown):
        reader = _Reader(folder, read)
        for values_set in sets_of(folder.absolute):
            found = reader.read(values_set)
            if found is not None:
                units.append(found[0])
                files.update({file.rendered.path: file for file in found[1]})
        sources.update(reader.sources)
        notes += dict.fromkeys(reader.notes)
    return Charts(tuple(units), files, sources, frozenset(file.rendered.template for file in files.values()), tuple(notes))


def _outermost(folder: ChartFolder) -> ChartFolder:
    """The chart that the folder belongs to when it stands in ``charts/`` of another, and so on."""
    absolute, shown = folder.absolute, folder.shown
    while posixpath.basename(posixpath.dirname(absolute)) == "charts":
        above = posixpath.dirname(posixpath.dirname(absolute))
        if not Path(above, "Chart.yaml").is_file():
            break
        shown = posixpath.normpath(posixpath.join(shown, "..", ".."))
        absolute = above
    return folder._replace(absolute=absolute, shown=shown)


class _Reader:
    """Reads one chart."""

    def __init__(self, folder: ChartFolder, read: Callable[[str], bytes | None]) -> None:
        self.folder = folder
        self.bytes_of = read
        self.texts: dict[str, str] = {}
        self.sources: dict[str, SourceFile] = {}
        self.notes: list[Note] = []
        self.chart: Chart | None = None

    def read(self, values_set: ValuesSet) -> tuple[ChartUnit, list[File]] | None:
        """The chart with a set of values; None where it cannot be read, which is noted, or deploys nothing."""
        try:
            if self.chart is None:
                self.chart = load_chart(self.folder.absolute, self.folder.shown, self._text, _ignored)
            if self.chart.is_library:
                return None
            rendering = render(
                self.chart, self._values(values_set), f"(rendered with {values_set.name})" if values_set.name else "(rendered)"
            )
        except ChartError as error:
            self._note_failure(error, values_set)
            return None
        return self._unit(rendering, values_set)

    def _text(self, shown: str, limit: int) -> str | None:
        """The text of a file of the chart, None where there is none; kept, for findings may point into it."""
        data = self.bytes_of(shown)
        if data is None:
            return None
        if len(data) > limit:
            raise ChartError(shown, 0, f"is larger than {limit // 1_000_000} MB")
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

    def _unit(self, rendering: Rendering, values_set: ValuesSet) -> tuple[ChartUnit, list[File]]:
        facts: list[KubernetesFacts] = []
        files: list[File] = []
        gaps = [f"needs the chart {name}, which is not in charts/" for name in rendering.absent]
        unread: list[Span] = []
        for rendered in rendering.files:
            found = read_manifests(SourceFile(rendered.path, rendered.text))
            opaque = _opaque(rendered, found)
            files.append(File(rendered, opaque))
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
        wanted = {rendered.template for rendered in rendering.files}
        for path, text in self.texts.items():
            if path in wanted or text.find(_MARK) >= 0 or path.endswith((".yaml", ".yml", ".tpl")):
                self.sources[path] = SourceFile(path, text)
        name = f"{self.folder.shown} with {values_set.name}" if values_set.name else self.folder.shown
        return ChartUnit(name, tuple(facts), tuple(gaps)), files

    def _note_failure(self, error: ChartError, values_set: ValuesSet) -> None:
        line = SourceFile(error.path, self.texts.get(error.path, "")).position(error.offset).line
        with_values = f" with {values_set.name}" if values_set.name else ""
        chart = self.folder.shown
        what = f"is a Helm chart that was not judged{with_values}: {error.path}:{line} {error}. {_how(chart)}"
        self.notes.append(Note("not-rendered", chart, what))

    def _note_gaps(self, rendering: Rendering, values_set: ValuesSet, unread: list[Span]) -> None:
        """One note a chart and set of values, with the first place that was not known."""
        chart = self.folder.shown
        reasons = [f"it needs the chart {name}, which is not in charts/" for name in rendering.absent[:1]]
        if unread:
            first = min(unread)
            line = SourceFile(first.path, self.texts.get(first.path, "")).position(first.start).line
            count = len(set(unread)) - 1
            more = f" and {count} more {'place' if count == 1 else 'places'}" if count else ""
            reasons.append(f"what {first.path}:{line}{more} come{'' if count else 's'} to is known to helm or the cluster only")
        if reasons:
            with_values = f" with {values_set.name}" if values_set.name else ""
            what = f"is a Helm chart that was judged{with_values} in part: {', and '.join(reasons)}. {_how(chart)}"
            self.notes.append(Note("not-rendered", chart, what))


def _how(chart: str) -> str:
    return f"All of it is judged with: helm template {chart} | netlint -"


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
    yield from (meta for meta in _metas(facts) if PLACEHOLDER in meta.name)


def _metas(facts: KubernetesFacts) -> Iterator[ObjectMeta]:
    """Every object of a file."""
    yield from (item.meta for item in (*facts.workloads, *facts.outlines))
    yield from (item.meta for item in facts.services)
    yield from (item.meta for item in facts.endpoint_sets)
    yield from (item.meta for item in facts.config_maps)
    yield from (item.meta for item in facts.routes)
    yield from (item.meta for item in facts.reference_grants)
    yield from (item.meta for item in facts.policies)
    yield from (item.meta for item in facts.foreign_policies)
    yield from (item.meta for item in facts.namespaces)
    yield from (item.meta for item in facts.front_door_objects)


def _holds_unknown(labels: Labels) -> bool:
    return any(PLACEHOLDER in key.text or PLACEHOLDER in value.text for key, value in labels)


def _may_hide(rendered: Rendered, place: int, inner: str) -> bool:
    """Whether an object that rules read may stand where lines are not known: outside of any document, unless the kinds there tell."""
    document = next(_documents_with(rendered, [place]), None)
    if document is not None and _KIND.search(rendered.text, *document) and not _INNER_KIND.search(inner):
        return False
    kinds = _INNER_KIND.findall(inner)
    return not kinds or any(kind in READ_KINDS or not kind.isalpha() for kind in kinds)


def _matters(document: str) -> bool:
    """Whether rules read the kind of a document, as far as that is known."""
    kind = _KIND.search(document)
    return kind is not None and (kind[1] in READ_KINDS or PLACEHOLDER in kind[1] or "containers:" in document)


def _placed_ignores(rendered: Rendered, facts: KubernetesFacts) -> Iterator[tuple[ObjectMeta, Value]]:
    for meta, value in facts.ignores:
        yield meta._replace(span=source_of(rendered, meta.span)), value._replace(span=source_of(rendered, value.span), raw="")


def placed(findings: Iterable[Finding], charts: Charts) -> list[Finding]:
    """``findings`` at the lines of the charts that a person would change.

    A finding that touches what is not known is left out: nothing said of it is sure. What several sets of values share is one finding.
    """
    if not charts.files:
        return list(findings)
    kept: dict[tuple[str, tuple[Span, ...]], Finding] = {}
    for finding in findings:
        moved = _placed(finding, charts)
        if moved is not None:
            kept.setdefault((moved.rule.name, moved.spans), moved)
    return list(kept.values())


def _placed(finding: Finding, charts: Charts) -> Finding | None:
    spans = finding.spans
    if not any(span.path in charts.files for span in spans):
        return finding
    for span in spans:
        file = charts.files.get(span.path)
        if file is not None and _is_blind(file, span):
            return None
    related = [Related(_source(place, charts), label) for place, label in finding.related]
    main = _source(finding.span, charts)
    file = charts.files.get(finding.span.path)
    if file is not None:
        template = source_of(file.rendered, finding.span, is_of_template=True)
        if template != main:
            related.insert(0, Related(template, "it is put in here"))
    unique = {(item.span, item.label): item for item in related if item.span != main}
    return finding._replace(span=main, related=tuple(unique.values()), fix=finding.fix and _placed_fix(finding.fix, charts))


def rendered_sources(charts: Charts) -> dict[str, SourceFile]:
    """The texts that charts came to, by path, for places that are not those of findings; their lines are those of the templates."""
    return {
        path: RenderedSource(path, file.rendered.text, file.rendered, charts.sources[file.rendered.template])
        for path, file in charts.files.items()
    }


def _source(span: Span, charts: Charts) -> Span:
    file = charts.files.get(span.path)
    return source_of(file.rendered, span, is_of_template=_is_name(file.rendered.text, span)) if file else span


def _is_name(text: str, span: Span) -> bool:
    """Whether the scalar is a name: it says what a finding is about, and is seldom what is to be changed."""
    return text[text.rfind("\n", 0, span.start) + 1 : span.start].strip(" -\"'") in ("name:", "metadata:")


def _is_blind(file: File, span: Span) -> bool:
    end = max(span.end, span.start + 1)
    if any(start < end and span.start < stop for start, stop in file.opaque):
        return True
    # A whole object may hold what is not known; a finding that points at one is about its kind and name.
    is_short = span.end - span.start < 500 and "\n" not in file.rendered.text[span.start : span.end]
    return is_short and any(start < end and span.start < stop for start, stop in file.rendered.unknown)


def _placed_fix(fix: Fix, charts: Charts) -> Fix | None:
    """The fix, where all that it changes stands in templates as it is rendered."""
    edits = []
    for edit in fix.edits:
        if not isinstance(edit, Edit):
            return None
        file = charts.files.get(edit.span.path)
        place = literal_place(file.rendered, edit.span) if file else edit.span
        if place is None:
            return None
        edits.append(edit._replace(span=place))
    return fix._replace(edits=tuple(edits))
