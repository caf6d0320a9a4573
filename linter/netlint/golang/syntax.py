"""Go syntax as far as rules ask for it: small immutable trees that outlive the parser and can be pickled.

``start`` and ``end`` count characters of the file, half open. Parentheses are gone; what the parser could not read is ``Unread``.
Types are expressions too (a pointer type is ``Unary`` with ``*``, a qualified one ``Selector``), as in Go's own ``go/ast``.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

NOT_LOCAL = -1


class Name(NamedTuple):
    """An identifier. ``local``: index of the function's variable it means, or ``NOT_LOCAL`` (package, import or universe)."""

    start: int
    end: int
    text: str
    local: int


class Selector(NamedTuple):
    """``operand.name``."""

    start: int
    end: int
    operand: Expression
    name: str

    @property
    def name_start(self) -> int:
        """Where the name starts, which nothing follows."""
        return self.end - len(self.name)


class Call(NamedTuple):
    """``function(arguments)``, which may be a conversion. ``spread``: the last argument is followed by ``...``."""

    start: int
    end: int
    function: Expression
    arguments: tuple[Expression, ...]
    spread: bool


class Literal(NamedTuple):
    """``kind`` is int, float, imaginary, rune or string; ``text`` is as written, of strings what they hold."""

    start: int
    end: int
    kind: str
    text: str


class Element(NamedTuple):
    """An entry of a composite literal."""

    start: int
    end: int
    key: Expression | None
    value: Expression


class Composite(NamedTuple):
    """``type{elements}``; ``type`` is None for an inner literal that leaves it out."""

    start: int
    end: int
    type: Expression | None
    elements: tuple[Element, ...]


class Unary(NamedTuple):
    """``operator operand``: ``&``, ``*`` (also of types), ``<-``, ``-``, ``+``, ``!``, ``^``."""

    start: int
    end: int
    operator: str
    operand: Expression


class Binary(NamedTuple):
    """``left operator right``."""

    start: int
    end: int
    operator: str
    left: Expression
    right: Expression


class FunctionLiteral(NamedTuple):
    """``func(parameters) results { body }``; its variables are among those of the function around it."""

    start: int
    end: int
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    body: Block


class TypeAssertion(NamedTuple):
    """``operand.(type)``."""

    start: int
    end: int
    operand: Expression
    type: Expression


class Index(NamedTuple):
    """``operand[indexes]``: an element, or an instantiated generic."""

    start: int
    end: int
    operand: Expression
    indexes: tuple[Expression, ...]


class Slice(NamedTuple):
    """``operand[from:to]``."""

    start: int
    end: int
    operand: Expression


class Field(NamedTuple):
    """A field of a struct type. An embedded one is called like its type. ``tag`` is what its tag holds."""

    start: int
    end: int
    name: str
    type: Expression
    tag: str
    embedded: bool


class TypeLiteral(NamedTuple):
    """``kind`` is array (also slices), map, channel, function, struct or interface.

    ``key`` is that of a map, ``element`` that of an array, a map or a channel. ``fields`` are those of a struct, or the
    methods of an interface with the interfaces it embeds.
    """

    start: int
    end: int
    kind: str
    key: Expression | None = None
    element: Expression | None = None
    fields: tuple[Field, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    results: tuple[Parameter, ...] = ()


class Unread(NamedTuple):
    """What could not be parsed, lies too deep or means nothing to any rule."""

    start: int
    end: int


Expression: TypeAlias = (
    Name | Selector | Call | Literal | Composite | Unary | Binary | FunctionLiteral | TypeAssertion | Index | Slice | TypeLiteral | Unread
)


class Parameter(NamedTuple):
    """A parameter, result or receiver. ``name`` is empty where none is written; ``local`` as in ``Name``."""

    start: int
    end: int
    name: str
    type: Expression
    variadic: bool
    local: int


class Assignment(NamedTuple):
    """``targets operator values`` with ``=``, ``:=`` or ``+=`` and the like."""

    start: int
    end: int
    operator: str
    targets: tuple[Expression, ...]
    values: tuple[Expression, ...]


class Declaration(NamedTuple):
    """``var`` or ``const`` inside a function."""

    start: int
    end: int
    names: tuple[Name, ...]
    type: Expression | None
    values: tuple[Expression, ...]


class ExpressionStatement(NamedTuple):
    """A call, or a receive, for its effect."""

    start: int
    end: int
    expression: Expression


class Return(NamedTuple):
    """``return values``."""

    start: int
    end: int
    values: tuple[Expression, ...]


class Block(NamedTuple):
    """``{ statements }``."""

    start: int
    end: int
    statements: tuple[Statement, ...]


class If(NamedTuple):
    """``if initializer; condition {} else {}``; ``otherwise`` is a ``Block``, an ``If`` or None."""

    start: int
    end: int
    initializer: Statement | None
    condition: Expression
    then: Block
    otherwise: Statement | None


class For(NamedTuple):
    """A loop; ``over`` is what a range loop goes over and ``targets`` what it sets."""

    start: int
    end: int
    initializer: Statement | None
    condition: Expression | None
    update: Statement | None
    targets: tuple[Expression, ...]
    over: Expression | None
    body: Block


class Case(NamedTuple):
    """A case of a switch or select; ``values`` is empty for ``default``. ``communication`` is what a select case does."""

    start: int
    end: int
    values: tuple[Expression, ...]
    communication: Statement | None
    statements: tuple[Statement, ...]
    is_default: bool


class Switch(NamedTuple):
    """``kind`` is expression, type or select."""

    start: int
    end: int
    kind: str
    initializer: Statement | None
    value: Expression | None
    cases: tuple[Case, ...]


class Deferred(NamedTuple):
    """``defer call`` or ``go call``, by ``keyword``."""

    start: int
    end: int
    keyword: str
    call: Expression


class Send(NamedTuple):
    """``channel <- value``."""

    start: int
    end: int
    channel: Expression
    value: Expression


class Jump(NamedTuple):
    """``break``, ``continue``, ``goto`` or ``fallthrough``; ``label`` is where to, when one is written."""

    start: int
    end: int
    keyword: str
    label: str = ""


Statement: TypeAlias = Assignment | Declaration | ExpressionStatement | Return | Block | If | For | Switch | Deferred | Send | Jump | Unread
Node: TypeAlias = Expression | Statement | Parameter | Element | Case | Field


def is_nil(node: Expression | None) -> bool:
    """Whether an expression is the predeclared ``nil``."""
    return isinstance(node, Name) and node.text == "nil" and node.local == NOT_LOCAL
