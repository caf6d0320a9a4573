"""A connection is read from without a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Call, Selector
from netlint.model.code.addresses import may_be_local
from netlint.model.code.connections import unbounded_readings
from netlint.model.code.dials import dial_of
from netlint.model.code.types import callee_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.facts import Definition
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.connections import Reading
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span

_ACCEPTS: Final = frozenset(("net.Listener.Accept", "net.TCPListener.Accept", "net.TCPListener.AcceptTCP"))
_CONNECTIONS: Final = frozenset(
    f"{package}.{name}"
    for package, names in {
        "net": "Dial DialTimeout DialTCP DialUDP Dialer.Dial Dialer.DialContext",
        "crypto/tls": "Dial DialWithDialer",
    }.items()
    for name in names.split()
)
"""Functions whose result is the connection itself, not something that speaks over it."""


class _Opened(NamedTuple):
    """``datagrams``: an answer may be lost without anybody noticing."""

    call: Call
    datagrams: bool


def check(model: Model) -> Iterator[Finding]:
    """A time-out of the dial ends with the dial; ``Read`` waits for ever unless a deadline is set (Go ``net/net.go``, Conn)."""
    seen: set[Span] = set()
    for function in model.code.judged_functions:
        for definition in function.body.definitions:
            opened = _opened(model.code, definition, function)
            if opened is None:
                continue
            for reading in unbounded_readings(model.code, function, definition.local)[:1]:
                span = _span(reading)
                if span not in seen and model.code.is_judged(reading.function):
                    seen.add(span)
                    yield _finding(opened, reading, function, span)


def _opened(code: Code, definition: Definition, function: GoFunction) -> _Opened | None:
    """The call that opens the connection which a variable is given; None for everything else."""
    call = definition.value
    if definition.how != "result" or definition.position != 0 or not isinstance(call, Call):
        return None
    name = callee_of(code, call, function).name
    if name in _ACCEPTS:
        return _Opened(call, datagrams=False)
    if name == "net.DialUDP":
        return _Opened(call, datagrams=True)
    dial = dial_of(code, call, function) if name in _CONNECTIONS else None
    if dial is None or not dial.networks or not all(network.startswith(("tcp", "udp")) for network in dial.networks):
        return None
    if any(may_be_local(code, end, function) for end in (dial.address, dial.source)):
        return None
    return _Opened(call, datagrams=dial.networks[0].startswith("udp"))


def _span(reading: Reading) -> Span:
    node = reading.node
    callee = node.function if isinstance(node, Call) else node
    return reading.function.file.span(callee.name_start if isinstance(callee, Selector) else callee.start, callee.end)


def _finding(opened: _Opened, reading: Reading, function: GoFunction, span: Span) -> Finding:
    return RULE.finding(
        span,
        message="This reads from a connection that has no deadline",
        why="A datagram that is lost on the way is never sent again, and the read waits for ever"
        if opened.datagrams
        else "A peer that takes the connection and says nothing holds the reader for ever; a time-out of the dial ended with the dial",
        help="Call SetDeadline or SetReadDeadline on the connection before it is read from",
        subject=Subject.function(reading.function),
        related=[Related(function.span(opened.call), "opened here")],
    )


RULE = Rule(
    name="connection-without-deadline",
    family="dial",
    layer=3,
    summary="A connection is read from without a deadline",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
