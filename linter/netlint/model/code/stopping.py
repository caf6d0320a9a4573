"""How servers stop: whether they wait after the signal, and how long requests that are under way may still take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.golang.syntax import Block, Call, Case, Deferred, ExpressionStatement, FunctionLiteral, Name, Selector, Switch, Unary
from netlint.model.call_ends import UNKNOWN_SHUTDOWN, Shutdown
from netlint.model.code.calls import calls_of
from netlint.model.code.contexts import context_bound
from netlint.model.code.limits import limit_of_context, limit_of_number
from netlint.model.code.numbers import fold
from netlint.model.code.settings import identity
from netlint.model.code.types import callee_of
from netlint.model.code.values import body_of, origins
from netlint.model.code.walk import nodes_of
from netlint.model.limits import NONE, UNKNOWN, Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression, Statement
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.servers import Server


_SHUTDOWN: Final = "net/http.Server.Shutdown"
_GRACEFUL_STOP: Final = "google.golang.org/grpc.Server.GracefulStop"
_STOP: Final = "google.golang.org/grpc.Server.Stop"
_NOTIFY_CONTEXT: Final = "os/signal.NotifyContext"
_SIGNALS: Final = ("os/signal.Notify", _NOTIFY_CONTEXT)
_SLEEP: Final = "time.Sleep"
_TIMERS: Final = ("time.After", "time.NewTimer", "time.AfterFunc")
_LASTING: Final = frozenset(("Wait", "Shutdown", "GracefulStop", "Stop", "Close", "Drain", "Flush", "Deregister"))
"""Names of methods out of view that may take their time before a server is stopped."""


def shutdown_of_server(code: Code, server: Server) -> Shutdown:
    """How an ``http.Server`` stops; unknown when nothing in view stops it, or several things do in different ways."""
    wanted = identity(server.setting.origin)
    stops = code.keep("shutdowns", lambda: tuple(_calls_of(code, _SHUTDOWN)))
    found = set()
    for call, receiver, function in stops:
        if call.arguments and any(identity(origin) == wanted for origin in origins(code, receiver, function)):
            budget = limit_of_context(context_bound(code, call.arguments[0], function))
            found.add(Shutdown(budget, *_before(code, call, function)))
    return found.pop() if len(found) == 1 else UNKNOWN_SHUTDOWN


def shutdown_of_rpc_server(code: Code, server: Expression, function: GoFunction) -> Shutdown:
    """How a gRPC server stops."""
    wanted = {identity(origin) for origin in origins(code, server, function) if origin.kind == "call"}
    stops = code.keep("graceful stops", lambda: tuple(_calls_of(code, _GRACEFUL_STOP)))
    found = set()
    for call, receiver, stopper in stops:
        if wanted.intersection(identity(origin) for origin in origins(code, receiver, stopper)):
            found.add(Shutdown(_time_to_stop(code, stopper), *_before(code, call, stopper)))
    return found.pop() if len(found) == 1 else UNKNOWN_SHUTDOWN


def _calls_of(code: Code, name: str) -> Iterator[tuple[Call, Expression, GoFunction]]:
    for _, call, function, callee in calls_of(code, (name,)):
        if callee.receiver is not None:
            yield call, callee.receiver, function


def _time_to_stop(code: Code, function: GoFunction) -> Limit:
    """What bounds a ``GracefulStop``: the timer of a function that calls ``Stop`` as well. Without that, nothing does."""
    calls = [(call, callee_of(code, call, function).name) for call in function.body.calls]
    if all(name != _STOP for _, name in calls) and not any(_mentions_stop(call) for call, _ in calls):
        return NONE._replace(label="GracefulStop")
    timers = [call for call, name in calls if name in _TIMERS and call.arguments]
    if len(timers) != 1:
        return UNKNOWN
    place = timers[0].arguments[0]
    return limit_of_number(fold(code, place, function), function.span(place), "GracefulStop")


def _mentions_stop(call: Call) -> bool:
    """``time.AfterFunc(d, server.Stop)``."""
    return any(isinstance(argument, Selector) and argument.name == "Stop" for argument in call.arguments)


def _before(code: Code, call: Call, function: GoFunction) -> tuple[bool | None, Limit]:
    """What happens between the signal and the call that stops the server: whether it is the first thing, and how long a sleep there is."""
    wait: Limit | None = None
    for statement in _statements_before(function, call):
        found = _sleep(code, statement, function)
        if found is not None:
            wait = found if wait is None else UNKNOWN
        elif _receives(statement):
            is_signal = _is_after_signal(code, statement, function)
            if not is_signal:
                return None, wait or UNKNOWN
            return (wait is None, wait or NONE)
        elif _may_last(code, statement, function):
            break
    return None, wait or UNKNOWN


def _statements_before(function: GoFunction, call: Call) -> Iterator[Statement]:
    """The statements in front of a call, the nearest first, as far as the function literal around it goes."""
    inside: list[tuple[Statement, ...]] = []
    for node in nodes_of(function.body.block):
        if isinstance(node, FunctionLiteral | Block | Case) and node.start <= call.start < node.end:
            if isinstance(node, FunctionLiteral):
                inside = []
            else:
                inside.append(node.statements)
    for statements in reversed(inside):
        yield from (statement for statement in reversed(statements) if statement.end <= call.start)
        # What a case of a select waits for comes before its statements.
        for node in nodes_of(function.body.block):
            if isinstance(node, Case) and node.statements is statements and node.communication is not None:
                yield node.communication


def _sleep(code: Code, statement: Statement, function: GoFunction) -> Limit | None:
    match statement:
        case ExpressionStatement(expression=Call() as call) if callee_of(code, call, function).name == _SLEEP and call.arguments:
            return limit_of_number(fold(code, call.arguments[0], function), function.span(call), _SLEEP)
    return None


def _receives(statement: Statement) -> bool:
    """Whether a statement waits for a channel."""
    if isinstance(statement, Deferred):
        return False
    return any(
        (isinstance(node, Unary) and node.operator == "<-") or (isinstance(node, Switch) and node.kind == "select")
        for node in nodes_of(statement, into_literals=False)
    )


def _is_after_signal(code: Code, statement: Statement, function: GoFunction) -> bool:
    """Whether what is waited for is a signal: a channel or context that the function makes for it, or is given."""
    if any(callee_of(code, call, function).name in _SIGNALS for call in function.body.calls):
        return True
    contexts = (
        node.function.operand
        for node in nodes_of(statement, into_literals=False)
        if isinstance(node, Call) and isinstance(node.function, Selector) and node.function.name == "Done"
    )
    return any(origin.name == _NOTIFY_CONTEXT for context in contexts for origin in origins(code, context, function))


def _may_last(code: Code, statement: Statement, function: GoFunction) -> bool:
    """Whether a statement may take its time: it stops or waits for something else."""
    if isinstance(statement, Deferred):
        return False
    return any(isinstance(node, Call) and _lasts(code, node, function) for node in nodes_of(statement, into_literals=False))


def _lasts(code: Code, call: Call, function: GoFunction) -> bool:
    callee = callee_of(code, call, function)
    if callee.name == _SLEEP:
        return True
    if callee.declaration is not None:
        if callee.declaration[1].body is None:
            return False
        body = body_of(code, *callee.declaration)
        return any(_is_lasting(inner) for inner in body.body.calls)
    return _is_lasting(call)


def _is_lasting(call: Call) -> bool:
    match call.function:
        case Selector(name=name):
            return name in _LASTING or name == "Sleep"
        case Name():
            return False
    return True
