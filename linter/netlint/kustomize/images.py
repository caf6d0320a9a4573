"""``images``: other names, tags and digests for images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.patterns import anchored
from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.field_paths import applies, changed
from netlint.kustomize.nodes import Fields, Items, replaced, text_at, text_from, value_at, with_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource
    from netlint.kustomize.tables import Tables

_TAG: Final = re.compile(r":[a-zA-Z0-9_.{}-]*$")
_DIGEST: Final = re.compile(r"@sha256:[a-zA-Z0-9_.{}-]*$")
_MAX_IMAGE: Final = 4096
_LISTS: Final = ("containers", "initContainers")


class ImageChange(NamedTuple):
    """An entry of ``images``: the name it is about, and what is set."""

    name: str
    new_name: Value | None
    new_tag: Value | None
    digest: Value | None
    tag_suffix: Value | None


def read_image_change(item: Node) -> ImageChange:
    """An entry as it is written."""
    new = [value_at(item, field) for field in ("newName", "newTag", "digest", "tagSuffix")]
    return ImageChange(text_at(item, "name"), *(value if value and value.text else None for value in new))


def with_images(resource: Resource, changes: Sequence[ImageChange], tables: Tables) -> Resource:
    """The object with images changed in all lists called ``containers`` or ``initContainers``, and in the fields of the table."""
    if resource.kind == "CustomResourceDefinition":
        return resource
    node = _in_lists(resource.node, changes)
    for path in tables.images:
        if path.names[-1] != "image" or path.names[-2].removesuffix("[]") not in _LISTS:
            # The other paths lead into the lists.
            node = changed(node, path.names, lambda image: _image(image, changes)) if applies(path, resource.identity) else node
    return resource._replace(node=node) if isinstance(node, Fields) and node is not resource.node else resource


def _in_lists(node: Node, changes: Sequence[ImageChange]) -> Node:
    if isinstance(node, Items):
        return replaced(node, (_in_lists(item, changes) for item in node.items))
    if not isinstance(node, Fields):
        return node
    new = node
    for name, (key, child) in node.entries.items():
        if isinstance(child, Value):
            continue
        value = _in_lists(child, changes)
        if name in _LISTS and isinstance(value, Items):
            value = replaced(value, (_in_container(item, changes) for item in value.items))
        if value is not child:
            new = with_field(new, key, value)
    return new


def _in_container(item: Node, changes: Sequence[ImageChange]) -> Node:
    image = item.get("image") if isinstance(item, Fields) else None
    if not isinstance(item, Fields) or image is None:
        return item
    value = _image(image, changes)
    return item if value is image else with_field(item, item.entries["image"][0], value)


def _image(image: Node, changes: Sequence[ImageChange]) -> Node:
    for change in changes:
        if isinstance(image, Value) and _is_meant(image.text, change.name):
            image = _changed_image(image, change)
    return image


def _changed_image(image: Value, change: ImageChange) -> Value:
    name, tag, digest = split_image(image.text)
    # The value stands where its last part was set: that is what one would change.
    source = image
    if change.new_name:
        name, source = change.new_name.text, change.new_name
    if change.new_tag:
        tag, digest, source = change.new_tag.text, change.digest.text if change.digest else "", change.new_tag
    elif change.digest:
        tag, digest, source = "", change.digest.text, change.digest
    elif change.tag_suffix:
        tag, digest, source = tag + change.tag_suffix.text, "", change.tag_suffix
    text = name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    return image if text == image.text else text_from(source, text, ScalarType.STRING)


def _is_meant(image: str, name: str) -> bool:
    if len(image) > _MAX_IMAGE:
        return False
    if image == name:
        return True
    without_digest = _DIGEST.sub("", image)
    names = {image, _TAG.sub("", image), without_digest, _TAG.sub("", without_digest)}
    if name in names:
        return True
    # To kustomize the name is a regular expression (api/internal/image/image.go, ``IsImageMatched``).
    pattern = anchored(name)
    return pattern is not None and any(pattern.match(text) for text in names)


def split_image(image: str) -> tuple[str, str, str]:
    """Name, tag and digest (kustomize api/internal/image/image.go, ``Split``)."""
    slash = max(image.find("/"), 0)
    at, colon = image.find("@", slash), image.find(":", slash)
    if at < 0 and colon < 0:
        return image, "", ""
    if at >= 0 and (at < colon or colon < 0):
        return image[:at], "", image[at + 1 :]
    if at >= 0:
        return image[:colon], image[colon + 1 : at], image[at + 1 :]
    return image[:colon], image[colon + 1 :], ""
