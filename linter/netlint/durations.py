"""Durations: integer nanoseconds inside, words for people."""

from __future__ import annotations

import re
from typing import Final, NewType

Nanoseconds = NewType("Nanoseconds", int)

SECOND: Final = 1_000_000_000
_UNITS: Final = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 1_000_000, "µs": 1_000, "ns": 1}
_READ_UNITS: Final = {**_UNITS, "d": 86_400 * SECOND, "": SECOND}

_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))+")
# Possessive, for a run of digits could be cut into numbers in ever so many ways.
_SECONDS: Final = re.compile(r"(?:[0-9]++(?:\.[0-9]++)?(?:ms|[smhd])?)+")
_GO_DURATION: Final = re.compile(r"(?:[0-9]++(?:\.[0-9]++)?(?:ns|µs|ms|[smh]))+")
_PART: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?(ns|µs|ms|[smhd]?)")
_MAX_TEXT: Final = 64
"""Characters of a duration, more than anyone writes; Python refuses to read thousands of digits."""


def seconds(count: float) -> Nanoseconds:
    """``count`` seconds."""
    return Nanoseconds(round(count * SECOND))


def parse_duration(text: str) -> Nanoseconds | None:
    """A time-out of a route (``10s``, ``1h30m``, ``500ms``, ``1.5s``); None for anything else.

    Covers what Gateway API takes (apis/v1/shared_types.go:885-889, without fractions) and what Istio takes.
    """
    return _parse(text, _DURATION)


def parse_seconds(text: str) -> Nanoseconds | None:
    """A duration as ``sleep`` and ``timeout`` (``5``, ``0.5``, ``1m``) or Go (``1m30s``) take it; None for anything else."""
    return _parse(text, _SECONDS)


def parse_go_duration(text: str) -> Nanoseconds | None:
    """A duration as Go's ``time.ParseDuration`` takes it, from 0 upward: ``1m30s``, ``1.5h``, ``300ms``, ``0``; None for anything else."""
    if text == "0":
        return Nanoseconds(0)
    return _parse(text.replace("μ", "µ").replace("us", "µs"), _GO_DURATION)


def _parse(text: str, form: re.Pattern[str]) -> Nanoseconds | None:
    if len(text) > _MAX_TEXT or not form.fullmatch(text):
        return None
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        size = _READ_UNITS[unit]
        total += int(whole) * size + (int(fraction) * size // 10 ** len(fraction) if fraction else 0)
    return Nanoseconds(total)


def show_duration(duration: Nanoseconds) -> str:
    """A duration as people write it: ``2.5s``, ``1m30s``, ``150ms``."""
    if duration == 0:
        return "0s"
    if duration % SECOND and duration > SECOND and duration < 60 * SECOND:
        return f"{duration / SECOND:g}s"
    parts: list[str] = []
    rest = int(duration)
    for name, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts)
