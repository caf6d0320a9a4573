"""What a run says depends on the files alone: not on their order, on the number of processes, or on what earlier runs have kept."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import FIXTURES, working_in
from netlint import cache as cache_module
from netlint import reading as reading_module
from netlint.cache import Cache, CacheWriter, content_key, look_up, open_cache
from netlint.config import Config
from netlint.discovery import discover
from netlint.golang.packing import pack, unpack
from netlint.golang.reader import read_go
from netlint.packing import UnpackError
from netlint.pipeline import run
from netlint.reading import read_go_files
from netlint.report.json import render_json
from netlint.sharing import SharingError, share_out
from netlint.source import SourceFile
from netlint_rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENT = """\
package api

import "net/http"

func Fetch(url string) error {
	response, err := http.Get(url) // ünïcode
	if err != nil {
		return err
	}
	return response.Body.Close()
}
"""
BROKEN = 'package broken\n\nimport "net/http"\n\nfunc f() {\n\t_ = http.Client{ ] }\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Go files of every sort: with findings, the same content twice, with a mistake, binary, without anything."""
    folder = tmp_path / "repository"
    for number in range(3):
        shutil.copytree(FIXTURES / "client-without-deadline", folder / f"part{number}", ignore=shutil.ignore_patterns("python-*"))
    for name, text in (("one", CLIENT), ("two", CLIENT), ("broken", BROKEN), ("empty", ""), ("nothing", "package nothing\n")):
        (folder / name).mkdir()
        (folder / name / f"{name}.go").write_text(text, encoding="utf-8")
    (folder / "binary.go").write_bytes(b'package x\nimport "net/http"\n\x00\xff')
    (folder / "go.mod").write_text("module example.com/shop\n\ngo 1.23\n", encoding="utf-8")
    return folder


@pytest.fixture
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLINT_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def report(folder: Path, *, jobs: int = 1, keeps_facts: bool = False, paths: tuple[str, ...] = (".",)) -> str:
    with working_in(folder):
        return render_json(run(paths, Config(root=folder, show_info=True, show_low=True, jobs=jobs, keeps_facts=keeps_facts), rules_for))


def packs(folder: Path) -> list[Path]:
    return sorted(folder.glob("go-*/*.pack"))


def test_order_of_files_changes_nothing(repository: Path) -> None:
    with working_in(repository):
        files = [item for item in discover(["."], exclude=(), base=repository).files if item.kind == "go"]
        straight = {reading.path: reading for reading in read_go_files(files)}
        mixed = random.Random(1).sample(files, len(files))
        assert {reading.path: reading for reading in read_go_files(mixed)} == straight
    names = tuple(sorted(entry.name for entry in repository.iterdir()))
    assert report(repository, paths=names) == report(repository, paths=names[::-1])


@pytest.mark.parametrize("jobs", [2, 4])
@pytest.mark.parametrize("keeps_facts", [False, True])
def test_number_of_processes_changes_nothing(
    repository: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, keeps_facts: bool
) -> None:
    expected = report(repository)
    monkeypatch.setattr(reading_module, "BYTES_PER_PROCESS", 1)
    assert report(repository, jobs=jobs, keeps_facts=keeps_facts) == expected
    assert report(repository, jobs=jobs, keeps_facts=keeps_facts) == expected
    assert bool(packs(cache_folder)) is keeps_facts
    assert active_children() == []


def test_cold_and_warm_cache_say_the_same(repository: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = report(repository)
    assert report(repository, keeps_facts=True) == expected
    (only,) = packs(cache_folder)
    monkeypatch.setattr("netlint.golang.reader.read_go", lambda _: pytest.fail("was parsed again"))
    # The file that is no text has no facts to keep.
    assert report(repository, keeps_facts=True) == expected
    assert packs(cache_folder) == [only]


def test_half_filled_cache_says_the_same(repository: Path, cache_folder: Path) -> None:
    report(repository, keeps_facts=True, paths=("part0", "one"))
    (repository / "part1" / "explicit-zero" / "get.go").write_text(CLIENT.replace("api", "get"), encoding="utf-8")
    assert report(repository, keeps_facts=True) == report(repository)
    assert len(packs(cache_folder)) == 2


def _truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [_truncate, lambda _: b"", lambda _: b"netlint\x01" + b"\xff" * 200, *(_flip(place) for place in (0, 9, 26, 40, 60, -1, -200, -900))],
)
def test_damaged_cache_says_the_same(repository: Path, cache_folder: Path, damage: Callable[[bytes], bytes]) -> None:
    expected = report(repository, keeps_facts=True)
    (only,) = packs(cache_folder)
    only.write_bytes(damage(only.read_bytes()))
    assert report(repository, keeps_facts=True) == expected
    assert report(repository, keeps_facts=True) == expected


def test_same_content_has_the_path_of_each_file(repository: Path, cache_folder: Path) -> None:
    for _ in range(2):
        found = report(repository, keeps_facts=True)
        assert '"one/one.go"' in found
        assert '"two/two.go"' in found
    assert packs(cache_folder)


def test_packed_facts_know_no_path() -> None:
    facts = read_go(SourceFile("a/b.go", BROKEN))
    assert facts.unread
    packed = pack(facts)
    assert unpack(packed, "a/b.go") == facts
    elsewhere = unpack(packed, "c/d_test.go")
    assert elsewhere.is_test
    assert {span.path for span in elsewhere.unread} == {"c/d_test.go"}


def test_nothing_foreign_is_unpacked(tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "harm"),)

    for data in (pickle.dumps(Harmful()), pickle.dumps({"a": 1}), pickle.dumps(SourceFile("a", "b")), b"", b"\x80\x05junk"):
        with pytest.raises(UnpackError):
            unpack(data, "a.go")
    assert not (tmp_path / "harm").exists()


def netlint(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "netlint", "--format", "json", "--show", "all", "--exit-zero", *arguments, "."]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_runs_at_the_same_time_do_not_disturb_each_other(repository: Path, cache_folder: Path) -> None:
    expected = netlint(repository, "--no-cache").communicate()[0]
    for _ in range(2):
        together = [netlint(repository) for _ in range(3)]
        assert [process.communicate() for process in together] == [(expected, "")] * 3
    assert packs(cache_folder)


def test_killed_run_leaves_nothing_that_disturbs(repository: Path, cache_folder: Path) -> None:
    expected = report(repository)
    for part in (0.2, 0.6):
        killed = netlint(repository)
        time.sleep(part)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert report(repository, keeps_facts=True) == expected
    # As it would be after a kill between the first byte and the last.
    (folder,) = cache_folder.glob("go-*")
    unfinished = folder / "0123456789abcdef.unfinished"
    unfinished.write_bytes(b"netlint\x01 and no more")
    assert report(repository, keeps_facts=True) == expected
    os.utime(unfinished, (1, 1))
    (repository / "one" / "one.go").write_text(CLIENT + "\n// new\n", encoding="utf-8")
    report(repository, keeps_facts=True)
    assert not unfinished.exists()


@pytest.mark.parametrize("kind", ["file", "below a file", "link", "writable by others"])
def test_folder_that_cannot_be_used_fails_nothing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "link":
        (tmp_path / "real").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "real")
    elif kind == "writable by others":
        place.mkdir()
        place.chmod(0o777)
    else:
        place.write_text("", encoding="utf-8")
    monkeypatch.setenv("NETLINT_CACHE_DIR", str(place / "inner" if kind == "below a file" else place))
    assert open_cache() is None
    assert report(repository, keeps_facts=True) == report(repository)


def test_folder_belongs_to_the_user_alone(cache_folder: Path) -> None:
    assert open_cache() is not None
    assert cache_folder.stat().st_mode & 0o777 == 0o700


def test_home_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NETLINT_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("HOME", str(blocked))
    assert open_cache() is None


def filled(entries: dict[bytes, bytes]) -> Cache:
    cache = open_cache()
    assert cache is not None
    writer = CacheWriter(cache)
    for key, data in entries.items():
        writer.add(key, data)
    writer.close()
    again = open_cache()
    assert again is not None
    return again


def test_what_was_used_least_lately_goes_first(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MAX_BYTES", 2500)
    keys = [content_key(bytes([number])) for number in range(4)]
    for age, key in enumerate(keys):
        filled({key: os.urandom(1000)})
        newest = max(packs(cache_folder), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (1000 + age, 1000 + age))
    left = open_cache()
    assert left is not None
    assert [key in left for key in keys] == [False, False, True, True]


def test_small_packs_are_joined(cache_folder: Path) -> None:
    wanted = {content_key(bytes([number])): bytes([number]) * 50 for number in range(40)}
    for key, data in wanted.items():
        cache = filled({key: data})
    assert len(packs(cache_folder)) < 40
    assert dict(look_up(cache, wanted)) == wanted


def _work(item: str) -> str:
    if item == "die":
        os._exit(3)
    if item == "fail":
        raise ValueError(item)
    return item.upper()


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_every_item_gets_its_answer(processes: int) -> None:
    items = [f"item{number}" for number in range(50)]
    answers = dict(share_out(_work, items, list(range(50)), processes))
    assert answers == {place: item.upper() for place, item in enumerate(items)}
    assert active_children() == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("bad", ["die", "fail"])
def test_process_that_ends_early_is_said(bad: str, capfd: pytest.CaptureFixture[str]) -> None:
    items = ["a"] * 20 + [bad] + ["b"] * 20
    with pytest.raises(SharingError) as error:
        dict(share_out(_work, items, [1] * len(items), 2))
    assert error.value.place <= 20
    assert active_children() == []
    capfd.readouterr()


def test_processes_end_with_whoever_asked() -> None:
    answers = share_out(_work, ["a"] * 1000, [1] * 1000, 3)
    next(answers)
    answers.close()
    assert active_children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_interrupt_ends_all_processes(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"a{number}.go").write_text(
            CLIENT * 1 + "\n".join(f"func f{i}() {{ http.Get(u) }}" for i in range(150)), encoding="utf-8"
        )
    process = subprocess.Popen(
        [sys.executable, "-m", "netlint", "--no-cache", "--jobs", "3", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # A busy machine takes its time to come to the files: what is interrupted is the reading in processes.
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 20
    while children.exists() and not children.read_text(encoding="ascii") and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == "netlint: interrupted\n"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
