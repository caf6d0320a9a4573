"""A headless Service lists another port than its pods listen on, and nothing translates between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.names import names_used
from netlint.model.selection import open_ports, resolve_target_port, selected_workloads
from netlint_rules.service._selected import is_routed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import ContainerPort, Service, ServicePort, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.names import UsedName
    from netlint.model.selection import OpenPort
    from netlint.model.units import Unit

_BALANCER: Final = "grpclb"
"""A port of this name is there to be found by its SRV record (grpc-go internal/resolver/dns/dns_resolver.go, lookupSRV)."""
_MAX_SHOWN: Final = 3
"""Containers whose port is shown."""


def check(model: Model) -> Iterator[Finding]:
    """``port`` and the resolved ``targetPort`` of a headless Service should be one number.

    DNS answers with the addresses of the pods and no proxy stands between, so clients must dial the pods' own port; the API accepts the
    difference all the same (kubernetes pkg/apis/core/validation/validation.go:6919-6926).
    """
    for unit in model.units:
        found = list(_differing_ports(unit))
        used = _names_by_service(model, unit) if found else {}
        for service, port, pods, opened in found:
            if not _is_known(unit, service, port, pods, used.get(id(service), [])):
                yield _finding(service, port, pods, opened)


def _differing_ports(unit: Unit) -> Iterator[tuple[Service, ServicePort, list[int], list[ContainerPort]]]:
    """Ports of headless Services that none of the pods listens on: with the pods' numbers, and what a named target resolves to."""
    for service in unit.services:
        if not service.is_headless or service.selector is None or service.is_external_name:
            continue
        workloads = selected_workloads(unit, service)
        for port in service.ports:
            target, number = port.target, port.number
            if target is None or number is None or number.integer is None or target.is_placeholder:
                continue
            if port.name is not None and port.name.text == _BALANCER:
                continue
            opened = [] if target.integer is not None else [resolve_target_port(port, workload) for workload in workloads]
            pods = _pod_ports(target, opened)
            if pods and number.integer not in pods and not _is_open(port, workloads):
                yield service, port, pods, [found.port for found in opened if found]


def _is_open(port: ServicePort, workloads: Sequence[Workload]) -> bool:
    """Whether all pods declare the number that the Service lists as well, so that who dials it is answered."""
    listed = port.number.integer if port.number else None
    numbers = [{found.port.number.integer for found in open_ports(workload) if found.port.number} for workload in workloads]
    return bool(numbers) and all(listed in declared for declared in numbers)


def _names_by_service(model: Model, unit: Unit) -> dict[int, list[UsedName]]:
    found: dict[int, list[UsedName]] = {}
    for workload in unit.workloads:
        for name in names_used(model, unit, workload):
            for service in name.services:
                found.setdefault(id(service), []).append(name)
    return found


def _pod_ports(target: Value, opened: Sequence[OpenPort | None]) -> list[int]:
    """Numbers that the target stands for in the pods, each once; empty where a name does not resolve in all of them."""
    if target.integer is not None:
        return [target.integer]
    numbers = [found.port.number.integer if found and found.port.number else None for found in opened]
    return list(dict.fromkeys(number for number in numbers if number is not None)) if None not in numbers else []


def _is_known(unit: Unit, service: Service, port: ServicePort, pods: list[int], names: list[UsedName]) -> bool:
    """Whether every client in view dials the pods' port, or learns it: SRV records and routes carry the port of the endpoint."""
    listed = port.number.integer if port.number else None
    if any(name.reference.port == listed for name in names):
        return False
    if any(name.reference.port in pods or name.host.startswith("_") for name in names):
        return True
    return is_routed(unit, service)


def _finding(service: Service, port: ServicePort, pods: list[int], opened: list[ContainerPort]) -> Finding:
    number, target = port.number, port.target
    assert number is not None and target is not None
    listed, wanted = number.text, " or ".join(map(str, pods))
    return RULE.finding(
        number.span,
        message=f"Headless {service.meta.title} lists port {listed}, but its pods listen on {wanted} and nothing translates: "
        f"clients have to use {service.meta.name}:{wanted}",
        why=f"DNS answers with the addresses of the pods, so {service.meta.name}:{listed} dials the pod on {listed} and is refused; only "
        "SRV records and routes carry the right port",
        help=f"List port: {wanted}, so that the Service says what clients have to use, or give it a cluster IP",
        subject=Subject.of(service.meta),
        related=[
            Related(target.span, f"the pods' port is {wanted}"),
            *(Related(found.number.span, f"{target.text} is {found.number.text}") for found in opened[:_MAX_SHOWN] if found.number),
        ],
    )


RULE = Rule(
    name="headless-port-translation",
    family="service",
    layer=7,
    summary="A headless Service lists another port than its pods listen on, and nothing translates between the two",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
