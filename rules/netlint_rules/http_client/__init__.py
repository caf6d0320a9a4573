"""Rules of the family ``http_client``: deadlines, phases, connections and bodies of HTTP requests that Go code sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.http_client import client_without_deadline, duration_multiplied_twice, duration_without_unit

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    client_without_deadline.RULE,
    duration_multiplied_twice.RULE,
    duration_without_unit.RULE,
)
