"""A log into the errors that it holds: each distinct one once, with what it names and how often it came."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns.addresses import parse_address
from netlint.knowledge.error_texts import ERROR_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.knowledge.error_texts import ErrorText

MAX_LINE: Final = 2000
"""Characters of a line that are looked at, at its beginning and at its end."""
MAX_READ: Final = 20_000
"""Lines that differ in more than times and numbers; each costs a quarter of a millisecond."""
MAX_DISTINCT: Final = 50
"""Distinct errors that are told apart; what comes after them is counted only."""


class Told(NamedTuple):
    """What an error names; empty or None where it does not.

    ``host`` is the name of the other side, ``ip`` its address, ``dns_server`` who was asked for the name. ``service`` and ``namespace`` are
    a Service that the text calls one; ``pod`` is the name of a pod in the line. ``is_default_port``: the port is that of the URL's scheme.
    ``protocol`` is what is spoken: ``http``, ``grpc`` or ``database``; empty where the text does not tell.
    """

    host: str = ""
    port: int | None = None
    ip: str = ""
    dns_server: str = ""
    service: str = ""
    namespace: str = ""
    pod: str = ""
    is_default_port: bool = False
    protocol: str = ""


class SeenError(NamedTuple):
    """An error of a log: its text, what it names, the first line that holds it, that line's number from 1, and how many lines do."""

    text: ErrorText
    told: Told
    line: str
    line_number: int
    times: int


class ReadErrors(NamedTuple):
    """The errors of a log, most frequent first.

    ``lines`` are those that are not blank, ``without_error`` those of them that hold none; ``cut`` is how many were longer than
    ``MAX_LINE``, ``beyond`` how many hold errors beyond ``MAX_DISTINCT``, ``unread`` how many came after ``MAX_READ`` different ones.
    """

    errors: tuple[SeenError, ...]
    lines: int
    without_error: int
    cut: int
    beyond: int
    unread: int


@dataclass
class _Counter:
    error: SeenError
    times: int = 1


def read_errors(lines: Iterable[str]) -> ReadErrors:
    """Every distinct error of ``lines``; two are one when text and names are the same."""
    found: dict[tuple[str, Told], _Counter] = {}
    shapes: dict[str, tuple[_Error, ...]] = {}
    total = without = cut = beyond = unread = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        total += 1
        line = _looked_at(raw)
        cut += line is not raw
        shape = _VARYING.sub("", line)
        if shape not in shapes:
            if len(shapes) >= MAX_READ:
                unread += 1
                continue
            shapes[shape] = tuple(_errors_in(line))
        without += not shapes[shape]
        is_beyond = False
        for text, told, shown in shapes[shape]:
            key = text.name, told._replace(pod="")
            if key in found:
                found[key].times += 1
            elif len(found) < MAX_DISTINCT:
                found[key] = _Counter(SeenError(text, told, shown, number, 1))
            else:
                is_beyond = True
        beyond += is_beyond
    errors = (counter.error._replace(times=counter.times) for counter in found.values())
    return ReadErrors(tuple(sorted(errors, key=lambda error: -error.times)), total, without, cut, beyond, unread)


# A log repeats itself but for the time, the client's own port, how long it took, and what counts up or tells requests apart.
_VARYING: Final = re.compile(
    r"\d{1,2}:\d{2}:\d{2}[.,\d]*|:\d{4,5}(?=->)|\d{6,}|(?<=[^/]/)\d+(?![\d.])"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b|\b\d+(?:\.\d+)?(?:ns|us|µs|ms|s)\b"
)
_MAX_JSON: Final = 65_536
_MAX_VALUES: Final = 200
_JOINT: Final = re.compile(r"\\n|\n|; ")
"""Between errors that one line holds: ``errors.Join`` puts each on a line of its own, which a log escapes; others join them by ``; ``."""


_BEFORE: Final = 200
"""Characters in front of the error that are kept of a long line."""


class _Error(NamedTuple):
    text: ErrorText
    told: Told
    shown: str


def _looked_at(raw: str) -> str:
    """The line; of a long one its beginning and its end, where errors stand, unless it is JSON."""
    if len(raw) <= MAX_LINE or (raw.startswith("{") and len(raw) <= _MAX_JSON):
        return raw
    return f"{raw[:MAX_LINE]} … {raw[-MAX_LINE:]}"


def _errors_in(line: str) -> Iterator[_Error]:
    """The errors of a line: of JSON those of the value that says most, several where they are joined and each names its host."""
    texts = _values(line) if line.lstrip().startswith("{") else None
    told_in = [(order, text) for text in texts or () if (order := _order_of(_plain(text))) is not None]
    # Of two values with the same error the longer one holds a stack as well.
    text = min(told_in, key=lambda item: (item[0], len(item[1])))[1][: 2 * MAX_LINE] if told_in else line
    parts = [error for part in _JOINT.split(text) if (error := _error_in(_plain(part))) is not None] if _JOINT.search(text) else []
    full = [error for error in parts if error.told.host or error.told.ip]
    if len(full) > 1:
        yield from full
        return
    error = _error_in(_plain(text))
    if error is None:
        return
    if text is not line and not (error.told.host or error.told.ip):
        # The host may be the value of another key.
        error = error._replace(told=told_of(_plain(line)))
    pod = _POD.search(line)
    yield error if pod is None else error._replace(told=error.told._replace(pod=pod["hashed"] or pod["said"]))


def _error_in(text: str) -> _Error | None:
    order = _order_of(text)
    if order is None:
        return None
    match = ERROR_TEXTS[order].pattern.search(text)
    start = max(0, match.start() - _BEFORE) if match is not None and len(text) > MAX_LINE else 0
    return _Error(ERROR_TEXTS[order], told_of(text), text[start:].strip())


def _values(line: str) -> list[str] | None:
    """The texts that a line of JSON holds, however deep; None where it is none."""
    try:
        waiting = [json.loads(line)]
    except (ValueError, RecursionError):
        return None
    found: list[str] = []
    while waiting and len(found) < _MAX_VALUES:
        match waiting.pop():
            case str() as text:
                found.append(text)
            case dict() as inner:
                waiting += inner.values()
            case list() as items:
                waiting += items
    return found


# Every text of the table holds one of these; most lines of a log hold none, and that is found out in a microsecond.
_WORDS: Final = (
    *("timeout", "time-out", "timed out", "time out", "exceeded", "deadline", "limit", "throttl", "cancel", "499", "502", "503", "504"),
    *("refused", "econn", "eai_", "enotfound", "epipe", "ehost", "enet", "eaddr", "emfile", "etimedout", "errno", "exception"),
    *(
        "such host",
        "unknown host",
        "hostname",
        "host is",
        "to host",
        "resol",
        "lookup",
        "misbehav",
        "nxdomain",
        "dns",
        "lame ",
        "bad address",
        "t find ",
    ),
    *(
        "name or",
        "name does",
        "nodename",
        "address",
        "unknown port",
        "invalid port",
        "missing port",
        "find port",
        "scheme",
        "in url",
        "in request",
    ),
    *(
        "eof",
        "reset",
        "pipe",
        "clos",
        "goaway",
        "going",
        "drain",
        "ping",
        "calm",
        "rst_stream",
        "stream error",
        "hang up",
        "aborted",
        "disconnect",
    ),
    *(
        "connect to",
        "empty reply",
        "pool",
        "clients",
        "too many",
        "slots",
        "connection",
        "probe",
        "prestop",
        "condition",
        "endpoint",
        "upstream",
        "backend",
    ),
    *(
        "elb",
        "route",
        "unreach",
        "gateway",
        "unavailable",
        "cluster_",
        "loop",
        "tls",
        "ssl",
        "x509",
        " https ",
        "malformed",
        "version number",
    ),
    *("tcp://", "parsed", "rpc error", "stopped", "unmarshal"),
)
_ESCAPES: Final = (("\\u003e", ">"), ("\\u003c", "<"), ("\\u0026", "&"), ("\\u0027", "'"), ('\\"', '"'), ("\\n", " "), ("\\t", " "))
_TERMINAL: Final = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


def _plain(line: str) -> str:
    """The line without colours, and without the escapes of a text inside JSON."""
    line = _TERMINAL.sub("", line)
    if "\\" in line:
        for escape, character in _ESCAPES:
            line = line.replace(escape, character)
    return line


def _order_of(line: str) -> int | None:
    """Which text of the table the line holds, the first that it may be; None where it holds none."""
    lowered = line.lower()
    if not any(word in lowered for word in _WORDS):
        return None
    return next((order for order, text in enumerate(ERROR_TEXTS) if text.pattern.search(line)), None)


_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}"
_ADDRESS: Final = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.%]{2,60}\])"
_LOOKUP: Final = re.compile(rf"lookup (?P<host>{_NAME})(?: on (?P<server>{_ADDRESS}):\d{{1,5}})?")
_URL: Final = re.compile(
    rf"\b(?P<scheme>[a-z][a-z0-9+]{{1,20}}):///?(?:[^\s/@\"']{{1,200}}@)?(?P<host>{_ADDRESS}"
    rf"|{_NAME})(?::(?P<port>\d{{1,5}}))?",
    re.IGNORECASE,
)
_SCHEME_PORTS: Final = {"http": 80, "https": 443}
_NOT_THE_SERVER: Final = frozenset(("tcp", "udp"))
"""Schemes of what Kubernetes makes of a Service's name."""
_DIAL: Final = re.compile(
    rf"(?:dial|connect|connecting|connect to|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) (?:tcp[46]? "
    rf")?(?P<ip>{_ADDRESS}):(?P<port>\d{{1,5}})"
)
_PAIR: Final = re.compile(rf"(?:->|=>)(?P<ip>{_ADDRESS}):(?P<port>\d{{1,5}})")
_ENVOY_CLUSTER: Final = re.compile(rf"\b(?:outbound|inbound)\|(?P<port>\d{{1,5}})\|[\w-]{{0,60}}\|(?P<host>{_NAME})")
_DNS_PORT: Final = 53

# How other programs than Go's name the host that they look up or dial.
_NAMED: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"connection to server at \"(?P<host>{_NAME})\"(?: \((?P<ip>[0-9a-f.:]{{2,60}})\))?, port (?P<port>\d{{1,5}})",
        rf"HTTPS?ConnectionPool\(host='(?P<host>{_NAME})', port=(?P<port>\d{{1,5}})",
        rf"(?:failed|unable|trying) to connect to (?P<host>{_NAME})(?: port |:)(?P<port>\d{{1,5}})",
        rf"connect to (?P<host>{_NAME}) port (?P<port>\d{{1,5}})",
        rf"could not resolve host: (?P<host>{_NAME})",
        rf"(?:ENOTFOUND|EAI_AGAIN) (?P<host>{_NAME})(?::(?P<port>\d{{1,5}}))?",
        rf"(?:bad address|can't resolve|host name|host not found in upstream|can't find|unknown host|resolve host|resolve) "
        rf"['\"]?(?P<host>{_NAME})['\"]?",
        rf"UnknownHostException: (?P<host>{_NAME})",
        rf"(?P<host>{_NAME}) could not be resolved",
        rf"plugin/errors: 2 (?P<host>{_NAME}) ",
        rf"\bhost=['\"]?(?P<host>{_NAME})['\"]?(?: port=(?P<port>\d{{1,5}}))?",
        rf"address (?P<host>{_NAME}): missing port",
        rf"\bto (?P<host>{_NAME}):(?P<port>\d{{1,5}})\b",
    )
)
_PROTOCOLS: Final = tuple(
    (name, re.compile(form, re.IGNORECASE))
    for name, form in (
        ("grpc", r"\brpc error\b|\bgrpc\b|code = (?:Unavailable|DeadlineExceeded|Canceled)|too_many_pings"),
        (
            "database",
            r"\b(?:redis|rediss|postgres|postgresql|mysql|pq|pgx|sql|mongodb?|jdbc)\b[:/.]|:(?:5432|3306|6379|27017|1433)\b"
            r"|libpq|hikari|(?:invalid|bad) connection",
        ),
        (
            "http",
            r"\b(?:get|post|put|patch|delete|head|options) \"?https?:|\bnet/http\b|\bhttp2?:|https?://|\bHTTP/\d"
            r"|\b50[234] (?:bad|gateway|service|U[A-Z])|awaiting headers|reading body",
        ),
    )
)
_SERVICE: Final = re.compile(r"\bservices? [\"'](?:(?P<namespace>[a-z0-9-]{1,63})/)?(?P<service>[a-z0-9-]{1,63})[\"']", re.IGNORECASE)
# Names of pods end in what their controllers add: letters and digits without vowels (apimachinery pkg/util/rand), or the number that a
# StatefulSet gives.
_ADDED: Final = "[bcdfghjklmnpqrstvwxz2456789]"
_POD: Final = re.compile(
    rf"(?<![\w.-])(?P<hashed>[a-z0-9][a-z0-9-]{{0,200}}-{_ADDED}{{6,10}}-{_ADDED}{{5}})(?![\w-])"
    rf"|\bpods?[=/ ]{{1,2}}\"?(?:[a-z0-9-]{{1,63}}/)?(?P<said>[a-z0-9][a-z0-9-]{{0,200}}-(?:\d{{1,4}}|{_ADDED}{{5}}))(?![\w-])"
)


def told_of(line: str) -> Told:
    """What the line of an error names."""
    told = _told_of_names(line)
    told = told._replace(protocol=next((name for name, form in _PROTOCOLS if form.search(line)), ""))
    service = _SERVICE.search(line)
    if service is not None:
        told = told._replace(service=service["service"], namespace=service["namespace"] or "")
    pod = _POD.search(line)
    return told._replace(pod=pod["hashed"] or pod["said"]) if pod is not None else told


def _told_of_names(line: str) -> Told:
    lookup = _LOOKUP.search(line)
    if lookup is not None:
        return _of_lookup(line, lookup)
    told = Told()
    url = None if "proxyconnect" in line else next((found for found in _URL.finditer(line) if _is_server(found)), None)
    if url is not None:
        written = int(url["port"]) if url["port"] else None
        default = _SCHEME_PORTS.get(url["scheme"].lower())
        told = _with_host(told, url["host"], written or default)._replace(is_default_port=written is None and default is not None)
    cluster = _ENVOY_CLUSTER.search(line)
    if cluster is not None:
        told = _with_host(told, cluster["host"], int(cluster["port"]))
    for form in _NAMED if not told.host and not told.ip else ():
        named = form.search(line)
        if named is not None:
            parts = named.groupdict()
            told = _with_host(told, parts["host"], int(parts["port"]) if parts.get("port") else None)
            if parts.get("ip"):
                told = told._replace(ip=_bare(parts["ip"]))
            break
    # The address that was dialled says more of the port than a URL that writes none.
    dialled = _DIAL.search(line) or _PAIR.search(line)
    if dialled is not None:
        port = int(dialled["port"])
        if port == _DNS_PORT and not told.ip:
            return told._replace(dns_server=_bare(dialled["ip"]))
        told = told._replace(ip=told.ip or _bare(dialled["ip"]))
        if told.port is None or (told.is_default_port and not told.host):
            told = told._replace(port=port, is_default_port=False)
    return told


def _of_lookup(line: str, lookup: re.Match[str]) -> Told:
    """Of a name that was looked up. A URL of the same host says which port would have been dialled."""
    host = _bare(lookup["host"])
    told = Told(host=host, dns_server=_bare(lookup["server"] or ""))
    for url in _URL.finditer(line):
        if _bare(url["host"]) == host:
            default = _SCHEME_PORTS.get(url["scheme"].lower())
            port = int(url["port"]) if url["port"] else default
            return told._replace(port=port, is_default_port=not url["port"] and default is not None)
    return told


def _is_server(url: re.Match[str]) -> bool:
    return url["scheme"].lower() not in _NOT_THE_SERVER and not url["host"].lower().endswith("coredns.io")


def _with_host(told: Told, host: str, port: int | None) -> Told:
    bare = _bare(host)
    if parse_address(bare) is not None:
        return told._replace(ip=bare, port=port)
    return told._replace(host=bare, port=port)


def _bare(host: str) -> str:
    """A host without brackets, colon or dot at its end."""
    return host.strip("[]").rstrip(".:-").lower()
