"""JSON patches (RFC 6902) as kustomize applies them through github.com/evanphx/json-patch v4."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.nodes import Fields, Items, at, size_of, text_at, value_at, with_field, without_field
from netlint.kustomize.trouble import NotAppliedError

if TYPE_CHECKING:
    from netlint.kustomize.nodes import Node

MAX_COPIED: Final = 100_000
"""Values of an object in which something is still copied; each copy can double it."""
_INDEX: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_OPERATIONS: Final = ("add", "remove", "replace", "move", "copy", "test")


class Operation(NamedTuple):
    """One operation: what to do, the path as written, and the value or None where there is none."""

    name: str
    path: Value
    value: Node | None
    source: Value | None
    """``from`` of a move or copy."""


def read_operations(patch: Node) -> list[Operation]:
    """The operations of a patch. Raises NotAppliedError for what is none."""
    if not isinstance(patch, Items):
        raise NotAppliedError("is no list of operations")
    found = []
    for item in patch.items:
        name, path = text_at(item, "op"), value_at(item, "path")
        if name not in _OPERATIONS:
            raise NotAppliedError(f"has an operation {name or 'without op'}; there are {', '.join(_OPERATIONS)}")
        if path is None:
            raise NotAppliedError(f"has an operation {name} without a path")
        found.append(Operation(name, path, at(item, "value"), value_at(item, "from")))
    return found


def patched(node: Node, operations: list[Operation]) -> Node:
    """``node`` after the operations, one after another. Raises NotAppliedError where one does not fit."""
    for operation in operations:
        names = _names(operation.path.text)
        match operation.name:
            case "add":
                node = _changed(node, names, operation, _value(operation), adds=True)
            case "replace":
                node = _changed(node, names, operation, _value(operation), adds=False)
            case "remove":
                node = _changed(node, names, operation, None, adds=False)
            case "test":
                if _plain(_existing(node, names, operation)) != _plain(_value(operation)):
                    raise NotAppliedError(f"tests {operation.path.text} for another value than is there")
            case _:
                source = _names(operation.source.text if operation.source else "")
                value = _existing(node, source, operation)
                if size_of(node, MAX_COPIED) >= MAX_COPIED:
                    raise NotAppliedError(f"copies in an object of more than {MAX_COPIED} values")
                if operation.name == "move":
                    node = _changed(node, source, operation, None, adds=False)
                node = _changed(node, names, operation, value, adds=True)
    return node


def _names(path: str) -> list[str]:
    if not path.startswith("/"):
        return []
    return [name.replace("~1", "/").replace("~0", "~") for name in path[1:].split("/")]


def _value(operation: Operation) -> Node:
    if operation.value is None:
        return Value("", ScalarType.NULL, operation.path.span)
    return operation.value


def _existing(node: Node, names: list[str], operation: Operation) -> Node:
    for name in names:
        child = _child(node, name)
        if child is None:
            raise NotAppliedError(f"names {operation.path.text}, and there is no {name} in the object")
        node = child
    return node


def _child(node: Node, name: str) -> Node | None:
    if isinstance(node, Fields):
        return node.get(name)
    if isinstance(node, Items) and _INDEX.fullmatch(name) and -len(node.items) <= int(name) < len(node.items):
        return node.items[int(name)]
    return None


def _changed(node: Node, names: list[str], operation: Operation, value: Node | None, *, adds: bool) -> Node:
    """``node`` with ``value`` at the path, or without what is there when it is None."""
    if not names:
        if value is None:
            raise NotAppliedError("removes the whole object")
        return value
    name, rest = names[0], names[1:]
    if rest:
        child = _child(node, name)
        if child is None or isinstance(child, Value):
            raise NotAppliedError(f"names {operation.path.text}, and there is no {name} in the object")
        return _with_child(node, name, _changed(child, rest, operation, value, adds=adds), operation)
    if isinstance(node, Items) and adds and value is not None:
        return _inserted(node, name, value, operation)
    # A key that is not there may be replaced, though RFC 6902 does not let it: json-patch v4 looks no key up (``partialDoc.get``).
    if not adds and _child(node, name) is None and (value is None or not isinstance(node, Fields)):
        raise NotAppliedError(f"names {operation.path.text}, and there is no {name} in the object")
    if value is not None:
        return _with_child(node, name, value, operation)
    if isinstance(node, Fields):
        return without_field(node, name)
    assert isinstance(node, Items)
    position = int(name) % len(node.items)
    return Items([item for number, item in enumerate(node.items) if number != position], node.span)


def _with_child(node: Node, name: str, child: Node, operation: Operation) -> Node:
    if isinstance(node, Fields):
        return with_field(node, _key(operation.path, name), child)
    if not isinstance(node, Items) or _child(node, name) is None:
        raise NotAppliedError(f"names {operation.path.text}, and there is no {name} in the object")
    position = int(name) % len(node.items)
    return Items([child if number == position else item for number, item in enumerate(node.items)], node.span)


def _inserted(node: Items, name: str, value: Node, operation: Operation) -> Items:
    if name == "-":
        return Items([*node.items, value], node.span)
    if not _INDEX.fullmatch(name) or not -len(node.items) <= int(name) <= len(node.items):
        raise NotAppliedError(f"adds at {operation.path.text}, and the list has {len(node.items)} items")
    position = int(name) if not name.startswith("-") else int(name) + len(node.items) + 1
    return Items([*node.items[:position], value, *node.items[position:]], node.span)


def _key(path: Value, name: str) -> Value:
    """A key that a path makes: it stands where the last word of the path does."""
    written = name.replace("~", "~0").replace("/", "~1")
    span = path.span_of(len(path.text) - len(written), len(path.text)) if path.text.endswith(written) else path.span
    return Value(name, ScalarType.STRING, span, written if written != name else "")


def _plain(node: Node) -> object:
    if isinstance(node, Fields):
        return {name: _plain(child) for name, (_, child) in node.entries.items()}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return node.type, node.text
