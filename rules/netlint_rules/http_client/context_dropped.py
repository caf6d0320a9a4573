"""A call over the network is given a fresh context although the function holds its caller's: the caller's deadline is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Name, Selector
from netlint.model.code.dropped import dropped_contexts
from netlint.model.code.types import callee_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.dropped import Dropped


def check(model: Model) -> Iterator[Finding]:
    """ "Background … is never canceled, has no values, and has no deadline" (Go ``context/context.go``)."""
    for dropped in dropped_contexts(model.code):
        if not dropped.function.file.is_waived(dropped.fresh, "contextcheck"):
            yield _finding(model.code, dropped)


def _finding(code: Code, dropped: Dropped) -> Finding:
    function, held = dropped.function, dropped.held
    root = callee_of(code, dropped.fresh, function).name
    related = [Related(function.file.span(held.start, held.end), "the context at hand")]
    if dropped.argument is not dropped.fresh:
        related.append(Related(function.span(dropped.argument), "goes over the network with it"))
    detached = f"context.WithTimeout(context.WithoutCancel({held.expression}), …)"
    return RULE.finding(
        function.span(dropped.fresh),
        message=f"A call over the network gets a context made of {root}, although {held.expression} is at hand",
        why="When the caller has given up, by its deadline or because its client went away, the call goes on and holds its goroutine"
        + (" until its own deadline" if dropped.has_deadline else ""),
        help=f"Start from {held.expression}; {detached} says that the call must outlive the caller",
        subject=Subject.function(function),
        related=related,
        severity=Severity.INFO if dropped.has_deadline else None,
        fix=_fix(dropped),
    )


def _fix(dropped: Dropped) -> Fix | None:
    function, held = dropped.function, dropped.held
    if not held.is_named or not _is_imported_for_more(dropped):
        return None
    return Fix(f"Start from {held.expression}", False, (Edit(function.span(dropped.fresh), held.expression),))


def _is_imported_for_more(dropped: Dropped) -> bool:
    """Whether the file still needs the package context, so that its import may stay: a function in view takes a ``context.Context``."""
    file = dropped.function.file
    types = (parameter.type for function in file.facts.functions for parameter in function.parameters)
    names = (type.operand.text for type in types if isinstance(type, Selector) and isinstance(type.operand, Name))
    return any(file.imports.get(name) == "context" for name in names)


RULE = Rule(
    name="context-dropped",
    family="http_client",
    layer=1,
    summary="A call over the network is given a fresh context although the function holds its caller's: the caller's deadline is lost",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
