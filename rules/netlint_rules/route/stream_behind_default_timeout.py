"""Streams go through a front door whose default time-out ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.knowledge.front_doors import DoorKind
from netlint.model.doors import doors_of
from netlint.model.stream_backends import StreamKind, is_mentioned, streams_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.doors import Door
    from netlint.model.limits import Limit
    from netlint.model.stream_backends import Stream

_BOUNDED_BY_SILENCE: Final = frozenset((DoorKind.INGRESS_NGINX, DoorKind.NGINX, DoorKind.ALB))
_BOUNDED_AS_A_WHOLE: Final = frozenset((DoorKind.GCE, DoorKind.CONTOUR, DoorKind.ENVOY_GATEWAY))
_HELP: Final = {
    DoorKind.INGRESS_NGINX: "Set the annotations nginx.ingress.kubernetes.io/proxy-read-timeout and proxy-send-timeout, "
    'in seconds without unit: "3600"',
    DoorKind.NGINX: 'Set the annotations nginx.org/proxy-read-timeout and nginx.org/proxy-send-timeout: "3600s"',
    DoorKind.ALB: "Set the annotation alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=3600",
    DoorKind.GCE: "Set timeoutSec in a BackendConfig (GKE Gateway: GCPBackendPolicy) for the Service to how long a stream may last",
    DoorKind.CONTOUR: "Set timeoutPolicy.response to infinity, and timeoutPolicy.idle to how long a stream may be silent",
    DoorKind.ENVOY_GATEWAY: "Set timeouts.request to 0s in the route's rule, or requestTimeout in a BackendTrafficPolicy",
}
_ENDED: Final = {
    StreamKind.WEB_SOCKET: "a connection",
    StreamKind.EVENTS: "the stream",
    StreamKind.GRPC_STREAM: "the stream",
    StreamKind.GRPC: "a call or a stream",
}


def check(model: Model) -> Iterator[Finding]:
    """A door's default must not be shorter than what streams behind it need.

    DoorKind.GCE: "Set timeoutSec in a BackendConfig (GKE Gateway: GCPBackendPolicy) for the Service to how long a stream may last",
    bounds the answer from the end of the request on, which on a WebSocket never comes.

    Sources: ``netlint.knowledge.front_doors``; envoy docs/root/faq/configuration/timeouts.rst (route time-outs).
    """
    for unit in model.units:
        found: dict[tuple[int, StreamKind], list[tuple[Door, Limit, Stream]]] = {}
        for door in doors_of(unit):
            stream = streams_behind(door)
            limit = _limit(door, stream) if stream else None
            if stream is not None and limit is not None:
                found.setdefault((id(door.route), stream.kind), []).append((door, limit, stream))
        for places in found.values():
            if not is_mentioned(model.units, places[0][1].label):
                yield _finding(places)


def _limit(door: Door, stream: Stream) -> Limit | None:
    """The default in force that ends the stream; None where none does."""
    if door.kind in _BOUNDED_BY_SILENCE:
        return door.read if door.read.is_default else None
    if door.kind not in _BOUNDED_AS_A_WHOLE or not door.request.is_default:
        return None
    return None if stream.kind is StreamKind.WEB_SOCKET and door.kind is not DoorKind.GCE else door.request


def _finding(places: list[tuple[Door, Limit, Stream]]) -> Finding:
    door, limit, stream = places[0]
    waits = show_duration(limit.duration or Nanoseconds(0))
    is_silence = door.kind in _BOUNDED_BY_SILENCE
    help = _HELP[door.kind]
    if stream.kind is StreamKind.GRPC:
        help += "; short calls need nothing"
    elif is_silence:
        help += f"; or let either side send something every {show_duration(Nanoseconds((limit.duration or 0) // 2))}"
    return RULE.finding(
        door.backend.service.span,
        message=f"{door.route.meta.title} sends {stream.kind} to Service {door.backend.service.text} through {door.kind}, which by default "
        f"ends {_ENDED[stream.kind]} "
        + (f"when nothing moves on it for {waits}" if is_silence else f"after {waits}, whatever moves on it"),
        why=_why(door, waits),
        help=help,
        subject=Subject.of(door.route.meta),
        related=[
            Related(door.evidence, f"is {door.kind}"),
            Related(stream.span, f"says {stream.kind}"),
            *(Related(other.backend.service.span, "goes through it as well") for other, _, _ in places[1:]),
        ],
        severity=Severity.INFO if stream.kind is StreamKind.GRPC else None,
    )


def _why(door: Door, waits: str) -> str:
    if door.kind in _BOUNDED_BY_SILENCE:
        return f"A client that is only listened to, or waits for news, is cut off {waits} after the last byte and has to connect again"
    if door.kind is DoorKind.GCE:
        return "Its backend time-out is the longest that a connection may live: clients are cut off and connect again, over and over"
    return "Envoy's time-out of a route starts when the request is complete and bounds all of the answer, which of a stream goes on"


RULE = Rule(
    name="stream-behind-default-timeout",
    family="route",
    layer=9,
    summary="Streams go through a front door whose default time-out ends them",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
