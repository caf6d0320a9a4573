"""Shell scripts into simple commands, and words into what the shell makes of them, as far as that is sure.

A variable that is not known stays in the text as ``${NAME}``, so that two words that hold it the same way are still the same; one with a
default (``${NAME:-default}``) is taken to be that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import Command, Script, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_TEXT: Final = 4_096
"""Characters of a word once its variables are put in; no path or name is longer."""
_MAX_COMMANDS: Final = 5_000
_MAX_WORDS: Final = 2_000
_TOKEN: Final = re.compile(
    r"(?P<blank>[ \t]+)|(?P<comment>\#[^\n]*)|(?P<operator>\r?\n|;;?|&&|\|\|?|&|[()])"
    r"|(?P<word>(?:[^\s;&|()'\"\\$`]|\\.|'[^']*'|\"(?:[^\"\\]|\\.)*+\"|\$\{[^}\n]{0,500}\}|\$\((?:[^()\n]|\([^()\n]*\))*+\)|`[^`\n]*`|[$'\"`\\])+)",
    re.DOTALL,
)
_PIECE: Final = re.compile(
    r"'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|\\(?P<escaped>.)"
    r"|\$\{(?P<braced>\w+)(?:(?P<operation>:?[-+])(?P<other>[^}]{0,500}))?\}|\$(?P<name>[A-Za-z_]\w*)|(?P<literal>[^'\"\\$]+|.)",
    re.DOTALL,
)
_OPENING: Final = frozenset(("if", "for", "while", "until", "case", "select", "{", "function"))
_CLOSING: Final = frozenset(("fi", "done", "esac", "}"))
_BETWEEN: Final = frozenset(("then", "do", "else", "elif", "!", "time"))


def commands(script: Script) -> Iterator[Command]:
    """The simple commands of a script, in order. Reserved words are left out, but for the ``for`` in front of what a loop goes over."""
    depth, count, operator = 0, 0, ""
    words: list[Word] = []
    for match in _TOKEN.finditer(script.text):
        if match.lastgroup == "word":
            text = match[0]
            if not words and text in _OPENING:
                depth += 1
                if text == "for":
                    words.append(Word(text, script.span(*match.span())))
            elif not words and text in _CLOSING:
                depth -= 1
            elif (words or text not in _BETWEEN) and len(words) < _MAX_WORDS:
                words.append(Word(text, script.span(*match.span())))
        elif match.lastgroup == "operator":
            if words:
                yield Command(tuple(words), operator, depth <= 0 and operator != "||")
                count += 1
                if count >= _MAX_COMMANDS:
                    return
            words, operator = [], match[0]
    if words:
        yield Command(tuple(words), operator, depth <= 0 and operator != "||")


def expand(text: str, variables: Mapping[str, str]) -> str:
    """A word as the shell or a Dockerfile reads it: quotes gone, variables put in where they are known."""
    if not any(mark in text for mark in "'\"\\$"):
        return text[:MAX_TEXT]
    found: list[str] = []
    size = 0
    for match in _PIECE.finditer(text):
        piece = _expanded(match, variables)
        size += len(piece)
        if size > MAX_TEXT:
            break
        found.append(piece)
    return "".join(found)[:MAX_TEXT]


def _expanded(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return expand(match["double"].replace("'", "\\'"), variables)
    if match["escaped"] is not None:
        return "" if match["escaped"] == "\n" else match["escaped"]
    name = match["braced"] or match["name"]
    if name is None:
        return match["literal"]
    value = variables.get(name)
    operation = match["operation"]
    if operation is None:
        return f"${{{name}}}" if value is None else value
    other = match["other"]
    if "-" in operation:
        return value or expand(other, variables)
    return f"${{{name}}}" if value is None else expand(other, variables) if value else ""


def is_known(text: str) -> bool:
    """Whether an expanded text holds no variable that is not known, and no output of a command."""
    return "$" not in text and "`" not in text
