"""What must be closed, who reads without closing, and which calls never come back.

Read off the documentation of the packages (Go 1.26, sqlx 1.4, pgx 5). Import paths of other modules are written without their version.
"""

from __future__ import annotations

from typing import Final

RESPONSE: Final = frozenset(("net/http.Response",))
ROWS: Final = frozenset(("database/sql.Rows", "github.com/jmoiron/sqlx.Rows", "github.com/jackc/pgx.Rows"))
STATEMENTS: Final = frozenset(("database/sql.Stmt", "github.com/jmoiron/sqlx.Stmt", "github.com/jmoiron/sqlx.NamedStmt"))

TAKING_METHODS: Final = frozenset("Do Get Head Post PostForm Query QueryContext Queryx QueryxContext RoundTrip".split())
"""Methods of interfaces that are called like those of ``http.Client`` and ``sql.DB``, and hand out what those do."""

NOT_OWNED: Final = frozenset(
    (
        # The body reads from a reader of the caller's own, which is closed with the connection behind it.
        "net/http.ReadResponse",
        # "will be closed when the transaction has been committed or rolled back" (database/sql.Tx.Prepare, Tx.Stmt).
        "database/sql.Tx.Prepare",
        "database/sql.Tx.PrepareContext",
        "database/sql.Tx.Stmt",
        "database/sql.Tx.StmtContext",
        "github.com/jmoiron/sqlx.Tx.Preparex",
        "github.com/jmoiron/sqlx.Tx.PreparexContext",
        "github.com/jmoiron/sqlx.Tx.PrepareNamed",
        "github.com/jmoiron/sqlx.Tx.PrepareNamedContext",
    )
)
"""Functions whose result somebody else closes."""

WRAPPERS: Final = frozenset(
    (
        "bufio.NewReader",
        "bufio.NewReaderSize",
        "bufio.NewScanner",
        "compress/flate.NewReader",
        "compress/gzip.NewReader",
        "compress/zlib.NewReader",
        "encoding/csv.NewReader",
        "encoding/gob.NewDecoder",
        "encoding/json.NewDecoder",
        "encoding/xml.NewDecoder",
        "io.LimitReader",
        "io.MultiReader",
        "io.NopCloser",
        "io.TeeReader",
        "io/ioutil.NopCloser",
    )
)
"""Functions that return something which reads from what they are given; to close that closes nothing else."""

READERS: Final = WRAPPERS | {
    "bytes.Buffer.ReadFrom",
    "golang.org/x/net/html.Parse",
    "io.Copy",
    "io.CopyBuffer",
    "io.CopyN",
    "io.ReadAll",
    "io.ReadAtLeast",
    "io.ReadFull",
    "io/ioutil.ReadAll",
}
"""Functions that read what they are given and never close it."""

LOOKERS: Final = frozenset(
    (
        "github.com/distribution/distribution/registry/client/auth/challenge.ResponseChallenges",
        "github.com/docker/distribution/registry/client/auth/challenge.ResponseChallenges",
        "github.com/google/go-containerregistry/pkg/v1/remote/transport.CheckError",
        "google.golang.org/api/googleapi.CheckResponse",
    )
)
"""Functions that look into a whole response and leave it to the caller to close its body.

Sources: distribution ``registry/client/auth/challenge/authchallenge.go`` (headers only); go-containerregistry
``pkg/v1/remote/transport/error.go`` and google-api-go-client ``googleapi/googleapi.go`` (both read the body of a failure).
"""

DRAINERS: Final = frozenset(("io.ReadAll", "io/ioutil.ReadAll"))
"""Functions that read to the end, or to an error; either gives a response's connection back (Go ``net/http/transport.go``,
``bodyEOFSignal``).
"""
DISCARDS: Final = frozenset(("io.Discard", "io/ioutil.Discard"))

PRINTERS: Final = ("fmt.", "log.", "log/slog.")
"""Packages whose functions only print what they are given."""

ENDING_NAMES: Final = r"(?i)^(?:(?:must)?(?:fatal|panic|exit|abort|die|bail)\w*|(?:fail|skip)now|goexit|skipf?|log(?:and)?fatal\w*)$"
"""Names of functions and methods after which nothing runs: ``os.Exit``, ``log.Fatalf``, ``t.FailNow``, and helpers called like them."""
