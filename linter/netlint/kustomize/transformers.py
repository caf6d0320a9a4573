"""Namespace, name prefix and suffix, labels, annotations, replicas: one value into the fields that the tables name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.field_paths import applies, changed
from netlint.kustomize.nodes import Fields, items_at, replaced, text_at, text_from, with_at, with_field
from netlint.kustomize.nodes import Items as _Items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.kustomize.field_paths import FieldPath
    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource
    from netlint.kustomize.tables import Tables

_BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")
_KEEP_THEIR_NAMES: Final = (("", "CustomResourceDefinition"), ("apiregistration.k8s.io", "APIService"), ("", "Namespace"))
"""Group, where it matters, and kind (kustomize api/internal/builtins/PrefixTransformer.go, ``prefixFieldSpecsToSkip``)."""


def in_namespace(resource: Resource, namespace: Value, tables: Tables) -> Resource:
    """The object in ``namespace``: its own, that of accounts called ``default`` which a binding names, and the name of a Namespace."""
    resource = resource.remembering()
    name = text_from(namespace, namespace.text)
    node: Node = resource.node
    identity = resource.identity
    if not identity.is_cluster_scoped:
        node = with_at(resource.node, ("metadata", "namespace"), name, name)
    is_binding = identity.kind in _BINDINGS
    if is_binding:
        node = _with_subjects(node, name)
    for path in tables.namespace:
        is_own = path.names == ("metadata", "namespace") or (is_binding and path.names == ("subjects", "namespace"))
        is_other_name = path.names == ("metadata", "name") and text_at(node, "apiVersion") != "v1"
        if not is_own and not is_other_name and applies(path, identity):
            node = changed(node, path.names, lambda _: name, (lambda: name) if path.creates else None, name)
    return resource._replace(node=_fields(node, resource))


def _with_subjects(node: Node, name: Value) -> Node:
    def placed(subject: Node) -> Node:
        if isinstance(subject, Fields) and text_at(subject, "name") == "default":
            return with_field(subject, text_from(name, "namespace"), name)
        return subject

    def all_placed(subjects: Node) -> Node:
        return replaced(subjects, map(placed, items_at(subjects))) if isinstance(subjects, _Items) else subjects

    return changed(node, ("subjects",), all_placed)


def prefixed(resource: Resource, prefix: Value) -> Resource:
    """The object under a name with ``prefix`` before it; definitions, API services and Namespaces keep theirs."""
    if _keeps_its_name(resource):
        return resource
    resource = resource._replace(prefixes=(*resource.prefixes, prefix.text)).remembering()
    return renamed(resource, prefix.text + resource.name)


def suffixed(resource: Resource, suffix: Value) -> Resource:
    """The object under a name with ``suffix`` behind it."""
    if _keeps_its_name(resource):
        return resource
    resource = resource._replace(suffixes=(*resource.suffixes, suffix.text)).remembering()
    return renamed(resource, resource.name + suffix.text)


def affixed(resource: Resource, prefix: Value | None, suffix: Value | None, paths: Iterable[FieldPath]) -> Resource:
    """The object with something put before and behind the texts that the paths lead to; its name is one of them only if they say so."""
    before, behind = prefix.text if prefix else "", suffix.text if suffix else ""
    source = prefix or suffix
    if source is None or _keeps_its_name(resource):
        return resource

    def written(field: Node) -> Node:
        return text_from(source, f"{before}{field.text}{behind}") if isinstance(field, Value) else field

    for path in paths:
        if not applies(path, resource.identity):
            continue
        if path.names == ("metadata", "name"):
            resource = prefixed(resource, prefix) if prefix and before else resource
            resource = suffixed(resource, suffix) if suffix and behind else resource
        else:
            node = changed(resource.node, path.names, written)
            resource = resource._replace(node=_fields(node, resource))
    return resource


def renamed(resource: Resource, name: str) -> Resource:
    """The object under a name made of its own, which is where it is still written."""
    metadata = resource.node.get("metadata")
    written = metadata.get("name") if isinstance(metadata, Fields) else None
    source = written if isinstance(written, Value) else Value("name", ScalarType.STRING, resource.node.span)
    return resource.named(text_from(source, name))


def _keeps_its_name(resource: Resource) -> bool:
    first = resource.original
    return any(group in ("", first.group) and kind == first.kind for group, kind in _KEEP_THEIR_NAMES)


def labelled(resource: Resource, labels: Iterable[tuple[Value, Value]], paths: Iterable[FieldPath]) -> Resource:
    """The object with labels (or annotations) set in the mappings that the paths lead to."""
    pairs = [(key, value if value.type is ScalarType.STRING else text_from(value, value.text)) for key, value in sorted(labels)]
    if not pairs:
        return resource

    def labelled_mapping(mapping: Node) -> Node:
        if isinstance(mapping, Fields):
            for key, value in pairs:
                mapping = with_field(mapping, key, value)
        return mapping

    source = pairs[0][0]
    node: Node = resource.node
    for path in paths:
        if applies(path, resource.identity):
            node = changed(node, path.names, labelled_mapping, (lambda: Fields({}, source.span)) if path.creates else None, source)
    return resource._replace(node=_fields(node, resource))


def scaled(resource: Resource, count: Value, paths: Iterable[FieldPath]) -> Resource:
    """The object with another number of replicas."""
    node: Node = resource.node
    for path in paths:
        if applies(path, resource.identity):
            node = changed(node, path.names, lambda _: count, (lambda: count) if path.creates else None, count)
    return resource._replace(node=_fields(node, resource))


def _fields(node: Node, resource: Resource) -> Fields:
    return node if isinstance(node, Fields) else resource.node
