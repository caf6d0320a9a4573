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
            if dial.limit.state == "known":
                yield _finding(hook, dial)


def _finding(hook: Hook, dial: Dial) -> Finding:
    function = hook.function
    context = hook.parameters[0]
    limit = dial.limit.duration
    return RULE.finding(
        function.span(dial.call.function),
        message=f"The {hook.name} hook dials with {dial.name}, without the context it is given"
        + (
            f"; only the dialer's own {show_duration(Nanoseconds(limit))} ends the dial"
            if limit
            else "; nothing ends the dial but the kernel, after some 135 s"
        ),
        why="Each request that gives up leaves a goroutine and a half-open socket behind, until the dial ends by itself",
        help="Dial with (&net.Dialer{Timeout: …}).DialContext(ctx, network, address)",
        subject=Subject.function(function),
        related=[Related(function.file.span(context.start, context.end), "the context that the hook is given")],
        severity=Severity.INFO if limit else None,
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
