"""Rows or a prepared statement are not closed, on one way through the function or on all: their connection stays taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import defer_behind_check
from netlint.golang.syntax import Name
from netlint.knowledge.go_closing import ROWS
from netlint.model.code.databases import rows_and_statements
from netlint.model.code.resources import effects_of, fate_of, is_main
from netlint.model.code.uses import SETTLED, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.paths import Leak
    from netlint.model.code.resources import Taken

_LABELS: Final = {
    "return": "returns without closing",
    "end": "ends without closing",
    "jump": "goes on without closing",
    "new": "is given the next before this is closed",
}


def check(model: Model) -> Iterator[Finding]:
    """Open rows hold their connection until they are closed or read to the end (Go ``database/sql/sql.go``, Rows.Close and Rows.Next)."""
    for item in rows_and_statements(model.code):
        if item.is_discarded:
            if not is_main(item.function, item.scope):
                yield _finding(item, (), _thrown_away(item))
            continue
        fate = fate_of(model.code, item)
        if fate is not None and fate.leaks:
            effect = effects_of(model.code, item)
            may_end = effect & (SETTLED | Effect.READ if item.type in ROWS else SETTLED)
            finding = _finding(item, fate.leaks, _left_open(item, is_never=not may_end))
            # Whoever is handed them may read on after the function has ended.
            yield finding if effect & Effect.ESCAPED else finding._replace(fix=_fix(item))


def _thrown_away(item: Taken) -> str:
    return "The rows are thrown away, so that nobody can close them" if item.type in ROWS else "The statement is thrown away, still open"


def _left_open(item: Taken, *, is_never: bool) -> str:
    name = item.target.text if isinstance(item.target, Name) else ""
    if item.type in ROWS:
        return f"The rows in {name} are {'never closed' if is_never else 'left open on a way that leaves before their end'}"
    return f"The statement {name} is {'never closed' if is_never else 'left open on a way that leaves before it is closed'}"


def _finding(item: Taken, leaks: tuple[Leak, ...], message: str) -> Finding:
    are_rows = item.type in ROWS
    name = item.target.text if isinstance(item.target, Name) else ""
    return RULE.finding(
        item.span,
        message=message,
        why="Open rows keep their connection: the pool runs dry, and with SetMaxOpenConns the next query waits for ever"
        if are_rows
        else "The statement stays prepared, in the server and in the pool, for as long as the pool lives; each call adds one",
        help="Exec is the call for what returns no rows"
        if item.is_discarded and are_rows
        else f"defer {name}.Close() right behind the check",
        subject=Subject.function(item.function),
        related=[Related(leak.span(item.function), _LABELS[leak.how]) for leak in leaks[:5]],
    )


def _fix(item: Taken) -> Fix | None:
    return defer_behind_check(item, f"{item.target.text}.Close()", safe=True) if isinstance(item.target, Name) else None


RULE = Rule(
    name="rows-not-closed",
    family="database",
    layer=2,
    summary="Rows or a prepared statement are not closed, on one way through the function or on all: their connection stays taken",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
