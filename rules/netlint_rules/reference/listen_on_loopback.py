"""A container listens on the pod's own loopback address, where a Service or a probe asks for it from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.listening import loopback_addresses
from netlint.model.selection import pod_port_number, resolve_target_port, services_before
from netlint.model.settings import has_unseen_containers, is_meshed
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Probe, Workload
    from netlint.model import Model
    from netlint.model.listening import LoopbackAddress
    from netlint.model.units import Unit

_PROBE_HANDLERS = ("httpGet", "tcpSocket", "grpc")


def check(model: Model) -> Iterator[Finding]:
    """The kubelet and kube-proxy send to the address of the pod, where nothing listens.

    Source: kubernetes pkg/kubelet/prober/prober.go (the host of a probe is the pod's address where none is written).
    """
    for unit in model.units:
        for workload in unit.workloads:
            for container in workload.template.serving_containers:
                for address in loopback_addresses(model, unit, workload, container):
                    if not _has_go_between(unit, workload, container, address.port):
                        yield from _judge(unit, workload, container, address)


def _has_go_between(unit: Unit, workload: Workload, container: Container, port: int) -> bool:
    """Whether a mesh, or another container of the pod, may take the requests: it has the port among its own, or is told of it.

    On the host's network the programs of the node may be meant.
    """
    if workload.template.uses_host_network or has_unseen_containers(workload) or is_meshed(unit, workload):
        return True
    number = re.compile(rf"(?<!\d){port}(?!\d)")
    for other in workload.template.serving_containers:
        if other is container:
            continue
        texts = [value.text for value in (*other.command, *other.args)]
        texts += [variable.value.text for variable in other.env if variable.value is not None]
        texts += [entry.number.text for entry in other.ports if entry.number is not None]
        if any(number.search(text) for text in texts):
            return True
    return False


def _judge(unit: Unit, workload: Workload, container: Container, address: LoopbackAddress) -> Iterator[Finding]:
    needs = list(_needs(unit, workload, container, address.port))
    if needs:
        yield RULE.finding(
            address.span,
            message=f"Container {container.name} of {workload.meta.title} listens on {address.text} ({address.setting}), an address of "
            f"the pod itself, and {_show(needs)} port {address.port}",
            why="Only containers of the same pod reach a loopback address: Services and the kubelet dial the pod's own and are refused",
            help=f"Listen on every address: 0.0.0.0:{address.port}" if ":" in address.text else "Listen on every address: 0.0.0.0",
            subject=Subject.of(workload.meta),
            related=[related for _, related in needs],
            link=address.run,
        )


def _show(needs: list[tuple[str, Related]]) -> str:
    titles = list(dict.fromkeys(title for title, _ in needs))
    return f"{in_words(titles)} {'needs' if len(titles) == 1 else 'need'}"


def _needs(unit: Unit, workload: Workload, container: Container, port: int) -> Iterator[tuple[str, Related]]:
    """Who asks for the port of that container from outside the pod."""
    for service in services_before(unit, workload):
        for listed in service.ports:
            if listed.protocol_name != "TCP" or pod_port_number(listed, workload) != port:
                continue
            found = resolve_target_port(listed, workload)
            span = listed.target or listed.number
            if span is not None and (found is None or found.container is container):
                yield service.meta.title, Related(span.span, f"sends to {port}")
    for probe in container.probes:
        if _asks(probe, container, port):
            assert probe.port is not None
            yield f"its {probe.role} probe", Related(probe.port.span, "is asked for by the kubelet")


def _asks(probe: Probe, container: Container, port: int) -> bool:
    if probe.handler not in _PROBE_HANDLERS or probe.port is None or probe.host is not None:
        return False
    if probe.port.integer is not None:
        return probe.port.integer == port
    named = (entry.number for entry in container.ports if entry.name is not None and entry.name.text == probe.port.text)
    return any(number is not None and number.integer == port for number in named)


RULE = Rule(
    name="listen-on-loopback",
    family="reference",
    layer=11,
    summary="A container listens on the pod's own loopback address, where a Service or a probe asks for it from outside",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
