"""Texts that a program is given from outside, by environment variables and flags, and the addresses that are put together with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span


class Input(NamedTuple):
    """A text that is given to the program from outside.

    ``name`` is that of the variable, or of the flag without its dashes. ``default`` is what the text is when nothing is given: ``()`` the
    empty one, None an unknown one. ``is_required``: the program ends, or says so, when nothing is given. ``span`` is where the code names
    it.
    """

    kind: Literal["env", "flag"]
    name: str
    default: Template | None
    is_required: bool
    span: Span


Template: TypeAlias = "tuple[str | Input | None, ...]"
"""The parts of a text in order; None is a part that is not known."""


class Address(NamedTuple):
    """One text that an address may be. ``span`` is where it comes in: the literal, or the call that reads it.

    ``origin`` is the function in which that stands: it tells apart the programs that share a library.
    """

    template: Template
    span: Span
    origin: GoFunction


class Given(NamedTuple):
    """An input with the function in which the code names it."""

    input: Input
    function: GoFunction


def addresses_of(code: Code, expression: Expression | None, function: GoFunction) -> tuple[Address, ...]:
    """Every text that an expression may be; empty when it is wholly unknown, a template of None alone among them where one of them is."""
    return code.keep(("addresses", id(expression), id(function)), lambda: ())


def inputs(code: Code) -> tuple[Given, ...]:
    """Every environment variable and flag that the judged code is known to read."""
    return code.keep("inputs", lambda: ())
