"""What the selectors of NetworkPolicies find in view, and what they all but find."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.kubernetes.values import is_placeholder
from netlint.model.policy_reach import IDENTITY_KEYS, may_match
from netlint.model.selection import CONTROLLER_LABELS
from netlint.model.spelling import is_misspelling
from netlint.model.units import compatible, near, near_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import NetworkPolicy, ObjectMeta, Selector, Workload
    from netlint.kubernetes.values import Value
    from netlint.model.units import Unit


class PodMiss(NamedTuple):
    """A workload whose pods a selector all but finds: they have ``found`` where it asks for ``key: value``.

    ``found`` is the value under the same key, or, with ``is_other_key``, the key under which they have the same value.
    """

    workload: Workload
    key: Value
    value: Value
    found: Value
    is_other_key: bool


def is_tellable(selector: Selector) -> bool:
    """Whether something can be said of what a selector of pods finds: labels that controllers set are not in view."""
    keys = [key.text for key, _ in selector.match_labels] + [item.key.text for item in selector.requirements]
    return bool(keys) and not any(key in CONTROLLER_LABELS for key in keys)


def pods_of(units: Sequence[Unit], selector: Selector) -> Iterator[tuple[Unit, Workload]]:
    """Every workload of the run, of whatever unit and namespace, whose pods a selector may match."""
    for unit in units:
        for workload in _candidates(unit, selector):
            if may_match(selector, workload):
                yield unit, workload


def _candidates(unit: Unit, selector: Selector) -> Iterator[Workload]:
    if not selector.match_labels:
        yield from (*unit.workloads, *unit.outlines)
        return
    key, value = selector.match_labels[0]
    for carried, workloads in unit.pods_by_key.get(key.text, {}).items():
        if carried == value.text or is_placeholder(carried):
            yield from workloads
    for blank, by_value in unit.pods_by_key.items():
        if is_placeholder(blank):
            yield from (workload for workloads in by_value.values() for workload in workloads)


def near_miss(unit: Unit, meta: ObjectMeta, selector: Selector, *, in_namespace: bool) -> PodMiss | None:
    """A workload near the policy that a selector was meant to find: one label differs, by a slip of the pen or by its key alone.

    ``in_namespace``: whether it has to be in the policy's own namespace.
    """
    if selector.requirements or not is_tellable(selector):
        return None
    for workload in near_workloads(unit, meta):
        if in_namespace and not compatible(meta.namespace, workload.meta.namespace):
            continue
        carried = {key.text: (key, value) for key, value in workload.template.labels}
        differing = [
            (key, value) for key, value in selector.match_labels if key.text not in carried or carried[key.text][1].text != value.text
        ]
        if len(differing) == 1 and not workload.is_batch:
            miss = _miss(workload, *differing[0], carried)
            if miss is not None:
                return miss
    return None


def _miss(workload: Workload, key: Value, value: Value, carried: dict[str, tuple[Value, Value]]) -> PodMiss | None:
    if key.text in carried:
        found = carried[key.text][1]
        return PodMiss(workload, key, value, found, False) if is_misspelling(value.text, found.text) else None
    if key.text not in IDENTITY_KEYS or workload.meta.name != value.text:
        return None
    other = next((name for name, text in carried.values() if name.text in IDENTITY_KEYS and text.text == value.text), None)
    return PodMiss(workload, key, value, other, True) if other is not None else None


def pods_elsewhere(unit: Unit, policy: NetworkPolicy, found: Sequence[tuple[Unit, Workload]]) -> Workload | None:
    """A workload near the policy among ``found``, where all of them are in other namespaces than it; None otherwise."""
    namespace = policy.meta.namespace
    if namespace is None or any(compatible(namespace, workload.meta.namespace) for _, workload in found):
        return None
    return next((workload for other, workload in found if other is unit and near(unit, policy.meta, workload.meta)), None)


def namespace_labels_in_view(units: Sequence[Unit], name: str) -> list[tuple[ObjectMeta, dict[str, str]]]:
    """The Namespace objects of the run that have a name, with their labels."""
    return [
        (item.meta, {key.text: value.text for key, value in item.meta.labels})
        for unit in units
        for item in unit.namespaces
        if item.meta.name == name
    ]


def known_namespaces(units: Sequence[Unit]) -> frozenset[str]:
    """The names of all namespaces that something of the run stands in or makes."""
    made = {item.meta.name for unit in units for item in unit.namespaces}
    used = {meta.namespace for unit in units for meta in unit.objects() if meta.namespace}
    return frozenset(made | used)
