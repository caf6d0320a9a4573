"""An ExternalName Service is asked for more than a DNS alias can do."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint_rules.service._selected import is_routed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.units import Unit

_MORE_THAN_A_NAME: Final = re.compile(r"://|/|:\d+$")
_DNS_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_BLANK: Final = re.compile(r"[A-Z0-9_]+")


def check(model: Model) -> Iterator[Finding]:
    """``externalName`` must be a complete DNS name, and its ports mean nothing.

    The answer is a CNAME and nothing else (coredns plugin/kubernetes/kubernetes.go:515-528): no address, no port, no search list.
    """
    for unit in model.units:
        for service in unit.services:
            name = service.external_name
            if not service.is_external_name or name is None or not name.text or name.is_placeholder:
                continue
            if service.cluster_ip is not None and service.cluster_ip.text and not service.cluster_ip.is_placeholder:
                yield _with_address(service, name, service.cluster_ip)
            found = _name_problem(unit, service, name, model.cluster.domain)
            if found is not None:
                yield found
            elif not is_routed(unit, service):
                yield from _mapped_ports(service, name)


def _name_problem(unit: Unit, service: Service, name: Value, domain: str) -> Finding | None:
    text = name.text.rstrip(".")
    title = service.meta.title
    if _is_address(text):
        # Ingress controllers take the address as it is.
        return None if is_routed(unit, service) else _address(service, name)
    if _MORE_THAN_A_NAME.search(text):
        return _finding(
            service,
            name,
            f"{title}: externalName {text} is more than a DNS name",
            "The API server rejects it: an alias has neither scheme nor port nor path",
            "Keep the host name only; clients bring scheme, port and path themselves",
            severity=Severity.ERROR,
            symptom=Symptom.REJECTED,
        )
    if text == "localhost":
        return _finding(
            service,
            name,
            f"{title} is an alias of localhost, which every client takes for itself",
            "The name resolves to 127.0.0.1 in the client's own pod, where nothing listens: refused",
            "Name the host that is meant, or use a Service without a selector and an EndpointSlice with the address",
            symptom=Symptom.REFUSED,
        )
    if not _DNS_NAME.fullmatch(text) and not _BLANK.fullmatch(text):
        return _finding(
            service,
            name,
            f"{title}: externalName {text} is no DNS name",
            "The API server rejects it: only a-z, 0-9, '-' and '.' are taken, and no part may start or end with '-'",
            "Write the name as DNS has it, in lower case",
            severity=Severity.ERROR,
            symptom=Symptom.REJECTED,
        )
    full = _cluster_name(unit, service, text, domain)
    if full is None:
        return None
    return _finding(
        service,
        name,
        f"{title}: externalName {text} is taken as the complete name {text}., which does not exist",
        "An alias is not completed by the search list of the pod: the name goes to the outside as it is and comes back NXDOMAIN",
        f"Write the whole name: {full}",
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _address(service: Service, name: Value) -> Finding:
    is_rejected = ":" in name.text
    return _finding(
        service,
        name,
        f"{service.meta.title}: externalName {name.text} is an address, and an alias can only point at a name",
        "The API server rejects it" if is_rejected else "It is accepted, but DNS has no record for it: every look-up is NXDOMAIN",
        f"Use a Service without a selector and without externalName, and an EndpointSlice with the address {name.text}",
        severity=Severity.ERROR if is_rejected else None,
        symptom=Symptom.REJECTED if is_rejected else None,
    )


def _with_address(service: Service, name: Value, address: Value) -> Finding:
    return RULE.finding(
        address.span,
        message=f"{service.meta.title} has type ExternalName and clusterIP {address.text}; an alias has no address, not even None",
        why=f"The API server rejects {service.meta.title}: it is not created, and an update leaves the old one in force",
        help="Remove clusterIP, or choose another type and remove externalName",
        subject=Subject.of(service.meta),
        related=[Related(name.span, "an alias of this name")],
        severity=Severity.ERROR,
        symptom=Symptom.REJECTED,
    )


def _cluster_name(unit: Unit, service: Service, text: str, domain: str) -> str | None:
    """The whole name, where ``text`` is a Service's name cut short."""
    labels = text.split(".")
    if len(labels) == 3 and labels[-1] == "svc":
        return f"{text}.{domain}"
    if len(labels) > 2:
        return None
    namespace = labels[1] if len(labels) == 2 else service.meta.namespace
    found = [item for item in unit.services_by_name.get(labels[0], ()) if item is not service and item.meta.namespace == namespace]
    return f"{labels[0]}.{namespace or 'default'}.svc.{domain}" if found else None


def _mapped_ports(service: Service, name: Value) -> Iterator[Finding]:
    for port in service.ports:
        target, number = port.target_port, port.number
        if target is None or number is None or target.integer in (None, 0) or target.text == number.text:
            continue
        yield RULE.finding(
            target.span,
            message=f"{service.meta.title} expects port {number.text} to become {target.text}, but an ExternalName maps no ports",
            why=f"Clients get the address of {name.text} and dial the port they were given: {number.text}, where that host may not listen",
            help=f"Let clients use port {target.text}, or use a Service without a selector and an EndpointSlice with port {target.text}",
            subject=Subject.of(service.meta),
            related=[Related(name.span, "an alias: it has no ports"), Related(number.span, "what clients dial")],
            symptom=Symptom.REFUSED,
        )


def _finding(
    service: Service,
    name: Value,
    message: str,
    why: str,
    help: str,
    severity: Severity | None = None,
    symptom: Symptom | None = None,
) -> Finding:
    return RULE.finding(
        name.span, message=message, why=why, help=help, subject=Subject.of(service.meta), severity=severity, symptom=symptom
    )


RULE = Rule(
    name="external-name-misused",
    family="service",
    layer=7,
    summary="An ExternalName Service is asked for more than a DNS alias can do",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
