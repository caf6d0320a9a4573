"""Settings: where they are found, what they may say, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netlint.config import ALL, ChartTarget, Config, ObjectIgnore, enabled, load_config, severity_of
from netlint.config_file import ConfigError
from netlint.finding import Confidence, Rule, Severity, Symptom
from netlint.meta_rules import INTERNAL_ERROR, UNUSED_IGNORE

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = {"service-port-invalid", "service-selects-no-pod", "ndots-search-cost", "service", "endpoints", "dns"}

FULL_YAML = """\
# of the shop
select: [ALL]
ignore:
  - dns
per-path-ignores:
  "legacy/**": [service]
  /old/: [service-port-invalid, dns]
object-ignores:
  - object: Service/*/web
    rules: [service-port-invalid]
    reason: kept for the old client
severity:
  ndots-search-cost: error
  service: info
exclude: [charts/, "*.tmp.yaml"]
cluster-domain: corp.internal.
search-domains: [lan.example]
fail-on: error
show: [info, low]
include-tests: true
targets:
  - chart: deploy/chart/
    values: [deploy/base.yaml, deploy/production.yaml]
  - chart: deploy/chart
    name: bare
"""

FULL_TOML = """\
select = ["ALL"]
ignore = [
  "dns",
]
exclude = ["charts/", "*.tmp.yaml"]
cluster-domain = "corp.internal."
search-domains = ["lan.example"]
fail-on = "error"
show = ["info", "low"]
include-tests = true

[per-path-ignores]
"legacy/**" = ["service"]
"/old/" = ["service-port-invalid", "dns"]

[severity]
ndots-search-cost = "error"
service = "info"

[[object-ignores]]
object = "Service/*/web"
rules = ["service-port-invalid"]
reason = "kept for the old client"

[[targets]]
chart = "deploy/chart/"
values = ["deploy/base.yaml", "deploy/production.yaml"]

[[targets]]
chart = "deploy/chart"
name = "bare"
"""

ENTRY_IN_LINE = '  {{object = "{}", rules = ["dns"], reason = "x"}},\n'
ENTRY_AS_TABLE = '[[object-ignores]]\nobject = "a/b/c"\nrules = ["{}"]\nreason = "x"\n\n'


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def error_of(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    write(folder, {name: text, ".git/HEAD": ""})
    monkeypatch.chdir(folder)
    with pytest.raises(ConfigError) as caught:
        load_config(Path(), None, NAMES)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".netlint.yaml", FULL_YAML),
        (".netlint.yml", FULL_YAML),
        (".netlint.yaml", FULL_YAML.replace("\n", "\r\n")),
        ("netlint.toml", FULL_TOML),
        (
            "pyproject.toml",
            "[tool.netlint]\n"
            + FULL_TOML.replace("[[", "[[tool.netlint.").replace("\n[p", "\n[tool.netlint.p").replace("\n[s", "\n[tool.netlint.s"),
        ),
    ],
)
def test_every_setting_is_read_alike_from_each_form(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text})
    assert load_config(tmp_path, None, NAMES) == Config(
        root=tmp_path,
        select=(ALL,),
        ignore=("dns",),
        per_path_ignores=(("legacy/**", ("service",)), ("/old/", ("service-port-invalid", "dns"))),
        object_ignores=(ObjectIgnore("Service/*/web", ("service-port-invalid",), "kept for the old client"),),
        severity={"ndots-search-cost": Severity.ERROR, "service": Severity.INFO},
        exclude=("charts/", "*.tmp.yaml"),
        cluster_domain="corp.internal",
        search_domains=("lan.example",),
        fail_on=Severity.ERROR,
        show_info=True,
        show_low=True,
        include_tests=True,
        targets=(
            ChartTarget("deploy/chart", ("deploy/base.yaml", "deploy/production.yaml"), "base.yaml, production.yaml"),
            ChartTarget("deploy/chart", (), "bare"),
        ),
    )


def test_search_goes_upward_to_the_first_folder_with_one_and_stops_at_the_git_root(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".netlint.yaml": "fail-on: info\n",
            "repository/.git/HEAD": "",
            "repository/netlint.toml": 'fail-on = "error"\n',
            "repository/pyproject.toml": "[tool.other]\nname = 'mentions netlint'\n",
            "repository/deploy/web/service.yaml": "",
            "other/.git/HEAD": "",
        },
    )
    found = load_config(tmp_path / "repository/deploy/web", None, NAMES)
    assert (found.root, found.fail_on) == (tmp_path / "repository", Severity.ERROR)
    assert load_config(tmp_path / "other", None, NAMES) == Config(root=tmp_path / "other")


def test_no_configuration_and_an_empty_one_give_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": ""})
    assert load_config(tmp_path, None, NAMES) == Config(root=tmp_path)
    write(tmp_path, {".netlint.yaml": "# nothing set\n"})
    assert load_config(tmp_path, None, NAMES) == Config(root=tmp_path)


def test_two_in_one_folder_are_an_error_that_names_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"netlint.toml": "", "pyproject.toml": "[tool.netlint]\n"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"^netlint\.toml and pyproject\.toml both configure netlint; keep one of them$"):
        load_config(Path(), None, NAMES)


def test_an_explicit_file_wins_and_its_folder_is_the_root(tmp_path: Path) -> None:
    write(tmp_path, {".netlint.yaml": "fail-on: info\n", "ci/strict.yaml": "fail-on: error\n", "pyproject.toml": ""})
    found = load_config(tmp_path, Path("ci/strict.yaml"), NAMES)
    assert (found.root, found.fail_on) == (tmp_path / "ci", Severity.ERROR)
    with pytest.raises(ConfigError, match=r"ci/absent\.yaml: cannot be read: No such file or directory"):
        load_config(tmp_path, Path("ci/absent.yaml"), NAMES)
    with pytest.raises(ConfigError, match=r"pyproject\.toml has no table \[tool\.netlint\]"):
        load_config(tmp_path, Path("pyproject.toml"), NAMES)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            ".netlint.yaml",
            "ignore: []\nfail-onn: error\n",
            ".netlint.yaml:2: unknown setting 'fail-onn': did you mean 'fail-on'?; the settings are ",
        ),
        (
            ".netlint.yaml",
            "ignore:\n  - dns\n  - servce\n",
            ".netlint.yaml:3: ignore: unknown rule or family 'servce': did you mean 'service'?",
        ),
        (".netlint.yaml", "select: dns\n", ".netlint.yaml:1: select must be a list of rule names or families, and is text"),
        (".netlint.yaml", "ignore: []\nselect:\n", ".netlint.yaml:2: select must be a list of rule names or families, and is empty"),
        (".netlint.yaml", "include-tests: 1\n", ".netlint.yaml:1: include-tests must be true or false, and is a number"),
        (
            ".netlint.yaml",
            "fail-on: errror\n",
            ".netlint.yaml:1: fail-on must be one of error, warning, info, and is 'errror': did you mean 'error'?",
        ),
        (".netlint.yaml", "show: [all]\n", ".netlint.yaml:1: show must be one of info, low, and is 'all'"),
        (
            ".netlint.yaml",
            "severity:\n  dns: error\n  dsn: info\n",
            ".netlint.yaml:3: severity: unknown rule or family 'dsn': did you mean 'dns'?",
        ),
        (".netlint.yaml", "severity:\n  dns: fatal\n", ".netlint.yaml:2: severity.dns must be one of error, warning, info"),
        (".netlint.yaml", "cluster-domain: a..b\n", ".netlint.yaml:1: cluster-domain: 'a..b' is no DNS domain"),
        (".netlint.yaml", "exclude:\n  - ok/\n  - '!'\n", ".netlint.yaml:3: exclude: '!' is no gitignore pattern"),
        (
            ".netlint.yaml",
            "object-ignores:\n  - object: Service/web\n    rules: [dns]\n    reason: x\n",
            ".netlint.yaml:2: object-ignores.object must be Kind/",
        ),
        (
            ".netlint.yaml",
            "object-ignores:\n  - object: Service/a/web\n    rules: [dns]\n",
            ".netlint.yaml:2: object-ignores: the entry lacks 'reason'",
        ),
        (
            ".netlint.yaml",
            "object-ignores:\n  - object: S/a/w\n    rules: [dns]\n    reason: ' '\n",
            ".netlint.yaml:4: object-ignores.reason must say why",
        ),
        (".netlint.yaml", "ignore: [dns]\n\nignore: []\n", ".netlint.yaml:3: 'ignore' is set twice"),
        (".netlint.yaml", "ignore: [dns\nselect: []\n", ".netlint.yaml:2: is no valid YAML: "),
        (".netlint.yaml", "- dns\n", ".netlint.yaml:1: must be a mapping of settings"),
        (".netlint.yaml", "ignore: &a [*a]\n", ".netlint.yaml:1: aliases (*name) cannot be used"),
        (".netlint.yaml", "select: &a [dns]\nignore: *a\n", "aliases (*name) cannot be used"),
        (".netlint.yaml", "ignore: " + "[" * 3000, ".netlint.yaml: nests too deep"),
        (".netlint.yaml", "include-tests: !!python/object:os.system x\n", ".netlint.yaml:1: 'x' cannot be read as"),
        ("netlint.toml", 'ignore = []\nfail-onn = "error"\n', "netlint.toml:2: unknown setting 'fail-onn': did you mean 'fail-on'?"),
        ("netlint.toml", 'ignore = [\n  "dns",\n  "servce",\n]\n', "netlint.toml:3: ignore: unknown rule or family 'servce'"),
        ("netlint.toml", 'ignore = ["dns"]\nfail-on = error\n', "netlint.toml:2: is no valid TOML: "),
        ("netlint.toml", 'ignore = ["dns"\n', "netlint.toml:1: is no valid TOML: "),
        ("netlint.toml", '[severity]\ndns = "error"\ndsn = "info"\n', "netlint.toml:3: severity: unknown rule or family 'dsn'"),
        ("netlint.toml", 'severity.dns = "error"\nseverity.dsn = "info"\n', "netlint.toml:2: severity: unknown rule or family 'dsn'"),
        ("netlint.toml", 'severity = {dns = "error", dsn = "info"}\n', "netlint.toml:1: severity: unknown rule or family 'dsn'"),
        (
            "netlint.toml",
            "object-ignores = [\n" + ENTRY_IN_LINE.format("a/b/c") + ENTRY_IN_LINE.format("S/w") + "]\n",
            "netlint.toml:3: object-ignores.object must be",
        ),
        ("netlint.toml", ENTRY_AS_TABLE.format("dns") + ENTRY_AS_TABLE.format("dsn"), "netlint.toml:8: object-ignores.rules: unknown rule"),
        ("pyproject.toml", "[project]\nignore = 1\n\n[tool.netlint]\nselect = []\nignore = 1\n", "pyproject.toml:6: ignore must be a list"),
        (
            "pyproject.toml",
            '[project]\ntext = """\n[tool.netlint]\nignore = 1\n"""\n[tool.netlint]\nignore = 1\n',
            "pyproject.toml:7: ignore must be a list",
        ),
        ("pyproject.toml", "[tool]\nnetlint = 3\n", "pyproject.toml:2: netlint must be a table"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line_and_the_nearest_valid(
    name: str, text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert message in error_of(tmp_path, name, text, monkeypatch)


def test_files_that_are_not_text_or_too_large_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "netlint.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match=r"^netlint\.toml: is not valid UTF-8: byte 5"):
        load_config(Path(), None, NAMES)
    (tmp_path / "netlint.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError, match=r"^netlint\.toml: is larger than 1000000 bytes"):
        load_config(Path(), None, NAMES)


def rule(name: str, family: str) -> Rule:
    return Rule(name, family, 7, "", Severity.WARNING, Confidence.HIGH, Symptom.REFUSED, "0.1.0")


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((ALL,), (), True),
        ((), (), False),
        (("service",), (), True),
        (("dns",), (), False),
        ((ALL,), ("service",), False),
        (("service-port-invalid",), ("service",), True),
        (("service",), ("service-port-invalid",), False),
        (("service",), ("service",), False),
        (("service",), (ALL,), True),
        (("service-port-invalid",), ("service-port-invalid",), False),
    ],
)
def test_name_beats_family_and_ignore_beats_select(select: tuple[str, ...], ignore: tuple[str, ...], expected: bool) -> None:
    config = Config(root=Path(), select=select, ignore=ignore)
    assert enabled(config, rule("service-port-invalid", "service")) is expected


def test_rules_about_the_run_need_no_selection_and_internal_errors_cannot_be_ignored() -> None:
    assert enabled(Config(root=Path(), select=("dns",), ignore=(ALL,)), UNUSED_IGNORE)
    assert not enabled(Config(root=Path(), ignore=("meta",)), UNUSED_IGNORE)
    assert not enabled(Config(root=Path(), ignore=("unused-ignore",)), UNUSED_IGNORE)
    assert enabled(Config(root=Path(), ignore=("meta", "internal-error")), INTERNAL_ERROR)


def test_severity_is_that_of_the_rule_then_of_the_family_then_the_declared() -> None:
    config = Config(root=Path(), severity={"service": Severity.INFO, "service-port-invalid": Severity.ERROR})
    assert severity_of(config, rule("service-port-invalid", "service"), Severity.WARNING) is Severity.ERROR
    assert severity_of(config, rule("service-selects-no-pod", "service"), Severity.WARNING) is Severity.INFO
    assert severity_of(config, rule("ndots-search-cost", "dns"), Severity.WARNING) is Severity.WARNING
