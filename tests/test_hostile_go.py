"""Broken, hostile and strange Go files: each ends in findings or a note, in proportion to its size, and costs the others nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness import FIXTURES, lint
from netlint import reading as reading_module
from netlint.golang.packing import pack, unpack
from netlint.golang.reader import read_function, read_go, read_type
from netlint.golang.waivers import find_waivers
from netlint.model.code.linking import link_go
from netlint.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'package p\n\nimport (\n\t"context"\n\t"net/http"\n\t"time"\n)\n\n'
GOOD = 'package good\n\nimport "net/http"\n\nfunc Fetch(url string) {\n\t_, _ = http.Get(url)\n}\n'
FIRES = "client-without-deadline"
DEEP = 10_000
GO_FIXTURES = sorted(FIXTURES.rglob("*.go"))
SECONDS = 20.0
"""CPU time for one file of this module, on a machine that does many things at once; quadratic work takes minutes."""


def said_of(folder: Path, path: str) -> list[str]:
    """Rules and kinds of notes at ``path`` when the folder is judged; the file beside it is judged as ever."""
    (folder / "good").mkdir(exist_ok=True)
    (folder / "good" / "good.go").write_text(GOOD, encoding="utf-8")
    result = lint(folder)
    rules = [(finding.span.path, finding.rule.name) for finding in result.findings]
    assert ("good/good.go", FIRES) in rules, "the other file was lost"
    assert "internal-error" not in {rule for _, rule in rules}
    return [rule for at, rule in rules if at == path] + [note.kind for note in result.notes if note.path.startswith(path)]


def read_all(text: str) -> None:
    """Read, pack, link and ask for everything that stayed text."""
    facts = read_go(SourceFile("p/a.go", text))
    assert unpack(pack(facts), "p/a.go") == facts
    for outline in facts.function_outlines:
        read_function(outline)
    for outline in facts.type_outlines:
        read_type(outline)
    link_go([facts], [])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("binary", b"\x7fELF\x02" + bytes(range(256)) * 8 + b'"net/http"', "unreadable-file"),
        ("nul", b'package p\nimport "net/http"\nvar x = "\x00"\n', "unreadable-file"),
        ("latin", 'package p\nimport "net/http"\n// ä\n'.encode("latin-1"), "unreadable-file"),
        ("truncated", GOOD[:-4].encode(), "not-read"),
        ("nonsense", b'package p\nimport "net/http"\n}}}) http.Get(\n', "not-read"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / f"{name}.go").write_bytes(data)
    assert said in said_of(tmp_path, f"{name}.go")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("package good\n", ""),
        "//line other.go:10\n" + GOOD,
        GOOD.replace("\t_, _", "\t/* 世界 */ _, _"),
        GOOD.replace("url", "адрес"),
        GOOD.replace("{\n\t", "{ ").replace("\n}", " }"),
        GOOD + "\nfunc broken( {\n}\n",
        GOOD + "\nvar text = `\nfunc Fetch() {\n}\n`\n",
    ],
)
def test_strange_but_readable_files_are_judged(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.go").write_text(text, encoding="utf-8", newline="")
    assert FIRES in said_of(tmp_path, "a/a.go")


def test_columns_count_characters(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(GOOD.replace("\t_, _", "\t/* 世界é𝄞 */ _, _"), encoding="utf-8")
    result = lint(tmp_path)
    (finding,) = [finding for finding in result.findings if finding.rule.name == FIRES]
    source = result.sources["a.go"]
    assert source.text_of(finding.span) == "Get"
    assert source.position(finding.span.start).column == len("\t/* 世界é𝄞 */ _, _ = http.") + 1


NESTED = {
    "parentheses": "func f() { _ = http.Get(" + "(" * DEEP + "x" + ")" * DEEP + ") }\n",
    "literals": "func f() { _ = http.Client{a: " + "T{" * DEEP + "}" * DEEP + "} }\n",
    "bare literals": "var x = []http.Client{" + "{" * DEEP + "}" * DEEP + "}\n",
    "closures": "func f() { http.Get(x); " + "func() {" * DEEP + "}()" * DEEP + " }\n",
    "sum": "func f() { http.Get(" + "x+" * DEEP + "x) }\n",
    "right sum": "func f() { http.Get(" + "x+(" * DEEP + "x" + ")" * DEEP + ") }\n",
    "else if": "func f() { http.Get(x); if a {" + "} else if a {" * DEEP + "} }\n",
    "selectors": "func f() { http.Get(a" + ".b" * DEEP + ") }\n",
    "calls": "func f() { http.Get(f" + "()" * DEEP + ") }\n",
    "methods": "func f() { http.Get(f" + ".g()" * DEEP + ") }\n",
    "pointers": "var client " + "*" * DEEP + "http.Client\nfunc f(t " + "*" * DEEP + "T) { http.Get(x) }\n",
    "indexes": "func f() { http.Get(a" + "[0]" * DEEP + ") }\n",
    "blocks": "func f() { http.Get(x); " + "{" * DEEP + "}" * DEEP + " }\n",
    "negations": "func f() { http.Get(" + "!" * DEEP + "x) }\n",
    "receives": "func f() { http.Get(" + "<-" * DEEP + "x) }\n",
    "maps": "var m " + "map[string]" * DEEP + "int\n",
    "function types": "var m " + "func(" * DEEP + ")" * DEEP + "\n",
    "generics": "var m " + "T[" * DEEP + "int" + "]" * DEEP + "\n",
    "labels": "func f() { http.Get(u); " + "a: " * DEEP + "x() }\n",
    "loops": "func f() { http.Get(u); " + "for {" * DEEP + "}" * DEEP + " }\n",
    "switches": "func f() { http.Get(u); " + "switch { case a: " * DEEP + "}" * DEEP + " }\n",
    "structs": "type T struct { a " + "struct { a " * DEEP + "int" + " }" * DEEP + " }\n",
    "open brackets": "func f() { http.Get(" + "(" * DEEP,
    "open braces": "func f() { http.Get(x) " + "{" * DEEP,
    "open texts": 'func f() { http.Get("' + "\"'`" * DEEP,
}


@pytest.mark.parametrize("name", NESTED)
def test_depth_is_bounded(tmp_path: Path, name: str) -> None:
    (tmp_path / "deep.go").write_text(HEAD + NESTED[name], encoding="utf-8")
    read_all(HEAD + NESTED[name])
    said_of(tmp_path, "deep.go")


@pytest.mark.parametrize("levels", range(20, 110, 10))
def test_depth_just_inside_the_bound_can_be_packed(levels: int) -> None:
    """What is as deep as it may be must not be too deep for the machine that packs it."""
    for start, end in (("if a {", "}"), ("func() {", "}()"), ("x(T{a: ", "})"), ("switch { case a: ", "}"), ("for { x := ", "}")):
        read_all(HEAD + "func f() { http.Get(u); " + start * levels + end * levels + " }\n")
    read_all(HEAD + "func f() { http.Get(u); if a {" + "} else if a {" * levels + "} }\n")
    read_all(HEAD + "func f() { http.Get(" + "x(T{a: []T{b: " * (levels // 2) + "}})" * (levels // 2) + ") }\n")


CYCLES = {
    "constants": "const a = b\nconst b = a\nvar c = &http.Client{Timeout: a}\nfunc f() { c.Get(u) }\n",
    "functions": "func a() *http.Client { return b() }\nfunc b() *http.Client { return a() }\nfunc f() { a().Get(u) }\n",
    "embedding": "type A struct {\n\tB\n}\n\ntype B struct {\n\tA\n}\n\ntype C struct{ C }\nfunc f(a A) { a.c.Do(x); var c C; c.Get(u) }\n",
    "aliases": "type A = B\ntype B = A\ntype X Y\ntype Y X\nvar a A\nvar x X\nfunc f() { a.Get(u); x.Do(r) }\n",
    "variables": "var a = b\nvar b = c\nvar c = a\nfunc f() { a.Get(u); http.Client{Timeout: a}.Get(u) }\n",
    "parameters": "func f(c *http.Client) { c.Get(u); f(c); g(c) }\nfunc g(c *http.Client) { f(c) }\n",
    "contexts": "func f(ctx context.Context) { ctx, _ = context.WithCancel(ctx); for { ctx = g(ctx) } }\n"
    "func g(ctx context.Context) context.Context { return context.WithValue(g(ctx), 1, 2) }\n",
    "wrappers": "type t struct{ t http.RoundTripper }\nfunc n(i http.RoundTripper) http.RoundTripper { return &t{n(&t{i})} }\n"
    "func f() { c := http.Client{Transport: n(nil)}; c.Get(u) }\n",
    "imports of nothing": 'import "x/y"\nimport . "z"\nimport _ "w"\nfunc f() { y.F(); G(); http.Get(u) }\n',
}


@pytest.mark.parametrize("name", CYCLES)
def test_what_leads_back_to_itself_ends(tmp_path: Path, name: str) -> None:
    (tmp_path / "cycle.go").write_text(HEAD + CYCLES[name], encoding="utf-8")
    said_of(tmp_path, "cycle.go")


MANY = {
    "constants": "const (\n" + "".join(f"\tc{i} = {i} * time.Second\n" for i in range(100_000)) + ")\n",
    "chained constants": "const (\n\tc0 = time.Second\n" + "".join(f"\tc{i} = c{i - 1}\n" for i in range(1, 50_000)) + ")\n",
    "functions": "".join(f"func f{i}() {{ g(u) }}\n" for i in range(50_000)),
    "functions left out": "".join(f"func f{i}() {{\n\tx := 3\n}}\n\n" for i in range(50_000)),
    "types": "".join(f"type T{i} struct {{\n\tA int\n}}\n\n" for i in range(50_000)),
    "chained functions": "func f0(c *http.Client) { c.Get(u) }\n"
    + "".join(f"func f{i}(c *http.Client) {{ f{i - 1}(c) }}\n" for i in range(1, 20_000)),
    "callers": "func g(c *http.Client) { c.Get(u) }\n" + "".join(f"func f{i}() {{ g(&http.Client{{}}) }}\n" for i in range(10_000)),
    "settings": "func f() {\n\tc := &http.Client{}\n" + "\tc.Timeout = x\n" * 10_000 + "\tc.Get(u)\n}\n",
    "definitions": "func f() {\n\tc := &http.Client{}\n" + "\tc = &http.Client{}\n" * 10_000 + "\tc.Get(u)\n}\n",
    "scopes": "func f() { http.Get(u)\n" + "{ x := 1; " * 2000 + "}" * 2000 + "}\n",
    "cases": "func f() { http.Get(u); switch x {" + "case 1:\n" * 50_000 + "} }\n",
    "comments": "//x\n" * 200_000,
    "waivers": "x //" * 200_000 + "nosec" * 50_000 + "\n",
    "imports": "import (\n" + '\t"net/http"\n' * 50_000 + ")\nfunc f() { http.Get(u) }\n",
    "names of imports": "import (\n" + "".join(f'\ta{i} "net/http"\n' for i in range(5_000)) + ")\nfunc f() { a1.Get(u) }\n",
    "open imports": "import (\n" + '\t"net/http"\n' * 50_000,
    "heads of functions": "\nfunc f((" * 50_000,
    "heads of methods": "\nfunc (a *b) f(a {" * 50_000,
    "heads of types": "\ntype A struct {\n" * 50_000,
    "heads of imports": "\nimport (\n" * 50_000,
    "words": "func " * 200_000,
    "text with functions": "var a = `" + "\nfunc x() {\n}\n" * 50_000 + "`\n",
    "one line": "var y = 1; " * 100_000 + "\n",
    "mistakes": "func f() { http.Get(x) " + "] ) " * 50_000,
}


@pytest.mark.parametrize("name", MANY)
def test_time_grows_with_size_alone(name: str) -> None:
    start = time.process_time()
    read_all(HEAD + MANY[name])
    assert time.process_time() - start < SECONDS


def test_very_large_files_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.go").write_text(HEAD + "var x = 1\n" * 500_000, encoding="utf-8")
    (tmp_path / "generated.go").write_text("// Code generated by x. DO NOT EDIT.\n" + HEAD + "var x = 1\n" * 500_000, encoding="utf-8")
    with (tmp_path / "huge.go").open("wb") as stream:
        stream.truncate(50_000_000)
    assert said_of(tmp_path, "large.go") == ["limit-reached"]
    assert said_of(tmp_path, "huge.go") == ["limit-reached"]
    assert said_of(tmp_path, "generated.go") == []
    monkeypatch.setattr(reading_module, "MAX_GO_BYTES", 10_000_000)
    assert said_of(tmp_path, "large.go") == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_links_that_lead_back_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.go").symlink_to("self.go")
    (tmp_path / "nowhere.go").symlink_to("nothing")
    assert said_of(tmp_path, "self.go") == ["limit-reached"]
    assert said_of(tmp_path, "nowhere.go") == ["not-read"]
    assert said_of(tmp_path, "a/up") == ["limit-reached"]


@pytest.mark.parametrize("path", GO_FIXTURES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_truncated_fixtures(path: Path) -> None:
    data = path.read_bytes()
    for length in range(0, len(data), 50):
        read_all(data[:length].decode("utf-8", "replace"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from(GO_FIXTURES),
    changes=st.lists(
        st.tuples(
            st.integers(0, 1 << 16), st.integers(0, 60), st.sampled_from(["", "{", "}", "(", ")", "`", '"', "\n", "\n}\n", "é", "\r", "//"])
        ),
        min_size=1,
        max_size=6,
    ),
)
@example(path=GO_FIXTURES[0], changes=[(0, 0, "\n}\n")])
def test_changed_fixtures(path: Path, changes: list[tuple[int, int, str]]) -> None:
    text = path.read_text(encoding="utf-8")
    for place, length, inserted in changes:
        at = place % (len(text) + 1)
        text = text[:at] + inserted + text[at + length :]
    read_all(text)


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.sampled_from([*"x/#\n ,:;G1", "//", "nosec", "nolint", "gosec:disable", "TODO", "G104"]), max_size=40))
def test_waivers_lie_inside_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    for waiver in find_waivers(text):
        assert 0 <= waiver.start < waiver.end <= len(text)


def test_no_file_of_go_is_parsed_for_manifests_alone(tmp_path: Path) -> None:
    """Loading the grammar costs as much as the start of the program."""
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n", encoding="utf-8")
    (tmp_path / "a.go").write_text("package a\n", encoding="utf-8")
    code = "import sys\nfrom netlint.cli import main\nmain(['.'], standalone_mode=False)\nprint('tree_sitter' in sys.modules)"
    environment = {**os.environ, "NETLINT_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.splitlines()[-1:] == ["False"], done.stderr


def test_what_joins_code_with_manifests_is_not_loaded_for_manifests_alone(tmp_path: Path) -> None:
    """A run over manifests must not wait for its import."""
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web:1}]}\n", encoding="utf-8"
    )
    code = "import sys\nfrom netlint.cli import main\nmain(['.'], standalone_mode=False)\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "netlint.model.linked" in loaded, done.stderr
    assert loaded.isdisjoint(("netlint.model.edges", "netlint.model.links", "netlint.model.runs", "netlint.model.code.outgoing"))
