"""Rules about pod DNS: the policy, the resolv.conf that comes of it, and what a resolver makes of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.dns import (
    default_dns_policy_with_cluster_names,
    dns_none_breaks_cluster_names,
    dns_none_without_nameservers,
    dns_option_invalid,
    foreign_nameserver_beside_cluster_dns,
    host_network_without_cluster_dns,
    ndots_breaks_musl_name,
    ndots_search_cost,
    resolv_conf_over_limits,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    host_network_without_cluster_dns.RULE,
    default_dns_policy_with_cluster_names.RULE,
    dns_none_without_nameservers.RULE,
    dns_none_breaks_cluster_names.RULE,
    foreign_nameserver_beside_cluster_dns.RULE,
    resolv_conf_over_limits.RULE,
    dns_option_invalid.RULE,
    ndots_search_cost.RULE,
    ndots_breaks_musl_name.RULE,
)
"""Those that find something where there is no ConfigMap as well."""


def rules() -> tuple[Rule, ...]:
    """All of the family; the one that reads Corefiles is imported here."""
    from netlint_rules.dns import corefile_drops_queries

    return (*RULES, corefile_drops_queries.RULE)
