"""Functions of Go by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span


def function_at(code: Code, span: Span) -> GoFunction | None:
    """The function that a place stands in; what a package's variables are set to counts as one for each file."""
    functions = code.keep("functions by file", lambda: _functions_by_file(code)).get(span.path, ())
    inside = [item for item in functions if not item.is_global and item.declaration.start <= span.start < item.declaration.end]
    return inside[0] if inside else next((item for item in functions if item.is_global), None)


def _functions_by_file(code: Code) -> Mapping[str, tuple[GoFunction, ...]]:
    found: dict[str, list[GoFunction]] = {}
    for function in code.functions:
        found.setdefault(function.file.path, []).append(function)
    return {path: tuple(functions) for path, functions in found.items()}
