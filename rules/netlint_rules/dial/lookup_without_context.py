"""A DNS lookup takes no context, so that nothing ends it early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.dns.addresses import parse_address
from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.knowledge.go_dials import EXACT_METHODS, LOOKUPS
from netlint.model.code.addresses import is_local
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.scopes import contexts_in_scope
from netlint.model.code.texts import known_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.scopes import HeldContext

_REVERSE: Final = "net.LookupAddr"


def check(model: Model) -> Iterator[Finding]:
    """The functions of ``net`` look up with ``context.Background()`` (Go ``net/lookup.go:187-663``)."""
    for _, call, function, callee in judged(model.code, calls_of(model.code, LOOKUPS)):
        name = callee.name
        if call.arguments and not _needs_no_dns(model.code, name, call, function):
            held = contexts_in_scope(model.code, function, call.start)
            if held or not _is_start(function):
                yield _finding(name, call, function, held[-1] if held else None)


def _is_start(function: GoFunction) -> bool:
    """Whether the function runs once, when the program starts: nobody waits for it yet."""
    return function.is_global or function.name in ("main", "init")


def _needs_no_dns(code: Code, name: str, call: Call, function: GoFunction) -> bool:
    """Whether the name is one that needs no question: an address, or this machine."""
    text = known_text(code, call.arguments[-1], function)
    return text is not None and (is_local(text) or (name != _REVERSE and parse_address(text) is not None))


def _finding(name: str, call: Call, function: GoFunction, held: HeldContext | None) -> Finding:
    callee = call.function
    context = held.expression if held else "ctx"
    asked = f"net.DefaultResolver.{name.rpartition('.')[2]}({context}, " + ('"ip", …)' if name not in EXACT_METHODS else "…)")
    return RULE.finding(
        function.file.span(callee.name_start if isinstance(callee, Selector) else callee.start, callee.end),
        message=f"{name} does not end with {context}: it looks up with a context of its own that has no deadline"
        if held
        else f"{name} looks up without a context, and so without a deadline",
        why="While DNS does not answer, this waits 10s for each name that the resolver tries, 40s in a pod, though its caller is gone",
        help=f"Ask with {asked}",
        subject=Subject.function(function),
        related=[Related(function.file.span(held.start, held.end), "the context at hand")] if held else [],
        severity=None if held else Severity.INFO,
        fix=_fix(name, call, function, held),
    )


def _fix(name: str, call: Call, function: GoFunction, held: HeldContext | None) -> Fix | None:
    callee = call.function
    if held is None or not held.is_named or name not in EXACT_METHODS or not isinstance(callee, Selector):
        return None
    resolver = Edit(function.file.span(callee.operand.end, callee.operand.end), ".DefaultResolver")
    context = Edit(function.file.span(call.arguments[0].start, call.arguments[0].start), f"{held.expression}, ")
    return Fix(f"Look up with {held.expression}", safe=False, edits=(resolver, context))


RULE = Rule(
    name="lookup-without-context",
    family="dial",
    layer=4,
    summary="A DNS lookup takes no context, so that nothing ends it early",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
