"""Channels on which a goroutine hands over its result to a function that may stop waiting for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import (
    NOT_LOCAL,
    Assignment,
    Call,
    Case,
    Declaration,
    Deferred,
    For,
    FunctionLiteral,
    Name,
    Return,
    Selector,
    Send,
    Switch,
    Unary,
)
from netlint.model.code.calls import calling, calls_of, judged
from netlint.model.code.mentions import mentions
from netlint.model.code.resources import scopes_of
from netlint.model.code.types import callee_of, definitions_of, type_of
from netlint.model.code.walk import nodes_of, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.mentions import Mention
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Scope

_RUNS: Final = re.compile(r"(?i)^(?:run|start|serve|listen|main)")


class Abandoned(NamedTuple):
    """An unbuffered channel, made by ``made``, on which a goroutine sends at ``send`` while the function may leave by ``way_out``."""

    name: str
    made: Call
    function: GoFunction
    send: Send
    way_out: Case


def abandoned_channels(code: Code) -> Iterator[Abandoned]:
    """Every such channel in the judged code that nobody else knows of."""
    for function in calling(item for item in judged(code, calls_of(code, ("make",))) if len(item.call.arguments) == 1):
        # What runs until the program ends leaves nothing behind that anybody would miss.
        if _RUNS.search(function.declaration.name):
            continue
        for scope in scopes_of(code, function):
            for node in statements_of(scope.block):
                if isinstance(node, Switch) and node.kind == "select":
                    yield from _abandoned_at(code, function, scope, node)


def _abandoned_at(code: Code, function: GoFunction, scope: Scope, select: Switch) -> Iterator[Abandoned]:
    """What is left waiting when a ``select`` leaves by its time-out."""
    ways_out = [case for case in select.cases if _is_timeout(code, case, function) and _leaves(case, select, scope)]
    for case in select.cases if ways_out else ():
        channel = _received(case)
        made = _unbuffered(code, channel, function) if channel is not None else None
        if channel is None or made is None or case in ways_out:
            continue
        send = _only_send(code, channel.local, function, select)
        if send is not None:
            yield Abandoned(channel.text, made, function, send, ways_out[0])


def _received(case: Case) -> Name | None:
    """The variable of the channel that a case receives from."""
    for node in nodes_of(case.communication) if case.communication is not None else ():
        if isinstance(node, Unary) and node.operator == "<-" and isinstance(node.operand, Name) and node.operand.local != NOT_LOCAL:
            return node.operand
    return None


def _is_timeout(code: Code, case: Case, function: GoFunction) -> bool:
    """Whether a case waits for time: ``time.After``, the channel of a timer, the end of a context."""
    for node in nodes_of(case.communication) if case.communication is not None else ():
        if isinstance(node, Unary) and node.operator == "<-":
            if isinstance(node.operand, Call):
                name = callee_of(code, node.operand, function).name
                return name in ("time.After", "context.Context.Done")
            if isinstance(node.operand, Selector) and node.operand.name == "C":
                return type_of(code, node.operand.operand, function) in ("*time.Timer", "time.Timer")
    return False


def _leaves(case: Case, select: Switch, scope: Scope) -> bool:
    """Whether the function is left by a case: it returns, or the function ends behind the ``select``."""
    if any(isinstance(node, For) and node.start <= select.start < node.end for node in statements_of(scope.block)):
        return bool(case.statements) and isinstance(case.statements[-1], Return)
    return (bool(case.statements) and isinstance(case.statements[-1], Return)) or scope.block.statements[-1] is select


def _unbuffered(code: Code, channel: Name, function: GoFunction) -> Call | None:
    """The ``make(chan T)`` that is all a variable is ever given."""
    given = definitions_of(code, channel.local, function)
    value = given[0].value if len(given) == 1 and given[0].how == "value" else None
    if not isinstance(value, Call) or len(value.arguments) != 1 or callee_of(code, value, function).name != "make":
        return None
    return value if type_of(code, value, function).startswith("chan ") else None


def _only_send(code: Code, local: int, function: GoFunction, select: Switch) -> Send | None:
    """The send of a goroutine on a channel that is only sent on there and only received from at ``select``."""
    sends: list[Send] = []
    for mention in mentions(code, function, local):
        holder = mention.around[0]
        if isinstance(holder, Send) and holder.channel == mention.name:
            if not _in_goroutine(mention) or _may_give_up(mention, holder):
                return None
            sends.append(holder)
        elif isinstance(holder, Unary) and holder.operator == "<-":
            if not select.start <= mention.name.start < select.end or _is_behind_case(mention, select):
                return None
        elif not _is_harmless(holder, mention):
            return None
    return sends[0] if sends else None


def _in_goroutine(mention: Mention) -> bool:
    literals = [node for node in mention.around if isinstance(node, FunctionLiteral)]
    started = [node for node in mention.around if isinstance(node, Deferred) and node.keyword == "go"]
    return bool(started) and bool(literals)


def _may_give_up(mention: Mention, send: Send) -> bool:
    """Whether the send stands in a ``select`` with another way, as ``case ch <- v:`` beside ``case <-ctx.Done():``."""
    return any(isinstance(node, Case) and node.communication == send for node in mention.around)


def _is_behind_case(mention: Mention, select: Switch) -> bool:
    """Whether it is received inside a case, behind the decision: the goroutine is waited for all the same."""
    return not any(isinstance(node, Case) and node in select.cases and _holds(node.communication, mention) for node in mention.around)


def _holds(node: Node | None, mention: Mention) -> bool:
    return node is not None and node.start <= mention.name.start < node.end


def _is_harmless(holder: Node, mention: Mention) -> bool:
    """Whether the channel is only made there, or closed."""
    if isinstance(holder, Call):
        return isinstance(holder.function, Name) and holder.function.text == "close"
    return mention.name in (holder.targets if isinstance(holder, Assignment) else holder.names if isinstance(holder, Declaration) else ())
