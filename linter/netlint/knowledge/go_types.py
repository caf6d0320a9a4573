"""Result and field types of the functions of Go's standard library and of common packages that timeouts flow through.

Read off the packages' documentation (Go 1.26). Types are written with the import path, ``*`` for pointers, ``[]`` for slices. Import
paths of other modules are written without their version (``/v9``).
"""

from __future__ import annotations

from typing import Final

_RESPONSE: Final = ("*net/http.Response", "error")
_REQUEST: Final = ("*net/http.Request", "error")
_CONNECTION: Final = ("net.Conn", "error")
_LISTENER: Final = ("net.Listener", "error")
_DERIVED: Final = ("context.Context", "context.CancelFunc")
_ROWS: Final = ("*database/sql.Rows", "error")
_STATEMENT: Final = ("*database/sql.Stmt", "error")
_SQLX: Final = "github.com/jmoiron/sqlx"

RESULTS: Final[dict[str, tuple[str, ...]]] = {
    "context.Background": ("context.Context",),
    "context.TODO": ("context.Context",),
    "context.WithCancel": _DERIVED,
    "context.WithCancelCause": ("context.Context", "context.CancelCauseFunc"),
    "context.WithDeadline": _DERIVED,
    "context.WithDeadlineCause": _DERIVED,
    "context.WithTimeout": _DERIVED,
    "context.WithTimeoutCause": _DERIVED,
    "context.WithValue": ("context.Context",),
    "context.WithoutCancel": ("context.Context",),
    "os/signal.NotifyContext": _DERIVED,
    "golang.org/x/sync/errgroup.WithContext": ("*golang.org/x/sync/errgroup.Group", "context.Context"),
    "net/http.Get": _RESPONSE,
    "net/http.Head": _RESPONSE,
    "net/http.Post": _RESPONSE,
    "net/http.PostForm": _RESPONSE,
    "net/http.Client.Do": _RESPONSE,
    "net/http.Client.Get": _RESPONSE,
    "net/http.Client.Head": _RESPONSE,
    "net/http.Client.Post": _RESPONSE,
    "net/http.Client.PostForm": _RESPONSE,
    "net/http.Transport.RoundTrip": _RESPONSE,
    "net/http.RoundTripper.RoundTrip": _RESPONSE,
    "net/http.ReadResponse": _RESPONSE,
    "net/http.NewRequest": _REQUEST,
    "net/http.NewRequestWithContext": _REQUEST,
    "net/http.Request.WithContext": ("*net/http.Request",),
    "net/http.Request.Clone": ("*net/http.Request",),
    "net/http.Request.Context": ("context.Context",),
    "net/http.Transport.Clone": ("*net/http.Transport",),
    "net/http.NewServeMux": ("*net/http.ServeMux",),
    "github.com/gorilla/mux.NewRouter": ("*github.com/gorilla/mux.Router",),
    "github.com/go-chi/chi.NewRouter": ("*github.com/go-chi/chi.Mux",),
    "github.com/go-chi/chi.NewMux": ("*github.com/go-chi/chi.Mux",),
    **{
        f"github.com/go-chi/chi.{holder}.{method}": ("github.com/go-chi/chi.Router",)
        for holder in ("Mux", "Router")
        for method in ("With", "Group", "Route")
    },
    **{
        f"github.com/gorilla/mux.{holder}.{method}": ("*github.com/gorilla/mux.Route",)
        for holder in ("Router", "Route")
        for method in ("Headers", "Host", "MatcherFunc", "Methods", "Name", "NewRoute", "Path", "PathPrefix", "Queries", "Schemes")
    },
    **{f"github.com/gorilla/mux.Router.{method}": ("*github.com/gorilla/mux.Route",) for method in ("Handle", "HandleFunc")},
    **{f"github.com/gorilla/mux.Route.{method}": ("*github.com/gorilla/mux.Route",) for method in ("Handler", "HandlerFunc")},
    "github.com/gorilla/mux.Route.Subrouter": ("*github.com/gorilla/mux.Router",),
    "github.com/gorilla/mux.Router.StrictSlash": ("*github.com/gorilla/mux.Router",),
    "github.com/gin-gonic/gin.New": ("*github.com/gin-gonic/gin.Engine",),
    "github.com/gin-gonic/gin.Default": ("*github.com/gin-gonic/gin.Engine",),
    "github.com/gin-gonic/gin.Engine.Group": ("*github.com/gin-gonic/gin.RouterGroup",),
    "github.com/gin-gonic/gin.RouterGroup.Group": ("*github.com/gin-gonic/gin.RouterGroup",),
    "github.com/labstack/echo.New": ("*github.com/labstack/echo.Echo",),
    "github.com/labstack/echo.Echo.Group": ("*github.com/labstack/echo.Group",),
    "github.com/labstack/echo.Group.Group": ("*github.com/labstack/echo.Group",),
    "github.com/labstack/echo.Context.Request": ("*net/http.Request",),
    "net/http.NewResponseController": ("*net/http.ResponseController",),
    "net/http.TimeoutHandler": ("net/http.Handler",),
    "net/http.HandlerFunc": ("net/http.HandlerFunc",),
    "net/http/httputil.NewSingleHostReverseProxy": ("*net/http/httputil.ReverseProxy",),
    "net.Dial": _CONNECTION,
    "net.DialTimeout": _CONNECTION,
    "net.DialTCP": ("*net.TCPConn", "error"),
    "net.DialUDP": ("*net.UDPConn", "error"),
    "net.DialUnix": ("*net.UnixConn", "error"),
    "net.Dialer.Dial": _CONNECTION,
    "net.Dialer.DialContext": _CONNECTION,
    "net.Listen": _LISTENER,
    "net.ListenConfig.Listen": _LISTENER,
    "net.Listener.Accept": _CONNECTION,
    "net.Listener.Addr": ("net.Addr",),
    "net.TCPListener.Accept": _CONNECTION,
    "net.TCPListener.Addr": ("net.Addr",),
    "net.Conn.LocalAddr": ("net.Addr",),
    "net.Addr.String": ("string",),
    "net.LookupSRV": ("string", "[]*net.SRV", "error"),
    "net.Resolver.LookupSRV": ("string", "[]*net.SRV", "error"),
    "crypto/tls.Dial": ("*crypto/tls.Conn", "error"),
    "crypto/tls.Conn.LocalAddr": ("net.Addr",),
    "crypto/tls.DialWithDialer": ("*crypto/tls.Conn", "error"),
    "crypto/tls.Dialer.Dial": _CONNECTION,
    "crypto/tls.Dialer.DialContext": _CONNECTION,
    "crypto/tls.Client": ("*crypto/tls.Conn",),
    "crypto/tls.Listen": _LISTENER,
    "crypto/tls.NewListener": ("net.Listener",),
    "database/sql.Open": ("*database/sql.DB", "error"),
    "database/sql.OpenDB": ("*database/sql.DB",),
    "database/sql.DB.Begin": ("*database/sql.Tx", "error"),
    "database/sql.DB.BeginTx": ("*database/sql.Tx", "error"),
    "database/sql.DB.Conn": ("*database/sql.Conn", "error"),
    "database/sql.Conn.BeginTx": ("*database/sql.Tx", "error"),
    "database/sql.Tx.Stmt": ("*database/sql.Stmt",),
    "database/sql.Tx.StmtContext": ("*database/sql.Stmt",),
    **{f"database/sql.{holder}.{method}": _ROWS for holder in ("DB", "Tx", "Conn", "Stmt") for method in ("Query", "QueryContext")},
    **{f"database/sql.{holder}.{method}": _STATEMENT for holder in ("DB", "Tx", "Conn") for method in ("Prepare", "PrepareContext")},
    **{
        f"database/sql.{holder}.{method}": ("*database/sql.Row",)
        for holder in ("DB", "Tx", "Conn", "Stmt")
        for method in ("QueryRow", "QueryRowContext")
    },
    **{
        f"database/sql.{holder}.{method}": ("database/sql.Result", "error")
        for holder in ("DB", "Tx", "Conn", "Stmt")
        for method in ("Exec", "ExecContext")
    },
    **{
        f"{_SQLX}.{holder}.{method}": (f"*{_SQLX}.{result}", "error")
        for holder in ("DB", "Tx", "Conn")
        for method, result in (
            ("Queryx", "Rows"),
            ("QueryxContext", "Rows"),
            ("NamedQuery", "Rows"),
            ("NamedQueryContext", "Rows"),
            ("Preparex", "Stmt"),
            ("PreparexContext", "Stmt"),
            ("PrepareNamed", "NamedStmt"),
            ("PrepareNamedContext", "NamedStmt"),
            ("Beginx", "Tx"),
            ("BeginTxx", "Tx"),
        )
    },
    **{f"{_SQLX}.{holder}.{method}": _ROWS for holder in ("DB", "Tx", "Conn", "Stmt") for method in ("Query", "QueryContext")},
    **{f"{_SQLX}.{holder}.{method}": _STATEMENT for holder in ("DB", "Tx", "Conn") for method in ("Prepare", "PrepareContext")},
    **{
        f"{_SQLX}.{holder}.{method}": (f"*{_SQLX}.Rows", "error")
        for holder in ("Stmt", "NamedStmt")
        for method in ("Queryx", "QueryxContext")
    },
    **{
        f"github.com/jackc/pgx{holder}.Query": ("github.com/jackc/pgx.Rows", "error")
        for holder in (".Conn", ".Tx", "/pgxpool.Pool", "/pgxpool.Conn", "/pgxpool.Tx")
    },
    "github.com/jmoiron/sqlx.Open": ("*github.com/jmoiron/sqlx.DB", "error"),
    "github.com/jmoiron/sqlx.NewDb": ("*github.com/jmoiron/sqlx.DB",),
    "github.com/jmoiron/sqlx.Connect": ("*github.com/jmoiron/sqlx.DB", "error"),
    "github.com/jmoiron/sqlx.MustConnect": ("*github.com/jmoiron/sqlx.DB",),
    "github.com/jmoiron/sqlx.MustOpen": ("*github.com/jmoiron/sqlx.DB",),
    "github.com/jackc/pgx.Connect": ("*github.com/jackc/pgx.Conn", "error"),
    "github.com/jackc/pgx.Conn.Begin": ("github.com/jackc/pgx.Tx", "error"),
    "github.com/jackc/pgx/pgxpool.New": ("*github.com/jackc/pgx/pgxpool.Pool", "error"),
    "github.com/jackc/pgx/pgxpool.Pool.Acquire": ("*github.com/jackc/pgx/pgxpool.Conn", "error"),
    "github.com/jackc/pgx/pgxpool.Pool.Begin": ("github.com/jackc/pgx.Tx", "error"),
    "google.golang.org/grpc.Dial": ("*google.golang.org/grpc.ClientConn", "error"),
    "google.golang.org/grpc.DialContext": ("*google.golang.org/grpc.ClientConn", "error"),
    "google.golang.org/grpc.NewClient": ("*google.golang.org/grpc.ClientConn", "error"),
    "google.golang.org/grpc.NewServer": ("*google.golang.org/grpc.Server",),
    "github.com/redis/go-redis.NewClient": ("*github.com/redis/go-redis.Client",),
    "github.com/hashicorp/go-cleanhttp.DefaultClient": ("*net/http.Client",),
    "github.com/hashicorp/go-cleanhttp.DefaultPooledClient": ("*net/http.Client",),
    "github.com/hashicorp/go-cleanhttp.DefaultTransport": ("*net/http.Transport",),
    "github.com/hashicorp/go-cleanhttp.DefaultPooledTransport": ("*net/http.Transport",),
    "github.com/hashicorp/go-retryablehttp.NewClient": ("*github.com/hashicorp/go-retryablehttp.Client",),
    "github.com/hashicorp/go-retryablehttp.Client.StandardClient": ("*net/http.Client",),
    "golang.org/x/net/http2.ConfigureTransports": ("*golang.org/x/net/http2.Transport", "error"),
    "sigs.k8s.io/controller-runtime.GetConfig": ("*k8s.io/client-go/rest.Config", "error"),
    "sigs.k8s.io/controller-runtime.GetConfigOrDie": ("*k8s.io/client-go/rest.Config",),
    "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfig": ("*k8s.io/client-go/rest.Config", "error"),
    "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfigOrDie": ("*k8s.io/client-go/rest.Config",),
    "k8s.io/client-go/rest.InClusterConfig": ("*k8s.io/client-go/rest.Config", "error"),
    "k8s.io/client-go/tools/clientcmd.BuildConfigFromFlags": ("*k8s.io/client-go/rest.Config", "error"),
    "k8s.io/client-go/kubernetes.NewForConfig": ("*k8s.io/client-go/kubernetes.Clientset", "error"),
    "k8s.io/client-go/kubernetes.NewForConfigOrDie": ("*k8s.io/client-go/kubernetes.Clientset",),
    "flag.NewFlagSet": ("*flag.FlagSet",),
    "github.com/spf13/pflag.NewFlagSet": ("*github.com/spf13/pflag.FlagSet",),
    **{
        f"github.com/spf13/cobra.Command.{method}": ("*github.com/spf13/pflag.FlagSet",)
        for method in ("Flags", "PersistentFlags", "LocalFlags", "InheritedFlags")
    },
    "flag.Duration": ("*time.Duration",),
    "flag.Int": ("*int",),
    "flag.String": ("*string",),
    "github.com/spf13/pflag.Duration": ("*time.Duration",),
    "time.ParseDuration": ("time.Duration", "error"),
    "time.NewTimer": ("*time.Timer",),
    "time.Now": ("time.Time",),
    "time.Since": ("time.Duration",),
    "time.Until": ("time.Duration",),
    "bufio.NewReader": ("*bufio.Reader",),
    "os.Getenv": ("string",),
    "os.LookupEnv": ("string", "bool"),
    "net/url.Parse": ("*net/url.URL", "error"),
    "net/url.ParseRequestURI": ("*net/url.URL", "error"),
    "net/url.URL.JoinPath": ("*net/url.URL",),
    "net/url.URL.String": ("string",),
    "strconv.Atoi": ("int", "error"),
    "strconv.ParseInt": ("int64", "error"),
    "strconv.ParseUint": ("uint64", "error"),
    "strconv.Itoa": ("string",),
    "net.JoinHostPort": ("string",),
    "fmt.Sprintf": ("string",),
}
"""Qualified function, or type and method, to the types of its results."""

FIELDS: Final[dict[str, str]] = {
    "net/http.Client.Transport": "net/http.RoundTripper",
    "net/http.Client.Timeout": "time.Duration",
    "net/http.Response.Body": "io.ReadCloser",
    "net/http.Response.Request": "*net/http.Request",
    "net/http.Request.Body": "io.ReadCloser",
    "net/http.Server.Handler": "net/http.Handler",
    "github.com/gin-gonic/gin.Context.Request": "*net/http.Request",
    "github.com/gin-gonic/gin.Context.Writer": "net/http.ResponseWriter",
    "github.com/hashicorp/go-retryablehttp.Client.HTTPClient": "*net/http.Client",
    "net/http.Transport.DialContext": "func",
    "net/http.Transport.TLSClientConfig": "*crypto/tls.Config",
    "crypto/tls.Dialer.NetDialer": "*net.Dialer",
}
"""Type and field to the field's type."""

VARIABLES: Final[dict[str, str]] = {
    "net/http.DefaultClient": "*net/http.Client",
    "net/http.DefaultTransport": "net/http.RoundTripper",
    "net/http.DefaultServeMux": "*net/http.ServeMux",
    "net.DefaultResolver": "*net.Resolver",
    "github.com/gorilla/websocket.DefaultDialer": "*github.com/gorilla/websocket.Dialer",
}
"""Variables of packages to their types."""

SAME_PACKAGES: Final = {"golang.org/x/net/context": "context", "code.google.com/p/go.net/context": "context"}
"""Packages that are nothing but another name of one of the standard library."""

UNIVERSE_TYPES: Final = frozenset(
    "any bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string "
    "uint uint16 uint32 uint64 uint8 uintptr".split()
)
DURATION_CONSTANTS: Final = {
    "time.Nanosecond": 1,
    "time.Microsecond": 1_000,
    "time.Millisecond": 1_000_000,
    "time.Second": 1_000_000_000,
    "time.Minute": 60_000_000_000,
    "time.Hour": 3_600_000_000_000,
}
"""In nanoseconds (Go ``time/time.go``)."""
