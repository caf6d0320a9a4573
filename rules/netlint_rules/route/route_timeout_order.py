"""A route gives the whole request less time than the tries inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, parse_duration, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Route, RouteTimeouts
    from netlint.kubernetes.values import Value
    from netlint.model import Model


def check(model: Model) -> Iterator[Finding]:
    """The outer time-out of a rule must leave room for the inner one; 0 switches a time-out off.

    Sources: gateway-api apis/v1/httproute_types.go:334-384 (a validation rule of the CRD), istio networking/v1alpha3/virtual_service.proto
    (HTTPRetry.perTryTimeout, HTTPRoute.timeout).
    """
    for unit in model.units:
        for route in unit.routes:
            for timeouts in route.timeouts:
                if route.meta.kind == "HTTPRoute" and route.meta.api_version.startswith("gateway.networking.k8s.io/"):
                    yield from _gateway(route, timeouts)
                elif route.meta.kind == "VirtualService":
                    yield from _istio(route, timeouts)


def _gateway(route: Route, timeouts: RouteTimeouts) -> Iterator[Finding]:
    request, backend = _known(timeouts.request), _known(timeouts.backend_request)
    if timeouts.request is None or timeouts.backend_request is None or not request or backend is None or backend <= request:
        return
    yield RULE.finding(
        timeouts.backend_request.span,
        message=f"{route.meta.title} gives one try {show_duration(backend)} (backendRequest), the whole request {show_duration(request)}",
        why="The API server rejects the route: backendRequest cannot be longer than request",
        help=f"Set backendRequest to at most {show_duration(request)}, or raise request above {show_duration(backend)}",
        subject=Subject.of(route.meta),
        related=[Related(timeouts.request.span, "bounds the whole request, retries included")],
        symptom=Symptom.REJECTED,
    )


def _istio(route: Route, timeouts: RouteTimeouts) -> Iterator[Finding]:
    total, each, attempts = timeouts.timeout, timeouts.per_try_timeout, timeouts.attempts
    whole, one, tries = _known(total), _known(each), attempts.integer if attempts else None
    if total is None or each is None or attempts is None or not whole or not one or not tries or whole >= tries * one:
        return
    needed = show_duration(Nanoseconds(tries * one))
    fitting = whole // one
    room = f"leaves room for {fitting} of them" if fitting else "ends before the first of them does"
    yield RULE.finding(
        total.span,
        message=f"{route.meta.title} retries {tries} times for {show_duration(one)} each, {needed} in all, but its timeout of "
        f"{show_duration(whole)} {room}",
        why="The route's timeout covers all tries together: Envoy answers 504 when it ends, whatever retries are left",
        help=f"Raise timeout to {needed} or more, or lower attempts or perTryTimeout",
        subject=Subject.of(route.meta),
        related=[Related(each.span, "each try may take this long"), Related(attempts.span, "retries after the first try")],
        severity=Severity.WARNING,
    )


def _known(value: Value | None) -> Nanoseconds | None:
    return parse_duration(value.text) if value is not None else None


RULE = Rule(
    name="route-timeout-order",
    family="route",
    layer=9,
    summary="A route gives the whole request less time than the tries inside it",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
