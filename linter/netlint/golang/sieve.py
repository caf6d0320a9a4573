"""Which Go files can matter to any rule, and where in one what matters stands: looks at the text, before anything is parsed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from netlint.knowledge.go_sieve import (
    CONTEXT_MEMBERS,
    HARMLESS_MEMBERS,
    IMPORT_NAMES,
    NAMES_OF_ADDRESSES,
    TAKEN_RESPONSES,
    TIME_MEMBERS,
    WATCHED_MEMBERS,
    WATCHED_PACKAGES,
    WATCHED_TEXTS,
    WATCHED_WORDS,
)
from netlint.knowledge.go_types import SAME_PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.golang.facts import Import

_GENERATED: Final = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
_LEFT_OUT: Final = re.compile(rb"^//\s*(?:go:build|\+build) (?:ignore|none)\r?$", re.MULTILINE)
_HEAD_BYTES: Final = 4_000
_IMPORTS: Final = re.compile(
    rb"\"(?:context|time|%s)(?:/v\d+)?(?:/\w+)?\"" % b"|".join(re.escape(path).encode() for path in (*SAME_PACKAGES, *WATCHED_PACKAGES))
)
_CONSTANTS: Final = tuple(re.compile(rb"%b\w* +(?:\w+ +)?= [\"\d]" % ending.encode()) for ending in NAMES_OF_ADDRESSES)
COPIED: Final = "/Godeps/_workspace/src/"
"""Where ``godep`` copied packages to; it rewrote the paths by which they are imported."""
_MAX_IMPORTS: Final = 500
_VERSION: Final = re.compile(r"/v\d+(?=/|$)")


def may_matter(data: bytes) -> bool:
    """Whether the bytes of a Go file can hold anything that a rule asks for: one look at them, no parsing."""
    return (
        _IMPORTS.search(data) is not None
        or any(word in data for word in (*WATCHED_WORDS, COPIED.encode()))
        or any(pattern.search(data) is not None for pattern in _CONSTANTS)
    )


def is_generated(data: bytes) -> bool:
    """Whether the file says that a program wrote it, in the form that Go's tools agree on (``go help generate``)."""
    return _GENERATED.search(data, 0, _HEAD_BYTES) is not None


def is_left_out(data: bytes) -> bool:
    """Whether the file says ``//go:build ignore`` (or ``none``), as scripts do: it is part of no program (``go help buildconstraint``)."""
    return _LEFT_OUT.search(data, 0, _HEAD_BYTES) is not None


def known_path(path: str) -> str:
    """The import path by which a package is known: without its version and the place it was copied to, and of two names the common one."""
    unversioned = _VERSION.sub("", path.rpartition(COPIED)[2])
    return SAME_PACKAGES.get(unversioned, unversioned)


@lru_cache(maxsize=4096)
def import_name(item: Import) -> str:
    """The name by which a file speaks of an import: the one written, or the last part of the path that is no version.

    ``gopkg.in/yaml.v3``, ``nats.go`` and ``go-redis`` follow the common habit: what is behind a dot, and ``go-`` in front, is no part of
    the name.
    """
    if item.name:
        return item.name
    last = _VERSION.sub("", item.path).rpartition("/")[2]
    return IMPORT_NAMES.get(item.path) or re.sub(r"^go-|\.v\d+$|-go$|\.go$", "", last)


def watched_places(text: str, imports: Iterable[Import]) -> list[int]:
    """Where in the text of a file with these imports something stands for which a function is kept, in order."""
    return sorted({match.start() for pattern in (*_TEXTS, *_patterns(imports)) for match in pattern.finditer(text)})


def _patterns(imports: Iterable[Import]) -> Iterator[re.Pattern[str]]:
    distinct = dict.fromkeys(imports)
    if len(distinct) > _MAX_IMPORTS:
        # Nobody's code; to look for each name by itself would take for ever.
        yield _compiled(r"\w\(")
        return
    for item in distinct:
        path = known_path(item.path)
        if item.name == "_":
            continue
        if item.name == ".":
            # What its members are called is not to be seen here: every call counts.
            yield _compiled(r"\w\(" if path in WATCHED_PACKAGES else rf"\b(?:{CONTEXT_MEMBERS}|{TIME_MEMBERS})")
        elif path == "context":
            yield _members(import_name(item), CONTEXT_MEMBERS)
        elif path == "time":
            yield _members(import_name(item), TIME_MEMBERS)
        elif path in WATCHED_PACKAGES or path.startswith(("github.com/jackc/pgx", "google.golang.org/grpc/")):
            harmless = "|".join(HARMLESS_MEMBERS.get(path, ()))
            yield _members(import_name(item), f"(?!{harmless})" if harmless else "")
            if path == "net/http":
                yield _compiled(TAKEN_RESPONSES)


def _members(name: str, members: str) -> re.Pattern[str]:
    """Members of what the file calls ``name``. The name stands first: fixed letters are found ten times as fast as a border of words."""
    fixed = re.escape(f"{name}.")
    return _compiled(rf"{fixed}(?<=\b{fixed})(?:{members})")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_TEXTS: Final = tuple(re.compile(pattern, re.ASCII) for pattern in (rf"\.(?:{'|'.join(WATCHED_MEMBERS)})", *WATCHED_TEXTS))
