"""Workflows of GitHub Actions: steps that build images (github.com/docker/build-push-action, docker/metadata-action), and their scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.builds.docker_command import image_builds
from netlint.builds.documents import text_of, trees
from netlint.builds.facts import ImageBuild, Script, Word
from netlint.builds.shell import commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value
    from netlint.source import SourceFile

_EXPRESSION: Final = re.compile(r"\$\{\{\s*(?P<text>[^}]*?)\s*\}\}")
_OUTPUT: Final = re.compile(r"steps\.(?P<step>[\w-]+)\.outputs\.tags")
_NAME: Final = re.compile(r"[^\s,]+")


def read_workflow(source: SourceFile) -> Iterator[ImageBuild]:
    """The images that the steps of a workflow's jobs build; paths count from the root of the repository."""
    for tree in trees(source):
        jobs = tree.get("jobs")
        for _, job in jobs.entries().values() if jobs else ():
            steps = job.list("steps")
            environment = {name: value for item in (tree, job) for name, value in _environment(item)}
            names: dict[str, list[Word]] = {}
            for step in steps:
                uses = text_of(step, "uses")
                if uses.startswith("docker/metadata-action@"):
                    images = step.scalar("with", "images")
                    names[text_of(step, "id")] = list(_names(images, environment, names)) if images else []
                elif uses.startswith("docker/build-push-action@"):
                    yield from _action(step, environment, names)
                elif (run := step.scalar("run")) is not None and "build" in run.text and not text_of(step, "working-directory"):
                    script = Script(source.path, _plain(run.text, environment).replace("\\\n", "  "), ((0, run.span.start),))
                    for build in image_builds(commands(script), (".",), "workflow step"):
                        yield build._replace(image=build.image._replace(span=run.span), span=run.span)


def _environment(tree: Tree) -> Iterator[tuple[str, str]]:
    for key, value in tree.scalars("env"):
        yield key.text, value.text


def _plain(text: str, environment: Mapping[str, str]) -> str:
    """The text with what ``env`` says put in; other expressions are unknown variables."""

    def value(match: re.Match[str]) -> str:
        name = match["text"].removeprefix("env.")
        known = environment.get(name) if match["text"].startswith("env.") else None
        return known if known is not None and "${{" not in known else "${_}"

    return _EXPRESSION.sub(value, text)


def _names(value: Value, environment: Mapping[str, str], known: Mapping[str, list[Word]]) -> Iterator[Word]:
    """The names of images in a list, a line or a comma each."""
    for output in _OUTPUT.finditer(value.text):
        yield from known.get(output["step"], ())
    if not _OUTPUT.search(value.text):
        for match in _NAME.finditer(_plain(value.text, environment)):
            yield Word(match[0].removeprefix("name="), value.span)


def _action(step: Tree, environment: Mapping[str, str], known: Mapping[str, list[Word]]) -> Iterator[ImageBuild]:
    tags = step.scalar("with", "tags")
    if tags is None:
        return
    context = _plain(text_of(step, "with", "context") or ".", environment)
    file = _plain(text_of(step, "with", "file"), environment)
    args = (line.strip().partition("=") for line in text_of(step, "with", "build-args").splitlines())
    given = tuple((name, _plain(value, environment)) for name, equals, value in args if equals)
    for name in dict.fromkeys(_names(tags, environment, known)):
        yield ImageBuild(
            image=name,
            how="dockerfile",
            folders=(".",),
            context=context,
            dockerfile=file,
            is_in_context=not file,
            target=_plain(text_of(step, "with", "target"), environment),
            args=given,
            program="",
            by="workflow step",
            span=name.span,
        )
