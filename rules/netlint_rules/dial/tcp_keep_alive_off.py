"""TCP keep-alive is off, or its settings are not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Rule, Severity, Subject, Symptom
from netlint.go_fixes import Spoken, set_field
from netlint.knowledge.go_dials import TCP_NETWORKS
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.dials import networks_of
from netlint.model.code.settings import field_value, is_remarked, setting_of, settings
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.settings import FieldValue, Setting

_HOLDERS: Final = ("net.Dialer", "net.ListenConfig")
_DEAD_PEERS: Final = "A peer that vanishes without a word is never noticed, and load balancers drop connections that are silent for minutes"


def check(model: Model) -> Iterator[Finding]:
    """Probes are on unless ``KeepAlive`` is negative; ``KeepAliveConfig`` counts with ``Enable`` only (Go ``net/tcpsock.go:289``)."""
    code = model.code
    for type in _HOLDERS:
        for holder in settings(code, type):
            yield from _judge_holder(code, holder)
    for _, call, function, _ in judged(code, calls_of(code, ("net.TCPConn.SetKeepAliveConfig",))):
        yield from _judge_call(code, call, function)


def _judge_holder(code: Code, holder: Setting) -> Iterator[Finding]:
    interval, config = field_value(code, holder, "KeepAlive"), field_value(code, holder, "KeepAliveConfig")
    uses = networks_of(code, holder)
    if uses and not any(use.network in TCP_NETWORKS for use in uses):
        return
    if config.state == "absent" and interval.value is not None and interval.value < 0 and not any(map(is_remarked, interval.places)):
        yield _off(holder.function, interval)
    for made in _configs(code, config):
        if _lacks_enable(code, made):
            yield _not_enabled(made, is_off=interval.value is not None and interval.value < 0)


def _configs(code: Code, value: FieldValue) -> Iterator[Setting]:
    for place in value.places:
        for origin in origins(code, place.expression, place.function) if place.position < 0 else ():
            made = setting_of(code, origin)
            if made is not None and made.type == "net.KeepAliveConfig":
                yield made


def _lacks_enable(code: Code, config: Setting) -> bool:
    """Whether the configuration says how to probe, and not that it should be done."""
    said = any(field_value(code, config, name).state == "set" for name in ("Idle", "Interval", "Count"))
    return said and field_value(code, config, "Enable").state == "absent"


def _judge_call(code: Code, call: Call, function: GoFunction) -> Iterator[Finding]:
    if len(call.arguments) == 1:
        for origin in origins(code, call.arguments[0], function):
            made = setting_of(code, origin)
            if made is not None and made.type == "net.KeepAliveConfig" and _lacks_enable(code, made):
                yield _not_enabled(made, is_off=True)


def _off(function: GoFunction, interval: FieldValue) -> Finding:
    place = interval.places[0]
    return RULE.finding(
        place.span,
        message="A negative KeepAlive turns TCP keep-alive off for these connections",
        why=_DEAD_PEERS,
        help="Leave KeepAlive out (15s), or set KeepAliveConfig with Enable: true",
        subject=Subject.function(function),
    )


def _not_enabled(config: Setting, *, is_off: bool) -> Finding:
    return RULE.finding(
        config.span,
        message="This KeepAliveConfig has no Enable: true, so that what it sets is not used",
        why=f"It turns TCP keep-alive off. {_DEAD_PEERS}"
        if is_off
        else "Connections keep Go's defaults: a dead peer is noticed after 15s and nine probes, 15s apart",
        help="Add Enable: true",
        subject=Subject.function(config.function),
        fix=set_field(config, "Enable", Spoken("true", ()), safe=False),
    )


RULE = Rule(
    name="tcp-keep-alive-off",
    family="dial",
    layer=3,
    summary="TCP keep-alive is off, or its settings are not used",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
