"""Things that calls hand out and that must be closed: response bodies, rows, statements. Who takes one, and what becomes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import (
    NOT_LOCAL,
    Assignment,
    Binary,
    Block,
    Call,
    Declaration,
    Deferred,
    ExpressionStatement,
    If,
    Literal,
    Name,
    Return,
    Selector,
    is_nil,
)
from netlint.knowledge.go_closing import NOT_OWNED, RESPONSE, TAKING_METHODS
from netlint.knowledge.go_types import RESULTS
from netlint.model.code.calls import by_function, calls_by, calls_written, in_order
from netlint.model.code.mentions import mentioned_in, mentions
from netlint.model.code.paths import Watch, paths
from netlint.model.code.types import base_type, callee_of, resolve_type, results_out_of_view, type_of
from netlint.model.code.uses import CLOSE, SETTLED, USED, Effect, Held, effects, is_read_by_call
from netlint.model.code.values import body_of
from netlint.model.code.walk import nodes_of, statement_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression, Node, Parameter, Statement
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.paths import Leak, Paths
    from netlint.model.code.types import Callee
    from netlint.source import Span


_MAX_CALLS: Final = 20
"""Functions that hand something over to each other before it is taken."""
_SAYING: Final = re.compile(r"^(?:[Pp]rint|[Ww]arn|[Ii]nfo|[Dd]ebug|[Ee]rror)(?:f|ln|w|Context)?$")
"""Names of methods and functions that print, and return."""
_BODILESS: Final = ("204", "304", "StatusNoContent", "StatusNotModified")


class Scope(NamedTuple):
    """The body of a function, or of one of its literals, with its results. ``is_literal`` says which."""

    block: Block
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    is_literal: bool


class Taken(NamedTuple):
    """A call whose result must be closed, and the variable that gets it.

    ``target``: what is written for it, None when the result is not even taken; ``local`` is ``NOT_LOCAL`` when that is no variable of
    ``scope``. ``error``: the variable of the error that comes with it; ``is_error_kept`` tells one elsewhere from none.
    """

    type: str
    call: Call
    function: GoFunction
    statement: Statement
    scope: Scope
    target: Expression | None
    local: int
    error: int
    error_target: Expression | None

    @property
    def is_discarded(self) -> bool:
        """Whether nobody can close it: the result is not taken, or given to ``_``."""
        return self.target is None or (isinstance(self.target, Name) and self.target.text == "_")

    @property
    def is_followed(self) -> bool:
        """Whether it is in a variable that can be followed, and its error in one as well, or in none."""
        error = self.error_target
        return self.local != NOT_LOCAL and (error is None or self.error != NOT_LOCAL or (isinstance(error, Name) and error.text == "_"))

    @property
    def held(self) -> Held:
        """The variable, as what it holds."""
        if self.type in RESPONSE:
            return Held(self.local, "Body")
        # The rows of pgx close themselves at the end and when Scan fails (pgx rows.go, baseRows.Scan and Next).
        closing = CLOSE | {"Next", "Scan"} if "/pgx." in self.type else CLOSE
        return Held(self.local, "", closing, frozenset(("Next",)))

    @property
    def span(self) -> Span:
        """The variable; without one, the name of the called function."""
        if self.target is not None:
            return self.function.span(self.target)
        return called_name(self.call, self.function)


def called_name(call: Call, function: GoFunction) -> Span:
    """The name of the called function."""
    callee = call.function
    return function.file.span(callee.name_start, callee.end) if isinstance(callee, Selector) else function.span(callee)


def scopes_of(code: Code, function: GoFunction) -> tuple[Scope, ...]:
    """The function and its literals."""
    return code.keep(("scopes", id(function)), lambda: tuple(_scopes(function)))


def _scopes(function: GoFunction) -> Iterator[Scope]:
    yield Scope(function.body.block, function.declaration.parameters, function.declaration.results, is_literal=False)
    for literal in function.body.literals:
        yield Scope(literal.body, literal.parameters, literal.results, is_literal=True)


def taken(code: Code, types: frozenset[str]) -> tuple[Taken, ...]:
    """Everything of these types that the judged code takes and has to close."""
    return code.keep(
        ("taken", types),
        lambda: tuple(item for function in taking_functions(code, types) for item in taken_in(code, function, types)),
    )


def taking_functions(code: Code, types: frozenset[str]) -> list[GoFunction]:
    """The judged functions with a call that may hand out something of these types."""
    return [function for function in _may_hand_out(code, types) if code.is_judged(function)]


def may_hand_out_in(code: Code, function: GoFunction, types: frozenset[str]) -> list[Call]:
    """The calls in a function that may hand out something of these types, by what they call."""
    return [item.call for item in _may_hand_out(code, types).get(function, ())]


def _may_hand_out(code: Code, types: frozenset[str]) -> dict[GoFunction, list[Called]]:
    return code.keep(("may hand out", types), lambda: by_function(_find_may_hand_out(code, types)))


def _find_may_hand_out(code: Code, types: frozenset[str]) -> list[Called]:
    words = {name.rpartition(".")[2] for name, results in RESULTS.items() if any(base_type(item) in types for item in results)}
    words |= TAKING_METHODS
    for function in code.functions:
        declaration = function.declaration
        if any(base_type(resolve_type(code, item.type, function.file)) in types for item in declaration.results):
            words.add(declaration.name)
    known = calls_by(code, lambda callee: _returns(code, callee, types), words.__contains__)
    return in_order((known, calls_written(code, _SENDERS)))


def _returns(code: Code, callee: Callee, types: frozenset[str]) -> bool:
    return any(base_type(type) in types for type in _declared_results(code, callee))


def taken_in(code: Code, function: GoFunction, types: frozenset[str]) -> tuple[Taken, ...]:
    """What one function takes."""
    return code.keep(("taken", id(function), types), lambda: tuple(_taken_in(code, function, types)))


def scope_of(code: Code, function: GoFunction, place: int) -> Scope:
    """The innermost of the function and its literals that ``place`` stands in."""
    around = [scope for scope in scopes_of(code, function)[1:] if scope.block.start <= place < scope.block.end]
    return max(around, key=lambda scope: scope.block.start, default=scopes_of(code, function)[0])


def _taken_in(code: Code, function: GoFunction, types: frozenset[str]) -> Iterator[Taken]:
    for call in may_hand_out_in(code, function, types):
        place, type = handed_out(code, call, function, types)
        if not type:
            continue
        scope = scope_of(code, function, call.start)
        match statement_around(scope.block, call.start):
            case (ExpressionStatement(expression=expression) as node, *_) if expression is call:
                yield Taken(type, call, function, node, scope, None, NOT_LOCAL, NOT_LOCAL, None)
            case (Assignment(values=values, targets=targets) | Declaration(values=values, names=targets) as node, *_):
                index = next((index for index, value in enumerate(values) if value is call), -1)
                own = targets if len(values) == 1 else targets[index : index + 1]
                if index >= 0 and place < len(own):
                    yield _taken(code, type, call, function, node, scope, own, place)


def _taken(
    code: Code,
    type: str,
    call: Call,
    function: GoFunction,
    statement: Statement,
    scope: Scope,
    targets: tuple[Expression, ...],
    place: int,
) -> Taken:
    types = result_types(code, call, function)
    error = next((target for target, kind in zip(targets, types, strict=False) if kind == "error"), None)
    return Taken(
        type=type,
        call=call,
        function=function,
        statement=statement,
        scope=scope,
        target=targets[place],
        local=_local(targets[place], function, scope),
        error=_local(error, function, None),
        error_target=error,
    )


def _local(target: Expression | None, function: GoFunction, scope: Scope | None) -> int:
    """The variable that a target is, when it belongs to ``scope`` itself and not to a function around it."""
    if not isinstance(target, Name) or target.local == NOT_LOCAL or target.text == "_":
        return NOT_LOCAL
    if scope is None:
        return target.local
    declared = function.body.locals[target.local].start
    is_own = scope.block.start <= declared < scope.block.end or any(
        item.local == target.local for item in (*scope.parameters, *scope.results)
    )
    return target.local if is_own else NOT_LOCAL


def result_types(code: Code, call: Call, function: GoFunction) -> tuple[str, ...]:
    """The types of all results of a call."""
    known = _declared_results(code, callee_of(code, call, function))
    return ("*net/http.Response", "error") if not known and _sends_request(code, call, function) else known


_SENDERS: Final = ("Do", "RoundTrip")
"""Methods that send a request, whatever their type."""


def _declared_results(code: Code, callee: Callee) -> tuple[str, ...]:
    """What the declaration of a function says, or what is known of one out of view."""
    if callee.declaration is None:
        return code.keep(("results", callee.name), lambda: results_out_of_view(code, callee.name))
    file, declaration = callee.declaration
    return code.keep(("results", id(declaration)), lambda: tuple(resolve_type(code, item.type, file) for item in declaration.results))


def _sends_request(code: Code, call: Call, function: GoFunction) -> bool:
    """Whether a method of a type out of view sends a request as ``http.Client.Do`` does, by its name, by what it takes, and by what is
    done with its result: ``resp, err := c.http.Do(req)``, and ``resp.Body`` behind that.
    """
    match call:
        case Call(function=Selector(name="Do" | "RoundTrip"), arguments=(*_, request)):
            if len(call.arguments) > 2 or type_of(code, request, function) != "*net/http.Request":
                return False
        case _:
            return False
    for node in nodes_of(function.body.block):
        if isinstance(node, Assignment) and len(node.targets) == 2 and len(node.values) == 1 and node.values[0] is call:
            target = node.targets[0]
            return isinstance(target, Name) and target.local != NOT_LOCAL and _is_used_as_response(code, function, target.local)
    return False


def _is_used_as_response(code: Code, function: GoFunction, local: int) -> bool:
    """Whether something looks into ``Body``, a field, or the function returns the variable as a response."""
    for mention in mentions(code, function, local):
        match mention.around[:2]:
            case (Selector(name="Body") as body, outer) if not (isinstance(outer, Call) and outer.function is body):
                return True
            case (Return(values=values), *_) if len(values) == len(function.declaration.results):
                result = function.declaration.results[values.index(mention.name)]
                if resolve_type(code, result.type, function.file, function) == "*net/http.Response":
                    return True
    return False


def handed_out(code: Code, call: Call, function: GoFunction, types: frozenset[str]) -> tuple[int, str]:
    """Which result of a call must be closed by who called, and its type; the type is empty when none."""
    callee = callee_of(code, call, function)
    if callee.is_conversion or callee.name in NOT_OWNED:
        return 0, ""
    for place, type in enumerate(result_types(code, call, function)):
        if base_type(type) in types:
            if callee.declaration is None:
                is_taker = callee.name in RESULTS or callee.name.rpartition(".")[2] in TAKING_METHODS
                return (place, base_type(type)) if is_taker else (0, "")
            file, declaration = callee.declaration
            is_open = declaration.body is not None and hands_over(code, body_of(code, file, declaration), place, types)
            return (place, base_type(type)) if is_open else (0, "")
    return 0, ""


def hands_over(code: Code, function: GoFunction, place: int, types: frozenset[str]) -> bool:
    """Whether a function returns, as its result ``place``, something of these types that is still open."""
    if len(code.waiting) > _MAX_CALLS:
        return False
    return code.remember(("hands over", id(function), place, types), False, lambda: _hands_over(code, function, place, types))


def _hands_over(code: Code, function: GoFunction, place: int, types: frozenset[str]) -> bool:
    returned = set()
    for statement in function.body.returns:
        value = _returned(statement, place, len(function.declaration.results))
        if isinstance(value, Call) and handed_out(code, value, function, types)[1]:
            return True
        if isinstance(value, Name):
            returned.add(value.local)
    if any(not statement.values for statement in function.body.returns) and function.declaration.results:
        returned.add(function.declaration.results[place].local)
    for item in taken_in(code, function, types) if returned else ():
        if item.local in returned and item.is_followed and not item.scope.is_literal:
            found = ways(code, item)
            if found is not None and found.is_handed_over:
                return True
    return False


def _returned(statement: Return, place: int, count: int) -> Expression | None:
    if len(statement.values) == count:
        return statement.values[place]
    return statement.values[0] if len(statement.values) == 1 else None


def ways(code: Code, item: Taken, settling: Effect = SETTLED) -> Paths | None:
    """The ways through the function from where the thing is taken, until one of ``settling`` happens to it; None when they are unclear."""
    held, function = item.held, item.function
    # The inside of a loop is gone over until nothing changes.
    known: dict[int, bool] = {}

    def settles(node: Node) -> bool:
        if id(node) not in known:
            known[id(node)] = bool(effects(code, node, held, function) & settling)
        return known[id(node)]

    def ends(condition: Expression, value: bool) -> bool:
        return _is_bodiless(item, condition, value) if held.inner else _is_at_end(item, condition, value)

    return paths(code, function, item.scope.block, item.scope.results, Watch(item.local, item.error, item.statement, settles, ends))


def _is_at_end(item: Taken, condition: Expression, value: bool) -> bool:
    """ "If Next is called and returns false …, the Rows are closed automatically" (``database/sql.Rows``)."""
    match condition:
        case Call(function=Selector(operand=Name(local=local), name="Next")):
            return not value and local == item.local
    return False


def _is_bodiless(item: Taken, condition: Expression, value: bool) -> bool:
    """Whether a condition says that the response is one that never has a body: 204 or 304 (Go ``net/http/transfer.go``)."""
    match condition:
        case Binary(operator="==" | "!=" as sign, left=Selector(operand=Name(local=local), name="StatusCode")) if local == item.local:
            return value == (sign == "==") and _status(condition.right) in _BODILESS
    return False


def _status(expression: Expression) -> str:
    return expression.name if isinstance(expression, Selector) else expression.text if isinstance(expression, Literal) else ""


class Fate(NamedTuple):
    """What becomes of a thing. ``leaks``: where it is lost while it is open; ``unread_leaks``: those of them where it was not read to its
    end either.
    """

    leaks: tuple[Leak, ...]
    unread_leaks: tuple[Leak, ...]


def fate_of(code: Code, item: Taken) -> Fate | None:
    """What becomes of a thing that is in a variable; None when that is unclear.

    At the end of ``main`` the program ends, and everything with it.
    """
    found = ways(code, item) if item.is_followed else None
    # What is never lost is not lost unread either.
    unread = ways(code, item, SETTLED | Effect.DRAINED) if found is not None and found.leaks else found
    if found is None or unread is None:
        return None
    return Fate(_outside_main(found.leaks, item), _outside_main(unread.leaks, item))


def effects_of(code: Code, item: Taken) -> Effect:
    """All that is done to a thing where it is taken."""
    return effects(code, item.scope.block, item.held, item.function)


def is_closed_unread(code: Code, item: Taken) -> bool:
    """Whether a thing is closed, and nothing that is done to it may read it."""
    if is_read_by_call(code, item.scope.block, item.held, item.function):
        return False
    effect = effects_of(code, item)
    return bool(effect & Effect.CLOSED and not effect & USED)


def _outside_main(leaks: tuple[Leak, ...], item: Taken) -> tuple[Leak, ...]:
    return tuple(leak for leak in leaks if not (is_main(item.function, item.scope) and _is_end(leak, item.scope)))


def _is_end(leak: Leak, scope: Scope) -> bool:
    return leak.how == "return" or leak.node is scope.block


def is_main(function: GoFunction, scope: Scope) -> bool:
    """Whether the scope is the program's ``main``, after which there is nothing left to leak."""
    return function.declaration.name in ("main", "TestMain") and function.declaration.receiver is None and not scope.is_literal


def use_before_check(code: Code, item: Taken) -> Name | None:
    """Where a thing is used before anybody has looked at the error that came with it, or whether it is nil.

    Only the statements right behind the one that takes it are looked at, up to the first that speaks of the error.
    """
    is_known = callee_of(code, item.call, item.function).declaration is None
    if not is_known or not item.is_followed or item.error_target is None:
        return None
    for statement in _behind(item):
        if item.error != NOT_LOCAL and mentioned_in(statement, item.error) and not _goes_on(statement, item):
            return None
        if isinstance(statement, If) and _goes_on(statement, item):
            continue
        if isinstance(statement, Return) or _compares_with_nil(statement, item.local):
            return None
        used = _first_use(statement, item.local)
        if used is not None:
            return used
    return None


def _goes_on(statement: Statement, item: Taken) -> bool:
    """Whether a statement looks at the error and goes on to the next all the same.

    ``if err == nil { defer resp.Body.Close() }``, and ``if err != nil { log.Print(err) }``, which does nothing but say so.
    """
    match statement:
        case If(initializer=None, otherwise=None, condition=Binary(operator="==" | "!=" as sign, left=Name(local=local), right=right)) if (
            local == item.error and is_nil(right)
        ):
            return sign == "==" or all(_only_says(inner) for inner in statement.then.statements)
    return False


def _only_says(statement: Statement) -> bool:
    """Whether a statement is a call that prints something: by its name, and nothing is known to end there."""
    match statement:
        case ExpressionStatement(expression=Call(function=Selector(name=name))):
            return _SAYING.match(name) is not None
    return False


def _behind(item: Taken) -> tuple[Statement, ...]:
    return statement_around(item.scope.block, item.statement.start)[1:]


def _compares_with_nil(node: Node, local: int) -> bool:
    for inner in nodes_of(node):
        if isinstance(inner, Binary) and inner.operator in ("==", "!="):
            sides = (inner.left, inner.right)
            if any(isinstance(side, Name) and side.local == local for side in sides):
                return True
    return False


def _first_use(statement: Statement, local: int) -> Name | None:
    """The first look into the variable that the statement takes; literals count when they are deferred, for that they run is sure."""
    for node in nodes_of(statement, into_literals=isinstance(statement, Deferred) and statement.keyword == "defer"):
        if isinstance(node, Selector) and isinstance(node.operand, Name) and node.operand.local == local:
            return node.operand
    return None
