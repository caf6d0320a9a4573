"""Calls that open a connection: to where, over which network, and how long they may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Deferred, FunctionLiteral, If, Switch
from netlint.knowledge.go_dials import DIALS, DialForm
from netlint.model.code.calls import calls_of, judged
from netlint.model.code.contexts import Bound, context_bound
from netlint.model.code.numbers import fold
from netlint.model.code.settings import Place, Setting, field_value, identity, setting_of, settings
from netlint.model.code.texts import texts_of
from netlint.model.code.transports import DIAL_HOOKS, UNKNOWN_LIMIT, DialLimit, Transport, dial_limit, dialer_limit
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins
from netlint.model.code.walk import nodes_of
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Call, Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.source import Span


class Dial(NamedTuple):
    """A call of the function ``name`` that opens a connection.

    ``networks``: all that the network may be, empty when that is unknown; ``address`` is a URL or ``host:port``, None when it is neither.
    ``source`` is the own address, when the call says it.
    ``limit`` says how long it may take, ``decides`` which object that stands in: a ``net.Dialer`` or the configuration of another package.
    """

    call: Call
    function: GoFunction
    name: str
    networks: tuple[str, ...]
    address: Expression | None
    limit: DialLimit
    decides: Setting | None = None
    context: Bound | None = None
    source: Expression | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing ends it but the kernel, and nobody wrote that it should be so."""
        return self.limit.state == "known" and self.limit.duration == 0 and self.limit.place is None


def dials(code: Code) -> tuple[Dial, ...]:
    """Every call that opens a connection in the judged code."""
    return code.keep("dials", lambda: tuple(_dials(code)))


def _dials(code: Code) -> Iterator[Dial]:
    for _, call, function, _ in judged(code, calls_of(code, DIALS)):
        found = dial_of(code, call, function)
        if found is not None:
            yield found


def dial_of(code: Code, call: Call, function: GoFunction) -> Dial | None:
    """What a call opens; None when it is no dial."""
    callee = callee_of(code, call, function)
    form = DIALS.get(callee.name)
    if form is None or call.spread or len(call.arguments) <= max(form.network, form.address, form.limit_at, form.context, form.source):
        return None
    texts = texts_of(code, call.arguments[form.network], function) if form.network >= 0 else ("tcp",)
    networks = texts if all(HOLE not in text for text in texts) else ()
    address = call.arguments[form.address] if form.address >= 0 else None
    held = call.arguments[form.limit_at] if form.limit_at >= 0 else callee.receiver
    limit, decides = _limit(code, form, held, function)
    context = context_bound(code, call.arguments[form.context], function) if form.context >= 0 else None
    source = call.arguments[form.source] if form.source >= 0 else None
    return Dial(call, function, callee.name, networks, address, _within(limit, context), decides, context, source)


def _within(limit: DialLimit, context: Bound | None) -> DialLimit:
    """The limit of a dial that ends with its context as well."""
    if context is None or context.state == "unbounded" or (limit.state == "known" and limit.duration > 0 and context.state == "unknown"):
        return limit
    return UNKNOWN_LIMIT


def _limit(code: Code, form: DialForm, held: Expression | None, function: GoFunction) -> tuple[DialLimit, Setting | None]:
    if form.limit == "none":
        return DialLimit("known", 0), None
    if held is None:
        return UNKNOWN_LIMIT, None
    if form.limit == "argument":
        number = fold(code, held, function)
        limit = UNKNOWN_LIMIT if number is None else DialLimit("known", int(number.value), place=Place(held, function))
        return limit, None
    if form.limit == "dialer":
        limit = dialer_limit(code, held, function)
        return limit, limit.dialer
    return _limit_of_settings(code, form, held, function)


def _limit_of_settings(code: Code, form: DialForm, held: Expression, function: GoFunction) -> tuple[DialLimit, Setting | None]:
    """Of the dialer or configuration of another package: the one object that it must be."""
    found = {setting_of(code, origin) for origin in origins(code, held, function)}
    setting = found.pop() if len(found) == 1 else None
    if setting is None:
        return UNKNOWN_LIMIT, None
    if form.limit == "tls dialer" and setting.type == "crypto/tls.Dialer":
        inner = field_value(code, setting, "NetDialer")
        if inner.state == "absent":
            return DialLimit("known", 0), setting
        if inner.state == "set" and len(inner.places) == 1 and inner.places[0].position < 0:
            limit = dialer_limit(code, inner.places[0].expression, inner.places[0].function)
            return limit, limit.dialer
        return UNKNOWN_LIMIT, None
    hooks = [field_value(code, setting, name) for name in ("NetDial", "NetDialContext")] if form.limit == "websocket dialer" else []
    timeout = field_value(code, setting, "HandshakeTimeout" if form.limit == "websocket dialer" else "Timeout")
    if timeout.value is None or any(hook.state != "absent" for hook in hooks):
        return UNKNOWN_LIMIT, None
    return DialLimit("known", timeout.value, place=timeout.places[0] if timeout.places else None), setting


def hook_literals(code: Code) -> frozenset[int]:
    """The function literals that stand in a dial hook of a transport, by identity: what they drop is another matter."""
    return code.keep("hook literals", lambda: frozenset(_hook_literals(code)))


def _hook_literals(code: Code) -> Iterator[int]:
    for type in ("net/http.Transport", "golang.org/x/net/http2.Transport"):
        for setting in settings(code, type):
            for name in DIAL_HOOKS:
                for place in field_value(code, setting, name).places:
                    yield from (id(item.node) for item in origins(code, place.expression, place.function) if item.node is not None)


def stands_in_hook(code: Code, dial: Dial) -> bool:
    """Whether the dial is made by a dial hook of a transport."""
    hooks = hook_literals(code)
    return any(id(literal) in hooks and literal.start <= dial.call.start < literal.end for literal in dial.function.body.literals)


_BOUNDED_TWINS: Final = {
    "net.Dial": frozenset(("net.DialTimeout", "net.Dialer.Dial", "net.Dialer.DialContext")),
    "crypto/tls.Dial": frozenset(("crypto/tls.DialWithDialer", "crypto/tls.Dialer.Dial", "crypto/tls.Dialer.DialContext")),
}


def is_chosen(code: Code, dial: Dial) -> bool:
    """Whether an ``if`` decides between this dial and the same one with a time-out: whoever sets no time-out gets none."""
    twins = _BOUNDED_TWINS.get(dial.name, frozenset())
    others = [call for call in dial.function.body.calls if callee_of(code, call, dial.function).name in twins]
    branches = [node for node in nodes_of(dial.function.body.block) if isinstance(node, If)] if others else []
    return any(
        branch.start <= dial.call.start < branch.end and branch.start <= other.start < branch.end for branch in branches for other in others
    )


def is_raced(dial: Dial) -> bool:
    """Whether the dial runs beside a ``select`` that may give up on it: in a goroutine of a function that waits for several things."""
    nodes = list(nodes_of(dial.function.body.block))
    if not any(isinstance(node, Switch) and node.kind == "select" and len(node.cases) > 1 for node in nodes):
        return False
    started = (node.call for node in nodes if isinstance(node, Deferred) and node.keyword == "go")
    return any(
        isinstance(inner, FunctionLiteral) and inner.start <= dial.call.start < inner.end for call in started for inner in nodes_of(call)
    )


class DialerUse(NamedTuple):
    """A use of a ``net.Dialer``: over which network it dials, and where."""

    network: str
    span: Span


def networks_of(code: Code, dialer: Setting) -> tuple[DialerUse, ...]:
    """The networks that a ``net.Dialer`` is known to dial: those of its calls, and tcp when it is the hook of a transport."""
    return code.keep("dialer uses", lambda: _dialer_uses(code)).get(identity(dialer.origin), ())


def _dialer_uses(code: Code) -> dict[tuple[str, int, int], tuple[DialerUse, ...]]:
    found: dict[tuple[str, int, int], tuple[DialerUse, ...]] = {}
    for dial in dials(code):
        if dial.decides is not None:
            key = identity(dial.decides.origin)
            found[key] = (*found.get(key, ()), *(DialerUse(network, dial.function.span(dial.call)) for network in dial.networks))
    # A hook literal may dial what it likes, so that its own calls count more than the network it is given.
    for transport in settings(code, "net/http.Transport"):
        dialer = dial_limit(code, Transport("setting", transport)).dialer
        if dialer is not None:
            found.setdefault(identity(dialer.origin), (DialerUse("tcp", transport.span),))
    return found
