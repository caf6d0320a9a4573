"""A program takes longer to shut down than its pod may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import SECOND, Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.links import listens_of
from netlint.model.shutdown import grace_period, hook_sleeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.limits import Limit
    from netlint.model.links import Listen
    from netlint.model.shutdown import GracePeriod
    from netlint.source import Span


def check(model: Model) -> Iterator[Finding]:
    """preStop hook, the program's wait and what it gives requests under way stand one after the other inside the grace period.

    Sources: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go:898-918 (SIGKILL when it is over), net/http ``Server.Shutdown``.
    """
    seen: set[Span] = set()
    for unit in model.units:
        for workload in unit.workloads:
            grace = grace_period(workload)
            if grace is None or workload.is_batch:
                continue
            # A program with two servers stops both by one budget, or by one after the other: the longest is sure.
            longest: dict[str, Listen] = {}
            for listen in listens_of(model, unit, workload):
                name = listen.run.container.name
                if name not in longest or _total(longest[name]) < _total(listen):
                    longest[name] = listen
            for listen in longest.values():
                budget = listen.listening.shutdown.budget
                # The code of one program, whatever the number of workloads that it runs in.
                if budget.span is not None and budget.nanoseconds and _total(listen) > grace.duration and budget.span not in seen:
                    seen.add(budget.span)
                    yield _finding(workload, listen, budget.span, grace)


def _total(listen: Listen) -> int:
    """What the container is sure to be allowed to take, in nanoseconds."""
    shutdown = listen.listening.shutdown
    sleeps = hook_sleeps(listen.run.container.pre_stop)
    return sum(sleep.duration for sleep in sleeps) + shutdown.wait.nanoseconds + shutdown.budget.nanoseconds


def _finding(workload: Workload, listen: Listen, budget: Span, grace: GracePeriod) -> Finding:
    shutdown, container = listen.listening.shutdown, listen.run.container
    total, allowed = _show(_total(listen)), show_duration(grace.duration)
    parts = [
        *(f"{show_duration(sleep.duration)} in its preStop hook" for sleep in hook_sleeps(container.pre_stop)),
        *([f"{_show(shutdown.wait.nanoseconds)} before it stops listening"] if shutdown.wait.nanoseconds else []),
        f"{_show(shutdown.budget.nanoseconds)} for requests under way",
    ]
    return RULE.finding(
        budget,
        message=f"Program {listen.run.program.name} may take {total} to shut down ({', '.join(parts)}); {workload.meta.title} is given "
        f"{allowed}{'' if grace.is_written else ' by default'}",
        why="When the grace period is over, SIGKILL cuts the requests that the program still waits for: its clients see EOF or a reset",
        help=f"Set terminationGracePeriodSeconds to {-(-_total(listen) // SECOND) + 5} or more, or give requests less time",
        subject=Subject.of(workload.meta),
        related=[
            *_places(container, shutdown.wait),
            Related(grace.span, f"gives the pod {allowed}" if grace.is_written else f"sets no terminationGracePeriodSeconds: {allowed}"),
        ],
        link=listen.run,
    )


def _places(container: Container, wait: Limit) -> Iterator[Related]:
    for sleep in hook_sleeps(container.pre_stop):
        yield Related(sleep.span, f"takes {show_duration(sleep.duration)} before SIGTERM")
    if wait.nanoseconds and wait.span is not None:
        yield Related(wait.span, f"waits {_show(wait.nanoseconds)} first")


def _show(nanoseconds: int) -> str:
    return show_duration(Nanoseconds(nanoseconds))


RULE = Rule(
    name="shutdown-outlasts-grace-period",
    family="budget",
    layer=8,
    summary="A program takes longer to shut down than its pod may",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
