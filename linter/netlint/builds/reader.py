"""One build file into facts, by its name: pure, without a look at any other file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, Literal

from netlint.builds.facts import Builds

if TYPE_CHECKING:
    from netlint.source import SourceFile

BuildKind = Literal["dockerfile", "skaffold", "compose", "ko", "makefile", "script", "workflow", "goreleaser", "tiltfile", "procfile"]

_DOCKERFILE: Final = re.compile(r"(?:.*[._-])?(?:dockerfile|containerfile)(?:[._-].*)?", re.IGNORECASE)
_NO_DOCKERFILE: Final = re.compile(r".*\.(?:dockerignore|md|txt|go|py|js|ts|json|ya?ml|sh|j2|tmpl|tpl|erb)", re.IGNORECASE)
_COMPOSE: Final = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml", re.IGNORECASE)
_SKAFFOLD: Final = re.compile(r"skaffold[\w.-]*\.ya?ml", re.IGNORECASE)
_MAKEFILE: Final = re.compile(r"(?:GNU)?[Mm]akefile(?:\.\w+)?|.*\.mk")
_GORELEASER: Final = re.compile(r"\.?goreleaser[\w.-]*\.ya?ml", re.IGNORECASE)
_TILTFILE: Final = re.compile(r"Tiltfile(?:\.\w+)?|.*\.tiltfile")
_MARKS: Final[dict[str, tuple[bytes, ...]]] = {
    "dockerfile": (b"FROM", b"from"),
    "skaffold": (b"artifacts",),
    "compose": (b"build",),
    "ko": (b"defaultBaseImage",),
    "makefile": (b"=", b"build", b"include"),
    "goreleaser": (b"dockers", b"kos"),
    "tiltfile": (b"docker_build",),
    "script": (b"docker", b"podman", b"ko build", b"ko publish"),
    "workflow": (b"docker", b"ko build"),
    "procfile": (b":",),
}
"""Of these bytes one must be there for the file to say anything."""


def build_kind(path: str) -> BuildKind | None:
    """What a file's name says that it builds with; None when nothing."""
    name = posixpath.basename(path)
    last = name[-4:].lower()
    if last in (".yml", "yaml"):
        if name in (".ko.yaml", ".ko.yml"):
            return "ko"
        if _COMPOSE.fullmatch(name):
            return "compose"
        if _SKAFFOLD.fullmatch(name):
            return "skaffold"
        if _GORELEASER.fullmatch(name):
            return "goreleaser"
        return "workflow" if "/.github/workflows/" in f"/{path}" else None
    if last.endswith(".sh"):
        return "script"
    if last.endswith((".go", ".py")):
        return None
    if name == "Procfile":
        return "procfile"
    if _DOCKERFILE.fullmatch(name) and not _NO_DOCKERFILE.fullmatch(name):
        return "dockerfile"
    if _MAKEFILE.fullmatch(name):
        return "makefile"
    return "tiltfile" if _TILTFILE.fullmatch(name) else None


def may_build(kind: BuildKind, data: bytes) -> bool:
    """Whether the bytes of a file can hold what is asked for: one look at them."""
    return any(mark in data for mark in _MARKS[kind])


def read_build_file(source: SourceFile, kind: BuildKind) -> Builds:
    """What a file says of how images are built."""
    match kind:
        case "dockerfile":
            from netlint.builds.dockerfile import read_dockerfile

            found = read_dockerfile(source)
            return Builds(dockerfiles=(found,) if found else ())
        case "skaffold":
            from netlint.builds.skaffold import read_skaffold

            return Builds(images=tuple(read_skaffold(source)))
        case "compose":
            from netlint.builds.compose import read_compose

            return Builds(images=tuple(read_compose(source)))
        case "goreleaser":
            from netlint.builds.goreleaser import read_goreleaser

            return Builds(images=tuple(read_goreleaser(source)))
        case "tiltfile":
            from netlint.builds.tiltfile import read_tiltfile

            return Builds(images=tuple(read_tiltfile(source)))
        case "ko":
            from netlint.builds.ko import read_ko

            return Builds(ko_base=read_ko(source))
        case "makefile":
            from netlint.builds.makefile import read_makefile

            return read_makefile(source)
        case "script":
            from netlint.builds.makefile import read_script

            return Builds(images=tuple(read_script(source)))
        case "procfile":
            from netlint.builds.procfile import read_procfile

            return Builds(procfiles=(read_procfile(source),))
        case "workflow":
            from netlint.builds.workflow import read_workflow

            return Builds(images=tuple(read_workflow(source)))
