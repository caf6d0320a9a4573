"""XML as text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import indent, tostring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def xml_document(root: Element) -> str:
    """The document below ``root``, in ASCII, so that it is right whatever encoding it is written in. It holds no command to a runner."""
    indent(root)
    data: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return data.decode("ascii").replace("##[", "#&#35;[").replace("##vso[", "#&#35;vso[")
