"""The answers of ``netlint trace``: the layers of calls, a table of them, and the graph that they make."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import LAYERS
from netlint.kubernetes.facts import Workload
from netlint.report.characters import one_line
from netlint.report.locations import location_keys, show_location
from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netlint.finding import Finding
    from netlint.kubernetes.facts import ObjectMeta
    from netlint.model.limits import Limit
    from netlint.model.trace import Fact, Layer, Trace
    from netlint.model.traced_calls import TracedCall
    from netlint.source import SourceFile

_MAX_COLUMN: Final = 60
_MAX_EDGES: Final = 1000
"""Calls that a graph holds; no one can read more, and the tools that draw it would not end."""


def render_traces(traces: Sequence[Trace], sources: Mapping[str, SourceFile]) -> str:
    """Each call with its eleven layers: verdict, the values in force, and where each is set."""
    return "\n\n".join("\n".join(_trace(trace, sources)) for trace in traces)


def _trace(trace: Trace, sources: Mapping[str, SourceFile]) -> Iterator[str]:
    call = trace.call
    yield f"{_title(call.client.meta)} ({show_location(call.client.meta.head, sources)}) calls {_callee(call)}{_where(call, sources)}"
    for evidence in call.links[0].evidence if call.links else ():
        yield f"  {call.links[0].certainty}: {show_location(evidence.span, sources)} {one_line(evidence.label)}"
    yield ""
    for layer in trace.layers:
        yield from _layer(layer, sources)


def _where(call: TracedCall, sources: Mapping[str, SourceFile]) -> str:
    if call.span is None:
        return ", as far as is in view nobody does: what follows is what would hold"
    return f", named at {show_location(call.span, sources)}"


def _layer(layer: Layer, sources: Mapping[str, SourceFile]) -> Iterator[str]:
    head = f"  {layer.number:>2} {LAYERS[layer.number]:<11}  {layer.verdict:<7}"
    indent = " " * len(head)
    for number, fact in enumerate(layer.facts):
        yield f"{head if number == 0 else indent}  {_fact(fact, sources)}"
    if not layer.facts:
        yield head
    for finding in layer.findings:
        yield f"{indent}  {_head(finding)} {one_line(finding.message)}  {show_location(finding.span, sources)}"


def _fact(fact: Fact, sources: Mapping[str, SourceFile]) -> str:
    return one_line(fact.text) + (f"  {show_location(fact.span, sources)}" if fact.span is not None else "")


def _head(finding: Finding) -> str:
    return f"{finding.severity}[{finding.rule.name}]"


class _Row(NamedTuple):
    """A call as the table shows it; copies of it, as repositories with several overlays or releases have, are one row."""

    client: str
    callee: str
    deadline: str
    answers: str
    layers: dict[int, None]
    copies: int


def render_table(traces: Sequence[Trace]) -> str:
    """A line a call: who calls what, within which deadline, who answers, and in which layers netlint finds something."""
    if not traces:
        return "No call is in view: nothing in the manifests or in code names a host"
    rows: dict[tuple[str, ...], _Row] = {}
    for trace in traces:
        row = _row(trace)
        known = rows.get(row[:4])
        rows[row[:4]] = row if known is None else known._replace(layers={**known.layers, **row.layers}, copies=known.copies + 1)
    cells = [("client", "calls", "deadline", "answered by", "findings in"), *map(_cells, rows.values())]
    widths = [min(_MAX_COLUMN, max(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    count = len(traces)
    lines += ["", f"{count} call{'s' * (count != 1)}; netlint trace CLIENT SERVICE shows the eleven layers of one"]
    return "\n".join(lines)


def _row(trace: Trace) -> _Row:
    call = trace.call
    answers = ", ".join(dict.fromkeys(_bare_title(target.workload.meta) for target in call.targets))
    if not answers:
        answers = "outside" if call.is_external else "not in view"
    layers = dict.fromkeys(layer.number for layer in trace.layers if layer.verdict == "finding")
    return _Row(_title(call.client.meta), _callee(call), _deadline(trace), answers, layers, 1)


def _cells(row: _Row) -> tuple[str, ...]:
    client = row.client if row.copies == 1 else f"{row.client} ({row.copies} copies)"
    layers = ", ".join(f"{layer} {LAYERS[layer]}" for layer in sorted(row.layers))
    return client, row.callee, row.deadline, row.answers, layers or "-"


def _deadline(trace: Trace) -> str:
    """The deadlines in force, in short; ``?`` where none is known."""
    call = trace.call
    if call.door is not None:
        answer = call.door.answer
        return "?" if not answer.is_known else "none" if answer.duration is None else show_duration(answer.duration)
    return ", ".join(dict.fromkeys(_short(link.outgoing.patience) for link in call.links)) or "?"


def _short(limit: Limit) -> str:
    return {"none": "none", "unknown": "?"}.get(limit.state) or show_duration(Nanoseconds(limit.nanoseconds))


def _title(meta: ObjectMeta) -> str:
    return f"{_bare_title(meta)} in {one_line(meta.namespace)}" if meta.namespace else _bare_title(meta)


def _bare_title(meta: ObjectMeta) -> str:
    return one_line(meta.title)


def _callee(call: TracedCall) -> str:
    scheme = f"{call.scheme}://" if call.scheme else ""
    port = f":{call.port}" if call.port is not None else ""
    return one_line(f"{scheme}{call.host}{port}")


def render_traces_json(traces: Sequence[Trace], sources: Mapping[str, SourceFile]) -> str:
    """One document: ``calls``, each with its layers."""
    document = {"schema": "netlint/trace/v1", "version": VERSION, "calls": [_call_keys(trace, sources) for trace in traces]}
    return json.dumps(document, indent=2)


def _call_keys(trace: Trace, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    call = trace.call
    link = call.links[0] if call.links else None
    return {
        "client": _object_keys(call.client.meta),
        "host": call.host,
        "port": call.port,
        "scheme": call.scheme or None,
        "named_at": location_keys(call.span, sources) if call.span is not None else None,
        "certainty": link.certainty if link is not None else None,
        "evidence": [{**location_keys(item.span, sources), "label": item.label} for item in link.evidence] if link is not None else [],
        "service": _object_keys(call.service.meta) if call.service is not None else None,
        "is_external": call.is_external,
        "targets": [{**_object_keys(target.workload.meta), "port": target.port} for target in call.targets],
        "layers": [_layer_keys(layer, sources) for layer in trace.layers],
    }


def _object_keys(meta: ObjectMeta) -> dict[str, Any]:
    return {"kind": meta.kind, "namespace": meta.namespace, "name": meta.name}


def _layer_keys(layer: Layer, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    return {
        "layer": layer.number,
        "name": LAYERS[layer.number],
        "verdict": layer.verdict,
        "values": [
            {"text": fact.text, "set_at": location_keys(fact.span, sources) if fact.span is not None else None} for fact in layer.facts
        ],
        "findings": [
            {
                "rule": finding.rule.name,
                "severity": str(finding.severity),
                "message": finding.message,
                "help": finding.help,
                **location_keys(finding.span, sources),
            }
            for finding in layer.findings
        ],
    }


class _Graph:
    """Ends and calls, numbered in the order in which they come."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self.nodes: dict[tuple[str, ...], int] = {}
        self.labels: list[tuple[str, str]] = []
        self.edges: list[tuple[int, int, str, bool]] = []
        self.left_out = 0
        for trace in traces:
            call = trace.call
            source = self._node(call.client.meta, "workload" if isinstance(call.client, Workload) else "door")
            ends = [self._node(target.workload.meta, "workload") for target in call.targets] or [self._host(call)]
            for end in ends:
                if len(self.edges) < _MAX_EDGES:
                    self.edges.append((source, end, f"{_callee(call)}\n{_deadline(trace)}", bool(trace.findings)))
                else:
                    self.left_out += 1

    def _node(self, meta: ObjectMeta, form: str) -> int:
        return self._number((meta.kind, meta.namespace or "", meta.name), _title(meta), form)

    def _host(self, call: TracedCall) -> int:
        return self._number(("host", call.host), one_line(call.host), "outside")

    def _number(self, key: tuple[str, ...], label: str, form: str) -> int:
        if key not in self.nodes:
            self.nodes[key] = len(self.nodes)
            self.labels.append((label, form))
        return self.nodes[key]


_MERMAID_FORMS: Final = {"workload": '["{}"]', "door": '{{{{"{}"}}}}', "outside": '(["{}"])'}
_DOT_FORMS: Final = {"workload": "box", "door": "hexagon", "outside": "ellipse"}


def render_mermaid(traces: Sequence[Trace]) -> str:
    """A flowchart of who calls whom, with deadlines; calls with findings are red."""
    graph = _Graph(traces)
    lines = ["flowchart LR"]
    lines += [f"  n{number}{_MERMAID_FORMS[form].format(_mermaid_text(label))}" for number, (label, form) in enumerate(graph.labels)]
    lines += [f'  n{source} -->|"{_mermaid_text(label)}"| n{end}' for source, end, label, _ in graph.edges]
    marked = [str(number) for number, (_, _, _, has_findings) in enumerate(graph.edges) if has_findings]
    if marked:
        lines.append(f"  linkStyle {','.join(marked)} stroke:red,color:red")
    if graph.left_out:
        lines.append(f"  %% {graph.left_out} more calls are left out")
    return "\n".join(lines)


def _mermaid_text(text: str) -> str:
    """Text of a label: what would end it, or be read as markup, as numbers of characters."""
    shown = "".join(character if character.isalnum() or character in " -_.:/,?()\n" else f"#{ord(character)};" for character in text)
    return shown.replace("\n", "<br/>")


def render_dot(traces: Sequence[Trace]) -> str:
    """The same as a Graphviz digraph."""
    graph = _Graph(traces)
    lines = ["digraph calls {", "  rankdir=LR"]
    lines += [f"  n{number} [label={_dot_text(label)}, shape={_DOT_FORMS[form]}]" for number, (label, form) in enumerate(graph.labels)]
    lines += [
        f"  n{source} -> n{end} [label={_dot_text(label)}{', color=red, fontcolor=red' if has_findings else ''}]"
        for source, end, label, has_findings in graph.edges
    ]
    if graph.left_out:
        lines.append(f"  // {graph.left_out} more calls are left out")
    return "\n".join((*lines, "}"))


def _dot_text(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
