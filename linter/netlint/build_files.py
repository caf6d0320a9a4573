"""Reading the files that say how images are built: candidates into facts, with a note for whatever could not be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import BuildNote, Builds
from netlint.builds.reader import build_kind, may_build, read_build_file
from netlint.source import SourceFile, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.discovery import Candidate

MAX_BYTES: Final = 1_000_000
"""A larger build file is passed over with a note; people write some 20 kB at most."""
MAX_FILES: Final = 20_000
_WORKFLOWS: Final = ".github/workflows"


def read_builds(candidates: Iterable[Candidate]) -> Builds:
    """All that the build files among the candidates say, and the workflows of the repositories that they were found in."""
    found: list[Builds] = []
    notes: list[BuildNote] = []
    places = [(item.path, item.absolute) for item in candidates if build_kind(item.path)]
    for path, absolute in (*places, *_workflows(candidates))[:MAX_FILES]:
        kind = build_kind(path)
        try:
            if kind is None or os.stat(absolute).st_size > MAX_BYTES:  # noqa: PTH116
                if kind is not None:
                    notes.append(BuildNote("limit-reached", path, f"is a build file above {MAX_BYTES // 1_000_000} MB; it was not read"))
                continue
            # Through pathlib and a buffer this takes three times as long.
            with open(absolute, "rb", buffering=0) as file:  # noqa: PTH123
                data = file.read(MAX_BYTES)
            if may_build(kind, data):
                found.append(read_build_file(SourceFile(path, decode(data)), kind))
        except OSError as error:
            notes.append(BuildNote("not-read", path, f"cannot be read: {error.strerror or error}"))
        except UndecodableError as error:
            notes.append(BuildNote("not-read", path, str(error)))
    return Builds(
        dockerfiles=tuple(item for builds in found for item in builds.dockerfiles),
        images=tuple(item for builds in found for item in builds.images),
        ko_base=next((builds.ko_base for builds in found if builds.ko_base), None),
        makefiles=tuple(item for builds in found for item in builds.makefiles),
        procfiles=tuple(item for builds in found for item in builds.procfiles),
        notes=tuple(notes),
    )


def _workflows(candidates: Iterable[Candidate]) -> Iterator[tuple[str, str]]:
    """The workflows of the folders given; hidden folders are not walked into otherwise."""
    for root in sorted({item.root for item in candidates if item.root not in ("-", "") and not item.named}):
        folder = os.path.join(root, _WORKFLOWS) if root != "." else _WORKFLOWS  # noqa: PTH118
        try:
            names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
        except OSError:
            continue
        for name in names:
            yield f"{folder}/{name}", os.path.abspath(f"{folder}/{name}")  # noqa: PTH100
