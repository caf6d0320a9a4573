"""Which containers are certain to get a Service's requests, and whether a document is all of a workload."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.selection import resolve_target_port, services_before
from netlint.model.settings import MESH_PROXY_PORTS, has_unseen_containers
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Container, Service, ServicePort, Workload
    from netlint.model.units import Unit

ROLLED_OUT_KINDS: Final = frozenset(
    ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Rollout")
)
"""Kinds that keep pods running and replace them."""

# A scraper reads every endpoint by itself, ready or not, and asks again soon; so does who looks at a profile.
_SCRAPED_PORT: Final = re.compile(
    r"metrics?|profil|(?:^|[-_.])(?:prometheus|prom|exporter|monitor|monitoring|telemetry|scrape|pprof|debug)(?:[-_.]|$)"
)
_SCRAPED_SERVICE: Final = re.compile(r"metrics(?:-service|-svc)?$|-(?:exporter|monitor|monitoring)$")
_LOCAL_UPSTREAM: Final = re.compile(r"upstream[= ]https?://(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)")
_METRICS_ADDRESS: Final = re.compile(r"metrics[\w-]*[= ][^\s=]*?:(\d+)(?!\S)")
_MOST_SHOWN: Final = 3


class ReceivedPort(NamedTuple):
    """A Service port, and the container that gets what it is sent."""

    service: Service
    port: ServicePort
    container: Container


def received_ports(unit: Unit, workload: Workload) -> tuple[ReceivedPort, ...]:
    """Every port of a Service near the workload of which it is certain that one of its containers answers it.

    That is the container which declares the target port, or the only one there is. Ports for scrapers are left out, and pods to which
    containers are added that the manifest does not show.
    """
    received = unit.memo.received
    if id(workload) not in received:
        received[id(workload)] = tuple(_received_ports(unit, workload))
    return received[id(workload)]


def _received_ports(unit: Unit, workload: Workload) -> Iterator[ReceivedPort]:
    containers = workload.template.serving_containers
    if has_unseen_containers(workload):
        return
    for service in services_before(unit, workload):
        for port in service.ports:
            target = port.target
            if target is None or target.is_placeholder or is_scraped(service, port):
                continue
            found = resolve_target_port(port, workload)
            if found is not None and guards_metrics(workload, found.container):
                continue
            if found is not None:
                yield ReceivedPort(service, port, found.container)
            elif target.integer is not None and len(containers) == 1 and target.integer not in MESH_PROXY_PORTS:
                yield ReceivedPort(service, port, containers[0])


def is_scraped(service: Service, port: ServicePort) -> bool:
    """Whether the port is there for a scraper of metrics, by its name, its target's name or the Service's."""
    target = port.target
    return (
        (port.name is not None and _is_for_scrapers(port.name.text))
        or (target is not None and _is_for_scrapers(target.text))
        or _SCRAPED_SERVICE.search(service.meta.name) is not None
    )


@lru_cache(maxsize=4096)
def _is_for_scrapers(port: str) -> bool:
    # Ports are called alike from Service to Service.
    return _SCRAPED_PORT.search(port) is not None


def guards_metrics(workload: Workload, container: Container) -> bool:
    """Whether the container only stands in front of another one's metrics, as kube-rbac-proxy does: its upstream is their address."""
    upstreams = set(_LOCAL_UPSTREAM.findall(_command_line(container)))
    return bool(upstreams) and any(
        upstreams <= set(_METRICS_ADDRESS.findall(_command_line(other))) for other in workload.template.serving_containers
    )


def _command_line(container: Container) -> str:
    return " ".join(word.text for word in (*container.command, *container.args))


def show_senders(senders: Sequence[str]) -> str:
    """Services that send to a container, with the verb: ``Service web sends``, ``Service a, Service b and 4 more send``."""
    return f"{in_words(senders, most=_MOST_SHOWN)} {'sends' if len(senders) == 1 else 'send'}"


def is_fragment(workload: Workload) -> bool:
    """Whether the document is part of an object only, a patch of it or what a test expects of it: it names one and gives no image.

    The API server takes no container without an image and no workload without a selector, so the rest must stand elsewhere.
    """
    if workload.selector is not None or not workload.meta.name:
        return False
    return any(container.image is None for container in workload.template.containers)
