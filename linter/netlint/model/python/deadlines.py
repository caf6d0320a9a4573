"""Deadlines that hold for whatever a function of Python awaits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.model.python.names import entity_of
from netlint.python.syntax import Attribute, Name

if TYPE_CHECKING:
    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Call

_LIMITERS: Final = frozenset(
    (
        *(f"asyncio.{name}" for name in ("wait_for", "timeout", "timeout_at")),
        *(f"{library}.{name}" for library in ("anyio", "trio") for name in ("fail_after", "fail_at", "move_on_after", "move_on_at")),
        *("async_timeout.timeout", "async_timeout.timeout_at", "gevent.Timeout", "eventlet.Timeout", "signal.alarm", "signal.setitimer"),
    )
)
_WORDS: Final = frozenset(name.rpartition(".")[2] for name in _LIMITERS)
"""What such a call is written with, which is cheaper to ask."""


def has_deadline_around(python: PythonCode, scope: PythonScope) -> bool:
    """Whether the function, or one around it, uses anything that ends what takes too long: which of its calls it is for is not asked."""
    place: PythonScope | None = scope
    while place is not None and place.facts.kind == "function":
        if any(_limits(python, call, place) for call in place.facts.calls):
            return True
        place = place.outer
    return False


def _limits(python: PythonCode, call: Call, scope: PythonScope) -> bool:
    callee = call.function
    name = callee.name if isinstance(callee, Attribute) else callee.text if isinstance(callee, Name) else ""
    return name in _WORDS and entity_of(python, callee, scope) in _LIMITERS
