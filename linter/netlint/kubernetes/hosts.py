"""Host names in values: what an env value, an argument or a ConfigMap key names."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.values import Value
    from netlint.source import Span


class HostForm(StrEnum):
    """How a host is written, strongest evidence first."""

    URL = "url"
    HOST_PORT = "host:port"
    CLUSTER_NAME = "cluster name"
    BARE = "bare"


class HostReference(NamedTuple):
    """A host named in a value. ``where`` says in which: ``env ORDERS_URL``, ``args``. ``span`` covers the host alone.

    A ``BARE`` host is only a word in the right place: it is a host when a Service of that name exists, and nothing otherwise.
    ``scheme`` is that of a URL, in lower case, ``port_span`` where the port is written.
    """

    host: str
    port: int | None
    form: HostForm
    where: str
    span: Span
    scheme: str = ""
    port_span: Span | None = None

    @property
    def place(self) -> Span:
        """Where the host stands, with its port where one follows it."""
        port = self.port_span
        return self.span if port is None or port.path != self.span.path else self.span._replace(end=max(self.span.end, port.end))


_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})*\.?"
_URL: Final = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{{0,30}})://(?:[^\s/@\"'<>,;]*@)?/?(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?(?=[/?#\s\"',;)\]}}|\\]|$)"
)
_REDIRECTION: Final = re.compile(r"(?:/[^/\s\"'?#,]*)*?/[\w-]*callback/?(?=[\s\"'?#,]|$)", re.IGNORECASE)
"""The path of a redirection endpoint, by custom (RFC 6749, 3.1.2): a browser is sent there, and the provider compares it."""
_HOST_PORT: Final = re.compile(rf"(?P<host>{_HOST}):(?P<port>\d{{1,5}})(?:/.*)?")
_CLUSTER_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{1,3}}\.svc(?:\.{_LABEL})*\.?")
_BARE: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.?")
_TOKEN: Final = re.compile(r"[^\s,;=|\"'`()\[\]{}<>]+")
_HOST_VARIABLE: Final = re.compile(
    r"(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|URL|URI|SERVER|SERVERS|BROKERS?|SERVICE|UPSTREAM)S?$",
    re.I,
)
_LETTER: Final = re.compile(r"[A-Za-z]")
_COMMENT_LINE: Final = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)
_MAX_TEXT: Final = 256 * 1024
"""Longer values are data, not configuration."""
_LONG_LINE: Final = 1000
"""Characters from where on what a text names is not kept, so that what is kept of texts is bounded."""
_MAX_HOSTS: Final = 1000
"""Hosts taken from one value; more is a list of data."""
_SCHEMES_WITHOUT_HOST: Final = frozenset(("ko", "s3", "s3a", "s3n", "gs", "spiffe", "file", "unix", "sqlite", "sqlite3"))
"""Schemes before what is no host: a Go import path, a bucket, a trust domain (SPIFFE-ID §2.1), a path."""
_LOCAL_HOSTS: Final = frozenset(("localhost", "localhost.localdomain", "host.docker.internal", "kubernetes.docker.internal"))


def find_hosts(value: Value, where: str, *, variable: str | None = None) -> tuple[HostReference, ...]:
    """The hosts that ``value`` names, in order; addresses, localhost and templated hosts are none.

    ``variable``: name of the env variable it is the value of, which tells whether a bare word is a host.
    """
    text = value.text
    may_be_bare = variable is not None and _is_host_variable(variable)
    # Most values are words and numbers: a host needs a dot or a port, or a variable that asks for one.
    if len(text) > _MAX_TEXT or ("." not in text and ":" not in text and not may_be_bare):
        return ()
    if "\n" in text:
        text = _COMMENT_LINE.sub(lambda match: " " * len(match[0]), text)
    places = _places_in_line(text, may_be_bare) if len(text) < _LONG_LINE else tuple(_places_in(text, may_be_bare))
    found: dict[int, HostReference] = {}
    for place in places:
        span = value.span_of(place.start, place.end)
        port_span = None if place.port is None else value.span_of(place.port_start, place.port_end)
        found.setdefault(span.start, HostReference(place.host, place.port, place.form, where, span, place.scheme, port_span))
    return tuple(found[start] for start in sorted(found))


@lru_cache(maxsize=4096)
def _is_host_variable(variable: str) -> bool:
    # Variables are called alike from workload to workload.
    return _HOST_VARIABLE.search(variable) is not None


class _Place(NamedTuple):
    """Where a host stands in a text, and its port if one is written."""

    start: int
    end: int
    form: HostForm
    host: str
    scheme: str = ""
    port: int | None = None
    port_start: int = 0
    port_end: int = 0


@lru_cache(maxsize=4096)
def _places_in_line(text: str, may_be_bare: bool) -> tuple[_Place, ...]:
    # Arguments and values recur from workload to workload.
    return tuple(_places_in(text, may_be_bare))


def _places_in(text: str, may_be_bare: bool) -> Iterator[_Place]:
    yield from islice(_search(text, may_be_bare), _MAX_HOSTS)


def _search(text: str, may_be_bare: bool) -> Iterator[_Place]:
    covered: list[tuple[int, int]] = []
    for match in _URL.finditer(text) if "://" in text else ():
        covered.append(match.span())
        if "callback" in text and _REDIRECTION.match(text, match.end()) is not None:
            continue
        if match["scheme"].lower() not in _SCHEMES_WITHOUT_HOST and is_host(match["host"]):
            yield _place(match, 0, HostForm.URL, match["scheme"].lower())
    passed = 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        if not may_be_bare and "." not in token[0] and ":" not in token[0]:
            continue
        while passed < len(covered) and covered[passed][1] <= start:
            passed += 1
        if (passed < len(covered) and covered[passed][0] < token.end()) or is_placeholder(token[0]):
            continue
        pair = _HOST_PORT.fullmatch(token[0]) if ":" in token[0] else None
        name = _CLUSTER_NAME.search(token[0]) if ".svc" in token[0] and not pair else None
        if pair:
            if is_host(pair["host"]) and 0 < int(pair["port"]) < 65536:
                yield _place(pair, start, HostForm.HOST_PORT)
        elif name:
            before, after = token[0][: name.start()], token[0][name.end() :]
            # openssl's subjectAltName, ``DNS:web.shop.svc``, goes into a certificate; nobody asks for it.
            if not re.search(r"[\w*.-]$|(?:^|[^\w])DNS:$", before) and not re.match(r"[\w*-]", after) and is_host(name[0]):
                yield _Place(start + name.start(), start + name.end(), HostForm.CLUSTER_NAME, name[0])
        elif may_be_bare and len(text.strip()) == len(token[0]) and _BARE.fullmatch(token[0]) and is_host(token[0]):
            yield _Place(start, token.end(), HostForm.BARE, token[0])


def _place(match: re.Match[str], shift: int, form: HostForm, scheme: str = "") -> _Place:
    start, end = match.span("host")
    if not match["port"]:
        return _Place(shift + start, shift + end, form, match["host"], scheme)
    port_start, port_end = match.span("port")
    return _Place(shift + start, shift + end, form, match["host"], scheme, int(match["port"]), shift + port_start, shift + port_end)


def is_host(text: str) -> bool:
    """Whether ``text`` is a name that DNS is asked for: no address, not this machine, with a letter in its last label."""
    bare = text.rstrip(".")
    return _LETTER.search(bare.rpartition(".")[2]) is not None and bare.lower() not in _LOCAL_HOSTS


def is_name(text: str) -> bool:
    """Whether ``text`` has the form of a DNS name: labels of letters, digits, ``-`` and ``_`` with dots between, one may come last."""
    return re.fullmatch(_HOST, text) is not None


# Top-level labels under which a name is certainly outside the cluster. Private ones (internal, local, lan, corp …) are left out: a
# private zone may be served by the cluster itself.
_PUBLIC_TOP_LEVEL: Final = frozenset(
    """
    com net org edu gov mil int io dev app cloud ai co info biz me tv cc sh run tech online site xyz
    ac ad ae af ag al am ao ar at au az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci ck cl cm cn cr cu cv cw
    cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fm fo fr ga ge gf gg gh gi gl gm gn gp gq gr gt gu gy hk hm hn hr ht hu id ie il
    im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mp mq
    mr mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pr pt pw py qa re ro rs ru rw sa sb sc sd se
    sg si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tw tz ua ug uk us uy uz va ve vg vi vn vu wf ws
    ye yt za zm zw
    """.split()
)


def is_public_name(host: str) -> bool:
    """Whether ``host`` ends in a public top-level domain, so that no Service can answer it."""
    labels = host.rstrip(".").lower().split(".")
    return len(labels) > 1 and labels[-1] in _PUBLIC_TOP_LEVEL
