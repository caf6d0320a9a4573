"""Which program runs in which container: ``netlint programs`` over small repositories, each a way in which real ones name their images."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from harness import FIXTURES, working_in
from netlint.cli import main
from netlint.config import Config
from netlint.model.programs import is_part_of, program_packages, programs
from netlint.pipeline import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netlint.model.code.code import Code

SERVES = """package main

import "net/http"

func main() { http.ListenAndServe(":8080", nil) }
"""
BUILD = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\n"
SKAFFOLD = "apiVersion: skaffold/v4beta1\nkind: Config\n"
STATIC = "FROM gcr.io/distroless/static-debian12\n"


def deployment(name: str, image: str, more: str = "") -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec:\n      containers:\n        - name: main\n          image: {image}\n{more}"
    )


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in {"go.mod": "module example.com/shop\n\ngo 1.24\n", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def rows(folder: Path) -> list[dict[str, Any]]:
    with working_in(folder):
        result = CliRunner().invoke(main, ["programs", "--no-config", "--format", "json"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.output)
    return found


def runs(folder: Path, files: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Folder of the program and certainty, by the name of the workload."""
    write(folder, files)
    return {run["workload"]["name"]: (row["directory"], run["certainty"]) for row in rows(folder) for run in row["runs"]}


def test_the_shop_runs_its_programs() -> None:
    found = {run["workload"]["name"]: (row["directory"], run["certainty"]) for row in rows(FIXTURES / "shop") for run in row["runs"]}
    assert found == {name: (f"cmd/{name}", "certain") for name in ("frontend", "orders", "payments", "stock")}


def test_text_shows_the_chain_of_lines() -> None:
    with working_in(FIXTURES / "shop"):
        result = CliRunner().invoke(main, ["programs", "--no-config"])
    lines = [line.strip() for line in result.output.splitlines()]
    start = lines.index("certain: Deployment orders in shop, container orders (deploy/kustomization.yaml)")
    assert lines[start - 1 : start + 5] == [
        "example.com/shop/cmd/orders (cmd/orders/main.go:35)",
        "certain: Deployment orders in shop, container orders (deploy/kustomization.yaml)",
        "deploy/orders.yaml:30 image registry.example.com/shop/orders:2.8.1",
        "skaffold.yaml:11 this skaffold artifact builds it with Dockerfile",
        "Dockerfile:10 is built of cmd/orders",
        "Dockerfile:15 starts /program",
    ]


def compose(image: str, build: str) -> str:
    return f"services:\n  app:\n    image: {image}\n    build: {build}\n"


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param(
            f'{BUILD}RUN go build -o /orders ./cmd/orders\n{STATIC}COPY --from=build /orders /\nENTRYPOINT ["/orders"]',
            "orders",
            id="plain",
        ),
        pytest.param(
            f"{BUILD}RUN go install ./cmd/...\nFROM alpine\nCOPY --from=build /go/bin/ /usr/bin/\nCMD payments", "payments", id="install"
        ),
        pytest.param(
            f"{BUILD}RUN cd cmd/orders && CGO_ENABLED=0 \\\n  # a comment\n  go build \\\n  -o ../../bin/x\n"
            f"{STATIC}COPY --from=0 /src/bin/x /app/\n"
            'WORKDIR /app\nENTRYPOINT ["./x"]',
            "orders",
            id="continued lines, cd and a numbered stage",
        ),
        pytest.param(
            "FROM golang AS base\nWORKDIR /w\nFROM base AS build\nCOPY cmd/payments/*.go ./\nCOPY go.mod .\nRUN go build -o main .\n"
            'FROM scratch\nCOPY --from=build /w/main /\nENTRYPOINT ["/main"]',
            "payments",
            id="files of one program",
        ),
        pytest.param(
            f"{BUILD}RUN <<EOF\nset -e\nfor p in orders payments; do\n  go build -o /out/$p ./cmd/$p\ndone\nEOF\n{STATIC}"
            'COPY --from=build /out /bin\nENTRYPOINT ["payments"]',
            "payments",
            id="a here-document with a loop",
        ),
        pytest.param(
            "ARG GO=1.24\nFROM golang:${GO} AS build\nRUN --mount=type=bind,target=/src,rw cd /src && go build -o /x ./cmd/orders/main.go\n"
            'FROM scratch\nCOPY --link --from=build /x /x\nENTRYPOINT ["/sbin/tini", "--", "/x"]',
            "orders",
            id="a mount and an init",
        ),
        pytest.param(
            f"{BUILD}RUN go build -o /bin/all example.com/shop/cmd/orders && ln -s /bin/all /bin/alias\n"
            'ENTRYPOINT exec /bin/alias --verbose "$ARGS"',
            "orders",
            id="an import path, a link, shell form",
        ),
        pytest.param(
            f'{BUILD}ARG TARGETARCH\nRUN make bin/payments OUT=bin\n{STATIC}COPY --from=build /src/bin/payments /p\nENTRYPOINT ["/p"]',
            "payments",
            id="a recipe of the Makefile",
        ),
        pytest.param(
            f'{BUILD}RUN go build -o /x ./cmd/orders\nFROM scratch AS o\nENTRYPOINT ["/y"]\n{STATIC}COPY --from=build /x /y\nCMD ["/y"]',
            "orders",
            id="CMD on a base without an entrypoint",
        ),
    ],
)
def test_dockerfiles(tmp_path: Path, dockerfile: str, expected: str) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": dockerfile + "\n",
        "Makefile": "GO ?= go\nOUT = wrong\n\nbin/%: deps\n\t@$(GO) build -o $(OUT)/$* ./cmd/$*\n\ndeps:\n\t$(GO) mod download\n",
        "compose.yaml": compose("shop/app", "."),
        "deploy.yaml": deployment("app", "shop/app:1"),
    }
    assert runs(tmp_path, files) == {"app": (f"cmd/{expected}", "certain")}


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param('FROM node:22\nCOPY . .\nENTRYPOINT ["node", "index.js"]', {}, id="no Go"),
        pytest.param(
            f'{BUILD}RUN go build -o /x ./cmd/orders\nFROM acme/base\nCOPY --from=build /x /x\nCMD ["/x"]',
            "likely",
            id="CMD on a base that may start",
        ),
        pytest.param(
            f'{BUILD}RUN go build -o /x ./cmd/orders\n{STATIC}COPY --from=build /x /x\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/x"]',
            "likely",
            id="a script in front",
        ),
        pytest.param(f'{STATIC}COPY orders /usr/bin/\nENTRYPOINT ["/usr/bin/orders"]', "likely", id="built outside"),
        pytest.param(
            f'{BUILD}RUN if a; then go build -o /x ./cmd/orders; else go build -o /x ./cmd/payments; fi\nENTRYPOINT ["/x"]',
            {},
            id="one or the other",
        ),
        pytest.param(f'{BUILD}RUN go build -o /x ./cmd/orders\nENTRYPOINT ["/y"]', {}, id="starts something else"),
        pytest.param(f'{BUILD}RUN go build -o /x ./cmd/gone\nENTRYPOINT ["/x"]', {}, id="a program that is not there"),
        pytest.param(f'{BUILD}ARG PROGRAM\nRUN go build -o /x ./cmd/$PROGRAM\nENTRYPOINT ["/x"]', {}, id="an argument nobody gives"),
        pytest.param("RUN go build -o /x ./cmd/orders\n", {}, id="no Dockerfile at all"),
    ],
)
def test_dockerfiles_that_do_not_prove_it(tmp_path: Path, dockerfile: str, expected: object) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": dockerfile + "\n",
        "compose.yaml": compose("shop/app", "{context: ., dockerfile: Dockerfile}"),
        "deploy.yaml": deployment("app", "shop/app:1"),
    }
    assert runs(tmp_path, files) == ({"app": ("cmd/orders", expected)} if expected else {})


BY_ARGUMENT = f'{BUILD}ARG PROGRAM=orders\nRUN go build -o /x ./cmd/$PROGRAM\n{STATIC}COPY --from=build /x /x\nENTRYPOINT ["/x"]\n'
BY_TARGET = (
    f"{BUILD}RUN go build -o /out/ ./cmd/orders ./cmd/payments\n"
    'FROM scratch AS orders\nCOPY --from=build /out/orders /x\nENTRYPOINT ["/x"]\n'
    'FROM scratch AS payments\nCOPY --from=build /out/payments /x\nENTRYPOINT ["/x"]\n'
)


@pytest.mark.parametrize(
    ("dockerfile", "name", "text"),
    [
        pytest.param(BY_ARGUMENT, "compose.yaml", compose("shop/pay", "{context: ., args: [PROGRAM=payments]}"), id="compose args"),
        pytest.param(
            BY_TARGET, "docker-compose.yml", compose("${REPO:-shop}/pay:1", "{context: ., target: payments}"), id="compose target"
        ),
        pytest.param(
            BY_ARGUMENT,
            "skaffold.yaml",
            f"{SKAFFOLD}build: {{artifacts: [{{image: shop/pay, docker: {{buildArgs: {{PROGRAM: payments}}}}}}]}}\n",
            id="skaffold buildArgs",
        ),
        pytest.param(
            BY_ARGUMENT,
            "Makefile",
            "REPO := shop\nIMG ?= $(REPO)/pay\n\nimage:\n"
            "\t$(DOCKER) build --build-arg PROGRAM=payments \\\n\t\t-t $(IMG):$(TAG) $(FLAGS) .\n",
            id="a recipe",
        ),
        pytest.param(
            BY_TARGET,
            "hack/build.sh",
            "cd .\ndocker buildx build --platform linux/amd64 --target=payments -t shop/pay:dev -f Dockerfile .\n",
            id="a script",
        ),
        pytest.param(
            BY_ARGUMENT,
            ".github/workflows/image.yml",
            "env: {NAME: shop/pay}\njobs:\n  image:\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v5\n"
            "        with: {images: '${{ env.NAME }}'}\n      - uses: docker/build-push-action@v6\n"
            "        with: {context: ., tags: '${{ steps.meta.outputs.tags }}', build-args: PROGRAM=payments}\n",
            id="a workflow",
        ),
        pytest.param(
            BY_ARGUMENT,
            ".github/workflows/images.yaml",
            "jobs:\n  image:\n    strategy: {matrix: {app: [{name: pay, program: payments}, {name: ord, program: orders}]}}\n    steps:\n"
            "      - uses: docker/build-push-action@v6\n        with:\n          tags: shop/${{ matrix.app.name }}:${{ github.sha }}\n"
            "          build-args: |\n            PROGRAM=${{ matrix.app.program }}\n",
            id="a workflow with a matrix",
        ),
        pytest.param(
            BY_TARGET,
            ".github/workflows/images.yaml",
            "jobs:\n  image:\n    strategy: {matrix: {app: [{name: pay, file: Dockerfile, to: payments}, {name: a, file: b, to: c}]}}\n"
            "    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          tags: shop/${{ matrix.app.name }}:1\n"
            "          file: ${{ matrix.app.file }}\n          target: ${{ matrix.app.to }}\n",
            id="a workflow with a matrix of files and stages",
        ),
        pytest.param(BY_ARGUMENT, "images.mk", "image:\n\tKO_DOCKER_REPO=shop/pay ko build --bare ./cmd/payments\n", id="ko"),
        pytest.param(
            BY_ARGUMENT,
            "skaffold.yaml",
            f"{SKAFFOLD}build: {{artifacts: [{{image: shop/pay, ko: {{main: ./cmd/payments}}}}]}}\n",
            id="skaffold ko",
        ),
    ],
)
def test_what_names_an_image(tmp_path: Path, dockerfile: str, name: str, text: str) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": dockerfile,
        name: text,
        "deploy.yaml": deployment("app", "docker.io/shop/pay:1@sha256:0"),
    }
    assert runs(tmp_path, files) == {"app": ("cmd/payments", "certain")}


def test_a_workflow_names_the_image_after_its_repository(tmp_path: Path) -> None:
    files = {
        "go.mod": "module github.com/Acme/Shop/v2\n\ngo 1.24\n",
        "main.go": SERVES,
        "Dockerfile": f'{BUILD}RUN go build -o /x .\nENTRYPOINT ["/x"]\n',
        ".github/workflows/image.yml": "jobs:\n  image:\n    steps:\n      - uses: docker/build-push-action@v6\n"
        "        with: {tags: 'ghcr.io/${{ github.repository }}:latest'}\n",
        "deploy.yaml": deployment("ours", "ghcr.io/acme/shop:v2") + deployment("theirs", "ghcr.io/acme/tools:v2"),
    }
    assert runs(tmp_path, files) == {"ours": (".", "certain")}


def test_images_that_are_import_paths(tmp_path: Path) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "deploy.yaml": deployment("strict", "ko://example.com/shop/cmd/orders")
        + deployment("released", "gcr.io/acme/example.com/shop/cmd/orders:v1")
        + deployment("foreign", "gcr.io/acme/example.com/other/cmd/orders:v1"),
    }
    assert runs(tmp_path, files) == {"strict": ("cmd/orders", "certain"), "released": ("cmd/orders", "likely")}


def test_a_kustomization_renames_images(tmp_path: Path) -> None:
    files = {
        "main.go": SERVES,
        "Dockerfile": f'{BUILD}RUN go build -o /manager\nENTRYPOINT ["/manager"]\n',
        "Makefile": "IMG ?= acme/operator\nimage:\n\tdocker build -t $(IMG) .\n",
        "deploy/kustomization.yaml": "resources: [manager.yaml]\nimages: [{name: controller, newName: acme/operator, newTag: v1}]\n",
        "deploy/manager.yaml": deployment("manager", "controller:latest", "          command: [/manager]\n"),
    }
    assert runs(tmp_path, files) == {"manager": (".", "certain")}


def test_a_container_may_start_another_program_of_its_image(tmp_path: Path) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": f'{BUILD}RUN go build -o /usr/bin/ ./cmd/...\nENTRYPOINT ["orders"]\n',
        "compose.yaml": compose("shop/all", "."),
        "deploy.yaml": deployment("orders", "shop/all")
        + deployment("payments", "shop/all", "          command: [payments]\n          args: [--port, '1']\n")
        + deployment("shell", "shop/all", "          command: [sh, -c, 'exec /usr/bin/payments --fast']\n")
        + deployment("other", "shop/all", "          command: [/bin/sleep]\n"),
    }
    found = runs(tmp_path, files)
    assert found == {
        name: (f"cmd/{program}", "certain") for name, program in (("orders", "orders"), ("payments", "payments"), ("shell", "payments"))
    }
    arguments = {run["workload"]["name"]: run["arguments"] for row in rows(tmp_path) for run in row["runs"]}
    assert arguments == {"orders": [], "payments": ["--port", "1"], "shell": ["--fast"]}


def test_the_image_gives_arguments_and_variables(tmp_path: Path) -> None:
    files = {
        "main.go": SERVES,
        "Dockerfile": f'{BUILD}RUN go build -o /x\nFROM alpine:3.20\nENV PORT=8080 NAME="a b"\nENV OLD style\nCOPY --from=build /x /x\n'
        'ENTRYPOINT ["/x", "serve"]\nCMD ["--port", "8080"]\n',
        "compose.yaml": compose("shop/app", "."),
        "deploy.yaml": deployment("app", "shop/app") + deployment("other", "shop/app", "          args: [--help]\n"),
    }
    write(tmp_path, files)
    (row,) = rows(tmp_path)
    app, other = row["runs"]
    assert app["arguments"] == ["serve", "--port", "8080"]
    assert other["arguments"] == ["serve", "--help"]
    assert app["environment"] == {"PORT": "8080", "NAME": "a b", "OLD": "style"}
    assert app["libc"] == "musl"


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        pytest.param(["acme.example/shop/orders:1"], {"0": "cmd/orders"}, id="the owner is in the import path"),
        pytest.param(["orders"], {"0": "cmd/orders"}, id="no owner"),
        pytest.param(["someone/orders"], {"0": "cmd/orders"}, id="a name of its own"),
        pytest.param(["someone/worker"], {}, id="a common name of another owner"),
        pytest.param(["someone/worker", "someone/orders"], {"0": "cmd/worker", "1": "cmd/orders"}, id="the owner of others here"),
        pytest.param(["dockercoins/orders", "dockercoins/hasher", "dockercoins/rng"], {}, id="the owner of others elsewhere"),
        pytest.param(["redis:7"], {}, id="what Docker publishes"),
        pytest.param(["mirror.example/redis:7"], {}, id="a copy of what Docker publishes"),
        pytest.param(["orders:fake"], {}, id="a tag that is no version"),
        pytest.param(["shop/${NAME}"], {}, id="a placeholder"),
    ],
)
def test_names_alone(tmp_path: Path, images: list[str], expected: dict[str, str]) -> None:
    files = {f"cmd/{name}/main.go": SERVES for name in ("orders", "worker", "redis")}
    files["deploy.yaml"] = "".join(deployment(f"'{number}'", image) for number, image in enumerate(images))
    assert runs(tmp_path, files) == {name: (program, "likely") for name, program in expected.items()}


def test_two_programs_of_one_name_are_none(tmp_path: Path) -> None:
    files = {"a/cmd/orders/main.go": SERVES, "b/cmd/orders/main.go": SERVES, "deploy.yaml": deployment("app", "orders")}
    assert runs(tmp_path, files) == {}


def test_a_name_does_not_outweigh_a_build_of_something_else(tmp_path: Path) -> None:
    files = {
        "cmd/web/main.go": SERVES,
        "web/Dockerfile": 'FROM node:22\nCOPY . .\nENTRYPOINT ["node", "index.js"]\n',
        "compose.yaml": compose("shop/web", "./web"),
        "deploy.yaml": deployment("web", "shop/web"),
    }
    assert runs(tmp_path, files) == {}


def test_a_build_in_the_manifests_own_project_counts(tmp_path: Path) -> None:
    operator = f'{BUILD}RUN go build -o /manager .\nENTRYPOINT ["/manager"]\n'
    files: dict[str, str] = {}
    for project in ("one", "two"):
        files |= {
            f"{project}/go.mod": f"module example.com/{project}\n\ngo 1.24\n",
            f"{project}/main.go": SERVES,
            f"{project}/Dockerfile": operator,
            f"{project}/Makefile": "IMG ?= controller:latest\nimage:\n\tdocker build -t ${IMG} .\n",
            f"{project}/config/manager.yaml": deployment(project, "controller:latest"),
        }
    assert runs(tmp_path, files) == {"one": ("one", "certain"), "two": ("two", "certain")}


def test_builds_that_disagree_are_none_and_the_tag_may_tell(tmp_path: Path) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": BY_TARGET,
        "a/compose.yaml": compose("shop/app:orders", "{context: .., target: orders}"),
        "b/compose.yaml": compose("shop/app:payments", "{context: .., target: payments}"),
        "deploy.yaml": deployment("tagged", "shop/app:orders") + deployment("untagged", "shop/app"),
    }
    assert runs(tmp_path, files) == {"tagged": ("cmd/orders", "certain")}


def test_the_tag_tells_images_of_one_repository_apart(tmp_path: Path) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "Dockerfile": BY_ARGUMENT,
        "web/Dockerfile": "FROM node:22\nCOPY . .\nCMD node index.js\n",
        "compose.yaml": "services:\n  orders: {build: ., image: 'a/demo:${V}-orders'}\n  web: {build: web, image: 'a/demo:${V}-web'}\n",
        "deploy.yaml": deployment("orders", "a/demo:1-orders") + deployment("web", "a/demo:1-web"),
    }
    assert runs(tmp_path, files) == {"orders": ("cmd/orders", "likely")}


def test_a_variable_in_a_name_is_filled_in(tmp_path: Path) -> None:
    files = {
        "cmd/orders/main.go": SERVES,
        "cmd/payments/main.go": SERVES,
        "Dockerfile": BY_ARGUMENT.replace("PROGRAM=orders", "PROGRAM"),
        "build.sh": 'for name in *; do docker build -t "acme/shop-$name" --build-arg PROGRAM=$name .; done\n',
        "deploy.yaml": deployment("pay", "acme/shop-payments:3"),
    }
    assert runs(tmp_path, files) == {"pay": ("cmd/payments", "likely")}


def test_workloads_without_code_and_code_without_workloads(tmp_path: Path) -> None:
    assert runs(tmp_path, {"cmd/orders/main.go": SERVES}) == {}
    (tmp_path / "cmd/orders/main.go").unlink()
    assert runs(tmp_path, {"deploy.yaml": deployment("app", "orders")}) == {}


# What a program is built of.


def code_of(folder: Path, files: Mapping[str, str]) -> Code:
    write(folder, {**files, "deploy.yaml": deployment("app", "app")})
    with working_in(folder):
        return load(["."], Config(root=folder)).model.code


CLIENTS = """package clients

import "net/http"

type Orders struct{ Client http.Client }

func NewOrders() *Orders { return &Orders{Client: http.Client{}} }

func (o *Orders) Get() { o.Client.Get("http://orders") }

type Payments struct{ Client http.Client }

func NewPayments() *Payments { return &Payments{Client: http.Client{}} }

func (p *Payments) Get() { p.Client.Get("http://payments") }
"""


def test_programs_that_only_call_another_package_are_found(tmp_path: Path) -> None:
    code = code_of(
        tmp_path,
        {
            "cmd/orders/main.go": 'package main\n\nimport "example.com/shop/internal/glue"\n\nfunc main() { glue.Run() }\n',
            "internal/glue/glue.go": (
                'package glue\n\nimport (\n\t// Why.\n\tc "example.com/shop/clients"\n)\n\nfunc Run() { c.NewOrders().Get() }\n'
            ),
            "clients/clients.go": CLIENTS,
            "tools/tool.go": "//go:build ignore\n\npackage main\n\nfunc main() {}\n",
            "cmd/v2/main.go": "package main\n\nfunc main() {}\n",
        },
    )
    orders, second = programs(code)
    assert (orders.name, orders.directory, second.name) == ("orders", "cmd/orders", "cmd")
    assert program_packages(code, orders) == {f"example.com/shop/{name}" for name in ("cmd/orders", "internal/glue", "clients")}
    assert program_packages(code, second) == {"example.com/shop/cmd/v2"}


def main_of(call: str) -> str:
    return (
        'package main\n\nimport (\n\t"context"\n\n\t"example.com/shop/clients"\n)\n\n'
        f"func main() {{ run(context.Background()) }}\n\nfunc run(context.Context) {{\n\t_ = context.TODO()\n\t{call}\n}}\n"
    )


@pytest.mark.parametrize(
    ("call", "more", "expected"),
    [
        pytest.param("clients.NewOrders().Get()", "", {"NewOrders", "Orders.Get"}, id="a call"),
        pytest.param("use(clients.NewPayments)", "", {"NewPayments", "Payments.Get"}, id="a function as a value"),
        pytest.param("_ = &clients.Orders{}", "", {"Orders.Get"}, id="a type, and so its methods"),
        pytest.param("", "", set(), id="nothing"),
        pytest.param(
            "clients.Both()",
            "type both struct{ o *Orders; p Payments }\n\nfunc Both() both { return both{} }",
            {"Orders.Get", "Payments.Get"},
            id="fields",
        ),
        pytest.param("", "var Default = NewOrders()", {"NewOrders", "Orders.Get"}, id="a package variable"),
        pytest.param(
            "clients.Quiet()",
            "func Quiet() {\n\tNewPayments()\n}",
            {"NewOrders", "Orders.Get", "NewPayments", "Payments.Get"},
            id="a function that was not parsed",
        ),
    ],
)
def test_what_may_run_in_a_program(tmp_path: Path, call: str, more: str, expected: set[str]) -> None:
    code = code_of(
        tmp_path,
        {
            "cmd/orders/main.go": main_of(call),
            "cmd/other/main.go": main_of("clients.NewOrders()"),
            "clients/clients.go": f"{CLIENTS}\n{more}\n",
        },
    )
    orders = next(program for program in programs(code) if program.name == "orders")
    bodies = code.packages["example.com/shop/clients"].bodies
    assert {name for name, function in bodies.items() if is_part_of(code, orders, function)} >= expected
    if "Quiet" not in call:
        assert {name for name, function in bodies.items() if is_part_of(code, orders, function)} - {"Both"} == expected


PREBUILT = STATIC + 'COPY orders /\nENTRYPOINT ["/orders"]\n'
TWO = {
    "cmd/orders/main.go": SERVES,
    "cmd/stock/main.go": SERVES,
    "all.yaml": deployment("orders", "shop/orders:1.4") + deployment("stock", "ghcr.io/acme/stock:2"),
}


def goreleaser(images: str, builds: str = "") -> str:
    return f"version: 2\nproject_name: shop\n{builds}{images}"


GO_BUILDS = """builds:
  - {id: orders, main: ./cmd/orders, binary: orders}
  - {id: stock, dir: cmd/stock, binary: stock}
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {
                ".goreleaser.yaml": goreleaser(
                    "dockers:\n"
                    '  - {ids: [orders], dockerfile: build/Dockerfile, image_templates: ["shop/orders:{{ .Version }}-amd64"]}\n'
                    '  - {ids: [orders], goarch: arm64, dockerfile: build/Dockerfile, image_templates: ["shop/orders:{{ .Tag }}-arm64"]}\n',
                    GO_BUILDS,
                ),
                "build/Dockerfile": PREBUILT,
            },
            {"orders": ("cmd/orders", "certain")},
            id="a binary in the context",
        ),
        pytest.param(
            {
                ".goreleaser.yml": goreleaser(
                    "dockers_v2:\n  - ids: [stock]\n"
                    '    images: ["ghcr.io/{{ .Env.OWNER }}/stock", ghcr.io/acme/stock]\n    tags: ["v{{ .Version }}"]\n',
                    GO_BUILDS,
                ),
                "Dockerfile": STATIC + 'ARG TARGETPLATFORM\nCOPY $TARGETPLATFORM/stock /usr/bin/\nENTRYPOINT ["stock"]\n',
            },
            {"stock": ("cmd/stock", "certain")},
            id="a folder for each platform",
        ),
        pytest.param(
            {
                ".goreleaser.yaml": goreleaser(
                    "kos:\n  - {build: orders, repositories: [shop/orders], bare: true}\n"
                    "  - {build: stock, repository: ghcr.io/acme, base_import_paths: true}\n",
                    GO_BUILDS,
                ),
            },
            {"orders": ("cmd/orders", "certain"), "stock": ("cmd/stock", "certain")},
            id="ko",
        ),
        pytest.param(
            {
                ".goreleaser.yaml": goreleaser("dockers:\n  - {image_templates: [shop/orders]}\n", GO_BUILDS),
                "Dockerfile": STATIC + 'COPY orders /\nENTRYPOINT ["/elsewhere"]\n',
            },
            {},
            id="it starts something else",
        ),
        pytest.param(
            {
                "Tiltfile": "load('ext://restart_process', 'docker_build_with_restart')\n"
                "local_resource('c', 'CGO_ENABLED=0 go build -o build/orders ./cmd/orders/main.go')\n"
                "docker_build_with_restart('shop/orders', '.', entrypoint=['/app/build/orders'], dockerfile='dev/orders.Dockerfile',\n"
                "  only=['./build'])\n"
                "docker_build(ref='ghcr.io/acme/stock', context='.', dockerfile='dev/stock.Dockerfile', build_args={'NAME': 'stock'})\n",
                # It starts another program, which Tilt does not.
                "dev/orders.Dockerfile": "FROM alpine\nWORKDIR /app\nADD build build\nENTRYPOINT build/stock\n",
                "dev/stock.Dockerfile": BUILD
                + "ARG NAME\nRUN go build -o /x ./cmd/$NAME\n"
                + STATIC
                + 'COPY --from=build /x /x\nENTRYPOINT ["/x"]\n',
            },
            {"orders": ("cmd/orders", "certain"), "stock": ("cmd/stock", "certain")},
            id="Tilt",
        ),
        pytest.param(
            {
                ".goreleaser.yaml": goreleaser(
                    "dockers:\n"
                    "  - {goos: windows, ids: [stock], dockerfile: win.Dockerfile, image_templates: [shop/orders]}\n"
                    "  - {ids: [orders, old], image_templates: [shop/orders]}\n",
                    GO_BUILDS + "  - {id: old, main: ./cmd/stock, binary: orders, skip: true}\n",
                ),
                "Dockerfile": PREBUILT,
                "win.Dockerfile": STATIC + 'COPY stock /\nENTRYPOINT ["/stock"]\n',
            },
            {"orders": ("cmd/orders", "certain")},
            id="entries and builds that do not count",
        ),
        pytest.param(
            {
                "Tiltfile": "local_resource('c', cmd='cd . && go build -o svc/out/orders ./cmd/orders')\n"
                "docker_build('shop/orders', 'svc')\n"
                "local_resource('i', 'go build -o svc/out/orders example.com/shop/cmd/stock')\n"
                "local('go build -o elsewhere/orders ./cmd/stock')\n"
                "local_resource('s', 'cd stock && CGO_ENABLED=0 go build -o ../../svc/out/stock main.go', dir='cmd')\n"
                "docker_build('ghcr.io/acme/stock', 'svc', dockerfile='svc/stock.Dockerfile')\n",
                "svc/stock.Dockerfile": 'FROM alpine\nCOPY out /\nENTRYPOINT ["/stock"]\n',
                "svc/Dockerfile": 'FROM alpine\nCOPY out/orders /\nENTRYPOINT ["/orders"]\n',
            },
            {"orders": ("cmd/orders", "certain"), "stock": ("cmd/stock", "certain")},
            id="a context below the Tiltfile",
        ),
        pytest.param(
            {
                "Tiltfile": "def image(name):\n  docker_build(name, '.')\nimage('shop/orders')\ndocker_build('shop/' + NAME, '.')\n",
                "Dockerfile": BUILD + 'RUN go build -o /x ./cmd/orders\nENTRYPOINT ["/x"]\n',
                "all.yaml": deployment("front", "shop/front"),
            },
            {},
            id="what a Tiltfile computes",
        ),
        pytest.param(
            {
                "Makefile": "NAME = orders\ninclude build/common.mk\n",
                "build/common.mk": "REGISTRY ?= shop\nIMAGE = $(REGISTRY)/$(NAME)\n\n"
                "image:\n\tdocker build -t $(IMAGE):$(VERSION) --build-arg NAME=$(NAME) .\n",
                "Dockerfile": BUILD
                + "ARG NAME\nRUN go build -o /x ./cmd/$NAME\n"
                + STATIC
                + 'COPY --from=build /x /x\nENTRYPOINT ["/x"]\n',
            },
            {"orders": ("cmd/orders", "certain")},
            id="a recipe that is included",
        ),
        pytest.param(
            {
                "Makefile": "include vars.mk\n\nimage:\n\tdocker build -t $(IMAGE) -f Dockerfile.build .\n",
                "vars.mk": "IMAGE = shop/orders\n",
                "Dockerfile.build": BUILD + "RUN make build\n" + STATIC + 'COPY --from=build /src/out/x /x\nENTRYPOINT ["/x"]\n',
                "go.mk": "build:\n\tgo build -o out/x ./cmd/$(PROGRAM)\n",
                "GNUmakefile": "PROGRAM = orders\ninclude go.mk Makefile\n",
            },
            {"orders": ("cmd/orders", "certain")},
            id="variables and rules that are included",
        ),
        pytest.param(
            {
                "Makefile": "include a.mk b.mk\n\nimage:\n\tdocker build -t $(IMAGE) .\n",
                "a.mk": "IMAGE = shop/orders\n",
                "b.mk": "IMAGE = shop/other\n",
                "Dockerfile": BUILD + 'RUN go build -o /x ./cmd/stock\nENTRYPOINT ["/x"]\n',
                "all.yaml": deployment("front", "shop/orders"),
            },
            {},
            id="files that do not agree",
        ),
    ],
)
def test_files_that_say_what_is_built_before(files: dict[str, str], expected: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    found = runs(tmp_path, {**TWO, **files})
    assert {name: run for name, run in found.items() if run[1] == "certain"} == expected


def test_a_name_that_leads_to_another_name_is_no_link(tmp_path: Path) -> None:
    starts_orders = "FROM alpine\nCOPY build /build\nENTRYPOINT /build/orders\n"
    files = {"driver.Dockerfile": starts_orders, "all.yaml": deployment("driver", "shop/driver")}
    assert runs(tmp_path, {**TWO, **files}) == {}
    assert runs(tmp_path, {"cmd/driver/main.go": SERVES}) == {"driver": ("cmd/driver", "likely")}


def test_a_program_beside_the_dockerfile_may_have_another_name(tmp_path: Path) -> None:
    files = {
        "driver/Dockerfile": "FROM alpine\nCOPY build/api /api\nENTRYPOINT /api\n",
        "driver/cmd/api/main.go": SERVES,
        "all.yaml": deployment("driver", "shop/driver"),
    }
    assert runs(tmp_path, {**TWO, **files}) == {"driver": ("driver/cmd/api", "likely")}


def test_places_in_a_tiltfile_are_those_of_its_texts(tmp_path: Path) -> None:
    tiltfile = "# Größe 😀\nx = 'ü'; docker_build('shop/orders', '.')\n"
    write(tmp_path, {**TWO, "Tiltfile": tiltfile, "Dockerfile": BUILD + 'RUN go build -o /x ./cmd/orders\nENTRYPOINT ["/x"]\n'})
    places = [item for row in rows(tmp_path) for run in row["runs"] for item in run["evidence"] if item["path"] == "Tiltfile"]
    assert [(item["line"], item["column"]) for item in places] == [(2, 24)]
