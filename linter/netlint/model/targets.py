"""What a client is told to call: the scheme, host and port in the text it is given."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from netlint.model.templates import HOLE

_GRPC_SCHEME: Final = re.compile(r"(?P<scheme>dns|passthrough):(?://(?P<authority>[^/]*)/)?")
"""gRPC's targets: ``dns:///orders:80``, ``dns://10.0.0.10/orders:80``, ``dns:orders:80`` (grpc doc/naming.md)."""
_URL_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
_END_OF_HOST: Final = re.compile(r"[/?#,]")
_MYSQL: Final = re.compile(r"(?:[^/]*@)?(?P<network>tcp6?|unix)\((?P<address>[^()]*)\)/")
"""A data source of go-sql-driver/mysql: ``user:password@tcp(host:3306)/name``."""
_KEYWORD: Final = re.compile(r"(?:^|\s)(?P<key>host|port)\s*=\s*(?P<value>[^\s']+|'[^']*')")
"""A connection string of libpq in keywords: ``host=db port=5432 user=app`` (PostgreSQL, 34.1.1.1)."""
_DIGITS: Final = re.compile(r"[0-9]{1,5}")


class Target(NamedTuple):
    """A host and what goes with it. Characters ``start`` to ``end`` of the text are the host.

    ``host`` is empty where the text has none (``:8080``); ``port`` None where none is written or it is not known, which ``has_port`` tells
    apart. ``scheme`` is in lower case, empty without one; of a connection string it is that of the database's URLs.
    """

    scheme: str
    host: str
    port: int | None
    has_port: bool
    start: int
    end: int


def target_in(text: str) -> Target | None:
    """What the text tells a client to call; None where the host is not known whole, as a ``HOLE`` in it says.

    >>> target_in("http://orders:8081/v1")
    Target(scheme='http', host='orders', port=8081, has_port=True, start=7, end=13)
    """
    if keywords := {match["key"]: match for match in _KEYWORD.finditer(text)}:
        return _of_keywords(keywords) if "host" in keywords else None
    if (mysql := _MYSQL.match(text)) is not None:
        return _of_address(mysql["address"], mysql.start("address"), "mysql") if mysql["network"] != "unix" else None
    scheme = _GRPC_SCHEME.match(text) if "://" not in text or text.startswith(("dns:", "passthrough:")) else _URL_SCHEME.match(text)
    start = scheme.end() if scheme else 0
    if scheme and scheme["scheme"].lower() in ("unix", "unix-abstract"):
        return None
    address = _END_OF_HOST.split(text[start:], maxsplit=1)[0]
    user = address.rpartition("@")
    return _of_address(user[2], start + len(user[0]) + len(user[1]), scheme["scheme"].lower() if scheme else "")


def _of_address(address: str, start: int, scheme: str) -> Target | None:
    if address.startswith("["):
        host, bracket, rest = address[1:].partition("]")
        start += 1
        port = rest.removeprefix(":") if bracket else ""
        has_port = rest.startswith(":")
    elif address.count(":") > 1:
        host, port, has_port = address, "", False
    else:
        host, colon, port = address.partition(":")
        has_port = bool(colon)
    if HOLE in host or (not has_port and address.endswith(HOLE)):
        # `"http://" + host` ends in a hole; so does `"orders" + suffix`.
        return None
    # `"http://orders:8081" + path`: what is not known comes after the port.
    return Target(scheme, host, _port(port.rstrip(HOLE)), has_port, start, start + len(host))


def _of_keywords(keywords: dict[str, re.Match[str]]) -> Target | None:
    host = keywords["host"]
    start, end = host.span("value")
    if host["value"].startswith("'"):
        start, end = start + 1, end - 1
    name = host.string[start:end]
    if HOLE in name or name.startswith("/") or "," in name:
        return None
    port = keywords["port"]["value"].strip("'") if "port" in keywords else ""
    return Target("postgres", name, _port(port), "port" in keywords, start, end)


def _port(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) and int(text) < 65536 else None
