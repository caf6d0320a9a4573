"""``configMapGenerator`` and ``secretGenerator``: objects out of literals and files."""

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.nodes import Fields, at, items_at, pairs_at, text_at, text_from, value_at, with_at
from netlint.kustomize.resource import Resource, with_metadata
from netlint.kustomize.trouble import NotAppliedError
from netlint.source import Span, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netlint.kustomize.nodes import Node

_BASE64_LINE: Final = 70
_BOM: Final = "\ufeff"

_Pair = tuple[Value, Value | bytes]


def generated(item: Fields, kind: str, options: Node | None, read: Callable[[str], tuple[str, bytes] | None]) -> Resource:
    """The object that an entry of a generator makes.

    ``options``: ``generatorOptions`` of the kustomization. ``read`` gives the path and content of a file named in it, or None. Raises
    NotAppliedError where the entry cannot be used.
    """
    name = value_at(item, "name")
    if name is None:
        raise NotAppliedError("has no name")
    source = name
    own = at(item, "options")
    node = Fields({}, item.span, item.size)
    node = with_at(node, ("apiVersion",), text_from(source, "v1"), source)
    node = with_at(node, ("kind",), text_from(source, kind), source)
    node = with_at(node, ("metadata", "name"), name, source)
    namespace = value_at(item, "namespace")
    if namespace is not None:
        node = with_at(node, ("metadata", "namespace"), namespace, source)
    if kind == "Secret":
        node = with_at(node, ("type",), value_at(item, "type") or text_from(source, "Opaque"), source)
        node = with_at(node, ("data",), Fields({}, item.span), source)
    keys: set[str] = set()
    for key, value in _pairs(item, read):
        if key.text in keys:
            raise NotAppliedError(f"has the key {key.text} twice")
        keys.add(key.text)
        field, content = _encoded(kind, key, value)
        data = node.get(field)
        entries = data.entries if isinstance(data, Fields) else {}
        node = with_at(node, (field,), Fields({**entries, key.text: (key, content)}, item.span), source)
    for field in ("labels", "annotations"):
        pairs = {key.text: (key, value) for key, value in (*pairs_at(options, field), *pairs_at(own, field))}
        for key, value in pairs.values():
            node = with_at(node, ("metadata", field, key.text), value, key)
    if _is_true(options, "immutable") or _is_true(own, "immutable"):
        node = with_at(node, ("immutable",), Value("true", ScalarType.BOOLEAN, source.span, source.raw or source.text), source)
    is_plain = _is_true(options, "disableNameSuffixHash") or _is_true(own, "disableNameSuffixHash")
    return Resource(node, behavior=text_at(item, "behavior"), needs_hash=not is_plain)


def combined(new: Resource, old: Resource) -> Resource:
    """What a generator with ``behavior`` merge or replace makes of the object that is there.

    Source: kustomize api/resmap/reswrangler.go, ``appendReplaceOrMerge``; api/resource/resource.go, ``CopyMergeMetaDataFieldsFrom``.
    """
    node = new.node
    source = value_at(node, "metadata", "name") or Value("", ScalarType.STRING, node.span)
    for field in ("labels", "annotations"):
        pairs = {key.text: (key, value) for key, value in (*pairs_at(old.node, "metadata", field), *pairs_at(node, "metadata", field))}
        if pairs:
            entries: dict[str, tuple[Value, Node]] = {**pairs}
            node = with_at(node, ("metadata", field), Fields(entries, node.span), source)
    node = with_metadata(node, "name", value_at(old.node, "metadata", "name"), source)
    node = with_metadata(node, "namespace", value_at(old.node, "metadata", "namespace"), source)
    for field in ("data", "binaryData") if new.behavior == "merge" else ():
        before, after = at(old.node, field), at(node, field)
        if isinstance(before, Fields):
            merged = {**before.entries, **(after.entries if isinstance(after, Fields) else {})}
            node = with_at(node, (field,), Fields(merged, before.span), source)
    return old._replace(node=node, needs_hash=old.needs_hash and new.needs_hash)


def _is_true(node: Node | None, name: str) -> bool:
    value = value_at(node, name)
    return value is not None and value.boolean is True


def _pairs(item: Fields, read: Callable[[str], tuple[str, bytes] | None]) -> Iterator[_Pair]:
    env = value_at(item, "env")
    for value in (*items_at(item, "envs"), *((env,) if env else ())):
        if isinstance(value, Value):
            yield from _env_pairs(value, _content(value.text, read))
    for value in items_at(item, "literals"):
        if isinstance(value, Value):
            yield _literal(value)
    for value in items_at(item, "files"):
        if isinstance(value, Value):
            yield _file_pair(value, read)


def _content(path: str, read: Callable[[str], tuple[str, bytes] | None]) -> tuple[str, bytes]:
    found = read(path)
    if found is None:
        raise NotAppliedError(f"names {path}, which is not there")
    return found


def _literal(value: Value) -> tuple[Value, Value]:
    key, equals, text = value.text.partition("=")
    if not equals or not key:
        raise NotAppliedError(f"has the literal {value.text[:100]}, which is no key=value")
    start = len(key) + 1
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
        start += 1
    name = Value(key, ScalarType.STRING, value.span_of(0, len(key)))
    span = value.span_of(start, start + len(text))
    # The span is exact where it is as long as the text.
    return name, Value(text, ScalarType.STRING, span, "" if span.end - span.start == len(text) else value.raw or value.text)


def _env_pairs(value: Value, found: tuple[str, bytes]) -> Iterator[tuple[Value, Value]]:
    path, content = found
    try:
        text = decode(content)
    except UndecodableError as error:
        raise NotAppliedError(f"names {value.text}, which {error}") from error
    offset = 0
    for line in text.split("\n"):
        stripped = line.removesuffix("\r").lstrip()
        start = offset + len(line.removesuffix("\r")) - len(stripped)
        offset += len(line) + 1
        if stripped and not stripped.startswith("#"):
            key, _, rest = stripped.partition("=")
            behind = start + min(len(key) + 1, len(stripped))
            yield (
                Value(key, ScalarType.STRING, Span(path, start, start + len(key))),
                Value(rest, ScalarType.STRING, Span(path, behind, behind + len(rest))),
            )


def _file_pair(value: Value, read: Callable[[str], tuple[str, bytes] | None]) -> _Pair:
    key, equals, path = value.text.partition("=")
    if not equals:
        key, path = posixpath.basename(value.text), value.text
    if not key or not path or "=" in path:
        raise NotAppliedError(f"has the file {value.text[:100]}, which is no path and no key=path")
    where, content = _content(path, read)
    name = text_from(value, key)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return name, content
    # The text is the file's without its byte order mark, as offsets count.
    length = len(text) - text.startswith(_BOM)
    return name, Value(text, ScalarType.STRING, Span(where, 0, length))


def _encoded(kind: str, key: Value, value: Value | bytes) -> tuple[str, Value]:
    """The field of the object that a value goes into, and what it is there."""
    if isinstance(value, Value) and kind == "ConfigMap":
        return "data", value
    content = value if isinstance(value, bytes) else value.text.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(content).decode("ascii")
    if len(encoded) >= _BASE64_LINE:
        lines = (encoded[start : start + _BASE64_LINE] for start in range(0, len(encoded), _BASE64_LINE))
        encoded = "".join(f"{line}\n" for line in lines)
    span = value.span if isinstance(value, Value) else key.span
    return "data" if kind == "Secret" else "binaryData", Value(encoded, ScalarType.STRING, span, key.raw or key.text)
