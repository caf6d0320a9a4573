"""Every rule, by what it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint_rules import budget, database, dns, endpoints, network_policy, reference, route, service

if TYPE_CHECKING:
    from netlint.finding import Rule


def rules_for(*, code: bool) -> tuple[Rule, ...]:
    """Every rule, listed by family; without ``code``, those alone that can find something where there are only manifests.

    To import the others, with all that they ask of code, takes as long as to read a hundred manifests: that waits until there is code.
    """
    of_manifests = (*dns.RULES, *service.RULES, *endpoints.RULES, *route.RULES, *network_policy.RULES)
    if not code:
        return (*of_manifests, *reference.RULES_OF_MANIFESTS, *budget.RULES_OF_MANIFESTS, *database.RULES_OF_MANIFESTS)
    from netlint_rules import dial, grpc, http_client, http_server

    of_code = (*http_client.RULES, *dial.RULES, *http_server.RULES, *grpc.RULES, *database.rules())
    return (*of_manifests, *reference.rules(), *budget.rules(), *of_code)


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is."""
    return rules_for(code=True)
