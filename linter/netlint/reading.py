"""Reading Go files: candidates into facts, with a note or a finding for whatever could not be read."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.modules import FILE_NAME, GoModule, folder_above, read_go_mod
from netlint.golang.reader import is_generated, is_left_out, may_matter, read_go
from netlint.source import SourceFile, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.discovery import Candidate
    from netlint.golang.facts import GoFacts

_MARK: Final = b"netlint:"
_MAX_LEVELS: Final = 64


class GoReading(NamedTuple):
    """What reading one Go file gave: facts, a problem, or neither when nothing in it can matter. ``has_ignores``: it may hold some."""

    path: str
    facts: GoFacts | None = None
    problem: str = ""
    has_ignores: bool = False


def read_go_file(candidate: Candidate) -> GoReading:
    """Read one file. Files in which nothing can matter, generated ones and scripts that nobody named, cost one look at their bytes."""
    try:
        # Through pathlib and a buffer this takes three times as long, for every file of the tree.
        with open(candidate.absolute, "rb", buffering=0) as file:  # noqa: PTH123
            data = file.read()
    except OSError as error:
        return GoReading(candidate.path, problem=f"cannot be read: {error.strerror or error}")
    has_ignores = _MARK in data
    if not may_matter(data) or (not candidate.named and (is_generated(data) or is_left_out(data))):
        return GoReading(candidate.path, has_ignores=has_ignores)
    try:
        source = SourceFile(candidate.path, decode(data))
    except UndecodableError as error:
        return GoReading(candidate.path, problem=str(error))
    return GoReading(candidate.path, read_go(source), has_ignores=has_ignores)


def read_go_files(candidates: Sequence[Candidate]) -> list[GoReading]:
    """All of them, in order."""
    return [read_go_file(candidate) for candidate in candidates]


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
