"""Go templates as trees: what ``text/template/parse`` makes of them, each node with its place in the file."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Literal(NamedTuple):
    """A constant: text, number, truth value, or nil."""

    value: str | int | float | bool | None


class Dot(NamedTuple):
    """``.`` or a chain of fields from it."""

    fields: tuple[str, ...]


class Variable(NamedTuple):
    """``$name`` and a chain of fields from it."""

    name: str
    fields: tuple[str, ...]


class Function(NamedTuple):
    """The name of a function."""

    name: str


class Nested(NamedTuple):
    """A pipeline in parentheses and a chain of fields from what it gives."""

    pipe: Pipe
    fields: tuple[str, ...]


Operand: TypeAlias = "Literal | Dot | Variable | Function | Nested"


class Pipe(NamedTuple):
    """Commands, each of which gets what the one before gives as its last argument. ``names`` are the variables it sets."""

    names: tuple[str, ...]
    declares: bool
    commands: tuple[tuple[Operand, ...], ...]


class Text(NamedTuple):
    """Characters ``start`` to ``end`` of the file as they stand."""

    start: int
    end: int


class Action(NamedTuple):
    """``{{ pipeline }}``. ``start`` and ``end`` bound the action in the file, here and below."""

    pipe: Pipe
    start: int
    end: int


class Branch(NamedTuple):
    """``if``, ``with`` or ``range``, by ``word``: with the bounds of its opening action; ``last`` is where its ``end`` stops."""

    word: str
    pipe: Pipe
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]
    start: int
    end: int
    last: int


class Call(NamedTuple):
    """``{{ template "name" pipeline }}``."""

    name: str
    pipe: Pipe | None
    start: int
    end: int


class Jump(NamedTuple):
    """``break`` or ``continue``."""

    word: str


Node: TypeAlias = "Text | Action | Branch | Call | Jump"


class Template(NamedTuple):
    """A file or a ``define``: the nodes, with the path and text that their places are in."""

    path: str
    text: str
    nodes: tuple[Node, ...]
