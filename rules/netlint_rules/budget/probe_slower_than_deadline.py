"""A dead pod is left among the endpoints for many times as long as a request to it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import Nanoseconds, seconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.doors import doors_before
from netlint.model.linked import edges_in
from netlint.model.probes import time_to_notice
from netlint.model.rollouts import replica_count
from netlint.model.selection import pod_port_number
from netlint.model.traffic import ROLLED_OUT_KINDS, received_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Probe, Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span

_FAR_ABOVE: Final = 5
"""How many deadlines pass before the probe has failed, from where on the two do not fit."""
_SLOW: Final = seconds(20)


class Deadline(NamedTuple):
    """What bounds requests to a pod: who waits, for how long, and the place that says so."""

    who: str
    duration: Nanoseconds
    span: Span
    label: str


def check(model: Model) -> Iterator[Finding]:
    """A readiness probe fails after its period times its failures (defaults 10 s and 3); until then the pod is sent its share.

    Source: kubernetes pkg/apis/core/v1/defaults.go:233-246, pkg/kubelet/prober/worker.go.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind in ROLLED_OUT_KINDS and replica_count(workload) not in (0, 1):
                yield from _judge(model, unit, workload)


def _judge(model: Model, unit: Unit, workload: Workload) -> Iterator[Finding]:
    seen: set[Span] = set()
    for received in received_ports(unit, workload):
        probe, number = received.container.probe("readiness"), pod_port_number(received.port, workload)
        noticed = time_to_notice(probe) if probe else None
        if probe is None or noticed is None or noticed < _SLOW or number is None or _is_watched(unit, received.service):
            continue
        deadlines = [*_of_doors(unit, workload, number), *_of_clients(model, unit, workload, number)]
        short = [deadline for deadline in deadlines if 0 < deadline.duration * _FAR_ABOVE <= noticed]
        if short and probe.span not in seen:
            seen.add(probe.span)
            yield _finding(workload, probe, noticed, short)


def _of_doors(unit: Unit, workload: Workload, port: int) -> Iterator[Deadline]:
    """What is set at front doors; a default says nothing of how long the program may take."""
    for door in doors_before(unit, workload, port):
        limit = door.request if door.request.span is not None else door.read
        if limit.span is not None and limit.duration is not None:
            yield Deadline(f"{door.kind} ({door.route.meta.title})", limit.duration, limit.span, limit.label)


def _of_clients(model: Model, unit: Unit, workload: Workload, port: int) -> Iterator[Deadline]:
    for edge in edges_in(model, unit):
        limit = edge.link.outgoing.patience
        is_asked = edge.server is workload and edge.port is not None and pod_port_number(edge.port, workload) == port
        if is_asked and limit.span is not None and limit.nanoseconds:
            yield Deadline(edge.client.meta.title, Nanoseconds(limit.nanoseconds), limit.span, limit.label)


def _is_watched(unit: Unit, service: Service) -> bool:
    """Whether a mesh leaves out endpoints that do not answer, sooner than the probe does."""
    rules = unit.front_door_objects_by_kind.get("DestinationRule", ())
    return any(
        (host := rule.setting("host")) is not None
        and host.text.partition(".")[0] in (service.meta.name, "*")
        and any("outlierDetection" in path for path, _ in rule.settings)
        for rule in rules
    )


def _finding(workload: Workload, probe: Probe, noticed: Nanoseconds, short: list[Deadline]) -> Finding:
    first = min(short, key=lambda deadline: deadline.duration)
    slow, allowed = show_duration(noticed), show_duration(first.duration)
    return RULE.finding(
        probe.span,
        message=f"The readiness probe of {workload.meta.title} needs {slow} to fail; {first.who} gives a request {allowed}",
        why=f"A pod that hangs is sent its share of the requests for {slow}: each waits {allowed} and fails, though other pods are well",
        help="Let the probe fail sooner (periodSeconds, failureThreshold), or let who asks try another pod (retries, outlierDetection)",
        subject=Subject.of(workload.meta),
        related=[
            *(Related(value.span, f"{name} is {value.text}") for name, value in _written(probe) if value is not None),
            *(Related(deadline.span, f"gives a request {show_duration(deadline.duration)} ({deadline.label})") for deadline in short),
        ],
    )


def _written(probe: Probe) -> tuple[tuple[str, Value | None], ...]:
    return ("periodSeconds", probe.period_seconds), ("failureThreshold", probe.failure_threshold)


RULE = Rule(
    name="probe-slower-than-deadline",
    family="budget",
    layer=8,
    summary="A dead pod is left among the endpoints for many times as long as a request to it may take",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
