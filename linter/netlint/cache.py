"""Facts that earlier runs read, kept by the content of the files: a second run over an unchanged tree need not parse it again.

Each run that read something new writes *packs*: a table of contents and the packed facts behind it. A pack is never changed, so that
any number of runs may use the cache at once and be killed at any point: it is written beside its place and moved there when it is whole,
and whatever is damaged or gone is read anew. Packs that were not used for the longest time go when there are too many bytes.

The folder belongs to the user alone; one that others may write to is not used. What somebody put there nevertheless (a cache brought
from elsewhere) can make wrong facts, but it is never executed.
"""

# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH111, PTH117, PTH118, PTH120, PTH123, PTH208
from __future__ import annotations

import os
import stat
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER_VARIABLE: Final = "NETLINT_CACHE_DIR"
MAX_BYTES: Final = 200_000_000
"""Of all packs. The facts of 10,000 files of Go have some 70 MB."""
_PACK_BYTES: Final = 16_000_000
"""Above this a further pack is begun, so that what is not used can go in parts."""
_SMALL_PACK: Final = 1_000_000
_MAX_SMALL_PACKS: Final = 32
"""Small packs, of runs in which few files were new, are put together when there are more; each costs every run a look."""
_USE_SECONDS: Final = 3_600
"""A use is noted when the last one noted is longer ago."""
_ABANDONED_SECONDS: Final = 3_600
"""A pack that was begun and is not finished after this time never will be."""
_KEY_BYTES: Final = 16
_CHECK_BYTES: Final = 8
_HEAD: Final = struct.Struct(f"<8s{_KEY_BYTES}sI")
_ENTRY: Final = struct.Struct(f"<{_KEY_BYTES}sQI{_CHECK_BYTES}s")
_MAGIC: Final = b"netlint\x01"
_MAX_ENTRIES: Final = 1_000_000


def content_key(data: bytes) -> bytes:
    """What the facts of a file with this content are kept under."""
    return blake2b(data, digest_size=_KEY_BYTES).digest()


class _Place(NamedTuple):
    offset: int
    length: int
    check: bytes


class _Pack(NamedTuple):
    path: str
    used: float
    size: int
    contents: Mapping[bytes, _Place]


@dataclass(frozen=True, slots=True)
class Cache:
    """The packs that there were when the run began; ``folder`` is where they and new ones stand."""

    root: str
    folder: str
    packs: tuple[_Pack, ...]

    def __contains__(self, key: object) -> bool:
        return any(key in pack.contents for pack in self.packs)

    @property
    def is_empty(self) -> bool:
        """Whether no file can be found in it."""
        return not self.packs


def open_cache() -> Cache | None:
    """The user's cache; None when there is no folder that can be used."""
    try:
        root = _root()
        if root is None:
            return None
        os.makedirs(root, mode=0o700, exist_ok=True)
        if not _is_ours(root):
            return None
        folder = os.path.join(root, f"go-{_fingerprint()}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not _is_ours(folder):
            return None
        names = sorted(name for name in os.listdir(folder) if name.endswith(".pack"))
    except OSError:
        return None
    return Cache(root, folder, tuple(pack for name in names if (pack := _open_pack(os.path.join(folder, name))) is not None))


def look_up(cache: Cache, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The packed facts of those ``keys`` that the cache has, pack by pack, so that no more than one is in memory."""
    wanted = set(keys)
    for pack in cache.packs:
        found = sorted((pack.contents[key].offset, key) for key in wanted.intersection(pack.contents))
        if not found:
            continue
        with suppress(OSError):
            with open(pack.path, "rb") as stream:
                for offset, key in found:
                    place = pack.contents[key]
                    stream.seek(offset)
                    data = stream.read(place.length)
                    if blake2b(data, digest_size=_CHECK_BYTES).digest() == place.check:
                        wanted.discard(key)
                        yield key, data
            if time.time() - pack.used > _USE_SECONDS:
                os.utime(pack.path)


class CacheWriter:
    """Takes what a run has read and writes it down, at most a pack at a time in memory. What cannot be written is not kept."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._entries: dict[bytes, bytes] = {}
        self._bytes = 0
        self._has_written = False

    def add(self, key: bytes, data: bytes) -> None:
        """Keep packed facts."""
        if key not in self._entries:
            self._entries[key] = data
            self._bytes += len(data)
            if self._bytes >= _PACK_BYTES:
                self._write()

    def close(self) -> None:
        """Write what is left, and tidy up."""
        self._write()
        if self._has_written:
            with suppress(OSError):
                _join_small_packs(self._cache.folder)
                _evict(self._cache.root)

    def _write(self) -> None:
        entries, self._entries, self._bytes = self._entries, {}, 0
        if entries:
            with suppress(OSError):
                _write_pack(self._cache.folder, entries)
                self._has_written = True


def _root() -> str | None:
    """Where caches of programs belong on this system."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return os.path.abspath(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return os.path.join(local, "netlint", "Cache") if local else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "netlint")
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, ".cache"), "netlint")


def _is_ours(folder: str) -> bool:
    """Whether the folder is a real one that nobody but the user can write to."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode):
        return False
    return sys.platform == "win32" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _fingerprint() -> str:
    """What facts depend on besides the file: this netlint's own text, Python and the parser. Raises OSError when it cannot be told."""
    digest = blake2b(f"{VERSION} {sys.implementation.cache_tag}".encode(), digest_size=8)
    here = os.path.dirname(__file__)
    files = [os.path.join(here, "source.py"), os.path.join(here, "packing.py")]
    for folder in ("golang", "knowledge", "python"):
        files += [entry.path for entry in os.scandir(os.path.join(here, folder)) if entry.name.endswith(".py")]
    for package in ("tree_sitter", "tree_sitter_go"):
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            files += [entry.path for entry in os.scandir(folder) if entry.name.startswith("_binding.") and not entry.name.endswith(".pyi")]
    libcst = find_spec("libcst")
    files += [os.path.join(folder, "_version.py") for folder in (libcst.submodule_search_locations or () if libcst is not None else ())]
    for path in sorted(files):
        with open(path, "rb") as stream:
            digest.update(blake2b(stream.read()).digest())
    return digest.hexdigest()


def _open_pack(path: str) -> _Pack | None:
    """A pack with its table of contents; None when it is damaged or gone."""
    try:
        with open(path, "rb") as stream:
            status = os.fstat(stream.fileno())
            magic, check, count = _HEAD.unpack(stream.read(_HEAD.size))
            table = stream.read(_ENTRY.size * min(count, _MAX_ENTRIES))
    except (OSError, struct.error):
        return None
    if magic != _MAGIC or blake2b(table, digest_size=_KEY_BYTES).digest() != check:
        return None
    contents = {key: _Place(offset, length, mark) for key, offset, length, mark in _ENTRY.iter_unpack(table)}
    return _Pack(path, status.st_mtime, status.st_size, contents)


def _write_pack(folder: str, entries: Mapping[bytes, bytes]) -> None:
    offset = _HEAD.size + _ENTRY.size * len(entries)
    table = bytearray()
    for key, data in entries.items():
        table += _ENTRY.pack(key, offset, len(data), blake2b(data, digest_size=_CHECK_BYTES).digest())
        offset += len(data)
    check = blake2b(table, digest_size=_KEY_BYTES).digest()
    name = blake2b(check + os.urandom(8), digest_size=8).hexdigest()
    unfinished = os.path.join(folder, f"{name}.unfinished")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(_HEAD.pack(_MAGIC, check, len(entries)))
            stream.write(table)
            for data in entries.values():
                stream.write(data)
        os.replace(unfinished, os.path.join(folder, f"{name}.pack"))
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def _join_small_packs(folder: str) -> None:
    """Put the small packs of a folder together when there are many."""
    paths = [entry.path for entry in os.scandir(folder) if entry.name.endswith(".pack") and entry.stat().st_size < _SMALL_PACK]
    if len(paths) <= _MAX_SMALL_PACKS:
        return
    entries: dict[bytes, bytes] = {}
    for pack in filter(None, map(_open_pack, sorted(paths))):
        with open(pack.path, "rb") as stream:
            for key, place in pack.contents.items():
                stream.seek(place.offset)
                data = stream.read(place.length)
                if blake2b(data, digest_size=_CHECK_BYTES).digest() == place.check:
                    entries[key] = data
    if entries:
        _write_pack(folder, entries)
    for path in paths:
        with suppress(OSError):
            os.unlink(path)


def _evict(root: str) -> None:
    """Delete the packs of every version that were used least lately, until the others fit, and what was never finished."""
    packs: list[tuple[float, int, str]] = []
    now = time.time()
    for folder in [entry.path for entry in os.scandir(root) if entry.name.startswith("go-") and entry.is_dir(follow_symlinks=False)]:
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            if entry.name.endswith(".pack"):
                packs.append((status.st_mtime, status.st_size, entry.path))
            elif now - status.st_mtime > _ABANDONED_SECONDS:
                os.unlink(entry.path)
    total = 0
    for _, size, path in sorted(packs, reverse=True):
        total += size
        if total > MAX_BYTES:
            with suppress(OSError):
                os.unlink(path)
