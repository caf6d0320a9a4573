"""Places and words that findings about NetworkPolicies share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Related
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.kubernetes.facts import NetworkPolicy, Selector
    from netlint.model.names import UsedName
    from netlint.model.policy_selection import PodMiss
    from netlint.source import Span

_MOST_SHOWN = 3


def at_egress(policy: NetworkPolicy) -> Span:
    """Where a policy says what may be sent: its ``egress`` key, or what makes it isolate."""
    types = [item.span for item in policy.policy_types if item.text == "Egress"]
    return policy.egress_key or (types[0] if types else policy.meta.head)


def at_ingress(policy: NetworkPolicy) -> Span:
    """Where a policy says what may arrive: its ``ingress`` key, or what makes it isolate."""
    types = [item.span for item in policy.policy_types if item.text == "Ingress"]
    return policy.ingress_key or (types[0] if types else policy.meta.head)


def show_names(names: Sequence[UsedName]) -> str:
    """Names for a message: ``redis, orders.shop.svc and 2 more``."""
    return in_words([name.host for name in names], most=_MOST_SHOWN)


def related_names(names: Sequence[UsedName], label: str) -> list[Related]:
    """A related location for each of the names that a message shows."""
    return [Related(name.reference.span, label) for name in names[:_MOST_SHOWN]]


def show_selector(selector: Selector) -> str:
    """A selector for a message: ``app: web, tier in (a, b)``; ``all`` when it is empty."""
    parts = [f"{key.text}: {value.text}" for key, value in selector.match_labels]
    for item in selector.requirements:
        values = f" ({', '.join(item.values)})" if item.values else ""
        parts.append(f"{item.key.text} {item.operator}{values}")
    return ", ".join(parts) or "all"


def selector_span(selector: Selector) -> Span:
    """The label at fault of a selector: its first, or the whole where it has none."""
    if selector.match_labels:
        return selector.match_labels[0][1].span
    return selector.requirements[0].key.span if selector.requirements else selector.span


def miss_span(miss: PodMiss) -> Span:
    """The part of the selector's label that differs."""
    return miss.key.span if miss.is_other_key else miss.value.span


def show_miss(miss: PodMiss) -> str:
    """What the pods have instead."""
    return f"{miss.found.text}: {miss.value.text}" if miss.is_other_key else f"{miss.key.text}: {miss.found.text}"


def cure_of(miss: PodMiss) -> str:
    """What to select."""
    other = f", or give the pods {miss.key.text}: {miss.value.text}" if miss.is_other_key else ""
    return f"Select {show_miss(miss)}{other}"
