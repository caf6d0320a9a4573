"""A limit that is meant for a gRPC dial does not limit it, or a dial that blocks has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import NOT_LOCAL, Name
from netlint.knowledge.go_grpc import BLOCKING, DIAL_TIMEOUT, FAILING, IGNORED_BY_NEW_CLIENT, NEW_CLIENT
from netlint.model.code.contexts import Bound, context_bound
from netlint.model.code.grpc import dials
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.grpc import Dial, Option
    from netlint.source import Span

_LATER = (
    "The call returns at once, connected or not; a server that is away is noticed by the first RPC, as Unavailable or by its own deadline"
)


def check(model: Model) -> Iterator[Finding]:
    """A dial waits only with ``WithBlock``, and ``NewClient`` not even then (grpc-go ``clientconn.go:180-182``, ``:307``)."""
    for dial in dials(model.code):
        if dial.name == NEW_CLIENT:
            for option in dial.options.named(*IGNORED_BY_NEW_CLIENT)[:1]:
                yield _ignored(dial, option)
        elif dial.options.is_open:
            continue
        elif dial.options.named(*BLOCKING):
            yield from _endless(model.code, dial)
        else:
            yield from _idle_limit(model.code, dial)


def _ignored(dial: Dial, option: Option) -> Finding:
    name = _short(option.name)
    return _finding(
        dial,
        option.function.span(option.call),
        f"{name} does nothing here: grpc.NewClient never waits for the connection and ignores it",
        _LATER,
        "Remove the option and give each RPC a context with a deadline; to wait for the connection, call Connect and WaitForStateChange",
        [Related(_name_span(dial), "ignores the option")],
        symptom=Symptom.TIMEOUT,
    )


def _idle_limit(code: Code, dial: Dial) -> Iterator[Finding]:
    for option in dial.options.named(DIAL_TIMEOUT):
        message = f"{_short(option.name)} does nothing without grpc.WithBlock: the dial returns at once"
        cure = "Give each RPC a context with a deadline instead"
        related = [Related(_name_span(dial), "does not wait")]
        yield _finding(dial, option.function.span(option.call), message, _LATER, cure, related, symptom=Symptom.TIMEOUT)
    context = dial.call.arguments[0]
    bound = _bound(code, dial)
    if bound.state == "bounded" and isinstance(context, Name) and _is_for_the_dial_only(dial, context):
        message = f"The deadline of {context.text} limits nothing: without grpc.WithBlock, DialContext returns at once"
        cure = "Give the context with the deadline to the RPCs, and leave the dial to grpc.NewClient"
        related = [Related(function.span(call.function), "sets the deadline") for call, function in bound.calls]
        yield _finding(dial, dial.function.span(context), message, _LATER, cure, related, symptom=Symptom.TIMEOUT)


def _endless(code: Code, dial: Dial) -> Iterator[Finding]:
    """A dial that waits in every case, without an end in any."""
    options = [option for option in dial.options.named(*BLOCKING) if option.is_certain]
    if not options or dial.options.named(DIAL_TIMEOUT, FAILING) or _bound(code, dial).state != "unbounded":
        return
    yield _finding(
        dial,
        _name_span(dial),
        f"{_short(dial.name)} waits for ever for a server that is away: {_short(options[0].name)} is set, and no deadline",
        "The program stands still in this call, without a line in its log, until the server takes connections",
        "Use grpc.NewClient, which does not wait, or DialContext with a context that has a deadline",
        [Related(options[0].function.span(options[0].call), "makes the dial wait")],
        confidence=Confidence.MEDIUM,
    )


def _bound(code: Code, dial: Dial) -> Bound:
    """The deadline of a dial's context; ``grpc.Dial`` has none."""
    return context_bound(code, dial.call.arguments[0], dial.function) if dial.name.endswith("Context") else Bound("unbounded")


def _is_for_the_dial_only(dial: Dial, context: Name) -> bool:
    """Whether nothing but the dial uses the context."""
    if context.local == NOT_LOCAL or dial.function.body.locals[context.local].kind != "variable":
        return False
    uses = [node for node in nodes_of(dial.function.body.block) if isinstance(node, Name) and node.local == context.local]
    defined = {definition.start for definition in dial.function.body.definitions if definition.local == context.local}
    return [node.start for node in uses if node.start not in defined] == [context.start]


def _name_span(dial: Dial) -> Span:
    return dial.function.span(dial.call.function)


def _short(name: str) -> str:
    return f"grpc.{name.rpartition('.')[2]}"


def _finding(
    dial: Dial,
    span: Span,
    message: str,
    why: str,
    cure: str,
    related: list[Related],
    *,
    confidence: Confidence | None = None,
    symptom: Symptom | None = None,
) -> Finding:
    return RULE.finding(
        span,
        message=message,
        why=why,
        help=cure,
        subject=Subject.function(dial.function),
        related=related,
        confidence=confidence,
        symptom=symptom,
    )


RULE = Rule(
    name="grpc-dial-timeout-ignored",
    family="grpc",
    layer=1,
    summary="A limit that is meant for a gRPC dial does not limit it, or a dial that blocks has none",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
