"""Reading Python files: what is peculiar to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.discovery import bytes_of
from netlint.python.sieve import is_generated, may_matter
from netlint.reading import Language, Look, is_in_judged_folder, look_at, read_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.cache import Cache
    from netlint.discovery import Candidate
    from netlint.python.facts import PythonFacts
    from netlint.reading import FileReading
    from netlint.source import SourceFile

MAX_PYTHON_BYTES: Final = 1_000_000
"""A larger file that may matter is passed over with a note: people write 0.4 MB at most, and a megabyte takes 10 s to parse."""


def read_python_files(candidates: Sequence[Candidate], jobs: int = 1, cache: Cache | None = None) -> list[FileReading[PythonFacts]]:
    """The Python files, as ``read_files``."""
    return read_files(candidates, PYTHON, jobs, cache)


def _look_at(candidate: Candidate) -> Look:
    is_wanted = candidate.named or not candidate.path.endswith(("_pb2.py", "_pb2_grpc.py"))
    return look_at(
        candidate,
        lambda data: is_wanted and may_matter(data) and (candidate.named or not is_generated(data)),
        "Python files",
        MAX_PYTHON_BYTES,
    )


def _facts_of(source: SourceFile) -> tuple[PythonFacts, str]:
    # Imported with the first file that matters, for it loads libcst.
    from netlint.python.reader import read_python

    return read_python(source), ""


def _pack(facts: PythonFacts) -> bytes:
    from netlint.python.packing import pack

    return pack(facts)


def _unpack(data: bytes, path: str) -> PythonFacts:
    from netlint.python.packing import unpack

    return unpack(data, path)


PYTHON: Final = Language(b"python", _look_at, _facts_of, _pack, _unpack)
"""Python."""


def read_imports(candidates: Sequence[Candidate], readings: Sequence[FileReading[PythonFacts]]) -> dict[str, tuple[str, ...]]:
    """What the files import that have no facts, by path."""
    from netlint.python.sketch import imports_of

    found = {}
    for candidate, reading in zip(candidates, readings, strict=True):
        if reading.facts is None:
            try:
                found[candidate.path] = imports_of(bytes_of(candidate)[:MAX_PYTHON_BYTES])
            except OSError:
                continue
    return found


_UNJUDGED_FILES: Final = re.compile(r"(?:.*/)?(?:test_.*|.*_tests?|tests?|conftest|setup|noxfile|fabfile)\.py")
"""Tests by pytest's names and unittest's, and what builds the project."""
_UNJUDGED_FOLDERS: Final = re.compile(
    r"(?:^|/)(?:_vendor|vendored|_vendored|third_party|thirdparty|3rdparty|extern|site-packages|dist-packages|virtualenv|venv|notebooks?"
    r"|tutorials?|cookbooks?|management/commands|alembic|migrations)(?=/)"
)
"""Copies of other people's code, virtual environments, and what is run by hand."""


def is_judged(candidate: Candidate, *, include_tests: bool) -> bool:
    """Whether findings in the file are wanted: not in tests, examples and the like, unless the file was named or tests are included."""
    if candidate.named or include_tests:
        return True
    if _UNJUDGED_FILES.fullmatch(candidate.path) or _UNJUDGED_FOLDERS.search(candidate.path):
        return False
    return is_in_judged_folder(candidate)
