"""A Python file cut at its top level, before it is parsed: what can hold nothing that matters need not be.

One look at every token, in C as far as it goes. It also bounds what the parser is given: libcst reads by recursion, and with text that
is nested deep enough it takes minutes, or ends the whole process (measured with libcst 1.9.0: 20,000 times ``not``, 3,000 brackets).
"""

from __future__ import annotations

import re
from bisect import bisect_left
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
_DEFINITION: Final = re.compile(r"^(?:async[ \t]+)?(?:def|class)\b", re.MULTILINE)
_MEMBER: Final = re.compile(r"^[ \t]+(?:async[ \t]+)?def[ \t]+(?P<name>\w+)", re.MULTILINE)
_INDENTED: Final = re.compile(r"[ \t]+(?=[^\s#])")
_GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b")
_MATTERS: Final = re.compile(BLOCK_WORDS, re.IGNORECASE)
_MAKERS: Final = frozenset(("__init__", "__post_init__", "__new__", "setUp", "setup"))
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
    """A statement at the top of a file, with its decorators. ``name`` is that of a function or class (``kind``), else empty.

    ``unread``: the methods of a class in which nothing can matter.
    """

    kind: str
    name: str
    start: int
    end: int
    unread: tuple[Block, ...] = ()

    @property
    def parts(self) -> Iterator[tuple[int, int]]:
        """Start and end of what is to be read of it."""
        at = self.start
        for block in self.unread:
            yield at, block.start
            at = block.end
        yield at, self.end


def blocks(text: str) -> tuple[Block, ...]:
    """The statements at the top of a file, which together are all of it. Raises TooDeepError."""
    starts, lines = _lines(text)
    return tuple(_block(text, start, end, lines) for start, end in zip(starts, [*starts[1:], len(text)], strict=True))


def matters(text: str, block: Block) -> bool:
    """Whether anything in the block can matter: all statements do but functions and classes in which no word of ours stands."""
    return not block.name or _MATTERS.search(text, block.start, block.end) is not None


def _block(text: str, start: int, end: int, lines: list[tuple[int, int]]) -> Block:
    at = start
    while text.startswith("@", at):
        # Decorators: the definition is the first line below that starts with its word.
        found = _DEFINITION.search(text, at, end)
        at = found.start() if found else end
    match = _BLOCK.match(text, at, end)
    if match is None:
        return Block("", "", start, end)
    if match["kind"] == "def":
        return Block("def", match["name"], start, end)
    body = lines[bisect_left(lines, (start, 0)) : bisect_left(lines, (end, 0))]
    return Block("class", match["name"], start, end, tuple(_unread(text, end, body)))


def _unread(text: str, end: int, lines: list[tuple[int, int]]) -> Iterator[Block]:
    """The methods of a class in which nothing can matter; ``lines`` are those of its body.

    The first statement is read in any case, for a class must hold something, and so is what gives an object its attributes.
    """
    own = [place + width for place, width in lines if width == lines[0][1]]
    starts = [at for before, at in zip(["", *own], own, strict=False) if not (isinstance(before, int) and text[before] == "@")]
    for at, following in zip(starts[1:], [*starts[2:], end + lines[0][1] if lines else end], strict=False):
        start, stop = at - lines[0][1], following - lines[0][1]
        found = _MEMBER.search(text, start, stop) if text.startswith(("def ", "async ", "@"), at) else None
        if found is not None and found["name"] not in _MAKERS and _MATTERS.search(text, start, stop) is None:
            yield Block("def", found["name"], start, stop)


def _lines(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Where the statements at the top begin, the first one at 0; and the lines of statements inside of them, with their indents."""
    starts, lines = [0], list[tuple[int, int]]()
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
                    starts.append(at)
                decorated = text[at] == "@"
            elif (indented := _INDENTED.match(text, at)) is not None:
                lines.append((at, indented.end() - at))
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
    return starts, lines
