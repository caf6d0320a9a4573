"""A connection is opened by a call that nothing bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds
from netlint.golang.syntax import Selector
from netlint.knowledge.go_dials import TCP_NETWORKS
from netlint.model.code.addresses import may_be_local
from netlint.model.code.dials import dials, is_chosen, is_raced, stands_in_hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.dials import Dial

_WITH_DIALER: Final = "Dial with a net.Dialer that has a Timeout and give the connection on"
_HELP: Final = {
    "net.Dial": "Use net.DialTimeout, or DialContext of a net.Dialer with a Timeout",
    "net.DialTCP": "Use a net.Dialer with a Timeout",
    "crypto/tls.Dial": "Use tls.DialWithDialer or a tls.Dialer, with a net.Dialer that has a Timeout",
    "golang.org/x/crypto/ssh.Dial": "Set Timeout in the ssh.ClientConfig",
    "net/smtp.Dial": f"{_WITH_DIALER}: net.DialTimeout, SetDeadline, then smtp.NewClient",
    "net/smtp.SendMail": f"{_WITH_DIALER}: net.DialTimeout, SetDeadline, then smtp.NewClient",
    "net/textproto.Dial": f"{_WITH_DIALER}: net.DialTimeout, then textproto.NewConn",
    "net/rpc.Dial": f"{_WITH_DIALER}: net.DialTimeout, then rpc.NewClient",
    "net/rpc/jsonrpc.Dial": f"{_WITH_DIALER}: net.DialTimeout, then jsonrpc.NewClient",
}
_SILENT_PEERS: Final = frozenset(
    ("crypto/tls.Dial", "crypto/tls.DialWithDialer", "crypto/tls.Dialer.Dial", "net/smtp.Dial", "net/smtp.SendMail")
)
"""Functions that also wait, for ever, for a peer that takes the connection and says nothing."""


def check(model: Model) -> Iterator[Finding]:
    """Without a limit a lost SYN ends with the kernel's patience, after 135 s by Linux' defaults."""
    for dial in dials(model.code):
        if not dial.is_unlimited or not dial.networks or not TCP_NETWORKS.issuperset(dial.networks):
            continue
        if any(may_be_local(model.code, end, dial.function) for end in (dial.address, dial.source)):
            continue
        if not is_chosen(model.code, dial) and not stands_in_hook(model.code, dial):
            yield _finding(dial, is_waited_for=not is_raced(dial))
    if model.python.modules:
        from netlint_rules.dial._python_dials import check_python

        yield from check_python(model.python, RULE)


def _finding(dial: Dial, *, is_waited_for: bool) -> Finding:
    callee = dial.call.function
    short = dial.name.rpartition("/")[2]
    why = "A peer that does not answer, or packets that a NetworkPolicy drops, hold the caller until the kernel gives up after about 135 s"
    if dial.name in _SILENT_PEERS:
        why += "; one that takes the connection and says nothing holds it for ever"
    related = [Related(dial.decides.span, "has no time-out")] if dial.decides else []
    related += [Related(function.span(call), "brings no deadline") for call, function in (dial.context.calls if dial.context else ())]
    return RULE.finding(
        dial.function.file.span(callee.name_start if isinstance(callee, Selector) else callee.start, callee.end),
        message=f"{short} opens this connection without any time-out",
        why=why,
        help=_HELP.get(dial.name, "Set a time-out there, or dial with a context that has a deadline"),
        subject=Subject.function(dial.function),
        related=related,
        # Where somebody else gives up waiting, only the goroutine and its socket stay behind.
        severity=None if is_waited_for else Severity.INFO,
        confidence=Confidence.MEDIUM if dial.decides and dial.decides.function is not dial.function else None,
        fix=_fix(dial) if dial.name == "net.Dial" else None,
    )


def _fix(dial: Dial) -> Fix | None:
    callee, arguments, limit = dial.call.function, dial.call.arguments, seconds(dial.function, 10)
    if limit is None or not isinstance(callee, Selector) or len(arguments) != 2 or dial.call.spread:
        return None
    name = Edit(dial.function.file.span(callee.name_start, callee.end), "DialTimeout")
    behind = Edit(dial.function.file.span(arguments[1].end, arguments[1].end), f", {limit.name.replace(' ', '')}")
    return Fix("Dial with net.DialTimeout", False, (name, behind, *limit.changes))


RULE = Rule(
    name="dial-without-timeout",
    family="dial",
    layer=3,
    summary="A connection is opened by a call that nothing bounds",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
