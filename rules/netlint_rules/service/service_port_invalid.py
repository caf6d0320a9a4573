"""A Service or container port has a name, number or protocol that the API server rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.values import ScalarType
from netlint_rules.service._port_names import PROTOCOLS, container_port_name_problem, service_port_name_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netlint.kubernetes.facts import ObjectMeta, Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model

_Entries = "Iterable[tuple[Value | None, Value]]"


def check(model: Model) -> Iterator[Finding]:
    """Every port must pass the API server's validation.

    Source: kubernetes pkg/apis/core/validation/validation.go:6696-6901 (Service ports), 3474-3488 (target ports), 2715-2745 (container
    ports).
    """
    for unit in model.units:
        for service in unit.services:
            yield from _service(service)
        for workload in unit.workloads:
            yield from _containers(workload)


def _service(service: Service) -> Iterator[Finding]:
    meta = service.meta
    for port in service.ports:
        yield from _number(meta, "port", port.number)
        yield from _name(meta, "port name", port.name, service_port_name_problem)
        yield from _protocol(meta, port.protocol)
        target = port.target_port
        if target is not None and target.text not in ("", "0"):
            if target.type is ScalarType.INTEGER:
                yield from _number(meta, "targetPort", target)
            else:
                yield from _name(meta, "targetPort", target, container_port_name_problem)
    unnamed = [port for port in service.ports if port.name is None or not port.name.text]
    if len(service.ports) > 1 and unnamed:
        count = f"{len(unnamed)} of its {len(service.ports)} ports have none"
        yield _finding(
            meta,
            unnamed[0].number or unnamed[0],
            f"{meta.title} lists {len(service.ports)} ports, so each needs a name: {count}",
            "Name every port",
        )
    yield from _duplicates(meta, "port name", [(port.name, port.name) for port in service.ports if port.name])
    for protocol in PROTOCOLS:
        numbers = [(port.number, port.number) for port in service.ports if port.number and port.protocol_name == protocol]
        yield from _duplicates(meta, f"{protocol} port", numbers)


def _containers(workload: Workload) -> Iterator[Finding]:
    meta = workload.meta
    for container in workload.template.containers:
        for port in container.ports:
            yield from _number(meta, "containerPort", port.number)
            yield from _name(meta, "container port name", port.name, container_port_name_problem)
            yield from _protocol(meta, port.protocol)
        names = [port.name for port in container.ports if port.name]
        yield from _duplicates(meta, f"container {container.name}, port name", names)


def _number(meta: ObjectMeta, field: str, value: Value | None) -> Iterator[Finding]:
    if value is None or value.is_placeholder or (value.integer is not None and 1 <= value.integer <= 65535):
        return
    if value.integer is None:
        problem, choice = "is not a number", "Write the number without quotes" if value.text.isdecimal() else "Write a number from 1 to 65535"
    else:
        problem, choice = "is out of range", "Write a number from 1 to 65535"
    yield _finding(meta, value, f"{meta.title}: {field} {value.text} {problem}", choice)


def _name(meta: ObjectMeta, field: str, value: Value | None, problem_of: Callable[[str], str | None]) -> Iterator[Finding]:
    if value is None or not value.text or value.is_placeholder:
        return
    if value.type is not ScalarType.STRING:
        yield _finding(meta, value, f"{meta.title}: {field} {value.text} is not text but a {value.type}", "Put it in quotes")
    elif problem := problem_of(value.text):
        number = value.text.isdecimal() and problem_of is container_port_name_problem
        hint = "Write the number without quotes" if number and field == "targetPort" else "Use a short name such as http or grpc-web"
        yield _finding(meta, value, f"{meta.title}: {field} {value.text} {problem}", hint)


def _protocol(meta: ObjectMeta, value: Value | None) -> Iterator[Finding]:
    if value is not None and value.text and not value.is_placeholder and value.text not in PROTOCOLS:
        known = value.text.upper()
        choice = f"Write {known}" if known in PROTOCOLS else f"Use one of {', '.join(PROTOCOLS)}; appProtocol names what is spoken over it"
        yield _finding(meta, value, f"{meta.title}: protocol {value.text} is none of {', '.join(PROTOCOLS)}", choice)
