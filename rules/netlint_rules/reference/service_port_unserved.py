"""A Service sends to a port that the program behind it does not listen on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.links import all_listens
from netlint.model.selection import pod_port_number
from netlint.model.settings import is_meshed, mentions_number
from netlint.model.traffic import received_ports
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.links import Listen
    from netlint.model.traffic import ReceivedPort
    from netlint.model.units import Unit


def check(model: Model) -> Iterator[Finding]:
    """kube-proxy sends the packet to the pod's address and that port; the kernel of the pod refuses it.

    Source: facts measured for a numeric ``targetPort`` where no process listens (DNAT, then RST); ``targetPort`` is never compared with
    what listens (kubernetes staging/src/k8s.io/endpointslice/utils.go:381-409).
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.template.uses_host_network or is_meshed(unit, workload):
                continue
            for received in received_ports(unit, workload):
                yield from _judge(model, unit, workload, received)


def _judge(model: Model, unit: Unit, workload: Workload, received: ReceivedPort) -> Iterator[Finding]:
    number = pod_port_number(received.port, workload)
    if number is None or received.port.protocol_name != "TCP":
        return
    listens = all_listens(model, unit, workload, received.container)
    if not listens or any(listen.port == number for listen in listens):
        return
    # A number in the pod's settings that no listener in view takes may be meant for one out of view.
    if not mentions_number(unit, workload, number):
        yield _finding(workload, received, number, listens)


def _finding(workload: Workload, received: ReceivedPort, number: int, listens: Sequence[Listen]) -> Finding:
    service, run = received.service, listens[0].run
    ports = [str(port) for port in sorted({listen.port for listen in listens if listen.port})]
    place = received.port.target or received.port.number
    assert place is not None
    return RULE.finding(
        place.span,
        message=f"{service.meta.title} sends to port {number} of {workload.meta.title}; its program {run.program.name} listens on "
        f"{in_words(ports)}",
        why="Nothing listens there: each connection is refused by the pod at once, and clients see connect: connection refused",
        help=f"Send to {' or '.join(ports)}, or let the program listen on {number}",
        subject=Subject.of(service.meta),
        related=[
            *(Related(listen.span, f"listens on {listen.port}") for listen in listens),
            Related(workload.meta.head, "gets the requests"),
        ],
        link=run,
        severity=None if run.certainty == "certain" else Severity.WARNING,
    )


RULE = Rule(
    name="service-port-unserved",
    family="reference",
    layer=11,
    summary="A Service sends to a port that the program behind it does not listen on",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
