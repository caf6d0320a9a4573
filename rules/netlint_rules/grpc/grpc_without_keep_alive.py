"""A gRPC connection that dies without a word is found out only after many minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.knowledge.go_grpc import KEEP_ALIVE
from netlint.model.code.grpc import dials, is_near, is_short_lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.grpc import Dial


def check(model: Model) -> Iterator[Finding]:
    """Clients send no pings unless told to (grpc-go ``keepalive.ClientParameters``, off by default)."""
    for dial in dials(model.code):
        is_known = not dial.options.is_open and not dial.options.named(KEEP_ALIVE)
        if is_known and not is_near(model.code, dial) and not is_short_lived(dial):
            yield _finding(dial)


def _finding(dial: Dial) -> Finding:
    return RULE.finding(
        dial.function.span(dial.call.function),
        message="This gRPC connection has no keep-alive pings: when its path goes away without a word, calls run into their deadlines "
        "until the kernel gives up on it",
        why="A load balancer, NAT or node that is gone sends no RST; every call is sent over the dead connection meanwhile, for up to a "
        "quarter of an hour on Linux",
        help="Add grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 5 * time.Minute}) or less, with an EnforcementPolicy on the "
        "server that allows it",
        subject=Subject.function(dial.function),
    )


RULE = Rule(
    name="grpc-without-keep-alive",
    family="grpc",
    layer=2,
    summary="A gRPC connection that dies without a word is found out only after many minutes",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
