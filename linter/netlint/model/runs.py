"""Which program runs in which container: the image of a container, what builds that image, and what the image starts."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.builds.facts import Word
from netlint.builds.shell import is_known
from netlint.knowledge.base_images import libc_of, starts_nothing
from netlint.kubernetes.values import is_placeholder
from netlint.model.dockerfiles import Sources, build_image, starts
from netlint.model.programs import programs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netlint.builds.facts import Builds, Dockerfile, ImageBuild
    from netlint.knowledge.base_images import Libc
    from netlint.kubernetes.facts import Container, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoPackage
    from netlint.model.dockerfiles import BuiltImage
    from netlint.model.programs import Program
    from netlint.model.units import Unit
    from netlint.source import Span

Certainty = Literal["certain", "likely"]


class Evidence(NamedTuple):
    """A place that shows a part of a link, and in words what it shows."""

    span: Span
    label: str


class Run(NamedTuple):
    """A program that runs in a container of a workload.

    ``certainty``: ``certain`` where files in view prove it: the image of the container is the one that a file builds, and that build
    makes this program and starts it. ``likely`` where a name says so and no other program has it. ``libc`` is that of the final image; a
    program built with ``CGO_ENABLED=0`` resolves names by itself anyway. ``arguments`` are what the program is started with, its name left
    out, and ``environment`` the variables that the image sets; both empty where the build is not known.
    """

    program: Program
    workload: Workload
    container: Container
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    libc: Libc
    arguments: tuple[Word, ...] = ()
    environment: tuple[tuple[str, Word], ...] = ()


def runs(model: Model, unit: Unit) -> tuple[Run, ...]:
    """The programs of the unit's containers, in order of its workloads: at most one a container."""
    if unit.memo.runs is None:
        unit.memo.runs = tuple(_find_runs(model, unit)) if programs(model.code) else ()
    return unit.memo.runs


def runs_of(model: Model, unit: Unit, workload: Workload) -> tuple[Run, ...]:
    """Those of one workload."""
    return tuple(run for run in runs(model, unit) if run.workload is workload)


def _find_runs(model: Model, unit: Unit) -> Iterator[Run]:
    images = model.code.keep("image builds", lambda: _Images(model.builds, model.code))
    for workload in unit.workloads:
        for container in workload.template.containers:
            found = _run_of(images, unit, workload, container)
            if found is not None:
                yield found


class _Start(NamedTuple):
    """What a build comes to for one container: the program it starts, or None where that is not known."""

    program: Program | None
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    image: BuiltImage | None
    arguments: tuple[Word, ...]
    libc: Libc
    tag: str


class _Images:
    """The builds of a run by the names of their images, and what each builds, found once."""

    def __init__(self, builds: Builds, code: Code) -> None:
        self.code = code
        self.ko_base = builds.ko_base
        self.programs = programs(code)
        folders = _with_parents(posixpath.normpath(item.directory) for item in _packages(code))
        self.sources = Sources(self.programs, folders)
        self.dockerfiles = {posixpath.normpath(file.path): file for file in builds.dockerfiles}
        self.by_name: dict[str, list[ImageBuild]] = {}
        self.by_pattern: list[tuple[re.Pattern[str], ImageBuild]] = []
        for build in builds.images:
            if is_known(build.image.text) and not is_placeholder(build.image.text):
                self.by_name.setdefault(repository_of(build.image.text), []).append(build)
            elif (pattern := _pattern_of(build.image.text)) is not None:
                self.by_pattern.append((pattern, build))
        self._built: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], BuiltImage | None] = {}

    def built(self, file: Dockerfile, context: str, target: str, args: tuple[tuple[str, str], ...]) -> BuiltImage | None:
        """The image of a Dockerfile."""
        key = (file.path, context, target, args)
        if key not in self._built:
            self._built[key] = build_image(file, context, target, dict(args), self.sources)
        return self._built[key]


def _packages(code: Code) -> Iterable[GoPackage]:
    return (*code.packages.values(), *(item.package for item in code.sketched.values()))


def _with_parents(folders: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for folder in folders:
        while folder not in found and folder not in ("", "/"):
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)


def repository_of(image: str) -> str:
    """An image's name without tag and digest, and without what Docker Hub leaves out (distribution/reference ``familiarizeName``)."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = f"{head}{slash}{last.partition(':')[0]}"
    return name.removeprefix("docker.io/").removeprefix("index.docker.io/").removeprefix("library/")


def tag_of(image: str) -> str:
    """The tag of an image's name; ``latest`` where none is written."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2] or "latest"


def base_name_of(image: str) -> str:
    """The last part of an image's name, without its tag."""
    return repository_of(image).rpartition("/")[2]


_UNKNOWN: Final = re.compile(r"\$\{\w*\}|\$\([^()]*\)|`[^`]*`|\$\w+")
_MIN_LITERAL: Final = 3


def _pattern_of(image: str) -> re.Pattern[str] | None:
    """What matches a name with unknown parts; None where its last part, or its tag, says nothing by itself."""
    name, colon, tag = image.rpartition("/")[2].partition(":")
    literal = _UNKNOWN.sub("", name)
    if len(literal.strip(".-_")) < _MIN_LITERAL and len(_UNKNOWN.sub("", tag).strip(".-_")) < _MIN_LITERAL:
        return None
    if literal and _UNKNOWN.sub("", tag) in ("", "latest"):
        image = image.removesuffix(f":{tag}") if colon else image
        end = r"(?:[:@].*)?"
    else:
        end = ""
    parts = [re.escape(part) for part in _UNKNOWN.split(image[:300])]
    return re.compile(".*".join(parts) + end) if len(parts) <= _MAX_PARTS else None


_MAX_PARTS: Final = 6


def _run_of(images: _Images, unit: Unit, workload: Workload, container: Container) -> Run | None:
    image = container.image
    if image is None or not image.text:
        return None
    named = [(image, Evidence(image.span, f"image {image.text}"))]
    named += [(new, Evidence(new.span, f"is called {new.text} by the kustomization")) for new in _renamed(unit, image.text)]
    found = _of_ko(images, container, image) or _of_builds(images, container, named) or _of_names(images, container, image)
    if found is None or found.program is None:
        return None
    return Run(
        program=found.program,
        workload=workload,
        container=container,
        certainty=found.certainty,
        evidence=found.evidence,
        libc=found.libc if found.libc != "unknown" else libc_of(image.text),
        arguments=found.arguments,
        environment=found.image.environment if found.image else (),
    )


def _renamed(unit: Unit, image: str) -> Iterator[Value]:
    """What kustomizations of the unit call the image."""
    repository = repository_of(image)
    for name, new_name in unit.image_names:
        if repository_of(name.text) == repository:
            yield new_name


def _of_ko(images: _Images, container: Container, image: Value) -> _Start | None:
    """The program of an image that is written as an import path: with ``ko://``, or without as ko once took it (ko.build/features/k8s)."""
    path = image.text.removeprefix("ko://")
    found = images.sources.by_path.get(path, [])
    if len(found) != 1 or (container.command and posixpath.basename(container.command[0].text) != found[0].name):
        return None
    label = f"is built by ko of the program {found[0].import_path}"
    return _of_program(images, found[0], "certain", (Evidence(image.span, label),), container)


def _of_program(images: _Images, program: Program, certainty: Certainty, evidence: tuple[Evidence, ...], container: Container) -> _Start:
    """The start of a program that is the whole image, as ko and buildpacks make it."""
    arguments = tuple(Word(value.text, value.span_of(0, len(value.text))) for value in (*container.command[1:], *container.args))
    # Source: ko.build/configuration/#overriding-base-images, whose default has no libc.
    libc = libc_of(images.ko_base.text) if images.ko_base else "none"
    return _Start(program, certainty, evidence, None, arguments, libc, "")


def _of_builds(images: _Images, container: Container, named: Sequence[tuple[Value, Evidence]]) -> _Start | None:
    """The one program that the builds of the container's image agree on."""
    for value, _ in named:
        evidence = tuple(item for other, item in named if other is named[0][0] or other is value)
        exact = images.by_name.get(repository_of(value.text), [])
        found = [_start_of_build(images, build, container, evidence) for build in exact]
        chosen = _agreed([item for item in found if item is not None], tag_of(value.text))
        if chosen is not None:
            return chosen
    for value, item in named:
        matching = [build for pattern, build in images.by_pattern if pattern.fullmatch(value.text)]
        found = [_start_of_build(images, build, container, (item,)) for build in matching]
        chosen = _agreed([start for start in found if start is not None], tag_of(value.text))
        if chosen is not None:
            return chosen._replace(certainty="likely")
    return None


def _agreed(found: Sequence[_Start], tag: str) -> _Start | None:
    """The start that all builds of one image agree on; those with the container's tag count first."""
    same_tag = [item for item in found if item.tag == tag]
    for group in (same_tag, found):
        known = [item for item in group if item.program is not None]
        if len({id(item.program) for item in known}) == 1:
            best = min(known, key=lambda item: item.certainty != "certain")
            # Another build of the same name that makes who knows what leaves it open which of them runs.
            return best if len(known) == len(group) else best._replace(certainty="likely")
        if known:
            return None
    return None


def _start_of_build(images: _Images, build: ImageBuild, container: Container, evidence: tuple[Evidence, ...]) -> _Start | None:
    """What the build's image starts in the container; None where the build itself is not in view."""
    if not is_known(build.context) or not is_known(build.dockerfile):
        return None
    tag = tag_of(build.image.text)
    if build.how != "dockerfile":
        return _start_of_folder(images, build, container, evidence)
    found = []
    for folder in build.folders:
        context = posixpath.normpath(posixpath.join(folder, build.context))
        path = posixpath.normpath(posixpath.join(context if build.is_in_context else folder, build.dockerfile or "Dockerfile"))
        file = images.dockerfiles.get(path) or images.dockerfiles.get(posixpath.join(posixpath.dirname(path), "Containerfile"))
        if file is not None:
            found.append((file, context))
    if not found:
        return None
    file, context = found[0]
    built = images.built(file, context, build.target, build.args)
    if built is None:
        return None
    shown = Evidence(build.span, f"this {build.by} builds it with {file.path}")
    start = _start_of_image(images, built, context, build.image.text, container, (*evidence, shown))
    if len(found) > 1:
        start = start._replace(certainty="likely")
    return start._replace(tag=tag)


def _start_of_folder(images: _Images, build: ImageBuild, container: Container, evidence: tuple[Evidence, ...]) -> _Start | None:
    found = images.sources.by_path.get(build.program, [])
    for folder in () if found else build.folders:
        place = posixpath.normpath(posixpath.join(folder, build.context, build.program))
        found = found or images.sources.by_folder.get(place, [])
    if len(found) != 1 or (container.command and posixpath.basename(container.command[0].text) not in (found[0].name, "web", "main")):
        return None
    tool = "ko" if build.how == "ko" else "a buildpack"
    shown = Evidence(build.span, f"this {build.by} builds it by {tool} of {found[0].directory}")
    start = _of_program(images, found[0], "certain", (*evidence, shown), container)
    return start._replace(tag=tag_of(build.image.text), libc=start.libc if build.how == "ko" else "unknown")


def _start_of_image(
    images: _Images, built: BuiltImage, context: str, image: str, container: Container, evidence: tuple[Evidence, ...]
) -> _Start:
    command, args = _given(container.command), _given(container.args)
    path, line = starts(built, command, args)
    libc = libc_of(built.base.text) if built.base else "unknown"
    unknown = _Start(None, "likely", evidence, built, (), libc, "")
    if not line:
        return unknown
    certainty: Certainty = "certain"
    if path not in built.binaries and len(line) > 1 and re.search(r"entrypoint|\.sh$", line[0].text):
        # A script in front that ends in exec "$@", as is the custom.
        inner, rest = starts(built, line[1:], ())
        if inner in built.binaries:
            path, line, certainty = inner, rest, "likely"
    if not command and built.entrypoint is None and not (built.base is not None and starts_nothing(built.base.text)):
        # What CMD names may be an argument of what the base image starts.
        certainty = "likely"
    binary = built.binaries.get(path)
    if binary is None or (binary.program is None and not binary.pattern):
        found = _named_binary(images, posixpath.basename(path), context)
        if found is None or any(item.program is not None for item in built.binaries.values()):
            return unknown
        shown = Evidence(line[0].span, f"starts {path}, which is called like the program {found.import_path}")
        return unknown._replace(program=found, evidence=(*evidence, shown), arguments=line[1:])
    started = Evidence(line[0].span, f"starts {path}")
    if binary.program is not None:
        shown = Evidence(binary.span, f"is built of {binary.program.directory}")
        return _Start(binary.program, certainty, (*evidence, shown, started), built, line[1:], libc, "")
    matching = [
        program
        for program in images.programs
        if fnmatchcase(posixpath.normpath(program.directory), _UNKNOWN.sub("*", binary.pattern)) and base_name_of(image) in _names(program)
    ]
    if len(matching) != 1:
        return unknown
    shown = Evidence(binary.span, f"builds {binary.pattern}, which is {matching[0].directory} for an image of this name")
    return _Start(matching[0], "likely", (*evidence, shown, started), built, line[1:], libc, "")


def _given(values: Iterable[Value]) -> tuple[Word, ...]:
    return tuple(Word(value.text, value.span_of(0, len(value.text))) for value in values)


def _names(program: Program) -> frozenset[str]:
    """What a program may be called: as its binary, or as the folder it stands in."""
    return frozenset((program.name, posixpath.basename(posixpath.normpath(program.directory))))


def _named_binary(images: _Images, name: str, context: str) -> Program | None:
    """The only program of that name in a folder that an image is built in."""
    found = [program for program in images.sources.below(context) if name in _names(program)]
    return found[0] if len(found) == 1 and name else None


def _of_names(images: _Images, container: Container, image: Value) -> _Start | None:
    """The only program that is called like the image, by its Dockerfile's folder or by itself."""
    base = base_name_of(image.text)
    if not base or not is_known(base) or is_placeholder(base):
        return None
    shown = Evidence(image.span, f"image {image.text}")
    found = [
        start
        for file in images.dockerfiles.values()
        if base in _dockerfile_names(file)
        for start in _starts_anywhere(images, file, image, container, shown)
    ]
    known = {id(start.program): start for start in found if start.program is not None}
    if found:
        return next(iter(known.values()))._replace(certainty="likely") if len(known) == 1 else None
    named = [program for program in images.programs if base in _names(program)]
    if len(named) != 1:
        return None
    label = f"is called like the program {named[0].import_path}"
    arguments = _given((*container.command[1:], *container.args))
    return _Start(named[0], "likely", (Evidence(image.span, label),), None, arguments, "unknown", "")


def _dockerfile_names(file: Dockerfile) -> frozenset[str]:
    """What an image of the Dockerfile may be called: ``orders/Dockerfile``, ``Dockerfile.orders``, ``orders.Dockerfile``."""
    folder, name = posixpath.split(posixpath.normpath(file.path))
    parts = re.split(r"(?i)[._-]?(?:dockerfile|containerfile)[._-]?", name)
    return frozenset(part for part in (*parts, posixpath.basename(folder)) if part)


def _starts_anywhere(images: _Images, file: Dockerfile, image: Value, container: Container, shown: Evidence) -> Iterator[_Start]:
    """What the Dockerfile's image starts when it is built in its own folder, or else in the nearest one above it that gives a program."""
    folder = posixpath.dirname(posixpath.normpath(file.path)) or "."
    last: _Start | None = None
    while True:
        built = images.built(file, folder, "", ())
        if built is None:
            return
        label = Evidence(file.instructions[0].span, f"{file.path} is called like the image")
        last = _start_of_image(images, built, folder, image.text, container, (shown, label))
        if last.program is not None or folder in (".", "/", "") or posixpath.basename(folder) == "..":
            break
        folder = posixpath.dirname(folder) or "."
    yield last
