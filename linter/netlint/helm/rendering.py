"""A chart with one set of values into the text of its objects, each character with where it came from.

What is not known stands in the text as ``PLACEHOLDER``; where whole lines are not known there is a comment, and the object it stands in is
``opaque``: nothing that is said of it can be proved.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from netlint.helm.coalescing import assemble
from netlint.helm.data import UNKNOWN, UNKNOWN_BLOCK, ClusterVersion, Origin, Table
from netlint.helm.errors import ChartLimitError
from netlint.helm.files import files_of
from netlint.helm.interpreter import Interpreter
from netlint.helm.parser import parse_template
from netlint.helm.printing import show
from netlint.helm.text_functions import NotKnownError
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from netlint.helm.chart import Chart, TemplateFile
    from netlint.helm.coalescing import Part
    from netlint.helm.syntax import Template

RELEASE_NAME: Final = "release-name"
"""What ``helm template`` calls a release that nobody named."""
PLACEHOLDER: Final = "__UNKNOWN__"
"""A mark of a template language to every rule (``kubernetes.values.is_placeholder``), and a plain word to YAML."""
_MARKS: Final = re.compile(f"[{UNKNOWN}{UNKNOWN_BLOCK}]+")
_GLUED_SEPARATOR: Final = re.compile(r"^---(?=[^\s-])", re.MULTILINE)
"""Helm parts manifests at every line that starts so, whatever follows (pkg/releaseutil/manifest.go, ``sep``); YAML wants a blank."""
_BUILT_IN: Final = frozenset(
    """
    v1 apps/v1 apps/v1/Deployment apps/v1/StatefulSet apps/v1/DaemonSet batch/v1 batch/v1/Job batch/v1/CronJob autoscaling/v1 autoscaling/v2
    autoscaling/v2/HorizontalPodAutoscaler networking.k8s.io/v1 networking.k8s.io/v1/Ingress networking.k8s.io/v1/IngressClass
    networking.k8s.io/v1/NetworkPolicy policy/v1 policy/v1/PodDisruptionBudget rbac.authorization.k8s.io/v1 storage.k8s.io/v1
    """.split()
)
"""Interfaces that every supported cluster has."""


Parse: TypeAlias = "Callable[[str, str], tuple[Template, dict[str, Template]]]"
"""Makes of the text and path of a file the template in it and those that it defines."""


class Segment(NamedTuple):
    """Part of a rendered text from ``start`` on, up to the next, and where it came from."""

    start: int
    origin: Origin


class Rendered(NamedTuple):
    """A template with one set of values: ``path`` is that of the template with a mark behind it, which no file has.

    ``missing`` are places where something is not known that may be more than a scalar, each with the text that stands there in the
    template; ``unknown`` is where scalars are not known.
    """

    path: str
    template: str
    text: str
    segments: tuple[Segment, ...]
    unknown: tuple[tuple[int, int], ...]
    missing: tuple[tuple[int, str], ...]


class Rendering(NamedTuple):
    """All that a chart comes to with one set of values.

    ``charts`` are the folders of the charts in it, as people see them; ``absent`` are charts that it needs and that are not here.
    """

    files: tuple[Rendered, ...]
    charts: frozenset[str]
    absent: tuple[str, ...]


class _Run(NamedTuple):
    """A template to run: its name for helm, the file, and what ``.`` is in it."""

    name: str
    file: TemplateFile
    data: Table


def render(chart: Chart, values: Table, suffix: str, parse: Parse = parse_template) -> Rendering:
    """Render a chart with ``values`` put over its own. ``suffix`` goes behind the paths of the templates. Raises ChartError.

    ``parse`` may know what it made of the same text at the same path before: most of a chart is the helpers of a library.
    """
    part, merged = assemble(chart, values)
    imported = next((item.chart for item in _all_parts(part) if any(needed.imports for needed in item.chart.dependencies)), None)
    if imported is not None:
        raise ChartLimitError(
            f"{imported.path}/Chart.yaml", 0, "imports values of a chart that it needs (import-values), which is not worked out"
        )
    runs: list[_Run] = []
    _gather(part, Table({"Release": _release(), "Capabilities": _capabilities(), "Values": merged}), part.name, runs)
    # In this order helm reads them, so that of two templates of one name the outermost counts, and runs them, which matters where templates
    # change values (pkg/engine/engine.go, sortTemplates).
    runs.sort(key=lambda run: (run.name.count("/"), run.name), reverse=True)
    templates: dict[str, Template] = {}
    for run in runs:
        templates[run.name], defined = parse(run.file.text, run.file.path)
        templates.update(defined)
    interpreter = Interpreter(templates)
    files = []
    for run in runs:
        base = posixpath.basename(run.name)
        if base.startswith("_") or base == "NOTES.txt":
            continue
        run.data["Template"] = Table({"Name": run.name, "BasePath": run.name[: run.name.index("/templates/") + 10]})
        parts = interpreter.run(templates[run.name], run.data)
        files.append(_finished(parts, run.file.path, suffix, interpreter.skipped))
    charts = frozenset(item.chart.path for item in _all_parts(part))
    return Rendering(tuple(files[::-1]), charts, tuple(dict.fromkeys(name for item in _all_parts(part) for name in item.missing)))


def _all_parts(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts:
        yield from _all_parts(inner)


def _gather(part: Part, around: Table, name: str, runs: list[_Run]) -> Table:
    """The templates of a chart and those inside of it, each with its data, which is returned."""
    is_root = "Chart" not in around
    values = around["Values"] if is_root else around["Values"].get(part.name)
    inner_data = Table()
    data = Table(
        {
            "Chart": _description(part, is_root=is_root),
            "Files": files_of(part.chart.files),
            "Release": around["Release"],
            "Capabilities": around["Capabilities"],
            "Values": values if isinstance(values, Table) else Table(),
            "Subcharts": inner_data,
        }
    )
    for inner in part.parts:
        inner_data[inner.name] = _gather(inner, data, f"{name}/charts/{inner.name}", runs)
    for file in part.chart.templates:
        if not part.chart.is_library or posixpath.basename(file.name).startswith("_"):
            runs.append(_Run(f"{name}/{file.name}", file, data))
    return data


def _description(part: Part, *, is_root: bool) -> Table:
    """``.Chart``: fields of Go's struct, those not written with their zero value (pkg/chart/metadata.go)."""
    found = Table(
        dict.fromkeys(
            ("Home", "Version", "Description", "Icon", "APIVersion", "Condition", "Tags", "AppVersion", "KubeVersion", "Type"), ""
        )
    )
    found.update(Name=part.name, IsRoot=is_root, Deprecated=part.chart.metadata.get("deprecated") is True, Annotations=Table())
    for key, value in part.chart.metadata.items():
        field = {"apiVersion": "APIVersion"}.get(key, key[:1].upper() + key[1:])
        if field in ("Name", "Deprecated"):
            continue
        is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        found[field] = show(value) if is_text else value if field in ("Annotations", "Keywords", "Sources") else UNKNOWN
    return found


def _release() -> Table:
    return Table({**dict.fromkeys(("Namespace", "IsInstall", "IsUpgrade", "Revision"), UNKNOWN), "Name": RELEASE_NAME, "Service": "Helm"})


def _capabilities() -> Table:
    return Table(
        {"KubeVersion": ClusterVersion(UNKNOWN), "APIVersions": Table({"Has": _has_interface}, is_open=True), "HelmVersion": UNKNOWN}
    )


def _has_interface(name: Any = None, *_: Any) -> bool:
    if name in _BUILT_IN:
        return True
    raise NotKnownError


def _finished(parts: Iterable[tuple[str, Origin]], path: str, suffix: str, skipped: Mapping[tuple[str, int], str]) -> Rendered:
    """The text with placeholders in place of marks. Where a line is nothing but marks it becomes a comment."""
    kept = [(part, origin) for part, origin in parts if part]
    marked = "".join([part for part, _ in kept])
    if _GLUED_SEPARATOR.search(marked):
        kept = _separated(kept, [match.end() for match in _GLUED_SEPARATOR.finditer(marked)])
        marked = "".join([part for part, _ in kept])
    pieces: list[str] = []
    segments: list[Segment] = []
    unknown: list[tuple[int, int]] = []
    missing: list[tuple[int, str]] = []
    at = size = 0
    for part, origin in kept:
        segments.append(Segment(size, origin))
        if UNKNOWN not in part and UNKNOWN_BLOCK not in part:
            pieces.append(part)
            at += len(part)
            size += len(part)
            continue
        done = 0
        for match in _MARKS.finditer(part):
            text = part[done : match.start()]
            mark = _mark_of(marked, at + match.start(), at + match.end())
            pieces += (text, "#" if mark is _Mark.LINE else PLACEHOLDER)
            start = size + len(text)
            size = start + len(pieces[-1])
            if mark is _Mark.BLOCK or (mark is _Mark.LINE and not _is_below_unread("".join(pieces), part[: match.start()])):
                missing.append((start, skipped.get(origin.place[:2], "") if origin.place else ""))
            if mark is not _Mark.LINE:
                unknown.append((start, size))
            done = match.end()
        pieces.append(part[done:])
        size += len(part) - done
        at += len(part)
    return Rendered(f"{path} {suffix}", path, "".join(pieces), tuple(segments), tuple(unknown), tuple(missing))


def _separated(parts: list[tuple[str, Origin]], cuts: list[int]) -> list[tuple[str, Origin]]:
    """``parts`` with a line break at each of the places ``cuts``."""
    found: list[tuple[str, Origin]] = []
    at = 0
    for part, origin in parts:
        start = 0
        for cut in cuts[bisect_left(cuts, at) : bisect_left(cuts, at + len(part))]:
            if cut - at > start:
                found.append((part[start : cut - at], _cut(origin, start, cut - at)))
                start = cut - at
            found.append(("\n", Origin(origin.place)))
        found.append((part[start:], _cut(origin, start, len(part))))
        at += len(part)
    return found


def _cut(origin: Origin, start: int, end: int) -> Origin:
    if not origin.is_literal or origin.place is None:
        return origin
    return origin._replace(place=origin.place.part(start, end))


_UNREAD: Final = re.compile(r"(?:- )?(?:securityContext|resources|affinity|nodeSelector|topologySpreadConstraints|imagePullSecrets):\s*")
"""Fields of pods and containers that no rule reads."""


def _is_below_unread(before: str, padding: str) -> bool:
    """Whether lines that are not known stand below a field that nobody reads.

    ``before`` is the text up to them, ``padding`` what of it ``indent`` or ``nindent`` put there: the lines are indented as far at least.
    """
    width = len(padding.rpartition("\n")[2])
    if padding.strip(" \n"):
        return False
    for line in reversed(before.split("\n")[:-1]):
        inner = line.lstrip(" ")
        if inner and not inner.startswith("#") and len(line) - len(inner) < width:
            return bool(_UNREAD.fullmatch(inner))
    return False


class _Mark(Enum):
    """What a mark stands for: whole lines, what may be more than a scalar, a scalar, or nothing that matters."""

    LINE = auto()
    BLOCK = auto()
    SCALAR = auto()


def _mark_of(text: str, start: int, end: int) -> _Mark:
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    before, behind = text[first:start], text[end : last if last >= 0 else len(text)]
    if not _MARKS.sub("", line).strip():
        return _Mark.LINE
    if before.lstrip().startswith("#"):
        return _Mark.SCALAR
    is_key = not before.strip(" -") and (behind.lstrip(" ").startswith(":") or not behind.strip())
    is_key = is_key or (not before.strip(" -\"'") and bool(re.match(r"[^\s:]*:(\s|$)", behind)))
    return _Mark.BLOCK if is_key or UNKNOWN_BLOCK in text[start:end] else _Mark.SCALAR


def source_of(file: Rendered, span: Span, *, is_of_template: bool = False) -> Span:
    """The place in the chart that a person would change for what stands under ``span`` of a rendered text.

    A scalar that a values file brings is there, unless the place in the template is asked for; what an action prints otherwise is at the
    action; all else is where the template has it.
    """
    pieces = list(_pieces(file, span))
    if not pieces:
        return Span(file.template, 0, 0)
    if len(pieces) == 1 and not pieces[0].origin.is_literal:
        origin = pieces[0].origin
        return (None if is_of_template else origin.value) or pieces[0].place
    start, end = pieces[0].place, pieces[-1].place
    return Span(start.path, start.start, end.end) if start.path == end.path and end.end >= start.start else start


def place_in_template(file: Rendered, offset: int) -> int:
    """Where the character at ``offset`` of a rendered text comes from in its own template, or what stands before it does."""
    for index in range(bisect_right(file.segments, offset, key=_start_of) - 1, -1, -1):
        start, origin = file.segments[index]
        if origin.place is not None and origin.place.path == file.template:
            inner = min(offset - start, origin.place.end - origin.place.start) if origin.is_literal else 0
            return origin.place.start + inner
    return 0


def literal_place(file: Rendered, span: Span) -> Span | None:
    """Where the characters under ``span`` stand in a template one by one; None where an action printed any of them.

    Of an empty span: where the template ends the line that the span ends in the rendered text.
    """
    if span.start == span.end:
        return _end_of_line(file, span.start)
    found = [piece for piece in _pieces(file, span) if piece.end > piece.start]
    if len(found) != 1 or not found[0].origin.is_literal or found[0].end - found[0].start != span.end - span.start:
        return None
    return found[0].place


def _end_of_line(file: Rendered, at: int) -> Span | None:
    """The place before the line break at ``at``, where what stands before it in the template also does so in the rendered text."""
    before, behind = _segment_at(file, at - 1), _segment_at(file, at)
    if file.text[at : at + 1] not in ("\n", "\r") or before is None or behind is None or not behind.origin.is_literal:
        return None
    own, place = before.origin.place, behind.origin.place
    if own is None or place is None:
        return None
    start = place.start + at - behind.start
    if before is not behind and (own.path != place.path or own.end != start):
        return None
    return Span(place.path, start, start)


def _segment_at(file: Rendered, at: int) -> Segment | None:
    return file.segments[bisect_right(file.segments, at, key=_start_of) - 1] if 0 <= at < len(file.text) else None


class _Piece(NamedTuple):
    """What of a segment stands under a span: its bounds in the rendered text, and its place in the chart."""

    origin: Origin
    start: int
    end: int
    place: Span


def _pieces(file: Rendered, span: Span) -> Iterator[_Piece]:
    """The parts of the text under ``span`` that say something: blanks and quotes around a value do not."""
    end = max(span.end, span.start + 1)
    found = []
    for index in range(max(bisect_right(file.segments, span.start, key=_start_of) - 1, 0), len(file.segments)):
        segment = file.segments[index]
        if segment.start >= end:
            break
        last = file.segments[index + 1].start if index + 1 < len(file.segments) else len(file.text)
        place = segment.origin.place
        if place is None:
            continue
        low, high = max(span.start, segment.start), min(end, last)
        if segment.origin.is_literal:
            place = place.part(low - segment.start, high - segment.start)
        found.append(_Piece(segment.origin, low, high, place))
    telling = [piece for piece in found if file.text[piece.start : piece.end].strip(" \r\n\"'")]
    yield from telling or found[:1]


def _start_of(segment: Segment) -> int:
    return segment.start
