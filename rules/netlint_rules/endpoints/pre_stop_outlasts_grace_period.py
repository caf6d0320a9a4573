"""A preStop hook leaves the program no time to end within the grace period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import seconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.commands import Sleep, leading_sleeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, PreStop, Workload
    from netlint.model import Model
    from netlint.source import Span

_DEFAULT_GRACE: Final = 30
_LEAST: Final = 2
"""Seconds that the kubelet always leaves between SIGTERM and SIGKILL."""


def check(model: Model) -> Iterator[Finding]:
    """The time a preStop hook is sure to take must end more than 2 s before ``terminationGracePeriodSeconds`` (default 30).

    The hook runs inside the grace period; SIGTERM follows with what is left, at least 2 s, then SIGKILL. Source: kubernetes
    pkg/kubelet/kuberuntime/kuberuntime_container.go:898-918, kuberuntime_manager.go:84, pkg/apis/core/v1/defaults.go:225-228.
    """
    for unit in model.units:
        for workload in unit.workloads:
            written = workload.template.termination_grace_period_seconds
            grace = written.integer if written else _DEFAULT_GRACE
            if grace is None or workload.is_batch:
                continue
            for container in workload.template.serving_containers:
                sleeps = _sleeps(container.pre_stop)
                if sleeps and sum(sleep.duration for sleep in sleeps) >= seconds(grace - _LEAST):
                    yield _finding(workload, container, sleeps, grace)


def _sleeps(pre_stop: PreStop | None) -> tuple[Sleep, ...]:
    if pre_stop is None:
        return ()
    if pre_stop.handler == "sleep":
        written = pre_stop.sleep_seconds
        return (Sleep(seconds(written.integer), written.span),) if written and written.integer else ()
    return leading_sleeps(pre_stop.command) if pre_stop.handler == "exec" else ()


def _finding(workload: Workload, container: Container, sleeps: tuple[Sleep, ...], grace: int) -> Finding:
    assert container.pre_stop is not None
    total = sum(sleep.duration for sleep in sleeps)
    spans = [sleep.span for sleep in sorted(sleeps, key=lambda sleep: -sleep.duration)]
    is_rejected = container.pre_stop.handler == "sleep" and total > seconds(grace)
    if grace == 0:
        why = "With a grace period of 0 the hook is not run at all: the pod is killed at once, with its requests"
    elif is_rejected:
        why = "The API server takes no sleep hook longer than the grace period"
    else:
        why = f"SIGTERM comes with at most {_LEAST}s left, then SIGKILL: requests that are still being answered are cut"
    return RULE.finding(
        spans[0],
        message=f"The preStop hook of container {container.name} sleeps {show_duration(seconds(total / seconds(1)))}; "
        f"the grace period that it is part of is {grace}s{'' if workload.template.termination_grace_period_seconds else ' by default'}",
        why=why,
        help=f"Set terminationGracePeriodSeconds to {total // seconds(1) + _DEFAULT_GRACE}, or sleep for less",
        subject=Subject.of(workload.meta),
        related=[*(Related(span, "sleeps as well") for span in spans[1:]), Related(_grace_span(workload), f"the grace period is {grace}s")],
        symptom=Symptom.REJECTED if is_rejected else None,
    )


def _grace_span(workload: Workload) -> Span:
    written = workload.template.termination_grace_period_seconds
    return written.span if written else workload.template.span


RULE = Rule(
    name="pre-stop-outlasts-grace-period",
    family="endpoints",
    layer=8,
    summary="A preStop hook leaves the program no time to end within the grace period",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
