"""Native builds of many kustomizations against one build by kustomize of the largest.

    python bench/kustomize.py [--overlays 100] [--kustomize PATH] [FOLDER]

Without a folder it writes a repository of its own: a base of 60 objects, and overlays that patch it, rename it and give it other images,
each a root; the last one gathers them all. ``kustomize`` is the binary to compare with, by default the one on PATH.
Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
import time
from pathlib import Path

from netlint.kubernetes.kustomizations import FILE_NAMES
from netlint.kustomize.build import Builder
from other_programs import run

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: app{number}}}
spec:
  selector: {{app: app{number}}}
  ports: [{{name: http, port: 80, targetPort: http}}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app{number}
  labels: {{app: app{number}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: app{number}}}
  template:
    metadata:
      labels: {{app: app{number}}}
    spec:
      containers:
        - name: app
          image: registry.example/app{number}:1.0
          envFrom:
            - configMapRef: {{name: settings}}
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
"""
OVERLAY = """\
resources: [../base]
namespace: team{number}
namePrefix: team{number}-
labels:
  - pairs: {{team: "{number}"}}
    includeSelectors: true
images:
  - {{name: registry.example/app1, newTag: "2.{number}"}}
configMapGenerator:
  - {{name: settings, behavior: merge, literals: [TEAM={number}]}}
patches:
  - target: {{kind: Deployment, name: app1}}
    patch: |-
      - {{op: replace, path: /spec/replicas, value: {number}}}
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {{name: app2}}
      spec: {{template: {{spec: {{containers: [{{name: app, env: [{{name: TEAM, value: "{number}"}}]}}]}}}}}}
"""
APPLICATIONS = 30


def write(folder: Path, overlays: int) -> None:
    """The repository."""
    names = [f"overlay{number}" for number in range(overlays)]
    for name in ("base", "all", *names):
        (folder / name).mkdir()
    for number in range(APPLICATIONS):
        (folder / "base" / f"app{number}.yaml").write_text(SERVICE.format(number=number))
    files = ", ".join(f"app{number}.yaml" for number in range(APPLICATIONS))
    (folder / "base" / "kustomization.yaml").write_text(
        f"resources: [{files}]\nconfigMapGenerator: [{{name: settings, literals: [MODE=plain]}}]\n"
    )
    for number, name in enumerate(names):
        (folder / name / "kustomization.yaml").write_text(OVERLAY.format(number=number))
    (folder / "all" / "kustomization.yaml").write_text(f"resources: [{', '.join(f'../{name}' for name in names[:10])}]\n")


def build_all(folder: Path, directories: list[str], *, keeps_all: bool) -> dict[str, float]:
    """CPU seconds that each build took, in one run that shares what it reads."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    builder = Builder(read, frozenset(), keeps_all=keeps_all)
    times = {}
    for directory in directories:
        start = time.process_time()
        builder.build(directory)
        times[directory] = time.process_time() - start
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--overlays", type=int, default=100)
    parser.add_argument("--kustomize", default=shutil.which("kustomize"))
    options = parser.parse_args()
    # As a run of netlint does.
    gc.disable()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(options.folder or made).resolve()
        if not options.folder:
            write(folder, options.overlays)
        files = (file for name in FILE_NAMES for file in folder.rglob(name) if file.is_file())
        directories = sorted({file.parent.relative_to(folder).as_posix() for file in files})
        times = build_all(folder, directories, keeps_all=False)
        print(f"netlint: {len(directories)} kustomizations in {sum(times.values()):.2f} s")
        times = build_all(folder, directories, keeps_all=True)
        print(f"netlint: the same with objects of every kind in {sum(times.values()):.2f} s")
        if not options.kustomize:
            print("kustomize: not measured, there is none on PATH")
            return
        slowest = (0.0, "")
        # The largest is among those that take netlint longest on their own.
        alone = sorted(directories, key=lambda directory: -build_all(folder, [directory], keeps_all=True)[directory])
        for directory in alone[:5]:
            done = run([options.kustomize, "build", str(folder / directory)])
            if done.status == 0:
                slowest = max(slowest, (done.cpu, directory))
        print(f"kustomize: {slowest[1]} alone in {slowest[0]:.2f} s")


if __name__ == "__main__":
    main()
