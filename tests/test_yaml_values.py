"""Scalars are typed as sigs.k8s.io/yaml v1.6.0 types them; every row was read off that library."""

from __future__ import annotations

import pytest

from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.nodes import Document
from netlint.kubernetes.tree import Origin, Tree, tree_of
from netlint.kubernetes.values import ScalarType, Value

STRING, INTEGER, FLOAT, BOOLEAN, NULL = (
    ScalarType.STRING,
    ScalarType.INTEGER,
    ScalarType.FLOAT,
    ScalarType.BOOLEAN,
    ScalarType.NULL,
)


def read(text: str) -> Tree:
    (document,) = read_documents(text, "test.yaml", True)
    assert isinstance(document, Document)
    return tree_of(document.root, Origin("test.yaml", text, document.start))


def value_of(written: str) -> Value:
    entry = read(f"a: {written}\n").entries()["a"]
    return entry[1].value


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("on", BOOLEAN, "true"),
        ("y", BOOLEAN, "true"),
        ("n", BOOLEAN, "false"),
        ("No", BOOLEAN, "false"),
        ("off", BOOLEAN, "false"),
        ("TRUE", BOOLEAN, "true"),
        ("tRue", STRING, "tRue"),
        ("012", INTEGER, "10"),
        ("0o14", INTEGER, "12"),
        ("0x1F", INTEGER, "31"),
        ("0b11", INTEGER, "3"),
        ("1_000", INTEGER, "1000"),
        ("0_1", INTEGER, "1"),
        ("-012", INTEGER, "-10"),
        ("08", INTEGER, "8"),
        ("1.0", INTEGER, "1"),
        ("1e3", INTEGER, "1000"),
        ("5.", INTEGER, "5"),
        ("60:30", STRING, "60:30"),
        ("1.5", FLOAT, "1.5"),
        (".5", FLOAT, ".5"),
        ("1e", STRING, "1e"),
        ("0x", STRING, "0x"),
        ("1,000", STRING, "1,000"),
        ("_1", STRING, "_1"),
        ("2001-01-01", STRING, "2001-01-01"),
        ("NaN", STRING, "NaN"),
        ("=", STRING, "="),
        ("~", NULL, ""),
        ("null", NULL, ""),
        ("", NULL, ""),
        ("'on'", STRING, "on"),
        ('"80"', STRING, "80"),
        ("!!str 80", STRING, "80"),
        ('!!int "80"', INTEGER, "80"),
    ],
)
def test_scalar(written: str, kind: ScalarType, text: str) -> None:
    value = value_of(written)
    assert (value.type, value.text) == (kind, text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("on: 1\n", {"true": "1"}),
        ("012: x\n", {"10": "x"}),
        ("a: 1\na: 2\n", {"a": "2"}),
        ("<<: {a: 1, b: 2}\na: 3\n", {"a": "3", "b": "2"}),
        ("b: 2\n<<: {b: 1, d: 3}\n", {"b": "1", "d": "3"}),
        ("<<: [{a: 1}, {a: 2, b: 3}]\n", {"a": "1", "b": "3"}),
        ('a: {\n\t"b": 1\n}\nc: x\n', {"a": "", "c": "x"}),
    ],
)
def test_mapping(written: str, expected: dict[str, str]) -> None:
    assert {name: value.value.text for name, (_, value) in read(written).entries().items()} == expected


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("a: http://orders:80/x\n", "orders"),
        ("a: 'http://orders:80/x'\n", "orders"),
        ("a: |\n  first\n  http://orders:80\n", "orders"),
        ('a: "é http://orders:80"\n', "orders"),
    ],
)
def test_part_of_a_value_has_its_own_span(written: str, part: str) -> None:
    value = read(written).scalar("a")
    assert value is not None
    start = value.text.index(part)
    span = value.span_of(start, start + len(part))
    assert written[span.start : span.end] == part


def test_part_behind_an_escape_is_the_whole_token() -> None:
    text = 'a: "http://\\u006frders:80"\n'
    value = read(text).scalar("a")
    assert value is not None
    start = value.text.index("orders")
    assert value.span_of(start, start + 6) == value.span
