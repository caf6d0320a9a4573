"""Who calls whom, as far as manifests say it: a workload that is given a Service's name, and a route that sends to a Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.model.asked_names import asks_cluster, names_called
from netlint.model.names import find_services
from netlint.model.routes import has_port, names_no_service, services_meant
from netlint.model.selection import pod_port_number, ports_asked, selected_workloads
from netlint.model.settings import has_unseen_containers
from netlint.model.units import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.facts import BackendReference, Route, Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span


class Call(NamedTuple):
    """A call to a Service of the unit: ``source`` is a workload or a route, ``span`` where it names the Service.

    ``pod_ports`` are, for each workload behind the Service, what the call may arrive at: protocol and number.
    """

    source: Workload | Route
    span: Span
    service: Service
    ports: tuple[ServicePort, ...]
    targets: tuple[tuple[Workload, tuple[tuple[str, int], ...]], ...]


def calls_of(model: Model, unit: Unit, workload: Workload) -> Iterator[Call]:
    """The calls of a workload to Services in view, as its env values, arguments and ConfigMaps name them."""
    for name in names_called(model, unit, workload):
        if not asks_cluster(name) or len(name.services) != 1:
            continue
        service = name.services[0]
        if service not in find_services(unit, workload, service.meta.name, name.namespace or workload.meta.namespace):
            continue
        number = name.reference.port
        ports = ports_asked(service, None if service.is_headless else number)
        direct = number if service.is_headless else None
        call = _call(unit, workload, name.reference.span, service, ports, direct)
        if call is not None:
            yield call


def calls_of_route(unit: Unit, route: Route) -> Iterator[Call]:
    """The calls of a route to Services in view."""
    for backend in route.backends:
        if names_no_service(route, backend):
            continue
        found = nearest(unit, route.meta, services_meant(unit, route, backend))
        if len(found) == 1:
            call = _call(unit, route, backend.service.span, found[0], _backend_ports(found[0], backend), None)
            if call is not None:
                yield call


def _backend_ports(service: Service, backend: BackendReference) -> list[ServicePort]:
    if not has_port(service, backend):
        return []
    wanted = backend.port.text if backend.port else None
    return [port for port in service.ports if wanted is None or wanted in (_text(port.number), _text(port.name))]


def _text(value: object) -> str | None:
    return getattr(value, "text", None)


def _call(
    unit: Unit, source: Workload | Route, span: Span, service: Service, ports: Iterable[ServicePort], direct: int | None
) -> Call | None:
    """A call whose pods and ports are all known; None otherwise."""
    ports = tuple(ports)
    workloads = () if service.is_external_name else selected_workloads(unit, service)
    targets = []
    for workload in workloads:
        if has_unseen_containers(workload) or workload.template.uses_host_network:
            return None
        numbers = [("TCP", direct)] if direct is not None else [(port.protocol_name, pod_port_number(port, workload)) for port in ports]
        known = tuple((protocol, number) for protocol, number in numbers if number is not None)
        if len(known) != len(numbers) or not known:
            return None
        targets.append((workload, known))
    return Call(source, span, service, ports, tuple(targets)) if targets else None
