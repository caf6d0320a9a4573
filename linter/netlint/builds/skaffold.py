"""``skaffold.yaml``: artifacts, each an image with what it is built of (skaffold.dev/docs/references/yaml)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from netlint.builds.documents import pairs, text_of, trees, word
from netlint.builds.facts import ImageBuild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree
    from netlint.source import SourceFile

_OTHER_BUILDERS: Final = ("bazel", "jib", "custom")


def read_skaffold(source: SourceFile) -> Iterator[ImageBuild]:
    """The artifacts of a file, without those of profiles, which replace some of them only when they are asked for."""
    for tree in trees(source):
        if text_of(tree, "apiVersion").startswith("skaffold/"):
            build = tree.get("build")
            for artifact in build.list("artifacts") if build else ():
                found = _image_build(artifact, posixpath.dirname(source.path))
                if found is not None:
                    yield found


def _image_build(artifact: Tree, folder: str) -> ImageBuild | None:
    image = artifact.scalar("image")
    if image is None or any(artifact.get(builder) is not None for builder in _OTHER_BUILDERS):
        return None
    context = text_of(artifact, "context") or "."
    docker = artifact.get("docker") or artifact.get("kaniko")
    how, program = "dockerfile", ""
    if artifact.key("ko") is not None:
        # `main` is relative to `dir`, which is relative to the context.
        how, program = (
            "ko",
            posixpath.normpath(posixpath.join(text_of(artifact, "ko", "dir") or ".", text_of(artifact, "ko", "main") or ".")),
        )
    elif artifact.key("buildpacks") is not None:
        how = "buildpacks"
        variables = dict(pairs(artifact.get("buildpacks", "env")))
        program = variables.get("GOOGLE_BUILDABLE") or variables.get("BP_GO_TARGETS") or "."
    return ImageBuild(
        image=word(image),
        how=how,
        folders=(folder,),
        context=context,
        dockerfile=text_of(docker, "dockerfile"),
        is_in_context=True,
        target=text_of(docker, "target"),
        args=pairs(docker.get("buildArgs")) if docker else (),
        program=program,
        by="skaffold artifact",
        span=image.span,
    )
