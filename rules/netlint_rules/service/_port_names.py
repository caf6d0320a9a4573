"""What the API server accepts as the name and protocol of a port."""

from __future__ import annotations

import re
from typing import Final

PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
MAX_CONTAINER_PORT_NAME: Final = 15
MAX_SERVICE_PORT_NAME: Final = 63
_CHARACTERS: Final = re.compile(r"[-a-z0-9]+")
_LETTER: Final = re.compile(r"[a-z]")
_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")


def container_port_name_problem(name: str) -> str | None:
    """What is wrong with the name of a container port or a named target port, or None.

    Source: IsValidPortName, kubernetes staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go:321-339.
    """
    if len(name) > MAX_CONTAINER_PORT_NAME:
        return f"has {len(name)} characters, where {MAX_CONTAINER_PORT_NAME} are allowed"
    if not _CHARACTERS.fullmatch(name):
        return "holds other characters than a-z, 0-9 and -"
    if not _LETTER.search(name):
        return "has no letter"
    if "--" in name:
        return "has two hyphens in a row"
    if name[0] == "-" or name[-1] == "-":
        return "starts or ends with a hyphen"
    return None


def service_port_name_problem(name: str) -> str | None:
    """What is wrong with the name of a Service port, or None: it must be a DNS label (kubernetes validation.go:6889-6901)."""
    if len(name) > MAX_SERVICE_PORT_NAME:
        return f"has {len(name)} characters, where {MAX_SERVICE_PORT_NAME} are allowed"
    if not _LABEL.fullmatch(name):
        return "is not a DNS label: a-z, 0-9 and -, no hyphen at either end"
    return None
