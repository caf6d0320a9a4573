"""Pools of database connections, what limits them, and what is taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Name, Selector
from netlint.knowledge.data_sources import DataSource, parse_data_source
from netlint.knowledge.go_closing import ROWS, STATEMENTS
from netlint.model.code.calls import calls_of, calls_written, judged
from netlint.model.code.cancels import derived_in
from netlint.model.code.contexts import context_bound
from netlint.model.code.numbers import fold
from netlint.model.code.resources import taken
from netlint.model.code.texts import texts_of
from netlint.model.code.types import base_type, callee_of, type_of
from netlint.model.code.values import origins
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.resources import Taken
    from netlint.model.code.values import Origin

OPENERS: Final = {
    "database/sql.Open": (0, 1),
    "github.com/jmoiron/sqlx.Open": (0, 1),
    "github.com/jmoiron/sqlx.Connect": (0, 1),
    "github.com/jmoiron/sqlx.MustConnect": (0, 1),
    "github.com/jmoiron/sqlx.MustOpen": (0, 1),
}
"""Functions that open a pool, with the places of the driver's name and of the data source."""
IDLE_CONNECTIONS: Final = 2
"""Connections that a pool keeps unless ``SetMaxIdleConns`` says otherwise (Go ``database/sql/sql.go:965``)."""
_POOLS: Final = ("database/sql.DB", "github.com/jmoiron/sqlx.DB")
_TRANSACTIONS: Final = ("database/sql.Tx", "github.com/jmoiron/sqlx.Tx")


def rows_and_statements(code: Code) -> Iterator[Taken]:
    """Rows and prepared statements that the judged code takes from a pool and has to close.

    Those of a transaction are closed with it (Go ``database/sql/sql.go``, ``Tx.rollback`` and ``Rows.awaitDone``), and rows whose context
    the function itself ends, or that of a request, when that ends.
    """
    for item in taken(code, ROWS | STATEMENTS):
        receiver = callee_of(code, item.call, item.function).receiver
        of_transaction = receiver is not None and base_type(type_of(code, receiver, item.function)) in _TRANSACTIONS
        if not of_transaction and not _ends_with_context(code, item) and not item.function.file.is_waived(item.statement, "sqlclosecheck"):
            yield item


def _ends_with_context(code: Code, item: Taken) -> bool:
    if item.type not in ROWS or not item.call.arguments:
        return False
    context = item.call.arguments[0]
    if isinstance(context, Name):
        own = (derived.context for derived in derived_in(code, item.function))
        if any(isinstance(target, Name) and target.local == context.local for target in own):
            return True
    found = origins(code, context, item.function)
    return any(origin.name == "net/http.Request.Context" for origin in found)


class Pool(NamedTuple):
    """A pool: the call that opens it, and the calls in view that limit it, each with its function."""

    opened: Call
    function: GoFunction
    drivers: tuple[str, ...]
    limits: tuple[tuple[Call, GoFunction], ...]
    idle_limits: tuple[tuple[Call, GoFunction], ...]

    def limit(self, code: Code) -> int | None:
        """The number of connections that it is limited to, the same in every case; None when that is unknown, or there is no limit."""
        numbers = {fold(code, call.arguments[0], function) if call.arguments else None for call, function in self.limits}
        number = numbers.pop() if len(numbers) == 1 else None
        return int(number.value) if number is not None and number.value > 0 else None


def pools(code: Code) -> dict[int, Pool]:
    """The pools that code in view opens, by the identity of the call that does."""
    return code.keep("pools", lambda: _pools(code))


def _pools(code: Code) -> dict[int, Pool]:
    limits: dict[int, list[tuple[Call, GoFunction]]] = {}
    idle: dict[int, list[tuple[Call, GoFunction]]] = {}
    for _, call, function, _ in calls_written(code, ("SetMaxOpenConns", "SetMaxIdleConns")):
        if isinstance(call.function, Selector):
            found = limits if call.function.name == "SetMaxOpenConns" else idle
            for opened in opened_by(code, call.function.operand, function) or ():
                found.setdefault(id(opened.node), []).append((call, function))
    result = {}
    for _, call, function, callee in calls_of(code, OPENERS):
        place = OPENERS[callee.name]
        if len(call.arguments) > place[0]:
            drivers = texts_of(code, call.arguments[place[0]], function)
            result[id(call)] = Pool(
                call,
                function,
                tuple(driver for driver in drivers if HOLE not in driver),
                tuple(limits.get(id(call), ())),
                tuple(idle.get(id(call), ())),
            )
    return result


def opened_by(code: Code, pool: Expression, function: GoFunction) -> tuple[Origin, ...] | None:
    """The calls that may have opened the pool that an expression is; None when it may be another one."""
    found = [origin for origin in origins(code, pool, function) if origin.kind not in ("nil", "zero")]
    is_known = bool(found) and all(origin.kind == "call" and origin.name in OPENERS and origin.position == 0 for origin in found)
    return tuple(found) if is_known else None


class Query(NamedTuple):
    """A call that takes a connection from a limited pool without a context: ``name`` is its method.

    ``limit``: how many the pool has, None when that is a setting.
    """

    call: Call
    function: GoFunction
    name: str
    pool: Pool
    limit: int | None


def unbounded_queries(code: Code) -> Iterator[Query]:
    """Every query in the judged code that waits for a connection of a limited pool, and that nothing ends."""
    for _, call, function, callee in judged(code, calls_of(code, _WAITING_CALLS)):
        name = callee.name.rpartition(".")[2]
        if callee.receiver is None:
            continue
        found = _pools_of(code, callee.receiver, function)
        limits = {pool.limit(code) for pool in found}
        limit = min((item for item in limits if item is not None), default=None)
        if limit is not None and None not in limits:
            yield Query(call, function, name, found[0], limit)
        elif found and all(pool.limits for pool in found):
            yield Query(call, function, name, found[0], None)


def _pools_of(code: Code, pool: Expression, function: GoFunction) -> tuple[Pool, ...]:
    """The pools that an expression may be; of a parameter that no call in view fills, all pools of the module; none when it is unknown."""
    opened = opened_by(code, pool, function)
    if opened is not None:
        return tuple(pools(code)[id(origin.node)] for origin in opened if id(origin.node) in pools(code))
    if any(origin.kind != "parameter" for origin in origins(code, pool, function)):
        return ()
    module = function.file.package.module
    return tuple(item for item in pools(code).values() if item.function.file.package.module is module and code.is_judged(item.function))


_WAITING: Final = frozenset(
    ("Query", "QueryRow", "Exec", "Prepare", "Begin", "Queryx", "QueryRowx", "Get", "Select", "NamedExec", "Beginx")
)
"""Methods of a pool that wait for a connection and take no context."""
_WAITING_CALLS: Final = tuple(f"{pool}.{name}" for pool in _POOLS for name in _WAITING)


class OpenedSource(NamedTuple):
    """A call that opens a database, and the data source that it is given: ``place`` is the argument."""

    call: Call
    function: GoFunction
    place: Expression
    source: DataSource


def opened_sources(code: Code) -> Iterator[OpenedSource]:
    """The data sources in the judged code that are known as texts, one for each call."""
    for _, call, function, callee in judged(code, calls_of(code, (*OPENERS, *_PGX_OPENERS, *_GORM_OPENERS))):
        found = _source_argument(code, call, callee.name, function)
        if found is None:
            continue
        driver, place = found
        sources = {parse_data_source(text, driver, HOLE) for text in texts_of(code, place, function)}
        source = sources.pop() if len(sources) == 1 else None
        if source is not None:
            yield OpenedSource(call, function, place, source)


def _source_argument(code: Code, call: Call, name: str, function: GoFunction) -> tuple[str, Expression] | None:
    """The driver of a call that opens a database, and the argument that is its data source."""
    if name in OPENERS and len(call.arguments) > OPENERS[name][1]:
        drivers = texts_of(code, call.arguments[OPENERS[name][0]], function)
        return (drivers[0], call.arguments[OPENERS[name][1]]) if len(drivers) == 1 and HOLE not in drivers[0] else None
    if name in _PGX_OPENERS and len(call.arguments) >= 2:
        is_unbounded = context_bound(code, call.arguments[0], function).state == "unbounded"
        return ("pgx", call.arguments[1]) if is_unbounded else None
    if name in _GORM_OPENERS and call.arguments:
        return _GORM_OPENERS[name], call.arguments[0]
    return None


_PGX_OPENERS: Final = ("github.com/jackc/pgx.Connect", "github.com/jackc/pgx/pgxpool.New", "github.com/jackc/pgx/pgxpool.Connect")
"""They take a context, which ends the dial as well."""
_GORM_OPENERS: Final = {"gorm.io/driver/postgres.Open": "postgres", "gorm.io/driver/mysql.Open": "mysql"}
