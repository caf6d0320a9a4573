"""``replacements``: the value of one field into others.

Source: kustomize api/filters/replacement/replacement.go; kyaml yaml/match.go for the paths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.patterns import anchored
from netlint.kubernetes.values import ScalarType, Value, type_plain_scalar
from netlint.kustomize.nodes import Fields, Items, at, items_at, size_of, text_at, text_from, value_at, with_field
from netlint.kustomize.selecting import read_selector, selects, selects_identity, selects_labels
from netlint.kustomize.trouble import AbsentError, NotAppliedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource
    from netlint.kustomize.selecting import Selector

MAX_COPIED: Final = 10_000
"""Values that one replacement may copy; each can double an object."""
_DOT: Final = re.compile(r"(?<!\\)\.")
_MATCH: Final = re.compile(r"\[([^=\]]*)=(.*)\]")
_NAME_FIELD: Final = "metadata.name"
_NONE: Final = "has no source"


class _Options(NamedTuple):
    delimiter: str
    place: int
    creates: bool


def with_replacement(resources: Sequence[Resource], replacement: Fields) -> tuple[Resource, ...]:
    """The objects after one replacement. Raises NotAppliedError where its source or one of its fields is not there."""
    value = _value(resources, replacement)
    targets = items_at(replacement, "targets")
    if not targets:
        raise NotAppliedError("has no targets")
    changed = tuple(resources)
    for target in targets:
        selector = at(target, "select")
        if selector is None:
            raise NotAppliedError("has a target without select")
        wanted = read_selector(selector)
        rejected = [read_selector(item) for item in items_at(target, "reject")]
        paths = [item.text for item in items_at(target, "fieldPaths") if isinstance(item, Value)] or [_NAME_FIELD]
        options = _options(at(target, "options"))
        changed = tuple(_filled(item, value, paths, options) if _is_target(item, wanted, rejected) else item for item in changed)
    return changed


def targets_of(replacement: Fields, resources: Sequence[Resource]) -> list[bool]:
    """Which of the objects a replacement may write into."""
    selectors = [read_selector(at(target, "select")) for target in items_at(replacement, "targets")]

    def is_meant(resource: Resource) -> bool:
        try:
            return any(selects_identity(selector, one) for selector in selectors for one in resource.identities)
        except NotAppliedError:
            return True

    return [is_meant(item) for item in resources]


def _options(node: Node | None) -> _Options:
    index, create = value_at(node, "index"), value_at(node, "create")
    return _Options(text_at(node, "delimiter"), index.integer or 0 if index else 0, create is not None and create.boolean is True)


def _is_target(resource: Resource, wanted: Selector, rejected: list[Selector]) -> bool:
    if not (selects_labels(wanted.labels, resource, "labels") and selects_labels(wanted.annotations, resource, "annotations")):
        return False
    identities = resource.identities
    for selector in rejected:
        if selector.labels or selector.annotations:
            if selects(selector, resource):
                return False
        elif any(selects_identity(selector, identity) for identity in identities):
            return False
    return any(selects_identity(wanted, identity) for identity in identities)


def _value(resources: Sequence[Resource], replacement: Fields) -> Node:
    fixed = value_at(replacement, "sourceValue")
    if fixed is not None:
        return fixed
    source = at(replacement, "source")
    if source is None:
        raise NotAppliedError(_NONE)
    selector = read_selector(source)
    found = [
        item
        for item in resources
        if any(
            selector.group in ("", identity.group)
            and selector.version in ("", identity.version)
            and selector.kind in ("", identity.kind)
            and selector.name in ("", identity.name)
            and selector.namespace in ("", identity.namespace)
            for identity in item.identities
        )
    ]
    if len(found) != 1:
        message = f"takes its value from {selector.kind or 'an object'} {selector.name}, of which there are {len(found)}"
        raise NotAppliedError(message) if found else AbsentError(message, selector.kind)
    path = text_at(source, "fieldPath") or _NAME_FIELD
    node = _looked_up(found[0].node, split_path(path))
    if node is None:
        raise NotAppliedError(f"takes its value from {path} of {selector.kind} {selector.name}, which is not there")
    options = _options(at(source, "options"))
    if not options.delimiter:
        if size_of(node, MAX_COPIED) >= MAX_COPIED:
            raise NotAppliedError(f"copies more than {MAX_COPIED} values")
        return node
    if not isinstance(node, Value):
        raise NotAppliedError(f"divides {path}, which is no single value")
    parts = node.text.split(options.delimiter)
    if not 0 <= options.place < len(parts):
        raise NotAppliedError(f"takes part {options.place} of {node.text[:100]}, which has {len(parts)}")
    start = sum(map(len, parts[: options.place])) + options.place * len(options.delimiter)
    span = node.span_of(start, start + len(parts[options.place]))
    return Value(parts[options.place], node.type, span, node.raw or node.text)


def split_path(path: str) -> list[str]:
    r"""Names of a path like ``spec.containers.[name=web].image``; a dot inside of a name is ``\.``, one inside of brackets stays."""
    names: list[str] = []
    open_bracket = False
    for part in _DOT.split(path.removeprefix(".")):
        if open_bracket:
            names[-1] += f".{part}"
        else:
            names.append(part)
        open_bracket = names[-1].startswith("[") and not names[-1].endswith("]")
    words = [name.replace("\\.", ".") for name in names]
    return [word[1:-1] if word.startswith("[") and word.endswith("]") and "=" not in word else word for word in words]


def _looked_up(node: Node | None, names: list[str]) -> Node | None:
    for name in names:
        if isinstance(node, Items):
            match = _MATCH.fullmatch(name)
            if name == "-":
                node = node.items[-1] if node.items else None
            elif name.isdigit():
                node = node.items[int(name)] if int(name) < len(node.items) else None
            elif match:
                node = next((item for item in node.items if text_at(item, match[1]) == match[2]), None)
            else:
                return None
        else:
            node = node.get(name) if isinstance(node, Fields) else None
    return node


def _filled(resource: Resource, value: Node, paths: list[str], options: _Options) -> Resource:
    node: Node = resource.node
    for path in paths:
        found: list[bool] = []

        def fill(old: Node, found: list[bool] = found) -> Node:
            found.append(True)
            return _replaced(old, value, options)

        node = _at_path(node, split_path(path), fill, value if options.creates else None)
        if not found:
            raise NotAppliedError(f"writes {path} of {resource.kind} {resource.name}, which is not there")
    return resource._replace(node=node) if isinstance(node, Fields) else resource


def _replaced(old: Node, value: Node, options: _Options) -> Node:
    if isinstance(value, Value) and options.delimiter:
        if not isinstance(old, Value):
            raise NotAppliedError("divides a field that is no single value")
        parts = old.text.split(options.delimiter)
        if options.place < 0:
            parts = [value.text, *parts]
        elif options.place >= len(parts):
            parts = [*parts, value.text]
        else:
            parts[options.place] = value.text
        return _retyped(text_from(value, options.delimiter.join(parts)), old)
    if isinstance(old, Value) and isinstance(value, Value):
        return _retyped(value, old)
    if isinstance(old, Value) and old.type is not ScalarType.NULL:
        raise NotAppliedError("puts a mapping or list where a single value is")
    return value


def _retyped(value: Value, old: Value) -> Value:
    """Only the text is copied: where the old value is a string it stays one, and a plain one is read anew."""
    if old.type is ScalarType.NULL:
        return value
    kind = ScalarType.STRING if old.type is ScalarType.STRING else type_plain_scalar(value.text)[0]
    return value if kind is value.type else text_from(value, value.text, kind)


def _at_path(node: Node, names: list[str], fill: Callable[[Node], Node], created: Node | None) -> Node:
    """``node`` with ``fill`` done to all fields at the path; they are made on the way where ``created`` says of what kind they are."""
    if not names:
        return fill(node)
    name, rest = names[0], names[1:]
    if isinstance(node, Items):
        return _in_items(node, name, rest, fill, created)
    if isinstance(node, Value):
        if node.type is ScalarType.NULL and created is not None:
            return _at_path(_made(name, created), names, fill, created)
        raise NotAppliedError(f"writes {name} inside of a text, which is not done here")
    if name == "*":
        new = node
        for key, child in node.entries.values():
            new = with_field(new, key, _at_path(child, rest, fill, created))
        return new
    old = node.get(name)
    if old is None:
        if created is None:
            return node
        old = _made(rest[0], created) if rest else _empty(created)
    value = _at_path(old, rest, fill, created)
    return node if value is node.get(name) else with_field(node, text_from(_source(value), name), value)


def _in_items(node: Items, name: str, rest: list[str], fill: Callable[[Node], Node], created: Node | None) -> Node:
    items = list(node.items)
    if name == "*":
        return Items([_at_path(item, rest, fill, created) for item in items], node.span)
    if name.isdigit():
        if int(name) == len(items) and created is not None:
            items.append(_made(rest[0], created) if rest else _empty(created))
        if int(name) >= len(items):
            raise NotAppliedError(f"writes item {name} of a list that has {len(items)}")
        items[int(name)] = _at_path(items[int(name)], rest, fill, created)
        return Items(items, node.span)
    match = _MATCH.fullmatch(name)
    if not match:
        raise NotAppliedError(f"writes {name} of a list")
    pattern = anchored(f".*(?:{match[2]}).*") if not match[2].replace("-", "").replace("_", "").isalnum() else None
    is_there = False
    for position, item in enumerate(items):
        text = item.text if isinstance(item, Value) and not match[1] else text_at(item, match[1]) if match[1] else None
        have = isinstance(item, Value) if not match[1] else isinstance(at(item, match[1]), Value)
        if have and text is not None and (match[2] in text or (pattern is not None and pattern.match(text))):
            is_there = True
            items[position] = _at_path(item, rest, fill, created)
    if not is_there and created is not None:
        source = _source(created)
        text_value = text_from(source, match[2])
        made: Node = Fields({match[1]: (text_from(source, match[1]), text_value)}, source.span) if match[1] else text_value
        items.append(_at_path(made, rest, fill, created))
    return Items(items, node.span)


def _made(name: str, created: Node) -> Node:
    """What a missing field is at first whose child is called ``name``."""
    span = created.span
    return Items([], span) if name.isdigit() or name == "-" or _MATCH.fullmatch(name) else Fields({}, span)


def _empty(created: Node) -> Node:
    if isinstance(created, Value):
        return Value("", ScalarType.NULL, created.span)
    return Items([], created.span) if isinstance(created, Items) else Fields({}, created.span)


def _source(node: Node) -> Value:
    return node if isinstance(node, Value) else Value("", ScalarType.STRING, node.span, "-")
