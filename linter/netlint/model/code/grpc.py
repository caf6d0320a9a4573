"""gRPC: the connections that code makes and the servers it starts, with their options, and the calls over generated clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, Call, FunctionLiteral, Name, Selector
from netlint.knowledge.go_grpc import (
    CREDENTIALS,
    CREDENTIALS_OF,
    DIALERS,
    DIALS,
    ENFORCEMENT,
    ENFORCEMENT_POLICY,
    GRPC,
    INSECURE,
    KEEP_ALIVE,
    NEW_SERVER,
)
from netlint.model.code.calls import calls_of, calls_where, judged
from netlint.model.code.lists import Items, arguments_from
from netlint.model.code.servers import beginnings
from netlint.model.code.settings import Setting, identity, setting_of
from netlint.model.code.values import origins
from netlint.model.code.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_GENERATED_MAKER: Final = re.compile(r"\.New([A-Z]\w*)Client$")
_GENERATED_REGISTRATION: Final = re.compile(r"\.Register([A-Z]\w*)Server$")
_LOCAL_TARGET: Final = re.compile(r"(?i)^(?:unix(?:-abstract)?:|passthrough:|bufnet|bufconn|(?:dns:///)?(?:localhost|127\.\d|\[?::1\b)|/)")

_LOCAL_WORD: Final = re.compile(r"(?i)sock|unix|uds|local|loopback")


_ABOUT_ELSE: Final = re.compile(r"(?:TLS|Credentials|Interceptors?|Authority|UserAgent|StatsHandler|Compressor)\w{0,8}$")
"""Ends of names of functions that make one option, which has to do with something else than keep-alive and time-outs."""


def _is_about_else(name: str) -> bool:
    return _ABOUT_ELSE.search(name) is not None


class Option(NamedTuple):
    """An option of a dial or a server: the call that makes it. ``is_certain``: it is there in every case."""

    name: str
    call: Call
    function: GoFunction
    is_certain: bool


class Options(NamedTuple):
    """``is_open``: there may be options that are not in view."""

    found: tuple[Option, ...]
    is_open: bool

    def named(self, *names: str) -> tuple[Option, ...]:
        """Those made by one of ``names``."""
        return tuple(option for option in self.found if option.name in names)


class Dial(NamedTuple):
    """A call that makes a ``grpc.ClientConn``. ``name``: the function; ``target`` what it is to connect to."""

    name: str
    call: Call
    function: GoFunction
    target: Expression
    options: Options


class RpcServer(NamedTuple):
    """A call of ``grpc.NewServer``."""

    call: Call
    function: GoFunction
    options: Options


def dials(code: Code) -> tuple[Dial, ...]:
    """Every connection that the judged code makes."""
    return code.keep("grpc dials", lambda: tuple(_dials(code)))


def _dials(code: Code) -> Iterator[Dial]:
    for _, call, function, callee in judged(code, calls_of(code, DIALS)):
        name = callee.name
        if len(call.arguments) > DIALS[name]:
            options = _options(code, arguments_from(code, call, DIALS[name] + 1, function))
            yield Dial(name, call, function, call.arguments[DIALS[name]], options)


def speaks_tls(code: Code, dial: Dial) -> bool | None:
    """Whether a connection is over TLS; None where its credentials are not in view, or are now these and now those."""
    found: set[bool | None] = {None} if dial.options.is_open else set()
    for option in dial.options.named(CREDENTIALS, INSECURE):
        if option.name == INSECURE:
            found.add(False)
        else:
            given = origins(code, option.call.arguments[0], option.function) if option.call.arguments else ()
            found |= {CREDENTIALS_OF.get(origin.name) for origin in given} or {None}
    return found.pop() if len(found) == 1 else None


def rpc_servers(code: Code) -> tuple[RpcServer, ...]:
    """Every gRPC server that the judged code makes."""
    return code.keep("rpc servers", lambda: tuple(_rpc_servers(code)))


def _rpc_servers(code: Code) -> Iterator[RpcServer]:
    for _, call, function, _ in judged(code, calls_of(code, (NEW_SERVER,))):
        yield RpcServer(call, function, _options(code, arguments_from(code, call, 0, function)))


def _options(code: Code, items: Items) -> Options:
    found, is_open = [], items.is_open
    for item in items.found:
        made = origins(code, item.expression, item.function)
        for origin in made:
            if origin.kind == "call" and isinstance(origin.node, Call) and origin.function is not None:
                # An option of another package, such as a generated one, may be anything.
                is_open = is_open or not (origin.name.startswith(f"{GRPC}.") or _is_about_else(origin.name))
                found.append(Option(origin.name, origin.node, origin.function, item.is_certain and len(made) == 1))
            else:
                is_open = True
    return Options(tuple(found), is_open)


def enforcement_policy(code: Code, server: RpcServer) -> Setting | None:
    """The object that says how often clients of the server may ping; None when it is not in view."""
    options = server.options.named(ENFORCEMENT)
    if len(options) != 1 or not options[0].call.arguments:
        return None
    found = [setting_of(code, origin) for origin in origins(code, options[0].call.arguments[0], options[0].function)]
    return found[0] if len(found) == 1 and found[0] is not None and found[0].type == ENFORCEMENT_POLICY else None


def is_called_with(code: Code, server: RpcServer, parameters: Setting) -> bool:
    """Whether a connection with these keep-alive parameters carries calls of a service that the server registers."""
    wanted = identity(parameters.origin)
    for dial in dials(code):
        for option in dial.options.named(KEEP_ALIVE):
            given = origins(code, option.call.arguments[0], option.function) if option.call.arguments else ()
            if not any(identity(origin) == wanted for origin in given):
                continue
            # A helper that dials for many: only the client made beside the option is known to have it.
            beside = None if option.function is dial.function else option.function
            if _services(code, _GENERATED_MAKER, dial.call, beside) & services_of(code, server):
                return True
    return False


def services_of(code: Code, server: RpcServer) -> set[str]:
    """The services that a server offers, by the generated functions that register them."""
    return _services(code, _GENERATED_REGISTRATION, server.call)


def _services(code: Code, pattern: re.Pattern[str], first: Call, beside: GoFunction | None = None) -> set[str]:
    """The services whose generated function, called as ``pattern`` says, gets what ``first`` makes as its first argument.

    ``beside``: only those whose function is called there.
    """
    found = set()
    for name, call, function in code.keep(("generated", pattern), lambda: tuple(_generated(code, pattern))):
        if (beside is None or beside is function) and any(origin.node is first for origin in origins(code, call.arguments[0], function)):
            found.add(pattern.sub(r".\1", name))
    return found


def _generated(code: Code, pattern: re.Pattern[str]) -> Iterator[tuple[str, Call, GoFunction]]:
    for _, call, function, callee in judged(code, calls_where(code, pattern.search)):
        if call.arguments:
            yield callee.name, call, function


def is_near(code: Code, dial: Dial) -> bool:
    """Whether the connection is known to stay on the machine, or goes through a dialer of the program's own."""
    if dial.options.named(*DIALERS):
        return True
    if any(isinstance(node, Name | Selector) and _LOCAL_WORD.search(_word(node)) for node in nodes_of(dial.target)):
        return True
    return any(_LOCAL_TARGET.match(text) for text in beginnings(code, dial.target, dial.function))


def _word(node: Name | Selector) -> str:
    return node.text if isinstance(node, Name) else node.name


def is_short_lived(dial: Dial) -> bool:
    """Whether the function that makes the connection closes it as well, and not by a function that it returns."""
    given_back = [value for item in dial.function.body.returns for value in item.values if isinstance(value, FunctionLiteral)]
    locals = {item.local for item in dial.function.body.definitions if item.value is dial.call and item.position == 0}
    return any(
        isinstance(call.function, Selector)
        and call.function.name == "Close"
        and isinstance(call.function.operand, Name)
        and call.function.operand.local in locals
        and not any(literal.start <= call.start < literal.end for literal in given_back)
        for call in dial.function.body.calls
    )


class Rpc(NamedTuple):
    """A call of a method of a generated client. ``client`` is the call that made the client; ``dial`` what connects it, when in view."""

    call: Call
    function: GoFunction
    method: str
    dial: Dial | None


def rpcs(code: Code) -> Iterator[Rpc]:
    """The judged unary calls over generated clients that are known to be ones, by ``pb.NewThingClient(connection)``."""
    if not calls_where(code, _GENERATED_MAKER.search):
        return
    by_call = {id(dial.call): dial for dial in dials(code)}
    for function in code.judged_functions:
        for call in function.body.calls:
            if not isinstance(call.function, Selector) or not call.arguments or not call.function.name[:1].isupper():
                continue
            makers = _makers(code, call.function.operand, function)
            if makers and not _is_stream(call, function):
                connections = {_connection(code, maker, by_call) for maker in makers}
                dial = connections.pop() if len(connections) == 1 else None
                yield Rpc(call, function, call.function.name, dial)


def _makers(code: Code, client: Expression, function: GoFunction) -> tuple[tuple[Call, GoFunction], ...]:
    """The calls that made a generated client; none unless all of its origins are such calls."""
    if isinstance(client, Name) and client.local == NOT_LOCAL:
        return ()
    found = []
    for origin in origins(code, client, function):
        is_maker = origin.kind == "call" and _GENERATED_MAKER.search(origin.name) and not origin.name.startswith("google.golang.org/grpc.")
        if not is_maker or not isinstance(origin.node, Call) or origin.function is None or len(origin.node.arguments) != 1:
            return ()
        if not _is_connection(code, origin.node.arguments[0], origin.function):
            return ()
        found.append((origin.node, origin.function))
    return tuple(found)


def _is_connection(code: Code, expression: Expression, function: GoFunction) -> bool:
    found = origins(code, expression, function)
    return bool(found) and all(origin.kind == "call" and origin.name in DIALS for origin in found)


def _connection(code: Code, maker: tuple[Call, GoFunction], by_call: dict[int, Dial]) -> Dial | None:
    call, function = maker
    found = {id(origin.node) for origin in origins(code, call.arguments[0], function)}
    return by_call.get(found.pop()) if len(found) == 1 else None


def _is_stream(call: Call, function: GoFunction) -> bool:
    """Whether what the call returns may be a stream: it is used by other names than its fields, handed on, or not kept at all."""
    for definition in function.body.definitions:
        if definition.value is call and definition.how == "result" and definition.position == 0:
            return _is_used_as_stream(definition.local, function)
    return True


def _is_used_as_stream(local: int, function: GoFunction) -> bool:
    streaming = ("Recv", "Send", "RecvMsg", "SendMsg", "CloseSend", "CloseAndRecv", "Header", "Trailer", "Context")
    for call in function.body.calls:
        match call.function:
            case Selector(name=name, operand=Name(local=found)) if found == local and name in streaming:
                return True
        if any(isinstance(argument, Name) and argument.local == local for argument in call.arguments):
            return True
    return any(isinstance(value, Name) and value.local == local for statement in function.body.returns for value in statement.values)
