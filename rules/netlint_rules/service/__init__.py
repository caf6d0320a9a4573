"""Rules about Services: their ports, names and target ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.service import service_target_port_name_unresolved

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES: Final[tuple[Rule, ...]] = (service_target_port_name_unresolved.RULE,)
