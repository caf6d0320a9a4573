"""What Python's HTTP clients are called, how they are given a limit of time, and what holds when they are given none.

Read in requests 2.34.2 (``api.py``, ``sessions.py``, ``adapters.py``), httpx 0.28.1 (``_config.py``, ``_client.py``), aiohttp 3.14.5
(``client.py``), urllib3 2.8.0 (``util/timeout.py``, ``connectionpool.py``) and CPython 3.11.7 (``urllib/request.py``, ``http/client.py``,
``socket.py``).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

Library: TypeAlias = Literal["requests", "httpx", "aiohttp", "urllib3", "urllib", "http.client"]

VERBS: Final = ("get", "options", "head", "post", "put", "patch", "delete")


class RequestForm(NamedTuple):
    """A function that sends a request. ``timeout`` and ``url`` are the positions of these arguments; -1: by name only."""

    library: Library
    timeout: int
    url: int


class ClientForm(NamedTuple):
    """A class whose objects send requests. ``timeout``: the position of that argument of the class, -1: by name only, -2: it takes none.

    ``methods``: those that send, as functions are, without the object itself.
    """

    library: Library
    timeout: int
    methods: dict[str, RequestForm]


def _verbs(library: Library) -> dict[str, RequestForm]:
    return {verb: RequestForm(library, -1, 0) for verb in VERBS}


_REQUESTS: Final = {**_verbs("requests"), "request": RequestForm("requests", 8, 1)}
_HTTPX: Final = {**_verbs("httpx"), "request": RequestForm("httpx", -1, 1), "stream": RequestForm("httpx", -1, 1)}
_AIOHTTP: Final = {**_verbs("aiohttp"), "request": RequestForm("aiohttp", -1, 1)}
_URLLIB3: Final = {"request": RequestForm("urllib3", -1, 1), "urlopen": RequestForm("urllib3", -1, 1)}

FUNCTIONS: Final[dict[str, RequestForm]] = {
    **{f"requests.{name}": form._replace(timeout=-1) for name, form in _REQUESTS.items()},
    **{f"httpx.{name}": form for name, form in _HTTPX.items()},
    "urllib.request.urlopen": RequestForm("urllib", 2, 0),
    "urllib3.request": RequestForm("urllib3", -1, 1),
}
"""Functions that send a request with a client of their own."""

CLIENTS: Final[dict[str, ClientForm]] = {
    "requests.Session": ClientForm("requests", -2, _REQUESTS),
    "httpx.Client": ClientForm("httpx", -1, _HTTPX),
    "httpx.AsyncClient": ClientForm("httpx", -1, _HTTPX),
    "aiohttp.ClientSession": ClientForm("aiohttp", -1, _AIOHTTP),
    "urllib3.PoolManager": ClientForm("urllib3", -1, _URLLIB3),
    "urllib3.ProxyManager": ClientForm("urllib3", -1, _URLLIB3),
    "urllib3.HTTPConnectionPool": ClientForm("urllib3", 2, _URLLIB3),
    "urllib3.HTTPSConnectionPool": ClientForm("urllib3", 2, _URLLIB3),
    "urllib.request.build_opener": ClientForm("urllib", -2, {"open": RequestForm("urllib", 2, 0)}),
    "http.client.HTTPConnection": ClientForm("http.client", 2, {"request": RequestForm("http.client", -2, 1)}),
    "http.client.HTTPSConnection": ClientForm("http.client", 2, {"request": RequestForm("http.client", -2, 1)}),
}
"""Classes whose objects send requests."""

ENTERED_AS_THEMSELVES: Final = frozenset(
    (
        "requests.Session",
        "httpx.Client",
        "httpx.AsyncClient",
        "aiohttp.ClientSession",
        "urllib3.PoolManager",
        "grpc.insecure_channel",
        "grpc.secure_channel",
        "grpc.aio.insecure_channel",
        "grpc.aio.secure_channel",
        "socket.socket",
        "smtplib.SMTP",
    )
)
"""What ``with`` gives its name as it is."""

DEFAULT_SECONDS: Final[dict[Library, tuple[float | None, float | None, float | None]]] = {
    "httpx": (5, 5, None),
    "aiohttp": (30, None, 300),
}
"""What holds where no limit is given, in seconds: of one connection, of one wait for bytes, of the whole call. The others wait for ever.

httpx 0.28.1 ``_config.py`` (DEFAULT_TIMEOUT_CONFIG), aiohttp 3.14.5 ``client.py`` (DEFAULT_TIMEOUT).
"""

IDLE_SECONDS: Final = {
    "httpx.Client": ("limits", "httpx.Limits", "keepalive_expiry", 2, 5),
    "httpx.AsyncClient": ("limits", "httpx.Limits", "keepalive_expiry", 2, 5),
    "aiohttp.ClientSession": ("connector", "aiohttp.TCPConnector", "keepalive_timeout", -1, 15),
}
"""How long a client keeps a connection that nobody uses: the client's argument, the class of what that is given, the argument of this one
with its position, and the seconds without it.

httpx 0.28.1 ``_config.py`` (Limits), aiohttp 3.14.5 ``connector.py`` (BaseConnector).
"""

BY_SOCKET_DEFAULT: Final = frozenset(("urllib3", "urllib", "http.client"))
"""Libraries that then take what ``socket.setdefaulttimeout`` says. requests does not: it gives its connections ``None``."""

SAME_NAMES: Final[dict[str, str]] = {
    **{f"requests.api.{name}": f"requests.{name}" for name in _REQUESTS},
    "requests.session": "requests.Session",
    "requests.sessions.Session": "requests.Session",
    "requests.sessions.session": "requests.Session",
    "requests.HTTPAdapter": "requests.adapters.HTTPAdapter",
    "requests.sessions.HTTPAdapter": "requests.adapters.HTTPAdapter",
    "httpx._client.Client": "httpx.Client",
    "httpx._client.AsyncClient": "httpx.AsyncClient",
    "aiohttp.client.ClientSession": "aiohttp.ClientSession",
    "aiohttp.client.ClientTimeout": "aiohttp.ClientTimeout",
    "urllib3.poolmanager.PoolManager": "urllib3.PoolManager",
    "urllib3.poolmanager.ProxyManager": "urllib3.ProxyManager",
    "urllib3.util.Timeout": "urllib3.Timeout",
    "urllib3.util.timeout.Timeout": "urllib3.Timeout",
    "urllib3.connectionpool.HTTPConnectionPool": "urllib3.HTTPConnectionPool",
    "urllib3.connectionpool.HTTPSConnectionPool": "urllib3.HTTPSConnectionPool",
    "grpc.experimental.aio.insecure_channel": "grpc.aio.insecure_channel",
    "grpc.experimental.aio.secure_channel": "grpc.aio.secure_channel",
    "sqlalchemy.engine.create_engine": "sqlalchemy.create_engine",
    "sqlalchemy.ext.asyncio.engine.create_async_engine": "sqlalchemy.ext.asyncio.create_async_engine",
}
"""Names of one thing, and the one that is used here."""
