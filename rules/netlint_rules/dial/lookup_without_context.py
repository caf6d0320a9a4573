"""A DNS lookup takes no context, though the function has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.dns.addresses import parse_address
from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.knowledge.go_dials import EXACT_METHODS, LOOKUPS
from netlint.model.code.addresses import is_local
from netlint.model.code.scopes import contexts_in_scope
from netlint.model.code.texts import known_text
from netlint.model.code.types import callee_of

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
    for function in model.code.judged_functions:
        for call in function.body.calls:
            name = callee_of(model.code, call, function).name
            if name in LOOKUPS and call.arguments and not _needs_no_dns(model.code, name, call, function):
                held = contexts_in_scope(model.code, function, call.start)
                if held:
                    yield _finding(name, call, function, held[-1])


def _needs_no_dns(code: Code, name: str, call: Call, function: GoFunction) -> bool:
    """Whether the name is one that needs no question: an address, or this machine."""
    text = known_text(code, call.arguments[-1], function)
    return text is not None and (is_local(text) or (name != _REVERSE and parse_address(text) is not None))


def _finding(name: str, call: Call, function: GoFunction, held: HeldContext) -> Finding:
    callee = call.function
    method = name.rpartition(".")[2]
    start = callee.name_start if isinstance(callee, Selector) else callee.start
    asked = f"net.DefaultResolver.{method}({held.expression}, " + ('"ip", …)' if name not in EXACT_METHODS else "…)")
    fix = None
    if name in EXACT_METHODS and isinstance(callee, Selector) and held.is_named:
        edits = (
            Edit(function.file.span(callee.operand.end, callee.operand.end), ".DefaultResolver"),
            Edit(function.file.span(call.arguments[0].start, call.arguments[0].start), f"{held.expression}, "),
        )
        fix = Fix(f"Look up with {held.expression}", safe=False, edits=edits)
    return RULE.finding(
        function.file.span(start, callee.end),
        message=f"{name} does not end with {held.expression}: it looks up with a context of its own that has no deadline",
        why="While DNS does not answer, this waits 10s for each name that the resolver tries, 40s in a pod, though its caller is gone",
        help=f"Ask with {asked}",
        subject=Subject.function(function),
        related=[Related(function.file.span(held.start, held.end), "the context at hand")],
        fix=fix,
    )


RULE = Rule(
    name="lookup-without-context",
    family="dial",
    layer=4,
    summary="A DNS lookup takes no context, though the function has one",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
