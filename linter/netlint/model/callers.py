"""Who calls a Service, as far as it is in view: a route, the world outside, or a workload that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.model.front_doors import is_exposed
from netlint.model.names import cluster_names_used
from netlint.model.routes import services_meant
from netlint.model.selection import selected_workloads
from netlint.model.units import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.kubernetes.facts import Service
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span


class Caller(NamedTuple):
    """The place that names or opens a Service, and what it does as a label says it: ``Deployment web calls it``."""

    span: Span
    label: str


def callers_of(model: Model, unit: Unit, service: Service) -> tuple[Caller, ...]:
    """Callers of a Service, those from outside first; pods that name their own Service are none."""
    if unit.memo.callers is None:
        unit.memo.callers = _callers(model, unit)
    return unit.memo.callers.get(id(service), ())


def _callers(model: Model, unit: Unit) -> Mapping[int, tuple[Caller, ...]]:
    return grouped([*_routes(unit), *_from_outside(unit), *_workloads(model, unit)])


def _routes(unit: Unit) -> Iterator[tuple[int, Caller]]:
    for route in unit.routes:
        for backend in route.backends:
            for service in services_meant(unit, route, backend):
                yield id(service), Caller(backend.service.span, f"{route.meta.title} sends to it")


def _from_outside(unit: Unit) -> Iterator[tuple[int, Caller]]:
    for service in unit.services:
        if is_exposed(service):
            yield id(service), Caller(service.type.span if service.type else service.meta.head, "lets callers in from outside")


def _workloads(model: Model, unit: Unit) -> Iterator[tuple[int, Caller]]:
    for workload in unit.workloads:
        for name in cluster_names_used(model, unit, workload):
            for service in name.services:
                if not any(pod is workload for pod in selected_workloads(unit, service)):
                    yield id(service), Caller(name.reference.span, f"{workload.meta.title} calls it")
