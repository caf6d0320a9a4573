"""Kustomization files: what belongs together, and what a patch may change."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import ConfigMap, Kustomization, Labels, ObjectMeta, PatchTarget
from netlint.kubernetes.services import config_map
from netlint.kubernetes.values import ScalarType, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree

FILE_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_OPAQUE_FIELDS: Final = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers", "crds")
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


def read_kustomization(root: Tree, path: str) -> Kustomization:
    """A kustomization or component."""
    kind = root.scalar("kind")
    targets, inline, patch_files = _read_patches(root)
    return Kustomization(
        path=path,
        directory=posixpath.dirname(path),
        is_component=kind is not None and kind.text == "Component",
        resources=(*root.strings("resources"), *root.strings("bases")),
        components=root.strings("components"),
        other_files=(*patch_files, *_other_files(root)),
        namespace=root.scalar("namespace"),
        common_labels=tuple(_selector_labels(root)),
        patch_targets=(*targets, *_replaced(root)),
        inline_patches=inline,
        generated_config_maps=tuple(_generated(root)),
        opaque=(*(field for field in _OPAQUE_FIELDS if root.get(field) is not None), *_template_labels(root)),
        span=root.span,
        image_names=tuple(_image_names(root)),
    )


def _image_names(root: Tree) -> Iterator[tuple[Value, Value]]:
    for item in root.list("images"):
        name, new_name = item.scalar("name"), item.scalar("newName")
        if name is not None and new_name is not None:
            yield name, new_name


def _read_patches(root: Tree) -> tuple[list[PatchTarget], tuple[str, ...], list[Value]]:
    targets: list[PatchTarget] = []
    inline: list[str] = []
    files: list[Value] = []
    for item in (*root.list("patches"), *root.list("patchesJson6902")):
        target = item.get("target")
        path, patch = item.scalar("path"), item.scalar("patch")
        if item.value.text:
            path = item.value
        if path is not None:
            files.append(path)
        if target is not None:
            targets.append(_patch_target(target))
        elif patch is not None:
            inline.append(patch.text)
    for value in root.strings("patchesStrategicMerge"):
        if "\n" in value.text:
            inline.append(value.text)
    return targets, tuple(inline), files


def _patch_target(selector: Tree) -> PatchTarget:
    kind, name = selector.scalar("kind"), selector.scalar("name")
    return PatchTarget(kind.text if kind else None, name.text if name else None)


def _replaced(root: Tree) -> Iterator[PatchTarget]:
    """Objects that ``replacements`` and ``replicas`` write into. Those of a replacement in a file are any."""
    for item in root.list("replacements"):
        if item.get("path") is not None:
            yield PatchTarget(None, None)
        for target in item.list("targets"):
            select = target.get("select")
            yield _patch_target(select) if select else PatchTarget(None, None)
    for item in root.list("replicas"):
        name = item.scalar("name")
        yield PatchTarget("Deployment|StatefulSet|ReplicaSet|ReplicationController", name.text if name else None)


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


def _selector_labels(root: Tree) -> Iterator[tuple[Value, Value]]:
    yield from root.scalars("commonLabels")
    for item in root.list("labels"):
        include = item.scalar("includeSelectors")
        if include is not None and include.boolean is True:
            yield from item.scalars("pairs")


def _template_labels(root: Tree) -> Iterator[str]:
    """Names the labels that go into pod templates but not into selectors: pods may carry what no manifest shows."""
    for item in root.list("labels"):
        templates, selectors = item.scalar("includeTemplates"), item.scalar("includeSelectors")
        if templates is not None and templates.boolean is True and (selectors is None or selectors.boolean is not True):
            yield "labels.includeTemplates"


def _generated(root: Tree) -> Iterator[ConfigMap]:
    for item in root.list("configMapGenerator"):
        name = item.scalar("name")
        if name is None:
            continue
        namespace = item.scalar("namespace")
        meta = ObjectMeta("v1", "ConfigMap", name.text, namespace.text if namespace else None, (), (), item.span, name.span)
        yield config_map(meta, tuple(_literals(item)))


def _literals(item: Tree) -> Iterator[tuple[Value, Value]]:
    for literal in item.strings("literals"):
        key, equals, text = literal.text.partition("=")
        if equals:
            text = re.sub(r"^([\"'])(.*)\1$", r"\2", text)
            start = len(literal.text) - len(text) if literal.text.endswith(text) else len(key) + 1
            yield (
                Value(key, ScalarType.STRING, literal.span_of(0, len(key))),
                Value(text, ScalarType.STRING, literal.span_of(start, start + len(text))),
            )


def merge_labels(labels: Labels, overrides: Labels) -> Labels:
    """``labels`` with ``overrides`` put over them, as ``commonLabels`` does."""
    taken = {key.text for key, _ in overrides}
    return (*((key, value) for key, value in labels if key.text not in taken), *overrides)
