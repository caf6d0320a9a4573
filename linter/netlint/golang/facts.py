"""What one Go file says, as plain data that can be pickled and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.golang.syntax import (
        Assignment,
        Binary,
        Block,
        Call,
        Composite,
        Expression,
        FunctionLiteral,
        Parameter,
        Return,
        TypeLiteral,
    )
    from netlint.golang.waivers import Waiver
    from netlint.source import Span


NOTHING: Final[frozenset[Any]] = frozenset()
"""The one empty set of all facts: Python makes a new one of 216 bytes wherever none is given."""


class Import(NamedTuple):
    """``name`` is the local one when written (``.`` and ``_`` as they are), else empty."""

    name: str
    path: str


class Definition(NamedTuple):
    """One thing that a local variable is given.

    ``how``: ``value`` (``value`` is the expression), ``result`` (``value`` is a call, of which result ``position`` is taken), ``range``
    (``value`` is gone over; position 0 is the key, 1 the element), ``zero`` (declared without a value), ``changed`` (``+=`` and the
    like), ``unknown``.
    """

    local: int
    how: str
    value: Expression | None
    position: int
    start: int


class Local(NamedTuple):
    """A variable of a function: parameters, receivers, results, ``var``, ``const``, ``:=`` and range variables.

    ``kind``: parameter, receiver, result, variable, constant or type. ``literal_start``: where the function literal starts whose
    parameter it is, else -1.
    """

    name: str
    start: int
    end: int
    kind: str
    type: Expression | None


class Body(NamedTuple):
    """The inside of a function, with indexes over it, each in the order of the source and with what function literals hold."""

    block: Block
    locals: tuple[Local, ...]
    definitions: tuple[Definition, ...]
    calls: tuple[Call, ...]
    composites: tuple[Composite, ...]
    assignments: tuple[Assignment, ...]
    """Those with a target that is no variable of the function: fields, elements, what a pointer leads to, package variables."""
    literals: tuple[FunctionLiteral, ...]
    returns: tuple[Return, ...]
    """Without those of function literals."""
    remarked: frozenset[int]
    """Where an element of a composite literal or an assignment starts that a comment stands beside or right above."""
    products: tuple[Binary, ...] = ()
    """Every ``left * right``, also that of ``left *= right``."""


class Function(NamedTuple):
    """A function or method. ``body`` is None when nothing in it can matter, or there is none."""

    name: str
    receiver: Parameter | None
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    body: Body | None
    start: int
    end: int
    name_start: int


class Variable(NamedTuple):
    """A constant or variable of a package. ``position``: which value of a call with several it is, -1 when it has a value of its own.

    ``iota`` is the place in its group, from 0. An entry without a value repeats that of the one before it, as Go does.
    """

    name: str
    start: int
    end: int
    is_constant: bool
    type: Expression | None
    value: Expression | None
    position: int
    iota: int


class TypeDeclaration(NamedTuple):
    """``type name type``."""

    name: str
    start: int
    end: int
    type: Expression | TypeLiteral
    is_alias: bool


class Outline(NamedTuple):
    """A function without its body, or a struct type, that was not parsed: nothing asked for it yet. ``text`` is what there is to parse.

    ``name`` is ``Type.name`` of a method. ``start`` and ``end`` are those of the whole declaration.
    """

    name: str
    start: int
    end: int
    text: str


class GoFacts(NamedTuple):
    """One file. ``functions`` and ``types`` are those that were parsed, the outlines all others.

    ``unread``: the parts that could not be parsed; ``is_test``: its name ends in ``_test.go``. ``globals`` holds the inside of what
    package variables are set to, as a function without parameters.
    """

    path: str
    package: str
    imports: tuple[Import, ...]
    variables: tuple[Variable, ...]
    types: tuple[TypeDeclaration, ...]
    functions: tuple[Function, ...]
    function_outlines: tuple[Outline, ...]
    type_outlines: tuple[Outline, ...]
    globals: Body
    unread: tuple[Span, ...]
    is_test: bool
    waivers: tuple[Waiver, ...] = ()
    fields_elsewhere: frozenset[str] = NOTHING
    """Names of fields that functions without a kept body assign, or take the address of: what they give them is unknown."""
