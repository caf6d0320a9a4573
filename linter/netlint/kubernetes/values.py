"""Scalars, typed as kubectl types them.

PyYAML follows YAML 1.1; kubectl and the API server read manifests through sigs.k8s.io/yaml, whose rules differ
(``60:30`` is text, ``08`` is eight). What this module encodes was read off sigs.k8s.io/yaml v1.6.0 by running it; the cases stand in
``tests/test_yaml_values.py``.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.source import Span


class ScalarType(StrEnum):
    """JSON type of a scalar once sigs.k8s.io/yaml has read it."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    NULL = "null"


class Value(NamedTuple):
    """A scalar: its text as the API server gets it, its type, and where it stands.

    ``span`` covers the token as written, quotes included. ``raw`` is that token when it differs from ``text``, so that a part of the
    text can be found in the file.
    """

    text: str
    type: ScalarType
    span: Span
    raw: str = ""

    @property
    def integer(self) -> int | None:
        """The number, when this is an integer, not a quoted one."""
        return int(self.text) if self.type is ScalarType.INTEGER else None

    @property
    def boolean(self) -> bool | None:
        """The truth value, when this is one."""
        return self.text == "true" if self.type is ScalarType.BOOLEAN else None

    @property
    def is_placeholder(self) -> bool:
        """Whether another tool fills this in before it is applied, so that nothing is known of the value."""
        return is_placeholder(self.text)

    def span_of(self, start: int, end: int) -> Span:
        """Where characters ``start`` to ``end`` of the text stand; the whole token when they cannot be told (escapes, folded lines)."""
        if not self.raw:
            return self.span.part(start, end)
        piece = self.text[start:end]
        if not piece:
            return self.span
        # The n-th occurrence in the value is the n-th in the token, unless escapes or folding changed it.
        # What stands behind the mark of a block is a comment.
        found = self.raw.find("\n") if self.raw[0] in "|>" else -1
        for _ in range(_occurrences_before(self.text, piece, start) + 1):
            found = self.raw.find(piece, found + 1)
            if found < 0:
                return self.span
        return self.span.part(found, found + len(piece))


def _occurrences_before(text: str, piece: str, start: int) -> int:
    count, found = 0, text.find(piece)
    while 0 <= found < start:
        count += 1
        found = text.find(piece, found + 1)
    return count


_PLACEHOLDER: Final = re.compile(r"\{\{|\}\}|\$\{|\$\(|<[A-Za-z_][\w .-]*>|%[A-Z_]+%|@[A-Z_]+@|__[A-Z_]+__|\$[A-Za-z_]|\[\[")


def is_placeholder(text: str) -> bool:
    """Whether ``text`` holds a mark of a template language: ``{{ }}``, ``${VAR}``, ``$(VAR)``, ``$VAR``, ``<name>``, ``@VAR@`` …"""
    # Most texts are a word or a number, which has no mark.
    return not text.isalnum() and bool(_PLACEHOLDER.search(text))


BOOLEANS: Final = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), "true"),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), "false"),
}
NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_INTEGER: Final = re.compile(r"[-+]?(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))")
_MAX_DIGITS: Final = 256
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}


@lru_cache(maxsize=16_384)
def type_plain_scalar(text: str) -> tuple[ScalarType, str]:
    """Type of an unquoted, untagged scalar and its text in canonical form (``012`` is ``10``, ``on`` is ``true``)."""
    first = text[:1]
    # Most scalars are words; numbers start with a digit, a sign or a dot.
    if first not in "0123456789+-.":
        if text in BOOLEANS:
            return ScalarType.BOOLEAN, BOOLEANS[text]
        if text in NULLS:
            return ScalarType.NULL, ""
        return ScalarType.STRING, text
    if not first:
        return ScalarType.NULL, ""
    digits = text.replace("_", "")
    # No number of a manifest has more digits, leading zeros included; Python refuses to read thousands of them.
    if len(digits) <= _MAX_DIGITS and (match := _INTEGER.fullmatch(digits)):
        base = match.lastgroup or "dec"
        number = int(match[base], _BASES[base])
        if number < 2**63:
            return ScalarType.INTEGER, str(-number if digits.startswith("-") else number)
    if _FLOAT.fullmatch(digits):
        number_ = float(digits)
        if number_.is_integer() and abs(number_) < 2**53:
            # JSON has one number type: 8.0 reaches the API server as 8.
            return ScalarType.INTEGER, str(int(number_))
        return ScalarType.FLOAT, digits
    return ScalarType.STRING, text
