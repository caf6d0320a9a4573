"""Words that the rules about budgets have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.kubernetes.facts import Workload


def show_workloads(workloads: Iterable[Workload]) -> str:
    """``Deployment web``, ``Deployment web and Job worker``, ``Deployment web and 3 more workloads``."""
    first, *others = dict.fromkeys(workload.meta.title for workload in workloads)
    if len(others) > 1:
        return f"{first} and {len(others)} more workloads"
    return f"{first} and {others[0]}" if others else first
