"""A Dockerfile into its instructions (docs.docker.com/reference/dockerfile): continued lines joined, here-documents taken in."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import Dockerfile, Instruction, Script
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.source import SourceFile

MAX_INSTRUCTIONS: Final = 1_000
_MAX_HEREDOCS: Final = 20
_ESCAPE: Final = re.compile(r"\A(?:#[^\n]*\n)*?#[ \t]*escape[ \t]*=[ \t]*(?P<mark>[\\`])", re.IGNORECASE)
_LINE: Final = re.compile(r"[^\n]*(?:\n|\Z)")
_KEYWORD: Final = re.compile(r"\s*(?P<keyword>[A-Za-z]+)(?:[ \t]+|\Z)")
_FLAG: Final = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>(?:[^\s\"']|\"[^\"]*\"|'[^']*')*+))?(?:\s+|\Z)")
_HEREDOC: Final = re.compile(r"<<-?[ \t]*(?P<quote>[\"']?)(?P<name>[A-Za-z_]\w*)(?P=quote)")
_KEYWORDS: Final = frozenset(
    "FROM ARG ENV RUN COPY ADD WORKDIR ENTRYPOINT CMD USER EXPOSE SHELL LABEL VOLUME HEALTHCHECK ONBUILD STOPSIGNAL MAINTAINER".split()
)


def read_dockerfile(source: SourceFile) -> Dockerfile | None:
    """The instructions of a Dockerfile; None when the file is none: it has no ``FROM``."""
    found: list[Instruction] = []
    for instruction in _instructions(source):
        found.append(instruction)
        if len(found) >= MAX_INSTRUCTIONS:
            break
    if not any(item.keyword == "FROM" for item in found):
        return None
    return Dockerfile(source.path, tuple(found))


def _instructions(source: SourceFile) -> Iterator[Instruction]:
    text = source.text
    escape = _ESCAPE.match(text)
    mark = escape["mark"] if escape else "\\"
    at = 0
    while at < len(text):
        pieces: list[tuple[int, str]] = []
        while at < len(text):
            line = _LINE.match(text, at)
            assert line is not None
            begin, at = at, line.end()
            content = line[0].rstrip("\r\n")
            if not content.strip() or content.lstrip().startswith("#"):
                if not pieces:
                    break
                continue
            stripped = content.rstrip()
            if stripped.endswith(mark):
                pieces.append((begin, stripped[:-1]))
                continue
            pieces.append((begin, content))
            break
        if not pieces:
            continue
        head = "".join(piece for _, piece in pieces)
        keyword = _KEYWORD.match(head)
        if keyword is None or keyword["keyword"].upper() not in _KEYWORDS:
            continue
        name = keyword["keyword"].upper()
        if name in ("RUN", "COPY", "ADD"):
            for match in islice(_HEREDOC.finditer(head), _MAX_HEREDOCS):
                body, behind = _heredoc(text, at, match["name"])
                if name == "RUN":
                    pieces.append((at - 1, "\n" + text[at:body]))
                at = behind
        yield _instruction(source.path, name, keyword.end(), pieces)


def _heredoc(text: str, at: int, name: str) -> tuple[int, int]:
    """Where the body of a here-document that starts at ``at`` ends, and the line behind its mark."""
    end = re.compile(rf"^\t*{name}[ \t]*\r?(?:\n|\Z)", re.MULTILINE).search(text, at)
    return (end.start(), end.end()) if end else (len(text), len(text))


def _instruction(path: str, keyword: str, skip: int, pieces: list[tuple[int, str]]) -> Instruction:
    joined = "".join(piece for _, piece in pieces)
    flags: list[tuple[str, str]] = []
    at = skip
    while (flag := _FLAG.match(joined, at)) is not None:
        flags.append((flag["name"], flag["value"] or ""))
        at = flag.end()
    places: list[tuple[int, int]] = []
    offset = 0
    for begin, piece in pieces:
        # Both counted from where the arguments start.
        if offset + len(piece) > at:
            places.append((max(0, offset - at), begin + max(0, at - offset)))
        offset += len(piece)
    last, tail = pieces[-1]
    places = places or [(0, last + len(tail))]
    first = pieces[0][0] + len(pieces[0][1]) - len(pieces[0][1].lstrip())
    return Instruction(keyword, tuple(flags), Script(path, joined[at:], tuple(places)), Span(path, first, last + len(tail.rstrip())))
