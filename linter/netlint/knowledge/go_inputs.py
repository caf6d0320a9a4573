"""How Go programs are given texts from outside: environment variables, flags, and the packages that fill structs with them.

Sources: Go 1.27.3 ``os/env.go``, ``flag/flag.go``; the documentation of pflag 1.0, cobra 1.9, viper 1.20, kingpin 2.4, urfave/cli 1 to 3,
caarlos0/env 11, kelseyhightower/envconfig 1.4, cleanenv 1.5, sethvargo/go-envconfig 1.3, envdecode.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Variable(NamedTuple):
    """Places of the arguments of a function that reads a variable; -1 where it takes no default."""

    name: int
    default: int = -1


VARIABLES: Final[dict[str, Variable]] = {
    "os.Getenv": Variable(0),
    "os.LookupEnv": Variable(0),
    "syscall.Getenv": Variable(0),
    "k8s.io/utils/env.GetString": Variable(0, 1),
    "k8s.io/utils/env.GetInt": Variable(0, 1),
    "github.com/minio/pkg/env.Get": Variable(0, 1),
    "github.com/gobuffalo/envy.Get": Variable(0, 1),
}
"""Functions that give the text of an environment variable as their first result."""

FLAG_KINDS: Final = frozenset(
    ("String", "Int", "Int32", "Int64", "Uint", "Uint16", "Uint32", "Uint64", "Duration", "StringSlice", "StringArray")
)
FLAG_PACKAGES: Final = ("flag.", "flag.FlagSet.", "github.com/spf13/pflag.", "github.com/spf13/pflag.FlagSet.")

KINGPIN_ENDS: Final = frozenset(("String", "Strings", "URL", "TCP", "Int", "Uint16", "Duration", "HostPort"))
"""Methods that end the declaration of a kingpin flag, and give a pointer to its value; with ``Var`` behind they take the pointer."""

URFAVE: Final = "github.com/urfave/cli"
URFAVE_FLAGS: Final = frozenset(
    f"{package}.{kind}Flag" for package in (URFAVE, f"{URFAVE}/altsrc") for kind in ("String", "Int", "Uint", "Duration", "StringSlice")
)
URFAVE_READERS: Final = frozenset(
    f"{URFAVE}.{holder}.{prefix}{kind}"
    for holder in ("Context", "Command")
    for prefix in ("", "Global")
    for kind in ("String", "Int", "Uint", "Duration", "StringSlice")
)

VIPER: Final = "github.com/spf13/viper"
VIPER_READERS: Final = frozenset(("GetString", "GetInt", "GetInt32", "GetInt64", "GetUint", "GetDuration", "Get", "GetStringSlice"))


class Filler(NamedTuple):
    """A function that fills a struct from variables.

    ``target``: the place of the pointer to it; ``prefix``: that of the text in front of every name, -1 when there is none. ``tags``: the
    keys of the tag that names the variable; ``defaults``: those of the tags that say the default, ``required`` likewise.
    ``untagged``: fields without such a tag are called after the field. ``in_tag``: the tag holds more behind a comma: ``default=…``.
    ``reads_files``: a file may set them too.
    """

    target: int
    prefix: int = -1
    tags: tuple[str, ...] = ("env",)
    defaults: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    untagged: bool = False
    reads_files: bool = False


_CAARLOS: Final = Filler(0, defaults=("envDefault",))
_ENVCONFIG: Final = Filler(1, 0, tags=("envconfig",), defaults=("default",), required=("required",), untagged=True)
_CLEANENV: Final = Filler(0, defaults=("env-default",), required=("env-required",))
_SETHVARGO: Final = Filler(1)
_DECODE: Final = Filler(0)

FILLERS: Final[dict[str, Filler]] = {
    "github.com/caarlos0/env.Parse": _CAARLOS,
    "github.com/caarlos0/env.ParseWithOptions": _CAARLOS,
    "github.com/kelseyhightower/envconfig.Process": _ENVCONFIG,
    "github.com/kelseyhightower/envconfig.MustProcess": _ENVCONFIG,
    "github.com/ilyakaznacheev/cleanenv.ReadEnv": _CLEANENV,
    "github.com/ilyakaznacheev/cleanenv.UpdateEnv": _CLEANENV,
    "github.com/ilyakaznacheev/cleanenv.ReadConfig": _CLEANENV._replace(target=1, reads_files=True),
    "github.com/sethvargo/go-envconfig.Process": _SETHVARGO,
    "github.com/sethvargo/go-envconfig.MustProcess": _SETHVARGO,
    "github.com/joeshaw/envdecode.Decode": _DECODE,
    "github.com/joeshaw/envdecode.StrictDecode": _DECODE,
    "github.com/joeshaw/envdecode.MustDecode": _DECODE,
    "github.com/Netflix/go-env.UnmarshalFromEnviron": _DECODE,
}

PREFIX_TAGS: Final = ("envPrefix", "env-prefix")
"""Tags of a struct field that stand in front of the names inside it."""
GENERIC_FILLERS: Final = frozenset(("github.com/caarlos0/env.ParseAs", "github.com/caarlos0/env.ParseAsWithOptions"))
"""Functions that make the struct of their type argument."""
FILLER_OPTIONS: Final = "github.com/caarlos0/env.Options"

FATAL: Final = frozenset(
    ("Fatal", "Fatalf", "Fatalln", "Fatalw", "Exit", "Panic", "Panicf", "Panicln", "panic", "fatal", "fatalf", "die", "exit", "FatalIf")
)
"""Names of functions that end the program."""

TRANSPARENT: Final[dict[str, int]] = {
    "fmt.Sprint": 0,
    "net/url.JoinPath": 0,
    "net/url.Parse": 0,
    "net/url.ParseRequestURI": 0,
    "net/url.URL.JoinPath": -1,
    "net/url.URL.String": -1,
    "strconv.Atoi": 0,
    "strconv.FormatInt": 0,
    "strconv.FormatUint": 0,
    "strconv.Itoa": 0,
    "strconv.ParseInt": 0,
    "strconv.ParseUint": 0,
    "strings.Fields": 0,
    "strings.Split": 0,
    "strings.ToLower": 0,
    "strings.Trim": 0,
    "strings.TrimRight": 0,
    "strings.TrimSpace": 0,
    "strings.TrimSuffix": 0,
    "time.ParseDuration": 0,
}
"""Functions whose first result names the same host and port as the argument at this place; -1 is the receiver. ``Split``: a list of them,
one after the other."""
EXTENDING: Final = frozenset(("net/url.JoinPath", "net/url.URL.JoinPath"))
"""Those that put a path behind it."""

FILE_READERS: Final = ("github.com/joho/godotenv", "github.com/subosito/gotenv", "github.com/hashicorp/vault", "github.com/spf13/viper")
"""Packages that set variables, or stand in for them, from files and services out of view."""
