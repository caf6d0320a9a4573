"""What is set of a front door's time-outs for one backend, and what holds where nothing is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import Nanoseconds, parse_duration, parse_seconds, seconds
from netlint.knowledge.front_doors import DEFAULTS, DoorKind
from netlint.knowledge.ingress_nginx import ANNOTATION_PREFIX
from netlint.kubernetes.values import ScalarType
from netlint.model.limits import UNKNOWN, Limit, set_limit, unknown_limit
from netlint.model.units import compatible, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.knowledge.front_doors import DefaultLimit
    from netlint.kubernetes.facts import BackendReference, ConfigMap, FrontDoorObject, Route, Service, ServicePort
    from netlint.kubernetes.values import Value
    from netlint.model.door_kinds import DoorEvidence
    from netlint.model.units import Unit
    from netlint.source import Span


class Tries(NamedTuple):
    """How often a front door sends a request at most, the first try included; ``number`` None: not known. Fields as of ``Limit``."""

    number: int | None
    setting: str
    span: Span | None = None
    source: str = ""


class Limits(NamedTuple):
    """The time-outs of a front door for one backend, as ``DoorDefaults`` has them."""

    request: Limit
    read: Limit
    connect: Limit
    upstream_idle: Limit
    tries: Tries


UNKNOWN_TRIES: Final = Tries(None, "")

_ATOI: Final = re.compile(r"[0-9]{1,9}")
_SNIPPET_TIMEOUT: Final = re.compile(r"\b(?:proxy|grpc)_(read|connect)_timeout\s+([^;\s]+)\s*;")
_NGINX_CONFIG_MAPS: Final = frozenset(
    ("ingress-nginx-controller", "nginx-configuration", "nginx-ingress-controller", "nginx-load-balancer-conf", "ingress-controller-conf")
)
"""Names that the projects' own manifests give the controller's ConfigMap."""
_ALB_ATTRIBUTES: Final = "alb.ingress.kubernetes.io/load-balancer-attributes"
_ALB_GROUP: Final = "alb.ingress.kubernetes.io/group.name"
_ALB_IDLE: Final = "idle_timeout.timeout_seconds"


def limits_of(
    unit: Unit, evidence: DoorEvidence, route: Route, backend: BackendReference, service: Service | None, port: ServicePort | None
) -> Limits:
    """The time-outs in force on the way from a front door to a backend.

    All are unknown where bytes are passed through, where only copies are sent, and where a patch that is not applied here may change the
    route.
    """
    if backend.is_opaque or backend.is_mirror or unit.is_patched(route.meta):
        return Limits(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN_TRIES)
    match evidence.kind:
        case DoorKind.INGRESS_NGINX:
            return _ingress_nginx(unit, route)
        case DoorKind.NGINX:
            return _nginx(route)
        case DoorKind.ALB:
            return _alb(unit, route)
        case DoorKind.GCE:
            return _google(unit, backend, service, port)
        case DoorKind.ISTIO:
            return _istio(unit, route, backend, service)
        case DoorKind.ENVOY_GATEWAY:
            return _envoy_gateway(unit, route, backend, evidence.parent)
        case DoorKind.CONTOUR:
            return _contour(unit, route, backend)
        case DoorKind.TRAEFIK:
            return _traefik(unit, backend, service)
        case DoorKind.HAPROXY:
            return _haproxy(route)
        case _:
            return defaults_of(evidence.kind)


def defaults_of(kind: DoorKind) -> Limits:
    """What a kind of front door does where nothing is set."""
    known = DEFAULTS[kind]
    tries = Tries(known.tries.number, known.tries.setting, None, known.tries.source) if known.tries else UNKNOWN_TRIES
    return Limits(_default(known.request), _default(known.read), _default(known.connect), _default(known.upstream_idle), tries)


def _default(default: DefaultLimit | None) -> Limit:
    return set_limit(default.duration, default.setting, None, default.source) if default else UNKNOWN


def _written(value: Value | None, duration: Nanoseconds | None, setting: str, otherwise: Limit, *, zero_is_off: bool = False) -> Limit:
    """What ``value`` sets, read as ``duration``: nothing where it is absent, something unknown where it cannot be read."""
    if value is None:
        return otherwise
    if duration is None:
        return unknown_limit(setting, value.span)
    return set_limit(None if zero_is_off and duration == 0 else duration, setting, value.span)


def _seconds(value: Value | None) -> Nanoseconds | None:
    """A plain integer of seconds."""
    return seconds(int(value.text)) if value is not None and _ATOI.fullmatch(value.text) else None


def _duration(value: Value | None) -> Nanoseconds | None:
    return parse_duration(value.text) if value is not None else None


# ingress-nginx


def _ingress_nginx(unit: Unit, route: Route) -> Limits:
    """Annotations, which are integers without unit or ignored; then the controller's ConfigMap; then the default.

    Source: ingress-nginx internal/ingress/annotations/parser/main.go:130-140, annotations/proxy/main.go:283-341.
    """
    default = defaults_of(DoorKind.INGRESS_NGINX)
    maps = _controller_config_maps(unit)
    read = _nginx_limit(route, maps, "read", default.read)
    connect = _nginx_limit(route, maps, "connect", default.connect)
    idle = _from_config_maps(maps, "upstream-keepalive-timeout", default.upstream_idle)
    tries_written = route.meta.annotation(f"{ANNOTATION_PREFIX}proxy-next-upstream-tries")
    tries = default.tries
    if tries_written is not None and _ATOI.fullmatch(tries_written.text):
        tries = Tries(int(tries_written.text) or None, tries.setting, tries_written.span)
    elif any(key.text == tries.setting for config_map in maps for key, _ in config_map.data):
        tries = UNKNOWN_TRIES
    return Limits(default.request, read, connect, idle, tries)


def _nginx_limit(route: Route, maps: tuple[ConfigMap, ...], phase: str, default: Limit) -> Limit:
    snippets = [value for key, value in route.meta.annotations if key.text.startswith(ANNOTATION_PREFIX) and "snippet" in key.text]
    for snippet in snippets:
        for found in _SNIPPET_TIMEOUT.finditer(snippet.text):
            if found[1] == phase:
                duration = parse_seconds(found[2])
                setting, span = f"proxy_{phase}_timeout", snippet.span_of(*found.span(2))
                return unknown_limit(setting, span) if duration is None else set_limit(duration, setting, span)
    written = route.meta.annotation(ANNOTATION_PREFIX + default.label)
    if written is not None and written.is_placeholder:
        return unknown_limit(default.label, written.span)
    if written is not None and written.type is ScalarType.STRING and (duration := _seconds(written)) is not None:
        return set_limit(duration, default.label, written.span)
    return _from_config_maps(maps, default.label, default)


def _from_config_maps(maps: tuple[ConfigMap, ...], key: str, default: Limit) -> Limit:
    """What the controllers' ConfigMaps set; unknown where they differ, for it is not told which controller serves the route."""
    found = {_written(value, _seconds(value), key, default) for value in _values(maps, key)}
    if len({limit.duration for limit in found}) > 1:
        return UNKNOWN
    return next(iter(found), default)


def _values(maps: Iterable[ConfigMap], key: str) -> Iterator[Value | None]:
    for config_map in maps:
        yield next((value for name, value in config_map.data if name.text == key), None)


def _controller_config_maps(unit: Unit) -> tuple[ConfigMap, ...]:
    """ConfigMaps that an ingress-nginx of the unit reads: those its ``--configmap`` names, and those with the name of a shipped one."""
    names = {
        word.text.rpartition("/")[2].rpartition("=")[2]
        for workload in unit.workloads
        for container in workload.template.containers
        for word in (*container.command, *container.args)
        if word.text.startswith("--configmap=")
    }
    return tuple(item for item in unit.config_maps if item.meta.name in names or item.meta.name in _NGINX_CONFIG_MAPS)


def _nginx(route: Route) -> Limits:
    """The controller of nginx.org: durations of nginx, in annotations of its own."""
    default = defaults_of(DoorKind.NGINX)
    read, connect = (
        _written(value, parse_seconds(value.text) if value else None, limit.label, limit)
        for limit in (default.read, default.connect)
        for value in (route.meta.annotation(f"nginx.org/{limit.label}"),)
    )
    is_open = any("snippet" in key.text for key, _ in route.meta.annotations)
    return default._replace(read=UNKNOWN if is_open else read, connect=UNKNOWN if is_open else connect)


# Load balancers of clouds


def _alb(unit: Unit, route: Route) -> Limits:
    """``idle_timeout`` of the load balancer's attributes: the Ingress's own, or those of another one of its group.

    Source: aws-load-balancer-controller docs/guide/ingress/annotations.md (load-balancer-attributes, group.name).
    """
    default = defaults_of(DoorKind.ALB)
    group = route.meta.annotation(_ALB_GROUP)
    routes = [route]
    if group is not None:
        routes += [
            item for item in unit.routes if (other := item.meta.annotation(_ALB_GROUP)) and other.text == group.text and item is not route
        ]
    found = next((idle for item in routes if (idle := _alb_idle(item)) is not None), None)
    if found is None and (group is not None or unit.front_door_objects_by_kind.get("IngressClassParams")):
        found = UNKNOWN
    return default._replace(read=found or default.read, upstream_idle=found or default.upstream_idle)


def _alb_idle(route: Route) -> Limit | None:
    written = route.meta.annotation(_ALB_ATTRIBUTES)
    if written is None:
        return None
    found = re.search(rf"{re.escape(_ALB_IDLE)}\s*=\s*([^,\s]+)", written.text)
    if found is None:
        return unknown_limit(_ALB_IDLE, written.span) if written.is_placeholder else None
    duration = seconds(int(found[1])) if _ATOI.fullmatch(found[1]) else None
    span = written.span_of(*found.span(1))
    return unknown_limit(_ALB_IDLE, span) if duration is None else set_limit(duration, _ALB_IDLE, span)


def _google(unit: Unit, backend: BackendReference, service: Service | None, port: ServicePort | None) -> Limits:
    """``timeoutSec`` of the Service's BackendConfig (GKE Ingress), or of a GCPBackendPolicy for it (GKE Gateway).

    What a rule of an HTTPRoute sets beside them is not known to hold.

    Source: ingress-gce pkg/apis/backendconfig/v1/types.go:42, pkg/annotations/service.go.
    """
    default = defaults_of(DoorKind.GCE)
    request = UNKNOWN if backend.timeouts is not None else _google_request(unit, service, port, default.request)
    return default._replace(request=request)


def _google_request(unit: Unit, service: Service | None, port: ServicePort | None, default: Limit) -> Limit:
    if service is None:
        return UNKNOWN
    for policy in unit.front_door_objects_by_kind.get("GCPBackendPolicy", ()):
        target = policy.setting("targetRef.name")
        if target is not None and target.text == service.meta.name and compatible(policy.meta.namespace, service.meta.namespace):
            value = policy.setting("default.timeoutSec")
            return _written(value, _seconds(value), "timeoutSec", default)
    keys = ("cloud.google.com/backend-config", "beta.cloud.google.com/backend-config")
    written = next((value for key in keys if (value := service.meta.annotation(key))), None)
    if written is None:
        return UNKNOWN if unit.is_patched(service.meta) else default
    name = _backend_config_name(written.text, port)
    if name == "":
        return default
    configs = [
        item
        for item in unit.front_door_objects_by_kind.get("BackendConfig", ())
        if item.meta.name == name and compatible(item.meta.namespace, service.meta.namespace) and near(unit, service.meta, item.meta)
    ]
    if len(configs) != 1 or unit.is_patched(configs[0].meta):
        return unknown_limit("timeoutSec", written.span)
    value = configs[0].setting("timeoutSec")
    return _written(value, _seconds(value), "timeoutSec", default)


def _backend_config_name(text: str, port: ServicePort | None) -> str | None:
    """The BackendConfig that the annotation names for the port: ``{"ports": {"http": "a"}, "default": "b"}``.

    Empty where it names none, None where that cannot be told.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if port is None or not isinstance(found, dict):
        return None
    ports = found.get("ports")
    names = [value.text for value in (port.number, port.name) if value]
    of_port = next((ports[name] for name in names if name in ports), None) if isinstance(ports, dict) else None
    name = of_port or found.get("default") or ""
    return name if isinstance(name, str) else None


# Envoy and its control planes


def _istio(unit: Unit, route: Route, backend: BackendReference, service: Service | None) -> Limits:
    """The rule's ``timeout`` and retries, and the connection pool of DestinationRules for the host."""
    default = defaults_of(DoorKind.ISTIO)
    if _has_envoy_filter(unit):
        return Limits(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN_TRIES)
    request, tries = default.request, default.tries
    written = backend.timeouts
    if written is not None:
        value = written.timeout if route.meta.kind == "VirtualService" else written.request
        request = _written(value, _duration(value), "timeout", request, zero_is_off=True)
        if written.attempts is not None:
            attempts = written.attempts.integer
            tries = Tries(None if attempts is None else attempts + 1, "retries.attempts", written.attempts.span)
        if value is None and written.backend_request is not None:
            request = UNKNOWN
    connect, idle = default.connect, default.upstream_idle
    for rule in unit.front_door_objects_by_kind.get("DestinationRule", ()):
        if not _is_rule_for(rule, route, backend, service):
            continue
        pool = "trafficPolicy.connectionPool"
        connect = _written(value := rule.setting(f"{pool}.tcp.connectTimeout"), _duration(value), "connectTimeout", connect)
        idle = _written(value := rule.setting(f"{pool}.http.idleTimeout"), _duration(value), "idleTimeout", idle)
        # A subset or a port of its own may say otherwise, and which one holds is not looked up.
        nested = [path for path, _ in rule.settings if ".connectionPool." in path and not path.startswith(pool)]
        connect = UNKNOWN if any(path.endswith("connectTimeout") for path in nested) else connect
        idle = UNKNOWN if any(path.endswith("idleTimeout") for path in nested) else idle
    return Limits(request, default.read, connect, idle, tries)


def _is_rule_for(rule: FrontDoorObject, route: Route, backend: BackendReference, service: Service | None) -> bool:
    """Whether a DestinationRule is for the backend's host: a short name is looked up in the rule's own namespace."""
    host = rule.setting("host")
    if host is None:
        return False
    name, _, rest = host.text.partition(".")
    namespace = rest.partition(".")[0] or rule.meta.namespace
    home = backend.namespace or (service.meta.namespace if service else route.meta.namespace)
    return name in ("*", backend.service.text) and compatible(namespace, home)


def _has_envoy_filter(unit: Unit) -> bool:
    """Whether a filter of the unit changes time-outs of Envoy directly."""
    filters = unit.front_door_objects_by_kind.get("EnvoyFilter", ())
    return any("timeout" in path.lower() for item in filters for path, _ in item.settings)


def _envoy_gateway(unit: Unit, route: Route, backend: BackendReference, gateway: FrontDoorObject | None) -> Limits:
    """The rule's ``timeouts``, then the BackendTrafficPolicy of the route, then that of its Gateway.

    ``backendRequest`` is the route's time-out where no retries are set. Source: gateway internal/gatewayapi/route.go (processRouteTimeout),
    internal/xds/translator/route.go:442-490.
    """
    default = defaults_of(DoorKind.ENVOY_GATEWAY)
    policies = _traffic_policies(unit, route, gateway)
    if policies is None:
        return Limits(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN_TRIES)
    request, read, connect, idle = default[:4]
    for policy in policies:
        request = _policy_limit(policy, "timeout.http.requestTimeout", request)
        read = _policy_limit(policy, "timeout.http.streamIdleTimeout", read)
        connect = _policy_limit(policy, "timeout.tcp.connectTimeout", connect)
        idle = _policy_limit(policy, "timeout.http.connectionIdleTimeout", idle)
    tries = UNKNOWN_TRIES
    if backend.timeouts is not None:
        for name, value in (("timeouts.request", backend.timeouts.request), ("timeouts.backendRequest", backend.timeouts.backend_request)):
            if name == "timeouts.request" or backend.timeouts.attempts is None:
                request = _written(value, _duration(value), name, request, zero_is_off=True)
    if read.is_default and not request.is_default:
        # The stream's idle limit is never below the request's, and an hour where one is set (idleTimeout, route.go:458-490).
        read = UNKNOWN
    if unit.front_door_objects_by_kind.get("ClientTrafficPolicy") and read.is_default:
        read = UNKNOWN
    return Limits(request, read, connect, idle, tries)


def _policy_limit(policy: FrontDoorObject, path: str, otherwise: Limit) -> Limit:
    value = policy.setting(path)
    return _written(value, _duration(value), path.rpartition(".")[2], otherwise, zero_is_off=True)


def _traffic_policies(unit: Unit, route: Route, gateway: FrontDoorObject | None) -> tuple[FrontDoorObject, ...] | None:
    """BackendTrafficPolicies for the Gateway, then those for the route; None where one selects what it is for by labels."""
    of_gateway: list[FrontDoorObject] = []
    of_route: list[FrontDoorObject] = []
    for policy in unit.front_door_objects_by_kind.get("BackendTrafficPolicy", ()):
        if any(path.startswith("targetSelectors") for path, _ in policy.settings) or unit.is_patched(policy.meta):
            return None
        if not compatible(policy.meta.namespace, route.meta.namespace):
            continue
        named = {
            (_sibling(policy, path, "kind"), value.text)
            for path, value in policy.settings
            if path.startswith("targetRef") and path.endswith(".name")
        }
        if (route.meta.kind, route.meta.name) in named:
            of_route.append(policy)
        elif gateway is not None and ("Gateway", gateway.meta.name) in named:
            of_gateway.append(policy)
    return (*of_gateway, *of_route)


def _sibling(item: FrontDoorObject, path: str, name: str) -> str:
    value = item.setting(f"{path.rpartition('.')[0]}.{name}")
    return value.text if value else ""


def _contour(unit: Unit, route: Route, backend: BackendReference) -> Limits:
    """``timeoutPolicy`` of an HTTPProxy's rule, or the annotation of an Ingress; ``infinity`` is no limit and ``0s`` no setting.

    Source: contour internal/timeout/timeout.go (Parse), internal/dag/policy.go (ingressTimeoutPolicy, timeoutPolicy).
    """
    default = defaults_of(DoorKind.CONTOUR)
    request, read, connect, idle, tries = default
    if route.meta.kind == "HTTPProxy" and backend.timeouts is not None:
        request = _contour_limit(backend.timeouts.timeout, request)
        read = _contour_limit(backend.timeouts.stream_idle, read)
        idle = _contour_limit(backend.timeouts.connection_idle, idle)
        if backend.timeouts.attempts is not None:
            count = backend.timeouts.attempts.integer
            tries = Tries(None if count is None else max(count, 0) + 1, "retryPolicy.count", backend.timeouts.attempts.span)
        elif backend.timeouts.per_try_timeout is not None:
            tries = UNKNOWN_TRIES
    elif route.meta.kind == "Ingress":
        keys = ("projectcontour.io/response-timeout", "projectcontour.io/request-timeout")
        request = _contour_limit(next((value for key in keys if (value := route.meta.annotation(key))), None), request)
        tries = UNKNOWN_TRIES
    elif route.meta.kind in ("HTTPRoute", "GRPCRoute"):
        value = backend.timeouts.request if backend.timeouts else None
        request = _written(value, _duration(value), "timeouts.request", request, zero_is_off=True)
        tries = UNKNOWN_TRIES
    settings = [value.text for config_map in unit.config_maps if config_map.meta.name == "contour" for _, value in config_map.data]
    if any("stream-idle-timeout" in text for text in settings) and read.is_default:
        read = UNKNOWN
    if any("connect-timeout" in text for text in settings):
        connect = UNKNOWN
    return Limits(request, read, connect, idle, tries)


def _contour_limit(value: Value | None, otherwise: Limit) -> Limit:
    if value is not None and value.text in ("infinity", "infinite"):
        return set_limit(None, otherwise.label, value.span)
    duration = _duration(value)
    return otherwise if duration == 0 else _written(value, duration, otherwise.label, otherwise)


# Traefik and HAProxy


def _traefik(unit: Unit, backend: BackendReference, service: Service | None) -> Limits:
    """``forwardingTimeouts`` of the ServersTransport that the backend or its Service names; unknown where Traefik's own start sets some."""
    default = defaults_of(DoorKind.TRAEFIK)
    named = backend.transport or (service and service.meta.annotation("traefik.ingress.kubernetes.io/service.serverstransport"))
    if named is None:
        words = (word.text.lower() for workload in unit.workloads for container in workload.template.containers for word in container.args)
        is_set = any("serverstransport.forwardingtimeouts" in word for word in words)
        return default._replace(read=UNKNOWN, connect=UNKNOWN, upstream_idle=UNKNOWN) if is_set else default
    name = named.text.partition("@")[0]
    found = [
        item
        for item in unit.front_door_objects_by_kind.get("ServersTransport", ())
        if name in (item.meta.name, f"{item.meta.namespace}-{item.meta.name}")
    ]
    if len(found) != 1:
        return default._replace(read=UNKNOWN, connect=UNKNOWN, upstream_idle=UNKNOWN)
    limits = []
    for limit in (default.read, default.connect, default.upstream_idle):
        value = found[0].setting(f"forwardingTimeouts.{limit.label}")
        limits.append(_written(value, parse_seconds(value.text) if value else None, limit.label, limit, zero_is_off=True))
    return default._replace(read=limits[0], connect=limits[1], upstream_idle=limits[2])


def _haproxy(route: Route) -> Limits:
    """``timeout-server`` and ``timeout-connect`` in the annotations of either controller; what they do by default is not looked up."""
    limits = []
    for name in ("timeout-server", "timeout-connect"):
        value = route.meta.annotation(f"haproxy.org/{name}") or route.meta.annotation(f"haproxy-ingress.github.io/{name}")
        limits.append(_written(value, _duration(value), name, UNKNOWN))
    return defaults_of(DoorKind.HAPROXY)._replace(read=limits[0], connect=limits[1])
