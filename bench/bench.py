"""Times a cold run against its floor: reading the bytes and composing, in C, the documents that can matter.

    python bench/bench.py [--manifests 1000] [--rounds 5]

Manifests are generated: half of the bytes are CustomResourceDefinitions, as in real repositories. Times are CPU seconds of fresh
processes, floor and run alternating; the figure to keep is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

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


def cpu_seconds(command: list[str], expect: str = "") -> float:
    """CPU time of one fresh process, whose output must hold ``expect``. Exit status 1 is findings, no failure here."""
    # As users run it: with compiled modules kept, whatever this shell has set.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1) or expect not in done.stdout:
        raise SystemExit(f"{command} failed: {done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    netlint = [sys.executable, "-m", "netlint"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = generate(folder, options.manifests)
        times: dict[str, list[float]] = {"floor": [], "run": [], "version": []}
        for _ in range(options.rounds):
            times["floor"].append(cpu_seconds([sys.executable, "-c", FLOOR, name]))
            times["run"].append(cpu_seconds([*netlint, "--format", "json", name], f'"kubernetes": {options.manifests // 2}'))
            times["version"].append(cpu_seconds([*netlint, "--version"]))
    floor, run, version = (statistics.median(times[key]) for key in ("floor", "run", "version"))
    print(
        f"{options.manifests} manifests, {size / 1e6:.1f} MB: floor {floor:.2f} s, run {run:.2f} s, ratio {run / floor:.2f} (CPU, medians)"
    )
    print(f"netlint --version: {version * 1000:.0f} ms CPU")


if __name__ == "__main__":
    main()
