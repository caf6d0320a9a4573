"""Units: what is paired with what, told by what is found and what is not."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from harness import lint

if TYPE_CHECKING:
    from pathlib import Path

    from netlint.result import RunResult

RULE = "service-target-port-name-unresolved"

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
{namespace}spec:
  selector: {{app: {app}}}
  ports:
    - port: 80
      targetPort: {target}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
{namespace}spec:
  selector:
    matchLabels: {{app: {app}}}
  template:
    metadata:
      labels: {{app: {app}}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4
          ports:
            - name: {port}
              containerPort: 8080
          readinessProbe:
            httpGet: {{path: /ready, port: {port}}}
"""


def service(target: str = "web", app: str = "web", namespace: str = "") -> str:
    return SERVICE.format(target=target, app=app, namespace=f"  namespace: {namespace}\n" if namespace else "")


def deployment(port: str = "http", app: str = "web", namespace: str = "") -> str:
    return DEPLOYMENT.format(port=port, app=app, namespace=f"  namespace: {namespace}\n" if namespace else "")


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def found(result: RunResult, rule: str = RULE) -> list[str]:
    return [finding.span.path for finding in result.findings if finding.rule.name == rule]


def run(folder: Path, files: dict[str, str], *paths: str) -> list[str]:
    write(folder, files)
    return found(lint(folder, paths or (".",)))


KUSTOMIZATION = "resources: [service.yaml, deployment.yaml]\n"
BASE = {"base/service.yaml": service(), "base/deployment.yaml": deployment(), "base/kustomization.yaml": KUSTOMIZATION}


def test_base_is_judged_once_however_many_build_on_it(tmp_path: Path) -> None:
    overlays = {f"{name}/kustomization.yaml": "resources: [../base]\n" for name in ("dev", "prod")}
    assert run(tmp_path, {**BASE, **overlays}) == ["base/service.yaml"]


def test_base_outside_the_paths_given_is_followed(tmp_path: Path) -> None:
    assert run(tmp_path, {**BASE, "prod/kustomization.yaml": "resources: [../base]\n"}, "prod") == ["base/service.yaml"]


def test_component_is_part_of_who_names_it(tmp_path: Path) -> None:
    files = {
        "component/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [service.yaml]\n",
        "component/service.yaml": service(),
        "app/kustomization.yaml": "resources: [deployment.yaml]\ncomponents: [../component]\n",
        "app/deployment.yaml": deployment(),
    }
    assert run(tmp_path, files) == ["component/service.yaml"]


def test_nothing_is_paired_across_two_kustomizations(tmp_path: Path) -> None:
    files = {
        "a/kustomization.yaml": "resources: [service.yaml]\n",
        "a/service.yaml": service(),
        "b/kustomization.yaml": "resources: [deployment.yaml]\n",
        "b/deployment.yaml": deployment(),
    }
    assert run(tmp_path, files) == []


NAMED = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
OPENS_THE_PORT = "spec: {template: {spec: {containers: [{name: web, ports: [{name: web, containerPort: 8080}]}]}}}\n"


@pytest.mark.parametrize(
    "patch",
    [
        "patches:\n  - path: patch.yaml\n",
        "patchesStrategicMerge: [patch.yaml]\n",
        "patches:\n  - target: {kind: Service}\n    patch: '[{op: replace, path: /spec/ports/0/targetPort, value: http}]'\n",
        "patchesJson6902:\n  - target: {kind: Service, name: we.}\n    path: ops.yaml\n",
        f"patches:\n  - patch: |-\n{indent(NAMED + OPENS_THE_PORT, '      ')}",
    ],
)
def test_what_a_patch_cures_is_not_said(tmp_path: Path, patch: str) -> None:
    files = {
        **BASE,
        "prod/kustomization.yaml": f"resources: [../base]\n{patch}",
        "prod/patch.yaml": NAMED + OPENS_THE_PORT,
        "prod/ops.yaml": "- {op: replace, path: /spec/ports/0/targetPort, value: http}\n",
    }
    assert run(tmp_path, files) == []


@pytest.mark.parametrize(
    "patch",
    [
        "patches:\n  - path: patch.yaml\n",
        "patches:\n  - target: {kind: Deployment, name: api}\n    patch: '[]'\n",
        "patchesJson6902:\n  - target: {kind: Service, name: web}\n    path: ops.yaml\n",
        "replicas: [{name: web, count: 5}]\n",
    ],
)
def test_what_a_patch_leaves_is_said(tmp_path: Path, patch: str) -> None:
    files = {
        **BASE,
        "prod/kustomization.yaml": f"resources: [../base]\n{patch}",
        "prod/patch.yaml": NAMED + "spec: {replicas: 3}\n",
        "prod/ops.yaml": "- {op: add, path: /spec/type, value: NodePort}\n",
    }
    assert run(tmp_path, files) == ["base/service.yaml"]


@pytest.mark.parametrize(
    "patch",
    [
        "patches:\n  - target: {kind: Deployment}\n    patch: '[{op: remove, path: /spec/absent}]'\n",
        "patches:\n  - path: missing.yaml\n    target: {kind: Service}\n",
        "replacements:\n  - source: {kind: ConfigMap, name: x}\n    targets:\n      - select: {kind: Service, name: web}\n",
        "transformers: [plugin.yaml]\n",
    ],
)
def test_what_a_patch_that_was_not_applied_may_cure_is_not_said(tmp_path: Path, patch: str) -> None:
    write(tmp_path, {**BASE, "prod/kustomization.yaml": f"resources: [../base]\n{patch}"})
    result = lint(tmp_path)
    assert found(result) == []
    assert [note.path.partition(":")[0] for note in result.notes] == ["prod/kustomization.yaml"]


def test_one_overlay_without_the_patch_is_enough(tmp_path: Path) -> None:
    files = {
        **BASE,
        "dev/kustomization.yaml": "resources: [../base]\n",
        "prod/kustomization.yaml": "resources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: '[{op: move, path: /}]'\n",
    }
    assert run(tmp_path, files) == ["base/service.yaml"]


def test_patch_files_are_no_objects(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "resources: [deployment.yaml]\npatches:\n  - path: patch.yaml\n",
        "deployment.yaml": deployment(),
        "patch.yaml": service() + "---\n" + deployment(),
    }
    assert run(tmp_path, files) == []


def test_namespace_of_the_kustomization_is_the_objects(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "namespace: shop\nresources: [service.yaml, deployment.yaml]\n",
        "service.yaml": service(namespace="a"),
        "deployment.yaml": deployment(namespace="b"),
    }
    assert run(tmp_path, files) == ["service.yaml"]


@pytest.mark.parametrize(
    ("ours", "theirs", "paired"), [("", "", True), ("a", "", True), ("", "a", True), ("a", "a", True), ("a", "b", False)]
)
def test_unset_namespace_fits_any(tmp_path: Path, ours: str, theirs: str, paired: bool) -> None:
    files = {"all.yaml": service(namespace=ours) + "---\n" + deployment(namespace=theirs)}
    assert run(tmp_path, files) == (["all.yaml"] if paired else [])


def test_common_labels_reach_selectors_and_pods(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "commonLabels: {app: shop}\nresources: [service.yaml, deployment.yaml]\n",
        "service.yaml": service(app="one"),
        "deployment.yaml": deployment(app="other"),
    }
    assert run(tmp_path, files) == ["service.yaml"]


def test_examples_side_by_side_are_not_mixed(tmp_path: Path) -> None:
    files = {
        "examples/a/service.yaml": service(target="http"),
        "examples/a/deployment.yaml": deployment("http"),
        "examples/b/service.yaml": service(target="grpc"),
        "examples/b/deployment.yaml": deployment("grpc"),
        "elsewhere/deep/c/deployment.yaml": deployment("other"),
    }
    assert run(tmp_path, files) == []


def test_folders_beside_each_other_are_one_deployment(tmp_path: Path) -> None:
    files = {"k8s/services/web.yaml": service(), "k8s/deployments/web.yaml": deployment()}
    assert run(tmp_path, files) == ["k8s/services/web.yaml"]


def test_remote_resource_is_a_gap_that_is_said(tmp_path: Path) -> None:
    write(tmp_path, {**BASE, "base/kustomization.yaml": KUSTOMIZATION + "bases: ['https://example.com/x?ref=v1']\n"})
    result = lint(tmp_path)
    assert [(note.path, note.kind) for note in result.notes] == [("base/kustomization.yaml:2", "unit-incomplete")]
    assert "https://example.com/x?ref=v1" in result.notes[0].message


def test_absence_proves_nothing_beside_a_gap(tmp_path: Path) -> None:
    lone = {"service.yaml": service(app="wep"), "deployment.yaml": deployment()}
    rule = "service-selects-no-pod"
    write(tmp_path, {**lone, "kustomization.yaml": KUSTOMIZATION})
    assert found(lint(tmp_path), rule) == ["service.yaml"]
    write(tmp_path, {"kustomization.yaml": KUSTOMIZATION + "helmCharts: [{name: x}]\n"})
    assert found(lint(tmp_path), rule) == []


def test_a_chart_is_a_unit_of_its_own(tmp_path: Path) -> None:
    files = {"chart/Chart.yaml": "name: x\n", "chart/templates/all.yaml": service(), "web.yaml": deployment()}
    write(tmp_path, files)
    result = lint(tmp_path)
    assert found(result) == []
    write(tmp_path, {"chart/templates/web.yaml": deployment()})
    assert found(lint(tmp_path)) == ["chart/templates/all.yaml"]
    assert found(lint(tmp_path / "chart" / "templates")) == ["all.yaml"]


def test_chart_inside_of_a_chart_is_noted_with_it(tmp_path: Path) -> None:
    charts = ("chart", "chart/charts/db", "chart/charts/db/charts/backup", "charts/alone")
    write(tmp_path, {f"{chart}/Chart.yaml": f"name: {chart.rpartition('/')[2]}\n" for chart in charts})
    write(tmp_path, {f"{chart}/templates/all.yaml": service() for chart in charts})
    assert lint(tmp_path).notes == ()
    write(tmp_path, {f"{chart}/templates/all.yaml": "{{ end }}" for chart in charts})
    notes = [(note.path, note.message.partition(" has ")[0]) for note in lint(tmp_path).notes]
    assert notes == [
        ("chart", "is a Helm chart that was not judged: chart/charts/db/charts/backup/templates/all.yaml:1"),
        ("charts/alone", "is a Helm chart that was not judged: charts/alone/templates/all.yaml:1"),
    ]


def test_kustomizations_in_a_circle_end(tmp_path: Path) -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b, service.yaml]\n",
        "b/kustomization.yaml": "resources: [../a, ., ../c]\n",
        "a/service.yaml": service(),
        "c/kustomization.yaml": "resources: [deployment.yaml]\n",
        "c/deployment.yaml": deployment(),
    }
    write(tmp_path, files)
    result = lint(tmp_path)
    assert result.files.kubernetes == len(files)
    assert [note.path for note in result.notes if "is in a circle" in note.message] == ["b/kustomization.yaml:1"] * 2


def test_a_folder_far_below_is_no_part_of_the_deployment(tmp_path: Path) -> None:
    assert run(tmp_path, {"service.yaml": service(), "a/deployment.yaml": deployment()}) == ["service.yaml"]
    far = tmp_path / "far"
    assert run(far, {"service.yaml": service(), "a/b/c/d/deployment.yaml": deployment()}) == []
