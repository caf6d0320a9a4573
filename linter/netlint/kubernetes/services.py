"""Services, endpoints and ConfigMaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import ConfigMap, EndpointPort, EndpointSet, ObjectMeta, Service, ServicePort
from netlint.kubernetes.hosts import find_hosts
from netlint.kubernetes.workloads import read_map_selector

if TYPE_CHECKING:
    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value

_SLICE_SERVICE_LABEL: Final = "kubernetes.io/service-name"


def read_service(root: Tree, meta: ObjectMeta) -> Service:
    """A Service."""
    spec = root.at("spec")
    return Service(
        meta=meta,
        type=spec.scalar("type"),
        cluster_ip=spec.scalar("clusterIP"),
        selector=read_map_selector(spec.get("selector")),
        ports=tuple([_read_service_port(item) for item in spec.list("ports")]),
        external_name=spec.scalar("externalName"),
        publish_not_ready_addresses=spec.scalar("publishNotReadyAddresses"),
        internal_traffic_policy=spec.scalar("internalTrafficPolicy"),
        external_traffic_policy=spec.scalar("externalTrafficPolicy"),
        external_ips=spec.strings("externalIPs"),
    )


def _read_service_port(item: Tree) -> ServicePort:
    return ServicePort(
        name=item.scalar("name"),
        number=item.scalar("port"),
        target_port=item.scalar("targetPort"),
        protocol=item.scalar("protocol"),
        node_port=item.scalar("nodePort"),
        span=item.span,
        app_protocol=item.scalar("appProtocol"),
    )


def read_endpoints(root: Tree, meta: ObjectMeta) -> EndpointSet:
    """An Endpoints object: it belongs to the Service of its own name."""
    ports = [port for subset in root.list("subsets") for port in subset.list("ports")]
    return EndpointSet(meta, root.scalar("metadata", "name"), tuple(map(_read_endpoint_port, ports)), is_slice=False)


def read_endpoint_slice(root: Tree, meta: ObjectMeta) -> EndpointSet:
    """An EndpointSlice: it belongs to the Service that its label names (kubernetes endpointslice/utils.go:205-208)."""
    owner = next((value for key, value in meta.labels if key.text == _SLICE_SERVICE_LABEL), None)
    return EndpointSet(meta, owner, tuple(map(_read_endpoint_port, root.list("ports"))), is_slice=True)


def _read_endpoint_port(item: Tree) -> EndpointPort:
    return EndpointPort(item.scalar("name"), item.scalar("port"), item.scalar("protocol"), item.span)


def read_config_map(root: Tree, meta: ObjectMeta) -> ConfigMap:
    """A ConfigMap's text data; ``binaryData`` is not read."""
    return config_map(meta, root.scalars("data"))


def config_map(meta: ObjectMeta, data: tuple[tuple[Value, Value], ...]) -> ConfigMap:
    """A ConfigMap with the hosts that its values name."""
    hosts = [
        (key.text, host) for key, value in data for host in find_hosts(value, f"ConfigMap {meta.name} key {key.text}", variable=key.text)
    ]
    return ConfigMap(meta, data, tuple(hosts))
