"""A preStop hook leaves the program no time to end within the grace period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import SECOND, Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.shutdown import LEAST_AFTER_HOOK, grace_period, hook_sleeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.commands import Sleep
    from netlint.model.shutdown import GracePeriod

_TO_DRAIN: Final = 30
"""Seconds that requests under way are given after the hook, in the cure that is shown."""


def check(model: Model) -> Iterator[Finding]:
    """The time a preStop hook is sure to take must end more than 2 s before ``terminationGracePeriodSeconds`` (default 30).

    The hook runs inside the grace period; SIGTERM follows with what is left, at least 2 s, then SIGKILL. Source: kubernetes
    pkg/kubelet/kuberuntime/kuberuntime_container.go:898-918, kuberuntime_manager.go:84, pkg/apis/core/v1/defaults.go:225-228.
    """
    for unit in model.units:
        for workload in unit.workloads:
            grace = grace_period(workload)
            if grace is None or workload.is_batch:
                continue
            for container in workload.template.serving_containers:
                sleeps = hook_sleeps(container.pre_stop)
                if sleeps and sum(sleep.duration for sleep in sleeps) >= grace.duration - LEAST_AFTER_HOOK:
                    yield _finding(workload, container, sleeps, grace)


def _finding(workload: Workload, container: Container, sleeps: tuple[Sleep, ...], grace: GracePeriod) -> Finding:
    assert container.pre_stop is not None
    total = Nanoseconds(sum(sleep.duration for sleep in sleeps))
    spans = [sleep.span for sleep in sorted(sleeps, key=lambda sleep: -sleep.duration)]
    is_rejected = container.pre_stop.handler == "sleep" and total > grace.duration
    allowed = show_duration(grace.duration)
    if grace.duration == 0:
        why = "With a grace period of 0 the hook is not run at all: the pod is killed at once, with its requests"
    elif is_rejected:
        why = "The API server takes no sleep hook longer than the grace period"
    else:
        left = show_duration(LEAST_AFTER_HOOK)
        why = f"SIGTERM comes with at most {left} left, then SIGKILL: requests that are still being answered are cut"
    return RULE.finding(
        spans[0],
        message=f"The preStop hook of container {container.name} sleeps {show_duration(total)}; the grace period that it is part of is "
        f"{allowed}{'' if grace.is_written else ' by default'}",
        why=why,
        help=f"Set terminationGracePeriodSeconds to {total // SECOND + _TO_DRAIN}, or sleep for less",
        subject=Subject.of(workload.meta),
        related=[*(Related(span, "sleeps as well") for span in spans[1:]), Related(grace.span, f"the grace period is {allowed}")],
        symptom=Symptom.REJECTED if is_rejected else None,
    )


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
