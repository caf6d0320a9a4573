"""Rules of the family ``http_server``: the limits of HTTP servers in Go, against clients that stall and handlers that take their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.http_server import (
    read_timeout_becomes_idle_timeout,
    server_without_header_timeout,
    server_without_timeouts,
    timeout_handler_after_write_timeout,
    write_timeout_below_work,
    write_timeout_cuts_stream,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    server_without_timeouts.RULE,
    server_without_header_timeout.RULE,
    read_timeout_becomes_idle_timeout.RULE,
    write_timeout_below_work.RULE,
    timeout_handler_after_write_timeout.RULE,
    write_timeout_cuts_stream.RULE,
)
