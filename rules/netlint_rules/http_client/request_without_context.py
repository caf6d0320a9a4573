"""A request is made without a context, so nobody can end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Edit, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.requests import SHORTHANDS
from netlint.model.code.scopes import contexts_in_scope
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_REQUEST: Final = "net/http.NewRequest"
_REBOUND: Final = ("net/http.Request.WithContext", "net/http.Request.Clone")


def check(model: Model) -> Iterator[Finding]:
    """``NewRequest`` uses ``context.Background()`` (Go ``net/http/request.go``, NewRequest), and so do the shorthands."""
    rebound = _rebound(model.code)
    for _, call, function, callee in judged(model.code, calls_of(model.code, (*SHORTHANDS, _REQUEST))):
        name = callee.name
        if name == _REQUEST and (id(call), function) in rebound:
            continue
        start = call.function.name_start if isinstance(call.function, Selector) else call.function.start
        yield RULE.finding(
            function.file.span(start, call.function.end),
            message=f"{name.rpartition('/')[2]} makes a request without a context",
            why="When the caller has gone or the program stops, the request goes on; only a time-out of the client ends it",
            help="Use http.NewRequestWithContext with the context of the caller",
            subject=Subject.function(function),
            fix=_fix(model.code, call, function) if name == _REQUEST else None,
        )


def _fix(code: Code, call: Call, function: GoFunction) -> Fix | None:
    held = [item.expression for item in contexts_in_scope(code, function, call.start) if item.is_named]
    if not held or not call.arguments:
        return None
    places = ((call.function.end, "WithContext"), (call.arguments[0].start, f"{held[-1]}, "))
    return Fix(f"Make it with {held[-1]}", False, tuple(Edit(function.file.span(at, at), text) for at, text in places))


def _rebound(code: Code) -> set[tuple[int, GoFunction]]:
    """The calls of ``NewRequest``, each with a function in which its request gets a context later."""
    return {
        (id(origin.node), function)
        for _, _, function, callee in calls_of(code, _REBOUND)
        if callee.receiver is not None
        for origin in origins(code, callee.receiver, function)
    }


RULE = Rule(
    name="request-without-context",
    family="http_client",
    layer=1,
    summary="A request is made without a context, so nobody can end it",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
