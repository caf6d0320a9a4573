"""``vars``: ``$(NAME)`` in the fields that may hold one, for the value of a field of another object.

Source: kustomize api/filters/refvar/refvar.go, expand.go; api/internal/accumulator/resaccumulator.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.field_paths import applies, changed
from netlint.kustomize.nodes import Fields, Items, at, replaced, text_at, text_from, with_field
from netlint.kustomize.replacements import split_path
from netlint.kustomize.resource import identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Resource
    from netlint.kustomize.tables import Tables

_REFERENCE: Final = re.compile(r"\$\$|\$\(([^()]*)\)")
_MAX_TEXT: Final = 4_000_000
"""Characters that a text may grow to; a longer one stays as it is written."""
_NAME_FIELD: Final = "metadata.name"


class Variable(NamedTuple):
    """An entry of ``vars``: its name, and where the object and field stand that it takes its value from."""

    name: str
    item: Fields
    path: str


def read_variable(item: Fields) -> Variable:
    """An entry as it is written."""
    path = text_at(item, "fieldref", "fieldpath") or text_at(item, "fieldref", "fieldPath")
    return Variable(text_at(item, "name"), item, path or _NAME_FIELD)


def marked(resources: Sequence[Resource], variable: Variable) -> tuple[Resource, ...]:
    """The objects, the one that gives the variable its value marked as such."""
    target = at(variable.item, "objref")
    if not isinstance(target, Fields):
        return tuple(resources)
    api_version = text_at(target, "apiVersion")
    group, _, version = api_version.rpartition("/")
    group, version = text_at(target, "group") or group, text_at(target, "version") or version or api_version
    kind, name, namespace = (text_at(target, field) for field in ("kind", "name", "namespace"))
    wanted = identity(f"{group}/{version}" if group else version, kind, namespace, name)
    is_exact = bool(namespace) or wanted.is_cluster_scoped
    return tuple(
        item._replace(variables=(*item.variables, variable.name))
        if any(
            (one.group, one.version, one.kind, one.name) == (wanted.group, wanted.version, wanted.kind, wanted.name)
            and (not is_exact or one.namespace == wanted.namespace)
            for one in item.identities
        )
        else item
        for item in resources
    )


def with_variables(
    resources: Sequence[Resource], variables: Sequence[Variable], tables: Tables
) -> tuple[tuple[Resource, ...], list[Variable]]:
    """The objects with the variables' values put in, and the variables that have none."""
    values: dict[str, Value] = {}
    missing = []
    for variable in variables:
        value = next((_value(item, variable) for item in resources if variable.name in item.variables), None)
        if value is None:
            missing.append(variable)
        else:
            values[variable.name] = value
    if not values:
        return tuple(resources), missing
    return tuple(_filled(item, values, tables) for item in resources), missing


def _value(resource: Resource, variable: Variable) -> Value | None:
    node: Node | None = resource.node
    for name in re.split(r"\.|\[|\]", variable.path) if "[" in variable.path else split_path(variable.path):
        if isinstance(node, Items):
            node = node.items[int(name)] if name.isdigit() and int(name) < len(node.items) else None
        elif name:
            node = at(node, name)
    return node if isinstance(node, Value) else None


def _filled(resource: Resource, values: Mapping[str, Value], tables: Tables) -> Resource:
    node: Node = resource.node

    def fill(old: Node) -> Node:
        if isinstance(old, Value):
            return _expanded(old, values)
        if isinstance(old, Items):
            return replaced(old, (_expanded(item, values) if isinstance(item, Value) else item for item in old.items))
        new = old
        for key, child in old.entries.values():
            if isinstance(child, Value) and (value := _expanded(child, values)) is not child:
                new = with_field(new, key, value)
        return new

    for path in tables.variables:
        if applies(path, resource.identity):
            node = changed(node, path.names, fill)
    return resource._replace(node=node) if isinstance(node, Fields) else resource


def _expanded(old: Value, values: Mapping[str, Value]) -> Value:
    if old.type is not ScalarType.STRING or "$" not in old.text:
        return old
    whole = _REFERENCE.fullmatch(old.text)
    if whole and whole[1] in values:
        return values[whole[1]]

    def text_of(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else values[match[1]].text if match[1] in values else match[0]

    longest = max(len(value.text) for value in values.values())
    if old.text.count("$") * longest > _MAX_TEXT:
        return old
    text = _REFERENCE.sub(text_of, old.text)
    return old if text == old.text else text_from(old, text)
