"""Rules of the family ``http_client``: deadlines, phases, connections and bodies of HTTP requests that Go code sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.http_client import (
    cancel_before_body_read,
    client_without_deadline,
    context_dropped,
    derived_context_discarded,
    dial_hook_drops_context,
    lost_cancel,
    response_body_not_closed,
    response_body_not_drained,
    response_used_before_error_check,
    result_channel_unbuffered,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    cancel_before_body_read.RULE,
    client_without_deadline.RULE,
    context_dropped.RULE,
    derived_context_discarded.RULE,
    dial_hook_drops_context.RULE,
    lost_cancel.RULE,
    response_body_not_closed.RULE,
    response_body_not_drained.RULE,
    response_used_before_error_check.RULE,
    result_channel_unbuffered.RULE,
)
