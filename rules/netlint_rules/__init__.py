"""Every rule, listed by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules import budget, database, dial, dns, endpoints, grpc, http_client, http_server, network_policy, reference, route, service

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    *dns.RULES,
    *service.RULES,
    *endpoints.RULES,
    *route.RULES,
    *network_policy.RULES,
    *reference.RULES,
    *budget.RULES,
    *http_client.RULES,
    *dial.RULES,
    *http_server.RULES,
    *grpc.RULES,
    *database.RULES,
)
