"""A duration that has a unit is multiplied by a unit again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import NOT_LOCAL, Binary, If, Literal, Name, Selector
from netlint.model.code.durations import is_declared_duration, unit_source
from netlint.model.code.numbers import fold
from netlint.model.code.types import type_of
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.durations import UnitSource
    from netlint.model.code.numbers import Number
    from netlint.model.code.packages import GoFunction


def check(model: Model) -> Iterator[Finding]:
    """Both sides of ``*`` mean nanoseconds, so the product means their square (Go ``time/time.go``, Duration)."""
    code = model.code
    for function in code.judged_functions:
        for product in function.body.products:
            if isinstance(product.left, Literal) or isinstance(product.right, Literal):
                # `10 * time.Second`: nearly all of them.
                continue
            if type_of(code, product, function) != "time.Duration":
                continue
            if any(_is_one(fold(code, factor, function)) for factor in (product.left, product.right)):
                continue
            found = _judge(code, product, function)
            if found is not None and not _has_own_condition(product, function):
                yield found


def _judge(code: Code, product: Binary, function: GoFunction) -> Finding | None:
    left, right = unit_source(code, product.left, function), unit_source(code, product.right, function)
    if left is not None and right is not None and left != right:
        number = fold(code, product, function)
        return _finding(product, function, left, right, None if number is None else int(number.value))
    if right is not None and is_declared_duration(code, product.left, function):
        return _likely(product, product.left, function)
    if left is not None and is_declared_duration(code, product.right, function):
        return _likely(product, product.right, function)
    return None


def _is_one(number: Number | None) -> bool:
    """``time.Nanosecond``, by which people say what a number counts."""
    return number is not None and number.value == 1


def _has_own_condition(product: Binary, function: GoFunction) -> bool:
    """Whether it is multiplied only if it is small, as code does that takes old settings without a unit."""
    return any(
        isinstance(node, If)
        and node.then.start <= product.start < node.then.end
        and isinstance(node.condition, Binary)
        and node.condition.operator in ("<", "<=")
        and _parts(node.condition.left) == _parts(product.left)
        for node in nodes_of(function.body.block)
    )


def _parts(expression: Expression) -> list[tuple[str, int]]:
    """The names that an expression is made of, wherever it stands."""
    found = []
    for node in nodes_of(expression):
        if isinstance(node, Name):
            found.append((node.text, node.local))
        elif isinstance(node, Selector):
            found.append((node.name, NOT_LOCAL))
    return found


def _finding(product: Binary, function: GoFunction, left: UnitSource, right: UnitSource, value: int | None) -> Finding:
    sources = [(left, product.left), (right, product.right)]
    related = [
        Related(source.function.span(source.expression), "has its unit already")
        for source, operand in sources
        if source.expression is not operand
    ]
    return RULE.finding(
        function.span(product),
        message="Both factors of this product are durations with a unit, so it means nanoseconds squared",
        why=f"The time-out becomes {_years(value)}, or wraps around to a negative one that is over at once"
        if value is not None
        else "Seconds by seconds is a thousand million times too long, or wraps around to a negative time that is over at once",
        help="Leave the unit out of one factor, or make one a plain number",
        subject=Subject.function(function),
        related=related,
        confidence=Confidence.MEDIUM if related else None,
    )


def _likely(product: Binary, factor: Expression, function: GoFunction) -> Finding:
    return RULE.finding(
        function.span(product),
        message="A value of type time.Duration is multiplied by a unit",
        why="If it has its unit already, as its type says, the product means nanoseconds squared; only a plain count makes it right",
        help="Leave the unit out; or give the factor a plain number type, converted where it is multiplied: time.Duration(n) * time.Second",
        subject=Subject.function(function),
        related=[Related(function.span(factor), "is a time.Duration")],
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
    )


def _years(value: int) -> str:
    return f"some {value // 31_557_600_000_000_000} years" if value >= 31_557_600_000_000_000 else "far longer than meant"


RULE = Rule(
    name="duration-multiplied-twice",
    family="http_client",
    layer=1,
    summary="A duration that has a unit is multiplied by a unit again",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
