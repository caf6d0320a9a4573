"""Calls of ``LookupSRV``: which service, protocol and name they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.code.calls import calls_of, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call, Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_FIRST: Final = {"net.LookupSRV": 0, "net.Resolver.LookupSRV": 1}
"""Functions, and which of their arguments is the service."""


class SrvLookup(NamedTuple):
    """A call that asks for ``_service._protocol.name``; ``arguments`` are these three (Go ``net/lookup_unix.go``)."""

    call: Call
    function: GoFunction
    arguments: tuple[Expression, Expression, Expression]


def srv_lookups(code: Code) -> tuple[SrvLookup, ...]:
    """Every such call of the judged code."""
    return code.keep("SRV lookups", lambda: tuple(_srv_lookups(code)))


def _srv_lookups(code: Code) -> Iterator[SrvLookup]:
    for _, call, function, callee in judged(code, calls_of(code, _FIRST)):
        first = _FIRST[callee.name]
        if len(call.arguments) == first + 3 and not call.spread:
            service, protocol, name = call.arguments[first:]
            yield SrvLookup(call, function, (service, protocol, name))
