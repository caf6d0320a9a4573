"""Reading code: candidates into facts, with a note or a finding for whatever could not be read; and what is peculiar to Go files."""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from netlint.cache import CacheWriter, content_key, look_up
from netlint.discovery import bytes_of
from netlint.golang.modules import FILE_NAME, GoModule, folder_above, read_go_mod
from netlint.golang.sieve import is_generated, is_left_out, may_matter
from netlint.packing import UnpackError
from netlint.result import ReadingError
from netlint.sharing import BYTES_PER_PROCESS, SharingError, share_out
from netlint.source import IGNORE_MARK, SourceFile, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netlint.cache import Cache
    from netlint.discovery import Candidate
    from netlint.golang.facts import GoFacts
    from netlint.golang.sketch import Sketch

_Facts = TypeVar("_Facts")

_IGNORE_MARK: Final = IGNORE_MARK.encode()
_MAX_LEVELS: Final = 64
MAX_GO_BYTES: Final = 4_000_000
"""A larger file that may matter is passed over with a note: people write 1 MB at most, and broken text takes up to 1.6 s a megabyte."""


class FileReading(NamedTuple, Generic[_Facts]):
    """What reading one file gave: facts, a problem, or neither when nothing in it can matter. ``has_ignores``: it may hold some.

    ``limit`` is said of a file that was not read because it is too large.
    """

    path: str
    facts: _Facts | None = None
    problem: str = ""
    has_ignores: bool = False
    limit: str = ""


class Look(NamedTuple):
    """What the bytes of a file tell before they are parsed; ``data`` is None when they need not be."""

    data: bytes | None = None
    problem: str = ""
    has_ignores: bool = False
    limit: str = ""


class Language(NamedTuple):
    """How files of a language are read, by functions that other processes find by name.

    ``look`` tells from the bytes whether a file needs to be read; ``facts_of`` gives its facts, or why there are none; ``pack`` and
    ``unpack`` are theirs. ``name`` keeps files of two languages apart that have the same content.
    """

    name: bytes
    look: Callable[[Candidate], Look]
    facts_of: Callable[[SourceFile], tuple[Any, str]]
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes, str], Any]


class _Packed(NamedTuple):
    """A ``FileReading`` on its way from another process or into the cache: ``packed`` facts, kept under the ``key`` of what was read."""

    problem: str
    has_ignores: bool
    limit: str = ""
    key: bytes = b""
    packed: bytes = b""


def read_go_files(candidates: Sequence[Candidate], jobs: int = 1, cache: Cache | None = None) -> list[FileReading[GoFacts]]:
    """The Go files, as ``read_files``."""
    return read_files(candidates, GO, jobs, cache)


def read_files(candidates: Sequence[Candidate], language: Language, jobs: int = 1, cache: Cache | None = None) -> list[FileReading[Any]]:
    """All of them, in order: what the ``cache`` has from there, and the others in at most ``jobs`` processes.

    What comes out depends on neither. Raises ReadingError when a process fails.
    """
    readings: dict[int, FileReading[Any]] = {}
    if cache is not None and not cache.is_empty:
        readings = _read_from_cache(candidates, language, cache)
    missing = [place for place in range(len(candidates)) if place not in readings]
    writer = CacheWriter(cache) if cache is not None and missing else None
    left = [candidates[place] for place in missing]
    processes = _processes_for(left, jobs) if jobs > 1 else 1
    if processes < 2:
        readings |= {place: _read_file(language, candidates[place], writer) for place in missing}
    else:
        for number, answer in _packed_readings(left, language, processes):
            if writer is not None and answer.packed:
                writer.add(answer.key, answer.packed)
            readings[missing[number]] = _unpacked(language, left[number], answer)
    if writer is not None:
        writer.close()
    return [readings[place] for place in range(len(candidates))]


def _read_file(language: Language, candidate: Candidate, writer: CacheWriter | None) -> FileReading[Any]:
    """Read one file, and give its facts to the ``writer`` of a cache.

    Files in which nothing can matter, generated ones and scripts that nobody named, cost one look at their bytes.
    """
    look = language.look(candidate)
    facts, problem = _facts_of(language, candidate, look)
    if writer is not None and facts is not None and look.data is not None:
        writer.add(_key_of(language, look.data), language.pack(facts))
    return FileReading(candidate.path, facts, problem, look.has_ignores, look.limit)


def look_at(candidate: Candidate, is_wanted: Callable[[bytes], bool], what: str, max_bytes: int) -> Look:
    """What the bytes of a file tell; ``what`` is said of one that is wanted and larger than ``max_bytes``: ``Go files``."""
    try:
        data = bytes_of(candidate)
    except OSError as error:
        return Look(problem=f"cannot be read: {error.strerror or error}")
    has_ignores = _IGNORE_MARK in data
    if not is_wanted(data):
        return Look(has_ignores=has_ignores)
    if len(data) > max_bytes:
        limit = f"has {len(data) / 1_000_000:.1f} MB; {what} above {max_bytes // 1_000_000} MB are not read"
        return Look(has_ignores=has_ignores, limit=limit)
    return Look(data, has_ignores=has_ignores)


def _facts_of(language: Language, candidate: Candidate, look: Look) -> tuple[Any, str]:
    """The facts of a file, or why there are none."""
    if look.data is None:
        return None, look.problem
    try:
        source = SourceFile(candidate.path, decode(look.data))
    except UndecodableError as error:
        return None, str(error)
    return language.facts_of(source)


def _key_of(language: Language, data: bytes) -> bytes:
    return content_key(language.name + data if language.name else data)


def _read_packed(language: Language, candidate: Candidate) -> _Packed:
    look = language.look(candidate)
    facts, problem = _facts_of(language, candidate, look)
    if facts is None or look.data is None:
        return _Packed(problem, look.has_ignores, look.limit)
    return _Packed(problem, look.has_ignores, "", _key_of(language, look.data), language.pack(facts))


def _unpacked(language: Language, candidate: Candidate, answer: _Packed) -> FileReading[Any]:
    facts = language.unpack(answer.packed, candidate.path) if answer.packed else None
    return FileReading(candidate.path, facts, answer.problem, answer.has_ignores, answer.limit)


def _packed_readings(candidates: Sequence[Candidate], language: Language, processes: int) -> Iterator[tuple[int, _Packed]]:
    read = partial(_read_packed, language)
    sizes = [_size_of(candidate) for candidate in candidates]
    try:
        with closing(share_out(read, candidates, sizes, processes)) as answers:
            yield from answers
    except SharingError as error:
        raise ReadingError(f"a process that read {candidates[error.place].path} ended unexpectedly; try --jobs 1") from error


def _processes_for(candidates: Sequence[Candidate], jobs: int) -> int:
    total = 0
    for candidate in candidates:
        total += _size_of(candidate)
        if total >= jobs * BYTES_PER_PROCESS:
            return jobs
    return max(1, total // BYTES_PER_PROCESS)


def _size_of(candidate: Candidate) -> int:
    try:
        return os.stat(candidate.absolute).st_size  # noqa: PTH116
    except OSError:
        return 0


def _read_from_cache(candidates: Sequence[Candidate], language: Language, cache: Cache) -> dict[int, FileReading[Any]]:
    """The files that need no parsing, because nothing in them can matter or because it is known what they say."""
    readings: dict[int, FileReading[Any]] = {}
    known: dict[bytes, list[tuple[int, bool]]] = {}
    for place, candidate in enumerate(candidates):
        look = language.look(candidate)
        if look.data is None:
            readings[place] = FileReading(candidate.path, None, look.problem, look.has_ignores, look.limit)
        else:
            known.setdefault(_key_of(language, look.data), []).append((place, look.has_ignores))
    for key, packed in look_up(cache, known):
        for place, has_ignores in known[key]:
            with suppress(UnpackError):
                readings[place] = _unpacked(language, candidates[place], _Packed("", has_ignores, "", key, packed))
    return readings


# -- Go


def _look_at_go(candidate: Candidate) -> Look:
    return look_at(
        candidate,
        lambda data: may_matter(data) and (candidate.named or not (is_generated(data) or is_left_out(data))),
        "Go files",
        MAX_GO_BYTES,
    )


def _go_facts(source: SourceFile) -> tuple[GoFacts, str]:
    # Imported with the first file that matters, for it loads the parser.
    from netlint.golang.reader import read_go

    return read_go(source), ""


def _pack_go(facts: GoFacts) -> bytes:
    from netlint.golang.packing import pack

    return pack(facts)


def _unpack_go(data: bytes, path: str) -> GoFacts:
    from netlint.golang.packing import unpack

    return unpack(data, path)


GO: Final = Language(b"", _look_at_go, _go_facts, _pack_go, _unpack_go)
"""Go."""


def read_sketches(candidates: Sequence[Candidate], readings: Sequence[FileReading[GoFacts]]) -> Iterator[Sketch]:
    """What the files that have no facts, because nothing in them can matter, tell of programs; tests left out."""
    from netlint.golang.sketch import read_sketch

    for candidate, reading in zip(candidates, readings, strict=True):
        if reading.facts is None and not reading.problem and not candidate.path.endswith("_test.go"):
            with suppress(OSError, UndecodableError), open(candidate.absolute, "rb", buffering=0) as file:  # noqa: PTH123
                sketch = read_sketch(SourceFile(candidate.path, decode(file.read(MAX_GO_BYTES))))
                if sketch is not None:
                    yield sketch


def read_modules(paths: Iterable[str]) -> tuple[GoModule, ...]:
    """The modules that Go files at ``paths`` belong to: those of every folder from theirs upward, also above where netlint was started."""
    directories: set[str] = set()
    for path in paths:
        directory: str | None = posixpath.dirname(path) or "."
        while directory is not None and directory not in directories:
            directories.add(directory)
            directory = folder_above(directory)
    found = [module for directory in sorted(directories) if (module := _module_in(directory, directory)) is not None]
    if "." in directories and not any(module.directory == "." for module in found):
        above = _module_above()
        found += [above] if above is not None else []
    return tuple(found)


def _module_in(directory: str, folder: str) -> GoModule | None:
    try:
        text = Path(folder, FILE_NAME).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return read_go_mod(SourceFile(posixpath.join(directory, FILE_NAME), text))


def _module_above() -> GoModule | None:
    """The module that the current folder is inside of, as if it began here."""
    here = Path.cwd()
    for folder in list(here.parents)[:_MAX_LEVELS]:
        module = _module_in(".", str(folder))
        if module is not None:
            inner = here.relative_to(folder).as_posix()
            return GoModule(f"{module.path}/{inner}", ".", module.go_version)
        if (folder / ".git").exists():
            return None
    return None


_UNJUDGED_FOLDERS: Final = frozenset(
    """
    benchmark benchmarks ci codegen contrib demo demos dev doc docs e2e example examples fake fakes gen generate generator generators hack
    integration magefiles mock mocks sample samples script scripts test testing tests testutil testutils tool tools unmaintained
    """.split()
)
"""Folders of code that shows, tests or builds something and is stopped by hand when it hangs: what is wrong in services is common."""
_UNJUDGED_PARTS: Final = _UNJUDGED_FOLDERS - frozenset(("ci", "contrib", "dev", "doc", "docs", "integration", "tool", "tools"))
"""Words that say it of a folder as a part of its name as well: ``e2e-test``, ``cmd/load-test-server``, ``api-gen``."""
_TEST_FOLDER: Final = re.compile(
    r"(?!latest$|attest$|contest$|fastest$)\w*(?:e2e|test|tests|testutils?|testing)|test_?(?:bed|env|helpers?|kit|server|support)|fuzz\w*"
)
"""Packages called after what they test, as ``net/http/httptest`` is, and those that help tests."""


def is_judged(candidate: Candidate, facts: GoFacts | None, *, include_tests: bool) -> bool:
    """Whether findings in the file are wanted: not in tests, examples and the like, unless the file was named or tests are included."""
    if candidate.named or include_tests:
        return True
    if candidate.path.endswith("_test.go") or _helps_tests(facts):
        return False
    return is_in_judged_folder(candidate)


def is_in_judged_folder(candidate: Candidate) -> bool:
    """Whether no folder, below the one that was named, is for tests, examples or tools."""
    inner = candidate.path if candidate.root in (".", "") else os.path.relpath(candidate.path, candidate.root)
    folders = [folder for folder in posixpath.dirname(inner).split("/") if folder]
    return not any(_is_unjudged(folder.lstrip("_")) for folder in folders)


def _is_unjudged(folder: str) -> bool:
    if folder in _UNJUDGED_FOLDERS or _TEST_FOLDER.fullmatch(folder):
        return True
    return not _UNJUDGED_PARTS.isdisjoint(re.split("[-_.]", folder))


_TEST_PACKAGES: Final = re.compile(r"testing|github\.com/(stretchr/testify|onsi/ginkgo|onsi/gomega)(/.*)?")
"""What only tests import, and what helps them: suites, fakes."""


def _helps_tests(facts: GoFacts | None) -> bool:
    return facts is not None and any(_TEST_PACKAGES.fullmatch(item.path) for item in facts.imports)
