"""Places where the code waits for connections: at which address, within which limits of time, and how it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from netlint.model.code.code import Code
    from netlint.model.code.inputs import Address
    from netlint.model.code.limits import Limit
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.servers import Server
    from netlint.source import Span


class Shutdown(NamedTuple):
    """How a server stops after a signal.

    ``budget``: what requests that are under way get; ``closes_at_once``: whether the listener closes as soon as the signal comes, None when
    that is unknown; ``wait``: a sleep before it closes.
    """

    budget: Limit
    closes_at_once: bool | None
    wait: Limit


class Listening(NamedTuple):
    """A place where the code waits for connections.

    ``span`` is the address: the argument, or the field ``Addr``; ``addresses`` is empty when unknown. ``server`` is the ``http.Server``, if
    one is in view. ``read``, ``write``, ``idle`` and ``header`` are the limits in force, of ``http`` only: ``idle`` is ``IdleTimeout``,
    else ``ReadTimeout``, else none (Go ``net/http/server.go``).
    """

    kind: Literal["http", "grpc", "tcp", "udp"]
    function: GoFunction
    span: Span
    addresses: tuple[Address, ...]
    server: Server | None
    read: Limit
    write: Limit
    idle: Limit
    header: Limit
    shutdown: Shutdown


def listenings(code: Code) -> tuple[Listening, ...]:
    """Every place where the judged code waits for connections."""
    return code.keep("listenings", lambda: ())
