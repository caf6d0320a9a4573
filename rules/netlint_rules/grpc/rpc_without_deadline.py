"""An RPC is sent with a context that has no deadline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.knowledge.go_grpc import DEADLINE_SETTERS
from netlint.model.code.contexts import context_bound
from netlint.model.code.grpc import rpcs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.contexts import Bound
    from netlint.model.code.grpc import Rpc

_LASTING: Final = re.compile(r"(?i)watch|stream|subscri|follow|tail|listen|wait|poll|sync")
"""Names of methods and functions whose calls are meant to last."""


def check(model: Model) -> Iterator[Finding]:
    """gRPC sets no deadline of its own: an RPC without one waits for as long as its connection seems alive."""
    for rpc in rpcs(model.code):
        if _LASTING.search(rpc.method) or _LASTING.search(rpc.function.name) or rpc.dial is None:
            continue
        if rpc.dial.options.is_open or rpc.dial.options.named(*DEADLINE_SETTERS):
            continue
        bound = context_bound(model.code, rpc.call.arguments[0], rpc.function)
        if bound.state == "unbounded":
            yield _finding(rpc, bound)
    if model.python.modules:
        from netlint_rules.grpc._python_rpcs import check_python

        yield from check_python(model.python, RULE, _LASTING)


def _finding(rpc: Rpc, bound: Bound) -> Finding:
    callee = rpc.call.function
    assert isinstance(callee, Selector)
    related = [Related(function.span(call), "brings no deadline") for call, function in bound.calls]
    return RULE.finding(
        rpc.function.file.span(callee.name_start, callee.end),
        message=f"The RPC {rpc.method} has no deadline: its context comes from none, and the connection sets none",
        why="A server that takes the call and never answers holds the caller for ever; gRPC itself sets no limit",
        help="Make the context with context.WithTimeout(ctx, 5 * time.Second), or give the method a timeout in the service config",
        subject=Subject.function(rpc.function),
        related=related,
    )


RULE = Rule(
    name="rpc-without-deadline",
    family="grpc",
    layer=1,
    summary="An RPC is sent with a context that has no deadline",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
