"""Rules of the family ``dial``: connections that Go code opens, and the lookups before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.dial import (
    address_fallback_disabled,
    connection_without_deadline,
    dial_timeout_below_dns_retry,
    dial_timeout_single_address,
    dial_without_timeout,
    lookup_without_context,
    resolver_dial_ignored,
    srv_lookup_arguments,
    tcp_keep_alive_off,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    dial_without_timeout.RULE,
    connection_without_deadline.RULE,
    dial_timeout_single_address.RULE,
    address_fallback_disabled.RULE,
    tcp_keep_alive_off.RULE,
    dial_timeout_below_dns_retry.RULE,
    srv_lookup_arguments.RULE,
    resolver_dial_ignored.RULE,
    lookup_without_context.RULE,
)
