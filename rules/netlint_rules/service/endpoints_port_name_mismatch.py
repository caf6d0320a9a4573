"""Hand-made endpoints name their port otherwise than the Service does, or belong to no Service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import set_entry
from netlint.model.units import compatible, near, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import EndpointPort, EndpointSet, Service, ServicePort
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit
    from netlint.source import Span

SERVICE_LABEL = "kubernetes.io/service-name"


def check(model: Model) -> Iterator[Finding]:
    """Each port of a Service without a selector needs an endpoint port of the same name and protocol.

    kube-proxy joins the two by namespace, Service, port *name* and protocol, never by number (kubernetes
    pkg/proxy/endpointslicecache.go:171-190); no name is the empty name. A slice is found by its label alone
    (staging/src/k8s.io/endpointslice/utils.go:205-208).
    """
    for unit in model.units:
        for service in unit.services:
            # A headless Service is not proxied: DNS answers with the addresses whatever the ports are called.
            if service.selector is not None or service.is_external_name or service.is_headless or not service.ports:
                continue
            sets = [found for found in unit.endpoint_sets if compatible(service.meta.namespace, found.meta.namespace)]
            own = [found for found in sets if found.service_name is not None and found.service_name.text == service.meta.name]
            own = [found for found in nearest(unit, service.meta, own) if _is_nearest(unit, found, service)]
            if own:
                yield from _compare(service, own)
            else:
                yield from (_unlabelled(service, found) for found in sets if _looks_meant(unit, service, found))


def _is_nearest(unit: Unit, found: EndpointSet, service: Service) -> bool:
    """Whether no Service of the same name stands nearer to the endpoints, as in a folder of examples."""
    return service in nearest(unit, found.meta, unit.services_by_name[service.meta.name])


def _looks_meant(unit: Unit, service: Service, found: EndpointSet) -> bool:
    """Whether a slice without the label is called like the Service: ``db`` or ``db-1``."""
    same = found.meta.name == service.meta.name or found.meta.name.startswith(f"{service.meta.name}-")
    return found.is_slice and found.service_name is None and same and near(unit, service.meta, found.meta)


def _compare(service: Service, sets: list[EndpointSet]) -> Iterator[Finding]:
    ports = [(found, port) for found in sets for port in found.ports]
    if not ports or any(value is not None and value.is_placeholder for value in _names(service, ports)):
        return
    wanted = {_key(port) for port in service.ports}
    given = {_key(port) for _, port in ports}
    orphans = [(found, port) for found, port in ports if _key(port) not in wanted]
    for port in service.ports:
        if _key(port) not in given and orphans:
            yield _mismatch(service, port, *_likeliest(port, orphans))


def _names(service: Service, ports: list[tuple[EndpointSet, EndpointPort]]) -> Iterator[Value | None]:
    for port in service.ports:
        yield from (port.name, port.protocol)
    for _, given in ports:
        yield from (given.name, given.protocol)


def _key(port: ServicePort | EndpointPort) -> tuple[str, str]:
    return (port.name.text if port.name else "", port.protocol_name)


def _likeliest(port: ServicePort, orphans: list[tuple[EndpointSet, EndpointPort]]) -> tuple[EndpointSet, EndpointPort]:
    """Of the endpoint ports that no Service port takes the one with the number that is sent to, or the first."""
    target = port.target
    return next((item for item in orphans if target and item[1].number and item[1].number.text == target.text), orphans[0])


def _mismatch(service: Service, port: ServicePort, found: EndpointSet, given: EndpointPort) -> Finding:
    return RULE.finding(
        _token(given.name, given.protocol, given.number, default=given.span),
        message=f"{found.meta.title} has {_show(given)}, {service.meta.title} {_show(port)}: they are not the same port",
        why="Endpoints are joined to the Service by the name and protocol of the port, not by its number, so the Service port has no "
        "endpoint and every connection is refused",
        help=_advice(port, given),
        subject=Subject.of(found.meta),
        related=[Related(_token(port.name, port.protocol, port.number, default=port.span), f"{service.meta.title} has {_show(port)}")],
        fix=_fix(port, given),
    )


def _fix(port: ServicePort, given: EndpointPort) -> Fix | None:
    """Call the endpoint port what the Service calls its own; where the names agree, give it the protocol."""
    (name, protocol), (other, _) = _key(port), _key(given)
    beside = given.number.span if given.number else None
    if name == other:
        return set_entry(given.protocol, beside, "protocol", protocol, safe=False)
    return set_entry(given.name, beside, "name", name, safe=False) if name else None


def _token(*values: Value | None, default: Span) -> Span:
    return next((value.span for value in values if value is not None), default)


def _show(port: ServicePort | EndpointPort) -> str:
    name, protocol = _key(port)
    number = port.number.text if port.number else "?"
    return f"the port named {name} ({number}/{protocol})" if name else f"a port without a name ({number}/{protocol})"


def _advice(port: ServicePort, given: EndpointPort) -> str:
    (name, protocol), (other, _) = _key(port), _key(given)
    if name == other:
        return f"Set protocol: {protocol} on the endpoint port, or the Service's to the other"
    return (
        f"Set name: {name} on the endpoint port" if name else "Leave the name of the endpoint port out, or give the Service port the same"
    )


def _unlabelled(service: Service, found: EndpointSet) -> Finding:
    return RULE.finding(
        found.meta.head,
        message=f"{found.meta.title} has no label {SERVICE_LABEL}, so it belongs to no Service; {service.meta.title} has no endpoint",
        why="A slice is joined to its Service by that label, never by its name: without endpoints every connection is refused",
        help=f"Add the label {SERVICE_LABEL}: {service.meta.name}",
        subject=Subject.of(found.meta),
        related=[Related(service.meta.head, "has no selector and no other endpoints")],
    )


RULE = Rule(
    name="endpoints-port-name-mismatch",
    family="service",
    layer=7,
    summary="Hand-made endpoints name their port otherwise than the Service does, or belong to no Service",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
