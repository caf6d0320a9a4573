"""What grpc-go's dials, servers and options are called, and its defaults.

Source: grpc-go 1.83.1 ``clientconn.go``, ``dialoptions.go``, ``internal/transport``.
"""

from __future__ import annotations

from typing import Final

GRPC: Final = "google.golang.org/grpc"
SECOND: Final = 1_000_000_000

NEW_CLIENT: Final = f"{GRPC}.NewClient"
DIALS: Final[dict[str, int]] = {f"{GRPC}.Dial": 0, f"{GRPC}.DialContext": 1, NEW_CLIENT: 0}
"""Functions that make a connection, with the place of the target; the options follow it."""
NEW_SERVER: Final = f"{GRPC}.NewServer"

BLOCKING: Final = frozenset((f"{GRPC}.WithBlock", f"{GRPC}.WithReturnConnectionError"))
"""Options that make a dial wait until the connection is up (``dialoptions.go:370``, ``:386``)."""
DIAL_TIMEOUT: Final = f"{GRPC}.WithTimeout"
FAILING: Final = f"{GRPC}.FailOnNonTempDialError"
IGNORED_BY_NEW_CLIENT: Final = frozenset((*BLOCKING, DIAL_TIMEOUT, FAILING))
"""Options that ``NewClient`` ignores (``clientconn.go:180-182``)."""
CREDENTIALS: Final = f"{GRPC}.WithTransportCredentials"
INSECURE: Final = f"{GRPC}.WithInsecure"
CREDENTIALS_OF: Final[dict[str, bool]] = {
    f"{GRPC}/credentials/insecure.NewCredentials": False,
    **{f"{GRPC}/credentials.{name}": True for name in ("NewTLS", "NewClientTLSFromCert", "NewClientTLSFromFile")},
}
"""Functions that make credentials for a connection, and whether they make it one over TLS (``credentials/tls.go``, ``insecure.go``)."""
CONNECT_PARAMETERS: Final = f"{GRPC}.WithConnectParams"
CONNECT_PARAMETERS_TYPE: Final = f"{GRPC}.ConnectParams"
DEFAULT_CONNECT_TIMEOUT: Final = 20 * SECOND
"""How long an attempt to connect may take, its handshake included, where ``WithConnectParams`` says nothing (``clientconn.go``)."""
KEEP_ALIVE: Final = f"{GRPC}.WithKeepaliveParams"
DIALERS: Final = frozenset((f"{GRPC}.WithContextDialer", f"{GRPC}.WithDialer"))
ENFORCEMENT: Final = f"{GRPC}.KeepaliveEnforcementPolicy"
DEADLINE_SETTERS: Final = frozenset(
    f"{GRPC}.{name}"
    for name in ("WithUnaryInterceptor", "WithChainUnaryInterceptor", "WithDefaultServiceConfig", "WithResolvers", "WithDefaultCallOptions")
)
"""Options that may set a deadline on every call, or say that a call may wait."""

CLIENT_PARAMETERS: Final = "google.golang.org/grpc/keepalive.ClientParameters"
ENFORCEMENT_POLICY: Final = "google.golang.org/grpc/keepalive.EnforcementPolicy"
LEAST_PING_TIME: Final = 10 * SECOND
"""A client's ``Time`` below it, 0 too, is raised to it (``dialoptions.go:576``)."""
DEFAULT_MIN_TIME: Final = 300 * SECOND
"""What a server demands between pings when ``MinTime`` is 0 (``internal/transport/http2_server.go:250``)."""
