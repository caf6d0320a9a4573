"""A Python file cut at its top level, before it is parsed: what can hold nothing that matters need not be.

One look at every token, in C as far as it goes. It also bounds what the parser is given: libcst reads by recursion, and with text that
is nested deep enough it takes minutes, or ends the whole process (measured with libcst 1.9.0: 20,000 times ``not``, 3,000 brackets).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.python_sieve import BLOCK_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"(?P<text>[A-Za-z]{0,3}(?:'''(?:[^\\']|\\.|'(?!''))*'''|\"\"\"(?:[^\\\"]|\\.|\"(?!\"\"))*\"\"\"|'(?:[^\\'\n]|\\.)*'|\"(?:[^\\\"\n]|\\.)*\"))"
    r"|(?P<comment>\#[^\n\r]*)"
    r"|(?P<joined>\\\r?\n)"
    r"|(?P<line>[\r\n]+)"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r"|(?P<end>[,;])"
    r"|(?P<link>\.(?=[A-Za-z_])|\b(?:not|and|or|if|else|elif|lambda|await|in|is|for)\b|[-+*/%&|^~@]+|(?:=(?!=)))"
    r"|\w+|[^\S\r\n]+|.",
    re.DOTALL,
)
_BLOCK: Final = re.compile(r"(?:async[ \t]+)?(?P<kind>def|class)[ \t]+(?P<name>\w+)")
_GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b")
_MATTERS: Final = re.compile(BLOCK_WORDS, re.IGNORECASE)
_MAX_BRACKETS: Final = 60
"""Brackets inside each other; people write some ten."""
MAX_CHAIN: Final = 200
"""Operators, dots and texts that may depend on each other. What writes more of them is a program."""
_MAX_BRANCHES: Final = 1000


class TooDeepError(ValueError):
    """The text is nested deeper than the parser can take; ``place`` is where."""

    def __init__(self, place: int) -> None:
        super().__init__(f"nested too deep at {place}")
        self.place = place


class Block(NamedTuple):
    """A statement at the top of a file, with its decorators. ``name`` is that of a function or class (``kind``), else empty."""

    kind: str
    name: str
    start: int
    end: int


def blocks(text: str) -> tuple[Block, ...]:
    """The statements at the top of a file, which together are all of it. Raises TooDeepError."""
    starts = list(_starts(text))
    return tuple(_block(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True))


def matters(text: str, block: Block) -> bool:
    """Whether anything in the block can matter: all statements do but functions and classes in which no word of ours stands."""
    return not block.name or _MATTERS.search(text, block.start, block.end) is not None


def _block(text: str, start: int, end: int) -> Block:
    at = start
    while text.startswith("@", at):
        # Decorators: the definition is the first line below that starts with its word.
        found = re.compile(r"^(?:async[ \t]+)?(?:def|class)\b", re.MULTILINE).search(text, at, end)
        at = found.start() if found else end
    match = _BLOCK.match(text, at, end)
    return Block(match["kind"], match["name"], start, end) if match else Block("", "", start, end)


def _starts(text: str) -> Iterator[int]:
    """Where the statements at the top begin; the first one at 0."""
    yield 0
    chain, chains, branches = 0, list[int](), 0
    decorated = text.startswith("@")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None or kind in ("comment", "joined"):
            continue
        if kind == "line":
            if chains:
                continue
            chain = 0
            at = match.end()
            if at < len(text) and text[at] not in " \t\f#)]}\\" and not _GOES_ON.match(text, at):
                if not decorated:
                    yield at
                decorated = text[at] == "@"
        elif kind == "open":
            chain += 1
            chains.append(chain)
            if len(chains) > _MAX_BRACKETS or chain > MAX_CHAIN:
                raise TooDeepError(match.start())
        elif kind == "close":
            if chains:
                chain = chains.pop()
        elif kind == "end":
            chain = chains[-1] if chains else 0
        else:
            chain += 1
            branches += match[0] == "elif"
            if chain > MAX_CHAIN or branches > _MAX_BRANCHES:
                raise TooDeepError(match.start())
