"""Connections of Python code that nothing limits; of dial-without-timeout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject
from netlint.model.python.deadlines import has_deadline_around
from netlint.model.python.dials import unlimited_dials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode
    from netlint.model.python.dials import Dial


def check_python(python: PythonCode, rule: Rule) -> Iterator[Finding]:
    """``socket.getdefaulttimeout()`` is None unless somebody sets it, and the kernel's patience is what is left."""
    for dial in unlimited_dials(python):
        if not has_deadline_around(python, dial.scope):
            yield _finding(rule, dial)


def _finding(rule: Rule, dial: Dial) -> Finding:
    why = "A peer that does not answer, or packets that a NetworkPolicy drops, hold the caller until the kernel gives up after about 135 s"
    callee = dial.call.function
    name = dial.scope.span(callee.start, callee.end)
    is_socket = dial.name == "socket.socket.connect"
    return rule.finding(
        dial.span,
        message=f"{dial.name} opens this connection without any time-out",
        why=f"{why}; one that takes the connection and says nothing holds it for ever" if dial.waits else why,
        help="Call settimeout(10) on the socket before" if is_socket else "Give the call timeout=10",
        subject=Subject("func", dial.scope.name or "<module>", package=dial.scope.module),
        related=[Related(name, "opens the connection")] if dial.argument is not None else (),
        severity=Severity.INFO if is_socket else None,
        confidence=Confidence.MEDIUM if is_socket else None,
    )
