"""Rules of the route family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.route import (
    nginx_timeout_annotation_ignored,
    route_backend_unresolved,
    route_timeout_order,
    stream_behind_default_timeout,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    route_backend_unresolved.RULE,
    nginx_timeout_annotation_ignored.RULE,
    route_timeout_order.RULE,
    stream_behind_default_timeout.RULE,
)
