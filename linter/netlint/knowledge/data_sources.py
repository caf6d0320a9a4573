"""Texts that say where a database is, and the parameter in them that limits the dial.

lib/pq and pgx read ``connect_timeout`` (seconds, none by default: lib/pq ``conn.go``, pgx ``pgconn/config.go``); go-sql-driver/mysql
reads ``timeout`` (a Go duration, none by default: ``dsn.go``).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

POSTGRES_DRIVERS: Final = frozenset(("postgres", "pgx", "pgx/v5", "cloudsqlpostgres", "nrpostgres", "pq"))
MYSQL_DRIVERS: Final = frozenset(("mysql", "nrmysql"))

# Texts that ``re`` compiles when they are asked for first: few settings come that far.
_POSTGRES_URL: Final = r"(?s)^postgres(?:ql)?://(?:[^@/?]*@)?(?P<host>[^/?]*)(?:/[^?]*)?(?:\?(?P<rest>.*))?$"
_POSTGRES_WORDS: Final = r"^\s*(?:\w+\s*=\s*(?:'[^']*'|[^\s=]*)\s*)+$"
_HOST_WORD: Final = r"(?:^|\s)host(?:addr)?\s*=\s*'?(?P<host>[^\s']*)"
_MYSQL: Final = r"(?s)^(?:[^@]*@)?(?P<network>tcp6?|cloudsql)\((?P<host>[^)]*)\)/[^?]*(?:\?(?P<rest>.*))?$"
_LOCAL: Final = r"^(?:|localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|/.*)(?::\d*)?$"


class DataSource(NamedTuple):
    """``kind`` is postgres or mysql, ``host`` what it names, with its port; ``parameter`` is the one that limits the dial.

    ``is_limited``: the text has it, or has a part that is not known where it may stand.
    """

    kind: str
    host: str
    parameter: str
    is_limited: bool

    @property
    def is_local(self) -> bool:
        """Whether the database is on the same machine, or behind a socket file."""
        return re.match(_LOCAL, self.host) is not None


def parse_data_source(text: str, driver: str = "", hole: str = "\0") -> DataSource | None:
    """What a data source says; None when it is none. ``hole`` stands in ``text`` for parts that are not known."""
    if driver in MYSQL_DRIVERS:
        found = re.match(_MYSQL, text)
        return found and DataSource("mysql", found["host"], "timeout", _has("timeout", found["rest"], text, hole))
    if driver and driver not in POSTGRES_DRIVERS:
        return None
    found = re.match(_POSTGRES_URL, text) if text.startswith("postgres") else None
    if found is not None:
        return DataSource("postgres", found["host"], "connect_timeout", _has("connect_timeout", found["rest"], text, hole))
    host = re.search(_HOST_WORD, text) if driver else None
    if host is not None and re.match(_POSTGRES_WORDS, text):
        is_limited = "connect_timeout" in text or "service=" in text or re.search(rf"{hole}\s*$|(?:^|\s){hole}", text) is not None
        return DataSource("postgres", host["host"], "connect_timeout", is_limited)
    return None


def connect_seconds(source: DataSource, text: str) -> float | None:
    """How long the data source in ``text`` lets a connection take, 0 for no limit; None where that is not known."""
    if not source.is_limited:
        return 0
    found = re.search(rf"(?:^|[?&\s]){source.parameter}\s*=\s*'?(?P<number>\d{{1,9}}(?:\.\d{{1,9}})?)(?P<unit>ms|s|m|)'?(?:[&\s]|$)", text)
    # lib/pq and pgx count seconds, go-sql-driver/mysql reads a duration.
    if found is None or (source.kind == "mysql") != bool(found["unit"]):
        return None
    return float(found["number"]) * {"ms": 0.001, "m": 60}.get(found["unit"], 1)


def _has(parameter: str, rest: str | None, text: str, hole: str) -> bool:
    """Whether the parameters hold the one asked for, or an unknown part that is no value of another one."""
    if rest is None:
        # `…/shop%s` may go on with parameters, and so may a name that is not known: `…/%s` is a name as a rule.
        return text.endswith(hole) and not text.endswith(f"/{hole}")
    return any(part.split("=")[0] == parameter or (hole in part.split("=")[0]) for part in rest.split("&"))
