"""A function makes a transport for its request and leaves the connections of it behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Call, FunctionLiteral, Literal, Name, Selector
from netlint.model.code.carriers import carriers
from netlint.model.code.settings import field_value, identity, may_be_true
from netlint.model.code.transports import makes_no_connections
from netlint.model.code.types import base_type, callee_of, resolve_type, type_of
from netlint.model.code.values import assigned_pairs, callers_of, origins, returned_origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model import Model
    from netlint.model.code.carriers import Carrier
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_ONCE: Final = re.compile(r"^(?:main|init|[nN]ew|[mM]ake|[sS]etup|[iI]nit|[cC]reate|[bB]uild|[sS]tart|[rR]un)(?![a-z])")
"""Names of functions that run once, or seldom."""
_PROGRAM: Final = re.compile(r"/(?:\w*cmd|cli|commands?|tools?|release|scripts?)/")
"""Import paths of what is run from a command line, and ends after it."""
_MAX_DEPTH: Final = 4


def check(model: Model) -> Iterator[Finding]:
    """Each transport has a pool of its own (Go ``net/http/transport.go``, Transport), which nobody can reach once the function is over."""
    code = model.code
    for carrier in carriers(code):
        function = carrier.transport.function
        sent = [request.call for request in carrier.requests if request.function is function]
        sent += [place.expression for place in carrier.round_trips if place.function is function and isinstance(place.expression, Call)]
        is_shared = carrier.is_direct and not carrier.round_trips
        if not sent or is_shared or not _runs_often(code, function) or not _is_left_behind(code, carrier, function):
            continue
        if makes_no_connections(code, carrier.transport):
            continue
        idle = field_value(code, carrier.transport, "IdleConnTimeout")
        if idle.value is None or may_be_true(field_value(code, carrier.transport, "DisableKeepAlives")):
            continue
        first = sent[0].function
        start = first.name_start if isinstance(first, Selector) else first.start
        yield RULE.finding(
            carrier.transport.span,
            message="Every call of this function makes a transport, with a pool of connections that no other call can use",
            why="Each call dials anew, and its connection stays open, with two goroutines, "
            + ("until the server closes it" if idle.value == 0 else "until its idle time is over"),
            help="Make the transport once, and share it; or call CloseIdleConnections at the end, or set DisableKeepAlives",
            subject=Subject.function(function),
            related=[Related(function.file.span(start, first.end), "sends through it")],
            severity=None if idle.value == 0 else Severity.INFO,
        )


def _runs_often(code: Code, function: GoFunction, depth: int = 0) -> bool:
    """Whether a program is likely to call the function time and again. In a program's own package there must be a sign of it."""
    if function.is_global or depth > _MAX_DEPTH or _ONCE.search(function.declaration.name):
        return False
    if any(resolve_type(code, item.type, function.file) == "net/http.ResponseWriter" for item in function.declaration.parameters):
        return True
    callers = [(call, caller) for call, caller in callers_of(code, function) if caller is not function]
    if function.file.package.name == "main" or _PROGRAM.search(f"/{function.file.package.path}/"):
        return any(_runs_often(code, caller, depth + 1) for _, caller in callers)
    return not callers or any(
        not caller.is_global and (not _ONCE.search(caller.declaration.name) or _in_literal(call, caller)) for call, caller in callers
    )


def _in_literal(call: Call, caller: GoFunction) -> bool:
    """Whether a call stands in a function literal, such as a handler that is registered once and runs time and again."""
    return any(literal.start <= call.start < literal.end for literal in caller.body.literals)


def _is_left_behind(code: Code, carrier: Carrier, function: GoFunction) -> bool:
    """Whether neither the transport nor its client is kept, and nobody closes its connections."""
    kept = {identity(carrier.transport.origin), *(identity(client.origin) for client in carrier.clients)}
    if any(client.function is not function for client in carrier.clients):
        return False
    returned = [origin for position in range(len(function.declaration.results)) for origin in returned_origins(code, function, position)]
    stored = [
        origin
        for statement in function.body.assignments
        for target, value, _ in assigned_pairs(statement)
        if value is not None and not _is_part_of(code, target, function)
        for origin in origins(code, value, function)
    ]
    if any(identity(origin) in kept for origin in (*returned, *stored)):
        return False
    for call in function.body.calls:
        name = callee_of(code, call, function).name
        if name.endswith(".CloseIdleConnections") or any(_means_close(argument) for argument in call.arguments):
            return False
        if not name.startswith("net/http.Client.") and any(
            identity(origin) in kept for item in call.arguments for origin in origins(code, item, function)
        ):
            return False
    return not any(_sets_close(target) for statement in function.body.assignments for target in statement.targets) and not any(
        isinstance(literal, FunctionLiteral) and literal.start <= carrier.transport.node.start < literal.end
        for literal in function.body.literals
    )


def _is_part_of(code: Code, target: Expression, function: GoFunction) -> bool:
    """Whether an assignment puts something into a client or transport of the function: ``client.Transport = transport``."""
    return (
        isinstance(target, Selector)
        and isinstance(target.operand, Name)
        and target.operand.local >= 0
        and base_type(type_of(code, target.operand, function)) in ("net/http.Client", "net/http.Transport")
    )


def _means_close(argument: Expression) -> bool:
    return isinstance(argument, Literal) and argument.kind == "string" and argument.text.lower() == "close"


def _sets_close(target: Expression) -> bool:
    """``request.Close = true``: the connection goes with its response."""
    return isinstance(target, Selector) and target.name == "Close"


RULE = Rule(
    name="transport-per-call",
    family="http_client",
    layer=2,
    summary="A function makes a transport for its request and leaves the connections of it behind",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
