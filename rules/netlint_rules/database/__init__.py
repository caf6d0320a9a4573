"""Rules of the family ``database``: pools of connections to databases and caches, and what is taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.database import rows_not_closed

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (rows_not_closed.RULE,)
