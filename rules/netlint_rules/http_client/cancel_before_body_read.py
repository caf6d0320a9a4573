"""A function returns a response whose context it cancels on return: the body cannot be read any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Name
from netlint.model.code.cancels import deferred_cancel, derived_in
from netlint.model.code.responses import contexts_of_request, is_read_by_nobody, returned_responses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Deferred
    from netlint.model import Model
    from netlint.model.code.cancels import Derived
    from netlint.model.code.responses import ReturnedResponse


def check(model: Model) -> Iterator[Finding]:
    """The context "controls the entire lifetime of a request and its response" (Go ``net/http/request.go``, NewRequestWithContext)."""
    for returned in returned_responses(model.code):
        if is_read_by_nobody(model.code, returned.function):
            continue
        contexts = contexts_of_request(model.code, returned.call, returned.function)
        for derived in derived_in(model.code, returned.function):
            if derived.scope == returned.scope and isinstance(derived.context, Name) and derived.context.local in contexts:
                cancelled = deferred_cancel(derived)
                if cancelled is not None and cancelled.start < returned.statement.start:
                    yield _finding(returned, derived, cancelled)


def _finding(returned: ReturnedResponse, derived: Derived, cancelled: Deferred) -> Finding:
    function = returned.function
    name = derived.cancel.text if isinstance(derived.cancel, Name) else "cancel"
    return RULE.finding(
        function.span(returned.value),
        message=f"The response is returned, and the deferred {name}() ends its context at the same moment",
        why="Reading the body gives context canceled: all of it, or, which is worse to find, all that had not arrived yet",
        help="Read the body before returning and return what it holds, or let the caller make the context and cancel it",
        subject=Subject.function(function),
        related=[
            Related(function.span(derived.call), "the context of the request"),
            Related(function.span(cancelled.call), "runs when the function returns"),
        ],
    )


RULE = Rule(
    name="cancel-before-body-read",
    family="http_client",
    layer=1,
    summary="A function returns a response whose context it cancels on return: the body cannot be read any more",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
