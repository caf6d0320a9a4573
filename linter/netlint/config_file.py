"""A configuration file into settings that know the line they stand on: YAML, TOML, or a table of ``pyproject.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import yaml

MAX_CONFIG_BYTES: Final = 1_000_000
"""A configuration comes with the repository and is as hostile as the rest of it; real ones have some kilobytes."""

SettingPath = tuple["str | int", ...]
"""Keys and list indexes that lead to a setting, from the outermost."""


class ConfigError(ValueError):
    """A configuration that cannot be used. The message starts with ``file:line:`` where a file is to blame."""


class Settings(NamedTuple):
    """What a file says, before it is checked. ``line_of`` gives the line (from 1) of the setting at a path."""

    file: str
    data: Mapping[str, Any]
    line_of: Callable[[SettingPath], int]

    def error(self, at: SettingPath, message: str) -> ConfigError:
        """The error that says ``message`` of the setting at ``at``."""
        return ConfigError(f"{self.file}:{self.line_of(at)}: {message}")


def display(path: Path) -> str:
    """How messages name the file: relative to where netlint was started when it is below."""
    cwd = Path.cwd()
    return path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else path.as_posix()


def read_settings(path: Path) -> Settings | None:
    """The settings of a file; None for a ``pyproject.toml`` that has none. Raises ConfigError."""
    shown = display(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror or error}") from error
    is_project_file = path.name == "pyproject.toml"
    if is_project_file and not _may_configure(data):
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


def _may_configure(project_file: bytes) -> bool:
    """Whether a ``pyproject.toml`` may have the table ``tool.netlint``: other projects only name netlint among what they need."""
    if b"netlint" not in project_file:
        return False
    return re.search(rb"""\btool["'\s]*(?:\.["'\s]*netlint|[\]=])""", project_file) is not None


def _read_yaml(text: str, shown: str) -> Settings:
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
        # PyYAML's constructors fail in their own ways on a text that does not fit its tag.
        except (yaml.YAMLError, ValueError, KeyError, AttributeError) as error:
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
    return Settings(shown, data, lambda at: _nearest_line(lines, at))


def _read_toml(text: str, shown: str, is_project_file: bool) -> Settings | None:
    import tomllib

    try:
        data: Any = tomllib.loads(text)
    # TOMLDecodeError is one; so is what an integer of thousands of digits raises.
    except ValueError as error:
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

    return Settings(shown, data, line_of)


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
