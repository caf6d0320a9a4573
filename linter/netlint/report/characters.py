"""Text of a repository made harmless: its control characters are visible, so that it steers no terminal and hides nothing in a log."""

from __future__ import annotations

import unicodedata
from typing import Final

_TAB: Final = "    "


def printable(text: str) -> str:
    """``text`` with tabs widened and everything that does not print made visible."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def one_line(text: str) -> str:
    """``text`` for a message: on one line, and as ``printable``."""
    return printable(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    code = ord(character)
    if code < 0x20:
        # The pictures of control characters (␛ for ESC) stand in their order from U+2400 on.
        return chr(0x2400 + code)
    # Cc: other controls; Cf: invisible, or turns the direction of the text; Cs: half a character; Zl and Zp: line ends to a terminal.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
