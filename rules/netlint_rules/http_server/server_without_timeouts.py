"""A server is started by a function that gives it no time-out at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Edit, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.go_fixes import library, seconds
from netlint.golang.syntax import Selector
from netlint.knowledge.go_servers import SERVE_FUNCTIONS
from netlint.model.code.handlers import are_for_few, handlers_from
from netlint.model.code.servers import is_debug_listener, is_local_listener, is_loopback, serve_functions, speaks_of_debugging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.servers import Serving


def check(model: Model) -> Iterator[Finding]:
    """``http.ListenAndServe`` and its sisters make a ``http.Server`` of nothing but address and handler (``net/http/server.go:3834``)."""
    for serving in serve_functions(model.code):
        if not serving.is_waived:
            yield _finding(model.code, serving)


def _finding(code: Code, serving: Serving) -> Finding:
    callee = serving.call.function
    start = callee.name_start if isinstance(callee, Selector) else callee.start
    short = serving.name.rpartition("/")[2]
    return RULE.finding(
        serving.function.file.span(start, callee.end),
        message=f"{short} starts a server without any time-out: it waits for ever for headers, for bodies and on idle connections",
        why="A client that connects and sends nothing, or half a header, keeps a goroutine and a file descriptor until the process ends; "
        "enough of them and every other client waits in vain",
        help="Make an http.Server with ReadHeaderTimeout and IdleTimeout (such as 10 s and 2 min), and call its ListenAndServe or Serve",
        subject=Subject.function(serving.function),
        severity=Severity.INFO if _is_minor(code, serving) else None,
        fix=_fix(serving),
    )


def _fix(serving: Serving) -> Fix | None:
    """``(&http.Server{Addr: a, Handler: h, ReadHeaderTimeout: …}).ListenAndServe()``: what the function does, and a limit."""
    call, span = serving.call, serving.function.file.span
    package, limit = library(serving.function, "net/http"), seconds(serving.function, 10)
    if serving.name != "net/http.ListenAndServe" or len(call.arguments) != 2 or package is None or limit is None or package.changes:
        return None
    address, handler = call.arguments
    if address.start != call.function.end + 1 or call.end != handler.end + 1:
        # A comment, or a comma that ends the line, stands beside the arguments.
        return None
    edits = (
        Edit(span(call.start, address.start), f"(&{package.name}.Server{{Addr: "),
        Edit(span(handler.start, handler.start), "Handler: "),
        Edit(span(handler.end, call.end), f", ReadHeaderTimeout: {limit.name}}}).ListenAndServe()"),
    )
    return Fix("Make a server with ReadHeaderTimeout", True, (*edits, *limit.changes))


def _is_minor(code: Code, serving: Serving) -> bool:
    """Whether few can reach the server: it listens on the machine itself, or is there to watch the program by."""
    places, arguments = SERVE_FUNCTIONS[serving.name], serving.call.arguments
    if places.address >= 0 and len(arguments) > places.address and is_loopback(code, arguments[places.address], serving.function):
        return True
    if 0 <= places.listener < len(arguments):
        listener = arguments[places.listener]
        if is_local_listener(code, listener, serving.function) or is_debug_listener(code, listener, serving.function):
            return True
    if speaks_of_debugging(serving.function, serving.call):
        return True
    handler = arguments[places.handler] if 0 <= places.handler < len(arguments) else serving.receiver
    return are_for_few(handlers_from(code, handler, serving.function))


RULE = Rule(
    name="server-without-timeouts",
    family="http_server",
    layer=11,
    summary="A server is started by a function that gives it no time-out at all",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
