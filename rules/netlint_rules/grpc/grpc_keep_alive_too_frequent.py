"""A gRPC client pings its server more often than the server allows, and is thrown out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_grpc import CLIENT_PARAMETERS, DEFAULT_MIN_TIME, ENFORCEMENT, LEAST_PING_TIME
from netlint.model.code.booleans import boolean_of
from netlint.model.code.grpc import enforcement_policy, is_called_with, rpc_servers
from netlint.model.code.settings import Setting, field_value, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.grpc import RpcServer
    from netlint.source import Span


class _Pings(NamedTuple):
    """How often a client pings a connection on which nothing comes in, and whether it does so while nothing is called."""

    interval: int
    when_idle: bool


class _Demand(NamedTuple):
    """What a server demands: the shortest time between pings, and whether any may come while nothing is called."""

    least: int
    permits_idle: bool
    related: Related | None = None


_DEFAULT: Final = _Demand(DEFAULT_MIN_TIME, permits_idle=False)


def check(model: Model) -> Iterator[Finding]:
    """The third ping too many brings GOAWAY ``too_many_pings`` (grpc-go ``internal/transport/http2_server.go:922``)."""
    for client in settings(model.code, CLIENT_PARAMETERS):
        time = field_value(model.code, client, "Time")
        if time.value is None or not time.places:
            continue
        pings = _Pings(max(time.value, LEAST_PING_TIME), boolean_of(model.code, client, "PermitWithoutStream") is True)
        servers = [server for server in rpc_servers(model.code) if _is_beside(server, client)]
        called = [server for server in servers if is_called_with(model.code, server, client)]
        demands = [_demand(model.code, server) for server in called or servers]
        known = [demand for demand in demands if demand is not None]
        if not called:
            # Which server is called is not known: whether it permits idle pings cannot be told.
            known, pings = known or [_DEFAULT], pings._replace(when_idle=False)
        if len(known) >= len(demands) and all(_is_broken(demand, pings) for demand in known):
            yield _finding(client, pings, time.places[0].span, known if called else [])


def _is_beside(server: RpcServer, client: Setting) -> bool:
    """Whether server and client are of one module, so that they may be written for each other."""
    return server.function.file.package.module == client.function.file.package.module


def _demand(code: Code, server: RpcServer) -> _Demand | None:
    """What the server demands; None when that is not in view."""
    if server.options.is_open:
        return None
    if not server.options.named(ENFORCEMENT):
        return _DEFAULT._replace(related=Related(server.function.span(server.call.function), "allows one ping in 5m, its default"))
    policy = enforcement_policy(code, server)
    if policy is None:
        return None
    least, permits_idle = field_value(code, policy, "MinTime"), boolean_of(code, policy, "PermitWithoutStream")
    if least.value is None or permits_idle is None:
        return None
    span = least.places[0].span if least.places else policy.span
    shown = show_duration(Nanoseconds(least.value or DEFAULT_MIN_TIME))
    return _Demand(least.value or DEFAULT_MIN_TIME, permits_idle, Related(span, f"allows one ping in {shown}"))


def _is_broken(demand: _Demand, pings: _Pings) -> bool:
    return pings.interval < demand.least or (pings.when_idle and not demand.permits_idle)


def _finding(client: Setting, pings: _Pings, span: Span, demands: list[_Demand]) -> Finding:
    often = f"every {show_duration(Nanoseconds(pings.interval))}"
    least = max(demand.least for demand in demands or [_DEFAULT])
    if pings.interval < least:
        allowed = show_duration(Nanoseconds(least))
        who = "the server it calls allows" if demands else "a gRPC server allows by default"
        message = f"This gRPC client pings a silent connection {often}, and {who} one ping in {allowed}"
    else:
        message = f"This gRPC client pings {often} even while nothing is called, which the server does not permit"
    return RULE.finding(
        span,
        message=message,
        why="After three pings too many the server closes the connection with GOAWAY ENHANCE_YOUR_CALM (too_many_pings): streams and calls "
        "that wait on it end as Unavailable",
        help=f"Raise Time to {show_duration(Nanoseconds(DEFAULT_MIN_TIME))} or more, or give the server an EnforcementPolicy whose MinTime "
        "and PermitWithoutStream allow what the client does",
        subject=Subject.function(client.function),
        related=[
            Related(client.span, "pings by these parameters"),
            *(demand.related for demand in demands[:5] if demand.related is not None),
        ],
        severity=None if demands else Severity.INFO,
    )


RULE = Rule(
    name="grpc-keep-alive-too-frequent",
    family="grpc",
    layer=2,
    summary="A gRPC client pings its server more often than the server allows, and is thrown out",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
