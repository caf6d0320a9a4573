"""Every call in view, by what it calls: a question looks up the names that it asks for, instead of going over all calls again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.golang.syntax import Selector
from netlint.model.code.types import callee_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from netlint.golang.syntax import Call
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.types import Callee


class Called(NamedTuple):
    """A call in the body of ``function``, and what it calls. ``place`` counts all calls, in the order of ``Code.functions``."""

    place: int
    call: Call
    function: GoFunction
    callee: Callee


class _Index(NamedTuple):
    """``by_name``: by the name of the callee, empty where it is unknown; ``by_method``: by the last part of what is written."""

    by_name: dict[str, list[Called]]
    by_method: dict[str, list[Called]]
    by_declaration: dict[int, list[Called]]
    judged: frozenset[GoFunction]


def index_calls(code: Code) -> _Index:
    """The index, made by the first question."""
    return code.keep("calls", lambda: _index(code))


def _index(code: Code) -> _Index:
    found = _Index({}, {}, {}, frozenset(code.judged_functions))
    place = 0
    for function in code.functions:
        for call in function.body.calls:
            callee = callee_of(code, call, function)
            called = Called(place, call, function, callee)
            place += 1
            found.by_name.setdefault(callee.name, []).append(called)
            if isinstance(call.function, Selector):
                found.by_method.setdefault(call.function.name, []).append(called)
            if callee.declaration is not None:
                found.by_declaration.setdefault(id(callee.declaration[1]), []).append(called)
    return found


def calls_of(code: Code, names: Iterable[str]) -> list[Called]:
    """The calls in view of functions and methods of these full names, in a fixed order; the empty name is that of unknown ones."""
    by_name = index_calls(code).by_name
    return in_order(by_name.get(name, []) for name in names)


def calls_where(code: Code, is_meant: Callable[[str], object]) -> list[Called]:
    """As ``calls_of``, of all names for which ``is_meant`` is true. It is asked once a name."""
    return in_order(called for name, called in index_calls(code).by_name.items() if is_meant(name))


def calls_by(code: Code, is_meant: Callable[[Callee], object]) -> list[Called]:
    """As ``calls_where``, asking for the callee: it is the same for all calls of a name, except for the receiver."""
    return in_order(called for called in index_calls(code).by_name.values() if is_meant(called[0].callee))


def calls_written(code: Code, names: Iterable[str]) -> list[Called]:
    """The calls in view that are written ``x.name(…)`` with one of ``names``, whatever ``x`` is."""
    by_method = index_calls(code).by_method
    return in_order(by_method.get(name, []) for name in names)


def calls_written_like(code: Code, pattern: re.Pattern[str]) -> list[Called]:
    """As ``calls_written``, with all names that match the whole of ``pattern``."""
    return calls_written(code, filter(pattern.fullmatch, index_calls(code).by_method))


def calls_of_declaration(code: Code, declaration: int) -> list[Called]:
    """The calls in view of the function whose declaration has this identity."""
    return index_calls(code).by_declaration.get(declaration, [])


def judged(code: Code, calls: Iterable[Called]) -> list[Called]:
    """Those of the calls in whose function findings are wanted."""
    functions = index_calls(code).judged
    return [item for item in calls if item.function in functions]


def calling(calls: Iterable[Called]) -> list[GoFunction]:
    """The functions that the calls stand in, each once."""
    return list(dict.fromkeys(item.function for item in calls))


def in_order(groups: Iterable[list[Called]]) -> list[Called]:
    """All calls of the groups, each once."""
    found = {item.place: item for group in groups for item in group}
    return [found[place] for place in sorted(found)]
