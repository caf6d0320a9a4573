"""The pool of idle connections is set for all hosts, and another limit keeps each host from using it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import Spoken, set_field
from netlint.knowledge.go_settings import DEFAULT_IDLE_CONNECTIONS_PER_HOST, DEFAULT_TRANSPORT
from netlint.model.code.addresses import host_in
from netlint.model.code.carriers import carriers, is_plain, request_urls
from netlint.model.code.settings import field_value, identity, is_left_to_others, is_true, may_be_true, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.settings import FieldValue, Setting

_COPIED: Final = DEFAULT_TRANSPORT["MaxIdleConns"]
"""What ``http.DefaultTransport`` has: a copy of it says nothing of what its author wants."""


def check(model: Model) -> Iterator[Finding]:
    """``MaxIdleConnsPerHost`` is 2 unless it is set (Go ``net/http/transport.go``, DefaultMaxIdleConnsPerHost)."""
    code = model.code
    for transport in settings(code, "net/http.Transport"):
        total, single = field_value(code, transport, "MaxIdleConns"), field_value(code, transport, "MaxIdleConnsPerHost")
        closes = field_value(code, transport, "DisableKeepAlives")
        if is_true(closes) or total.value is None:
            continue
        is_kept = not may_be_true(closes)
        if is_kept and single.state == "set" and single.value is not None and single.value > total.value > 0:
            yield _above(transport, total.value, single.value, total, single)
        elif _is_default(code, transport, single) and total.state == "set" and total.value > DEFAULT_IDLE_CONNECTIONS_PER_HOST:
            is_sure = is_kept and single.state == "absent" and total.value > _COPIED
            yield _default(transport, total.value, total, is_wanted=is_sure and _has_one_host(code, transport))


def _is_default(code: Code, transport: Setting, single: FieldValue) -> bool:
    """Whether nothing in view sets ``MaxIdleConnsPerHost``."""
    return (single.state == "absent" and single.is_zero) or is_left_to_others(code, transport, "MaxIdleConnsPerHost")


def _has_one_host(code: Code, transport: Setting) -> bool:
    """Whether all requests in view that go through the transport are for one host, over connections of their own."""
    carrier = next((item for item in carriers(code) if identity(item.transport.origin) == identity(transport.origin)), None)
    if carrier is None or not carrier.requests:
        return False
    if field_value(code, transport, "ForceAttemptHTTP2").state != "absent" and not all(is_plain(code, item) for item in carrier.requests):
        return False
    hosts = {host_in(url) for request in carrier.requests for url in request_urls(code, request)}
    return len(hosts) == 1 and None not in hosts


def _default(transport: Setting, value: int, total: FieldValue, *, is_wanted: bool) -> Finding:
    return RULE.finding(
        total.places[0].span,
        message=f"MaxIdleConns {value} keeps 2 connections to each host: MaxIdleConnsPerHost is not set, and its default is 2",
        why="Of a burst of requests to one host all but 2 connections are closed and opened again: handshakes, ports in TIME_WAIT",
        help=f"Set MaxIdleConnsPerHost as well, to {value} when there is one host",
        subject=Subject.function(total.places[0].function),
        related=[Related(transport.span, "has no MaxIdleConnsPerHost")],
        severity=None if is_wanted else Severity.INFO,
        fix=set_field(transport, "MaxIdleConnsPerHost", Spoken(str(value), ()), safe=is_wanted),
    )


def _above(transport: Setting, whole: int, each: int, total: FieldValue, single: FieldValue) -> Finding:
    return RULE.finding(
        single.places[0].span,
        message=f"MaxIdleConnsPerHost {each} is above MaxIdleConns {whole}, which counts all hosts together",
        why=f"Beyond {whole} idle connections the oldest is closed, whatever MaxIdleConnsPerHost allows",
        help=f"Set MaxIdleConns to {each} or more, or to 0 for no limit",
        subject=Subject.function(single.places[0].function),
        related=[
            Related(total.places[0].span, "the limit for all hosts") if total.places else Related(transport.span, "keeps the default")
        ],
    )


RULE = Rule(
    name="idle-connections-per-host-default",
    family="http_client",
    layer=2,
    summary="The pool of idle connections is set for all hosts, and another limit keeps each host from using it",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.SLOW,
    since="0.1.0",
    check=check,
)
