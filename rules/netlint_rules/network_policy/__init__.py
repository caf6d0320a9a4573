"""Rules about NetworkPolicies: what they drop that was meant to pass, and selectors and ports that mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.network_policy import (
    network_policy_blocks_client,
    network_policy_blocks_dns,
    network_policy_blocks_dns_tcp,
    network_policy_isolates_ingress_silently,
    network_policy_misses_api_server,
    network_policy_misses_node_local_dns,
    network_policy_named_port_unresolved,
    network_policy_peer_selects_nothing,
    network_policy_peer_split,
    network_policy_selects_no_pod,
    network_policy_uses_service_port,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    network_policy_blocks_dns.RULE,
    network_policy_blocks_dns_tcp.RULE,
    network_policy_misses_node_local_dns.RULE,
    network_policy_uses_service_port.RULE,
    network_policy_blocks_client.RULE,
    network_policy_named_port_unresolved.RULE,
    network_policy_peer_selects_nothing.RULE,
    network_policy_selects_no_pod.RULE,
    network_policy_peer_split.RULE,
    network_policy_isolates_ingress_silently.RULE,
    network_policy_misses_api_server.RULE,
)
