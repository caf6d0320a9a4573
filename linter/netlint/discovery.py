"""Which files are read, and in which order: paths into candidates, with a note for everything passed over that a reader would miss.

It works on strings and ``os`` rather than ``Path``, which costs some microseconds a file and is the larger part of the time otherwise.
"""

# ruff: noqa: PTH100, PTH109, PTH110, PTH116, PTH118, PTH120, PTH122, PTH123
from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.gitignore import parse_patterns
from netlint.result import Note
from netlint.source import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from netlint.gitignore import Patterns

Kind = Literal["yaml", "json", "go", "python", "other"]

STDIN: Final = "<stdin>"
"""Path of standard input, which ``-`` names."""
MAX_FILE_BYTES: Final = 20_000_000
"""A file above this is passed over with a note. The largest manifests people keep (bundles of CRDs) have some 5 MB; parsing takes about
a hundred times the size in memory."""
MAX_FILES: Final = 200_000
"""Files a run looks at. Kubernetes itself has 30,000; more than this is a home folder or a root of the file system."""
SKIPPED_FOLDERS: Final = frozenset(("vendor", "node_modules", "testdata", "__pycache__"))
"""Folders of code that somebody else keeps, or that is made to be wrong; the hidden ones (``.git``, ``.terraform``) come on top."""

_KINDS: Final[dict[str, Kind]] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".go": "go", ".py": "python"}


class Candidate(NamedTuple):
    """A file to read. ``path`` is what people see; ``absolute`` is where it stands; ``kind`` is by its name, a first sieve only.

    ``named``: given itself, so that it is read whatever its name; its kind is then never ``other``. ``root``: the path given on the
    command line that led to it. ``data``: what it holds, where that is not what the file holds: standard input, or
    a fix that is tried.
    """

    path: str
    absolute: str
    kind: Kind
    named: bool
    root: str
    data: bytes | None = None


class StandardInput(NamedTuple):
    """What ``-`` stands for. ``filename``: the file that an editor has the text of and has not written yet; empty for none."""

    data: bytes | None = None
    filename: str = ""


class Discovery(NamedTuple):
    """``files`` in order of their paths. ``missing``: given paths that lead to nothing."""

    files: tuple[Candidate, ...]
    notes: tuple[Note, ...]
    missing: tuple[str, ...]


def discover(
    paths: Sequence[str], *, exclude: Iterable[str], base: Path, include_tests: bool = False, stdin: StandardInput | None = None
) -> Discovery:
    """Every file below ``paths``, each once; ``stdin`` is what ``-`` among them stands for, in place of the file of that name.

    Files that git ignores (``.gitignore`` from the root of the repository down, ``.git/info/exclude``) or ``exclude`` matches (gitignore
    patterns, relative to ``base``), hidden folders, ``SKIPPED_FOLDERS`` and Go tests (unless ``include_tests``, which opens ``testdata``
    as well) are not walked into. What is named in ``paths`` is read nevertheless. A link to a folder is followed once, unless it leads to
    an ancestor, to a folder that is walked anyway, or out of the repository. Only regular files are candidates: a pipe or a device would
    be read for ever.
    """
    walk = _Walk(
        cwd=os.getcwd(),
        exclude=_Rules(os.path.join(os.path.abspath(base), ""), parse_patterns(exclude)),
        include_tests=include_tests,
    )
    for path in paths:
        if path != "-":
            _start(walk, path)
    while walk.links and not walk.is_full:
        _follow(walk)
    if "-" in paths:
        _add_standard_input(walk, stdin or StandardInput(), paths)
    return Discovery(
        files=_in_order(walk.found),
        notes=tuple(sorted(dict.fromkeys(walk.notes), key=lambda note: (note.path, note.kind))),
        missing=tuple(walk.missing),
    )


class _Rules(NamedTuple):
    """Gitignore patterns of one file. ``folder`` ends in ``/`` and is what they are relative to."""

    folder: str
    patterns: Patterns

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether the absolute ``path`` is ignored; None when no pattern speaks of it."""
        return self.patterns.verdict(path.removeprefix(self.folder), is_folder) if path.startswith(self.folder) else None


class _Found(NamedTuple):
    """A file met on the way. ``real`` tells it from others; ``through_link``: another way to it is the better one."""

    candidate: Candidate
    real: str
    through_link: bool


class _Folder(NamedTuple):
    """A folder to walk. ``shown`` ends in ``/`` or is empty; ``limit`` is the real folder that links must not lead out of."""

    path: str
    real: str
    shown: str
    root: str
    limit: str
    rules: tuple[_Rules, ...]
    exclude: _Rules
    through_link: bool


@dataclass(eq=False, repr=False)
class _Walk:
    """What one call of discover has met so far."""

    cwd: str
    exclude: _Rules
    include_tests: bool
    found: list[_Found] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    visited: set[tuple[str, str]] = field(default_factory=set)
    """Real folders, with the command-line path that led there."""
    links: list[tuple[str, str, _Folder]] = field(default_factory=list)
    """Links to folders, followed when all real folders are known: shown path, real path, folder they stand in."""

    @property
    def is_full(self) -> bool:
        return len(self.found) + len(self.visited) >= MAX_FILES

    def note(self, kind: str, path: str, message: str) -> None:
        self.notes.append(Note(kind, path, message))


def _start(walk: _Walk, given: str) -> None:
    """Take one path of the command line."""
    path = os.path.abspath(given)
    shown = _shown(path, given, walk.cwd)
    try:
        mode = os.stat(given).st_mode
    except (FileNotFoundError, NotADirectoryError):
        walk.missing.append(given)
        return
    except OSError as error:
        walk.note("not-read", shown, f"cannot be read: {error.strerror or error}")
        return
    real = os.path.realpath(path)
    if stat.S_ISDIR(mode):
        repository = repository_of(path)
        folder = _Folder(
            path=path,
            real=real.rstrip("/"),
            shown="" if path == walk.cwd else f"{shown}/",
            root=given,
            limit=os.path.realpath(repository) if repository else real,
            rules=tuple(_without_what_ignores(rules, path) for rules in _rules_above(path, repository)),
            exclude=_without_what_ignores(walk.exclude, path),
            through_link=False,
        )
        _walk(walk, folder)
    elif stat.S_ISREG(mode):
        kind = _kind_of(path)
        _add(walk, _Found(Candidate(shown, path, "yaml" if kind == "other" else kind, named=True, root=given), real, through_link=False))
    else:
        walk.note("not-read", shown, "is no regular file; pass what it gives to standard input, with the path -")


def _add_standard_input(walk: _Walk, stdin: StandardInput, paths: Sequence[str]) -> None:
    """Take what ``-`` stands for. A file that is walked anyway stays where and what it is, with another text."""
    if not stdin.filename:
        candidate = Candidate(STDIN, STDIN, "yaml", named=True, root="-", data=stdin.data)
        walk.found.append(_Found(candidate, STDIN, through_link=False))
        return
    path = os.path.abspath(stdin.filename)
    real = os.path.realpath(path)
    kind = _kind_of(path)
    root = next((root for root in paths if (os.path.dirname(real), root) in walk.visited), None)
    candidate = Candidate(
        path=_shown(path, stdin.filename, walk.cwd),
        absolute=path,
        kind="yaml" if kind == "other" else kind,
        named=root is None,
        root="-" if root is None else root,
    )
    known = next((item for item in walk.found if item.real == real), _Found(candidate, real, through_link=False))
    walk.found = [item for item in walk.found if item.real != real]
    walk.found.append(known._replace(candidate=known.candidate._replace(data=stdin.data)))


def _walk(walk: _Walk, start: _Folder) -> None:
    """Take every file below a folder, in order of names."""
    pending = [start]
    while pending:
        folder = pending.pop()
        if (folder.real, folder.root) in walk.visited:
            continue
        walk.visited.add((folder.real, folder.root))
        try:
            with os.scandir(folder.path) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            walk.note("not-read", folder.shown or ".", f"cannot be listed: {error.strerror or error}")
            continue
        if any(entry.name == ".gitignore" for entry in listed):
            folder = folder._replace(rules=_with_file(folder.rules, os.path.join(folder.path, ".gitignore"), folder.path))
        inner = []
        for entry in listed:
            if walk.is_full:
                walk.note("limit-reached", folder.root, f"holds more than {MAX_FILES} files; the rest was not looked at")
                return
            if not _is_folder(entry):
                _meet(walk, entry, folder)
            elif not _skips(walk, entry, folder):
                inner.append(
                    folder._replace(
                        path=entry.path,
                        real=f"{folder.real}/{entry.name}",
                        shown=f"{folder.shown}{entry.name}/",
                    )
                )
        pending.extend(reversed(inner))


def _meet(walk: _Walk, entry: os.DirEntry[str], folder: _Folder) -> None:
    """Take one entry of a folder that is no folder itself: a file, a link, or something that is never opened."""
    kind = _kind_of(entry.name)
    if kind == "go" and entry.name.endswith("_test.go") and not walk.include_tests:
        return
    shown = f"{folder.shown}{entry.name}"
    is_link = entry.is_symlink()
    try:
        is_file = entry.is_file()
        if is_link and entry.is_dir():
            if not _skips(walk, entry, folder):
                walk.links.append((shown, os.path.realpath(entry.path), folder))
            return
    except OSError as error:
        if error.errno == errno.ELOOP:
            walk.note("limit-reached", shown, "is a symbolic link that leads to itself; it was not followed")
        else:
            walk.note("not-read", shown, f"cannot be read: {error.strerror or error}")
        return
    if _is_ignored(entry.path, folder, is_folder=False):
        return
    if is_file:
        real = os.path.realpath(entry.path) if is_link else f"{folder.real}/{entry.name}"
        candidate = Candidate(shown, entry.path, kind, named=False, root=folder.root)
        _add(walk, _Found(candidate, real, through_link=is_link or folder.through_link))
    elif is_link and kind != "other":
        walk.note("not-read", shown, "is a symbolic link to nothing that can be read")


def _follow(walk: _Walk) -> None:
    """Walk what the links met so far lead to, unless it is walked already."""
    links, walk.links = sorted(walk.links, key=lambda link: link[0]), []
    for shown, real, folder in links:
        if _is_within(folder.real, real):
            walk.note("limit-reached", shown, "is a symbolic link to a folder above it; it was not followed")
        elif not _is_within(real, folder.limit):
            walk.note("not-read", shown, "is a symbolic link out of the repository; name it to have it read")
        elif (real, folder.root) not in walk.visited:
            rules = _rules_above(real, repository_of(real))
            target = folder._replace(path=real, real=real, shown=f"{shown}/", rules=rules, through_link=True)
            if not any(_is_ignored(above, target, is_folder=True) for above in (real, *_parents(real, folder.limit))):
                _walk(walk, target)


def _parents(path: str, limit: str) -> Iterator[str]:
    """The folders above ``path``, the nearest first, up to and with ``limit``."""
    while path not in (limit, os.path.dirname(path)):
        path = os.path.dirname(path)
        yield path


def _add(walk: _Walk, found: _Found) -> None:
    candidate = found.candidate
    if candidate.kind != "other":
        try:
            size = os.stat(candidate.absolute).st_size
        except OSError as error:
            walk.note("not-read", candidate.path, f"cannot be read: {error.strerror or error}")
            return
        if size > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES // 1_000_000} MB"
            walk.note("limit-reached", candidate.path, f"has {size / 1_000_000:.0f} MB; files above {limit} are not read")
            return
    walk.found.append(found)


def _in_order(found: Iterable[_Found]) -> tuple[Candidate, ...]:
    """Each real file once, by path: as it was named, else as it stands, else by its first link; for the first root that leads to it."""
    best: dict[str, _Found] = {}
    for item in found:
        known = best.get(item.real)
        if known is None or _rank(item) < _rank(known):
            best[item.real] = item
    return tuple(sorted((item.candidate for item in best.values()), key=lambda candidate: candidate.path))


def _rank(found: _Found) -> tuple[bool, bool]:
    return (not found.candidate.named, found.through_link)


def _kind_of(name: str) -> Kind:
    return _KINDS.get(os.path.splitext(name)[1].lower(), "other")


def _shown(path: str, given: str, cwd: str) -> str:
    """Relative to where netlint was started when below it, otherwise as the user wrote it."""
    if path == cwd:
        return "."
    prefix = cwd if cwd.endswith("/") else f"{cwd}/"
    if path.startswith(prefix):
        return path[len(prefix) :].replace(os.sep, "/")
    return given.replace(os.sep, "/").rstrip("/") or "/"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _skips(walk: _Walk, entry: os.DirEntry[str], folder: _Folder) -> bool:
    """Whether the folder ``entry`` is not walked into."""
    name = entry.name
    if (name in SKIPPED_FOLDERS and not (name == "testdata" and walk.include_tests)) or name.startswith("."):
        return True
    return _is_ignored(entry.path, folder, is_folder=True)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")


def real_place(path: str) -> str:
    """Where a file really stands. A link is where it stands itself, wherever it leads."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def repository_of(path: str) -> str | None:
    """Root of the git repository that the absolute ``path`` stands in."""
    while not os.path.exists(os.path.join(path, ".git")):
        above = os.path.dirname(path)
        if above == path:
            return None
        path = above
    return path


def _rules_above(path: str, repository: str | None) -> tuple[_Rules, ...]:
    """Rules that reach into ``path`` from above it in the repository, the nearest last."""
    if repository is None:
        return ()
    rules = _with_file((), os.path.join(repository, ".git", "info", "exclude"), repository)
    for above in reversed(list(_parents(path, repository))):
        rules = _with_file(rules, os.path.join(above, ".gitignore"), above)
    return rules


def _with_file(rules: tuple[_Rules, ...], path: str, folder: str) -> tuple[_Rules, ...]:
    try:
        # A .gitignore that is a pipe would block.
        if not stat.S_ISREG(os.stat(path).st_mode):
            return rules
        with open(path, encoding="utf-8-sig", errors="replace") as stream:
            lines = stream.read(MAX_FILE_BYTES).split("\n")
    except OSError:
        return rules
    return (*rules, _Rules(os.path.join(folder, ""), parse_patterns(lines)))


def _without_what_ignores(rules: _Rules, path: str) -> _Rules:
    """``rules`` as they are, unless they ignore the folder ``path`` or one above it: then without the patterns that do."""
    names = [above.removeprefix(rules.folder) for above in (path, *_parents(path, "/")) if above.startswith(rules.folder) and above != "/"]
    if not any(rules.patterns.verdict(name, is_folder=True) for name in names):
        return rules
    return _Rules(
        rules.folder,
        rules.patterns.without(
            lambda pattern: not pattern.negated and any(pattern.matches(name, name.rpartition("/")[2], is_folder=True) for name in names)
        ),
    )


def _is_ignored(path: str, folder: _Folder, *, is_folder: bool) -> bool:
    """Whether the settings exclude ``path``, or the nearest .gitignore that speaks of it ignores it."""
    if folder.exclude.verdict(path, is_folder):
        return True
    for rules in reversed(folder.rules):
        verdict = rules.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def bytes_of(candidate: Candidate) -> bytes:
    """What the file holds. Raises OSError."""
    if candidate.data is not None:
        return candidate.data
    if candidate.path == STDIN:
        raise OSError(errno.EBADF, "standard input is closed")
    return read_bytes(candidate.absolute)
