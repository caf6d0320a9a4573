"""A data source says no limit for the dial: a database that is gone, or a packet that is dropped, costs minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.knowledge.data_sources import DataSource, parse_data_source
from netlint.model.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.python.code import PythonCode
    from netlint.source import Span

_TEMPLATE_MARKS: Final = ("$(", "${", "{{")
_WHY: Final = (
    "The drivers set no limit of their own: with the first packet dropped, the dial ends with the kernel's patience, after some 135 s"
)


def check(model: Model) -> Iterator[Finding]:
    """lib/pq, pgx and go-sql-driver/mysql dial without a limit unless the data source says one."""
    if model.code.packages:
        yield from _in_code(model)
    if model.python.modules:
        yield from _in_python(model.python)
    yield from _in_manifests(model)


def _in_code(model: Model) -> Iterator[Finding]:
    # Imported where there is code: this rule alone of its family also looks at manifests.
    from netlint.model.code.databases import opened_sources

    for opened in opened_sources(model.code):
        if not opened.source.is_limited and not opened.source.is_local:
            yield _finding(opened.function.span(opened.place), opened.source, Subject.function(opened.function))


def _in_python(python: PythonCode) -> Iterator[Finding]:
    from netlint.model.python.databases import opened_sources

    for opened in opened_sources(python):
        if not opened.source.is_limited and not opened.source.is_local:
            subject = Subject("func", opened.scope.name or "<module>", package=opened.scope.module)
            yield _finding(opened.span, opened.source, subject)


def _in_manifests(model: Model) -> Iterator[Finding]:
    for unit in model.units:
        for workload in unit.workloads:
            found = settings_of(unit, workload)
            if any(setting.name == "PGCONNECT_TIMEOUT" for setting in found):
                continue
            for setting in found:
                source = parse_data_source(setting.value.text)
                if source is None or source.is_limited or source.is_local:
                    continue
                if not any(mark in setting.value.text.partition("?")[2] for mark in _TEMPLATE_MARKS):
                    # Which driver reads it is not in view; libpq and those of Go set no limit, a few of others do.
                    yield _finding(setting.value.span, source, Subject.of(workload.meta), severity=Severity.INFO)


def _finding(span: Span, source: DataSource, subject: Subject, severity: Severity | None = None) -> Finding:
    value = "5s" if source.kind == "mysql" else "5"
    return RULE.finding(
        span,
        message=f"The data source for {_shown(source)} sets no {source.parameter}",
        why=_WHY,
        help=f"Add {source.parameter}={value} to it",
        subject=subject,
        severity=severity,
    )


def _shown(source: DataSource) -> str:
    """The host it names; nothing else of a data source belongs into a report."""
    return source.kind if not source.host or "\0" in source.host else f"{source.kind} at {source.host}"


RULE = Rule(
    name="dsn-without-connect-timeout",
    family="database",
    layer=3,
    summary="A data source says no limit for the dial: a database that is gone, or a packet that is dropped, costs minutes",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
