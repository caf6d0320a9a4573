"""A name without a namespace asks for a Service that is in another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.hosts import HostForm
from netlint.manifest_fixes import replace_part
from netlint.model.references import lists_port, references_of, services_elsewhere
from netlint.model.routes import knows_every_service
from netlint.model.settings import settings_of
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Service, Workload
    from netlint.model import Model
    from netlint.model.references import Reference
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """The search list of a pod starts with its own namespace and holds no other.

    Source: kubernetes pkg/kubelet/network/dns/dns.go:150-163 (generateSearchesForDNSClusterFirst).
    """
    for unit in model.units:
        for reference in references_of(model, unit):
            workload = reference.workload
            if workload is None or "." in reference.host or reference.services or reference.namespace is None:
                continue
            services = services_elsewhere(unit, reference)
            port = reference.written.port
            if not services or (port is not None and not any(lists_port(service, port) for service in services)):
                continue
            if knows_every_service(unit, reference.meta) and not _is_completed(unit, workload, reference, services):
                yield _finding(reference, services)


def _is_completed(unit: Unit, workload: Workload, reference: Reference, services: tuple[Service, ...]) -> bool:
    """Whether something may add the namespace: a search list of the pod's own, or the program, which is told it in another setting."""
    config = workload.template.dns_config
    homes = {service.meta.namespace for service in services}
    if config is not None and any(search.text.partition(".")[0] in homes for search in config.searches):
        return True
    if reference.written.form is not HostForm.BARE:
        return False
    words = [re.compile(rf"(?<![\w-]){re.escape(home)}(?![\w-])") for home in homes if home]
    return any(word.search(setting.value.text) for setting in settings_of(unit, workload) for word in words)


def _finding(reference: Reference, services: tuple[Service, ...]) -> Finding:
    homes = sorted({service.meta.namespace or "" for service in services})
    names = [f"{reference.host}.{home}" for home in homes]
    return RULE.finding(
        reference.written.span,
        message=f"{reference.place} asks for {reference.host} in namespace {reference.namespace}; Service {reference.host} is in "
        f"{in_words(homes)}",
        why="The search list of a pod holds its own namespace and no other: the name is NXDOMAIN",
        help=f"Write {in_words(names, 'or')}",
        subject=Subject.of(reference.meta),
        link=reference.link,
        related=[Related(service.meta.head, f"is in namespace {service.meta.namespace}") for service in services],
        fix=replace_part(reference.written.span, reference.host, names[0]) if len(names) == 1 else None,
    )


RULE = Rule(
    name="reference-short-name-other-namespace",
    family="reference",
    layer=4,
    summary="A name without a namespace asks for a Service that is in another one",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
