"""Makefiles and shell scripts: the commands in them that build images."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from netlint.builds.docker_command import image_builds
from netlint.builds.facts import Builds, Makefile, MakeRule, Script, Word
from netlint.builds.shell import MAX_TEXT, commands, expand
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.builds.facts import Command, ImageBuild
    from netlint.source import SourceFile

_ASSIGNMENT: Final = re.compile(
    r"^ *(?:export +|override +)*(?P<name>[\w.-]+)[ \t]*(?P<how>\?|::?|\+)?=[ \t]*(?P<value>[^\n#]*)", re.MULTILINE
)
_RECIPE: Final = re.compile(r"^\t[^\n]*", re.MULTILINE)
_SHELL_ASSIGNMENT: Final = re.compile(
    r"^[ \t]*(?:export |readonly |local |declare )?(?P<name>[A-Za-z_]\w*)=(?P<value>[^\n;&|]*)", re.MULTILINE
)
_REFERENCE: Final = re.compile(
    r"\$(?:\((?P<round>[\w.-]+|[@<*])\)|\{(?P<curly>[\w.-]+|[@<*])\}|\((?P<function>[^()]*)\)|(?P<dollar>\$)|(?P<automatic>[@<*^?+%]))"
)
_RULE: Final = re.compile(r"^(?P<targets>[^\s#:=][^#:=\n]*+)::?(?!=)(?P<needs>[^\n#=;]*+)(?:[#;][^\n]*)?$", re.MULTILINE)
_INCLUDE: Final = re.compile(r"^ *(?:-|s)?include +(?P<paths>[^\n#]+)", re.MULTILINE)
_SKIPPED: Final = re.compile(r"[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_MAX_RULES: Final = 1_000
_MAX_INCLUDES: Final = 50
_MAX_NEEDED: Final = 50
_MAX_VARIABLES: Final = 300
"""Variables that one text may lead to, which may lead from each to the next."""


def read_makefile(source: SourceFile) -> Builds:
    """The images that recipes build, with the variables of the file put in that are set once; its rules where they build programs."""
    variables = _make_variables(_on_one_line(source.text))
    rules = tuple(_rules(source)) if "go" in source.text.lower() else ()
    includes = tuple(path for match in islice(_INCLUDE.finditer(source.text), _MAX_INCLUDES) for path in match["paths"].split())
    file = Makefile(source.path, tuple(variables.items()), rules, includes)
    return Builds(images=tuple(_image_builds(source, variables)), makefiles=(file,) if rules or variables or includes else ())


def _rules(source: SourceFile) -> Iterator[MakeRule]:
    text = _on_one_line(source.text)
    for match in islice(_RULE.finditer(text), _MAX_RULES):
        recipe: list[Word] = []
        at = match.end() + 1
        while (line := _RECIPE.match(text, at)) is not None or _SKIPPED.match(text, at) is not None:
            if line is not None:
                recipe.append(Word(line[0].strip(), Span(source.path, line.start() + 1, line.end())))
            skipped = line or _SKIPPED.match(text, at)
            assert skipped is not None
            at = skipped.end() + 1
            if at > len(text):
                break
        yield MakeRule(tuple(match["targets"].split()), tuple(match["needs"].split()), tuple(recipe))


def recipe_commands(makefile: Makefile, target: str, given: Mapping[str, str]) -> Iterator[Command]:
    """The commands that ``make target`` runs, those of its prerequisites first; ``given`` are variables set on its command line.

    An empty target is the first one. What is up to date, or included from elsewhere, is not known: all that is in view counts. The first
    command of each line has no operator in front of it.
    """
    yield from _recipe_commands(makefile, target, {**dict(makefile.variables), **given}, set())


def _recipe_commands(makefile: Makefile, target: str, variables: Mapping[str, str], seen: set[str]) -> Iterator[Command]:
    rule, stem = _rule_for(makefile, target)
    if rule is None or target in seen or len(seen) > _MAX_NEEDED:
        return
    seen.add(target)
    name = target or next((item for item in rule.targets if not item.startswith(".")), "")
    meanings = Meanings({**variables, "@": name, "*": stem, "<": next(iter(rule.prerequisites), "")})
    for needed in rule.prerequisites:
        for inner in meanings.of(needed).replace("%", stem).split():
            yield from _recipe_commands(makefile, inner, variables, seen)
    for line in rule.recipe:
        # What make puts in moves the rest of the line: all words stand where the line does.
        for command in commands(Script(line.span.path, meanings.of(line.text).lstrip("@-+ \t"), ((0, line.span.start),))):
            yield command._replace(words=tuple(Word(word.text, line.span) for word in command.words))


def _rule_for(makefile: Makefile, target: str) -> tuple[MakeRule | None, str]:
    """The rule for a target, and what its ``%`` stands for."""
    for rule in makefile.rules:
        if target in rule.targets and (rule.recipe or rule.prerequisites):
            return rule, ""
        if not target and rule.targets and not rule.targets[0].startswith("."):
            return rule, ""
    for rule in makefile.rules:
        for pattern in rule.targets:
            before, percent, behind = pattern.partition("%")
            if percent and target.startswith(before) and target.endswith(behind) and len(target) > len(before) + len(behind):
                return rule, target[len(before) : len(target) - len(behind)]
    return None, ""


def _image_builds(source: SourceFile, variables: Mapping[str, str]) -> Iterator[ImageBuild]:
    meanings = Meanings(variables)
    text = _on_one_line(source.text)
    for recipe in _RECIPE.finditer(text):
        if "build" in recipe[0]:
            script = Script(source.path, recipe[0], ((0, recipe.start()),))
            # First make puts in its variables, then the shell its own.
            yield from image_builds(
                commands(script),
                (posixpath.dirname(source.path) or ".",),
                "make recipe",
                lambda word: expand(meanings.of(word), {}),
            )


def read_script(source: SourceFile) -> Iterator[ImageBuild]:
    """The images that a shell script builds. Where it is started is not known: in its own folder, or at the root as a rule."""
    found: dict[str, set[str]] = {}
    for match in islice(_SHELL_ASSIGNMENT.finditer(source.text), _MAX_RULES):
        found.setdefault(match["name"], set()).add(match["value"].strip())
    variables: dict[str, str] = {}
    for name, values in found.items():
        if len(values) == 1:
            value = expand(next(iter(values)), variables)
            if "$" not in value and "`" not in value:
                variables[name] = value
    script = Script(source.path, _on_one_line(source.text), ((0, 0),))
    folders = tuple(dict.fromkeys((".", posixpath.dirname(source.path) or ".")))
    yield from image_builds(commands(script), folders, "script", lambda text: expand(text, variables))


def _on_one_line(text: str) -> str:
    """The text with continued lines joined; every character keeps its place."""
    return text.replace("\\\r\n", "   ").replace("\\\n", "  ")


def _make_variables(text: str) -> dict[str, str]:
    """Variables that are given one value only; of a default (``?=``) that one."""
    found: dict[str, set[str]] = {}
    for match in _ASSIGNMENT.finditer(text):
        values = found.setdefault(match["name"], set())
        values.add(match["value"].strip() if match["how"] != "+" else "$(unknown)")
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


class Meanings:
    """What the texts of a Makefile mean with its variables put in, each of which is found out once."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The text; what is not known stays as ``${NAME}``, so that the shell leaves it as well."""
        return _REFERENCE.sub(self._value, text[:MAX_TEXT])[:MAX_TEXT] if "$" in text else text[:MAX_TEXT]

    def _value(self, match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        name = match["round"] or match["curly"] or match["automatic"]
        if name is None or (name in ("CURDIR", "PWD") and name not in self._variables):
            # Paths count from the folder that the recipe runs in.
            return "." if name or (match["function"] or "").split() in (["shell", "pwd"], ["CURDIR"]) else "${_}"
        if name not in self._known:
            unknown = f"${{{re.sub(r'[^A-Za-z0-9_]', '_', name)}}}"
            # So that a variable that leads to itself ends there.
            self._known[name] = unknown
            if name in self._variables and len(self._known) < _MAX_VARIABLES:
                self._known[name] = self.of(self._variables[name])
        return self._known[name]
