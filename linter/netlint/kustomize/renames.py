"""References that follow renames: what names an object by a name it had names it by the one it has.

Source: kustomize api/filters/nameref/nameref.go, api/internal/accumulator/namereferencetransformer.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from netlint.kubernetes.values import Value
from netlint.kustomize.field_paths import applies
from netlint.kustomize.nodes import Fields, Items, replaced, text_at, text_from, value_at, with_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Identity, Resource
    from netlint.kustomize.tables import NameReference, Tables


_Candidates: TypeAlias = "Mapping[str, Mapping[str, Sequence[Resource]]]"
"""Objects whose name changed, by the kinds and then by the names that they had."""


class _Fields(NamedTuple):
    """The fields of one kind that hold names, as a tree of keys: what each may name, and what is below."""

    references: list[tuple[NameReference, bool]]
    """The flag: whether it is the role of a binding."""
    inner: dict[str, _Fields]


def with_references(resources: Sequence[Resource], tables: Tables) -> tuple[Resource, ...]:
    """The objects with the names that they refer to by as they are now."""
    candidates: dict[str, dict[str, list[Resource]]] = {}
    for item in resources:
        for kind, name in dict.fromkeys((identity.kind, identity.name) for identity in item.previous):
            candidates.setdefault(kind, {}).setdefault(name, []).append(item)
    if not candidates:
        return tuple(resources)
    fields: dict[tuple[str, str, str], _Fields] = {}
    found = []
    for item in resources:
        first = item.original
        if first[:3] not in fields:
            fields[first[:3]] = _fields_of(first, candidates, tables)
        node = _with_names(item.node, fields[first[:3]], item, candidates)
        found.append(item._replace(node=node) if isinstance(node, Fields) and node is not item.node else item)
    return tuple(found)


def _fields_of(identity: Identity, candidates: _Candidates, tables: Tables) -> _Fields:
    root = _Fields([], {})
    for reference in tables.name_references:
        for path in reference.fields if reference.kind in candidates or not reference.kind else ():
            if applies(path, identity):
                below = root
                for name in path.names:
                    below = below.inner.setdefault(name.removesuffix("[]"), _Fields([], {}))
                below.references.append((reference, path.names[-2:] == ("roleRef", "name")))
    return root


def _with_names(node: Node, fields: _Fields, referrer: Resource, candidates: _Candidates) -> Node:
    """``node`` with the names in its fields as they are now; lists on the way are passed through, item by item."""
    if fields.inner:
        if isinstance(node, Items):
            node = replaced(node, (_with_names(item, _Fields([], fields.inner), referrer, candidates) for item in node.items))
        elif isinstance(node, Fields):
            new = node
            for name, below in fields.inner.items():
                entry = node.entries.get(name)
                if entry is not None and (value := _with_names(entry[1], below, referrer, candidates)) is not entry[1]:
                    new = with_field(new, entry[0], value)
            node = new
    for reference, is_role in fields.references:
        node = _with_name(node, referrer, reference, candidates.get(reference.kind, {}), is_role=is_role)
    return node


def _with_name(
    node: Node, referrer: Resource, reference: NameReference, candidates: Mapping[str, Sequence[Resource]], *, is_role: bool
) -> Node:
    if isinstance(node, Items):
        return replaced(node, (_with_name(item, referrer, reference, candidates, is_role=is_role) for item in node.items))
    name = node if isinstance(node, Value) else value_at(node, "name")
    if name is None:
        return node
    near = [item for item in candidates.get(name.text, ()) if _reaches(referrer, item)]
    if not near:
        return node
    if isinstance(node, Value):
        target = _target(near, referrer, reference, is_role=is_role, by_namespace=False)
        return node if target is None or target.name == node.text else text_from(node, target.name)
    namespace = value_at(node, "namespace")
    if namespace is not None:
        near = [item for item in near if item.original.namespace == namespace.text] or [
            item for item in near if item.identity.namespace == namespace.text
        ]
    target = _target(near, referrer, reference, is_role=is_role, by_namespace=True)
    if target is None or (target.name == name.text and not target.namespace):
        return node
    if target.name != name.text:
        node = _renamed(node, name, target.name)
    written = value_at(target.node, "metadata", "namespace")
    if written is None or (namespace is not None and namespace.text == written.text):
        return node
    return with_field(node, text_from(written, "namespace"), text_from(written, written.text))


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
    candidates: Sequence[Resource], referrer: Resource, reference: NameReference, *, is_role: bool, by_namespace: bool
) -> Resource | None:
    """The one of the objects with a name that is meant; None where there is none or where kustomize could not tell which."""
    found = [
        item
        for item in candidates
        if any(_is_kind(identity, reference.kind, reference.group, reference.version) for identity in item.previous)
    ]
    if is_role:
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
