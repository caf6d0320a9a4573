"""Makefiles with what they include: one file's variables and rules hold in the other."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from netlint.builds.makefile import Meanings
from netlint.builds.shell import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netlint.builds.facts import ImageBuild, Makefile

_MAX_INCLUDED: Final = 50


def joined_makefiles(makefiles: Sequence[Makefile]) -> dict[str, Makefile]:
    """Each Makefile by its path, with the rules of those that it includes, and with their variables where all agree on them."""
    by_path = {posixpath.normpath(file.path): file for file in makefiles}
    return {path: _joined(file, by_path) for path, file in by_path.items()}


def _joined(file: Makefile, by_path: Mapping[str, Makefile]) -> Makefile:
    others = tuple(_included(file, by_path))
    if not others:
        return file._replace(includes=())
    values: dict[str, set[str]] = {}
    for name, value in (pair for other in (file, *others) for pair in other.variables):
        values.setdefault(name, set()).add(value)
    return file._replace(
        variables=tuple((name, next(iter(found))) for name, found in values.items() if len(found) == 1),
        rules=tuple(rule for other in (file, *others) for rule in other.rules),
        includes=tuple(other.path for other in others),
    )


def _included(file: Makefile, by_path: Mapping[str, Makefile]) -> Iterator[Makefile]:
    """What a Makefile includes, and what that includes; paths count from the folder that make runs in, the first one's."""
    folder = posixpath.dirname(file.path)
    seen = {posixpath.normpath(file.path)}
    waiting = [file]
    while waiting and len(seen) < _MAX_INCLUDED:
        current = waiting.pop(0)
        meanings = Meanings(dict(current.variables))
        for text in current.includes:
            pattern = posixpath.normpath(posixpath.join(folder, meanings.of(text).removeprefix("./")))
            found = [path for path in by_path if fnmatchcase(path, pattern)] if "*" in pattern else [pattern]
            for path in found if is_known(pattern) else ():
                if path in by_path and path not in seen:
                    seen.add(path)
                    waiting.append(by_path[path])
                    yield by_path[path]


def with_included(builds: Sequence[ImageBuild], makefiles: Mapping[str, Makefile]) -> Iterator[ImageBuild]:
    """The builds; those of recipes that use variables of another file once for each Makefile by which that file is in view."""
    including: dict[str, list[Makefile]] = {}
    for file in makefiles.values():
        for path in file.includes:
            including.setdefault(posixpath.normpath(path), []).append(file)
    for build in builds:
        path = posixpath.normpath(build.span.path)
        if build.by != "make recipe" or not any("${" in text for text in build.texts):
            yield build
            continue
        own = makefiles.get(path)
        files = [*([own] if own is not None and own.includes else []), *including.get(path, ())]
        for file in files or [None]:
            yield build if file is None else _with_variables(build, file)


def _with_variables(build: ImageBuild, file: Makefile) -> ImageBuild:
    filled = build.filled(Meanings(dict(file.variables)).of)
    return filled._replace(folders=(posixpath.dirname(file.path) or ".",))
