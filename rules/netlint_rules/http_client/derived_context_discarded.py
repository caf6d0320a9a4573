"""A context with a deadline is made and then used for nothing: no request has that deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Name
from netlint.model.code.cancels import derived_contexts, is_blank, is_context_unused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.cancels import Derived


def check(model: Model) -> Iterator[Finding]:
    """``WithTimeout`` gives a copy of the parent with a deadline; the parent stays as it was (Go ``context/context.go``)."""
    for derived in derived_contexts(model.code):
        if derived.has_deadline and is_context_unused(model.code, derived):
            yield _finding(derived)


def _finding(derived: Derived) -> Finding:
    is_blank_target = is_blank(derived.context) or not isinstance(derived.context, Name)
    who = (
        f"The context of {derived.name} is thrown away" if is_blank_target else f"{derived.name} gives {_name(derived)}, which nothing uses"
    )
    return RULE.finding(
        derived.function.span(derived.context),
        message=f"{who}; the deadline applies to nothing",
        why="What follows still waits as long as the parent context lets it, for ever if that has no deadline",
        help="Take the context, and give it to the request or the call that it is meant to end",
        subject=Subject.function(derived.function),
    )


def _name(derived: Derived) -> str:
    return derived.context.text if isinstance(derived.context, Name) else ""


RULE = Rule(
    name="derived-context-discarded",
    family="http_client",
    layer=1,
    summary="A context with a deadline is made and then used for nothing: no request has that deadline",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
