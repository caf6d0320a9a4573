"""Shared by the rules that hold a time-out against the hosts that are reached under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Related

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.model.code.named_hosts import Reach
    from netlint.source import Span

_MAX_HOSTS: Final = 3


def by_place(found: Iterable[Reach]) -> Iterator[list[Reach]]:
    """Grouped by the place that the time-out is written at."""
    groups: dict[Span, list[Reach]] = {}
    for reach in found:
        groups.setdefault(reach.place.span, []).append(reach)
    yield from groups.values()


def hosts_text(group: list[Reach]) -> str:
    """The hosts of a group in words."""
    hosts = list(dict.fromkeys(reach.host for reach in group))
    shown = ", ".join(hosts[:_MAX_HOSTS])
    return shown if len(hosts) <= _MAX_HOSTS else f"{shown} and {len(hosts) - _MAX_HOSTS} more"


def related_hosts(group: list[Reach]) -> list[Related]:
    """Where the hosts of a group are named, each place once."""
    places = dict.fromkeys((reach.address, f"reaches {reach.host}") for reach in group)
    return [Related(span, label) for span, label in list(places)[:_MAX_HOSTS]]
