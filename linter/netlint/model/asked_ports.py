"""Which port a client dials by what it is told: the one written, or that of the URL's scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.hosts import HostForm

if TYPE_CHECKING:
    from netlint.kubernetes.hosts import HostReference

DEFAULT_PORTS: Final = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "redis": 6379,
    "rediss": 6379,
    "postgres": 5432,
    "postgresql": 5432,
    "amqp": 5672,
    "amqps": 5671,
    "nats": 4222,
    "mysql": 3306,
    "mongodb": 27017,
}
"""The port of a URL that writes none. Other schemes have none, or one that depends on the client."""
_SMALL_PORTS: Final = frozenset((21, 22, 23, 25, 53))
_SMALLEST_PORT: Final = 80
"""Numbers below, after a word and a colon, are tags, levels and counts: ``redis:7``, ``info:1``."""


class AskedPort(NamedTuple):
    """The port that a client dials: as ``is_written``, or that of the URL's scheme."""

    number: int
    is_written: bool


def asked_port(written: HostReference) -> AskedPort | None:
    """The port that is dialled, or None where that is not known."""
    if written.port is not None:
        is_tag = written.form is HostForm.HOST_PORT and written.port < _SMALLEST_PORT and written.port not in _SMALL_PORTS
        return AskedPort(written.port, is_written=True) if not is_tag and written.port else None
    number = DEFAULT_PORTS.get(written.scheme) if written.form is HostForm.URL else None
    return AskedPort(number, is_written=False) if number else None
