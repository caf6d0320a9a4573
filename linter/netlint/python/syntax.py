"""Python expressions as far as rules ask about them. ``start`` and ``end`` are characters of the file, half open."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Name(NamedTuple):
    """``text``."""

    text: str
    start: int
    end: int


class Attribute(NamedTuple):
    """``operand.name``; the name itself starts at ``name_start``."""

    operand: Expression
    name: str
    name_start: int
    start: int
    end: int


class Argument(NamedTuple):
    """One argument of a call. ``name`` is empty for a positional one; ``stars`` is ``*``, ``**`` or empty."""

    name: str
    stars: str
    value: Expression
    start: int
    end: int


class Call(NamedTuple):
    """``function(arguments)``."""

    function: Expression
    arguments: tuple[Argument, ...]
    start: int
    end: int


class Text(NamedTuple):
    """A string; ``parts`` are its characters, and the expressions that an f-string puts in. None is a part that is not kept."""

    parts: tuple[str | Expression | None, ...]
    start: int
    end: int

    @property
    def known(self) -> str | None:
        """The whole text; None when a part is put in at run time."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None

    @property
    def beginning(self) -> str:
        """What it surely begins with."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""


class Number(NamedTuple):
    """An ``int`` or ``float``."""

    value: int | float
    start: int
    end: int


class Constant(NamedTuple):
    """``None``, ``True`` or ``False``."""

    value: bool | None
    start: int
    end: int


class Sequence(NamedTuple):
    """A tuple or list (``kind``); ``items`` are None where something is unpacked into it."""

    kind: str
    items: tuple[Expression, ...] | None
    start: int
    end: int


class Mapping(NamedTuple):
    """A dict; ``entries`` are None where something is unpacked into it."""

    entries: tuple[tuple[Expression, Expression], ...] | None
    start: int
    end: int


class Subscript(NamedTuple):
    """``operand[key]``; of a slice the key is ``Other``."""

    operand: Expression
    key: Expression
    start: int
    end: int


class Choice(NamedTuple):
    """One of ``options``: of ``a if c else b``, and of ``a or b`` (``is_or``), which is the second one only where the first is empty."""

    options: tuple[Expression, ...]
    is_or: bool
    start: int
    end: int


class Binary(NamedTuple):
    """``left operator right`` of arithmetic."""

    left: Expression
    operator: str
    right: Expression
    start: int
    end: int


class Await(NamedTuple):
    """``await value``."""

    value: Expression
    start: int
    end: int


class Other(NamedTuple):
    """Anything else."""

    start: int
    end: int


Expression: TypeAlias = (
    Name | Attribute | Call | Text | Number | Constant | Sequence | Mapping | Subscript | Choice | Binary | Await | Other
)
