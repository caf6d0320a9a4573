"""A dial hook dials without the context it is given, and without a limit: nothing ends the dial any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.hooks import dial_hooks, dials_without_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.dials import Dial
    from netlint.model.code.hooks import Hook


def check(model: Model) -> Iterator[Finding]:
    """The request returns when its context ends, but the hook dials on (Go ``net/http/transport.go``, ``dialConnFor``)."""
    for hook in dial_hooks(model.code):
        for dial in dials_without_context(model.code, hook):
            yield _finding(hook, dial)


def _finding(hook: Hook, dial: Dial) -> Finding:
    function = hook.function
    context = hook.context
    limit = dial.limit.duration if dial.limit.state == "known" else None
    lacks = "without the context it is given" if context is not None else "and is given no context that could end the dial"
    return RULE.finding(
        function.span(dial.call.function),
        message=f"The {hook.name} hook dials with {dial.name}, {lacks}"
        + (
            "; nothing ends the dial but the kernel, after some 135 s"
            if limit == 0
            else f"; only the dialer's own {show_duration(Nanoseconds(limit)) if limit else 'limit, if it has one,'} ends the dial"
        ),
        why="Each request that gives up leaves a goroutine and a half-open socket behind, until the dial ends by itself",
        help="Dial with (&net.Dialer{Timeout: …}).DialContext(ctx, network, address)"
        + ("" if context is not None else f", and make it the {hook.name}Context hook"),
        subject=Subject.function(function),
        related=[] if context is None else [Related(function.file.span(context.start, context.end), "the context that the hook is given")],
        severity=None if limit == 0 and context is not None else Severity.INFO,
    )


RULE = Rule(
    name="dial-hook-drops-context",
    family="http_client",
    layer=3,
    summary="A dial hook dials without the context it is given, and without a limit: nothing ends the dial any more",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
