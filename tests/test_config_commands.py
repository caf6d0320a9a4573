"""``netlint config``, ``netlint init`` and what a shell completes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from netlint.cli import main
from netlint.commands.init import STARTING_POINT
from netlint.config import Config, all_names, load_config
from netlint.config_schema import config_schema
from netlint.meta_rules import META_RULES
from netlint_rules import all_rules

if TYPE_CHECKING:
    from click.testing import Result

NAMES = all_names(name for rule in all_rules() for name in (rule.name, rule.family))
EVERYTHING = """\
select: [service]
ignore: [dns]
per-path-ignores: {examples/: [endpoints]}
object-ignores: [{object: Service/*/web, rules: [service], reason: the operator}]
severity: {dns: info}
exclude: [third_party/]
cluster-domain: corp
search-domains: [ec2.internal]
fail-on: error
show: [info, low]
include-tests: true
targets:
  - {chart: deploy/chart, values: [deploy/production.yaml], name: production}
baseline: known.json
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NETLINT_CONFIG", raising=False)
    return tmp_path


def invoke(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment, prog_name="netlint")


def test_settings_are_shown_as_a_file_that_says_the_same(folder: Path) -> None:
    defaults = invoke("config", "show")
    assert defaults.stdout.startswith("# no configuration file: these are the defaults\nselect:\n- ALL\n")
    (folder / ".netlint.yaml").write_text(EVERYTHING)
    shown = invoke("config", "show").stdout
    assert shown.startswith("# .netlint.yaml\n")
    assert yaml.safe_load(shown) == yaml.safe_load(EVERYTHING)
    (folder / "again.yaml").write_text(shown)
    assert load_config(folder, Path("again.yaml"), NAMES) == load_config(folder, None, NAMES)
    assert yaml.safe_load(invoke("config", "show", "--cluster-domain", "other").stdout)["cluster-domain"] == "other"
    assert invoke("config", "show", "--no-config").stdout == defaults.stdout


def test_the_environment_names_a_configuration(folder: Path) -> None:
    (folder / "other.yaml").write_text("fail-on: error\n")
    assert invoke("config", "show", NETLINT_CONFIG="other.yaml").stdout.startswith("# other.yaml\n")
    assert "fail-on: warning" in invoke("config", "show", "--no-config", NETLINT_CONFIG="other.yaml").stdout


def test_a_configuration_is_checked(folder: Path) -> None:
    assert invoke("config", "check").stdout == "No configuration file from here upward: the defaults hold\n"
    (folder / ".netlint.yaml").write_text("fail-on: error\nshow: [info]\n")
    result = invoke("config", "check")
    assert (result.exit_code, result.stdout) == (0, ".netlint.yaml: 2 settings, valid\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "bad.yaml").write_text("fail-on: never\n")
    (folder / "worse.toml").write_text("select = 1\n")
    result = invoke("config", "check", "pyproject.toml", "bad.yaml", ".netlint.yaml", "worse.toml")
    assert (result.exit_code, result.stdout) == (2, "pyproject.toml: no settings of netlint\n.netlint.yaml: 2 settings, valid\n")
    first, second = result.stderr.splitlines()
    assert first.startswith("netlint: bad.yaml:1: fail-on must be one of")
    assert second == "netlint: worse.toml:1: select must be a list of rule names or families, and is a number"
    (folder / ".netlint.yaml").write_text("fail_on: error\n")
    assert "did you mean 'fail-on'?" in invoke("config", "check").stderr


def accepts(document: Any) -> bool:
    return jsonschema.Draft7Validator(config_schema(NAMES)).is_valid(document)


def test_the_schema_takes_what_netlint_takes(folder: Path) -> None:
    schema = json.loads(invoke("config", "schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema == config_schema(NAMES)
    known = yaml.safe_load(EVERYTHING)
    assert set(schema["properties"]) == set(known)
    assert accepts(known)
    assert {rule.name for rule in (*all_rules(), *META_RULES)} < set(schema["definitions"]["name"]["enum"])
    (folder / ".netlint.yaml").write_text(EVERYTHING)
    assert invoke("config", "check").exit_code == 0
    assert all(described.get("description") for described in schema["properties"].values())


@pytest.mark.parametrize(
    "wrong",
    [
        "fail_on: error",
        "fail-on: never",
        "select: service",
        "select: [servcie]",
        "severity: {ALL: info}",
        "severity: {dns: high}",
        "object-ignores: [{object: web, rules: [service], reason: x}]",
        "object-ignores: [{object: a/b/c, rules: [service]}]",
        "object-ignores: [{object: a/b/c, rules: [service], reason: ' '}]",
        "show: [all]",
        "include-tests: 'yes'",
        "baseline: true",
        "baseline: ''",
        "per-path-ignores: {a: [x]}",
        "targets: [{values: [a.yaml]}]",
        "targets: [{chart: a, value: [a.yaml]}]",
        "targets: [{chart: a, values: a.yaml}]",
    ],
)
def test_the_schema_refuses_what_netlint_refuses(wrong: str, folder: Path) -> None:
    assert not accepts(yaml.safe_load(wrong))
    (folder / ".netlint.yaml").write_text(wrong)
    assert invoke("config", "check").exit_code == 2


def test_init_writes_a_file_that_changes_nothing_and_explains_every_setting(folder: Path) -> None:
    result = invoke("init")
    assert (result.exit_code, result.stdout) == (0, "Wrote .netlint.yaml: read it, then run netlint config check\n")
    assert load_config(folder, None, NAMES) == Config(root=folder)
    examples = re.sub(r"^#(?=\S| +\S+:| +- )", "", "\n".join(re.findall(r"^(?:#\S.*|#  .*|[^#\n].*)$", STARTING_POINT, re.M)), flags=re.M)
    assert set(yaml.safe_load(examples)) == set(yaml.safe_load(EVERYTHING)) - {"select"}
    (folder / ".netlint.yaml").write_text(examples)
    assert invoke("config", "check").exit_code == 0
    again = invoke("init")
    assert (again.exit_code, again.stderr) == (2, "netlint: .netlint.yaml configures netlint here already\n")


def completions(*words: str) -> list[str]:
    """What a shell offers for the last word."""
    result = invoke(_NETLINT_COMPLETE="bash_complete", COMP_WORDS=" ".join(("netlint", *words)), COMP_CWORD=str(len(words)))
    return [line.partition(",")[2] or line for line in result.stdout.splitlines()]


def test_shells_complete_commands_options_rules_and_files() -> None:
    assert "eval" in (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert "_netlint_completion" in invoke(_NETLINT_COMPLETE="bash_source").stdout
    assert "explain" in completions("ex")
    assert completions("--sel") == ["--select"]
    assert "--version" in completions("--")
    assert "--fail-on" in completions("--")
    assert completions("--fail-on", "wa") == ["warning"]
    assert completions("explain", "service-target-port-name-u") == ["service-target-port-name-unresolved"]
    assert "--resolver" in completions("dns", "--re")
    assert {"show", "check", "schema"} <= set(completions("config", ""))
