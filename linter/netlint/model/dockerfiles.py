"""What an image that a Dockerfile builds holds: its Go programs and its sources, what it starts, and what it gives to them.

The instructions are followed as docker does (docs.docker.com/reference/dockerfile), as far as programs are concerned: where sources and
binaries go, what ``go build`` makes of the first, and which variables are set. A variable that is not known stays as it is written, so that
a path that holds it is still the same path two stages later.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice, product
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.builds.facts import Word
from netlint.builds.makefile import recipe_commands
from netlint.builds.shell import commands, expand, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netlint.builds.facts import Command, Dockerfile, Instruction, Makefile, Procfile, Script
    from netlint.model.programs import GoProgram
    from netlint.source import Span

_PLATFORM: Final = {
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
}
"""Arguments that BuildKit gives to every build; which platform it is for does not decide what is built."""
_PATH: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/go/bin", "/usr/local/go/bin")
_GO: Final = frozenset(("go", "xx-go", "garble", "/usr/local/go/bin/go", "$GO", "${GO}"))
_MAKE: Final = frozenset(("make", "gmake", "${MAKE}"))
_GO_FLAGS_WITH_VALUE: Final = frozenset(
    "-C -p -asmflags -buildmode -buildvcs -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -o -overlay -pgo -pkgdir "
    "-tags -toolexec -coverpkg -covermode -literals -seed".split()
)
"""``go help build``. ``-buildvcs`` is a truth value or auto and needs ``=``."""
_MUST_HAVE_EQUALS: Final = frozenset(("-buildvcs",))
_ASSIGNMENT: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
_PAIR: Final = re.compile(r"(?<![\w.-])(?P<name>[\w.-]+)=(?P<value>(?:[^\s\"'\\]|\\.|\"(?:[^\"\\]|\\.)*+\"|'[^']*')*+)", re.DOTALL)
_WORD: Final = re.compile(r"(?:[^\s\"'\\]|\\.|\"(?:[^\"\\]|\\.)*+\"|'[^']*')+", re.DOTALL)
_MOUNT: Final = re.compile(r"^type=bind(?:,|$)")
_PREFIXES: Final = frozenset(("exec", "env", "sudo", "time", "command", "nice", "set", "@"))
_MAKEFILES: Final = ("GNUmakefile", "makefile", "Makefile")
_MAX_SOURCES: Final = 500
_MAX_STAGES: Final = 200
_MAX_ROUNDS: Final = 64
_MAX_MAKES: Final = 3
_MAX_STEPS: Final = 5_000
"""Commands of one build, those of loops once a round."""
_MAX_BINARIES: Final = 2_000


class Binary(NamedTuple):
    """A file of an image that ``go build`` made: of ``program``, or of what ``pattern`` names with an unknown variable in it.

    ``span`` is what names it, mostly the argument of ``go build``. ``program`` is None for one that is not in view or not sure.
    """

    program: GoProgram | None
    pattern: str
    span: Span


NO_BINARIES: Final[Mapping[str, Binary]] = MappingProxyType({})


class BuiltImage(NamedTuple):
    """The image of one target of a Dockerfile. ``binaries`` are by absolute path.

    ``entrypoint`` and ``command`` are None where nothing is set; in shell form ``is_shell`` they are the words of the script's first
    command. ``environment`` holds what is set last for each name. ``base`` is the image outside of the file that it stands on. ``sources``:
    folders of the image, with the folders in view whose contents they hold.
    """

    binaries: Mapping[str, Binary]
    entrypoint: tuple[Word, ...] | None
    command: tuple[Word, ...] | None
    working_directory: str
    environment: tuple[tuple[str, Word], ...]
    user: Word | None
    exposed: tuple[Word, ...]
    base: Word | None
    sources: tuple[tuple[str, str], ...] = ()


class Sources:
    """The code in view as Dockerfiles name it: Go programs by folder and by import path, folders that hold any code."""

    def __init__(
        self, found: Sequence[GoProgram], folders: frozenset[str], makefiles: Mapping[str, Makefile] = MappingProxyType({})
    ) -> None:
        self.folders = folders
        self.makefiles = makefiles
        self.by_folder: dict[str, list[GoProgram]] = {}
        self.by_path: dict[str, list[GoProgram]] = {}
        for program in found:
            self.by_folder.setdefault(posixpath.normpath(program.directory), []).append(program)
            self.by_path.setdefault(program.import_path, []).append(program)

    def below(self, folder: str) -> Iterator[GoProgram]:
        """Programs in the folder and below it."""
        for directory, found in self.by_folder.items():
            if folder == "." or directory == folder or directory.startswith(f"{folder}/"):
                yield from found

    def holds_code(self, folder: str) -> bool:
        """Whether there is code in the folder or below it."""
        return folder == "." or folder in self.folders


@dataclass
class _Stage:
    """What is known of a stage so far. ``sources``: folders of the image, with the folders in view whose contents they hold."""

    base: Word | None = None
    directory: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, Word] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)
    binaries: dict[str, Binary] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    entrypoint: tuple[Word, ...] | None = None
    command: tuple[Word, ...] | None = None
    user: Word | None = None
    exposed: tuple[Word, ...] = ()

    def copy(self) -> _Stage:
        """The same to start another stage from."""
        return replace(
            self,
            variables=dict(self.variables),
            environment=dict(self.environment),
            sources=list(self.sources),
            binaries=dict(self.binaries),
            folders=set(self.folders),
        )

    def path(self, text: str) -> str:
        """An absolute path."""
        return posixpath.normpath(posixpath.join(self.directory, text)).replace("//", "/")


def build_image(
    file: Dockerfile, context: str, target: str, args: Mapping[str, str], sources: Sources, ready: Mapping[str, Binary] = NO_BINARIES
) -> BuiltImage | None:
    """The image of ``target`` (the last stage where empty), built in the folder ``context``; None when there is no such stage.

    ``ready`` are the binaries that stand in the context already, by their path there, which starts with a slash.
    """
    stages: list[_Stage] = []
    names: dict[str, int] = {}
    budget = _Budget()
    outer: dict[str, str] = {**_PLATFORM, **{name: value for name, value in args.items() if name in _PLATFORM}}
    for instruction in file.instructions:
        if instruction.keyword == "FROM":
            if len(stages) >= _MAX_STAGES:
                break
            words = [Word(expand(word.text, outer), word.span) for word in _words(instruction)]
            if not words:
                continue
            known = names.get(words[0].text.lower())
            stage = stages[known].copy() if known is not None else _Stage(base=words[0])
            # Arguments end with their stage.
            stage.variables = {name: word.text for name, word in stage.environment.items()}
            stages.append(stage)
            names[str(len(stages) - 1)] = len(stages) - 1
            if len(words) >= 3 and words[1].text.lower() == "as":
                names[words[2].text.lower()] = len(stages) - 1
        elif not stages:
            if instruction.keyword == "ARG":
                _declare(instruction, outer, args, {})
        else:
            _follow(
                instruction, stages[-1], _Surroundings(context, args, outer, stages, names, sources, budget, _Stage(binaries=dict(ready)))
            )
    if not stages:
        return None
    place = names.get(target.lower()) if target else len(stages) - 1
    if place is None:
        return None
    found = stages[place]
    return BuiltImage(
        binaries=found.binaries,
        entrypoint=found.entrypoint,
        command=found.command,
        working_directory=found.directory,
        environment=tuple(found.environment.items()),
        user=found.user,
        exposed=found.exposed,
        base=found.base,
        sources=tuple(found.sources),
    )


@dataclass
class _Budget:
    """How many commands of a build may still be followed."""

    steps: int = _MAX_STEPS


class _Surroundings(NamedTuple):
    context: str
    args: Mapping[str, str]
    outer: Mapping[str, str]
    stages: list[_Stage]
    names: dict[str, int]
    sources: Sources
    budget: _Budget
    ready: _Stage

    def stage(self, name: str) -> _Stage | None:
        """The stage that ``--from`` names; None for an image."""
        place = self.names.get(name.lower())
        return self.stages[place] if place is not None else None


def _words(instruction: Instruction) -> list[Word]:
    return [Word(match[0], instruction.script.span(*match.span())) for match in _WORD.finditer(instruction.script.text)]


def _declare(instruction: Instruction, variables: dict[str, str], args: Mapping[str, str], outer: Mapping[str, str]) -> None:
    """``ARG``: what the build is given counts, then the default, then an argument of that name in front of the first stage."""
    for word in _words(instruction):
        name, equals, default = word.text.partition("=")
        if name in args and name not in _PLATFORM:
            variables[name] = args[name]
        elif equals:
            variables[name] = expand(default, variables)
        elif name in outer:
            variables[name] = outer[name]
        if not is_known(variables.get(name, "")):
            del variables[name]


def _follow(instruction: Instruction, stage: _Stage, around: _Surroundings) -> None:
    match instruction.keyword:
        case "ARG":
            _declare(instruction, stage.variables, around.args, around.outer)
        case "ENV":
            for name, word in _environment(instruction, stage.variables):
                stage.environment[name] = word
                stage.variables[name] = word.text
        case "WORKDIR":
            stage.directory = stage.path(expand(instruction.script.text.strip(), stage.variables))
            stage.folders.add(stage.directory)
        case "COPY" | "ADD":
            _copy(instruction, stage, around)
        case "RUN":
            _run(instruction, stage, around)
        case "ENTRYPOINT":
            stage.entrypoint = _command_line(instruction, stage.variables)
            # Source: docs.docker.com/reference/dockerfile, "Understand how CMD and ENTRYPOINT interact".
            stage.command = None
        case "CMD":
            stage.command = _command_line(instruction, stage.variables)
        case "USER":
            stage.user = next((Word(expand(word.text, stage.variables), word.span) for word in _words(instruction)), None)
        case "EXPOSE":
            stage.exposed += tuple(Word(expand(word.text, stage.variables), word.span) for word in _words(instruction))


def _environment(instruction: Instruction, variables: Mapping[str, str]) -> Iterator[tuple[str, Word]]:
    text = instruction.script.text
    first = text.split(maxsplit=1)
    if first and "=" not in first[0]:
        # The old form: one name, and all of the rest.
        start = len(text) - len(text.lstrip()) + len(first[0])
        value = text[start:].strip()
        at = text.find(value, start) if value else start
        yield first[0], Word(expand(value, variables), instruction.script.span(at, at + len(value)))
        return
    for match in _PAIR.finditer(text):
        yield match["name"], Word(expand(match["value"], variables), instruction.script.span(*match.span("value")))


def _command_line(instruction: Instruction, variables: Mapping[str, str]) -> tuple[Word, ...]:
    """The words of the exec form; of the shell form those of the command that stays: the last one."""
    text = instruction.script.text.strip()
    if text.startswith("["):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, list) and all(isinstance(item, str) for item in given):
            return unwrapped(tuple(_places(instruction, given)))
    return last_command(instruction.script, variables)


def last_command(script: Script, variables: Mapping[str, str]) -> tuple[Word, ...]:
    """The words of the command that stays when a script has run: its last one."""
    last: tuple[Word, ...] = ()
    for command in commands(script):
        last = tuple(Word(expand(word.text, variables), word.span) for word in command.words)
    return unwrapped(last)


def image_of_processes(file: Procfile, name: str) -> BuiltImage | None:
    """The image that a buildpack builds of a folder with a Procfile, which starts the process ``name``; None when there is no such.

    Source: buildpacks lifecycle: the application stands in ``/workspace``, and ``web`` is the default process.
    """
    script = dict(file.processes).get(name)
    if script is None:
        return None
    sources = (("/workspace", posixpath.dirname(file.path) or "."),)
    return BuiltImage({}, None, last_command(script, {}), "/workspace", (), None, (), None, sources)


def _places(instruction: Instruction, given: Sequence[str]) -> Iterator[Word]:
    """Each text of a JSON array with its place; that of the whole where escapes hide it."""
    text, at = instruction.script.text, 0
    for item in given:
        quoted = f'"{item}"'
        found = text.find(quoted, at)
        if found < 0:
            yield Word(item, instruction.span)
        else:
            yield Word(item, instruction.script.span(found + 1, found + 1 + len(item)))
            at = found + len(quoted)


_INITS: Final = frozenset(("tini", "dumb-init", "catatonit", "docker-init"))
_SWITCHES_USER: Final = frozenset(("su-exec", "gosu"))
_SHELLS: Final = frozenset(("sh", "bash", "ash", "dash"))


def unwrapped(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The command line of the program that others in front of it start: an init, a shell, ``exec``."""
    while words:
        name = posixpath.basename(words[0].text)
        if name in ("exec", "env", "nohup") or _ASSIGNMENT.fullmatch(words[0].text):
            words = words[1:]
        elif name in _INITS:
            words = words[1:]
            while words and words[0].text.startswith("-"):
                words = words[1:]
        elif name in _SWITCHES_USER and len(words) > 2:
            words = words[2:]
        elif name in _SHELLS and len(words) == 3 and re.fullmatch(r"-\w*c", words[1].text):
            inner = list(_script_words(words[2]))
            if inner == list(words):
                break
            words = tuple(inner)
        else:
            break
    return words


def _script_words(word: Word) -> Iterator[Word]:
    """The words of the last command of a script that is one word; they all stand where it does."""
    last: Sequence[Word] = ()
    from netlint.builds.facts import Script

    for command in commands(Script(word.span.path, word.text, ((0, word.span.start),))):
        last = command.words
    yield from (Word(expand(item.text, {}), word.span) for item in last)


def _copy(instruction: Instruction, stage: _Stage, around: _Surroundings) -> None:
    text = instruction.script.text.strip()
    if text.startswith("["):
        try:
            given = [item for item in json.loads(text) if isinstance(item, str)]
        except (ValueError, RecursionError, TypeError):
            return
    else:
        given = [word.text for word in _words(instruction)]
    words = [expand(item, stage.variables) for item in given if not item.startswith("<<")]
    if len(words) < 2:
        return
    *origins, target = words
    is_folder = target.endswith(("/", "/.")) or target == "." or len(origins) > 1
    goal = stage.path(target)
    name = expand(instruction.flag("from"), {**around.outer, **stage.variables})
    other = around.stage(name) if name else None
    if name and (other is None or other is stage):
        return
    for origin in origins:
        if other is not None:
            _take(stage, other, posixpath.normpath(posixpath.join("/", origin)), goal, is_folder or goal in stage.folders)
        else:
            _take(stage, around.ready, posixpath.normpath(posixpath.join("/", origin)), goal, is_folder or goal in stage.folders)
            _take_sources(stage, origin, goal, is_folder or goal in stage.folders, around)


def _take(stage: _Stage, other: _Stage, origin: str, goal: str, is_folder: bool) -> None:
    """Copy binaries, and sources, from another stage."""
    for path, binary in list(other.binaries.items())[: max(0, _MAX_BINARIES - len(stage.binaries))]:
        if path == origin:
            stage.binaries[posixpath.join(goal, posixpath.basename(path)) if is_folder else goal] = binary
        elif path.startswith(origin.rstrip("/") + "/"):
            stage.binaries[posixpath.normpath(posixpath.join(goal, path[len(origin.rstrip("/")) + 1 :]))] = binary
        elif "*" in origin and fnmatchcase(path, origin) and path.count("/") == origin.count("/"):
            stage.binaries[posixpath.join(goal, posixpath.basename(path))] = binary
    for folder, shown in list(other.sources):
        inside = _inside(folder, origin)
        if inside is not None:
            _add_source(stage, posixpath.normpath(posixpath.join(goal, inside)), shown)
        elif (outside := _inside(origin, folder)) is not None:
            _add_source(stage, goal, posixpath.normpath(posixpath.join(shown, outside)))


def _inside(path: str, folder: str) -> str | None:
    """``path`` as seen from ``folder``, when it is in it."""
    if path == folder:
        return "."
    prefix = folder.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def _take_sources(stage: _Stage, origin: str, goal: str, is_folder: bool, around: _Surroundings) -> None:
    shown = posixpath.normpath(posixpath.join(around.context, origin.lstrip("/") or "."))
    if origin.endswith((".go", ".py")) or posixpath.basename(origin) in _MAKEFILES:
        # Of single files only where they stand matters.
        _add_source(stage, goal if is_folder else posixpath.dirname(goal), posixpath.dirname(shown) or ".")
    elif not is_known(shown) or "*" in shown:
        if origin.endswith("*") and is_known(shown):
            _add_source(stage, goal, posixpath.dirname(shown) or ".")
    elif around.sources.holds_code(shown):
        _add_source(stage, goal, shown)


def _add_source(stage: _Stage, folder: str, shown: str) -> None:
    if len(stage.sources) < _MAX_SOURCES:
        stage.sources.append((folder, shown))


def _run(instruction: Instruction, stage: _Stage, around: _Surroundings) -> None:
    """Follow what a script does with sources and binaries."""
    text = instruction.script.text
    if not any(word in text for word in ("build", "install", "make", "mkdir", "cp ", "mv ", "ln ")):
        return
    mounted = [_mount(value, stage, around) for name, value in instruction.flags if name == "mount" and _MOUNT.match(value)]
    sources = list(stage.sources)
    stage.sources += [item for items in mounted for item in items]
    scope = _Scope(stage, dict(stage.variables), stage.directory, {}, around.budget)
    for command in commands(instruction.script):
        _each_round(command, scope, around.sources, 0)
    stage.sources = sources


def _mount(value: str, stage: _Stage, around: _Surroundings) -> list[tuple[str, str]]:
    """The folders in view that a bind mount shows to one ``RUN``."""
    options = dict(part.partition("=")[::2] for part in value.split(","))
    goal = stage.path(expand(options.get("target") or options.get("dst") or options.get("destination") or ".", stage.variables))
    origin = expand(options.get("source") or options.get("src") or ".", stage.variables)
    other = around.stage(options["from"]) if "from" in options else None
    if other is not None:
        inner = _Stage()
        _take(inner, other, posixpath.normpath(posixpath.join("/", origin)), goal, is_folder=False)
        stage.binaries.update(inner.binaries)
        return inner.sources
    if "from" in options:
        return []
    return [(goal, posixpath.normpath(posixpath.join(around.context, origin.lstrip("/") or ".")))]


@dataclass
class _Scope:
    """A script that runs: its variables, its folder, and what its loops go over."""

    stage: _Stage
    variables: dict[str, str]
    directory: str
    loops: dict[str, tuple[str, ...]]
    budget: _Budget

    def path(self, text: str) -> str:
        """An absolute path."""
        return posixpath.normpath(posixpath.join(self.directory, text))


def _each_round(command: Command, scope: _Scope, sources: Sources, depth: int) -> None:
    """Follow a command for each value of the loop variables that it names."""
    text = " ".join(item.text for item in command.words)
    named = {name: values for name, values in scope.loops.items() if f"${name}" in text or f"${{{name}" in text}
    for values in islice(product(*named.values()), _MAX_ROUNDS):
        if scope.budget.steps:
            scope.budget.steps -= 1
            _command(command, scope, dict(zip(named, values, strict=True)), sources, depth)


def _command(command: Command, scope: _Scope, loop: Mapping[str, str], sources: Sources, depth: int = 0) -> None:
    variables = {**scope.variables, **loop}
    words = [Word(expand(word.text, variables), word.span) for word in command.words]
    given_to_it: dict[str, str] = {}
    while words and (words[0].text in _PREFIXES or _ASSIGNMENT.fullmatch(words[0].text)):
        assigned = _ASSIGNMENT.fullmatch(words[0].text)
        if assigned:
            variables[assigned["name"]] = given_to_it[assigned["name"]] = assigned["value"]
            if len(words) == 1:
                scope.variables[assigned["name"]] = assigned["value"]
        words = words[1:]
    if not words:
        return
    name = words[0].text
    given = [word.text for word in words[1:] if not word.text.startswith("-")]
    path = scope.path
    binaries = scope.stage.binaries
    if name == "for" and len(words) > 3 and words[2].text == "in":
        if all(is_known(word.text) for word in words[3:]):
            scope.loops[words[1].text] = tuple(word.text for word in words[3:])
    elif name == "export":
        for match in (_ASSIGNMENT.fullmatch(text) for text in given):
            if match:
                scope.variables[match["name"]] = match["value"]
    elif name == "cd" and given:
        scope.directory = path(given[0])
    elif name == "mkdir":
        scope.stage.folders.update(path(text) for text in given)
    elif name in ("cp", "mv", "ln", "install") and len(given) >= 2:
        origins, goal = [path(text) for text in given[:-1]], path(given[-1])
        for origin in origins:
            if origin in binaries:
                is_folder = goal in scope.stage.folders or given[-1].endswith("/") or len(origins) > 1
                binaries[posixpath.join(goal, posixpath.basename(origin)) if is_folder else goal] = binaries[origin]
    elif name in _MAKE and depth < _MAX_MAKES:
        _make(words[1:], given_to_it, scope, sources, depth)
    elif name in _GO or command.words[0].text in _GO:
        _go(command, words[1:], scope, variables, sources)


def _make(words: Sequence[Word], environment: Mapping[str, str], scope: _Scope, sources: Sources, depth: int) -> None:
    """``make`` with a Makefile in view. What its environment holds is a variable to it as well."""
    directory, file, given = scope.directory, "", dict(environment)
    targets: list[str] = []
    texts = iter(word.text for word in words)
    for text in texts:
        assigned = _ASSIGNMENT.fullmatch(text)
        if assigned:
            given[assigned["name"]] = assigned["value"]
        elif text in ("-C", "-f", "-j", "-o"):
            value = next(texts, "")
            directory = posixpath.normpath(posixpath.join(directory, value)) if text == "-C" else directory
            file = value if text == "-f" else file
        elif not text.startswith("-"):
            targets.append(text)
    for folder in shown(directory, scope.stage.sources, sources):
        for name in (file,) if file else _MAKEFILES:
            makefile = sources.makefiles.get(posixpath.normpath(posixpath.join(folder, name)))
            if makefile is not None:
                inner = replace(scope, variables={**scope.variables, **given}, directory=directory, loops={})
                for target in targets or [""]:
                    for command in recipe_commands(makefile, target, given):
                        if not command.operator:
                            # Each line of a recipe is a shell of its own, and a cd ends with it.
                            inner.directory = directory
                        _each_round(command, inner, sources, depth + 1)
                return


def _go(command: Command, words: Sequence[Word], scope: _Scope, variables: Mapping[str, str], sources: Sources) -> None:
    """``go build`` and ``go install``, in which flags come before packages."""
    position, output, directory = 0, "", scope.directory
    flags: list[Word] = list(words)
    verb = ""
    while position < len(flags):
        text = flags[position].text
        if not text.startswith("-"):
            if verb:
                break
            verb = text
            position += 1
            continue
        name, equals, value = text.lstrip("-").partition("=")
        name = f"-{name}"
        if not equals and name in _GO_FLAGS_WITH_VALUE and name not in _MUST_HAVE_EQUALS:
            position += 1
            value = flags[position].text if position < len(flags) else ""
        if name == "-o":
            output = value
        elif name == "-C":
            directory = posixpath.normpath(posixpath.join(directory, value))
        position += 1
    if verb not in ("build", "install"):
        return
    packages = [word for word in flags[position:] if word.text and not word.text.startswith((">", "2>", "<"))]
    whole = Word(".", command.words[0].span._replace(end=command.words[-1].span.end))
    found = [item for word in packages or [whole] for item in _built(word, directory, scope.stage, sources)]
    unique = {(binary.program, binary.pattern, name): (binary, name) for binary, name in found}
    if verb == "install":
        goal, is_folder = variables.get("GOBIN") or posixpath.join(variables.get("GOPATH") or "/go", "bin"), True
    else:
        goal = posixpath.normpath(posixpath.join(directory, output)) if output else directory
        is_folder = not output or output.endswith(("/", "/.")) or output == "." or goal in scope.stage.folders or len(unique) > 1
    for binary, name in islice(unique.values(), max(0, _MAX_BINARIES - len(scope.stage.binaries))):
        path = posixpath.join(goal, name) if is_folder else goal
        before = scope.stage.binaries.get(path)
        if before is not None and before.program is not binary.program and not command.is_certain and not scope.loops:
            binary = Binary(None, "", binary.span)
        scope.stage.binaries[path] = binary


def _built(word: Word, directory: str, stage: _Stage, sources: Sources) -> Iterator[tuple[Binary, str]]:
    """The binaries that ``go build`` makes of one argument, with the names it gives them."""
    text = word.text
    if text.endswith(".go"):
        text = posixpath.dirname(text) or "."
    # What holds a star the shell has made paths of.
    is_path = text.startswith(("./", "../", "/")) or text in (".", "..") or word.text.endswith(".go") or "*" in text
    if not is_path:
        path = text.removesuffix("/...")
        if not is_known(text):
            yield Binary(None, text, word.span), posixpath.basename(text)
        elif text.endswith("/..."):
            for known, found in sources.by_path.items():
                if known == path or known.startswith(f"{path}/"):
                    yield from ((Binary(program, "", word.span), program.name) for program in found)
        else:
            found = sources.by_path.get(path, [])
            yield Binary(found[0] if len(found) == 1 else None, "", word.span), found[0].name if found else posixpath.basename(text)
        return
    folders = shown(posixpath.normpath(posixpath.join(directory, text.removesuffix("..."))), stage.sources, sources)
    if text.endswith("..."):
        for folder in folders:
            yield from ((Binary(program, "", word.span), program.name) for program in sources.below(folder))
    elif any("*" in folder for folder in folders):
        if text.endswith("/*"):
            inside = [program for folder in folders for program in sources.by_folder.get(folder.removesuffix("/*"), [])]
            if inside:
                # The files of a program's folder.
                yield Binary(inside[0] if len(inside) == 1 else None, "", word.span), inside[0].name
                return
        for known, found in sources.by_folder.items():
            if any(fnmatchcase(known, folder) and known.count("/") == folder.count("/") for folder in folders):
                yield from ((Binary(program, "", word.span), program.name) for program in found)
    else:
        candidates = [program for folder in folders for program in sources.by_folder.get(folder, [])]
        unknown = next((folder for folder in folders if not is_known(folder)), "")
        if len(candidates) == 1:
            yield Binary(candidates[0], "", word.span), candidates[0].name
        else:
            yield Binary(None, "" if candidates else unknown, word.span), posixpath.basename(text)


def shown(path: str, placed: Iterable[tuple[str, str]], sources: Sources) -> tuple[str, ...]:
    """The folders in view that a folder of the image holds the contents of: of those copied into the nearest folder above it."""
    inside = [
        (len(folder), posixpath.normpath(posixpath.join(origin, inner)))
        for folder, origin in placed
        if (inner := _inside(path, folder)) is not None
    ]
    nearest = sorted({length for length, _ in inside}, reverse=True)
    for length in nearest:
        found = tuple(dict.fromkeys(origin for size, origin in inside if size == length))
        if any(not is_known(item) or "*" in item or sources.holds_code(item) for item in found):
            return found
    return ()


def starts(image: BuiltImage, command: Sequence[Word], args: Sequence[Word]) -> tuple[str, tuple[Word, ...]]:
    """The path of what a container of the image starts, and its whole command line; an empty path where that is not known.

    ``command`` and ``args`` are those of the container, which replace ENTRYPOINT and CMD (kubernetes.io/docs, "Define a Command and
    Arguments for a Container").
    """
    if command:
        line = (*unwrapped(tuple(command)), *args)
    else:
        rest = tuple(args) or (image.command or ())
        line = (*(image.entrypoint or ()), *rest)
    line = unwrapped(tuple(line))
    if not line:
        return "", ()
    return find_binary(image, line[0].text), line


def find_binary(image: BuiltImage, name: str) -> str:
    """The path of a program by the name that a command line gives it."""
    if "/" in name:
        return posixpath.normpath(posixpath.join(image.working_directory, name))
    path = next((word.text for key, word in image.environment if key == "PATH"), "")
    for folder in (*(part for part in path.split(":") if part and is_known(part)), *_PATH):
        if f"{folder.rstrip('/')}/{name}" in image.binaries:
            return f"{folder.rstrip('/')}/{name}"
    # An exec form without a folder is looked for in PATH alone; some runtimes look where they start as well.
    inner = posixpath.join(image.working_directory, name)
    return inner if inner in image.binaries else name
