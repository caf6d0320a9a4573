"""HTTP servers: the ``http.Server`` objects and the calls that serve without one, where they listen and what they are for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Binary, Call, Literal, Name, Selector
from netlint.knowledge.go_servers import SERVE_FUNCTIONS, SERVE_METHODS, SERVER
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.settings import Setting, field_value, identity, settings
from netlint.model.code.types import callee_of
from netlint.model.code.values import assigned_pairs, origins
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

DEBUGGING: Final = re.compile(
    r"(?i)metric|stats|statistic|monitoring|pprof|profil|debug|diagnos|prom(?:etheus|http|server|handler|mux|addr|port)|health|liveness|readiness|readyz|livez|probe|telemetry|expvar"
)
_LOOPBACK: Final = re.compile(r"(?i)^(?:localhost|127\.\d|\[?::1\b)")
_SOCKET: Final = re.compile(r"(?i)unix|uds|sock")
_IN_MEMORY: Final = re.compile(r"(?i)(?:^|[./])(?:in_?)?mem(?:ory|net|conn)?\w*\.\w+$|bufconn|in_?memory")
"""Types and functions whose listeners have no network below them: ``bufconn.Listen``, ``fasthttputil.NewInmemoryListener``."""
_MAX_DEPTH: Final = 8


class Serving(NamedTuple):
    """A call that serves and returns when the server ends; ``name`` is the function or method, ``receiver`` what it is called on."""

    call: Call
    function: GoFunction
    name: str
    receiver: Expression | None = None

    @property
    def is_waived(self) -> bool:
        """Whether its author told gosec (G114) that it is meant."""
        return self.function.file.is_waived(self.call, "G114", "gosec")


class Server(NamedTuple):
    """An ``http.Server`` object. ``servings``: the calls in view that make it serve."""

    setting: Setting
    servings: tuple[Serving, ...]

    @property
    def is_waived(self) -> bool:
        """Whether its author told gosec (G112) that it is meant."""
        return self.setting.function.file.is_waived(self.setting.node, "G112", "gosec")


def serve_functions(code: Code) -> Iterator[Serving]:
    """The judged calls of ``http.ListenAndServe`` and its sisters, which serve without any time-out."""
    for _, call, function, callee in judged(code, calls_of(code, SERVE_FUNCTIONS)):
        yield Serving(call, function, callee.name, callee.receiver)


def servers(code: Code) -> tuple[Server, ...]:
    """Every ``http.Server`` that the judged code makes."""
    return code.keep("servers", lambda: tuple(_servers(code)))


def _servers(code: Code) -> Iterator[Server]:
    by_server: dict[tuple[str, int, int], list[Serving]] = {}
    for _, call, function, callee in calls_of(code, SERVE_METHODS):
        if callee.receiver is not None:
            for origin in origins(code, callee.receiver, function):
                by_server.setdefault(identity(origin), []).append(Serving(call, function, callee.name))
    for setting in settings(code, SERVER):
        yield Server(setting, tuple(by_server.get(identity(setting.origin), ())))


def is_minor(code: Code, server: Server) -> bool:
    """Whether the server is known to be met by few: it listens on the machine itself only, or is there to watch the program by."""
    return is_local(code, server) or is_for_debugging(code, server)


def is_local(code: Code, server: Server) -> bool:
    """Whether the server is known to take connections of the machine itself only, on its address or on the listeners it is given."""
    address = field_value(code, server.setting, "Addr")
    listens = [serving for serving in server.servings if "ListenAndServe" not in serving.name]
    if any(not serving.call.arguments or not is_local_listener(code, serving.call.arguments[0], serving.function) for serving in listens):
        return False
    if len(listens) < len(server.servings) or not server.servings:
        return bool(address.places) and all(
            place.position < 0 and is_loopback(code, place.expression, place.function) for place in address.places
        )
    return True


def is_for_debugging(code: Code, server: Server) -> bool:
    """Whether names around the server, or around what it listens on, say that it serves metrics, profiles or health checks."""
    setting = server.setting
    if speaks_of_debugging(setting.function, setting.node):
        return True
    listeners = [(serving.call.arguments[0], serving.function) for serving in server.servings if serving.call.arguments]
    return len(listeners) == len(server.servings) > 0 and all(is_debug_listener(code, *listener) for listener in listeners)


def is_debug_listener(code: Code, listener: Expression, function: GoFunction) -> bool:
    """Whether a ``net.Listener`` listens where its address says that the program is watched: ``net.Listen("tcp", *debugAddr)``."""
    found = [origin for origin in origins(code, listener, function) if origin.kind not in ("nil", "zero")]
    return bool(found) and all(
        isinstance(origin.node, Call) and any(DEBUGGING.search(word) for item in origin.node.arguments for word in words_of(item))
        for origin in found
    )


def speaks_of_debugging(function: GoFunction, node: Expression) -> bool:
    """Whether an expression, what it is given to, or the function around it speaks of metrics, profiles or health checks."""
    words = [function.name, function.file.package.name, *words_of(node), *_holders_of(function, node)]
    return any(DEBUGGING.search(word) for word in words)


def words_of(node: Expression) -> Iterator[str]:
    """The names and texts in an expression."""
    for inner in nodes_of(node):
        match inner:
            case Name(text=text) | Selector(name=text) | Literal(kind="string", text=text):
                yield text


def _holders_of(function: GoFunction, node: Expression) -> Iterator[str]:
    """The names that an expression is given to."""
    for definition in function.body.definitions:
        if definition.value is not None and definition.value.start <= node.start and node.end <= definition.value.end:
            yield function.body.locals[definition.local].name
    for assignment in function.body.assignments:
        for target, value, _ in assigned_pairs(assignment):
            if value is not None and value.start <= node.start and node.end <= value.end:
                yield from words_of(target)


def is_loopback(code: Code, address: Expression, function: GoFunction) -> bool:
    """Whether an address is known to begin with the name or number of the machine itself."""
    found = beginnings(code, address, function)
    return bool(found) and all(_LOOPBACK.match(text) for text in found)


def beginnings(code: Code, text: Expression, function: GoFunction) -> tuple[str, ...]:
    """How a text may begin, as far as its first literal part goes; an empty text among them where that is unknown."""
    return tuple(_beginnings(code, text, function, 0))


def _beginnings(code: Code, address: Expression, function: GoFunction, depth: int) -> Iterator[str]:
    """How the text of an expression may begin; an empty text where that is unknown."""
    match address:
        case _ if depth > _MAX_DEPTH:
            yield ""
        case Literal(kind="string", text=text):
            yield text
        case Binary(operator="+", left=left):
            yield from _beginnings(code, left, function, depth + 1)
        case Call(arguments=(first, *_)) if callee_of(code, address, function).name in ("net.JoinHostPort", "fmt.Sprintf"):
            yield from _beginnings(code, first, function, depth + 1)
        case _:
            for origin in origins(code, address, function):
                if origin.kind == "constant" and origin.node is not None and origin.function is not None and origin.node is not address:
                    yield from _beginnings(code, origin.node, origin.function, depth + 1)
                elif origin.kind == "zero":
                    # `var address string`, given its text further down.
                    continue
                elif origin.kind == "call" and isinstance(origin.node, Call) and origin.function is not None:
                    yield from _beginnings_of_call(code, origin.name, origin.node, origin.function, depth)
                else:
                    yield ""


def _beginnings_of_call(code: Code, name: str, call: Call, function: GoFunction, depth: int) -> Iterator[str]:
    if name in ("net.JoinHostPort", "fmt.Sprintf") and call.arguments:
        yield from _beginnings(code, call.arguments[0], function, depth + 1)
    elif re.search(r"flag(?:\.FlagSet)?\.StringP?$", name) and len(call.arguments) >= 3:
        yield from _beginnings(code, call.arguments[-2], function, depth + 1)
    else:
        yield ""


def is_local_listener(code: Code, listener: Expression, function: GoFunction) -> bool:
    """Whether a ``net.Listener`` is a socket file, or listens on the machine itself only, as far as that is in view or in its name."""
    if isinstance(listener, Name | Selector) and _SOCKET.search(listener.text if isinstance(listener, Name) else listener.name):
        return True
    # A field that is set after its struct is made is nil at first.
    found = [origin for origin in origins(code, listener, function) if origin.kind not in ("nil", "zero")]
    return bool(found) and all(
        _IN_MEMORY.search(origin.name)
        or (
            origin.kind == "call"
            and isinstance(origin.node, Call)
            and origin.function is not None
            and _is_local_listen(code, origin.name, origin.node, origin.function)
        )
        for origin in found
    )


def _is_local_listen(code: Code, name: str, call: Call, function: GoFunction) -> bool:
    if name == "net.ListenUnix":
        return True
    if name == "crypto/tls.NewListener" and call.arguments:
        return is_local_listener(code, call.arguments[0], function)
    if name not in ("net.Listen", "net.ListenConfig.Listen", "crypto/tls.Listen"):
        return False
    network, address = call.arguments[-2:] if name != "crypto/tls.Listen" else call.arguments[:2]
    if isinstance(network, Literal) and network.text.startswith("unix"):
        return True
    return is_loopback(code, address, function)


def keeps_connections(code: Code, server: Server) -> bool:
    """Whether the server may keep idle connections open: no call of ``SetKeepAlivesEnabled`` in view may mean it."""
    wanted = identity(server.setting.origin)
    for _, _, function, callee in calls_of(code, (f"{SERVER}.SetKeepAlivesEnabled",)):
        if callee.receiver is not None:
            found = origins(code, callee.receiver, function)
            if any(identity(origin) == wanted or origin.kind == "unknown" for origin in found):
                return False
    return True
