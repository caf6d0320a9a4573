"""XML as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import indent, tostring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def xml_document(root: Element) -> str:
    """The document below ``root``, in ASCII, so that it is right whatever encoding it is written in. It holds no command to a runner.

    It calls itself UTF-8, which ASCII is: readers written in Go refuse every other name of an encoding (``encoding/xml``).
    """
    indent(root)
    data: bytes = tostring(root, encoding="us-ascii", xml_declaration=False)
    return _DECLARATION + data.decode("ascii").replace("##[", "#&#35;[").replace("##vso[", "#&#35;vso[")


_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
