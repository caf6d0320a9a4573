"""Whether a field that is true or false is known to be one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.golang.syntax import NOT_LOCAL, Name
from netlint.model.code.settings import Setting, field_value

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code


def boolean_of(code: Code, setting: Setting, name: str) -> bool | None:
    """The value of a field of type ``bool``; None when it is not known, or differs."""
    value = field_value(code, setting, name)
    if value.state != "set":
        return False if value.state == "absent" else None
    written = {_written(place.expression) for place in value.places}
    return written.pop() if len(written) == 1 else None


def _written(expression: Expression) -> bool | None:
    if isinstance(expression, Name) and expression.local == NOT_LOCAL:
        return {"true": True, "false": False}.get(expression.text)
    return None
