"""A probe names a port that its own container does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import rewrite
from netlint.model.traffic import is_fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Probe, Workload
    from netlint.model import Model

_WHY: Final = {
    "readiness": "The kubelet cannot run the probe and throws its result away: the container is never Ready, the pod never an endpoint",
    "startup": "The kubelet cannot run the probe and throws its result away: the container never counts as started, the pod is never Ready",
    "liveness": "The kubelet cannot run the probe and throws its result away: a container that hangs is never restarted",
}


def check(model: Model) -> Iterator[Finding]:
    """A probe's named port is looked up in its own container only, whatever the protocol; text that is a number is taken as one.

    Source: kubernetes pkg/probe/util.go:27-56 (lookup); pkg/kubelet/prober/worker.go:348-353 and prober.go:102-109 (error thrown away);
    worker.go:112-125 (readiness starts as failure, liveness as success, startup as unknown).
    """
    for unit in model.units:
        for workload in unit.workloads:
            if is_fragment(workload):
                continue
            for container in workload.template.serving_containers:
                for probe in container.probes:
                    if _is_unresolved(probe, container):
                        yield _finding(workload, container, probe)


def _is_unresolved(probe: Probe, container: Container) -> bool:
    port = probe.port
    if port is None or port.integer is not None or port.text.isdecimal() or port.is_placeholder or not port.text:
        return False
    if any(declared.name is not None and declared.name.is_placeholder for declared in container.ports):
        return False
    return all(declared.name is None or declared.name.text != port.text for declared in container.ports)


def _finding(workload: Workload, container: Container, probe: Probe) -> Finding:
    assert probe.port is not None
    name = probe.port.text
    own = ", ".join(_show(container)) or "no port"
    others = [
        (other, declared.name)
        for other in workload.template.serving_containers
        if other is not container
        for declared in other.ports
        if declared.name is not None and declared.name.text == name
    ]
    elsewhere = f"; {name} is a port of container {others[0][0].name}, which the probe does not see" if others else ""
    names = [declared.name.text for declared in container.ports if declared.name]
    choices = f"Probe {' or '.join(names)}, or" if names else "Probe the number, or"
    return RULE.finding(
        probe.port.span,
        message=f"The {probe.role} probe of container {container.name} asks port {name}, but the container declares {own}{elsewhere}",
        why=_WHY[probe.role],
        help=f"{choices} declare a port named {name} in container {container.name}",
        subject=Subject.of(workload.meta),
        related=[Related(container.head, f"declares {own}"), *(Related(span.span, f"of container {other.name}") for other, span in others)],
        severity=Severity.WARNING if probe.role == "liveness" else Severity.ERROR,
        symptom=Symptom.HANG if probe.role == "liveness" else Symptom.REFUSED,
        fix=rewrite(probe.port, names[0], safe=False) if len(names) == 1 else None,
    )


def _show(container: Container) -> list[str]:
    shown = []
    for declared in container.ports:
        number = declared.number.text if declared.number else "?"
        shown.append(f"{declared.name.text} ({number})" if declared.name else number)
    return shown


RULE = Rule(
    name="probe-port-name-unresolved",
    family="endpoints",
    layer=8,
    summary="A probe names a port that its own container does not declare",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
