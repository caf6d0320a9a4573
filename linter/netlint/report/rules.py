"""The list of rules, for people."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from netlint.finding import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.finding import Rule


def render_rules(rules: Iterable[Rule]) -> str:
    """Every rule under its layer, in the order a request passes them."""
    ordered = sorted(rules, key=lambda rule: (rule.layer, rule.name))
    width = max((len(rule.name) for rule in ordered), default=0)
    blocks = []
    for layer, group in groupby(ordered, key=lambda rule: rule.layer):
        lines = [f"{LAYERS.get(layer, 'the run')}"]
        lines += [f"  {rule.name:<{width}}  {rule.severity:<7}  {rule.summary}" for rule in group]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
