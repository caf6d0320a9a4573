"""Kustomizations are built as kustomize builds them, and every scalar of what comes out says where it was set."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from harness import lint
from kustomize_oracle import MODULE, VERSION, by_binary, compare, keyed, native
from netlint.kustomize.hashing import plain
from netlint.kustomize.nodes import Fields, Items, value_at
from netlint.kustomize.texts import documents_of
from netlint.source import SourceFile
from oracle import build_binary

if TYPE_CHECKING:
    from netlint.kubernetes.values import Value
    from netlint.kustomize.build import Built
    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource
    from netlint.result import RunResult

CASES = Path(__file__).parent / "kustomize"
ROOTS = ("features/base", "features/overlay", "merging", "transforming")


@pytest.fixture(scope="session")
def kustomize(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The binary that says how it should be."""
    go = shutil.which("go")
    if go is None:
        pytest.skip(f"there is no Go to build kustomize {VERSION} with")
    binary, problem = build_binary(go, MODULE, VERSION, tmp_path_factory.mktemp("kustomize"))
    if problem:
        pytest.skip(problem)
    return binary


def expected(root: str) -> Path:
    """What kustomize printed for a root when the case was written."""
    return CASES / f"{root.replace('/', '-')}.expected.yaml"


@pytest.mark.parametrize("root", ROOTS)
def test_every_feature_comes_out_as_kustomize_has_it(root: str) -> None:
    built = native(CASES, root)
    theirs = keyed([plain(item) for item in documents_of(SourceFile("expected.yaml", expected(root).read_text(encoding="utf-8")))])
    assert compare(built, theirs) == []
    assert [item.message for item in built.troubles] == []


@pytest.mark.parametrize("root", ROOTS)
def test_what_is_expected_is_what_the_binary_prints(root: str, kustomize: str) -> None:
    theirs, error = by_binary(kustomize, CASES, root)
    assert error == ""
    assert compare(native(CASES, root), theirs) == []


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def build(folder: Path, files: dict[str, str], directory: str = ".") -> Built:
    write(folder, files)
    return native(folder, directory)


def one(built: Built, kind: str) -> Resource:
    (found,) = (item for item in built.resources if item.kind == kind)
    return found


def place(folder: Path, value: Value | None) -> str:
    """File and text under the span of a value."""
    assert value is not None
    text = (folder / value.span.path).read_text(encoding="utf-8")
    return f"{value.span.path}: {text[value.span.start : value.span.end]}"


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80, targetPort: 8080}]}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: web:1.0
          env: [{name: MODE, value: plain}]
"""
NAMED = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
TO_SERVICES = "patches:\n  - target: {kind: Service}\n"
BASE = {"base/kustomization.yaml": "resources: [service.yaml]\n", "base/service.yaml": SERVICE}


@pytest.mark.parametrize(
    ("overlay", "wanted"),
    [
        ("patches: [{path: patch.yaml}]\n", "patch.yaml: NodePort"),
        ("patches:\n  - target: {kind: Service}\n    path: ops.yaml\n", "ops.yaml: NodePort"),
        (f"patches:\n  - patch: |-\n{indent(NAMED + 'spec: {type: NodePort}', '      ')}\n", "kustomization.yaml: NodePort"),
        (
            f'{TO_SERVICES}    patch: \'[{{"op": "replace", "path": "/spec/type", "value": "NodePort"}}]\'\n',
            'kustomization.yaml: "NodePort"',
        ),
        (
            f"{TO_SERVICES}    patch: |\n      # first\n\n      - op: replace\n        path: /spec/type\n        value: NodePort\n",
            "kustomization.yaml: NodePort",
        ),
        (
            "replacements: [{sourceValue: NodePort, targets: [{select: {kind: Service}, fieldPaths: [spec.type]}]}]\n",
            "kustomization.yaml: NodePort",
        ),
        ("namePrefix: a-\n", "base/service.yaml: ClusterIP"),
    ],
)
def test_a_value_stands_where_it_was_set(tmp_path: Path, overlay: str, wanted: str) -> None:
    files = {
        **BASE,
        "kustomization.yaml": f"resources: [base]\n{overlay}",
        "patch.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n",
        "ops.yaml": "- {op: replace, path: /spec/type, value: NodePort}\n",
    }
    service = one(build(tmp_path, files), "Service").node
    assert place(tmp_path, value_at(service, "spec", "type")) == wanted
    assert place(tmp_path, value_at(service, "metadata", "name")) == "base/service.yaml: web"


def test_made_values_stand_where_their_last_part_was_set(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "resources: [all.yaml]\nnamespace: shop\nimages: [{name: web, newTag: '2.0'}]\n"
        "configMapGenerator: [{name: c, literals: [HOST=store], envs: [a.env], files: [a.txt]}]\n",
        "all.yaml": DEPLOYMENT,
        "a.env": "\n  PORT=80\n",
        "a.txt": "text",
    }
    built = build(tmp_path, files)
    deployment, config_map = one(built, "Deployment").node, one(built, "ConfigMap").node
    assert place(tmp_path, value_at(deployment, "metadata", "namespace")) == "kustomization.yaml: shop"
    containers = deployment.entries["spec"][1]
    for name in ("template", "spec", "containers"):
        assert isinstance(containers, Fields)
        containers = containers.entries[name][1]
    assert isinstance(containers, Items)
    image = value_at(containers.items[0], "image")
    assert image is not None
    assert image.text == "web:2.0"
    assert place(tmp_path, image) == "kustomization.yaml: '2.0'"
    assert place(tmp_path, value_at(config_map, "data", "HOST")) == "kustomization.yaml: store"
    assert place(tmp_path, value_at(config_map, "data", "PORT")) == "a.env: 80"
    assert place(tmp_path, value_at(config_map, "data", "a.txt")) == "a.txt: text"


def values(node: Node) -> list[Value]:
    if isinstance(node, Fields):
        return [value for key, child in node.entries.values() for value in (key, *values(child))]
    return [value for item in node.items for value in values(item)] if isinstance(node, Items) else [node]


@pytest.mark.parametrize("root", ROOTS)
def test_every_scalar_stands_in_a_file(root: str) -> None:
    for item in native(CASES, root).resources:
        for value in values(item.node):
            text = (CASES / value.span.path).read_bytes().decode("utf-8", "replace")
            assert 0 <= value.span.start <= value.span.end <= len(text)


@pytest.mark.parametrize(
    ("overlay", "wanted"),
    [
        ("patches: [{path: none.yaml}]\n", "kustomization.yaml:2 patch none.yaml is missing or holds nothing that can be read"),
        ("patches: [{path: other.yaml}]\n", "other.yaml:4 patch other.yaml has no target: there is no Service other of v1"),
        ("patches: [{patch: 'spec: {}'}]\n", "kustomization.yaml:2 patch names no object"),
        ("patches: [{target: {kind: Service}, patch: '[{op: add, path: /a/b, value: 1}]'}]\n", "kustomization.yaml:2 patch names /a/b"),
        ("patches: [{patch: '[{op: add, path: /a, value: 1}]'}]\n", "kustomization.yaml:2 patch is a list of operations and has no target"),
        ("patches: [{target: {kind: Service}, patch: '[{op: ad, path: /a}]'}]\n", "kustomization.yaml:2 patch has an operation ad"),
        (
            "patches: [{target: {kind: Service}, patch: '{kind: Service, metadata: {name: a}, spec: [1]}'}]\n",
            "kustomization.yaml:2 patch puts something else where a mapping is",
        ),
        ("replicas: [{name: web, count: 2}]\n", "kustomization.yaml:2 sets replicas of web, and there is no such workload"),
        (
            "configMapGenerator: [{name: c, files: [none.txt]}]\n",
            "kustomization.yaml:2 configMapGenerator c names none.txt, which is not there",
        ),
        ("configMapGenerator: [{name: c, literals: [a]}]\n", "kustomization.yaml:2 configMapGenerator c has the literal a"),
        ("configMapGenerator: [{name: c, behavior: merge}]\n", "kustomization.yaml:2 configMapGenerator c has behavior merge"),
        ("resources: [base, none]\n", "kustomization.yaml:2 names none, which is not in view"),
        ("components: [none]\n", "kustomization.yaml:2 names none, which is not in view"),
        ("resources: [base, .]\n", "kustomization.yaml:2 is in a circle: ."),
        ("resources: [base, base/service.yaml]\n", "kustomization.yaml:2 names base/service.yaml, which brings Service web a second time"),
        ("helmCharts: [{name: x}]\n", "kustomization.yaml:2 uses helmCharts, which is not applied"),
        ("transformers: [a.yaml]\n", "kustomization.yaml:2 uses the transformer a.yaml, which is not applied"),
        ("openapi: {path: a.json}\n", "kustomization.yaml:2 has a schema of its own in openapi"),
        (
            "replacements: [{source: {kind: ConfigMap, name: x}, targets: [{select: {kind: Service}}]}]\n",
            "kustomization.yaml:2 replacement takes its value from ConfigMap x, of which there are 0",
        ),
        (
            "vars: [{name: A, objref: {apiVersion: v1, kind: Service, name: none}}]\n",
            "kustomization.yaml:2 var A takes its value from a field that is not there",
        ),
    ],
)
def test_what_cannot_be_done_is_said_with_its_line(tmp_path: Path, overlay: str, wanted: str) -> None:
    other = "apiVersion: v1\nkind: Service\nmetadata:\n  name: other\n"
    resources = "" if overlay.startswith("resources") else "resources: [base]\n"
    write(tmp_path, {**BASE, "kustomization.yaml": f"{resources or '# all'}\n{overlay}".replace("\n\n", "\n"), "other.yaml": other})
    notes = [f"{note.path} {note.message}" for note in lint(tmp_path).notes]
    assert any(note.startswith(wanted) for note in notes), notes


def test_no_file_outside_is_read_for_a_generator(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"secret.txt": "secret", "app/kustomization.yaml": "configMapGenerator: [{name: c, files: [../secret.txt, /etc/passwd]}]\n"},
    )
    assert [note.kind for note in lint(tmp_path, ("app",)).notes] == ["unit-incomplete"]


def rules_of(result: RunResult) -> list[str]:
    return [
        f"{finding.span.path}: {result.sources[finding.span.path].text_of(finding.span)}"
        for finding in result.findings
        if finding.rule.name == "service-target-port-undeclared"
    ]


PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /ready, port: 8080}}
"""
WRONG = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8081}]}\n"
RIGHT = WRONG.replace("8081", "8080")
PATCH = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, targetPort: 8082}]}\n"
CURE = PATCH.replace("8082", "8080")
DEV = {"dev/kustomization.yaml": "resources: [../base]\n"}
PROD = {"prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n"}


@pytest.mark.parametrize(
    ("service", "patch", "wanted"),
    [
        (WRONG, CURE, ["base/service.yaml: 8081"]),
        (RIGHT, PATCH, ["prod/patch.yaml: 8082"]),
        (WRONG, PATCH, ["base/service.yaml: 8081", "prod/patch.yaml: 8082"]),
        (RIGHT, CURE, []),
    ],
    ids=["base", "patch", "both", "neither"],
)
def test_a_finding_points_at_who_set_the_value(tmp_path: Path, service: str, patch: str, wanted: list[str]) -> None:
    files = {"base/kustomization.yaml": "resources: [service.yaml, pods.yaml]\n", "base/service.yaml": service, "base/pods.yaml": PODS}
    write(tmp_path, {**files, **DEV, **PROD, "prod/patch.yaml": patch})
    assert rules_of(lint(tmp_path)) == wanted


def test_a_finding_of_a_base_is_said_once_and_names_who_has_it(tmp_path: Path) -> None:
    files = {"base/kustomization.yaml": "resources: [service.yaml, pods.yaml]\n", "base/service.yaml": WRONG, "base/pods.yaml": PODS}
    overlays = {f"{name}/kustomization.yaml": f"resources: [../base]\nnamePrefix: {name}-\n" for name in ("dev", "prod", "stage")}
    write(tmp_path, {**files, **overlays})
    (finding,) = (item for item in lint(tmp_path).findings if item.rule.name == "service-target-port-undeclared")
    assert finding.why.endswith("so it is in all 3 kustomizations that deploy it: dev, prod and stage")
    write(tmp_path, {**PROD, "prod/patch.yaml": CURE})
    (finding,) = (item for item in lint(tmp_path).findings if item.rule.name == "service-target-port-undeclared")
    assert finding.why.endswith("so it is in 2 of the 3 kustomizations that deploy it")


def deep(depth: int) -> str:
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: deep}\ndata: " + "{a: " * depth + "1" + "}" * depth + "\n"


DOUBLING = ", ".join(["{op: copy, from: /spec, path: /spec/x}"] * 60)
GROWING = "resources: [../b{below}]\nnamePrefix: p{number}-\n"


@pytest.mark.parametrize(
    "files",
    [
        {"kustomization.yaml": "resources: [a.yaml]\nnamespace: x\n", "a.yaml": deep(900)},
        {**BASE, "kustomization.yaml": f"resources: [base]\npatches: [{{target: {{kind: Service}}, patch: '[{DOUBLING}]'}}]\n"},
        {
            **BASE,
            "kustomization.yaml": "resources: [base]\nreplacements:\n" + "- source: {kind: Service, fieldPath: spec}\n"
            "  targets: [{select: {kind: Service}, fieldPaths: [spec.x], options: {create: true}}]\n" * 60,
        },
        {**BASE, "kustomization.yaml": f"resources: [base]\npatches: [{{target: {{labelSelector: '{'(,' * 50_000}'}}, patch: '[]'}}]\n"},
        {
            **BASE,
            "kustomization.yaml": "resources: [base]\npatches:\n- patch: |\n"
            + "    - {op: add, path: /a, value: 1}\n" * 5000
            + "  target: {}\n",
        },
        {
            "kustomization.yaml": "resources: [a.yaml]\nvars:\n- name: A\n"
            "  objref: {apiVersion: v1, kind: Service, name: web}\n  fieldref: {fieldpath: spec.x}\n",
            "a.yaml": f"{SERVICE.replace('type: ClusterIP', 'x: ' + 'x' * 100_000)}---\n{DEPLOYMENT.replace('plain', '$(A)' * 50_000)}",
        },
        {f"b{number}/kustomization.yaml": f"resources: [../b{number - 1}, ../c{number}]\n" for number in range(1, 17)}
        | {f"c{number}/kustomization.yaml": GROWING.format(below=number - 1, number=number) for number in range(1, 17)}
        | {"b0/kustomization.yaml": "resources: [a.yaml]\n", "b0/a.yaml": SERVICE},
    ],
    ids=["deep", "copies", "replacements", "selector", "operations", "variables", "bases"],
)
def test_hostile_kustomizations_end(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    lint(tmp_path)
