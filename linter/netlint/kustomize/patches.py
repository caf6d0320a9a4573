"""``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``: what they are, whom they mean, and their application.

Source: kustomize api/internal/builtins/PatchTransformer.go, PatchStrategicMergeTransformer.go, PatchJson6902Transformer.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import Value
from netlint.kustomize.json_patch import patched, read_operations
from netlint.kustomize.merge_keys import schema_of_object
from netlint.kustomize.nodes import Fields, Items, Node, at, text_at, value_at, with_field
from netlint.kustomize.resource import Resource, identity_of, with_metadata
from netlint.kustomize.selecting import Selector, read_selector, selects
from netlint.kustomize.strategic_merge import merged
from netlint.kustomize.trouble import NotAppliedError, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.source import Span

_OPTIONS: Final = ("allowKindChange", "allowNameChange")


class Patch(NamedTuple):
    """An entry of one of the three lists. ``span`` is where it is written; ``documents`` is empty where nothing can be read."""

    span: Span
    label: str
    documents: list[Node]
    target: Selector | None
    may_change_kind: bool = False
    may_change_name: bool = False


def read_patches(items: Iterable[Node], documents: Callable[[Value, bool], list[Node]]) -> list[Patch]:
    """The entries of a list of patches. ``documents`` gives what stands in a file, or in the text of a scalar."""
    found = []
    for item in items:
        path, patch = value_at(item, "path"), value_at(item, "patch")
        if isinstance(item, Value):
            is_text = "\n" in item.text or item.text.lstrip()[:1] in ("{", "[")
            path, patch = (None, item) if is_text else (item, None)
        source = patch if patch is not None and patch.text.strip() else path
        if source is None:
            continue
        target = at(item, "target")
        kind, name = (value_at(item, "options", option) for option in _OPTIONS)
        found.append(
            Patch(
                source.span,
                f"patch {source.text}" if source is path else "patch",
                documents(source, source is patch),
                read_selector(target) if target is not None else None,
                kind is not None and kind.boolean is True,
                name is not None and name.boolean is True,
            )
        )
    return found


def apply_patch(
    resources: tuple[Resource, ...], patch: Patch, is_passed_over: Callable[[str, str], bool]
) -> tuple[tuple[Resource, ...], list[Trouble]]:
    """The objects after the patch, and what of it could not be done; objects that it may mean then are unsure."""
    if not patch.documents:
        return _unsure(resources, patch), [Trouble(patch.span, f"{patch.label} is missing or holds nothing that can be read", fails=True)]
    try:
        if isinstance(patch.documents[0], Items):
            return _with_operations(resources, patch)
        if patch.target is not None:
            return _merged_into_target(resources, patch, patch.target)
    except NotAppliedError as error:
        return _unsure(resources, patch), [Trouble(patch.span, f"{patch.label} {error}", fails=True)]
    troubles: list[Trouble] = []
    for document in patch.documents:
        resources, new = _merged_into_named(resources, patch, document, is_passed_over)
        troubles += new
    return resources, troubles


def _unsure(resources: tuple[Resource, ...], patch: Patch) -> tuple[Resource, ...]:
    """The objects, those that the patch means marked as unsure; all where that cannot be told."""

    def is_meant(resource: Resource) -> bool:
        try:
            return patch.target is None or selects(patch.target, resource)
        except NotAppliedError:
            return True

    return tuple(item._replace(is_unsure=True) if is_meant(item) else item for item in resources)


def _with_operations(resources: tuple[Resource, ...], patch: Patch) -> tuple[tuple[Resource, ...], list[Trouble]]:
    if patch.target is None:
        raise NotAppliedError("is a list of operations and has no target")
    operations = read_operations(patch.documents[0])
    troubles = []
    found = []
    for item in resources:
        if not selects(patch.target, item):
            found.append(item)
            continue
        try:
            node = patched(item.node, operations)
            found.append(item.remembering()._replace(node=node if isinstance(node, Fields) else item.node))
        except NotAppliedError as error:
            troubles.append(Trouble(patch.span, f"{patch.label} {error} ({item.kind} {item.name})", fails=True))
            found.append(item._replace(is_unsure=True))
    return tuple(found), troubles


def _merged_into_target(resources: tuple[Resource, ...], patch: Patch, target: Selector) -> tuple[tuple[Resource, ...], list[Trouble]]:
    document = patch.documents[0]
    if len(patch.documents) > 1 or not isinstance(document, Fields):
        raise NotAppliedError("holds more than one document, which a patch with a target may not")
    return _merged_where([selects(target, item) for item in resources], resources, patch, document)


def _merged_into_named(
    resources: tuple[Resource, ...], patch: Patch, document: Node, is_passed_over: Callable[[str, str], bool]
) -> tuple[tuple[Resource, ...], list[Trouble]]:
    if not isinstance(document, Fields) or not text_at(document, "kind") or not text_at(document, "metadata", "name"):
        message = f"{patch.label} names no object: kind or metadata.name is missing, and there is no target"
        return _unsure(resources, patch), [Trouble(document.span, message, fails=True)]
    wanted = identity_of(document)
    meant = [wanted in item.identities for item in resources]
    if sum(meant) != 1:
        if not any(meant) and is_passed_over(wanted.kind, wanted.name):
            return resources, []
        what = f"{wanted.kind} {wanted.name}"
        api_version = text_at(document, "apiVersion")
        there = f"there is no {what} of {api_version}" if not any(meant) else f"there are {sum(meant)} objects {what}"
        return resources, [Trouble(_name_span(document), f"{patch.label} has no target: {there}", fails=True, is_absence=True)]
    return _merged_where(meant, resources, patch, document)


def _name_span(document: Fields) -> Span:
    name = value_at(document, "metadata", "name")
    return name.span if name else document.span


def _merged_where(
    meant: list[bool], resources: tuple[Resource, ...], patch: Patch, document: Fields
) -> tuple[tuple[Resource, ...], list[Trouble]]:
    found: list[Resource] = []
    troubles = []
    for item, is_meant in zip(resources, meant, strict=True):
        if not is_meant:
            found.append(item)
            continue
        try:
            new = _merged_resource(item, patch, document)
        except NotAppliedError as error:
            troubles.append(Trouble(patch.span, f"{patch.label} {error} ({item.kind} {item.name})", fails=True))
            new = item._replace(is_unsure=True)
        if new is not None:
            found.append(new)
    return tuple(found), troubles


def _merged_resource(item: Resource, patch: Patch, document: Fields) -> Resource | None:
    """The object with the patch merged into it; None where that deletes it. It keeps its name, namespace and kind unless told otherwise."""
    schema = schema_of_object(text_at(item.node, "apiVersion"), item.kind)
    if patch.may_change_kind or patch.may_change_name:
        item = item.remembering()
    node = merged(item.node, document, schema)
    if not isinstance(node, Fields) or not node.entries:
        return None
    source = value_at(item.node, "kind")
    for field in ("apiVersion", "kind") if not patch.may_change_kind else ("apiVersion",):
        entry = item.node.entries.get(field)
        if entry is not None:
            node = with_field(node, *entry)
    if source is not None:
        if not patch.may_change_name:
            node = with_metadata(node, "name", value_at(item.node, "metadata", "name"), source)
        node = with_metadata(node, "namespace", value_at(item.node, "metadata", "namespace"), source)
    return item._replace(node=node)
