"""The limits of time that the code sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.code.inputs import addresses_of
from netlint.model.limits import NONE, UNKNOWN, Limit
from netlint.model.templates import Address, Input

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.contexts import Bound
    from netlint.model.code.numbers import Number
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.settings import FieldValue
    from netlint.model.code.transports import DialLimit
    from netlint.source import Span


def limit_of_field(code: Code, value: FieldValue, label: str) -> Limit:
    """The limit that a field sets: 0, and less, is none."""
    if value.state == "unknown":
        return UNKNOWN
    limit = limit_of_number(value.number, value.places[0].span if value.places else None, label)
    if (limit.state == "unknown" or limit.is_changeable) and len(value.places) == 1 and value.places[0].position < 0:
        place = value.places[0]
        return limit._replace(label=label, span=place.span, input=_input_of(code, place.expression, place.function))
    return limit


def _input_of(code: Code, expression: Expression, function: GoFunction) -> Input | None:
    """The variable or flag that an expression is."""
    match addresses_of(code, expression, function):
        case (Address(template=(Input() as part,)),):
            return part
    return None


def limit_of_number(number: Number | None, span: Span | None, label: str) -> Limit:
    """The limit that a number of nanoseconds is: 0, and less, is none."""
    if number is None:
        return UNKNOWN
    return Limit("known" if number.value > 0 else "none", max(int(number.value), 0), span, label, is_changeable=number.is_default)


def limit_of_dial(limit: DialLimit) -> Limit:
    """The limit of one connection attempt."""
    if limit.state == "unknown":
        return UNKNOWN
    span = limit.place.span if limit.place is not None else None
    label = "http.DefaultTransport" if limit.is_default else "Dialer.Timeout"
    return Limit("known" if limit.duration > 0 else "none", max(limit.duration, 0), span, label)


def limit_of_context(bound: Bound) -> Limit:
    """The limit that a context brings."""
    if bound.state == "unbounded":
        return NONE._replace(label="context")
    if bound.state != "bounded" or bound.duration is None or not bound.calls:
        return UNKNOWN
    call, function = bound.calls[0]
    return Limit("known", max(bound.duration, 0), function.span(call), "context deadline")


def nearest(own: Limit, context: Limit, bound: Bound) -> Limit:
    """The one that ends a call: its own, or that of its context.

    A context from elsewhere, such as that of an incoming request, is taken to bring none as long as the own limit is there: it could only
    be nearer. One that is given a deadline in view that does not fold makes the answer unknown.
    """
    if own.state == "unknown" and bound.state != "bounded":
        return own
    if own.state == "unknown" or (context.state == "unknown" and (bound.state == "bounded" or own.state == "none")):
        return UNKNOWN
    if context.state != "known":
        return own
    return min(own, context, key=lambda limit: limit.nanoseconds) if own.state == "known" else context
