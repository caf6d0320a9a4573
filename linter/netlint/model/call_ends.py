"""The two ends of a call as code writes them, in whatever language: who calls another machine, and who waits to be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.model.limits import NONE, UNKNOWN, Limit

if TYPE_CHECKING:
    from netlint.knowledge.client_kinds import ClientKind
    from netlint.model.code.servers import Server
    from netlint.model.templates import Address, Place
    from netlint.source import Span


class Outgoing(NamedTuple):
    """A place where the code calls another machine.

    ``span`` is the call, or the literal of the client's options, in ``function``. ``addresses``: all that it may call, empty when that is
    unknown; of a database they are data sources (``knowledge/data_sources.py``). ``default_port``: the one of an address without port or
    scheme. ``deadline`` is that of the whole call: the nearer one of what the client sets and what the context brings. ``dial`` is that of
    one connection attempt, with its look-up if ``bounds_look_up``. ``read`` is how long one wait for bytes may take, which Go does not
    limit, and ``idle`` how long an unused connection is kept. ``handshake`` is that of the TLS handshake, where there is one: ``is_tls``
    says what the call itself tells of that, None where its address or nothing does.
    """

    kind: ClientKind
    function: Place
    span: Span
    addresses: tuple[Address, ...]
    default_port: int | None = None
    deadline: Limit = UNKNOWN
    dial: Limit = UNKNOWN
    idle: Limit = UNKNOWN
    read: Limit = NONE
    bounds_look_up: bool = True
    handshake: Limit = UNKNOWN
    is_tls: bool | None = None

    @property
    def patience(self) -> Limit:
        """How long it waits for an answer to begin: no longer than the whole call, nor than for any bytes."""
        known = [limit for limit in (self.deadline, self.read) if limit.state == "known"]
        if not known:
            return self.deadline if self.read.is_known else self.read
        return min(known, key=lambda limit: limit.nanoseconds)


class Shutdown(NamedTuple):
    """How a server stops in order after a signal.

    ``budget``: how long requests that are under way may still take; none: they are waited for without end. ``closes_at_once``: whether the
    listener closes as soon as the signal comes, None when that is unknown; ``wait``: the sleep before it closes.
    """

    budget: Limit
    closes_at_once: bool | None
    wait: Limit


UNKNOWN_SHUTDOWN: Final = Shutdown(UNKNOWN, None, UNKNOWN)


class Listening(NamedTuple):
    """A place where the code waits for connections.

    ``span`` is the address: the argument, or the value of the field ``Addr``; ``function`` is where that stands, None for a command line.
    ``addresses`` is empty when unknown. ``server`` is the ``http.Server``, if one is in view. ``read``, ``write``, ``idle`` and ``header``
    are the limits in force, of ``http`` only: in Go ``idle`` is ``IdleTimeout``, else ``ReadTimeout``, else none, and ``header`` likewise
    (Go ``net/http/server.go``).
    """

    kind: Literal["http", "grpc", "tcp", "udp"]
    function: Place | None
    span: Span
    addresses: tuple[Address, ...]
    server: Server | None = None
    read: Limit = UNKNOWN
    write: Limit = UNKNOWN
    idle: Limit = UNKNOWN
    header: Limit = UNKNOWN
    shutdown: Shutdown = UNKNOWN_SHUTDOWN
