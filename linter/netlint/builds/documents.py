"""YAML files that are no manifests: their documents as trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.builds.facts import Word
from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.nodes import Document
from netlint.kubernetes.tree import Origin, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value
    from netlint.source import SourceFile


def trees(source: SourceFile) -> Iterator[Tree]:
    """Every document of a file that is YAML; a broken one is passed over."""
    for document in read_documents(source.text, source.path, read_all=True):
        if isinstance(document, Document):
            yield tree_of(document.root, Origin(source.path, source.text, document.start))


def word(value: Value) -> Word:
    """A scalar as a word."""
    return Word(value.text, value.span)


def text_of(tree: Tree | None, *keys: str) -> str:
    """The scalar under the keys; empty when there is none."""
    value = tree.scalar(keys[0], *keys[1:]) if tree is not None else None
    return value.text if value is not None else ""


def pairs(tree: Tree | None) -> tuple[tuple[str, str], ...]:
    """A mapping of scalars, or a list of ``NAME=value``, as pairs; what is given no value is left out."""
    if tree is None:
        return ()
    if tree.is_mapping:
        return tuple((key.text, value.text) for key, value in tree.scalars() if value.text)
    found = (item.value.text.partition("=") for item in tree.items())
    return tuple((name, value) for name, equals, value in found if equals)
