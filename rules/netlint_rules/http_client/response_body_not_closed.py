"""The body of a response is not closed, on one way through the function or on all: its connection is never given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Name
from netlint.model.code.resources import fate_of, is_main
from netlint.model.code.responses import responses
from netlint.model.code.uses import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.resources import Fate, Taken

_LABELS: Final = {
    "return": "returns without closing it",
    "end": "ends without closing it",
    "jump": "goes on without closing it",
    "new": "is given the next response before this one is closed",
}


def check(model: Model) -> Iterator[Finding]:
    """ "It is the caller's responsibility to close Body" (Go ``net/http/response.go``, Response.Body)."""
    for item in responses(model.code):
        if item.is_discarded:
            if not is_main(item.function, item.scope):
                yield _finding(item, None)
            continue
        fate = fate_of(model.code, item)
        if fate is not None and fate.leaks:
            yield _finding(item, fate)


def _finding(item: Taken, fate: Fate | None) -> Finding:
    name = item.target.text if isinstance(item.target, Name) else ""
    is_closed_elsewhere = fate is not None and bool(fate.effect & SETTLED)
    if fate is None:
        message = "The response is thrown away, so that nobody can close its body"
    elif is_closed_elsewhere:
        message = f"The body of {name} stays open on a way that leaves before {name}.Body.Close"
    else:
        message = f"The body of {name} is never closed"
    shown = fate.leaks[:5] if fate is not None and is_closed_elsewhere else ()
    return RULE.finding(
        item.span,
        message=message,
        why="The connection is never given back: goroutines and sockets pile up, and with MaxConnsPerHost later requests wait for ever",
        help=f"defer {name}.Body.Close() right behind the check of the error"
        if fate is not None
        else "Take the response, and close its body once the error is checked",
        subject=Subject.function(item.function),
        related=[Related(leak.span(item.function), _LABELS[leak.how]) for leak in shown],
        confidence=Confidence.MEDIUM if is_closed_elsewhere else None,
    )


RULE = Rule(
    name="response-body-not-closed",
    family="http_client",
    layer=2,
    summary="The body of a response is not closed, on one way through the function or on all: its connection is never given back",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
