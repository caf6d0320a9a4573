"""Which Service, and which port of it, a name in a workload's settings asks for; and what nearly fits where nothing does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns import cluster_name
from netlint.kubernetes.hosts import HostForm, find_hosts
from netlint.model.asked_ports import DEFAULT_PORTS
from netlint.model.names import (
    DEFAULT_NAMESPACE,
    NameKind,
    find_services,
    find_services_from,
    is_identifier,
    names_written,
    option_of,
)
from netlint.model.routes import ports_are_open
from netlint.model.selection import matching_workloads, resolve_target_port, selected_workloads
from netlint.model.settings import mentions_number
from netlint.model.spelling import edits, is_misspelling, spellings, stem_of
from netlint.model.traffic import is_fragment
from netlint.model.units import compatible, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.kubernetes.facts import ObjectMeta, Service, ServicePort, Workload
    from netlint.kubernetes.hosts import HostReference
    from netlint.model import Model
    from netlint.model.links import Link
    from netlint.model.names import UsedName
    from netlint.model.units import Unit
    from netlint.source import Span

# What stands in these is compared, signed or shown, and not dialled; or it is the address of the program itself.
_NOT_DIALLED: Final = re.compile(
    r"image|issuer|audience|realm|origin|cors|allowed-?hosts?|trusted|cookie|domain|redirect|advertise|announce|external|public|hostname-?override"
    r"|server-?name|authority|common-?name|listen|bind|certificate|subject|title|label|tag|version|exclude|no-?proxy|pattern|regex",
    re.IGNORECASE,
)
_SERVICE_VARIABLE: Final = re.compile(r"services?$", re.IGNORECASE)
"""Names of variables whose bare word is as often what something is called as where it is."""


_DIALLED_ANNOTATIONS: Final = frozenset(("nginx.ingress.kubernetes.io/auth-url", "nginx.ingress.kubernetes.io/mirror-target"))


class Reference(NamedTuple):
    """A name by which an object asks for a Service: a workload, or a route whose annotation holds a URL.

    ``namespace`` is where the name is looked up; None where that is decided later. ``services`` are those of the unit that it may mean,
    however far they stand; ``nearest`` those that it means.
    """

    meta: ObjectMeta
    workload: Workload | None
    written: HostReference
    service_name: str
    namespace: str | None
    services: tuple[Service, ...]
    nearest: tuple[Service, ...]
    link: Link | None = None
    """The call in a program's code that names it; None where the manifests do."""

    @property
    def host(self) -> str:
        """The name as written."""
        return self.written.host

    @property
    def place(self) -> str:
        """Where it is written, for a message: ``env ORDERS_URL of Deployment web``."""
        used = "used by" if self.link is not None or self.written.where.startswith("ConfigMap ") else "of"
        return f"{self.written.where} {used} {self.meta.title}"


def references_of(model: Model, unit: Unit) -> tuple[Reference, ...]:
    """Every place where an object of the unit is told to ask for a Service, each once, by the first object that is.

    Left out: names that are compared and not dialled, those of ``hostAliases``, and a workload's own Service.
    """
    memo = unit.memo
    if memo.references is None:
        memo.references = (*_references_of_workloads(model, unit), *_references_of_routes(model, unit))
    return memo.references


def _references_of_workloads(model: Model, unit: Unit) -> Iterator[Reference]:
    seen: set[Span] = set()
    for workload in unit.workloads:
        if is_fragment(workload):
            continue
        for name in names_written(model, unit, workload):
            if name.reference.span in seen or not _is_dialled(workload, name):
                continue
            asked = _service_asked(name, workload, unit.homes)
            if asked is None:
                continue
            service_name, namespace = asked
            services = tuple(item for item in unit.services_by_name.get(service_name, ()) if compatible(item.meta.namespace, namespace))
            if any(matched is workload for service in services for matched in matching_workloads(unit, service)):
                continue
            seen.add(name.reference.span)
            nearest = name.services or find_services(unit, workload, service_name, namespace)
            yield Reference(workload.meta, workload, name.reference, service_name, namespace, services, nearest, name.link)


def _references_of_routes(model: Model, unit: Unit) -> Iterator[Reference]:
    """URLs in annotations that a controller dials from a namespace of its own: only names that give theirs can be told."""
    for route in unit.routes:
        for key, value in route.meta.annotations:
            if key.text not in _DIALLED_ANNOTATIONS:
                continue
            for written in find_hosts(value, f"annotation {key.text.rpartition('/')[2]}"):
                spelled = cluster_name(written.host, model.cluster.domain)
                if spelled is None:
                    continue
                name, namespace = spelled.service, spelled.namespace
                services = tuple(item for item in unit.services_by_name.get(name, ()) if compatible(item.meta.namespace, namespace))
                nearest = find_services_from(unit, route.meta, name, namespace)
                yield Reference(route.meta, None, written, name, namespace, services, nearest)


def _is_dialled(workload: Workload, name: UsedName) -> bool:
    if name.host in workload.template.host_alias_names or is_identifier(name):
        return False
    return not _is_of_another_use(option_of(name)) and not name.host.startswith("_")


@lru_cache(maxsize=4096)
def _is_of_another_use(option: str) -> bool:
    # Options and variables are called alike from workload to workload.
    return _NOT_DIALLED.search(option) is not None


def _service_asked(name: UsedName, workload: Workload, homes: frozenset[str]) -> tuple[str, str | None] | None:
    """Name and namespace of the Service that a name asks for by its form, or None where it need not be one.

    ``homes``: the namespaces of the unit, without which ``a.b`` may be anything.
    """
    written, host = name.reference, name.host
    if name.kind is NameKind.CLUSTER:
        return name.service_name, name.namespace
    if name.kind is not NameKind.UNKNOWN or host != host.lower() or "_" in host:
        return None
    if written.form is HostForm.URL and written.port is None and written.scheme not in DEFAULT_PORTS:
        # ``unix:///var``, ``hf://google/model``: other schemes need not have a host.
        return None
    if "." not in host:
        is_called_so = written.form is HostForm.BARE and _SERVICE_VARIABLE.search(option_of(name))
        return None if is_called_so else (host, workload.meta.namespace)
    service_name, _, namespace = host.partition(".")
    return (service_name, namespace) if namespace in homes and written.form is not HostForm.BARE else None


def is_direct(reference: Reference) -> bool:
    """Whether DNS answers with addresses of pods, or with another name: no proxy stands between, and any port of theirs will do."""
    return any(service.is_headless or service.is_external_name for service in reference.services)


def lists_port(service: Service, number: int) -> bool:
    """Whether the Service has ``number`` among its ports, whatever the protocol."""
    return any(port.number is not None and port.number.integer == number for port in service.ports)


def services_without_number(reference: Reference, number: int) -> tuple[Service, ...]:
    """The Services meant when none that may be lists ``number``; none where one may, or has no list to compare with."""
    if any(lists_port(service, number) or ports_are_open(service) for service in reference.services):
        return ()
    return reference.nearest


def names_number_elsewhere(unit: Unit, reference: Reference, service: Service) -> bool:
    """Whether a port of the Service stands in another setting of the workload, so that the program may join it to the name."""
    workload = reference.workload
    numbers = [port.number.integer for port in service.ports if port.number]
    return workload is not None and any(number is not None and mentions_number(unit, workload, number) for number in numbers)


def pod_ports(unit: Unit, service: Service, port: ServicePort) -> tuple[int, ...]:
    """Numbers that the Service's port leads to in the pods it selects, each once; none where one of them is not known."""
    target = port.target
    if target is None or target.is_placeholder:
        return ()
    if target.integer is not None:
        return (target.integer,)
    numbers = []
    for workload in selected_workloads(unit, service):
        found = resolve_target_port(port, workload)
        if found is None or found.port.number is None or found.port.number.integer is None:
            return ()
        numbers.append(found.port.number.integer)
    return tuple(dict.fromkeys(numbers))


def services_elsewhere(unit: Unit, reference: Reference) -> tuple[Service, ...]:
    """Services near the workload that have the name asked for, in another namespace that is written."""
    return tuple(
        service
        for service in unit.services_by_name.get(reference.service_name, ())
        if not compatible(service.meta.namespace, reference.namespace) and near(unit, reference.meta, service.meta)
    )


def services_alike(unit: Unit, reference: Reference) -> tuple[Service, ...]:
    """Services near the asker, in the namespace asked for, that are called almost as the name says and list the port it gives."""
    port, called = reference.written.port, reference.service_name
    known = unit.service_names_by_spelling
    candidates = dict.fromkeys(name for spelling in spellings(called) for name in known.get(spelling, ()))
    return tuple(
        service
        for name in sorted(candidates)
        if _are_alike(called, name)
        for service in unit.services_by_name[name]
        if compatible(service.meta.namespace, reference.namespace)
        and near(unit, reference.meta, service.meta)
        and (port is None or lists_port(service, port))
    )


def _are_alike(asked: str, name: str) -> bool:
    """Whether two names are one edit apart, or one with and without the word for a Service: ``east`` and ``west`` are two."""
    return stem_of(asked) == stem_of(name) or (is_misspelling(asked, name) and edits(asked, name, 1) <= 1)


def is_in_view(unit: Unit, namespace: str, homes: Iterable[str | None]) -> bool:
    """Whether it is known what stands in ``namespace``: the unit has objects there, or it is one of ``homes`` misspelt, or the default."""
    if namespace == DEFAULT_NAMESPACE or namespace in unit.homes:
        return True
    return any(home is not None and is_misspelling(namespace, home) for home in homes)


class Malformed(NamedTuple):
    """A name that is almost that of a Service below the cluster domain: what it lacks, how it is written right, the Services meant."""

    reference: Reference
    problem: str
    right: str


def malformed_names_of(model: Model, unit: Unit) -> Iterator[Malformed]:
    """Names below the cluster domain that can never exist, because a label is missing or wrong, each place once."""
    seen: set[Span] = set()
    for workload in unit.workloads:
        if is_fragment(workload):
            continue
        for name in names_written(model, unit, workload):
            if name.kind is NameKind.CLUSTER or name.reference.span in seen or not _is_dialled(workload, name):
                continue
            spelled = _spelled_wrong(name.host.lower().removesuffix("."), model.cluster.domain.lower())
            if spelled is None:
                continue
            problem, service_name, namespace = spelled
            services = find_services(unit, workload, service_name, namespace)
            home = namespace or next((service.meta.namespace for service in services), None) or workload.meta.namespace or "NAMESPACE"
            seen.add(name.reference.span)
            reference = Reference(workload.meta, workload, name.reference, service_name, namespace, services, services, name.link)
            yield Malformed(reference, problem, f"{service_name}.{home}.svc.{model.cluster.domain}")


def _spelled_wrong(host: str, domain: str) -> tuple[str, str, str | None] | None:
    """What a name below the cluster domain lacks, and the Service and namespace that it probably means."""
    labels = host.removesuffix(f".{domain}").split(".")
    if host.endswith(f".{domain}"):
        if labels[-1] == "pod" or len(labels) not in (2, 3):
            return None
        if labels[-1] == "svc":
            return ("its namespace", labels[0], None) if len(labels) == 2 else None
        if len(labels) == 2:
            return "its svc label", labels[0], labels[1]
        return ("its svc label", labels[0], labels[1]) if labels[2] in ("service", "services", "svcs", "src", "scv", "vsc") else None
    if len(labels) > 3 and labels[2] == "svc":
        suffix = ".".join(labels[3:])
        # ``cluster2.local`` is the domain of another cluster.
        if suffix in domain.split(".")[:1] or (edits(suffix, domain) <= 2 and not re.search(r"\d", suffix)):
            return f"the cluster domain {domain}", labels[0], labels[1]
    return None
