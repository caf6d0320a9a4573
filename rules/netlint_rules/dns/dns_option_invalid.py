"""An entry of `dnsConfig.options` that no resolver takes as it is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.dns import CAPS, KNOWN_OPTIONS, NUMERIC_OPTIONS, RESOLVERS, DnsOption, understood_by
from netlint.finding import AddEntry, Confidence, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.kubernetes.values import ScalarType
from netlint.manifest_fixes import as_text, as_written, text_token, token
from netlint.model.settings import is_template_final
from netlint.model.spelling import edits
from netlint_rules.dns._pods import known_workloads, policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.dns import Policy, Resolver
    from netlint.kubernetes.facts import DnsOptionEntry, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.source import Span

_MISREAD: Final = {
    "ndots": "Go and glibc read it as 0, musl keeps its default of 1: every name is first asked for as it stands",
    "timeout": "Go and glibc read it as 1 s, musl keeps its default of 5 s",
    "attempts": "Go tries once, glibc sends no query and fails at once, musl keeps its default of 2",
}
_EMPTY: Final = {
    "ndots": "The bare word sets nothing and takes the place of an inherited ndots: the resolvers go by their default of 1",
    "timeout": "The bare word sets nothing: the resolvers keep their default of 5 s",
    "attempts": "The bare word sets nothing: the resolvers keep their default of 2",
}
_ZERO: Final = {
    "timeout": "Go and glibc wait 1 s, musl gives up before any answer can come",
    "attempts": "Go tries once, glibc sends no query and fails at once, musl divides by it",
}
_UNITS: Final = {"ndots": "dots", "timeout": "seconds", "attempts": "attempts"}


def check(model: Model) -> Iterator[Finding]:
    """The API server checks no value beyond its being text (kubernetes pkg/apis/core/validation/validation.go:4202); resolvers skip, cap or
    misread what they do not understand (see ``netlint.dns.understood_by`` and ``CAPS``).
    """
    for _, workload in known_workloads(model):
        config = workload.template.dns_config
        for option in config.options if config else ():
            yield from _judge(workload, option)


def _judge(workload: Workload, option: DnsOptionEntry) -> Iterator[Finding]:
    if option.name is None or not option.name.text:
        yield _rejected(workload, option.span, "has a DNS option without a name", "Give the option its name")
        return
    name, value = option.name, option.value
    if value is not None and value.type in (ScalarType.INTEGER, ScalarType.FLOAT, ScalarType.BOOLEAN):
        if is_template_final(workload):
            message = f"gives the DNS option {name.text} the {value.type} {value.text}, where the API takes only text"
            yield _rejected(workload, value.span, message, f'Quote it: value: "{value.text}"', _quoted(value))
        return
    span = value.span if value is not None and value.text else name.span
    if fault := _fault(name.text, value.text if value else "", policy_of(workload.template)):
        message, why, cure = fault
        title = workload.meta.title
        yield RULE.finding(span, message=f"{title} {message}", why=why, help=cure, subject=Subject.of(workload.meta), fix=_fix(option))


def _fault(name: str, value: str, policy: Policy) -> tuple[str, str, str] | None:
    """What the entry does wrong, what follows, and the cure; None where at least one resolver takes it as it is meant."""
    word, colon, inside = name.partition(":")
    if word in NUMERIC_OPTIONS and colon and not value:
        if word == "ndots" and policy == "cluster" and inside.isdecimal():
            return (
                f"writes {name} as the name of a DNS option, which does not replace the ndots:5 of the cluster",
                "Options are merged by name and written in random order: the resolver goes by the last ndots that it reads",
                f'Write name: ndots and value: "{inside}"',
            )
        return _number_fault(word, inside)
    if name in NUMERIC_OPTIONS:
        return _number_fault(name, value)
    if understood_by(DnsOption(name, value or None)):
        return None
    known = sorted(frozenset[str]().union(*KNOWN_OPTIONS.values()))
    near = _near(name)
    return (
        f"sets the DNS option {DnsOption(name, value or None)}, which Go, glibc and musl all ignore",
        "An unknown option changes nothing, except that a Go program built with cgo leaves the lookup to libc",
        f"Write {' or '.join(near)}" if near else f"Leave it out, or use one of {', '.join(known)}",
    )


def _quoted(value: Value) -> Fix | None:
    edit = token(value, f'"{value.text}"') if value.text.isdecimal() and as_written(value) == value.text else None
    return Fix("Put it in quotes", True, (edit,)) if edit else None


def _fix(option: DnsOptionEntry) -> Fix | None:
    """A number moved from the name to the value, or a word spelt right where only one is meant."""
    name = option.name
    if name is None:
        return None
    word, _, inside = name.text.partition(":")
    if word in NUMERIC_OPTIONS and inside.isdecimal() and option.value is None and (edit := text_token(name, word)):
        return Fix(f"Move {inside} to value", False, (edit, AddEntry(name.span, "value", as_text(inside))))
    near = _near(name.text) if name.text not in NUMERIC_OPTIONS else []
    edit = text_token(name, near[0]) if len(near) == 1 else None
    return Fix(f"Write {near[0]}", False, (edit,)) if edit else None


def _near(name: str) -> list[str]:
    known = sorted(frozenset[str]().union(*KNOWN_OPTIONS.values()))
    return [option for option in known if edits(name.lower(), option) <= 2]


def _number_fault(name: str, value: str) -> tuple[str, str, str] | None:
    cap = min(found for resolver in RESOLVERS if (found := getattr(CAPS[resolver], name)) is not None)
    least = 0 if name == "ndots" else 1
    cure = f'Give {name} a number of {_UNITS[name]} from {least} to {cap}, in quotes: value: "{2 if name != "timeout" else 1}"'
    if not value:
        return f"gives the DNS option {name} no value", _EMPTY[name], cure
    if not re.fullmatch(r"[0-9]+", value):
        return f"gives the DNS option {name} the value {value}, which is no whole number", _MISREAD[name], cure
    # A run of thousands of digits is no number to Python; nine say enough.
    number = int(value.lstrip("0")[:9] or "0")
    if number < least:
        return f"gives the DNS option {name} the value {value}", _ZERO[name], cure
    if number > cap:
        why = "; ".join(_capped(resolver, name, number) for resolver in RESOLVERS)
        return f"gives the DNS option {name} the value {value}, above what every resolver takes", why, cure
    return None


def _capped(resolver: Resolver, name: str, value: int) -> str:
    cap = getattr(CAPS[resolver], name)
    shown = resolver.capitalize() if resolver == "go" else resolver
    return f"{shown} takes {value}" if cap is None or value <= cap else f"{shown} cuts it to {cap}"


def _rejected(workload: Workload, span: Span, message: str, help: str, fix: Fix | None = None) -> Finding:
    return RULE.finding(
        span,
        message=f"{workload.meta.title} {message}",
        why="The API server rejects the object",
        help=help,
        subject=Subject.of(workload.meta),
        severity=Severity.ERROR,
        symptom=Symptom.REJECTED,
        fix=fix,
    )


RULE = Rule(
    name="dns-option-invalid",
    family="dns",
    layer=5,
    summary="An entry of `dnsConfig.options` that no resolver takes as it is meant",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
