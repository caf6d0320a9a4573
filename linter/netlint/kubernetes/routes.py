"""Routes: every object that sends traffic from outside, or by rules, to a Service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import BackendReference, ObjectMeta, ParentReference, PortForm, ReferenceGrant, Route, RouteTimeouts
from netlint.kubernetes.values import ScalarType, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree

GATEWAY_ROUTE_KINDS: Final = frozenset(("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"))
TRAEFIK_KINDS: Final = frozenset(("IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "TraefikService"))
_GATEWAY_GROUPS: Final = ("gateway.networking.k8s.io/", "gateway.networking.x-k8s.io/", "networking.x-k8s.io/")
ROUTE_KINDS: Final = GATEWAY_ROUTE_KINDS | TRAEFIK_KINDS | {"Ingress", "VirtualService", "HTTPProxy"}

# Only paths that are sure to be asked for by that name count: what stands between backticks in Path() and PathPrefix() of Traefik's rules.
_TRAEFIK_PATH: Final = re.compile(r"Path(?:Prefix)?\(`([^`]*)`\)")


def read_route(root: Tree, meta: ObjectMeta) -> Route:
    """A route of any kind in ``ROUTE_KINDS``."""
    if meta.kind == "VirtualService":
        return _read_virtual_service(root, meta)
    if meta.kind in GATEWAY_ROUTE_KINDS:
        return _read_gateway_route(root, meta)
    if meta.kind == "HTTPProxy":
        return _read_http_proxy(root, meta)
    if meta.kind in TRAEFIK_KINDS:
        return Route(meta, tuple(_traefik_backends(root, meta.kind)), (), root.scalar("spec", "ingressClassName"))
    hosts = tuple(host for rule in root.list("spec", "rules") if (host := rule.scalar("host")))
    return Route(meta, tuple(_ingress_backends(root)), (), root.scalar("spec", "ingressClassName"), hosts=hosts)


def _ingress_backends(root: Tree) -> Iterator[BackendReference]:
    """Backends of ``rules`` and the default one: ``networking.k8s.io/v1`` and the forms before it."""
    holders: list[tuple[Tree | None, Value | None, Value | None]] = [
        (root.get("spec", "defaultBackend") or root.get("spec", "backend"), None, None)
    ]
    for rule in root.list("spec", "rules"):
        holders += [(path.get("backend"), path.scalar("path"), rule.scalar("host")) for path in rule.list("http", "paths")]
    for holder, path, host in holders:
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
            yield BackendReference(name, None, port, holder.span, form, lacks_port, paths=(path,) if path else (), host=host)


def _port_form(port: Value | None) -> PortForm:
    """How an IntOrString port is compared. A quoted number is a name to some controllers and a number to others."""
    if port is None or (port.integer is None and port.text.isdigit()):
        return PortForm.EITHER
    return PortForm.NAME if port.integer is None else PortForm.NUMBER


def _read_gateway_route(root: Tree, meta: ObjectMeta) -> Route:
    backends, timeouts = [], []
    is_opaque = meta.kind in ("TCPRoute", "TLSRoute", "UDPRoute")
    # Kinds of this name of other groups, as STUNner's UDPRoute, may do without a port.
    needs_port = meta.api_version.startswith(_GATEWAY_GROUPS)
    for rule in root.list("spec", "rules"):
        of_rule = _gateway_timeouts(rule)
        paths = tuple(path for match in rule.list("matches") if (path := match.scalar("path", "value")))
        methods = tuple(method for match in rule.list("matches") if (method := match.scalar("method", "method")))
        holders = [(holder, False) for holder in rule.list("backendRefs")]
        filters = [*rule.list("filters"), *(item for holder, _ in holders for item in holder.list("filters"))]
        holders += [(mirror, True) for item in filters if (mirror := item.get("requestMirror", "backendRef"))]
        for holder, is_mirror in holders:
            name, group, kind = holder.scalar("name"), holder.scalar("group"), holder.scalar("kind")
            is_service = (group is None or group.text in ("", "core")) and (kind is None or kind.text == "Service")
            if name is not None and is_service:
                namespace = holder.scalar("namespace")
                backends.append(
                    BackendReference(
                        service=name,
                        namespace=namespace.text if namespace else None,
                        port=holder.scalar("port"),
                        span=holder.span,
                        lacks_port=needs_port and holder.get("port") is None,
                        timeouts=of_rule,
                        paths=paths,
                        methods=methods,
                        is_mirror=is_mirror,
                        is_opaque=is_opaque,
                    )
                )
        if rule.has("timeouts") and of_rule:
            timeouts.append(of_rule)
    parents = tuple(_parents(root))
    is_for_mesh = bool(parents) and all(parent.kind == "Service" for parent in parents)
    return Route(meta, tuple(backends), tuple(timeouts), None, is_for_mesh, root.strings("spec", "hostnames"), parents)


def _gateway_timeouts(rule: Tree) -> RouteTimeouts | None:
    if not rule.has("timeouts") and not rule.has("retry"):
        return None
    return RouteTimeouts(
        request=rule.scalar("timeouts", "request"),
        backend_request=rule.scalar("timeouts", "backendRequest"),
        attempts=rule.scalar("retry", "attempts"),
    )


def _parents(root: Tree) -> Iterator[ParentReference]:
    for parent in root.list("spec", "parentRefs"):
        name, namespace, kind = parent.scalar("name"), parent.scalar("namespace"), parent.scalar("kind")
        if name is not None:
            yield ParentReference(name, namespace.text if namespace else None, kind.text if kind else "Gateway")


def _read_virtual_service(root: Tree, meta: ObjectMeta) -> Route:
    """An Istio VirtualService. A destination host is a Service when it is a short name or ends in the cluster's suffix."""
    backends, timeouts = [], []
    for protocol in ("http", "tls", "tcp"):
        for rule in root.list("spec", protocol):
            of_rule = None
            if rule.get("timeout") or rule.get("retries"):
                of_rule = RouteTimeouts(
                    timeout=rule.scalar("timeout"),
                    per_try_timeout=rule.scalar("retries", "perTryTimeout"),
                    attempts=rule.scalar("retries", "attempts"),
                )
                timeouts.append(of_rule)
            paths = tuple(path for match in rule.list("match") for form in ("prefix", "exact") if (path := match.scalar("uri", form)))
            destinations = [(item.get("destination"), False) for item in rule.list("route")]
            destinations += [(rule.get("mirror"), True), *((item.get("destination"), True) for item in rule.list("mirrors"))]
            for holder, is_mirror in destinations:
                reference = _istio_destination(holder) if holder else None
                if reference:
                    backends.append(reference._replace(timeouts=of_rule, paths=paths, is_mirror=is_mirror, is_opaque=protocol != "http"))
    gateways, hosts = root.strings("spec", "gateways"), root.strings("spec", "hosts")
    return Route(meta, tuple(backends), tuple(timeouts), None, hosts=hosts, gateways=gateways)


def _read_http_proxy(root: Tree, meta: ObjectMeta) -> Route:
    """Contour's HTTPProxy. Source: contour apis/projectcontour/v1/httpproxy.go (Route, Service, TimeoutPolicy, RetryPolicy)."""
    backends, timeouts = [], []
    for rule in root.list("spec", "routes"):
        of_rule = None
        if rule.has("timeoutPolicy") or rule.has("retryPolicy"):
            of_rule = RouteTimeouts(
                timeout=rule.scalar("timeoutPolicy", "response"),
                stream_idle=rule.scalar("timeoutPolicy", "idle"),
                connection_idle=rule.scalar("timeoutPolicy", "idleConnection"),
                per_try_timeout=rule.scalar("retryPolicy", "perTryTimeout"),
                attempts=rule.scalar("retryPolicy", "count"),
            )
            timeouts.append(of_rule)
        paths = tuple(path for match in rule.list("conditions") if (path := match.scalar("prefix") or match.scalar("exact")))
        backends += [_contour_service(item)._replace(timeouts=of_rule, paths=paths) for item in rule.list("services") if item.has("name")]
    opaque = [item for item in root.list("spec", "tcpproxy", "services") if item.has("name")]
    backends += [_contour_service(item)._replace(is_opaque=True) for item in opaque]
    fqdn = root.scalar("spec", "virtualhost", "fqdn")
    hosts = (fqdn,) if fqdn else ()
    return Route(meta, tuple(backends), tuple(timeouts), root.scalar("spec", "ingressClassName"), hosts=hosts)


def _contour_service(item: Tree) -> BackendReference:
    mirror = item.scalar("mirror")
    return BackendReference(
        service=item.scalar("name") or item.value,
        namespace=None,
        port=item.scalar("port"),
        span=item.span,
        lacks_port=item.get("port") is None,
        protocol=item.scalar("protocol"),
        is_mirror=mirror is not None and mirror.boolean is True,
    )


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


def _traefik_backends(root: Tree, kind: str) -> Iterator[BackendReference]:
    """Services of an IngressRoute's routes or of a TraefikService, whose port is a number or a name.

    Source: traefik pkg/provider/kubernetes/crd/traefikio/v1alpha1/service.go:42-135.
    """
    holders: list[tuple[Tree, Value | None, bool]] = []
    for route in root.list("spec", "routes"):
        holders += [(service, route.scalar("match"), False) for service in route.list("services")]
    for form in ("weighted", "highestRandomWeight"):
        holders += [(service, None, False) for service in root.list("spec", form, "services")]
    for path in (("failover", "service"), ("failover", "fallback")):
        holders += [(found, None, False)] if (found := root.get("spec", *path)) else []
    if mirroring := root.get("spec", "mirroring"):
        holders += [(mirroring, None, False), *((mirror, None, True) for mirror in mirroring.list("mirrors"))]
    for holder, match, is_mirror in holders:
        backend_kind, name, namespace, port = (holder.scalar(key) for key in ("kind", "name", "namespace", "port"))
        if name is None or (backend_kind is not None and backend_kind.text != "Service") or "@" in name.text:
            continue
        yield BackendReference(
            service=name,
            namespace=namespace.text if namespace else None,
            port=port,
            span=holder.span,
            port_form=_port_form(port),
            paths=tuple(_traefik_paths(match)) if match else (),
            protocol=holder.scalar("scheme"),
            transport=holder.scalar("serversTransport"),
            is_mirror=is_mirror,
            is_opaque=kind in ("IngressRouteTCP", "IngressRouteUDP"),
        )


def _traefik_paths(match: Value) -> Iterator[Value]:
    for found in _TRAEFIK_PATH.finditer(match.text):
        yield Value(found[1], ScalarType.STRING, match.span_of(*found.span(1)))


def read_reference_grant(root: Tree, meta: ObjectMeta) -> ReferenceGrant:
    """A Gateway API ReferenceGrant."""
    namespaces = tuple(value.text for item in root.list("spec", "from") if (value := item.scalar("namespace")))
    return ReferenceGrant(meta, namespaces)
