"""How many pods a rollout takes away before it brings new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Strategy, Workload
    from netlint.kubernetes.values import Value


class Fenceposts(NamedTuple):
    """Pods that a rolling update may have above the wanted number, and below it."""

    surge: int
    unavailable: int
    is_unavailable_written: bool
    """Whether ``unavailable`` comes from the manifest, not from both numbers being 0."""


def replica_count(workload: Workload) -> int | None:
    """The number of replicas written; None where none is, or no number: an autoscaler or a tool may set it."""
    return workload.replicas.integer if workload.replicas else None


def strategy_type(strategy: Strategy | None) -> str | None:
    """The type of the strategy: RollingUpdate where none is written, None when templated.

    Source: kubernetes pkg/apis/apps/v1/defaults.go:38-73.
    """
    if strategy is None or strategy.type is None:
        return "RollingUpdate"
    return None if strategy.type.is_placeholder else strategy.type.text


def fenceposts(replicas: int, strategy: Strategy | None) -> Fenceposts | None:
    """What a Deployment's rolling update comes to; None where a value is templated.

    Both default to 25 %; surge rounds up, unavailable down; where both come to 0 one pod may be unavailable
    (kubernetes pkg/controller/deployment/util/deployment_util.go:887-906).
    """
    surge = _pods(strategy.max_surge if strategy else None, replicas, round_up=True)
    unavailable = _pods(strategy.max_unavailable if strategy else None, replicas, round_up=False)
    if surge is None or unavailable is None:
        return None
    return Fenceposts(surge, unavailable or int(surge == 0), unavailable > 0)


def _pods(value: Value | None, replicas: int, *, round_up: bool) -> int | None:
    if value is None:
        return _percentage(25, replicas, round_up=round_up)
    if value.integer is not None:
        return value.integer
    number = value.text.removesuffix("%")
    if not value.text.endswith("%") or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return _percentage(int(number), replicas, round_up=round_up)


def _percentage(percent: int, replicas: int, *, round_up: bool) -> int:
    return -(-percent * replicas // 100) if round_up else percent * replicas // 100
