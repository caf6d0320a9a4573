"""Front doors: for each route the door it goes through, and how long that door waits for the Service behind it.

for door in doors_before(unit, workload, 8080):
    door.kind, door.evidence        # DoorKind.INGRESS_NGINX, where the class is written
    door.request, door.read         # Limit: a duration, off, or unknown; where it is set, or the source of the default
    door.connect, door.upstream_idle, door.tries
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.kubernetes.facts import Service
from netlint.model.door_kinds import DoorEvidence, door_evidence
from netlint.model.door_limits import Tries, limits_of
from netlint.model.routes import names_no_service, ports_meant, services_meant
from netlint.model.selection import pod_port_number, services_before
from netlint.model.units import grouped, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.knowledge.front_doors import DoorKind
    from netlint.kubernetes.facts import BackendReference, Route, ServicePort, Workload
    from netlint.model.limits import Limit
    from netlint.model.units import Unit
    from netlint.source import Span


class Door(NamedTuple):
    """A front door that a Service's requests come through, and the values in force.

    ``evidence`` says of which kind it is; of an unknown one it is the route's name. ``service`` and ``port`` are None where they are not in
    view. ``request`` bounds the whole of a request, all tries together; ``read`` the silence between two reads, also on a stream;
    ``connect`` a connection to the pods; ``upstream_idle`` how long such a connection is kept unused and used again.
    """

    kind: DoorKind
    evidence: Span
    route: Route
    backend: BackendReference
    service: Service | None
    port: ServicePort | None
    request: Limit
    read: Limit
    connect: Limit
    upstream_idle: Limit
    tries: Tries

    @property
    def answer(self) -> Limit:
        """How long a backend may stay silent before the door gives the request up: the shorter of ``request`` and ``read``.

        Unknown where either is.
        """
        if not (self.request.is_known and self.read.is_known):
            return self.request if not self.request.is_known else self.read
        bounded = [limit for limit in (self.request, self.read) if limit.duration is not None]
        return min(bounded, key=_duration, default=self.request)


def _duration(limit: Limit) -> int:
    return limit.duration or 0


def doors_before(unit: Unit, target: Service | Workload, port: int | None = None) -> tuple[Door, ...]:
    """Doors whose requests come to a Service, or to the pods of a workload.

    ``port``: only those that come to this port: one that the Service lists, or the one that the pods answer on. None: to any.
    """
    if isinstance(target, Service):
        return tuple(door for door in _doors_to(unit, target) if _comes_to(door, port))
    return tuple(
        door
        for service in services_before(unit, target)
        for door in _doors_to(unit, service)
        if port is None or door.port is None or pod_port_number(door.port, target) == port
    )


def _comes_to(door: Door, port: int | None) -> bool:
    return port is None or door.port is None or (door.port.number is not None and door.port.number.integer == port)


def _doors_to(unit: Unit, service: Service) -> tuple[Door, ...]:
    if unit.memo.doors_to is None:
        unit.memo.doors_to = grouped((id(door.service), door) for door in doors_of(unit) if door.service is not None)
    return unit.memo.doors_to.get(id(service), ())


def doors_of(unit: Unit) -> tuple[Door, ...]:
    """Every door of the unit, one for each backend of each route; those that only get copies are left out."""
    if unit.memo.doors is None:
        unit.memo.doors = tuple(door for route in unit.routes for door in _doors_of_route(unit, route))
    return unit.memo.doors


def _doors_of_route(unit: Unit, route: Route) -> Iterator[Door]:
    for evidence in door_evidence(unit, route):
        for backend in route.backends:
            if not backend.is_mirror and not names_no_service(route, backend):
                yield _door(unit, evidence, route, backend)


def _door(unit: Unit, evidence: DoorEvidence, route: Route, backend: BackendReference) -> Door:
    found = nearest(unit, route.meta, services_meant(unit, route, backend))
    service = found[0] if len(found) == 1 else None
    ports = ports_meant(service, backend) if service else ()
    port = ports[0] if len(ports) == 1 else None
    return Door(evidence.kind, evidence.span, route, backend, service, port, *limits_of(unit, evidence, route, backend, service, port))
