"""The names that a workload asks DNS for, told apart from those that it only carries: in a certificate, a list of exceptions, a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.model.names import NameKind, cluster_names_used, is_identifier, names_used, option_of
from netlint.model.units import near_workloads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.names import UsedName
    from netlint.model.units import Unit

_DNS_PORT: Final = 53
_CARRIED: Final = re.compile(
    r"no-?proxy|origins?(?:-|$)|cors|allowed|trusted|whitelist|allowlist|advertise|audience|issuer|redirect|callback|external|"
    r"^(?:next-public|react-app|vite|nuxt-public|vue-app|gatsby|expo-public|public)-",
    re.IGNORECASE,
)
"""Variables whose hosts are compared with, handed to others or built into a page, and perhaps never asked for by the pod itself."""


def distinct_names(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The names that the workload asks DNS for, each host once; see ``distinct_cluster_names``."""
    return _distinct(workload, names_used(model, unit, workload))


def distinct_cluster_names(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The in-cluster names that the workload asks DNS for, each host once.

    Names in ``hostAliases`` are answered by ``/etc/hosts``, and those of a certificate or a token are only written down.
    """
    return _distinct(workload, cluster_names_used(model, unit, workload))


def _distinct(workload: Workload, names: Iterable[UsedName]) -> tuple[UsedName, ...]:
    found: dict[str, UsedName] = {}
    for name in names:
        if name.host not in workload.template.host_alias_names and not is_identifier(name):
            found.setdefault(name.host.lower(), name)
    return tuple(found.values())


def names_called(model: Model, unit: Unit, workload: Workload) -> tuple[UsedName, ...]:
    """The names of which it is certain that the workload itself asks for them: to connect to what they name.

    Left out are calls in code of which it is only likely that the workload makes them, names that are only compared with or handed on
    (``NO_PROXY``, allowed origins, addresses for a browser), and ConfigMaps taken whole that other workloads take as well: one map of all
    addresses says little of who uses which.
    """
    shared = tuple(_shared_config_maps(unit, workload))
    found: dict[tuple[str, int | None], UsedName] = {}
    for name in names_used(model, unit, workload):
        span = name.reference.span
        if name.host in workload.template.host_alias_names or is_identifier(name):
            continue
        if name.link is not None and name.link.certainty != "certain":
            continue
        if _CARRIED.search(option_of(name)):
            continue
        if any(span.path == path and start <= span.start < end for path, start, end in shared):
            continue
        found.setdefault((name.host.lower(), name.reference.port), name)
    return tuple(found.values())


def _shared_config_maps(unit: Unit, workload: Workload) -> Iterator[tuple[str, int, int]]:
    """Where the ConfigMaps stand that the workload takes whole and another workload near it takes too."""
    own = set(_taken_whole(workload))
    if not own:
        return
    others = {
        name
        for other in near_workloads(unit, workload.meta)
        if (other.meta.kind, other.meta.name) != (workload.meta.kind, workload.meta.name)
        for name in _taken_whole(other)
    }
    for name in own & others:
        for config_map in unit.config_maps_by_name.get(name, ()):
            span = config_map.meta.span
            yield span.path, span.start, span.end


def _taken_whole(workload: Workload) -> Iterator[str]:
    yield from (volume.name.text for volume in workload.template.config_map_volumes if volume.keys is None)
    for container in workload.template.containers:
        yield from (source.name.text for source in container.env_from)


def asks_cluster(name: UsedName) -> bool:
    """Whether the cluster's DNS answers the name."""
    return name.kind is NameKind.CLUSTER


def serves_dns(workload: Workload) -> bool:
    """Whether the pods are DNS servers themselves: CoreDNS, NodeLocal DNSCache and others, which answer on port 53."""
    return any(port.number is not None and port.number.integer == _DNS_PORT for c in workload.template.containers for port in c.ports)
