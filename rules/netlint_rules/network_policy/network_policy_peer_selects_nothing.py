"""A peer's selector matches no pod or namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.policies import NAME_LABEL
from netlint.model.policy_reach import is_known, selected_pods
from netlint.model.policy_selection import is_tellable, known_namespaces, namespace_labels_in_view, near_miss, pods_elsewhere, pods_of
from netlint.model.spelling import is_misspelling
from netlint.model.units import compatible, is_complete_around, near_workloads
from netlint_rules.network_policy._related import cure_of, miss_span, selector_span, show_miss, show_selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPeer, Selector, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.policy_selection import PodMiss
    from netlint.model.units import Unit
    from netlint.source import Span

_WHY: Final = "The peer stands for nobody: those who were meant are not let through, and their connections time out"


def check(model: Model) -> Iterator[Finding]:
    """A ``podSelector`` alone is looked up in the policy's own namespace; a ``namespaceSelector`` asks for labels of Namespace objects.

    Of these only ``kubernetes.io/metadata.name`` is set by itself.
    Source: kubernetes api networking/v1/types.go:199-222, pkg/apis/core/v1/defaults.go:325-339.
    """
    namespaces = known_namespaces(model.units)
    for unit in model.units:
        for policy in unit.policies:
            if not is_known(policy) or not is_complete_around(unit, policy.meta):
                continue
            for rule in (*policy.ingress, *policy.egress):
                for peer in rule.peers:
                    if peer.pod_selector is not None:
                        yield from _of_pods(model, unit, policy, peer, peer.pod_selector)
                    if peer.namespace_selector is not None:
                        yield from _of_namespaces(model, policy, peer.namespace_selector, namespaces)


def _of_pods(model: Model, unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, selector: Selector) -> Iterator[Finding]:
    if not is_tellable(selector):
        return
    is_own = peer.namespace_selector is None
    found = list(pods_of(model.units, selector))
    if any(not is_own or compatible(policy.meta.namespace, workload.meta.namespace) for _, workload in found):
        return
    miss = near_miss(unit, policy.meta, selector, in_namespace=is_own)
    elsewhere = pods_elsewhere(unit, policy, found) if is_own else None
    if miss is not None:
        yield _near(policy, selector, miss)
    elif elsewhere is not None and selected_pods(unit, policy):
        yield _elsewhere(policy, selector, elsewhere)
    elif is_own and near_workloads(unit, policy.meta):
        where = f"namespace {policy.meta.namespace}" if policy.meta.namespace else "view"
        yield _hint(
            policy,
            selector_span(selector),
            f"{policy.meta.title} has a peer {show_selector(selector)}, which no pod template in {where} carries",
            "Nothing is to be done if another repository or an operator brings the pods; else select the labels of those that are meant",
        )


def _of_namespaces(model: Model, policy: NetworkPolicy, selector: Selector, known: frozenset[str]) -> Iterator[Finding]:
    for key, value in selector.match_labels:
        if key.text == NAME_LABEL and value.text not in known:
            meant = sorted(name for name in known if is_misspelling(value.text, name))
            if meant:
                yield _misspelt(policy, value, meant[0])
        elif key.text == "name" and not any(_has_label(unit, value.text) for unit in model.units):
            made = namespace_labels_in_view(model.units, value.text)
            cure = f"Select {NAME_LABEL}: {value.text}, which every namespace has, or give the Namespace the label name: {value.text}"
            if made:
                yield RULE.finding(
                    key.span,
                    message=f"{policy.meta.title} selects namespaces labelled name: {value.text}; Namespace {value.text} has no label name",
                    why=_WHY,
                    help=cure,
                    subject=Subject.of(policy.meta),
                    related=[Related(made[0][0].head, f"has by itself only {NAME_LABEL}: {value.text}")],
                )
            else:
                message = f"{policy.meta.title} selects namespaces labelled name: {value.text}, a label that none has by itself"
                yield _hint(policy, key.span, message, cure)


def _has_label(unit: Unit, name: str) -> bool:
    """Whether a Namespace in view is labelled ``name: …`` with this value."""
    return any(key.text == "name" and value.text == name for item in unit.namespaces for key, value in item.meta.labels)


def _near(policy: NetworkPolicy, selector: Selector, miss: PodMiss) -> Finding:
    return RULE.finding(
        miss_span(miss),
        message=f"{policy.meta.title} has a peer {show_selector(selector)}, which no pod carries; those of {miss.workload.meta.title} have "
        f"{show_miss(miss)}",
        why=_WHY,
        help=cure_of(miss),
        subject=Subject.of(policy.meta),
        related=[Related(miss.found.span, f"the pods of {miss.workload.meta.title}")],
    )


def _elsewhere(policy: NetworkPolicy, selector: Selector, workload: Workload) -> Finding:
    ours, theirs = policy.meta.namespace, workload.meta.namespace
    return RULE.finding(
        selector_span(selector),
        message=f"{policy.meta.title} has a peer {show_selector(selector)}, looked up in its own namespace {ours}; "
        f"{workload.meta.title}, whose pods carry it, is in {theirs}",
        why=_WHY,
        help=f"Put namespaceSelector with {NAME_LABEL}: {theirs} into the same list item as the podSelector",
        subject=Subject.of(policy.meta),
        related=[Related(workload.meta.head, f"is in namespace {theirs}")],
    )


def _misspelt(policy: NetworkPolicy, value: Value, name: str) -> Finding:
    return RULE.finding(
        value.span,
        message=f"{policy.meta.title} selects the namespace {value.text}, which nothing here is in; there is {name}",
        why=_WHY,
        help=f"Select {NAME_LABEL}: {name}",
        subject=Subject.of(policy.meta),
    )


def _hint(policy: NetworkPolicy, span: Span, message: str, cure: str) -> Finding:
    return RULE.finding(
        span,
        message=message,
        why=_WHY,
        help=cure,
        subject=Subject.of(policy.meta),
        severity=Severity.INFO,
        confidence=Confidence.LOW,
    )


RULE = Rule(
    name="network-policy-peer-selects-nothing",
    family="network_policy",
    layer=9,
    summary="A peer's selector matches no pod or namespace",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
