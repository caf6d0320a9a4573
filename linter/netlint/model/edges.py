"""Calls from end to end: a program of one workload, the Service it asks for, and the program that answers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.model.links import links_of, listens_of
from netlint.model.selection import pod_port_asked, port_asked, selected_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.links import Link, Listen
    from netlint.model.units import Unit


class Edge(NamedTuple):
    """A call of ``link`` from the pods of ``client`` to a port of a Service.

    ``port`` is None where the Service lists none that is dialled; ``server`` and ``listen`` where it is not known who answers. The latter
    is the one place where a program in ``server`` waits for connections to the port that the Service sends to.
    """

    client: Workload
    link: Link
    service: Service
    port: ServicePort | None
    server: Workload | None
    listen: Listen | None


def edges(model: Model, unit: Unit) -> tuple[Edge, ...]:
    """Every call of a program to the Services of its unit, in order of the workloads."""
    if unit.memo.edges is None:
        unit.memo.edges = tuple(edge for workload in unit.workloads for edge in _edges(model, unit, workload))
    return unit.memo.edges


def _edges(model: Model, unit: Unit, client: Workload) -> Iterator[Edge]:
    for link in links_of(model, unit, client):
        for service in link.name.services if len(link.name.services) == 1 else ():
            port = port_asked(service, link.port)
            servers = selected_workloads(unit, service)
            if not servers:
                yield Edge(client, link, service, port, None, None)
            for server in servers:
                yield Edge(client, link, service, port, server, _answering(model, unit, service, link, server))


def _answering(model: Model, unit: Unit, service: Service, link: Link, server: Workload) -> Listen | None:
    number = pod_port_asked(service, link.port, server)
    found = [listen for listen in listens_of(model, unit, server) if listen.port == number and number]
    return found[0] if len(found) == 1 else None
