"""Rules of the family ``http_client``: deadlines, phases, connections and bodies of HTTP requests that code sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.http_client import (
    cancel_before_body_read,
    client_timeout_hides_dial_timeout,
    client_without_deadline,
    connection_limit_without_dial_timeout,
    context_dropped,
    derived_context_discarded,
    dial_hook_drops_context,
    duration_multiplied_twice,
    duration_without_unit,
    http2_without_ping,
    idle_connections_per_host_default,
    kube_client_without_timeout,
    lost_cancel,
    phase_timeout_shadowed,
    read_timeout_only,
    request_without_context,
    response_body_not_closed,
    response_body_not_drained,
    response_used_before_error_check,
    result_channel_unbuffered,
    retries_multiply_deadline,
    transport_per_call,
    transport_without_dial_timeout,
    transport_without_tls_handshake_timeout,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    cancel_before_body_read.RULE,
    client_timeout_hides_dial_timeout.RULE,
    client_without_deadline.RULE,
    connection_limit_without_dial_timeout.RULE,
    context_dropped.RULE,
    derived_context_discarded.RULE,
    dial_hook_drops_context.RULE,
    duration_multiplied_twice.RULE,
    duration_without_unit.RULE,
    http2_without_ping.RULE,
    idle_connections_per_host_default.RULE,
    kube_client_without_timeout.RULE,
    lost_cancel.RULE,
    phase_timeout_shadowed.RULE,
    read_timeout_only.RULE,
    request_without_context.RULE,
    response_body_not_closed.RULE,
    response_body_not_drained.RULE,
    response_used_before_error_check.RULE,
    result_channel_unbuffered.RULE,
    retries_multiply_deadline.RULE,
    transport_per_call.RULE,
    transport_without_dial_timeout.RULE,
    transport_without_tls_handshake_timeout.RULE,
)
