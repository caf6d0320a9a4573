"""Rules about Services: their ports, names and target ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.service import (
    endpoints_port_name_mismatch,
    external_name_misused,
    headless_port_translation,
    local_traffic_policy_drops,
    peer_discovery_before_ready,
    service_port_invalid,
    service_target_port_name_ambiguous,
    service_target_port_name_unresolved,
    service_target_port_protocol_mismatch,
    service_target_port_undeclared,
    statefulset_service_name_unresolved,
    statefulset_service_not_headless,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    service_target_port_name_unresolved.RULE,
    service_target_port_undeclared.RULE,
    service_target_port_name_ambiguous.RULE,
    service_target_port_protocol_mismatch.RULE,
    headless_port_translation.RULE,
    service_port_invalid.RULE,
    statefulset_service_name_unresolved.RULE,
    statefulset_service_not_headless.RULE,
    peer_discovery_before_ready.RULE,
    endpoints_port_name_mismatch.RULE,
    local_traffic_policy_drops.RULE,
    external_name_misused.RULE,
)
