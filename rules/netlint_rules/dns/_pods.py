"""What the rules about pod DNS ask of a workload: whether its settings are known, which names it asks DNS for, what it is there for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.dns import candidates, cluster_name, effective_policy, service_candidates
from netlint.finding import Related
from netlint.model.asked_names import serves_dns
from netlint.model.images import is_musl_image
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.dns import ClusterDns, Policy, ResolvConf, Resolver, ResolverSettings
    from netlint.kubernetes.facts import Container, PodTemplate, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.links import Link
    from netlint.model.names import UsedName
    from netlint.model.units import Unit

_MOST_SHOWN: Final = 5
_SEARCH_IN_DOMAIN: Final = re.compile(r"(?:^|\.)svc\.(?P<domain>.+)$")
_NODE_NETWORK_PATHS: Final = ("/etc/cni", "/opt/cni", "/run/xtables.lock", "/var/run/xtables.lock", "/etc/kubernetes/pki")
"""What CNI plugins, kube-proxy and the control plane mount of the node."""
_EARLY_TAINTS: Final = frozenset(("node.cloudprovider.kubernetes.io/uninitialized", "node.kubernetes.io/network-unavailable"))
"""Taints of a node on which no CoreDNS pod can run yet."""


def known_workloads(model: Model) -> Iterator[tuple[Unit, Workload]]:
    """Every workload whose DNS settings hold no value that another tool fills in."""
    for unit in model.units:
        for workload in unit.workloads:
            template = workload.template
            # Most pods have no such settings: every rule of the family comes by here.
            has_none = template.dns_policy is None and template.dns_config is None and template.host_network is None
            if has_none or not _is_filled_in_later(template):
                yield unit, workload


def _is_filled_in_later(template: PodTemplate) -> bool:
    values = [template.host_network, template.dns_policy]
    if template.dns_config is not None:
        values += [*template.dns_config.nameservers, *template.dns_config.searches]
        for option in template.dns_config.options:
            values += [option.name, option.value]
    return any(value.is_placeholder for value in filter(None, values))


def policy_of(template: PodTemplate) -> Policy:
    """Where the pods' DNS settings come from."""
    return effective_policy(template.dns_policy.text if template.dns_policy else None, template.uses_host_network)


def nameservers_of(template: PodTemplate) -> tuple[Value, ...]:
    """The nameservers of ``dnsConfig``."""
    return template.dns_config.nameservers if template.dns_config else ()


def musl_containers(workload: Workload) -> tuple[Container, ...]:
    """Containers whose image says that its libc is musl."""
    return tuple(container for container in workload.template.containers if is_musl_image(container))


def is_full_name(name: UsedName, cluster: ClusterDns) -> bool:
    """Whether the name ends in the cluster domain, so that it needs no search list."""
    spelled = cluster_name(name.host, cluster.domain)
    return spelled is not None and spelled.form == "full"


def finds_service(name: UsedName, settings: ResolverSettings, resolver: Resolver, domains: Sequence[str]) -> bool:
    """Whether one of the names that the resolver tries is that of the Service which ``name`` means."""
    asked = candidates(name.host, settings, resolver)
    return any(
        found is not None and found.service == name.service_name.lower() and found.namespace == (name.namespace or found.namespace)
        for domain in domains
        for found in service_candidates(asked, domain)
    )


def cluster_domains(conf: ResolvConf, cluster: ClusterDns) -> tuple[str, ...]:
    """The cluster's domain, and any other that the search list takes for it (``shop.svc.k8s.example``)."""
    written = (_SEARCH_IN_DOMAIN.search(search.removesuffix(".")) for search in conf.searches)
    return tuple(dict.fromkeys((cluster.domain, *(found["domain"] for found in written if found))))


def runs_before_cluster_dns(workload: Workload) -> bool:
    """Whether CoreDNS cannot run before this does, so that it must not depend on it: CNI, kube-proxy, control plane, cloud controller.

    Told by what such a pod needs of the node: its CNI folders, its packet filter, the cluster's certificates, or leave to run on a node
    without a network.
    """
    template = workload.template
    if serves_dns(workload) or _EARLY_TAINTS.intersection(template.tolerated_taints):
        return True
    if any(path == known or path.startswith(f"{known}/") for path in template.host_paths for known in _NODE_NETWORK_PATHS):
        return True
    return any(key.text == "tier" and value.text == "control-plane" for key, value in (*workload.meta.labels, *template.labels))


def show_names(names: Sequence[UsedName]) -> str:
    """The names for a message: ``redis, orders.shop.svc and 2 more``."""
    return in_words([name.host for name in names], most=_MOST_SHOWN)


def related_names(names: Sequence[UsedName], label: str) -> list[Related]:
    """A related location for each of the names that a message shows."""
    return [Related(name.reference.span, label) for name in names[:_MOST_SHOWN]]


def link_behind(names: Sequence[UsedName]) -> Link | None:
    """What joins the names to the workload, where they stand in code; None when the manifests name one of them as well."""
    return names[0].link if names and all(name.link is not None for name in names) else None


def related_images(containers: Sequence[Container], label: str) -> list[Related]:
    """A related location for the image of each container."""
    return [Related(container.image.span, label) for container in containers if container.image is not None]
