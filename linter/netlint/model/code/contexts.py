"""Whether a context, and so the request or call that it is given to, has a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import Call
from netlint.model.code.numbers import duration_of
from netlint.model.code.types import base_type
from netlint.model.code.values import UNKNOWN, Origin, origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

ROOTS: Final = frozenset(("context.Background", "context.TODO"))
DEADLINES: Final = frozenset(f"context.With{kind}{suffix}" for kind in ("Timeout", "Deadline") for suffix in ("", "Cause"))
DERIVING: Final = frozenset(
    (
        "context.WithCancel",
        "context.WithCancelCause",
        "context.WithValue",
        "os/signal.NotifyContext",
        "golang.org/x/sync/errgroup.WithContext",
    )
)
"""Functions that add no deadline to the context they are given first."""
_MAX_ROOTS: Final = 200
"""Origins of one context; beyond that nothing about it is sure."""


class Bound(NamedTuple):
    """``state``: ``bounded`` (a deadline is set), ``unbounded`` (none, in every case) or ``unknown``.

    ``duration``: nanoseconds of the only ``WithTimeout`` in view, when it folds; ``calls`` are those that decide, with their functions.
    """

    state: Literal["bounded", "unbounded", "unknown"]
    duration: int | None = None
    calls: tuple[tuple[Call, GoFunction], ...] = ()


_UNKNOWN: Final = Bound("unknown")


def context_bound(code: Code, context: Expression | None, function: GoFunction) -> Bound:
    """The deadline of a context. That of a parameter or of an incoming request is unknown unless every caller is in view."""
    if context is None:
        return _UNKNOWN
    question = ("context bound", id(context), id(function))
    return code.remember(question, _UNKNOWN, lambda: _merged(_bound_of(code, origin) for origin in _roots_of(code, context, function)))


def _roots_of(code: Code, context: Expression, function: GoFunction) -> Iterator[Origin]:
    """What a context comes down to when everything that adds no deadline is taken off; ``ctx = context.WithValue(ctx, …)`` adds nothing."""
    pending, seen = list(origins(code, context, function)), set()
    while pending:
        origin = pending.pop()
        if origin in seen:
            continue
        seen.add(origin)
        if len(seen) > _MAX_ROOTS:
            yield UNKNOWN
            return
        if origin.name in DERIVING and isinstance(origin.node, Call) and origin.node.arguments and origin.function is not None:
            pending.extend(origins(code, origin.node.arguments[0], origin.function))
        else:
            yield origin


def _merged(bounds: Iterable[Bound]) -> Bound:
    """One bound for a value of several origins: known only when they agree."""
    found = list(bounds)
    states = {bound.state for bound in found}
    if len(states) != 1:
        return _UNKNOWN
    durations = {bound.duration for bound in found}
    calls = tuple(dict.fromkeys(call for bound in found for call in bound.calls))
    return Bound(found[0].state, durations.pop() if len(durations) == 1 else None, calls)


def _bound_of(code: Code, origin: Origin) -> Bound:
    call, function = origin.node, origin.function
    if origin.kind != "call" or not isinstance(call, Call) or function is None:
        return _UNKNOWN
    if origin.name in ROOTS:
        return Bound("unbounded", calls=((call, function),))
    if origin.name in DEADLINES and origin.position == 0 and len(call.arguments) >= 2:
        duration = duration_of(code, call.arguments[1], function) if "Timeout" in origin.name else None
        return Bound("bounded", duration, ((call, function),))
    if origin.name == "context.WithoutCancel":
        return Bound("unbounded", calls=((call, function),))
    return _UNKNOWN


def request_bound(code: Code, request: Expression | None, function: GoFunction) -> Bound:
    """The deadline that a ``*http.Request`` brings with it."""
    if request is None:
        return _UNKNOWN
    return _merged(_request_bound_of(code, origin) for origin in origins(code, request, function))


def _request_bound_of(code: Code, origin: Origin) -> Bound:
    call, function = origin.node, origin.function
    if function is None:
        return _UNKNOWN
    if origin.kind == "made" and base_type(origin.name) == "net/http.Request":
        return Bound("unbounded")
    if origin.kind != "call" or not isinstance(call, Call):
        return _UNKNOWN
    match origin.name:
        case "net/http.NewRequest":
            return Bound("unbounded", calls=((call, function),))
        case "net/http.NewRequestWithContext" | "net/http.Request.WithContext" | "net/http.Request.Clone" if call.arguments:
            return context_bound(code, call.arguments[0], function)
    return _UNKNOWN
