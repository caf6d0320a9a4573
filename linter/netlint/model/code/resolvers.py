"""What code asks its own ``net.Resolver`` objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.model.code.calls import calls_where
from netlint.model.code.settings import Setting, setting_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code

_METHOD: Final = "net.Resolver."


def calls_of_resolvers(code: Code) -> list[Called]:
    """The calls in view of methods of ``net.Resolver``, all of which look something up."""
    return calls_where(code, lambda name: name.startswith(_METHOD), lambda word: word.startswith("Lookup"))


def methods_used(code: Code, resolver: Setting) -> frozenset[str]:
    """The methods that are called on the resolver in view; empty when it is only handed on, so that nothing is known of its use."""
    found = set()
    for _, _, function, callee in calls_of_resolvers(code):
        if any(setting_of(code, origin) == resolver for origin in origins(code, callee.receiver, function)):
            found.add(callee.name.removeprefix(_METHOD))
    return frozenset(found)
