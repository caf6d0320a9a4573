"""A duration is a bare number: so many nanoseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import library
from netlint.golang.syntax import Literal
from netlint.model.code.durations import counted_unit, counts_given_on, taken_durations, takes_duration
from netlint.model.code.numbers import written_numbers
from netlint.model.code.packages import is_variable_value
from netlint.model.code.settings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.durations import Taken
    from netlint.model.code.numbers import Written

_LEAST: Final = 1_000_000
"""Nanoseconds. No network answers in less than a millisecond; a number above may be one of nanoseconds."""
_WHY: Final = "time.Duration counts nanoseconds, so this time is over before the first packet has left"


def check(model: Model) -> Iterator[Finding]:
    """``time.Duration`` is an ``int64`` of nanoseconds, and an untyped constant becomes one without a word (Go ``time/time.go``)."""
    for taken in taken_durations(model.code):
        numbers = written_numbers(model.code, taken.expression, taken.function)
        written = [item for item in numbers if _is_bare(taken, item) and not takes_duration(model.code, item.expression, item.function)]
        yield from (_of_number(taken, item) for item in written)
        if not written:
            yield from _of_count(model.code, taken)
    for taken in counts_given_on(model.code):
        yield from _of_count(model.code, taken)


def _is_bare(taken: Taken, written: Written) -> bool:
    """Whether a number has no unit. 0 and negative ones mean none or off; 1 as an argument is how people write "at once"."""
    least = 0 if taken.is_field else 1
    return not written.number.has_unit and least < written.number.value < _LEAST


def _of_number(taken: Taken, written: Written) -> Finding:
    count = f"{written.number.value:g}"
    given, bare = Place(taken.expression, taken.function), Place(written.expression, written.function)
    # A constant may be right elsewhere, `seconds * time.Second`; an argument of another function is wrong where it is passed.
    is_passed = written.function is not taken.function and not is_variable_value(written.function, written.expression)
    place, other, label = (bare, given, f"given to {taken.what}") if is_passed else (given, bare, "no unit here")
    return RULE.finding(
        place.span,
        message=f"{taken.what} is {count} nanoseconds: {count} has no unit",
        why=_WHY,
        help=f"Write {count} * time.Second, or the unit that is meant",
        subject=Subject.function(place.function),
        related=[Related(other.span, label)] if other.span != place.span else [],
        fix=_in_seconds(place),
    )


def _in_seconds(place: Place) -> Fix | None:
    """Multiply a number by the unit that is most often meant."""
    if not isinstance(place.expression, Literal) or place.expression.kind not in ("int", "float"):
        return None
    time = library(place.function, "time")
    if time is None:
        return None
    behind = place.span.part(place.expression.end - place.expression.start, place.expression.end - place.expression.start)
    return Fix("Multiply by time.Second", False, (Edit(behind, f" * {time.name}.Second"), *time.changes))


def _of_count(code: Code, taken: Taken) -> Iterator[Finding]:
    counted = counted_unit(code, taken.expression, taken.function)
    if counted is None:
        return
    is_apart = counted.conversion is not taken.expression
    yield RULE.finding(
        taken.function.span(counted.conversion),
        message=f"{taken.what} takes {counted.name} as nanoseconds, which by its name counts another unit",
        why=_WHY,
        help=f"Multiply by the unit: time.Duration({counted.name}) * {counted.unit}",
        subject=Subject.function(taken.function),
        related=[Related(taken.function.span(taken.expression), f"given to {taken.what}")] if is_apart else [],
        confidence=Confidence.MEDIUM,
    )


RULE = Rule(
    name="duration-without-unit",
    family="http_client",
    layer=1,
    summary="A duration is a bare number: so many nanoseconds",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
