"""Fixes that rules about manifests have in common: another scalar in the place of one, and how a scalar is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from netlint.finding import AddEntry, Edit, Fix
from netlint.kubernetes.values import ScalarType, type_plain_scalar

if TYPE_CHECKING:
    from netlint.finding import Change
    from netlint.kubernetes.values import Value
    from netlint.source import Span

_PLAIN: Final = re.compile(r"[A-Za-z0-9./_-](?:[A-Za-z0-9./_:-]*[A-Za-z0-9./_-])?")
"""Text that YAML reads as it stands, in a block and in a flow, unless it is a number or a word with a meaning."""
_ANCHOR: Final = re.compile(r"\A&[^\s,\[\]{}]+[ \t]+")
_QUOTED: Final = re.compile(r"(['\"])[^'\"\\\n]*\1")


def as_text(text: str) -> str:
    """A text as YAML writes it: plain where it stays text, else in double quotes."""
    is_plain = _PLAIN.fullmatch(text) and not text.startswith("-") and type_plain_scalar(text)[0] is ScalarType.STRING
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def token(value: Value, written: str) -> Edit | None:
    """Put ``written`` in the place of a scalar, behind its anchor if it has one; None where that is not what the file says there.

    A tag stands in front, which says what the text is; or kustomize makes the value of what is written (a name with a prefix).
    """
    raw, size = as_written(value), value.span.end - value.span.start
    start = len(value.raw or value.text) - len(raw)
    if raw[:1] in ("&", "!", "|", ">") or size != start + len(raw) or not _says(raw, value.text):
        return None
    return Edit(value.span.part(start, size), written)


def as_written(value: Value) -> str:
    """The token of a scalar, without the anchor in front."""
    return _ANCHOR.sub("", value.raw or value.text, count=1)


def _says(raw: str, text: str) -> bool:
    """Whether the token is one for the text. Of quotes with escapes in them that is taken for granted."""
    if raw[:1] in ("'", '"'):
        return "\\" in raw or "''" in raw or "\n" in raw or raw[1:-1] == text
    return type_plain_scalar(raw)[1] == text or "\n" in raw


def text_token(value: Value, text: str) -> Edit | None:
    """Put a text in the place of a scalar, in the quotes that it has."""
    match = _QUOTED.fullmatch(as_written(value))
    return token(value, f"{match[1]}{text}{match[1]}" if match and _PLAIN.fullmatch(text) else as_text(text))


def rewrite(value: Value | None, text: str, *, safe: bool) -> Fix | None:
    """The fix that gives a scalar another text."""
    edit = text_token(value, text) if value is not None else None
    return Fix(f"Write {text}", safe, (edit,)) if edit else None


def set_entry(value: Value | None, beside: Span | None, key: str, text: str, *, safe: bool) -> Fix | None:
    """The fix that sets ``key`` to a text: in the place of ``value``, or in an entry of its own behind the one ``beside``."""
    change: Change | None = AddEntry(beside, key, as_text(text)) if value is None and beside is not None else None
    if value is not None:
        change = text_token(value, text)
    return Fix(f"Set {key}: {text}", safe, (change,)) if change else None


def replace_part(span: Span | None, part: str, text: str) -> Fix | None:
    """The fix that writes ``text`` where ``part`` of a longer value stands; None where the span is not exactly that part's."""
    if span is None or span.end - span.start != len(part):
        return None
    return Fix(f"Write {text}", False, (Edit(span, text),))
