"""What Go's HTTP servers, their handlers and common wrappers of handlers are called.

Sources: Go 1.27.3 ``net/http/server.go``; the packages' documentation for the others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

SERVER: Final = "net/http.Server"
GORILLA: Final = "github.com/gorilla/mux"
CHI: Final = "github.com/go-chi/chi"
GIN: Final = "github.com/gin-gonic/gin"
ECHO: Final = "github.com/labstack/echo"


class ServeFunction(NamedTuple):
    """Places of the arguments of a function that serves without a ``http.Server`` of the caller's; -1 where it has none."""

    address: int
    listener: int
    handler: int


SERVE_FUNCTIONS: Final[dict[str, ServeFunction]] = {
    "net/http.ListenAndServe": ServeFunction(0, -1, 1),
    "net/http.ListenAndServeTLS": ServeFunction(0, -1, 3),
    "net/http.Serve": ServeFunction(-1, 0, 1),
    "net/http.ServeTLS": ServeFunction(-1, 0, 1),
    f"{GIN}.Engine.Run": ServeFunction(0, -1, -1),
    f"{GIN}.Engine.RunTLS": ServeFunction(0, -1, -1),
}
"""They make a ``http.Server`` with nothing but its address and handler (``server.go:3036-3063``, ``:3834-3853``; gin ``gin.go``, ``Run``).
The handler of a method is what it is called on."""

SERVE_METHODS: Final = frozenset(f"{SERVER}.{name}" for name in ("ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"))

MUX: Final = "net/http.ServeMux"
DEFAULT_MUX: Final = "net/http.DefaultServeMux"
_VERBS: Final = ("Get", "Post", "Put", "Delete", "Patch", "Head", "Options")

REGISTRATIONS: Final[dict[str, tuple[int, int]]] = {
    f"{MUX}.Handle": (0, 1),
    f"{MUX}.HandleFunc": (0, 1),
    f"{GORILLA}.Router.Handle": (0, 1),
    f"{GORILLA}.Router.HandleFunc": (0, 1),
    f"{GORILLA}.Route.Handler": (-1, 0),
    f"{GORILLA}.Route.HandlerFunc": (-1, 0),
    **{f"{CHI}.{holder}.{method}": (0, 1) for holder in ("Mux", "Router") for method in (*_VERBS, "Handle", "HandleFunc", "Mount")},
    **{
        f"{GIN}.{holder}.{method}": (0, -1)
        for holder in ("Engine", "RouterGroup")
        for method in (*(verb.upper() for verb in _VERBS), "Any")
    },
    **{f"{ECHO}.{holder}.{method}": (0, 1) for holder in ("Echo", "Group") for method in (*(verb.upper() for verb in _VERBS), "Any")},
}
"""Methods that register a handler: the places of the pattern (-1: none) and of the handler (-1: the last argument)."""
DEFAULT_REGISTRATIONS: Final[dict[str, tuple[int, int]]] = {"net/http.Handle": (0, 1), "net/http.HandleFunc": (0, 1)}

MUX_MAKERS: Final = frozenset(
    (
        "net/http.NewServeMux",
        f"{GORILLA}.NewRouter",
        f"{CHI}.NewRouter",
        f"{CHI}.NewMux",
        f"{GIN}.New",
        f"{GIN}.Default",
        f"{ECHO}.New",
    )
)
MUX_TYPES: Final = frozenset(
    (MUX, f"{GORILLA}.Router", f"{CHI}.Mux", f"{CHI}.Router", f"{GIN}.Engine", f"{GIN}.RouterGroup", f"{ECHO}.Echo", f"{ECHO}.Group")
)
_ROUTE_METHODS: Final = ("Headers", "Host", "MatcherFunc", "Methods", "Name", "Path", "PathPrefix", "Queries", "Schemes")
MUX_PARTS: Final = frozenset(
    (
        *(f"{GORILLA}.{holder}.{name}" for holder in ("Router", "Route") for name in (*_ROUTE_METHODS, "NewRoute", "Subrouter")),
        *(f"{GORILLA}.Router.{name}" for name in ("StrictSlash", "UseEncodedPath", "SkipClean")),
        *(f"{CHI}.{holder}.{name}" for holder in ("Mux", "Router") for name in ("With", "Group", "Route")),
        *(f"{GIN}.{holder}.Group" for holder in ("Engine", "RouterGroup")),
        *(f"{ECHO}.{holder}.Group" for holder in ("Echo", "Group")),
    )
)
"""Methods that return a part of their router; what is registered there, the router serves. chi hands the part to a function as well."""
MUX_MIDDLEWARE: Final = frozenset(
    f"{type}.{name}"
    for type in (f"{GORILLA}.Router", f"{CHI}.Mux", f"{CHI}.Router", f"{GIN}.Engine", f"{GIN}.RouterGroup", f"{ECHO}.Echo", f"{ECHO}.Group")
    for name in ("Use", "With", "Pre")
)
"""They put something around every handler of the router, which may set a deadline on the request."""

TIMEOUT_HANDLER: Final = "net/http.TimeoutHandler"
WRAPPERS: Final[dict[str, int]] = {
    "net/http.StripPrefix": 1,
    "net/http.MaxBytesHandler": 0,
    "net/http.AllowQuerySemicolons": 0,
    TIMEOUT_HANDLER: 0,
    "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.NewHandler": 0,
    "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.WithRouteTag": 1,
    "golang.org/x/net/http2/h2c.NewHandler": 0,
    "github.com/gorilla/handlers.LoggingHandler": 1,
    "github.com/gorilla/handlers.CombinedLoggingHandler": 1,
    "github.com/gorilla/handlers.CompressHandler": 0,
    "github.com/gorilla/handlers.ProxyHeaders": 0,
    "github.com/NYTimes/gziphandler.GzipHandler": 0,
    "github.com/klauspost/compress/gzhttp.GzipHandler": 0,
    "github.com/rs/cors.Cors.Handler": 0,
    "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerCounter": 1,
    "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerDuration": 1,
    "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerInFlight": 1,
    "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerResponseSize": 1,
    "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerRequestSize": 1,
}
"""Functions out of view that call the handler they are given, without a deadline of their own but ``TimeoutHandler``."""

PPROF: Final = "net/http/pprof"
REVERSE_PROXY: Final = "net/http/httputil.ReverseProxy"
REVERSE_PROXY_MAKERS: Final = frozenset(("net/http/httputil.NewSingleHostReverseProxy",))

DEADLINE_MOVERS: Final = frozenset(("SetWriteDeadline", "SetDeadline", "Hijack"))
"""Methods by which a handler takes its connection's write deadline into its own hands. ``Hijack`` clears it (``server.go:326``)."""
