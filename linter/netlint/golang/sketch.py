"""A Go file in which nothing matters to any rule, as far as it tells what a program is built of: its package, its imports, its ``main``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.facts import Import
from netlint.golang.sieve import is_left_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.source import SourceFile

_PACKAGE: Final = re.compile(r"^package[ \t]+(\w+)", re.MULTILINE)
_IMPORTS: Final = re.compile(
    r"import\s*(?:\((?P<group>(?:[^)\"`/]++|\"[^\"\n]*\"|`[^`\n]*`|//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+)\)"
    r"|(?P<single>[\w.]*[ \t]*[\"`][^\"`\n]*[\"`]))"
)
_COMMENT: Final = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/")
_IMPORT: Final = re.compile(r"(?P<name>[\w.]*)[ \t]*[\"`](?P<path>[^\"`\n]*)[\"`]")
_MAIN: Final = re.compile(r"func (main)\(\)")
_FUNCTION: Final = re.compile(r"func[ \t]+(\w+)")
_TYPE: Final = re.compile(r"type[ \t]+(\w+)")
_IN_GROUP: Final = re.compile(r"^\t(\w+)(?:\[[^\]\n]*\])?[ \t]+\S", re.MULTILINE)
_MAX_BLOCK: Final = 20_000
"""Characters of a declaration that are looked at; longer ones hold data."""
_CLOSING: Final = re.compile(r"\n[})]")
_NAME: Final = re.compile(r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)")


class Sketch(NamedTuple):
    """``main``: where the name of ``func main`` starts, -1 where there is none. ``declared``: functions and types, without methods.

    ``started``: names with their qualifier, or an empty one, in what runs when the package is initialised.
    """

    path: str
    package: str
    imports: tuple[Import, ...]
    main: int
    declared: frozenset[str]
    started: frozenset[tuple[str, str]]


def read_sketch(source: SourceFile) -> Sketch | None:
    """The sketch of a file; None when it is no Go, or says that it is part of no program."""
    text = source.text
    package = _PACKAGE.search(text)
    if package is None or is_left_out(text[:4000].encode()):
        return None
    start = package.end()
    imports = tuple(
        Import(found["name"], found["path"])
        for match in _matches(_IMPORTS, text, "\nimport", start)
        for found in _IMPORT.finditer(_COMMENT.sub("", match["group"]) if match["group"] else match["single"] or "")
    )
    main = next(_matches(_MAIN, text, "\nfunc main(", start), None) if package[1] == "main" else None
    declared = {match[1] for match in _matches(_FUNCTION, text, "\nfunc ", start)}
    declared.update(match[1] for match in _matches(_TYPE, text, "\ntype ", start))
    for group in _blocks(text, "\ntype (", start):
        declared.update(_IN_GROUP.findall(group))
    return Sketch(
        path=source.path,
        package=package[1],
        imports=imports,
        main=main.start(1) if main else -1,
        declared=frozenset(declared),
        started=frozenset(
            found
            for opening in ("\nfunc init(", "\nvar ")
            for block in _blocks(text, opening, start)
            for found in _NAME.findall(_COMMENT.sub("", block[:_MAX_BLOCK]))
        ),
    )


def _matches(pattern: re.Pattern[str], text: str, opening: str, start: int) -> Iterator[re.Match[str]]:
    """Every match of a pattern at the start of a line that begins with ``opening``: to look for the text takes a tenth of the time."""
    at = text.find(opening, start)
    while at >= 0:
        match = pattern.match(text, at + 1)
        if match is not None:
            yield match
        at = text.find(opening, at + len(opening))


def _blocks(text: str, opening: str, start: int) -> Iterator[str]:
    """What stands between a line that begins with ``opening`` and the line that ends it: the same one, or the next brace or bracket that
    begins a line.
    """
    at = text.find(opening, start)
    while at >= 0:
        end = text.find("\n", at + 1)
        line = text[at:end] if end >= 0 else text[at:]
        if line.rstrip().endswith(("{", "(", ",")):
            closing = _CLOSING.search(text, at + 1)
            end = closing.start() if closing else len(text)
        yield text[at : end if end >= 0 else len(text)]
        at = text.find(opening, max(end, at + len(opening))) if end >= 0 else -1
