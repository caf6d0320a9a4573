"""The types of Go whose fields decide time-outs: their fields, and what their zero value and their defaults mean.

Sources: Go 1.27.3 ``net/http/transport.go:47-58`` (DefaultTransport), ``net/http/client.go:92-107``, ``net/dial.go``,
``net/http/server.go``; the packages' documentation for the others.
"""

from __future__ import annotations

from typing import Final

_DURATION: Final = "time.Duration"
SECOND: Final = 1_000_000_000

WATCHED_FIELDS: Final[dict[str, dict[str, str]]] = {
    "net/http.Client": {"Timeout": _DURATION, "Transport": "net/http.RoundTripper", "CheckRedirect": "func", "Jar": ""},
    "net/http.Transport": {
        "Dial": "func",
        "DialContext": "func",
        "DialTLS": "func",
        "DialTLSContext": "func",
        "DisableKeepAlives": "bool",
        "ExpectContinueTimeout": _DURATION,
        "ForceAttemptHTTP2": "bool",
        "HTTP2": "*net/http.HTTP2Config",
        "IdleConnTimeout": _DURATION,
        "MaxConnsPerHost": "int",
        "MaxIdleConns": "int",
        "MaxIdleConnsPerHost": "int",
        "Protocols": "*net/http.Protocols",
        "Proxy": "func",
        "ResponseHeaderTimeout": _DURATION,
        "TLSClientConfig": "*crypto/tls.Config",
        "TLSHandshakeTimeout": _DURATION,
        "TLSNextProto": "",
    },
    "net/http.HTTP2Config": {"PingTimeout": _DURATION, "SendPingTimeout": _DURATION},
    "net/http.Server": {
        "Addr": "string",
        "Handler": "net/http.Handler",
        "IdleTimeout": _DURATION,
        "ReadHeaderTimeout": _DURATION,
        "ReadTimeout": _DURATION,
        "WriteTimeout": _DURATION,
        "ConnState": "func",
    },
    "net/http/httputil.ReverseProxy": {"FlushInterval": _DURATION, "Transport": "net/http.RoundTripper"},
    "net.Dialer": {
        "Cancel": "",
        "Control": "func",
        "ControlContext": "func",
        "Deadline": "time.Time",
        "FallbackDelay": _DURATION,
        "KeepAlive": _DURATION,
        "KeepAliveConfig": "net.KeepAliveConfig",
        "LocalAddr": "net.Addr",
        "Resolver": "*net.Resolver",
        "Timeout": _DURATION,
    },
    "net.KeepAliveConfig": {"Enable": "bool", "Idle": _DURATION, "Interval": _DURATION, "Count": "int"},
    "net.ListenConfig": {"KeepAlive": _DURATION, "KeepAliveConfig": "net.KeepAliveConfig"},
    "net.Resolver": {"Dial": "func", "PreferGo": "bool", "StrictErrors": "bool"},
    "crypto/tls.Dialer": {"Config": "*crypto/tls.Config", "NetDialer": "*net.Dialer"},
    "golang.org/x/net/http2.Transport": {
        "DialTLS": "func",
        "DialTLSContext": "func",
        "IdleConnTimeout": _DURATION,
        "PingTimeout": _DURATION,
        "ReadIdleTimeout": _DURATION,
        "WriteByteTimeout": _DURATION,
    },
    "golang.org/x/crypto/ssh.ClientConfig": {"Timeout": _DURATION},
    "github.com/gorilla/websocket.Dialer": {"HandshakeTimeout": _DURATION, "NetDial": "func", "NetDialContext": "func"},
    "google.golang.org/grpc.ConnectParams": {"MinConnectTimeout": _DURATION},
    "google.golang.org/grpc/keepalive.ClientParameters": {"PermitWithoutStream": "bool", "Time": _DURATION, "Timeout": _DURATION},
    "google.golang.org/grpc/keepalive.ServerParameters": {
        "MaxConnectionAge": _DURATION,
        "MaxConnectionAgeGrace": _DURATION,
        "MaxConnectionIdle": _DURATION,
        "Time": _DURATION,
        "Timeout": _DURATION,
    },
    "google.golang.org/grpc/keepalive.EnforcementPolicy": {"MinTime": _DURATION, "PermitWithoutStream": "bool"},
    "k8s.io/client-go/rest.Config": {
        "Burst": "int",
        "Dial": "func",
        "Host": "string",
        "QPS": "float32",
        "Timeout": _DURATION,
        "Transport": "",
    },
    "github.com/redis/go-redis.Options": {
        "Addr": "string",
        "ContextTimeoutEnabled": "bool",
        "DialTimeout": _DURATION,
        "PoolTimeout": _DURATION,
        "ReadTimeout": _DURATION,
        "TLSConfig": "*crypto/tls.Config",
        "WriteTimeout": _DURATION,
    },
    "github.com/hashicorp/go-retryablehttp.Client": {"HTTPClient": "*net/http.Client"},
}
"""Type to its fields that some rule asks for, with their types."""

DEFAULT_TRANSPORT: Final[dict[str, int]] = {
    "ExpectContinueTimeout": SECOND,
    "IdleConnTimeout": 90 * SECOND,
    "MaxIdleConns": 100,
    "MaxConnsPerHost": 0,
    "MaxIdleConnsPerHost": 0,
    "ResponseHeaderTimeout": 0,
    "TLSHandshakeTimeout": 10 * SECOND,
}
"""Numbers of ``http.DefaultTransport`` and of its clones; durations in nanoseconds. Its dialer has a time-out of 30 s."""
DEFAULT_DIAL_TIMEOUT: Final = 30 * SECOND
DEFAULT_IDLE_CONNECTIONS_PER_HOST: Final = 2

MADE_BY: Final[dict[str, str]] = {
    "github.com/hashicorp/go-cleanhttp.DefaultClient": "net/http.Client",
    "github.com/hashicorp/go-cleanhttp.DefaultPooledClient": "net/http.Client",
    "golang.org/x/net/http2.ConfigureTransports": "golang.org/x/net/http2.Transport",
    "k8s.io/client-go/rest.InClusterConfig": "k8s.io/client-go/rest.Config",
    "k8s.io/client-go/tools/clientcmd.BuildConfigFromFlags": "k8s.io/client-go/rest.Config",
    "sigs.k8s.io/controller-runtime.GetConfig": "k8s.io/client-go/rest.Config",
    "sigs.k8s.io/controller-runtime.GetConfigOrDie": "k8s.io/client-go/rest.Config",
    "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfig": "k8s.io/client-go/rest.Config",
    "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfigOrDie": "k8s.io/client-go/rest.Config",
}
"""Functions out of view whose first result is an object with no time-out set, to its type. What else they set is not known.

Sources: go-cleanhttp ``cleanhttp.go``; golang.org/x/net ``http2/transport.go``; client-go ``rest/config.go``, InClusterConfig;
``tools/clientcmd/client_config.go``, BuildConfigFromFlags (a kubeconfig has no time-out); controller-runtime
``pkg/client/config/config.go``.
"""

TRANSPORT_CHANGERS: Final = frozenset(f"github.com/{owner}/client.WithHTTPClient" for owner in ("docker/docker", "moby/moby"))
"""Functions out of view that set the dial hook of the transport of the client they are given (``sockets.ConfigureTransport``)."""

HARMLESS_CALLS: Final = frozenset(
    (
        "k8s.io/client-go/discovery.NewDiscoveryClientForConfig",
        "k8s.io/client-go/dynamic.NewForConfig",
        "k8s.io/client-go/dynamic.NewForConfigOrDie",
        "k8s.io/client-go/kubernetes.NewForConfig",
        "k8s.io/client-go/kubernetes.NewForConfigOrDie",
        "k8s.io/client-go/rest.AddUserAgent",
        "golang.org/x/net/http2.ConfigureTransport",
        "golang.org/x/net/http2.ConfigureTransports",
        "golang.org/x/net/http2.ConfigureServer",
        "fmt.Printf",
        "fmt.Println",
        "fmt.Sprintf",
        "log.Printf",
        "append",
        "net/http.Client.Do",
        "context.WithValue",
        "github.com/redis/go-redis.NewClient",
        "crypto/tls.DialWithDialer",
        "golang.org/x/crypto/ssh.Dial",
        "golang.org/x/crypto/ssh.NewClientConn",
        "golang.org/x/net/proxy.SOCKS5",
    )
)
"""Functions out of view that take a watched object and set no time-out of it."""
