"""HTTP requests that Python code sends: by which library, through which client, and within which limits of time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.python_clients import BY_SOCKET_DEFAULT, CLIENTS, FUNCTIONS, VERBS
from netlint.model.python.code import PythonScope
from netlint.model.python.names import entity_of, holder_of
from netlint.model.python.texts import addresses_of
from netlint.model.python.timeouts import DEFAULTS, NOT_KNOWN, Timeouts, timeouts_of
from netlint.model.python.timeouts import UNLIMITED as NO_TIMEOUTS
from netlint.model.python.values import Value, argument_of, base_of, class_of_self, line_of, values_of
from netlint.model.templates import text_without_inputs
from netlint.python.syntax import Attribute, Call, Name, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.knowledge.python_clients import ClientForm, Library, RequestForm
    from netlint.model.python.code import PythonCode
    from netlint.python.facts import Binding
    from netlint.python.syntax import Argument, Expression
    from netlint.source import Span


class Client(NamedTuple):
    """An object that sends requests, which ``call`` makes in ``scope``.

    ``name`` is that of its class in the library, ``timeouts`` what it gives requests that bring none.

    ``argument`` is the one that says so.
    """

    name: str
    form: ClientForm
    call: Call
    scope: PythonScope
    timeouts: tuple[Timeouts, ...]
    argument: Argument | None = None

    @property
    def span(self) -> Span:
        """The call that makes it."""
        return self.scope.span(self.call.start, self.call.end)


class Request(NamedTuple):
    """A place where a request is sent.

    ``name`` is what is called: ``requests.get``, or the class and method of a client: ``requests.Session.get``. ``timeouts`` are all that
    it may be under. ``argument`` is the ``timeout`` that the call itself gives. ``clients`` are all that may carry it; empty for a function
    of the library.
    """

    library: Library
    name: str
    scope: PythonScope
    call: Call
    timeouts: tuple[Timeouts, ...]
    argument: Argument | None
    clients: tuple[Client, ...]
    url: Expression | None

    @property
    def is_unbounded(self) -> bool:
        """Whether a server that says nothing is waited for without end, whichever client carries it."""
        return bool(self.timeouts) and all(item.is_unbounded for item in self.timeouts)

    @property
    def name_span(self) -> Span:
        """The last part of what is called."""
        callee = self.call.function
        start = callee.name_start if isinstance(callee, Attribute) else callee.start
        return self.scope.span(start, callee.end)


def requests(python: PythonCode) -> tuple[Request, ...]:
    """Every place where the judged code sends an HTTP request."""
    return python.keep("python requests", lambda: tuple(_requests(python)))


def clients(python: PythonCode) -> tuple[Client, ...]:
    """Every place where the judged code makes a client."""
    return python.keep("python clients", lambda: tuple(_clients(python)))


def _clients(python: PythonCode) -> Iterator[Client]:
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            entity = entity_of(python, call.function, scope)
            if isinstance(entity, str) and entity in CLIENTS:
                client = _client(python, Value(call, scope))
                if client is not None:
                    yield client


def _requests(python: PythonCode) -> Iterator[Request]:
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            entity = entity_of(python, call.function, scope)
            if isinstance(entity, str):
                form = FUNCTIONS.get(entity)
                if form is not None and not _is_replaced(python, entity):
                    yield _request(python, entity, form, call, scope, ())
            elif entity is None and isinstance(call.function, Attribute) and call.function.name in _METHODS:
                yield from _through_clients(python, call, call.function, scope)


_METHODS: Final = frozenset(name for form in CLIENTS.values() for name in form.methods)


def _through_clients(python: PythonCode, call: Call, callee: Attribute, scope: PythonScope) -> Iterator[Request]:
    if class_of_self(callee.operand, scope) is not None:
        # A class that is a client itself: what its own methods make of a request is for them to say.
        return
    found = [_client(python, value) for value in values_of(python, callee.operand, scope)]
    known = tuple(client for client in found if client is not None and callee.name in client.form.methods)
    if not known or len(known) != len(found) or len({client.name for client in known}) != 1:
        return
    is_given_timeout = known[0].form.library != "requests" and any(given_attributes(callee.operand, scope, _TIMEOUT_ATTRIBUTES))
    if is_given_timeout or _is_changed(python, callee.operand, scope):
        known = tuple(client._replace(timeouts=(NOT_KNOWN,)) for client in known)
    first = known[0]
    yield _request(python, f"{first.name}.{callee.name}", first.form.methods[callee.name], call, scope, known)


def _request(python: PythonCode, name: str, form: RequestForm, call: Call, scope: PythonScope, carriers: tuple[Client, ...]) -> Request:
    given = argument_of(call, "timeout", form.timeout)
    timeouts: tuple[Timeouts, ...]
    if given.argument is not None:
        timeouts = timeouts_of(python, given.argument.value, scope, form.library)
    elif given.state == "unknown":
        timeouts = (NOT_KNOWN,)
    elif carriers:
        timeouts = tuple(dict.fromkeys(item for client in carriers for item in client.timeouts))
    else:
        timeouts = (_default(python, form.library),)
    url = argument_of(call, "url", form.url).argument
    return Request(form.library, name, scope, call, timeouts, given.argument, carriers, url.value if url is not None else None)


def _default(python: PythonCode, library: Library) -> Timeouts:
    """What holds where nothing is said."""
    if library in BY_SOCKET_DEFAULT and sets_socket_default(python):
        return NOT_KNOWN
    return DEFAULTS.get(library, NO_TIMEOUTS)


def sets_socket_default(python: PythonCode) -> bool:
    """Whether anything in view calls ``socket.setdefaulttimeout``, which holds for the whole process."""
    return python.keep(
        "sets socket default", lambda: any(_sets_default(call) for scope in python.judged_scopes for call in scope.facts.calls)
    )


def _sets_default(call: Call) -> bool:
    callee = call.function
    name = callee.name if isinstance(callee, Attribute) else callee.text if isinstance(callee, Name) else ""
    return name == "setdefaulttimeout"


def _client(python: PythonCode, value: Value) -> Client | None:
    """The client that a value is; None for anything else, also for one whose class changes how it sends."""
    if not isinstance(value.expression, Call) or value.scope is None:
        return None
    call, scope = value.expression, value.scope
    entity = entity_of(python, call.function, scope)
    name = entity if isinstance(entity, str) else base_of(python, entity)
    form = CLIENTS.get(name or "")
    if form is None or name is None:
        return None
    if isinstance(entity, PythonScope):
        # Of a class in view only what it does not change is known: its methods, and what its own arguments are.
        if name != "requests.Session" or _changes_requests(python, entity):
            return None
        return Client(name, form, call, scope, (_default(python, form.library),))
    given = argument_of(call, "timeout", form.timeout)
    if form.timeout == -2:
        timeouts: tuple[Timeouts, ...] = (_default(python, form.library),)
    elif given.argument is not None:
        timeouts = timeouts_of(python, given.argument.value, scope, form.library)
        if form.library == "aiohttp":
            # ``timeout=None`` of the class is its default: aiohttp ``client.py``, __init__.
            timeouts = tuple(
                NOT_KNOWN if item.total.state == "none" and item == NO_TIMEOUTS._replace(span=item.span) else item for item in timeouts
            )
    else:
        timeouts = (_default(python, form.library) if given.state == "absent" else NOT_KNOWN,)
    if _is_changed_where_made(python, value):
        timeouts = (NOT_KNOWN,)
    return Client(name, form, call, scope, timeouts, given.argument)


# -- what gives requests a time-out without their saying so

_SENDING: Final = frozenset(
    (*VERBS, "request", "send", "open", "urlopen", "get_adapter", "merge_environment_settings", "__getattr__", "__getattribute__")
)
_PLAIN_ADAPTER: Final = "requests.adapters.HTTPAdapter"


def _is_replaced(python: PythonCode, name: str) -> bool:
    """Whether somebody puts another function in the place of the library's: ``requests.get = partial(requests.get, timeout=5)``."""
    return name in python.keep("replaced functions", lambda: frozenset(_replaced(python)))


def _replaced(python: PythonCode) -> Iterator[str]:
    for scope in python.judged_scopes:
        for item in scope.facts.bindings:
            if isinstance(item.target, Attribute) and item.target.name in _SENDING and _may_limit(python, item, scope):
                entity = entity_of(python, item.target.operand, scope)
                if isinstance(entity, str):
                    yield f"{entity}.{item.target.name}"
                    if entity == "requests.Session":
                        yield from (f"requests.{verb}" for verb in (*VERBS, "request"))


def _may_limit(python: PythonCode, binding: Binding, scope: PythonScope) -> bool:
    """Whether what is put in the place of a way to send may set a time-out: all that is out of view may, and what speaks of one."""
    entity = entity_of(python, binding.value, scope) if binding.value is not None else None
    return not isinstance(entity, PythonScope) or entity.facts.is_unread or entity.facts.names_timeout


def _changes_requests(python: PythonCode, made: PythonScope) -> bool:
    """Whether a class in view, or one that it is derived from, may limit what it sends: it has its own way of it, and names a time-out."""
    for place in line_of(python, made):
        if place.facts.is_unread or (place.facts.names_timeout and any(scope.facts.name in _SENDING for scope in place.inner)):
            return True
        if any(_is_change(python, place, None, scope, call) for scope in place.walk() for call in scope.facts.calls):
            return True
        if any(_sets_sending(python, item, scope) for scope in place.walk() for item in scope.facts.bindings):
            return True
    return False


def _sets_sending(python: PythonCode, binding: Binding, scope: PythonScope) -> bool:
    return isinstance(binding.target, Attribute) and binding.target.name in _SENDING and _may_limit(python, binding, scope)


def _is_changed_where_made(python: PythonCode, value: Value) -> bool:
    """Whether a client is changed, or given to somebody who may change it, under a name that it gets where it is made."""
    scope = value.scope
    assert scope is not None
    return any(item.value is value.expression and _is_changed(python, item.target, scope) for item in scope.facts.bindings)


def _is_changed(python: PythonCode, target: Expression, scope: PythonScope) -> bool:
    """Whether something gives the client called ``target`` another way of sending, in the region in which that name means it."""
    region = _region(target, scope)
    if region is None:
        return False
    name = _last_name(target)
    return python.keep(("is changed", id(region), name), lambda: _changes_in(python, region, name))


def _region(target: Expression, scope: PythonScope) -> PythonScope | None:
    if isinstance(target, Name):
        return holder_of(scope, target.text)
    if isinstance(target, Attribute):
        return class_of_self(target.operand, scope) or scope.top
    return None


_TIMEOUT_ATTRIBUTES: Final = frozenset(("timeout", "sock"))
"""What makes a connection or client wait less long when it is set later; a ``requests.Session`` does not look at it."""


def ignored_timeouts(request: Request) -> tuple[Span, ...]:
    """Where ``timeout`` of a ``requests.Session`` is set, which nothing reads: requests ``sessions.py``, ``__attrs__``."""
    callee = request.call.function
    if request.library != "requests" or not isinstance(callee, Attribute):
        return ()
    return tuple(given_attributes(callee.operand, request.scope, frozenset(("timeout",))))


def given_attributes(target: Expression, scope: PythonScope, names: frozenset[str]) -> Iterator[Span]:
    """Where the object called ``target`` is given one of the attributes ``names``."""
    region, name = _region(target, scope), _last_name(target)
    for place in region.walk() if region is not None else ():
        for item in place.facts.bindings:
            if isinstance(item.target, Attribute) and item.target.name in names and _is_called(item.target.operand, name):
                yield place.span(item.target.start, item.target.end)


def _last_name(target: Expression) -> str:
    return target.text if isinstance(target, Name) else target.name if isinstance(target, Attribute) else ""


def _changes_in(python: PythonCode, region: PythonScope, name: str) -> bool:
    for scope in region.walk():
        if any(_is_change(python, region, name, scope, call) for call in scope.facts.calls):
            return True
        for item in scope.facts.bindings:
            if _sets_sending(python, item, scope) and isinstance(item.target, Attribute) and _is_called(item.target.operand, name):
                return True
    return False


def mounted_on(python: PythonCode, client: Client) -> Iterator[Value]:
    """The adapters that a ``requests.Session`` is given where it is made, under the name that it has there."""
    for item in client.scope.facts.bindings:
        region = _region(item.target, client.scope) if item.value is client.call else None
        for scope in region.walk() if region is not None else ():
            for call in scope.facts.calls:
                callee = call.function
                if isinstance(callee, Attribute) and callee.name == "mount" and _is_called(callee.operand, _last_name(item.target)):
                    adapter = argument_of(call, "adapter", 1).argument
                    yield from values_of(python, adapter.value, scope) if adapter is not None else ()


def _is_called(expression: Expression, name: str) -> bool:
    return (isinstance(expression, Name) and expression.text == name) or (isinstance(expression, Attribute) and expression.name == name)


def _is_change(python: PythonCode, region: PythonScope, name: str | None, scope: PythonScope, call: Call) -> bool:
    """Whether a call mounts an adapter of unknown kind on the client (``name`` None: on the instance itself), or takes the client."""
    callee = call.function
    if isinstance(callee, Attribute) and callee.name == "mount" and len(call.arguments) == 2:
        is_it = _is_called(callee.operand, name) if name is not None else class_of_self(callee.operand, scope) is region
        return is_it and not all(_is_plain_adapter(python, value) for value in values_of(python, call.arguments[1].value, scope))
    if name is None or not any(_is_called(item.value, name) for item in call.arguments):
        return False
    taker = entity_of(python, callee, scope)
    if isinstance(taker, PythonScope):
        return any(_mounts(inner) for inner in taker.walk())
    return taker not in _HARMLESS_TAKERS and not (isinstance(callee, Name) and holder_of(scope, callee.text) is None)


_HARMLESS_TAKERS: Final = frozenset(("contextlib.closing", "functools.partial", "asyncio.create_task", "asyncio.gather", "typing.cast"))


def _mounts(scope: PythonScope) -> bool:
    if scope.facts.is_unread:
        return False
    if any(isinstance(call.function, Attribute) and call.function.name == "mount" for call in scope.facts.calls):
        return True
    return any(isinstance(item.target, Attribute) and item.target.name in _SENDING for item in scope.facts.bindings)


def _is_plain_adapter(python: PythonCode, value: Value) -> bool:
    """Whether an adapter sends as those of the library do: with the time-out that it is given, and no other."""
    if not isinstance(value.expression, Call) or value.scope is None:
        return False
    entity = entity_of(python, value.expression.function, value.scope)
    if isinstance(entity, str):
        return entity == _PLAIN_ADAPTER
    if entity is None or base_of(python, entity) != _PLAIN_ADAPTER:
        return False
    return not any(place.facts.is_unread or place.facts.names_timeout for place in line_of(python, entity))


# -- where a request goes

_NO_NETWORK: Final = ("file:", "data:")

_LOCAL: Final = re.compile(r"(?i)https?://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(?:[:/?]|$)")


def goes_nowhere(python: PythonCode, request: Request) -> bool:
    """Whether the request may stay on the machine because of its scheme."""
    found = values_of(python, request.url, request.scope)
    return any(isinstance(value.expression, Text) and value.expression.beginning.startswith(_NO_NETWORK) for value in found)


def goes_to_same_machine(python: PythonCode, request: Request) -> bool:
    """Whether every address that the request may have is one of this machine, as long as nothing else is given from outside."""
    found = addresses_of(python, request.url, request.scope)
    return bool(found) and all(_LOCAL.match(text_without_inputs(address.template)) is not None for address in found)
