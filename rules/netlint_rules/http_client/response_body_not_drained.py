"""A body is closed unread: before Go 1.27 the connection is thrown away with it, and the next request opens a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Call, Literal, Name, Selector
from netlint.knowledge.go_closing import RESPONSE
from netlint.model.code.resources import fate_of, is_closed_unread, taken
from netlint.model.code.responses import has_body, keeps_connections, methods_of
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.resources import Taken

_DRAINS_ON_CLOSE: Final = (1, 27)
"""Since this version Close reads up to 256 KiB or 50 ms on (Go 1.27 ``net/http/transport.go:2420-2448``)."""

_WITH_BODY: Final = frozenset(("GET", "POST"))
"""Methods that are answered with a body as a rule."""


def check(model: Model) -> Iterator[Finding]:
    """Before Go 1.27 a connection whose body was not read to its end is closed (``net/http/transport.go``, ``earlyCloseFn``)."""
    for item in taken(model.code, RESPONSE):
        module = item.function.file.package.module
        if module is None or module.go_version >= _DRAINS_ON_CLOSE:
            continue
        if not is_closed_unread(model.code, item) or fate_of(model.code, item) is None:
            continue
        is_answer = has_body(model.code, item) and methods_of(model.code, item) & _WITH_BODY
        if is_answer and not _expects_no_body(item) and keeps_connections(model.code, item):
            yield _finding(item)


def _expects_no_body(item: Taken) -> bool:
    """Whether the function speaks of 204, the answer without a body."""
    return any(
        (isinstance(node, Selector) and node.name == "StatusNoContent") or (isinstance(node, Literal) and node.text == "204")
        for node in nodes_of(item.scope.block)
    )


def _finding(item: Taken) -> Finding:
    name = item.target.text if isinstance(item.target, Name) else ""
    version = item.function.file.package.go_version
    return RULE.finding(
        item.span,
        message=f"The body of {name} is closed unread; with Go {version[0]}.{version[1]} that closes the connection as well",
        why="The next request to this host has to dial, and to shake hands, again: 20 requests took 20 connections instead of one",
        help=f"Read it first: io.Copy(io.Discard, {name}.Body), before {name}.Body.Close()",
        subject=Subject.function(item.function),
        related=[Related(item.function.span(call), "closes it unread") for call in _closings(item)[:3]],
    )


def _closings(item: Taken) -> list[Call]:
    """The calls of ``resp.Body.Close`` in the function."""
    found = []
    for node in nodes_of(item.scope.block):
        match node:
            case Call(function=Selector(name="Close", operand=Selector(name="Body", operand=Name(local=item.local)))):
                found.append(node)
    return sorted(found, key=lambda call: call.start)


RULE = Rule(
    name="response-body-not-drained",
    family="http_client",
    layer=2,
    summary="A body is closed unread: before Go 1.27 the connection is thrown away with it, and the next request opens a new one",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
