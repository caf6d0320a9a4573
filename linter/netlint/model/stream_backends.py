"""What says that a route leads to streams: connections on which the answer goes on, or on which nothing moves for long."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.values import Value
    from netlint.model.doors import Door
    from netlint.model.units import Unit
    from netlint.source import Span


class StreamKind(StrEnum):
    """What is spoken, as messages name it. Plain gRPC may be nothing but short calls; that a method streams is told by its name."""

    WEB_SOCKET = "WebSocket"
    EVENTS = "server-sent events"
    GRPC_STREAM = "gRPC streams"
    GRPC = "gRPC"


class Stream(NamedTuple):
    """What a backend speaks, and the token that says so."""

    kind: StreamKind
    span: Span


_APP_PROTOCOLS: Final = {
    "kubernetes.io/ws": StreamKind.WEB_SOCKET,
    "kubernetes.io/wss": StreamKind.WEB_SOCKET,
    "grpc": StreamKind.GRPC,
    "grpcs": StreamKind.GRPC,
}
"""``appProtocol`` of a Service's port (kubernetes pkg/apis/core/types.go, ``ServicePort.AppProtocol``)."""
_WORDS: Final = {
    "ws": StreamKind.WEB_SOCKET,
    "wss": StreamKind.WEB_SOCKET,
    "websocket": StreamKind.WEB_SOCKET,
    "websockets": StreamKind.WEB_SOCKET,
    "sse": StreamKind.EVENTS,
    "eventsource": StreamKind.EVENTS,
}
"""Words in the name of a port, and whole segments of a path."""
_GRPC_PORT: Final = re.compile(r"(?:^|-)grpcs?(?:-|$)")
_GRPC_PROTOCOLS: Final = frozenset(("GRPC", "GRPCS"))
_STREAMING_METHOD: Final = re.compile(r"(?:^|[a-z])(?:Watch|Subscribe|Tail|Follow)(?:[A-Z]|$)|Stream(?:[A-Z]|$)")
_BREAK: Final = re.compile(r"[^a-z0-9]+")
_GRPC_ANNOTATIONS: Final = ("nginx.ingress.kubernetes.io/backend-protocol", "alb.ingress.kubernetes.io/backend-protocol-version")
_WEB_SOCKET_SERVICES: Final = "/websocket-services"
"""Of nginx.org; it is written with the prefix of ingress-nginx as often, which does not read it, and says the same."""
_UPGRADE: Final = "$http_upgrade"
_PATTERN: Final = re.compile(r"[(\[*?$].*", re.DOTALL)


def streams_behind(door: Door) -> Stream | None:
    """What the backend of a door streams, the surest sign first; None where nothing says that it does."""
    found = [*_of_route(door), *_of_service(door)]
    order = list(StreamKind)
    return min(found, key=lambda stream: order.index(stream.kind), default=None)


def _of_route(door: Door) -> Iterator[Stream]:
    backend, meta = door.backend, door.route.meta
    for path in backend.paths:
        segments = _PATTERN.sub("", path.text.lower()).strip("/").split("/")
        # The first segment or the last: what stands between others is as likely the name of a thing.
        for segment in (segments[0], segments[-1]):
            if segment in _WORDS:
                start = path.text.lower().find(segment)
                yield Stream(_WORDS[segment], path.span_of(start, start + len(segment)))
        if _is_streaming(path.text.rpartition("/")[2]) and "." in path.text:
            yield Stream(StreamKind.GRPC_STREAM, path.span)
    for method in backend.methods:
        if _is_streaming(method.text):
            yield Stream(StreamKind.GRPC_STREAM, method.span)
    if meta.kind == "GRPCRoute":
        yield Stream(StreamKind.GRPC, meta.head)
    for key, value in meta.annotations:
        if key.text in _GRPC_ANNOTATIONS and value.text.upper() in _GRPC_PROTOCOLS:
            yield Stream(StreamKind.GRPC, value.span)
        elif key.text.endswith(_WEB_SOCKET_SERVICES) and backend.service.text in (name.strip() for name in value.text.split(",")):
            yield Stream(StreamKind.WEB_SOCKET, value.span)
        elif "snippet" in key.text and (start := value.text.find(_UPGRADE)) >= 0:
            yield Stream(StreamKind.WEB_SOCKET, value.span_of(start, start + len(_UPGRADE)))


def _is_streaming(method: str) -> bool:
    return bool(_STREAMING_METHOD.search(method))


def _of_service(door: Door) -> Iterator[Stream]:
    port = door.port
    if port is None:
        return
    if port.app_protocol is not None and port.app_protocol.text in _APP_PROTOCOLS:
        yield Stream(_APP_PROTOCOLS[port.app_protocol.text], port.app_protocol.span)
    for name in (port.name, port.target_port):
        if name is not None and name.integer is None:
            for word in _BREAK.split(name.text.lower()):
                if word in _WORDS:
                    yield Stream(_WORDS[word], name.span)
            if _GRPC_PORT.search(name.text.lower()):
                yield Stream(StreamKind.GRPC, name.span)


def is_mentioned(units: Iterable[Unit], setting: str) -> bool:
    """Whether anything in view that configures controllers names a setting: a ConfigMap's key, or values for a chart.

    Where one does, it is not told to which controller that goes, so that none is sure to have its default.
    """
    for unit in units:
        if any(key.text == setting for config_map in unit.config_maps for key, _ in config_map.data):
            return True
        if any(_mentions(path, value, setting) for item in unit.front_door_objects for path, value in item.settings):
            return True
    return False


def _mentions(path: str, value: Value, setting: str) -> bool:
    return path.endswith(f".{setting}") or (len(value.text) > len(setting) and setting in value.text)
