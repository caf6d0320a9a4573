"""An exec probe lets its own check take longer than the kubelet waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import seconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.commands import time_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.durations import Nanoseconds
    from netlint.kubernetes.facts import Container, Probe, Workload
    from netlint.model import Model
    from netlint.model.commands import TimeLimit


def check(model: Model) -> Iterator[Finding]:
    """No limit that the command carries may be longer than ``timeoutSeconds``, which is 1 where nothing is written.

    Source: kubernetes pkg/apis/core/v1/defaults.go:233-246; the kubelet ends an exec probe at its time-out since 1.20.
    """
    for unit in model.units:
        for workload in unit.workloads:
            for container in workload.template.serving_containers:
                for probe in container.probes:
                    timeout = _timeout(probe)
                    limit = _longest(probe, timeout) if timeout is not None and probe.handler == "exec" else None
                    if limit is not None and timeout is not None:
                        yield _finding(workload, container, probe, timeout, limit)


def _timeout(probe: Probe) -> Nanoseconds | None:
    if probe.timeout_seconds is None:
        return seconds(1)
    number = probe.timeout_seconds.integer
    return None if number is None else seconds(max(number, 1))


def _longest(probe: Probe, timeout: Nanoseconds) -> TimeLimit | None:
    """The longest limit above ``timeout`` of any command of the probe that nothing else bounds below it."""
    found = []
    for limits in time_limits(probe.command):
        bounds = [limit for limit in limits if limit.bounds_all]
        # What bounds the whole command counts before what bounds one phase of it.
        limit = min(bounds, key=lambda item: item.duration) if bounds else max(limits, key=lambda item: item.duration)
        if limit.duration > timeout:
            found.append(limit)
    return max(found, key=lambda item: item.duration, default=None)


def _finding(workload: Workload, container: Container, probe: Probe, timeout: Nanoseconds, limit: TimeLimit) -> Finding:
    written = probe.timeout_seconds
    allowed = f"timeoutSeconds is {written.text}" if written else "timeoutSeconds is 1 by default"
    own = show_duration(limit.duration)
    name = f"{limit.program} {limit.option}".strip()
    needed = -(-limit.duration // seconds(1)) + 1
    return RULE.finding(
        limit.span,
        message=f"The {probe.role} probe of container {container.name} lets {name} take {own}, but {allowed}",
        why=f"The kubelet ends the probe after {show_duration(timeout)} and counts it as failed: any answer that takes longer is lost",
        help=f"Set timeoutSeconds to {needed}, above the command's own limit, or lower that to less than {show_duration(timeout)}",
        subject=Subject.of(workload.meta),
        related=[Related(written.span if written else probe.span, allowed)],
    )


RULE = Rule(
    name="probe-outlasts-its-timeout",
    family="endpoints",
    layer=8,
    summary="An exec probe lets its own check take longer than the kubelet waits for it",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
