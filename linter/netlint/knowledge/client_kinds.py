"""What kinds of clients there are, in whatever language: by what they speak to the machine that they call."""

from __future__ import annotations

from typing import Literal, TypeAlias

ClientKind: TypeAlias = Literal[
    "http", "dial", "grpc", "redis", "database", "lookup", "websocket", "kafka", "amqp", "nats", "mongo", "etcd", "mail", "client"
]
