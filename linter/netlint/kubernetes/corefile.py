"""Corefiles: the configuration of CoreDNS, and where each of its words stands in the manifest.

The grammar is that of CoreDNS' caddyfile lexer and parser (coredns/caddy caddyfile/lexer.go, parse.go): words divided by blank space, in
double quotes where they hold some; a comment runs from a word that starts with ``#`` to the end of the line; the rest of a line is a word's
arguments; a brace at the end of a line opens what belongs to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.kubernetes.values import Value
    from netlint.source import Span

_MAX_TEXT: Final = 256 * 1024
_MAX_DEPTH: Final = 16
DEFAULT_PORT: Final = 53


class Word(NamedTuple):
    """A word of a Corefile without its quotes. ``start`` and ``end`` bound it in the text, ``line`` counts from 0."""

    text: str
    start: int
    end: int
    line: int
    is_quoted: bool = False


class Directive(NamedTuple):
    """A plugin, or a setting of one: its name, the other words of the line, and what its braces hold."""

    name: Word
    arguments: tuple[Word, ...]
    block: tuple[Directive, ...]

    def setting(self, name: str) -> Directive | None:
        """The first setting called ``name``."""
        return next((item for item in self.block if item.name.text == name), None)


class ServerBlock(NamedTuple):
    """What CoreDNS does with the queries for some zones: ``zones`` as written (``.:53``, ``cluster.local``, ``dns://.``)."""

    zones: tuple[Word, ...]
    plugins: tuple[Directive, ...]

    def plugin(self, name: str) -> Directive | None:
        """The first plugin called ``name``."""
        return next((item for item in self.plugins if item.name.text == name), None)

    @property
    def ports(self) -> frozenset[int]:
        """Ports that it listens on: 53 where none is written (coredns core/dnsserver/address.go)."""
        return frozenset(_port(zone.text) for zone in self.zones)


class Corefile(NamedTuple):
    """A Corefile. ``value`` is the scalar that holds it; snippets, whose zone is a name in parentheses, are left out."""

    value: Value
    blocks: tuple[ServerBlock, ...]

    def span(self, word: Word) -> Span:
        """Where a word stands in the manifest."""
        return self.value.span_of(word.start, word.end)


class _MalformedError(ValueError):
    """The text is no Corefile."""


def read_corefile(value: Value) -> Corefile | None:
    """The Corefile that a scalar holds; None where it is none or its braces do not match."""
    if len(value.text) > _MAX_TEXT:
        return None
    words = _words(value.text)
    try:
        blocks = _server_blocks(words)
    except _MalformedError:
        return None
    return Corefile(value, tuple(block for block in blocks if not block.zones[0].text.startswith("(")))


def _words(text: str) -> list[Word]:
    found: list[Word] = []
    at, line, size = 0, 0, len(text)
    while at < size:
        character = text[at]
        if character.isspace():
            line += character == "\n"
            at += 1
        elif character == "#":
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif character == '"':
            end = at + 1
            while end < size and text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            end = min(end, size)
            found.append(Word(text[at + 1 : end].replace('\\"', '"'), at + 1, end, line, is_quoted=True))
            line += text.count("\n", at, end)
            at = end + 1
        else:
            end = at + 1
            while end < size and not text[end].isspace():
                end += 1
            found.append(Word(text[at:end], at, end, line))
            at = end
    return found


def _server_blocks(words: list[Word]) -> list[ServerBlock]:
    blocks: list[ServerBlock] = []
    at = 0
    while at < len(words):
        zones: list[Word] = []
        while at < len(words) and not _is(words[at], "{"):
            # Zones go on behind a comma only; a file of one server may leave out its braces.
            if zones and words[at].line != zones[-1].line and not zones[-1].text.endswith(","):
                break
            zones.append(words[at])
            at += 1
        if not zones or any(_is(zone, "}") for zone in zones):
            raise _MalformedError
        if at < len(words) and _is(words[at], "{"):
            plugins, at = _directives(words, at + 1, 0)
        elif blocks:
            raise _MalformedError
        else:
            plugins, at = _directives([*words, Word("}", 0, 0, -1)], at, 0)
        blocks.append(ServerBlock(tuple(zones), plugins))
    return blocks


def _directives(words: list[Word], at: int, depth: int) -> tuple[tuple[Directive, ...], int]:
    """The directives from ``at`` to the brace that closes them, and the place behind it."""
    if depth > _MAX_DEPTH:
        raise _MalformedError
    found: list[Directive] = []
    while at < len(words):
        name = words[at]
        at += 1
        if _is(name, "}"):
            return tuple(found), at
        if _is(name, "{"):
            raise _MalformedError
        arguments: list[Word] = []
        block: tuple[Directive, ...] = ()
        while at < len(words) and words[at].line == name.line and not _is(words[at], "}"):
            if _is(words[at], "{"):
                block, at = _directives(words, at + 1, depth + 1)
                break
            arguments.append(words[at])
            at += 1
        found.append(Directive(name, tuple(arguments), block))
    raise _MalformedError


def _is(word: Word, brace: str) -> bool:
    return word.text == brace and not word.is_quoted


def _port(zone: str) -> int:
    """Port of a zone: ``.:5353``, ``dns://example.org:53``, ``[::1]:53``."""
    text = zone.rstrip(",").rpartition("//")[2]
    port = text.rpartition(":")[2]
    return int(port) if ":" in text and port.isascii() and port.isdigit() and len(port) <= 5 else DEFAULT_PORT
