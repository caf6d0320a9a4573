"""Makefiles and shell scripts: the commands in them that build images."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from netlint.builds.docker_command import image_builds
from netlint.builds.facts import Script
from netlint.builds.shell import MAX_TEXT, commands, expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.builds.facts import ImageBuild
    from netlint.source import SourceFile

_ASSIGNMENT: Final = re.compile(
    r"^ *(?:export +|override +)*(?P<name>[\w.-]+)[ \t]*(?P<how>\?|::?|\+)?=[ \t]*(?P<value>[^\n#]*)", re.MULTILINE
)
_RECIPE: Final = re.compile(r"^\t[^\n]*?(?:\\\n[^\n]*?)*$", re.MULTILINE)
_CONTINUED: Final = re.compile(r"\\\r?\n")
_SHELL_ASSIGNMENT: Final = re.compile(
    r"^[ \t]*(?:export |readonly |local |declare )?(?P<name>[A-Za-z_]\w*)=(?P<value>[^\n;&|]*)", re.MULTILINE
)
_REFERENCE: Final = re.compile(
    r"\$(?:\((?P<round>[\w.-]+)\)|\{(?P<curly>[\w.-]+)\}|\((?P<function>[^()]*)\)|(?P<dollar>\$)|(?P<automatic>[@<*^?+%]))"
)
_MAX_DEPTH: Final = 8


def read_makefile(source: SourceFile) -> Iterator[ImageBuild]:
    """The images that recipes build, with the variables of the file put in that are set once."""
    variables = _make_variables(source.text)
    for recipe in _RECIPE.finditer(source.text):
        if "build" in recipe[0]:
            script = _joined(source.path, recipe[0], recipe.start())
            yield from image_builds(
                commands(script), (posixpath.dirname(source.path) or ".",), "make recipe", lambda text: _meaning(text, variables)
            )


def read_script(source: SourceFile) -> Iterator[ImageBuild]:
    """The images that a shell script builds. Where it is started is not known: in its own folder, or at the root as a rule."""
    found: dict[str, set[str]] = {}
    for match in _SHELL_ASSIGNMENT.finditer(source.text):
        found.setdefault(match["name"], set()).add(match["value"].strip())
    variables: dict[str, str] = {}
    for name, values in found.items():
        if len(values) == 1:
            value = expand(next(iter(values)), variables)
            if "$" not in value and "`" not in value:
                variables[name] = value
    script = _joined(source.path, source.text, 0)
    folders = tuple(dict.fromkeys((".", posixpath.dirname(source.path) or ".")))
    yield from image_builds(commands(script), folders, "script", lambda text: expand(text, variables))


def _joined(path: str, text: str, start: int) -> Script:
    """The text with continued lines joined."""
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    at = size = 0
    for match in _CONTINUED.finditer(text):
        part = text[at : match.start()] + " "
        pieces.append((size, start + at))
        parts.append(part)
        size += len(part)
        at = match.end()
    pieces.append((size, start + at))
    parts.append(text[at:])
    return Script(path, "".join(parts), tuple(pieces))


def _make_variables(text: str) -> dict[str, str]:
    """Variables that are given one value only; of a default (``?=``) that one."""
    found: dict[str, set[str]] = {}
    for match in _ASSIGNMENT.finditer(text):
        values = found.setdefault(match["name"], set())
        values.add(match["value"].strip() if match["how"] != "+" else "$(unknown)")
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _meaning(text: str, variables: Mapping[str, str]) -> str:
    """A word of a recipe: first make puts in its variables, then the shell its own."""
    return expand(_with_variables(text, variables, 0), {})


def _with_variables(text: str, variables: Mapping[str, str], depth: int) -> str:
    if depth > _MAX_DEPTH or "$" not in text:
        return text[:MAX_TEXT]

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        name = match["round"] or match["curly"]
        if name is None:
            return "${_}"
        known = variables.get(name)
        return f"${{{re.sub(r'[.-]', '_', name)}}}" if known is None else _with_variables(known, variables, depth + 1)[:MAX_TEXT]

    return _REFERENCE.sub(value, text)[:MAX_TEXT]
