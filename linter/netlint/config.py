"""Settings: one frozen Config out of ``.netlint.yaml``, ``netlint.toml`` or ``[tool.netlint]`` of ``pyproject.toml``."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from netlint.config_file import ConfigError, display, read_settings
from netlint.finding import Severity
from netlint.gitignore import parse_pattern
from netlint.kubernetes.hosts import is_name
from netlint.meta_rules import INTERNAL_ERROR, META_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from netlint.config_file import SettingPath, Settings
    from netlint.finding import Rule

ALL: Final = "ALL"
"""Selects or ignores every rule."""
CONFIG_NAMES: Final = (".netlint.yaml", ".netlint.yml", "netlint.toml", "pyproject.toml")

_Given = TypeVar("_Given")
_Checked = TypeVar("_Checked")


class ObjectIgnore(NamedTuple):
    """Rules not judged for the objects that match ``pattern``, ``Kind/namespace/name`` with ``*`` and ``?``."""

    pattern: str
    rules: tuple[str, ...]
    reason: str


class ChartTarget(NamedTuple):
    """A Helm chart as it is deployed somewhere: its folder and the values files given to it, relative to the root of the configuration."""

    chart: str
    values: tuple[str, ...]
    name: str


class Config(NamedTuple):
    """All settings of a run. Names in ``select`` and ``ignore`` are rules, families or ``ALL``.

    ``root``: what patterns of paths are relative to: the folder of the configuration file, else where netlint was started.
    """

    root: Path
    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Gitignore patterns, each with the names that are not judged there."""
    object_ignores: tuple[ObjectIgnore, ...] = ()
    severity: Mapping[str, Severity] = MappingProxyType({})
    """By rule, or by family."""
    exclude: tuple[str, ...] = ()
    """Gitignore patterns of files and folders that are not walked into."""
    cluster_domain: str = "cluster.local"
    search_domains: tuple[str, ...] = ()
    """Search list of the nodes, which pods inherit behind the cluster's own."""
    fail_on: Severity = Severity.WARNING
    show_info: bool = False
    show_low: bool = False
    include_tests: bool = False
    targets: tuple[ChartTarget, ...] = ()
    """Charts with the values they are deployed with; a chart that is in none is judged with its own values."""
    baseline: str = ""
    """A file of ``netlint baseline`` whose findings are left out, relative to ``root``; empty for none."""
    jobs: int = 1
    """Processes that may read code."""
    focus: tuple[str, ...] = ()
    """Files and folders that the run is about, though it reads more: findings that touch none of them are left out. Empty: all."""
    stdin_filename: str = ""
    """The file whose text standard input holds."""
    tracked_only: bool = False
    """Whether only files that git tracks are read."""
    keeps_facts: bool = False
    """Whether facts are kept in the user's cache. It, too, changes nothing but the time."""


def enabled(config: Config, rule: Rule) -> bool:
    """Whether ``rule`` is judged. A rule's name beats its family, the family beats ``ALL``; on one level ignore beats select.

    Rules about the run itself need not be selected; ``internal-error`` cannot be ignored either, for what it says is that findings are
    missing.
    """
    if rule.name == INTERNAL_ERROR.name:
        return True
    for name in (rule.name, rule.family, ALL):
        if name in config.ignore:
            return rule.family == "meta" and name == ALL
        if name in config.select:
            return True
    return rule.family == "meta"


def severity_of(config: Config, rule: Rule, declared: Severity) -> Severity:
    """Severity of a finding of ``rule`` that ``declared`` its own: as configured for the rule, then for its family."""
    return config.severity.get(rule.name) or config.severity.get(rule.family) or declared


def names_match(names: Iterable[str], rule: Rule) -> bool:
    """Whether any of ``names`` means ``rule``: its name, its family or ``ALL``."""
    return any(name in (rule.name, rule.family, ALL) for name in names)


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """A hint for a name that is not known: the nearest valid one when there is one, else all of them if they are few."""
    import difflib

    choices = sorted(valid)
    nearest = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    if nearest:
        return f"did you mean '{nearest[0]}'?"
    return f"valid are {', '.join(choices)}" if len(choices) <= 20 else "see netlint rules for the valid names"


def all_names(known_names: Iterable[str]) -> frozenset[str]:
    """``known_names`` of rules and families, with those of the rules about the run, and ``ALL``."""
    meta = (name for rule in META_RULES for name in (rule.name, rule.family))
    return frozenset((*known_names, *meta, ALL))


def check_names(names: Sequence[str], known_names: Iterable[str]) -> None:
    """Raise ConfigError for the first of ``names`` that is no rule, family or ``ALL``. Without any, ``known_names`` is not gone over."""
    if not names:
        return
    valid = all_names(known_names)
    for name in names:
        if name not in valid:
            raise ConfigError(f"unknown rule or family '{name}': {did_you_mean(name, valid)}")


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise ConfigError for the first gitignore pattern that cannot be one."""
    for pattern in patterns:
        if parse_pattern(pattern) is None:
            raise ConfigError(f"'{pattern}' is no gitignore pattern")


def check_domain(domain: str) -> str:
    """``domain`` without a final dot. Raises ConfigError when it cannot be a DNS name."""
    name = domain.removesuffix(".")
    if len(name) > 253 or not is_name(domain):
        raise ConfigError(f"'{domain}' is no DNS domain")
    return name


def find_settings(start: Path, explicit: Path | None) -> tuple[Path, Settings] | None:
    """The configuration file of a run from ``start``, with what it says: ``explicit``, else that of the first folder from ``start`` upward.

    The search ends at the root of the git repository, or of the file system. Raises ConfigError.
    """
    # abspath, not resolve: a folder reached through a symbolic link keeps the name that the user gave it.
    here = Path(os.path.abspath(start))  # noqa: PTH100
    if explicit is not None:
        path = here / explicit
        settings = read_settings(path)
        if settings is None:
            raise ConfigError(f"{explicit} has no table [tool.netlint]")
        return path, settings
    for folder in (here, *here.parents):
        found = [
            (path, settings) for name in CONFIG_NAMES if (path := folder / name).is_file() and (settings := read_settings(path)) is not None
        ]
        if len(found) > 1:
            names = " and ".join(display(path) for path, _ in found)
            raise ConfigError(f"{names} both configure netlint; keep one of them")
        if found:
            return found[0]
        if (folder / ".git").exists():
            break
    return None


def load_config(start: Path, explicit: Path | None, known_names: Iterable[str]) -> Config:
    """Settings for a run from ``start``, checked. Where there is no configuration, ``known_names`` is not gone over. Raises ConfigError."""
    found = find_settings(start, explicit)
    if found is None:
        return Config(root=Path(os.path.abspath(start)))  # noqa: PTH100
    path, settings = found
    return config_of(settings, path.parent, all_names(known_names))


def config_of(settings: Settings, root: Path, valid_names: frozenset[str]) -> Config:
    """Check every setting. Raises ConfigError for the first that is wrong."""
    for key in settings.data:
        if key not in _SETTINGS:
            raise settings.error(
                (key,), f"unknown setting '{key}': {did_you_mean(str(key), _SETTINGS)}; the settings are {', '.join(_SETTINGS)}"
            )
    values: dict[str, Any] = {}
    for key, value in settings.data.items():
        values.update(_SETTINGS[key](settings, (key,), value, valid_names))
    return Config(root=root, **values)


def _wrong(settings: Settings, at: SettingPath, wanted: str, value: object) -> ConfigError:
    kind = {str: "text", bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    given = "empty" if value is None else f"{kind.get(type(value), type(value).__name__)}"
    return settings.error(at, f"{_dotted(at)} must be {wanted}, and is {given}")


def _dotted(at: SettingPath) -> str:
    return ".".join(f"{step}" for step in at if isinstance(step, str))


def _texts(settings: Settings, at: SettingPath, value: object, wanted: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(settings, at, f"a list of {wanted}", value)
    for index, item in enumerate(value):
        if not isinstance(item, str) or not item:
            raise _wrong(settings, (*at, index), f"a list of {wanted}, each a text", item)
    return tuple(value)


def _names(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> tuple[str, ...]:
    names = _texts(settings, at, value, "rule names or families")
    for index, name in enumerate(names):
        if name not in valid:
            raise settings.error((*at, index), f"{_dotted(at)}: unknown rule or family '{name}': {did_you_mean(name, valid)}")
    return names


def _mapping(settings: Settings, at: SettingPath, value: object, wanted: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong(settings, at, wanted, value)
    return value


def _choice(settings: Settings, at: SettingPath, value: object, choices: Iterable[str]) -> str:
    allowed = [str(choice) for choice in choices]
    if not isinstance(value, str) or value not in allowed:
        hint = f": {did_you_mean(value, allowed)}" if isinstance(value, str) else ""
        raise settings.error(at, f"{_dotted(at)} must be one of {', '.join(allowed)}, and is {value!r}{hint}")
    return value


def _checked(settings: Settings, at: SettingPath, check: Callable[[_Given], _Checked], value: _Given) -> _Checked:
    try:
        return check(value)
    except ConfigError as error:
        raise settings.error(at, f"{_dotted(at)}: {error}") from error


def _parse_select(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    return {"select": _names(settings, at, value, valid)}


def _parse_ignore(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    return {"ignore": _names(settings, at, value, valid)}


def _parse_per_path_ignores(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    given = _mapping(settings, at, value, "a mapping from path patterns to lists of rule names")
    for pattern in given:
        _checked(settings, (*at, pattern), check_patterns, (pattern,))
    return {"per_path_ignores": tuple((pattern, _names(settings, (*at, pattern), names, valid)) for pattern, names in given.items())}


def _parse_object_ignores(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _wrong(settings, at, "a list of entries with object, rules and reason", value)
    return {"object_ignores": tuple(_object_ignore(settings, (*at, index), item, valid) for index, item in enumerate(value))}


def _object_ignore(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> ObjectIgnore:
    entry = _mapping(settings, at, value, "a list of entries with object, rules and reason")
    keys = ("object", "rules", "reason")
    for key in entry:
        if key not in keys:
            raise settings.error((*at, key), f"{_dotted(at)}: unknown key '{key}': {did_you_mean(str(key), keys)}")
    for key in keys:
        if key not in entry:
            raise settings.error(at, f"{_dotted(at)}: the entry lacks '{key}'; each needs {', '.join(keys)}")
    pattern, reason = entry["object"], entry["reason"]
    if not isinstance(pattern, str) or pattern.count("/") != 2:
        raise settings.error(
            (*at, "object"), f"{_dotted(at)}.object must be Kind/namespace/name, such as Service/*/web, and is {pattern!r}"
        )
    if not isinstance(reason, str) or not reason.strip():
        raise settings.error((*at, "reason"), f"{_dotted(at)}.reason must say why the rules are ignored")
    return ObjectIgnore(pattern, _names(settings, (*at, "rules"), entry["rules"], valid), reason.strip())


def _parse_severity(settings: Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    given = _mapping(settings, at, value, "a mapping from rule names to error, warning or info")
    names = valid - {ALL}
    for name in given:
        if name not in names:
            raise settings.error((*at, name), f"{_dotted(at)}: unknown rule or family '{name}': {did_you_mean(name, names)}")
    return {"severity": {name: Severity(_choice(settings, (*at, name), level, Severity)) for name, level in given.items()}}


def _parse_exclude(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    patterns = _texts(settings, at, value, "gitignore patterns")
    for index, pattern in enumerate(patterns):
        _checked(settings, (*at, index), check_patterns, (pattern,))
    return {"exclude": patterns}


def _parse_cluster_domain(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, str):
        raise _wrong(settings, at, "a DNS domain", value)
    return {"cluster_domain": _checked(settings, at, check_domain, value)}


def _parse_search_domains(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    domains = _texts(settings, at, value, "DNS domains")
    return {"search_domains": tuple(_checked(settings, (*at, index), check_domain, domain) for index, domain in enumerate(domains))}


def _parse_fail_on(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    return {"fail_on": Severity(_choice(settings, at, value, Severity))}


def _parse_show(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    shown = _texts(settings, at, value, "info and low")
    for index, item in enumerate(shown):
        _choice(settings, (*at, index), item, ("info", "low"))
    return {"show_info": "info" in shown, "show_low": "low" in shown}


def _parse_baseline(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, str) or not value or "\x00" in value:
        raise _wrong(settings, at, "the path of a file that netlint baseline writes", value)
    return {"baseline": value}


def _parse_include_tests(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, bool):
        raise _wrong(settings, at, "true or false", value)
    return {"include_tests": value}


_TARGET_KEYS: Final = ("chart", "values", "name")


def _parse_targets(settings: Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _wrong(settings, at, "a list of entries with chart and values", value)
    targets = tuple(_target(settings, (*at, index), item) for index, item in enumerate(value))
    for index, target in enumerate(targets):
        if any((target.chart, target.name) == (other.chart, other.name) for other in targets[:index]):
            raise settings.error(
                (*at, index), f"{_dotted(at)}: chart {target.chart} has two targets called '{target.name}'; give them names"
            )
    return {"targets": targets}


def _target(settings: Settings, at: SettingPath, value: object) -> ChartTarget:
    entry = _mapping(settings, at, value, "a list of entries with chart and values")
    for key in entry:
        if key not in _TARGET_KEYS:
            raise settings.error((*at, key), f"{_dotted(at)}: unknown key '{key}': {did_you_mean(str(key), _TARGET_KEYS)}")
    chart, name = entry.get("chart"), entry.get("name")
    if not isinstance(chart, str) or not chart:
        raise settings.error(at, f"{_dotted(at)}.chart must be the folder of a Helm chart")
    values = _texts(settings, (*at, "values"), entry.get("values", []), "values files")
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise _wrong(settings, (*at, "name"), "a text", name)
    return ChartTarget(os.path.normpath(chart), values, name if isinstance(name, str) else ", ".join(map(os.path.basename, values)))


_SETTINGS: Final[Mapping[str, Callable[[Settings, SettingPath, object, frozenset[str]], dict[str, Any]]]] = {
    "select": _parse_select,
    "ignore": _parse_ignore,
    "per-path-ignores": _parse_per_path_ignores,
    "object-ignores": _parse_object_ignores,
    "severity": _parse_severity,
    "exclude": _parse_exclude,
    "cluster-domain": _parse_cluster_domain,
    "search-domains": _parse_search_domains,
    "fail-on": _parse_fail_on,
    "show": _parse_show,
    "include-tests": _parse_include_tests,
    "targets": _parse_targets,
    "baseline": _parse_baseline,
}
