"""Rows or a prepared statement are not closed, on one way through the function or on all: their connection stays taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Name
from netlint.knowledge.go_closing import ROWS
from netlint.model.code.databases import rows_and_statements
from netlint.model.code.resources import fate_of, is_main
from netlint.model.code.uses import SETTLED

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
                yield _finding(item, ())
            continue
        fate = fate_of(model.code, item)
        if fate is not None and fate.leaks:
            yield _finding(item, fate.leaks, is_closed_elsewhere=bool(fate.effect & SETTLED) or _is_on_the_way(fate.leaks, item))


def _is_on_the_way(leaks: tuple[Leak, ...], item: Taken) -> bool:
    """Whether it is lost at returns in the middle only, as in a loop that would read the rows to their end."""
    return all(leak.how == "return" for leak in leaks) and item.type in ROWS and len(leaks) < 5


def _finding(item: Taken, leaks: tuple[Leak, ...], *, is_closed_elsewhere: bool = False) -> Finding:
    are_rows = item.type in ROWS
    name = item.target.text if isinstance(item.target, Name) else ""
    if item.is_discarded:
        message = f"The {'rows are' if are_rows else 'statement is'} thrown away, so that nobody can close {'them' if are_rows else 'it'}"
    else:
        kind = "rows" if are_rows else "statement"
        where = "on a way that leaves before their end" if is_closed_elsewhere and are_rows else "on every way"
        message = f"The {kind} {name} {'stay' if are_rows else 'stays'} open {where if is_closed_elsewhere or are_rows else 'for good'}"
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
