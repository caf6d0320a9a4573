"""Calls of ``LookupSRV``: which service, protocol and name they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.code.types import callee_of

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
    for function in code.judged_functions:
        for call in function.body.calls:
            first = _FIRST.get(callee_of(code, call, function).name)
            if first is not None and len(call.arguments) == first + 3 and not call.spread:
                service, protocol, name = call.arguments[first:]
                yield SrvLookup(call, function, (service, protocol, name))
