"""Texts that Go programs are given from outside, what they call with them and where they listen; and that all else stays unknown.

Expected texts are written so: ``$NAME`` is an environment variable, ``--name`` a flag, a ``!`` behind it says that it is required, its
default stands in braces (``{?}``: unknown), and ``?`` is a part that is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netlint.model.code.inputs import addresses_in, addresses_of
from netlint.model.code.listening import listenings
from netlint.model.code.outgoing import outgoing
from netlint.model.templates import Input
from test_go_values import linked, used

if TYPE_CHECKING:
    from netlint.model.limits import Limit
    from netlint.model.templates import Address, Template

IMPORTS = (
    'import ("cmp"; "context"; "flag"; "fmt"; "log"; "net"; "net/http"; "net/url"; "os"; "strconv"; "strings"; "time"\n'
    '"github.com/alecthomas/kingpin/v2"; "github.com/caarlos0/env/v11"; "github.com/gin-gonic/gin"; "github.com/labstack/echo/v4"\n'
    '"github.com/kelseyhightower/envconfig"; "github.com/redis/go-redis/v9"; "github.com/segmentio/kafka-go"; "github.com/spf13/cobra"\n'
    '"github.com/spf13/viper"; "github.com/spf13/pflag"\n'
    '"github.com/urfave/cli/v2"; "google.golang.org/grpc"; "database/sql"; "os/signal"; "syscall")\n'
)
GETENV = 'func getenv(name, fallback string) string { if value := os.Getenv(name); value != "" { return value }; return fallback }\n'


def shown(template: Template | None) -> str:
    if template is None:
        return "?"
    return "".join(shown_input(part) if isinstance(part, Input) else "?" if part is None else part for part in template)


def shown_input(part: Input) -> str:
    default = "" if part.default == () else f"{{{shown(part.default)}}}"
    return f"{'$' if part.kind == 'env' else '--'}{part.name}{'!' * part.is_required}{default}"


def texts(found: tuple[Address, ...]) -> list[str]:
    return sorted({shown(address.template) for address in found})


def seconds(limit: Limit) -> float | str:
    return limit.nanoseconds / 1e9 if limit.state == "known" else limit.state


# -- what an expression is: the body of main, what stands outside of it, the texts

TEXTS = {
    "literal": ('use("http://orders:8081")', "", ["http://orders:8081"]),
    "variable": ('use(os.Getenv("ORDERS_URL"))', "", ["$ORDERS_URL"]),
    "looked up": ('url, _ := os.LookupEnv("ORDERS_URL")\nuse(url)', "", ["$ORDERS_URL"]),
    "name in a constant": ("use(os.Getenv(name))", 'const name = "ORDERS_URL"', ["$ORDERS_URL"]),
    "unknown name": ("use(os.Getenv(os.Args[1]))", "", []),
    "empty means default": ('url := os.Getenv("A")\nif url == "" { url = "b" }\nuse(url)', "", ["$A{b}"]),
    "length of nothing": ('url := os.Getenv("A")\nif len(url) == 0 { url = "b" }\nuse(url)', "", ["$A{b}"]),
    "not found means default": ('url, ok := os.LookupEnv("A")\nif !ok { url = "b" }\nuse(url)', "", ["$A{b}"]),
    "not found or empty": ('url, ok := os.LookupEnv("A")\nif !ok || url == "" { url = "b" }\nuse(url)', "", ["$A{b}"]),
    "given instead of default": ('port := "80"\nif os.Getenv("P") != "" { port = os.Getenv("P") }\nuse(":" + port)', "", [":$P{80}"]),
    "found instead of default": ('port := "80"\nif p, ok := os.LookupEnv("P"); ok { port = p }\nuse(":" + port)', "", [":$P{80}"]),
    "default of a number": (
        'p, err := strconv.Atoi(os.Getenv("P"))\nif err != nil { p = 80 }\nuse(fmt.Sprintf(":%d", p))',
        "",
        [":$P{80}"],
    ),
    "two are asked": ('u := os.Getenv("A")\nif u == "" { u = os.Getenv("B") }\nuse(u)', "", ["$A{$B}"]),
    "the later one wins": (
        'u := "d"\nif a := os.Getenv("A"); a != "" { u = a }\nif b := os.Getenv("B"); b != "" { u = b }\nuse(u)',
        "",
        ["$B{$A{d}}"],
    ),
    "cmp.Or": ('use(cmp.Or(os.Getenv("A"), os.Getenv("B"), "c"))', "", ["$A{$B{c}}"]),
    "another variable decides": ('u := "a"\nif os.Getenv("TLS") != "" { u = "b" }\nuse(u)', "", ["a", "b"]),
    "empty or told to": ('u := os.Getenv("A")\nif u == "" || debug { u = "b" }\nuse(u)', "var debug bool", ["$A", "b"]),
    "helper": ('use(getenv("A", "b"))\ngetenv("C", "d")', GETENV, ["$A{b}"]),
    "helper of a helper": ('use(with("A"))', GETENV + 'func with(name string) string { return getenv(name, "b") }', ["$A{b}"]),
    "helper that returns early": (
        'use(get("A", "b"))',
        "func get(k, d string) string { v, ok := os.LookupEnv(k); if !ok { return d }; return v }",
        ["$A{b}"],
    ),
    "the first of two wins": (
        "use(get())",
        'func get() string { if a := os.Getenv("A"); a != "" { return a }; if b := os.Getenv("B"); b != "" { return b }; return "c" }',
        ["$A{$B{c}}"],
    ),
    "must": ('use(must("A"))', 'func must(k string) string { v := os.Getenv(k); if v == "" { log.Fatal(k) }; return v }', ["$A!"]),
    "must, in a branch": (
        'if len(os.Args) > 1 { use(must("A")) }',
        'func must(k string) string { v := os.Getenv(k); if v == "" { log.Fatal(k) }; return v }',
        ["$A"],
    ),
    "one of two is needed": (
        'a := os.Getenv("A")\nb := os.Getenv("B")\nif a == "" && b == "" { log.Fatal("none") }\nuse(a + b)',
        "",
        ["$A$B"],
    ),
    "through a pointer": (
        's := new(service)\nmapEnv(&s.address, "A")\nuse(s.address)',
        "type service struct { address string }\nfunc mapEnv(to *string, k string) { *to = os.Getenv(k) }",
        ["$A"],
    ),
    "through another pointer": (
        "s := new(service)\njson.Unmarshal(data, &s.address)\nuse(s.address)",
        "type service struct { address string }\nvar data []byte",
        [],
    ),
    "field": ('c := &client{base: os.Getenv("A")}\nuse(c.base + "/orders")', "type client struct { base string }", ["$A/orders"]),
    "parameter": ('New(os.Getenv("A"))', "func New(address string) { use(address) }", ["$A"]),
    "parameter that nobody fills": ("", "func New(address string) { // timeout\nuse(address)\n}", []),
    "trimmed": ('use(strings.TrimSuffix(os.Getenv("A"), "/"))', "", ["$A"]),
    "Sprintf": ('use(fmt.Sprintf("%s://%s:%d/x%%", "http", os.Getenv("H"), 80))', "", ["http://$H:80/x%"]),
    "other verbs": ('use(fmt.Sprintf("http://orders/%x", 1))', "", ["http://orders/?"]),
    "JoinHostPort": ('use(net.JoinHostPort("::1", os.Getenv("P")))', "", ["[::1]:$P"]),
    "URL": ('u, _ := url.Parse(os.Getenv("A"))\nuse(u.String())', "", ["$A"]),
    "host of a URL": ('u, _ := url.Parse("http://me@orders:80/x?y")\nuse(u.Host)', "", ["orders:80"]),
    "host of an unknown URL": ('u, _ := url.Parse(os.Getenv("A"))\nuse("http://" + u.Host + "/x")', "", ["http://?/x"]),
    "URL literal": ('u := &url.URL{Scheme: "http", Host: os.Getenv("H"), Path: "/x"}\nuse(u.String())', "", ["http://$H/x"]),
    "URL put together later": ('var u url.URL\nu.Host = "orders"\nuse(u.String())', "", []),
    "sum of numbers": ('p, _ := strconv.Atoi(os.Getenv("P"))\nuse(fmt.Sprint(p + 1))', "", []),
    "changed by +=": ('a := "http://"\na += os.Getenv("H")\nuse(a)', "", []),
    "in a loop": ('for _, a := range []string{"a", "b"} { use(a) }', "", ["a", "b"]),
    "later in a loop": ('a := "a"\nfor { use(a); a = "b" }', "", ["a", "b"]),
    "closure": ('var a string\nrun := func() { use(a) }\na = "b"\nrun()', "", ["b"]),
    "error beside": (
        "a, err := get()\n_ = err\nuse(a)",
        'func get() (string, error) { if bad { return "", errors.New("bad") }; return "a", nil }\nvar bad bool',
        ["a"],
    ),
    # flags
    "flag": ('a := flag.String("listen", ":80", "")\nuse(*a)', "", ["--listen{:80}"]),
    "number flag": ('p := flag.Int("port", 80, "")\nuse(fmt.Sprintf(":%d", *p))', "", [":--port{80}"]),
    "bound flag": ('var a string\nflag.StringVar(&a, "listen", ":80", "")\nuse(a)', "", ["--listen{:80}"]),
    "bound number": ('var p int\nflag.IntVar(&p, "port", 80, "")\nuse(fmt.Sprint(p))', "", ["--port{80}"]),
    "number that is set in a branch": ("var p int\nif len(os.Args) > 1 { p = 80 }\nuse(fmt.Sprint(p))", "", ["0", "80"]),
    "flag of the package": ("use(*a)", 'var a = flag.String("listen", ":80", "")', ["--listen{:80}"]),
    "flag bound to a field": (
        'c := &conf{}\nflag.StringVar(&c.listen, "listen", ":80", "")\nuse(c.listen)',
        "type conf struct { listen string }",
        ["--listen{:80}"],
    ),
    "flag with a variable": ('a := flag.String("listen", getenv("LISTEN", ":80"), "")\nuse(*a)', GETENV, ["--listen{$LISTEN{:80}}"]),
    "pflag through cobra": (
        'var a string\nc := &cobra.Command{}\nc.Flags().StringVarP(&a, "listen", "l", ":80", "")\nuse(a)',
        "",
        ["--listen{:80}"],
    ),
    "read by name": (
        'c := &cobra.Command{}\nc.Flags().String("listen", ":80", "")\na, _ := c.Flags().GetString("listen")\nuse(a)',
        "",
        ["--listen{:80}"],
    ),
    "declared twice": (
        'c := &cobra.Command{}\nc.Flags().String("to", "a", "")\nd := &cobra.Command{}\nd.Flags().String("to", "b", "")\n'
        'a, _ := c.Flags().GetString("to")\nuse(a)',
        "",
        ["--to{?}"],
    ),
    "log field": ('logger.String("listen", "a")\nuse("b")', "var logger Logger", ["b"]),
    "kingpin": (
        'a := kingpin.Flag("listen", "").Envar("LISTEN").Default(":80").String()\nuse(*a)',
        "",
        ["--listen{$LISTEN{:80}}"],
    ),
    "urfave": (
        'app := &cli.App{Flags: []cli.Flag{&cli.StringFlag{Name: "to", Value: "a", EnvVars: []string{"TO"}}}}\n'
        'app.Action = func(c *cli.Context) error { use(c.String("to")); return nil }',
        "",
        ["--to{$TO{a}}"],
    ),
    # structs
    "env tag": (
        "var c conf\nenv.Parse(&c)\nuse(c.Orders)",
        'type conf struct {\n\tOrders string `env:"ORDERS" envDefault:"orders:80"`\n}',
        ["$ORDERS{orders:80}"],
    ),
    "env tag, default before": (
        'c := conf{Orders: "orders:80"}\nenv.Parse(&c)\nuse(c.Orders)',
        'type conf struct {\n\tOrders string `env:"ORDERS"`\n}',
        ["$ORDERS{orders:80}"],
    ),
    "env tag with prefixes": (
        'var c conf\nenv.ParseWithOptions(&c, env.Options{Prefix: "SHOP_"})\nuse(c.Db.Host)',
        'type conf struct {\n\tDb db `envPrefix:"DB_"`\n}\ntype db struct {\n\tHost string `env:"HOST,required"`\n}',
        ["$SHOP_DB_HOST!"],
    ),
    "env tag, file too": (
        "var c conf\nenv.Parse(&c)\nuse(c.Orders)",
        'type conf struct {\n\tOrders string `env:"ORDERS" yaml:"orders"`\n}',
        ["$ORDERS{?}"],
    ),
    "env tag that nobody reads": ("var c conf\nuse(c.Orders)", 'type conf struct {\n\tOrders string `env:"ORDERS"`\n}', []),
    "envconfig": (
        'var c conf\nenvconfig.Process("shop", &c)\nuse(c.OrdersURL + c.Other)',
        'type conf struct {\n\tOrdersURL string `split_words:"true" default:"a"`\n\tOther string `envconfig:"B"`\n}',
        ["$SHOP_ORDERS_URL{a}$SHOP_B"],
    ),
    # viper
    "viper": (
        'viper.SetEnvPrefix("shop")\nviper.AutomaticEnv()\nviper.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))\n'
        'viper.SetDefault("db.host", "db:5432")\nuse(viper.GetString("db.host"))',
        "",
        ["$SHOP_DB_HOST{db:5432}"],
    ),
    "viper, bound": ('viper.BindEnv("host", "DB_HOST")\nuse(viper.GetString("host"))', "", ["$DB_HOST"]),
    "viper, set in a branch": (
        'viper.AutomaticEnv()\nif len(os.Args) > 1 { viper.Set("host", os.Args[1]) }\nuse(viper.GetString("host"))',
        "",
        ["$HOST", "?"],
    ),
    "viper, unmarshalled": (
        'f := pflag.NewFlagSet("", 0)\nf.Int("http-port", 80, "")\nviper.BindPFlags(f)\nviper.AutomaticEnv()\nvar c conf\n'
        'viper.Unmarshal(&c)\nuse(fmt.Sprintf(":%d%s", c.Port, c.Other))',
        'type conf struct {\n\tPort int `mapstructure:"http-port"`\n\tOther string\n}',
        [":--http-port{$HTTP-PORT{80}}?"],
    ),
    "viper with a file": (
        'viper.ReadInConfig()\nviper.AutomaticEnv()\nviper.SetDefault("host", "a")\nuse(viper.GetString("host"))',
        "",
        ["$HOST{?}"],
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text(case: str) -> None:
    body, outside, expected = TEXTS[case]
    code = linked(f"{IMPORTS}{outside}\nfunc main() {{ // timeout\n{body}\n}}\nfunc use(text string) {{}}\n")
    assert texts(addresses_of(code, *used(code))) == expected


LIMITS = {
    "variable": ('d, _ := time.ParseDuration(os.Getenv("D"))\nif d == 0 { d = 3 * time.Second }', "", "$D{3000000000ns}"),
    "flag": ('flag.DurationVar(&d, "d", 3*time.Second, "")', "var d time.Duration", "--d{3000000000ns}"),
    "helper": (
        'd := wait("D", 3*time.Second)',
        "func wait(k string, d time.Duration) time.Duration {\n"
        'if v := os.Getenv(k); v != "" { if w, err := time.ParseDuration(v); err == nil { return w } }\nreturn d\n}',
        "$D{3000000000ns}",
    ),
    "known": ("d := 3 * time.Second", "", ""),
}


@pytest.mark.parametrize("case", LIMITS)
def test_limit_from_outside(case: str) -> None:
    """A limit that is given from outside names what gives it, so that a container may be asked."""
    body, outside, expected = LIMITS[case]
    code = linked(f'{IMPORTS}{outside}\nfunc main() {{\n{body}\n(&http.Client{{Timeout: d}}).Get("http://a")\n}}\n')
    (call,) = outgoing(code)
    found = call.deadline.input
    assert ("" if found is None else shown_input(found)) == expected


def test_programs_that_share_a_library() -> None:
    """Each text tells the function that writes it, and a host goes with the port of the same one."""
    main = 'package main\nimport "example.com/shop/lib"\nfunc main() { // timeout\nlib.Call("%s", "%s")\n}\n'
    code = linked(
        {
            "cmd/a/main.go": main % ("a", "1"),
            "cmd/b/main.go": main % ("b", "2"),
            "lib/lib.go": 'package lib\nfunc Call(host, port string) { // timeout\nuse(host + ":" + port)\n}\n',
        }
    )
    found = addresses_of(code, *used(code))
    assert {(shown(item.template), item.span.path) for item in found} == {("a:1", "cmd/a/main.go"), ("b:2", "cmd/b/main.go")}


def test_list() -> None:
    code = linked(f'{IMPORTS}func main() {{ use(strings.Split(os.Getenv("BROKERS"), ",")) }}\n')
    assert texts(addresses_in(code, *used(code))) == ["$BROKERS"]


# -- what is called

CALLS = {
    "http.Get": ('http.Get("http://orders/x")', "", [("http", ["http://orders/x"], "none", 30.0, 90.0)]),
    "client": (
        'c := &http.Client{Timeout: 3 * time.Second}\nc.Get(os.Getenv("A"))',
        "",
        [("http", ["$A"], 3.0, 30.0, 90.0)],
    ),
    "request with a nearer context": (
        "ctx, cancel := context.WithTimeout(context.Background(), time.Second)\ndefer cancel()\n"
        'r, _ := http.NewRequestWithContext(ctx, "GET", "http://orders", nil)\n(&http.Client{Timeout: 3 * time.Second}).Do(r)',
        "",
        [("http", ["http://orders"], 1.0, 30.0, 90.0)],
    ),
    "transport of its own": (
        "t := &http.Transport{IdleConnTimeout: 5 * time.Second, DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext}\n"
        '(&http.Client{Transport: t}).Get("http://orders")',
        "",
        [("http", ["http://orders"], "none", 2.0, 5.0)],
    ),
    "transport without limits": (
        '(&http.Client{Transport: &http.Transport{}}).Get("http://a")',
        "",
        [("http", ["http://a"], "none", "none", "none")],
    ),
    "a wrapper": (
        '(&api{os.Getenv("A")}).get("/x")',
        "type api struct { base string }\nfunc (a *api) get(path string) { http.Get(a.base + path) }",
        [("http", ["$A/x"], "none", 30.0, 90.0)],
    ),
    "client from elsewhere": ('c.Get("http://a")', "var c = other.Client()", []),
    "dial": ('net.DialTimeout("tcp", "db:5432", time.Second)', "", [("dial", ["db:5432"], "unknown", 1.0, "unknown")]),
    "socket file": ('net.Dial("unix", "/run/a.sock")', "", []),
    "gRPC": ('grpc.NewClient("dns:///orders:50051")', "", [("grpc", ["dns:///orders:50051"], "unknown", 20.0, "unknown")]),
    "redis": (
        'redis.NewClient(&redis.Options{Addr: os.Getenv("R"), DialTimeout: time.Second})',
        "",
        [("redis", ["$R"], "unknown", 1.0, "unknown")],
    ),
    "redis by default": ('redis.NewClient(&redis.Options{Addr: "r:6379"})', "", [("redis", ["r:6379"], "unknown", 5.0, "unknown")]),
    "kafka": (
        'kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"a:9092", "b:9092"}})',
        "",
        [("kafka", ["a:9092", "b:9092"], "unknown", "unknown", "unknown")],
    ),
    "database": (
        'sql.Open("postgres", "postgres://me@db/shop")',
        "",
        [("database", ["postgres://me@db/shop"], "unknown", "none", "unknown")],
    ),
    "SRV": ('net.LookupSRV("grpc", "tcp", "orders")', "", [("lookup", ["_grpc._tcp.orders"], "unknown", "unknown", "unknown")]),
    "reverse proxy": (
        'u, _ := url.Parse("http://orders")\nhttputil.NewSingleHostReverseProxy(u)',
        "",
        [("http", ["http://orders"], "unknown", "unknown", "unknown")],
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_outgoing(case: str) -> None:
    body, outside, expected = CALLS[case]
    code = linked(f'{IMPORTS.rstrip()[:-1]}; "net/http/httputil")\n{outside}\nfunc main() {{ // timeout\n{body}\n}}\n')
    found = [(item.kind, texts(item.addresses), seconds(item.deadline), seconds(item.dial), seconds(item.idle)) for item in outgoing(code)]
    assert found == expected


# -- where it listens: kind, texts, header, idle, write

LISTENS = {
    "ListenAndServe": ('http.ListenAndServe(":" + os.Getenv("PORT"), nil)', "", [("http", [":$PORT"], "none", "none", "none")]),
    "server": (
        's := &http.Server{Addr: ":80", ReadTimeout: 3 * time.Second}\ns.ListenAndServe()',
        "",
        [("http", [":80"], 3.0, 3.0, "none")],
    ),
    "server without an address": (
        "s := &http.Server{}\ns.ListenAndServeTLS(a, b)",
        "var a, b string",
        [("http", [":443"], "none", "none", "none")],
    ),
    "server on a listener": (
        'l, _ := net.Listen("tcp", "127.0.0.1:80")\ns := &http.Server{WriteTimeout: time.Second}\ns.Serve(l)',
        "",
        [("http", ["127.0.0.1:80"], "none", "none", 1.0)],
    ),
    "gin by default": ("gin.Default().Run()", "", [("http", [":$PORT{8080}"], "none", "none", "none")]),
    "echo": ('e := echo.New()\ne.Start(":80")', "", [("http", [":80"], "unknown", "unknown", "unknown")]),
    "gRPC": (
        'l, _ := net.Listen("tcp", fmt.Sprintf(":%d", 50051))\ns := grpc.NewServer()\ns.Serve(l)',
        "",
        [("grpc", [":50051"], "unknown", "unknown", "unknown")],
    ),
    "listener": ('net.Listen("tcp4", ":25")', "", [("tcp", [":25"], "unknown", "unknown", "unknown")]),
    "packets": ('net.ListenPacket("udp", ":53")', "", [("udp", [":53"], "unknown", "unknown", "unknown")]),
    "socket file": ('net.Listen("unix", "/run/a.sock")', "", []),
}


@pytest.mark.parametrize("case", LISTENS)
def test_listening(case: str) -> None:
    body, outside, expected = LISTENS[case]
    code = linked(f"{IMPORTS}{outside}\nfunc main() {{ // timeout\n{body}\n}}\n")
    found = [(item.kind, texts(item.addresses), seconds(item.header), seconds(item.idle), seconds(item.write)) for item in listenings(code)]
    assert found == expected


SERVING = 's := &http.Server{Addr: ":80"}\ngo s.ListenAndServe()\n'
BUDGET = "c, cancel := context.WithTimeout(context.Background(), 9*time.Second)\ndefer cancel()\n"
SIGNAL = "done := make(chan os.Signal, 1)\nsignal.Notify(done, syscall.SIGTERM)\n"

STOPS = {
    "at once": (SERVING + SIGNAL + "<-done\n" + BUDGET + "s.Shutdown(c)", (9.0, True, "none")),
    "after a sleep": (SERVING + SIGNAL + "<-done\ntime.Sleep(3 * time.Second)\n" + BUDGET + "s.Shutdown(c)", (9.0, False, 3.0)),
    "in a goroutine": (
        SIGNAL + 's := &http.Server{Addr: ":80"}\ngo func() { <-done\n' + BUDGET + "s.Shutdown(c) }()\ns.ListenAndServe()",
        (9.0, True, "none"),
    ),
    "after something else": (SERVING + SIGNAL + "<-done\n" + BUDGET + "queue.Drain()\ns.Shutdown(c)", (9.0, None, "unknown")),
    "after another channel": (SERVING + "<-stop\n" + BUDGET + "s.Shutdown(c)", (9.0, None, "unknown")),
    "without a limit": (SERVING + SIGNAL + "<-done\ns.Shutdown(context.Background())", ("none", True, "none")),
    "never": (SERVING + SIGNAL + "<-done", ("unknown", None, "unknown")),
    "gRPC": (
        'l, _ := net.Listen("tcp", ":80")\ns := grpc.NewServer()\ngo s.Serve(l)\n' + SIGNAL + "<-done\ns.GracefulStop()",
        ("none", True, "none"),
    ),
    "gRPC with a timer": (
        'l, _ := net.Listen("tcp", ":80")\ns := grpc.NewServer()\ngo s.Serve(l)\n'
        + SIGNAL
        + "<-done\nt := time.AfterFunc(9*time.Second, s.Stop)\ndefer t.Stop()\ns.GracefulStop()",
        (9.0, True, "none"),
    ),
}


@pytest.mark.parametrize("case", STOPS)
def test_shutdown(case: str) -> None:
    body, expected = STOPS[case]
    code = linked(f"{IMPORTS}var stop chan int\nvar queue Queue\nfunc main() {{ // timeout\n{body}\n}}\n")
    (found,) = {item.shutdown for item in listenings(code)}
    assert (seconds(found.budget), found.closes_at_once, seconds(found.wait)) == expected
