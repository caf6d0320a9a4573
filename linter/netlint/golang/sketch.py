"""A Go file in which nothing matters to any rule, as far as it tells what a program is built of: its package, its imports, its ``main``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.facts import Import
from netlint.golang.sieve import is_left_out

if TYPE_CHECKING:
    from netlint.source import SourceFile

_PACKAGE: Final = re.compile(r"^package[ \t]+(\w+)", re.MULTILINE)
_IMPORTS: Final = re.compile(
    r"^import\s*(?:\((?P<group>(?:[^)\"`/]++|\"[^\"\n]*\"|`[^`\n]*`|//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+)\)"
    r"|(?P<single>[\w.]*[ \t]*[\"`][^\"`\n]*[\"`]))",
    re.MULTILINE,
)
_COMMENT: Final = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/")
_IMPORT: Final = re.compile(r"(?P<name>[\w.]*)[ \t]*[\"`](?P<path>[^\"`\n]*)[\"`]")
_MAIN: Final = re.compile(r"^func (main)\(\)", re.MULTILINE)
_DECLARED: Final = re.compile(r"^(?:func|type)[ \t]+(\w+)|^\t(\w+)(?:\[[^\]\n]*\])?[ \t]+(?:struct|interface)\b", re.MULTILINE)
_STARTED: Final = re.compile(
    r"^func init\(\)[^\n]*\n(?:[^}\n][^\n]*\n|\n)*+|^var (?:\([^\n]*\n(?:[^)\n][^\n]*\n|\n)*+|[^\n]*\{\n(?:[^}\n][^\n]*\n|\n)*+|[^\n]*)",
    re.MULTILINE,
)
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
    imports = tuple(
        Import(found["name"], found["path"])
        for match in _IMPORTS.finditer(text, package.end())
        for found in _IMPORT.finditer(_COMMENT.sub("", match["group"]) if match["group"] else match["single"] or "")
    )
    main = _MAIN.search(text, package.end()) if package[1] == "main" else None
    return Sketch(
        path=source.path,
        package=package[1],
        imports=imports,
        main=main.start(1) if main else -1,
        declared=frozenset(first or second for first, second in _DECLARED.findall(text, package.end())),
        started=frozenset(found for part in _STARTED.finditer(text, package.end()) for found in _NAME.findall(_COMMENT.sub("", part[0]))),
    )
