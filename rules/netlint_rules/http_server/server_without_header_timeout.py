"""A server waits for ever for the headers of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.go_fixes import seconds, set_field
from netlint.model.code.handlers import are_for_few, handlers_of
from netlint.model.code.servers import is_minor, servers
from netlint.model.code.settings import field_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.servers import Server


def check(model: Model) -> Iterator[Finding]:
    """Neither ``ReadHeaderTimeout`` nor ``ReadTimeout``, to which it falls back (Go ``net/http/server.go:3775``), is set."""
    for server in servers(model.code):
        # A hook on the state of connections may set deadlines on them.
        values = [field_value(model.code, server.setting, name) for name in ("ReadHeaderTimeout", "ReadTimeout", "ConnState")]
        if all(value.state == "absent" for value in values) and not server.is_waived:
            yield _finding(model.code, server)


def _finding(code: Code, server: Server) -> Finding:
    setting = server.setting
    written = [name for name in ("WriteTimeout", "IdleTimeout") if field_value(code, setting, name).state == "set"]
    no_cure = f"; {' and '.join(written)} {'starts' if len(written) == 1 else 'start'} only once they are there" if written else ""
    return RULE.finding(
        setting.span,
        message=f"This http.Server waits for ever for the headers of a request: ReadHeaderTimeout and ReadTimeout are unset{no_cure}",
        why="A client that connects and sends nothing, or half a header, keeps a goroutine and a file descriptor until the process ends; "
        "enough of them and every other client waits in vain",
        help="Set ReadHeaderTimeout, such as 10 * time.Second; it does not limit bodies or handlers",
        subject=Subject.function(setting.function),
        related=[Related(serving.function.span(serving.call), "serves with it") for serving in server.servings[:3]],
        severity=Severity.INFO if is_minor(code, server) or are_for_few(handlers_of(code, server)) else None,
        confidence=None if server.servings else Confidence.MEDIUM,
        fix=set_field(setting, "ReadHeaderTimeout", seconds(setting.function, 10), safe=True),
    )


RULE = Rule(
    name="server-without-header-timeout",
    family="http_server",
    layer=11,
    summary="A server waits for ever for the headers of a request",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
