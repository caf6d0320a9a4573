"""Every rule, listed by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules import dns, endpoints, route, service

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (*dns.RULES, *service.RULES, *endpoints.RULES, *route.RULES)
