"""Rules about what stands behind a Service: selectors, readiness, rollouts and shutdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.endpoints import (
    pre_stop_needs_shell,
    pre_stop_outlasts_grace_period,
    probe_outlasts_its_timeout,
    probe_port_name_unresolved,
    probe_port_undeclared,
    readiness_probe_missing,
    rollout_leaves_no_endpoint,
    service_selects_no_pod,
    shutdown_without_drain,
    workload_selector_mismatch,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    service_selects_no_pod.RULE,
    workload_selector_mismatch.RULE,
    probe_port_name_unresolved.RULE,
    probe_port_undeclared.RULE,
    readiness_probe_missing.RULE,
    probe_outlasts_its_timeout.RULE,
    pre_stop_outlasts_grace_period.RULE,
    pre_stop_needs_shell.RULE,
    shutdown_without_drain.RULE,
    rollout_leaves_no_endpoint.RULE,
)
