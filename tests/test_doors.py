"""Front doors: of which kind each is, and which values are in force, wherever they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netlint.durations import show_duration
from netlint.kubernetes.reader import read_manifests
from netlint.model.building import build_units
from netlint.model.doors import doors_before, doors_of
from netlint.source import SourceFile

if TYPE_CHECKING:
    from netlint.model.doors import Door
    from netlint.model.limits import Limit
    from netlint.model.units import Unit

PODS = """
---
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {ANNOTATIONS}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: admin, port: 9090, targetPort: 9091}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: registry.example/web, ports: [{containerPort: 8080}]}]
"""


def unit_of(*texts: str, annotations: str = "") -> Unit:
    text = "\n---\n".join((*texts, PODS.replace("ANNOTATIONS", annotations)))
    (unit,) = build_units([read_manifests(SourceFile("all.yaml", text))], {"all.yaml": "."}, frozenset(("all.yaml",)), lambda _: None)
    return unit


def door_of(*texts: str, annotations: str = "") -> Door:
    (door,) = doors_of(unit_of(*texts, annotations=annotations))
    return door


def show(limit: Limit) -> str:
    """``60s default``, ``off set``, ``unknown``."""
    if not limit.is_known:
        return "unknown"
    return f"{'off' if limit.duration is None else show_duration(limit.duration)} {'default' if limit.is_default else 'set'}"


def values(door: Door) -> str:
    """Request, read, connect, upstream idle and tries, in words."""
    limits = ", ".join(show(limit) for limit in (door.request, door.read, door.connect, door.upstream_idle))
    return f"{limits}, {door.tries.number or 'unknown'}"


def ingress(annotations: str = "", class_name: str = "") -> str:
    spec = f"ingressClassName: {class_name}, " if class_name else ""
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web, annotations: {{{annotations}}}}}
spec: {{{spec}rules: [{{http: {{paths: [{{path: /, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}}}]}}
"""


NGINX = "nginx.ingress.kubernetes.io"


@pytest.mark.parametrize(
    ("annotations", "class_name", "kind"),
    [
        ("", "nginx", "ingress-nginx"),
        ("", "nginx-internal", "ingress-nginx"),
        ("kubernetes.io/ingress.class: nginx", "", "ingress-nginx"),
        (f'{NGINX}/proxy-body-size: "8m"', "", "ingress-nginx"),
        (f'{NGINX}/proxy-body-size: "8m"', "traefik", "Traefik"),
        ('nginx.org/proxy-read-timeout: "60s"', "nginx", "NGINX Ingress Controller"),
        ("alb.ingress.kubernetes.io/scheme: internal", "", "the AWS load balancer"),
        ("kubernetes.io/ingress.global-static-ip-name: web", "", "the Google Cloud load balancer"),
        ("", "public", "an unknown front door"),
        (f'{NGINX}/proxy-body-size: "8m", haproxy.org/timeout-server: 50s', "", "an unknown front door"),
        ("", "", "an unknown front door"),
    ],
)
def test_kind_of_an_ingress(annotations: str, class_name: str, kind: str) -> None:
    assert door_of(ingress(annotations, class_name)).kind == kind


def test_an_ingress_class_in_view_says_more_than_its_name() -> None:
    named = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: haproxy.org/ingress-controller/nginx}
"""
    assert door_of(ingress("", "nginx"), named).kind == "HAProxy"


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("", "off default, 60s default, 5s default, 60s default, 3"),
        (f'{NGINX}/proxy-read-timeout: "3600", {NGINX}/proxy-connect-timeout: "2"', "off default, 1h set, 2s set, 60s default, 3"),
        # An unquoted number is refused, and a unit makes the controller ignore the annotation.
        (f'{NGINX}/proxy-read-timeout: "120s"', "off default, 60s default, 5s default, 60s default, 3"),
        (f'{NGINX}/proxy-read-timeout: "${{TIMEOUT}}"', "off default, unknown, 5s default, 60s default, 3"),
        (f'{NGINX}/proxy-next-upstream-tries: "1"', "off default, 60s default, 5s default, 60s default, 1"),
        (f'{NGINX}/configuration-snippet: "grpc_read_timeout 2h;"', "off default, 2h set, 5s default, 60s default, 3"),
        (f'{NGINX}/configuration-snippet: "proxy_read_timeout $wait;"', "off default, unknown, 5s default, 60s default, 3"),
    ],
)
def test_ingress_nginx(annotations: str, expected: str) -> None:
    assert values(door_of(ingress(annotations, "nginx"))).replace("1m,", "60s,").replace("1m ", "60s ") == expected


def config_map(name: str, data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{data}}}"


def test_the_controllers_config_map_comes_before_the_default_and_after_the_annotation() -> None:
    settings = config_map(
        "ingress-nginx-controller", 'proxy-read-timeout: "600", proxy-connect-timeout: "10", upstream-keepalive-timeout: "30"'
    )
    door = door_of(ingress(f'{NGINX}/proxy-connect-timeout: "3"', "nginx"), settings)
    assert values(door) == "off default, 10m set, 3s set, 30s set, 3"
    others = config_map("nginx-configuration", 'proxy-read-timeout: "90"')
    assert show(door_of(ingress("", "nginx"), settings, others).read) == "unknown"
    assert show(door_of(ingress("", "nginx"), config_map("web", 'proxy-read-timeout: "600"')).read) == "1m default"


def test_aws_load_balancer() -> None:
    attributes = "alb.ingress.kubernetes.io/load-balancer-attributes"
    own = f'{attributes}: "routing.http2.enabled=true,idle_timeout.timeout_seconds=120"'
    assert values(door_of(ingress(own, "alb"))) == "off default, 2m set, unknown, 2m set, unknown"
    assert show(door_of(ingress("", "alb")).read) == "1m default"
    grouped = ingress("alb.ingress.kubernetes.io/group.name: shop", "alb")
    assert show(door_of(grouped).read) == "unknown"
    other = ingress(f"alb.ingress.kubernetes.io/group.name: shop, {own}", "alb").replace(
        "name: web, annotations", "name: other, annotations"
    )
    assert [show(door.read) for door in doors_of(unit_of(grouped, other))] == ["2m set", "2m set"]


def test_google_cloud_load_balancer() -> None:
    config = "apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: {name: slow}\nspec: {timeoutSec: 300}"
    assert values(door_of(ingress("", "gce"))) == "30s default, unknown, unknown, 10m default, unknown"
    names = 'cloud.google.com/backend-config: \'{"ports": {"http": "slow"}}\''
    assert show(door_of(ingress("", "gce"), config, annotations=names).request) == "5m set"
    assert show(door_of(ingress("", "gce"), annotations=names).request) == "unknown"
    assert show(door_of(ingress("", "gce"), config, annotations=names.replace("http", "admin")).request) == "30s default"
    assert show(door_of(ingress("", "gce"), config, annotations="cloud.google.com/backend-config: slow").request) == "unknown"


def virtual_service(rule: str = "") -> str:
    return f"""
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: web}}
spec: {{hosts: [web], http: [{{route: [{{destination: {{host: web, port: {{number: 80}}}}}}]{rule}}}]}}
"""


def test_istio() -> None:
    assert values(door_of(virtual_service())) == "off default, unknown, 10s default, 1h default, 3"
    timed = virtual_service(", timeout: 4s, retries: {attempts: 1, perTryTimeout: 2s}")
    pool = "{tcp: {connectTimeout: 500ms}, http: {idleTimeout: 30s}}"
    meta = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web}"
    rule = f"{meta}\nspec: {{host: web, trafficPolicy: {{connectionPool: {pool}}}}}"
    assert values(door_of(timed, rule)) == "4s set, unknown, 500ms set, 30s set, 2"
    subsets = f"{rule[:-1]}, subsets: [{{name: v1, trafficPolicy: {{connectionPool: {pool}}}}}]}}"
    assert values(door_of(timed, subsets)) == "4s set, unknown, unknown, unknown, 2"
    assert values(door_of(timed, rule.replace("host: web", "host: other"))) == "4s set, unknown, 10s default, 1h default, 2"
    assert show(door_of(virtual_service(", timeout: 0s")).request) == "off set"


def http_route(rule: str = "") -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: web}}
spec: {{parentRefs: [{{name: edge}}], rules: [{{backendRefs: [{{name: web, port: 80}}]{rule}}}]}}
"""


GATEWAY = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec: {gatewayClassName: CLASS, listeners: []}"
ENVOY = GATEWAY.replace("CLASS", "eg")


def test_envoy_gateway() -> None:
    assert values(door_of(http_route(), ENVOY)) == "15s default, 5m default, 10s default, 1h default, unknown"
    assert show(door_of(http_route(", timeouts: {request: 2m}"), ENVOY).request) == "2m set"
    assert show(door_of(http_route(", timeouts: {backendRequest: 20s}"), ENVOY).request) == "20s set"
    assert show(door_of(http_route(", timeouts: {request: 0s}"), ENVOY).request) == "off set"
    policy = """
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: web}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: TARGET, name: NAME}]
  timeout: {http: {requestTimeout: 60s}}
"""
    for_route, for_gateway = (
        policy.replace("TARGET", "HTTPRoute").replace("NAME", "web"),
        policy.replace("TARGET", "Gateway").replace("NAME", "edge"),
    )
    assert show(door_of(http_route(), ENVOY, for_route).request) == "1m set"
    assert show(door_of(http_route(", timeouts: {request: 5s}"), ENVOY, for_route).request) == "5s set"
    both = door_of(http_route(), ENVOY, for_route, for_gateway.replace("60s", "90s"))
    assert show(both.request) == "1m set"
    assert show(door_of(http_route(), ENVOY, for_gateway).request) == "1m set"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("istio", "Istio"), ("gke-l7-global-external-managed", "the Google Cloud load balancer"), ("edge", "an unknown front door")],
)
def test_the_class_of_the_gateway_says_the_kind(name: str, kind: str) -> None:
    assert door_of(http_route(), GATEWAY.replace("CLASS", name)).kind == kind


def test_a_gateway_out_of_view_is_unknown() -> None:
    assert values(door_of(http_route())) == "unknown, unknown, unknown, unknown, unknown"


def http_proxy(rule: str = "") -> str:
    return f"""
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {{name: web}}
spec: {{virtualhost: {{fqdn: web.example.com}}, routes: [{{services: [{{name: web, port: 80}}]{rule}}}]}}
"""


def test_contour() -> None:
    assert values(door_of(http_proxy())) == "15s default, 5m default, 2s default, 1h default, 1"
    timed = http_proxy(", timeoutPolicy: {response: infinity, idle: 10m, idleConnection: 45s}, retryPolicy: {count: 2}")
    assert values(door_of(timed)) == "off set, 10m set, 2s default, 45s set, 3"
    assert show(door_of(http_proxy(", timeoutPolicy: {response: 0s}")).request) == "15s default"
    assert show(door_of(ingress("projectcontour.io/response-timeout: 1m", "contour")).request) == "1m set"


def test_traefik() -> None:
    route = """
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web}
spec: {routes: [{match: "Host(`web.example.com`)", kind: Rule, services: [{name: web, port: 80TRANSPORT}]}]}
"""
    plain, named = route.replace("TRANSPORT", ""), route.replace("TRANSPORT", ", serversTransport: slow")
    assert values(door_of(plain)) == "off default, off default, 30s default, 1m30s default, unknown"
    transport = (
        "apiVersion: traefik.io/v1alpha1\nkind: ServersTransport\nmetadata: {name: slow}\n"
        "spec: {forwardingTimeouts: {dialTimeout: 5s, responseHeaderTimeout: 20s, idleConnTimeout: 10s}}"
    )
    assert values(door_of(named, transport)) == "off default, 20s set, 5s set, 10s set, unknown"
    assert values(door_of(named)) == "off default, unknown, unknown, unknown, unknown"


def test_the_answer_must_come_within_the_shorter_of_both() -> None:
    assert show(door_of(ingress("", "nginx")).answer) == "1m default"
    assert show(door_of(http_proxy(", timeoutPolicy: {response: 10m, idle: 20s}")).answer) == "20s set"
    assert show(door_of(virtual_service(", timeout: 4s")).answer) == "unknown"


def test_doors_are_found_by_service_by_workload_and_by_port() -> None:
    unit = unit_of(ingress("", "nginx"), http_proxy(), http_proxy().replace("port: 80}", "port: 9090}"))
    (service,), (workload,) = unit.services, unit.workloads
    assert [door.kind for door in doors_before(unit, service)] == ["ingress-nginx", "Contour", "Contour"]
    assert [door.kind for door in doors_before(unit, service, 80)] == ["ingress-nginx", "Contour"]
    assert [door.kind for door in doors_before(unit, workload, 8080)] == ["ingress-nginx", "Contour"]
    assert [door.kind for door in doors_before(unit, workload, 9091)] == ["Contour"]
    assert doors_before(unit, workload, 80) == ()


def test_copies_wait_for_nobody_and_bytes_know_no_request() -> None:
    mirrored = http_proxy().replace("{name: web, port: 80}", "{name: web, port: 80, mirror: true}")
    assert doors_of(unit_of(mirrored)) == ()
    tcp = "apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: web}\nspec: {tcpproxy: {services: [{name: web, port: 80}]}}"
    assert values(door_of(tcp)) == "unknown, unknown, unknown, unknown, unknown"
