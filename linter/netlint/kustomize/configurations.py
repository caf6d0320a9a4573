"""``configurations``: files that tell kustomize further fields of further kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.kustomize.field_paths import FieldPath, field_path
from netlint.kustomize.nodes import Fields, items_at, text_at, value_at
from netlint.kustomize.tables import NameReference, Tables

if TYPE_CHECKING:
    from netlint.kustomize.nodes import Node


def with_configuration(tables: Tables, configuration: Node) -> Tables:
    """The tables with what a configuration adds."""
    return Tables(
        name_references=_merged_references(tables.name_references, configuration),
        namespace=_added(tables.namespace, configuration, "namespace"),
        labels=_added(tables.labels, configuration, "commonLabels"),
        template_labels=_added(tables.template_labels, configuration, "templateLabels"),
        annotations=_added(tables.annotations, configuration, "commonAnnotations"),
        replicas=_added(tables.replicas, configuration, "replicas"),
        images=_added(tables.images, configuration, "images"),
        variables=_added(tables.variables, configuration, "varReference"),
    )


def merged_tables(first: Tables, second: Tables) -> Tables:
    """What both have: a kustomization knows the configurations of its bases as well."""
    if first is second:
        return first
    references = first.name_references
    for reference in second.name_references:
        references = _with_reference(references, reference)
    return Tables(references, *(tuple(dict.fromkeys((*mine, *theirs))) for mine, theirs in zip(first[1:], second[1:], strict=True)))


def read_field_paths(node: Node | None, *names: str) -> list[FieldPath]:
    """Field specs as kustomize writes them: path, kind, group, version, create."""
    found = []
    for item in items_at(node, *names):
        if isinstance(item, Fields) and text_at(item, "path"):
            creates = value_at(item, "create")
            found.append(
                field_path(
                    text_at(item, "path"),
                    text_at(item, "kind"),
                    text_at(item, "group"),
                    text_at(item, "version"),
                    creates is not None and creates.boolean is True,
                )
            )
    return found


def _added(known: tuple[FieldPath, ...], configuration: Node, name: str) -> tuple[FieldPath, ...]:
    return tuple(dict.fromkeys((*known, *read_field_paths(configuration, name))))


def _merged_references(known: tuple[NameReference, ...], configuration: Node) -> tuple[NameReference, ...]:
    for item in items_at(configuration, "nameReference"):
        fields = tuple(read_field_paths(item, "fieldSpecs"))
        known = _with_reference(known, NameReference(text_at(item, "kind"), text_at(item, "group"), text_at(item, "version"), fields))
    return known


def _with_reference(known: tuple[NameReference, ...], new: NameReference) -> tuple[NameReference, ...]:
    for position, old in enumerate(known):
        if old[:3] == new[:3]:
            fields = tuple(dict.fromkeys((*old.fields, *new.fields)))
            return (*known[:position], old._replace(fields=fields), *known[position + 1 :])
    return (*known, new)
