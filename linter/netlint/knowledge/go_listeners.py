"""Functions by which Go programs wait for connections, and where each is told the address.

Sources: Go 1.27.3 ``net/dial.go`` (Listen, ListenConfig), ``crypto/tls/tls.go``; grpc-go 1.83.1 ``server.go``; the documentation of echo 4,
fiber 2 and 3, golang.org/x/net ``netutil``, go-reuseport.
"""

from __future__ import annotations

from typing import Final

LISTENS: Final[dict[str, tuple[int, int]]] = {
    "net.Listen": (0, 1),
    "net.ListenConfig.Listen": (1, 2),
    "net.ListenConfig.ListenPacket": (1, 2),
    "net.ListenPacket": (0, 1),
    "crypto/tls.Listen": (0, 1),
    "github.com/libp2p/go-reuseport.Listen": (0, 1),
}
"""The places of the network and of the address."""

LISTENER_WRAPPERS: Final[dict[str, int]] = {
    "crypto/tls.NewListener": 0,
    "golang.org/x/net/netutil.LimitListener": 0,
    "github.com/mwitkow/go-conntrack.NewListener": 0,
}
"""Functions that make another listener of the one at this place."""

SERVING_FRAMEWORKS: Final[dict[str, int]] = {
    **{f"github.com/labstack/echo.Echo.{name}": 0 for name in ("Start", "StartTLS", "StartAutoTLS", "StartH2CServer")},
    **{f"github.com/gofiber/fiber.App.{name}": 0 for name in ("Listen", "ListenTLS")},
    "github.com/valyala/fasthttp.ListenAndServe": 0,
    "github.com/valyala/fasthttp.Server.ListenAndServe": 0,
}
"""Methods of frameworks that serve HTTP, with the place of the address. Their limits are set in ways of their own."""

GRPC_SERVE: Final = "google.golang.org/grpc.Server.Serve"
