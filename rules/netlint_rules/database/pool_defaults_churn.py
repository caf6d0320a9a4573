"""A pool may open more connections than the two it keeps: under load they are opened and closed over and over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.databases import IDLE_CONNECTIONS, pools
from netlint.model.code.resources import called_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.databases import Pool

_FILES: Final = ("sqlite", "libsql", "duckdb", "modernc")
"""What the names of drivers begin with whose database is a file: to open it is cheap."""


def check(model: Model) -> Iterator[Finding]:
    """``MaxIdleConns`` is 2 unless it is set (Go ``database/sql/sql.go:965``)."""
    for pool in pools(model.code).values():
        limit = pool.limit(model.code)
        if limit is None or limit <= IDLE_CONNECTIONS or pool.idle_limits or not model.code.is_judged(pool.function):
            continue
        if pool.drivers and not any(driver.startswith(_FILES) for driver in pool.drivers):
            yield _finding(pool, limit)


def _finding(pool: Pool, limit: int) -> Finding:
    limiting, function = pool.limits[0]
    return RULE.finding(
        called_name(limiting, function),
        message=f"The pool may open {limit} connections but keeps {IDLE_CONNECTIONS}, for SetMaxIdleConns is not called",
        why="Every connection beyond the second is closed when its query is done: 10 bursts of 20 queries opened 182 connections",
        help=f"SetMaxIdleConns({limit}), and SetConnMaxIdleTime so that idle ones go in the end",
        subject=Subject.function(function),
        related=[Related(pool.function.span(pool.opened), "opens the pool")],
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
