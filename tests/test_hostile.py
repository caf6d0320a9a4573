"""Broken, hostile and strange files: each ends in a finding or note that names it, and costs the others nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from harness import lint
from netlint.config_file import ConfigError

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
    assert "unreadable-file" in said_of(lint_beside_good(tmp_path, "many.yaml", text.encode()), "many.yaml")


def test_objects_of_a_file_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlint.kubernetes.reader.MAX_OBJECTS", 10)
    assert "limit-reached" in said_of(lint_beside_good(tmp_path, "many.yaml", f"---\n{GOOD}".encode() * 20), "many.yaml")


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{POD}spec:\n  containers:\n  - &c {{env: [&e {{name: U, value: 'http://a.b'}}{', *e' * 1000}]}}\n" + "  - *c\n" * 1000,
        f"{POD}spec: {{containers: [{{env: [&e {{name: U, value: '{'http://a.b ' * 5000}'}}{', *e' * 1000}]}}]}}\n",
        f"big: &big {{{', '.join(f'k{i}: v' for i in range(1000))}}}\n{POD}spec:\n  containers:\n" + "  - {<<: *big}\n" * 1000,
        "m0: &m0 {a: b}\n" + "".join(f"m{i + 1}: &m{i + 1} {{<<: [*m{i}, *m{i}]}}\n" for i in range(30)) + f"{POD}spec: {{<<: *m30}}\n",
        f"{POD}spec: &a {{<<: [*a, *a], containers: [*a]}}\n",
        f"&r\n{POD}spec: *r\ncontainers: [*r]\n",
    ],
    ids=["containers", "long-texts", "merged", "merges", "merge-of-itself", "root-in-itself"],
)
def test_aliases_that_grow_without_bound_are_said(tmp_path: Path, text: str) -> None:
    assert "unreadable-file" in said_of(lint_beside_good(tmp_path, "bomb.yaml", text.encode()), "bomb.yaml")


def test_alias_of_a_node_before_megabytes_of_blank_space(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: List\na: &s\n  apiVersion: v1\n  kind: Service\n" + "\n" * 1_000_000 + f"items: [{'*s,' * 5000}]\n"
    assert lint_beside_good(tmp_path, "blank.yaml", text.encode()).files.kubernetes == 2


def test_anchors_set_twice_and_nested_deep_are_said(tmp_path: Path) -> None:
    text = HEAD + "data: " + "&a [" * 990 + "]" * 990
    assert "unreadable-file" in said_of(lint_beside_good(tmp_path, "deep.yaml", text.encode()), "deep.yaml")


def test_values_of_a_document_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlint.kubernetes.composing.MAX_NODES", 1000)
    text = f"{POD}spec: {{containers: [{{args: [{'a,' * 2000}]}}]}}\n"
    assert "unreadable-file" in said_of(lint_beside_good(tmp_path, "long.yaml", text.encode()), "long.yaml")


def test_object_above_what_the_api_server_takes_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlint.kubernetes.reader.MAX_OBJECT_CHARACTERS", 1000)
    text = f"{HEAD}data: {{a: {'x' * 2000}}}\n"
    assert "limit-reached" in said_of(lint_beside_good(tmp_path, "large.yaml", text.encode()), "large.yaml")


def test_broken_documents_are_listed_up_to_a_bound(tmp_path: Path) -> None:
    result = lint_beside_good(tmp_path, "broken.yaml", f"{HEAD}data: [\n---\n".encode() * 1100)
    assert rules_at(result, "broken.yaml") == ["unreadable-file"] * 1000
    assert "limit-reached" in said_of(result, "broken.yaml")


def test_duplicate_keys_are_listed_up_to_a_bound(tmp_path: Path) -> None:
    result = lint_beside_good(tmp_path, "twice.yaml", (f"{HEAD}data:\n" + "  a: b\n" * 1100).encode())
    assert said_of(result, "twice.yaml") == ["duplicate-key"] * 1000


def test_many_json_values_in_one_file(tmp_path: Path) -> None:
    value = b'{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}}'
    assert lint_beside_good(tmp_path, "stream.json", (value + b" " * 2000) * 2000).files.kubernetes == 2


@pytest.mark.parametrize(
    "number", ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "0" * 5000, "9" * 5000 + ".5", "1e999999", "²", ".inf"]
)
def test_numbers_of_any_size_are_read(tmp_path: Path, number: str) -> None:
    template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}}"
    text = (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: x}}\nspec: {{selector: {{a: b}}, ports: [{{port: {number}}}]}}\n---\n"
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x}}\nspec:\n  replicas: 3\n"
        f"  strategy: {{rollingUpdate: {{maxSurge: '{number}%', maxUnavailable: {number}}}}}\n  {template}\n"
    )
    lint_beside_good(tmp_path, "number.yaml", text.encode())


@pytest.mark.parametrize("seconds", ["9" * 5000, "9" * 400, "1" * 60 + "x", "1.5" * 20, "1m" * 500])
def test_durations_of_any_length_are_read(tmp_path: Path, seconds: str) -> None:
    hook = f"lifecycle: {{preStop: {{exec: {{command: [sleep, '{seconds}']}}}}}}"
    probe = f"livenessProbe: {{exec: {{command: [curl, -m, '{seconds}', localhost]}}}}"
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n"
        f"    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n      - {{name: c, image: i, {hook}, {probe}}}\n"
    )
    lint_beside_good(tmp_path, "hook.yaml", text.encode())


@pytest.mark.parametrize(
    "value", ["a" * 250_000 + " ://", "http://a.b.svc " * 15_000, "http://10.0.0.1 " * 15_000, "a." * 120_000, "- a.b.svc:80\\n" * 15_000]
)
def test_values_full_of_hosts_are_read(tmp_path: Path, value: str) -> None:
    lint_beside_good(tmp_path, "hosts.yaml", f'{HEAD}data: {{URL: "{value}"}}\n'.encode())


def test_names_of_any_length_do_not_fill_the_report(tmp_path: Path) -> None:
    result = lint_beside_good(tmp_path, "name.yaml", GOOD.replace("web", "w" * 100_000).encode())
    (finding,) = [finding for finding in result.findings if finding.span.path == "name.yaml"]
    assert len(finding.message) == 2000
    assert finding.subject is not None
    assert len(finding.subject.name) == 2000


def test_many_services_that_match_nothing(tmp_path: Path) -> None:
    documents = [
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: svc-{i}}}\nspec: {{selector: {{app: x{i}}}, ports: [{{port: 80}}]}}\n---\n"
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: dep-{i}}}\nspec:\n  selector: {{matchLabels: {{app: y{i}}}}}\n"
        f"  template: {{metadata: {{labels: {{app: y{i}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}\n"
        for i in range(600)
    ]
    result = lint_beside_good(tmp_path, "many.yaml", "---\n".join(documents).encode())
    assert rules_at(result, "many.yaml").count("service-selects-no-pod") == 600


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


@pytest.mark.parametrize("name", ["(x+)+y", "(a|a)*$", "x*x*x*x*x*y", "(" * 500, "x{99999999999}"])
def test_patterns_of_patch_targets_end(tmp_path: Path, name: str) -> None:
    (tmp_path / "long.yaml").write_text(GOOD.replace("web", "x" * 60), encoding="utf-8")
    text = f"resources: [good.yaml, long.yaml]\npatches:\n- target: {{kind: ConfigMap, name: '{name}'}}\n"
    lint_beside_good(tmp_path, "kustomization.yaml", text.encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".netlint.yaml", "include-tests: !!bool x\n"),
        (".netlint.yaml", "fail-on: !!timestamp x\n"),
        (".netlint.yaml", f"fail-on: {'9' * 5000}\n"),
        ("netlint.toml", f"fail-on = {'9' * 5000}\n"),
    ],
)
def test_settings_that_no_constructor_takes(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=name):
        lint(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "# netlint: ignore[no-such-rule] because\n" * 2000,
        GOOD + "# netlint: ignore[" + "x" * 100_000 + "] because\n",
        GOOD + "# a" + ": &" * 20_000 + "\nb" + ": &" * 3000 + "\n# netlint: ignore[no-such-rule] because\n",
        GOOD.replace("{name", "{annotations: {netlint.io/ignore: '" + "x: y;" * 20_000 + "'}, name"),
    ],
    ids=["many", "long", "line", "annotation"],
)
def test_ignores_without_end(tmp_path: Path, text: str) -> None:
    assert said_of(lint_beside_good(tmp_path, "ignores.yaml", text.encode()), "ignores.yaml")


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are closed and folders removed as only POSIX allows")
@pytest.mark.parametrize("closing", ["<&-", ">&-", "2>&-"])
def test_closed_standard_streams_are_no_crash(tmp_path: Path, closing: str) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    run = subprocess.run(
        ["sh", "-c", f'"$0" -m netlint - good.yaml {closing}', sys.executable],
        cwd=tmp_path,
        input=b"",
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.returncode in (1, 2)
    assert b"Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are closed and folders removed as only POSIX allows")
def test_current_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    run = subprocess.run(
        ["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -m netlint .', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
