"""Which program runs in which container: the image of a container, what builds that image, and what the image starts."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.builds.facts import Builds, Word
from netlint.builds.shell import is_known
from netlint.knowledge.base_images import libc_of, starts_nothing
from netlint.knowledge.public_images import COMMON_NAMES, HOST_WORDS, OFFICIAL_IMAGES
from netlint.kubernetes.values import is_placeholder
from netlint.model.dockerfiles import Binary, Sources, build_image, image_of_processes, starts, unwrapped
from netlint.model.dockerfiles import shown as shown_of
from netlint.model.linked import has_programs
from netlint.model.makefiles import joined_makefiles, with_included
from netlint.model.programs import programs
from netlint.model.python.code import PythonProgram
from netlint.model.python.starting import NOTHING_SHOWN, View
from netlint.model.python.starting import started as python_started
from netlint.model.units import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netlint.builds.facts import Dockerfile, ImageBuild, Prebuilt
    from netlint.dns import Resolver
    from netlint.knowledge.base_images import Libc
    from netlint.kubernetes.facts import Container, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoPackage
    from netlint.model.dockerfiles import BuiltImage
    from netlint.model.languages import Program
    from netlint.model.programs import GoProgram
    from netlint.model.python.code import PythonCode
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

    @property
    def resolver(self) -> Resolver:
        """What looks up names for the program: Python asks the libc of its image, Go mostly itself."""
        if isinstance(self.program, PythonProgram):
            return "musl" if self.libc == "musl" else "glibc"
        return "go"


def runs(model: Model, unit: Unit) -> tuple[Run, ...]:
    """The programs of the unit's containers, in order of its workloads: at most one a container."""
    return tuple(run for found in _runs_by_workload(model, unit).values() for run in found)


def runs_of(model: Model, unit: Unit, workload: Workload) -> tuple[Run, ...]:
    """Those of one workload."""
    return _runs_by_workload(model, unit).get(id(workload), ())


def _runs_by_workload(model: Model, unit: Unit) -> Mapping[int, tuple[Run, ...]]:
    if unit.memo.runs is None:
        found = _find_runs(model, unit) if has_programs(model) else ()
        unit.memo.runs = grouped((id(run.workload), run) for run in found)
    return unit.memo.runs


def _find_runs(model: Model, unit: Unit) -> Iterator[Run]:
    images = model.code.keep("image builds", lambda: _Images(model.builds or Builds(), model.code, model.python, _images_used(model)))
    for workload in unit.workloads:
        for container in workload.template.containers:
            found = _run_of(images, unit, workload, container)
            if found is not None:
                yield found


def _images_used(model: Model) -> Iterator[str]:
    """The images of all containers in view."""
    for unit in model.units:
        for workload in unit.workloads:
            for container in workload.template.containers:
                if container.image is not None:
                    yield container.image.text


def _names_by_owner(used: Iterable[str]) -> dict[str, frozenset[str]]:
    """The last parts of images' names by what stands in front of them."""
    found: dict[str, set[str]] = {}
    for image in used:
        owner, _, base = repository_of(image).rpartition("/")
        found.setdefault(owner, set()).add(base)
    return {owner: frozenset(names) for owner, names in found.items()}


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

    def __init__(self, builds: Builds, code: Code, python: PythonCode, used: Iterable[str]) -> None:
        self.code = code
        self.python = python
        self.ko_base = builds.ko_base
        self.programs = programs(code)
        of_go = (posixpath.normpath(item.directory) for item in _packages(code))
        folders = _with_parents((*of_go, *(posixpath.dirname(path) for path in python.paths)))
        makefiles = joined_makefiles(builds.makefiles)
        self.sources = Sources(self.programs, folders, makefiles)
        self.dockerfiles = {posixpath.normpath(file.path): file for file in builds.dockerfiles}
        self.procfiles = {posixpath.normpath(file.path): file for file in builds.procfiles}
        self.by_name: dict[str, list[ImageBuild]] = {}
        self.by_pattern: list[tuple[re.Pattern[str], ImageBuild]] = []
        known = _of_repository(code)
        found = with_included(builds.images, makefiles)
        for build in (_filled(build, known) if any("${github_" in text for text in build.texts) else build for build in found):
            repository = repository_of(build.image.text)
            tag = _UNKNOWN.sub("", tag_of(build.image.text)).strip(".-_v")
            # A tag with something of its own tells images of one repository apart.
            if is_known(repository) and not is_placeholder(repository) and (is_known(build.image.text) or not tag):
                self.by_name.setdefault(repository, []).append(build)
            elif (pattern := _pattern_of(build.image.text)) is not None:
                self.by_pattern.append((pattern, build))
        self.names_by_owner = _names_by_owner(image for image in used)
        self.names_built = frozenset(
            (
                *(name for file in builds.dockerfiles for name in _dockerfile_names(file)),
                *(name for program in self.programs for name in _names(program)),
            )
        )
        self._built: dict[tuple[object, ...], BuiltImage | None] = {}

    def built(self, file: Dockerfile, context: str, build: ImageBuild | None = None, folder: str = ".") -> BuiltImage | None:
        """The image of a Dockerfile, as the build wants it; ``folder`` is what that counts paths from."""
        target, args, binaries = (build.target, build.args, build.binaries) if build is not None else ("", (), ())
        key = (file.path, context, target, args, binaries, folder if binaries else "")
        if key not in self._built:
            ready = {posixpath.normpath(posixpath.join("/", item.path)): self._binary(item, folder) for item in binaries}
            self._built[key] = build_image(file, context, target, dict(args), self.sources, ready)
        return self._built[key]

    def _binary(self, item: Prebuilt, folder: str) -> Binary:
        place = posixpath.normpath(
            posixpath.join(folder, posixpath.dirname(item.program) if item.program.endswith(".go") else item.program)
        )
        found = self.sources.by_folder.get(place, [])
        return Binary(found[0] if len(found) == 1 else None, "" if is_known(place) else place, item.span)


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


_VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)\}")
_UNKNOWN: Final = re.compile(r"\$\{\w*\}|\$\([^()]*\)|`[^`]*`|\$\w+")
_MIN_LITERAL: Final = 3
_MAX_PARTS: Final = 6


def _pattern_of(image: str) -> re.Pattern[str] | None:
    """What matches a name with unknown parts; None where it says nothing by itself.

    A variable that stands in it once is a group of its name; one that fills a whole part of the name has no slash.
    """
    name, colon, tag = image.rpartition("/")[2].partition(":")
    literal, literal_tag = _UNKNOWN.sub("", name), _UNKNOWN.sub("", tag)
    owner = _UNKNOWN.sub("", image.rpartition("/")[0]).strip("/")
    if max(len(literal.strip(".-_")), len(literal_tag.strip(".-_")) if literal_tag != "latest" else 0, len(owner)) < _MIN_LITERAL:
        return None
    if colon and literal_tag in ("", "latest"):
        image = image.removesuffix(f":{tag}")
        colon = ""
    parts: list[str] = []
    names: set[str] = set()
    at = 0
    for match in _UNKNOWN.finditer(image[:_MAX_PATTERN]):
        variable = match[0][2:-1]
        anything = ".*" if match.start() == 0 else "[^/:@]*"
        is_new = _VARIABLE.fullmatch(match[0]) is not None and variable not in (*names, "_")
        parts += [re.escape(image[at : match.start()]), f"(?P<{variable}>{anything})" if is_new else anything]
        names.add(variable)
        at = match.end()
    if len(parts) > 2 * _MAX_PARTS:
        return None
    return re.compile("".join(parts) + re.escape(image[at:_MAX_PATTERN]) + ("" if colon else "(?:[:@].*)?"))


_MAX_PATTERN: Final = 300


def _run_of(images: _Images, unit: Unit, workload: Workload, container: Container) -> Run | None:
    image = container.image
    if image is None or not image.text:
        return None
    named = [(image, Evidence(image.span, f"image {image.text}"))]
    named += [(old, Evidence(old.span, f"is called {old.text} before the kustomization renames it")) for old in _renamed(unit, image.text)]
    found = _of_ko(images, container, image) or _of_builds(images, container, named, workload.meta.path)
    found = found or next(filter(None, (_of_names(images, container, value) for value, _ in named)), None) or _of_command(images, container)
    if found is None or found.program is None:
        return None
    return Run(
        program=found.program,
        workload=workload,
        container=container,
        # A patch may give another image to what is written with a placeholder's name, as kubebuilder's ``controller:latest`` is.
        certainty="likely" if "/" not in repository_of(image.text) and unit.is_patched(workload.meta) else found.certainty,
        evidence=found.evidence,
        libc=found.libc if found.libc != "unknown" else libc_of(image.text),
        arguments=found.arguments,
        environment=found.image.environment if found.image else (),
    )


def _renamed(unit: Unit, image: str) -> Iterator[Value]:
    """What manifests call the image that kustomizations of the unit give this name."""
    repository = repository_of(image)
    for name, new_name in unit.image_names:
        if repository_of(new_name.text) == repository:
            yield name


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


def _of_builds(images: _Images, container: Container, named: Sequence[tuple[Value, Evidence]], path: str) -> _Start | None:
    """The one program that the builds of the container's image agree on; one without a program where they leave it open."""
    last: _Start | None = None
    for value, _ in named:
        evidence = tuple(item for other, item in named if other is named[0][0] or other is value)
        exact = images.by_name.get(repository_of(value.text), [])
        starts = [(build, start) for build in exact if (start := _start_of_build(images, build, container, evidence)) is not None]
        found = [start for _, start in starts]
        chosen = _agreed(found, tag_of(value.text)) or _agreed(_nearest(starts, path), tag_of(value.text))
        if chosen is not None:
            return chosen
        last = found[0]._replace(program=None) if found else last
    for value, item in named:
        found = []
        for pattern, build in images.by_pattern:
            match = pattern.fullmatch(value.text[:_MAX_NAME])
            if match:
                start = _start_of_build(images, _filled(build, match.groupdict()), container, (item,))
                found += [start] if start is not None else []
        chosen = _agreed(found, tag_of(value.text))
        if chosen is not None:
            return chosen._replace(certainty="likely")
    return last


def _nearest(found: Sequence[tuple[ImageBuild, _Start]], path: str) -> list[_Start]:
    """Of builds of one name those in the nearest folder above the manifest: a repository of several projects may use a name twice."""
    folders = {id(build): posixpath.dirname(posixpath.normpath(build.span.path)) for build, _ in found}
    above = [folder for folder in folders.values() if not folder or posixpath.normpath(path).startswith(f"{folder}/")]
    nearest = max(above, key=len, default=None)
    return [start for build, start in found if folders[id(build)] == nearest]


_MAX_NAME: Final = 500


def _of_repository(code: Code) -> dict[str, str]:
    """What GitHub tells workflows of the repository, where the path of its outermost module says which one that is."""
    modules = {package.module for package in _packages(code) if package.module is not None}
    outermost = sorted(modules, key=lambda module: (module.directory.count("/") + (module.directory != "."), module.directory))
    parts = outermost[0].path.lower().split("/") if outermost else []
    if len(parts) < 3 or parts[0] != "github.com":
        return {}
    owner, name = parts[1:3]
    return {"github_repository": f"{owner}/{name}", "github_repository_owner": owner, "github_event_repository_name": name}


def _filled(build: ImageBuild, values: Mapping[str, str]) -> ImageBuild:
    """The build with what is known of its variables put in, of which the name of its image may show some."""

    def fill(text: str) -> str:
        return _VARIABLE.sub(lambda match: values.get(match["name"], match[0]), text) if "$" in text else text

    return build.filled(fill)


def _agreed(found: Sequence[_Start], tag: str) -> _Start | None:
    """The start that all builds of one image agree on; those with the container's tag count first."""
    group = [item for item in found if item.tag == tag] or found
    known = [item for item in group if item.program is not None]
    if len({id(item.program) for item in known}) != 1:
        return None
    best = min(known, key=lambda item: item.certainty != "certain")
    # Another build of the same name that makes who knows what leaves it open which of them runs.
    return best if len(known) == len(group) else best._replace(certainty="likely")


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
            found.append((file, context, folder))
    if not found:
        return None
    file, context, folder = found[0]
    built = images.built(file, context, build, folder)
    if built is None:
        return None
    shown = Evidence(build.span, f"this {build.by} builds it with {file.path}")
    start = _start_of_image(images, built, context, build.image.text, container, (*evidence, shown), build.entrypoint)
    if len(found) > 1:
        start = start._replace(certainty="likely")
    return start._replace(tag=tag)


def _start_of_folder(images: _Images, build: ImageBuild, container: Container, evidence: tuple[Evidence, ...]) -> _Start | None:
    found = images.sources.by_path.get(build.program, [])
    for folder in () if found else build.folders:
        place = posixpath.normpath(posixpath.join(folder, build.context, build.program))
        found = found or images.sources.by_folder.get(place, [])
    if not found and build.how == "buildpacks":
        return _start_of_processes(images, build, container, evidence)
    if len(found) != 1 or (container.command and posixpath.basename(container.command[0].text) not in (found[0].name, "web", "main")):
        return None
    tool = "ko" if build.how == "ko" else "a buildpack"
    shown = Evidence(build.span, f"this {build.by} builds it by {tool} of {found[0].directory}")
    start = _of_program(images, found[0], "certain", (*evidence, shown), container)
    return start._replace(tag=tag_of(build.image.text), libc=start.libc if build.how == "ko" else "unknown")


def _start_of_processes(images: _Images, build: ImageBuild, container: Container, evidence: tuple[Evidence, ...]) -> _Start | None:
    """What a buildpack's image starts by its Procfile: the process that the container names, or ``web``."""
    for folder in build.folders:
        context = posixpath.normpath(posixpath.join(folder, build.context))
        file = images.procfiles.get(posixpath.join(context, "Procfile") if context != "." else "Procfile")
        name = posixpath.basename(container.command[0].text) if container.command else "web"
        built = image_of_processes(file, name) if file is not None else None
        if built is not None and file is not None:
            shown = Evidence(build.span, f"this {build.by} builds it by a buildpack with {file.path}")
            start = _start_of_line(images, built, built.command or (), context, (*evidence, shown))
            return start._replace(tag=tag_of(build.image.text)) if start is not None else None
    return None


def _start_of_image(
    images: _Images,
    built: BuiltImage,
    context: str,
    image: str,
    container: Container,
    evidence: tuple[Evidence, ...],
    entrypoint: tuple[Word, ...] = (),
) -> _Start:
    command, args = entrypoint or _given(container.command), _given(container.args)
    path, line = starts(built, command, args)
    libc = libc_of(built.base.text) if built.base else "unknown"
    unknown = _Start(None, "likely", evidence, built, (), libc, "")
    if not line:
        return unknown
    of_python = _start_of_line(images, built, line, context, evidence)
    if of_python is not None:
        return of_python._replace(libc=libc)
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


def _start_of_line(
    images: _Images, built: BuiltImage, line: tuple[Word, ...], context: str, evidence: tuple[Evidence, ...]
) -> _Start | None:
    """The program of Python that a command line starts in an image."""
    found = python_started(images.python, line, _view(images, built, context))
    if found is None:
        return None
    shown = Evidence(found.word.span, f"starts {found.program.path or found.program.server}")
    return _Start(found.program, "certain" if found.is_certain else "likely", (*evidence, shown), built, found.arguments, "unknown", "")


def _view(images: _Images, built: BuiltImage, context: str) -> View:
    """The image's files as the interpreter sees them."""
    environment = {name: word.text for name, word in built.environment}
    return View(lambda folder: shown_of(folder, built.sources, images.sources), built.working_directory, environment, context)


def _of_command(images: _Images, container: Container) -> _Start | None:
    """A server that the container starts by a command of its own, whatever its image holds."""
    line = unwrapped(_given((*container.command, *container.args))) if container.command else ()
    found = python_started(images.python, line, NOTHING_SHOWN)
    if found is None:
        return None
    shown = Evidence(found.word.span, f"starts {found.program.server}")
    return _Start(found.program, "certain", (shown,), None, found.arguments, "unknown", "")


def _given(values: Iterable[Value]) -> tuple[Word, ...]:
    return tuple(Word(value.text, value.span_of(0, len(value.text))) for value in values)


def _names(program: GoProgram) -> frozenset[str]:
    """What a program may be called: as its binary, or as the folder it stands in; the one above where that is called ``cmd``."""
    folder = posixpath.normpath(program.directory)
    names = {program.name, posixpath.basename(folder)}
    if names <= _PLAIN_FOLDERS:
        names.add(posixpath.basename(posixpath.dirname(folder)))
    return frozenset(names - {"", ".", ".."})


_PLAIN_FOLDERS: Final = frozenset(("cmd", "main", "src", "app", "server", "service", "rootfs", "go"))


def _named_binary(images: _Images, name: str, context: str) -> GoProgram | None:
    """The only program of that name in a folder that an image is built in."""
    found = [program for program in images.sources.below(context) if name in _names(program)]
    return found[0] if len(found) == 1 and name else None


def _of_names(images: _Images, container: Container, image: Value) -> _Start | None:
    """The only program that is called like the image, by its Dockerfile's folder or by itself."""
    base = base_name_of(image.text)
    if not base or not is_known(base) or is_placeholder(base):
        return None
    path = _import_path_in(image.text)
    if path:
        # What ko or a release of it publishes is called after the import path.
        return _called_like(images.sources.by_path.get(path, []), container, image)
    shown = Evidence(image.span, f"image {image.text}")
    found = [
        start
        for file in images.dockerfiles.values()
        if base in _dockerfile_names(file)
        for start in _starts_anywhere(images, file, image, container, shown)
        if not _is_guessed_twice(start, base, file)
    ]
    known = {id(start.program): start for start in found if start.program is not None}
    if found:
        only = next(iter(known.values())) if len(known) == 1 else None
        return only._replace(certainty="likely") if only and _is_own(images, image.text, only.program, has_dockerfile=True) else None
    return _called_like([program for program in images.programs if base in _names(program)], container, image, images)


def _is_guessed_twice(start: _Start, base: str, file: Dockerfile) -> bool:
    """Whether the image is called like a Dockerfile, and what that starts is only called like a program: of another name, elsewhere."""
    program, folder = start.program, posixpath.dirname(posixpath.normpath(file.path))
    if program is None or isinstance(program, PythonProgram):
        return False
    if start.image is not None and any(binary.program is program for binary in start.image.binaries.values()):
        return False
    is_beside = bool(folder) and f"{posixpath.normpath(program.directory)}/".startswith(f"{folder}/")
    return base not in _names(program) and not is_beside


_ORDINARY_TAG: Final = re.compile(
    r"v?\d|(?:latest|main|master|dev|devel|develop|edge|stable|nightly|canary|prod|production|staging|test|local|release|sha|git|head)"
    r"(?:$|[-_.])|[0-9a-f]{7,40}$|\$|\{|<|_",
    re.IGNORECASE,
)
"""Tags that tell versions apart; any other, as in ``erpc:fake``, may tell programs apart."""


def _called_like(found: Sequence[GoProgram], container: Container, image: Value, images: _Images | None = None) -> _Start | None:
    """The program of that name where there is one only, the container starts no other, and the image seems to be of the same owner."""
    if len(found) != 1 or not _ORDINARY_TAG.match(tag_of(image.text)):
        return None
    if images is not None and not _is_own(images, image.text, found[0], has_dockerfile=False):
        return None
    started = _unwrapped_name(container.command)
    if started and started not in _names(found[0]):
        return None
    label = f"is called like the program {found[0].import_path}"
    arguments = _given((*container.command[1:], *container.args))
    return _Start(found[0], "likely", (Evidence(image.span, label),), None, arguments, "unknown", "")


def _unwrapped_name(command: Sequence[Value]) -> str:
    """What a container's own command starts, without its folder."""
    line = unwrapped(_given(command))
    return posixpath.basename(line[0].text) if line else ""


def _import_path_in(image: str) -> str:
    """The import path that an image's name ends in: ``gcr.io/project/example.com/shop/cmd/orders``."""
    parts = repository_of(image).split("/")
    start = next((number for number in range(len(parts) - 2, 0, -1) if "." in parts[number]), 0)
    return "/".join(parts[start:]) if start else ""


def _words_of(text: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^a-z0-9]+", text.lower()) if len(word) > 1) - HOST_WORDS


def _is_own(images: _Images, image: str, program: Program | None, *, has_dockerfile: bool) -> bool:
    """Whether an image seems to be of the repository's own making, so that its name may be that of a program.

    It is where its owner is named in the program's import path, or where it has no owner and is no image that Docker publishes. Else its
    name must be no common one and have a Dockerfile, or most names of the same owner must be those of something built here.
    """
    repository = repository_of(image)
    owner, _, base = repository.rpartition("/")
    if _words_of(owner) & _words_of(program.import_path if program is not None else ""):
        return True
    if base in OFFICIAL_IMAGES:
        module = program.package.module if program is not None and not isinstance(program, PythonProgram) else None
        return not owner and module is not None and base in module.path.split("/")
    if not owner or (has_dockerfile and base not in COMMON_NAMES):
        return True
    others = images.names_by_owner.get(owner, frozenset()) - {base}
    if others:
        return 2 * sum(name in images.names_built for name in others) >= len(others)
    return base not in COMMON_NAMES


def _dockerfile_names(file: Dockerfile) -> frozenset[str]:
    """What an image of the Dockerfile may be called: ``orders/Dockerfile``, ``Dockerfile.orders``, ``orders.Dockerfile``.

    One for Windows is beside that for Linux, which most pods run.
    """
    folder, name = posixpath.split(posixpath.normpath(file.path))
    if "windows" in name.lower():
        return frozenset()
    parts = re.split(r"(?i)[._-]?(?:dockerfile|containerfile)[._-]?", name)
    return frozenset(part for part in (*parts, posixpath.basename(folder)) if part)


def _starts_anywhere(images: _Images, file: Dockerfile, image: Value, container: Container, shown: Evidence) -> Iterator[_Start]:
    """What the Dockerfile's image starts when it is built in its own folder, or in one above it: the nearest one that gives a program."""
    folder = posixpath.dirname(posixpath.normpath(file.path)) or "."
    label = Evidence(file.instructions[0].span, f"{file.path} is called like the image")
    found: list[_Start] = []
    while True:
        built = images.built(file, folder)
        if built is None:
            return
        start = _start_of_image(images, built, folder, image.text, container, (shown, label))
        if start.program is not None and start.certainty == "certain":
            yield start
            return
        found.append(start)
        if folder in (".", "/", "") or posixpath.basename(folder) == "..":
            break
        folder = posixpath.dirname(folder) or "."
    yield next((start for start in found if start.program is not None), found[0])
