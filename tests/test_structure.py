"""The tree is as the design says: rule, page and fixtures in step, imports in one direction."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click

import netlint
import netlint_rules
from harness import FIXTURES
from netlint.commands import COMMANDS
from netlint.config import Config
from netlint.knowledge.python_servers import SERVER_COMMANDS
from netlint.meta_rules import META_RULES
from netlint.model.linked import has_programs
from netlint.pipeline import load
from netlint_rules import all_rules, rules_for
from pages import RULES_FOLDER, page_path

LINTER = Path(netlint.__file__).parent

# A module may import modules of its own row and of the rows above it.
ROWS: tuple[tuple[str, ...], ...] = (
    ("netlint.version", "netlint.source", "netlint.durations", "netlint.knowledge", "netlint.offsets", "netlint.packing"),
    ("netlint.builds", "netlint.kubernetes", "netlint.kustomize", "netlint.golang", "netlint.python"),
    ("netlint.helm",),
    ("netlint.dns", "netlint.model"),
    ("netlint.finding", "netlint.go_fixes", "netlint.manifest_fixes", "netlint.meta_rules", "netlint.result"),
    ("netlint_rules",),
    (
        "netlint.build_files",
        "netlint.cache",
        "netlint.chart_folders",
        "netlint.chart_places",
        "netlint.charts",
        "netlint.config",
        "netlint.config_file",
        "netlint.config_schema",
        "netlint.discovery",
        "netlint.fingerprint",
        "netlint.focus",
        "netlint.git",
        "netlint.gitignore",
        "netlint.placing",
        "netlint.python_reading",
        "netlint.reading",
        "netlint.rendered_input",
        "netlint.sharing",
        "netlint.suppression",
        "netlint.writing",
    ),
    ("netlint.pipeline",),
    ("netlint.baseline", "netlint.fixing", "netlint.since", "netlint.report"),
    ("netlint.commands",),
    ("netlint.cli", "netlint.__main__"),
)


def row_of(module: str) -> int:
    return next(number for number, row in enumerate(ROWS) if any(module == name or module.startswith(f"{name}.") for name in row))


def imports_at_run_time(path: Path) -> set[str]:
    """Modules of ours that the file imports; those under ``if TYPE_CHECKING`` are annotations only."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        pending.extend(ast.iter_child_nodes(node))
    return {name for name in found if name.startswith(("netlint.", "netlint_rules"))}


def modules() -> list[tuple[str, Path]]:
    found = []
    for folder, package in ((LINTER, "netlint"), (RULES_FOLDER, "netlint_rules")):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *(part for part in parts if part != "__init__")))
            if name != "netlint":
                found.append((name, path))
    return found


def test_imports_point_one_way() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in modules()
        for imported in imports_at_run_time(path)
        if row_of(imported) > row_of(name)
    ]
    assert wrong == []


def test_rules_see_only_the_model_the_facts_and_finding() -> None:
    allowed = (
        "netlint.model",
        "netlint.kubernetes",
        "netlint.golang",
        "netlint.finding",
        "netlint.go_fixes",
        "netlint.manifest_fixes",
        "netlint.dns",
        "netlint.durations",
        "netlint.source",
    )
    wrong = [
        f"{name} imports {imported}"
        for name, path in modules()
        if name.startswith("netlint_rules.") and path.name != "__init__.py"
        for imported in imports_at_run_time(path)
        if not imported.startswith((*allowed, "netlint.knowledge", f"{name.rpartition('.')[0]}."))
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_rule_module_page_and_fixture_share_one_name() -> None:
    listed = {(rule.family, rule.name.replace("-", "_")) for rule in all_rules()}
    modules_there = {
        (path.parent.name, path.stem)
        for path in RULES_FOLDER.glob("*/*.py")
        if not path.stem.startswith("_") and "RULE = Rule(" in path.read_text(encoding="utf-8")
    }
    pages_there = {(path.parent.name, path.stem) for path in RULES_FOLDER.glob("*/*.md")}
    assert listed == modules_there == pages_there
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()} - {"shop"}
    assert folders == {rule.name for rule in all_rules()} | {rule.name for rule in META_RULES if (FIXTURES / rule.name).is_dir()}


def test_every_rule_has_a_firing_case_and_two_silent_ones() -> None:
    short = []
    for rule in all_rules():
        cases = [case for case in (FIXTURES / rule.name).iterdir() if case.is_dir()]
        firing = [case for case in cases if any(f"expect: {rule.name}" in text_of(path) for path in case.rglob("*"))]
        if not firing or len(cases) - len(firing) < 2:
            short.append(f"{rule.name}: {len(firing)} firing, {len(cases) - len(firing)} silent")
    assert short == []


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def test_names_are_kebab_case_unique_and_in_their_family() -> None:
    names = [rule.name for rule in (*all_rules(), *META_RULES)]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and "_" not in name for name in names)
    wrong = [rule.name for rule in all_rules() if not page_path(rule.family, rule.name).is_file()]
    assert wrong == []
    assert Path(netlint_rules.__file__).parent.name == "netlint_rules"


def test_every_command_is_the_one_of_its_module() -> None:
    for name in COMMANDS:
        command = getattr(importlib.import_module(f"netlint.commands.{name}"), name)
        assert isinstance(command, click.Command)
        assert command.name == name


def test_no_two_questions_about_code_share_a_name() -> None:
    """``Code.keep`` and ``Code.remember`` know an answer by the name of its question: a second one of that name would get the first's."""
    asked: dict[str, set[str]] = {}
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in ("keep", "remember"):
                continue
            question = node.args[0].elts[0] if isinstance(node.args[0], ast.Tuple) else node.args[0]
            if isinstance(question, ast.Constant) and isinstance(question.value, str):
                asked.setdefault(question.value, set()).add(name)
    assert asked
    assert {question: places for question, places in asked.items() if len(places) > 1} == {}


NOTHING_ELSE = {"code": False, "routes": False, "policies": False, "config_maps": False}


def test_what_cannot_find_anything_is_not_imported() -> None:
    needed = rules_for(**NOTHING_ELSE)
    assert set(needed) < set(rules_for(code=False)) < set(all_rules())
    program = (
        "import sys; import netlint.pipeline; from netlint_rules import rules_for\n"
        f"rules_for(**{NOTHING_ELSE}); print(*sorted(name for name in sys.modules if name.startswith(('netlint', 'yaml'))))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    assert [name for name in loaded if name.startswith(("netlint.golang", "netlint.model.code."))] == ["netlint.model.code.code"]
    assert not {"netlint_rules.route", "netlint_rules.network_policy", "netlint_rules.http_client", "netlint_rules.budget"} & set(loaded)
    assert not {"netlint.model.doors", "netlint.kubernetes.corefile", "netlint.builds.facts", "yaml"} & set(loaded)


def test_what_reads_python_is_not_imported_for_anything_else(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", encoding="utf-8")
    (tmp_path / "a.go").write_text('package main\n\nimport "net/http"\n\nfunc main() { http.Get("http://a") }\n', encoding="utf-8")
    (tmp_path / "a.py").write_text("import json\n\nprint(json.dumps({}))\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from netlint.pipeline import run; from netlint.config import Config; "
        "from netlint_rules import rules_for\nfound = run(['.'], Config(root=Path(), keeps_facts=False), rules_for)\n"
        "print(found.files.go, found.files.python, *sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True, text=True)
    go, python, *loaded = done.stdout.split()
    assert (go, python) == ("1", "1")
    assert "netlint.golang.reader" in loaded
    assert "libcst" not in loaded
    assert not {"netlint.python.reader", "netlint.python.syntax", "netlint.model.python.values"} & set(loaded)
    (tmp_path / "b.py").write_text("import requests\n\nrequests.get('http://a')\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert "libcst" in done.stdout.split()


def test_rules_that_wait_for_something_find_nothing_without_it() -> None:
    # A server that is known by its command line is a program, even where there are only manifests.
    paths = [path for path in sorted(FIXTURES.rglob("*.yaml")) if not any(name in path.read_text("utf-8") for name in SERVER_COMMANDS)]
    model = load([str(path) for path in paths], Config(root=FIXTURES)).model
    assert not has_programs(model)
    waiting = set(all_rules()) - set(rules_for(code=False))
    assert model.units
    assert {rule.name for rule in waiting if rule.check is not None and any(rule.check(model))} == set()
    units = (replace(unit, routes=(), policies=(), foreign_policies=(), config_maps=()) for unit in model.units)
    bare = model._replace(units=tuple(units))
    waiting = set(all_rules()) - set(rules_for(**NOTHING_ELSE))
    assert {rule.name for rule in waiting if rule.check is not None and any(rule.check(bare))} == set()
