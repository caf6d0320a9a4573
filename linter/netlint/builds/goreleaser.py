"""``.goreleaser.yaml``: images and the binaries put into each (goreleaser.com/customization, builds, dockers, dockers_v2, kos).

A Dockerfile is built in a folder of its own that holds the binaries and nothing of the repository.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.builds.documents import text_of, trees, word
from netlint.builds.facts import ImageBuild, Prebuilt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.builds.facts import Word
    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value
    from netlint.source import SourceFile, Span

_PROJECT: Final = "${github_event_repository_name}"
"""What a project is called that its file gives no name: like its repository."""
_TEMPLATE: Final = re.compile(r"\{\{(?P<text>[^{}]*)\}\}")
_BRANCH: Final = re.compile(r"\{\{-?\s*(?:if|with|range)\b")
_END: Final = re.compile(r"\{\{-?\s*end\s*-?\}\}")
_PLATFORM_FOLDER: Final = "linux/amd64"
"""Where ``dockers_v2`` puts the binaries, for each platform."""


class _Build(NamedTuple):
    id: str
    binary: str
    program: str
    span: Span


def read_goreleaser(source: SourceFile) -> Iterator[ImageBuild]:
    """The images of a file. It is started at the root as a rule, else in its own folder."""
    folder = posixpath.dirname(source.path) or "."
    folders = tuple(dict.fromkeys((".", folder))) if posixpath.basename(folder).startswith((".", "goreleaser")) else (folder,)
    for tree in trees(source):
        project = text_of(tree, "project_name") or _PROJECT
        builds = tuple(_builds(tree, project))
        for key in ("dockers", "dockers_v2"):
            for item in tree.list(key):
                yield from _dockerfile(item, builds, project, folders, is_new=key == "dockers_v2")
        for item in tree.list("kos"):
            yield from _ko(item, builds, project, folders)


def _builds(tree: Tree, project: str) -> Iterator[_Build]:
    items = tuple(tree.list("builds"))
    for item in items:
        if text_of(item, "skip") != "true" and text_of(item, "builder") in ("", "go"):
            folder, main = text_of(item, "dir"), text_of(item, "main")
            binary = _plain(text_of(item, "binary"), project) or project
            yield _Build(text_of(item, "id") or project, binary, _plain(posixpath.join(folder, main or "."), project), item.span)
    if not items:
        yield _Build(project, project, ".", tree.span)


def _dockerfile(item: Tree, builds: tuple[_Build, ...], project: str, folders: tuple[str, ...], *, is_new: bool) -> Iterator[ImageBuild]:
    if text_of(item, "goos") not in ("", "linux"):
        return
    ids = {entry.value.text for entry in item.list("ids")}
    chosen = [build for build in builds if not ids or build.id in ids]
    places = (_PLATFORM_FOLDER,) if is_new else ("",)
    binaries = tuple(Prebuilt(posixpath.join(place, build.binary), build.program, build.span) for build in chosen for place in places)
    flags = (entry.value.text.partition("--build-arg=")[2].partition("=") for entry in item.list("build_flag_templates"))
    args = tuple((name, _plain(value, project)) for name, equals, value in flags if equals)
    for name in _names(item, "images" if is_new else "image_templates", project):
        yield ImageBuild(
            image=name,
            how="dockerfile",
            folders=folders,
            context=".",
            dockerfile=_plain(text_of(item, "dockerfile"), project) or "Dockerfile",
            is_in_context=False,
            target="",
            args=args,
            program="",
            by="goreleaser entry",
            span=name.span,
            binaries=binaries,
        )


def _ko(item: Tree, builds: tuple[_Build, ...], project: str, folders: tuple[str, ...]) -> Iterator[ImageBuild]:
    """Of names that end in a checksum of the import path nothing is said."""
    wanted = text_of(item, "build") or project
    build = next((build for build in builds if build.id == wanted), None)
    main = text_of(item, "main")
    program = posixpath.join(text_of(item, "working_dir"), main) if main or build is None else build.program
    last = posixpath.basename(posixpath.normpath(program))
    for name in (*_names(item, "repositories", project), *_name_of(item.scalar("repository"), project)):
        if text_of(item, "bare") == "true":
            image = name
        elif text_of(item, "base_import_paths") == "true" and last not in (".", ""):
            image = name._replace(text=f"{name.text}/{last}")
        else:
            continue
        yield ImageBuild(image, "ko", folders, ".", "", True, "", (), program, "goreleaser entry", name.span)


def _names(item: Tree, key: str, project: str) -> Iterator[Word]:
    """The repositories of a list of names, each once: tags tell versions and platforms apart, which hold the same program."""
    found: dict[str, Word] = {}
    for entry in item.list(key):
        for name in _name_of(entry.value, project):
            found.setdefault(name.text, name)
    yield from found.values()


def _name_of(value: Value | None, project: str) -> Iterator[Word]:
    if value is None:
        return
    name = _plain(value.text, project)
    head, slash, last = name.rpartition("/")
    repository = f"{head}{slash}{last.partition(':')[0]}"
    if repository.replace("${_}", "").strip("/"):
        yield word(value)._replace(text=repository)


def _plain(text: str, project: str) -> str:
    """A text with the name of the project put in, and what else is not known as a variable."""

    def value(match: re.Match[str]) -> str:
        name = match["text"].strip("- \t").removeprefix(".")
        return project if name == "ProjectName" else f"${{{name[4:]}}}" if re.fullmatch(r"Env\.[A-Za-z_]\w*", name) else "${_}"

    branch, ends = _BRANCH.search(text), [match.end() for match in _END.finditer(text)]
    if branch is not None and ends:
        text = f"{text[: branch.start()]}${{_}}{text[ends[-1] :]}"
    return _TEMPLATE.sub(value, text) if "{{" in text else text
