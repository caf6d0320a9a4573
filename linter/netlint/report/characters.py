"""Text of a repository made harmless: its control characters are visible, so that it steers no terminal and hides nothing in a log."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TAB: Final = "    "


def printable(text: str) -> str:
    """``text`` with tabs widened and everything that does not print made visible."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def one_line(text: str) -> str:
    """``text`` for a message: on one line, and as ``printable``."""
    return printable(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def no_log_command(text: str) -> str:
    """``text`` in which the runner of GitHub Actions or Azure Pipelines sees no command when it comes out of a step.

    A line of GitHub that starts with ``::`` and a name is one, and so is ``##[`` anywhere in it (actions/runner, ``ActionCommand.cs``);
    for Azure it is ``##vso[``. A blank in between undoes them.
    """
    return _LOG_COMMAND.sub(r"\g<1> \g<2>", text)


_LOG_COMMAND: Final = re.compile(r"((?:^|(?<=[\r\n]))\s*:(?!::)|#(?=#(?:vso)?\[))(:|#)")


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    code = ord(character)
    if code < 0x20:
        # The pictures of control characters (␛ for ESC) stand in their order from U+2400 on.
        return chr(0x2400 + code)
    # Cc: other controls; Cf: invisible, or turns the direction of the text; Cs: half a character; Zl and Zp: line ends to a terminal.
    # U+FFFE and U+FFFF: no characters, and forbidden in XML.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code in (0xFFFE, 0xFFFF):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
