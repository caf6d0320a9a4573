"""Calls that go over the network, and which of their arguments is the context that ends them.

Read off the documentation of the packages (Go 1.26, sqlx 1.4, pgx 5, go-redis 9).
"""

from __future__ import annotations

from typing import Final

_SQL_METHODS: Final = ("QueryContext", "QueryRowContext", "ExecContext", "PrepareContext", "PingContext", "BeginTx")
_SQLX_METHODS: Final = (*_SQL_METHODS, "QueryxContext", "QueryRowxContext", "GetContext", "SelectContext", "NamedExecContext", "BeginTxx")
_PGX_METHODS: Final = ("Query", "QueryRow", "Exec", "Begin", "SendBatch", "CopyFrom", "Ping")

CONTEXT_ARGUMENT: Final[dict[str, int]] = {
    "net/http.NewRequestWithContext": 0,
    "net.Dialer.DialContext": 0,
    "crypto/tls.Dialer.DialContext": 0,
    **{
        f"net.Resolver.{name}": 0
        for name in (
            "LookupAddr",
            "LookupCNAME",
            "LookupHost",
            "LookupIP",
            "LookupIPAddr",
            "LookupMX",
            "LookupNS",
            "LookupNetIP",
            "LookupSRV",
            "LookupTXT",
        )
    },
    **{f"database/sql.{holder}.{name}": 0 for holder in ("DB", "Conn", "Tx", "Stmt") for name in _SQL_METHODS},
    **{f"github.com/jmoiron/sqlx.{holder}.{name}": 0 for holder in ("DB", "Conn", "Tx", "Stmt") for name in _SQLX_METHODS},
    **{f"github.com/jackc/pgx{holder}.{name}": 0 for holder in (".Conn", ".Tx", "/pgxpool.Pool", "/pgxpool.Conn") for name in _PGX_METHODS},
}
"""Function to the place of its context."""

REPLACING: Final = ("net/http.Request.WithContext", "net/http.Request.Clone")
"""Methods that give a request another context."""

REDIS_CLIENTS: Final = tuple(f"github.com/redis/go-redis.{name}." for name in ("Client", "ClusterClient", "UniversalClient", "Cmdable"))
"""Types of go-redis all of whose commands take a context first."""
