"""``netlint trace``: the eleven layers of a call, all calls in view, and the graph of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from golden import ANSWERS, FOLDER, answer
from harness import FIXTURES
from netlint.cli import main
from netlint.finding import LAYERS

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

SHOP = FIXTURES / "shop"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["trace", "--no-config", *arguments])


def calls(*arguments: str, folder: Path = SHOP) -> list[dict[str, Any]]:
    result = run("--format", "json", "--in", str(folder), *arguments)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["calls"]
    return found


def only_call(*arguments: str, folder: Path = SHOP) -> dict[str, Any]:
    found = calls(*arguments, folder=folder)
    assert len(found) == 1, [(call["client"], call["host"]) for call in found]
    return found[0]


def layer(call: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in call["layers"] if item["name"] == name)


def texts(call: dict[str, Any], name: str) -> list[str]:
    return [value["text"] for value in layer(call, name)["values"]]


def verdicts(call: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["verdict"] for item in call["layers"]}


def rules(call: dict[str, Any], name: str) -> list[str]:
    return [finding["rule"] for finding in layer(call, name)["findings"]]


# The demo repository


@pytest.mark.parametrize("name", [name for name, command in ANSWERS.items() if command[0] == "trace"])
def test_the_demo_repository_is_shown_as_it_was(name: str) -> None:
    assert answer(name) == (FOLDER / name).read_text(encoding="utf-8")


def test_every_call_has_eleven_layers_in_order() -> None:
    for call in calls():
        assert [item["layer"] for item in call["layers"]] == list(LAYERS)
        assert all(item["values"] for item in call["layers"])
        assert all((item["verdict"] == "finding") == bool(item["findings"]) for item in call["layers"])


def test_each_value_is_shown_where_it_is_set() -> None:
    call = only_call("frontend", "orders")
    deadline = layer(call, "deadline")["values"][0]
    assert deadline["text"] == "3s (Client.Timeout)"
    assert deadline["set_at"]["path"].endswith("cmd/frontend/main.go")
    assert deadline["set_at"]["line"] == 37
    assert (call["certainty"], call["port"], call["scheme"]) == ("certain", 8081, "http")
    assert [item["label"] for item in call["evidence"]][-1] == "sets no ORDERS_URL, so the default holds"


def test_findings_are_those_of_the_call_and_of_no_other() -> None:
    frontend = only_call("frontend", "orders")
    assert rules(frontend, "service") == ["reference-port-unlisted"]
    assert "idle-timeout-order" not in str(frontend)
    payments = only_call("orders", "payments")
    assert rules(payments, "deadline") == ["client-without-deadline", "request-without-context"]
    assert "network-policy-blocks-dns" in rules(payments, "cluster-dns")
    assert "idle-timeout-order" in rules(payments, "server")
    assert rules(payments, "service") == []
    outside = only_call("payments", "api.cards.example.com")
    assert rules(outside, "pod-dns") == []
    assert verdicts(outside)["server"] == "unknown"
    redis = only_call("payments", "redis")
    assert rules(redis, "pod-dns") == ["default-dns-policy-with-cluster-names"]
    assert texts(redis, "cluster-dns") == ["not asked: the pods ask the servers of their node"]


def test_a_finding_in_a_route_is_about_the_backend_that_it_stands_at() -> None:
    assert rules(only_call("ingress/shop", "orders"), "path") == ["nginx-timeout-annotation-ignored", "route-backend-unresolved"]
    assert rules(only_call("ingress/shop", "frontend"), "path") == ["nginx-timeout-annotation-ignored"]


# Names of the command line


@pytest.mark.parametrize(
    ("client", "service", "count"),
    [
        ("orders", "payments", 1),
        ("Deployment/orders", "shop/payments", 1),
        ("deploy/orders", "payments.shop:80", 1),
        ("shop/orders", "payments:http", 1),
        ("ORDERS", "payments.shop.svc.cluster.local", 1),
        ("orders", "service/payments", 1),
        ("orders", "redis:6379", 1),
        ("frontend", "http://orders:8081/customers", 1),
        ("ingress/payments-callback", "payments", 1),
    ],
)
def test_a_call_is_found_by_its_names(client: str, service: str, count: int) -> None:
    found = [call for call in calls(client, service) if call["named_at"] is not None]
    assert len(found) == count


def test_one_name_lists_the_calls_from_it_and_to_it() -> None:
    found = {(call["client"]["name"], call["host"]) for call in calls("payments")}
    assert found == {
        ("orders", "payments"),
        ("payments", "api.cards.example.com"),
        ("payments", "redis.shop.svc.cluster.local"),
        ("payments-callback", "payments"),
    }


def test_a_call_that_nothing_makes_is_supposed() -> None:
    call = only_call("redis", "orders:http")
    assert call["named_at"] is None
    assert call["port"] == 80
    assert texts(call, "deadline") == ["nothing in view makes this call"]
    assert texts(call, "path") == ["NetworkPolicy orders decides", "not let through: TCP 8080 of Deployment orders"]
    assert verdicts(call)["path"] == "unknown"
    assert only_call("frontend", "orders:http")["named_at"] is None
    assert "as far as is in view nobody does" in run("redis", "orders", "--in", str(SHOP)).stdout


def test_names_that_mean_nothing_are_said_with_the_nearest() -> None:
    result = run("web", "orders", "--in", str(SHOP))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no workload or route in view is called web: valid are frontend, orders, payments, redis" in result.stderr
    assert "did you mean 'orders'?" in run("order", "--in", str(SHOP)).stderr
    assert run("--in", "not-there").exit_code == 2


# Small repositories


def workload(name: str, *, namespace: str = "shop", more: str = "", env: str = "", ports: str = "", image: str = "") -> str:
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
{more}      containers:
        - name: main
          image: {image or f"registry.example/{name}:1"}
          env: [{env}]
          ports: [{ports}]
"""


def service(name: str, spec: str, *, namespace: str = "shop") -> str:
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


WEB = workload("web", env='{name: DB_ADDR, value: "db:5432"}')
DB = workload("db", ports="{containerPort: 5432}") + service("db", "{selector: {app: db}, ports: [{port: 5432}]}")


def write(folder: Path, text: str) -> Path:
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return folder


def test_manifests_alone_leave_the_program_unknown(tmp_path: Path) -> None:
    call = only_call("web", "db", folder=write(tmp_path, WEB + DB))
    assert verdicts(call) == {
        "deadline": "unknown",
        "pool": "unknown",
        "dial": "unknown",
        "resolver": "ok",
        "pod-dns": "ok",
        "cluster-dns": "ok",
        "service": "ok",
        "endpoints": "finding",
        "path": "ok",
        "tls": "unknown",
        "server": "unknown",
    }
    assert texts(call, "server") == ["image registry.example/db:1, whose program is not in view"]


DB_POLICY = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: PEER}}}], ports: [{port: 5432}]}]}
"""


def test_what_policies_do_to_the_call_is_told(tmp_path: Path) -> None:
    opened = only_call("web", "db", folder=write(tmp_path, WEB + DB + DB_POLICY.replace("PEER", "web")))
    assert (verdicts(opened)["path"], texts(opened, "path")[-1]) == ("ok", "let through: TCP 5432 of Deployment db")
    closed = only_call("web", "db", folder=write(tmp_path, WEB + DB + DB_POLICY.replace("PEER", "db")))
    assert (verdicts(closed)["path"], rules(closed, "path")) == ("finding", ["network-policy-blocks-client"])
    foreign = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {}\n"
    undecided = only_call("web", "db", folder=write(tmp_path, WEB + DB + foreign))
    assert verdicts(undecided)["path"] == verdicts(undecided)["cluster-dns"] == "unknown"


def test_what_policies_do_to_pods_on_the_node_network_is_left_open(tmp_path: Path) -> None:
    web = workload("web", more="      hostNetwork: true\n", env='{name: DB_ADDR, value: "db:5432"}')
    for peer in ("web", "db"):
        call = only_call("web", "db", folder=write(tmp_path, web + DB + DB_POLICY.replace("PEER", peer)))
        told = "not decided: Deployment web is on the network of its node, which the network plugin judges"
        assert (verdicts(call)["path"], texts(call, "path")) == ("unknown", ["NetworkPolicy db decides", told])
    free = only_call("web", "db", folder=write(tmp_path, web + DB))
    assert (verdicts(free)["path"], texts(free, "path")) == ("ok", ["no policy in view stands between"])


def test_names_are_asked_as_the_pods_resolver_does(tmp_path: Path) -> None:
    musl = workload(
        "web",
        env='{name: DB_ADDR, value: "db.shop:5432"}',
        image="alpine:3",
        more="      dnsConfig: {options: [{name: ndots, value: '1'}]}\n",
    )
    call = only_call("web", "db", folder=write(tmp_path, musl + DB))
    assert texts(call, "resolver") == ["db.shop, asked for as db.shop."]
    assert rules(call, "pod-dns") == ["ndots-breaks-musl-name"]
    glibc = only_call("web", "db", folder=write(tmp_path, musl.replace("alpine:3", "debian:12") + DB))
    assert texts(glibc, "resolver")[1] == "the third name is that of Service db"


def test_services_that_are_more_than_an_address(tmp_path: Path) -> None:
    headless = DB.replace("{selector: {app: db}", "{clusterIP: None, selector: {app: db}")
    call = only_call("web", "db", folder=write(tmp_path, WEB + headless))
    assert texts(call, "service")[1].startswith("headless: DNS answers with the pods' addresses")
    assert call["targets"] == [{"kind": "Deployment", "namespace": "shop", "name": "db", "port": 5432}]
    alias = WEB + service("db", "{type: ExternalName, externalName: db.example.com}")
    call = only_call("web", "db", folder=write(tmp_path, alias))
    assert texts(call, "service") == ["Service db", "an alias of db.example.com"]
    assert verdicts(call)["endpoints"] == "unknown"


def test_of_one_number_over_two_protocols_the_call_takes_tcp(tmp_path: Path) -> None:
    twins = DB.replace(
        "ports: [{port: 5432}]", "ports: [{name: u, port: 5432, protocol: UDP, targetPort: 1}, {name: t, port: 5432, targetPort: 5432}]"
    )
    call = only_call("web", "db", folder=write(tmp_path, WEB + twins))
    assert (call["targets"][0]["port"], texts(call, "service")[1]) == (5432, "5432 (t) to 5432")


def test_a_host_without_a_service_is_said_to_be_none(tmp_path: Path) -> None:
    folder = write(tmp_path, workload("web", env='{name: CACHE_URL, value: "redis://cache:6379"}'))
    call = only_call("web", "cache", folder=folder)
    assert texts(call, "service") == ["no Service of that name is in view"]
    assert call["targets"] == []


@pytest.mark.parametrize("name", ["cache", "cache.tools", "tools/cache", "cache.tools.svc.cluster.local:6379", "cache.tools.svc"])
def test_a_service_that_is_not_in_view_is_known_by_its_name(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path, workload("web", env='{name: CACHE_URL, value: "redis://cache.tools.svc.cluster.local:6379"}'))
    assert only_call("web", name, folder=folder)["named_at"] is not None
    assert only_call("web", "cach", folder=folder)["named_at"] is None
    assert only_call("web", "cache.other", folder=folder)["named_at"] is None


def test_copies_of_a_call_are_one_row(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, WEB + DB)
        (tmp_path / name / "kustomization.yaml").write_text("resources: [all.yaml]\n", encoding="utf-8")
    shown = run("--in", str(tmp_path)).stdout
    assert "Deployment web in shop (2 copies)  db:5432" in shown
    assert "2 calls" in shown
    assert len(calls(folder=tmp_path)) == 2


def test_nothing_in_view_is_said(tmp_path: Path) -> None:
    assert (
        run("--in", str(write(tmp_path, workload("web")))).stdout
        == "No call is in view: nothing in the manifests or in code names a host\n"
    )


def test_graphs_cannot_be_broken_by_names(tmp_path: Path) -> None:
    hostile = WEB.replace("name: web,", "name: 'we\"b]; n9 --> n0[\\u202e',") + DB
    folder = write(tmp_path, hostile)
    mermaid = run("--format", "mermaid", "--in", str(folder)).stdout
    assert 'n0["Deployment we#34;b#93;#59; n9 --#62; n0#91;' in mermaid
    dot = run("--format", "dot", "--in", str(folder)).stdout
    assert 'label="Deployment we\\"b]; n9 --> n0[' in dot


def test_text_of_a_repository_steers_no_terminal(tmp_path: Path) -> None:
    folder = write(tmp_path, WEB.replace("name: web,", 'name: "we\\e[31mb",') + DB)
    for form in ("text", "mermaid", "dot", "json"):
        assert "\x1b" not in run("--format", form, "--in", str(folder)).stdout


# TLS


GO_MOD = "module example.com/web\n\ngo 1.24\n\nrequire (\n\tgoogle.golang.org/grpc v1.70.0\n\tgithub.com/redis/go-redis/v9 v9.7.0\n)\n"
DOCKERFILE = """\
FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /web .
FROM scratch
COPY --from=build /web /web
ENTRYPOINT ["/web"]
"""
SKAFFOLD = "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: registry.example/web}]}\n"


def program(folder: Path, imports: str, body: str, manifests: str = "") -> Path:
    """A repository with one program, which the Deployment web runs."""
    text = f"package main\n\nimport (\n{imports}\n)\n\nfunc main() {{\n{body}\n}}\n"
    for name, content in {"go.mod": GO_MOD, "Dockerfile": DOCKERFILE, "skaffold.yaml": SKAFFOLD, "main.go": text}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return write(folder, workload("web", image="registry.example/web:1") + manifests)


HTTP = '"net/http"\n"time"\n"crypto/tls"'
GET = '_, _ = c.Get("https://api.example.com/v1")'
GRPC = '"time"\n"google.golang.org/grpc"\n"google.golang.org/grpc/credentials"\n"google.golang.org/grpc/credentials/insecure"'


@pytest.mark.parametrize(
    ("imports", "body", "shown"),
    [
        (HTTP, f"c := &http.Client{{}}\n{GET}", ["TLS: https", "handshake within 10s (http.DefaultTransport)"]),
        (
            HTTP,
            f"c := &http.Client{{Transport: &http.Transport{{TLSHandshakeTimeout: 3 * time.Second}}}}\n{GET}",
            ["TLS: https", "handshake within 3s (TLSHandshakeTimeout)"],
        ),
        (HTTP, f"c := &http.Client{{Transport: &http.Transport{{}}}}\n{GET}", ["TLS: https", "no limit for the handshake"]),
        (
            HTTP,
            f"t := http.DefaultTransport.(*http.Transport).Clone()\nc := &http.Client{{Transport: t}}\n{GET}",
            ["TLS: https", "handshake within 10s (http.DefaultTransport)"],
        ),
        (
            HTTP,
            f"c := &http.Client{{Transport: &http.Transport{{TLSHandshakeTimeout: time.Second, DialTLSContext: hook()}}}}\n{GET}",
            ["TLS: https", "not known"],
        ),
        ('"crypto/tls"', '_, _ = tls.Dial("tcp", "api.example.com:443", nil)', ["TLS", "no limit for the handshake"]),
        (
            '"crypto/tls"\n"net"\n"time"',
            '_, _ = tls.DialWithDialer(&net.Dialer{Timeout: 4 * time.Second}, "tcp", "api.example.com:443", nil)',
            ["TLS", "handshake within 4s (Dialer.Timeout)"],
        ),
        ('"net"', '_, _ = net.Dial("tcp", "api.example.com:443")', ["none: a plain connection"]),
        (
            '"net"\n"crypto/tls"',
            'c, _ := net.Dial("tcp", "api.example.com:443")\n_ = tls.Client(c, nil).Handshake()',
            ["whether TLS is spoken is not told"],
        ),
        (
            GRPC,
            '_, _ = grpc.NewClient("dns:///api.example.com:443", grpc.WithTransportCredentials(credentials.NewTLS(nil)))',
            ["TLS", "handshake within 20s (MinConnectTimeout)"],
        ),
        (
            GRPC,
            '_, _ = grpc.NewClient("api.example.com:443", grpc.WithTransportCredentials(credentials.NewTLS(nil)),\n'
            "grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: 5 * time.Second}))",
            ["TLS", "handshake within 5s (MinConnectTimeout)"],
        ),
        (
            GRPC,
            '_, _ = grpc.NewClient("dns:///api.example.com:80", grpc.WithTransportCredentials(insecure.NewCredentials()))',
            ["none: a plain connection"],
        ),
        (GRPC, '_, _ = grpc.NewClient("api.example.com:443", grpc.WithTransportCredentials(own()))', ["whether TLS is spoken is not told"]),
        (
            GRPC,
            '_, _ = grpc.NewClient("api.example.com:443", append(more(), grpc.WithTransportCredentials(credentials.NewTLS(nil)))...)',
            ["whether TLS is spoken is not told"],
        ),
        ('"database/sql"', '_, _ = sql.Open("mysql", "app@tcp(api.example.com:3306)/shop?timeout=5s&tls=true")', ["TLS", "not known"]),
        (
            '"crypto/tls"\n"github.com/redis/go-redis/v9"',
            '_ = redis.NewClient(&redis.Options{Addr: "api.example.com:6379", TLSConfig: &tls.Config{}})',
            ["TLS", "handshake within 5s (DialTimeout)"],
        ),
        (
            '"github.com/redis/go-redis/v9"',
            '_ = redis.NewClient(&redis.Options{Addr: "api.example.com:6379"})',
            ["none: a plain connection"],
        ),
        (
            '"database/sql"',
            '_, _ = sql.Open("pgx", "postgres://app@api.example.com:5432/shop?sslmode=require")',
            ["TLS", "no limit for the handshake"],
        ),
        ('"database/sql"', '_, _ = sql.Open("pgx", "postgres://app@api.example.com/shop?sslmode=disable")', ["none: a plain connection"]),
        ('"database/sql"', '_, _ = sql.Open("pgx", "postgres://app@api.example.com/shop")', ["whether TLS is spoken is not told"]),
        ('"database/sql"', '_, _ = sql.Open("mysql", "app@tcp(api.example.com:3306)/shop")', ["none: a plain connection"]),
    ],
)
def test_whether_tls_is_spoken_and_within_which_limit(imports: str, body: str, shown: list[str], tmp_path: Path) -> None:
    call = only_call("web", folder=program(tmp_path, imports, body))
    assert texts(call, "tls") == shown
    is_known = shown[0].startswith("none") or shown[-1].startswith("handshake within")
    assert verdicts(call)["tls"] == ("finding" if rules(call, "tls") else "ok" if is_known else "unknown")


def test_of_a_function_with_several_calls_each_has_its_own_findings(tmp_path: Path) -> None:
    body = '_, _ = http.Get("https://one.example.com/")\n_, _ = net.Dial("tcp", "two.example.com:9000")'
    folder = program(tmp_path, '"net"\n"net/http"', body)
    one, two = only_call("web", "one.example.com", folder=folder), only_call("web", "two.example.com", folder=folder)
    assert "client-without-deadline" in rules(one, "deadline")
    assert rules(two, "deadline") == rules(two, "pool") == []
    assert rules(two, "dial") == ["dial-without-timeout"]


def test_a_host_whose_port_the_program_adds_is_one_call(tmp_path: Path) -> None:
    folder = program(tmp_path, '"net"\n"os"', '_, _ = net.Dial("tcp", os.Getenv("DB_HOST")+":5432")')
    write(folder, workload("web", image="registry.example/web:1", env="{name: DB_HOST, value: db.shop.svc}") + DB)
    assert [(call["host"], call["port"]) for call in calls("web", folder=folder)] == [("db.shop.svc", 5432)]


@pytest.mark.parametrize(
    ("source", "driver", "dial", "tls"),
    [
        ("postgres://app@db.example.com/shop?sslmode=require&connect_timeout=5", "pgx", "5s (connect_timeout)", "handshake within 5s"),
        ("postgres://app@db.example.com/shop?sslmode=disable", "pgx", "not known", "none"),
        ("host=db.example.com connect_timeout='4' sslmode=disable", "postgres", "4s (connect_timeout)", "none"),
        ("app@tcp(db.example.com:3306)/shop?tls=true&timeout=1500ms", "mysql", "1.5s (timeout)", "not known"),
        ("app@tcp(db.example.com:3306)/shop?timeout=soon", "mysql", "not known", "none"),
    ],
)
def test_a_data_source_of_the_container_says_how_long_connecting_takes(
    source: str, driver: str, dial: str, tls: str, tmp_path: Path
) -> None:
    folder = program(tmp_path, '"database/sql"\n"os"', f'_, _ = sql.Open("{driver}", os.Getenv("DATABASE_URL"))')
    env = f"{{name: DATABASE_URL, value: {json.dumps(source)}}}"
    write(folder, workload("web", image="registry.example/web:1", env=env))
    call = only_call("web", "db.example.com", folder=folder)
    assert texts(call, "dial") == [dial]
    assert texts(call, "tls")[-1].startswith(tls)


def test_what_a_data_source_in_code_does_not_say_libpq_may_be_told(tmp_path: Path) -> None:
    folder = program(tmp_path, '"database/sql"', '_, _ = sql.Open("pgx", "postgres://app@db.example.com/shop?sslmode=require")')
    assert texts(only_call("web", folder=folder), "dial") == ["no limit for a connection"]
    write(folder, workload("web", image="registry.example/web:1", env='{name: PGCONNECT_TIMEOUT, value: "3"}'))
    assert texts(only_call("web", folder=folder), "dial") == texts(only_call("web", folder=folder), "tls")[1:] == ["not known"]


def test_a_transport_without_a_handshake_limit_is_found_in_its_layer(tmp_path: Path) -> None:
    folder = program(tmp_path, HTTP, f"c := &http.Client{{Transport: &http.Transport{{TLSClientConfig: &tls.Config{{}}}}}}\n{GET}")
    assert rules(only_call("web", folder=folder), "tls") == ["transport-without-tls-handshake-timeout"]


@pytest.mark.parametrize(
    ("annotation", "verdict", "shown"),
    [
        ("", "ok", "none to the pods: HTTP by default"),
        ("nginx.ingress.kubernetes.io/backend-protocol: GRPC", "ok", "none to the pods: GRPC"),
        ("nginx.ingress.kubernetes.io/backend-protocol: HTTPS", "unknown", "to the pods: HTTPS"),
    ],
)
def test_what_a_front_door_speaks_to_the_pods(annotation: str, verdict: str, shown: str, tmp_path: Path) -> None:
    route = f"""---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: db, namespace: shop, annotations: {{{annotation}}}}}
spec: {{ingressClassName: nginx, defaultBackend: {{service: {{name: db, port: {{number: 5432}}}}}}}}
"""
    call = only_call("ingress/db", folder=write(tmp_path, DB + route))
    assert (verdicts(call)["tls"], texts(call, "tls")) == (verdict, [shown])
