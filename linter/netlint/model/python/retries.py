"""How often a client of Python repeats a request by itself: urllib3's ``Retry``, which requests takes over by its adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.python.code import PythonScope
from netlint.model.python.names import entity_of
from netlint.model.python.requests import mounted_on
from netlint.model.python.values import Value, argument_of, number_of, values_of
from netlint.python.syntax import Call, Number, Text

if TYPE_CHECKING:
    from netlint.model.python.code import PythonCode
    from netlint.model.python.requests import Request
    from netlint.python.syntax import Expression
    from netlint.source import Span

_RETRY: Final = frozenset(("urllib3.Retry", "urllib3.util.Retry", "urllib3.util.retry.Retry", "requests.packages.urllib3.util.retry.Retry"))
_ADAPTER: Final = "requests.adapters.HTTPAdapter"
_DEFAULT: Final = 3
"""What urllib3 does without being told: urllib3 2.8.0 ``util/retry.py``, ``Retry.DEFAULT``."""
_REPEATED: Final = frozenset(("get", "head", "put", "delete", "options"))
"""Methods that are repeated also after a read that took too long (``Retry.DEFAULT_ALLOWED_METHODS``)."""
_LONGEST_PAUSE: Final = 120
"""Seconds (``Retry.DEFAULT_BACKOFF_MAX``)."""


class Retries(NamedTuple):
    """A request is sent so many ``times`` more when it fails, with ``pauses`` seconds between in all.

    ``span`` says so; None for a default.
    """

    times: int
    pauses: float
    span: Span | None


def retries_of(python: PythonCode, request: Request) -> Retries | None:
    """How often the request is repeated after a time-out; None when that is not known, or never."""
    if not _is_repeated(request):
        return None
    if request.library == "requests":
        adapters = [item for client in request.clients for item in mounted_on(python, client)]
        found = {_of_adapter(python, value) for value in adapters}
        return found.pop() if len(found) == 1 else None
    if request.library != "urllib3":
        return None
    given = argument_of(request.call, "retries")
    if given.argument is not None:
        return _of_value(python, given.argument.value, request.scope)
    makers = (
        {_of_pool(python, client.call, client.scope) for client in request.clients} if request.clients else {Retries(_DEFAULT, 0, None)}
    )
    return makers.pop() if len(makers) == 1 and given.state == "absent" else None


def _is_repeated(request: Request) -> bool:
    verb = request.name.rpartition(".")[2]
    if verb in ("request", "urlopen"):
        method = argument_of(request.call, "method", 0).argument
        verb = method.value.known or "" if method is not None and isinstance(method.value, Text) else ""
    return verb.lower() in _REPEATED


def _of_pool(python: PythonCode, call: Call, scope: PythonScope) -> Retries | None:
    given = argument_of(call, "retries")
    if given.argument is not None:
        return _of_value(python, given.argument.value, scope)
    return Retries(_DEFAULT, 0, None) if given.state == "absent" else None


def _of_adapter(python: PythonCode, value: Value) -> Retries | None:
    call, scope = value.expression, value.scope
    if not isinstance(call, Call) or scope is None or entity_of(python, call.function, scope) != _ADAPTER:
        return None
    given = argument_of(call, "max_retries", 2).argument
    return _of_value(python, given.value, scope) if given is not None else None


def _of_value(python: PythonCode, expression: Expression, scope: PythonScope) -> Retries | None:
    match values_of(python, expression, scope):
        case (Value(expression=Number(value=int() as count), scope=PythonScope() as place),) if count > 0:
            return Retries(count, 0, place.span(expression.start, expression.end))
        case (Value(expression=Call() as call, scope=PythonScope() as place),) if entity_of(python, call.function, place) in _RETRY:
            return _of_retry(python, call, place)
    return None


def _of_retry(python: PythonCode, call: Call, scope: PythonScope) -> Retries | None:
    """``Retry(total=3, backoff_factor=0.5)``. Limits for single kinds of failures, and one's own methods, leave it open."""
    if any(item.stars or item.name in ("connect", "read", "allowed_methods", "method_whitelist") for item in call.arguments):
        return None
    total, factor = argument_of(call, "total", 0).argument, argument_of(call, "backoff_factor").argument
    count = number_of(total.value, python, scope) if total is not None else None
    pause = 0 if factor is None else number_of(factor.value, python, scope)
    if count is None or pause is None or not 0 < count < 100:
        return None
    # The first repetition comes at once: ``get_backoff_time``.
    pauses = sum(min(_LONGEST_PAUSE, pause * 2**number) for number in range(1, int(count)))
    return Retries(int(count), pauses, scope.span(call.start, call.end))
