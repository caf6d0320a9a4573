"""What a value in Go code is known to be, by way of constants, flags, fields, constructors and helpers; and that all else stays unknown.

Each source says ``use(expression)``: that expression is asked about. The comments name a time-out where nothing else does, for functions
in which nothing can matter are not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netlint.golang.modules import GoModule
from netlint.golang.reader import read_go
from netlint.golang.syntax import Name
from netlint.model.code.addresses import host_in, is_local
from netlint.model.code.calls import calling, calls_of, calls_of_declaration, calls_where, calls_written
from netlint.model.code.contexts import context_bound
from netlint.model.code.linking import link_go
from netlint.model.code.numbers import duration_of, fold
from netlint.model.code.requests import requests
from netlint.model.code.settings import field_value, is_remarked, setting_of, settings
from netlint.model.code.texts import known_text, texts_of
from netlint.model.code.transports import dial_limit, transport_from, transport_of
from netlint.model.code.types import callee_of, type_of
from netlint.model.code.values import origins
from netlint.model.templates import HOLE
from netlint.source import SourceFile

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.calls import Called
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.settings import FieldValue

MILLISECOND = 1_000_000
SECOND = 1000 * MILLISECOND
MINUTE = 60 * SECOND

SHOP = GoModule("example.com/shop", ".", (1, 24))


def linked(files: dict[str, str] | str, modules: tuple[GoModule, ...] = (SHOP,)) -> Code:
    """The files as one run would see them; a text alone is ``main.go``. A file without a package clause is in package main."""
    texts = {"main.go": files} if isinstance(files, str) else files
    facts = []
    for path, text in texts.items():
        whole = text if text.lstrip().startswith(("package ", "//")) else f"package main\n{text}"
        facts.append(read_go(SourceFile(path, whole)))
        assert not facts[-1].unread, path
    return link_go(facts, modules)


def used(code: Code, name: str = "use") -> tuple[Expression, GoFunction]:
    """The argument of the only call of ``use``."""
    found = [
        (call.arguments[0], function)
        for function in code.functions
        for call in function.body.calls
        if isinstance(call.function, Name) and call.function.text == name
    ]
    assert len(found) == 1, f"{len(found)} calls of {name} were kept"
    return found[0]


def duration(files: dict[str, str] | str, modules: tuple[GoModule, ...] = (SHOP,)) -> int | None:
    code = linked(files, modules)
    return duration_of(code, *used(code))


def client_timeout(files: dict[str, str] | str) -> FieldValue:
    """Timeout of the only ``http.Client``."""
    code = linked(files)
    (client,) = settings(code, "net/http.Client")
    return field_value(code, client, "Timeout")


def in_function(body: str, imports: str = '"time"', outside: str = "") -> str:
    return f"import ({imports})\n{outside}\nfunc run() {{ // timeout\n{body}\n}}\n"


# -- numbers

KNOWN_DURATIONS = {
    "literal with a unit": ("use(5 * time.Second)", "", 5 * SECOND),
    "unit first": ("use(time.Millisecond * 1_500)", "", 1500 * MILLISECOND),
    "bare number": ("use(0x10)", "", 16),
    "old octal": ("use(010)", "", 8),
    "new octal": ("use(0o10)", "", 8),
    "shift": ("use(1 << 3 * time.Second)", "", 8 * SECOND),
    "minus": ("use(-time.Second)", "", -SECOND),
    "whole division truncates": ("use(5 / 2 * time.Second)", "", 2 * SECOND),
    "sum and difference": ("use((10 - 4 + 1) * time.Second)", "", 7 * SECOND),
    "fraction through float64": ("use(time.Duration(1.5 * float64(time.Second)))", "", 1500 * MILLISECOND),
    "conversion of a number": ("use(time.Duration(3) * time.Second)", "", 3 * SECOND),
    "conversions inside each other": ("use(time.Duration(int64(3)) * time.Second)", "", 3 * SECOND),
    "conversion to a type of our own": ("use(Patience(3 * time.Second))", "type Patience time.Duration", 3 * SECOND),
    "local constant": ("const limit = 3 * time.Second\nuse(limit)", "", 3 * SECOND),
    "local variable": ("limit := 3 * time.Second\nuse(limit)", "", 3 * SECOND),
    "declared, then set": ("var limit time.Duration\n_ = limit\nuse(3 * time.Second)", "", 3 * SECOND),
    "package constant": ("use(limit)", "const limit = 3 * time.Second", 3 * SECOND),
    "package variable": ("use(limit)", "var limit = 3 * time.Second", 3 * SECOND),
    "number and unit apart": ("use(count * unit)", "const (\n count = 3\n unit = time.Second\n)", 3 * SECOND),
    "constant of constants": ("use(total)", "const (\n first = time.Second\n second = 2 * first\n total = first + second\n)", 3 * SECOND),
    "repeated entry of a group": ("use(second)", "const (\n first = 3 * time.Second\n second\n)", 3 * SECOND),
    "several names": ("use(b)", "const a, b = time.Second, 3 * time.Second", 3 * SECOND),
    "helper": ("use(limit())", "func limit() time.Duration { return 3 * time.Second }", 3 * SECOND),
    "helper with two equal returns": (
        "use(limit(true))",
        "func limit(fast bool) time.Duration { if fast { return 3 * time.Second }; return 3000 * time.Millisecond }",
        3 * SECOND,
    ),
    "second result": ("_, d := limits()\nuse(d)", "func limits() (int, time.Duration) { return 1, 3 * time.Second }", 3 * SECOND),
    "parameter of a helper": ("use(double(2 * time.Second))", "func double(d time.Duration) time.Duration { return d }", 2 * SECOND),
    "method": (
        "use(c.limit())",
        "type conf struct{}\nvar c conf\nfunc (conf) limit() time.Duration { return 3 * time.Second }",
        3 * SECOND,
    ),
    "alias of a function": ("f := limit\nuse(f())", "func limit() time.Duration { return 3 * time.Second }", 3 * SECOND),
    "generic helper": ("use(same(3 * time.Second))", "func same[T any](v T) T { return v }", 3 * SECOND),
    "parsed": ('d, _ := time.ParseDuration("1m30s")\nuse(d)', "", 90 * SECOND),
    "parsed from a constant": ("d, err := time.ParseDuration(text)\n_ = err\nuse(d)", 'const text = "250ms"', 250 * MILLISECOND),
    "parsed in a helper": (
        'use(must("5s"))',
        "func must(text string) time.Duration { d, err := time.ParseDuration(text); if err != nil { panic(err) }; return d }",
        5 * SECOND,
    ),
    "max": ("use(max(time.Second, 3 * time.Second))", "", 3 * SECOND),
    "min": ("use(min(time.Second, 3 * time.Second))", "", SECOND),
}


@pytest.mark.parametrize("case", KNOWN_DURATIONS)
def test_known_duration(case: str) -> None:
    body, outside, expected = KNOWN_DURATIONS[case]
    assert duration(in_function(body, outside=outside) + "func use(d time.Duration) {}\n") == expected


UNKNOWN_DURATIONS = {
    "two values": ("d := time.Second\nif fast { d = 2 * time.Second }\nuse(d)", "var fast bool"),
    "changed by arithmetic": ("d := time.Second\nd *= 2\nuse(d)", ""),
    "counted up": ("n := 1\nn++\nuse(time.Duration(n) * time.Second)", ""),
    "set in a closure": ("d := time.Second\nfunc() { d = time.Minute }()\nuse(d)", ""),
    "set through a pointer": ("d := time.Second\nset(&d)\nuse(d)", "func set(d *time.Duration) { *d = time.Minute }"),
    "environment": ('d, _ := time.ParseDuration(os.Getenv("D"))\nuse(d)', ""),
    "parsed from what is no duration": ('d, _ := time.ParseDuration("soon")\nuse(d)', ""),
    "element": ("use(all[0])", "var all = []time.Duration{time.Second}"),
    "entry of a map": ('use(all["a"])', "var all = map[string]time.Duration{}"),
    "received": ("use(<-limits)", "var limits chan time.Duration"),
    "loop variable": ("for _, d := range all { use(d) }", "var all []time.Duration"),
    "counter of a loop": ("for n := 0; n < 3; n++ { use(time.Duration(n) * time.Second) }", ""),
    "division by zero": ("use(time.Second / zero)", "const zero = 0"),
    "huge shift": ("use(1 << 4000)", ""),
    "helper with two returns": (
        "use(limit(true))",
        "func limit(fast bool) time.Duration { if fast { return time.Second }; return time.Minute }",
    ),
    "random": ("use(time.Duration(rand.Int63()))", ""),
    "function value": ("use(f())", "var f func() time.Duration"),
    "interface": ("use(l.limit())", "type limiter interface { limit() time.Duration }\nvar l limiter"),
    "unknown part": ("use(time.Duration(n) * time.Second)", 'var n, _ = strconv.Atoi(os.Getenv("N"))'),
    "variable set elsewhere": ("use(limit)", "var limit = time.Second\nfunc slow() { limit = time.Minute }"),
    "variable whose address is taken": ("use(limit)", "var limit = time.Second\nfunc load() { read(&limit); /* timeout */ }"),
    "constant of itself": ("use(a)", "const (\n a = b + 1\n b = a + 1\n)"),
    "variable of itself": ("d := d\nuse(d)", "var d = d"),
    "recursive helper": ("use(limit(3))", "func limit(n int) time.Duration { if n > 0 { return 2 * limit(n-1) }; return time.Second }"),
    "helpers that call each other": (
        "use(ping())",
        "func ping() time.Duration { return pong() }\nfunc pong() time.Duration { return ping() }",
    ),
    "shadowed package": ("time := clock{}\nuse(time.Second)", "type clock struct{ Second int }"),
    "shadowed constant": ("for limit := range 3 { use(limit) }", "const limit = 3 * time.Second"),
    "first of those set": ("use(cmp.Or(given, time.Second))", 'var given, _ = time.ParseDuration(os.Getenv("D"))'),
}


@pytest.mark.parametrize("case", UNKNOWN_DURATIONS)
def test_unknown_duration(case: str) -> None:
    body, outside = UNKNOWN_DURATIONS[case]
    code = linked(in_function(body, '"cmp"; "math/rand"; "os"; "strconv"; "time"', outside + "\nfunc use(d any) {}"))
    expression, function = used(code)
    assert fold(code, expression, function) is None


def test_first_of_those_set() -> None:
    source = in_function("use(cmp.Or(0, limit, time.Hour))", '"cmp"; "time"', "const limit = 3 * time.Second\nfunc use(d time.Duration) {}")
    assert duration(source) == 3 * SECOND


def test_shadowing_constant_counts() -> None:
    source = in_function("const limit = time.Second\nuse(limit)", outside="const limit = time.Minute\nfunc use(d time.Duration) {}")
    assert duration(source) == SECOND


def test_name_of_an_inner_block_ends_with_it() -> None:
    source = in_function(
        "{ limit := time.Minute; _ = limit }\nuse(limit)", outside="const limit = time.Second\nfunc use(d time.Duration) {}"
    )
    assert duration(source) == SECOND


def test_parameter_takes_what_all_callers_pass() -> None:
    same = "func dial(d time.Duration) { use(d); /* timeout */ }\nfunc a() { dial(time.Second); /* timeout */ }\n"
    source = 'import "time"\nfunc use(d time.Duration) {}\n' + same
    assert duration(source + "func b() { dial(1000 * time.Millisecond); /* timeout */ }") == SECOND
    assert duration(source + "func b() { dial(time.Minute); /* timeout */ }") is None
    assert duration(source + "func b(d time.Duration) { dial(d); /* timeout */ }") is None


def test_variadic_parameter_is_unknown() -> None:
    source = (
        'import "time"\nfunc use(d any) {}\nfunc dial(d ...time.Duration) { use(d); /* timeout */ }\n'
        "func a() { dial(time.Second); /* timeout */ }"
    )
    assert duration(source) is None


# -- across packages

CONFIG = 'package config\nimport "time"\nconst (\n Base = 2 * time.Second\n Dial = 2 * Base\n)\nvar Late = Base\n'


def test_constants_of_another_package() -> None:
    main = 'import "example.com/shop/internal/config"\nfunc use(d any) {}\nfunc run() { use(3 * config.Dial); /* timeout */ }'
    assert duration({"main.go": main, "internal/config/config.go": CONFIG}) == 12 * SECOND


def test_import_by_another_name() -> None:
    main = 'import limits "example.com/shop/internal/config"\nfunc use(d any) {}\nfunc run() { use(limits.Dial); /* timeout */ }'
    assert duration({"main.go": main, "internal/config/config.go": CONFIG}) == 4 * SECOND


def test_dot_import() -> None:
    main = 'import . "example.com/shop/internal/config"\nfunc use(d any) {}\nfunc run() { use(Dial); /* timeout */ }'
    assert duration({"main.go": main, "internal/config/config.go": CONFIG}) == 4 * SECOND


def test_dot_import_of_time() -> None:
    assert duration('import . "time"\nfunc use(d any) {}\nfunc run() { use(4 * Second); /* timeout */ }') == 4 * SECOND


def test_package_whose_name_is_not_its_folder() -> None:
    main = 'import "example.com/shop/go-config"\nfunc use(d any) {}\nfunc run() { use(config.Dial); /* timeout */ }'
    assert duration({"main.go": main, "go-config/config.go": CONFIG}) == 4 * SECOND


def test_package_named_unlike_its_path() -> None:
    main = 'import "example.com/shop/settings"\nfunc use(d any) {}\nfunc run() { use(config.Dial); /* timeout */ }'
    assert duration({"main.go": main, "settings/config.go": CONFIG}) == 4 * SECOND


def test_variable_set_by_another_package() -> None:
    main = (
        'import ("time"; "example.com/shop/internal/config")\nfunc use(d any) {}\n'
        "func run() { use(config.Late); /* timeout */ }\nfunc init() { config.Late = time.Minute; /* timeout */ }"
    )
    assert duration({"main.go": main, "internal/config/config.go": CONFIG}) is None


def test_modules_of_a_workspace() -> None:
    files = {
        "shop/main.go": (
            'package main\nimport "example.com/lib/v2/limits"\nfunc use(d any) {}\nfunc run() { use(limits.Dial); /* timeout */ }'
        ),
        "lib/limits/limits.go": CONFIG.replace("package config", "package limits"),
    }
    modules = (GoModule("example.com/shop", "shop", (1, 24)), GoModule("example.com/lib/v2", "lib", (1, 24)))
    assert duration(files, modules) == 4 * SECOND


def test_package_out_of_view_is_unknown() -> None:
    assert duration('import "example.com/other/config"\nfunc use(d any) {}\nfunc run() { use(config.Dial); /* timeout */ }') is None


def test_circle_of_packages_ends() -> None:
    files = {
        "a/a.go": 'package a\nimport "example.com/shop/b"\nconst A = b.B + 1\nfunc use(d any) {}\nfunc run() { use(A); /* timeout */ }',
        "b/b.go": 'package b\nimport "example.com/shop/a"\nconst B = a.A + 1\n',
    }
    assert duration(files) is None


# -- flags

FLAGS = {
    "flag": ('d := flag.Duration("d", 3*time.Second, "")\nuse(*d)', ""),
    "package variable": ("use(*d)", 'var d = flag.Duration("d", 3*time.Second, "")'),
    "bound": ('var d time.Duration\nflag.DurationVar(&d, "d", 3*time.Second, "")\nuse(d)', ""),
    "bound in init": ("use(d)", 'var d time.Duration\nfunc init() { flag.DurationVar(&d, "d", 3*time.Second, "") }'),
    "pflag": ('d := pflag.Duration("d", 3*time.Second, "")\nuse(*d)', ""),
    "pflag with a letter": ('d := pflag.DurationP("d", "x", 3*time.Second, "")\nuse(*d)', ""),
    "flag set": ('set := flag.NewFlagSet("x", flag.ExitOnError)\nd := set.Duration("d", 3*time.Second, "")\nuse(*d)', ""),
    "cobra": ('var d time.Duration\ncmd.Flags().DurationVarP(&d, "d", "x", 3*time.Second, "")\nuse(d)', "var cmd = &cobra.Command{}"),
    "kingpin": ('d := kingpin.Flag("d", "").Default("3s").Duration()\nuse(*d)', ""),
    "kingpin, bound": ('var d time.Duration\nkingpin.Flag("d", "").Default("3s").DurationVar(&d)\nuse(d)', ""),
    "seconds": ('n := flag.Int("n", 3, "")\nuse(time.Duration(*n) * time.Second)', ""),
    "field": (
        'var o options\nflag.DurationVar(&o.wait, "d", 3*time.Second, "")\nuse(o.wait)',
        "type options struct{ wait time.Duration }",
    ),
    "field, cobra": (
        'o := &options{}\ncmd.PersistentFlags().DurationVar(&o.wait, "d", 3*time.Second, "")\nuse(o.wait)',
        "type options struct{ wait time.Duration }\nvar cmd = &cobra.Command{}",
    ),
}
FLAG_IMPORTS = '"flag"; "time"; "github.com/alecthomas/kingpin/v2"; "github.com/spf13/cobra"; "github.com/spf13/pflag"'


@pytest.mark.parametrize("case", FLAGS)
def test_default_of_a_flag(case: str) -> None:
    body, outside = FLAGS[case]
    code = linked(in_function(body, FLAG_IMPORTS, outside + "\nfunc use(d any) {}"))
    number = fold(code, *used(code))
    assert number is not None
    assert (number.value, number.is_default) == (3 * SECOND, True)


def test_flag_without_a_default_is_unknown() -> None:
    assert duration(in_function('d := kingpin.Flag("d", "").Duration()\nuse(*d)', FLAG_IMPORTS, "func use(d any) {}")) is None


# -- fields of structs

CONSTRUCTOR = (
    'import "time"\ntype api struct{ wait time.Duration }\nfunc use(d any) {}\nfunc (a *api) get() { use(a.wait); /* timeout */ }\n'
)


def test_field_set_in_one_file_and_used_in_another() -> None:
    made = 'import "time"\nfunc newAPI() *api { return &api{wait: 3 * time.Second}; /* timeout */ }'
    assert duration({"get.go": CONSTRUCTOR, "new.go": made}) == 3 * SECOND


def test_field_assigned_later() -> None:
    assert duration(CONSTRUCTOR + "func newAPI() *api { a := new(api); a.wait = 3 * time.Second; return a; /* timeout */ }") == 3 * SECOND


def test_field_of_a_literal_without_keys() -> None:
    assert duration(CONSTRUCTOR + "func newAPI() *api { return &api{3 * time.Second}; /* timeout */ }") == 3 * SECOND


def test_field_of_an_embedded_struct() -> None:
    source = (
        'import "time"\ntype base struct{ wait time.Duration }\ntype api struct{ base }\nfunc use(d any) {}\n'
        "func (a *api) get() { use(a.wait); /* timeout */ }\nfunc newAPI() *api { return &api{base{wait: 3 * time.Second}}; /* timeout */ }"
    )
    assert duration(source) == 3 * SECOND


def test_field_of_two_values_is_unknown() -> None:
    made = (
        "func a() *api { return &api{wait: time.Second}; /* timeout */ }\nfunc b() *api { return &api{wait: time.Minute}; /* timeout */ }"
    )
    assert duration(CONSTRUCTOR + made) is None


def test_field_that_a_default_may_fill_is_unknown() -> None:
    made = "func (a *api) fill() { if a.wait == 0 { a.wait = time.Second }; /* timeout */ }\nfunc b() *api { return &api{}; /* timeout */ }"
    assert duration(CONSTRUCTOR + made) is None


def test_field_nobody_sets_is_unknown() -> None:
    assert duration(CONSTRUCTOR) is None


def test_field_with_a_tag_is_unknown() -> None:
    source = CONSTRUCTOR.replace("wait time.Duration }", 'wait time.Duration `yaml:"wait"` }')
    assert duration(source + "func newAPI() *api { return &api{wait: time.Second}; /* timeout */ }") is None


DECODERS = {
    "json": "json.Unmarshal(data, c)",
    "json, address": "json.Unmarshal(data, &defaults)",
    "viper": "viper.Unmarshal(&defaults)",
    "decoder": "yaml.NewDecoder(nil).Decode(&defaults)",
    "environment": 'envconfig.Process("shop", &defaults)',
    "outer struct": "json.Unmarshal(data, &all)",
}


@pytest.mark.parametrize("case", DECODERS)
def test_field_that_is_decoded_without_tags_is_unknown(case: str) -> None:
    source = (
        'import ("encoding/json"; "time"; "github.com/kelseyhightower/envconfig"; "github.com/spf13/viper"; "gopkg.in/yaml.v3")\n'
        "type config struct{ Wait time.Duration }\ntype whole struct{ Config config; More []config }\nvar all whole\n"
        "var defaults = config{Wait: time.Second} // timeout\nfunc use(d any) {}\n"
        f"func load(data []byte, c *config) {{ {DECODERS[case]}; /* timeout */ }}\nfunc get(c *config) {{ use(c.Wait); /* timeout */ }}"
    )
    assert duration(source) is None


# -- watched objects

HTTP = '"net/http"; "time"'
CLIENTS = {
    "literal": "func make() *http.Client { return &http.Client{Timeout: 3 * time.Second} }",
    "variable": "func make() http.Client { var c http.Client; c.Timeout = 3 * time.Second; return c }",
    "new": "func make() *http.Client { c := new(http.Client); c.Timeout = 3 * time.Second; return c }",
    "new of a value": "func make() *http.Client { return new(http.Client{Timeout: 3 * time.Second}) }",
    "package variable": "var client http.Client\nfunc init() { client.Timeout = 3 * time.Second }",
    "set where it came out of a constructor": (
        "func build() *http.Client { return &http.Client{} }\n"
        "func make() *http.Client { c := build(); c.Timeout = 3 * time.Second; return c }"
    ),
    "set by a helper": (
        "func limit(c *http.Client) { c.Timeout = 3 * time.Second }\nfunc make() *http.Client { c := &http.Client{}; limit(c); return c }"
    ),
    "set through a field": (
        "type api struct{ client *http.Client }\n"
        "func make() *api { a := &api{client: &http.Client{}}; a.client.Timeout = 3 * time.Second; return a }"
    ),
    "set by a method": (
        "type api struct{ client http.Client }\nfunc (a *api) limit(d time.Duration) { a.client.Timeout = d }\n"
        "func make() *api { a := &api{client: http.Client{}}; a.limit(3 * time.Second); return a }"
    ),
    "argument of a constructor": (
        "func build(d time.Duration) *http.Client { return &http.Client{Timeout: d} }\nfunc make() { build(3 * time.Second) }"
    ),
    "functional option": (
        "type api struct{ client *http.Client }\ntype option func(*api)\n"
        "func withTimeout(d time.Duration) option { return func(a *api) { a.client.Timeout = d } }\n"
        "func build(options ...option) *api { a := &api{client: &http.Client{}}; for _, o := range options { o(a) }; return a }\n"
        "func make() *api { return build(withTimeout(3 * time.Second)) }"
    ),
    "type of our own": "type Client = http.Client\nfunc make() *Client { return &Client{Timeout: 3 * time.Second} }",
    "element of a slice": "func make() []*http.Client { return []*http.Client{{Timeout: 3 * time.Second}} }",
}


@pytest.mark.parametrize("case", CLIENTS)
def test_timeout_of_a_client(case: str) -> None:
    value = client_timeout(f"import ({HTTP})\n{CLIENTS[case]}\n")
    assert (value.state, value.value) == ("set", 3 * SECOND)


NOT_ABSENT = {
    "handed out of view": (
        'import ("net/http"; "example.com/other")\nfunc make() *http.Client { c := &http.Client{}; other.Setup(c); return c }'
    ),
    "address handed out of view": (
        'import ("net/http"; "example.com/other")\nfunc make() http.Client { var c http.Client; other.Setup(&c); return c }'
    ),
    "functional option out of use": (
        'import ("net/http"; "time")\ntype api struct{ client *http.Client }\n'
        "func WithTimeout(d time.Duration) func(*api) { return func(a *api) { a.client.Timeout = d } }\n"
        "func build() *api { return &api{client: &http.Client{}} }"
    ),
    "set from a setting": (
        'import ("net/http"; "time"; "os")\n'
        'func make() *http.Client { d, _ := time.ParseDuration(os.Getenv("D")); return &http.Client{Timeout: d} }'
    ),
    "set through an embedding struct": (
        'import ("net/http"; "time")\ntype api struct{ *http.Client }\n'
        "func make() *api { a := &api{&http.Client{}}; a.Timeout = 3 * time.Second; return a }"
    ),
    "set by what a closure holds": (
        'import ("net/http"; "time")\nfunc make() *http.Client { c := &http.Client{}; func() { c.Timeout = 3 * time.Second }(); return c }'
    ),
    "set through another name": (
        'import ("net/http"; "time")\n'
        "func make() *http.Client { c := &http.Client{}; other := c; other.Timeout = 3 * time.Second; return c }"
    ),
    "set by whoever gets it from a channel": (
        'import ("net/http"; "time")\nfunc make(clients chan *http.Client) { clients <- &http.Client{}; /* timeout */ }\n'
        "func take(clients chan *http.Client) { c := <-clients; c.Timeout = 3 * time.Second }"
    ),
    "set in a loop over all of them": (
        'import ("net/http"; "time")\nvar all = []*http.Client{{}}\nfunc init() { for _, c := range all { c.Timeout = 3 * time.Second } }'
    ),
    "copied, then set": (
        'import ("net/http"; "time")\nvar base = http.Client{}\n'
        "func make() *http.Client { c := base; c.Timeout = 3 * time.Second; return &c }"
    ),
}


@pytest.mark.parametrize("case", NOT_ABSENT)
def test_timeout_that_something_may_set_is_not_absent(case: str) -> None:
    code = linked(NOT_ABSENT[case])
    assert "absent" not in {field_value(code, client, "Timeout").state for client in settings(code, "net/http.Client")}


def test_timeout_of_another_client_is_not_ours() -> None:
    source = f"import ({HTTP})\nvar slow = &http.Client{{}}\nvar fast = &http.Client{{}}\nfunc init() {{ fast.Timeout = time.Second }}"
    code = linked(source)
    assert [field_value(code, client, "Timeout").state for client in settings(code, "net/http.Client")] == ["absent", "set"]


FOREIGN = {
    "package called http": {
        "main.go": 'import "example.com/shop/http"\nvar c = http.Client{Timeout: 3}',
        "http/http.go": "package http\ntype Client struct{ Timeout int }\n",
    },
    "local variable called http": {
        "main.go": (
            'import "net/http"\nvar _ = http.StatusOK\ntype box struct{ Client func() int }\n'
            "func f() { http := box{}; http.Client(); /* timeout */ }"
        )
    },
    "type of the same name": {"main.go": "type Client struct{ Timeout int }\nvar c = &Client{Timeout: 3}"},
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_only_called_like_a_watched_type(case: str) -> None:
    assert settings(linked(FOREIGN[case]), "net/http.Client") == ()


NAMES_OF_HTTP = {
    "alias": ('nethttp "net/http"', "nethttp."),
    "dot": ('. "net/http"', ""),
    "plain": ('"net/http"', "http."),
}


@pytest.mark.parametrize("case", NAMES_OF_HTTP)
def test_names_of_the_package(case: str) -> None:
    imported, prefix = NAMES_OF_HTTP[case]
    code = linked(f'import ({imported})\nvar client = &{prefix}Client{{}}\nfunc run() {{ {prefix}Get("http://a"); /* timeout */ }}')
    assert len(settings(code, "net/http.Client")) == 1
    assert [callee_of(code, call, function).name for function in code.functions for call in function.body.calls] == ["net/http.Get"]


# -- transports

DIALER = "(&net.Dialer{Timeout: 3 * time.Second}).DialContext"
TRANSPORTS = {
    "literal": (f"&http.Transport{{DialContext: {DIALER}}}", "", 3 * SECOND),
    "no dialer": ("&http.Transport{}", "", 0),
    "default": ("http.DefaultTransport", "", 30 * SECOND),
    "nil": ("nil", "", 30 * SECOND),
    "clone": ("http.DefaultTransport.(*http.Transport).Clone()", "", 30 * SECOND),
    "clone of our own": ("base.Clone()", f"var base = &http.Transport{{DialContext: {DIALER}}}", 3 * SECOND),
    "clone with a hook": (
        "build()",
        f"func build() *http.Transport {{ t := http.DefaultTransport.(*http.Transport).Clone(); t.DialContext = {DIALER}; return t }}",
        3 * SECOND,
    ),
    "conversion": (f"http.RoundTripper(&http.Transport{{DialContext: {DIALER}}})", "", 3 * SECOND),
    "wrapper of our own": (
        f"&wrapper{{next: &http.Transport{{DialContext: {DIALER}}}}}",
        "type wrapper struct { next http.RoundTripper; name string }",
        3 * SECOND,
    ),
    "wrapping helper": (
        f'wrap(&http.Transport{{DialContext: {DIALER}}}, "shop")',
        "type wrapper struct { next http.RoundTripper; name string }\n"
        "func wrap(next http.RoundTripper, name string) http.RoundTripper { return &wrapper{next, name} }",
        3 * SECOND,
    ),
    "wrapper out of view": (f"otelhttp.NewTransport(&http.Transport{{DialContext: {DIALER}}})", "", 3 * SECOND),
    "two wrappers": (
        f"otelhttp.NewTransport(&wrapper{{&http.Transport{{DialContext: {DIALER}}}}})",
        "type wrapper struct { next http.RoundTripper }\n"
        "func (w *wrapper) RoundTrip(r *http.Request) (*http.Response, error) { return w.next.RoundTrip(r) }",
        3 * SECOND,
    ),
    "hook of a helper": (
        "&http.Transport{DialContext: hook(3 * time.Second)}",
        "func hook(d time.Duration) func(context.Context, string, string) (net.Conn, error) { "
        "return (&net.Dialer{Timeout: d}).DialContext }",
        3 * SECOND,
    ),
    "hook that calls a dialer": (
        "&http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) { "
        "return dialer.DialContext(ctx, network, address) }}",
        "var dialer = &net.Dialer{Timeout: 3 * time.Second}",
        3 * SECOND,
    ),
    "old hook": ("&http.Transport{Dial: (&net.Dialer{Timeout: 3 * time.Second}).Dial}", "", 3 * SECOND),
    "hook out of view": ("&http.Transport{DialContext: other.Dial}", "", None),
    "wrapper of two": (
        "&pair{http.DefaultTransport, &http.Transport{}}",
        "type pair struct { a, b http.RoundTripper }",
        None,
    ),
    "out of view": ("other.NewTransport()", "", None),
    "either": (
        "either()",
        "func either() http.RoundTripper { if fast { return &http.Transport{} }; return http.DefaultTransport }\nvar fast bool",
        None,
    ),
    "dialer with a setting": (
        "&http.Transport{DialContext: (&net.Dialer{Timeout: limit()}).DialContext}",
        "var limit func() time.Duration",
        None,
    ),
    "wrapper of itself": ("loop()", "func loop() http.RoundTripper { return otelhttp.NewTransport(loop()) }", None),
}


@pytest.mark.parametrize("case", TRANSPORTS)
def test_dial_limit_of_a_transport(case: str) -> None:
    expression, outside, expected = TRANSPORTS[case]
    imports = '"context"; "net"; "net/http"; "time"; "example.com/other"; "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"'
    code = linked(in_function(f"use({expression})", imports, outside + "\nfunc use(t http.RoundTripper) {}"))
    limit = dial_limit(code, transport_from(code, *used(code)))
    assert (limit.duration if limit.state == "known" else None) == expected


def test_transport_wrapped_later() -> None:
    code = linked(
        'import ("net/http"; "example.com/other")\nfunc make() *http.Client {\n c := &http.Client{Transport: &http.Transport{}}\n'
        " c.Transport = other.Wrap(c.Transport)\n return c\n}"
    )
    (client,) = settings(code, "net/http.Client")
    assert transport_of(code, client).kind in ("setting", "unknown")


def test_numbers_of_a_clone() -> None:
    code = linked(
        'import "net/http"\n'
        "func make() *http.Transport { t := http.DefaultTransport.(*http.Transport).Clone(); t.MaxIdleConns = 7; return t }"
    )
    (clone,) = settings(code, "net/http.Transport")
    assert field_value(code, clone, "TLSHandshakeTimeout").value == 10 * SECOND
    assert field_value(code, clone, "MaxIdleConns").value == 7


# -- requests of the default client

DEFAULT_CLIENTS = {
    "untouched": ("", False),
    "with a time-out": ("func init() { http.DefaultClient.Timeout = time.Second }", True),
    "another one": ("func init() { http.DefaultClient = &http.Client{Timeout: time.Second} }", True),
    "through another name": ("func init() { c := http.DefaultClient; c.Timeout = time.Second }", True),
}


@pytest.mark.parametrize("case", DEFAULT_CLIENTS)
@pytest.mark.parametrize("call", ['http.Get("http://a")', 'http.DefaultClient.Get("http://a")'])
def test_default_client_that_is_changed(case: str, call: str) -> None:
    outside, is_changed = DEFAULT_CLIENTS[case]
    (request,) = requests(linked(in_function(call, HTTP, outside)))
    assert request.is_default
    assert request.is_open == is_changed


# -- contexts

CONTEXTS = {
    "background": ("use(context.Background())", "", "unbounded"),
    "time-out": ("ctx, cancel := context.WithTimeout(context.Background(), time.Second)\ndefer cancel()\nuse(ctx)", "", "bounded"),
    "value on top": ("use(context.WithValue(bounded(), 1, 2))", "", "bounded"),
    "cancel only": ("ctx, cancel := context.WithCancel(context.TODO())\ndefer cancel()\nuse(ctx)", "", "unbounded"),
    "detached": ("use(context.WithoutCancel(bounded()))", "", "unbounded"),
    "given": ("use(given)", "var given context.Context", "unknown"),
    "out of view": ("use(other.Context())", "", "unknown"),
    "either": ("ctx := context.Background()\nif fast { ctx = bounded() }\nuse(ctx)", "var fast bool", "unknown"),
}


@pytest.mark.parametrize("case", CONTEXTS)
def test_bound_of_a_context(case: str) -> None:
    body, outside, expected = CONTEXTS[case]
    helper = "func bounded() context.Context { ctx, _ := context.WithTimeout(context.Background(), time.Second); return ctx }"
    code = linked(in_function(body, '"context"; "time"; "example.com/other"', f"{outside}\n{helper}\nfunc use(c context.Context) {{}}"))
    assert context_bound(code, *used(code)).state == expected


# -- texts

TEXTS = {
    "literal": ('use("orders:80")', "", "orders:80"),
    "constants put together": ('use(host + ":" + port)', 'const (\n host = "orders"\n port = "80"\n)', "orders:80"),
    "formatted": ('use(fmt.Sprintf("%s:%d", host, 80))', 'const host = "orders"', "orders:80"),
    "joined": ('use(net.JoinHostPort("orders", strconv.Itoa(port)))', "const port = 80", "orders:80"),
    "joined, IPv6": ('use(net.JoinHostPort("::1", "80"))', "", "[::1]:80"),
    "conversion": ("use(string(address))", 'type text string\nconst address text = "orders:80"', "orders:80"),
    "helper": ("use(address())", 'func address() string { return "orders:80" }', "orders:80"),
    "declared, then set": ('var a string\na = "orders:80"\nuse(a)', "", "orders:80"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_known_text(case: str) -> None:
    body, outside, expected = TEXTS[case]
    code = linked(in_function(body, '"fmt"; "net"; "strconv"; "time"', outside + "\nfunc use(s string) {}"))
    assert known_text(code, *used(code)) == expected


PARTS_OF_TEXTS = {
    "environment": ('use(os.Getenv("A"))', (HOLE,)),
    "known end": ('use(os.Getenv("A") + ":80")', (f"{HOLE}:80",)),
    "known start": ('use(fmt.Sprintf("orders:%v", port))', (f"orders:{HOLE}",)),
    "verb with a width": ('use(fmt.Sprintf("%05d", 80))', (HOLE,)),
    "percent": ('use(fmt.Sprintf("100%%"))', ("100%",)),
    "either": ('a := "x"\nif port > 1 { a = "y" }\nuse(a)', ("x", "y")),
    "default of a flag": ('a := flag.String("a", "orders:80", "")\nuse(*a)', (HOLE,)),
    "default of a bound flag": ('var a string\nflag.StringVar(&a, "a", "orders:80", "")\nuse(a)', (HOLE,)),
    "grown in a loop": ('a := "x"\nfor range port { a = a + "x" }\nuse(a)', None),
}


@pytest.mark.parametrize("case", PARTS_OF_TEXTS)
def test_parts_of_texts(case: str) -> None:
    body, expected = PARTS_OF_TEXTS[case]
    code = linked(
        in_function(
            body, '"flag"; "fmt"; "os"; "time"', "var port int\nfunc init() { port = len(os.Args); /* timeout */ }\nfunc use(s string) {}"
        )
    )
    found = texts_of(code, *used(code))
    if expected is None:
        assert any(HOLE in text for text in found)
    else:
        assert found == expected


# -- types

TYPES = {
    "constructor in view": ("build()", "func build() *http.Client { return nil }", "*net/http.Client"),
    "standard library": ('sql.Open("pgx", "")', "", "*database/sql.DB"),
    "field": ("a.client", "type api struct{ client *http.Client }\nvar a api", "*net/http.Client"),
    "promoted field": ("a.client", "type base struct{ client *http.Client }\ntype api struct{ *base }\nvar a api", "*net/http.Client"),
    "alias": ("c", "type client = http.Client\nvar c client", "net/http.Client"),
    "alias of an alias": ("c", "type inner = http.Client\ntype client = inner\nvar c client", "net/http.Client"),
    "alias of itself": ("c", "type a = b\ntype b = a\nvar c a", ""),
    "assertion": ("x.(*http.Transport)", "var x any", "*net/http.Transport"),
    "element": ("all[0]", "var all []*http.Client", "*net/http.Client"),
    "value of a map": ('all["a"]', "var all map[string]*http.Client", "*net/http.Client"),
    "out of view": ("other.Client()", "", ""),
}


@pytest.mark.parametrize("case", TYPES)
def test_type(case: str) -> None:
    expression, outside, expected = TYPES[case]
    code = linked(in_function(f"use({expression})", '"database/sql"; "net/http"; "example.com/other"', outside + "\nfunc use(x any) {}"))
    assert type_of(code, *used(code)) == expected


def test_setting_of_what_is_made_elsewhere() -> None:
    files = {
        "main.go": 'import "example.com/shop/lib"\nfunc use(x any) {}\nfunc run() { use(lib.Client()); /* timeout */ }',
        "lib/lib.go": (
            'package lib\nimport "net/http"\nvar shared = &http.Client{}\nfunc Client() *http.Client { return shared; /* timeout */ }'
        ),
    }
    code = linked(files)
    (origin,) = origins(code, *used(code))
    setting = setting_of(code, origin)
    assert setting is not None
    assert setting.span.path == "lib/lib.go"


# -- addresses

HOSTS = {
    "orders:80": "orders",
    ":8080": "",
    "[::1]:80": "::1",
    "::1": "::1",
    "http://orders.shop.svc/path:8": "orders.shop.svc",
    "https://user:secret@orders:443?x=1": "orders",
    "orders": "orders",
    f"orders:{HOLE}": "orders",
    f"http://orders/{HOLE}": "orders",
    f"{HOLE}:80": None,
    f"http://orders{HOLE}": None,
}


@pytest.mark.parametrize("text", HOSTS)
def test_host_in_an_address(text: str) -> None:
    assert host_in(text) == HOSTS[text]


@pytest.mark.parametrize("host", ["", "localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"])
def test_this_machine(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["orders", "localhost.example.com", "10.0.0.1", "fe80::1", "localhosts"])
def test_another_machine(host: str) -> None:
    assert not is_local(host)


# -- comments

REMARKS = {
    "behind": ("Timeout: 0, // for as long as it takes", True),
    "above": ("// for as long as it takes\nTimeout: 0,", True),
    "further above": ("// for as long as it takes\n\nTimeout: 0,", False),
    "behind another": ("Jar: nil, // no cookies\nTimeout: 0,", False),
    "directive": ("Timeout: 0, //nolint:gosec", False),
    "to be done": ("Timeout: 0, // TODO: choose one", False),
    "none": ("Timeout: 0,", False),
}


@pytest.mark.parametrize("case", REMARKS)
def test_remark_beside_a_setting(case: str) -> None:
    written, expected = REMARKS[case]
    code = linked(f'import "net/http"\nvar client = &http.Client{{\n{written}\n}}\n')
    (client,) = settings(code, "net/http.Client")
    (place,) = field_value(code, client, "Timeout").places
    assert is_remarked(place) == expected


def test_remark_beside_an_assignment() -> None:
    code = linked('import "net/http"\nvar client http.Client\nfunc init() {\nclient.Timeout = 0 // for as long as it takes\n}')
    (client,) = settings(code, "net/http.Client")
    assert is_remarked(field_value(code, client, "Timeout").places[0])


def test_calls_are_found_by_what_they_call() -> None:
    """Each once and in the order of the source, whatever the package is called and however often a name is asked for."""
    code = linked(
        """
import (
	"context"
	"net/http"
	plain "net/http"
	"time"
)

const wait = time.Second // a time-out

type client struct{ *http.Client }

func first(c client, url string) {
	http.Get(url)
	c.Get(url)
	get := plain.Get
	get(url)
	other.Get(url)
}

func second(ctx context.Context, url string) {
	plain.Get(url)
	first(client{}, url)
}
"""
    )

    def found(calls: list[Called]) -> list[tuple[str, str]]:
        return [(item.function.name, item.callee.name) for item in calls]

    method, get = "net/http.Client.Get", "net/http.Get"
    in_order = [("first", get), ("first", method), ("first", get), ("second", get)]
    assert found(calls_of(code, (method, get, get))) == in_order
    assert found(calls_where(code, lambda name: name.startswith("net/http."))) == in_order
    assert found(calls_written(code, ("Get",))) == [("first", get), ("first", method), ("first", ""), ("second", get)]
    (first,) = calls_of(code, ("example.com/shop.first",))
    assert first.callee.declaration is not None
    assert calls_of_declaration(code, id(first.callee.declaration[1])) == [first]
    assert [function.name for function in calling(calls_of(code, (get,)))] == ["first", "second"]
