"""A name asks for a Service that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.hosts import HostForm
from netlint.manifest_fixes import replace_part
from netlint.model.references import is_in_view, malformed_names_of, references_of, services_alike, services_elsewhere
from netlint.model.routes import knows_every_service
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.references import Reference
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """An in-cluster name must be that of a Service; what is not in view may still exist, so only a near miss is more than an info.

    Source: kubernetes/dns docs/specification.md, 2.3 and 2.4: other names below the cluster domain do not exist.
    """
    for unit in model.units:
        for reference in references_of(model, unit):
            if not reference.services and knows_every_service(unit, reference.meta) and not _is_left_out(unit, reference):
                yield from _judge(unit, reference)
        yield from _malformed(unit, model)


def _is_left_out(unit: Unit, reference: Reference) -> bool:
    """Whether the name is the API server's, or the business of reference-short-name-other-namespace."""
    if reference.service_name == "kubernetes":
        return True
    return "." not in reference.host and bool(services_elsewhere(unit, reference))


def _judge(unit: Unit, reference: Reference) -> Iterator[Finding]:
    elsewhere = services_elsewhere(unit, reference)
    if elsewhere and is_in_view(unit, reference.namespace or "", [service.meta.namespace for service in elsewhere]):
        homes = sorted({service.meta.namespace or "" for service in elsewhere})
        yield _finding(
            reference,
            f"asks for Service {reference.service_name} of namespace {reference.namespace}; it is in {in_words(homes)}",
            f"Write {in_words([f'{reference.service_name}.{home}' for home in homes], 'or')}",
            [Related(service.meta.head, f"is in namespace {service.meta.namespace}") for service in elsewhere],
        )
        return
    alike = services_alike(unit, reference)
    home = f" of namespace {reference.namespace}" if reference.namespace else ""
    if alike:
        names = sorted({service.meta.name for service in alike})
        yield _finding(
            reference,
            f"asks for Service {reference.service_name}{home}, which does not exist; there is {in_words(names)}",
            f"Name {in_words(names, 'or')}",
            [Related(service.meta.head, "is there") for service in alike],
            confidence=Confidence.MEDIUM if reference.written.form is HostForm.BARE else None,
            fix=_renamed(reference, names[0]) if len(names) == 1 else None,
        )
    elif reference.written.form is not HostForm.BARE:
        yield _finding(
            reference,
            f"asks for Service {reference.service_name}{home}, which is not in view",
            f"Add the Service, or name one that is there; nothing is to be done if something else creates {reference.service_name}",
            [],
            Severity.INFO,
            Confidence.LOW,
        )


def _malformed(unit: Unit, model: Model) -> Iterator[Finding]:
    for found in malformed_names_of(model, unit):
        services = found.reference.nearest
        yield _finding(
            found.reference,
            f"asks for {found.reference.host}, which lacks {found.problem}",
            f"Write {found.right}",
            [Related(service.meta.head, "is the Service") for service in services],
            None if services else Severity.INFO,
            None if services else Confidence.LOW,
            replace_part(found.reference.written.span, found.reference.host, found.right) if services else None,
        )


def _renamed(reference: Reference, name: str) -> Fix | None:
    """The name with that Service's in the place of the one that is not there; what follows it stays."""
    wrong = reference.service_name
    if not reference.host.startswith(wrong):
        return None
    return replace_part(reference.written.span, reference.host, name + reference.host.removeprefix(wrong))


def _finding(
    reference: Reference,
    fact: str,
    help: str,
    related: list[Related],
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    fix: Fix | None = None,
) -> Finding:
    return RULE.finding(
        reference.written.span,
        message=f"{reference.place} {fact}",
        why="The cluster's DNS answers NXDOMAIN at once: no such host",
        help=help,
        subject=Subject.of(reference.meta),
        link=reference.link,
        related=related,
        severity=severity,
        confidence=confidence,
        fix=fix,
    )


RULE = Rule(
    name="reference-service-unknown",
    family="reference",
    layer=4,
    summary="A name asks for a Service that does not exist",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
