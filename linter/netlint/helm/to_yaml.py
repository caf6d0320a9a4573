"""``toYaml``: values as sigs.k8s.io/yaml writes them, keys in order, each scalar with the line of the values file that it came from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from netlint.helm.data import UNKNOWN_BLOCK, Origin, Rich, Row, Table, is_unknown, rich
from netlint.helm.printing import show_float
from netlint.kubernetes.values import ScalarType, type_plain_scalar

if TYPE_CHECKING:
    from netlint.source import Span

MAX_DEPTH: Final = 100
_PLAIN: Final = re.compile(r"(?![-?:](?:\s|$))(?![\s&*!|>%@`\[\]{},#'\"])(?:[^\s:#]|:(?=\S)|(?<=\S)#| (?![#\s]|$))+(?<![:\s])")
_LIKE_OTHERS: Final = re.compile(
    r"[-+]?\.(?:inf|nan)$|---|\.\.\.|=$|<<$|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$|\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?$", re.IGNORECASE
)
"""Texts that YAML 1.1 takes for numbers of base 60, times and marks, which go-yaml quotes."""
_NO_PARTS: Final = Origin(None)


def to_yaml(value: Any) -> Rich:
    """The YAML of a value, without a line break at its end. Deeper than ``MAX_DEPTH`` nothing is known."""
    parts: list[tuple[str, Origin]] = []
    _write(value, 0, parts, None, 0, in_list=False)
    if parts and parts[0][0].startswith("\n"):
        parts[0] = (parts[0][0][1:], parts[0][1])
    if parts and parts[0][0].startswith(" "):
        parts[0] = (parts[0][0].lstrip(" "), parts[0][1])
    return rich(parts)


def _write(value: Any, indent: int, parts: list[tuple[str, Origin]], span: Span | None, depth: int, *, in_list: bool) -> None:
    """Write a value behind its key or dash: a scalar on the same line, a collection on the lines below or, in a list, beside the dash."""
    if depth > MAX_DEPTH or (isinstance(value, dict) and is_unknown(value)):
        parts.append((f" {UNKNOWN_BLOCK}", _NO_PARTS))
        return
    pad = " " * indent
    if isinstance(value, dict) and value:
        spans = value.spans if isinstance(value, Table) else {}
        for position, key in enumerate(sorted(value)):
            before = " " if in_list and position == 0 else f"\n{pad}"
            parts.append((f"{before}{_text(key, indent)}:", _NO_PARTS))
            item = value[key]
            deeper = indent if isinstance(item, list) else indent + 2
            _write(item, deeper, parts, spans.get(key), depth + 1, in_list=False)
    elif isinstance(value, list) and value:
        item_spans = value.spans if isinstance(value, Row) and len(value.spans) == len(value) else [None] * len(value)
        for position, (item, item_span) in enumerate(zip(value, item_spans, strict=True)):
            before = " " if in_list and position == 0 else f"\n{pad}"
            parts.append((f"{before}-", _NO_PARTS))
            _write(item, indent + 2, parts, item_span, depth + 1, in_list=True)
    else:
        parts.append((" ", _NO_PARTS))
        # A text that is all of the document is indented as one below a key (libyaml emitterc.go, yaml_emitter_increase_indent).
        parts.append((_scalar(value, indent or 2), Origin(None, value=span)))


def _scalar(value: Any, indent: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else show_float(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    if isinstance(value, str):
        return _text(value, indent)
    return str(value) if isinstance(value, int) else UNKNOWN_BLOCK


def _text(text: str, indent: int) -> str:
    """A text as a YAML scalar. Which quotes it gets matters where a template inside of it is read later, by ``tpl``."""
    if is_unknown(text):
        return str(text) if "\n" not in text else UNKNOWN_BLOCK
    if "\n" in text:
        return _block(text, indent)
    if not text or type_plain_scalar(text)[0] is not ScalarType.STRING or _LIKE_OTHERS.match(text):
        return json.dumps(text, ensure_ascii=False)
    if not text.isprintable():
        return json.dumps(text)
    if _PLAIN.fullmatch(text):
        return str(text)
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _block(text: str, indent: int) -> str:
    """A text of several lines as a literal block, in which nothing is escaped; in quotes where YAML could not give it back."""
    lines = text.split("\n")
    is_plain = all(line.isprintable() or not line or "\t" in line for line in lines) and not any(
        line.endswith((" ", "\t")) for line in lines
    )
    if not is_plain or text[0] in " \n\t" or "\r" in text:
        return json.dumps(text, ensure_ascii=False)
    chomp = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    body = text[:-1] if chomp == "" else text
    if chomp == "+":
        return json.dumps(text, ensure_ascii=False)
    pad = " " * indent
    return f"|{chomp}\n" + "\n".join(f"{pad}{line}" if line else "" for line in body.split("\n"))


def is_blank(value: Any) -> bool:
    """Whether sprig calls the value empty: nil, false, zero, and text, lists and mappings without anything in them."""
    return value is None or value is False or (not isinstance(value, bool) and value in (0, "", [], {}))
