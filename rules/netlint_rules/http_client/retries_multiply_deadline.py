"""A time-out is for one attempt, and the client makes several: the call takes many times as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.python.code import PythonCode
    from netlint.model.python.requests import Request
    from netlint.model.python.retries import Retries


def check(model: Model) -> Iterator[Finding]:
    """urllib3 gives each attempt the whole time-out anew: urllib3 2.8.0 ``connectionpool.py``, urlopen."""
    if model.python.modules:
        yield from _in_python(model.python)


def _in_python(python: PythonCode) -> Iterator[Finding]:
    from netlint.model.python.deadlines import has_deadline_around
    from netlint.model.python.requests import goes_to_same_machine, requests
    from netlint.model.python.retries import retries_of

    for request in requests(python):
        limits = {item.read for item in request.timeouts}
        if len(limits) != 1 or next(iter(limits)).state != "known":
            continue
        retries = retries_of(python, request)
        if retries is not None and not goes_to_same_machine(python, request) and not has_deadline_around(python, request.scope):
            yield _finding(request, next(iter(limits)).nanoseconds, retries)


def _finding(request: Request, limit: int, retries: Retries) -> Finding:
    tries = retries.times + 1
    one, all = show_duration(Nanoseconds(limit)), show_duration(Nanoseconds(tries * limit + int(retries.pauses * 1_000_000_000)))
    pauses = ", with the pauses between them" if retries.pauses else ""
    told = "as it is told" if retries.span is not None else "as urllib3 does unless it is told otherwise"
    related = [Related(retries.span, f"repeats {retries.times} times")] if retries.span is not None else []
    related += [Related(item.span, "limits one attempt") for item in request.timeouts if item.span is not None]
    return RULE.finding(
        request.name_span,
        message=f"The timeout of {one} is for one attempt, and {request.name} makes up to {tries}, {told}: {all} in all{pauses}",
        why="Who waits for this call has given up long before, and each attempt more is load on a server that is slow already",
        help="Give the attempts a smaller time-out so that all of them fit into the caller's, or repeat less often: retries=False, total=1",
        subject=Subject("func", request.scope.name or "<module>", package=request.scope.module),
        related=list({item.span: item for item in related}.values()),
    )


RULE = Rule(
    name="retries-multiply-deadline",
    family="http_client",
    layer=1,
    summary="A time-out is for one attempt, and the client makes several: the call takes many times as long",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
