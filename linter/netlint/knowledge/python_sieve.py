"""Words by which it is told, before a Python file is parsed, whether it can matter, and which of its functions do."""

from __future__ import annotations

from typing import Final

WATCHED_MODULES: Final = tuple(
    # Clients.
    "requests httpx aiohttp urllib3 urllib http.client socket grpc smtplib ftplib imaplib poplib websockets "
    "psycopg2 psycopg psycopg_pool asyncpg pg8000 sqlalchemy pymysql MySQLdb mysql aiomysql redis aioredis pymongo motor kafka aiokafka "
    "pika aio_pika kombu celery nats elasticsearch opensearchpy pymemcache "
    # Servers.
    "uvicorn flask quart waitress werkzeug gevent http.server socketserver wsgiref prometheus_client "
    # Settings.
    "pydantic pydantic_settings decouple environs environ starlette.config".split()
)
"""Modules whose calls rules ask about."""

LIMIT_WORDS: Final = r"time_?out|deadline|url|host|addr|dsn|conninfo|database|bind|keep_?alive"
"""Parts of names of constants that say how long something may take, or where it is."""

BLOCK_WORDS: Final = (
    r"time_?out|deadline|client|http|request|url|socket|sock\b|channel|stub|adapter|partial|engine|redis|mongo|smtp|ftp|imap|pop3|listen"
    r"|serve[r(_]|\.run\(|environ|getenv|settings|\.config\[|broker|producer|consumer|connect|connection|conn\b"
    r"|session(?:\(|\.(?:get|options|head|post|put|patch|delete|request|send|mount|timeout|close)\b|\s*[=:,)])"
    r"|\.(?:post|put|patch|head|send|open|urlopen|stream)\(|\.(?:get|delete|options)\(\s*f?[\"'](?:/|http|\{)"
)
"""A function or class at the top of a file in which none of these stands, in whatever case, has nothing in it that matters."""
