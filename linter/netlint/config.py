"""Settings: one frozen Config out of ``.netlint.yaml``, ``netlint.toml`` or ``[tool.netlint]`` of ``pyproject.toml``."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from netlint.finding import Severity
from netlint.gitignore import parse_pattern
from netlint.meta_rules import INTERNAL_ERROR, META_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import yaml

    from netlint.finding import Rule

ALL: Final = "ALL"
"""Selects or ignores every rule."""
CONFIG_NAMES: Final = (".netlint.yaml", ".netlint.yml", "netlint.toml", "pyproject.toml")
MAX_CONFIG_BYTES: Final = 1_000_000
"""A configuration comes with the repository and is as hostile as the rest of it; real ones have some kilobytes."""

SettingPath = tuple["str | int", ...]
"""Keys and list indexes that lead to a setting, from the outermost."""


_Given = TypeVar("_Given")
_Checked = TypeVar("_Checked")


class ConfigError(ValueError):
    """A configuration that cannot be used. The message starts with ``file:line:`` where a file is to blame."""


@dataclass(frozen=True, slots=True)
class ObjectIgnore:
    """Rules not judged for the objects that match ``pattern``, ``Kind/namespace/name`` with ``*`` and ``?``."""

    pattern: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run. Names in ``select`` and ``ignore`` are rules, families or ``ALL``.

    ``root``: what patterns of paths are relative to: the folder of the configuration file, else where netlint was started.
    """

    root: Path
    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Gitignore patterns, each with the names that are not judged there."""
    object_ignores: tuple[ObjectIgnore, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
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
    choices = sorted(valid)
    nearest = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    if nearest:
        return f"did you mean '{nearest[0]}'?"
    return f"valid are {', '.join(choices)}" if len(choices) <= 20 else "see netlint rules for the valid names"


def all_names(known_names: Iterable[str]) -> frozenset[str]:
    """``known_names`` of rules and families, with those of the rules about the run, and ``ALL``."""
    meta = (name for rule in META_RULES for name in (rule.name, rule.family))
    return frozenset((*known_names, *meta, ALL))


def check_names(names: Iterable[str], known_names: Iterable[str]) -> None:
    """Raise ConfigError for the first of ``names`` that is no rule, family or ``ALL``."""
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
    label = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
    if len(name) > 253 or not re.fullmatch(rf"{label}(?:\.{label})*", name):
        raise ConfigError(f"'{domain}' is no DNS domain")
    return name


def load_config(start: Path, explicit: Path | None, known_names: Iterable[str]) -> Config:
    """Settings for a run from ``start``: of ``explicit``, else of the first folder from ``start`` upward that has a configuration.

    The search ends at the root of the git repository, or of the file system. Raises ConfigError.
    """
    valid = all_names(known_names)
    # abspath, not resolve: a folder reached through a symbolic link keeps the name that the user gave it.
    here = Path(os.path.abspath(start))  # noqa: PTH100
    if explicit is not None:
        path = here / explicit
        settings = _read(path)
        if settings is None:
            raise ConfigError(f"{explicit} has no table [tool.netlint]")
        return _config_of(settings, path.parent, valid)
    for folder in (here, *here.parents):
        found = [(path, settings) for name in CONFIG_NAMES if (path := folder / name).is_file() and (settings := _read(path)) is not None]
        if len(found) > 1:
            names = " and ".join(_display(path) for path, _ in found)
            raise ConfigError(f"{names} both configure netlint; keep one of them")
        if found:
            return _config_of(found[0][1], folder, valid)
        if (folder / ".git").exists():
            break
    return Config(root=here)


@dataclass(frozen=True, slots=True)
class _Settings:
    """What a file says, before it is checked. ``line_of`` gives the line (from 1) of the setting at a path."""

    file: str
    data: Mapping[str, Any]
    line_of: Callable[[SettingPath], int]

    def error(self, at: SettingPath, message: str) -> ConfigError:
        return ConfigError(f"{self.file}:{self.line_of(at)}: {message}")


def _display(path: Path) -> str:
    cwd = Path.cwd()
    return path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else path.as_posix()


def _read(path: Path) -> _Settings | None:
    """The settings of a file; None for a ``pyproject.toml`` that has none."""
    shown = _display(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror or error}") from error
    is_project_file = path.name == "pyproject.toml"
    if is_project_file and b"netlint" not in data:
        return None
    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{shown}: is larger than {MAX_CONFIG_BYTES} bytes, too large for a configuration")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown}: is not valid UTF-8: byte {error.start}") from error
    try:
        return _read_toml(text, shown, is_project_file) if path.suffix == ".toml" else _read_yaml(text, shown)
    except RecursionError:
        raise ConfigError(f"{shown}: nests too deep for a configuration") from None


def _read_yaml(text: str, shown: str) -> _Settings:
    import yaml

    lines: dict[SettingPath, int] = {}
    seen: set[int] = set()

    def value_of(node: yaml.Node, at: SettingPath) -> Any:
        line = node.start_mark.line + 1
        lines.setdefault(at, line)
        # One node object twice is an alias: the way to a value that contains itself or grows without bound.
        if id(node) in seen:
            raise ConfigError(f"{shown}:{line}: aliases (*name) cannot be used in a configuration")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise ConfigError(f"{shown}:{key.start_mark.line + 1}: a key must be text")
                if key.value in result:
                    raise ConfigError(f"{shown}:{key.start_mark.line + 1}: '{key.value}' is set twice")
                inner = (*at, key.value)
                lines[inner] = key.start_mark.line + 1
                result[key.value] = value_of(value, inner)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [value_of(item, (*at, index)) for index, item in enumerate(node.value)]
        try:
            return yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            raise ConfigError(f"{shown}:{line}: '{node.value}' cannot be read as {node.tag}") from error

    try:
        # The loader in Python ends in a RecursionError where the one in C would overflow its stack.
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"{shown}:{mark.line + 1 if mark else 1}: is no valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{shown}:1: is no valid YAML: {' '.join(str(error).split())}") from error
    data = {} if root is None else value_of(root, ())
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise ConfigError(f"{shown}:1: must be a mapping of settings")
    return _Settings(shown, data, lambda at: _nearest_line(lines, at))


def _read_toml(text: str, shown: str, is_project_file: bool) -> _Settings | None:
    import tomllib

    try:
        data: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = str(error), "1"
        if match := re.fullmatch(r"(?s)(.*?) \(at (?:line (\d+), column \d+|end of document)\)", message):
            message, line = match[1], match[2] or str(text.rstrip("\n").count("\n") + 1)
        raise ConfigError(f"{shown}:{line}: is no valid TOML: {message}") from error
    lines = _toml_lines(text)
    prefix: SettingPath = ("tool", "netlint") if is_project_file else ()
    for depth, key in enumerate(prefix, 1):
        data = data.get(key)
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ConfigError(f"{shown}:{_nearest_line(lines, prefix[:depth])}: {key} must be a table")
    rows = text.split("\n")

    def line_of(at: SettingPath) -> int:
        path = (*prefix, *at)
        line = _nearest_line(lines, path)
        if path in lines:
            return line
        # Items of arrays and keys of inline tables are not in the scan: look for their text from the nearest key on.
        item: Any = data
        for step in at:
            item = item[step]
        key = rf"(?<![\w-]){re.escape(at[-1])}(?![\w-])" if isinstance(at[-1], str) else ""
        text_of_item = re.escape(item) if isinstance(item, str) else ""
        wanted = re.compile(rf"{key}[\s\"'=]*{text_of_item}")
        return next((number for number in range(line, len(rows) + 1) if wanted.search(rows[number - 1])), line)

    return _Settings(shown, data, line_of)


_TOML_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\]=]+?)\s*\]\]?\s*(?:#.*)?")
_TOML_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_TOML_PART: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def _toml_lines(text: str) -> dict[SettingPath, int]:
    """Line of every key and table that starts a line. tomllib gives no places; keys of inline tables are left to the caller."""
    lines: dict[SettingPath, int] = {}
    table: SettingPath = ()
    tables_at: dict[SettingPath, int] = {}
    quote = ""
    for number, row in enumerate(text.split("\n"), 1):
        inside, quote = bool(quote), _open_quote(row, quote)
        if inside:
            continue
        if header := _TOML_HEADER.fullmatch(row):
            table = _toml_path(header[2])
            if header[1] == "[[":
                index = tables_at.get(table, -1) + 1
                tables_at[table] = index
                lines.setdefault(table, number)
                table = (*table, index)
            lines.setdefault(table, number)
        elif key := _TOML_KEY.match(row):
            path = (*table, *_toml_path(key[1]))
            for depth in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:depth], number)
    return lines


def _open_quote(row: str, quote: str) -> str:
    """The triple quote that is open behind ``row``, when ``quote`` was open before it; empty for none."""
    for mark in re.findall(r'"""|\'\'\'', row):
        quote = mark if not quote else "" if quote == mark else quote
    return quote


def _toml_path(dotted: str) -> SettingPath:
    return tuple(a or b or c for a, b, c in _TOML_PART.findall(dotted))


def _nearest_line(lines: Mapping[SettingPath, int], at: SettingPath) -> int:
    return next((lines[at[:depth]] for depth in range(len(at), -1, -1) if at[:depth] in lines), 1)


def _config_of(settings: _Settings, root: Path, valid_names: frozenset[str]) -> Config:
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


def _wrong(settings: _Settings, at: SettingPath, wanted: str, value: object) -> ConfigError:
    kind = {str: "text", bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    given = "empty" if value is None else f"{kind.get(type(value), type(value).__name__)}"
    return settings.error(at, f"{_dotted(at)} must be {wanted}, and is {given}")


def _dotted(at: SettingPath) -> str:
    return ".".join(f"{step}" for step in at if isinstance(step, str))


def _texts(settings: _Settings, at: SettingPath, value: object, wanted: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(settings, at, f"a list of {wanted}", value)
    for index, item in enumerate(value):
        if not isinstance(item, str) or not item:
            raise _wrong(settings, (*at, index), f"a list of {wanted}, each a text", item)
    return tuple(value)


def _names(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> tuple[str, ...]:
    names = _texts(settings, at, value, "rule names or families")
    for index, name in enumerate(names):
        if name not in valid:
            raise settings.error((*at, index), f"{_dotted(at)}: unknown rule or family '{name}': {did_you_mean(name, valid)}")
    return names


def _mapping(settings: _Settings, at: SettingPath, value: object, wanted: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong(settings, at, wanted, value)
    return value


def _choice(settings: _Settings, at: SettingPath, value: object, choices: Iterable[str]) -> str:
    allowed = [str(choice) for choice in choices]
    if not isinstance(value, str) or value not in allowed:
        hint = f": {did_you_mean(value, allowed)}" if isinstance(value, str) else ""
        raise settings.error(at, f"{_dotted(at)} must be one of {', '.join(allowed)}, and is {value!r}{hint}")
    return value


def _checked(settings: _Settings, at: SettingPath, check: Callable[[_Given], _Checked], value: _Given) -> _Checked:
    try:
        return check(value)
    except ConfigError as error:
        raise settings.error(at, f"{_dotted(at)}: {error}") from error


def _parse_select(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    return {"select": _names(settings, at, value, valid)}


def _parse_ignore(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    return {"ignore": _names(settings, at, value, valid)}


def _parse_per_path_ignores(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    given = _mapping(settings, at, value, "a mapping from path patterns to lists of rule names")
    for pattern in given:
        _checked(settings, (*at, pattern), check_patterns, (pattern,))
    return {"per_path_ignores": tuple((pattern, _names(settings, (*at, pattern), names, valid)) for pattern, names in given.items())}


def _parse_object_ignores(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, list):
        raise _wrong(settings, at, "a list of entries with object, rules and reason", value)
    return {"object_ignores": tuple(_object_ignore(settings, (*at, index), item, valid) for index, item in enumerate(value))}


def _object_ignore(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> ObjectIgnore:
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


def _parse_severity(settings: _Settings, at: SettingPath, value: object, valid: frozenset[str]) -> dict[str, Any]:
    given = _mapping(settings, at, value, "a mapping from rule names to error, warning or info")
    names = valid - {ALL}
    for name in given:
        if name not in names:
            raise settings.error((*at, name), f"{_dotted(at)}: unknown rule or family '{name}': {did_you_mean(name, names)}")
    return {"severity": {name: Severity(_choice(settings, (*at, name), level, Severity)) for name, level in given.items()}}


def _parse_exclude(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    patterns = _texts(settings, at, value, "gitignore patterns")
    for index, pattern in enumerate(patterns):
        _checked(settings, (*at, index), check_patterns, (pattern,))
    return {"exclude": patterns}


def _parse_cluster_domain(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, str):
        raise _wrong(settings, at, "a DNS domain", value)
    return {"cluster_domain": _checked(settings, at, check_domain, value)}


def _parse_search_domains(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    domains = _texts(settings, at, value, "DNS domains")
    return {"search_domains": tuple(_checked(settings, (*at, index), check_domain, domain) for index, domain in enumerate(domains))}


def _parse_fail_on(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    return {"fail_on": Severity(_choice(settings, at, value, Severity))}


def _parse_show(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    shown = _texts(settings, at, value, "info and low")
    for index, item in enumerate(shown):
        _choice(settings, (*at, index), item, ("info", "low"))
    return {"show_info": "info" in shown, "show_low": "low" in shown}


def _parse_include_tests(settings: _Settings, at: SettingPath, value: object, _: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, bool):
        raise _wrong(settings, at, "true or false", value)
    return {"include_tests": value}


_SETTINGS: Final[Mapping[str, Callable[[_Settings, SettingPath, object, frozenset[str]], dict[str, Any]]]] = {
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
}
