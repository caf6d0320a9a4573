"""Every call in view, by what it calls: a question looks up the names that it asks for, instead of going over all calls again.

Calls are sorted by the last word that is written for what they call, which costs nothing. What one really calls is found out when somebody
asks for that word: of most nobody does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Index, Name, Selector
from netlint.model.code.types import callee_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

    from netlint.golang.facts import Function
    from netlint.golang.syntax import Call, Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.types import Callee

_NAMELESS: Final = ""
"""The word of calls that name no function where they stand: of variables, literals, types without a name. May be any function."""


class Called(NamedTuple):
    """A call in the body of ``function``, and what it calls. ``place``: which of ``Code.functions`` that is, and which of its calls."""

    place: tuple[int, int]
    call: Call
    function: GoFunction
    callee: Callee


class _Resolved(NamedTuple):
    """The calls of one word: all, by the full name of the callee (empty where it is unknown), and by the identity of its declaration."""

    calls: tuple[Called, ...]
    by_name: dict[str, list[Called]]
    by_declaration: dict[int, list[Called]]


class _Index(NamedTuple):
    """``written``: by word, the places in ``Code.functions`` of those with such a call; ``resolved``: the words that were asked for."""

    written: dict[str, list[int]]
    resolved: dict[str, _Resolved]


def index_calls(code: Code) -> _Index:
    """The index, made by the first question."""
    return code.keep("calls", lambda: _index(code))


def _index(code: Code) -> _Index:
    found = _Index({}, {})
    for number, function in enumerate(code.functions):
        for word in {word_of(call.function) for call in function.body.calls}:
            found.written.setdefault(word, []).append(number)
    return found


def word_of(called: Expression) -> str:
    """The last word that is written for what is called, ``Get`` of ``http.Get``; empty where there is none that says which function."""
    while type(called) is Index:
        called = called.operand
    if type(called) is Selector:
        return called.name
    return called.text if type(called) is Name and called.local == NOT_LOCAL else _NAMELESS


def _resolved(code: Code, word: str) -> _Resolved:
    index = index_calls(code)
    known = index.resolved.get(word)
    if known is None:
        known = index.resolved[word] = code.apart(lambda: _resolve(code, word, index.written.get(word, ())))
    return known


def _resolve(code: Code, word: str, numbers: Iterable[int]) -> _Resolved:
    calls = (
        Called((number, place), call, code.functions[number], callee_of(code, call, code.functions[number]))
        for number in numbers
        for place, call in enumerate(code.functions[number].body.calls)
        if word_of(call.function) == word
    )
    found = _Resolved(tuple(calls), {}, {})
    for called in found.calls:
        found.by_name.setdefault(called.callee.name, []).append(called)
        if called.callee.declaration is not None:
            found.by_declaration.setdefault(id(called.callee.declaration[1]), []).append(called)
    return found


def calls_of(code: Code, names: Iterable[str]) -> list[Called]:
    """The calls in view of functions and methods of these full names, in a fixed order."""
    nameless = _resolved(code, _NAMELESS).by_name
    return in_order(found.get(name, ()) for name in names for found in (_resolved(code, name.rpartition(".")[2]).by_name, nameless))


def calls_where(code: Code, is_meant: Callable[[str], object], is_written: Callable[[str], object]) -> list[Called]:
    """As ``calls_of``, of all names for which ``is_meant`` is true, whose last word is one for which ``is_written`` is."""
    return in_order(called for found in _where(code, is_written) for name, called in found.by_name.items() if is_meant(name))


def calls_ending(code: Code, pattern: re.Pattern[str]) -> list[Called]:
    """As ``calls_where``, of names in which ``pattern`` is found, which is about their last word and the dot in front of it."""
    return calls_where(code, pattern.search, lambda word: pattern.search(f".{word}"))


def calls_by(code: Code, is_meant: Callable[[Callee], object], is_written: Callable[[str], object]) -> list[Called]:
    """As ``calls_where``, asking for the callee: it is the same for all calls of a name, except for the receiver."""
    return in_order(called for found in _where(code, is_written) for called in found.by_name.values() if is_meant(called[0].callee))


def _where(code: Code, is_written: Callable[[str], object]) -> Iterator[_Resolved]:
    for word in index_calls(code).written:
        if word == _NAMELESS or is_written(word):
            yield _resolved(code, word)


def calls_written(code: Code, words: Iterable[str]) -> list[Called]:
    """The calls in view that are written ``x.word(…)`` with one of ``words``, whatever ``x`` is."""
    return in_order([item for item in _resolved(code, word).calls if isinstance(item.call.function, Selector)] for word in words)


def calls_written_like(code: Code, pattern: re.Pattern[str]) -> list[Called]:
    """As ``calls_written``, with all words that match the whole of ``pattern``."""
    return calls_written(code, filter(pattern.fullmatch, index_calls(code).written))


def calls_of_declaration(code: Code, declaration: Function) -> list[Called]:
    """The calls in view of a declared function."""
    words = (declaration.name, _NAMELESS)
    return in_order(_resolved(code, word).by_declaration.get(id(declaration), ()) for word in words)


def judged(code: Code, calls: Iterable[Called]) -> list[Called]:
    """Those of the calls in whose function findings are wanted."""
    return [item for item in calls if code.is_judged(item.function)]


def by_function(calls: Iterable[Called]) -> dict[GoFunction, list[Called]]:
    """The calls by the function that they stand in."""
    found: dict[GoFunction, list[Called]] = {}
    for item in calls:
        found.setdefault(item.function, []).append(item)
    return found


def calling(calls: Iterable[Called]) -> list[GoFunction]:
    """The functions that the calls stand in, each once."""
    return list(dict.fromkeys(item.function for item in calls))


def in_order(groups: Iterable[Iterable[Called]]) -> list[Called]:
    """All calls of the groups, each once."""
    found = {item.place: item for group in groups for item in group}
    return [found[place] for place in sorted(found)]
