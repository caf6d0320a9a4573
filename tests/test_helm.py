"""Helm charts without helm: what is known of them is what helm makes of them, and what is not known fires nothing."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from fixes import copy_case, make_fixes
from harness import lint, working_in
from helm_oracle import MODULE, VERSION, by_binary, compare, native, printed
from netlint.cli import main
from netlint.config import ChartTarget, Config
from netlint.helm.data import UNKNOWN, UNKNOWN_BLOCK, Row, Table
from netlint.helm.errors import ChartError
from netlint.helm.files import MAX_FILES
from netlint.helm.interpreter import Interpreter
from netlint.helm.parser import parse_template
from netlint.helm.printing import show_float
from netlint.helm.rendering import PLACEHOLDER
from netlint.helm.to_yaml import to_yaml
from netlint.helm.values_file import read_values
from netlint.kustomize.hashing import plain
from netlint.kustomize.texts import documents_of
from netlint.pipeline import run
from netlint.source import SourceFile
from netlint_rules import rules_for
from oracle import unknown_fields
from test_fixing import fixable_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.result import RunResult

RULE = "service-target-port-name-unresolved"

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "web.fullname" . }}
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "web.labels" . | nindent 4 }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: {{ .Values.service.target | quote }}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.fullname" . }}
spec:
  selector:
    matchLabels:
      {{- include "web.labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "web.labels" . | nindent 8 }}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {path: /ready, port: http}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
"""
HELPERS = """\
{{- define "web.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "web.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
"""
X = "templates/x.yaml"
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "values.yaml": "service:\n  port: 80\n  target: web\n",
    "templates/_helpers.tpl": HELPERS,
    "templates/service.yaml": SERVICE,
    "templates/deployment.yaml": DEPLOYMENT,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def places(result: RunResult, rule: str = RULE) -> list[str]:
    """``path:line text`` of each place of the findings of a rule."""
    found = []
    for finding in result.findings:
        for span in finding.spans if finding.rule.name == rule else ():
            source = result.sources[span.path]
            found.append(f"{span.path}:{source.position(span.start).line} {source.text_of(span)}")
    return found


def notes(result: RunResult) -> list[tuple[str, str]]:
    return [(note.kind, note.message) for note in result.notes]


def test_a_finding_points_at_the_value_and_names_the_template(tmp_path: Path) -> None:
    result = lint(write(tmp_path, CHART))
    assert places(result)[:2] == ["values.yaml:3 web", "templates/service.yaml:12 {{ .Values.service.target | quote }}"]
    assert "Service release-name-web" in result.findings[0].message
    assert result.notes == ()


def test_what_the_template_says_itself_is_pointed_at_there(tmp_path: Path) -> None:
    result = lint(write(tmp_path, {**CHART, "templates/service.yaml": SERVICE.replace("{{ .Values.service.target | quote }}", "web")}))
    assert places(result)[0] == "templates/service.yaml:12 web"


def test_a_value_that_is_right_is_silent(tmp_path: Path) -> None:
    result = lint(write(tmp_path, {**CHART, "values.yaml": "service: {port: 80, target: http}\n"}))
    assert (result.findings, result.notes) == ((), ())


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("{{ .Values.service.target | quote }}", '{{ (lookup "v1" "ConfigMap" "" "x").data.port }}'),
        ("{{ .Values.service.target | quote }}", '{{ .Files.Get "../port.txt" }}'),
        ("{{ .Values.service.target | quote }}", '{{ range $path, $_ := .Files.Glob "[[*" }}{{ $path }}{{ end }}'),
        ("{{ .Values.service.target | quote }}", "{{ randAlpha 5 }}"),
        ("{{ .Values.service.target | quote }}", "{{ .Release.Namespace }}"),
        ("{{ .Values.service.target | quote }}", '{{ required "which port" .Values.absent }}'),
        ("{{ .Values.service.target | quote }}", '{{ if .Capabilities.APIVersions.Has "x/v1" }}http{{ else }}web{{ end }}'),
        ("{{ .Values.service.target | quote }}", "web\n  {{- if .Release.IsUpgrade }}\n  type: ExternalName\n  {{- end }}"),
        ('    {{- include "web.labels" . | nindent 4 }}\n  ports', '    {{- include "absent.labels" . | nindent 4 }}\n  ports'),
        ('    {{- include "web.labels" . | nindent 4 }}\n  ports', "    app: {{ .Release.Namespace }}\n  ports"),
    ],
)
def test_what_is_not_known_fires_nothing(where: str, what: str, tmp_path: Path) -> None:
    assert where in SERVICE
    result = lint(write(tmp_path, {**CHART, "templates/service.yaml": SERVICE.replace(where, what)}))
    assert result.findings == ()


def test_a_container_list_that_is_not_known_fires_nothing(tmp_path: Path) -> None:
    side = "        - name: side\n          ports: [{name: web, containerPort: 1}]\n"
    more = DEPLOYMENT + '        {{- if .Capabilities.APIVersions.Has "x/v1" }}\n' + side + "        {{- end }}\n"
    result = lint(write(tmp_path, {**CHART, "templates/deployment.yaml": more}))
    assert result.findings == ()
    [(kind, message)] = notes(result)
    assert kind == "not-rendered"
    assert "templates/deployment.yaml:" in message
    assert "helm template . | netlint -" in message


def test_an_object_that_may_be_there_leaves_the_unit_open(tmp_path: Path) -> None:
    maybe = '{{- if .Capabilities.APIVersions.Has "x/v1" }}\nkind: %s\napiVersion: v1\n{{- end }}\n'
    with_monitor = lint(write(tmp_path / "a", {**CHART, "templates/more.yaml": maybe % "ServiceMonitor"}))
    assert len(with_monitor.findings) == 1
    assert with_monitor.notes == ()
    with_pods = lint(write(tmp_path / "b", {**CHART, "templates/more.yaml": maybe % "Deployment"}))
    assert [kind for kind, _ in notes(with_pods)] == ["not-rendered"]


def test_a_helper_with_conditions_is_worked_out(tmp_path: Path) -> None:
    loop = '{{- range .Values.ports }}{{- if eq .kind "web" }}{{- $port = .name }}{{ end }}{{ end -}}'
    port = '{{- define "web.port" -}}{{- $port := "http" -}}' + loop + "{{ $port }}{{- end }}"
    files = {
        **CHART,
        "values.yaml": "service: {port: 80}\nports:\n  - {kind: admin, name: http}\n  - {kind: web, name: web}\n",
        "templates/_helpers.tpl": HELPERS + port,
        "templates/service.yaml": SERVICE.replace(".Values.service.target | quote", 'include "web.port" .'),
    }
    assert places(lint(write(tmp_path, files)))[0] == "values.yaml:4 web"


def test_charts_inside_of_a_chart_get_their_values(tmp_path: Path) -> None:
    inner = {f"charts/web/{name}": text for name, text in CHART.items()}
    outer = {
        "Chart.yaml": "apiVersion: v2\nname: shop\ndependencies: [{name: web, condition: web.enabled}]\n",
        "values.yaml": "web:\n  enabled: true\n  service:\n    target: other\n",
        **inner,
    }
    result = lint(write(tmp_path, outer))
    assert places(result)[0] == "values.yaml:4 other"
    write(tmp_path, {"values.yaml": "web:\n  enabled: false\n"})
    assert lint(tmp_path).findings == ()
    write(tmp_path, {"values.yaml": "web:\n  enabled: true\n"})
    assert places(lint(tmp_path))[0] == "charts/web/values.yaml:3 web"


def test_a_chart_that_is_not_here_is_said(tmp_path: Path) -> None:
    files = {
        **CHART,
        "Chart.yaml": CHART["Chart.yaml"] + "dependencies:\n  - {name: redis, version: 1.0.0, repository: 'oci://registry.example'}\n",
    }
    files["templates/service.yaml"] = SERVICE.replace(".Values.service.target", ".Values.redis.port")
    result = lint(write(tmp_path, files))
    assert result.findings == ()
    assert "it needs the chart redis, which is not in view" in notes(result)[0][1]


def test_each_target_is_judged_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        {
            **{f"chart/{name}": text for name, text in CHART.items()},
            "good.yaml": "service: {target: http}\n",
            "bad.yaml": "service:\n  target: api\n",
        },
    )
    config = Config(root=tmp_path, show_info=True, show_low=True)
    targets = (ChartTarget("chart", ("good.yaml",), "good"), ChartTarget("chart", ("good.yaml", "bad.yaml"), "bad"))
    monkeypatch.chdir(tmp_path)
    result = run(["."], config._replace(targets=targets), rules_for)
    assert places(result)[:2] == ["bad.yaml:2 api", "chart/templates/service.yaml:12 {{ .Values.service.target | quote }}"]
    assert run(["."], config._replace(targets=targets[:1]), rules_for).findings == ()
    missing = run(["."], config._replace(targets=(ChartTarget("chart", ("absent.yaml",), "x"),)), rules_for)
    assert "absent.yaml:1 cannot be read" in notes(missing)[0][1]


def test_what_one_value_does_to_several_objects_is_one_finding(tmp_path: Path) -> None:
    other = SERVICE.replace('{{ include "web.fullname" . }}', "other")
    result = lint(write(tmp_path, {**CHART, "templates/other.yaml": other}))
    assert places(result)[0] == "values.yaml:3 web"
    [finding] = result.findings
    assert "Service other" in finding.message
    assert finding.why.endswith("; the same value does that to Service release-name-web")
    written = other.replace("{{ .Values.service.target | quote }}", "web")
    assert len(lint(write(tmp_path, {"templates/other.yaml": written})).findings) == 2


def test_programs_of_a_chart_are_shown_at_its_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        **CHART,
        "values.yaml": CHART["values.yaml"] + "image: web:dev\n",
        "templates/deployment.yaml": "# a comment\n" + DEPLOYMENT.replace("registry.example/web:1.4", "{{ .Values.image }}"),
        "go.mod": "module example.com/web\n\ngo 1.24\n",
        "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
        "Dockerfile": 'FROM golang AS build\nCOPY . .\nRUN go build -o /web .\nENTRYPOINT ["/web"]\n',
        "Makefile": "image:\n\tdocker build -t web:dev .\n",
    }
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    text = CliRunner().invoke(main, ["programs", "."]).stdout
    lines = files["templates/deployment.yaml"].splitlines()
    assert f"templates/deployment.yaml:{lines.index('          image: {{ .Values.image }}') + 1} image web:dev" in text
    assert "(rendered" not in text


def test_files_of_a_chart_are_read(tmp_path: Path) -> None:
    files = {**CHART, "port.txt": "web", "templates/service.yaml": SERVICE.replace(".Values.service.target", '.Files.Get "port.txt"')}
    assert places(lint(write(tmp_path, files)))[0] == 'templates/service.yaml:12 {{ .Files.Get "port.txt" | quote }}'
    write(tmp_path, {".helmignore": "*.txt\n"})
    assert places(lint(tmp_path)) == []


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('{{ .Files.Get "a.txt" }}', "one"),
        ('{{ .Files.Get "absent.txt" }}', ""),
        ('{{ .Files.Get "values.yaml" }}', ""),
        ('{{ .Files.Get "../outside.txt" }}', PLACEHOLDER),
        ('{{ range $path, $text := .Files.Glob "conf/*.ini" }}{{ $path }}={{ $text | toString }};{{ end }}', "conf/a.ini=x;conf/b.ini=y;"),
        ('{{ range $path, $_ := .Files.Glob "conf/**.ini" }}{{ $path }};{{ end }}', "conf/a.ini;conf/b.ini;conf/d/c.ini;"),
        ('{{ range $path, $_ := .Files.Glob "{a,b}.t?t" }}{{ $path }};{{ end }}', "a.txt;"),
        ('{{ range $path, $_ := .Files.Glob "templates/*" }}{{ $path }};{{ end }}', ""),
        ('{{ range .Files.Lines "conf/d/c.ini" }}<{{ . }}>{{ end }}', "<1><2>"),
        ('{{ (.Files.Glob "conf/*").AsConfig }}', "a.ini: x\nb.ini: z"),
        ('{{ (.Files.Glob "*.txt").AsSecrets }}', "a.txt: b25l"),
        ('{{ range $path, $_ := .Files.Glob "many/*" }}x{{ end }}', PLACEHOLDER),
    ],
)  # fmt: skip
def test_files_beside_the_templates(expression: str, text: str, tmp_path: Path) -> None:
    files = {"a.txt": "one", "conf/a.ini": "x", "conf/b.ini": "y", "conf/d/c.ini": "1\n2"}
    if "many" in expression:
        files |= {f"many/{number}": "" for number in range(MAX_FILES + 1)}
    if "AsConfig" in expression:
        files["conf/b.ini"] = "z"
    config_map = f"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: a}}\ndata:\n  x: |-\n    [{expression}]\n"
    write(tmp_path, {**CHART, **files, X: config_map})
    write(tmp_path.parent, {"outside.txt": "secret"})
    result = lint(tmp_path)
    assert f"[{text}]" in result.sources[f"{X} (rendered in .)"].text


def test_links_to_folders_are_not_followed_and_prove_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"a/other/x.ini": "x"})
    chart = write(tmp_path / "a" / "web", {**CHART, X: '# [{{ range $path, $_ := .Files.Glob "conf/*" }}{{ $path }}{{ end }}]\n'})
    (chart / "conf").symlink_to(tmp_path / "a" / "other")
    assert f"[{PLACEHOLDER}]" in lint(chart).sources[f"{X} (rendered in .)"].text
    (chart / "templates" / "more").symlink_to(tmp_path / "a" / "other")
    result = lint(chart)
    assert result.findings == ()
    assert any("has a link to a folder among its templates" in message for _, message in notes(result))


def test_what_a_file_beside_the_templates_says_is_pointed_at_there(tmp_path: Path) -> None:
    whole = '{{ tpl (.Files.Get "files/service.yaml") . }}\n'
    result = lint(write(tmp_path, {**CHART, "files/service.yaml": SERVICE, "templates/service.yaml": whole}))
    assert places(result)[:2] == ["values.yaml:3 web", "files/service.yaml:12 {{ .Values.service.target | quote }}"]
    assert [finding.rule.name for finding in result.findings] == [RULE]


def test_a_block_that_prints_nothing_leaves_no_gap(tmp_path: Path) -> None:
    check = '{{ if .Release.IsUpgrade }}{{ if lookup "v1" "Secret" "a" "b" }}{{ fail "no" }}{{ end }}{{ end }}\n'
    result = lint(write(tmp_path, {**CHART, "templates/service.yaml": check + SERVICE}))
    assert (len(places(result)) > 0, result.notes) == (True, ())


def test_what_is_not_known_of_a_hook_leaves_no_gap(tmp_path: Path) -> None:
    hook = "kind: Job\napiVersion: batch/v1\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: post-install\n"
    maybe = '{{ if .Capabilities.APIVersions.Has "x/v1" }}\n' + hook + "{{ end }}\n"
    partly = hook + 'spec:\n  {{- if .Capabilities.APIVersions.Has "x/v1" }}\n  a: b\n  {{- end }}\n'
    result = lint(write(tmp_path, {**CHART, "templates/a.yaml": maybe, "templates/b.yaml": partly}))
    assert (len(places(result)) > 0, result.notes) == (True, ())


APP = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n  - {name: web, version: %s, repository: %s}\n"


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def test_a_chart_that_another_takes_in_by_its_path_is_judged_as_part_of_that(tmp_path: Path) -> None:
    files = {
        **below("web", CHART),
        "app/Chart.yaml": APP % ("0.1.0", "file://../web"),
        "app/values.yaml": "web:\n  service:\n    target: http\n",
    }
    assert lint(write(tmp_path, files)).findings == ()
    write(tmp_path, {"app/values.yaml": "web: {service: {target: api}}\n"})
    result = lint(tmp_path)
    assert places(result)[:2] == ["app/values.yaml:1 api", "web/templates/service.yaml:12 {{ .Values.service.target | quote }}"]
    assert len(result.findings) == 1
    # One that its umbrella does not deploy stands for itself.
    write(tmp_path, {"app/Chart.yaml": (APP % ("0.1.0", "file://../web")).replace("{name: web,", "{name: web, condition: web.enabled,")})
    write(tmp_path, {"app/values.yaml": "web: {enabled: false}\n"})
    assert places(lint(tmp_path))[0] == "web/values.yaml:3 web"


@pytest.mark.parametrize(("version", "is_found"), [("0.x.x", True), ("~0.1.0", True), ("1.0.0", False), ("0.2.x", False)])
def test_a_chart_of_the_run_stands_for_the_one_in_a_registry(version: str, is_found: bool, tmp_path: Path) -> None:
    files = {
        **below("web", {**CHART, "values.yaml": "service: {port: 80, target: http}\n"}),
        "app/Chart.yaml": APP % (f'"{version}"', "oci://registry.example/charts"),
        "app/values.yaml": "web: {service: {target: api}}\n",
    }
    result = lint(write(tmp_path, files))
    assert places(result)[:1] == (["app/values.yaml:1 api"] if is_found else [])
    assert [kind for kind, _ in notes(result)] == ([] if is_found else ["not-rendered"])
    # Two that fit: which one is meant is not known.
    assert lint(write(tmp_path, below("copy", CHART))).findings[0].span.path == "copy/values.yaml"


def test_charts_that_take_in_each_other_are_said(tmp_path: Path) -> None:
    one = "apiVersion: v2\nname: %s\nversion: 1.0.0\ndependencies: [{name: %s, version: 1.0.0, repository: 'file://../%s'}]\n"
    result = lint(write(tmp_path, {"a/Chart.yaml": one % ("a", "b", "b"), "b/Chart.yaml": one % ("b", "a", "a")}))
    assert "b/Chart.yaml:1 needs a, which is a chart that it is part of" in notes(result)[0][1]


def test_a_chart_without_templates_is_read_for_those_in_it(tmp_path: Path) -> None:
    inner = below("charts/web", CHART)
    result = lint(write(tmp_path, {"Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", **inner}), paths=("Chart.yaml",))
    assert places(result)[0] == "charts/web/values.yaml:3 web"


def test_what_helm_cannot_render_either_is_said_so(tmp_path: Path) -> None:
    fails = lint(write(tmp_path / "a", {**CHART, X: '{{ fail "set a host" }}'}))
    assert "Helm cannot render it with these values either" in notes(fails)[0][1]
    is_broken = lint(write(tmp_path / "c", {**CHART, X: "{{ if 1 }}"}))
    assert notes(is_broken)[0][1].endswith("Helm cannot render it either")
    takes_long = lint(write(tmp_path / "b", {**CHART, X: "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"}))
    assert "All of it is judged with: helm template . | netlint -" in notes(takes_long)[0][1]


def test_an_ignore_counts_in_a_template_and_in_values(tmp_path: Path) -> None:
    comment = f"  # netlint: ignore[{RULE}] the operator adds it\n"
    in_values = lint(write(tmp_path / "a", {**CHART, "values.yaml": "service:\n  port: 80\n  target: web" + comment}))
    in_template = lint(write(tmp_path / "b", {**CHART, "templates/service.yaml": SERVICE.rstrip("\n") + comment}))
    assert [(result.findings, result.suppressed) for result in (in_values, in_template)] == [((), 1), ((), 1)]


def test_an_ignore_in_a_template_without_a_finding_is_unused(tmp_path: Path) -> None:
    deployment = DEPLOYMENT.replace("kind: Deployment\n", f"kind: Deployment  # netlint: ignore[{RULE}] the operator adds it\n")
    right = {**CHART, "values.yaml": "service:\n  port: 80\n  target: http\n", "templates/deployment.yaml": deployment}
    found = lint(write(tmp_path, right)).findings
    assert [(item.rule.name, item.span.path) for item in found] == [("unused-ignore", "templates/deployment.yaml")]


def test_a_library_and_a_hook_say_nothing(tmp_path: Path) -> None:
    library = lint(write(tmp_path / "a", {**CHART, "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\ntype: library\n"}))
    assert (library.findings, library.notes) == ((), ())
    hook = SERVICE.replace("metadata:\n", "metadata:\n  annotations: {helm.sh/hook: test}\n")
    assert lint(write(tmp_path / "b", {**CHART, "templates/service.yaml": hook})).findings == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (X, "a: 1\n{{ if .Values.x }}\n", "templates/x.yaml:2 opens a block with {{ if }} that has no {{ end }}"),
        (X, "a: 1\nb: {{ .Values.x\n", "templates/x.yaml:2 opens an action with {{ that is never closed"),
        (X, "{{ end }}", "templates/x.yaml:1 has {{ end }} where no block is open"),
        (X, '{{ "a }}', "templates/x.yaml:1 holds a text in an action whose \" is never closed"),
        (X, '\n{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', "templates/x.yaml:2 uses templates in each other"),
        (X, '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', "uses templates in each other"),
        (X, "{{ if 1 }}" * 100 + "{{ end }}" * 100, "templates/x.yaml:1 nests deeper than 60 blocks"),
        (X, "{{ " + "(" * 100 + "1" + ")" * 100 + " }}", "templates/x.yaml:1 nests deeper than 60 parentheses"),
        (X, "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}", "templates/x.yaml:1 takes more than"),
        (X, '{{ range until 100000 }}{{ $x := list "a" "b" | join (repeat 9999 "x") }}{{ end }}', "templates/x.yaml:1 takes more than"),
        (X, '{{ $_ := set .Values "x" .Values }}{{ toYaml .Values }}', "templates/x.yaml:1 toYaml goes through more than"),
        (X, '{{ $d := dict }}{{ $_ := set $d "x" (list $d $d) }}{{ $d }}', "templates/x.yaml:1 prints what goes through more than"),
        (X, "{{ $l := until 1000 }}{{ range until 9 }}{{ $l = concat $l $l }}{{ end }}", "templates/x.yaml:1 concat makes a list of more"),
        (X, '{{ repeat 9999 "a" | replace "a" (repeat 9999 "b") }}', "templates/x.yaml:1 replace makes a text of more than"),
        (X, '{{ repeat 100000000 "a" }}', "templates/x.yaml:1 repeat repeats a text too often"),
        (X, '{{ $a := repeat 4000000 "a" }}{{ range until 9 }}{{ $a }}{{ end }}', "templates/x.yaml:1 comes to more than"),
        (X, "a: {{ .Values.service.absent.deeper }}", "asks for .deeper of .Values.service.absent, which is nothing"),
        (X, '\n\n{{ fail "set a host" }}', "templates/x.yaml:3 fails with its values: set a host"),
        ("values.yaml", "a: [\n", "values.yaml:"),
        ("values.yaml", "- a\n", "values.yaml:1 is no mapping of values"),
        ("values.yaml", "a: &a [*a]\n", "values.yaml:1 cannot be read: an anchor's value contains itself"),
        ("Chart.yaml", "version: 1\n", "Chart.yaml:1 has no name"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_note_with_its_line(name: str, text: str, said: str, tmp_path: Path) -> None:
    result = lint(write(tmp_path, {**CHART, name: text}))
    assert result.findings == ()
    [(kind, message)] = notes(result)
    assert kind == "not-rendered"
    assert said in message


def test_values_of_thousands_of_lines_are_read(tmp_path: Path) -> None:
    many = "".join(f"key{number}:\n  port: {number}\n" for number in range(5000))
    result = lint(
        write(tmp_path, {**CHART, "values.yaml": CHART["values.yaml"] + many, "templates/all.yaml": "# {{ .Values | toYaml | len }}\n"})
    )
    assert places(result)[0] == "values.yaml:3 web"


VALUES = """\
text: web
empty: ""
off_: false
zero: 0
port: 8080
big: 1000000
ratio: 0.5
nothing: null
list: [b, a, b]
map: {b: 2, a: {c: x}}
word: "on"
version: "1.20"
multi: |
  one
  two
"""

# What helm v3.16.4 prints for each, as ``helm template`` did when this was written; the test below asks a helm that is on PATH again.
EXPRESSIONS = {
    "{{ .Values.text }}": "web",
    "{{ .Values.port }}": "8080",
    "{{ .Values.big }}": "1e+06",
    "{{ .Values.big | int }}": "1000000",
    "{{ .Values.ratio }}": "0.5",
    "{{ .Values.nothing }}": "",
    "{{ .Values.absent }}": "",
    "{{ .Values.absent | quote }}": "",
    "{{ .Values.port | quote }}": '"8080"',
    "{{ .Values.text | squote }}": "'web'",
    "{{ .Values.list }}": "[b a b]",
    "{{ .Values.map }}": "map[a:map[c:x] b:2]",
    '{{ default "x" .Values.empty }}': "x",
    '{{ .Values.zero | default 5 }}': "5",
    '{{ .Values.off_ | default true }}': "true",
    '{{ .Values.text | default "x" | upper }}': "WEB",
    '{{ printf "%s-%d-%v" .Values.text (int .Values.port) .Values.off_ }}': "web-8080-false",
    '{{ trunc 2 "abc" }}{{ trunc -2 "abc" }}': "abbc",
    '{{ "a-" | trimSuffix "-" }}': "a",
    '{{ replace "." "-" .Values.version }}': "1-20",
    '{{ if and .Values.text (not .Values.empty) }}y{{ else }}n{{ end }}': "y",
    '{{ or .Values.empty .Values.text }}': "web",
    '{{ if eq .Values.text "api" "web" }}y{{ end }}': "y",
    '{{ if gt (int .Values.port) 80 }}y{{ end }}': "y",
    '{{ with .Values.map.a }}{{ .c }}{{ $.Values.text }}{{ end }}': "xweb",
    '{{ range $i, $x := .Values.list }}{{ $i }}{{ $x }},{{ end }}': "0b,1a,2b,",
    '{{ range $k, $v := .Values.map }}{{ $k }},{{ end }}': "a,b,",
    '{{ range .Values.absent }}x{{ else }}none{{ end }}': "none",
    '{{ range until 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}': "02",
    '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}': "2",
    '{{ join "," .Values.list }}': "b,a,b",
    '{{ .Values.list | uniq | sortAlpha | join "," }}': "a,b",
    '{{ has "a" .Values.list }}': "true",
    '{{ hasKey .Values.map "b" }}': "true",
    '{{ dig "a" "c" "d" .Values.map }}{{ dig "a" "e" "d" .Values.map }}': "xd",
    '{{ get .Values.map "b" }}': "2",
    '{{ index .Values.list 1 }}{{ (index .Values.map "a").c }}': "ax",
    '{{ ternary "a" "b" .Values.off_ }}': "b",
    '{{ coalesce .Values.empty .Values.nothing .Values.text }}': "web",
    '{{ list 1 2 3 | last }}{{ list 1 2 | first }}{{ len .Values.list }}': "313",
    '{{ dict "a" 1 "b" "x" | toJson }}': '{"a":1,"b":"x"}',
    '{{ .Values.map | toYaml | nindent 2 }}': "\n  a:\n    c: x\n  b: 2",
    '{{ .Values.multi | toYaml }}': "|\n  one\n  two",
    '{{ toYaml (dict "x" .Values.multi) }}': "x: |\n  one\n  two",
    '{{ toYaml .Values.word }}{{ toYaml .Values.version }}': '"on""1.20"',
    '{{ "a: {b: 1}" | fromYaml | toYaml }}': "a:\n  b: 1",
    '{{ tpl "{{ .Values.text }}!" . }}': "web!",
    '{{ (.Values.absent).deeper }}': "",
    '{{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}': '{"a":1,"b":3}',
    '{{ mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}': '{"a":2,"b":3}',
    '{{ $d := dict }}{{ $_ := set $d "k" "v" }}{{ $d.k }}': "v",
    '{{ omit .Values.map "a" | toJson }}{{ pick .Values.map "b" | toJson }}': '{"b":2}{"b":2}',
    '{{ add 1 2 }}{{ sub 5 2 }}{{ mul 2 3 }}{{ div 7 2 }}{{ mod 7 2 }}{{ max 1 5 }}': "336315",
    '{{ kindIs "map" .Values.map }}{{ kindIs "string" .Values.text }}{{ typeOf .Values.list }}': "truetrue[]interface {}",
    '{{ regexReplaceAll "[^a-z]+" "a1b22c" "-" }}{{ regexMatch "^we" .Values.text }}': "a-b-ctrue",
    '{{ regexSplit ":" "a:b" -1 | join "-" }}': "a-b",
    '{{ semverCompare "1.2.x" "1.2.9" }}{{ semverCompare "~1.2.0" "1.3.0" }}{{ semverCompare "^1.2" "1.9.1" }}': "truefalsetrue",
    '{{ semverCompare "~1" "1.9.0" }}{{ semverCompare "*" "3.0.0" }}{{ semverCompare "1.2" "1.2.5" }}': "truetruetrue",
    '{{ semverCompare ">=1.19" .Values.version }}{{ semverCompare "<1.2.0" .Values.version }}': "truefalse",
    '{{ b64enc "web" }}{{ "d2Vi" | b64dec }}': "d2Viweb",
    '{{ "x" | contains "x" }}{{ hasPrefix "w" .Values.text }}': "truetrue",
    '{{ splitList "." "a.b" | join "-" }}{{ (split "." "a.b")._1 }}': "a-bb",
    '{{ include "named" (dict "x" 1) }}': "<1>",
    "{{- /* comment */ -}} x": "x",
    "a {{- 1 -}} b": "a1b",
    "{{ `raw` }}{{ \"t\\tb\" }}{{ 'a' }}{{ 0x1F }}{{ 1.5 }}": "rawt\tb97311.5",
}  # fmt: skip
NAMED = '{{ define "named" }}<{{ .x }}>{{ end }}'


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_come_to_what_helm_makes_of_them(expression: str) -> None:
    assert evaluated(expression) == EXPRESSIONS[expression]


@pytest.fixture(scope="session")
def helm() -> str:
    """The binary that says how it should be. Go takes minutes to build it, so only ``.ci/run`` does."""
    found = shutil.which("helm")
    if found is None:
        pytest.skip(f"helm is not on PATH: go install {MODULE}@{VERSION}")
    return found


CHARTS = Path(__file__).parent / "helm"
CASES = (("features", (), "features"), ("features", ("prod.yaml",), "features-prod"), ("old", (), "old"))
CASE = pytest.mark.parametrize(("chart", "values", "expected"), CASES, ids=[case[2] for case in CASES])
NOT_KNOWN = {"Deployment": [".metadata.namespace", ".spec.template.metadata.annotations.checksum/config"]}


@CASE
def test_every_feature_comes_out_as_helm_has_it(chart: str, values: tuple[str, ...], expected: str) -> None:
    mine = native(CHARTS / chart, values)
    assert mine.is_whole
    assert compare(mine, printed((CHARTS / f"{expected}.expected.yaml").read_text(encoding="utf-8"))) == []
    unknown = {key[1]: unknown_fields(item) for key, item in mine.objects.items()}
    assert {kind: fields for kind, fields in unknown.items() if fields} == (NOT_KNOWN if chart == "features" else {})


@CASE
def test_what_is_expected_is_what_helm_prints(chart: str, values: tuple[str, ...], expected: str, helm: str) -> None:
    theirs, error = by_binary(helm, CHARTS / chart, values)
    assert error == ""
    assert theirs == printed((CHARTS / f"{expected}.expected.yaml").read_text(encoding="utf-8"))


def test_helm_agrees(tmp_path: Path, helm: str) -> None:
    entries = "".join(f"e{number}: |-\n  [{text}]\n" for number, text in enumerate(EXPRESSIONS) if "\n" not in EXPRESSIONS[text])
    write(tmp_path, {"Chart.yaml": CHART["Chart.yaml"], "values.yaml": VALUES, X: NAMED + entries})
    done = subprocess.run([helm, "template", str(tmp_path)], capture_output=True, text=True, check=True, timeout=60)
    printed = dict(re.findall(r"^e(\d+): \|-\n  \[(.*)\]$", done.stdout, re.MULTILINE))
    assert {number: text for number, text in printed.items() if text != list(EXPRESSIONS.values())[int(number)]} == {}
    assert len(printed) > 50


def evaluated(expression: str) -> str:
    template, _ = parse_template(expression, "x.yaml")
    _, named = parse_template(NAMED, "_helpers.tpl")
    parts = Interpreter(named).run(template, Table({"Values": read_values(VALUES, "values.yaml")}))
    return "".join(text for text, _ in parts)


@pytest.mark.parametrize(
    "expression",
    [
        "{{ now }}",
        "{{ uuidv4 }}",
        '{{ lookup "v1" "Secret" "a" "b" }}',
        '{{ include "absent" . }}',
        "{{ absentFunction 1 }}",
        '{{ if lookup "v1" "Secret" "a" "b" }}a{{ else }}b{{ end }}',
        '{{ trunc 3 (printf "%s" uuidv4) }}',
        '{{ eq uuidv4 "x" }}',
        '{{ $d := dict "a" 1 }}{{ $_ := set $d uuidv4 2 }}{{ $d.a }}',
        '{{ $d := dict "a" 1 }}{{ $_ := set $d uuidv4 2 }}{{ $d.b | default "nothing" }}',
        '{{ $d := dict "a" 1 }}{{ $_ := unset $d uuidv4 }}{{ $d.a }}{{ $d.b }}',
        '{{ $d := dict "a" 1 }}{{ $_ := mergeOverwrite $d (uuidv4 | fromYaml) }}{{ $d.a }}',
        '{{ $d := dict }}{{ $_ := merge $d (uuidv4 | fromYaml) }}{{ $d.a }}',
        '{{ $x := 1 }}{{ if uuidv4 }}{{ $x = 2 }}{{ end }}{{ $x }}',
        '{{ regexMatch "(a+)+$" .Values.text }}',
        '{{ printf "%d" .Values.ratio }}',
    ],
)  # fmt: skip
def test_what_helm_alone_can_know_is_not_known(expression: str) -> None:
    assert set(evaluated(expression).strip()) <= {UNKNOWN, UNKNOWN_BLOCK}


def test_a_text_that_is_known_in_part_stays_so() -> None:
    assert evaluated('{{ printf "%s.%s.svc" .Values.text uuidv4 | quote }}') == f'"web.{UNKNOWN}.svc"'


def test_what_is_set_in_a_mapping_that_may_hold_more_is_known() -> None:
    assert evaluated('{{ $d := dict "a" 1 }}{{ $_ := set $d uuidv4 2 }}{{ $_ := set $d "a" 3 }}{{ $d.a }}') == "3"


def test_values_change_under_an_unknown_condition_is_no_guess() -> None:
    with pytest.raises(ChartError, match="changes values"):
        evaluated('{{ if uuidv4 }}{{ $_ := set .Values "text" "x" }}{{ end }}')


def test_what_a_block_does_to_mappings_of_its_own_matters_to_nobody_else() -> None:
    own = '{{ if uuidv4 }}{{ $d := dict }}{{ $_ := set $d "a" 1 }}{{ end }}x'
    assert evaluated(own) == "x"
    with pytest.raises(ChartError, match="changes values"):
        evaluated('{{ if uuidv4 }}{{ $d := .Values.map }}{{ $_ := set $d "a" 1 }}{{ end }}x')
    with pytest.raises(ChartError, match="changes values"):
        evaluated('{{ $d := dict }}{{ if uuidv4 }}{{ $_ := set $d "a" 1 }}{{ end }}x')


@pytest.mark.parametrize(("field", "is_whole"), [("securityContext", True), ("resources", True), ("ports", False), ("env", False)])
def test_only_what_rules_read_makes_a_pod_unknown(field: str, is_whole: bool, tmp_path: Path) -> None:
    maybe = f'          {field}:\n            {{{{- include "maybe" . | nindent 12 }}}}\n'
    helper = '{{- define "maybe" }}{{ if .Capabilities.APIVersions.Has "x/v1" }}a: b{{ end }}{{ end }}'
    result = lint(write(tmp_path, {**CHART, "templates/deployment.yaml": DEPLOYMENT + maybe, "templates/_maybe.tpl": helper}))
    assert (places(result) != [], notes(result) == []) == (is_whole, is_whole)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e6, "1e+06"),
        (123456.0, "123456"),
        (123456789.0, "1.23456789e+08"),
        (0.1, "0.1"),
        (1e-5, "1e-05"),
        (0.0001, "0.0001"),
        (-2.5, "-2.5"),
        (0.0, "0"),
    ],
)
def test_numbers_print_as_in_go(number: float, text: str) -> None:
    assert show_float(number) == text


def test_yaml_is_written_as_helm_writes_it() -> None:
    value = Table(
        {"b": Row(["x: y", "{{ x }}", "5m", "true", "12", "it's", ""]), "a": Table(), "c": Row(), "d": Row([Table({"k": 1.0, "j": None})])}
    )
    assert to_yaml(value) == 'a: {}\nb:\n- \'x: y\'\n- \'{{ x }}\'\n- 5m\n- "true"\n- "12"\n- it\'s\n- ""\nc: []\nd:\n- j: null\n  k: 1'


RENDERED = """\
---
{first}apiVersion: v1
kind: Service
metadata:
  name: web
{annotation}spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: web}}]
---
{second}apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "web:1", ports: [{{name: http, containerPort: 8080}}]}}]}}
"""
ANNOTATION = "  annotations:\n    config.kubernetes.io/origin: |\n      path: base/service.yaml\n"


@pytest.mark.parametrize(
    ("text", "message", "label"),
    [
        (
            RENDERED.format(first="# Source: web/templates/a.yaml\n", second="# Source: web/templates/b.yaml\n", annotation=""),
            "(rendered from web/templates/a.yaml)",
            "(rendered from web/templates/b.yaml)",
        ),
        (RENDERED.format(first="", second="", annotation=ANNOTATION), "(rendered from base/service.yaml)", "(8080/TCP)"),
        (RENDERED.format(first="", second="", annotation=""), "http (8080/TCP)", "(8080/TCP)"),
    ],
)
def test_rendered_input_names_the_files_it_came_from(text: str, message: str, label: str) -> None:
    done = CliRunner().invoke(main, ["--format", "json", "--select", RULE, "-"], input=text)
    [finding] = json.loads(done.stdout)["findings"]
    assert finding["message"].endswith(message)
    assert finding["related"][0]["label"].endswith(label)


SCALAR = re.compile(r"^(\s*(?:- )?[\w-]+: )([A-Za-z][\w./:-]*[\w]|[1-9]\d{0,5})$")


def as_chart(case: Path, folder: Path, seed: int) -> tuple[Path, Path]:
    """The manifests of a case as they stand, and as templates of a chart in which some scalars come from its values."""
    chance = random.Random(f"{seed} {case.stem}")
    values: list[str] = []
    for path in sorted(case.rglob("*.y*ml")):
        name = path.relative_to(case).as_posix()
        lines = []
        for line in path.read_text(encoding="utf-8").splitlines():
            match = SCALAR.match(line)
            if match and "kind:" not in line and chance.random() < 0.3 * (seed > 0):
                values.append(f"v{len(values)}: {match[2]}\n")
                line = f"{match[1]}{{{{ .Values.v{len(values) - 1} }}}}"
            lines.append(line)
        text = "\n".join(lines) + "\n"
        wrapped = f"{{{{- if .Chart.Name }}}}\n{text}{{{{- end }}}}\n" if chance.random() < 0.5 else text
        write(folder / "chart", {f"templates/{name}": wrapped})
        write(folder / "plain", {name: path.read_text(encoding="utf-8")})
    write(folder / "chart", {"Chart.yaml": CHART["Chart.yaml"], "values.yaml": "".join(values)})
    return folder / "plain", folder / "chart"


def manifest_cases() -> Iterator[tuple[str, Path]]:
    """Cases with fixes that are manifests alone, in which nothing looks like a template or a block of text."""
    for rule, case in fixable_cases():
        files = [path for path in case.rglob("*") if path.is_file()] if case.is_dir() else []
        texts = "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
        is_plain = files and all(path.suffix in (".yaml", ".yml") and path.stem != "kustomization" for path in files)
        if is_plain and not re.search(r"\{\{|: [|>]|helm\.sh/hook", texts):
            yield rule, case


def fixed_objects(rule: str, folder: Path) -> tuple[int, dict[str, list[object]], set[str]]:
    """How many fixes were made, the objects of each file or template after them, and the files that they changed."""
    made = make_fixes(rule, folder)
    rendered = " (rendered in .)"
    names = [name for name in made.after.sources if name.endswith(rendered)] or [path.name for path in folder.glob("*.yaml")]
    with working_in(folder):
        texts = {name: made.after.sources[name] if name.endswith(rendered) else SourceFile(name, Path(name).read_text()) for name in names}
    objects = {
        name.removesuffix(rendered).removeprefix("templates/"): [plain(item) for item in documents_of(source)]
        for name, source in texts.items()
    }
    return len(made.fixed.applied), objects, {content.path for content in made.fixed.contents}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_fix_in_a_chart_renders_as_it_was_promised(seed: int, tmp_path: Path) -> None:
    """What a fix makes of manifests it makes of the same manifests in a chart, or it leaves them alone; it never touches values."""
    all_made = charts_made = 0
    for number, (rule, case) in enumerate(manifest_cases()):
        stripped = copy_case(case, tmp_path / f"{number}")
        folder, chart = as_chart(stripped, tmp_path / f"{number}-made", seed)
        made, wanted, _ = fixed_objects(rule, folder)
        in_chart, found, changed = fixed_objects(rule, chart)
        all_made, charts_made = all_made + made, charts_made + in_chart
        assert all(path.startswith("templates/") for path in changed), case
        if in_chart == made:
            assert {name: found[name] for name in wanted} == wanted, case
    assert all_made > 50
    assert charts_made > all_made * (0.5 if seed else 0.9)


def test_a_fix_that_would_stand_in_a_block_is_not_made(tmp_path: Path) -> None:
    """The line break behind the last line before a block that trims it is that of the block."""
    head = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n"
    pod = "      containers: [{name: web, image: w, env: [{name: A, value: http://b.c.svc.cluster.local}]}]\n      hostNetwork: true\n"
    block = "      {{- if .Values.service }}\n      restartPolicy: Always\n      {{- end }}\n"
    rule = "host-network-without-cluster-dns"
    files = {**CHART, X: head + pod + block}
    assert make_fixes(rule, write(tmp_path / "a", files)).wanted == ()
    assert len(make_fixes(rule, write(tmp_path / "b", {**files, X: head + pod})).wanted) == 1


def test_a_fix_of_what_several_objects_are_made_of_is_not_made(tmp_path: Path) -> None:
    pod = "      hostNetwork: true\n      containers:\n        - {name: web, image: w, env: [{name: A, value: http://b.c.svc.cluster.local}]}\n"
    deployment = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: %s}\nspec:\n  template:\n    spec:\n%s"
    rule = "host-network-without-cluster-dns"
    own = write(tmp_path / "own", {"Chart.yaml": CHART["Chart.yaml"], X: deployment % ("a", pod)})
    assert len(make_fixes(rule, own).wanted) == 1
    shared = '{{- include "pod" . }}\n'
    helper = '{{- define "pod" }}\n' + pod + "{{- end }}"
    files = {"Chart.yaml": CHART["Chart.yaml"], X: deployment % ("a", shared), "templates/_pod.tpl": helper}
    assert len(make_fixes(rule, write(tmp_path / "once", files)).wanted) == 1
    files["templates/y.yaml"] = deployment % ("b", shared)
    twice = make_fixes(rule, write(tmp_path / "twice", files))
    assert rule in {finding.rule.name for finding in twice.before.findings}
    assert twice.wanted == ()
