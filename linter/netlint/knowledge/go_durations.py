"""Where Go's standard library and common packages take a ``time.Duration``, which counts nanoseconds.

Read off the packages' documentation. Import paths are without their version, as in ``go_types``.
"""

from __future__ import annotations

from typing import Final

DURATION_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "github.com/go-redis/redis.ClusterOptions": ("DialTimeout", "PoolTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/go-redis/redis.Options": ("DialTimeout", "IdleTimeout", "PoolTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/go-sql-driver/mysql.Config": ("ReadTimeout", "Timeout", "WriteTimeout"),
    "github.com/gomodule/redigo/redis.Pool": ("IdleTimeout", "MaxConnLifetime"),
    "github.com/jackc/pgx/pgconn.Config": ("ConnectTimeout",),
    "github.com/jackc/pgx/pgxpool.Config": ("HealthCheckPeriod", "MaxConnIdleTime", "MaxConnLifetime"),
    "github.com/nats-io/nats.go.Options": ("DrainTimeout", "FlusherTimeout", "PingInterval", "ReconnectWait", "Timeout"),
    "github.com/redis/go-redis.ClusterOptions": ("ConnMaxIdleTime", "DialTimeout", "PoolTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/redis/go-redis.FailoverOptions": ("ConnMaxIdleTime", "DialTimeout", "PoolTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/redis/go-redis.UniversalOptions": ("ConnMaxIdleTime", "DialTimeout", "PoolTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/segmentio/kafka-go.Dialer": ("KeepAlive", "Timeout"),
    "github.com/segmentio/kafka-go.ReaderConfig": ("MaxWait", "ReadBatchTimeout", "RebalanceTimeout", "SessionTimeout"),
    "github.com/segmentio/kafka-go.Transport": ("DialTimeout", "IdleTimeout"),
    "github.com/segmentio/kafka-go.Writer": ("BatchTimeout", "ReadTimeout", "WriteTimeout"),
    "github.com/valyala/fasthttp.Client": ("MaxConnDuration", "MaxConnWaitTimeout", "MaxIdleConnDuration", "ReadTimeout", "WriteTimeout"),
    "github.com/valyala/fasthttp.HostClient": (
        "MaxConnDuration",
        "MaxConnWaitTimeout",
        "MaxIdleConnDuration",
        "ReadTimeout",
        "WriteTimeout",
    ),
    "github.com/valyala/fasthttp.Server": ("IdleTimeout", "ReadTimeout", "WriteTimeout"),
    "go.etcd.io/etcd/client.Config": ("DialKeepAliveTime", "DialKeepAliveTimeout", "DialTimeout"),
    "google.golang.org/grpc.ConnectParams": ("MinConnectTimeout",),
    "k8s.io/client-go/tools/leaderelection.LeaderElectionConfig": ("LeaseDuration", "RenewDeadline", "RetryPeriod"),
}
"""Types that no other question is asked of, to their fields of that type; those of ``WATCHED_FIELDS`` come on top."""

DURATION_ARGUMENTS: Final[dict[str, int]] = {
    "context.WithTimeout": 1,
    "context.WithTimeoutCause": 1,
    "database/sql.DB.SetConnMaxIdleTime": 0,
    "database/sql.DB.SetConnMaxLifetime": 0,
    "google.golang.org/grpc.WithTimeout": 0,
    "net.DialTimeout": 2,
    "net/http.TimeoutHandler": 1,
    "time.After": 0,
    "time.NewTimer": 0,
    **{f"{package}.{holder}Duration": 1 for package in ("flag", "github.com/spf13/pflag") for holder in ("", "FlagSet.")},
    **{f"{package}.{holder}DurationVar": 2 for package in ("flag", "github.com/spf13/pflag") for holder in ("", "FlagSet.")},
    **{f"github.com/spf13/pflag.{holder}DurationP": 2 for holder in ("", "FlagSet.")},
    **{f"github.com/spf13/pflag.{holder}DurationVarP": 3 for holder in ("", "FlagSet.")},
}
"""Functions and methods to the place of the duration among their arguments."""

DEADLINE_ARGUMENTS: Final[dict[str, int]] = {"context.WithDeadline": 1, "context.WithDeadlineCause": 1}
DEADLINE_SETTERS: Final = ("SetDeadline", "SetReadDeadline", "SetWriteDeadline")
"""Functions and methods that take a ``time.Time``, mostly ``time.Now().Add(duration)``."""

UNIT_GIVERS: Final = frozenset(
    (
        "time.ParseDuration",
        "time.Since",
        "time.Until",
        "time.Duration.Round",
        "time.Duration.Truncate",
        "time.Duration.Abs",
        "time.Time.Sub",
    )
)
"""Functions whose result is a duration with its unit in it."""
