"""What is certain of NetworkPolicies, and what may be: the words of rules that must not guess.

``policies`` says what follows from the manifests when they are applied as they stand. Here a namespace that is not written can be any, a
label that is filled in later has any value, an address block may hold pods, and a policy out of reach may add to what is open. A rule says
that something is dropped only where it certainly is: a policy certainly selects the pods, and none may let it through.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.values import is_placeholder
from netlint.model.policies import NAME_LABEL, is_decided, rules_of
from netlint.model.selection import CONTROLLER_LABELS
from netlint.model.settings import has_unseen_containers
from netlint.model.units import are_alternatives, compatible, distance, is_complete_around, near, pod_labels
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netlint.kubernetes.facts import (
        IpBlock,
        NetworkPolicy,
        ObjectMeta,
        PolicyPeer,
        PolicyPort,
        PolicyRule,
        Requirement,
        Selector,
        Workload,
    )
    from netlint.model.policies import Direction
    from netlint.model.units import Unit

_LABEL_LENGTH: Final = 256
"""Characters of a label's key, its prefix included, or of its value; longer ones are no labels."""
_TOGETHER: Final = 2
"""The largest distance of two objects without a namespace that land in the same one: a file, a folder, or one that holds the other."""
NAMESPACE_KEYS: Final = frozenset((NAME_LABEL, "name"))
"""Labels whose value is the name of the namespace: the one that is set by itself, and the one that people set by hand."""
IDENTITY_KEYS: Final = frozenset(
    ("app", "name", "k8s-app", "run", "component", "service", "app.kubernetes.io/name", "app.kubernetes.io/component")
)
"""Labels of pods whose value says what they are."""


def is_known(policy: NetworkPolicy) -> bool:
    """Whether nothing that decides in the policy is filled in later."""
    return not any(map(is_placeholder, _texts_of(policy)))


def _texts_of(policy: NetworkPolicy) -> Iterator[str]:
    yield policy.meta.namespace or ""
    yield from (item.text for item in policy.policy_types)
    yield from _texts_of_selector(policy.pod_selector)
    for rule in (*policy.ingress, *policy.egress):
        for entry in rule.ports:
            yield from (value.text for value in (entry.port, entry.protocol, entry.end_port) if value is not None)
        for peer in rule.peers:
            for selector in (peer.pod_selector, peer.namespace_selector):
                yield from _texts_of_selector(selector) if selector else ()
            if peer.ip_block is not None:
                yield peer.ip_block.cidr.text


def _texts_of_selector(selector: Selector) -> Iterator[str]:
    for key, value in selector.match_labels:
        yield from (key.text, value.text)
    for requirement in selector.requirements:
        yield from (requirement.key.text, *requirement.values)


def judged_policies(unit: Unit) -> tuple[NetworkPolicy, ...]:
    """The policies of which something can be said: no other interface decides as well, nothing is filled in later, nothing is unread."""
    if not is_decided(unit):
        return ()
    return tuple(policy for policy in unit.policies if is_known(policy) and is_complete_around(unit, policy.meta))


def shares_namespace(unit: Unit, first: ObjectMeta, second: ObjectMeta) -> bool:
    """Whether two objects certainly land in one namespace together: it is written in both, or in neither and they stand together."""
    if are_alternatives(unit, first, second):
        return False
    if first.namespace is None and second.namespace is None:
        return distance(unit, first, second) <= _TOGETHER
    return first.namespace == second.namespace and near(unit, first, second)


def may_share_namespace(unit: Unit, first: ObjectMeta, second: ObjectMeta) -> bool:
    """Whether two objects may land in one namespace."""
    if first.namespace is None and second.namespace is None:
        return near(unit, first, second)
    return compatible(first.namespace, second.namespace) or any(map(is_placeholder, (first.namespace or "", second.namespace or "")))


def selected_pods(unit: Unit, policy: NetworkPolicy) -> tuple[Workload, ...]:
    """Workloads whose pods the policy certainly selects; those on the node's network, which policies do not reach, left out."""
    return tuple(
        workload
        for workload in _labelled(unit, policy.pod_selector, unit.workloads_by_namespace.get(policy.meta.namespace, ()))
        if not workload.template.uses_host_network
        and surely_matches(policy.pod_selector, workload)
        and shares_namespace(unit, policy.meta, workload.meta)
    )


def _labelled(unit: Unit, selector: Selector, others: tuple[Workload, ...]) -> tuple[Workload, ...]:
    """Workloads with a label of the selector, or ``others`` where there are fewer of them."""
    counted = (unit.workloads_by_label.get((key.text, value.text), ()) for key, value in selector.match_labels)
    return min((others, *counted), key=len)


def surely_matches(selector: Selector, workload: Workload) -> bool:
    """Whether a selector matches the pods' labels, none of those it asks for being filled in later."""
    labels = pod_labels(workload)
    if not selector.matches(labels):
        return False
    asked = {key.text for key, _ in selector.match_labels} | {item.key.text for item in selector.requirements}
    if any(_is_blank(labels.get(key, "")) or key in CONTROLLER_LABELS for key in asked) or any(map(_is_blank, labels)):
        return False
    # Labels may be added to pods as they are made, so that a label which must not be there proves nothing.
    absent = (item for item in selector.requirements if item.operator in ("NotIn", "DoesNotExist"))
    return all(item.operator == "NotIn" and item.key.text in labels for item in absent)


def _is_blank(text: str) -> bool:
    """Whether a label's key or value is filled in later."""
    return _is_blank_label(text) if len(text) <= _LABEL_LENGTH else is_placeholder(text)


@lru_cache(maxsize=16_384)
def _is_blank_label(text: str) -> bool:
    return is_placeholder(text)


def may_match(selector: Selector, workload: Workload) -> bool:
    """Whether a selector may match the pods: no label of theirs that is known says otherwise."""
    labels = pod_labels(workload)
    if any(map(_is_blank, labels)):
        return True
    return all(_may_be(labels, key.text, (value.text,)) for key, value in selector.match_labels) and all(
        _may_satisfy(labels, requirement) for requirement in selector.requirements
    )


def _may_be(labels: dict[str, str], key: str, wanted: tuple[str, ...]) -> bool:
    """Whether the label ``key`` may have one of the values."""
    value = labels.get(key)
    return value in wanted or _is_unknown(value, key) or any(map(_is_blank, wanted))


def _is_unknown(value: str | None, key: str) -> bool:
    return key in CONTROLLER_LABELS or _is_blank(key) or (value is not None and _is_blank(value))


def _may_satisfy(labels: dict[str, str], item: Requirement) -> bool:
    key = item.key.text
    value = labels.get(key)
    if _is_unknown(value, key):
        return True
    match item.operator:
        case "In":
            return _may_be(labels, key, item.values)
        case "NotIn":
            return value not in item.values
        case "Exists":
            return value is not None
        case _:
            return value is None


def may_overlap(first: Selector, second: Selector) -> bool:
    """Whether pods may be that both selectors match: no key has to have two values."""
    if not (first.match_labels or first.requirements) or not (second.match_labels or second.requirements):
        return True
    theirs = _wanted(second)
    return all(key not in theirs or values & theirs[key] for key, values in _wanted(first).items())


def _wanted(selector: Selector) -> dict[str, set[str]]:
    """The values that a selector takes of a label, by key."""
    found = {key.text: {value.text} for key, value in selector.match_labels}
    for item in selector.requirements:
        if item.operator == "In":
            found[item.key.text] = found.get(item.key.text, set(item.values)) & set(item.values)
    return found


def surely_isolating(unit: Unit, direction: Direction, workload: Workload) -> tuple[NetworkPolicy, ...]:
    """The policies that certainly isolate the workload's pods in a direction; none where what else decides is not known."""
    asked = (direction, id(workload))
    if asked not in unit.memo.isolating:
        unit.memo.isolating[asked] = _surely_isolating(unit, direction, workload)
    return unit.memo.isolating[asked]


def _surely_isolating(unit: Unit, direction: Direction, workload: Workload) -> tuple[NetworkPolicy, ...]:
    if not is_decided(unit) or workload.template.uses_host_network or not is_complete_around(unit, workload.meta):
        return ()
    found = tuple(
        policy
        for policy in unit.policies_by_namespace.get(workload.meta.namespace, ())
        if (policy.isolates_ingress if direction == "ingress" else policy.isolates_egress)
        and surely_matches(policy.pod_selector, workload)
        and shares_namespace(unit, policy.meta, workload.meta)
        and is_known(policy)
        and not unit.is_patched(policy.meta)
        and is_complete_around(unit, policy.meta)
    )
    return () if unit.is_patched(workload.meta) else found


def opening_rules(
    units: Sequence[Unit], unit: Unit, direction: Direction, workload: Workload
) -> tuple[tuple[NetworkPolicy, PolicyRule], ...]:
    """Every rule that may open something for the workload's pods, of every policy that may select them.

    A policy of another unit counts where both namespaces are written and equal: a platform's own folder brings what all may reach.
    """
    asked = (direction, id(workload))
    if asked not in unit.memo.opening:
        unit.memo.opening[asked] = tuple(
            (policy, rule)
            for policy in policies_around(units, unit, workload.meta)
            if may_match(policy.pod_selector, workload)
            for rule in rules_of(policy, direction)
        )
    return unit.memo.opening[asked]


def policies_around(units: Sequence[Unit], unit: Unit, meta: ObjectMeta) -> Iterator[NetworkPolicy]:
    """The policies that may be in the namespace of an object of ``unit``."""
    namespace = meta.namespace
    for other in units:
        if other is not unit:
            yield from other.policies_by_namespace.get(namespace, ()) if namespace is not None else ()
            continue
        for written, policies in unit.policies_by_namespace.items():
            if written is None or namespace is None or written == namespace or _is_blank(written) or _is_blank(namespace):
                yield from (policy for policy in policies if may_share_namespace(unit, policy.meta, meta))


def policies_beside(units: Sequence[Unit], unit: Unit, policy: NetworkPolicy) -> Iterator[NetworkPolicy]:
    """The policies that may select pods which ``policy`` selects, itself first."""
    yield policy
    for other in policies_around(units, unit, policy.meta):
        if other is not policy and may_overlap(other.pod_selector, policy.pod_selector):
            yield other


def is_settled(units: Sequence[Unit], workload: Workload) -> bool:
    """Whether no policy that may select the pods is changed by a patch, which may open anything, or decided elsewhere."""
    namespace = workload.meta.namespace
    for unit in units:
        if any(unit.is_patched(policy.meta) and compatible(policy.meta.namespace, namespace) for policy in unit.policies if unit.patches):
            return False
        if namespace is not None and any(policy.meta.namespace in (None, namespace) for policy in unit.foreign_policies):
            return False
    return True


def may_let_through(
    units: Sequence[Unit], unit: Unit, direction: Direction, own: Workload, other: Workload, protocol: str, number: int
) -> bool:
    """Whether a rule for the pods ``own`` may let through what goes between them and ``other`` to port ``number`` of the target."""
    target = other if direction == "egress" else own
    return any(
        may_be_peer(unit, policy, rule, other) and may_open(rule, target, protocol, number)
        for policy, rule in opening_rules(units, unit, direction, own)
    )


def may_be_peer(unit: Unit, policy: NetworkPolicy, rule: PolicyRule, workload: Workload) -> bool:
    """Whether a rule of ``policy`` may be about the workload's pods."""
    return not rule.peers or any(_may_be_pods(unit, policy, peer, workload) for peer in rule.peers)


def _may_be_pods(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, workload: Workload) -> bool:
    if peer.ip_block is not None:
        return may_hold_pods(peer.ip_block)
    if peer.pod_selector is None and peer.namespace_selector is None:
        return True
    if workload.template.uses_host_network or (peer.pod_selector is not None and not may_match(peer.pod_selector, workload)):
        return workload.template.uses_host_network
    if peer.namespace_selector is None:
        return compatible(policy.meta.namespace, workload.meta.namespace)
    return may_select_namespace(unit, peer.namespace_selector, workload.meta.namespace)


def may_select_namespace(unit: Unit, selector: Selector, namespace: str | None) -> bool:
    """Whether a selector may match the namespace called ``namespace``: its name is known, and its labels where its object is in view."""
    if namespace is None or is_placeholder(namespace):
        return True
    written = [{key.text: value.text for key, value in item.meta.labels} for item in unit.namespaces if item.meta.name == namespace]
    for key, values in _wanted(selector).items():
        if any(map(is_placeholder, values)):
            continue
        if key == NAME_LABEL and namespace not in values:
            return False
        if written and all(key in labels and labels[key] not in values for labels in written):
            return False
        if key == "name" and not written and namespace not in values:
            return False
    return True


def may_share_peers(first: tuple[NetworkPolicy, PolicyRule], second: tuple[NetworkPolicy, PolicyRule]) -> bool:
    """Whether somebody may be a peer of two rules, each given with its policy."""
    (policy, rule), (other_policy, other_rule) = first, second
    if not rule.peers or not other_rule.peers:
        return True
    return any(_may_be_one(policy, peer, other_policy, other) for peer in rule.peers for other in other_rule.peers)


def _may_be_one(policy: NetworkPolicy, peer: PolicyPeer, other_policy: NetworkPolicy, other: PolicyPeer) -> bool:
    if peer.ip_block is not None or other.ip_block is not None:
        return True
    if peer.pod_selector is not None and other.pod_selector is not None and not may_overlap(peer.pod_selector, other.pod_selector):
        return False
    ours, theirs = _namespaces_of(policy, peer), _namespaces_of(other_policy, other)
    return not ours or not theirs or bool(ours & theirs)


def _namespaces_of(policy: NetworkPolicy, peer: PolicyPeer) -> set[str]:
    """The names of the namespaces that a peer looks in; none where they cannot be told."""
    if peer.namespace_selector is None:
        return {policy.meta.namespace} if policy.meta.namespace else set()
    return set(namespace_names(peer.namespace_selector))


def may_hold_pods(block: IpBlock) -> bool:
    """Whether a block may hold addresses of pods, Services or nodes: all but one that is public as a whole."""
    try:
        network = ip_network(block.cidr.text, strict=False)
    except ValueError:
        return True
    return not (network.is_global and network.prefixlen >= (16 if network.version == 4 else 48))


def may_open(rule: PolicyRule, target: Workload | None, protocol: str, number: int) -> bool:
    """Whether a rule may open a port of the target's pods."""
    return not rule.ports or any(may_be_port(entry, target, protocol, number) for entry in rule.ports)


def may_be_port(entry: PolicyPort, target: Workload | None, protocol: str, number: int) -> bool:
    """Whether an entry may mean port ``number``. A name that the pods do not declare may be resolved after it is mended."""
    if entry.protocol_name != protocol and not is_placeholder(entry.protocol_name):
        return False
    if entry.port is None:
        return True
    first = entry.port.integer
    if first is not None:
        last = entry.end_port.integer if entry.end_port is not None else first
        return last is None or first <= number <= last
    if target is None or is_placeholder(entry.port.text) or has_unseen_containers(target):
        return True
    wanted = entry.port.text
    named = [port for container in target.template.containers for port in container.ports if port.name and port.name.text == wanted]
    return not named or any(port.number is None or port.number.integer in (None, number) for port in named)


def peer_pods(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer) -> tuple[Workload, ...]:
    """Workloads in view whose pods a peer certainly means; none for a block of addresses."""
    if peer.ip_block is not None or (peer.pod_selector is None and peer.namespace_selector is None):
        return ()
    candidates = _labelled(unit, peer.pod_selector, unit.workloads) if peer.pod_selector else unit.workloads
    return tuple(
        workload
        for workload in candidates
        if not workload.template.uses_host_network
        and (peer.pod_selector is None or surely_matches(peer.pod_selector, workload))
        and near(unit, policy.meta, workload.meta)
        and _surely_in(unit, policy, peer.namespace_selector, workload)
    )


def _surely_in(unit: Unit, policy: NetworkPolicy, selector: Selector | None, workload: Workload) -> bool:
    namespace = workload.meta.namespace
    if selector is None:
        return shares_namespace(unit, policy.meta, workload.meta)
    if not selector.match_labels and not selector.requirements:
        return True
    if namespace is None:
        return False
    labels = {key.text: value.text for item in unit.namespaces if item.meta.name == namespace for key, value in item.meta.labels}
    return selector.matches({**labels, NAME_LABEL: namespace})


def identity_values(selector: Selector) -> tuple[str, ...]:
    """What a selector of pods says that they are: the values of ``app``, ``app.kubernetes.io/name`` and the like."""
    return tuple(value for key, values in _wanted(selector).items() if key in IDENTITY_KEYS for value in sorted(values))


def namespace_names(selector: Selector) -> tuple[str, ...]:
    """The names of the namespaces that a selector means, where it says so by name."""
    return tuple(value for key, values in _wanted(selector).items() if key in NAMESPACE_KEYS for value in sorted(values))


def show_pods(workloads: Iterable[Workload]) -> str:
    """Workloads for a message: ``Deployment web and StatefulSet db``."""
    return in_words(list(dict.fromkeys(workload.meta.title for workload in workloads)), most=3)
