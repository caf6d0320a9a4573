"""What proves that a pod asks the Kubernetes API: its Service's name, a command that does nothing else, or the code of its program.

A ServiceAccount or a role is no proof: most pods have a token and never use it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.asked_names import asks_cluster, names_called
from netlint.model.names import DEFAULT_NAMESPACE
from netlint.model.policy_reach import identity_values, may_open, namespace_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.kubernetes.facts import NetworkPolicy, PolicyPeer, PolicyRule, Workload
    from netlint.model import Model
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span

API_SERVICE: Final = "kubernetes"
_API_PORTS: Final = (443, 6443, 6444, 7443, 8443, 16443)
"""Ports of API servers: the Service's, kubeadm's, and those of smaller distributions."""
_API_NAMESPACES: Final = frozenset(("kube-system", "default"))
_KUBECTL: Final = re.compile(
    r"(?:^|[\s;&|(`])(?P<program>(?:[\w./-]*/)?kubectl)(?:\s+-{1,2}\S+)*(?:\s+-n\s+\S+)?\s+"
    r"(?:get|apply|create|delete|patch|exec|rollout|wait|scale|label|annotate|describe|logs|cordon|drain|replace)\b"
)
_OTHER_CLUSTER: Final = re.compile(r"--kubeconfig|--server|--context|KUBECONFIG|(?:^|\s)-s[ =]")


class ApiUse(NamedTuple):
    """Where a pod is told to ask the API, and how a message names it. ``run``: the program whose code does."""

    span: Span
    what: str
    run: Run | None = None


def api_use(model: Model, unit: Unit, workload: Workload) -> ApiUse | None:
    """The first proof that the workload's pods ask the API of their own cluster; None without one."""
    for name in names_called(model, unit, workload):
        if asks_cluster(name) and name.service_name == API_SERVICE and name.namespace == DEFAULT_NAMESPACE:
            return ApiUse(name.reference.span, f"calls {name.host}")
    for container in workload.template.containers:
        words = (*container.command, *container.args)
        names = " ".join(variable.name.text for variable in container.env)
        if not words or _OTHER_CLUSTER.search(" ".join((names, *(word.text for word in words)))):
            continue
        if match := _KUBECTL.search(" ".join(word.text for word in words)):
            word = next((word for word in words if match["program"] in word.text), words[0])
            start = word.text.index(match["program"]) if match["program"] in word.text else 0
            return ApiUse(word.span_of(start, start + len(match["program"])), "runs kubectl")
    return _use_in_code(model, unit, workload) if model.code.packages else None


def _use_in_code(model: Model, unit: Unit, workload: Workload) -> ApiUse | None:
    # What links stand on is not imported where there are only manifests.
    from netlint.model.code.kube import own_clusters
    from netlint.model.languages import may_run_in
    from netlint.model.runs import runs_of

    for run in runs_of(model, unit, workload):
        for found in own_clusters(model.code):
            if may_run_in(model, run, found.function, found.call.start):
                return ApiUse(found.function.span(found.call), f"calls {found.name}", run)
    return None


def may_reach_api(rules: Sequence[tuple[NetworkPolicy, PolicyRule]]) -> bool:
    """Whether an egress rule may let the API server through: by a block of addresses, or by a selector that means its own pods.

    The server has an address of a node or of the cloud, which selectors do not find; some network plugins take its pods all the same.
    """
    return any(
        (not rule.peers or any(map(_may_be_api, rule.peers))) and any(may_open(rule, None, "TCP", port) for port in _API_PORTS)
        for _, rule in rules
    )


def _may_be_api(peer: PolicyPeer) -> bool:
    if peer.ip_block is not None:
        return True
    if peer.namespace_selector is None:
        return False
    pods, namespaces = identity_values(peer.pod_selector) if peer.pod_selector else (), namespace_names(peer.namespace_selector)
    return all("api" in name for name in pods) and all(name in _API_NAMESPACES or "api" in name for name in namespaces)
