"""Rules about one limit of time against another, across files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.budget import deadline_order, dns_budget_exceeds_deadline, idle_timeout_order, shutdown_outlasts_grace_period

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    deadline_order.RULE,
    dns_budget_exceeds_deadline.RULE,
    idle_timeout_order.RULE,
    shutdown_outlasts_grace_period.RULE,
)
