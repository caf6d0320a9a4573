"""The cancel function of a context is thrown away, or not used on some way: the timer and what waits for it stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import defer_next
from netlint.golang.syntax import NOT_LOCAL, Assignment, Call, Name
from netlint.model.code.cancels import derived_contexts, is_blank, lost_cancels
from netlint.model.code.resources import is_main
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.cancels import Derived
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.paths import Leak

_LABELS: Final = {
    "return": "returns without calling it",
    "end": "ends without calling it",
    "jump": "goes on without calling it",
}


def check(model: Model) -> Iterator[Finding]:
    """ "Failing to call the CancelFunc leaks the child and its children until the parent is canceled" (Go ``context/context.go``)."""
    for derived in derived_contexts(model.code):
        if derived.function.file.is_waived(derived.statement, "govet", "lostcancel"):
            continue
        in_main = is_main(derived.function, derived.scope)
        ends_the_program = in_main or derived.function.is_global
        if is_blank(derived.cancel):
            if not derived.function.is_global:
                yield _finding(derived, (), "is thrown away", ends_the_program=in_main)
            continue
        # To give the variable the next one is what loops do that remember whether they have called the last.
        leaks = tuple(
            leak for leak in lost_cancels(model.code, derived) if leak.how != "new" and not (ends_the_program and leak.how != "jump")
        )
        if leaks:
            yield _finding(derived, leaks, "is not called on every way out of the function")


def _finding(derived: Derived, leaks: tuple[Leak, ...], fact: str, *, ends_the_program: bool = False) -> Finding:
    until = "until the deadline has passed" if derived.has_deadline else "for as long as the parent context lives"
    if ends_the_program:
        until += ": in main that is until the program ends, so that what waits for it never gets to finish its work"
    name = derived.cancel.text if isinstance(derived.cancel, Name) else "cancel"
    return RULE.finding(
        derived.function.span(derived.cancel),
        message=f"The cancel function of {derived.name} {fact}",
        why=f"The context, its timer and every goroutine that waits for it stay {until}",
        help="Take the cancel function and defer it in the next line" if name == "_" else f"defer {name}() right behind {derived.name}",
        subject=Subject.function(derived.function),
        related=[Related(leak.span(derived.function), _LABELS[leak.how]) for leak in leaks[:5]],
        fix=_fix(derived),
        severity=Severity.INFO if ends_the_program else None,
    )


def _fix(derived: Derived) -> Fix | None:
    """Defer it in the next line. That also ends what outlives the function with the context, so that it is for a person to decide."""
    function, cancel, statement = derived.function, derived.cancel, derived.statement
    if not isinstance(cancel, Name) or not isinstance(statement, Assignment):
        return None
    edits: tuple[Edit, ...] = ()
    if cancel.text == "_":
        # A new variable needs `:=`, and a name that nothing else has.
        if statement.operator != ":=" or any(local.name == "cancel" for local in function.body.locals):
            return None
        edits = (Edit(function.span(cancel), "cancel"),)
    elif not _is_only_called(cancel, function):
        return None
    name = "cancel" if edits else cancel.text
    line = defer_next(function, derived.scope, statement, f"{name}(nil)" if derived.name.endswith("CancelCause") else f"{name}()")
    return Fix(f"Defer {name}", False, (*edits, line)) if line else None


def _is_only_called(cancel: Name, function: GoFunction) -> bool:
    """Whether nobody is handed the function: who is may mean to call it later."""
    named = [node for node in nodes_of(function.body.block) if isinstance(node, Name) and node.local == cancel.local != NOT_LOCAL]
    called = [node.function for node in nodes_of(function.body.block) if isinstance(node, Call)]
    return all(node is cancel or any(node is callee for callee in called) for node in named)


RULE = Rule(
    name="lost-cancel",
    family="http_client",
    layer=1,
    summary="The cancel function of a context is thrown away, or not used on some way: the timer and what waits for it stay",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
