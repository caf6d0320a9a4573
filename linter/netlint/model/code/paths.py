"""The ways through a function from where something is taken: at which of its ends that something is still open.

Conditions are understood as far as they speak of the thing itself or of the error that came with it. What cannot be understood makes the
whole question unclear, and an unclear question has no answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.golang.syntax import (
    NOT_LOCAL,
    Assignment,
    Binary,
    Block,
    Call,
    Case,
    Declaration,
    Deferred,
    ExpressionStatement,
    For,
    If,
    Jump,
    Name,
    Return,
    Selector,
    Switch,
    Unary,
    is_nil,
)
from netlint.knowledge.go_closing import ENDING_NAMES
from netlint.model.code.mentions import mentioned_in
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlint.golang.syntax import Expression, Node, Parameter, Statement
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span

_CLEAR: Final = 1
"""Not taken yet, or settled."""
_OPEN: Final = 2
"""Taken, and the error that came with it is still in its variable: it is nil."""
_STALE: Final = 4
"""Taken, and the variable of the error may hold another one."""
_HELD: Final = _OPEN | _STALE
_ENDING: Final = re.compile(ENDING_NAMES)
_ASKS_FOR_ERROR: Final = re.compile(r"^(?:[Ii]s|As$|has|Has)")


class Watch(NamedTuple):
    """What is followed: the variable ``local``, from the statement ``taken`` on.

    ``error``: the variable of the error that came with it, or ``NOT_LOCAL``. ``settles``: whether a node closes it or lets it out of sight.
    ``ends``: whether it is settled when a condition has a value, as rows are when ``Next`` is false.
    """

    local: int
    error: int
    taken: Statement
    settles: Callable[[Node], bool]
    ends: Callable[[Expression, bool], bool] = lambda _condition, _value: False


class Leak(NamedTuple):
    """Where the thing is lost. ``how``: at a ``return``, at the ``end`` of the block of its variable, by a ``jump`` out of that, or because
    the variable is given something ``new``.
    """

    node: Node
    how: Literal["return", "end", "jump", "new"]

    def span(self, function: GoFunction) -> Span:
        """The place to point at: the word ``return``, the brace at the end of a block, or the whole statement."""
        match self.how:
            case "return":
                return function.file.span(self.node.start, self.node.start + len("return"))
            case "end":
                return function.file.span(self.node.end - 1, self.node.end)
        return function.span(self.node)


class Paths(NamedTuple):
    """``is_handed_over``: it is returned, and is open at every return that returns it."""

    leaks: tuple[Leak, ...]
    is_handed_over: bool


class _UnclearError(Exception):
    """Something on the way cannot be understood."""


class _Frame(NamedTuple):
    """A statement that ``break`` or ``continue`` may leave, with the states they leave it in."""

    node: For | Switch
    breaks: list[int]
    continues: list[int]


def paths(code: Code, function: GoFunction, scope: Block, results: tuple[Parameter, ...], watch: Watch) -> Paths | None:
    """The ways through ``scope``, the body of ``function`` or of one of its literals with these ``results``; None when that is unclear."""
    if any(scope.start <= span.start < scope.end for span in function.file.facts.unread):
        return None
    walk = _Walk(code, function, results, watch)
    try:
        state = walk.block(scope, _CLEAR)
    except _UnclearError:
        return None
    if state & _HELD:
        walk.lose(scope, "end")
    return Paths(tuple(walk.leaks.values()), walk.handed_over == {True})


class _Walk:
    """One walk. A state is a set of the three bits above; 0 is a place that is never reached."""

    def __init__(self, code: Code, function: GoFunction, results: tuple[Parameter, ...], watch: Watch) -> None:
        self._code, self._function, self._watch = code, function, watch
        variable = function.body.locals[watch.local]
        self._declared = variable.start
        self._is_result = any(result.name == variable.name for result in results)
        self._frames: list[_Frame] = []
        self.leaks: dict[int, Leak] = {}
        self.handed_over: set[bool] = set()
        """Whether it is open, for each return that returns it."""

    def lose(self, node: Node, how: Literal["return", "end", "jump", "new"]) -> None:
        """Note where it is lost."""
        self.leaks.setdefault(id(node), Leak(node, how))

    def block(self, block: Block | Case, state: int) -> int:
        """The state after the statements."""
        for statement in block.statements:
            if not state:
                break
            state = self._statement(statement, state)
        return self._leave(block, state)

    def _leave(self, node: Node, state: int) -> int:
        """The state behind a statement; a variable that lives in it only is gone."""
        if state & _HELD and node.start <= self._declared < node.end:
            self.lose(node, "end")
            return _CLEAR
        return state

    def _statement(self, statement: Statement | None, state: int) -> int:
        match statement:
            case None:
                return state
            case Block():
                return self.block(statement, state)
            case If():
                return self._leave(statement, self._if(statement, state))
            case For():
                return self._leave(statement, self._for(statement, state))
            case Switch():
                return self._leave(statement, self._switch(statement, state))
            case Return():
                return self._return(statement, state)
            case Jump():
                return self._jump(statement, state)
        return self._simple(statement, state)

    def _simple(self, statement: Statement, state: int) -> int:
        state = self._evaluate(statement, state)
        match statement:
            case ExpressionStatement(expression=Call() as call) if self._never_returns(call):
                return 0
            case Assignment() | Declaration():
                return self._assign(statement, state)
        return state

    def _evaluate(self, node: Node | None, state: int) -> int:
        """The state after what ``node`` does to the thing; a statement that takes it does nothing else to it."""
        if node is None or node is self._watch.taken:
            return state
        is_set_up = node.start < self._watch.taken.start and (isinstance(node, Deferred) or self._holds_literal(node))
        # Where there is nothing to settle, what a node does need not be found out.
        if not (is_set_up or state & _HELD) or not self._watch.settles(node):
            return state
        if is_set_up:
            # What closes it later on was set up before it was there.
            raise _UnclearError
        return _CLEAR

    def _holds_literal(self, node: Node) -> bool:
        return any(node.start <= literal.start < node.end for literal in self._function.body.literals)

    def _assign(self, statement: Assignment | Declaration, state: int) -> int:
        watch = self._watch
        targets = statement.targets if isinstance(statement, Assignment) else statement.names
        is_given = any(isinstance(target, Name) and target.local == watch.local for target in targets)
        if statement is watch.taken or is_given:
            if state & _HELD:
                is_new = statement is watch.taken or any(isinstance(value, Call) for value in statement.values)
                if is_new:
                    self.lose(statement, "new")
            return _OPEN if statement is watch.taken else _CLEAR
        if watch.error == NOT_LOCAL or not state & _OPEN:
            return state
        if any(mentioned_in(value, watch.error) for value in statement.values):
            # A copy of the error, or what it says in another form: the conditions on that are not understood.
            raise _UnclearError
        if any(isinstance(target, Name) and target.local == watch.error for target in targets):
            return (state & ~_OPEN) | _STALE
        return state

    def _never_returns(self, call: Call) -> bool:
        function = call.function
        name = function.name if isinstance(function, Selector) else function.text if isinstance(function, Name) else ""
        return _ENDING.match(name) is not None

    def _return(self, statement: Return, state: int) -> int:
        watch = self._watch
        others = [value for value in statement.values if not (isinstance(value, Name) and value.local == watch.local)]
        is_returned = len(others) < len(statement.values) or (not statement.values and self._is_result)
        if is_returned:
            self.handed_over.add(not state & _CLEAR and not any(watch.settles(value) for value in others))
        elif state & _HELD and not watch.settles(statement):
            self.lose(statement, "return")
        return 0

    def _jump(self, statement: Jump, state: int) -> int:
        if statement.keyword == "fallthrough":
            return state
        fitting = [frame for frame in self._frames if statement.keyword == "break" or isinstance(frame.node, For)]
        if statement.label or statement.keyword == "goto" or not fitting:
            return 0
        frame = fitting[-1]
        if state & _HELD and frame.node.start <= self._declared < frame.node.end:
            self.lose(statement, "jump")
            state = _CLEAR
        (frame.breaks if statement.keyword == "break" else frame.continues).append(state)
        return 0

    # -- branches

    def _if(self, node: If, state: int) -> int:
        state = self._statement(node.initializer, state)
        then, otherwise = self._narrow(node.condition, self._evaluate(node.condition, state))
        after = self.block(node.then, then) if then else 0
        if then & _HELD and otherwise & _HELD and not after & _HELD and self._tells_rounds_apart(node.condition):
            # `if attempt > 0 { close }`: in the round that is passed by there is nothing to close yet, or it is the last.
            otherwise = _CLEAR
        return after | (self._statement(node.otherwise, otherwise) if otherwise else 0)

    def _tells_rounds_apart(self, condition: Expression) -> bool:
        """Whether a condition asks for the counter of a loop around it."""
        counters: set[int] = set()
        for frame in self._frames:
            if isinstance(frame.node, For):
                made = frame.node.initializer
                names = (*frame.node.targets, *(made.names if isinstance(made, Declaration) else ()))
                names = (*names, *(made.targets if isinstance(made, Assignment) else ()))
                counters.update(name.local for name in names if isinstance(name, Name) and name.local != NOT_LOCAL)
        return any(isinstance(inner, Name) and inner.local in counters for inner in nodes_of(condition))

    def _for(self, node: For, state: int) -> int:
        state = self._evaluate(node.over, self._statement(node.initializer, state))
        after, entry = 0, state
        for _ in range(4):
            frame = _Frame(node, [], [])
            self._frames.append(frame)
            if node.condition is not None:
                inside, outside = self._narrow(node.condition, self._evaluate(node.condition, entry))
            else:
                inside, outside = entry, entry if node.over is not None else 0
            back = self.block(node.body, inside) if inside else 0
            self._frames.pop()
            after |= outside | _union(frame.breaks)
            back = self._statement(node.update, back | _union(frame.continues))
            if entry | back == entry:
                break
            entry |= back
        return after

    def _switch(self, node: Switch, state: int) -> int:
        state = self._evaluate(node.value, self._statement(node.initializer, state))
        frame = _Frame(node, [], [])
        self._frames.append(frame)
        after, left, falling = 0, state, 0
        rest = [case for case in node.cases if not case.is_default]
        for case in (*rest, *(case for case in node.cases if case.is_default)):
            if node.kind != "expression":
                entered = self._statement(case.communication, state)
            elif case.is_default:
                entered, left = left, 0
            else:
                entered, left = self._enter(node, case, left)
            # What falls through goes to the case that stands next; the default may stand anywhere.
            entered |= falling
            inside = self.block(case, entered) if entered else 0
            falls = bool(case.statements) and isinstance(case.statements[-1], Jump) and case.statements[-1].keyword == "fallthrough"
            falling = inside if falls else 0
            after |= 0 if falls else inside
        self._frames.pop()
        is_exhaustive = any(case.is_default for case in node.cases) or node.kind == "select"
        if node.kind == "expression":
            after |= left
        elif not is_exhaustive:
            after |= state
        return after | falling | _union(frame.breaks)

    def _enter(self, node: Switch, case: Case, state: int) -> tuple[int, int]:
        """The states in which a case is entered and passed by."""
        entered, left = 0, state
        for value in case.values:
            condition: Expression = value if node.value is None else Binary(value.start, value.end, "==", node.value, value)
            one, left = self._narrow(condition, left)
            entered |= one
        return entered, left

    # -- conditions

    def _narrow(self, condition: Expression, state: int) -> tuple[int, int]:
        """The states in which a condition holds and in which it does not."""
        then = otherwise = state & _CLEAR
        for bit in (_OPEN, _STALE):
            if state & bit:
                truth = self._truth(condition, knows_error=bit == _OPEN)
                then |= bit if truth is not False else 0
                otherwise |= bit if truth is not True else 0
        return self._ended(condition, then, value=True), self._ended(condition, otherwise, value=False)

    def _ended(self, condition: Expression, state: int, *, value: bool) -> int:
        """The state where a condition is ``value``: that alone may settle the thing."""
        match condition:
            case Unary(operator="!"):
                return self._ended(condition.operand, state, value=not value)
            case Binary(operator="&&" | "||") if value == (condition.operator == "&&"):
                return self._ended(condition.right, self._ended(condition.left, state, value=value), value=value)
        return _CLEAR if state & _HELD and self._watch.ends(condition, value) else state

    def _truth(self, condition: Expression, *, knows_error: bool) -> bool | None:
        """What a condition is while the thing is open: then it is not nil and, as long as ``knows_error``, its error is."""
        match condition:
            case Unary(operator="!"):
                inner = self._truth(condition.operand, knows_error=knows_error)
                return None if inner is None else not inner
            case Binary(operator="&&" | "||"):
                # With ``&&`` one side that is false decides, with ``||`` one that is true.
                deciding = condition.operator == "||"
                sides = [self._truth(side, knows_error=knows_error) for side in (condition.left, condition.right)]
                return deciding if deciding in sides else None if None in sides else not deciding
            case Binary(operator="==" | "!=") if (equal := self._equality(condition, knows_error)) is not None:
                return equal if condition.operator == "==" else not equal
            case Call() if knows_error and any(self._is_error(argument) for argument in condition.arguments):
                function = condition.function
                name = function.name if isinstance(function, Selector) else function.text if isinstance(function, Name) else ""
                if not _ASKS_FOR_ERROR.match(name):
                    raise _UnclearError
                # ``errors.Is(nil, …)`` and the like are false.
                return False
        return None

    def _equality(self, condition: Binary, knows_error: bool) -> bool | None:
        left, right = condition.left, condition.right
        if is_nil(left):
            left, right = right, left
        if self._is_error(left) and knows_error:
            return is_nil(right)
        if is_nil(right) and isinstance(left, Name | Selector):
            holder = left.operand if isinstance(left, Selector) and left.name == "Body" else left
            return False if isinstance(holder, Name) and holder.local == self._watch.local else None
        return None

    def _is_error(self, node: Expression) -> bool:
        return isinstance(node, Name) and node.local == self._watch.error != NOT_LOCAL


def _union(states: list[int]) -> int:
    found = 0
    for state in states:
        found |= state
    return found
