"""Corefiles in view, and the pods that CoreDNS runs in with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.corefile import Corefile, read_corefile
from netlint.model.config_maps import find_config_maps
from netlint.model.dns_egress import local_addresses
from netlint.model.selection import services_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import ConfigMap, Service, Workload
    from netlint.model.units import Unit

_KEY: Final = "Corefile"
_LOCAL_MARKS: Final = ("169.254.", "__PILLAR__LOCAL__DNS__")
_CLUSTER_DNS_LABELS: Final = (("k8s-app", "kube-dns"), ("k8s-app", "coredns"))
_DNS_PORTS: Final = frozenset(("53", "dns", "dns-udp", "dns-tcp"))
"""Numbers and names of a Service's ports for DNS."""
_SYSTEM_NAMESPACE: Final = "kube-system"


class DnsServer(NamedTuple):
    """A CoreDNS: its ConfigMap, the Corefile in it, and the workloads in view that mount it."""

    config_map: ConfigMap
    corefile: Corefile
    workloads: tuple[Workload, ...]
    is_node_local: bool
    """Whether it is a NodeLocal DNSCache: it answers on a link-local address of the node and is not part of a Service's endpoints."""


def dns_server_configurations(unit: Unit) -> Iterator[DnsServer]:
    """Every Corefile of the unit that can be read and that no patch may change."""
    for config_map in unit.config_maps:
        value = next((value for key, value in config_map.data if key.text == _KEY), None)
        corefile = read_corefile(value) if value is not None and not unit.is_patched(config_map.meta) else None
        if corefile is not None:
            workloads = tuple(_mounting(unit, config_map))
            yield DnsServer(config_map, corefile, workloads, _is_node_local(corefile, workloads))


def _is_node_local(corefile: Corefile, workloads: tuple[Workload, ...]) -> bool:
    if any(local_addresses(workload) for workload in workloads):
        return True
    bound = (plugin for block in corefile.blocks for plugin in block.plugins if plugin.name.text == "bind")
    return any(word.text.startswith(_LOCAL_MARKS) for plugin in bound for word in plugin.arguments)


def _mounting(unit: Unit, config_map: ConfigMap) -> Iterator[Workload]:
    name = config_map.meta.name
    for workload in unit.workloads:
        mounted = any(volume.name.text == name for volume in workload.template.config_map_volumes)
        if mounted and any(found is config_map for found in find_config_maps(unit, workload, name)):
            yield workload


def is_behind_a_service(unit: Unit, server: DnsServer) -> bool:
    """Whether queries come through a Service, so that others take over from a pod that ends: one in view, or that of the cluster's DNS."""
    if server.workloads:
        return any(_has_dns_port(service) for workload in server.workloads for service in services_before(unit, workload))
    return any(block.plugin("kubernetes") for block in server.corefile.blocks)


def _has_dns_port(service: Service) -> bool:
    return any(value is not None and value.text in _DNS_PORTS for port in service.ports for value in (port.number, port.target, port.name))


def is_cluster_dns(workload: Workload) -> bool:
    """Whether the pods are the DNS servers that the kubelet writes into every pod, by what kubeadm calls them."""
    labels = {(key.text, value.text) for key, value in workload.template.labels}
    if workload.meta.namespace not in (None, _SYSTEM_NAMESPACE) or labels.isdisjoint(_CLUSTER_DNS_LABELS):
        return False
    return not local_addresses(workload)


def service_addresses(unit: Unit, workload: Workload) -> Iterator[tuple[Service, str]]:
    """Addresses of the Services that send to the workload, as written."""
    for service in services_before(unit, workload):
        if service.cluster_ip is not None and not service.is_headless and not service.cluster_ip.is_placeholder:
            yield service, service.cluster_ip.text
