"""Broken, hostile and strange build files: each costs the run nothing but what it would have said, and what cannot be read is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness import lint
from test_programs import SERVES, compose, deployment, rows, write

if TYPE_CHECKING:
    from pathlib import Path

GOOD = 'FROM golang\nCOPY . .\nRUN go build -o /x .\nENTRYPOINT ["/x"]\n'
MANY = 100_000


def repository(folder: Path, path: str, data: bytes) -> None:
    """A repository with one link, and a file beside it."""
    write(
        folder,
        {"main.go": SERVES, "Dockerfile": GOOD, "compose.yaml": compose("shop/app", "."), "deploy.yaml": deployment("app", "shop/app")},
    )
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a/Dockerfile", "FROM a\nRUN " + " " * MANY, id="blank space"),
        pytest.param("a/Dockerfile", "FROM a\nRUN go build " + "'" * (MANY + 1), id="quotes"),
        pytest.param("a/Dockerfile", "FROM a\nRUN go build " + "${" * MANY, id="open braces"),
        pytest.param("a/Dockerfile", "FROM a\nRUN go build " + "$((a" * MANY, id="open brackets"),
        pytest.param("a/Dockerfile", "FROM a\nENV A=b " + "a" * MANY, id="a long word"),
        pytest.param("a/Dockerfile", "FROM a\nENV A=aaaa\n" + "ENV A=$A$A$A$A\n" * 900, id="a variable that grows"),
        pytest.param("a/Dockerfile", "FROM a\nRUN cat " + "<<EOF " * MANY, id="here-documents"),
        pytest.param("a/Dockerfile", "FROM a\nENTRYPOINT " + "[" * MANY, id="JSON that nests"),
        pytest.param(
            "a/Dockerfile",
            "FROM golang AS s0\nCOPY . .\nRUN go build -o /x .\n"
            + "".join(f"FROM s{n} AS s{n + 1}\nCOPY --from=s{n} / /a{n}/\n" for n in range(150)),
            id="stages that double what they hold",
        ),
        pytest.param("a/Dockerfile", "FROM golang\nRUN " + "for a in 1 2 3; do " * 500 + "go build -o /$a .", id="loops in loops"),
        pytest.param(
            "a/Makefile",
            "".join(f"V{n} = $(V{n + 1}) $(V{n + 1})\n" for n in range(2000)) + "x:\n\tdocker build -t $(V0) .",
            id="variables",
        ),
        pytest.param("a/Makefile", "A = $(B)\nB = $(A)\nx:\n\tdocker build -t $(A) .\n", id="a variable that is itself"),
        pytest.param("a/Makefile", "go: " + "a:\\\n" * MANY + "=", id="rules that never end"),
        pytest.param(
            "a/Makefile", "include a/Makefile b.mk\n-include *.mk $(A)\nA = $(B)\nx:\n\tdocker build -t $(A) .\n", id="an include of itself"
        ),
        pytest.param("a/Tiltfile", "docker_build(" + "(" * MANY, id="brackets"),
        pytest.param("a/Tiltfile", "docker_build(" + "-" * MANY + "1)", id="signs"),
        pytest.param("a/Tiltfile", "docker_build(" + "a+" * MANY + "a, '.')", id="sums"),
        pytest.param("a/Tiltfile", "docker_build" + ".a" * MANY + "()\n", id="attributes"),
        pytest.param("a/Tiltfile", "docker_build('\\d', '.')\ndocker_build(*x, **y)\ndocker_build()\nlocal('go build -o')\n", id="calls"),
        pytest.param("a/.goreleaser.yaml", "dockers: " + "[" * MANY, id="images that nest"),
        pytest.param("a/.goreleaser.yaml", "dockers: [1, {image_templates: {a: b}}]\nkos: x\nbuilds: [[]]\n", id="images of another shape"),
        pytest.param("a/.goreleaser.yaml", "dockers: [{image_templates: ['" + "{{ if " * MANY + "']}]\n", id="templates"),
        pytest.param("a/build.sh", "docker build " + ". " * MANY, id="words"),
        pytest.param("a/build.sh", "docker build -t a " + "$(" * MANY, id="commands in words"),
        pytest.param("a/skaffold.yaml", "artifacts: " + "[" * MANY, id="YAML that nests"),
        pytest.param("a/compose.yaml", "services: [build, {a: 1}]\n", id="YAML of another shape"),
        pytest.param(
            ".github/workflows/a.yml", "jobs: {a: {strategy: {matrix: [docker]}, steps: {b: 1}}}\n", id="a workflow of another shape"
        ),
        pytest.param("a/x.go", "package main\nimport (" + "/*" * MANY, id="comments that never end"),
        pytest.param("a/x.go", "package main\n" + "var (\n\ta\n" * 20_000, id="groups that never end"),
    ],
)
def test_hostile_build_files_end_in_silence(tmp_path: Path, path: str, text: str) -> None:
    repository(tmp_path, path, text.encode())
    assert [(run["workload"]["name"], run["certainty"]) for row in rows(tmp_path) for run in row["runs"]] == [("app", "certain")]


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        pytest.param(b"FROM a\0", "not-read", "NUL byte", id="binary"),
        pytest.param(b"FROM a\n\xff", "not-read", "not valid UTF-8", id="another encoding"),
        pytest.param(b"FROM a\n" + b"#" * 1_000_001, "limit-reached", "above 1 MB", id="too large"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, data: bytes, kind: str, said: str) -> None:
    repository(tmp_path, "a/Dockerfile", data)
    (note,) = [note for note in lint(tmp_path).notes if note.path == "a/Dockerfile"]
    assert note.kind == kind
    assert said in note.message


def test_build_files_without_a_workload_or_without_code_are_not_read(tmp_path: Path) -> None:
    repository(tmp_path, "a/Dockerfile", b"FROM a\0")
    (tmp_path / "deploy.yaml").unlink()
    assert [note for note in lint(tmp_path).notes if note.path == "a/Dockerfile"] == []
