"""What a program runs for certain when it starts: ``main``, and the functions that it calls outside of every branch and loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Case, For, FunctionLiteral, If, Return, is_nil
from netlint.model.code.types import callee_of
from netlint.model.code.values import body_of
from netlint.model.code.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Block, Node, Statement
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction, GoPackage
    from netlint.source import Span

_MAX_FUNCTIONS: Final = 500


class Region(NamedTuple):
    """A stretch of a file that runs whenever the program starts, but for what the regions ``without`` cover."""

    path: str
    start: int
    end: int
    without: tuple[tuple[int, int], ...]


def runs_at_start(code: Code, package: GoPackage, place: Span) -> bool:
    """Whether what stands at ``place`` is certain to run when the program that ``package`` is starts."""
    regions = code.keep(("what runs at start", package.path), lambda: tuple(_regions(code, package)))
    return any(
        region.path == place.path
        and region.start <= place.start < region.end
        and not any(start <= place.start < end for start, end in region.without)
        for region in regions
    )


def _regions(code: Code, package: GoPackage) -> Iterator[Region]:
    pending = [package.bodies["main"]] if "main" in package.bodies else []
    seen: set[int] = set()
    while pending and len(seen) < _MAX_FUNCTIONS:
        function = pending.pop()
        if id(function) in seen:
            continue
        seen.add(id(function))
        block = function.body.block
        without, calls = _split(block)
        yield Region(function.file.path, block.start, block.end, tuple(without))
        pending += _called(code, function, calls)


def _called(code: Code, function: GoFunction, calls: list[Call]) -> Iterator[GoFunction]:
    for call in calls:
        declaration = callee_of(code, call, function).declaration
        if declaration is not None and declaration[1].body is not None:
            yield body_of(code, *declaration)


def _split(block: Block) -> tuple[list[tuple[int, int]], list[Call]]:
    """What of a function's body may be left out, and the calls in the rest."""
    without: list[tuple[int, int]] = []
    calls: list[Call] = []
    for statement in block.statements:
        _visit(statement, without, calls)
        if _may_leave(statement):
            without.append((statement.end, block.end))
            calls = [call for call in calls if call.start < statement.end]
            break
    return without, calls


def _visit(node: Node, without: list[tuple[int, int]], calls: list[Call]) -> None:
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        match current:
            case If(then=then, otherwise=otherwise):
                without += [(part.start, part.end) for part in (then, otherwise) if part is not None]
                pending += [part for part in (current.initializer, current.condition) if part is not None]
            case For() | FunctionLiteral() | Case():
                without.append((current.start, current.end))
            case _:
                if isinstance(current, Call):
                    calls.append(current)
                pending += children(current)


def _may_leave(statement: Statement) -> bool:
    """Whether the function may end there without an error: ``if *version { print(); return }``."""
    if not isinstance(statement, If) or not statement.then.statements:
        return False
    last = statement.then.statements[-1]
    return isinstance(last, Return) and (not last.values or is_nil(last.values[-1]))
