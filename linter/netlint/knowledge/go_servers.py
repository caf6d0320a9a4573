"""What Go's HTTP servers, their handlers and common wrappers of handlers are called.

Sources: Go 1.27.3 ``net/http/server.go``; the packages' documentation for the others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

SERVER: Final = "net/http.Server"


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
}
"""They make a ``http.Server`` with nothing but its address and handler (``server.go:3036-3063``, ``:3834-3853``)."""

SERVE_METHODS: Final = frozenset(f"{SERVER}.{name}" for name in ("ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"))

MUX: Final = "net/http.ServeMux"
DEFAULT_MUX: Final = "net/http.DefaultServeMux"
REGISTRATIONS: Final[dict[str, tuple[int, int]]] = {
    f"{MUX}.Handle": (0, 1),
    f"{MUX}.HandleFunc": (0, 1),
    "github.com/gorilla/mux.Router.Handle": (0, 1),
    "github.com/gorilla/mux.Router.HandleFunc": (0, 1),
    **{
        f"github.com/go-chi/chi.{holder}.{method}": (0, 1)
        for holder in ("Mux", "Router")
        for method in ("Get", "Post", "Put", "Delete", "Patch", "Head", "Options", "Handle", "HandleFunc", "Mount")
    },
}
"""Methods that register a handler: the places of the pattern and of the handler."""
DEFAULT_REGISTRATIONS: Final[dict[str, tuple[int, int]]] = {"net/http.Handle": (0, 1), "net/http.HandleFunc": (0, 1)}

MUX_MAKERS: Final = frozenset(
    ("net/http.NewServeMux", "github.com/gorilla/mux.NewRouter", "github.com/go-chi/chi.NewRouter", "github.com/go-chi/chi.NewMux")
)
MUX_TYPES: Final = frozenset((MUX, "github.com/gorilla/mux.Router", "github.com/go-chi/chi.Mux", "github.com/go-chi/chi.Router"))
MUX_MIDDLEWARE: Final = frozenset(
    f"{type}.{name}"
    for type in ("github.com/gorilla/mux.Router", "github.com/go-chi/chi.Mux", "github.com/go-chi/chi.Router")
    for name in ("Use", "With")
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
PPROF_LASTING: Final = frozenset((f"{PPROF}.Profile", f"{PPROF}.Trace"))
"""They last as long as the query says, and 30 s and 1 s by default. From Go 1.23 on they move the write deadline themselves
(``net/http/pprof/pprof.go:123-131``); before, they answer 400 when they would outlast ``WriteTimeout``."""
REVERSE_PROXY: Final = "net/http/httputil.ReverseProxy"
REVERSE_PROXY_MAKERS: Final = frozenset(("net/http/httputil.NewSingleHostReverseProxy",))

DEADLINE_MOVERS: Final = frozenset(("SetWriteDeadline", "SetDeadline", "Hijack"))
"""Methods by which a handler takes its connection's write deadline into its own hands. ``Hijack`` clears it (``server.go:326``)."""
