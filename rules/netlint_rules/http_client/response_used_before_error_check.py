"""A response is used before its error is looked at: when the request fails it is nil, and the program panics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import called_name, taken, use_before_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Name
    from netlint.model import Model
    from netlint.model.code.resources import Taken


def check(model: Model) -> Iterator[Finding]:
    """ "On error, any Response can be ignored" (Go ``net/http/client.go``, Client.Do): it is nil then."""
    for item in taken(model.code, RESPONSE):
        used = use_before_check(model.code, item)
        if used is not None:
            yield _finding(item, used)


def _finding(item: Taken, used: Name) -> Finding:
    return RULE.finding(
        item.function.span(used),
        message=f"{used.text} is used before the error of the request is checked; when the request fails, {used.text} is nil",
        why="One refused connection or one time-out, and the goroutine panics with a nil pointer dereference instead of reporting it",
        help=f"Check the error first, and use {used.text} behind that",
        subject=Subject.function(item.function),
        related=[Related(called_name(item.call, item.function), "may fail, with a response that is nil")],
    )


RULE = Rule(
    name="response-used-before-error-check",
    family="http_client",
    layer=2,
    summary="A response is used before its error is looked at: when the request fails it is nil, and the program panics",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
