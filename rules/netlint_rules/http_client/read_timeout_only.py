"""A time-out of requests limits each wait for bytes, and no sum of them: the whole call has no limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint_rules.http_client._lasting import PYTHON_STREAMS, TRANSFERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.python.code import PythonCode
    from netlint.model.python.requests import Request


def check(model: Model) -> Iterator[Finding]:
    """requests hands its number to each read of the socket: ``adapters.py``, send; urllib3 ``util/timeout.py``, Timeout."""
    if model.python.modules:
        yield from _in_python(model.python)


def _in_python(python: PythonCode) -> Iterator[Finding]:
    from netlint.model.python.deadlines import has_deadline_around
    from netlint.model.python.requests import goes_to_same_machine, requests

    for request in requests(python):
        if request.library != "requests" or request.argument is None or _is_read_in_parts(request):
            continue
        if not all(item.read.state == "known" for item in request.timeouts):
            continue
        if not goes_to_same_machine(python, request) and not has_deadline_around(python, request.scope):
            yield _finding(request)


def _is_read_in_parts(request: Request) -> bool:
    """Whether the caller reads the body by himself, so that he can look at the clock, or it is one of those that take their time."""
    if any(item.name == "stream" or item.stars for item in request.call.arguments):
        return True
    return PYTHON_STREAMS.search(request.scope.name) is not None or TRANSFERS.search(request.scope.name) is not None


def _finding(request: Request) -> Finding:
    scope, argument = request.scope, request.argument
    assert argument is not None
    span = scope.span(argument.start, argument.end)
    elsewhere = {item.span: None for item in request.timeouts if item.span is not None and not item.span.overlaps(span)}
    return RULE.finding(
        span,
        message=f"This timeout of {request.name} limits the connect and each wait for bytes, not the whole call",
        why="A server that sends a byte now and then holds the caller for as long as it likes, and each redirect begins anew",
        help="Where the call must end in time, read it with stream=True and look at the clock, or use a client with a total, as aiohttp",
        subject=Subject("func", scope.name or "<module>", package=scope.module),
        related=[Related(place, "says how long") for place in elsewhere],
    )


RULE = Rule(
    name="read-timeout-only",
    family="http_client",
    layer=1,
    summary="A time-out of requests limits each wait for bytes, and no sum of them: the whole call has no limit",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
