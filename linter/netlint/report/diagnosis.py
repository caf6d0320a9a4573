"""The answer of ``netlint diagnose``: for people, and as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from netlint.finding import LAYERS
from netlint.report.characters import one_line
from netlint.report.locations import location_keys, show_location
from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netlint.kubernetes.facts import ObjectMeta, ServicePort
    from netlint.model.diagnosis import Diagnosis, Suspect
    from netlint.model.error_lines import ReadErrors, Told
    from netlint.model.parties import Parties
    from netlint.source import SourceFile, Span

_MAX_SHOWN_LINE: Final = 300
"""Characters of a log's line that are shown."""
_MAX_PARTIES: Final = 8
"""Objects of the repository that are listed for one error."""


def render_diagnoses(
    diagnoses: Sequence[Diagnosis], read: ReadErrors, sources: Mapping[str, SourceFile], limits: Sequence[str], *, has_files: bool
) -> str:
    """Every error with its meaning, the causes that are present, and what to run next; then what was read and what was not."""
    blocks = ["\n".join(_block(diagnosis, sources, has_files)) for diagnosis in diagnoses]
    return "\n\n".join(block for block in (*blocks, "\n".join(_closing(read, limits))) if block)


def _block(diagnosis: Diagnosis, sources: Mapping[str, SourceFile], has_files: bool) -> Iterator[str]:
    error = diagnosis.error
    meaning = error.text.meaning
    times = f" ({error.times} times, first in line {error.line_number})" if error.times > 1 else ""
    yield f"{meaning.kind}{times}: {_shown(error.line)}"
    yield f"  says: {meaning.says}"
    if told := _told_words(error.told):
        yield f"  names: {told}"
    for hint in diagnosis.hints:
        yield f"  note: {one_line(hint)}"
    yield ""
    yield "  can come from"
    width = max(len(LAYERS[cause.layer]) for cause in meaning.causes)
    for cause in meaning.causes:
        yield f"    {cause.layer:>2} {LAYERS[cause.layer]:<{width}}  {cause.how}"
    others = [name for layer, name in LAYERS.items() if layer not in meaning.layers]
    if others:
        yield f"  not from {', '.join(others)},"
    yield f"    {'because' if others else 'but'} {meaning.rules_out}"
    parties = list(_party_lines(diagnosis.parties, sources))
    if parties:
        yield ""
        yield "  in this repository"
        yield from (f"    {line}" for line in parties[:_MAX_PARTIES])
        if len(parties) > _MAX_PARTIES:
            yield f"    and {len(parties) - _MAX_PARTIES} more"
    yield ""
    yield from _suspect_lines(diagnosis, sources, has_files)
    if diagnosis.steps:
        yield ""
        yield "  to find out more"
        for step in diagnosis.steps:
            yield f"    {one_line(step.command)}"
            yield f"        {step.tells}"


def _suspect_lines(diagnosis: Diagnosis, sources: Mapping[str, SourceFile], has_files: bool) -> Iterator[str]:
    if not diagnosis.suspects:
        yield (
            "  nothing that netlint finds in this repository explains it"
            if has_files
            else "  no manifest and no Go file was given to look in"
        )
        return
    yield "  causes found here, likeliest first"
    for number, suspect in enumerate(diagnosis.suspects, 1):
        yield f"    {number}. {show_location(suspect.span, sources)}: {_head(suspect)}{one_line(suspect.message)}"
        yield f"       fits: {LAYERS[suspect.layer]}; {one_line(suspect.reason)}"
        if suspect.copies:
            yield f"       the same stands in {suspect.copies} other place{'s' * (suspect.copies > 1)}"
        yield f"       do: {one_line(suspect.help)}"
    if diagnosis.beyond:
        yield f"    and {diagnosis.beyond} that fit less"


def _head(suspect: Suspect) -> str:
    return f"{suspect.finding.severity}[{suspect.finding.rule.name}] " if suspect.finding is not None else ""


def _shown(line: str) -> str:
    clean = one_line(line)
    return clean if len(clean) <= _MAX_SHOWN_LINE else f"{clean[: _MAX_SHOWN_LINE - 1]}…"


def _told_words(told: Told) -> str:
    words = [
        f"host {told.host}" if told.host else "",
        f"port {told.port}{' by its scheme' if told.is_default_port else ''}" if told.port is not None else "",
        f"address {told.ip}" if told.ip else "",
        f"DNS server {told.dns_server}" if told.dns_server else "",
        f"Service {told.namespace}{'/' if told.namespace else ''}{told.service}" if told.service else "",
        f"pod {told.pod}" if told.pod else "",
    ]
    return ", ".join(word for word in words if word)


def _party_lines(parties: Iterable[Parties], sources: Mapping[str, SourceFile]) -> Iterator[str]:
    """Each object once, however many units it is part of."""
    shown: set[Span] = set()
    for party in parties:
        for meta, words in _party_words(party, sources):
            if meta.head not in shown:
                shown.add(meta.head)
                yield f"{_title(meta, sources)}{words}"


def _party_words(party: Parties, sources: Mapping[str, SourceFile]) -> Iterator[tuple[ObjectMeta, str]]:
    for service in party.services:
        ports = ", ".join(map(_show_port, service.ports))
        yield service.meta, f": {ports}" if ports else ""
    for workload in party.servers:
        yield workload.meta, " opens that port" if party.by_port else " answers" if party.services else " is named"
    for asker in party.askers:
        yield asker.workload.meta, f" asks, named at {show_location(asker.span, sources)}" if asker.span is not None else " asks"
    for route in party.routes:
        yield route.meta, " sends there"
    for policy, words in party.policies:
        yield policy.meta, f" {one_line(words)}"


def _show_port(port: ServicePort) -> str:
    number = one_line(port.number.text) if port.number is not None else "?"
    target = one_line(port.target.text) if port.target is not None else number
    return f"port {number} to {target}"


def _title(meta: ObjectMeta, sources: Mapping[str, SourceFile]) -> str:
    namespace = f" in {one_line(meta.namespace)}" if meta.namespace else ""
    return f"{one_line(meta.title)}{namespace} ({show_location(meta.head, sources)})"


def _closing(read: ReadErrors, limits: Sequence[str]) -> Iterator[str]:
    if read.lines > 1:
        count = len(read.errors)
        yield f"{count} distinct error{'s' * (count != 1)} in {read.lines} lines; {read.without_error} lines hold none that netlint knows"
    yield from left_out(read, limits)


def left_out(read: ReadErrors, limits: Sequence[str]) -> Iterator[str]:
    """What was not looked at, or is not shown."""
    if read.beyond:
        lines = "1 line holds" if read.beyond == 1 else f"{read.beyond} lines hold"
        yield f"{lines} more errors than {len(read.errors)} distinct ones: they are not shown"
    if read.cut:
        lines = "1 line was" if read.cut == 1 else f"{read.cut} lines were"
        yield f"{lines} longer than what is looked at: only beginning and end were read"
    yield from limits


def render_diagnoses_json(
    diagnoses: Sequence[Diagnosis], read: ReadErrors, sources: Mapping[str, SourceFile], limits: Sequence[str]
) -> str:
    """One document: ``errors`` in the order of how often they came, and what was read."""
    document = {
        "schema": "netlint/diagnosis/v1",
        "version": VERSION,
        "errors": [_error(diagnosis, sources) for diagnosis in diagnoses],
        "read": {"lines": read.lines, "without_error": read.without_error, "cut": read.cut, "beyond": read.beyond, "limits": list(limits)},
    }
    return json.dumps(document, indent=2)


def _error(diagnosis: Diagnosis, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    error = diagnosis.error
    told, meaning = error.told, error.text.meaning
    return {
        "text": error.line,
        "line": error.line_number,
        "times": error.times,
        "known_as": error.text.name,
        "kind": meaning.kind,
        "says": meaning.says,
        "program": error.text.program,
        "source": error.text.source,
        "names": {
            "host": told.host or None,
            "port": told.port,
            "ip": told.ip or None,
            "dns_server": told.dns_server or None,
            "service": told.service or None,
            "namespace": told.namespace or None,
            "pod": told.pod or None,
            "protocol": told.protocol or None,
        },
        "notes": list(diagnosis.hints),
        "layers": [{"layer": cause.layer, "name": LAYERS[cause.layer], "how": cause.how} for cause in meaning.causes],
        "not_from": {"layers": [layer for layer in LAYERS if layer not in meaning.layers], "for": meaning.rules_out},
        "causes": [_suspect(suspect, sources) for suspect in diagnosis.suspects],
        "causes_beyond": diagnosis.beyond,
        "next": [{"command": step.command, "tells": step.tells} for step in diagnosis.steps],
    }


def _suspect(suspect: Suspect, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    finding = suspect.finding
    return {
        "rule": finding.rule.name if finding is not None else None,
        "severity": str(finding.severity) if finding is not None else None,
        "confidence": str(finding.confidence) if finding is not None else None,
        "layer": suspect.layer,
        "message": suspect.message,
        "help": suspect.help,
        "fits": suspect.reason,
        "copies": suspect.copies,
        **location_keys(suspect.span, sources),
    }
