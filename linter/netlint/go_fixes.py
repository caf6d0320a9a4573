"""Fixes that rules about Go have in common: a field more in a literal, a ``defer`` behind what must be ended, a package imported."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import AddField, AddImport, AddLine, Fix
from netlint.golang.syntax import NOT_LOCAL, Binary, Block, Case, Composite, For, If, Jump, Name, Return
from netlint.model.code.walk import statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.finding import Change
    from netlint.golang.syntax import Statement
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Scope, Taken
    from netlint.model.code.settings import Setting

_TIME: Final = "time"


class Spoken(NamedTuple):
    """How a place speaks of a package: by ``name``, once ``changes`` are made."""

    name: str
    changes: tuple[Change, ...]


def library(function: GoFunction, package: str) -> Spoken | None:
    """How the function can speak of a package of Go's library, imported first where need be; None where another thing has its name."""
    file = function.file
    name = next((name for name, path in file.imports.items() if path == package and name not in (".", "_")), None)
    spoken = Spoken(name, ()) if name else Spoken(package.rpartition("/")[2], (AddImport(file.path, package),))
    declared = file.package
    if spoken.changes and (spoken.name in file.imports or file.dot_imports):
        return None
    if any(spoken.name in names for names in (declared.functions, declared.types, declared.variables)):
        return None
    return None if any(local.name == spoken.name for local in function.body.locals) else spoken


def seconds(function: GoFunction, count: int) -> Spoken | None:
    """``count * time.Second``, as ``library``; ``name`` is the whole expression."""
    time = library(function, _TIME)
    return time and time._replace(name=f"{count} * {time.name}.Second")


def set_field(setting: Setting, name: str, value: Spoken | None, *, safe: bool) -> Fix | None:
    """Set a field that the literal lacks; None where the object is made by something else than a literal."""
    node, function = setting.node, setting.function
    # Of a literal without names it is unknown what it lacks, so nothing comes here for one.
    if value is None or not isinstance(node, Composite):
        return None
    last = function.span(node.elements[-1]) if node.elements else None
    return Fix(f"Set {name}", safe, (AddField(function.span(node), last, name, value.name), *value.changes))


def defer_behind_check(item: Taken, call: str, *, safe: bool) -> Fix | None:
    """``defer call`` behind ``if err != nil { … }`` that follows the statement which takes ``item``.

    None inside of a loop, whose deferred calls all wait for the end of the function, and where that check is not what follows, or lets
    the failed call pass.
    """
    following = _following(item.scope, item.statement)
    if not isinstance(following, If) or following.initializer is not None or following.otherwise is not None:
        return None
    condition, body = following.condition, following.then.statements
    match condition:
        case Binary(operator="!=", left=Name(local=local), right=Name(text="nil")) if local == item.error != NOT_LOCAL:
            leaves = bool(body) and isinstance(body[-1], Return | Jump)
            return Fix(f"Add defer {call}", safe, (AddLine(item.function.span(following), f"defer {call}"),)) if leaves else None
    return None


def defer_next(function: GoFunction, scope: Scope, statement: Statement, call: str) -> AddLine | None:
    """``defer call`` right behind ``statement``; None inside of a loop."""
    return AddLine(function.span(statement), f"defer {call}") if _is_once(scope, statement) else None


def _following(scope: Scope, statement: Statement) -> Statement | None:
    """The statement behind ``statement`` in its block; None inside of a loop."""
    if not _is_once(scope, statement):
        return None
    for statements in _lists(scope):
        for first, second in pairwise(statements):
            if first is statement:
                return second
    return None


def _is_once(scope: Scope, statement: Statement) -> bool:
    """Whether a statement of a list is run at most once while the function runs, by what its own text shows."""
    if not any(statement is found for statements in _lists(scope) for found in statements):
        return False
    loops = (node for node in statements_of(scope.block) if isinstance(node, For))
    return not any(loop.start <= statement.start < loop.end for loop in loops)


def _lists(scope: Scope) -> Iterator[tuple[Statement, ...]]:
    for node in statements_of(scope.block):
        if isinstance(node, Block | Case):
            yield node.statements
