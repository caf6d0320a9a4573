"""Every rule, by what it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint_rules import database, dns, endpoints, reference, service

if TYPE_CHECKING:
    from netlint.finding import Rule


def rules_for(*, code: bool, routes: bool = True, policies: bool = True, config_maps: bool = True) -> tuple[Rule, ...]:
    """Every rule that can find something, listed by family: where there is no ``code``, no route, no NetworkPolicy or no ConfigMap, the
    rules about it cannot.

    To import a family with all that it asks takes time, that of code as long as to read a hundred manifests: it waits until it is needed.
    """
    of_routes: tuple[Rule, ...] = ()
    of_policies: tuple[Rule, ...] = ()
    of_budgets: tuple[Rule, ...] = ()
    if routes or code:
        from netlint_rules import budget

        of_budgets = budget.rules() if code else budget.RULES_OF_ROUTES
    if routes:
        from netlint_rules import route

        of_routes = route.RULES
    if policies:
        from netlint_rules import network_policy

        of_policies = network_policy.RULES
    of_dns = dns.rules() if config_maps else dns.RULES
    of_manifests = (*of_dns, *service.RULES, *endpoints.RULES, *of_routes, *of_policies)
    if not code:
        return (*of_manifests, *reference.RULES_OF_MANIFESTS, *of_budgets, *database.RULES_OF_MANIFESTS)
    from netlint_rules import dial, grpc, http_client, http_server

    of_code = (*http_client.RULES, *dial.RULES, *http_server.RULES, *grpc.RULES, *database.rules())
    return (*of_manifests, *reference.rules(), *of_budgets, *of_code)


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is."""
    return rules_for(code=True)
