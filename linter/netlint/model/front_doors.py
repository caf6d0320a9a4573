"""Which peers of a policy may be what routes come through: an ingress controller, a gateway, a load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.policy_reach import namespace_names, peer_pods
from netlint.model.selection import services_before

if TYPE_CHECKING:
    from netlint.kubernetes.facts import NetworkPolicy, PolicyPeer, Service, Workload
    from netlint.model.units import Unit


def may_be_front_door(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, target: Workload) -> bool:
    """Whether a peer may be an ingress controller: anything but pods that are in view and reached by nobody from outside.

    Controllers are seldom in view and have every name; a peer of which nothing is in view may be one, and so may a whole namespace.
    """
    if peer.ip_block is not None or peer.pod_selector is None or not (peer.pod_selector.match_labels or peer.pod_selector.requirements):
        return True
    if peer.namespace_selector is not None and namespace_names(peer.namespace_selector) != (target.meta.namespace,):
        return True
    pods = peer_pods(unit, policy, peer)
    return not pods or any(_is_exposed(unit, workload) for workload in pods)


def _is_exposed(unit: Unit, workload: Workload) -> bool:
    """Whether something from outside comes to the pods by itself: a Service with a port on the nodes, a port of the node, several doors."""
    if any(port.host_port is not None for container in workload.template.containers for port in container.ports):
        return True
    return any(is_exposed(service) for service in services_before(unit, workload))


def is_exposed(service: Service) -> bool:
    """Whether requests from outside the cluster come to the Service by themselves: through a load balancer, a node's port or an address."""
    return bool(service.external_ips) or (service.type is not None and service.type.text != "ClusterIP")
