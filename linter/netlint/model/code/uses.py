"""What a function does with a variable that holds something to be closed: close it, read it, or let it out of sight."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Assignment, Binary, Call, Element, FunctionLiteral, Name, Return, Selector
from netlint.knowledge.go_closing import DISCARDS, DRAINERS, LOOKERS, PRINTERS, READERS, WRAPPERS
from netlint.model.code.mentions import is_within, mentioned_in
from netlint.model.code.types import callee_of, definitions_of
from netlint.model.code.values import body_of, origins
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.golang.syntax import Node, Parameter
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


class Effect(Flag):
    """What becomes of a thing. ``DRAINED``: read to its end; ``ESCAPED``: where it cannot be followed, so that it may be closed there."""

    NONE = 0
    READ = auto()
    DRAINED = auto()
    CLOSED = auto()
    ESCAPED = auto()


_MAX_WRAPPERS: Final = 8
"""Readers around each other, or variables that hold them."""
_MAX_CALLS: Final = 20
"""Functions through which a thing is followed."""
SETTLED: Final = Effect.CLOSED | Effect.ESCAPED
USED: Final = Effect.READ | Effect.DRAINED | Effect.ESCAPED
CLOSE: Final = frozenset(("Close",))


class Held(NamedTuple):
    """A variable that holds something to be closed, by one of the methods ``closing``.

    ``inner``: the field that is to be closed (``Body`` of a response), empty when it is the variable itself. ``closing_elsewhere``: methods
    that count as well in a function it is passed to, where the ways are not followed: one that loops over rows reads them to their end.
    """

    local: int
    inner: str = ""
    closing: frozenset[str] = CLOSE
    closing_elsewhere: frozenset[str] = frozenset()


def effects(code: Code, node: Node, held: Held, function: GoFunction) -> Effect:
    """What happens below ``node`` to what ``held`` holds, in whatever order, function literals included."""
    found, pending, places = Effect.NONE, [node], mentioned_in(node, held.local)
    while pending and places:
        current = pending.pop()
        if is_within(places, current):
            effect, inner = _effect_of(code, current, held, function)
            found |= effect
            pending.extend(inner)
    return found


def is_read_by_call(code: Code, node: Node, held: Held, function: GoFunction) -> bool:
    """Whether a call below ``node`` is given the thing itself and reads it, or may: sooner told than all effects."""
    return any(
        _is_closable(argument, held) and _of_argument(code, call, place, held, function) & USED
        for call in function.body.calls
        if node.start <= call.start < node.end
        for place, argument in enumerate(call.arguments)
    )


def _effect_of(code: Code, node: Node, held: Held, function: GoFunction) -> tuple[Effect, Iterable[Node]]:
    """What a node itself does to it, and the nodes below that may do more."""
    match node:
        case Name():
            return Effect.ESCAPED, ()
        case Call():
            return _of_call(code, node, held, function)
        case Selector(operand=Name(local=held.local)) if held.inner and node.name != held.inner:
            # Any other field, or a method, of a response: data.
            return Effect.NONE, ()
        case Selector(operand=Name(local=held.local)):
            return Effect.ESCAPED if held.inner or node.name in held.closing else Effect.NONE, ()
        case Binary(operator="==" | "!="):
            return Effect.NONE, [side for side in (node.left, node.right) if not _is_held(side, held)]
        case Assignment():
            return _of_assignment(code, node, held, function)
        case Return() if any(_reads_on(code, value, held, function) for value in node.values):
            return Effect.ESCAPED, ()
        case Element() if _reads_on(code, node.value, held, function):
            return Effect.ESCAPED, ()
    return Effect.NONE, children(node)


def is_discarding(assignment: Node) -> bool:
    """Whether an assignment gives everything to ``_``: the compiler is content, and nothing has happened."""
    return isinstance(assignment, Assignment) and all(isinstance(target, Name) and target.text == "_" for target in assignment.targets)


def _is_held(node: Node, held: Held) -> bool:
    """Whether an expression is the variable itself, or the field of it that is to be closed."""
    return (isinstance(node, Name) and node.local == held.local) or _is_closable(node, held)


def _is_closable(node: Node, held: Held) -> bool:
    if not held.inner:
        return isinstance(node, Name) and node.local == held.local
    return isinstance(node, Selector) and node.name == held.inner and isinstance(node.operand, Name) and node.operand.local == held.local


def _reads_on(code: Code, node: Node, held: Held, function: GoFunction, depth: int = 0) -> bool:
    """Whether an expression is something that goes on reading from it, such as ``bufio.NewReader(resp.Body)``."""
    if depth > _MAX_WRAPPERS:
        return False
    if isinstance(node, Name) and node.local not in (NOT_LOCAL, held.local):
        given = definitions_of(code, node.local, function)[:1]
        return any(item.value is not None and _reads_on(code, item.value, held, function, depth + 1) for item in given)
    if not isinstance(node, Call) or callee_of(code, node, function).name not in WRAPPERS:
        return False
    return any(_is_closable(argument, held) or _reads_on(code, argument, held, function, depth + 1) for argument in node.arguments)


def _of_assignment(code: Code, node: Assignment, held: Held, function: GoFunction) -> tuple[Effect, list[Node]]:
    found = Effect.NONE
    inner: list[Node] = [target for target in node.targets if not (isinstance(target, Name) and target.local == held.local)]
    if len(node.targets) != len(node.values):
        return found, [*inner, *node.values]
    for target, value in zip(node.targets, node.values, strict=True):
        is_dropped = isinstance(target, Name) and target.text == "_" and (_is_held(value, held) or isinstance(value, FunctionLiteral))
        if not is_dropped:
            inner.append(value)
        if not isinstance(target, Name) and _reads_on(code, value, held, function):
            found |= Effect.ESCAPED
    return found, inner


def _of_call(code: Code, call: Call, held: Held, function: GoFunction) -> tuple[Effect, list[Node]]:
    found: Effect = Effect.NONE
    inner: list[Node] = []
    match call.function:
        case Selector(operand=operand) as selector if _is_closable(operand, held):
            found = Effect.CLOSED if selector.name in held.closing else Effect.READ
        case Selector(operand=Name(local=held.local), name="Write"):
            # http.Response.Write closes the body it has sent.
            found = Effect.CLOSED
        case other:
            inner.append(other)
    for place, argument in enumerate(call.arguments):
        if (_is_closable(argument, held) or _reads_on(code, argument, held, function)) and _is_drain(code, call, function):
            found |= Effect.READ | Effect.DRAINED
        elif _is_held(argument, held):
            found |= _of_argument(code, call, place, held, function)
        else:
            inner.append(argument)
    return found, inner


def _is_drain(code: Code, call: Call, function: GoFunction) -> bool:
    """Whether a call reads what it is given to the end, come what may."""
    name = callee_of(code, call, function).name
    if name in ("io.Copy", "io.CopyBuffer") and call.arguments:
        return any(origin.name in DISCARDS for origin in origins(code, call.arguments[0], function))
    return name in DRAINERS


def _of_argument(code: Code, call: Call, place: int, held: Held, function: GoFunction) -> Effect:
    """What a call does with the thing that it is given as argument ``place``."""
    passed = held._replace(closing=held.closing | held.closing_elsewhere)
    if _is_closable(call.arguments[place], held):
        passed = passed._replace(inner="")
    literal = called_literal(code, call, function)
    if literal is not None:
        return _of_parameter(code, literal.parameters, place, literal.body, passed, function)
    callee = callee_of(code, call, function)
    if callee.name in READERS or callee.name in LOOKERS:
        return Effect.READ
    if callee.declaration is not None:
        file, declaration = callee.declaration
        return Effect.ESCAPED if declaration.body is None else parameter_effects(code, body_of(code, file, declaration), place, passed)
    return Effect.NONE if callee.name.startswith(PRINTERS) else Effect.ESCAPED


def called_literal(code: Code, call: Call, function: GoFunction) -> FunctionLiteral | None:
    """The function literal that a call runs: the one that stands there, or the only one that its variable is given."""
    if isinstance(call.function, FunctionLiteral):
        return call.function
    if isinstance(call.function, Name) and call.function.local != NOT_LOCAL:
        given = definitions_of(code, call.function.local, function)
        if len(given) == 1 and given[0].how == "value" and isinstance(given[0].value, FunctionLiteral):
            return given[0].value
    return None


def parameter_effects(code: Code, function: GoFunction, place: int, passed: Held) -> Effect:
    """What a function does with its parameter ``place``, when it is passed what ``passed`` holds."""
    if len(code.waiting) > _MAX_CALLS:
        return Effect.ESCAPED
    question = ("parameter effects", id(function), place, passed.inner, passed.closing)
    parameters, block = function.declaration.parameters, function.body.block
    return code.remember(question, Effect.ESCAPED, lambda: _of_parameter(code, parameters, place, block, passed, function))


def _of_parameter(code: Code, parameters: tuple[Parameter, ...], place: int, block: Node, passed: Held, function: GoFunction) -> Effect:
    if place >= len(parameters) or parameters[place].variadic:
        return Effect.ESCAPED
    if parameters[place].local == NOT_LOCAL:
        return Effect.NONE
    return effects(code, block, passed._replace(local=parameters[place].local), function)
