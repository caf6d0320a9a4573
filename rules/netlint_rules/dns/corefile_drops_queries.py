"""CoreDNS is configured so that queries are lost, sent in a circle or asked outside for nothing."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import parse_duration, seconds, show_duration
from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.corefile import DEFAULT_PORT
from netlint.model.cluster_dns import dns_server_configurations, is_behind_a_service, is_cluster_dns, service_addresses
from netlint.model.probes import time_to_notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.durations import Nanoseconds
    from netlint.kubernetes.corefile import Directive, ServerBlock, Word
    from netlint.kubernetes.facts import Probe, Workload
    from netlint.model import Model
    from netlint.model.cluster_dns import DnsServer
    from netlint.model.units import Unit

_DEFAULT_GRACE: Final = 30
_HEALTH_PATH: Final = "/health"
_ANSWERS_AFTER_KUBERNETES: Final = frozenset(("file", "auto", "secondary", "etcd", "grpc", "erratic", "whoami"))
"""Plugins behind ``kubernetes``, ``forward`` left out: a name that the cluster does not have may be theirs (coredns plugin.cfg)."""
_CIRCLE_WHY: Final = "Each external name goes round until it times out, or the plugin loop ends CoreDNS, over and over"
_LOST_WHY: Final = "A query to a pod that is ending is lost: the client waits for its resolver's timeout, 5s by default, at each rollout"


def check(model: Model) -> Iterator[Finding]:
    """Shutdown, ``fallthrough``, ``forward`` and ``autopath`` of every Corefile in view, with the pods that read it.

    Sources: coredns plugin/health/README.md:29-30, plugin/loop/README.md:57-81, plugin/kubernetes/handler.go:65-68 and README.md:302-307.
    """
    for unit in model.units:
        for server in dns_server_configurations(unit):
            for block in server.corefile.blocks:
                if not server.is_node_local:
                    yield from _shutdown(unit, server, block)
                yield from _fallthrough(server, block)
                yield from _forward(unit, server, block)
                yield from _autopath(server, block)
            if not server.is_node_local:
                yield from _readiness(server)


def _shutdown(unit: Unit, server: DnsServer, block: ServerBlock) -> Iterator[Finding]:
    health = block.plugin("health")
    if health is None or not is_behind_a_service(unit, server):
        return
    setting = health.setting("lameduck")
    if setting is None:
        yield _finding(
            server,
            health.name,
            "health has no lameduck, so that CoreDNS stops answering the moment it is told to end",
            _LOST_WHY,
            "Write health { lameduck 5s }, which goes on answering until the endpoints are gone",
        )
        return
    duration = parse_duration(setting.arguments[0].text) if setting.arguments else None
    if duration is not None:
        for workload in server.workloads:
            yield from _lame_duck(server, workload, setting.arguments[0], duration)


def _lame_duck(server: DnsServer, workload: Workload, word: Word, duration: Nanoseconds) -> Iterator[Finding]:
    written = workload.template.termination_grace_period_seconds
    grace = written.integer if written else _DEFAULT_GRACE
    if grace is not None and duration >= seconds(grace):
        yield _finding(
            server,
            word,
            f"lameduck lasts {show_duration(duration)}; {workload.meta.title} is killed after {grace}s{'' if written else ' by default'}",
            _LOST_WHY,
            f"Set terminationGracePeriodSeconds to {duration // seconds(1) + _DEFAULT_GRACE}, or a shorter lameduck",
            [Related(written.span if written else workload.template.span, f"the grace period is {grace}s")],
        )
        return
    for probe in _readiness_probes(workload):
        noticed = time_to_notice(probe)
        if noticed is not None and noticed > duration and probe.path is not None and probe.path.text != _HEALTH_PATH:
            yield _finding(
                server,
                word,
                f"lameduck lasts {show_duration(duration)}, but {workload.meta.title} stays ready for {show_duration(noticed)}",
                "Whoever goes by readiness alone, as a load balancer with its own checks does, sends queries to a pod that is gone; "
                "the endpoints of a Service leave out a pod that ends at once",
                "Let the readiness probe fail sooner (periodSeconds, failureThreshold), or set a longer lameduck",
                [Related(probe.span, f"fails after {show_duration(noticed)}")],
                Severity.INFO,
                Confidence.LOW,
            )


def _readiness(server: DnsServer) -> Iterator[Finding]:
    for workload in server.workloads:
        for probe in _readiness_probes(workload):
            if probe.path is None or probe.path.text != _HEALTH_PATH:
                continue
            has_ready = any(block.plugin("ready") for block in server.corefile.blocks)
            yield RULE.finding(
                probe.path.span,
                message=f"The readiness probe of {workload.meta.title} asks {_HEALTH_PATH}, which answers before CoreDNS knows the "
                "cluster and until it is gone",
                why="A pod that starts is sent queries before it knows the cluster, and answers SERVFAIL; one in lame duck still "
                "counts as ready",
                help="Probe /ready on port 8181" + ("" if has_ready else ", and add the plugin ready to the Corefile"),
                subject=Subject.of(workload.meta),
                related=[Related(server.config_map.meta.head, "holds its Corefile")],
            )


def _readiness_probes(workload: Workload) -> Iterator[Probe]:
    for container in workload.template.serving_containers:
        probe = container.probe("readiness")
        if probe is not None and probe.handler == "httpGet" and container.image is not None and "coredns" in container.image.text:
            yield probe


def _fallthrough(server: DnsServer, block: ServerBlock) -> Iterator[Finding]:
    kubernetes, forward = block.plugin("kubernetes"), block.plugin("forward") or block.plugin("proxy")
    setting = kubernetes.setting("fallthrough") if kubernetes else None
    if kubernetes is None or setting is None or setting.arguments or forward is None or not _is_for(forward, "."):
        return
    if any(plugin.name.text in _ANSWERS_AFTER_KUBERNETES or plugin.name.text == "import" for plugin in block.plugins):
        return
    zones = [word.text for word in kubernetes.arguments]
    reverse = " ".join(zone for zone in zones if zone.endswith(".arpa"))
    yield _finding(
        server,
        setting.name,
        "fallthrough without zones hands every name that the cluster does not have to forward, those of the cluster's own zone as well",
        "A pod asks for three names of the cluster before each external one: all of them go to the upstream servers, and wait "
        "for them when they are slow or out of reach",
        f"Name the zones that others may answer: fallthrough {reverse or 'in-addr.arpa ip6.arpa'}",
        [Related(server.corefile.span(forward.name), "is asked for them")],
    )


def _is_for(forward: Directive, zone: str) -> bool:
    return bool(forward.arguments) and forward.arguments[0].text == zone


class _Upstream(NamedTuple):
    """Where ``forward`` sends to: an address and a port."""

    address: str
    port: int


def _forward(unit: Unit, server: DnsServer, block: ServerBlock) -> Iterator[Finding]:
    for forward in block.plugins:
        if forward.name.text not in ("forward", "proxy"):
            continue
        for word in forward.arguments[1:]:
            if "/resolv.conf" in word.text:
                yield from _resolv_conf(server, forward, word)
            elif (upstream := _upstream(word.text)) is not None and _is_for(forward, "."):
                yield from _circle(unit, server, block, word, upstream)


def _resolv_conf(server: DnsServer, forward: Directive, word: Word) -> Iterator[Finding]:
    for workload in server.workloads:
        policy, template = workload.template.dns_policy, workload.template
        if policy is not None and (policy.text in ("Default", "None") or policy.is_placeholder):
            continue
        if (template.uses_host_network and (policy is None or policy.text == "ClusterFirst")) or not is_cluster_dns(workload):
            continue
        if not _is_for(forward, "."):
            continue
        yield _finding(
            server,
            word,
            f"forward sends to what {word.text} names: in the pods of {workload.meta.title} that is the cluster's DNS, themselves",
            _CIRCLE_WHY,
            "Set dnsPolicy: Default, so that the pods get the node's resolv.conf, or forward to servers outside the cluster",
            [Related(policy.span if policy else template.span, f"dnsPolicy is {policy.text if policy else 'ClusterFirst by default'}")],
            Severity.ERROR,
        )


def _circle(unit: Unit, server: DnsServer, block: ServerBlock, word: Word, upstream: _Upstream) -> Iterator[Finding]:
    if any(workload.template.uses_host_network for workload in server.workloads) or server.is_node_local:
        return
    if ip_address(upstream.address).is_loopback:
        # Another server of the same process may listen there, on a port of its own.
        if upstream.port in block.ports:
            yield _finding(
                server,
                word,
                f"forward sends to {word.text}, which in a pod is CoreDNS itself",
                _CIRCLE_WHY,
                "Forward to servers outside the pod, or to /etc/resolv.conf in a pod with dnsPolicy: Default",
                severity=Severity.ERROR,
            )
        return
    for workload in server.workloads:
        for service, address in service_addresses(unit, workload):
            if address == upstream.address and any(port.number and port.number.text == str(upstream.port) for port in service.ports):
                yield _finding(
                    server,
                    word,
                    f"forward sends to {address}, the address of {service.meta.title}, whose pods are those of {workload.meta.title}",
                    _CIRCLE_WHY,
                    "Forward to servers outside the cluster, or to /etc/resolv.conf in a pod with dnsPolicy: Default",
                    [Related(service.cluster_ip.span if service.cluster_ip else service.meta.head, "is the same address")],
                    Severity.ERROR,
                )


def _upstream(text: str) -> _Upstream | None:
    """An upstream of ``forward``: an address, with a port behind it or none; None for a file, a name or another protocol than DNS."""
    scheme, _, rest = text.rpartition("://")
    if scheme not in ("", "dns"):
        return None
    host, port = rest, str(DEFAULT_PORT)
    if rest.startswith("["):
        host, _, behind = rest[1:].partition("]")
        port = behind.removeprefix(":") or port
    elif rest.count(":") == 1:
        host, _, port = rest.partition(":")
    try:
        ip_address(host)
    except ValueError:
        return None
    return _Upstream(host, int(port)) if port.isascii() and port.isdigit() and len(port) <= 5 else None


def _autopath(server: DnsServer, block: ServerBlock) -> Iterator[Finding]:
    autopath, kubernetes = block.plugin("autopath"), block.plugin("kubernetes")
    if autopath is None or kubernetes is None or not any(word.text == "@kubernetes" for word in autopath.arguments):
        return
    pods = kubernetes.setting("pods")
    mode = pods.arguments[0] if pods and pods.arguments else None
    if mode is None or mode.text != "verified":
        yield _finding(
            server,
            autopath.name,
            "autopath asks kubernetes for the namespace of a pod, which it knows with pods verified only; pods is "
            + (mode.text if mode else "disabled by default"),
            "No search path is found: every name is asked for with all of its search domains, as if autopath were not there",
            "Write pods verified in the block of kubernetes, or remove autopath",
            [Related(server.corefile.span(mode or kubernetes.name), "says nothing of pods" if mode is None else "is not verified")],
            symptom=Symptom.SLOW,
        )


def _finding(
    server: DnsServer,
    word: Word,
    message: str,
    why: str,
    help: str,
    related: list[Related] | None = None,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    symptom: Symptom | None = None,
) -> Finding:
    return RULE.finding(
        server.corefile.span(word),
        message=message,
        why=why,
        help=help,
        subject=Subject.of(server.config_map.meta),
        related=related or [],
        severity=severity,
        confidence=confidence,
        symptom=symptom,
    )


RULE = Rule(
    name="corefile-drops-queries",
    family="dns",
    layer=6,
    summary="CoreDNS is configured so that queries are lost, go round in a circle or leave the cluster for nothing",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
