"""Handlers whose answers have no end of their own: server-sent events, loops that flush, proxies and profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Composite, For, Literal, Selector
from netlint.knowledge.go_servers import PPROF, REVERSE_PROXY
from netlint.model.code.handlers import calls_in, parts_of, steps_in
from netlint.model.code.settings import Place, field_value, setting_of
from netlint.model.code.types import callee_of, type_of
from netlint.model.code.values import Origin

if TYPE_CHECKING:
    from netlint.model.code.code import Code
    from netlint.model.code.handlers import Handler, Part
    from netlint.model.code.packages import GoFunction

_PROFILE_MOVES_DEADLINE: Final = (1, 23)
"""From this version on profiles move the deadline themselves (Go 1.23.1 ``net/http/pprof/pprof.go:123``); before they are refused."""
_PROFILE: Final = 30_000_000_000
"""How long a CPU profile takes by default (``net/http/pprof/pprof.go``)."""
_FLUSHERS: Final = frozenset(("net/http.Flusher", "net/http.ResponseController"))


class Stream(NamedTuple):
    """``kind``: ``events``, ``flushes``, ``proxy without buffer``, ``proxy`` or ``profile``; ``place`` shows it."""

    kind: str
    place: Place


def stream_of(code: Code, handler: Handler, limit: int) -> Stream | None:
    """How a handler streams, when it is known to; ``limit`` is what it has for its answer, in nanoseconds."""
    if handler.kind == "known":
        return _known_stream(code, handler, limit)
    for part in parts_of(code, handler):
        found = _events_in(code, part) or _flushing_loop_in(code, part) or _profile_in(code, part, limit)
        if found is not None:
            return found
    return None


def _known_stream(code: Code, handler: Handler, limit: int) -> Stream | None:
    if handler.node is None or handler.function is None:
        return None
    place = Place(handler.node, handler.function)
    if handler.name == REVERSE_PROXY:
        return Stream("proxy without buffer" if _passes_on_at_once(code, handler, handler.function) else "proxy", place)
    return Stream("profile", place) if handler.name == f"{PPROF}.Profile" and _refuses_profiles(handler.function, limit) else None


def _refuses_profiles(function: GoFunction, limit: int) -> bool:
    """Whether a CPU profile of the default length would be refused."""
    return function.file.package.go_version < _PROFILE_MOVES_DEADLINE and limit <= _PROFILE


def _profile_in(code: Code, part: Part, limit: int) -> Stream | None:
    """``pprof.Profile(w, r)`` inside a handler."""
    if not _refuses_profiles(part.function, limit):
        return None
    found = (call for call in calls_in(part.block) if callee_of(code, call, part.function).name == f"{PPROF}.Profile")
    return next((Stream("profile", Place(call, part.function)) for call in found), None)


def _passes_on_at_once(code: Code, handler: Handler, function: GoFunction) -> bool:
    """Whether a reverse proxy flushes after each write: ``FlushInterval`` below 0."""
    if not isinstance(handler.node, Composite):
        return False
    setting = setting_of(code, Origin("made", REVERSE_PROXY, handler.node, function))
    value = None if setting is None else field_value(code, setting, "FlushInterval").value
    return value is not None and value < 0


def _events_in(code: Code, part: Part) -> Stream | None:
    """``w.Header().Set("Content-Type", "text/event-stream")`` on the answer."""
    for call in calls_in(part.block):
        match call:
            case Call(
                function=Selector(name="Set", operand=Call(function=Selector(name="Header", operand=writer))),
                arguments=(Literal(text=key), Literal(text=value)),
            ) if key.lower() == "content-type" and value.startswith("text/event-stream"):
                if type_of(code, writer, part.function) == "net/http.ResponseWriter":
                    return Stream("events", Place(call, part.function))
    return None


def _flushing_loop_in(code: Code, part: Part) -> Stream | None:
    """``for { …; flusher.Flush() }``, or one over a channel."""
    for node in steps_in(part.block):
        if not isinstance(node, For) or node.condition is not None:
            continue
        if node.over is not None and not type_of(code, node.over, part.function).startswith("chan "):
            continue
        for call in calls_in(node.body):
            callee = callee_of(code, call, part.function)
            if callee.name.endswith(".Flush") and callee.name.removesuffix(".Flush") in _FLUSHERS:
                return Stream("flushes", Place(call, part.function))
    return None
