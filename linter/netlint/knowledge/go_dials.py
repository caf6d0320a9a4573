"""Functions of Go that open a connection or look a name up, and where each is told what to do and for how long.

Sources: Go 1.27.3 ``net/dial.go:473-488``, ``crypto/tls/tls.go:131-187``, ``net/smtp/smtp.go:53`` and ``:321``,
``net/rpc/client.go:241-273``, ``net/textproto/textproto.go:83``; golang.org/x/crypto ``ssh/client.go`` (Dial),
gorilla/websocket ``client.go`` (DialContext).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class DialForm(NamedTuple):
    """``network``: place of the argument that says it, -1 for always ``tcp``; ``address``, ``context`` and ``source``
    (the own address) likewise, -1 when there is none.

    ``limit``: ``none`` (nothing can bound it), ``argument`` (the duration at ``limit_at``), ``dialer`` (a ``net.Dialer`` at
    ``limit_at``), ``tls dialer``, ``ssh config``, ``websocket dialer`` likewise; ``limit_at`` -1 is the receiver.
    """

    network: int
    address: int
    limit: Literal["none", "argument", "dialer", "tls dialer", "ssh config", "websocket dialer"]
    limit_at: int = -1
    context: int = -1
    source: int = -1


DIALS: Final[dict[str, DialForm]] = {
    "net.Dial": DialForm(0, 1, "none"),
    "net.DialTCP": DialForm(0, 2, "none", source=1),
    "net.DialTimeout": DialForm(0, 1, "argument", 2),
    "net.Dialer.Dial": DialForm(0, 1, "dialer"),
    "net.Dialer.DialContext": DialForm(1, 2, "dialer", context=0),
    "crypto/tls.Dial": DialForm(0, 1, "none"),
    "crypto/tls.DialWithDialer": DialForm(1, 2, "dialer", 0),
    "crypto/tls.Dialer.Dial": DialForm(0, 1, "tls dialer"),
    "crypto/tls.Dialer.DialContext": DialForm(1, 2, "tls dialer", context=0),
    "net/smtp.Dial": DialForm(-1, 0, "none"),
    "net/smtp.SendMail": DialForm(-1, 0, "none"),
    "net/rpc.Dial": DialForm(0, 1, "none"),
    "net/rpc.DialHTTP": DialForm(0, 1, "none"),
    "net/rpc.DialHTTPPath": DialForm(0, 1, "none"),
    "net/rpc/jsonrpc.Dial": DialForm(0, 1, "none"),
    "net/textproto.Dial": DialForm(0, 1, "none"),
    "golang.org/x/crypto/ssh.Dial": DialForm(0, 1, "ssh config", 2),
    "github.com/gorilla/websocket.Dialer.Dial": DialForm(-1, 0, "websocket dialer"),
    "github.com/gorilla/websocket.Dialer.DialContext": DialForm(-1, 1, "websocket dialer", context=0),
}
"""By qualified function, or type and method."""

TCP_NETWORKS: Final = frozenset(("tcp", "tcp4", "tcp6"))

DNS_RETRY: Final = 5_000_000_000
"""Nanoseconds after which Go's resolver asks again when an answer is lost (Go ``net/dnsconfig_unix.go:21``)."""
SHORTEST_SHARE: Final = 2_000_000_000
"""Nanoseconds of a dial that the first of several addresses gets at least (Go ``net/dial.go:274-294``, ``saneMinimum``)."""

LOOKUPS: Final = frozenset(f"net.Lookup{kind}" for kind in ("Addr", "CNAME", "Host", "IP", "MX", "NS", "SRV", "TXT"))
"""Functions of ``net`` that ask DNS with ``context.Background()`` (Go ``net/lookup.go``)."""
EXACT_METHODS: Final = LOOKUPS - {"net.LookupIP"}
"""Those for which ``net.Resolver`` has a method that only takes a context more; ``LookupIP`` also takes a network."""
GO_ONLY_LOOKUPS: Final = frozenset(("LookupMX", "LookupNS", "LookupSRV", "LookupTXT"))
"""Methods of ``net.Resolver`` that never go to the C library (Go ``net/lookup_unix.go:97-111``)."""
