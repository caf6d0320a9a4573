"""Who keeps idle connections to a server for longer than the server does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.durations import Nanoseconds, show_duration
from netlint.model.doors import doors_before
from netlint.model.edges import edges
from netlint.model.links import listens_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.doors import Door
    from netlint.model.edges import Edge
    from netlint.model.limits import Limit
    from netlint.model.links import Listen
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span


class Keeper(NamedTuple):
    """Who keeps connections to the server for later requests: for how long, and the place that says so."""

    title: str
    duration: int
    span: Span
    label: str
    is_explicit: bool
    run: Run | None


class EarlyCloser(NamedTuple):
    """A server that closes idle connections before, or just when, ``keepers`` let them go."""

    workload: Workload
    listen: Listen
    keepers: tuple[Keeper, ...]


def early_closers(model: Model, unit: Unit) -> tuple[EarlyCloser, ...]:
    """Every such server in the workloads of the unit."""
    if unit.memo.early_closers is None:
        unit.memo.early_closers = tuple(_early_closers(model, unit))
    return unit.memo.early_closers


def _early_closers(model: Model, unit: Unit) -> Iterator[EarlyCloser]:
    for workload in unit.workloads:
        for listen in listens_of(model, unit, workload):
            idle = listen.listening.idle
            if listen.listening.kind != "http" or idle.state != "known":
                continue
            found = tuple(keeper for keeper in _keepers(model, unit, workload, listen) if _outlasts(keeper, idle))
            if found:
                yield EarlyCloser(workload, listen, found)


def _outlasts(keeper: Keeper, idle: Limit) -> bool:
    """Whether a connection may still be used when the server closes it. Of two defaults that are alike nobody chose either."""
    if keeper.duration == idle.nanoseconds:
        return keeper.is_explicit or not idle.is_default
    return keeper.duration > idle.nanoseconds


def _keepers(model: Model, unit: Unit, workload: Workload, listen: Listen) -> Iterator[Keeper]:
    for door in doors_before(unit, workload, listen.port) if listen.port else ():
        if door.upstream_idle.duration is not None:
            yield _of_door(door, door.upstream_idle.duration)
    for edge in edges(model, unit):
        idle = edge.link.outgoing.idle
        if edge.listen is listen and idle.nanoseconds > 0:
            yield _of_client(edge)


def _of_door(door: Door, duration: Nanoseconds) -> Keeper:
    limit, title = door.upstream_idle, f"{door.kind} in front ({door.route.meta.title})"
    shown = show_duration(duration)
    label = (
        f"keeps idle connections for {shown} ({limit.label})" if limit.span else f"is served by {door.kind}, which keeps them for {shown}"
    )
    return Keeper(title, duration, limit.span or door.evidence, label, limit.span is not None, None)


def _of_client(edge: Edge) -> Keeper:
    idle = edge.link.outgoing.idle
    shown = show_duration(Nanoseconds(idle.nanoseconds))
    label = f"keeps idle connections for {shown} ({idle.label})"
    return Keeper(
        edge.client.meta.title, idle.nanoseconds, idle.span or edge.link.outgoing.span, label, idle.span is not None, edge.link.run
    )
