"""Calls over the network that are given a fresh context although the function holds one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Deferred, FunctionLiteral, Name, Selector
from netlint.knowledge.go_calls import CONTEXT_ARGUMENT, REDIS_CLIENTS, REPLACING
from netlint.model.code.calls import calling, calls_of, judged
from netlint.model.code.cancels import DERIVING
from netlint.model.code.contexts import ROOTS, context_bound
from netlint.model.code.scopes import contexts_in_scope
from netlint.model.code.types import callee_of
from netlint.model.code.values import body_of, open_origins
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression, Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.scopes import HeldContext

_PARTING: Final = re.compile(
    r"(?i)clos|stop|shut|clean|tear|release|rollback|unlock|unregister|deregister|finish|flush|drain|dispose|async|detach"
)
"""Names of functions whose work goes on when their caller's context has ended."""

_MAX_DERIVED: Final = 10
"""Contexts that are derived from each other."""

KEEPING: Final = DERIVING | {"context.WithValue"}
"""Functions whose context is still that of the parent."""


class Dropped(NamedTuple):
    """A call over the network that is given a context of the root ``fresh`` while ``held`` is at hand. ``argument`` is what it is given.

    ``has_deadline``: the function sets one of its own.
    """

    call: Call
    function: GoFunction
    argument: Expression
    fresh: Call
    held: HeldContext
    has_deadline: bool


def network_context(code: Code, call: Call, function: GoFunction) -> Expression | None:
    """The argument of a call that is the context of something sent over the network; None when it is no such call.

    Functions in view count when they hand their parameter on to one.
    """
    callee = callee_of(code, call, function)
    if callee.name in REPLACING and callee.receiver is not None:
        # To give a request that came from elsewhere another context is a decision.
        given = open_origins(code, callee.receiver, function)
        return call.arguments[0] if call.arguments and all(origin.kind == "call" for origin in given) else None
    place = 0 if callee.name.startswith(REDIS_CLIENTS) else CONTEXT_ARGUMENT.get(callee.name, -1)
    if callee.declaration is not None:
        file, declaration = callee.declaration
        place = -1 if declaration.body is None else sent_parameter(code, body_of(code, file, declaration))
    return call.arguments[place] if 0 <= place < len(call.arguments) else None


def sent_parameter(code: Code, function: GoFunction) -> int:
    """Which parameter of a function is the context of something that it sends over the network; -1 when none is."""
    return code.remember(("sent parameter", id(function)), -1, lambda: _sent_parameter(code, function))


def _sent_parameter(code: Code, function: GoFunction) -> int:
    by_local = {parameter.local: place for place, parameter in enumerate(function.declaration.parameters)}
    for call in function.body.calls:
        context = network_context(code, call, function)
        if isinstance(context, Name) and context.local in by_local:
            return by_local[context.local]
    return -1


def dropped_contexts(code: Code) -> Iterator[Dropped]:
    """Every such call in the judged code, where the work is that of the function itself: not started in a goroutine or deferred."""
    for function in calling(judged(code, calls_of(code, ROOTS))):
        if _PARTING.search(function.declaration.name):
            continue
        for call in function.body.calls:
            argument = network_context(code, call, function)
            fresh = None if argument is None else _fresh(code, argument, function)
            held = _held(code, function, call) if fresh is not None else None
            if argument is not None and fresh is not None and held is not None and not _runs_later(function, call):
                has_deadline = context_bound(code, argument, function).state == "bounded"
                yield Dropped(call, function, argument, fresh, held, has_deadline)


def _is_root(code: Code, call: Call, function: GoFunction) -> bool:
    return callee_of(code, call, function).name in ROOTS


def _fresh(code: Code, argument: Expression, function: GoFunction) -> Call | None:
    """The root context that an argument is, or is derived from, made in the same function; None when it may be another one.

    ``ctx, cancel = context.WithTimeout(ctx, …)`` below an ``if`` derives it from itself.
    """
    pending, seen, roots = list(open_origins(code, argument, function)), set(), []
    while pending:
        origin = pending.pop()
        if origin in seen:
            continue
        seen.add(origin)
        if origin.function is not function or not isinstance(origin.node, Call) or len(seen) > _MAX_DERIVED:
            return None
        if _is_root(code, origin.node, function):
            roots.append(origin.node)
        elif origin.kind == "call" and origin.name in KEEPING and origin.position == 0 and origin.node.arguments:
            pending.extend(open_origins(code, origin.node.arguments[0], function))
        else:
            return None
    return roots[0] if len(roots) == 1 else None


def _held(code: Code, function: GoFunction, call: Call) -> HeldContext | None:
    """The context of the innermost function around a call, when nothing there asks whether it has ended."""
    around = [item for item in function.body.literals if item.start <= call.start < item.end]
    inner: Node = min(around, key=lambda item: item.end - item.start) if around else function.body.block
    start = inner.start if around else function.declaration.start
    own = [held for held in contexts_in_scope(code, function, call.start) if held.is_named and start <= held.start < inner.end]
    if not own or any(isinstance(node, Selector) and node.name in ("Done", "Err") for node in nodes_of(inner)):
        return None
    return own[-1]


def _runs_later(function: GoFunction, call: Call) -> bool:
    """Whether the call is deferred, or runs in a goroutine of its own."""
    for node in nodes_of(function.body.block):
        if isinstance(node, Deferred) and node.start <= call.start < node.end:
            inside = [item for item in nodes_of(node.call) if isinstance(item, FunctionLiteral) and item.start <= call.start < item.end]
            if not any(literal.parameters for literal in inside) or node.keyword == "go":
                return True
    return False
