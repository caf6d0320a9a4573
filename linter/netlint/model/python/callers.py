"""Who calls a function or makes an object of a class, and what is given as one of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.python.names import entity_of
from netlint.model.python.values import argument_of, method_called
from netlint.python.syntax import Attribute, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Call, Expression


def given_as(python: PythonCode, function: PythonScope, parameter: str) -> tuple[tuple[Expression, PythonScope], ...]:
    """What calls in view give a function as one of its parameters, with the scopes in which that stands."""
    return python.keep(("given as", id(function), parameter), lambda: tuple(_find_given(python, function, parameter)))


def _find_given(python: PythonCode, function: PythonScope, parameter: str) -> Iterator[tuple[Expression, PythonScope]]:
    names = [item.name for item in function.facts.parameters if not item.stars]
    position = names.index(parameter) if parameter in names else -1
    is_method = function.outer is not None and function.outer.facts.kind == "class" and not _is_static(function)
    for call, scope in _calls_of(python, function):
        given = argument_of(call, parameter, position - is_method if position >= 0 else -1)
        if given.argument is not None:
            yield given.argument.value, scope


def _is_static(function: PythonScope) -> bool:
    return any(isinstance(item, Name) and item.text == "staticmethod" for item in function.facts.decorators)


def _calls_of(python: PythonCode, function: PythonScope) -> Iterator[tuple[Call, PythonScope]]:
    made = function.outer if function.facts.name == "__init__" and function.outer is not None else None
    for call, scope in python.keep("calls by name", lambda: _by_name(python)).get((made or function).facts.name, ()):
        meant = entity_of(python, call.function, scope)
        if meant is None and made is None and isinstance(call.function, Attribute):
            meant = method_called(python, call.function, scope)
        if meant is (made or function):
            yield call, scope


def _by_name(python: PythonCode) -> dict[str, list[tuple[Call, PythonScope]]]:
    """Every call by the last name of what it calls."""
    found: dict[str, list[tuple[Call, PythonScope]]] = {}
    for scope in python.scopes:
        for call in scope.facts.calls:
            callee = call.function
            name = callee.name if isinstance(callee, Attribute) else callee.text if isinstance(callee, Name) else ""
            if name:
                found.setdefault(name, []).append((call, scope))
    return found
