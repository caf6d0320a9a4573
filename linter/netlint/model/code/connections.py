"""What a function does with a connection that it opened or accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import (
    Assignment,
    Binary,
    Call,
    Declaration,
    Deferred,
    ExpressionStatement,
    For,
    FunctionLiteral,
    If,
    Name,
    Selector,
    Switch,
)
from netlint.model.code.mentions import mentions
from netlint.model.code.types import callee_of
from netlint.model.code.values import body_of
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.mentions import Mention
    from netlint.model.code.packages import GoFunction

_MAX_DEPTH: Final = 3
"""Functions that a connection is followed into."""
_READING: Final = frozenset(
    "bufio.NewReader bufio.NewReaderSize bufio.NewScanner encoding/gob.NewDecoder encoding/json.NewDecoder encoding/xml.NewDecoder "
    "io.ReadAll io.ReadAtLeast io.ReadFull io/ioutil.ReadAll net/smtp.NewClient".split()
)
"""Functions that read from what they are given, or make what does."""
_HARMLESS: Final = frozenset(
    "bufio.NewWriter bufio.NewWriterSize encoding/gob.NewEncoder encoding/json.NewEncoder fmt.Fprint fmt.Fprintf fmt.Fprintln "
    "io.WriteString".split()
)
_READ_METHODS: Final = frozenset(("Read", "ReadFrom", "ReadFromUDP", "ReadMsgUDP"))
_HARMLESS_METHODS: Final = frozenset("Close CloseRead CloseWrite LocalAddr RemoteAddr Write WriteTo ConnectionState".split())


class Reading(NamedTuple):
    """A place that reads from a connection."""

    node: Node
    function: GoFunction


def unbounded_readings(code: Code, function: GoFunction, local: int, depth: int = 0) -> tuple[Reading, ...]:
    """The places that read from the connection in the variable ``local``, and from nothing else that has a say in how long.

    Empty when a deadline is set, when the connection goes to where it cannot be followed, or when the function goes on for ever, so that
    it is meant to wait.
    """
    if depth > _MAX_DEPTH or _goes_on(function):
        return ()
    found: list[Reading] = []
    for mention in mentions(code, function, local):
        readings = _readings_of(code, function, mention, depth)
        if readings is None:
            return ()
        found.extend(readings)
    return tuple(found)


def _goes_on(function: GoFunction) -> bool:
    """Whether the function has a loop without end, or waits for several things at once."""
    return any(
        (isinstance(node, For) and node.condition is None and node.over is None) or (isinstance(node, Switch) and node.kind == "select")
        for node in nodes_of(function.body.block)
    )


def _readings_of(code: Code, function: GoFunction, mention: Mention, depth: int) -> tuple[Reading, ...] | None:
    """What one mention of the connection reads; None when it sets a deadline or gives the connection away."""
    around = mention.around
    if _is_in_literal(around):
        return None
    match around[0], around[1:2]:
        case Selector() as selector, (Call() as call,) if call.function is selector:
            if selector.name in _READ_METHODS:
                return (Reading(call, function),)
            return () if selector.name in _HARMLESS_METHODS else None
        case Call() as call, _:
            return _readings_of_argument(code, function, call, mention.name, depth)
        case ((Binary() | If() | ExpressionStatement() | Declaration()), _):
            return ()
        case Assignment() as assignment, _ if any(target is mention.name for target in assignment.targets):
            return ()
    return None


def _is_in_literal(around: tuple[Node, ...]) -> bool:
    """Whether the mention stands in a function literal that is not simply deferred: it may close the connection when time is up."""
    for place, node in enumerate(around):
        if isinstance(node, FunctionLiteral):
            outside = around[place + 1 : place + 3]
            match outside:
                case (Call() as call, Deferred(keyword="defer")) if call.function is node:
                    continue
            return True
    return False


def _readings_of_argument(code: Code, function: GoFunction, call: Call, name: Name, depth: int) -> tuple[Reading, ...] | None:
    callee = callee_of(code, call, function)
    if callee.name in _READING:
        return (Reading(call, function),)
    if callee.name in _HARMLESS:
        return ()
    place = next((index for index, argument in enumerate(call.arguments) if argument is name), -1)
    if callee.declaration is None or callee.declaration[1].body is None or place < 0 or place >= len(callee.declaration[1].parameters):
        return None
    inner = body_of(code, *callee.declaration)
    parameter = callee.declaration[1].parameters[place]
    if parameter.variadic or parameter.local < 0:
        return None
    return unbounded_readings(code, inner, parameter.local, depth + 1) or None
