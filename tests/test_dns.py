"""The pod's resolv.conf, and what Go, glibc and musl make of it.

Sequences, odd numbers and times were measured on Go 1.26 and 1.27, glibc 2.36, musl 1.2.3 and 1.2.5, with a scripted DNS server on
loopback; the root as a search domain on musl was read in its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlint.dns import (
    CAPS,
    KNOWN_OPTIONS,
    RESOLVERS,
    Answer,
    ClusterDns,
    ClusterName,
    DnsOption,
    Dropped,
    DropReason,
    PodDns,
    ResolvConf,
    Resolver,
    ResolverSettings,
    candidates,
    cluster_name,
    effective_policy,
    is_public_nameserver,
    one_lost_packet,
    packets,
    pod_resolv_conf,
    resolver_settings,
    service_candidates,
    understood_by,
    walk,
    worst_case,
)
from netlint.durations import Nanoseconds, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

REDIS: Final = "redis.default.svc.cluster.local."
CLUSTER_SEARCHES: Final = ("default.svc.cluster.local", "svc.cluster.local", "cluster.local")
NODE: Final = ClusterDns(
    node_searches=("corp.example.", "cluster.local"), node_options=(DnsOption("rotate"), DnsOption("timeout", "3")), domain="cluster.local"
)


def options(*words: str) -> tuple[DnsOption, ...]:
    """``ndots:5`` and ``rotate`` as options."""
    pairs = (word.partition(":") for word in words)
    return tuple(DnsOption(name, value if colon else None) for name, colon, value in pairs)


def conf(*words: str, searches: tuple[str, ...] = CLUSTER_SEARCHES, servers: int = 1) -> ResolvConf:
    """A resolv.conf with these options."""
    return ResolvConf(tuple(f"10.96.0.{10 + number}" for number in range(servers)), searches, options(*words))


def settings(resolver: Resolver, *words: str, searches: tuple[str, ...] = CLUSTER_SEARCHES, servers: int = 1) -> ResolverSettings:
    """What ``resolver`` reads from such a resolv.conf."""
    return resolver_settings(conf(*words, searches=searches, servers=servers), resolver)


def says(found: dict[str, Answer], default: Answer = Answer.NXDOMAIN) -> Callable[[str], Answer]:
    """Servers that give these answers, and ``default`` to every other name."""
    return lambda name: found.get(name, default)


# The pod's file


@pytest.mark.parametrize(
    ("policy", "host_network", "expected"),
    [
        (None, False, "cluster"),
        ("", False, "cluster"),
        ("ClusterFirst", False, "cluster"),
        (None, True, "host"),
        ("ClusterFirst", True, "host"),
        ("ClusterFirstWithHostNet", True, "cluster"),
        ("ClusterFirstWithHostNet", False, "cluster"),
        ("Default", False, "host"),
        ("Default", True, "host"),
        ("None", False, "none"),
        ("None", True, "none"),
        ("clusterFirst", True, "cluster"),
    ],
)
def test_effective_policy(policy: str | None, host_network: bool, expected: str) -> None:
    assert effective_policy(policy, host_network) == expected


@pytest.mark.parametrize(
    ("policy", "host_network", "expected"),
    [
        (
            None,
            False,
            "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n",
        ),
        (None, True, "search corp.example cluster.local\nnameserver 203.0.113.53\noptions rotate timeout:3\n"),
        (
            "ClusterFirstWithHostNet",
            True,
            "search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n",
        ),
        ("Default", False, "search corp.example cluster.local\nnameserver 203.0.113.53\noptions rotate timeout:3\n"),
        ("None", False, ""),
    ],
)
def test_base_of_each_policy(policy: str | None, host_network: bool, expected: str) -> None:
    assert pod_resolv_conf(PodDns(policy, host_network, "shop"), NODE).render() == expected


def test_kubelet_without_cluster_dns_falls_back_to_the_node() -> None:
    cluster = ClusterDns(nameservers=(), node_searches=("corp.example",))
    assert pod_resolv_conf(PodDns(None, False, "shop"), cluster) == ResolvConf(("203.0.113.53",), ("corp.example",))


def test_kubelet_without_cluster_domain_searches_only_what_the_node_searches() -> None:
    made = pod_resolv_conf(PodDns(None, False, "shop"), ClusterDns(domain="", node_searches=("corp.example", ".")))
    assert made == ResolvConf(("10.96.0.10",), ("corp.example", "."), options("ndots:5"))


def test_dns_config_is_appended_without_duplicates_and_wins_by_option_name() -> None:
    pod = PodDns(
        None,
        False,
        "default",
        nameservers=("10.96.0.10", "1.1.1.1"),
        searches=("svc.cluster.local", "shop.example", "shop.example."),
        options=(*options("timeout:1", "ndots:2", "edns0"), DnsOption("rotate", "")),
    )
    made = pod_resolv_conf(pod, ClusterDns())
    assert made == ResolvConf(
        ("10.96.0.10", "1.1.1.1"),
        (*CLUSTER_SEARCHES, "shop.example", "shop.example."),
        (DnsOption("edns0"), DnsOption("ndots", "2"), DnsOption("rotate", ""), DnsOption("timeout", "1")),
    )
    assert made.options_line == "options edns0 ndots:2 rotate timeout:1"


def test_last_of_two_options_with_one_name_wins() -> None:
    made = pod_resolv_conf(PodDns("None", False, "default", ("1.1.1.1",), (), options("ndots:1", "ndots:3")), ClusterDns())
    assert made.options == options("ndots:3")


def test_option_without_value_takes_the_base_value_away() -> None:
    made = pod_resolv_conf(PodDns(None, False, "default", options=(DnsOption("ndots"),)), ClusterDns())
    assert made.options_line == "options ndots"
    assert resolver_settings(made, "go").ndots == 1


def test_policy_none_holds_only_what_the_pod_says() -> None:
    made = pod_resolv_conf(PodDns("None", True, "default", ("8.8.8.8",)), NODE)
    assert made.render() == "nameserver 8.8.8.8\n"


def test_fourth_nameserver_is_dropped() -> None:
    made = pod_resolv_conf(PodDns(None, False, "default", ("1.1.1.1", "8.8.8.8", "9.9.9.9")), ClusterDns())
    assert made.nameservers == ("10.96.0.10", "1.1.1.1", "8.8.8.8")
    assert made.dropped == (Dropped("9.9.9.9", DropReason.TOO_MANY_NAMESERVERS),)
    assert str(made.dropped[0]) == "9.9.9.9: the kubelet keeps the first 3 nameservers"


def test_search_list_is_cut_to_the_limits() -> None:
    searches = tuple(f"d{number}.example" for number in range(31))
    made = pod_resolv_conf(PodDns(None, False, "default", searches=searches), ClusterDns())
    assert made.searches == (*CLUSTER_SEARCHES, *searches[:29])
    assert made.dropped == (Dropped("d29.example", DropReason.TOO_MANY_SEARCHES), Dropped("d30.example", DropReason.TOO_MANY_SEARCHES))


def test_search_domain_over_253_characters_is_dropped() -> None:
    made = pod_resolv_conf(PodDns("None", False, "default", ("1.1.1.1",), ("a" * 254, "b" * 253)), ClusterDns())
    assert made.searches == ("b" * 253,)
    assert made.dropped == (Dropped("a" * 254, DropReason.SEARCH_TOO_LONG),)


@pytest.mark.parametrize(("last", "kept"), [(16, 9), (17, 8)])
def test_search_line_is_cut_at_2048_characters(last: int, kept: int) -> None:
    searches = (*(f"{number}{'a' * 252}" for number in range(8)), "b" * last)
    made = pod_resolv_conf(PodDns("None", False, "default", ("1.1.1.1",), searches), ClusterDns())
    assert made.searches == searches[:kept]
    assert [item.reason for item in made.dropped] == [DropReason.SEARCH_LINE_TOO_LONG] * (9 - kept)


# What each resolver reads


@pytest.mark.parametrize("resolver", RESOLVERS)
def test_defaults(resolver: Resolver) -> None:
    read = resolver_settings(ResolvConf(("10.96.0.10",)), resolver)
    assert read == ResolverSettings(ndots=1, timeout_ns=seconds(5), attempts=2, nameservers=("10.96.0.10",))


@pytest.mark.parametrize(
    ("word", "go", "glibc", "musl"),
    [
        ("ndots:5", 5, 5, 5),
        ("ndots:0", 0, 0, 0),
        ("ndots:15", 15, 15, 15),
        ("ndots:16", 15, 15, 15),
        ("ndots:99999999999", 15, 15, 15),
        ("ndots:2x", 2, 2, 2),
        ("ndots:five", 0, 0, 1),
        ("ndots:-1", 0, 15, 1),
        ("ndots:+3", 0, 3, 1),
        ("ndots: 3", 0, 3, 1),
        ("ndots", 1, 1, 1),
        ("Ndots:3", 1, 1, 1),
    ],
)
def test_ndots(word: str, go: int, glibc: int, musl: int) -> None:
    assert [settings(resolver, word).ndots for resolver in RESOLVERS] == [go, glibc, musl]


@pytest.mark.parametrize(
    ("word", "go", "glibc", "musl"),
    [
        ("timeout:1", 1, 1, 1),
        ("timeout:31", 31, 30, 31),
        ("timeout:61", 61, 30, 60),
        ("timeout:0", 1, 1, 0),
        ("timeout:2s", 2, 2, 2),
        ("timeout:0.5", 1, 1, 0),
        ("timeout:", 5, 5, 5),
    ],
)
def test_timeout_in_seconds(word: str, go: int, glibc: int, musl: int) -> None:
    assert [settings(resolver, word).timeout_ns for resolver in RESOLVERS] == [seconds(go), seconds(glibc), seconds(musl)]


@pytest.mark.parametrize(
    ("word", "go", "glibc", "musl"),
    [("attempts:1", 1, 1, 1), ("attempts:11", 11, 5, 10), ("attempts:0", 1, 0, 0), ("attempts:-1", 1, 0, 2), ("attempts:many", 1, 0, 2)],
)
def test_attempts(word: str, go: int, glibc: int, musl: int) -> None:
    assert [settings(resolver, word).attempts for resolver in RESOLVERS] == [go, glibc, musl]


def test_of_two_values_the_libraries_take_the_last_and_musl_the_first() -> None:
    assert [settings(resolver, "ndots:2", "ndots:4").ndots for resolver in RESOLVERS] == [4, 4, 2]


def test_nameservers_that_are_no_address_are_passed_over() -> None:
    written = ResolvConf(("kube-dns", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"))
    assert [resolver_settings(written, resolver).nameservers for resolver in RESOLVERS] == [("10.0.0.1", "10.0.0.2", "10.0.0.3")] * 3


def test_without_nameserver_the_machine_itself_is_asked() -> None:
    assert [resolver_settings(ResolvConf(), resolver).nameservers for resolver in RESOLVERS] == [
        ("127.0.0.1", "::1"),
        ("127.0.0.1",),
        ("127.0.0.1",),
    ]


def test_musl_reads_a_search_line_of_254_characters_and_skips_one_of_255() -> None:
    fitting, too_long = ("a" * 200, "b" * 46), ("a" * 200, "b" * 47)
    assert len(conf(searches=fitting).search_line) == 254
    read, skipped = settings("musl", searches=fitting), settings("musl", searches=too_long)
    assert (read.searches, read.search_ignored) == (fitting, False)
    assert (skipped.searches, skipped.search_ignored) == ((), True)
    assert settings("go", searches=too_long).searches == settings("glibc", searches=too_long).searches == too_long


def test_musl_then_asks_only_for_the_name_as_it_stands() -> None:
    searches = (*CLUSTER_SEARCHES, *(f"department-{number}.corp.example" for number in range(10)))
    asked = {
        resolver: walk("redis.default", settings(resolver, "ndots:5", searches=searches), resolver, says({REDIS: Answer.FOUND}))
        for resolver in RESOLVERS
    }
    assert (asked["musl"].asked, asked["musl"].answer) == (("redis.default.",), Answer.NXDOMAIN)
    assert asked["go"].resolves
    assert asked["glibc"].resolves


def test_musl_skips_an_options_line_that_is_too_long() -> None:
    words = ("ndots:5", *(f"option-of-no-meaning-{number}" for number in range(10, 21)))
    assert [settings(resolver, *words).ndots for resolver in RESOLVERS] == [5, 5, 1]


def test_single_request_in_both_spellings() -> None:
    for word in ("single-request", "single-request-reopen"):
        assert [settings(resolver, word).single_request for resolver in RESOLVERS] == [True, True, False]
    assert not settings("go", "single-request:yes").single_request


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ndots:2", {"go", "glibc", "musl"}),
        ("ndots", set()),
        ("ndots:five", set()),
        ("timeout:-1", set()),
        ("rotate", {"go", "glibc"}),
        ("rotate:true", {"glibc"}),
        ("single-request-reopen", {"go", "glibc"}),
        ("tcp", {"go"}),
        ("no-tld-query", {"glibc"}),
        ("time-out:3", set()),
    ],
)
def test_understood_by(word: str, expected: set[Resolver]) -> None:
    assert understood_by(options(word)[0]) == expected


def test_caps_are_those_that_the_reading_applies() -> None:
    for resolver in RESOLVERS:
        read, caps = settings(resolver, "ndots:1000", "timeout:1000", "attempts:1000"), CAPS[resolver]
        assert (read.ndots, read.timeout_ns, read.attempts) == (caps.ndots, seconds(caps.timeout or 1000), caps.attempts or 1000)
        assert set(KNOWN_OPTIONS[resolver]) >= {"ndots", "timeout", "attempts"}


# Which names are asked for


class Row(NamedTuple):
    """A measured lookup; ``~`` in ``names`` stands for ``.cluster.local.``; only the Service and the outside exist."""

    namespace: str
    ndots: int
    name: str
    names: str
    resolves: bool
    resolves_on_musl: bool


TABLE: Final = (
    Row("default", 5, "redis", "redis.default.svc~", True, True),
    Row("default", 5, "redis.default", "redis.default.default.svc~ redis.default.svc~", True, True),
    Row("default", 5, "redis.default.svc", "redis.default.svc.default.svc~ redis.default.svc.svc~ redis.default.svc~", True, True),
    Row(
        "default",
        5,
        "redis.default.svc.cluster.local",
        "redis.default.svc~default.svc~ redis.default.svc~svc~ redis.default.svc~cluster.local. redis.default.svc~",
        True,
        True,
    ),
    Row("default", 5, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("default", 5, "api.example.com", "api.example.com.default.svc~ api.example.com.svc~ api.example.com~ api.example.com.", True, True),
    Row("default", 5, "api.example.com.", "api.example.com.", True, True),
    Row("default", 2, "redis", "redis.default.svc~", True, True),
    Row("default", 2, "redis.default", "redis.default.default.svc~ redis.default.svc~", True, True),
    Row(
        "default",
        2,
        "redis.default.svc",
        "redis.default.svc. redis.default.svc.default.svc~ redis.default.svc.svc~ redis.default.svc~",
        True,
        False,
    ),
    Row("default", 2, "redis.default.svc.cluster.local", "redis.default.svc~", True, True),
    Row("default", 2, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("default", 2, "api.example.com", "api.example.com.", True, True),
    Row("default", 2, "api.example.com.", "api.example.com.", True, True),
    Row("default", 1, "redis", "redis.default.svc~", True, True),
    Row("default", 1, "redis.default", "redis.default. redis.default.default.svc~ redis.default.svc~", True, False),
    Row(
        "default",
        1,
        "redis.default.svc",
        "redis.default.svc. redis.default.svc.default.svc~ redis.default.svc.svc~ redis.default.svc~",
        True,
        False,
    ),
    Row("default", 1, "redis.default.svc.cluster.local", "redis.default.svc~", True, True),
    Row("default", 1, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("default", 1, "api.example.com", "api.example.com.", True, True),
    Row("default", 1, "api.example.com.", "api.example.com.", True, True),
    Row("other", 5, "redis", "redis.other.svc~ redis.svc~ redis~ redis.", False, False),
    Row("other", 5, "redis.default", "redis.default.other.svc~ redis.default.svc~", True, True),
    Row("other", 5, "redis.default.svc", "redis.default.svc.other.svc~ redis.default.svc.svc~ redis.default.svc~", True, True),
    Row(
        "other",
        5,
        "redis.default.svc.cluster.local",
        "redis.default.svc~other.svc~ redis.default.svc~svc~ redis.default.svc~cluster.local. redis.default.svc~",
        True,
        True,
    ),
    Row("other", 5, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("other", 5, "api.example.com", "api.example.com.other.svc~ api.example.com.svc~ api.example.com~ api.example.com.", True, True),
    Row("other", 5, "api.example.com.", "api.example.com.", True, True),
    Row("other", 2, "redis", "redis.other.svc~ redis.svc~ redis~ redis.", False, False),
    Row("other", 2, "redis.default", "redis.default.other.svc~ redis.default.svc~", True, True),
    Row(
        "other",
        2,
        "redis.default.svc",
        "redis.default.svc. redis.default.svc.other.svc~ redis.default.svc.svc~ redis.default.svc~",
        True,
        False,
    ),
    Row("other", 2, "redis.default.svc.cluster.local", "redis.default.svc~", True, True),
    Row("other", 2, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("other", 2, "api.example.com", "api.example.com.", True, True),
    Row("other", 2, "api.example.com.", "api.example.com.", True, True),
    Row("other", 1, "redis", "redis.other.svc~ redis.svc~ redis~ redis.", False, False),
    Row("other", 1, "redis.default", "redis.default. redis.default.other.svc~ redis.default.svc~", True, False),
    Row(
        "other",
        1,
        "redis.default.svc",
        "redis.default.svc. redis.default.svc.other.svc~ redis.default.svc.svc~ redis.default.svc~",
        True,
        False,
    ),
    Row("other", 1, "redis.default.svc.cluster.local", "redis.default.svc~", True, True),
    Row("other", 1, "redis.default.svc.cluster.local.", "redis.default.svc~", True, True),
    Row("other", 1, "api.example.com", "api.example.com.", True, True),
    Row("other", 1, "api.example.com.", "api.example.com.", True, True),
)

OUTSIDE: Final = "api.example.com."


def test_table_is_whole() -> None:
    assert len(TABLE) == 42
    assert sum(row.resolves and not row.resolves_on_musl for row in TABLE) == 6


@pytest.mark.parametrize("resolver", RESOLVERS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.namespace}-{row.ndots}-{row.name}")
def test_names_asked(row: Row, resolver: Resolver) -> None:
    pod = PodDns(None, False, row.namespace, options=(DnsOption("ndots", str(row.ndots)),))
    read = resolver_settings(pod_resolv_conf(pod, ClusterDns()), resolver)
    lookup = walk(row.name, read, resolver, says({REDIS: Answer.FOUND, OUTSIDE: Answer.FOUND}))
    expected = tuple(name.replace("~", ".cluster.local.") for name in row.names.split())
    if resolver == "musl" and not row.resolves_on_musl and row.resolves:
        assert (lookup.asked, lookup.resolves) == ((f"{row.name}.",), False)
    else:
        assert (lookup.asked, lookup.resolves) == (expected, row.resolves)
        assert packets(lookup.asked) == 2 * len(expected)
    assert lookup.waited == 0


def test_inherited_search_domains_cost_two_packets_each() -> None:
    cluster = ClusterDns(node_searches=("c.project.internal", "google.internal"))
    read = resolver_settings(pod_resolv_conf(PodDns(None, False, "default"), cluster), "go")
    assert packets(candidates("api.example.com", read, "go")) == 12
    assert packets(candidates("api.example.com", read, "go"), record_types=1) == 6


@pytest.mark.parametrize("resolver", RESOLVERS)
@pytest.mark.parametrize(
    "name", ["", ".", "..", "a..b", ".a", "a..", "x" * 64, f"a.{'b' * 64}", f"{'a.' * 126}ab", "10.0.0.1", "::1", "fd00::10"]
)
def test_what_names_no_host_is_not_asked_for(name: str, resolver: Resolver) -> None:
    assert candidates(name, settings(resolver, "ndots:2"), resolver) == ()
    assert worst_case(name, settings(resolver, "ndots:2"), resolver) == 0


def test_an_address_needs_no_server_and_a_bad_name_has_none() -> None:
    read = settings("go")
    assert walk("10.0.0.1", read, "go", says({}, Answer.TIMEOUT)).resolves
    assert walk("a..b", read, "go", says({}, Answer.FOUND)).answer is Answer.NXDOMAIN


def test_search_domain_with_a_final_dot_gives_one_dot() -> None:
    for resolver in RESOLVERS:
        read = settings(resolver, "ndots:5", searches=("shop.example.",))
        assert candidates("redis", read, resolver) == ("redis.shop.example.", "redis.")


@pytest.mark.parametrize(
    ("resolver", "ndots", "expected"),
    [
        ("go", 3, ("n.a.test.", "n.b.test.", "n.")),
        ("glibc", 3, ("n.a.test.", "n.", "n.b.test.")),
        ("musl", 3, ("n.a.test.", "n.b.test.", "n.")),
        ("go", 0, ("n.", "n.a.test.", "n.b.test.")),
        ("glibc", 0, ("n.", "n.a.test.", "n.", "n.b.test.")),
        ("musl", 0, ("n.",)),
    ],
)
def test_root_as_search_domain(resolver: Resolver, ndots: int, expected: tuple[str, ...]) -> None:
    read = settings(resolver, f"ndots:{ndots}", searches=("a.test", ".", "b.test"))
    assert candidates("n", read, resolver) == expected


def test_names_that_get_too_long_are_skipped_and_end_the_search_of_glibc() -> None:
    long = ".".join(["x" * 60, "y" * 60, "z" * 60, "w" * 20])
    name = f"{'q' * 60}.n"
    found = {resolver: candidates(name, settings(resolver, "ndots:3", searches=(long, "b.test")), resolver) for resolver in ("go", "glibc")}
    assert found == {"go": (f"{name}.b.test.", f"{name}."), "glibc": (f"{name}.",)}


def test_go_never_asks_for_an_onion_name() -> None:
    assert candidates("foo.onion", settings("go"), "go") == tuple(f"foo.onion.{domain}." for domain in CLUSTER_SEARCHES)
    assert candidates("foo.Onion.", settings("go"), "go") == ()
    assert candidates("foo.onion.", settings("glibc"), "glibc") == ("foo.onion.",)


# What ends a walk


SEARCHES: Final = ("d.svc.test", "svc.test")
IN_D, IN_SVC, BARE = "a.b.d.svc.test.", "a.b.svc.test.", "a.b."


@pytest.mark.parametrize(
    ("resolver", "first", "asked", "answer", "waited"),
    [
        ("go", Answer.NODATA, (IN_D, IN_SVC, BARE), Answer.NXDOMAIN, 0),
        ("glibc", Answer.NODATA, (IN_D, IN_SVC, BARE), Answer.NODATA, 0),
        ("musl", Answer.NODATA, (IN_D,), Answer.NODATA, 0),
        ("go", Answer.SERVFAIL, (IN_D, IN_SVC, BARE), Answer.NXDOMAIN, 0),
        ("glibc", Answer.SERVFAIL, (IN_D, IN_SVC, BARE), Answer.SERVFAIL, 0),
        ("musl", Answer.SERVFAIL, (IN_D,), Answer.SERVFAIL, 1),
        ("go", Answer.REFUSED, (IN_D, IN_SVC, BARE), Answer.NXDOMAIN, 0),
        ("glibc", Answer.REFUSED, (IN_D, BARE), Answer.NXDOMAIN, 0),
        ("musl", Answer.REFUSED, (IN_D,), Answer.REFUSED, 1),
        ("go", Answer.TIMEOUT, (IN_D, IN_SVC, BARE), Answer.NXDOMAIN, 2),
        ("glibc", Answer.TIMEOUT, (IN_D, BARE), Answer.NXDOMAIN, 2),
        ("musl", Answer.TIMEOUT, (IN_D,), Answer.TIMEOUT, 1),
    ],
)
def test_failure_of_the_first_searched_name(resolver: Resolver, first: Answer, asked: tuple[str, ...], answer: Answer, waited: int) -> None:
    lookup = walk("a.b", settings(resolver, "ndots:2", "timeout:1", searches=SEARCHES), resolver, says({IN_D: first}))
    assert (lookup.asked, lookup.answer, lookup.waited) == (asked, answer, seconds(waited))


@pytest.mark.parametrize("answer", [Answer.NODATA, Answer.SERVFAIL, Answer.REFUSED, Answer.TIMEOUT])
def test_failure_of_the_name_as_it_stands_does_not_stop_go_and_glibc(answer: Answer) -> None:
    for resolver in RESOLVERS:
        lookup = walk("a.b", settings(resolver, "ndots:1", "timeout:1", searches=SEARCHES), resolver, says({BARE: answer}))
        assert lookup.answer is answer
        assert lookup.asked == ((BARE,) if resolver == "musl" else (BARE, IN_D, IN_SVC))


def test_namespace_with_the_name_of_a_host_ends_the_walk_on_musl_only() -> None:
    servers = says({"redis.svc.cluster.local.": Answer.NODATA, "redis.": Answer.FOUND})
    other = ("other.svc.cluster.local", *CLUSTER_SEARCHES[1:])
    found = {resolver: walk("redis", settings(resolver, "ndots:5", searches=other), resolver, servers) for resolver in RESOLVERS}
    assert [found[resolver].resolves for resolver in RESOLVERS] == [True, True, False]
    assert (len(found["musl"].asked), found["musl"].answer) == (2, Answer.NODATA)


# How long it takes


@pytest.mark.parametrize(
    ("words", "servers", "go", "glibc", "musl"),
    [
        (("ndots:5",), 1, 40, 20, 5),
        (("ndots:5",), 2, 80, 40, 5),
        (("ndots:5",), 3, 120, 56, 5),
        (("ndots:5", "timeout:1", "attempts:2"), 1, 8, 4, 1),
        (("ndots:5", "timeout:1", "attempts:2"), 3, 24, 12, 1),
        (("ndots:5", "timeout:2", "attempts:1"), 3, 24, 10, 2),
        (("ndots:5", "timeout:0", "attempts:1"), 2, 8, 4, 0),
        (("ndots:5", "single-request"), 1, 80, 20, 5),
        (("ndots:5", "attempts:0"), 1, 20, 0, 0),
    ],
)
def test_time_to_fail_when_nothing_is_answered(words: tuple[str, ...], servers: int, go: int, glibc: int, musl: int) -> None:
    times = [worst_case("redis", settings(resolver, *words, servers=servers), resolver) for resolver in RESOLVERS]
    assert times == [seconds(go), seconds(glibc), seconds(musl)]


def test_time_to_fail_of_a_rooted_name() -> None:
    assert [worst_case("redis.", settings(resolver), resolver) for resolver in RESOLVERS] == [seconds(10), seconds(10), seconds(5)]


def test_time_to_fail_when_only_the_outside_is_dead() -> None:
    servers = says({OUTSIDE: Answer.TIMEOUT})
    lookups = [walk("api.example.com", settings(resolver, "ndots:5"), resolver, servers) for resolver in RESOLVERS]
    assert [lookup.waited for lookup in lookups] == [seconds(10), seconds(10), seconds(5)]
    assert {lookup.answer for lookup in lookups} == {Answer.TIMEOUT}


@pytest.mark.parametrize(("resolver", "word"), [("glibc", "attempts:0"), ("musl", "attempts:0"), ("musl", "timeout:0")])
def test_resolver_that_never_asks_fails_at_once(resolver: Resolver, word: str) -> None:
    read = settings(resolver, word)
    lookup = walk("redis", read, resolver, says({}, Answer.FOUND))
    assert not read.asks_anything
    assert (lookup.asked, lookup.answer, lookup.waited) == ((), Answer.SERVFAIL, 0)


def test_go_always_asks() -> None:
    assert settings("go", "attempts:0", "timeout:0").asks_anything


@pytest.mark.parametrize(
    ("words", "go", "glibc", "musl"),
    [
        ((), 5_000, 5_000, 2_500),
        (("timeout:1",), 1_000, 1_000, 500),
        (("attempts:3",), 5_000, 5_000, 1_666),
        (("attempts:0",), 5_000, 5_000, 5_000),
        (("single-request-reopen",), 5_000, 5_000, 2_500),
    ],
)
def test_one_lost_packet_in_milliseconds(words: tuple[str, ...], go: int, glibc: int, musl: int) -> None:
    lost = [one_lost_packet(settings(resolver, *words), resolver) for resolver in RESOLVERS]
    assert lost == [Nanoseconds(count * 1_000_000) for count in (go, glibc, musl)]


# Names of Services


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("redis.default.svc", ClusterName("redis", "default", None, "svc")),
        ("redis.default.svc.", ClusterName("redis", "default", None, "svc")),
        ("redis.default.svc.cluster.local", ClusterName("redis", "default", None, "full")),
        ("Redis.Default.SVC.Cluster.Local.", ClusterName("redis", "default", None, "full")),
        ("redis-0.redis.default.svc", ClusterName("redis", "default", "redis-0", "svc")),
        ("10-1-2-3.redis.default.svc.cluster.local", ClusterName("redis", "default", "10-1-2-3", "full")),
        ("redis", None),
        ("redis.default", None),
        ("svc", None),
        ("default.svc.cluster.local", None),
        ("redis.default.cluster.local", None),
        ("10-1-2-3.default.pod.cluster.local", None),
        ("redis.default.svc.k8s.example", None),
        ("redis.default.svc.cluster.local..", None),
        ("_http._tcp.redis.default.svc", None),
        ("a.b.c.d.svc", None),
        ("-redis.default.svc", None),
        (f"{'r' * 64}.default.svc", None),
        ("", None),
    ],
)
def test_cluster_name(name: str, expected: ClusterName | None) -> None:
    assert cluster_name(name) == expected


@pytest.mark.parametrize("domain", ["k8s.example", "k8s.example.", "K8s.Example"])
def test_cluster_name_with_another_domain(domain: str) -> None:
    assert cluster_name("redis.default.svc.k8s.example", domain) == ClusterName("redis", "default", None, "full")
    assert cluster_name("redis.default.svc.cluster.local", domain) is None


def test_service_candidates_tell_what_each_name_would_mean() -> None:
    names = candidates("redis.default", settings("go", "ndots:5"), "go")
    found = service_candidates(names)
    assert [(item.namespace, item.service, item.pod) if item else None for item in found] == [
        ("default", "default", "redis"),
        ("default", "redis", None),
        None,
        None,
    ]


def test_name_without_cluster_domain_is_no_service_at_the_root() -> None:
    assert service_candidates(("redis.default.svc.", REDIS)) == (None, ClusterName("redis", "default", None, "full"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("2001:4860:4860::8888", True),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("10.96.0.10", False),
        ("172.20.0.10", False),
        ("192.168.1.1", False),
        ("100.100.2.136", False),
        ("169.254.20.10", False),
        ("169.254.169.253", False),
        ("127.0.0.53", False),
        ("::1", False),
        ("fd00:10:96::a", False),
        ("fe80::1%eth0", False),
        ("203.0.113.53", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("kube-dns", False),
        ("8.8.8.8:53", False),
        ("", False),
    ],
)
def test_is_public_nameserver(address: str, expected: bool) -> None:
    assert is_public_nameserver(address) is expected


# Properties


labels = st.text("abcxyz09", min_size=1, max_size=5).map(lambda text: f"h{text}")
domains = st.lists(labels, min_size=1, max_size=4).map(".".join)
read_settings = st.builds(
    ResolverSettings,
    ndots=st.integers(0, 15),
    timeout_ns=st.integers(1, 30).map(seconds),
    attempts=st.integers(1, 5),
    nameservers=st.integers(1, 3).map(lambda count: ("10.0.0.1", "10.0.0.2", "10.0.0.3")[:count]),
    searches=st.lists(domains, max_size=5, unique=True).map(tuple),
    single_request=st.booleans(),
)
resolvers = st.sampled_from(RESOLVERS)
servers_by_hash = st.lists(st.sampled_from(list(Answer)), min_size=1, max_size=7)


def scripted(answers: list[Answer]) -> Callable[[str], Answer]:
    """Servers whose answers depend on nothing but the name."""
    return lambda name: answers[sum(name.encode()) % len(answers)]


@given(domains, read_settings, resolvers)
def test_rooted_name_has_one_candidate(name: str, read: ResolverSettings, resolver: Resolver) -> None:
    assert candidates(f"{name}.", read, resolver) == (f"{name}.",)


@given(domains, read_settings)
def test_go_and_glibc_try_the_same_names_and_musl_only_such(name: str, read: ResolverSettings) -> None:
    go, glibc, musl = (candidates(name, read, resolver) for resolver in RESOLVERS)
    assert go == glibc
    assert musl in (go, (f"{name}.",))
    assert set(go) == {f"{name}.", *(f"{name}.{domain}." for domain in read.searches)}


@given(domains, read_settings, resolvers)
def test_no_name_comes_twice_and_all_are_rooted(name: str, read: ResolverSettings, resolver: Resolver) -> None:
    found = candidates(name, read, resolver)
    assert len(set(found)) == len(found)
    assert all(candidate.endswith(".") and ".." not in candidate and len(candidate) <= 254 for candidate in found)


@given(domains, read_settings, resolvers, servers_by_hash)
def test_walk_asks_candidates_in_order_and_stops_where_it_finds(
    name: str, read: ResolverSettings, resolver: Resolver, answers: list[Answer]
) -> None:
    servers = scripted(answers)
    lookup = walk(name, read, resolver, servers)
    names = iter(candidates(name, read, resolver))
    assert all(asked in names for asked in lookup.asked)
    assert [servers(asked) is Answer.FOUND for asked in lookup.asked].count(True) == lookup.resolves
    if lookup.resolves:
        assert servers(lookup.asked[-1]) is Answer.FOUND
    assert lookup.answer in {servers(asked) for asked in lookup.asked}


@given(domains, read_settings, resolvers, servers_by_hash)
def test_nothing_waits_longer_than_go_when_nothing_answers(
    name: str, read: ResolverSettings, resolver: Resolver, answers: list[Answer]
) -> None:
    assert walk(name, read, resolver, scripted(answers)).waited <= worst_case(name, read, "go")
    assert worst_case(name, read, "musl") == read.timeout_ns
    assert one_lost_packet(read, resolver) <= worst_case(name, read, resolver)


@given(st.lists(domains, max_size=40), st.lists(st.ip_addresses().map(str), max_size=5), st.sampled_from(["None", "Default", None]))
def test_kubelet_keeps_or_names_everything(searches: list[str], nameservers: list[str], policy: str | None) -> None:
    cluster = ClusterDns(node_searches=("corp.example",))
    base = pod_resolv_conf(PodDns(policy, False, "shop"), cluster)
    made = pod_resolv_conf(PodDns(policy, False, "shop", tuple(nameservers), tuple(searches)), cluster)
    assert {*made.searches, *made.nameservers, *(item.value for item in made.dropped)} == {
        *base.searches,
        *base.nameservers,
        *searches,
        *nameservers,
    }
    assert len(made.nameservers) <= 3
    assert len(made.searches) <= 32


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_judged_without_an_error(text: str, value: str) -> None:
    option = DnsOption(text, value)
    for resolver in RESOLVERS:
        read = resolver_settings(ResolvConf((text,), (text,), (option, DnsOption("ndots", value))), resolver)
        assert 0 <= read.ndots <= 15
        assert walk(text, read, resolver, says({})).asked == candidates(text, read, resolver)
    assert cluster_name(text) is None or text.lower().count(".svc") > 0
    assert isinstance(is_public_nameserver(text), bool)


@pytest.mark.parametrize("resolver", ["go", "glibc", "musl"])
def test_a_number_of_thousands_of_digits_is_the_cap(resolver: Resolver) -> None:
    conf = ResolvConf(options=(DnsOption("ndots", "9" * 5000),))
    settings = resolver_settings(conf, resolver)
    # musl skips a line this long and keeps its default.
    assert settings.ndots == (1 if resolver == "musl" else 15)
