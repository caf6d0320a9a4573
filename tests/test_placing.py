"""Where an addition goes, and how it is written there."""

from __future__ import annotations

import pytest

from netlint.finding import AddEntry, AddField, AddImport, AddItem, AddLine, Edit, Fix
from netlint.kubernetes.values import ScalarType, Value
from netlint.manifest_fixes import text_token
from netlint.placing import placed
from netlint.source import SourceFile, Span


def add(text: str, change: AddEntry | AddField | AddImport | AddItem | AddLine | Edit) -> str | None:
    """The text with the addition, None where it has no place."""
    edits = placed(Fix("", True, (change,)), {"f": SourceFile("f", text)})
    for edit in reversed(edits or ()):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return None if edits is None else text


def span(text: str, part: str) -> Span:
    start = text.index(part)
    return Span("f", start, start + len(part))


ENTRIES = [
    ("a: 1\nb: 2\n", "a", "a: 1\nnew: x\nb: 2\n"),
    ("a: 1", "1", "a: 1\nnew: x"),
    ("a: 1  # why\r\nb: 2\r\n", "a", "a: 1  # why\r\nnew: x\r\nb: 2\r\n"),
    ("l:\n- a: 1\n  b: 2\n", "a", "l:\n- a: 1\n  new: x\n  b: 2\n"),
    ("l:\n  -   a: 1\n", "1", "l:\n  -   a: 1\n      new: x\n"),
    ("l:\n  - - a: 1\n", "1", "l:\n  - - a: 1\n      new: x\n"),
    ("a:\n  b:\n    - c\n    # of c\n  # of a\nd: 1\n", "a", "a:\n  b:\n    - c\nnew: x\n    # of c\n  # of a\nd: 1\n"),
    ("a: |\n  text\n\n  # text\n\nb: 1\n", "a", "a: |\n  text\n\n  # text\nnew: x\n\nb: 1\n"),
    ("a: >-\n  text", "a", "a: >-\n  text\nnew: x"),
    ("a: 'one\n  two'\nb: 1\n", "a", "a: 'one\n  two'\nnew: x\nb: 1\n"),
    ("a: one\n  two # c\nb: 1\n", "a", "a: one\n  two # c\nnew: x\nb: 1\n"),
    ("z: &m {q: 1}\na: *m\nb: 2\n", "a", "z: &m {q: 1}\na: *m\nnew: x\nb: 2\n"),
    ("a: &m 1 # c\nb: *m\n", "a", "a: &m 1 # c\nnew: x\nb: *m\n"),
    ("a: &m 1\nb: *m\n", "&m 1", "a: &m 1\nnew: x\nb: *m\n"),
    ("z: &m {q: 1}\na: *m\n", "q", None),
    ("z: &m\n  q: 1\nl:\n  - <<: *m\n", "q", None),
    ("a:\nb: 1\n", "a", "a:\nnew: x\nb: 1\n"),
    ("{a: 1, b: 2}\n", "a", "{a: 1, new: x, b: 2}\n"),
    ("l: [{a: 1}]", "1", "l: [{a: 1, new: x}]"),
    ("{\n  a: 1, # c\n  b: 2\n}\n", "a", "{\n  a: 1,\n  new: x, # c\n  b: 2\n}\n"),
    ('{"a": 1}', '"a"', '{"a": 1, "new": "x"}'),
    ('{\r\n\t"a": {\r\n\t\t"c": [1]\r\n\t}\r\n}\r\n', '"a"', '{\r\n\t"a": {\r\n\t\t"c": [1]\r\n\t},\r\n\t"new": "x"\r\n}\r\n'),
    ("a: 1\t# tab\nb: 2", "a", "a: 1\t# tab\nnew: x\nb: 2"),
    ("é: 1\n---\na: 1\n---\na: 2\n", "a", "é: 1\n---\na: 1\nnew: x\n---\na: 2\n"),
    ("? a\n: 1\n", "a", None),
    ("a: 1\n", "1\n", "a: 1\nnew: x\n"),
    ("- a\n", "a", None),
    ("a: [\n", "a", None),
]


@pytest.mark.parametrize(("before", "beside", "after"), ENTRIES)
def test_an_entry_goes_behind_another(before: str, beside: str, after: str | None) -> None:
    assert add(before, AddEntry(span(before, beside), "new", "x")) == after


def test_a_value_is_written_as_json_where_the_file_is_json() -> None:
    text = '{"a": 1}'
    for value, written in (("true", "true"), ("8080", "8080"), ('"2"', '"2"'), ("None", '"None"')):
        assert add(text, AddEntry(span(text, '"a"'), "new", value)) == f'{{"a": 1, "new": {written}}}'
    assert add(text, AddEntry(span(text, '"a"'), "new", "[x]")) is None


def test_an_entry_replaces_another_unless_a_comment_would_go() -> None:
    text = "a:\n  - 1\n  - 2 # two\nb: 1\n"
    assert add(text, AddEntry(span(text, "a"), "new", "x", replaces=True)) == "new: x # two\nb: 1\n"
    text = "a:\n  - 1 # one\n  - 2\nb: 1\n"
    assert add(text, AddEntry(span(text, "a"), "new", "x", replaces=True)) is None


ITEMS = [
    ("l:\n  - a: 1\n    b: 2 # c\n", "a: 1", "l:\n  - a: 1\n    b: 2 # c\n  - p: 53\n    q: UDP\n"),
    ("l:\r\n- a: 1\r\nm: 1", "a: 1", "l:\r\n- a: 1\r\n- p: 53\r\n  q: UDP\r\nm: 1"),
    ("l:\n-   a: 1", "a: 1", "l:\n-   a: 1\n-   p: 53\n    q: UDP"),
    ("l:\n  - {a: 1}\n", "{a", "l:\n  - {a: 1}\n  - {p: 53, q: UDP}\n"),
    ("l: [{a: 1}, {b: 1}]\n", "{a", "l: [{a: 1}, {p: 53, q: UDP}, {b: 1}]\n"),
    ('{"l": [\n  {"a": 1}\n]}', '{"a"', '{"l": [\n  {"a": 1},\n  {"p": 53, "q": "UDP"}\n]}'),
    ("l:\n  - &x\n    a: 1\n", "&x", None),
    ("l:\n  - - a: 1\n", "a: 1", None),
]


@pytest.mark.parametrize(("before", "behind", "after"), ITEMS)
def test_an_item_goes_behind_another(before: str, behind: str, after: str | None) -> None:
    assert add(before, AddItem(span(before, behind), (("p", "53"), ("q", "UDP")))) == after


FIELDS = [
    ("x := S{}", "S{}", "", "x := S{N: 1}"),
    ("x := S{ }", "S{ }", "", "x := S{N: 1}"),
    ("x := S{ // c\n}", "S{ // c\n}", "", None),
    ("x := S{A: 1}", "S{A: 1}", "A: 1", "x := S{A: 1, N: 1}"),
    ("x := S{A: 1,}", "S{A: 1,}", "A: 1", "x := S{A: 1, N: 1,}"),
    ("\tx := S{\r\n\t\tA: 1, // c\r\n\t}", "S{\r\n\t\tA: 1, // c\r\n\t}", "A: 1", "\tx := S{\r\n\t\tA: 1, // c\r\n\t\tN: 1,\r\n\t}"),
    ("x := S{\n\tLong: 1,\n}", "S{\n\tLong: 1,\n}", "Long: 1", "x := S{\n\tLong: 1,\n\tN:    1,\n}"),
    ("x := S{A: 1,\n}", "S{A: 1,\n}", "A: 1", "x := S{A: 1,\n\tN: 1,\n}"),
    ("x := S{\n\tA: 1, /* c */\n}", "S{\n\tA: 1, /* c */\n}", "A: 1", None),
]


@pytest.mark.parametrize(("before", "literal", "last", "after"), FIELDS)
def test_a_field_goes_behind_the_last(before: str, literal: str, last: str, after: str | None) -> None:
    change = AddField(span(before, literal), span(before, last) if last else None, "N", "1")
    assert add(before, change) == after


def test_a_statement_gets_a_line_of_its_own() -> None:
    text = "\ta()  // c\r\n\tb()"
    assert add(text, AddLine(span(text, "a()"), "defer c()")) == "\ta()  // c\r\n\tdefer c()\r\n\tb()"
    assert add(text, AddLine(span(text, "b()"), "defer c()")) == "\ta()  // c\r\n\tb()\r\n\tdefer c()"
    for crowded in ("\ta(); b()\n", "if x { a() }\n"):
        assert add(crowded, AddLine(span(crowded, "a()"), "defer c()")) is None


IMPORTS = [
    ('import (\n\t"net/http"\n)\n', 'import (\n\t"net/http"\n\t"time"\n)\n'),
    ('import (\n\t"log"\n\t"unsafe"\n)\n', 'import (\n\t"log"\n\t"time"\n\t"unsafe"\n)\n'),
    ('import (\n\t"log" // c\n\n\t"a.example/b"\n)\n', 'import (\n\t"log" // c\n\t"time"\n\n\t"a.example/b"\n)\n'),
    ('import (\n\t"a.example/b"\n)\n', 'import (\n\t"time"\n\t"a.example/b"\n)\n'),
    ('import "log"\n\nfunc f() {}\n', 'import "log"\nimport "time"\n\nfunc f() {}\n'),
    ('import h "net/http"\r\n', 'import h "net/http"\r\nimport "time"\r\n'),
    ("package a\n", None),
]


@pytest.mark.parametrize(("before", "after"), IMPORTS)
def test_an_import_is_sorted_in(before: str, after: str | None) -> None:
    assert add(before, AddImport("f", "time")) == after


def test_edits_that_meet_have_no_place() -> None:
    sources = {"f": SourceFile("f", "a: 1\n")}
    one, other = Edit(Span("f", 0, 2), "x"), Edit(Span("f", 1, 3), "y")
    assert placed(Fix("", True, (one, other)), sources) is None
    assert placed(Fix("", True, (one, Edit(Span("f", 2, 3), "y"))), sources) == (one, Edit(Span("f", 2, 3), "y"))
    assert placed(Fix("", True, (Edit(Span("f", 2, 2), "x"), Edit(Span("f", 2, 2), "y"))), sources) is None
    assert placed(Fix("", True, ()), sources) is None
    assert placed(Fix("", True, (Edit(Span("elsewhere", 0, 0), "x"),)), sources) is None


@pytest.mark.parametrize(
    ("raw", "text", "changed"),
    [
        ("", "web", "new"),
        ("'web'", "web", "'new'"),
        ('"w\\x65b"', "web", "new"),
        ("&a web", "web", "&a new"),
        ("&a  'web'", "web", "&a  'new'"),
        ("0x50", "80", "new"),
        ("on", "true", "new"),
        # What kustomize makes of it, a tag, a block, and an anchor that stands on a line of its own.
        ("web", "prod-web", None),
        ("&a web", "prod-web", None),
        ("'web'", "prod-web", None),
        ("!!str 80", "80", None),
        (">-\n  web", "web", None),
        ("&a\n  web", "web", None),
    ],
)
def test_a_scalar_is_replaced_where_it_says_the_value(raw: str, text: str, changed: str | None) -> None:
    written = raw or text
    value = Value(text, ScalarType.STRING, Span("f", 5, 5 + len(written)), raw)
    edit = text_token(value, "new")
    assert changed == (edit and written[: edit.span.start - 5] + edit.text + written[edit.span.end - 5 :])


def test_a_scalar_whose_place_is_not_known_exactly_is_left_alone() -> None:
    assert text_token(Value("web", ScalarType.STRING, Span("f", 5, 30)), "new") is None
