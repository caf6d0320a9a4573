"""The body of a response is not closed, on one way through the function or on all: its connection is never given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import defer_behind_check
from netlint.golang.syntax import Name
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import effects_of, fate_of, is_main, taken
from netlint.model.code.responses import has_body
from netlint.model.code.uses import SETTLED, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.paths import Leak
    from netlint.model.code.resources import Taken

_LABELS: Final = {
    "return": "returns without closing it",
    "end": "ends without closing it",
    "jump": "goes on without closing it",
    "new": "is given the next response before this one is closed",
}


def check(model: Model) -> Iterator[Finding]:
    """ "It is the caller's responsibility to close Body" (Go ``net/http/response.go``, Response.Body)."""
    for item in taken(model.code, RESPONSE):
        if item.is_discarded:
            if not is_main(item.function, item.scope) and has_body(model.code, item):
                yield _finding(item, ())
            continue
        fate = fate_of(model.code, item)
        if fate is None or not fate.leaks or not has_body(model.code, item):
            continue
        effect = effects_of(model.code, item)
        is_closed_elsewhere = bool(effect & SETTLED)
        # Whoever is handed the response reads on when the function has ended: its body must not be closed by then.
        fix = None if effect & Effect.ESCAPED else _fix(item, safe=not is_closed_elsewhere)
        if fate.unread_leaks:
            yield _finding(item, fate.unread_leaks, is_closed_elsewhere=is_closed_elsewhere, fix=fix)
        elif fate.leaks:
            # Read to its end, which gives the connection back as well: a matter of form until somebody reads less of it.
            yield _finding(item, fate.leaks, is_closed_elsewhere=is_closed_elsewhere, is_drained=True, fix=fix)


def _finding(
    item: Taken, leaks: tuple[Leak, ...], *, is_closed_elsewhere: bool = False, is_drained: bool = False, fix: Fix | None = None
) -> Finding:
    name = item.target.text if isinstance(item.target, Name) else ""
    if item.is_discarded:
        message = "The response is thrown away, so that nobody can close its body"
    elif is_closed_elsewhere:
        read = "is read to its end, but " if is_drained else ""
        message = f"The body of {name} {read}stays open on a path that leaves the function without {name}.Body.Close"
    else:
        message = f"The body of {name} is read to its end but never closed" if is_drained else f"The body of {name} is never closed"
    return RULE.finding(
        item.span,
        message=message,
        why="Only the end of the body gives the connection back: a read that stops before it keeps the connection for ever"
        if is_drained
        else "The connection is never given back: goroutines and sockets pile up, and with MaxConnsPerHost later requests wait for ever",
        help="Take the response, and close its body once the error is checked"
        if item.is_discarded
        else f"defer {name}.Body.Close() right behind the check of the error",
        subject=Subject.function(item.function),
        related=[Related(leak.span(item.function), _LABELS[leak.how]) for leak in leaks[:5]] if is_closed_elsewhere else [],
        severity=Severity.INFO if is_drained else None,
        confidence=Confidence.MEDIUM if is_closed_elsewhere else None,
        fix=fix,
    )


def _fix(item: Taken, *, safe: bool) -> Fix | None:
    return defer_behind_check(item, f"{item.target.text}.Body.Close()", safe=safe) if isinstance(item.target, Name) else None


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
