"""Rules of the family ``grpc``: dials, deadlines and keep-alive pings of gRPC in Go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.grpc import (
    grpc_dial_timeout_ignored,
    grpc_keep_alive_too_frequent,
    grpc_without_keep_alive,
    rpc_without_deadline,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    grpc_keep_alive_too_frequent.RULE,
    grpc_dial_timeout_ignored.RULE,
    rpc_without_deadline.RULE,
    grpc_without_keep_alive.RULE,
)
