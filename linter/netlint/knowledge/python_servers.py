"""Servers of Python: what their command lines and calls say of where they listen, and what holds where they say nothing.

Read in gunicorn 27.0.1 (``config.py``, ``workers/``), uvicorn 0.54.0 (``main.py``, ``config.py``, ``workers.py``), hypercorn 0.18.0
(``__main__.py``, ``config.py``), Flask 3.1.3 (``app.py``, ``cli.py``), fastapi-cli 0.0.34 (``cli.py``), waitress 3.0.2
(``adjustments.py``), aiohttp 3.14.5 (``web.py``, ``web_runner.py``), Werkzeug 3.1.9 (``serving.py``), grpcio 1.85.3 (``__init__.py``) and
CPython 3.11.7 (``http/server.py``, ``socketserver.py``).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class ServerCommand(NamedTuple):
    """A command that loads an app and serves it.

    ``bind``: options for host and port in one, or for one of them in ``host`` and ``port``. ``variables``: the prefix of environment
    variables that stand in for options. ``address`` is what holds without them. ``idle``: options for how long an unused connection is
    kept, and the seconds without one, None where it keeps none or the time is not told. ``drain``: likewise for requests that are under
    way when the server is stopped. ``command``: the sub-command that serves.
    """

    bind: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    variables: str = ""
    address: tuple[str, int] = ("127.0.0.1", 8000)
    idle: tuple[str, ...] = ()
    idle_seconds: float | None = None
    drain: tuple[str, ...] = ()
    drain_seconds: float | None = None
    commands: tuple[str, ...] = ()


SERVER_COMMANDS: Final[dict[str, ServerCommand]] = {
    "gunicorn": ServerCommand(
        bind=("-b", "--bind"), idle=("--keep-alive",), idle_seconds=2, drain=("--graceful-timeout",), drain_seconds=30
    ),
    "uvicorn": ServerCommand(
        host=("--host",),
        port=("--port",),
        variables="UVICORN_",
        idle=("--timeout-keep-alive",),
        idle_seconds=5,
        drain=("--timeout-graceful-shutdown",),
    ),
    "hypercorn": ServerCommand(
        bind=("-b", "--bind"), idle=("--keep-alive",), idle_seconds=5, drain=("--graceful-timeout",), drain_seconds=3
    ),
    "flask": ServerCommand(
        host=("-h", "--host"), port=("-p", "--port"), variables="FLASK_RUN_", address=("127.0.0.1", 5000), commands=("run",)
    ),
    # fastapi runs uvicorn: with ``run`` for every address, with ``dev`` for its own machine.
    "fastapi": ServerCommand(host=("--host",), port=("--port",), address=("0.0.0.0", 8000), idle_seconds=5, commands=("run",)),
    "waitress-serve": ServerCommand(
        bind=("--listen",), host=("--host",), port=("--port",), address=("0.0.0.0", 8080), idle=("--channel-timeout",), idle_seconds=120
    ),
}
"""By the name of the command."""

OPTIONS_WITHOUT_VALUE: Final = frozenset(
    "--reload --preload --daemon -D --spew --check-config --print-config --no-sendfile --reuse-port --capture-output --log-syslog "
    "--proxy-protocol --enable-stdio-inheritance --disable-redirect-access-to-syslog --no-control-socket --suppress-ragged-eofs "
    "--do-handshake-on-connect --strip-header-spaces --access-log --no-access-log --use-colors --no-use-colors --proxy-headers "
    "--no-proxy-headers --server-header --no-server-header --date-header --no-date-header --factory --http2 --debug --call --debugger "
    "--no-debugger --no-reload --with-threads --without-threads --expose-tracebacks --no-expose-tracebacks --verbose".split()
)
"""Options of these commands that are followed by something else than their value."""

WRAPPERS: Final[dict[str, tuple[str, ...]]] = {
    "opentelemetry-instrument": (),
    "ddtrace-run": (),
    "newrelic-admin": ("run-program",),
    "poetry": ("run",),
    "pipenv": ("run",),
    "pdm": ("run",),
    "uv": ("run",),
    "hatch": ("run",),
    "scout-apm": ("run",),
}
"""Commands that start the rest of the line, behind these words and options of their own."""

KEEPS_NO_CONNECTIONS: Final = frozenset(("sync", "gunicorn.workers.sync.SyncWorker"))
"""Workers of gunicorn that close each connection after its answer; ``sync`` is what runs unless it has threads."""


def server_of(word: str) -> str:
    """The server command that a word names, by its path or not; empty for any other."""
    name = posixpath.basename(word)
    return name if name in SERVER_COMMANDS else ""


def starts_server(words: Sequence[str]) -> bool:
    """Whether one of the first words of a command line, or of the script that one of them is, may be a server command."""
    return any(server_of(part) for word in words[:8] if len(word) < 2_000 for part in word.split()[:40])


class ServerCall(NamedTuple):
    """A call that waits for connections.

    ``host`` and ``port`` are a name of an argument and its position, -1 for by name only; ``address``: that of a pair of both, or of a text
    with both. ``default`` is what holds where they are not given. ``idle``: the argument for how long an unused connection is kept, and
    its default. ``is_main``: it serves the app that a server command would serve in its place.
    """

    kind: Literal["http", "grpc", "tcp", "udp"]
    host: tuple[str, int] | None = None
    port: tuple[str, int] | None = None
    address: tuple[str, int] | None = None
    default: tuple[str, int | None] = ("0.0.0.0", None)
    idle: tuple[str, float] | None = None
    is_main: bool = False


_PAIR: Final = ServerCall("tcp", address=("server_address", 0))
_UVICORN: Final = ServerCall("http", ("host", -1), ("port", -1), default=("127.0.0.1", 8000), idle=("timeout_keep_alive", 5), is_main=True)

SERVER_CALLS: Final[dict[str, ServerCall]] = {
    "uvicorn.run": _UVICORN,
    "uvicorn.Config": _UVICORN,
    "flask.Flask.run": ServerCall("http", ("host", 0), ("port", 1), default=("127.0.0.1", 5000), is_main=True),
    "quart.Quart.run": ServerCall("http", ("host", 0), ("port", 1), default=("127.0.0.1", 5000), is_main=True),
    "aiohttp.web.run_app": ServerCall(
        "http", ("host", -1), ("port", -1), default=("0.0.0.0", 8080), idle=("keepalive_timeout", 75), is_main=True
    ),
    "aiohttp.web.TCPSite": ServerCall("http", ("host", 1), ("port", 2), default=("0.0.0.0", 8080)),
    "waitress.serve": ServerCall(
        "http", ("host", -1), ("port", -1), ("listen", -1), ("0.0.0.0", 8080), ("channel_timeout", 120), is_main=True
    ),
    "werkzeug.serving.run_simple": ServerCall("http", ("hostname", 0), ("port", 1), is_main=True),
    "http.server.HTTPServer": _PAIR._replace(kind="http"),
    "http.server.ThreadingHTTPServer": _PAIR._replace(kind="http"),
    "socketserver.TCPServer": _PAIR,
    "socketserver.ThreadingTCPServer": _PAIR,
    "wsgiref.simple_server.make_server": ServerCall("http", ("host", 0), ("port", 1)),
    "gevent.pywsgi.WSGIServer": ServerCall("http", address=("listener", 0), is_main=True),
    "asyncio.start_server": ServerCall("tcp", ("host", 1), ("port", 2)),
    "websockets.serve": ServerCall("http", ("host", 1), ("port", 2)),
    "prometheus_client.start_http_server": ServerCall("http", ("addr", 1), ("port", 0)),
    "grpc.server.add_insecure_port": ServerCall("grpc", address=("address", 0)),
    "grpc.server.add_secure_port": ServerCall("grpc", address=("address", 0)),
    "grpc.aio.server.add_insecure_port": ServerCall("grpc", address=("address", 0)),
    "grpc.aio.server.add_secure_port": ServerCall("grpc", address=("address", 0)),
}
"""By what is called; of a method by what makes the object: ``Flask(__name__).run(…)``."""

SAME_SERVERS: Final[dict[str, str]] = {
    "werkzeug.run_simple": "werkzeug.serving.run_simple",
    "uvicorn.main.run": "uvicorn.run",
    "gevent.wsgi.WSGIServer": "gevent.pywsgi.WSGIServer",
    "prometheus_client.exposition.start_http_server": "prometheus_client.start_http_server",
    "prometheus_client.start_wsgi_server": "prometheus_client.start_http_server",
    "websockets.server.serve": "websockets.serve",
    "websockets.asyncio.server.serve": "websockets.serve",
    "flask.app.Flask": "flask.Flask",
}
"""Other names of them."""
