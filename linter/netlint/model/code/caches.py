"""Clients of Redis, their options, and the contexts their commands are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call
from netlint.model.code.calls import calls_where, judged
from netlint.model.code.contexts import context_bound
from netlint.model.code.settings import Setting, field_value, identity, setting_of, settings
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_CLIENT: Final = "github.com/redis/go-redis.Client."
_OPTIONS: Final = "github.com/redis/go-redis.Options"
_NEW_CLIENT: Final = "github.com/redis/go-redis.NewClient"
READ_TIMEOUT: Final = 3_000_000_000
"""Nanoseconds that a command waits for its answer unless ``ReadTimeout`` is set: 3 s up to go-redis 9.17, 5 s later (``options.go``)."""


class Command(NamedTuple):
    """A command of a client with known options, given a context that ends after ``deadline`` nanoseconds, set by the call ``bounding``."""

    call: Call
    function: GoFunction
    options: Setting
    deadline: int
    bounding: tuple[Call, GoFunction]


def bounded_commands(code: Code) -> Iterator[Command]:
    """The commands in the judged code whose context has a deadline that is known."""
    # Any method is a command, so that what each call in view calls must be known: only where there are clients.
    has_clients = bool(settings(code, _OPTIONS))
    for _, call, function, callee in judged(code, calls_where(code, lambda name: name.startswith(_CLIENT), lambda _: has_clients)):
        if callee.receiver is None or not call.arguments:
            continue
        bound = context_bound(code, call.arguments[0], function)
        options = _options_of(code, callee.receiver, function)
        if bound.state == "bounded" and bound.duration is not None and len(bound.calls) == 1 and options is not None:
            yield Command(call, function, options, bound.duration, bound.calls[0])


def _options_of(code: Code, client: Expression, function: GoFunction) -> Setting | None:
    """The one object of options that a client is made with."""
    found: dict[tuple[str, int, int], Setting] = {}
    for origin in origins(code, client, function):
        if origin.kind in ("nil", "zero"):
            continue
        if origin.name != _NEW_CLIENT or not isinstance(origin.node, Call) or not origin.node.arguments or origin.function is None:
            return None
        for inner in origins(code, origin.node.arguments[0], origin.function):
            options = setting_of(code, inner)
            if options is None or options.type != _OPTIONS:
                return None
            found[identity(options.origin)] = options
    return next(iter(found.values())) if len(found) == 1 else None


def read_timeout(code: Code, options: Setting) -> int | None:
    """Nanoseconds that a command waits for its answer; None when that is unknown or off."""
    value = field_value(code, options, "ReadTimeout")
    if value.state == "absent" or value.value == 0:
        return READ_TIMEOUT
    return value.value if value.value is not None and value.value > 0 else None
