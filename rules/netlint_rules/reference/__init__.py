"""Rules of the reference family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint_rules.reference import (
    listen_on_loopback,
    reference_headless_service_port,
    reference_port_unlisted,
    reference_service_unknown,
    reference_short_name_other_namespace,
    service_links_shadow_variable,
    srv_port_unknown,
)

if TYPE_CHECKING:
    from netlint.finding import Rule

RULES_OF_MANIFESTS: Final[tuple[Rule, ...]] = (
    reference_port_unlisted.RULE,
    reference_service_unknown.RULE,
    reference_short_name_other_namespace.RULE,
    reference_headless_service_port.RULE,
    srv_port_unknown.RULE,
    listen_on_loopback.RULE,
    service_links_shadow_variable.RULE,
)
"""Those that find something where there is no code as well."""


def rules() -> tuple[Rule, ...]:
    """All of the family; those that need code are imported here."""
    from netlint_rules.reference import service_port_unserved, variable_unset

    return (*RULES_OF_MANIFESTS, service_port_unserved.RULE, variable_unset.RULE)
