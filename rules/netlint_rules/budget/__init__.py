"""Rules about one limit of time against another, across files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.budget import deadline_order, probe_slower_than_deadline

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES_OF_ROUTES: Final[tuple[Rule, ...]] = (deadline_order.RULE, probe_slower_than_deadline.RULE)
"""Those that find something where there are routes and no code as well: both look at what front doors allow."""


def rules() -> tuple[Rule, ...]:
    """All of the family; those that need code are imported here."""
    from netlint_rules.budget import dns_budget_exceeds_deadline, idle_timeout_order, shutdown_outlasts_grace_period

    return (*RULES_OF_ROUTES, dns_budget_exceeds_deadline.RULE, idle_timeout_order.RULE, shutdown_outlasts_grace_period.RULE)
