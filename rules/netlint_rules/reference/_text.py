"""Services and their ports, as findings of this family speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Service


def show_ports(service: Service) -> str:
    """The ports that the Service lists: ``80 (http), 9090``."""
    shown = [(port.number.text if port.number else "?") + (f" ({port.name.text})" if port.name else "") for port in service.ports]
    return ", ".join(dict.fromkeys(shown))
