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
_PATH: Final = re.compile(r"[A-Za-z_][\w.-]*")
_MAX_ROWS: Final = 200
_NAME: Final = re.compile(r"[^\s,]+")


def read_workflow(source: SourceFile) -> Iterator[ImageBuild]:
    """The images that the steps of a workflow's jobs build; paths count from the root of the repository."""
    for tree in trees(source):
        jobs = tree.get("jobs")
        for _, job in jobs.entries().values() if jobs else ():
            environment = {name: value for item in (tree, job) for name, value in _environment(item)}
            rows = list(_matrix(job))
            for build in _job(source.path, job, environment):
                for row in rows if any("${matrix_" in text for text in build.texts) else ({},):
                    yield _filled(build, row)


def _matrix(job: Tree) -> Iterator[dict[str, str]]:
    """What ``strategy.matrix`` gives to each run of the job: of its lists each value alone, which is enough to name an image."""
    matrix = job.get("strategy", "matrix")
    found = 0
    for key, values in matrix.entries().values() if matrix else ():
        for item in values.items():
            found += 1
            if found > _MAX_ROWS:
                return
            if key.value.text != "include":
                yield (
                    {key.value.text: item.value.text}
                    if item.value.text
                    else {f"{key.value.text}.{name.text}": value.text for name, value in item.scalars()}
                )
            else:
                yield {name.text: value.text for name, value in item.scalars()}
    if not found:
        yield {}


def _filled(build: ImageBuild, row: Mapping[str, str]) -> ImageBuild:
    """The build with the values of one row of the matrix put in."""

    def fill(text: str) -> str:
        for name, value in row.items():
            text = text.replace(_variable(f"matrix.{name}"), value)
        return text

    return build.filled(fill)


def _job(path: str, job: Tree, environment: Mapping[str, str]) -> Iterator[ImageBuild]:
    names: dict[str, list[Word]] = {}
    for step in job.list("steps"):
        uses = text_of(step, "uses")
        if uses.startswith("docker/metadata-action@"):
            images = step.scalar("with", "images")
            names[text_of(step, "id")] = list(_names(images, environment, names)) if images else []
        elif uses.startswith("docker/build-push-action@"):
            yield from _action(step, environment, names)
        elif (run := step.scalar("run")) is not None and "build" in run.text and not text_of(step, "working-directory"):
            script = Script(path, _plain(run.text, environment).replace("\\\n", "  "), ((0, run.span.start),))
            for build in image_builds(commands(script), (".",), "workflow step"):
                yield build._replace(image=build.image._replace(span=run.span), span=run.span)


def _variable(path: str) -> str:
    """How an expression that is not known stays in a text."""
    return f"${{{re.sub(r'[^A-Za-z0-9_]', '_', path)}}}"


def _environment(tree: Tree) -> Iterator[tuple[str, str]]:
    for key, value in tree.scalars("env"):
        yield key.text, value.text


def _plain(text: str, environment: Mapping[str, str]) -> str:
    """The text with what ``env`` says put in; other expressions are unknown variables."""

    def value(match: re.Match[str]) -> str:
        name = match["text"].removeprefix("env.")
        known = environment.get(name) if match["text"].startswith("env.") else None
        if known is not None and "${{" not in known:
            return known
        return _variable(match["text"]) if _PATH.fullmatch(match["text"]) else "${_}"

    return _EXPRESSION.sub(value, text)


def _names(value: Value, environment: Mapping[str, str], known: Mapping[str, list[Word]]) -> Iterator[Word]:
    """The names of images in a list, a line or a comma each."""
    for output in _OUTPUT.finditer(value.text):
        yield from known.get(output["step"], ())
    if not _OUTPUT.search(value.text):
        for match in _NAME.finditer(_plain(value.text, environment)):
            # An expression that was put in moves what stands behind it.
            span = value.span if "${{" in value.text else value.span_of(*match.span())
            yield Word(match[0].removeprefix("name="), span)


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
