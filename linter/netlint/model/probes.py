"""How long the kubelet needs to notice that a container no longer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import Nanoseconds, seconds

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Probe
    from netlint.kubernetes.values import Value

_PERIOD: Final = 10
_FAILURES: Final = 3


def time_to_notice(probe: Probe) -> Nanoseconds | None:
    """The period times the failures it takes: what a probe that starts to fail at once needs; None where either is not known.

    Defaults 10 s and 3 (kubernetes pkg/apis/core/v1/defaults.go:233-246).
    """
    period, failures = _number(probe.period_seconds, _PERIOD), _number(probe.failure_threshold, _FAILURES)
    return None if period is None or failures is None else seconds(period * failures)


def _number(value: Value | None, default: int) -> int | None:
    """What is written, or the default: 0 asks for it as well."""
    return default if value is None else value.integer if value.integer != 0 else default
