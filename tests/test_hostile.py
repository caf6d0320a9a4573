"""Broken, hostile and strange files: each ends in a finding or note that names it, and costs the others nothing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from harness import lint

if TYPE_CHECKING:
    from pathlib import Path

    from netlint.result import RunResult

GOOD = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: ExternalName
  externalName: 203.0.113.7
"""
FIRES = "external-name-misused"


def rules_at(result: RunResult, path: str) -> list[str]:
    return [finding.rule.name for finding in result.findings if finding.span.path == path]


def said_of(result: RunResult, path: str) -> list[str]:
    return rules_at(result, path) + [note.kind for note in result.notes if note.path.startswith(path)]


def lint_beside_good(folder: Path, name: str, data: bytes) -> RunResult:
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    (folder / name).write_bytes(data)
    result = lint(folder)
    assert FIRES in rules_at(result, "good.yaml"), "the other file was lost"
    assert "internal-error" not in {finding.rule.name for finding in result.findings}
    return result


HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("flow.yaml", HEAD + "data: " + "[" * 10_000 + "]" * 10_000, "unreadable-file"),
        ("block.yaml", HEAD + "data:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(3000)), "unreadable-file"),
        ("sequence.yaml", HEAD + "data: \n  " + "- " * 10_000 + "x\n", "unreadable-file"),
        ("unclosed.yaml", HEAD + "data: [1, 2\n", "unreadable-file"),
        ("indent.yaml", HEAD + "data:\n  a: 1\n b: 2\n", "unreadable-file"),
        ("alias.yaml", HEAD + "data: *nothing\n", "unreadable-file"),
        ("duplicate.yaml", HEAD + "data: {a: '1', a: '2'}\ndata: {b: '3'}\n", "duplicate-key"),
        ("template.yaml", HEAD + "data:\n  {{- range .Values.x }}\n  a: {{ . }}\n  {{- end }}\n", "not-rendered"),
        ("broken.json", '{"apiVersion": "v1", "kind": "ConfigMap", "data": {', "unreadable-file"),
    ],
)
def test_file_is_said_and_others_are_judged(tmp_path: Path, name: str, text: str, said: str) -> None:
    assert said in said_of(lint_beside_good(tmp_path, name, text.encode()), name)


@pytest.mark.parametrize(
    ("name", "data"),
    [("nul.yaml", (HEAD + "data: {a: 'x\x00'}\n").encode()), ("latin.yaml", (HEAD + "data: {a: 'ä'}\n").encode("latin-1"))],
)
def test_bytes_that_are_no_text(tmp_path: Path, name: str, data: bytes) -> None:
    assert "unreadable-file" in said_of(lint_beside_good(tmp_path, name, data), name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_encodings_that_yaml_allows_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "marked.yaml").write_bytes(GOOD.encode(encoding))
    result = lint(tmp_path)
    (finding,) = [finding for finding in result.findings if finding.rule.name == FIRES]
    source = result.sources["marked.yaml"]
    assert source.text_of(finding.span) == "203.0.113.7"
    assert source.position(finding.span.start) == (6, 17)


def test_alias_bomb_is_harmless(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for previous, name in zip("abcdefghij", "bcdefghijk", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{previous}'] * 9)}]\n"
    result = lint_beside_good(tmp_path, "bomb.yaml", (bomb + "apiVersion: v1\nkind: List\nitems: *k\n").encode())
    assert result.files.kubernetes >= 1


def test_list_of_aliases_is_bounded(tmp_path: Path) -> None:
    service = "&s {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80}]}}"
    inner = f"&l {{apiVersion: v1, kind: List, items: [{service}{', *s' * 400}]}}"
    text = f"apiVersion: v1\nkind: List\nitems: [{inner}{', *l' * 400}]\n"
    assert "limit-reached" in said_of(lint_beside_good(tmp_path, "many.yaml", text.encode()), "many.yaml")


def test_recursive_alias_ends(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: List\nitems: &i\n- apiVersion: v1\n  kind: List\n  items: *i\n"
    lint_beside_good(tmp_path, "circle.yaml", text.encode())


def test_one_bad_document_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "stream.yaml").write_text(f"{HEAD}data: [\n---\n{GOOD}---\n{HEAD}data: }}\n", encoding="utf-8")
    result = lint(tmp_path)
    assert rules_at(result, "stream.yaml") == ["unreadable-file", FIRES, "unreadable-file"]
    lines = [result.sources["stream.yaml"].position(finding.span.start).line for finding in result.findings]
    assert lines == [4, 11, 16]


def test_symlink_loops_end(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.yaml").symlink_to("self.yaml")
    result = lint(tmp_path)
    assert [finding.span.path for finding in result.findings if finding.rule.name == FIRES] == ["good.yaml"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
def test_unreadable_permissions_are_said(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "secret.yaml").chmod(0)
    result = lint_beside_good(tmp_path, "other.yaml", b"")
    assert "unreadable-file" in said_of(result, "secret.yaml")


def test_huge_file_is_skipped_and_said(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    result = lint(tmp_path)
    assert FIRES in rules_at(result, "good.yaml")
    assert "limit-reached" in said_of(result, "huge.yaml")
