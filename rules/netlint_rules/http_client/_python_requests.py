"""Requests of Python code that nothing limits; of client-without-deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject
from netlint.model.python.deadlines import has_deadline_around
from netlint.model.python.requests import clients, goes_nowhere, goes_to_same_machine, ignored_timeouts, requests
from netlint_rules.http_client._lasting import PYTHON_STREAMS, TRANSFERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode
    from netlint.model.python.requests import Client, Request
    from netlint.source import Span

_WHY: Final = "A server that takes the connection and then says nothing holds the caller for ever"
_HELP: Final = {
    "requests": "Give the call timeout=(3.05, 10): seconds for the connect, and for each wait for bytes",
    "httpx": "Leave timeout out, which means 5 s, or give a number or httpx.Timeout(10)",
    "aiohttp": "Give aiohttp.ClientTimeout a total, or a sock_read where the response is meant to last",
    "urllib3": "Give timeout=urllib3.Timeout(connect=3, read=10) to the call or to the pool",
    "urllib": "Give the call timeout=10",
    "http.client": "Give the connection timeout=10 where it is made",
}


def check_python(python: PythonCode, rule: Rule) -> Iterator[Finding]:
    """requests, urllib3 and what Python brings wait for ever unless a limit is given; httpx and aiohttp when it is taken away."""
    reported: set[tuple[str, int]] = set()
    for request in requests(python):
        if not request.is_unbounded or _lasts(request) or goes_nowhere(python, request) or has_deadline_around(python, request.scope):
            continue
        by_client = [client for client in request.clients if client.argument is not None] if request.argument is None else []
        if by_client:
            for client in by_client:
                # What takes the limit away stands at the client: one finding for all that it sends.
                key = (client.span.path, client.span.start)
                if key not in reported:
                    reported.add(key)
                    yield _of_client(rule, client, request)
        else:
            yield _of_request(python, rule, request)
    used = {(client.span.path, client.span.start) for request in requests(python) for client in request.clients}
    for client in clients(python):
        at = (client.span.path, client.span.start)
        is_endless = client.argument is not None and bool(client.timeouts) and all(item.is_unbounded for item in client.timeouts)
        if is_endless and at not in used and not PYTHON_STREAMS.search(client.scope.name):
            yield _of_client(rule, client, None)


def _lasts(request: Request) -> bool:
    return PYTHON_STREAMS.search(request.scope.name.rpartition(".")[2]) is not None


def _of_request(python: PythonCode, rule: Rule, request: Request) -> Finding:
    scope, given = request.scope, request.argument
    span = scope.span(given.start, given.end) if given is not None else request.name_span
    related = [Related(client.span, "sets no time-out") for client in request.clients]
    related += [Related(place, "has no effect: a requests.Session has no time-out") for place in ignored_timeouts(request)]
    if given is not None:
        related.append(Related(request.name_span, "sends the request"))
        related += [Related(item.span, "says so") for item in request.timeouts if item.span is not None and item.span not in (span,)]
    is_elsewhere = any(client.scope is not scope for client in request.clients)
    eased = goes_to_same_machine(python, request) or TRANSFERS.search(scope.name) is not None
    return rule.finding(
        span,
        message=f"{request.name} sends this request without a limit of time: {_reason(request)}",
        why=_WHY,
        help=_HELP[request.library],
        subject=Subject("func", scope.name or "<module>", package=scope.module),
        related=_distinct(related, span),
        severity=Severity.INFO if eased else None,
        confidence=Confidence.MEDIUM if is_elsewhere else None,
        fix=_fix(request),
    )


def _reason(request: Request) -> str:
    if request.argument is not None:
        return "its timeout waits for ever for the answer"
    return "neither the client nor the call sets one" if request.clients else "the call gives no timeout"


def _of_client(rule: Rule, client: Client, request: Request | None) -> Finding:
    scope, argument = client.scope, client.argument
    assert argument is not None
    span = scope.span(argument.start, argument.end)
    related = [Related(item.span, "says so") for item in client.timeouts if item.span is not None]
    related += [Related(request.name_span, "sends through it")] if request is not None else []
    users = "what is sent through it brings no limit" if request is not None else "who sends through it is not in view"
    return rule.finding(
        span,
        message=f"This {client.name} waits for ever for answers, and {users}",
        why=_WHY,
        help=_HELP[client.form.library],
        subject=Subject("func", scope.name or "<module>", package=scope.module),
        related=_distinct(related, span),
        confidence=None if request is not None and request.scope is scope else Confidence.MEDIUM,
    )


def _distinct(related: list[Related], span: Span) -> list[Related]:
    """Each place once, without what the finding's own place shows."""
    return list({item.span: item for item in related if not item.span.overlaps(span)}.values())


def _fix(request: Request) -> Fix | None:
    """``timeout=60`` behind the last argument of a call that gives none."""
    if request.library not in ("requests", "urllib", "urllib3") or request.argument is not None or not request.call.arguments:
        return None
    last = request.call.arguments[-1]
    return Fix("Give the call timeout=60", False, (Edit(request.scope.span(last.end, last.end), ", timeout=60"),))
