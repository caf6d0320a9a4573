"""A query without a context waits for a connection of a limited pool: when none comes back, it waits for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.model.code.databases import unbounded_queries
from netlint.model.code.resources import called_name
from netlint.model.code.scopes import contexts_in_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.databases import Query


def check(model: Model) -> Iterator[Finding]:
    """With ``SetMaxOpenConns`` a query waits for a free connection until its context ends (Go ``database/sql/sql.go``, ``DB.conn``)."""
    for query in unbounded_queries(model.code):
        if not query.function.file.is_waived(query.call, "noctx"):
            yield _finding(model.code, query)


def _finding(code: Code, query: Query) -> Finding:
    held = [item.expression for item in contexts_in_scope(code, query.function, query.call.start) if item.is_named]
    limiting, where = query.pool.limits[0]
    connections = "its only connection" if query.limit == 1 else f"one of its {query.limit or 'limited'} connections"
    return RULE.finding(
        called_name(query.call, query.function),
        message=f"{query.name} takes no context: it waits for the pool to give it {connections}, for ever if need be",
        why="When the connections are taken by slow queries or by rows nobody closed, every further caller waits for ever",
        help=f"{query.name}Context({held[-1]}, …)" if held else f"{query.name}Context, with a context that has a deadline",
        subject=Subject.function(query.function),
        related=[Related(where.span(limiting), f"limits the pool to {query.limit}" if query.limit else "limits the pool")],
        # A setting may be 0, which is no limit.
        severity=None if query.limit else Severity.INFO,
        confidence=None if held else Confidence.MEDIUM,
        fix=_fix(query, held[-1]) if held else None,
    )


def _fix(query: Query, context: str) -> Fix | None:
    callee, arguments = query.call.function, query.call.arguments
    if not isinstance(callee, Selector) or not arguments:
        return None
    places = ((callee.end, "Context"), (arguments[0].start, f"{context}, "))
    edits = tuple(Edit(query.function.file.span(at, at), text) for at, text in places)
    return Fix(f"Query with {context}", False, edits)


RULE = Rule(
    name="query-without-context",
    family="database",
    layer=1,
    summary="A query without a context waits for a connection of a limited pool: when none comes back, it waits for ever",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
