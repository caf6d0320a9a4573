"""Paths like ``spec/template/spec/containers[]/image``: where in objects of a kind a transformer writes, and writing there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.nodes import Fields, Items, is_null, replaced, text_from, with_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Identity

_SLASH: Final = re.compile(r"(?<!\\)/")


class FieldPath(NamedTuple):
    """Objects by group, version and kind (empty for any) and the names of the keys that lead to a field of theirs.

    Lists on the way are passed through, item by item. ``creates``: the field is made where it is missing.
    """

    names: tuple[str, ...]
    kind: str = ""
    group: str = ""
    version: str = ""
    creates: bool = False


def field_path(path: str, kind: str = "", group: str = "", version: str = "", creates: bool = False) -> FieldPath:
    r"""The path as kustomize writes it; a slash inside of a key is ``\/``."""
    names = tuple(name.replace("\\/", "/") for name in _SLASH.split(path.removeprefix("/")))
    return FieldPath(names, kind, group, version, creates)


def applies(path: FieldPath, identity: Identity) -> bool:
    """Whether objects of the identity's kind have the field."""
    return path.kind in ("", identity.kind) and path.group in ("", identity.group) and path.version in ("", identity.version)


def changed(
    node: Node,
    names: tuple[str, ...],
    setter: Callable[[Node], Node],
    created: Callable[[], Node] | None = None,
    source: Value | None = None,
) -> Node:
    """``node`` with ``setter`` done to each field that the names lead to.

    ``created``: what a field is at first where it is missing; None makes no field. ``source`` is where made keys are written.
    """
    if not names:
        return setter(node)
    if isinstance(node, Items):
        return replaced(node, (changed(item, names, setter, created, source) for item in node.items))
    if not isinstance(node, Fields):
        return node
    name, rest = names[0].removesuffix("[]"), names[1:]
    is_list = name != names[0]
    child = node.get(name)
    if is_null(child) and (child is not None or not is_list):
        if created is None or source is None or is_list:
            return node
        child = created() if not rest else Fields({}, source.span)
    if child is None:
        return node
    new = changed(child, rest, setter, created, source)
    if new is node.get(name):
        return node
    return with_field(node, text_from(source, name) if source else Value(name, ScalarType.STRING, child.span), new)
