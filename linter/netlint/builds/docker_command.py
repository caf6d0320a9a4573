"""``docker build`` and ``ko build`` in scripts and recipes: the images that they name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import ImageBuild, Word
from netlint.builds.shell import expand, is_known
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netlint.builds.facts import Command

_BUILDERS: Final = frozenset(("docker", "podman", "nerdctl", "buildah"))
_BUILDER_VARIABLE: Final = re.compile(r"\$[({]?\w*(?:DOCKER|CONTAINER|PODMAN|OCI)\w*[)}]?")
_MAX_VARIABLE: Final = 100
_BUILDING: Final = frozenset((("build",), ("bud",), ("buildx", "build"), ("image", "build"), ("builder", "build")))
_OPTIONS_WITH_VALUE: Final = frozenset(
    """
    --add-host --allow --annotation --attest --build-arg --build-context --builder --cache-from --cache-to --call --cgroup-parent
    --cpuset-cpus --file --iidfile --isolation --jobs --label --memory --metadata-file --network --no-cache-filter --output --platform
    --progress --provenance --sbom --secret --security-opt --shm-size --ssh --tag --target --ulimit --volume --format --arch --os
    --authfile -f -m -o -t -v
    """.split()
)
"""Of docker build, buildx build, podman build; of buildx ``--provenance`` and ``--sbom`` are written with ``=`` where they are used."""
_WRITTEN_WITH_EQUALS: Final = frozenset(("--provenance", "--sbom"))
_KO_OPTIONS_WITH_VALUE: Final = frozenset(
    "--platform --tags -t --image-label --image-annotation --sbom --sbom-dir --tarball --oci-layout-path --image-refs -j --jobs".split()
)
_ASSIGNMENT: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)
_WRAPPERS: Final = frozenset(("sudo", "env", "time", "exec", "command", "@"))
_CURRENT_FOLDER: Final = re.compile(r"\$\((?:CURDIR|PWD|shell pwd|pwd)\)|\$\{(?:CURDIR|PWD)\}|`pwd`|\$PWD\b")


def image_builds(
    commands: Iterable[Command], folders: Sequence[str], by: str, meaning: Callable[[str], str] | None = None
) -> Iterator[ImageBuild]:
    """The images that commands build. ``folders``: where they may run; ``meaning``: a word as its language reads it."""
    read = meaning or (lambda text: expand(text, {}))
    inner, shown = ".", ""
    for command in commands:
        words = [Word(read(_CURRENT_FOLDER.sub(".", word.text)), word.span) for word in command.words]
        raw = [word.text for word in command.words]
        variables: dict[str, str] = {}
        while words and (words[0].text in _WRAPPERS or (_ASSIGNMENT.fullmatch(words[0].text) and _ASSIGNMENT.match(raw[0]))):
            assigned = _ASSIGNMENT.fullmatch(words[0].text)
            if assigned:
                variables[assigned["name"]] = assigned["value"]
            del words[0], raw[0]
        if not words:
            continue
        name = posixpath.basename(words[0].text.lstrip("@-+"))
        if name == "cat" and len(words) == 2:
            shown = words[1].text
        elif name == "cd" and len(words) == 2:
            inner = posixpath.join(inner, words[1].text) if not words[1].text.startswith("/") else words[1].text
        elif name in _BUILDERS or _BUILDER_VARIABLE.fullmatch(raw[0].lstrip("@-+")[:_MAX_VARIABLE]):
            rest = _behind_build(words[1:])
            if rest is not None:
                yield from _docker_builds(rest, folders, inner, by, command, shown if command.operator == "|" else "")
        elif name == "ko" and len(words) > 1 and words[1].text in ("build", "publish"):
            yield from _ko_builds(words[2:], variables.get("KO_DOCKER_REPO", ""), folders, inner, by, command)


def _behind_build(words: Sequence[Word]) -> list[Word] | None:
    for count in (1, 2):
        if tuple(word.text for word in words[:count]) in _BUILDING:
            return list(words[count:])
    return None


def _split(words: Sequence[Word], with_value: frozenset[str]) -> tuple[list[tuple[str, Word]], list[Word]]:
    """Options with what they are given, and the other words."""
    options: list[tuple[str, Word]] = []
    others: list[Word] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.text.startswith("-") or word.text == "-":
            others.append(word)
            continue
        name, equals, value = word.text.partition("=")
        if equals:
            options.append((name, Word(value, word.span)))
        elif name in with_value and name not in _WRITTEN_WITH_EQUALS and position < len(words):
            options.append((name, words[position]))
            position += 1
        else:
            options.append((name, Word("", word.span)))
    return options, others


def _docker_builds(
    words: Sequence[Word], folders: Sequence[str], inner: str, by: str, command: Command, piped: str
) -> Iterator[ImageBuild]:
    """``piped``: the Dockerfile that is given through standard input, ``cat Dockerfile | docker build -f - .``."""
    options, others = _split(words, _OPTIONS_WITH_VALUE)
    contexts = [word for word in others if not word.text.startswith(("<", ">"))]
    if len(contexts) > 1:
        # A variable by itself holds options as a rule.
        contexts = [word for word in contexts if is_known(word.text)]
    if len(contexts) != 1 or contexts[0].text == "-" or "://" in contexts[0].text or inner.startswith("/"):
        return
    args = tuple(value.text.partition("=") for name, value in options if name == "--build-arg")
    files = [piped if value.text == "-" else value.text for name, value in options if name in ("-f", "--file")]
    targets = [value.text for name, value in options if name == "--target"]
    for name, value in options if files != [""] else ():
        if name in ("-t", "--tag") and value.text:
            yield ImageBuild(
                image=value,
                how="dockerfile",
                folders=tuple(posixpath.join(folder, inner) for folder in folders),
                context=contexts[0].text,
                dockerfile=files[-1] if files else "",
                is_in_context=not files,
                target=targets[-1] if targets else "",
                args=tuple((name_, given) for name_, equals, given in args if equals),
                program="",
                by=by,
                span=Span(value.span.path, command.words[0].span.start, command.words[-1].span.end),
            )


def _ko_builds(
    words: Sequence[Word], repository: str, folders: Sequence[str], inner: str, by: str, command: Command
) -> Iterator[ImageBuild]:
    options, programs = _split(words, _KO_OPTIONS_WITH_VALUE)
    given = {name for name, value in options if value.text not in ("false", "0")}
    for program in programs:
        if given & {"--bare"} and len(programs) == 1:
            image = repository
        elif given & {"-B", "--base-import-paths"}:
            image = f"{repository}/{posixpath.basename(program.text.rstrip('/'))}"
        else:
            # The name holds a digest of the import path, or the import path, which is asked for as it is.
            continue
        if image.strip("/"):
            yield ImageBuild(
                image=Word(image, program.span),
                how="ko",
                folders=tuple(posixpath.join(folder, inner) for folder in folders),
                context=".",
                dockerfile="",
                is_in_context=True,
                target="",
                args=(),
                program=program.text,
                by=by,
                span=Span(program.span.path, command.words[0].span.start, command.words[-1].span.end),
            )
