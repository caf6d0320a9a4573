"""Values while a template runs: Go's kinds as Python has them, where each came from, and what is not known.

nil is None, ``map[string]interface{}`` a ``Table``, ``[]interface{}`` a ``Row``; numbers of values files are floats, as helm has them
(sigs.k8s.io/yaml into ``interface{}``), those of templates integers. What is not known is text with a mark in it, so that a text can be
known in part: ``web.`` and then a namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.source import Span

UNKNOWN: Final = "\ue000"
"""The mark of a scalar that is not known."""
UNKNOWN_BLOCK: Final = "\ue001"
"""The mark of text that is not known and may be lines of its own."""


class Table(dict[str, Any]):
    """A mapping; ``spans`` says where its values stand in a values file.

    ``is_open``: it may have keys that are not here, as the values of a chart that is not here.
    """

    __slots__ = ("is_open", "spans")

    def __init__(self, entries: Any = (), spans: dict[str, Span] | None = None, *, is_open: bool = False) -> None:
        super().__init__(entries)
        self.spans: dict[str, Span] = spans if spans is not None else {}
        self.is_open = is_open


class Row(list[Any]):
    """A list; ``spans`` says where its items stand in a values file."""

    __slots__ = ("spans",)

    def __init__(self, items: Iterable[Any] = (), spans: list[Span | None] | None = None) -> None:
        super().__init__(items)
        self.spans: list[Span | None] = spans if spans is not None else [None] * len(self)


class Origin(NamedTuple):
    """Where a part of the output came from: ``place`` in a template. ``is_literal``: its characters are those of the output, one by one.

    ``value``: the scalar of a values file that was printed there.
    """

    place: Span | None
    is_literal: bool = False
    value: Span | None = None

    def holds(self, place: Span) -> bool:
        """Whether characters that stand at a place of a template, or beside it, came from there."""
        own = self.place
        return self.is_literal and own is not None and own.path == place.path and own.start <= place.start and place.end <= own.end


class ClusterVersion(str):
    """The version of the cluster: as text not known, and one of those that are supported."""

    __slots__ = ()


class Rich(str):
    """Text that knows where each part of it came from."""

    __slots__ = ("parts",)
    parts: tuple[tuple[str, Origin], ...]


def rich(parts: Iterable[tuple[str, Origin]]) -> Rich:
    """The text of ``parts``, which are kept."""
    kept = tuple(parts)
    text = Rich("".join([part for part, _ in kept]))
    text.parts = kept
    return text


def parts_of(text: str) -> tuple[tuple[str, Origin], ...]:
    """The parts of a text; of one that knows none, itself from nowhere."""
    return text.parts if isinstance(text, Rich) else ((text, Origin(None)),)


def is_unknown(value: Any) -> bool:
    """Whether the value, or a part of it when it is a text, is not known; of a mapping whether it may have more keys."""
    if isinstance(value, str):
        return UNKNOWN in value or UNKNOWN_BLOCK in value
    return isinstance(value, Table) and value.is_open


def is_surely_there(value: Any) -> bool:
    """Whether a text that is known in part, or a mapping that may have more keys, is not empty for sure."""
    return bool(value) if isinstance(value, (dict, ClusterVersion)) else bool(str(value).strip(f"{UNKNOWN}{UNKNOWN_BLOCK} \t\r\n"))


def holds_unknown(value: Any, depth: int = 0) -> bool:
    """Whether anything inside of the value is not known."""
    if isinstance(value, dict):
        return is_unknown(value) or depth > 100 or any(is_unknown(key) or holds_unknown(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return depth > 100 or any(holds_unknown(item, depth + 1) for item in value)
    return is_unknown(value)


def copied(value: Any, depth: int = 0) -> Any:
    """A copy that shares nothing with ``value``; places are kept."""
    if depth > 200:
        return UNKNOWN
    if isinstance(value, Table):
        return Table({key: copied(item, depth + 1) for key, item in value.items()}, dict(value.spans), is_open=value.is_open)
    if isinstance(value, Row):
        return Row((copied(item, depth + 1) for item in value), list(value.spans))
    return value
