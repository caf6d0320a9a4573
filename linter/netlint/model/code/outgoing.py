"""Places where the code calls another machine: to which address, and within which limits of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from netlint.golang.syntax import Call
    from netlint.model.code.code import Code
    from netlint.model.code.inputs import Address
    from netlint.model.code.limits import Limit
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span


class Outgoing(NamedTuple):
    """A place where the code calls another machine.

    ``addresses``: all that it may call, empty when that is unknown; ``default_port``: the one of an address without port or scheme.
    ``deadline`` is that of the whole call: the nearer one of what the client sets and what the context brings. ``dial`` is that of one
    connection attempt with its look-up, ``idle`` how long an unused connection is kept.
    """

    kind: Literal["http", "dial", "grpc", "redis", "database", "lookup", "websocket", "kafka", "amqp", "nats", "mongo", "etcd", "client"]
    function: GoFunction
    span: Span
    call: Call
    addresses: tuple[Address, ...]
    default_port: int | None
    deadline: Limit
    dial: Limit
    idle: Limit


def outgoing(code: Code) -> tuple[Outgoing, ...]:
    """Every place where the judged code calls another machine."""
    return code.keep("outgoing", lambda: ())
