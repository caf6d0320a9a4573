"""Hosts that code names: in an address such as ``orders:80`` or in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.dns.addresses import parse_address
from netlint.golang.syntax import Call
from netlint.kubernetes.hosts import is_host, is_name
from netlint.model.code.texts import texts_of
from netlint.model.code.values import origins
from netlint.model.targets import target_in
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.values import Origin

_OWN_ADDRESSES: Final = frozenset(("net.Addr.String", "net.Listener.Addr", "net.TCPListener.Addr", "net.Conn.LocalAddr"))
"""Where the address of a listener of the same program comes from."""
_RESOLVING: Final = frozenset(("net.ResolveTCPAddr", "net.ResolveUDPAddr"))


def host_in(text: str) -> str | None:
    """The host of an address or URL; None when it is not known whole."""
    target = target_in(text)
    return target.host if target is not None else None


def is_local(host: str) -> bool:
    """Whether a host is this machine: loopback, unspecified or empty, which Go dials as the local system (``net/dial.go``, Dial)."""
    if host == "" or host.rstrip(".").lower() in ("localhost", "localhost.localdomain", "ip6-localhost"):
        return True
    address = parse_address(host.partition("%")[0])
    return address is not None and (address.is_loopback or address.is_unspecified)


def may_be_local(code: Code, address: Expression | None, function: GoFunction) -> bool:
    """Whether what is dialled is, or may be, the same machine."""
    if address is None:
        return False
    # One that is wholly unknown may be local as well; where a part is known, someone thought of another machine.
    hosts = [host_in(text) for text in texts_of(code, address, function) if text != HOLE]
    if hosts and all(host is not None and is_local(host) for host in hosts):
        return True
    return any(_is_own(code, origin) for origin in origins(code, address, function))


def _is_own(code: Code, origin: Origin) -> bool:
    if origin.name in _OWN_ADDRESSES:
        return True
    if origin.name not in _RESOLVING or not isinstance(origin.node, Call) or len(origin.node.arguments) != 2 or origin.function is None:
        return False
    return may_be_local(code, origin.node.arguments[1], origin.function)


def names_in(code: Code, address: Expression | None, function: GoFunction) -> tuple[str, ...]:
    """The names that DNS is asked for when the address is dialled; empty unless all that it may be is known."""
    hosts = [host_in(text) for text in texts_of(code, address, function)]
    names = [host for host in hosts if host is not None and is_name(host) and is_host(host) and parse_address(host) is None]
    return tuple(dict.fromkeys(names)) if len(names) == len(hosts) else ()
