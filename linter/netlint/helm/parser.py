"""Pieces of a Go template into a tree, with the templates that it defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.helm.errors import ChartError, ChartLimitError
from netlint.helm.lexer import lex
from netlint.helm.syntax import Action, Branch, Call, Dot, Function, Jump, Literal, Nested, Pipe, Template, Text, Variable

if TYPE_CHECKING:
    from netlint.helm.lexer import Piece, Token
    from netlint.helm.syntax import Node, Operand

MAX_DEPTH: Final = 60
"""Blocks inside each other, and parentheses; people stay below ten."""
_CONSTANTS: Final = {"true": True, "false": False, "nil": None}
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_SIMPLE: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def parse_template(text: str, path: str) -> tuple[Template, dict[str, Template]]:
    """The template in a file and those that it defines, by name. Raises ChartError."""
    parser = _Parser(text, path)
    nodes, stop = parser.nodes(0)
    if stop is not None:
        raise ChartError(path, stop.start, f"has {{{{ {stop.tokens[0].text} }}}} where no block is open")
    return Template(path, text, nodes), parser.defined


class _Parser:
    """Goes once over the pieces of a file."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.pieces = list(lex(text, path))
        self.at = 0
        self.defined: dict[str, Template] = {}

    def nodes(self, depth: int) -> tuple[tuple[Node, ...], Piece | None]:
        """The nodes up to an ``end`` or ``else``, and that piece; None at the end of the file."""
        found: list[Node] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if not piece.is_action:
                found.append(Text(piece.start, piece.end))
                continue
            if not piece.tokens:
                raise ChartError(self.path, piece.start, "has an action with nothing in it")
            word = piece.tokens[0].text if piece.tokens[0].kind == "word" else ""
            if word in ("end", "else"):
                return tuple(found), piece
            if depth > MAX_DEPTH:
                raise ChartLimitError(self.path, piece.start, f"nests deeper than {MAX_DEPTH} blocks")
            if word in ("if", "with", "range"):
                found.append(self._branch(word, piece, piece.tokens[1:], depth))
            elif word in ("define", "block"):
                self._define(word, piece, found, depth)
            elif word == "template":
                found.append(self._call(piece))
            elif word in ("break", "continue"):
                found.append(Jump(word))
            else:
                found.append(Action(self._pipe(piece.tokens, piece.start), piece.start, piece.end))
        return tuple(found), None

    def _branch(self, word: str, piece: Piece, tokens: tuple[Token, ...], depth: int) -> Branch:
        pipe = self._pipe(tokens, piece.start)
        body, stop = self.nodes(depth + 1)
        otherwise: tuple[Node, ...] = ()
        if stop is not None and stop.tokens[0].text == "else":
            if len(stop.tokens) > 1:
                # `{{ else if x }}` is an `if` inside of the `else`, and both end with one `end`.
                inner = stop.tokens[1].text
                if inner not in ("if", "with"):
                    raise ChartError(self.path, stop.start, f"has {{{{ else {inner} }}}}, which Go templates do not know")
                branch = self._branch(inner, stop, stop.tokens[2:], depth + 1)
                return Branch(word, pipe, body, (branch,), piece.start, piece.end, branch.last)
            otherwise, stop = self.nodes(depth + 1)
        if stop is None or stop.tokens[0].text != "end":
            raise ChartError(self.path, piece.start, f"opens a block with {{{{ {word} }}}} that has no {{{{ end }}}}")
        return Branch(word, pipe, body, otherwise, piece.start, piece.end, stop.end)

    def _define(self, word: str, piece: Piece, found: list[Node], depth: int) -> None:
        if len(piece.tokens) < 2 or piece.tokens[1].kind not in ("string", "raw"):
            raise ChartError(self.path, piece.start, f"has {{{{ {word} }}}} without a name in quotes")
        name = self._string(piece.tokens[1])
        body, stop = self.nodes(depth + 1)
        if stop is None or stop.tokens[0].text != "end":
            raise ChartError(self.path, piece.start, f"opens a block with {{{{ {word} }}}} that has no {{{{ end }}}}")
        self.defined[name] = Template(self.path, self.text, body)
        if word == "block":
            found.append(Call(name, self._pipe(piece.tokens[2:], piece.start), piece.start, piece.end))

    def _call(self, piece: Piece) -> Call:
        if len(piece.tokens) < 2 or piece.tokens[1].kind not in ("string", "raw"):
            raise ChartError(self.path, piece.start, "has {{ template }} without a name in quotes")
        rest = piece.tokens[2:]
        return Call(self._string(piece.tokens[1]), self._pipe(rest, piece.start) if rest else None, piece.start, piece.end)

    def _pipe(self, tokens: tuple[Token, ...], start: int) -> Pipe:
        pipe, rest = self._pipe_of(tokens, 0, start, 0)
        if rest < len(tokens):
            raise ChartError(self.path, tokens[rest].start, f"has {tokens[rest].text} where an action must end")
        return pipe

    def _pipe_of(self, tokens: tuple[Token, ...], at: int, start: int, depth: int) -> tuple[Pipe, int]:
        """A pipeline from token ``at`` on, and the first token behind it."""
        if depth > MAX_DEPTH:
            raise ChartLimitError(self.path, start, f"nests deeper than {MAX_DEPTH} parentheses")
        names, declares, at = _declared(tokens, at)
        commands: list[tuple[Operand, ...]] = []
        operands: list[Operand] = []
        while at < len(tokens) and tokens[at].text != ")":
            token = tokens[at]
            if token.kind == "mark" and token.text == "|":
                commands.append(tuple(operands))
                operands = []
                at += 1
            elif token.kind == "mark" and token.text == "(":
                inner, at = self._pipe_of(tokens, at + 1, start, depth + 1)
                if at >= len(tokens):
                    raise ChartError(self.path, token.start, "opens a parenthesis that is never closed")
                at += 1
                fields: tuple[str, ...] = ()
                if at < len(tokens) and tokens[at].glued and tokens[at].kind == "word" and tokens[at].text.startswith("."):
                    fields = _fields(tokens[at].text)
                    at += 1
                operands.append(Nested(inner, fields))
            elif token.kind == "mark":
                raise ChartError(self.path, token.start, f"has {token.text} where a value must stand")
            else:
                operands.append(self._operand(token))
                at += 1
        commands.append(tuple(operands))
        if not all(commands):
            raise ChartError(self.path, start, "has an action in which a value is missing")
        return Pipe(names, declares, tuple(commands)), at

    def _operand(self, token: Token) -> Operand:
        text = token.text
        if token.kind == "string":
            return Literal(self._string(token))
        if token.kind == "raw":
            return Literal(text[1:-1])
        if token.kind == "char":
            return Literal(ord(_unescape(text[1:-1])[:1] or "\0"))
        if text.startswith("."):
            return Dot(_fields(text))
        if text.startswith("$"):
            name, _, rest = text.partition(".")
            return Variable(name, _fields(f".{rest}") if rest else ())
        if text in _CONSTANTS:
            return Literal(_CONSTANTS[text])
        if text[0] in "+-" or text[0].isdigit():
            return Literal(self._number(token))
        return Function(text)

    def _number(self, token: Token) -> int | float:
        digits = token.text.replace("_", "")
        try:
            if digits.lstrip("+-").startswith("0") and digits.lstrip("+-").isdecimal():
                return int(digits, 8)
            return int(digits, 0)
        except ValueError:
            try:
                return float.fromhex(digits) if "x" in digits.lower() else float(digits)
            except (ValueError, OverflowError):
                raise ChartError(self.path, token.start, f"has {token.text[:40]} where a number must stand") from None

    def _string(self, token: Token) -> str:
        return token.text[1:-1] if token.kind == "raw" else _unescape(token.text[1:-1])


def _declared(tokens: tuple[Token, ...], at: int) -> tuple[tuple[str, ...], bool, int]:
    """The variables that a pipeline sets, whether it declares them, and where its commands start."""
    names = []
    here = at
    while here < len(tokens) and tokens[here].kind == "word" and tokens[here].text.startswith("$"):
        names.append(tokens[here].text)
        here += 1
        if here < len(tokens) and tokens[here].text == "," and tokens[here].kind == "mark":
            here += 1
            continue
        break
    if names and here < len(tokens) and tokens[here].kind == "mark" and tokens[here].text in (":=", "="):
        return tuple(names), tokens[here].text == ":=", here + 1
    return (), False, at


def _fields(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(".") if part)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(match: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if match[group]:
            number = int(match[group], base)
            return chr(number) if number < 0x110000 else "\ufffd"
    return _SIMPLE.get(match[5], match[5])
