"""Reading manifests: forms, kinds and objects, told by what is found in them and what is said of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from harness import lint
from netlint.kubernetes.reader import read_manifests
from netlint.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from netlint.kubernetes.facts import KubernetesFacts

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}


def read(text: str) -> KubernetesFacts:
    return read_manifests(SourceFile("manifest.yaml", text))


def names(facts: KubernetesFacts) -> list[str]:
    return [service.meta.name for service in facts.services]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(SERVICE),
        json.dumps(SERVICE, indent="\t"),
        f"---\n# a comment\n{json.dumps(SERVICE)}\n",
        f"{json.dumps(SERVICE)}\n---\n",
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [SERVICE]}),
        json.dumps({"apiVersion": "v1", "kind": "ServiceList", "items": [SERVICE]}),
        f"%YAML 1.1\n---\n{json.dumps(SERVICE)}\n...\n",
        "  apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {ports: [{port: 80}]}\n",
        "apiVersion: v1\r\nkind: Service\r\nmetadata: {name: web}\r\n",
        "apiVersion: v1\nkind: 'Service'\nmetadata: {name: web}\n",
        "# old\rapiVersion: v1\rkind: Service\rmetadata: {name: web}\r---\rx: 1\r",
        "kind: Service # core\nmetadata: {name: web}\napiVersion: v1\n",
        "apiVersion: &version v1\nkind: &kind !!str Service\nmetadata: {name: web}\n",
        "x: &x {name: web}\ny: &x {name: web}\napiVersion: v1\nkind: Service\nmetadata: *x\n",
    ],
)
def test_one_service_however_it_is_written(text: str) -> None:
    facts = read(text)
    assert names(facts) == ["web"]
    assert facts.problems == ()


def test_json_values_one_after_another_are_all_read() -> None:
    other = {**SERVICE, "metadata": {"name": "api"}}
    assert names(read(f"{json.dumps(SERVICE)}\n{json.dumps(other)}")) == ["web", "api"]


def test_service_of_another_group_is_no_service() -> None:
    assert names(read(json.dumps({**SERVICE, "apiVersion": "serving.knative.dev/v1"}))) == []


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Deployment", ("spec", "template")),
        ("StatefulSet", ("spec", "template")),
        ("DaemonSet", ("spec", "template")),
        ("ReplicaSet", ("spec", "template")),
        ("ReplicationController", ("spec", "template")),
        ("Job", ("spec", "template")),
        ("CronJob", ("spec", "jobTemplate", "spec", "template")),
        ("DeploymentConfig", ("spec", "template")),
        ("PodTemplate", ("template",)),
        ("Pod", ()),
        ("Rollout", ("spec", "template")),
        ("AnythingWithPods", ("spec", "template")),
    ],
)
def test_pods_of_every_kind_are_read(kind: str, path: tuple[str, ...]) -> None:
    holder: dict[str, object] = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "i"}]}}
    for key in reversed(path):
        holder = {key: holder}
    (workload,) = read("---\n" + json.dumps({"apiVersion": "example.com/v1", "kind": kind, **holder}).replace(", ", ",\n ")).workloads
    assert workload.meta.kind == kind
    assert [container.name for container in workload.template.containers] == ["web"]


def test_deployments_of_a_cluster_service_version_are_read() -> None:
    install = {"name": "operator", "spec": {"template": {"spec": {"containers": [{"name": "manager", "image": "i"}]}}}}
    document = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "ClusterServiceVersion",
        "metadata": {"name": "x.v1"},
        "spec": {"install": {"spec": {"deployments": [install]}}},
    }
    assert [workload.meta.title for workload in read(json.dumps(document)).workloads] == ["Deployment operator"]


@pytest.mark.parametrize(
    "value",
    ["{{ .Values.name }}", "{{- .Values.name }}", '{{ include "x" . }}'],
)
def test_template_that_parses_is_said_and_not_judged(tmp_path: Path, value: str) -> None:
    (tmp_path / "web.yaml").write_text(f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {value}\n", encoding="utf-8")
    result = lint(tmp_path)
    assert [(note.kind, note.path) for note in result.notes] == [("not-rendered", "web.yaml:1")]
    assert result.findings == ()


def test_template_text_inside_a_value_is_a_value() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: |\n    text: {{ .Labels.x }}\n  b: '{{ x }}'\n"
    facts = read(text)
    assert facts.notes == ()
    assert [key.text for key, _ in facts.config_maps[0].data] == ["a", "b"]


def test_objects_without_a_separator_are_said_once(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
    (tmp_path / "two.yaml").write_text(text + text, encoding="utf-8")
    (note,) = lint(tmp_path).notes
    assert (note.kind, note.path) == ("duplicate-key", "two.yaml:4")
    assert "---" in note.message
