"""The suffix that a generated ConfigMap or Secret gets: ten characters that stand for its content.

Source: kustomize api/hasher/hasher.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.nodes import Fields, Items, at, text_at

if TYPE_CHECKING:
    from netlint.kustomize.nodes import Node

_LENGTH: Final = 10
_CHARACTERS: Final = str.maketrans("013ae", "ghkmt")
"""So that no suffix is a word."""
_ESCAPED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What Go's encoding/json writes in another way than Python's."""


def content_hash(node: Fields) -> str:
    """The suffix for an object."""
    # A run without generated objects does not wait for OpenSSL, which takes 2 ms to load.
    import hashlib

    kind = text_at(node, "kind")
    further = {"ConfigMap": "binaryData", "Secret": "stringData"}.get(kind)
    content: object = plain(node)
    if further is not None:
        # The name should be in it; kustomize looks for a key ``metadata/name`` and finds none.
        content = {"kind": kind, "name": "", "data": _plain_at(node, "data")}
        if kind == "Secret":
            content["type"] = text_at(node, "type")
        if isinstance(at(node, further), Fields):
            content[further] = _plain_at(node, further)
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).translate(_ESCAPED)
    return hashlib.sha256(encoded.encode("utf-8", "replace")).hexdigest()[:_LENGTH].translate(_CHARACTERS)


def _plain_at(node: Fields, name: str) -> object:
    found = node.get(name)
    return "" if found is None else plain(found)


def plain(node: Node) -> object:
    """The node as JSON has it."""
    if isinstance(node, Fields):
        return {name: plain(child) for name, (_, child) in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return plain_value(node)


def plain_value(value: Value) -> object:
    """The scalar as JSON has it."""
    match value.type:
        case ScalarType.NULL:
            return None
        case ScalarType.BOOLEAN:
            return value.text == "true"
        case ScalarType.INTEGER:
            return int(value.text)
        case ScalarType.FLOAT:
            return float(value.text)
        case _:
            return value.text
