"""What exec commands say of time, and what a rollout's numbers come to."""

from __future__ import annotations

import pytest

from netlint.durations import SECOND, parse_seconds
from netlint.kubernetes.facts import Strategy
from netlint.kubernetes.values import ScalarType, Value, type_plain_scalar
from netlint.model.commands import leading_sleeps, time_limits
from netlint.model.rollouts import fenceposts
from netlint.source import Span


def text(written: str) -> Value:
    return Value(written, ScalarType.STRING, Span("a.yaml", 0, len(written)))


def scalar(written: str | None) -> Value | None:
    if written is None:
        return None
    kind, canonical = type_plain_scalar(written)
    return Value(canonical, kind, Span("a.yaml", 0, len(written)))


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        (["sleep", "5"], [5]),
        (["/bin/sh", "-c", "sleep 15; echo ending; sleep 1m"], [15, 60]),
        (["sh", "-c", "echo stopping && sleep 0.5"], [0.5]),
        (["sh", "-c", "sleep 5; kill -QUIT 1; sleep 60"], [5]),
        (["sh", "-c", "nginx -s quit; sleep 60"], []),
        (["sh", "-c", "while true; do sleep 60; done"], []),
        (["sh", "-c", "curl -s localhost/drain || sleep 60"], []),
        (["sh", "-c", "sleep 60 & echo done"], []),
        (["sh", "-c", "sleep ${DELAY}"], []),
        (["sh", "-c", "sleep infinity"], []),
        (["sh", "-c", "# sleep 60\ntouch /tmp/state"], []),
        ([], []),
    ],
)
def test_sleeps_that_are_sure_to_pass(command: list[str], seconds: list[float]) -> None:
    assert [sleep.duration / SECOND for sleep in leading_sleeps([text(word) for word in command])] == seconds


@pytest.mark.parametrize(
    ("command", "limits"),
    [
        (["curl", "-m", "5", "http://web/"], [("curl", "-m", 5)]),
        (["sh", "-c", "curl -fsSm5 http://web/"], [("curl", "-m", 5)]),
        (["curl", "--max-time=2.5"], [("curl", "--max-time", 2.5)]),
        (["timeout", "-s", "KILL", "10s", "check"], [("timeout", "", 10)]),
        (["timeout", "-t", "10", "check"], [("timeout", "", 10)]),
        (["grpc_health_probe", "-addr=:80", "-rpc-timeout=1m30s"], [("grpc_health_probe", "-rpc-timeout", 90)]),
        (["pg_isready", "-t", "0"], []),
        (["sh", "-c", "grep -m 5 ready /tmp/state; curl http://web/"], []),
        (["curl", "-m", "$LIMIT"], []),
        (["curl", "-m"], []),
    ],
)
def test_limits_that_a_command_carries(command: list[str], limits: list[tuple[str, str, float]]) -> None:
    found = [limit for segment in time_limits([text(word) for word in command]) for limit in segment]
    assert [(limit.program, limit.option, limit.duration / SECOND) for limit in found] == limits


def test_a_limit_stands_where_its_number_is() -> None:
    (limit,) = time_limits([text("curl -sm 12 --retry 5")])[0]
    assert limit.span == Span("a.yaml", 9, 11)


@pytest.mark.parametrize(
    ("written", "seconds"), [("5", 5), ("0.5", 0.5), ("1m30s", 90), ("250ms", 0.25), ("5 s", None), ("", None), ("x", None)]
)
def test_durations_of_commands(written: str, seconds: float | None) -> None:
    found = parse_seconds(written)
    assert (None if found is None else found / SECOND) == seconds


@pytest.mark.parametrize(
    ("replicas", "max_surge", "max_unavailable", "surge", "unavailable"),
    [
        (1, None, None, 1, 0),
        (4, None, None, 1, 1),
        (3, "0", None, 0, 1),
        (1, "0", None, 0, 1),
        (1, "25%", "99%", 1, 0),
        (10, "33%", "33%", 4, 3),
        (2, "1", "100%", 1, 2),
    ],
)
def test_fenceposts_as_the_deployment_controller_has_them(
    replicas: int, max_surge: str | None, max_unavailable: str | None, surge: int, unavailable: int
) -> None:
    strategy = Strategy(None, scalar(max_unavailable), scalar(max_surge), Span("a.yaml", 0, 0))
    posts = fenceposts(replicas, strategy)
    assert posts is not None
    assert (posts.surge, posts.unavailable) == (surge, unavailable)


def test_templated_numbers_are_not_known() -> None:
    assert fenceposts(2, Strategy(None, scalar("${MAX}"), None, Span("a.yaml", 0, 0))) is None
