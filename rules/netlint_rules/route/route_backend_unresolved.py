"""A route sends to a Service, or to a port of one, that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import AddEntry, Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.knowledge.ingress_nginx import ANNOTATION_PREFIX
from netlint.kubernetes.facts import PortForm
from netlint.kubernetes.routes import GATEWAY_ROUTE_KINDS
from netlint.manifest_fixes import text_token, token
from netlint.model.routes import (
    backend_namespace,
    is_granted,
    knows_every_service,
    names_no_service,
    port_sent_to,
    same_name_elsewhere,
    services_meant,
    services_without_port,
    similar_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.finding import Edit
    from netlint.kubernetes.facts import BackendReference, Route, Service, ServicePort
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span

_TRAEFIK_WHY: Final = "Traefik leaves out a route whose service it cannot build: its requests get 404"
_WHY: Final = {
    "Ingress": "The controller has nothing to send to: ingress-nginx answers 503, Traefik leaves the path out and answers 404",
    "HTTPRoute": "A reference that is not resolved answers every request with HTTP 500",
    "GRPCRoute": "A reference that is not resolved answers every call with UNAVAILABLE",
    "TCPRoute": "Connections to a reference that is not resolved are closed",
    "TLSRoute": "Connections to a reference that is not resolved are closed",
    "UDPRoute": "Packets to a reference that is not resolved are dropped",
    "HTTPProxy": "Contour leaves the reference out and reports ServiceUnresolvedReference: a path without another one answers 503",
    "IngressRouteTCP": "Traefik leaves out a route whose service it cannot build: its connections are closed",
    "IngressRouteUDP": "Traefik leaves out a route whose service it cannot build: its packets are dropped",
    "VirtualService": "Envoy has no cluster for the destination: HTTP requests get 503 with the flag NC, TCP connections are closed",
}


def check(model: Model) -> Iterator[Finding]:
    """Every backend must name a Service of its namespace and a port that it lists: a number among its numbers, a name among its names.

    Sources: kubernetes pkg/apis/networking/types.go (ServiceBackendPort), gateway-api apis/v1/httproute_types.go (HTTPBackendRef), traefik
    pkg/provider/kubernetes/crd/kubernetes.go:701.
    """
    for unit in model.units:
        for route in unit.routes:
            for places in _by_target(route):
                if not names_no_service(route, places[0]):
                    yield from _judge(unit, route, places)


def _by_target(route: Route) -> list[list[BackendReference]]:
    """The route's backends, those that name the same Service and port together."""
    found: dict[tuple[str, str | None, str, PortForm], list[BackendReference]] = {}
    for backend in route.backends:
        key = (backend.service.text, backend.namespace, backend.port.text if backend.port else "", backend.port_form)
        found.setdefault(key, []).append(backend)
    return list(found.values())


def _judge(unit: Unit, route: Route, places: list[BackendReference]) -> Iterator[Finding]:
    backend = places[0]
    meant = services_meant(unit, route, backend)
    if backend.lacks_port:
        yield _portless(route, places, meant)
        return
    if not meant:
        if knows_every_service(unit, route.meta):
            yield _missing(unit, route, places)
        return
    services = services_without_port(unit, route, backend, meant)
    if services:
        yield _port_missing(route, places, services)
    elif _needs_grant(unit, route, backend):
        namespace = backend.namespace
        yield _finding(
            route,
            _names(places),
            [Related(service.meta.head, f"is in namespace {namespace}") for service in meant],
            f"{route.meta.title} of namespace {route.meta.namespace} sends to Service {backend.service.text} of namespace {namespace}, "
            "where no ReferenceGrant in view allows it",
            f"Add a ReferenceGrant to namespace {namespace} that lists {route.meta.kind} from {route.meta.namespace}",
            Severity.INFO,
            Confidence.LOW,
        )


def _needs_grant(unit: Unit, route: Route, backend: BackendReference) -> bool:
    """Whether the route crosses namespaces without leave; one of a mesh needs none (gateway-api geps/gep-1294)."""
    ours, theirs = route.meta.namespace, backend.namespace
    crosses = route.meta.kind in GATEWAY_ROUTE_KINDS and ours is not None and theirs is not None and ours != theirs
    crosses = crosses and not route.is_for_mesh
    return crosses and knows_every_service(unit, route.meta) and not is_granted(unit, route.meta, theirs or "")


def _port_missing(route: Route, places: list[BackendReference], services: tuple[Service, ...]) -> Finding:
    backend, service = places[0], services[0]
    assert backend.port is not None
    ports = _show_ports(service)
    severity, confidence, note = Severity.ERROR, Confidence.HIGH, ""
    related = [Related(item.meta.head, f"lists {_show_ports(item)}") for item in services]
    help = f"Use one of {ports}" if len(service.ports) > 1 else f"Use {ports}"
    hit = port_sent_to(service, backend)
    if hit is not None and hit.target_port is not None and hit.number is not None:
        related.append(Related(hit.target_port.span, "is a targetPort, not a port"))
        help = f"Use {hit.number.text}, the port that the Service sends to {backend.port.text}"
        note = f"; {backend.port.text} is its targetPort"
        if route.meta.kind == "Ingress" and (controller := _controller(route)) != "other":
            # ingress-nginx compares the targetPort as well (internal/ingress/controller/controller.go:1233-1238); Traefik does not.
            severity, confidence = (Severity.INFO if controller == "nginx" else Severity.WARNING), Confidence.MEDIUM
            note += ", which ingress-nginx takes for it and other controllers need not"
    right = hit or (service.ports[0] if len(service.ports) == 1 else None)
    fix = _write_port(places, right) if right is not None and len(services) == 1 else None
    word = "the port named" if backend.port_form is PortForm.NAME else "port"
    message = f"{route.meta.title} sends to {word} {backend.port.text} of {service.meta.title}, which lists {ports}{note}"
    return _finding(route, _ports(places), related, message, help, severity, confidence, fix)


def _write_port(places: list[BackendReference], port: ServicePort) -> Fix | None:
    """The port at every place, by name where the route takes names alone."""
    form = places[0].port_form
    right = port.name if form is PortForm.NAME else port.number
    if right is None:
        return None
    write = token if form is PortForm.NUMBER else text_token
    return _write(right.text, [write(place.port, right.text) for place in places if place.port is not None])


def _write(text: str, edits: list[Edit | None]) -> Fix | None:
    """What writes ``text`` at every place, if it can be written at each."""
    return Fix(f"Write {text}", False, tuple(edit for edit in edits if edit)) if all(edits) else None


def _portless(route: Route, places: list[BackendReference], services: tuple[Service, ...]) -> Finding:
    """A Service without a port: kubernetes pkg/apis/networking/validation/validation.go (validateIngressBackend); gateway-api
    apis/v1/object_reference_types.go (BackendObjectReference).
    """
    ports = _show_ports(services[0]) if services else ""
    return RULE.finding(
        places[0].service.span,
        message=f"{route.meta.title} names no port of Service {places[0].service.text}{f', which lists {ports}' if ports else ''}",
        why=f"The API server rejects {route.meta.title}: it is not created, and an update leaves the old one in force",
        help=f"Name one of {ports} beside the Service" if ports else "Name a port beside the Service",
        subject=Subject.of(route.meta),
        related=[
            *(Related(span, "names no port either") for span in _names(places)[1:]),
            *(Related(service.meta.head, f"lists {_show_ports(service)}") for service in services if service.ports),
        ],
        symptom=Symptom.REJECTED,
        fix=_add_port(route, places, services),
    )


def _add_port(route: Route, places: list[BackendReference], services: tuple[Service, ...]) -> Fix | None:
    """The only port that the Service lists, as the kind of the route writes it."""
    number = services[0].ports[0].number if len(services) == 1 and len(services[0].ports) == 1 else None
    if number is None or number.integer is None:
        return None
    is_nested = route.meta.kind == "Ingress" and route.meta.api_version == "networking.k8s.io/v1"
    key = "servicePort" if route.meta.kind == "Ingress" and not is_nested else "port"
    written = f"{{number: {number.text}}}" if is_nested else number.text
    return Fix(f"Set {key}: {written}", False, tuple(AddEntry(span, key, written) for span in _names(places)))


def _missing(unit: Unit, route: Route, places: list[BackendReference]) -> Finding:
    backend = places[0]
    name = backend.service.text
    namespace = backend_namespace(route, backend)
    elsewhere = same_name_elsewhere(unit, route, backend)
    if elsewhere:
        homes = sorted({service.meta.namespace or "" for service in elsewhere})
        message = f"{route.meta.title} looks for Service {name} in namespace {namespace}; it is in {' and '.join(homes)}"
        related = [Related(service.meta.head, f"is in namespace {service.meta.namespace}") for service in elsewhere]
        help = f"Put the {route.meta.kind} and the Service into one namespace{_cross(route)}"
        return _finding(route, _names(places), related, message, help)
    similar = similar_names(unit, route, backend)
    if similar:
        names = sorted({service.meta.name for service in similar})
        related = [Related(service.meta.head, "is there") for service in similar]
        message = f"{route.meta.title} sends to Service {name}, which does not exist; there is {' and '.join(names)}"
        fix = _write(names[0], [text_token(place.service, names[0]) for place in places]) if len(names) == 1 else None
        return _finding(route, _names(places), related, message, f"Name {' or '.join(names)}", fix=fix)
    message = f"{route.meta.title} sends to Service {name}, which is not in view"
    help = f"Add the Service, or name one that is there; nothing is to be done if something else creates {name}"
    return _finding(route, _names(places), [], message, help, Severity.INFO, Confidence.LOW)


def _names(places: list[BackendReference]) -> list[Span]:
    return [backend.service.span for backend in places]


def _ports(places: list[BackendReference]) -> list[Span]:
    return [backend.port.span for backend in places if backend.port is not None]


def _cross(route: Route) -> str:
    if route.meta.kind in GATEWAY_ROUTE_KINDS:
        return ", or give the backendRef its namespace and let a ReferenceGrant there allow it"
    return ", or write the host as name.namespace.svc.cluster.local" if route.meta.kind == "VirtualService" else ""


def _controller(route: Route) -> str:
    """Who reads an Ingress: ``nginx`` (ingress-nginx), ``other``, or ``unknown`` where nothing says."""
    old = route.meta.annotation("kubernetes.io/ingress.class")
    named = [value.text for value in (route.class_name, old) if value is not None]
    if any("nginx" in name for name in named) or any(key.text.startswith(ANNOTATION_PREFIX) for key, _ in route.meta.annotations):
        return "nginx"
    return "other" if named else "unknown"


def _show_ports(service: Service) -> str:
    shown = [(port.number.text if port.number else "?") + (f" ({port.name.text})" if port.name else "") for port in service.ports]
    return ", ".join(dict.fromkeys(shown))


def _finding(
    route: Route,
    spans: list[Span],
    related: list[Related],
    message: str,
    help: str,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    fix: Fix | None = None,
) -> Finding:
    return RULE.finding(
        spans[0],
        message=message,
        why=_WHY.get(route.meta.kind, _TRAEFIK_WHY),
        help=help,
        subject=Subject.of(route.meta),
        related=[*(Related(span, "names it as well") for span in spans[1:]), *related],
        severity=severity,
        confidence=confidence,
        fix=fix,
    )


RULE = Rule(
    name="route-backend-unresolved",
    family="route",
    layer=9,
    summary="A route sends to a Service, or to a port of one, that does not exist",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
