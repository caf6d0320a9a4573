"""Functions and option fields by which clients of other machines are told their address.

Sources: the packages' documentation (go-redis 9, go-sql-driver/mysql 1.9, pgx 5, kafka-go 0.4, sarama 1.45, amqp091-go 1.10, nats.go 1.4x,
mongo-driver 1 and 2, etcd client 3, gocql 1.7, go-elasticsearch 8, clickhouse-go 2, OpenTelemetry 1.3x exporters). Ports are those that
the client itself uses when the address says none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.knowledge.client_kinds import ClientKind


class ClientCall(NamedTuple):
    """``address``: the place of the argument that is one, or a list of them; -1 for all arguments from ``first`` on."""

    kind: ClientKind
    address: int
    port: int | None = None
    first: int = 0


class ClientField(NamedTuple):
    """A field of an option struct that holds an address or a list of them."""

    kind: ClientKind
    name: str
    port: int | None = None


_GO_REDIS: Final = "github.com/redis/go-redis"
_OLD_REDIS: Final = "github.com/go-redis/redis"
_OTEL: Final = "go.opentelemetry.io/otel/exporters/otlp"

CLIENT_CALLS: Final[dict[str, ClientCall]] = {
    f"{_GO_REDIS}.ParseURL": ClientCall("redis", 0, 6379),
    f"{_OLD_REDIS}.ParseURL": ClientCall("redis", 0, 6379),
    "github.com/gomodule/redigo/redis.Dial": ClientCall("redis", 1),
    "github.com/gomodule/redigo/redis.DialContext": ClientCall("redis", 2),
    "github.com/gomodule/redigo/redis.DialURL": ClientCall("redis", 0, 6379),
    "github.com/bradfitz/gomemcache/memcache.New": ClientCall("client", -1),
    "github.com/rabbitmq/amqp091-go.Dial": ClientCall("amqp", 0, 5672),
    "github.com/rabbitmq/amqp091-go.DialConfig": ClientCall("amqp", 0, 5672),
    "github.com/rabbitmq/amqp091-go.DialTLS": ClientCall("amqp", 0, 5671),
    "github.com/streadway/amqp.Dial": ClientCall("amqp", 0, 5672),
    "github.com/streadway/amqp.DialConfig": ClientCall("amqp", 0, 5672),
    "github.com/nats-io/nats.go.Connect": ClientCall("nats", 0, 4222),
    "go.mongodb.org/mongo-driver/mongo/options.ClientOptions.ApplyURI": ClientCall("mongo", 0, 27017),
    "github.com/segmentio/kafka-go.TCP": ClientCall("kafka", -1, 9092),
    "github.com/segmentio/kafka-go.Dial": ClientCall("kafka", 1, 9092),
    "github.com/segmentio/kafka-go.DialContext": ClientCall("kafka", 2, 9092),
    "github.com/segmentio/kafka-go.DialLeader": ClientCall("kafka", 2, 9092),
    **{
        f"github.com/{owner}/sarama.{name}": ClientCall("kafka", 0, 9092)
        for owner in ("IBM", "Shopify")
        for name in ("NewClient", "NewSyncProducer", "NewAsyncProducer", "NewConsumer", "NewConsumerGroup", "NewClusterAdmin")
    },
    "github.com/gocql/gocql.NewCluster": ClientCall("database", -1, 9042),
    "github.com/minio/minio-go.New": ClientCall("http", 0),
    "github.com/influxdata/influxdb-client-go.NewClient": ClientCall("http", 0),
    "nhooyr.io/websocket.Dial": ClientCall("websocket", 1),
    "github.com/coder/websocket.Dial": ClientCall("websocket", 1),
    "golang.org/x/net/websocket.Dial": ClientCall("websocket", 0),
    "github.com/go-ldap/ldap.DialURL": ClientCall("client", 0),
    "net/http/httputil.NewSingleHostReverseProxy": ClientCall("http", 0),
    **{
        f"{_OTEL}/{signal}/{package}grpc.WithEndpoint{suffix}": ClientCall("grpc", 0, 4317)
        for signal, package in (("otlptrace", "otlptrace"), ("otlpmetric", "otlpmetric"), ("otlplog", "otlplog"))
        for suffix in ("", "URL")
    },
    **{
        f"{_OTEL}/{signal}/{package}http.WithEndpoint{suffix}": ClientCall("http", 0, 4318)
        for signal, package in (("otlptrace", "otlptrace"), ("otlpmetric", "otlpmetric"), ("otlplog", "otlplog"))
        for suffix in ("", "URL")
    },
}
"""By qualified function, or type and method."""

CLIENT_FIELDS: Final[dict[str, ClientField]] = {
    f"{_GO_REDIS}.Options": ClientField("redis", "Addr"),
    f"{_GO_REDIS}.UniversalOptions": ClientField("redis", "Addrs"),
    f"{_GO_REDIS}.ClusterOptions": ClientField("redis", "Addrs"),
    f"{_GO_REDIS}.FailoverOptions": ClientField("redis", "SentinelAddrs"),
    f"{_OLD_REDIS}.Options": ClientField("redis", "Addr"),
    f"{_OLD_REDIS}.UniversalOptions": ClientField("redis", "Addrs"),
    f"{_OLD_REDIS}.ClusterOptions": ClientField("redis", "Addrs"),
    f"{_OLD_REDIS}.FailoverOptions": ClientField("redis", "SentinelAddrs"),
    "github.com/go-sql-driver/mysql.Config": ClientField("database", "Addr", 3306),
    "github.com/go-pg/pg.Options": ClientField("database", "Addr", 5432),
    "github.com/ClickHouse/clickhouse-go.Options": ClientField("database", "Addr", 9000),
    "github.com/segmentio/kafka-go.ReaderConfig": ClientField("kafka", "Brokers", 9092),
    "github.com/segmentio/kafka-go.WriterConfig": ClientField("kafka", "Brokers", 9092),
    "go.etcd.io/etcd/client.Config": ClientField("etcd", "Endpoints"),
    "github.com/elastic/go-elasticsearch.Config": ClientField("http", "Addresses"),
    "github.com/opensearch-project/opensearch-go.Config": ClientField("http", "Addresses"),
    "github.com/prometheus/client_golang/api.Config": ClientField("http", "Address"),
    "github.com/hashicorp/consul/api.Config": ClientField("http", "Address"),
    "github.com/hashicorp/vault/api.Config": ClientField("http", "Address"),
    "go.temporal.io/sdk/client.Options": ClientField("grpc", "HostPort"),
    "github.com/apache/pulsar-client-go/pulsar.ClientOptions": ClientField("client", "URL"),
}
"""By the type of the struct."""

DATABASES: Final[dict[str, tuple[int, str, int]]] = {
    "database/sql.Open": (0, "", 1),
    **{f"github.com/jmoiron/sqlx.{name}": (0, "", 1) for name in ("Open", "Connect", "MustConnect", "MustOpen")},
    "github.com/jmoiron/sqlx.ConnectContext": (1, "", 2),
    "github.com/jackc/pgx.Connect": (-1, "pgx", 1),
    "github.com/jackc/pgx.ParseConfig": (-1, "pgx", 0),
    "github.com/jackc/pgx/pgxpool.New": (-1, "pgx", 1),
    "github.com/jackc/pgx/pgxpool.Connect": (-1, "pgx", 1),
    "github.com/jackc/pgx/pgxpool.ParseConfig": (-1, "pgx", 0),
    "gorm.io/driver/postgres.Open": (-1, "postgres", 0),
    "gorm.io/driver/mysql.Open": (-1, "mysql", 0),
}
"""Functions that open a database: the place of the driver's name (-1: it is the one named), and that of the data source."""
DATABASE_PORTS: Final = {"postgres": 5432, "mysql": 3306}
