"""Routes: every object that sends traffic from outside, or by rules, to a Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import BackendReference, ObjectMeta, PortForm, ReferenceGrant, Route, RouteTimeouts
from netlint.kubernetes.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree

GATEWAY_ROUTE_KINDS: Final = frozenset(("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"))
TRAEFIK_KINDS: Final = frozenset(("IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "TraefikService"))
ROUTE_KINDS: Final = GATEWAY_ROUTE_KINDS | TRAEFIK_KINDS | {"Ingress", "VirtualService"}


def read_route(root: Tree, meta: ObjectMeta) -> Route:
    """A route of any kind in ``ROUTE_KINDS``."""
    if meta.kind == "Ingress":
        backends, timeouts = tuple(_ingress_backends(root)), ()
    elif meta.kind == "VirtualService":
        return _read_virtual_service(root, meta)
    elif meta.kind in TRAEFIK_KINDS:
        backends, timeouts = tuple(_traefik_backends(root)), ()
    else:
        return _read_gateway_route(root, meta)
    return Route(meta, backends, timeouts, root.scalar("spec", "ingressClassName"))


def _ingress_backends(root: Tree) -> Iterator[BackendReference]:
    """Backends of ``rules`` and the default one: ``networking.k8s.io/v1`` and the forms before it."""
    holders = [root.get("spec", "defaultBackend") or root.get("spec", "backend")]
    for rule in root.list("spec", "rules"):
        holders += [path.get("backend") for path in rule.list("http", "paths")]
    for holder in holders:
        if holder is None:
            continue
        if service := holder.get("service"):
            name, port = service.scalar("name"), service.scalar("port", "name")
            form = PortForm.NAME
            if port is None:
                port, form = service.scalar("port", "number"), PortForm.NUMBER
            lacks_port = service.get("port", "name") is None and service.get("port", "number") is None
        else:
            name, port = holder.scalar("serviceName"), holder.scalar("servicePort")
            form, lacks_port = _port_form(port), holder.get("servicePort") is None
        if name is not None:
            yield BackendReference(name, None, port, holder.span, form, lacks_port)


def _port_form(port: Value | None) -> PortForm:
    """How an IntOrString port is compared. A quoted number is a name to some controllers and a number to others."""
    if port is None or (port.integer is None and port.text.isdigit()):
        return PortForm.EITHER
    return PortForm.NAME if port.integer is None else PortForm.NUMBER


def _read_gateway_route(root: Tree, meta: ObjectMeta) -> Route:
    backends, timeouts = [], []
    for rule in root.list("spec", "rules"):
        holders = rule.list("backendRefs")
        for filters in (rule.list("filters"), *(holder.list("filters") for holder in holders)):
            holders += [mirror for item in filters if (mirror := item.get("requestMirror", "backendRef"))]
        for holder in holders:
            name, group, kind = holder.scalar("name"), holder.scalar("group"), holder.scalar("kind")
            is_service = (group is None or group.text in ("", "core")) and (kind is None or kind.text == "Service")
            if name is not None and is_service:
                namespace = holder.scalar("namespace")
                port, lacks_port = holder.scalar("port"), holder.get("port") is None
                home = namespace.text if namespace else None
                backends.append(BackendReference(name, home, port, holder.span, lacks_port=lacks_port))
        if found := rule.get("timeouts"):
            timeouts.append(RouteTimeouts(request=found.scalar("request"), backend_request=found.scalar("backendRequest")))
    parents = [parent.scalar("kind") for parent in root.list("spec", "parentRefs")]
    is_for_mesh = bool(parents) and all(kind is not None and kind.text == "Service" for kind in parents)
    return Route(meta, tuple(backends), tuple(timeouts), None, is_for_mesh)


def _read_virtual_service(root: Tree, meta: ObjectMeta) -> Route:
    """An Istio VirtualService. A destination host is a Service when it is a short name or ends in the cluster's suffix."""
    backends, timeouts = [], []
    for protocol in ("http", "tls", "tcp"):
        for rule in root.list("spec", protocol):
            destinations = [item.get("destination") for item in rule.list("route")]
            destinations += [rule.get("mirror"), *(item.get("destination") for item in rule.list("mirrors"))]
            for holder in destinations:
                reference = _istio_destination(holder) if holder else None
                if reference:
                    backends.append(reference)
            if rule.get("timeout") or rule.get("retries"):
                timeouts.append(
                    RouteTimeouts(
                        timeout=rule.scalar("timeout"),
                        per_try_timeout=rule.scalar("retries", "perTryTimeout"),
                        attempts=rule.scalar("retries", "attempts"),
                    )
                )
    return Route(meta, tuple(backends), tuple(timeouts), None)


def _istio_destination(holder: Tree) -> BackendReference | None:
    host = holder.scalar("host")
    if host is None:
        return None
    name, _, rest = host.text.partition(".")
    namespace, _, suffix = rest.partition(".")
    # A name with dots that does not end in `.svc…` may be a ServiceEntry or an external host.
    if rest and not (suffix == "svc" or suffix.startswith("svc.")):
        return None
    service = Value(name, host.type, host.span_of(0, len(name)))
    return BackendReference(service, namespace or None, holder.scalar("port", "number"), holder.span)


def _traefik_backends(root: Tree) -> Iterator[BackendReference]:
    """Services of an IngressRoute's routes or of a TraefikService, whose port is a number or a name.

    Source: traefik pkg/provider/kubernetes/crd/traefikio/v1alpha1/service.go:42-135.
    """
    holders = [service for route in root.list("spec", "routes") for service in route.list("services")]
    for form in ("weighted", "highestRandomWeight"):
        holders += root.list("spec", form, "services")
    holders += [found for path in (("failover", "service"), ("failover", "fallback")) if (found := root.get("spec", *path))]
    mirroring = root.get("spec", "mirroring")
    if mirroring:
        holders += [mirroring, *mirroring.list("mirrors")]
    for holder in holders:
        kind, name, namespace, port = (holder.scalar(key) for key in ("kind", "name", "namespace", "port"))
        if name is None or (kind is not None and kind.text != "Service") or "@" in name.text:
            continue
        yield BackendReference(name, namespace.text if namespace else None, port, holder.span, _port_form(port))


def read_reference_grant(root: Tree, meta: ObjectMeta) -> ReferenceGrant:
    """A Gateway API ReferenceGrant."""
    namespaces = tuple(value.text for item in root.list("spec", "from") if (value := item.scalar("namespace")))
    return ReferenceGrant(meta, namespaces)
