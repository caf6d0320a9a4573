"""The pods behind a Service, as findings speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Related
from netlint.model.routes import services_meant
from netlint.model.selection import selected_workloads, show_ports
from netlint.model.settings import has_unseen_containers
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Service, Workload
    from netlint.model.units import Unit

_MOST_SHOWN = 3
_MOST_RELATED = 10


def services_in_full_view(unit: Unit) -> tuple[tuple[Service, tuple[Workload, ...]], ...]:
    """Every Service that sends to pods in view, all of whose containers are, with the workloads that make those pods."""
    if unit.memo.in_full_view is None:
        unit.memo.in_full_view = tuple(_services_in_full_view(unit))
    return unit.memo.in_full_view


def _services_in_full_view(unit: Unit) -> Iterator[tuple[Service, tuple[Workload, ...]]]:
    for service in unit.services:
        workloads = () if service.is_external_name else selected_workloads(unit, service)
        if workloads and not any(has_unseen_containers(workload) for workload in workloads):
            yield service, workloads


def show_workloads(workloads: Sequence[Workload]) -> str:
    """The workloads by kind and name: ``Deployment web and StatefulSet db``."""
    return in_words([workload.meta.title for workload in workloads], most=_MOST_SHOWN)


def show_declared(workloads: Sequence[Workload], protocol: str | None = None) -> str:
    """The ports that the workloads declare, each once; of ``protocol`` only when it is given."""
    shown = dict.fromkeys(show_ports(workload, protocol) for workload in workloads[:_MOST_SHOWN])
    return "; ".join(text for text in shown if text) or "no ports"


def related_workloads(workloads: Sequence[Workload]) -> list[Related]:
    """A related location for every workload, the first ten where there are more: what its pods declare."""
    return [Related(workload.meta.head, f"declares {show_ports(workload) or 'no ports'}") for workload in workloads[:_MOST_RELATED]]


def is_routed(unit: Unit, service: Service) -> bool:
    """Whether a route of the unit sends to the Service: the controller behind it reads the endpoints, and maps ports, by itself."""
    return any(found is service for route in unit.routes for backend in route.backends for found in services_meant(unit, route, backend))
