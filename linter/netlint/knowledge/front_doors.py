"""Front doors: what requests from outside come through, how each is told, and how long it waits where nothing else is set.

The sources are lines of the projects themselves: ingress-nginx v1.15.1, aws-load-balancer-controller, ingress-gce, istio, Envoy Gateway and
Contour of August 2026, Traefik v3.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from netlint.durations import Nanoseconds, seconds


class DoorKind(StrEnum):
    """A front door, as messages name it."""

    INGRESS_NGINX = "ingress-nginx"
    NGINX = "NGINX Ingress Controller"
    ALB = "the AWS load balancer"
    GCE = "the Google Cloud load balancer"
    ISTIO = "Istio"
    ENVOY_GATEWAY = "Envoy Gateway"
    CONTOUR = "Contour"
    TRAEFIK = "Traefik"
    HAPROXY = "HAProxy"
    UNKNOWN = "an unknown front door"


BACKEND_PROTOCOLS: Final = {
    DoorKind.INGRESS_NGINX: "nginx.ingress.kubernetes.io/backend-protocol",
    DoorKind.ALB: "alb.ingress.kubernetes.io/backend-protocol",
}
"""Annotations that say what is spoken to the pods, ``HTTP`` without them (ingress-nginx ``annotations/backendprotocol/main.go``;
aws-load-balancer-controller docs/guide/ingress/annotations.md)."""

CONTROLLERS: Final = {
    "k8s.io/ingress-nginx": DoorKind.INGRESS_NGINX,
    "nginx.org/ingress-controller": DoorKind.NGINX,
    "ingress.k8s.aws/alb": DoorKind.ALB,
    "eks.amazonaws.com/alb": DoorKind.ALB,
    "networking.gke.io/gateway": DoorKind.GCE,
    "istio.io/ingress-controller": DoorKind.ISTIO,
    "istio.io/gateway-controller": DoorKind.ISTIO,
    "gateway.envoyproxy.io/gatewayclass-controller": DoorKind.ENVOY_GATEWAY,
    "projectcontour.io/ingress-controller": DoorKind.CONTOUR,
    "projectcontour.io/gateway-controller": DoorKind.CONTOUR,
    "traefik.io/ingress-controller": DoorKind.TRAEFIK,
    "traefik.io/gateway-controller": DoorKind.TRAEFIK,
    "haproxy.org/ingress-controller": DoorKind.HAPROXY,
    "haproxy-ingress.github.io/controller": DoorKind.HAPROXY,
}
"""``controller`` of an IngressClass and ``controllerName`` of a GatewayClass, without what follows it (``/haproxy``)."""

INGRESS_CLASS_WORDS: Final = {
    "nginx": DoorKind.INGRESS_NGINX,
    "alb": DoorKind.ALB,
    "gce": DoorKind.GCE,
    "istio": DoorKind.ISTIO,
    "contour": DoorKind.CONTOUR,
    "traefik": DoorKind.TRAEFIK,
    "haproxy": DoorKind.HAPROXY,
}
"""Words in the name of an Ingress class that say what it is, where the IngressClass is not in view: ``nginx-internal``."""

GATEWAY_CLASS_NAMES: Final = {
    "istio": DoorKind.ISTIO,
    "istio-remote": DoorKind.ISTIO,
    "eg": DoorKind.ENVOY_GATEWAY,
    "envoy-gateway": DoorKind.ENVOY_GATEWAY,
    "contour": DoorKind.CONTOUR,
    "traefik": DoorKind.TRAEFIK,
}
"""Names of a Gateway's class that the projects' own documents give it. GKE's start with ``GKE_CLASS_PREFIX``."""

GKE_CLASS_PREFIX: Final = "gke-l7-"

ANNOTATION_PREFIXES: Final = {
    "nginx.ingress.kubernetes.io/": DoorKind.INGRESS_NGINX,
    "nginx.org/": DoorKind.NGINX,
    "nginx.com/": DoorKind.NGINX,
    "alb.ingress.kubernetes.io/": DoorKind.ALB,
    "networking.gke.io/": DoorKind.GCE,
    "ingress.gcp.kubernetes.io/": DoorKind.GCE,
    "kubernetes.io/ingress.global-static-ip-name": DoorKind.GCE,
    "kubernetes.io/ingress.regional-static-ip-name": DoorKind.GCE,
    "projectcontour.io/": DoorKind.CONTOUR,
    "traefik.ingress.kubernetes.io/": DoorKind.TRAEFIK,
    "haproxy.org/": DoorKind.HAPROXY,
    "haproxy-ingress.github.io/": DoorKind.HAPROXY,
}
"""Starts of annotations that only one controller reads."""


PROXY_SERVICES: Final = {
    "istio-ingressgateway": DoorKind.ISTIO,
    "ingress-nginx-controller": DoorKind.INGRESS_NGINX,
    "nginx-ingress-controller": DoorKind.INGRESS_NGINX,
    "nginx-ingress-nginx-controller": DoorKind.INGRESS_NGINX,
}
"""Services of ingress controllers and gateways, by the names that their own charts and manifests give them."""


class DefaultLimit(NamedTuple):
    """How long a door waits where nothing is set; ``duration`` None: without end."""

    duration: Nanoseconds | None
    setting: str
    source: str


class DefaultTries(NamedTuple):
    """How often a door sends a request at most, the first try included, where nothing is set."""

    number: int
    setting: str
    source: str


class DoorDefaults(NamedTuple):
    """What a door does by default; None where that is not known.

    ``request``: from the end of the request to the end of the response, all tries together. ``read``: between two reads from the backend,
    or on a stream where nothing moves. ``connect``: for a connection to the backend. ``upstream_idle``: how long a connection to the
    backend is kept unused, to be used again.
    """

    request: DefaultLimit | None = None
    read: DefaultLimit | None = None
    connect: DefaultLimit | None = None
    upstream_idle: DefaultLimit | None = None
    tries: DefaultTries | None = None


_ENVOY_REQUEST: Final = "envoy docs/root/faq/configuration/timeouts.rst (route timeout)"
_ENVOY_STREAM: Final = "envoy docs/root/faq/configuration/timeouts.rst (stream_idle_timeout)"

DEFAULTS: Final = {
    DoorKind.INGRESS_NGINX: DoorDefaults(
        request=DefaultLimit(None, "", "nginx ngx_http_proxy_module (proxy_read_timeout bounds each read, nothing the whole)"),
        read=DefaultLimit(seconds(60), "proxy-read-timeout", "ingress-nginx internal/ingress/controller/config/config.go:859"),
        connect=DefaultLimit(seconds(5), "proxy-connect-timeout", "ingress-nginx internal/ingress/controller/config/config.go:858"),
        upstream_idle=DefaultLimit(
            seconds(60), "upstream-keepalive-timeout", "ingress-nginx internal/ingress/controller/config/config.go:888-891"
        ),
        tries=DefaultTries(3, "proxy-next-upstream-tries", "ingress-nginx internal/ingress/controller/config/config.go:866-868"),
    ),
    DoorKind.NGINX: DoorDefaults(
        request=DefaultLimit(None, "", "nginx ngx_http_proxy_module (proxy_read_timeout bounds each read, nothing the whole)"),
        read=DefaultLimit(seconds(60), "proxy-read-timeout", "kubernetes-ingress docs: configmap-resource (proxy-read-timeout)"),
        connect=DefaultLimit(seconds(60), "proxy-connect-timeout", "kubernetes-ingress docs: configmap-resource (proxy-connect-timeout)"),
    ),
    DoorKind.ALB: DoorDefaults(
        request=DefaultLimit(None, "", "AWS Application Load Balancers (idle_timeout.timeout_seconds bounds silence, nothing the whole)"),
        read=DefaultLimit(
            seconds(60), "idle_timeout.timeout_seconds", "aws-load-balancer-controller docs/guide/ingress/annotations.md:1091-1094"
        ),
        upstream_idle=DefaultLimit(
            seconds(60), "idle_timeout.timeout_seconds", "aws-load-balancer-controller docs/guide/ingress/annotations.md:1091-1094"
        ),
    ),
    DoorKind.GCE: DoorDefaults(
        request=DefaultLimit(seconds(30), "timeoutSec", "ingress-gce pkg/backends/features/timeout.go:27-48; gcpdiag lb/BP/2025_002"),
        upstream_idle=DefaultLimit(seconds(600), "", "Google Cloud load balancing: backend HTTP keepalive timeout, fixed"),
    ),
    DoorKind.ISTIO: DoorDefaults(
        request=DefaultLimit(None, "timeout", "istio networking/v1alpha3/virtual_service.proto:444-457"),
        connect=DefaultLimit(seconds(10), "connectTimeout", "istio networking/v1alpha3/destination_rule.proto:624-665"),
        upstream_idle=DefaultLimit(seconds(3600), "idleTimeout", "istio networking/v1alpha3/destination_rule.proto:699-706"),
        tries=DefaultTries(3, "retries.attempts", "istio pilot/pkg/networking/core/route/retry/retry.go:36-60"),
    ),
    DoorKind.ENVOY_GATEWAY: DoorDefaults(
        request=DefaultLimit(
            seconds(15), "timeouts.request", f"gateway internal/xds/translator/route.go:118-122,442-452; {_ENVOY_REQUEST}"
        ),
        read=DefaultLimit(seconds(300), "streamIdleTimeout", f"gateway api/v1alpha1/timeout_types.go:116-126; {_ENVOY_STREAM}"),
        connect=DefaultLimit(seconds(10), "connectTimeout", "gateway api/v1alpha1/timeout_types.go:23-29"),
        upstream_idle=DefaultLimit(seconds(3600), "connectionIdleTimeout", "gateway api/v1alpha1/timeout_types.go:31-37"),
    ),
    DoorKind.CONTOUR: DoorDefaults(
        request=DefaultLimit(seconds(15), "timeoutPolicy.response", "contour site/content/docs/main/config/request-routing.md:379-386"),
        read=DefaultLimit(seconds(300), "timeoutPolicy.idle", "contour site/content/docs/main/config/request-routing.md:384-386"),
        connect=DefaultLimit(seconds(2), "connect-timeout", "contour site/content/docs/main/configuration.md:164-170"),
        upstream_idle=DefaultLimit(
            seconds(3600), "timeoutPolicy.idleConnection", "contour site/content/docs/main/config/request-routing.md:387-389"
        ),
        tries=DefaultTries(1, "retryPolicy", "contour site/content/docs/main/config/request-routing.md (retryPolicy)"),
    ),
    DoorKind.TRAEFIK: DoorDefaults(
        request=DefaultLimit(None, "", "traefik pkg/config/static/static_config.go:208-222 (writeTimeout 0)"),
        read=DefaultLimit(None, "responseHeaderTimeout", "traefik pkg/config/dynamic/http_config.go:560-573"),
        connect=DefaultLimit(seconds(30), "dialTimeout", "traefik pkg/config/dynamic/http_config.go:560-573"),
        upstream_idle=DefaultLimit(seconds(90), "idleConnTimeout", "traefik pkg/config/dynamic/http_config.go:560-573"),
    ),
    DoorKind.HAPROXY: DoorDefaults(),
    DoorKind.UNKNOWN: DoorDefaults(),
}
"""What each kind of door does where nothing is set."""
