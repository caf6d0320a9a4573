"""Python code joined with manifests: what it calls, where it listens, which program a container starts, and calls between languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness import working_in
from netlint.config import Config
from netlint.durations import Nanoseconds, show_duration
from netlint.model.edges import edges
from netlint.model.links import links_of, listens_of
from netlint.model.python.outgoing import outgoing
from netlint.model.runs import runs
from netlint.model.templates import Input
from netlint.pipeline import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netlint.model import Model
    from netlint.model.limits import Limit
    from netlint.model.templates import Template


def model_of(folder: Path, files: Mapping[str, str]) -> Model:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with working_in(folder):
        return load(["."], Config(root=folder, keeps_facts=False)).model


def shown(template: Template | None) -> str:
    """A template as a text: ``{NAME}`` for a variable, ``{NAME=default}`` for one that is not empty without it, ``?`` for a hole."""
    if template is None:
        return "?"
    parts = []
    for part in template:
        if isinstance(part, Input):
            default = "" if part.default == () else f"={shown(part.default)}"
            parts.append(f"{{{part.name}{default}}}")
        else:
            parts.append("?" if part is None else part)
    return "".join(parts)


def limit(found: Limit) -> str:
    return show_duration(Nanoseconds(found.nanoseconds)) if found.state == "known" else found.state


@pytest.mark.parametrize(
    ("code", "addresses"),
    [
        ('requests.get("http://orders/v1")', ["http://orders/v1"]),
        ("requests.get(url=f\"http://{os.environ['HOST']}/v1/{number}\")", ["http://{HOST}/v1/?"]),
        ('requests.get(os.getenv("URL", "http://orders") + "/v1")', ["{URL=http://orders}/v1"]),
        ('requests.get((os.getenv("URL") or "http://orders").rstrip("/"))', ["{URL=http://orders}"]),
        ('requests.get("http://{}:{}".format(os.environ.get("HOST"), 81))', ["http://{HOST}:81"]),
        ('requests.get("http://%s/%s" % (os.environ["HOST"], number))', ["http://{HOST}/?"]),
        ('requests.get(urllib.parse.urljoin(os.environ["BASE"], "/v1"))', ["{BASE}?"]),
        ('app.config["URL"] = os.environ["ORDERS"]\nrequests.get(app.config["URL"])', ["{ORDERS}"]),
        ('ADDRESSES = {"a": "http://a", "b": "http://b"}\nrequests.get(ADDRESSES["b"])', ["http://b"]),
        ('for port in (1, 2): pass\nrequests.get("http://a" if number else "http://b")', ["http://a", "http://b"]),
        ('def get(base): return requests.get(base + "/v1")\nget("http://a")\nget(base="http://b")', ["http://a/v1", "http://b/v1"]),
        (
            "class Orders:\n    def __init__(self, base): self.base = base\n"
            '    def get(self): return requests.get(f"{self.base}/v1")\nOrders(os.environ["BASE"]).get()',
            ["{BASE}/v1"],
        ),
        ('client = httpx.Client(base_url="http://orders")\nclient.get("/v1")', ["http://orders"]),
        ('client = httpx.Client(base_url="http://orders")\nclient.get("http://carts/v1")', ["http://carts/v1"]),
        (
            'class Settings(pydantic_settings.BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="shop_")\n'
            '    url: str = "http://orders"\nrequests.get(Settings().url)',
            ["{SHOP_URL=http://orders}"],
        ),
        (
            "class Settings(pydantic_settings.BaseSettings):\n    url: str = pydantic.Field(alias='ORDERS')\nrequests.get(Settings().url)",
            ["{ORDERS=?}"],
        ),
        ('requests.get(decouple.config("URL", default="http://orders"))', ["{URL=http://orders}"]),
        ('env = environs.Env()\nrequests.get(env.str("URL"))', ["{URL}"]),
        ("requests.get(somewhere())", []),
        ('redis.Redis(host=os.getenv("REDIS", "cache"), port=6380)', ["{REDIS=cache}:6380"]),
        ('redis.from_url("redis://cache:6379/0")', ["redis://cache:6379/0"]),
        ('psycopg2.connect(host="db", dbname="shop")', ["db"]),
        ('psycopg2.connect("host=db port=5433")', ["host=db port=5433"]),
        ('sqlalchemy.create_engine(os.environ["DATABASE_URL"])', ["{DATABASE_URL}"]),
        ('pymongo.MongoClient("db", 27018)', ["db:27018"]),
        ('kafka.KafkaProducer(bootstrap_servers=["a:9092", "b:9092"])', ["a:9092", "b:9092"]),
        ('grpc.insecure_channel("orders:50051")', ["orders:50051"]),
        ('socket.create_connection(("db", 5432), 3)', ["db:5432"]),
        ('pika.ConnectionParameters("broker", 5673)', ["broker:5673"]),
    ],
)
def test_addresses_are_followed(tmp_path: Path, code: str, addresses: list[str]) -> None:
    imports = "import os, decouple, environs, grpc, httpx, kafka, pika, psycopg2, pydantic, pydantic_settings, pymongo, redis, requests\n"
    text = f"{imports}import socket, sqlalchemy, urllib.parse\n{code}\n"
    found = outgoing(model_of(tmp_path, {"a.py": text}).python)
    assert [shown(address.template) for item in found for address in item.addresses] == addresses


def deployment(name: str, image: str, more: str = "") -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec:\n      containers:\n        - name: main\n          image: {image}\n{more}"
    )


def service(name: str, port: int, target: int) -> str:
    return (
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {name}}}\n"
        f"  ports: [{{port: {port}, targetPort: {target}}}]\n"
    )


def command(*words: str) -> str:
    return f"          command: [{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}]\n"


def listening(folder: Path, manifest: str, files: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Address, idle limit and time to drain of all that the workloads listen on."""
    model = model_of(folder, {"deploy.yaml": manifest, **files})
    found = [listen for unit in model.units for workload in unit.workloads for listen in listens_of(model, unit, workload)]
    return [(item.text.replace("\0", "?"), limit(item.listening.idle), limit(item.listening.shutdown.budget)) for item in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["gunicorn", "a:app"], ("127.0.0.1:8000", "unknown", "30s")),
        (["gunicorn", "-b", ":8080", "--threads", "4", "a:app"], (":8080", "2s", "30s")),
        (
            ["gunicorn", "--bind=0.0.0.0:80", "-k", "uvicorn.workers.UvicornWorker", "--keep-alive", "65", "a:app"],
            ("0.0.0.0:80", "1m5s", "30s"),
        ),
        (["gunicorn", "-b", "0.0.0.0", "--graceful-timeout", "90", "a"], ("0.0.0.0:8000", "unknown", "1m30s")),
        (["uvicorn", "a:app"], ("127.0.0.1:8000", "5s", "unknown")),
        (["uvicorn", "a:app", "--host", "0.0.0.0", "--port=80", "--timeout-keep-alive", "75"], ("0.0.0.0:80", "1m15s", "unknown")),
        (["/usr/bin/python3", "-m", "uvicorn", "a:app", "--port", "80"], ("127.0.0.1:80", "5s", "unknown")),
        (["hypercorn", "a:app", "-b", "0.0.0.0:8080"], ("0.0.0.0:8080", "5s", "3s")),
        (["flask", "--app", "a", "run", "-h", "0.0.0.0"], ("0.0.0.0:5000", "unknown", "unknown")),
        (["fastapi", "run", "a.py", "--port", "80"], ("0.0.0.0:80", "5s", "unknown")),
        (["waitress-serve", "--listen=*:8041", "a:app"], ("*:8041", "2m", "unknown")),
        (["opentelemetry-instrument", "--traces_exporter", "otlp", "gunicorn", "-b", ":80", "a"], (":80", "unknown", "30s")),
        (["sh", "-c", "exec gunicorn -b 0.0.0.0:${PORT:-8081} a:app"], ("0.0.0.0:8081", "unknown", "30s")),
        (["sh", "-c", "exec gunicorn -b 0.0.0.0:$HTTP_PORT a:app"], ("0.0.0.0:8085", "unknown", "30s")),
        (["uvicorn", "a:app", "--port", "$(HTTP_PORT)"], ("127.0.0.1:8085", "5s", "unknown")),
    ],
)
def test_command_lines_of_servers(tmp_path: Path, words: list[str], expected: tuple[str, str, str]) -> None:
    env = "          env: [{name: HTTP_PORT, value: '8085'}]\n"
    assert listening(tmp_path, deployment("a", "registry.example/a:1", command(*words) + env), {}) == [expected]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("PORT", [("0.0.0.0:9000", "unknown", "30s")]), ("GUNICORN_CMD_ARGS", []), ("OTHER", [("127.0.0.1:8000", "unknown", "30s")])],
)
def test_variables_stand_in_for_options(tmp_path: Path, variable: str, expected: list[tuple[str, str, str]]) -> None:
    env = f"          env: [{{name: {variable}, value: '9000'}}]\n"
    assert listening(tmp_path, deployment("a", "registry.example/a:1", command("gunicorn", "a:app") + env), {}) == expected


DOCKERFILE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('Flask(__name__).run(host="0.0.0.0", port=int(os.environ.get("PORT", 8080)))', ("0.0.0.0:8080", "unknown")),
        ("app = Flask(__name__)\napp.run()", ("127.0.0.1:5000", "unknown")),
        ('uvicorn.run("main:app", host="0.0.0.0", port=80, timeout_keep_alive=70)', ("0.0.0.0:80", "1m10s")),
        ("web.run_app(web.Application(), port=81)", ("0.0.0.0:81", "1m15s")),
        ('server = grpc.server(None)\nserver.add_insecure_port("[::]:50051")', ("[::]:50051", "unknown")),
        ('http.server.HTTPServer(("", 8000), None).serve_forever()', (":8000", "unknown")),
        ("prometheus_client.start_http_server(9100)", ("0.0.0.0:9100", "unknown")),
        ('waitress.serve(app, listen="*:8080")', ("*:8080", "2m")),
        ('pywsgi.WSGIServer(("0.0.0.0", 5000), app).serve_forever()', ("0.0.0.0:5000", "unknown")),
    ],
)
def test_servers_in_code(tmp_path: Path, code: str, expected: tuple[str, str]) -> None:
    imports = "import grpc, http.server, os, prometheus_client, uvicorn, waitress\nfrom aiohttp import web\nfrom flask import Flask\n"
    files = {
        "a/Dockerfile": f'{DOCKERFILE}CMD ["python", "main.py"]\n',
        "a/main.py": f"{imports}from gevent import pywsgi\n{code}\n",
    }
    found = listening(tmp_path, deployment("a", "a"), files)
    assert [(text, idle) for text, idle, _ in found] == [expected]


def test_settings_of_gunicorn_in_a_file(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": f"{DOCKERFILE}CMD gunicorn --threads 2 main:app\n",
        "a/main.py": "app = None\n",
        "a/gunicorn.conf.py": "import os\n\nbind = f\"0.0.0.0:{os.environ.get('PORT', '8080')}\"\nkeepalive = 70\n",
    }
    assert listening(tmp_path, deployment("a", "a"), files) == [("0.0.0.0:8080", "1m10s", "30s")]


def test_what_only_another_start_runs_does_not_listen(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": f'{DOCKERFILE}CMD ["gunicorn", "-b", ":8080", "main:app"]\n',
        "a/main.py": (
            "import prometheus_client\nfrom flask import Flask\napp = Flask(__name__)\nprometheus_client.start_http_server(9100)\n"
            'if __name__ == "__main__":\n    prometheus_client.start_http_server(9200)\n    app.run(port=5000)\n'
        ),
    }
    assert [text for text, _, _ in listening(tmp_path, deployment("a", "a"), files)] == [":8080", "0.0.0.0:9100"]


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("WORKDIR /app\nCOPY . .\nCMD python main.py\n", "a/main.py"),
        ('WORKDIR /app\nCOPY . .\nCMD ["python", "-u", "-m", "shop.worker"]\n', "a/shop/worker.py"),
        ("COPY main.py /srv/\nENTRYPOINT python /srv/main.py --verbose\n", "a/main.py"),
        ("WORKDIR /app\nCOPY shop ./shop\nCMD uvicorn shop.api:app --host 0.0.0.0\n", "a/shop/api.py"),
        ("WORKDIR /app\nCOPY shop ./\nCMD gunicorn --chdir /app api:app\n", "a/shop/api.py"),
        ("ENV PYTHONPATH=/lib\nCOPY shop /lib/shop\nCMD python -m shop\n", "a/shop/__main__.py"),
        ("RUN pip install .\nCMD gunicorn shop.api:app\n", "a/shop/api.py"),
        ("WORKDIR /app\nCOPY . .\nCMD poetry run celery -A shop.worker worker\n", "a/shop/worker.py"),
        ("WORKDIR /app\nCOPY . .\nENTRYPOINT ./main.py\n", "a/main.py"),
        ("WORKDIR /app\nCOPY . .\nENV FLASK_APP=shop.api\nCMD flask run\n", "a/shop/api.py"),
        (
            "COPY . /src\nFROM python:3.13-slim\nWORKDIR /app\nCOPY --from=0 /src/shop .\nCMD python api.py\n",
            "a/shop/api.py",
        ),
        ("WORKDIR /app\nCOPY . .\nCMD python -c 'import shop'\n", None),
        ("WORKDIR /app\nCOPY . .\nCMD python other.py\n", None),
    ],
)
def test_the_module_that_an_image_starts(tmp_path: Path, lines: str, path: str | None) -> None:
    names = ("main.py", "shop/__init__.py", "shop/__main__.py", "shop/worker.py", "shop/api.py")
    files = {f"a/{name}": "import requests\n" for name in names}
    model = model_of(tmp_path, {"deploy.yaml": deployment("a", "a"), "a/Dockerfile": f"FROM python:3.13-slim\n{lines}", **files})
    found = [run.program for unit in model.units for run in runs(model, unit)]
    assert [getattr(program, "path", None) for program in found] == ([] if path is None else [path])


@pytest.mark.parametrize(("more", "expected"), [("", [":9000"]), (command("worker"), []), (command("other"), [])])
def test_processes_of_a_buildpack(tmp_path: Path, more: str, expected: list[str]) -> None:
    files = {
        "skaffold.yaml": "apiVersion: skaffold/v4beta1\nkind: Config\nbuild: {artifacts: [{image: a, context: a, buildpacks: {}}]}\n",
        "a/Procfile": "# processes\nweb: gunicorn -b :9000 shop.api:app\nworker: python -m shop.worker\n",
        "a/shop/api.py": "app = None\n",
        "a/shop/worker.py": "import requests\n",
    }
    manifest = deployment("a", "a", more)
    assert [text for text, _, _ in listening(tmp_path, manifest, files)] == expected
    found = [run.program for unit in model_of(tmp_path, {}).units for run in runs(model_of(tmp_path, {}), unit)]
    paths = {"": ["a/shop/api.py"], command("worker"): ["a/shop/worker.py"], command("other"): []}
    assert [getattr(program, "path", None) for program in found] == paths[more]


def test_a_module_that_is_not_imported_does_not_call(tmp_path: Path) -> None:
    files = {
        "deploy.yaml": deployment("a", "a") + service("orders", 80, 8080) + service("carts", 80, 8080) + service("stock", 80, 8080),
        "a/Dockerfile": f"{DOCKERFILE}CMD python main.py\n",
        "a/main.py": "from shop import (\n    first,\n)\n",
        "a/shop/__init__.py": "",
        "a/shop/first.py": "import json\nfrom .inner import calls\n",
        "a/shop/inner/__init__.py": "",
        "a/shop/inner/calls.py": 'import requests\n\n\ndef call():\n    requests.get("http://orders", timeout=5)\n',
        "a/shop/second.py": 'import requests\n\nrequests.get("http://carts", timeout=5)\n',
    }
    model = model_of(tmp_path, files)
    found = [link for unit in model.units for workload in unit.workloads for link in links_of(model, unit, workload)]
    assert [(link.name.service_name, link.certainty, limit(link.outgoing.patience)) for link in found] == [("orders", "likely", "5s")]


def test_limits_that_the_container_gives(tmp_path: Path) -> None:
    env = "          env: [{name: CALL_TIMEOUT, value: '2.5'}]\n"
    files = {
        "deploy.yaml": deployment("a", "a", env) + service("orders", 80, 8080),
        "a/Dockerfile": f"{DOCKERFILE}CMD python main.py\n",
        "a/main.py": "import os, requests\nT = float(os.environ.get('CALL_TIMEOUT', '9'))\nrequests.get('http://orders', timeout=T)\n",
    }
    model = model_of(tmp_path, files)
    found = [link for unit in model.units for workload in unit.workloads for link in links_of(model, unit, workload)]
    assert [limit(link.outgoing.read) for link in found] == ["2.5s"]


GO_CLIENT = """package main

import (
	"net/http"
	"time"
)

func main() {
	client := &http.Client{Timeout: 3 * time.Second}
	client.Get("http://prices:8000/all")
	http.ListenAndServe(":8080", nil)
}
"""


def test_calls_between_languages(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/shop\n\ngo 1.24\n",
        "deploy.yaml": deployment("web", "ko://example.com/shop/cmd/web")
        + deployment("prices", "prices")
        + service("web", 80, 8080)
        + service("prices", 8000, 8000),
        "cmd/web/main.go": GO_CLIENT,
        "prices/Dockerfile": f"{DOCKERFILE}CMD uvicorn main:app --host 0.0.0.0\n",
        "prices/main.py": 'import httpx\n\nclient = httpx.Client(base_url="http://web")\n\n\ndef get():\n    return client.get("/rates")\n',
    }
    model = model_of(tmp_path, files)
    found = [edge for unit in model.units for edge in edges(model, unit)]
    rows = [
        (edge.client.meta.name, edge.service.meta.name, edge.listen.text if edge.listen else "", limit(edge.link.outgoing.patience))
        for edge in found
    ]
    assert rows == [("web", "prices", "0.0.0.0:8000", "3s"), ("prices", "web", ":8080", "5s")]
