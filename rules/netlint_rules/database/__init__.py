"""Rules of the family ``database``: pools of connections to databases and caches, and what is taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.database import dsn_without_connect_timeout

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES_OF_MANIFESTS: Final[tuple[Rule, ...]] = (dsn_without_connect_timeout.RULE,)
"""Those that find something where there is no code as well."""


def rules() -> tuple[Rule, ...]:
    """All of the family; those that read code alone are imported here."""
    from netlint_rules.database import pool_defaults_churn, query_without_context, redis_context_ignored, rows_not_closed

    return (
        *RULES_OF_MANIFESTS,
        pool_defaults_churn.RULE,
        query_without_context.RULE,
        redis_context_ignored.RULE,
        rows_not_closed.RULE,
    )
