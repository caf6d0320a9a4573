"""Durations: integer nanoseconds inside, words for people."""

from __future__ import annotations

from typing import Final, NewType

Nanoseconds = NewType("Nanoseconds", int)

SECOND: Final = 1_000_000_000
_UNITS: Final = (("h", 3600 * SECOND), ("m", 60 * SECOND), ("s", SECOND), ("ms", 1_000_000), ("µs", 1_000), ("ns", 1))


def seconds(count: float) -> Nanoseconds:
    """``count`` seconds."""
    return Nanoseconds(round(count * SECOND))


def show_duration(duration: Nanoseconds) -> str:
    """A duration as people write it: ``2.5s``, ``1m30s``, ``150ms``."""
    if duration == 0:
        return "0s"
    if duration % SECOND and duration > SECOND and duration < 60 * SECOND:
        return f"{duration / SECOND:g}s"
    parts: list[str] = []
    rest = int(duration)
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts)
