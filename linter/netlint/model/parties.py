"""Who an error is about, as far as its text names anybody: the Services, the workloads behind them, and those that ask for them."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns import cluster_name
from netlint.dns.addresses import parse_address
from netlint.kubernetes.hosts import is_public_name
from netlint.model.asked_ports import asked_port
from netlint.model.names import names_written
from netlint.model.policies import End, isolating
from netlint.model.references import lists_port
from netlint.model.selection import open_ports, selected_workloads, services_before
from netlint.model.spelling import is_misspelling
from netlint.model.units import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.finding import Finding
    from netlint.kubernetes.facts import NetworkPolicy, Route, Service, Workload
    from netlint.model import Model
    from netlint.model.error_lines import Told
    from netlint.model.names import UsedName
    from netlint.model.units import Unit
    from netlint.source import Span

_API_SERVER_PORT: Final = 443
_API_SERVER_NAME: Final = "kubernetes"


class Asker(NamedTuple):
    """A workload that asks for the host of the text, or whose pod is named in it.

    ``span`` is where it names the host, ``others`` where it names other hosts.
    """

    workload: Workload
    span: Span | None
    others: tuple[Span, ...] = ()


class Parties(NamedTuple):
    """Who of one unit an error is about. ``by_port``: the text gives no name, so that these are only those with its port.

    ``policies`` are those that isolate the servers for ingress or the askers for egress, each with whom.
    """

    unit: Unit
    services: tuple[Service, ...] = ()
    servers: tuple[Workload, ...] = ()
    askers: tuple[Asker, ...] = ()
    routes: tuple[Route, ...] = ()
    policies: tuple[tuple[NetworkPolicy, str], ...] = ()
    by_port: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody of the unit is known to be meant."""
        return not (self.services or self.servers or self.askers)


def parties_of(model: Model, told: Told, *, is_of_server: bool) -> tuple[Parties, ...]:
    """Who of each unit the text may mean; units in which it means nobody are left out.

    ``is_of_server``: a pod that it names is one that answers, not one that asks.
    """
    found = (_parties(model, unit, told, is_of_server) for unit in model.units)
    return tuple(parties for parties in found if not parties.is_empty)


def names_somebody(told: Told) -> bool:
    """Whether the text names the other side of a call, so that findings about others cannot be its cause."""
    return bool(told.host or told.service or told.pod)


def is_api_server(told: Told) -> bool:
    """Whether the other side is the cluster's API server: its Service's name, or the first address of a range with port 443.

    kubernetes pkg/controlplane/services.go: the Service ``kubernetes`` gets the first address of the Service range.
    """
    if told.host.split(".")[:2] in ([_API_SERVER_NAME], [_API_SERVER_NAME, "default"]):
        return True
    address = parse_address(told.ip)
    is_first = isinstance(address, IPv4Address) and address.is_private and int(address) & 0xFF == 1
    return not told.host and is_first and told.port == _API_SERVER_PORT


def _parties(model: Model, unit: Unit, told: Told, is_of_server: bool) -> Parties:
    services = tuple(_services_meant(model, unit, told))
    servers = [workload for service in services for workload in selected_workloads(unit, service)]
    askers = _askers(model, unit, told, services)
    by_port = False
    of_pod = [workload for workload in unit.workloads if told.pod and _is_pod_of(told.pod, workload)]
    if is_of_server:
        servers += of_pod
    elif of_pod:
        pods = {id(workload) for workload in of_pod}
        named = tuple(asker for asker in askers if id(asker.workload) in pods)
        askers = named or tuple(Asker(workload, None) for workload in of_pod)
    if not (services or told.host or told.pod) and told.port is not None and not is_api_server(told):
        by_port = True
        servers = [workload for workload in unit.workloads if any(_is_number(item.port.number, told.port) for item in open_ports(workload))]
        services = tuple(service for service in unit.services if lists_port(service, told.port))
    fronting = [service for workload in servers for service in services_before(unit, workload)] if by_port else []
    names = {service.meta.name for service in (*services, *fronting)}
    routes = tuple(route for route in unit.routes if any(backend.service.text in names for backend in route.backends)) if names else ()
    servers = list({id(item): item for item in servers}.values())
    return Parties(unit, services, tuple(servers), askers, routes, tuple(_policies(unit, servers, askers)), by_port)


def _policies(unit: Unit, servers: Iterable[Workload], askers: Iterable[Asker]) -> Iterator[tuple[NetworkPolicy, str]]:
    for workload in servers:
        for policy in isolating(unit, "ingress", End(workload)):
            yield policy, f"decides what {workload.meta.title} takes in"
    for asker in askers:
        for policy in isolating(unit, "egress", End(asker.workload)):
            yield policy, f"decides what {asker.workload.meta.title} sends"


def _is_number(value: object, number: int) -> bool:
    return getattr(value, "integer", None) == number


def _services_meant(model: Model, unit: Unit, told: Told) -> Iterator[Service]:
    for name, namespace in names_meant(model, told):
        for service in unit.services_by_name.get(name, ()):
            if compatible(namespace or None, service.meta.namespace):
                yield service
        if name not in unit.services_by_name and namespace in unit.services_by_name and "." in told.host:
            # ``pod.service`` of a headless Service in the pod's own namespace.
            yield from (service for service in unit.services_by_name[namespace] if service.is_headless)
    if told.ip and not told.host:
        yield from (service for service in unit.services if service.cluster_ip is not None and service.cluster_ip.text == told.ip)


def names_meant(model: Model, told: Told) -> tuple[tuple[str, str], ...]:
    """Name and namespace of the Services that the text may mean, by its spelling; the namespace is empty where it is not given."""
    if told.service:
        return ((told.service, told.namespace),)
    host = told.host
    if not host or is_public_name(host):
        return ()
    spelled = cluster_name(host, model.cluster.domain)
    if spelled is not None:
        return ((spelled.service, spelled.namespace),)
    labels = host.split(".")
    return ((labels[0], labels[1] if len(labels) == 2 else ""),) if len(labels) <= 2 else ()


def _askers(model: Model, unit: Unit, told: Told, services: tuple[Service, ...]) -> tuple[Asker, ...]:
    """Workloads that name the host, each once; where none does, those that name the same Service otherwise."""
    if not told.host and not services:
        return ()
    meant = {id(service) for service in services}
    exact: list[Asker] = []
    alike: list[Asker] = []
    for workload in unit.workloads:
        names = [name for name in names_written(model, unit, workload) if may_dial(name, told.port)]
        of_host = [name.reference.place for name in names if told.host and name.host.lower().rstrip(".") == told.host]
        of_service = [name.reference.place for name in names if any(id(service) in meant for service in name.services)]
        others = tuple(name.reference.place for name in names if name.reference.place not in (*of_host, *of_service))
        if of_host:
            exact.append(Asker(workload, of_host[0], others))
        elif of_service:
            alike.append(Asker(workload, of_service[0], others))
    return tuple(exact or alike)


def may_dial(name: UsedName, port: int | None) -> bool:
    """Whether a name may be dialled with the port of the text."""
    asked = asked_port(name.reference)
    return port is None or asked is None or asked.number == port


def _is_pod_of(pod: str, workload: Workload) -> bool:
    """Whether a pod's name is the workload's with what controllers add: a hash and five letters for a Deployment, five for the others."""
    name = workload.meta.name
    if not name or not pod.startswith(f"{name}-"):
        return False
    return pod.count("-") - name.count("-") == (2 if workload.meta.kind in ("Deployment", "Rollout", "CronJob") else 1)


def workloads_shown(model: Model, finding: Finding) -> frozenset[Span]:
    """The documents of the workloads that a finding shows, of whatever unit: who it is about, where a place in code is many programs'."""
    return frozenset(meta.span for unit in model.units for meta in unit.objects_at(finding.spans) if meta.span in unit.workload_spans)


def stands_at_other_port(service: Service, number: int | None, span: Span) -> bool:
    """Whether a place is in the entry of another of the Service's ports than ``number``, and so says nothing of that one."""
    if number is None:
        return False
    return any(
        port.span.path == span.path and port.span.start <= span.start < port.span.end and not _is_number(port.number, number)
        for port in service.ports
    )


def services_alike(model: Model, told: Told) -> tuple[Service, ...]:
    """Services whose name the host's misspells, where none has it."""
    found = []
    for name, _ in names_meant(model, told):
        for unit in model.units:
            found += [service for service in unit.services if is_misspelling(name, service.meta.name)]
    return tuple({service.meta.span: service for service in found}.values())
