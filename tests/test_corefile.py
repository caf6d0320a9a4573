"""Corefiles: what their words are, and that each stands where its span says, however the manifest writes the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netlint.kubernetes.corefile import read_corefile
from netlint.kubernetes.reader import read_manifests
from netlint.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.corefile import Corefile, Directive, Word

COREFILE = """\
# Comment, with a { brace
(snippet) {
    errors
}
.:53, example.org {
    health :8080 { # lameduck 9s
        lameduck 5s
    }
    kubernetes "cluster.local" in-addr.arpa {
        pods insecure
        fallthrough in-addr.arpa
    }
    template IN A {
        answer "{{ .Name }} 60 IN A 192.0.2.1"
    }
    forward . 192.0.2.53:5353 # the office
    cache 5
}
dns://internal:5353 {
    whoami
}
"""


def read(manifest: str) -> tuple[SourceFile, Corefile | None]:
    source = SourceFile("coredns.yaml", manifest)
    (config_map,) = read_manifests(source).config_maps
    return source, read_corefile(config_map.data[0][1])


def config_map(corefile: str, form: str) -> str:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns}\ndata:\n"
    if form == "quoted":
        escaped = corefile.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{head}  Corefile: "{escaped}"\n'
    return f"{head}  Corefile: {form}\n" + "".join(f"      {line}\n" for line in corefile.splitlines())


def words_of(directives: Iterable[Directive]) -> Iterator[Word]:
    for directive in directives:
        yield directive.name
        yield from directive.arguments
        yield from words_of(directive.block)


@pytest.mark.parametrize("form", ["|", "|-", "|+", "|2", "| # lameduck 5s"])
def test_every_word_stands_where_its_span_says(form: str) -> None:
    text = COREFILE if form != "|2" else "\n".join(f"    {line}" for line in COREFILE.splitlines())
    source, corefile = read(config_map(text, form))
    assert corefile is not None
    assert [[zone.text for zone in block.zones] for block in corefile.blocks] == [[".:53,", "example.org"], ["dns://internal:5353"]]
    words = [word for block in corefile.blocks for word in (*block.zones, *words_of(block.plugins))]
    assert [word.text for word in words if word.is_quoted] == ["cluster.local", "{{ .Name }} 60 IN A 192.0.2.1"]
    assert [source.text_of(corefile.span(word)) for word in words] == [word.text for word in words]
    line = source.position(corefile.span(next(word for word in words if word.text == "5s")).start).line
    assert source.line_text(line).strip() == "lameduck 5s"


def test_words_of_a_quoted_scalar_are_found_as_well() -> None:
    source, corefile = read(config_map(COREFILE, "quoted"))
    assert corefile is not None
    health = corefile.blocks[0].plugin("health")
    assert health is not None
    assert source.text_of(corefile.span(health.block[0].arguments[0])) == "5s"


def test_structure() -> None:
    _, corefile = read(config_map(COREFILE, "|"))
    assert corefile is not None
    first, second = corefile.blocks
    assert first.ports == frozenset((53,))
    assert second.ports == frozenset((5353,))
    health = first.plugin("health")
    assert health is not None
    assert [word.text for word in health.arguments] == [":8080"]
    assert [item.name.text for item in health.block] == ["lameduck"]
    forward = first.plugin("forward")
    assert forward is not None
    assert [word.text for word in forward.arguments] == [".", "192.0.2.53:5353"]


def test_a_file_of_one_server_may_leave_out_its_braces() -> None:
    _, corefile = read(config_map("example.org\nerrors\nhealth {\n  lameduck 5s\n}\n", "|"))
    assert corefile is not None
    assert [plugin.name.text for plugin in corefile.blocks[0].plugins] == ["errors", "health"]


@pytest.mark.parametrize("text", [". {\n health\n", ". {\n}\n}\n", "{\n}\n", ". {\n {\n }\n}\n", ". {\n" * 40, "a\n" + "b {\n" * 2000])
def test_what_is_no_corefile_is_none(text: str) -> None:
    assert read(config_map(text, "|"))[1] is None
