"""A cheap look that comes before a dear one decides nothing by itself: both give the same, whatever the text."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from netlint.dns.addresses import parse_address
from netlint.kubernetes.composing import _has_line_of
from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.nodes import Document
from netlint.kubernetes.splitting import _SEPARATOR, _separators
from netlint.kubernetes.tree import Origin, tree_of
from netlint.kubernetes.values import _PLACEHOLDER, is_placeholder, type_plain_scalar

if TYPE_CHECKING:
    from netlint.kubernetes.values import ScalarType

PIECES = st.sampled_from(["---", "...", "--", ".", " ", "\t", "\n", "\n", "\r\n", "# c", "a: b", "--- x", "---x", "...x"])


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_separators_are_those_of_the_expression(text: str) -> None:
    assert [match.span() for match in _separators(text)] == [match.span() for match in _SEPARATOR.finditer(text)]


@settings(max_examples=500, deadline=None)
@given(st.text("ab\n", max_size=40), st.integers(1, 12))
def test_long_lines_are_found_in_steps(text: str, length: int) -> None:
    assert _has_line_of(text, length) == (max(map(len, text.split("\n"))) >= length)


def typed(word: str) -> tuple[ScalarType, str] | None:
    text = f"kind: Pod\nvalue: {word}\n"
    [document] = read_documents(text, "a.yaml")
    assert isinstance(document, Document)
    value = tree_of(document.root, Origin("a.yaml", text, document.start)).scalar("value")
    return (value.type, value.text) if value else None


@settings(max_examples=500, deadline=None)
@given(st.text("aefnlrstuxyEFNLRSTUXYO.+_0123456789", min_size=1, max_size=9))
def test_long_words_are_typed_as_all_others(word: str) -> None:
    expected = type_plain_scalar(word)
    assert typed(word) == (None if expected == type_plain_scalar("") else expected)


@settings(max_examples=500, deadline=None)
@given(st.text("aZ9é_{}$(<>%@[ -", max_size=8))
def test_marks_of_templates_are_those_of_the_expression(text: str) -> None:
    assert is_placeholder(text) == bool(_PLACEHOLDER.search(text))


@settings(max_examples=500, deadline=None)
@given(st.text("019.:af%/ ٣x", max_size=12) | st.ip_addresses().map(str))
def test_addresses_are_those_that_python_takes(text: str) -> None:
    try:
        expected = ipaddress.ip_address(text)
    except ValueError:
        expected = None
    assert parse_address(text) == expected
