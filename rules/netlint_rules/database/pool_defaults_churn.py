"""A pool may open more connections than the two it keeps: under load they are opened and closed over and over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Selector
from netlint.model.code.databases import IDLE_CONNECTIONS, pools
from netlint.model.code.resources import called_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call
    from netlint.model import Model
    from netlint.model.code.databases import Pool
    from netlint.model.code.packages import GoFunction

_FILES: Final = ("sqlite", "libsql", "duckdb", "modernc")
"""What the names of drivers begin with whose database is a file: to open it is cheap."""

_WHY: Final = "Every connection beyond the second is closed when its query is done: 10 bursts of 20 queries opened 182 connections"


def check(model: Model) -> Iterator[Finding]:
    """``MaxIdleConns`` is 2 unless it is set (Go ``database/sql/sql.go:965``)."""
    for pool in pools(model.code).values():
        limit = pool.limit(model.code)
        if pool.idle_limits or not model.code.is_judged(pool.function) or any(driver.startswith(_FILES) for driver in pool.drivers):
            continue
        if limit is not None and limit > IDLE_CONNECTIONS and pool.drivers:
            yield _finding(pool, limit)
        elif not pool.limits and not _calls_beside(pool, "SetMaxIdleConns"):
            # What limits a pool of the same package may limit this one, by a way that is not followed.
            limits = _calls_beside(pool, "SetMaxOpenConns")
            yield _likely(pool, *limits[0]) if limits else _unlimited(pool)


def _calls_beside(pool: Pool, name: str) -> list[tuple[Call, GoFunction]]:
    """The calls of methods of that name in the package which opens the pool."""
    return [
        (call, function)
        for function in pool.function.file.package.bodies.values()
        for call in function.body.calls
        if isinstance(call.function, Selector) and call.function.name == name
    ]


def _likely(pool: Pool, limiting: Call, function: GoFunction) -> Finding:
    return RULE.finding(
        called_name(limiting, function),
        message=f"The pool is limited, but keeps {IDLE_CONNECTIONS} connections, for SetMaxIdleConns is not called",
        why=_WHY,
        help="Call SetMaxIdleConns with the same number or half of it, and SetConnMaxIdleTime so that idle ones go in the end",
        subject=Subject.function(function),
        related=[Related(pool.function.span(pool.opened), "opens a pool")],
        confidence=Confidence.LOW,
    )


def _finding(pool: Pool, limit: int) -> Finding:
    limiting, function = pool.limits[0]
    return RULE.finding(
        called_name(limiting, function),
        message=f"The pool may open {limit} connections but keeps {IDLE_CONNECTIONS}, for SetMaxIdleConns is not called",
        why=_WHY,
        help=f"SetMaxIdleConns({limit}), and SetConnMaxIdleTime so that idle ones go in the end",
        subject=Subject.function(function),
        related=[Related(pool.function.span(pool.opened), "opens the pool")],
    )


def _unlimited(pool: Pool) -> Finding:
    return RULE.finding(
        called_name(pool.opened, pool.function),
        message=f"The pool may open connections without number but keeps {IDLE_CONNECTIONS}: neither SetMaxOpenConns nor SetMaxIdleConns "
        "is called",
        why="Every connection beyond the second is closed when its query is done, and a burst opens as many as it has queries",
        help="SetMaxOpenConns to what the database can bear, SetMaxIdleConns to the same or half of it, and SetConnMaxIdleTime",
        subject=Subject.function(pool.function),
        confidence=Confidence.LOW,
    )


RULE = Rule(
    name="pool-defaults-churn",
    family="database",
    layer=2,
    summary="A pool may open more connections than the two it keeps: under load they are opened and closed over and over",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
