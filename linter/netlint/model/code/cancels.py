"""Contexts that a function derives, with what cancels them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Assignment, Call, Declaration, Deferred, For, Name
from netlint.model.code.calls import by_function, calling, calls_of, judged
from netlint.model.code.mentions import mentions
from netlint.model.code.paths import Watch, paths
from netlint.model.code.resources import Scope, scope_of
from netlint.model.code.uses import is_discarding
from netlint.model.code.walk import statement_around, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression, Node, Statement
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code
    from netlint.model.code.mentions import Mention
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.paths import Leak

WITH_DEADLINE: Final = frozenset(f"context.With{kind}{suffix}" for kind in ("Timeout", "Deadline") for suffix in ("", "Cause"))
DERIVING: Final = WITH_DEADLINE | {"context.WithCancel", "context.WithCancelCause"}


class Derived(NamedTuple):
    """``context, cancel := name(parent, …)``. ``behind``: the statement that follows in the same block."""

    name: str
    call: Call
    function: GoFunction
    statement: Statement
    scope: Scope
    behind: Statement | None
    context: Expression
    cancel: Expression

    @property
    def has_deadline(self) -> bool:
        """Whether it ends by itself."""
        return self.name in WITH_DEADLINE


def derived_contexts(code: Code) -> tuple[Derived, ...]:
    """Every context that the judged code derives and takes."""
    return code.keep("derived contexts", lambda: tuple(_derived_contexts(code)))


def _derived_contexts(code: Code) -> Iterator[Derived]:
    for function in calling(judged(code, calls_of(code, DERIVING))):
        yield from derived_in(code, function)


def _deriving_calls(code: Code) -> dict[GoFunction, list[Called]]:
    return code.keep("deriving calls", lambda: by_function(calls_of(code, DERIVING)))


def derived_in(code: Code, function: GoFunction) -> tuple[Derived, ...]:
    """Those of one function."""
    return code.keep(("derived contexts", id(function)), lambda: tuple(_derived_in(code, function)))


def _derived_in(code: Code, function: GoFunction) -> Iterator[Derived]:
    for _, call, _, callee in _deriving_calls(code).get(function, ()):
        scope = scope_of(code, function, call.start)
        match statement_around(scope.block, call.start):
            case (
                Assignment(values=(value,), targets=(context, cancel)) | Declaration(values=(value,), names=(context, cancel)) as node,
                *behind,
            ) if value is call:
                yield Derived(callee.name, call, function, node, scope, behind[0] if behind else None, context, cancel)


def is_blank(target: Expression) -> bool:
    """Whether what is given there is thrown away."""
    return isinstance(target, Name) and target.text == "_"


def local_of(target: Expression, function: GoFunction, scope: Scope) -> int:
    """The variable that ``target`` is, when it is declared in ``scope``; else ``NOT_LOCAL``."""
    if not isinstance(target, Name) or target.local == NOT_LOCAL or is_blank(target):
        return NOT_LOCAL
    declared = function.body.locals[target.local].start
    return target.local if scope.block.start <= declared < scope.block.end else NOT_LOCAL


def lost_cancels(code: Code, derived: Derived) -> tuple[Leak, ...]:
    """The ways that end without any use of the cancel function, as ``go vet`` counts uses: a mention is one, ``_ = cancel`` is none."""
    function, local = derived.function, local_of(derived.cancel, derived.function, derived.scope)
    if local == NOT_LOCAL or _is_cancel(derived.behind, derived):
        # Most are deferred in the next line, and that is all there is to know.
        return ()

    used = tuple(mention.name.start for mention in mentions(code, function, local) if not _is_written_only(mention))

    def settles(node: Node) -> bool:
        return any(node.start <= place < node.end for place in used)

    found = paths(code, function, derived.scope.block, derived.scope.results, Watch(local, NOT_LOCAL, derived.statement, settles))
    return found.leaks if found is not None else ()


def _is_written_only(mention: Mention) -> bool:
    """Whether the variable is only given something there, or only given to ``_``."""
    match mention.around[0]:
        case Declaration(names=names):
            return mention.name in names
        case Assignment() as assignment:
            return mention.name in assignment.targets or is_discarding(assignment)
    return False


def is_context_unused(code: Code, derived: Derived) -> bool:
    """Whether nothing is ever given the derived context: it is thrown away, or its variable is not named again."""
    if is_blank(derived.context):
        return True
    function, target = derived.function, derived.context
    if local_of(target, function, derived.scope) == NOT_LOCAL and not _is_own_parameter(target, derived.scope):
        return False
    if not isinstance(target, Name) or any(result.name == target.text for result in derived.scope.results):
        return False
    statement = derived.statement
    if _is_passed_behind(function, target.local, statement.end):
        return False
    uses = [mention.name.start for mention in mentions(code, function, target.local) if not _is_written_only(mention)]
    if any(use >= statement.end for use in uses):
        return False
    # In a loop, what stands above may come behind.
    around = [
        node.start for node in statements_of(derived.scope.block) if isinstance(node, For) and node.start <= statement.start < node.end
    ]
    return not any(min(around, default=statement.end) <= use < statement.start for use in uses)


def _is_passed_behind(function: GoFunction, local: int, place: int) -> bool:
    """Whether some call behind a place is given the variable: nearly every context is."""
    return any(
        type(argument) is Name and argument.local == local
        for call in function.body.calls
        if call.start >= place
        for argument in call.arguments
    )


def _is_own_parameter(target: Expression, scope: Scope) -> bool:
    return isinstance(target, Name) and any(parameter.local == target.local != NOT_LOCAL for parameter in scope.parameters)


def deferred_cancel(derived: Derived) -> Deferred | None:
    """The ``defer cancel()`` of the function itself, which runs when it returns."""
    if isinstance(derived.behind, Deferred) and _is_cancel(derived.behind, derived):
        return derived.behind
    return next((node for node in statements_of(derived.scope.block) if isinstance(node, Deferred) and _is_cancel(node, derived)), None)


def _is_cancel(statement: Statement | None, derived: Derived) -> bool:
    """Whether a statement is ``defer cancel()``."""
    match statement, derived.cancel:
        case Deferred(keyword="defer", call=Call(function=Name(local=called))), Name(local=local):
            return called == local != NOT_LOCAL
    return False
