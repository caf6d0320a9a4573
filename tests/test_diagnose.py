"""``netlint diagnose``: what an error text tells, which layers it can come from, and which findings of a repository explain it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from golden import FOLDER, answer
from harness import FIXTURES
from netlint.cli import main
from netlint.commands.diagnose import MAX_BYTES
from netlint.finding import LAYERS, Symptom
from netlint.knowledge.error_texts import ERROR_TEXTS
from netlint.model.diagnosis import ABOUT_API_SERVER
from netlint.model.error_lines import MAX_DISTINCT, MAX_LINE, MAX_READ, read_errors
from netlint_rules import all_rules

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from netlint.knowledge.error_texts import ErrorText
    from netlint.model.error_lines import SeenError

SHOP = FIXTURES / "shop"


def seen(line: str) -> SeenError:
    errors = read_errors([line]).errors
    assert len(errors) == 1, line
    return errors[0]


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["diagnose", "--no-config", *arguments], input=text)


def diagnosed(text: str, *paths: Path) -> dict[str, Any]:
    """The one error of ``text``."""
    result = run("--format", "json", text, *map(str, paths))
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert len(document["errors"]) == 1
    error: dict[str, Any] = document["errors"][0]
    return error


def causes(text: str, *paths: Path) -> list[str | None]:
    return [cause["rule"] for cause in diagnosed(text, *paths)["causes"]]


# The table


@pytest.mark.parametrize("text", ERROR_TEXTS, ids=lambda text: text.name)
def test_each_text_is_known_by_its_example(text: ErrorText) -> None:
    assert seen(text.example).text is text


@pytest.mark.parametrize("text", ERROR_TEXTS, ids=lambda text: text.name)
def test_each_text_is_known_in_a_log_in_any_case_and_inside_json(text: ErrorText) -> None:
    logged = json.dumps({"time": "2026-01-02T03:04:05Z", "level": "error", "error": text.example})
    if "^" not in text.pattern.pattern.replace("(?>", "") or text.pattern.pattern.startswith("^(?>"):
        assert seen(logged).text is text
    assert seen(f"\x1b[31m{text.example.upper()}\x1b[0m").text.meaning.kind


def test_what_the_table_says_is_sound() -> None:
    names = [text.name for text in ERROR_TEXTS]
    assert len(names) == len(set(names))
    for text in ERROR_TEXTS:
        layers = [cause.layer for cause in text.meaning.causes]
        assert layers, text.name
        assert len(layers) == len(set(layers)), text.name
        assert set(layers) <= set(LAYERS), text.name
        assert {symptom for cause in text.meaning.causes for symptom in cause.symptoms} <= set(Symptom), text.name
        assert text.source, text.name


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("dial-timeout", {1, 3, 7, 8, 9, 11}),
        ("kernel-connect-timeout", {3, 7, 8, 9, 11}),
        ("go-lookup-deadline", {1, 3, 4, 5, 6, 9}),
        ("go-lookup-server-timeout", {4, 5, 6, 9}),
        ("go-no-such-host", {4, 5, 6, 7, 8}),
        ("go-dial-refused", {4, 7, 8, 9, 11}),
        ("go-tls-handshake-timeout", {9, 10, 11}),
        ("go-headers-timeout", {1, 2, 9, 11}),
        ("go-body-timeout", {1, 9, 11}),
        ("go-client-timeout", set(LAYERS)),
        ("connection-reset", {1, 2, 8, 9, 11}),
        ("go-waiting-for-connection", {1, 2, 3, 11}),
        ("grpc-too-many-pings", {2}),
        ("probe-refused", {8, 11}),
        ("probe-timeout", {1, 8, 11}),
        ("webhook-timeout", {7, 8, 9, 10, 11}),
        ("nginx-upstream-read-timeout", {1, 2, 9, 11}),
        ("nginx-no-active-endpoint", {7, 8, 9}),
    ],
)
def test_a_text_comes_from_the_layers_that_can_produce_it_and_from_no_other(name: str, layers: set[int]) -> None:
    assert next(text for text in ERROR_TEXTS if text.name == name).meaning.layers == layers


def test_every_rule_explains_some_text() -> None:
    explained = {(cause.layer, symptom) for text in ERROR_TEXTS for cause in text.meaning.causes for symptom in cause.symptoms}
    # What the API server rejects never runs, and so never fails.
    running = [rule for rule in all_rules() if rule.symptom is not Symptom.REJECTED]
    assert [rule.name for rule in running if (rule.layer, rule.symptom) not in explained] == []


def test_rules_that_are_told_apart_by_name_exist() -> None:
    assert {rule.name for rule in all_rules()} >= ABOUT_API_SERVER


@pytest.mark.parametrize(
    ("line", "name"),
    [
        # Go: which limit ended where. The differences are those of the phases.
        ("dial tcp 10.96.31.9:80: i/o timeout", "dial-timeout"),
        ("dial tcp: lookup orders: i/o timeout", "go-lookup-deadline"),
        ("dial tcp: lookup orders on 10.96.0.10:53: read udp 10.1.1.1:40000->10.96.0.10:53: i/o timeout", "go-lookup-server-timeout"),
        ("dial tcp 10.96.31.9:80: connect: connection timed out", "kernel-connect-timeout"),
        ("net/http: TLS handshake timeout", "go-tls-handshake-timeout"),
        ("net/http: timeout awaiting response headers", "go-headers-timeout"),
        ("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", "go-client-timeout"),
        ("net/http: request canceled (Client.Timeout exceeded while awaiting headers)", "go-client-timeout"),
        ("context deadline exceeded (Client.Timeout or context cancellation while reading body)", "go-body-timeout"),
        ("context deadline exceeded", "deadline"),
        ("context canceled", "cancelled"),
        ('Post "http://payments/charges": EOF', "unexpected-eof"),
        ("read: connection reset by peer", "connection-reset"),
        ("http: server closed idle connection", "connection-reset"),
        ("unexpected EOF", "unexpected-eof"),
        ("dial tcp: lookup orders.other on 10.96.0.10:53: no such host", "go-no-such-host"),
        ("dial tcp: lookup api.example.com on 10.96.0.10:53: server misbehaving", "go-server-misbehaving"),
        (
            "dial tcp: lookup redis on 10.96.0.10:53: read udp: i/o timeout: Temporary failure in name resolution",
            "go-lookup-server-timeout",
        ),
        ("lookup redis: Temporary failure in name resolution", "temporary-failure"),
        # What other clients print.
        ('psql: error: connection to server at "db" (10.96.3.4), port 5432 failed: Connection refused', "go-dial-refused"),
        ('psql: error: connection to server at "db" (10.96.3.4), port 5432 failed: timeout expired', "dial-timeout"),
        (
            "failed to connect to `user=shop database=shop`: 10.96.3.4:5432 (db): dial error: dial tcp 10.96.3.4:5432: i/o timeout",
            "dial-timeout",
        ),
        ("[mysql] packets.go:37: unexpected EOF", "unexpected-eof"),
        ("driver: bad connection", "connection-reset"),
        ("Error: getaddrinfo ENOTFOUND orders.shop", "c-library-unknown-name"),
        ("Error: connect ETIMEDOUT 10.96.3.4:5432", "kernel-connect-timeout"),
        ("java.net.UnknownHostException: orders.shop", "c-library-unknown-name"),
        ("java.net.SocketTimeoutException: Read timed out", "read-timeout"),
        ("java.net.SocketTimeoutException: connect timed out", "dial-timeout"),
        ("requests.exceptions.ReadTimeout: HTTPConnectionPool(host='orders', port=80): Read timed out. (read timeout=3)", "read-timeout"),
        ("curl: (52) Empty reply from server", "connection-reset"),
        ("curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received", "read-timeout"),
        # gRPC hides what its channel met; the inner text says more.
        ("rpc error: code = DeadlineExceeded desc = context deadline exceeded", "grpc-deadline"),
        (
            'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp '
            '10.96.3.4:9090: connect: connection refused"',
            "go-dial-refused",
        ),
        ("rpc error: code = Unavailable desc = name resolver error: produced zero addresses", "grpc-zero-addresses"),
        ("rpc error: code = Unavailable desc = upstream request timeout", "envoy-request-timeout"),
        # Front doors.
        ('10.0.0.1 - - [02/Jan/2026] "GET /export HTTP/1.1" 504 160 "-" "curl/8.4.0" 61 60.001 [shop-orders-80] []', "status-504"),
        ('[2026-01-02T03:04:05.000Z] "GET /orders HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0', "envoy-no-healthy-upstream"),
        ("upstream connect error or disconnect/reset before headers. reset reason: connection termination", "envoy-upstream-reset"),
        ("504", "status-504"),
        # The kubelet's probes: the same inner texts as in a client, with another meaning.
        ('Liveness probe failed: Get "http://10.1.1.1:80/": dial tcp 10.1.1.1:80: connect: connection refused', "probe-refused"),
        (
            'Readiness probe failed: Get "http://10.1.1.1:80/": net/http: request canceled (Client.Timeout exceeded while '
            "awaiting headers)",
            "probe-timeout",
        ),
        ('Readiness probe failed: command timed out: "pg_isready" timed out after 1s', "probe-timeout"),
        ('Readiness probe failed: Get "http://10.1.1.1:80/": EOF', "probe-status"),
        # Reported incidents.
        ("nslookup: can't resolve 'servicename'", "c-library-unknown-name"),
        ("ping: bad address 'etcd'", "c-library-unknown-name"),
        ("[Errno 111] Connection refused", "go-dial-refused"),
        ("Failed to connect to web port 80 after 129261 ms: Couldn't connect to server", "kernel-connect-timeout"),
        ("Error: connect to redis:tcp://10.96.14.7:6379 failed", "service-link-as-port"),
        (
            'Internal error occurred: failed calling webhook "w.example.com": Post "https://w.shop.svc:443/m?timeout=10s": context '
            "deadline exceeded",
            "webhook-timeout",
        ),
    ],
)
def test_a_text_means_what_its_wording_proves(line: str, name: str) -> None:
    assert seen(line).text.name == name


@pytest.mark.parametrize(
    "line",
    [
        "level=info msg=ready timeout=30s",
        "listening on :8080, read timeout 10s",
        '10.0.0.1 - - "GET /orders HTTP/1.1" 200 502',
        "handled request in 504ms",
        "connected to redis:6379",
        "",
    ],
)
def test_lines_without_an_error_hold_none(line: str) -> None:
    assert read_errors([line]).errors == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'Get "http://orders.shop:8081/x": dial tcp 10.96.31.9:8081: connect: connection refused',
            {"host": "orders.shop", "port": 8081, "ip": "10.96.31.9", "protocol": "http"},
        ),
        (
            'Get "https://orders.shop/x": dial tcp: lookup orders.shop on 10.96.0.10:53: no such host',
            {"host": "orders.shop", "port": 443, "dns_server": "10.96.0.10", "is_default_port": True, "protocol": "http"},
        ),
        ("dial tcp [fd00::10]:5432: i/o timeout", {"ip": "fd00::10", "port": 5432, "protocol": "database"}),
        (
            'proxyconnect tcp: Get "http://orders/": dial tcp 10.0.0.9:3128: connect: connection refused',
            {"ip": "10.0.0.9", "port": 3128, "protocol": "http"},
        ),
        (
            'connection to server at "db.shop" (10.96.3.4), port 5432 failed: Connection refused',
            {"host": "db.shop", "ip": "10.96.3.4", "port": 5432},
        ),
        ("HTTPConnectionPool(host='orders', port=80): Read timed out", {"host": "orders", "port": 80}),
        ("postgres://user:secret@db.shop:5432/shop: connection refused", {"host": "db.shop", "port": 5432, "protocol": "database"}),
        ("503 UF outbound|80||orders.shop.svc.cluster.local", {"host": "orders.shop.svc.cluster.local", "port": 80, "protocol": "http"}),
        ("Readiness probe failed for pod/redis-0: connection refused", {"pod": "redis-0"}),
        ("orders-7d9f8b6c5d-x2x4z orders connection refused", {"pod": "orders-7d9f8b6c5d-x2x4z"}),
        ('no endpoints available for service "checker"', {"service": "checker"}),
    ],
)
def test_what_a_text_names_is_read(line: str, told: dict[str, Any]) -> None:
    assert {key: value for key, value in seen(line).told._asdict().items() if value} == told


# Logs


def test_each_distinct_error_of_a_log_is_told_once_with_its_count() -> None:
    lines = [
        f"2026-01-02T03:04:{second:02d}Z lookup orders on 10.96.0.10:53: read udp 10.1.1.1:{40000 + second}->10.96.0.10:53: i/o timeout"
        for second in range(30)
    ]
    lines[10:10] = ["all is well", 'Post "http://payments/": EOF', ""]
    result = run("--format", "json", "-", str(SHOP), text="\n".join(lines))
    document = json.loads(result.stdout)
    assert [(error["known_as"], error["times"], error["line"]) for error in document["errors"]] == [
        ("go-lookup-server-timeout", 30, 1),
        ("unexpected-eof", 1, 12),
    ]
    assert document["read"] == {"lines": 32, "without_error": 1, "cut": 0, "beyond": 0, "limits": []}


REFUSED = 'Get "http://orders:8081/x": dial tcp 10.96.31.9:8081: connect: connection refused'
SLOW = 'Post "http://payments/charges": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'


def names_in(line: str) -> list[tuple[str, str]]:
    """The text and the host of each error of a line."""
    return [(error.text.meaning.kind, error.told.host) for error in read_errors([line]).errors]


def test_of_a_line_of_json_the_value_that_says_most_is_shown() -> None:
    stack = f"{REFUSED}\n\tmain.(*orders).list\n\t\t/src/main.go:62"
    zap = json.dumps({"level": "error", "caller": "orders/main.go:62", "msg": "timed out", "error": REFUSED, "errorVerbose": stack})
    (error,) = read_errors([zap]).errors
    assert (error.line, error.told.host, error.told.port) == (REFUSED, "orders", 8081)
    nested = json.dumps({"jsonPayload": {"errors": [{"cause": SLOW}]}, "pod": "orders-7d9f8b6c5d-x2x4z"})
    (error,) = read_errors([nested]).errors
    assert (error.line, error.told.pod) == (SLOW, "orders-7d9f8b6c5d-x2x4z")


def test_of_a_line_of_json_the_host_may_be_another_value() -> None:
    line = json.dumps({"url": "http://orders:8081/x", "error": "context deadline exceeded"})
    assert [(error.told.host, error.told.port) for error in read_errors([line]).errors] == [("orders", 8081)]


@pytest.mark.parametrize(
    "line",
    [
        f"2 errors occurred: * {REFUSED}\\n * {SLOW}",
        json.dumps({"msg": "all failed", "error": f"{REFUSED}\n{SLOW}"}),
        f"sync: {REFUSED}; {SLOW}",
    ],
)
def test_errors_that_one_line_joins_are_told_apart(line: str) -> None:
    assert sorted(names_in(line)) == [("deadline of the call", "payments"), ("refused", "orders")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{REFUSED}; trying again in 5s", [("refused", "orders")]),
        (f"{REFUSED}; giving up: connection refused", [("refused", "orders")]),
        ("{broken json: " + REFUSED, [("refused", "orders")]),
        ('{"a":' * 3000 + REFUSED, [("refused", "orders")]),
        ("x" * 100_000 + f" {REFUSED}", [("refused", "orders")]),
        (json.dumps({"stack": "y" * 10_000, "error": REFUSED}), [("refused", "orders")]),
    ],
)
def test_what_is_one_error_stays_one_wherever_it_stands(line: str, expected: list[tuple[str, str]]) -> None:
    assert names_in(line) == expected


def test_what_was_not_looked_at_is_said_where_no_error_is_known_as_well() -> None:
    result = run("-", str(SHOP), text="\n".join(f"all is well for {number:05d}x" for number in range(MAX_READ + 3)) + f"\n{'x' * 5000}")
    assert result.exit_code == 2
    assert f"lines after {MAX_READ} that all differ were not looked at: 4" in result.stderr
    assert "1 line was longer" in result.stderr


def test_bounds_of_a_log_are_stated() -> None:
    many = "\n".join(f"dial tcp 10.0.{number // 250}.{number % 250}:80: connect: connection refused" for number in range(MAX_DISTINCT + 25))
    assert "25 lines hold more errors than 50 distinct ones" in run("-", str(SHOP), text=many).stdout
    assert "1 line was longer" in run("-", str(SHOP), text=f"connection refused\n{'x' * (MAX_LINE + 1)}").stdout
    assert "only the first 8 MiB were read" in run("-", str(SHOP), text=f"connection refused\n{'y' * 100}\n" * (MAX_BYTES // 100)).stdout


@pytest.mark.parametrize(
    "line",
    [
        "lookup a on b: " * 600,
        "tcp://" * 1500,
        "a-" * 4000 + " timeout",
        "timeout http://" + "a@" * 4000,
        "Readiness probe failed:" * 400,
        "\x00\x1b]0;x\x07 EOF",
    ],
)
def test_a_hostile_log_ends(line: str) -> None:
    result = run("-", str(SHOP), text="\n".join(f"{line}{number}" for number in range(50)))
    assert result.exit_code in (0, 2)
    assert "\x1b" not in result.stdout
    assert "Traceback" not in result.output


def test_a_text_that_is_not_known_is_said_to_be_none() -> None:
    result = run("all is well", str(SHOP))
    assert result.exit_code == 2
    assert "nothing in the text is an error that netlint knows" in result.stderr


def test_standard_input_is_one_thing() -> None:
    result = run("-", "-", text="EOF")
    assert result.exit_code == 2
    assert "Standard input is the log" in result.stderr


# The repository


LOOKUP = "dial tcp: lookup {host} on {server}:53: read udp 10.244.1.7:41233->{server}:53: i/o timeout"


def test_the_policy_that_blocks_dns_is_the_cause_of_a_silent_dns_server() -> None:
    error = diagnosed(LOOKUP.format(host="redis", server="10.96.0.10"), SHOP)
    assert [cause["rule"] for cause in error["causes"]] == ["network-policy-blocks-dns"]
    assert error["causes"][0]["line"] == 28
    assert error["causes"][0]["fits"] == "it stands where Deployment orders names redis"
    assert [layer["name"] for layer in error["layers"]] == ["cluster-dns", "pod-dns", "resolver", "path"]
    assert error["not_from"]["layers"] == [1, 2, 3, 7, 8, 10, 11]
    assert any(step["command"].endswith("-- nslookup redis 10.96.0.10") and "app=orders" in step["command"] for step in error["next"])


def test_the_pods_that_name_the_host_as_the_text_does_are_the_ones_that_asked() -> None:
    assert causes("lookup redis.shop.svc.cluster.local on 203.0.113.53:53: no such host", SHOP) == ["default-dns-policy-with-cluster-names"]
    assert causes(LOOKUP.format(host="redis.shop.svc.cluster.local", server="10.96.0.10"), SHOP) == []


def test_a_port_that_the_service_does_not_list_is_told_by_the_rule_or_by_the_text_itself(tmp_path: Path) -> None:
    refused = 'Get "http://orders:8081/x": dial tcp 10.96.31.9:8081: connect: connection refused'
    assert causes(refused, SHOP) == ["reference-port-unlisted"]
    assert causes(refused.replace("8081", "80"), SHOP) == []
    (tmp_path / "services.yaml").write_text((SHOP / "deploy" / "services.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    first = diagnosed(refused, tmp_path)["causes"][0]
    assert (first["rule"], first["line"]) == (None, 23)
    assert first["message"] == "The text asks for port 8081 of Service orders, which lists 80 (http), 9090 (metrics)"


def test_code_is_a_cause_where_a_program_of_the_parties_runs_it() -> None:
    found = {cause["rule"]: cause["fits"] for cause in diagnosed('Get "http://orders:8081/x": context deadline exceeded', SHOP)["causes"]}
    assert found["client-timeout-hides-dial-timeout"] == "Deployment frontend, which asks, runs this code"
    assert found["client-without-deadline"].startswith("Deployment orders, which should answer, runs this code")
    assert "idle-timeout-order" not in causes('Post "http://orders/": EOF', SHOP)


def test_a_refused_connection_has_no_cause_among_what_would_time_out() -> None:
    assert "network-policy-blocks-dns" not in causes("dial tcp: lookup redis on 10.96.0.10:53: no such host", SHOP)
    assert "idle-timeout-order" in causes('Post "http://payments/charges": EOF', SHOP)
    assert "idle-timeout-order" not in causes('Post "http://payments/charges": connection refused', SHOP)


def test_a_call_without_any_limit_is_no_cause_of_a_deadline_in_its_own_client() -> None:
    rules = {cause["rule"]: cause for cause in diagnosed("net/http: timeout awaiting response headers", SHOP)["causes"]}
    assert "where the program that should answer runs this code" in rules["client-without-deadline"]["fits"]


def test_a_kernel_time_out_proves_a_dial_without_a_limit() -> None:
    assert "dial-without-timeout" in causes("dial tcp 10.244.2.9:6379: connect: connection timed out", SHOP)
    assert "dial-without-timeout" not in causes("dial tcp 10.244.2.9:6379: i/o timeout", SHOP)


def test_a_pod_in_the_text_is_the_one_that_is_meant() -> None:
    assert causes("FailedPreStopHook pod/frontend-7d9f8b6c5d-x2x4z", SHOP) == ["pre-stop-needs-shell"]
    assert causes("FailedPreStopHook pod/orders-7d9f8b6c5d-x2x4z", SHOP) == []
    assert causes("pod/redis-0 Readiness probe failed: command timed out", SHOP)[0] == "probe-outlasts-its-timeout"


def test_routes_are_causes_of_what_front_doors_say_only() -> None:
    door = 'upstream timed out (110: Operation timed out) while reading response header from upstream, upstream: "http://10.244.1.7:8080/"'
    assert "nginx-timeout-annotation-ignored" in causes(door, SHOP)
    assert "nginx-timeout-annotation-ignored" not in causes('Get "http://orders/": context deadline exceeded', SHOP)
    assert causes('Service "shop/orders" does not have any active Endpoint.', SHOP) == [
        "service-target-port-name-unresolved",
        "route-backend-unresolved",
    ]


API_POLICY = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: ops}
spec:
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      serviceAccountName: operator
      containers: [{name: main, image: operator, args: ["--kubeconfig-in-cluster"]}]
---
apiVersion: v1
kind: Service
metadata: {name: redis, namespace: ops}
spec: {selector: {app: redis}, ports: [{port: 6379}]}
"""


def test_notes_tell_what_an_address_is(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(API_POLICY, encoding="utf-8")
    assert "is the cluster's API server" in diagnosed("dial tcp 172.30.0.1:443: i/o timeout", tmp_path)["notes"][0]
    assert "NodeLocal DNSCache" in diagnosed(LOOKUP.format(host="redis", server="169.254.20.10"), tmp_path)["notes"][0]
    assert "outside of the cluster" in diagnosed(LOOKUP.format(host="redis", server="8.8.8.8"), tmp_path)["notes"][0]
    assert "loopback" in diagnosed("lookup redis on 127.0.0.53:53: read: connection refused", tmp_path)["notes"][0]
    assert diagnosed("lookup redis.shop on 10.96.0.10:53: no such host", tmp_path)["notes"] == [
        "No Service redis in namespace shop is in view"
    ]
    assert diagnosed("lookup api.example.com on 10.96.0.10:53: no such host", tmp_path)["notes"] == [
        "api.example.com is outside of the cluster"
    ]


def test_a_slip_of_the_pen_is_told_by_the_text_itself(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(API_POLICY, encoding="utf-8")
    error = diagnosed("lookup reids on 10.96.0.10:53: no such host", tmp_path)
    assert [cause["message"] for cause in error["causes"]] == ["The text asks for reids, and there is Service redis"]


def test_commands_hold_nothing_that_a_shell_would_run(tmp_path: Path) -> None:
    hostile = API_POLICY.replace("app: redis", 'app: "$(id)"').replace("namespace: ops", 'namespace: "a;id"')
    hostile = hostile.replace("name: operator,", 'name: "-x`id`",')
    (tmp_path / "all.yaml").write_text(hostile, encoding="utf-8")
    for text in (
        "lookup $(id) on 10.96.0.10:53: no such host",
        'Get "http://redis:6379;id/": EOF',
        "lookup redis on 10.96.0.10:53: no such host",
    ):
        for step in diagnosed(text, tmp_path)["next"]:
            bare = re.sub(r"'[^']*'", "", step["command"])
            bare = re.sub(r'"\$\(kubectl[^;`$]*\)"', "", bare)
            assert not re.search(r"[;`]|\$\(", bare), step["command"]


def test_without_a_repository_the_text_alone_is_told(tmp_path: Path) -> None:
    result = run("context deadline exceeded", str(tmp_path))
    assert result.exit_code == 0
    assert "no manifest and no Go file was given to look in" in result.stdout


def test_text_for_people() -> None:
    assert answer("shop.diagnosis") == (FOLDER / "shop.diagnosis").read_text(encoding="utf-8")
