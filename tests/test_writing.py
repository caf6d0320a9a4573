"""A file that is written is the old or the new one, whatever ends the run, and nothing is left beside it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from manifests import DEPLOYMENT, SERVICE
from netlint.writing import write_whole
from test_cli_options import SOURCE_ROOTS

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = b"old" * 100_000, b"new" * 100_000
ENDED = """
import os, sys
from pathlib import Path
from netlint import __main__, writing
step, number, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
done = getattr(writing.Path if step == "replace" else os, step)
def stop(*arguments, **named):
    os.kill(os.getpid(), number)
    return done(*arguments, **named)
setattr(writing.Path if step == "replace" else os, step, stop)
if "named" in sys.argv:
    del os.O_TMPFILE
import netlint.cli
netlint.cli.main = lambda: writing.write_whole(Path(path), b"new" * 100_000)
__main__.start()
"""
"""Writes as the command ``netlint`` does, and ends itself at a step of it."""


def end_at(step: str, number: signal.Signals, path: Path, *more: str) -> int:
    command = [sys.executable, "-c", ENDED, step, str(int(number)), str(path), *more]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": SOURCE_ROOTS}, check=False, timeout=60).returncode


def test_mode_and_links_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "out.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode), link.is_symlink()) == ("new", 0o640, True)


@pytest.mark.parametrize("is_nameless", [True, False])
def test_a_new_file_has_the_permissions_of_any_other(is_nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    write_whole(tmp_path / "fresh", NEW)
    (tmp_path / "other").write_bytes(NEW)
    assert (tmp_path / "fresh").read_bytes() == NEW
    assert (tmp_path / "fresh").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert len(list(tmp_path.iterdir())) == 2


def test_names_as_long_as_a_file_system_takes(tmp_path: Path) -> None:
    path = tmp_path / ("\U0001f600" * 50)
    for data in (OLD, NEW):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("way", ["nameless", "named"])
@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
def test_a_kill_at_any_step_leaves_the_old_file_whole(step: str, way: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(OLD)
    assert end_at(step, signal.SIGKILL, path, way) == -signal.SIGKILL
    assert path.read_bytes() == OLD
    if way == "nameless" and step != "replace" and hasattr(os, "O_TMPFILE"):
        assert list(tmp_path.iterdir()) == [path]
    write_whole(path, NEW)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("way", ["nameless", "named"])
@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, None)])
def test_a_run_that_is_told_to_end_leaves_nothing_behind(
    number: signal.Signals, status: int | None, step: str, way: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(OLD)
    ended = end_at(step, number, path, way)
    assert ended == status if status is not None else ended != 0
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="needs files without names")
def test_a_file_without_a_name_that_cannot_get_one_is_written_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "no /proc here")

    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "file", NEW)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [NEW]


def test_a_run_of_many_files_that_is_killed_leaves_each_old_or_new(tmp_path: Path) -> None:
    """Three times ``--fix`` is killed while it writes: the files before are mended, those behind are as they were."""
    broken = SERVICE.replace("port: 80,", 'port: "80",')
    for number in range(40):
        (tmp_path / f"{number:02}.yaml").write_text(broken.replace("name: web}", f"name: s{number}}}"))
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    names = sorted(path.name for path in tmp_path.iterdir())
    program = (
        "import os, sys; from netlint import __main__\n"
        "done, left = os.fsync, [int(sys.argv.pop(1))]\n"
        "def stop(handle):\n"
        "    left[0] -= 1\n"
        "    os.kill(os.getpid(), 9) if left[0] == 0 else done(handle)\n"
        "os.fsync = stop\n"
        "sys.argv[0] = 'netlint'; __main__.start()"
    )
    for place in (1, 7, 11):
        command = [sys.executable, "-c", program, str(place), "--no-cache", "--fix", "."]
        ended = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": SOURCE_ROOTS}, check=False, timeout=120, capture_output=True
        )
        assert ended.returncode == -signal.SIGKILL
    if hasattr(os, "O_TMPFILE"):
        assert sorted(path.name for path in tmp_path.iterdir()) == names
    old = [broken.replace("name: web}", f"name: s{number}}}") for number in range(40)]
    # Killed at the first file, at the seventh, and at the eleventh of those that were left.
    wanted = [text.replace('"80"', "80") if number < 16 else text for number, text in enumerate(old)]
    assert [(tmp_path / f"{number:02}.yaml").read_text() for number in range(40)] == wanted
