"""IP addresses, as the values of nameservers and hosts hold them."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=4096)
def is_public_nameserver(ip: str) -> bool:
    """Whether ``ip`` is an address of the public internet, which holds no cluster name; ``False`` for what is no IP address."""
    address = parse_address(ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address is not None and address.is_global and not address.is_multicast


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that ``text`` is; ``None`` for a name."""
    # Most texts are names, and raising the error that says so takes ten times as long as this look at them.
    if ":" not in text and not text[-1:].isdecimal():
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
