"""``transformers``: files that ask for a transformer which kustomize has built in, with fields of its own choice.

Source: kustomize api/internal/builtins (LabelTransformer.go, AnnotationsTransformer.go, PrefixTransformer.go, SuffixTransformer.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.kustomize import transformers
from netlint.kustomize.configurations import read_field_paths
from netlint.kustomize.nodes import pairs_at, text_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource


def is_patch(document: Node) -> bool:
    """Whether the document asks for a patch, written as an entry of ``patches`` is."""
    return _kind(document) == "PatchTransformer"


def _kind(document: Node) -> str:
    """What the document asks for of that which kustomize has built in; empty for what is a plugin."""
    return text_at(document, "kind") if text_at(document, "apiVersion") == "builtin" else ""


def transformed(resources: Iterable[Resource], document: Node) -> tuple[Resource, ...] | None:
    """The objects as the transformer of the document leaves them; None where it is one that is not known here."""
    fields = read_field_paths(document, "fieldSpecs")
    kind = _kind(document)
    if kind in ("LabelTransformer", "AnnotationsTransformer"):
        pairs = pairs_at(document, "labels" if kind == "LabelTransformer" else "annotations")
        return tuple(transformers.labelled(item, pairs, fields) for item in resources)
    if kind in ("PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer"):
        prefix, suffix = value_at(document, "prefix"), value_at(document, "suffix")
        return tuple(transformers.affixed(item, prefix, suffix, fields) for item in resources)
    return None
