"""The names a pod uses, and what each means from where it stands."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns import ClusterDns, DnsOption, PodDns, ResolvConf, cluster_name, pod_resolv_conf
from netlint.kubernetes.hosts import HostForm, HostReference, is_public_name
from netlint.model.config_maps import find_config_maps
from netlint.model.linked import links_in
from netlint.model.units import compatible, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import ConfigMapReference, Container, ObjectMeta, Service, Workload
    from netlint.model import Model
    from netlint.model.links import Link
    from netlint.model.units import Unit
    from netlint.source import Span

DEFAULT_NAMESPACE: Final = "default"
"""Namespace that an object without one gets when nothing else is said (kubectl)."""
_IDENTIFIER_OPTION: Final = re.compile(r"audience|service-account-issuer|dns-?names?\b|(?:^|[-_])sans?(?:[-_]|$)", re.IGNORECASE)


class NameKind(StrEnum):
    """What a name is: answered by the cluster's DNS, certainly outside, or not to be told."""

    CLUSTER = "cluster"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class UsedName(NamedTuple):
    """A host that a workload uses. ``service_name`` and ``namespace`` are what it asks for, ``services`` those of the unit that answer.

    ``link``: the call in a program's code that names it; None where the manifests do.
    """

    reference: HostReference
    container: Container | None
    kind: NameKind
    service_name: str = ""
    namespace: str | None = None
    services: tuple[Service, ...] = ()
    link: Link | None = None

    @property
    def host(self) -> str:
        """The name as written."""
        return self.reference.host


def names_written(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The names in the workload's env values, command, args and ConfigMaps, in order, then those in the code of its programs.

    Bare words are among them, whatever they name.
    """
    names = unit.memo.names
    if id(workload) not in names:
        written = [meaning_of(unit, workload, *found, model.cluster) for found in _references(unit, workload)]
        names[id(workload)] = (*written, *_names_in_code(model, unit, workload))
    return names[id(workload)]


def _names_in_code(model: Model, unit: Unit, workload: Workload) -> Iterator[UsedName]:
    """The hosts that the workload's programs call by literals of their own, each place once: what the manifests give is found there."""
    seen: set[Span] = set()
    for link in links_in(model, unit, workload):
        if link.is_in_code and link.span not in seen:
            seen.add(link.span)
            yield link.name._replace(link=link)


def names_used(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """Of ``names_written`` those that are hosts for certain: bare words that name nothing are left out."""
    written = names_written(model, unit, workload)
    return tuple(name for name in written if name.kind is not NameKind.UNKNOWN or name.reference.form is not HostForm.BARE)


def cluster_names_used(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The in-cluster names among ``names_used``."""
    return tuple(name for name in names_used(model, unit, workload) if name.kind is NameKind.CLUSTER)


def _references(unit: Unit, workload: Workload) -> Iterator[tuple[HostReference, Container | None]]:
    for container in workload.template.containers:
        for reference in container.hosts:
            yield reference, container
        for variable in container.env:
            if variable.config_map is not None:
                for reference in _config_map_hosts(unit, workload, variable.config_map):
                    yield reference, container
        for source in container.env_from:
            for reference in _config_map_hosts(unit, workload, source):
                yield reference, container
    for volume in workload.template.config_map_volumes:
        for config_map in find_config_maps(unit, workload, volume.name.text):
            for key, reference in config_map.hosts:
                # A mounted file is free text: only what cannot be anything but a host counts.
                if volume.holds(key) and reference.form in (HostForm.URL, HostForm.HOST_PORT):
                    yield reference, None


def _config_map_hosts(unit: Unit, workload: Workload, wanted: ConfigMapReference) -> Iterator[HostReference]:
    for config_map in find_config_maps(unit, workload, wanted.name.text):
        for key, reference in config_map.hosts:
            if wanted.key is None or wanted.key.text == key:
                yield reference


def meaning_of(unit: Unit, workload: Workload, reference: HostReference, container: Container | None, cluster: ClusterDns) -> UsedName:
    """What a host means to a workload that uses it: a Service's name, one outside the cluster, or what cannot be told."""
    host = reference.host
    spelled = cluster_name(host, cluster.domain)
    if spelled is not None:
        services = find_services(unit, workload, spelled.service, spelled.namespace)
        return UsedName(reference, container, NameKind.CLUSTER, spelled.service, spelled.namespace, services)
    labels = host.rstrip(".").split(".")
    own = workload.meta.namespace
    if not host.endswith(".") and len(labels) <= 3:
        if services := find_services(unit, workload, labels[0], own) if len(labels) == 1 else ():
            return UsedName(reference, container, NameKind.CLUSTER, labels[0], own, services)
        if len(labels) == 2:
            # `service.namespace`, or `pod.service` of a headless Service in the pod's own namespace.
            services = tuple(item for item in find_services(unit, workload, labels[0], labels[1]) if item.meta.namespace == labels[1])
            if services:
                return UsedName(reference, container, NameKind.CLUSTER, labels[0], labels[1], services)
            headless = tuple(item for item in find_services(unit, workload, labels[1], own) if item.is_headless)
            if headless:
                return UsedName(reference, container, NameKind.CLUSTER, labels[1], own, headless)
        if labels[:2] == ["kubernetes", DEFAULT_NAMESPACE]:
            return UsedName(reference, container, NameKind.CLUSTER, "kubernetes", DEFAULT_NAMESPACE)
    if is_public_name(host) and reference.form in (HostForm.URL, HostForm.HOST_PORT):
        return UsedName(reference, container, NameKind.EXTERNAL)
    return UsedName(reference, container, NameKind.UNKNOWN)


def find_services(unit: Unit, workload: Workload, name: str, namespace: str | None) -> tuple[Service, ...]:
    """The Services called ``name`` in ``namespace`` that a name used by the workload can mean."""
    return find_services_from(unit, workload.meta, name, namespace)


def find_services_from(unit: Unit, meta: ObjectMeta, name: str, namespace: str | None) -> tuple[Service, ...]:
    """The Services called ``name`` in ``namespace`` that a name in any object can mean."""
    found = unit.services_by_name.get(name, ())
    return nearest(unit, meta, (item for item in found if compatible(item.meta.namespace, namespace)))


def is_identifier(name: UsedName) -> bool:
    """Whether the name stands in an option or variable whose value is written into a certificate or a token."""
    return _is_identifier_option(option_of(name))


@lru_cache(maxsize=4096)
def _is_identifier_option(option: str) -> bool:
    # Options and variables are called alike from workload to workload.
    return _IDENTIFIER_OPTION.search(option) is not None


def option_of(name: UsedName) -> str:
    """The option that the name is a value of, or the env variable or ConfigMap key, with dashes; empty where none is told."""
    container, where = name.container, name.reference.where
    if where.startswith(("env ", "ConfigMap ")):
        return where.rpartition(" ")[2].replace("_", "-")
    if container is None or where not in ("command", "args"):
        return ""
    option = ""
    for word in (*container.command, *container.args):
        if word.text.startswith("-"):
            option = word.text.partition("=")[0]
        if word.span.path == name.reference.span.path and word.span.start <= name.reference.span.start < word.span.end:
            return option
    return ""


def pod_namespace(workload: Workload) -> str:
    """Namespace of the pods: the written one, or kubectl's default."""
    return workload.meta.namespace or DEFAULT_NAMESPACE


def resolv_conf(workload: Workload, cluster: ClusterDns) -> ResolvConf:
    """The ``/etc/resolv.conf`` that the kubelet writes for the workload's pods."""
    return pod_resolv_conf(pod_dns(workload), cluster)


def pod_dns(workload: Workload) -> PodDns:
    """DNS settings of the workload's pods, as written."""
    template = workload.template
    config = template.dns_config
    return PodDns(
        dns_policy=template.dns_policy.text if template.dns_policy else None,
        host_network=template.uses_host_network,
        namespace=pod_namespace(workload),
        nameservers=tuple(value.text for value in config.nameservers) if config else (),
        searches=tuple(value.text for value in config.searches) if config else (),
        options=tuple(
            DnsOption(option.name.text, option.value.text if option.value else None)
            for option in (config.options if config else ())
            if option.name
        ),
    )
