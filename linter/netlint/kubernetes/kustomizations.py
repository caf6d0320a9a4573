"""Kustomization files: which files belong together. What becomes of them is built in ``netlint.kustomize``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import Kustomization
from netlint.kubernetes.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree

FILE_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_FILE_LISTS: Final = (
    "patchesStrategicMerge",
    "configurations",
    "transformers",
    "generators",
    "validators",
    "crds",
)


def is_kustomization_file(path: str) -> bool:
    """Whether kustomize reads the file at ``path`` as a kustomization; the kind may be left out in it."""
    return path.endswith(FILE_NAMES) and posixpath.basename(path) in FILE_NAMES


def is_below(path: str, directory: str) -> bool:
    """Whether a normal path leads into the folder, or below it."""
    folder = posixpath.normpath(directory or ".")
    return not path.startswith(("../", "/")) if folder == "." else path.startswith(f"{folder}/")


def read_kustomization(root: Tree, path: str) -> Kustomization:
    """A kustomization or component."""
    kind = root.scalar("kind")
    return Kustomization(
        path=path,
        directory=posixpath.dirname(path),
        is_component=kind is not None and kind.text == "Component",
        resources=(*root.strings("resources"), *root.strings("bases")),
        components=root.strings("components"),
        other_files=(*_patch_files(root), *_other_files(root)),
        span=root.span,
        image_names=tuple(_image_names(root)),
    )


def _image_names(root: Tree) -> Iterator[tuple[Value, Value]]:
    for item in root.list("images"):
        name, new_name = item.scalar("name"), item.scalar("newName")
        if name is not None and new_name is not None:
            yield name, new_name


def _patch_files(root: Tree) -> Iterator[Value]:
    for item in (*root.list("patches"), *root.list("patchesJson6902")):
        path = item.value if item.value.text else item.scalar("path")
        if path is not None:
            yield path


def _other_files(root: Tree) -> Iterator[Value]:
    for field in _FILE_LISTS:
        yield from root.strings(field)
    for item in root.list("replacements"):
        if path := item.scalar("path"):
            yield path
    if path := root.scalar("openapi", "path"):
        yield path
    for field in ("configMapGenerator", "secretGenerator"):
        for item in root.list(field):
            for value in (*item.strings("files"), *item.strings("envs")):
                yield Value(value.text.rpartition("=")[2], value.type, value.span)
            if env := item.scalar("env"):
                yield env
    for item in root.list("helmCharts"):
        if path := item.scalar("valuesFile"):
            yield path
        yield from item.strings("additionalValuesFiles")
