"""Compose files: services that are built, with the name of their image (docs.docker.com/reference/compose-file/build)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from netlint.builds.documents import pairs, text_of, trees, word
from netlint.builds.facts import ImageBuild
from netlint.builds.shell import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree
    from netlint.source import SourceFile


def read_compose(source: SourceFile) -> Iterator[ImageBuild]:
    """The services of a file that are built and say what their image is called."""
    for tree in trees(source):
        services = tree.get("services")
        for _, service in services.entries().values() if services else ():
            found = _image_build(service, posixpath.dirname(source.path))
            if found is not None:
                yield found


def _image_build(service: Tree, folder: str) -> ImageBuild | None:
    image, build = service.scalar("image"), service.get("build")
    if image is None or build is None or text_of(build, "dockerfile_inline"):
        return None
    context = text_of(build, "context") if build.is_mapping else build.value.text
    name = word(image)
    return ImageBuild(
        image=name._replace(text=_with_defaults(name.text)),
        how="dockerfile",
        folders=(folder,),
        context=_with_defaults(context) or ".",
        dockerfile=_with_defaults(text_of(build, "dockerfile")),
        is_in_context=True,
        target=text_of(build, "target"),
        args=tuple((name, _with_defaults(value)) for name, value in pairs(build.get("args"))),
        program="",
        by="compose service",
        span=image.span,
    )


def _with_defaults(text: str) -> str:
    """The text with ``${NAME:-default}`` put in: what it is while nobody sets the variable."""
    return expand(text.replace("'", "\\'"), {}) if "$" in text else text
