"""Rules of the family ``database``: pools of connections to databases and caches, and what is taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.database import (
    dsn_without_connect_timeout,
    pool_defaults_churn,
    query_without_context,
    redis_context_ignored,
    rows_not_closed,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    dsn_without_connect_timeout.RULE,
    pool_defaults_churn.RULE,
    query_without_context.RULE,
    redis_context_ignored.RULE,
    rows_not_closed.RULE,
)
