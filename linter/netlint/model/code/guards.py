"""What is known where a statement stands: which texts the branches around it have found empty, or given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Binary, Call, ExpressionStatement, If, Literal, Name, Return, Selector, Unary, is_nil
from netlint.knowledge.go_inputs import FATAL
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Block, Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction


class Guard(NamedTuple):
    """A test that holds: ``subject`` is given (is not empty, was found, had no error), or it is not."""

    subject: Expression
    is_given: bool


_EMPTY: Final = frozenset(("", "0"))


def guards(code: Code, place: int, function: GoFunction) -> tuple[Guard, ...]:
    """What the ``if`` statements around a place say of texts, the outer ones first."""
    found: list[Guard] = []
    for node in _ifs(code, function):
        if node.then.start <= place < node.then.end:
            found.extend(_tested(node.condition, holds=True))
        elif node.otherwise is not None and node.otherwise.start <= place < node.otherwise.end:
            found.extend(_tested(node.condition, holds=False))
    return tuple(found)


def demands(code: Code, function: GoFunction) -> tuple[tuple[Guard, int], ...]:
    """The texts without which a function ends the program, or returns an error, each with the place where it is asked for."""
    return code.keep(("demands", id(function)), lambda: tuple(_demands(code, function)))


def _demands(code: Code, function: GoFunction) -> Iterator[tuple[Guard, int]]:
    for node in _ifs(code, function):
        if _ends(node.then):
            yield from ((guard, node.start) for guard in _each_alone(node.condition) if not guard.is_given)


def _ifs(code: Code, function: GoFunction) -> tuple[If, ...]:
    return code.keep(("ifs", id(function)), lambda: tuple(node for node in nodes_of(function.body.block) if isinstance(node, If)))


def _each_alone(condition: Expression) -> Iterator[Guard]:
    """The tests each of which is enough for the condition to hold."""
    if isinstance(condition, Binary) and condition.operator == "||":
        yield from _each_alone(condition.left)
        yield from _each_alone(condition.right)
    elif not (isinstance(condition, Binary) and condition.operator == "&&"):
        yield from _tested(condition, holds=True)


def _tested(condition: Expression, *, holds: bool) -> Iterator[Guard]:
    match condition:
        case Unary(operator="!"):
            yield from _tested(condition.operand, holds=not holds)
        case Binary(operator="&&" | "||" as operator):
            one, other = tuple(_tested(condition.left, holds=holds)), tuple(_tested(condition.right, holds=holds))
            # Of `!ok || value == ""` one holds, and both say the same; `value == "" || isDebug` says nothing of the value.
            if (operator == "&&") == holds or (one and other and len({guard.is_given for guard in (*one, *other)}) == 1):
                yield from one
                yield from other
        case Binary(operator="==" | "!=" | ">" | "<" as operator, left=left, right=right):
            if isinstance(left, Literal) and operator in ("==", "!="):
                left, right = right, left
            subject = _compared(left, operator, right)
            if subject is not None:
                is_empty = operator in ("==", "<")
                # `err == nil` says that there is something.
                yield Guard(subject, (is_empty == is_nil(right)) == holds)
        case Name():
            yield Guard(condition, holds)


def _compared(left: Expression, operator: str, right: Expression) -> Expression | None:
    """The text, number or error that a comparison finds to be nothing, or something."""
    if isinstance(left, Call) and isinstance(left.function, Name) and left.function.text == "len" and left.arguments:
        wanted = "1" if operator == "<" else "0"
        return left.arguments[0] if isinstance(right, Literal) and right.text == wanted else None
    if operator in ("<", ">"):
        return None
    if is_nil(right):
        return left if isinstance(left, Name) else None
    if not isinstance(right, Literal) or right.text not in _EMPTY:
        return None
    if isinstance(left, Call) and isinstance(left.function, Selector) and left.function.name == "TrimSpace" and left.arguments:
        return left.arguments[0]
    return left


def _ends(block: Block) -> bool:
    """Whether a block ends the program, or the function with an error."""
    if not block.statements:
        return False
    match block.statements[-1]:
        case Return(values=(*_, last)):
            return not is_nil(last) and isinstance(last, Call | Name | Selector) and _is_error(last)
    return any(
        isinstance(statement, ExpressionStatement) and isinstance(statement.expression, Call) and _is_fatal(statement.expression)
        for statement in block.statements
    )


def _is_error(value: Expression) -> bool:
    match value:
        case Call(function=Selector(operand=Name(text="errors" | "fmt"), name="New" | "Errorf" | "Wrap" | "Wrapf")):
            return True
        case Name(text=text) | Selector(name=text):
            return text.lower().startswith("err")
    return False


def _is_fatal(call: Call) -> bool:
    return (isinstance(call.function, Selector) and call.function.name in FATAL) or (
        isinstance(call.function, Name) and call.function.text in FATAL
    )
