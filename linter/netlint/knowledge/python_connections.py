"""Python's clients of databases, caches and brokers: how they are told their address, and how long they may take to connect.

Read in redis 8.1.0, psycopg2 2.9.13, psycopg 3.3.9, asyncpg 0.32.0, pg8000 1.31.6, SQLAlchemy 2.1.9, pymongo 4.20.1, kafka-python 3.0.12,
pika 1.4.4 and grpcio 1.85.3; the others' documentation. Ports are those that the client itself uses when the address says none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.knowledge.client_kinds import ClientKind


class ConnectionForm(NamedTuple):
    """``address`` and ``host`` are each a name of an argument and its position, -1 for by name only: the first a text or a list of texts
    with host and port, the second the host alone, beside ``port``. ``default_port`` holds where none is said.

    ``default_host``: the host without the argument, which is this machine as a rule. ``dial``: the argument for how long one attempt to
    connect may take, in units of ``dial_unit`` seconds.
    """

    kind: ClientKind
    address: tuple[str, int] | None = None
    host: tuple[str, int] | None = None
    port: tuple[str, int] | None = None
    default_port: int | None = None
    dial: str = ""
    dial_unit: float = 1


_REDIS: Final = ConnectionForm("redis", None, ("host", 0), ("port", 1), 6379, "socket_connect_timeout")
_REDIS_URL: Final = ConnectionForm("redis", ("url", 0), default_port=6379, dial="socket_connect_timeout")
_POSTGRES: Final = ConnectionForm("database", ("dsn", 0), ("host", -1), ("port", -1), 5432, "connect_timeout")
_MYSQL: Final = ConnectionForm("database", None, ("host", -1), ("port", -1), 3306, "connect_timeout")
_MONGO: Final = ConnectionForm("mongo", ("host", 0), None, ("port", 1), 27017, "connectTimeoutMS", 0.001)
_KAFKA: Final = ConnectionForm("kafka", ("bootstrap_servers", -1), default_port=9092)
_ENGINE: Final = ConnectionForm("database", ("url", 0))

CONNECTIONS: Final[dict[str, ConnectionForm]] = {
    **{
        f"{module}.{name}": _REDIS
        for module in ("redis", "redis.asyncio", "aioredis")
        for name in ("Redis", "StrictRedis", "ConnectionPool", "BlockingConnectionPool")
    },
    **{
        f"{module}.{name}from_url": _REDIS_URL
        for module in ("redis", "redis.asyncio", "aioredis")
        for name in ("", "Redis.", "StrictRedis.", "ConnectionPool.", "BlockingConnectionPool.")
    },
    "psycopg2.connect": _POSTGRES,
    "psycopg2.pool.SimpleConnectionPool": _POSTGRES._replace(address=("dsn", 2)),
    "psycopg2.pool.ThreadedConnectionPool": _POSTGRES._replace(address=("dsn", 2)),
    "psycopg.connect": _POSTGRES._replace(address=("conninfo", 0)),
    "psycopg.Connection.connect": _POSTGRES._replace(address=("conninfo", 0)),
    "psycopg.AsyncConnection.connect": _POSTGRES._replace(address=("conninfo", 0)),
    "psycopg_pool.ConnectionPool": ConnectionForm("database", ("conninfo", 0), default_port=5432),
    "psycopg_pool.AsyncConnectionPool": ConnectionForm("database", ("conninfo", 0), default_port=5432),
    "asyncpg.connect": _POSTGRES._replace(dial="timeout"),
    "asyncpg.create_pool": _POSTGRES._replace(dial="timeout"),
    "pg8000.connect": ConnectionForm("database", None, ("host", 1), ("port", -1), 5432, "timeout"),
    "pymysql.connect": _MYSQL,
    "MySQLdb.connect": _MYSQL,
    "mysql.connector.connect": _MYSQL._replace(dial="connection_timeout"),
    "aiomysql.connect": _MYSQL,
    "aiomysql.create_pool": _MYSQL,
    "sqlalchemy.create_engine": _ENGINE,
    "sqlalchemy.ext.asyncio.create_async_engine": _ENGINE,
    "pymongo.MongoClient": _MONGO,
    "pymongo.AsyncMongoClient": _MONGO,
    "motor.motor_asyncio.AsyncIOMotorClient": _MONGO,
    "kafka.KafkaProducer": _KAFKA,
    "kafka.KafkaConsumer": _KAFKA,
    "kafka.KafkaAdminClient": _KAFKA,
    "aiokafka.AIOKafkaProducer": _KAFKA,
    "aiokafka.AIOKafkaConsumer": _KAFKA,
    "pika.ConnectionParameters": ConnectionForm("amqp", None, ("host", 0), ("port", 1), 5672, "socket_timeout"),
    "pika.URLParameters": ConnectionForm("amqp", ("url", 0), default_port=5672),
    "aio_pika.connect": ConnectionForm("amqp", ("url", 0), default_port=5672, dial="timeout"),
    "aio_pika.connect_robust": ConnectionForm("amqp", ("url", 0), default_port=5672, dial="timeout"),
    "kombu.Connection": ConnectionForm("amqp", ("hostname", 0), default_port=5672, dial="connect_timeout"),
    "celery.Celery": ConnectionForm("client", ("broker", -1)),
    "nats.connect": ConnectionForm("nats", ("servers", 0), default_port=4222),
    "elasticsearch.Elasticsearch": ConnectionForm("http", ("hosts", 0)),
    "opensearchpy.OpenSearch": ConnectionForm("http", ("hosts", 0)),
    "pymemcache.client.base.Client": ConnectionForm("client", ("server", 0), default_port=11211, dial="connect_timeout"),
    "grpc.insecure_channel": ConnectionForm("grpc", ("target", 0), default_port=443),
    "grpc.secure_channel": ConnectionForm("grpc", ("target", 0), default_port=443),
    "grpc.aio.insecure_channel": ConnectionForm("grpc", ("target", 0), default_port=443),
    "grpc.aio.secure_channel": ConnectionForm("grpc", ("target", 0), default_port=443),
    "socket.create_connection": ConnectionForm("dial", ("address", 0)),
    "asyncio.open_connection": ConnectionForm("dial", None, ("host", 0), ("port", 1)),
    "smtplib.SMTP": ConnectionForm("mail", None, ("host", 0), ("port", 1), 25),
    "smtplib.SMTP_SSL": ConnectionForm("mail", None, ("host", 0), ("port", 1), 465),
    "websockets.connect": ConnectionForm("websocket", ("uri", 0)),
    "socket.gethostbyname": ConnectionForm("lookup", ("hostname", 0)),
    "socket.getaddrinfo": ConnectionForm("lookup", ("host", 0)),
}
"""Calls that are told which machine to connect to."""
