"""A Service or container port has a name, number or protocol that the API server rejects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.values import ScalarType
from netlint.manifest_fixes import as_written, rewrite, token
from netlint.model.traffic import is_fragment
from netlint.model.units import grouped
from netlint_rules.service._port_names import PROTOCOLS, container_port_name_problem, service_port_name_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netlint.kubernetes.facts import ObjectMeta, Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.source import Span


_NATIVE_VERSIONS: Final = frozenset(("v1", "apps/v1", "batch/v1"))
_MAX_SHOWN: Final = 3
_BLANK: Final = re.compile(r"[A-Z0-9_]*PORT[A-Z0-9_]*")


def check(model: Model) -> Iterator[Finding]:
    """Every port must pass the API server's validation.

    Source: kubernetes pkg/apis/core/validation/validation.go:6813-6824, 6889-6901 (Service ports), 3474-3488 (target ports), 2715-2745
    (container ports).
    """
    for unit in model.units:
        for service in unit.services:
            yield from _check_service(service)
        for workload in unit.workloads:
            yield from _check_containers(workload)


def _check_service(service: Service) -> Iterator[Finding]:
    meta, ports = service.meta, service.ports
    for port in ports:
        yield from _check_number(meta, "port", port.number)
        yield from _check_name(meta, "the port name", port.name, service_port_name_problem)
        yield from _check_protocol(meta, port.protocol)
        target = port.target_port
        if target is None or target.text in ("", "0"):
            continue
        if target.type is ScalarType.STRING:
            yield from _check_name(meta, "targetPort", target, container_port_name_problem)
        else:
            yield from _check_number(meta, "targetPort", target)
    unnamed = [port for port in ports if port.name is None or not port.name.text]
    if len(ports) > 1 and unnamed:
        first = unnamed[0].number
        message = f"{meta.title} lists {len(ports)} ports, so each needs a name; {len(unnamed)} of them have none"
        yield _finding(meta, first.span if first else unnamed[0].span, message, "Name every port")
    if len(ports) > 1:
        yield from _check_service_duplicates(service)
    if service.type is not None and service.type.text == "ClusterIP":
        for port in ports:
            if port.node_port is not None and port.node_port.integer:
                message = f"{meta.title}: nodePort {port.node_port.text} needs the type NodePort or LoadBalancer; the type is ClusterIP"
                yield _finding(
                    meta, port.node_port.span, message, "Remove nodePort, or change the type", [Related(service.type.span, "the type")]
                )


def _check_service_duplicates(service: Service) -> Iterator[Finding]:
    meta, ports = service.meta, service.ports
    yield from _check_duplicates(meta, "the port name", (port.name for port in ports))
    for protocol in PROTOCOLS:
        numbers = (port.number for port in ports if port.protocol_name == protocol and port.number and _is_in_range(port.number))
        yield from _check_duplicates(meta, f"{protocol} port", numbers)
        node_ports = (port.node_port for port in ports if port.protocol_name == protocol and port.node_port and port.node_port.integer)
        yield from _check_duplicates(meta, f"{protocol} nodePort", node_ports)


def _check_containers(workload: Workload) -> Iterator[Finding]:
    meta = workload.meta
    is_whole = meta.api_version in _NATIVE_VERSIONS and not is_fragment(workload)
    for container in workload.template.containers:
        for port in container.ports:
            if port.lacks_number and is_whole:
                message = f"{meta.title}: a port of container {container.name} has no containerPort"
                yield _finding(meta, port.name.span if port.name else port.span, message, "Give it a number from 1 to 65535, or remove it")
            yield from _check_number(meta, "containerPort", port.number)
            yield from _check_name(meta, "the container port name", port.name, container_port_name_problem)
            yield from _check_protocol(meta, port.protocol)
        # Names are unique within a container, not within the pod.
        if len(container.ports) > 1:
            yield from _check_duplicates(meta, f"container {container.name}: the port name", (port.name for port in container.ports))


def _is_in_range(value: Value) -> bool:
    return value.integer is not None and 1 <= value.integer <= 65535


def _is_blank(value: Value) -> bool:
    """Whether the value is filled in before it is applied: a placeholder, or a word such as ``PORT`` and ``HTTP_PORT``."""
    return value.is_placeholder or ("PORT" in value.text and bool(_BLANK.fullmatch(value.text)))


def _check_number(meta: ObjectMeta, field: str, value: Value | None) -> Iterator[Finding]:
    if value is None or _is_in_range(value) or _is_blank(value):
        return
    if value.integer is not None:
        yield _finding(meta, value.span, f"{meta.title}: {field} {value.text} is out of range", "Use a number from 1 to 65535")
    elif value.text.isdecimal():
        message = f"{meta.title}: {field} {value.text} is text, not a number"
        yield _finding(meta, value.span, message, "Leave the quotes out", fix=_unquoted(value))
    else:
        yield _finding(meta, value.span, f"{meta.title}: {field} {value.text} is not a number", "Use a number from 1 to 65535")


def _check_name(meta: ObjectMeta, field: str, value: Value | None, problem_of: Callable[[str], str | None]) -> Iterator[Finding]:
    if value is None or not value.text or _is_blank(value):
        return
    if value.type is not ScalarType.STRING:
        message = f"{meta.title}: {field} {value.text} is read as {value.type}, not as text"
        yield _finding(meta, value.span, message, "Put it in quotes", fix=_quoted(value, problem_of))
        return
    problem = problem_of(value.text)
    if problem is None:
        return
    fix = None
    if field == "targetPort" and value.text.isdecimal():
        fix = _unquoted(value)
        problem, choice = "is text, so it is taken for a name, and a name needs a letter", "Leave the quotes out"
    else:
        choice = "Use a name such as http or grpc-web"
    yield _finding(meta, value.span, f"{meta.title}: {field} {value.text} {problem}", choice, fix=fix)


def _check_protocol(meta: ObjectMeta, value: Value | None) -> Iterator[Finding]:
    if value is None or not value.text or value.is_placeholder or value.text in PROTOCOLS:
        return
    written = value.text.upper()
    choice = (
        f"Write {written}" if written in PROTOCOLS else "Leave the line out for TCP; appProtocol is the field that names what is spoken"
    )
    fix = rewrite(value, written, safe=True) if written in PROTOCOLS else None
    yield _finding(meta, value.span, f"{meta.title}: protocol {value.text} is none of {', '.join(PROTOCOLS)}", choice, fix=fix)


def _check_duplicates(meta: ObjectMeta, what: str, values: Iterable[Value | None]) -> Iterator[Finding]:
    """One finding a name, however often it stands there, at the second place."""
    written = [value for value in values if value is not None and value.text and not value.is_placeholder]
    for name, places in grouped((value.text, value) for value in written).items():
        if len(places) > 1:
            first, second, *more = places
            times = "twice" if not more else f"{len(places)} times"
            others = [Related(value.span, "again here") for value in more[:_MAX_SHOWN]]
            choice = "Change one of the two, or remove it" if not more else "Give each one of its own, or remove those that are too many"
            yield _finding(
                meta, second.span, f"{meta.title}: {what} {name} stands {times}", choice, [Related(first.span, "first here"), *others]
            )


def _unquoted(value: Value) -> Fix | None:
    edit = token(value, value.text) if 1 <= int(value.text[:6]) <= 65535 and value.text[0] != "0" else None
    return Fix("Leave the quotes out", True, (edit,)) if edit else None


def _quoted(value: Value, problem_of: Callable[[str], str | None]) -> Fix | None:
    """The token as written, in quotes, where that makes a name: ``on`` and not the ``true`` that it is read as."""
    written = as_written(value)
    edit = token(value, f'"{written}"') if problem_of(written) is None else None
    return Fix("Put it in quotes", True, (edit,)) if edit else None


def _finding(meta: ObjectMeta, span: Span, message: str, choice: str, related: Iterable[Related] = (), fix: Fix | None = None) -> Finding:
    return RULE.finding(
        span,
        message=message,
        why=f"The API server rejects {meta.title}: it is not created, and an update leaves the old one in force",
        help=choice,
        subject=Subject.of(meta),
        related=related,
        fix=fix,
    )


RULE = Rule(
    name="service-port-invalid",
    family="service",
    layer=7,
    summary="A Service or container port has a name, number or protocol that the API server rejects",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REJECTED,
    since="0.1.0",
    check=check,
)
