"""What in a Go file can matter to any rule: the sieve that decides which files are parsed and which functions are kept.

A name missing here is a finding missed, never a wrong one.
"""

from __future__ import annotations

from typing import Final

WATCHED_PACKAGES: Final = (
    "net",
    "net/http",
    "net/http/httputil",
    "net/rpc",
    "net/rpc/jsonrpc",
    "net/smtp",
    "net/textproto",
    "crypto/tls",
    "database/sql",
    "golang.org/x/net/http2",
    "golang.org/x/crypto/ssh",
    "google.golang.org/grpc",
    "google.golang.org/grpc/keepalive",
    "github.com/gorilla/websocket",
    "github.com/jmoiron/sqlx",
    "github.com/jackc/pgx",
    "github.com/hashicorp/go-cleanhttp",
    "github.com/hashicorp/go-retryablehttp",
    "github.com/redis/go-redis",
    "github.com/go-redis/redis",
    "k8s.io/client-go/rest",
    "k8s.io/client-go/kubernetes",
    "k8s.io/client-go/tools/clientcmd",
    "flag",
    "github.com/spf13/pflag",
    "github.com/spf13/viper",
    "github.com/alecthomas/kingpin",
    "gopkg.in/alecthomas/kingpin.v2",
    "github.com/urfave/cli",
    "github.com/spf13/cobra",
    "github.com/caarlos0/env",
    "github.com/kelseyhightower/envconfig",
    "github.com/ilyakaznacheev/cleanenv",
    "github.com/sethvargo/go-envconfig",
    "github.com/joeshaw/envdecode",
    "github.com/segmentio/kafka-go",
    "github.com/IBM/sarama",
    "github.com/Shopify/sarama",
    "github.com/rabbitmq/amqp091-go",
    "github.com/streadway/amqp",
    "github.com/nats-io/nats.go",
    "go.mongodb.org/mongo-driver/mongo",
    "go.mongodb.org/mongo-driver/mongo/options",
    "go.etcd.io/etcd/client",
    "github.com/gomodule/redigo/redis",
    "github.com/bradfitz/gomemcache/memcache",
    "gorm.io/driver/postgres",
    "gorm.io/driver/mysql",
)
"""Import paths; a version (``/v9``) may follow. Every use of one but of what ``HARMLESS_MEMBERS`` lists keeps its function."""

HARMLESS_MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "net/http": tuple(
        r"CanonicalHeaderKey Cookie\w* Detect\w* Dir\b Error\b FS\b FileServer\w* Handler\b HandlerFunc\b Header\b Method\w* NoBody "
        r"NotFound\b Redirect\b Request\b ResponseWriter SameSite\w* ServeContent ServeFile SetCookie Status\w* StripPrefix".split()
    ),
    "net": tuple(
        r"Addr\b CIDRMask DNSError ErrClosed Error\b HardwareAddr IP\w* Interface\w* JoinHostPort OpError Parse\w* "
        r"SplitHostPort TCPAddr UDPAddr".split()
    ),
    "database/sql": tuple(r"ErrNoRows Named\b Null\w* Out\b Result\b Scanner".split()),
    "google.golang.org/grpc": tuple(
        r"CallOption Method\b MethodDesc ServerStream\b ServiceDesc ServiceRegistrar StreamDesc StreamServerInfo SupportPackage\w* "
        r"UnaryServerInfo".split()
    ),
    "crypto/tls": tuple(
        r"Certificate\b CipherSuite\w* ClientHelloInfo Config\b ConnectionState Curve\w* LoadX509KeyPair NoClientCert "
        r"RequireAndVerifyClientCert TLS_\w* Version\w* X25519 X509KeyPair".split()
    ),
    "k8s.io/client-go/kubernetes": (r"Interface\b",),
    "flag": ("Arg", "Args", "CommandLine", "NArg", "Parse", "PrintDefaults", "Usage"),
    "github.com/spf13/pflag": ("Arg", "CommandLine", "Flag\\b", "Parse"),
    "github.com/spf13/cobra": (r"Command\b(?!\s*\{)", r"\w*Args\b", "Shell\\w*", "CheckErr", "OnInitialize"),
    "github.com/urfave/cli": ("Args", "Exit", "NewExitError", "ShowAppHelp"),
}
"""Members of those packages that by themselves say nothing about a time-out."""

IMPORT_NAMES: Final = {"go.etcd.io/etcd/client/v3": "clientv3", "go.etcd.io/etcd/client/v2": "client"}
"""What packages call themselves whose path does not tell."""

CONTEXT_MEMBERS: Final = r"With(?:Timeout|Deadline|Cancel)\w*|WithoutCancel|Background|TODO"
TIME_MEMBERS: Final = r"Duration|Second|Millisecond|Minute|Hour|Microsecond|Nanosecond|ParseDuration|After\b|NewTimer"

WATCHED_MEMBERS: Final = (
    r"(?:Do|PostForm|RoundTrip|QueryRow|QueryContext|QueryRowContext|ExecContext|PrepareContext|Queryx\w*|BeginTx\w*|DialContext|DialTimeout|"
    r"ListenAndServe\w*|ServeTLS|LookupSRV|LookupHost|LookupIP\w*|LookupAddr|LookupTXT|LookupCNAME|SetDeadline|SetReadDeadline|SetWriteDeadline|"
    r"CloseIdleConnections|SetMaxOpenConns|SetMaxIdleConns|SetConnMax\w+|Clone|GetConfigOrDie)\(",
    r"(?:Get|Post|Head|Query|Exec|Prepare)\(\s*(?:ctx|context|url|uri|addr|\w*U[Rr][Ll]|\w*[Qq]uery|\w*sql|"
    r"[\"`](?:https?:|SELECT|INSERT|UPDATE|DELETE|CREATE|select|insert|update|delete|create))",
    r"(?:Handle|HandleFunc|HandlerFunc|ServeHTTP|Flush|Mount|Subrouter|GET|POST|PUT|DELETE|PATCH|Any)\(",
    r"(?:(?<=\bgin\.)|(?<=\becho\.)|(?<=\bchi\.)|(?<=\bmux\.))(?:New\w*|Default|Router|Engine|RouterGroup|Echo|Group|Mux)\b",
    r"(?:Query|Exec|Prepare)\w*\(\s*[\"`]",
    r"Body\b",
    r"(?:Getenv|LookupEnv|GracefulStop|Serve|Shutdown)\(",
    r"(?:Persistent)?Flags\(\)",
    r"Command\{",
    r"(?:Run|RunTLS|Start|StartTLS|Listen|ListenTLS)\(\s*(?:[\"`]:|os\.|fmt\.|net\.|\w*[aA]ddr|\w*[pP]ort)",
)
"""What may follow a dot: methods and fields whose types only linking knows."""

WATCHED_TEXTS: Final = (
    r"imeout",
    r"Transport\b",
    r"ial(?<=[dD]ial)(?:er)?\b",
    r"lient(?<=[cC]lient)\s*(?::|=|:=|,)\s",
    r"KeepAlive",
    r"IdleConn",
    r"MaxConns",
    r"event-stream",
    r"unix:",
    r"make\(chan [^,()\n]*\)",
    r"localhost\b",
    r"127\.0\.0\.1\b",
    r"ddr(?:ess(?:es)?)?[,):]",
    r"URL[,):]",
    r"rl(?<=\burl)[,)]",
    r"ndpoints?[,):]",
    r"\.svc[.:\"`]",
)
"""Names and wiring that keep a function wherever they stand in it. Each begins with fixed letters: looking for those takes 1 ns a byte, for
a pattern that begins with a choice 45."""

SMALL_BODY: Final = 90
"""Characters of a body that is kept whatever it holds, when the function has a result: values pass through such helpers."""

TAKEN_RESPONSES: Final = r"res(?<=\bres)(?:p|ponse)?, (?:err|_)\b"
"""In files that import ``net/http``: what a helper returned may be a response that is to be closed."""

WATCHED_WORDS: Final = (
    *(b"Timeout", b"Transport", b"IdleConn", b"KeepAlive", b".Query", b".Prepare", b".Body.Close("),
    *(b".Getenv(", b".LookupEnv(", b'env:"', b'envconfig:"', b".Flags()", b"cobra.Command{"),
)
"""A file without a watched import that holds one of these may still set a field of a watched type, or use the package's database."""

NAMES_OF_ADDRESSES: Final = ("ort", "ddr", "URL", "ost", "ndpoint")
"""In names of constants that may be part of an address: ``DefaultPort = 8085``. A file that holds nothing but such is read for them."""
