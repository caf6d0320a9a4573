"""A container behind a Service is stopped without a delay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.linked import listens_in
from netlint.model.rollouts import replica_count, strategy_type
from netlint.model.settings import settings_of
from netlint.model.traffic import ROLLED_OUT_KINDS, is_fragment, received_ports, show_senders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Service, Workload
    from netlint.model import Model
    from netlint.model.links import Listen
    from netlint.model.units import Unit

_DRAIN: Final = re.compile(r"drain|lame.?duck|(?:shut.?down|terminat|stop|grace)\w*[-_. ]?\w*(?:delay|wait|sleep|timeout|period)")
"""Settings by which programs wait before they close their listener."""


def check(model: Model) -> Iterator[Finding]:
    """A container that a Service sends to should go on listening for a while after its pod is told to end.

    The pod's removal from the endpoints and SIGTERM happen at the same time, and proxies learn of the removal later: kube-proxy once a
    second (kubernetes pkg/proxy/apis/config/v1alpha1/defaults.go:65-67), load balancers after many. Where the code of the program is not
    in view, this is a hint.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind not in ROLLED_OUT_KINDS or is_fragment(workload) or _is_down_anyway(workload):
                continue
            behind: dict[str, list[Service]] = {}
            for item in received_ports(unit, workload):
                if item.port.protocol_name == "TCP":
                    behind.setdefault(item.container.name, []).append(item.service)
            for container in workload.template.serving_containers:
                services = behind.get(container.name)
                if not services or container.pre_stop is not None or _drains_itself(unit, workload):
                    continue
                listens = listens_in(model, unit, workload, container)
                if any(listen.listening.shutdown.wait.nanoseconds for listen in listens):
                    continue
                closing = next((listen for listen in listens if listen.listening.shutdown.closes_at_once), None)
                yield _finding(workload, container, services, closing)


def _is_down_anyway(workload: Workload) -> bool:
    """Whether no other pod could answer while this one ends: none runs, or the only one is replaced."""
    replicas = replica_count(workload)
    if replicas == 0 or strategy_type(workload.strategy) == "Recreate":
        return True
    return workload.meta.kind in ("StatefulSet", "ReplicaSet", "ReplicationController") and replicas in (None, 1)


def _drains_itself(unit: Unit, workload: Workload) -> bool:
    texts = [setting.name or setting.value.text for setting in settings_of(unit, workload)]
    # What the expression matches holds no line break. Ignoring case in it takes four times as long.
    return _DRAIN.search("\n".join(texts).lower()) is not None


def _finding(workload: Workload, container: Container, services: list[Service], closing: Listen | None) -> Finding:
    unique = {service.meta.span: service for service in services}.values()
    senders = show_senders([service.meta.title for service in unique])
    message = f"Container {container.name} of {workload.meta.title}, which {senders} to, has no preStop hook"
    condition = "if the program closes its listener at once, "
    related = [Related(service.meta.head, "sends to it") for service in unique]
    if closing is not None:
        message += f", and its program {closing.run.program.name} closes its listener as soon as SIGTERM comes"
        condition = ""
        stops = closing.listening.shutdown.budget.span
        related.append(Related(stops, "stops it at once") if stops else Related(closing.span, "listens here"))
    return RULE.finding(
        container.head,
        message=message,
        why=f"SIGTERM comes while proxies still send to the pod: {condition}new connections are refused",
        help="Add lifecycle.preStop.sleep with seconds: 5 or more (exec sleep before Kubernetes 1.30), unless the program waits by itself",
        subject=Subject.of(workload.meta),
        related=related,
        severity=Severity.WARNING if closing else None,
        confidence=Confidence.HIGH if closing else None,
        link=closing.run if closing else None,
    )


RULE = Rule(
    name="shutdown-without-drain",
    family="endpoints",
    layer=8,
    summary="A container behind a Service is stopped without a delay",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
