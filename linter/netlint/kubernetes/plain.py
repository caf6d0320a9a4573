"""Documents in plain block style, as nearly all manifests are written, read line by line: in half the time that parsing any YAML takes.

A plain line is a key, an item, or both, with at most a scalar behind: a word without quotes, or with quotes and without escapes. What is
not surely plain (flow style, block scalars, anchors, tags, a key that stands twice, whatever is wrong) makes the whole document one for
``parsing``, which knows YAML and is imported with PyYAML when the first such document comes. ``tests/test_plain.py`` holds the two
together: what this module reads, libyaml reads alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from netlint.kubernetes.nodes import Mapping, Sequence
from netlint.kubernetes.values import BOOLEANS, NULLS, ScalarType, Value, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from netlint.kubernetes.nodes import Node

# A word without quotes: no indicator comes first, no ``: `` and no `` #`` comes later (YAML 1.2 §7.3.3). Nothing here is tried twice, so
# that a line costs time in proportion to its length.
_WORD: Final = r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=\S))[^:#]*+(?:(?::(?=\S)|(?<=\S)#)[^:#]*+)*+"
_SCALAR: Final = rf"'[^']*+'|\"[^\"\\]*+\"|\{{\}}|\[\]|{_WORD}"
_LINE: Final = re.compile(
    rf"(?P<indent> *+)(?P<dash>- ++)?(?:(?P<key>[A-Za-z_][\w./-]*+):(?: ++(?P<value>{_SCALAR}))?|(?<=- )(?P<item>{_SCALAR}))"
    r" *+(?:(?<= )#.*)?"
)
_BLANK_LINE: Final = re.compile(r" *(?:#.*)?")
_ODD_KEYS: Final = frozenset((*BOOLEANS, *NULLS))
"""Keys that are no text."""
_LONGEST: Final = 1000
"""Characters of a line, so that what is kept of lines is bounded; a key alone may have 1024 (YAML 1.2 §7.4.2)."""

_new_tuple: Final = tuple.__new__


_Row: TypeAlias = tuple[int, bool, int, str, int, str, int, int, str, ScalarType, str]
"""What a line says, by columns: that of its dash, else of its key; whether there is a dash; the column of what follows the dash; the key,
empty where there is none, and where it ends; what stands behind (``scalar``, ``{}``, ``[]`` or nothing), where it starts and ends; and of a
scalar the text, the type and the token, as in ``Value``. Not a named tuple: Python takes a plain one apart in half the time."""

_BLANK: Final[_Row] = (-1, False, 0, "", 0, "", 0, 0, "", ScalarType.STRING, "")


@lru_cache(maxsize=16_384)
def _row(line: str) -> _Row | None:
    """What a line says, ``_BLANK`` when that is nothing; None when it is not plain. Most lines of a repository stand in it many times."""
    match = _LINE.fullmatch(line)
    if match is None or not line.isprintable():
        return _BLANK if line.isprintable() and _BLANK_LINE.fullmatch(line) else None
    indent, dash, key, value, item = match.groups()
    column = len(indent)
    content = column + len(dash) if dash else column
    token = item or value or ""
    key_end = content
    if key:
        if key in _ODD_KEYS:
            return None
        key_end += len(key)
        start = match.start("value") if token else key_end + 1
    else:
        start = content
    if token.endswith(" "):
        token = token.rstrip(" ")
    end = start + len(token)
    form, text, kind, raw = "scalar", token, ScalarType.STRING, ""
    if token[:1] in ("'", '"'):
        text, raw = token[1:-1], token
    elif token in ("{}", "[]", ""):
        form = token
    else:
        kind, text = type_plain_scalar(token)
        raw = "" if text == token else token
    return column, dash is not None, content, key or "", key_end, form, start, end, text, kind, raw


def read_plain(chunk: str, path: str, shift: int) -> Node | None:
    """The node of a document that starts at ``shift`` in the file ``path``; None when it is not plain all over."""
    lines = chunk.split("\n")
    at = shift
    if chunk.startswith("---"):
        if lines[0].rstrip(" ") != "---":
            return None
        at += len(lines.pop(0)) + 1
    root: Mapping | Sequence | None = None
    # The innermost collection that is open, the column of its keys or dashes, its entries when it is a mapping, and those around it.
    top: Any = None
    column = -1
    entries: Any = None
    around: list[tuple[Any, int, Any]] = []
    # A key that nothing stands behind: what it holds may come on the next line.
    waiting = ""
    place = end_of_key = 0
    next_line = at
    for line in lines:
        at = next_line
        size = len(line)
        next_line += size + 1
        row = _row(line) if size < _LONGEST else None
        if row is None:
            return None
        own_column, is_item, content, key, key_end, form, start, end, text, kind, raw = row
        if own_column < 0:
            continue
        if waiting or root is None:
            if own_column > column or (is_item and own_column == column):
                opened: Mapping | Sequence = Sequence(at + own_column, []) if is_item else Mapping(at + own_column, {})
                if root is None:
                    root = opened
                else:
                    entries[waiting] = (place, end_of_key, opened)
                    around.append((top, column, entries))
                top, column, entries = opened, own_column, opened.entries if isinstance(opened, Mapping) else None
            else:
                entries[waiting] = (place, end_of_key, _nothing(path, end_of_key + 1))
            waiting = ""
        if own_column != column or (entries is None) != is_item:
            while own_column < column or (own_column == column and entries is None and not is_item):
                if not around:
                    return None
                top.end = at + own_column
                top, column, entries = around.pop()
            if own_column != column or (entries is None) != is_item:
                return None
        if is_item and key:
            inner = Mapping(at + content, {})
            top.items.append(inner)
            around.append((top, column, None))
            top, column, entries = inner, content, inner.entries
        if form == "scalar":
            node: Node = _new_tuple(Value, (text, kind, _new_tuple(Span, (path, at + start, at + end)), raw))
        elif form:
            node = Mapping(at + start, {}) if form == "{}" else Sequence(at + start, [])
            node.end = at + end
        if not key:
            top.items.append(node)
        elif key in entries:
            return None
        elif form:
            entries[key] = (at + content, at + key_end, node)
        else:
            waiting, place, end_of_key = key, at + content, at + key_end
    if root is None:
        return None
    if waiting:
        entries[waiting] = (place, end_of_key, _nothing(path, end_of_key + 1))
    last = shift + len(chunk)
    top.end = last
    for collection, _, _ in around:
        collection.end = last
    return root


def _nothing(path: str, at: int) -> Value:
    return Value("", ScalarType.NULL, Span(path, at, at))
