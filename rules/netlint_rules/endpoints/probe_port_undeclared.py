"""A probe asks a port number that no container of its pod declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.listening import ports_of_programs
from netlint.model.selection import services_before, show_ports
from netlint.model.settings import MESH_PROXY_PORTS, has_unseen_containers, mentions_number
from netlint.model.spelling import edits
from netlint.model.traffic import is_fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Probe, Workload
    from netlint.model import Model
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """A numeric probe port should be one that the pod declares, where its container declares any.

    ``containerPort`` is documentation only (kubernetes staging/src/k8s.io/api/core/v1/types.go:2948-2951): a number that is missing there
    may be open all the same. So nothing that the pod is configured with may name it, and no Service may send to it. All probes but exec
    connect by TCP (pkg/probe/tcp/tcp.go), so a port declared for UDP is not the one; its name finds it (pkg/probe/util.go:27-56).
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.template.uses_host_network or is_fragment(workload) or has_unseen_containers(workload):
                continue
            asked = [(container, _numbers(container)) for container in workload.template.serving_containers]
            declared = _declared(workload) if any(numbers for _, numbers in asked) else set()
            for container, numbers in asked:
                for number, probes in numbers.items():
                    if number not in declared and None not in declared and not _is_open(model, unit, workload, number):
                        yield _finding(workload, container, number, probes, _is_suspect(unit, workload, container, number, probes))


def _declared(workload: Workload) -> set[int | None]:
    """The numbers that the pod declares for TCP; None among them where one is not known."""
    return {
        port.number.integer if port.number else None
        for container in workload.template.containers
        for port in container.ports
        if port.protocol_name == "TCP" or port.number is None or port.number.integer is None
    }


def _numbers(container: Container) -> dict[int, list[Probe]]:
    """The container's probes by the number that they ask at the pod itself."""
    found: dict[int, list[Probe]] = {}
    for probe in container.probes if container.ports else ():
        number = _number(container, probe)
        if number is not None and probe.host is None:
            found.setdefault(number, []).append(probe)
    return found


def _number(container: Container, probe: Probe) -> int | None:
    if probe.port is None or probe.port.integer is not None:
        return probe.port.integer if probe.port else None
    named = [port.number for port in container.ports if port.name is not None and port.name.text == probe.port.text]
    return named[0].integer if named and named[0] is not None else None


def _is_open(model: Model, unit: Unit, workload: Workload, number: int) -> bool:
    if number in MESH_PROXY_PORTS or mentions_number(unit, workload, number) or number in ports_of_programs(model, unit, workload):
        return True
    targets = (port.target for service in services_before(unit, workload) for port in service.ports if port.protocol_name == "TCP")
    return any(target is not None and target.integer == number for target in targets)


def _is_suspect(unit: Unit, workload: Workload, container: Container, number: int, probes: list[Probe]) -> bool:
    """Whether the number is meant for the application itself, not for a port of its own that answers health checks only.

    Controllers listen on such a port by default (8081, 10254) and are asked for a path made for it, and health is a gRPC service of its own
    that is often served apart (hubble-relay of Cilium: 4222 beside 4245). A TCP check or one of the path / is of the application where that
    has one port only: a program with several has one more for its operators, which answers / as well. 80 and 443, the port that a Service
    has in front of the container, and a slip of the finger are meant for the application.
    """
    if number in (80, 443):
        return True
    is_plain = any(
        probe.handler != "grpc" and (probe.handler != "httpGet" or probe.path is None or probe.path.text == "/") for probe in probes
    )
    if is_plain and sum(port.protocol_name == "TCP" for port in container.ports) <= 1:
        return True
    before = {port.number.integer for service in services_before(unit, workload) for port in service.ports if port.number}
    return number in before or any(_is_slip(str(number), port.number.text) for port in container.ports if port.number)


def _is_slip(written: str, meant: str) -> bool:
    """Whether one number is the other with two digits swapped, or with one dropped or doubled."""
    if len(written) == len(meant):
        return written != meant and edits(written, meant, 1) == 1 and sorted(written) == sorted(meant)
    return edits(written, meant, 1) == 1 and set(written) == set(meant)


def _finding(workload: Workload, container: Container, number: int, probes: list[Probe], is_suspect: bool) -> Finding:
    spans = [probe.port.span for probe in probes if probe.port]
    own = show_ports(workload)
    roles = " and ".join(probe.role for probe in probes)
    # What is declared under that number is UDP, or the number would not have come here.
    how = " by TCP" if any(port.number and port.number.integer == number for port in container.ports) else ""
    asks = "probe of container {} asks" if len(probes) == 1 else "probes of container {} ask"
    probe = f"The {roles} {asks.format(container.name)} port {number}{how}"
    return RULE.finding(
        spans[0],
        message=f"{probe}, which the pod does not declare; it declares {own}",
        why="If nothing listens there the kubelet is refused, and the pod is never Ready or restarted again and again",
        help=f"Probe a port that the program opens, or declare containerPort {number} if it opens it{how}",
        subject=Subject.of(workload.meta),
        related=[*(Related(span, "asks it as well") for span in spans[1:]), Related(container.head, f"declares {own}")],
        severity=None if is_suspect else Severity.INFO,
    )


RULE = Rule(
    name="probe-port-undeclared",
    family="endpoints",
    layer=8,
    summary="A probe asks a port number that no container of its pod declares",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
