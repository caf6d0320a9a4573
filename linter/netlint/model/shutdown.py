"""How long a pod has to end, and what of that a preStop hook takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import Nanoseconds, seconds
from netlint.model.commands import Sleep, leading_sleeps

if TYPE_CHECKING:
    from netlint.kubernetes.facts import PreStop, Workload
    from netlint.source import Span

_DEFAULT_GRACE: Final = 30
"""Seconds (kubernetes pkg/apis/core/v1/defaults.go:225-228)."""
LEAST_AFTER_HOOK: Final = seconds(2)
"""What the kubelet always leaves between SIGTERM and SIGKILL (kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go:84)."""


class GracePeriod(NamedTuple):
    """``terminationGracePeriodSeconds`` in force; ``span`` is its value, or the pod's spec where the default holds."""

    duration: Nanoseconds
    is_written: bool
    span: Span


def grace_period(workload: Workload) -> GracePeriod | None:
    """The time between the order to end and SIGKILL; None where another tool fills it in."""
    written = workload.template.termination_grace_period_seconds
    if written is None:
        return GracePeriod(seconds(_DEFAULT_GRACE), is_written=False, span=workload.template.span)
    return GracePeriod(seconds(written.integer), is_written=True, span=written.span) if written.integer is not None else None


def hook_sleeps(pre_stop: PreStop | None) -> tuple[Sleep, ...]:
    """The sleeps that a preStop hook is sure to pass, before SIGTERM and inside the grace period.

    Source: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go:898-918.
    """
    if pre_stop is None:
        return ()
    if pre_stop.handler == "sleep":
        written = pre_stop.sleep_seconds
        return (Sleep(seconds(written.integer), written.span),) if written and written.integer else ()
    return leading_sleeps(pre_stop.command) if pre_stop.handler == "exec" else ()
