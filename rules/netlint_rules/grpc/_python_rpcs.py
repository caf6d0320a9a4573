"""RPCs of Python code that have no deadline; of rpc-without-deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Finding, Related, Rule, Subject
from netlint.model.python.deadlines import has_deadline_around
from netlint.model.python.grpc import unlimited_rpcs

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode


def check_python(python: PythonCode, rule: Rule, lasting: re.Pattern[str]) -> Iterator[Finding]:
    """A stub's method takes ``timeout``, which is none where it is not given. ``lasting``: names of what is meant to last."""
    for rpc in unlimited_rpcs(python):
        if lasting.search(rpc.method) or lasting.search(rpc.scope.name) or has_deadline_around(python, rpc.scope):
            continue
        given = rpc.argument
        yield rule.finding(
            rpc.span,
            message=f"The RPC {rpc.method} has no deadline: the call gives no timeout, and its channel sets none",
            why="A server that takes the call and never answers holds the caller for ever; gRPC itself sets no limit",
            help="Give the call timeout=5, or give the method a timeout in the service config of the channel",
            subject=Subject("func", rpc.scope.name or "<module>", package=rpc.scope.module),
            related=[Related(rpc.scope.span(given.start, given.end), "is no limit")] if given is not None else (),
        )
