"""Times a cold run against its floor: reading the bytes and parsing, in C, what can matter.

    python bench/bench.py [--manifests 1000] [--go 1000] [--python 2000] [--rounds 5]
    python bench/bench.py --folder path/to/a/repository [--language python]

Manifests are generated: half of the bytes are CustomResourceDefinitions, as in real repositories; go_files.py and python_files.py say what
the others are. The floor of code is reading every file, the look at its bytes that netlint takes itself, and the parsing of the files that
may matter, by tree-sitter or libcst. Times are CPU seconds of fresh processes, floor and run alternating; the figure to keep is the ratio
of the medians. The runs that are compared with the floor use one process and no cache. phases.py says what such a run is made of.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from go_files import generate_go
from python_files import generate_python

SHOP = """\
# Web front end number {n} of team {team}.
apiVersion: v1
kind: Service
metadata:
  name: web-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: web-{n}
    app.kubernetes.io/part-of: shop
spec:
  selector:
    app.kubernetes.io/name: web-{n}
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: web-{n}
    app.kubernetes.io/part-of: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: web-{n}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-{n}
        app.kubernetes.io/part-of: shop
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "8080"
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        seccompProfile:
          type: RuntimeDefault
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels:
                    app.kubernetes.io/name: web-{n}
      containers:
        - name: web
          image: registry.example/web:1.{n}
          args:
            - --listen=:8080
            - --log-level=info
          env:
            - name: ORDERS_URL
              value: http://orders-{n}.team-{team}.svc.cluster.local.:8080
            - name: LOG_LEVEL
              value: info
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          ports:
            - name: http
              containerPort: 8080
          livenessProbe:
            httpGet:
              path: /live
              port: http
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {{}}
"""
CRD_HEAD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things{n}.example.com
spec:
  group: example.com
  names: {{kind: Thing{n}, plural: things{n}}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
"""
CRD_FIELD = """\
            field{i}:
              description: What field number {i} sets, in a sentence as long as such sentences are.
              type: string
"""

FLOOR = """\
import sys, re, yaml
from pathlib import Path
kind = re.compile(r"^kind: (\\w+)", re.M)
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    for chunk in re.split(r"^---", path.read_bytes().decode(), flags=re.M):
        if "CustomResourceDefinition" not in kind.findall(chunk):
            yaml.compose(chunk, Loader=yaml.CLoader)
"""


def generate(folder: Path, manifests: int) -> int:
    """Write the manifests; the number of bytes."""
    size = 0
    for n in range(manifests // 2):
        text = SHOP.format(n=n, team=n % 20)
        path = folder / f"team-{n % 20}" / f"web-{n}" / "web.yaml"
        crd = CRD_HEAD.format(n=n)
        while len(crd) < len(text):
            crd += CRD_FIELD.format(i=len(crd))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (path.parent / "crd.yaml").write_text(crd, encoding="utf-8")
        size += len(text) + len(crd)
    return size


GO_FLOOR = """\
import os, sys, tree_sitter, tree_sitter_go
from netlint.golang.sieve import is_generated, may_matter
language = tree_sitter.Language(tree_sitter_go.language())
for folder, folders, names in os.walk(sys.argv[1]):
    folders[:] = [name for name in folders if name not in ("vendor", "testdata", "node_modules") and not name.startswith(".")]
    for name in names:
        if name.endswith(".go") and not name.endswith("_test.go"):
            with open(os.path.join(folder, name), "rb", buffering=0) as file:
                data = file.read()
            if may_matter(data) and not is_generated(data):
                tree_sitter.Parser(language).parse(data)
"""
PYTHON_FLOOR = """\
import gc, os, sys, libcst
from netlint.python.sieve import is_generated, may_matter
gc.disable()
for folder, folders, names in os.walk(sys.argv[1]):
    folders[:] = [name for name in folders if not name.startswith(".")]
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb", buffering=0) as file:
                data = file.read()
            if may_matter(data) and not is_generated(data):
                libcst.parse_module(data)
"""
FLOORS = {"go": GO_FLOOR, "python": PYTHON_FLOOR}


class Usage(NamedTuple):
    """What one process took."""

    cpu: float
    elapsed: float
    peak: float
    """Largest resident set, in MB."""


def measure(command: list[str], expect: str = "", cache: str = "") -> Usage:
    """One fresh process, whose output must hold ``expect``. Exit status 1 is findings, no failure here."""
    # As users run it: with compiled modules kept, whatever this shell has set.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["NETLINT_CACHE_DIR"] = cache
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        output, errors = process.communicate() if process.stdout is None else (process.stdout.read(), "")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors = process.stderr.read() if process.stderr is not None else errors
    if process.returncode not in (0, 1) or expect not in output:
        raise SystemExit(f"{command} failed: {errors}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Usage(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / unit)


def median(usages: list[Usage]) -> Usage:
    """The median of each figure by itself."""
    return Usage(*(statistics.median(values) for values in zip(*usages, strict=True)))


NETLINT = [sys.executable, "-m", "netlint"]


def bench_manifests(manifests: int, rounds: int) -> None:
    """Generate manifests, measure, print."""
    with tempfile.TemporaryDirectory() as name:
        size = generate(Path(name), manifests)
        floors, runs, versions = [], [], []
        for _ in range(rounds):
            floors.append(measure([sys.executable, "-c", FLOOR, name]))
            runs.append(measure([*NETLINT, "--format", "json", name], f'"kubernetes": {manifests // 2}'))
            versions.append(measure([*NETLINT, "--version"]))
    floor, run, version = median(floors).cpu, median(runs).cpu, median(versions).cpu
    print(f"{manifests} manifests, {size / 1e6:.1f} MB: floor {floor:.2f} s, run {run:.2f} s, ratio {run / floor:.2f} (CPU, medians)")
    print(f"netlint --version: {version * 1000:.0f} ms CPU")


def bench_code(folder: str, rounds: int, language: str) -> None:
    """Measure the files of one language in a folder, print."""
    lint = [*NETLINT, "--no-config", "--exit-zero", "--format", "json"]
    floors, colds, spread, warms = [], [], [], []
    with tempfile.TemporaryDirectory() as cache:
        measure([*lint, folder], cache=cache)
        for _ in range(rounds):
            floors.append(measure([sys.executable, "-c", FLOORS[language], folder]))
            colds.append(measure([*lint, "--no-cache", "--jobs", "1", folder]))
            spread.append(measure([*lint, "--no-cache", folder]))
            warms.append(measure([*lint, folder], cache=cache))
    floor = median(floors)
    print(f"floor          {floor.cpu:6.2f} s CPU")
    for name, usages in (("one process", colds), ("all processes", spread), ("warm cache", warms)):
        run = median(usages)
        figures = f"{run.cpu:6.2f} s CPU, ratio {run.cpu / floor.cpu:4.2f}, {run.elapsed:6.2f} s elapsed, {run.peak:4.0f} MB at most"
        print(f"{name:14} {figures}")
    if language == "go":
        subprocess.run([sys.executable, str(Path(__file__).with_name("phases.py")), folder], check=True)


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifests", type=int, default=1000, help="how many to generate; 0 for none")
    parser.add_argument("--go", type=int, default=1000, help="how many Go files to generate; 0 for none")
    parser.add_argument("--python", type=int, default=2000, help="how many Python files to generate; 0 for none")
    parser.add_argument("--folder", help="a folder of code to measure instead")
    parser.add_argument("--language", choices=FLOORS, default="go", help="of the folder")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.folder:
        bench_code(options.folder, options.rounds, options.language)
        return
    if options.manifests:
        bench_manifests(options.manifests, options.rounds)
    for language, count, generate_files in (("go", options.go, generate_go), ("python", options.python, generate_python)):
        if count:
            with tempfile.TemporaryDirectory() as name:
                size = generate_files(Path(name), count)
                print(f"{count} files of {language}, {size / 1e6:.1f} MB")
                bench_code(name, options.rounds, language)


if __name__ == "__main__":
    main()
