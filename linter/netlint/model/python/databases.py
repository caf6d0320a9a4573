"""Data sources that Python code opens with psycopg2, itself or through SQLAlchemy.

psycopg2 2.9.13 hands all it is given to libpq, which sets no limit for the connect. Other drivers have one of their own, which is why they
are not asked about: psycopg 3.3.9 130 s (``conninfo.py``), asyncpg 0.32.0 60 s (``connection.py``). What SQLAlchemy takes for a plain
``postgresql://`` changed between its versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.data_sources import DataSource, parse_data_source
from netlint.model.python.names import entity_of
from netlint.model.python.values import argument_of, values_of
from netlint.model.templates import HOLE
from netlint.python.syntax import Call, Mapping, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode, PythonScope
    from netlint.python.syntax import Expression
    from netlint.source import Span

_SCHEME: Final = "postgresql+psycopg2://"


class Opened(NamedTuple):
    """A data source, and where it is given."""

    source: DataSource
    span: Span
    scope: PythonScope


def opened_sources(python: PythonCode) -> Iterator[Opened]:
    """Every data source in the judged code."""
    for scope in python.judged_scopes:
        for call in scope.facts.calls:
            match entity_of(python, call.function, scope):
                case "psycopg2.connect":
                    yield from _of_driver(python, call, scope)
                case "sqlalchemy.create_engine":
                    yield from _of_engine(python, call, scope)


def _of_driver(python: PythonCode, call: Call, scope: PythonScope) -> Iterator[Opened]:
    timeout, dsn, host = argument_of(call, "connect_timeout"), argument_of(call, "dsn", 0), argument_of(call, "host")
    if timeout.state != "absent":
        return
    if dsn.argument is not None:
        yield from _of_text(python, dsn.argument.value, scope, "postgres")
    elif dsn.state == "absent" and host.argument is not None and argument_of(call, "service").state == "absent":
        name = _text(python, host.argument.value, scope)
        source = DataSource("postgres", HOLE if name is None else name, "connect_timeout", is_limited=False)
        yield Opened(source, scope.span(call.function.start, call.function.end), scope)


def _of_engine(python: PythonCode, call: Call, scope: PythonScope) -> Iterator[Opened]:
    url, further, creator = argument_of(call, "url", 0), argument_of(call, "connect_args"), argument_of(call, "creator")
    if url.argument is None or creator.state != "absent" or not _lacks_timeout(further.state, further.argument and further.argument.value):
        return
    text = _text(python, url.argument.value, scope)
    if text is not None and text.startswith(_SCHEME):
        yield from _of_text(python, url.argument.value, scope, "postgres")


def _lacks_timeout(state: str, value: Expression | None) -> bool:
    if state == "absent":
        return True
    if not isinstance(value, Mapping) or value.entries is None:
        return False
    return all(isinstance(key, Text) and key.known not in (None, "connect_timeout") for key, _ in value.entries)


def _of_text(python: PythonCode, expression: Expression, scope: PythonScope, driver: str) -> Iterator[Opened]:
    text = _text(python, expression, scope)
    source = parse_data_source(text.replace("+psycopg2", "", 1), driver, HOLE) if text is not None else None
    if source is not None:
        yield Opened(source, scope.span(expression.start, expression.end), scope)


def _text(python: PythonCode, expression: Expression, scope: PythonScope) -> str | None:
    """The text that an expression is, with holes for what is not known; None when it is not one text."""
    found = values_of(python, expression, scope)
    if len(found) != 1 or not isinstance(found[0].expression, Text):
        return None
    return "".join(part if isinstance(part, str) else HOLE for part in found[0].expression.parts)
