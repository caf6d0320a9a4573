"""What is found in the rendered text of charts, at the lines of the templates and values files that a person would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from netlint import placing
from netlint.finding import AddImport, Related
from netlint.helm.rendering import literal_place, place_in_template, source_of
from netlint.model.wording import in_words
from netlint.placing import span_of
from netlint.source import Position, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.charts import Charts, File
    from netlint.finding import Change, Finding, Fix
    from netlint.helm.rendering import Rendered


_PUT_IN: Final = "it is put in here"
_MAX_NAMED: Final = 3


@dataclass(frozen=True)
class RenderedSource(SourceFile):
    """A rendered text whose places are those of the template that it came from."""

    file: Rendered
    template: SourceFile

    @property
    def shown_path(self) -> str:
        """The path of the template."""
        return self.template.path

    def position(self, offset: int) -> Position:
        """Line and column in the template; of what another template brings, those of what stands before it."""
        return self.template.position(place_in_template(self.file, offset))


def placed(findings: Iterable[Finding], charts: Charts) -> list[Finding]:
    """``findings`` at the lines of the charts that a person would change.

    A finding that touches what is not known is left out: nothing said of it is sure. What several sets of values share is one finding, and
    so is what several objects have from one line of a values file.
    """
    if not charts.files:
        return list(findings)
    kept: dict[tuple[str, tuple[Span, ...]], list[Finding]] = {}
    for finding in findings:
        moved = _placed(finding, charts)
        if moved is not None:
            is_of_values = bool(moved.related) and moved.related[0].label == _PUT_IN
            kept.setdefault((moved.rule.name, moved.spans[:1] if is_of_values else moved.spans), []).append(moved)
    return [_merged(group) for group in kept.values()]


def _merged(group: Sequence[Finding]) -> Finding:
    """The first of findings that one change cures, naming the objects of the others."""
    first = group[0]
    subjects = [item.subject for item in group if item.subject and item.subject != first.subject]
    others = list(dict.fromkeys(f"{subject.kind} {subject.name}" for subject in subjects))
    if not others:
        return first
    return first._replace(why=f"{first.why}; the same value does that to {in_words(others, most=_MAX_NAMED)}")


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
            related.insert(0, Related(template, _PUT_IN))
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
    """The fix as edits of templates, where all that it changes stands in one as it is rendered, and is rendered there alone."""
    changes: list[Change] = []
    for change in fix.edits:
        path = change.path if isinstance(change, AddImport) else span_of(change).path
        if path not in charts.files:
            changes.append(change)
            continue
        rendered = charts.files[path].rendered
        edits = placing.placed(fix._replace(edits=(change,)), {path: SourceFile(path, rendered.text)})
        for edit in edits or ():
            place = literal_place(rendered, edit.span)
            if place is None or _is_shared(place, rendered.path, charts):
                return None
            changes.append(edit._replace(span=place))
        if not edits:
            return None
    return fix._replace(edits=tuple(changes))


def _is_shared(place: Span, path: str, charts: Charts) -> bool:
    """Whether characters of a template are rendered more than once in what the chart of a rendered file comes to."""
    unit = charts.files[path].unit
    times = 0
    for file in charts.files.values():
        if file.unit == unit:
            times += sum(segment.origin.holds(place) for segment in file.rendered.segments)
    return times > 1
