"""Gitignore patterns, as gitignore(5) and git's dir.c and wildmatch.c have them; ``tests/test_discovery.py`` compares with git itself.

Own code for three reasons: the walk never enters an ignored folder, so that a pattern has to be tried on the entry alone; ``*`` with
``!*/`` must work; and no pattern of a hostile repository may take more than linear time, which atomic groups see to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_POSIX_CLASSES: Final = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_CLASS: Final = re.compile(r"\[([!^]?)((?:\]|\[:[a-z]+:\]|\\.|[^\]\\])(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_SEGMENTS: Final = re.compile(rf"((?>(?:{_CLASS.pattern}|\\.|[^/])*))(?:/|\Z)", re.DOTALL)
_CLASS_ITEM: Final = re.compile(r"\[:([a-z]+):\]|\\(.)|(.)", re.DOTALL)


class Pattern(NamedTuple):
    """One line. ``by_name``: it has no slash inside and is tried on the last part of a path only."""

    expression: re.Pattern[str]
    negated: bool
    folders_only: bool
    by_name: bool

    def matches(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether the pattern speaks of ``path``, whose last part is ``name``."""
        return (is_folder or not self.folders_only) and self.expression.fullmatch(name if self.by_name else path) is not None


class Patterns(NamedTuple):
    """The lines of one file, in order. The sieves match what any of the patterns by name, or by path, matches."""

    patterns: tuple[Pattern, ...]
    name_sieve: re.Pattern[str] | None
    path_sieve: re.Pattern[str] | None

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether the last pattern that speaks of ``path`` ignores it; None when none does. ``path`` is relative, with ``/``."""
        name = path.rpartition("/")[2]
        by_name = self.name_sieve is not None and self.name_sieve.fullmatch(name)
        if not by_name and not (self.path_sieve is not None and self.path_sieve.fullmatch(path)):
            return None
        return next((not pattern.negated for pattern in reversed(self.patterns) if pattern.matches(path, name, is_folder)), None)

    def covers(self, path: str) -> bool:
        """Whether the file ``path`` or a folder above it is ignored."""
        parts = path.split("/")
        folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
        return any(self.verdict(folder, is_folder=True) for folder in folders) or bool(self.verdict(path, is_folder=False))

    def without(self, drop: Callable[[Pattern], bool]) -> Patterns:
        """These patterns less those that ``drop`` names."""
        return _joined(pattern for pattern in self.patterns if not drop(pattern))


def parse_patterns(lines: Iterable[str]) -> Patterns:
    """The patterns of ``lines``; comments, blank lines and what cannot be a pattern are passed over, as git does."""
    return _joined(pattern for line in lines if (pattern := parse_pattern(line)) is not None)


def parse_pattern(line: str) -> Pattern | None:
    """The pattern on a line; None for a comment, a blank line, or a pattern that can match nothing."""
    text = re.sub(r"(?<!\\) +$", "", line.removesuffix("\r"))
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text.removeprefix("!")
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    by_name = "/" not in text
    expression = _segment(text) if by_name else _path(text.removeprefix("/"))
    if not text or expression is None:
        return None
    try:
        return Pattern(re.compile(expression, re.DOTALL), negated, folders_only, by_name)
    except re.error:
        return None


def _joined(patterns: Iterable[Pattern]) -> Patterns:
    kept = tuple(patterns)
    by_name = [pattern.expression.pattern for pattern in kept if pattern.by_name]
    by_path = [pattern.expression.pattern for pattern in kept if not pattern.by_name]
    return Patterns(kept, _any_of(by_name), _any_of(by_path))


def _any_of(expressions: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions), re.DOTALL) if expressions else None


def _path(text: str) -> str | None:
    """Expression of a pattern with slashes. ``**`` between slashes stands for any number of folders, at the end for all inside."""
    groups: list[list[str]] = [[]]
    for segment in (match[1] for match in _SEGMENTS.finditer(text) if match[0]):
        if segment == "**":
            groups.append([])
            continue
        expression = _segment(segment)
        if expression is None:
            return None
        groups[-1].append(expression)
    first, *others = groups
    if not others:
        return "/".join(first)
    *middle, last = others
    start = "".join(f"{segment}/" for segment in first)
    # The first place where a group fits leaves the most behind it, so going back to a later one never helps.
    between = "".join(f"(?>(?:[^/]+/)*?{'/'.join(group)}/)" for group in middle if group)
    return f"{start}{between}" + (f"(?:[^/]+/)*{'/'.join(last)}" if last else ".+")


def _segment(text: str) -> str | None:
    """Expression of what stands between two slashes; None when it can match nothing (an open ``[``, a backslash at the end)."""
    pieces = [""]
    index = 0
    while index < len(text):
        character = text[index]
        index += 1
        if character == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif character == "?":
            pieces[-1] += "[^/]"
        elif character == "[":
            match = _CLASS.match(text, index - 1)
            if match is None:
                return None
            expression = _class(match[1], match[2])
            if expression is None:
                return None
            pieces[-1] += expression
            index = match.end()
        elif character == "\\":
            if index == len(text):
                return None
            pieces[-1] += re.escape(text[index])
            index += 1
        else:
            pieces[-1] += re.escape(character)
    first, *others = pieces
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + f"[^/]*{last}"


def _class(negation: str, items: str) -> str | None:
    inner = ""
    for posix, escaped, plain in _CLASS_ITEM.findall(items):
        if posix and posix not in _POSIX_CLASSES:
            return None
        inner += _POSIX_CLASSES[posix] if posix else plain if plain == "-" else re.escape(escaped or plain)
    return f"(?!/)[{'^' if negation else ''}{inner}]"
