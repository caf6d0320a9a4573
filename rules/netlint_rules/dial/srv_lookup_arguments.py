"""The arguments of LookupSRV make a name that no DNS server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import Confidence, Edit, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.golang.syntax import Literal
from netlint.model.code.srv_lookups import srv_lookups
from netlint.model.code.texts import texts_of
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.srv_lookups import SrvLookup

_PROTOCOLS: Final = frozenset("tcp udp tls sctp dccp".split())
"""What SRV records are kept under (RFC 2782, RFC 6335; ``_sip._tls`` is common)."""
_NOT_PROTOCOLS: Final = frozenset(
    "http https grpc h2c ws wss redis mongodb mysql postgres postgresql ldap kafka amqp tcp4 tcp6 udp4 udp6".split()
)


class _Question(NamedTuple):
    """What a call asks for; each part is None when it is not known."""

    service: str | None
    protocol: str | None
    name: str | None


def check(model: Model) -> Iterator[Finding]:
    """``LookupSRV`` asks for ``_service._proto.name``, or for ``name`` as it is when both are empty (Go ``net/lookup_unix.go``)."""
    for lookup in srv_lookups(model.code):
        yield from _judge(model.code, lookup)


def _judge(code: Code, lookup: SrvLookup) -> Iterator[Finding]:
    arguments, function = lookup.arguments, lookup.function
    question = _Question(*(_only_text(code, argument, function) for argument in arguments))
    service, protocol, name = question
    for argument, kind, text in zip(arguments, ("service", "protocol"), question, strict=False):
        if text is not None and text.startswith("_"):
            bare = text.lstrip("_")
            what = f"LookupSRV puts an underscore in front of the {kind} {text}"
            yield _finding(function, argument, what, question, f'Write "{bare}"', _strip_fix(function, argument, bare))
            return
    if protocol and protocol.lower() in _NOT_PROTOCOLS:
        is_swapped = service is not None and service.lower() in _PROTOCOLS
        cure = "Swap the first two names" if is_swapped else "Give tcp or udp as the protocol, and the name of the port as the service"
        yield _finding(function, arguments[1], f"{protocol} is no protocol of SRV records", question, cure)
    elif service is not None and protocol is not None and bool(service) != bool(protocol):
        place, empty, given = (1, "protocol", "service") if service else (0, "service", "protocol")
        what = f"The {empty} is empty and the {given} is not"
        yield _finding(function, arguments[place], what, question, "Give both, or leave both empty and put all of it into the name")
    elif service and protocol and name is not None and name.startswith("_"):
        what = f"The name {name.replace(HOLE, '…')} already has a service and a protocol"
        yield _finding(function, arguments[2], what, question, "Leave service and protocol empty, or the name without them")


def _only_text(code: Code, argument: Expression, function: GoFunction) -> str | None:
    """The text of an argument, as far as it is one: what begins with a known part keeps a hole behind it."""
    found = texts_of(code, argument, function)
    return found[0] if len(found) == 1 and not found[0].startswith(HOLE) else None


def _asked(question: _Question) -> str:
    parts = ("…" if part is None else part.replace(HOLE, "…") for part in question)
    return "_{}._{}.{}".format(*parts)


def _strip_fix(function: GoFunction, argument: Expression, bare: str) -> Fix | None:
    if not isinstance(argument, Literal):
        return None
    return Fix(f"Write {bare}", safe=True, edits=(Edit(function.span(argument), f'"{bare}"'),))


def _finding(function: GoFunction, at: Expression, what: str, question: _Question, cure: str, fix: Fix | None = None) -> Finding:
    return RULE.finding(
        function.span(at),
        message=f"{what}: it asks for {_asked(question)}",
        why="No record has that name: the lookup ends at once with no such host, which looks as if the service were gone",
        help=cure,
        subject=Subject.function(function),
        fix=fix,
    )


RULE = Rule(
    name="srv-lookup-arguments",
    family="dial",
    layer=4,
    summary="The arguments of LookupSRV make a name that no DNS server has",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
