"""A resolver's own dial function is passed over, or never speaks TCP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import Spoken, set_field
from netlint.golang.syntax import FunctionLiteral
from netlint.knowledge.go_dials import GO_ONLY_LOOKUPS
from netlint.model.code.dials import dial_of
from netlint.model.code.resolvers import methods_used
from netlint.model.code.settings import field_value, settings
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.dials import Dial
    from netlint.model.code.settings import FieldValue, Setting


def check(model: Model) -> Iterator[Finding]:
    """Only Go's own resolver calls ``Dial``; ``PreferGo`` asks for it (Go ``net/conf.go``, ``mustUseGoResolver``)."""
    for resolver in settings(model.code, "net.Resolver"):
        hook = field_value(model.code, resolver, "Dial")
        if hook.state != "set":
            continue
        used = methods_used(model.code, resolver)
        if field_value(model.code, resolver, "PreferGo").state == "absent" and not (used and used <= GO_ONLY_LOOKUPS):
            yield _ignored(resolver, hook)
        for dial in _dials_in(model.code, hook):
            if dial.networks and all(network.startswith("udp") for network in dial.networks):
                yield _only_udp(resolver, dial)


def _dials_in(code: Code, hook: FieldValue) -> Iterator[Dial]:
    """The dials that a hook written as a function literal makes."""
    for place in hook.places:
        for origin in origins(code, place.expression, place.function) if place.position < 0 else ():
            if isinstance(origin.node, FunctionLiteral) and origin.function is not None:
                for call in origin.function.body.calls:
                    dial = dial_of(code, call, origin.function)
                    if dial is not None and origin.node.start <= call.start < origin.node.end:
                        yield dial


def _ignored(resolver: Setting, hook: FieldValue) -> Finding:
    return RULE.finding(
        resolver.span,
        message="This net.Resolver sets Dial but not PreferGo",
        why="A program built with cgo may leave a lookup to the C library (on macOS always, on Linux for what it does not know in "
        "resolv.conf or nsswitch.conf), which asks the servers of resolv.conf and never calls Dial",
        help="Set PreferGo: true beside Dial",
        subject=Subject.function(resolver.function),
        related=[
            Related(place.span, "the function that is passed over") for place in hook.places if place.function is not resolver.function
        ],
        fix=set_field(resolver, "PreferGo", Spoken("true", ()), safe=True),
    )


def _only_udp(resolver: Setting, dial: Dial) -> Finding:
    network = dial.call.arguments[1 if dial.name == "net.Dialer.DialContext" else 0]
    return RULE.finding(
        dial.function.span(network),
        message=f"This resolver always dials {dial.networks[0]}, also when Go asks it for tcp",
        why="An answer that does not fit into a datagram is asked for again over tcp; here that question goes out as a datagram as "
        "well, and the cut answer is taken for the whole: addresses of a large headless Service are missing",
        help="Pass on the network that Dial is given",
        subject=Subject.function(dial.function),
        related=[Related(resolver.span, "the resolver")],
        confidence=Confidence.MEDIUM,
    )


RULE = Rule(
    name="resolver-dial-ignored",
    family="dial",
    layer=4,
    summary="A resolver's own dial function is passed over, or never speaks TCP",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
