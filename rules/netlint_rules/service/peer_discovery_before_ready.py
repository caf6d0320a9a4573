"""The pods of a workload look for their peers by names that DNS holds only once the peers are ready."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import AddEntry, Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.model.names import pod_namespace
from netlint.model.selection import services_before
from netlint.model.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Probe, Service, Workload
    from netlint.model import Model
    from netlint.model.settings import Setting
    from netlint.model.units import Unit
    from netlint.source import Span

_PEER_WORD: Final = re.compile(
    r"join|seed|peer|discover|jgroups|member|bootstrap|gossip|quorum|raft|initial[_-]?cluster|cluster[_-](?:nodes|hosts|addr)", re.I
)
"""What the name of a setting, or the words before a host, say when the host is a peer and not the pod's own public name."""

_KINDS: Final = frozenset(("StatefulSet", "Deployment"))


class _PeerName(NamedTuple):
    text: str
    span: Span


def check(model: Model) -> Iterator[Finding]:
    """A headless Service through which pods find each other should publish pods that are not ready.

    DNS leaves a pod out until it is Ready unless ``publishNotReadyAddresses`` is set (kubernetes
    staging/src/k8s.io/endpointslice/utils.go:39-43, coredns plugin/kubernetes/object/endpoint.go:106-109). With one pod, or without a
    readiness probe, nobody waits for anybody.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if workload.meta.kind not in _KINDS or workload.replicas is None or (workload.replicas.integer or 0) < 2:
                continue
            probe = next((found for c in workload.template.serving_containers if (found := c.probe("readiness"))), None)
            if probe is None:
                continue
            for service in services_before(unit, workload):
                if service.is_headless and not service.publishes_not_ready:
                    peer = _peer_name(unit, workload, service)
                    if peer is not None:
                        yield _finding(workload, service, probe, peer)


def _peer_name(unit: Unit, workload: Workload, service: Service) -> _PeerName | None:
    """The first name of a peer, or of all of them, that the pods are given.

    Pod 0 alone is no such name: unless told otherwise the StatefulSet starts the others after it is Ready.
    """
    is_governing = workload.service_name is not None and workload.service_name.text == service.meta.name
    one = re.compile(rf"(?<![\w.-]){re.escape(workload.meta.name)}-(?P<ordinal>\d+)\.{re.escape(service.meta.name)}(?![\w-])")
    namespace = re.escape(pod_namespace(workload))
    all_ = re.compile(rf"(?<![\w.-]){re.escape(service.meta.name)}(?:\.{namespace})?(?=[:,\s\"']|$|\.[\w-]+\.svc\b|\.svc\b)")
    before: Setting | None = None
    for setting in settings_of(unit, workload):
        text = setting.value.text
        for match in one.finditer(text) if is_governing else ():
            if int(match["ordinal"]) > 0:
                return _PeerName(match[0], setting.value.span_of(*match.span()))
        for match in all_.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            flag = before.value.text if before is not None and not setting.name and before.value.text.startswith("-") else ""
            if _PEER_WORD.search(f"{setting.name} {flag} {line}"):
                return _PeerName(match[0], setting.value.span_of(*match.span()))
        before = setting
    return None


def _finding(workload: Workload, service: Service, probe: Probe, peer: _PeerName) -> Finding:
    return RULE.finding(
        peer.span,
        message=f"{workload.meta.title} looks for its peers at {peer.text}, but {service.meta.title} publishes only pods that are ready",
        why="Until a pod is Ready its name is NXDOMAIN and it is missing from the answer for all, so pods that wait for each other before "
        "they become ready never do, at the first start and after every restart",
        help=f"Set publishNotReadyAddresses: true on {service.meta.title}; let clients use a Service of their own that does not set it",
        subject=Subject.of(workload.meta),
        related=[
            Related(service.meta.head, "does not set publishNotReadyAddresses"),
            Related(probe.span, "decides when the pod is in DNS"),
        ],
        fix=_fix(service),
    )


def _fix(service: Service) -> Fix | None:
    beside = service.cluster_ip
    if beside is None or service.publish_not_ready_addresses is not None:
        return None
    return Fix("Set publishNotReadyAddresses", False, (AddEntry(beside.span, "publishNotReadyAddresses", "true"),))


RULE = Rule(
    name="peer-discovery-before-ready",
    family="service",
    layer=7,
    summary="The pods of a workload look for their peers by names that DNS holds only once the peers are ready",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.NXDOMAIN,
    since="0.1.0",
    check=check,
)
