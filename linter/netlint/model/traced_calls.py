"""Every call that is in view, each once: what programs call, what manifests name, and what front doors send on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.hosts import HostForm, HostReference
from netlint.model.asked_names import names_called
from netlint.model.asked_ports import asked_port
from netlint.model.doors import doors_of
from netlint.model.linked import links_in
from netlint.model.names import find_services, meaning_of
from netlint.model.selection import pod_port_asked, pod_port_number, port_asked, selected_workloads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.facts import Route, Service, ServicePort, Workload
    from netlint.model import Model
    from netlint.model.doors import Door
    from netlint.model.links import Link
    from netlint.model.names import UsedName
    from netlint.model.units import Unit
    from netlint.source import Span


class Target(NamedTuple):
    """A workload behind the Service, and the port of its pods that the call arrives at; None where that is not known."""

    workload: Workload
    port: int | None


class TracedCall(NamedTuple):
    """A call from a workload, or from a front door (``client`` is its route), to a host.

    ``span`` is where the host is named, None for a call that nothing in view makes. ``port`` is the one dialled, None where it is not
    known. ``service`` is None for a host outside, and where none of that name is in view; ``service_port`` where it does not list the port.
    ``links`` are the places in code that make the call; none where only manifests tell of it.
    """

    unit: Unit
    client: Workload | Route
    host: str
    port: int | None
    scheme: str
    span: Span | None
    is_external: bool
    service: Service | None
    service_port: ServicePort | None
    targets: tuple[Target, ...]
    links: tuple[Link, ...] = ()
    door: Door | None = None


def traced_calls(model: Model) -> tuple[TracedCall, ...]:
    """Every call in view, by client; what several units deploy alike is one."""
    found: dict[tuple[object, ...], TracedCall] = {}
    for unit in model.units:
        for call in (*_calls_of_workloads(model, unit), *_calls_of_doors(unit)):
            service = call.service.meta.span if call.service is not None else None
            found.setdefault((call.client.meta.span, call.host, call.port, service), call)
    return tuple(found.values())


def _calls_of_workloads(model: Model, unit: Unit) -> Iterator[TracedCall]:
    for workload in unit.workloads:
        named: dict[tuple[str, int | None], tuple[UsedName, list[Link]]] = {}
        for link in _links(model, unit, workload):
            named.setdefault((link.host, link.link.port), (link.link.name, []))[1].append(link.link)
        told = {link.span for _, links in named.values() for link in links}
        for name in names_called(model, unit, workload):
            asked, host = asked_port(name.reference), _plain(name.host)
            # Where the manifest gives the host alone, the program that is given it may tell the port.
            if asked is not None or name.reference.span not in told:
                named.setdefault((host, asked.number if asked else None), (name, []))
        for (host, port), (name, links) in named.items():
            call = _call(unit, workload, name, host, port, links)
            # A workload's own Service is what it tells others of, unless its program dials it.
            if links or not any(target.workload is workload for target in call.targets):
                yield call


class _NamedLink(NamedTuple):
    host: str
    link: Link


def _links(model: Model, unit: Unit, workload: Workload) -> Iterator[_NamedLink]:
    for link in links_in(model, unit, workload):
        # A word without dot and port that names nothing in view may be no host at all.
        if link.name.kind != "unknown" or "." in link.name.host or link.port is not None:
            yield _NamedLink(_plain(link.name.host), link)


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _call(unit: Unit, workload: Workload, name: UsedName, host: str, port: int | None, links: list[Link]) -> TracedCall:
    services = name.services or (find_services(unit, workload, name.service_name, name.namespace) if name.service_name else ())
    service = services[0] if len(services) == 1 else None
    service_port = port_asked(service, port) if service is not None else None
    return TracedCall(
        unit=unit,
        client=workload,
        host=host,
        port=port,
        scheme=name.reference.scheme,
        span=name.reference.place,
        is_external=name.kind == "external",
        service=service,
        service_port=service_port,
        targets=_targets(unit, service, port),
        links=tuple(links),
    )


def _targets(unit: Unit, service: Service | None, number: int | None) -> tuple[Target, ...]:
    if service is None or service.is_external_name:
        return ()
    return tuple(Target(workload, pod_port_asked(service, number, workload)) for workload in selected_workloads(unit, service))


def _calls_of_doors(unit: Unit) -> Iterator[TracedCall]:
    for door in doors_of(unit):
        number = door.port.number.integer if door.port is not None and door.port.number is not None else None
        written = door.backend.port
        yield TracedCall(
            unit=unit,
            client=door.route,
            host=door.backend.service.text,
            port=number if number is not None else written.integer if written is not None else None,
            scheme="",
            span=door.backend.service.span,
            is_external=False,
            service=door.service,
            service_port=door.port,
            targets=_targets_of_door(unit, door),
            door=door,
        )


def _targets_of_door(unit: Unit, door: Door) -> tuple[Target, ...]:
    """A door takes the pods and their ports from the API, so that a headless Service is like any other."""
    if door.service is None or door.service.is_external_name:
        return ()
    workloads = selected_workloads(unit, door.service)
    return tuple(Target(workload, pod_port_number(door.port, workload) if door.port is not None else None) for workload in workloads)


class Wanted(NamedTuple):
    """A name of the command line: an object's, with its kind or namespace before a slash, and a port after a colon."""

    text: str
    name: str
    qualifier: str = ""
    port: str = ""


def wanted(text: str) -> Wanted:
    """What a name of the command line means.

    ``orders``, ``shop/orders``, ``Deployment/orders``, ``orders.shop:80``, ``orders:http``, or a URL, whose path says nothing.
    """
    if "://" in text:
        text = text.partition("://")[2].partition("/")[0]
    rest, _, port = text.rpartition(":") if ":" in text else (text, "", "")
    qualifier, _, name = rest.rpartition("/")
    return Wanted(text, name.lower().rstrip("."), qualifier.lower(), port.lower())


_SHORT_KINDS: Final = {"deploy": "deployment", "sts": "statefulset", "ds": "daemonset", "svc": "service", "ing": "ingress", "po": "pod"}


def is_client(call: TracedCall, name: Wanted) -> bool:
    """Whether the call is made by what ``name`` names."""
    return _is_object(call.client, name)


def _is_object(item: Workload | Route | Service, name: Wanted) -> bool:
    meta = item.meta
    if meta.name.lower() != name.name:
        return False
    kind = _SHORT_KINDS.get(name.qualifier, name.qualifier)
    return name.qualifier in ("", (meta.namespace or "").lower()) or kind.removesuffix("s") == meta.kind.lower().removesuffix("s")


def is_callee(call: TracedCall, name: Wanted) -> bool:
    """Whether the call is to what ``name`` names: its host as written, its Service, or a workload behind that."""
    if name.port and not _has_port(call, name.port):
        return False
    if call.host == name.name and not name.qualifier:
        return True
    if call.service is not None:
        labels = name.name.split(".")
        namespace = name.qualifier or (labels[1] if len(labels) > 1 else "")
        meta = call.service.meta
        if meta.name.lower() == labels[0] and namespace in ("", "service", "svc", (meta.namespace or "").lower()):
            return True
    if any(_is_object(target.workload, name) for target in call.targets):
        return True
    # Of a Service that is not in view the host alone tells: ``redis.shop`` is ``redis.shop.svc.cluster.local``.
    wanted = f"{name.name}.{name.qualifier}" if name.qualifier and "." not in name.name else name.name
    return call.service is None and not call.is_external and call.host.startswith(f"{wanted}.")


def _has_port(call: TracedCall, port: str) -> bool:
    names = (call.service_port.name.text.lower(),) if call.service_port is not None and call.service_port.name is not None else ()
    return port in (*names, str(call.port))


def clients_in(model: Model, name: Wanted) -> tuple[tuple[Unit, Workload], ...]:
    """The workloads that ``name`` names, of each unit."""
    return tuple((unit, workload) for unit in model.units for workload in unit.workloads if _is_object(workload, name))


def supposed_calls(model: Model, client: Wanted, callee: Wanted) -> tuple[TracedCall, ...]:
    """The calls that nothing in view makes: from a workload of the first name to a Service or host of the second, as it is written."""
    found = []
    for unit, workload in clients_in(model, client):
        host = f"{callee.name}.{callee.qualifier}" if callee.qualifier and callee.qualifier not in ("service", "svc") else callee.name
        number = int(callee.port) if callee.port.isdigit() and len(callee.port) < 6 else None
        reference = HostReference(host, number, HostForm.HOST_PORT, "", workload.meta.head)
        name = meaning_of(unit, workload, reference, None, model.cluster)
        if number is None and callee.port and len(name.services) == 1:
            ports = [port for port in name.services[0].ports if port.name is not None and port.name.text.lower() == callee.port]
            number = ports[0].number.integer if len(ports) == 1 and ports[0].number is not None else None
        found.append(_call(unit, workload, name, host, number, [])._replace(span=None))
    return tuple(found)


def names_of(calls: Iterable[TracedCall]) -> tuple[str, ...]:
    """Names of everything that calls or is called, for a hint."""
    return tuple(
        dict.fromkeys(name for call in calls for name in (call.client.meta.name, call.service.meta.name if call.service else call.host))
    )
