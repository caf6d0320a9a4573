"""What the formats print of two repositories, what ``trace`` and ``diagnose`` answer of one, and what fixes change in the fixtures.

All of it is kept in ``tests/golden/``.

``python tests/golden.py`` writes it anew; read the diff.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from click.testing import CliRunner

from fixes import diffs_of
from netlint.cli import main as main_command
from netlint.config import Config
from netlint.pipeline import run
from netlint.report.formats import FORMATS, Manner, render
from netlint.report.places import Workspace
from netlint.version import VERSION
from netlint_rules import all_rules, rules_for

if TYPE_CHECKING:
    from netlint.finding import Rule
    from netlint.result import RunResult

FOLDER: Final = Path(__file__).parent / "golden"
SHOP: Final = Path(__file__).parent / "fixtures" / "shop"
SHOP_RULES: Final = ("default-dns-policy-with-cluster-names", "service-target-port-name-unresolved", "client-without-deadline")

_WORKLOAD: Final = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: {app}}}
  ports: [{{x-note: "ü😀", port: 80, targetPort: web}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {app}}}}}
  template:
    metadata: {{labels: {{app: {app}}}}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4
          ports: [{{name: http, containerPort: 8080}}]
"""
HOSTILE: Final = {
    b"a b%41;c,d]/:e.yaml": _WORKLOAD.format(name="plain", app="one"),
    "zwei\nzeilen/größe.yaml".encode(): _WORKLOAD.format(name='"two\\nlines"', app="two"),
    b"not\xfftext.yaml": _WORKLOAD.format(name="'##[add-mask]x](1) ##vso[task.complete]<b>|'", app="three"),
    b"::error::x ##[y] `z`.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: [\n",
    b"go/main.go": dedent("""\
        package main

        import "net/http"

        func main() { _, _ = http.Get("http://\u202e::error::/") }
        """),
}


def make_hostile(folder: Path) -> None:
    """Files with names and texts that mean something to a shell, a URI, XML, Markdown or the runner of a CI service."""
    for name, text in HOSTILE.items():
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def judge(folder: Path, *names: str) -> tuple[RunResult, Workspace]:
    """The result of a run in ``folder``, by the rules ``names`` or by all."""

    def chosen(*, code: bool, routes: bool = True, policies: bool = True, config_maps: bool = True) -> tuple[Rule, ...]:
        needed = rules_for(code=code, routes=routes, policies=policies, config_maps=config_maps)
        return tuple(rule for rule in needed if not names or rule.name in names)

    before = Path.cwd()
    os.chdir(folder)
    try:
        return run(["."], Config(root=folder), chosen), Workspace(str(folder), str(folder))
    finally:
        os.chdir(before)


def judged_cases(folder: Path) -> dict[str, tuple[RunResult, Workspace]]:
    """What readers of reports are tried on: the demo repository, hostile names (made in ``folder``), and nothing found."""
    make_hostile(folder)
    return {"shop": judge(SHOP), "hostile": judge(folder), "clean": judge(SHOP / "cluster", "service-port-invalid")}


def reports(case: str) -> dict[str, str]:
    """Every report of a case, by form. The pages of the rules, which are texts of their own, are left out of SARIF."""
    with tempfile.TemporaryDirectory() as folder:
        if case == "hostile":
            make_hostile(Path(folder))
            result, workspace = judge(Path(folder), "service-target-port-name-unresolved", "client-without-deadline")
        else:
            # A fingerprint holds the path from the root of a repository; here that is the shop, wherever these tests stand.
            (Path(folder) / ".git").mkdir()
            shutil.copytree(SHOP, folder, dirs_exist_ok=True)
            result, workspace = judge(Path(folder), *SHOP_RULES)
        known = {rule.name for rule in all_rules()}
        short = result._replace(rules=tuple(rule for rule in result.rules if rule.name not in known))
        manner = Manner(workspace, link="https://git.example.com/you/shop/blob/0123456")
        return {form: _without_pages(render(short, form, manner)) for form in FORMATS}


def _without_pages(text: str) -> str:
    return re.sub(r'"markdown": ".*"', '"markdown": "PAGE"', text.replace(VERSION, "VERSION")) + "\n"


LOOKUP: Final = "dial tcp: lookup redis on 10.96.0.10:53: read udp 10.244.1.7:41233->10.96.0.10:53: i/o timeout"
ANSWERS: Final = {
    "shop.trace": ("trace", "frontend", "orders", "--in", "shop"),
    "shop.calls": ("trace", "--in", "shop"),
    "shop.mermaid": ("trace", "--in", "shop", "--format", "mermaid"),
    "shop.dot": ("trace", "--in", "shop", "--format", "dot"),
    "shop.diagnosis": ("diagnose", LOOKUP, "shop"),
}
"""Commands that ask of the shop, by the file that keeps the answer."""


def answer(name: str) -> str:
    """What the command of ``ANSWERS`` prints in the folder that holds the shop."""
    before = Path.cwd()
    os.chdir(SHOP.parent)
    try:
        return CliRunner().invoke(main_command, [ANSWERS[name][0], "--no-config", *ANSWERS[name][1:]]).stdout
    finally:
        os.chdir(before)


def main() -> None:
    """Write what the formats print now, what the commands answer, and what fixes change."""
    for rule in all_rules():
        if diffs := diffs_of(rule):
            (FOLDER / "fixes" / f"{rule.name}.diff").write_bytes(diffs.encode("utf-8"))
    for name in ANSWERS:
        (FOLDER / name).write_text(answer(name), encoding="utf-8")
    for case in ("shop", "hostile"):
        for form, text in reports(case).items():
            (FOLDER / f"{case}.{form}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
