"""References that follow renames: what names an object by a name it had names it by the one it has.

Source: kustomize api/filters/nameref/nameref.go, api/internal/accumulator/namereferencetransformer.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.kubernetes.values import Value
from netlint.kustomize.field_paths import applies, changed
from netlint.kustomize.nodes import Fields, Items, replaced, text_at, text_from, value_at, with_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netlint.kustomize.field_paths import FieldPath
    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Identity, Resource
    from netlint.kustomize.tables import NameReference, Tables


def with_references(resources: Sequence[Resource], tables: Tables) -> tuple[Resource, ...]:
    """The objects with the names that they refer to by as they are now."""
    renamed = [item for item in resources if item.previous]
    if not renamed:
        return tuple(resources)
    by_kind: dict[str, list[Resource]] = {}
    for item in renamed:
        for kind in {identity.kind for identity in item.previous}:
            by_kind.setdefault(kind, []).append(item)
    fields = [
        (reference, path, by_kind[reference.kind])
        for reference in tables.name_references
        if reference.kind in by_kind
        for path in reference.fields
    ]
    return tuple(_with_names(item, fields) for item in resources)


def _with_names(referrer: Resource, fields: Iterable[tuple[NameReference, FieldPath, list[Resource]]]) -> Resource:
    first = referrer.original
    node: Node = referrer.node
    for reference, path, candidates in fields:
        if applies(path, first):
            node = changed(node, path.names, _setter(referrer, reference, path, candidates))
    return referrer._replace(node=node) if isinstance(node, Fields) else referrer


def _setter(referrer: Resource, reference: NameReference, path: FieldPath, candidates: list[Resource]) -> Callable[[Node], Node]:
    reachable = [item for item in candidates if _reaches(referrer, item)]

    def set_name(node: Node) -> Node:
        if isinstance(node, Items):
            return replaced(node, map(set_name, node.items))
        if isinstance(node, Value):
            target = _target(node.text, referrer, reference, path, reachable, by_namespace=False)
            return node if target is None or target.name == node.text else text_from(node, target.name)
        name = value_at(node, "name")
        if not isinstance(node, Fields) or name is None:
            return node
        return _with_name_and_namespace(node, name)

    def _with_name_and_namespace(node: Fields, name: Value) -> Fields:
        namespace = value_at(node, "namespace")
        near = reachable
        if namespace is not None:
            near = [item for item in reachable if item.original.namespace == namespace.text] or [
                item for item in reachable if item.identity.namespace == namespace.text
            ]
        target = _target(name.text, referrer, reference, path, near, by_namespace=True)
        if target is None or (target.name == name.text and not target.namespace):
            return node
        if target.name != name.text:
            node = _renamed(node, name, target.name)
        written = value_at(target.node, "metadata", "namespace")
        if written is None or (namespace is not None and namespace.text == written.text):
            return node
        return with_field(node, text_from(written, "namespace"), text_from(written, written.text))

    return set_name


def _renamed(node: Fields, name: Value, text: str) -> Fields:
    return with_field(node, node.entries["name"][0], text_from(name, text))


def _reaches(referrer: Resource, target: Resource) -> bool:
    """Whether one object can refer to the other: both in one namespace, or one of them in none, or an account that a binding names."""
    mine, theirs = referrer.identity, target.identity
    if mine.is_cluster_scoped or theirs.is_cluster_scoped or mine.namespace == theirs.namespace:
        return True
    if mine.kind not in ("RoleBinding", "ClusterRoleBinding"):
        return False
    subjects = referrer.node.get("subjects")
    named = [text_at(item, "namespace") for item in (subjects.items if isinstance(subjects, Items) else [])]
    return target.namespace in named


def _target(
    name: str, referrer: Resource, reference: NameReference, path: FieldPath, candidates: list[Resource], *, by_namespace: bool
) -> Resource | None:
    """The one object that was called ``name``; None where there is none or where kustomize could not tell which."""
    found = [
        item
        for item in candidates
        if any(identity.name == name for identity in item.previous)
        and any(_is_kind(identity, reference.kind, reference.group, reference.version) for identity in item.previous)
    ]
    if path.names[-2:] == ("roleRef", "name"):
        group, kind = text_at(referrer.node, "roleRef", "apiGroup"), text_at(referrer.node, "roleRef", "kind")
        if group and kind:
            found = [item for item in found if any(_is_kind(identity, kind, group, "") for identity in item.previous)]
    mine = referrer.identity
    if not mine.is_cluster_scoped:
        found = [
            item
            for item in found
            if item.identity.is_cluster_scoped or item.kind == "ServiceAccount" or item.identity.namespace == mine.namespace
        ]
    if len(found) == 1:
        return found[0]
    found = [item for item in found if _came_the_same_way(referrer, item, may_be_empty=True)]
    if len(found) > 1:
        found = [item for item in found if _came_the_same_way(referrer, item, may_be_empty=False)]
    names = {(item.name, item.namespace if by_namespace else "") for item in found}
    return found[0] if len(names) == 1 else None


def _is_kind(identity: Identity, kind: str, group: str, version: str) -> bool:
    return kind in ("", identity.kind) and group in ("", identity.group) and version in ("", identity.version)


def _came_the_same_way(first: Resource, second: Resource, *, may_be_empty: bool) -> bool:
    return _same_end(first.prefixes, second.prefixes, may_be_empty) and _same_end(first.suffixes, second.suffixes, may_be_empty)


def _same_end(first: tuple[str, ...], second: tuple[str, ...], may_be_empty: bool) -> bool:
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return may_be_empty or not longer
    return longer[-len(shorter) :] == shorter
