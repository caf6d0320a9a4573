"""What the files that build images say, as plain frozen data."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable


class Word(NamedTuple):
    """A piece of text and where it stands."""

    text: str
    span: Span


class Script(NamedTuple):
    """Text of a file from which something was taken out: continued lines are joined, comments between them are gone.

    ``pieces``: where each part that stands in one piece starts, in the text and in the file, in order.
    """

    path: str
    text: str
    pieces: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> Span:
        """Where characters ``start`` to ``end`` of the text stand in the file."""
        return Span(self.path, self._place(start), self._place(max(start, end - 1)) + (end > start))

    def _place(self, offset: int) -> int:
        at, place = self.pieces[max(0, bisect_right(self.pieces, offset, key=lambda piece: piece[0]) - 1)]
        return place + offset - at


class Command(NamedTuple):
    """A simple command of a shell script: its words as written, quotes included. ``operator`` is what stands in front of it.

    ``is_certain``: it runs whenever the script does, not only in a branch or a loop.
    """

    words: tuple[Word, ...]
    operator: str
    is_certain: bool


class Instruction(NamedTuple):
    """An instruction of a Dockerfile. ``flags`` are those in front of its arguments (``--from=build``), ``span`` is all of it."""

    keyword: str
    flags: tuple[tuple[str, str], ...]
    script: Script
    span: Span

    def flag(self, name: str) -> str:
        """What a flag is given; empty when it is not there."""
        return next((value for key, value in self.flags if key == name), "")


class Dockerfile(NamedTuple):
    """A Dockerfile, as written."""

    path: str
    instructions: tuple[Instruction, ...]


class MakeRule(NamedTuple):
    """A rule of a Makefile as written: its recipe is a line each, joined where it is continued."""

    targets: tuple[str, ...]
    prerequisites: tuple[str, ...]
    recipe: tuple[Word, ...]


class Makefile(NamedTuple):
    """A Makefile's rules, its variables that are given one value only, and the files that it includes, as written."""

    path: str
    variables: tuple[tuple[str, str], ...]
    rules: tuple[MakeRule, ...]
    includes: tuple[str, ...] = ()


class Prebuilt(NamedTuple):
    """A binary that stands in the context before an image is built: where in it, and the folder of the program that it is built of."""

    path: str
    program: str
    span: Span


class ImageBuild(NamedTuple):
    """A place that says which image is built of what.

    ``image``: its name, with the tag if one is written. ``how``: ``dockerfile``, ``ko`` or ``buildpacks``. ``folders``: what paths are
    relative to, the likeliest first. ``context`` and ``dockerfile`` (relative to the context where ``is_in_context``) as written, empty
    when they are not. ``program``: the folder or import path that ko or a buildpack builds. ``by``: what kind of place it is, for people.
    ``binaries`` are there before; ``entrypoint`` is started whatever Dockerfile and container say, empty where they do.
    """

    image: Word
    how: str
    folders: tuple[str, ...]
    context: str
    dockerfile: str
    is_in_context: bool
    target: str
    args: tuple[tuple[str, str], ...]
    program: str
    by: str
    span: Span
    binaries: tuple[Prebuilt, ...] = ()
    entrypoint: tuple[Word, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may hold variables."""
        binaries = (text for binary in self.binaries for text in (binary.path, binary.program))
        return (self.image.text, self.context, self.dockerfile, self.target, self.program, *(value for _, value in self.args), *binaries)

    def filled(self, fill: Callable[[str], str]) -> ImageBuild:
        """The same with each of its ``texts`` filled in."""
        return self._replace(
            image=self.image._replace(text=fill(self.image.text)),
            context=fill(self.context),
            dockerfile=fill(self.dockerfile),
            target=fill(self.target),
            program=fill(self.program),
            args=tuple((name, fill(value)) for name, value in self.args),
            binaries=tuple(item._replace(path=fill(item.path), program=fill(item.program)) for item in self.binaries),
        )


class Procfile(NamedTuple):
    """The processes of a Procfile: the name of each, and what it runs."""

    path: str
    processes: tuple[tuple[str, Script], ...]


class BuildNote(NamedTuple):
    """Something of a file that could not be read: where, and what."""

    kind: str
    path: str
    message: str


class Builds(NamedTuple):
    """All that the build files of a run say. ``ko_base``: the base image that .ko.yaml sets for all programs, if any."""

    dockerfiles: tuple[Dockerfile, ...] = ()
    images: tuple[ImageBuild, ...] = ()
    ko_base: Word | None = None
    makefiles: tuple[Makefile, ...] = ()
    procfiles: tuple[Procfile, ...] = ()
    notes: tuple[BuildNote, ...] = ()
