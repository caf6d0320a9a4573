"""Whether a call speaks TLS: what its scheme, its data source, its options in code or the annotations of a front door tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.front_doors import BACKEND_PROTOCOLS
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from netlint.model.doors import Door
    from netlint.model.links import Link
    from netlint.source import Span

_PLAIN_SCHEMES: Final = frozenset(("http", "ws", "redis", "amqp"))
_TLS_SCHEMES: Final = frozenset(("https", "wss", "rediss", "amqps", "tls"))
_SSL_MODE: Final = r"\bsslmode\s*=\s*'?([\w-]+)"
_PARAMETERS: Final = {"postgres": _SSL_MODE, "postgresql": _SSL_MODE, "mongodb": r"[?&](?:tls|ssl)=(\w+)", "mysql": r"[?&]tls=([\w-]+)"}
"""What says in a data source whether TLS is spoken, by scheme."""
_WORDS: Final = {
    "disable": False,
    "false": False,
    "require": True,
    "skip-verify": True,
    "true": True,
    "verify-ca": True,
    "verify-full": True,
}
"""Values of those parameters; ``allow`` and ``prefer``, the default of PostgreSQL, leave it to the server."""
_PLAIN_BY_DEFAULT: Final = frozenset(("mongodb", "mysql"))
"""Drivers that connect plainly when nothing is said (MongoDB connection strings, ``tls``; go-sql-driver/mysql ``dsn.go``)."""
_TLS_PROTOCOLS: Final = frozenset(("HTTPS", "GRPCS", "AUTO_HTTP"))


class Told(NamedTuple):
    """Whether TLS is spoken; None where that is not told. ``by`` is the word that tells it, written at ``span``, where one does."""

    is_tls: bool | None
    by: str = ""
    span: Span | None = None


def tls_of_scheme(scheme: str) -> Told:
    """What the scheme alone tells."""
    if scheme in _TLS_SCHEMES or scheme in _PLAIN_SCHEMES:
        return Told(scheme in _TLS_SCHEMES, scheme)
    return Told(None)


def tls_of_link(link: Link) -> Told:
    """What the address of a call tells, or else the options of its client."""
    scheme = link.target.scheme
    told = tls_of_scheme(scheme)
    if told.is_tls is not None:
        return told
    if scheme in _PARAMETERS:
        found = re.search(_PARAMETERS[scheme], link.text)
        if found is not None:
            return Told(_WORDS.get(found[1]))
        return Told(False if scheme in _PLAIN_BY_DEFAULT and HOLE not in link.text else None)
    return Told(link.outgoing.is_tls)


def tls_of_door(door: Door) -> Told:
    """What is spoken between a front door and the pods; what clients speak to the door is another connection."""
    key = BACKEND_PROTOCOLS.get(door.kind)
    if key is None:
        return Told(None)
    objects = (door.route.meta, *((door.service.meta,) if door.service is not None else ()))
    written = next((value for meta in objects if (value := meta.annotation(key)) is not None), None)
    if written is None:
        return Told(False, "HTTP by default")
    # Of TLS to the pods no limit is documented, so that more than the word is not known.
    is_plain = not written.is_placeholder and written.text.upper() not in _TLS_PROTOCOLS
    return Told(False if is_plain else None, written.text, written.span)
