"""The limits of time that hold in one container: what its variables and options give takes the place of what the code falls back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.durations import Nanoseconds, parse_go_duration
from netlint.knowledge.data_sources import connect_seconds, parse_data_source
from netlint.model.environment import given_to
from netlint.model.limits import UNKNOWN, Limit
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from netlint.model.call_ends import Listening, Outgoing
    from netlint.model.runs import Run
    from netlint.model.templates import Input
    from netlint.model.units import Unit
    from netlint.source import Span

_MAX_NUMBER: Final = 1e9
"""More seconds than anybody waits."""


def call_in(unit: Unit, run: Run, call: Outgoing) -> Outgoing:
    """A call with the limits that hold where the program runs."""
    return call._replace(
        deadline=limit_in(unit, run, call.deadline),
        dial=limit_in(unit, run, call.dial),
        idle=limit_in(unit, run, call.idle),
        read=limit_in(unit, run, call.read),
        handshake=limit_in(unit, run, call.handshake),
    )


def connecting_by(unit: Unit, run: Run, call: Outgoing, text: str, scheme: str, span: Span) -> Outgoing:
    """A call of a database within the limit that its data source says, written at ``span``; libpq's variable says it as well."""
    source = parse_data_source(text, scheme, HOLE) if call.dial.state != "known" else None
    seconds = connect_seconds(source, text) if source is not None else None
    if source is None or seconds is None:
        return call
    if seconds:
        dial = Limit("known", int(seconds * 1_000_000_000), span, source.parameter)
        # pgx and lib/pq hold the whole of a connection's start to it; go-sql-driver/mysql only the dial.
        return call._replace(dial=dial, handshake=dial if source.kind == "postgres" else UNKNOWN)
    is_given = source.kind == "postgres" and given_to(unit, run, "env", "PGCONNECT_TIMEOUT").state != "absent"
    return call._replace(dial=UNKNOWN, handshake=UNKNOWN) if is_given else call


def listening_in(unit: Unit, run: Run, listening: Listening) -> Listening:
    """A listener with the limits that hold where the program runs."""
    shutdown = listening.shutdown
    return listening._replace(
        read=limit_in(unit, run, listening.read),
        write=limit_in(unit, run, listening.write),
        idle=limit_in(unit, run, listening.idle),
        header=limit_in(unit, run, listening.header),
        shutdown=shutdown._replace(budget=limit_in(unit, run, shutdown.budget), wait=limit_in(unit, run, shutdown.wait)),
    )


def limit_in(unit: Unit, run: Run, limit: Limit) -> Limit:
    """A limit as it holds where the program runs: of a variable or flag what the container gives, else its default."""
    if limit.input is None:
        # Who may change it is not known, and so nor is what it is.
        return UNKNOWN if limit.is_changeable else limit
    given = given_to(unit, run, limit.input.kind, limit.input.name)
    if given.state == "set":
        return _limit_of(given.text, limit)._replace(span=given.span or limit.span)
    if given.state == "unknown":
        return UNKNOWN
    return limit._replace(is_changeable=False) if limit.state == "known" else _limit_of(_default_of(limit.input), limit)


def _default_of(input: Input) -> str:
    match input.default:
        case (str() as text,):
            return text
    return ""


def _limit_of(text: str, limit: Limit) -> Limit:
    duration = _number_of(text, limit.input_unit) if limit.input_unit else parse_go_duration(text)
    if duration is None:
        return UNKNOWN
    return limit._replace(state="known" if duration else "none", nanoseconds=int(duration), is_changeable=False)


def _number_of(text: str, unit: int) -> Nanoseconds | None:
    """A number of units; None for any other text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return Nanoseconds(int(value * unit)) if 0 <= value < _MAX_NUMBER else None
