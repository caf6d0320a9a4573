"""On a musl image a short in-cluster name has so many dots that the search list is never tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.dns import resolver_settings
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.asked_names import distinct_cluster_names
from netlint.model.images import is_musl_image
from netlint.model.names import resolv_conf
from netlint_rules.dns._pods import cluster_domains, finds_service, known_workloads, musl_containers, related_images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.names import UsedName


def check(model: Model) -> Iterator[Finding]:
    """musl does not search for a name with at least ndots dots (src/network/lookup_name.c:202); Go and glibc go on to the search list."""
    for unit, workload in known_workloads(model):
        if not musl_containers(workload):
            continue
        conf = resolv_conf(workload, model.cluster)
        musl, others = resolver_settings(conf, "musl"), resolver_settings(conf, "go")
        if not conf.searches or musl.search_ignored:
            continue
        domains = cluster_domains(conf, model.cluster)
        for name in distinct_cluster_names(model, unit, workload):
            container = _musl_container(workload, name)
            if container is None or name.host.endswith(".") or name.host.count(".") < musl.ndots:
                continue
            if finds_service(name, others, "go", domains) and not finds_service(name, musl, "musl", domains):
                yield _finding(workload, container, name, musl.ndots)


def _musl_container(workload: Workload, name: UsedName) -> Container | None:
    """The container on musl that uses the name; for a mounted file the first, if all are on musl."""
    if name.container is not None:
        return name.container if is_musl_image(name.container) else None
    containers = workload.template.containers
    return containers[0] if all(is_musl_image(container) for container in containers) else None


def _finding(workload: Workload, container: Container, name: UsedName, ndots: int) -> Finding:
    dots = name.host.count(".")
    return RULE.finding(
        name.reference.span,
        message=f"Container {container.name} of {workload.meta.title} runs on musl, which asks for {name.host} ({dots} "
        f"{'dot' if dots == 1 else 'dots'}, ndots {ndots}) only as it stands",
        why="musl searches only names with fewer dots than ndots; Go programs and glibc images go on to the search list and find it",
        help=f'Write the full name, ending in svc and the cluster domain, or set the option ndots to "{dots + 1}" or more',
        subject=Subject.of(workload.meta),
        related=[*_ndots_place(workload), *related_images((container,), "has musl as its libc")],
    )


def _ndots_place(workload: Workload) -> Iterator[Related]:
    config, policy = workload.template.dns_config, workload.template.dns_policy
    values = [option.value for option in (config.options if config else ()) if option.name and option.name.text == "ndots"]
    if values and values[-1] is not None:
        yield Related(values[-1].span, "sets ndots")
    elif policy is not None:
        yield Related(policy.span, "leaves ndots at 1")


RULE = Rule(
    name="ndots-breaks-musl-name",
    family="dns",
    layer=5,
    summary="On a musl image a short in-cluster name has so many dots that the search list is never tried",
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
