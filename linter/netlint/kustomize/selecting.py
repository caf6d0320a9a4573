"""Which objects a patch's ``target`` or a replacement's ``select`` means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.patterns import anchored
from netlint.kustomize.nodes import pairs_at, text_at
from netlint.kustomize.trouble import NotAppliedError

if TYPE_CHECKING:
    from netlint.kustomize.nodes import Node
    from netlint.kustomize.resource import Identity, Resource

_MAX_TEXT: Final = 253
_MAX_SELECTOR: Final = 2000
_SET_REQUIREMENT: Final = re.compile(r"\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)\s*")
_EQUALITY: Final = re.compile(r"\s*([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)\s*")
_EXISTENCE: Final = re.compile(r"\s*(!?)\s*([^\s!=,()]+)\s*")
_COMMA: Final = re.compile(r",(?![^()]*\))")


class Selector(NamedTuple):
    """Fields as written; an empty one matches all."""

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    labels: str = ""
    annotations: str = ""


def read_selector(node: Node | None) -> Selector:
    """A selector as it is written in a kustomization."""
    return Selector(
        *(text_at(node, field) for field in ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"))
    )


def selects(selector: Selector, resource: Resource) -> bool:
    """Whether the object is meant, by its first name and namespace or its present ones. Raises NotAppliedError."""
    now, first = resource.identity, resource.original
    return (
        any(_matches(selector.namespace, text) for text in (first.namespace, now.namespace))
        and any(_matches(selector.name, text) for text in (first.name, now.name))
        and _matches(selector.group, now.group)
        and _matches(selector.version, now.version)
        and _matches(selector.kind, now.kind)
        and selects_labels(selector.labels, resource, "labels")
        and selects_labels(selector.annotations, resource, "annotations")
    )


def selects_identity(selector: Selector, identity: Identity) -> bool:
    """Whether the selector means what an object is or was called, its labels left aside."""
    pairs = zip(selector[:5], (identity.group, identity.version, identity.kind, identity.name, identity.namespace), strict=True)
    return all(_matches(pattern, text) for pattern, text in pairs)


def _matches(pattern: str, text: str) -> bool:
    if not pattern or pattern == text:
        return True
    compiled = anchored(pattern)
    if compiled is None:
        raise NotAppliedError(f"has the pattern {pattern[:100]}, which is not matched here")
    return bool(compiled.match(text[:_MAX_TEXT]))


def selects_labels(selector: str, resource: Resource, field: str) -> bool:
    """Whether labels (or annotations) are as a selector in one line asks (k8s.io/apimachinery pkg/labels/selector.go)."""
    if not selector.strip():
        return True
    if len(selector) > _MAX_SELECTOR:
        raise NotAppliedError(f"has a selector of {len(selector)} characters, which is not matched here")
    labels = {key.text: value.text for key, value in pairs_at(resource.node, "metadata", field)}
    return all(_holds(requirement, labels) for requirement in _COMMA.split(selector))


def _holds(requirement: str, labels: dict[str, str]) -> bool:
    if match := _SET_REQUIREMENT.fullmatch(requirement):
        values = [value.strip() for value in match[3].split(",")]
        is_in = labels.get(match[1]) in values
        return is_in if match[2] == "in" else not is_in
    if match := _EQUALITY.fullmatch(requirement):
        is_equal = labels.get(match[1]) == match[3]
        return is_equal if match[2] != "!=" else not is_equal
    if match := _EXISTENCE.fullmatch(requirement):
        return (match[2] in labels) != bool(match[1])
    raise NotAppliedError(f"has the selector {requirement[:100]}, which cannot be read")
