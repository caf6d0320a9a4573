"""The eleven layers of one call: the value in force in each, where it is set, and what netlint finds there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.dns import candidates, effective_policy, packets, resolver_settings, service_candidates
from netlint.durations import Nanoseconds, show_duration
from netlint.kubernetes.facts import Workload
from netlint.model.cluster_dns import dns_server_configurations
from netlint.model.dns_egress import may_reach_dns
from netlint.model.images import is_musl_image
from netlint.model.languages import outgoing_of, place_at
from netlint.model.linked import listens_in
from netlint.model.names import names_written, pod_dns, pod_namespace, resolv_conf
from netlint.model.parties import stands_at_other_port, workloads_shown
from netlint.model.policies import OUTSIDE, End, is_decided, isolating, let_through
from netlint.model.tls import Told, tls_of_door, tls_of_link, tls_of_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.dns import Resolver
    from netlint.finding import Finding
    from netlint.kubernetes.facts import ServicePort
    from netlint.model import Model
    from netlint.model.doors import Door
    from netlint.model.limits import Limit
    from netlint.model.links import Listen
    from netlint.model.names import UsedName
    from netlint.model.policies import Traffic
    from netlint.model.templates import Place
    from netlint.model.traced_calls import Target, TracedCall
    from netlint.source import Span

Verdict = Literal["ok", "finding", "unknown"]

_SERVER: Final = 11


class Fact(NamedTuple):
    """A value in force, in words, and where it is set; ``span`` is None for a default."""

    text: str
    span: Span | None = None


class Layer(NamedTuple):
    """A layer of a call. ``unknown``: the values that decide there are not all in view, and no rule has found anything."""

    number: int
    verdict: Verdict
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]


class Trace(NamedTuple):
    """A call and its eleven layers, in order."""

    call: TracedCall
    layers: tuple[Layer, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those of all layers."""
        return tuple(finding for layer in self.layers for finding in layer.findings)

    @property
    def spans(self) -> Iterator[Span]:
        """Every place that the trace names."""
        if self.call.span is not None:
            yield self.call.span
        for link in self.call.links:
            yield from (evidence.span for evidence in link.evidence)
        for layer in self.layers:
            yield from (fact.span for fact in layer.facts if fact.span is not None)
            yield from (finding.span for finding in layer.findings)


class _View(NamedTuple):
    """What is known of one layer. ``is_known``: nothing that decides there is out of view."""

    facts: tuple[Fact, ...]
    is_known: bool


def trace(model: Model, findings: Sequence[Finding], calls: Iterable[TracedCall]) -> tuple[Trace, ...]:
    """The layers of each call, with the findings of a run over ``model`` that are about it."""
    written = (name for unit in model.units for workload in unit.workloads for name in names_written(model, unit, workload))
    names = {place: name for name in written for place in (name.reference.span, name.reference.port_span) if place is not None}
    looked_at = [_LookedAt(finding, workloads_shown(model, finding), place_at(model, finding.span)) for finding in findings]
    touched: dict[int, list[frozenset[Span]]] = {}
    traces = []
    for call in calls:
        unit = call.unit
        if id(unit) not in touched:
            touched[id(unit)] = [frozenset(meta.span for meta in unit.objects_at(finding.spans)) for finding in findings]
        own = _own_places(call)
        pairs = zip(looked_at, touched[id(unit)], strict=True)
        traces.append(_trace(model, call, [item.finding for item, objects in pairs if _is_about(model, names, call, own, item, objects)]))
    return tuple(traces)


class _LookedAt(NamedTuple):
    """A finding, the workloads that it shows, and the function that it stands in."""

    finding: Finding
    workloads: frozenset[Span]
    place: Place | None


def _trace(model: Model, call: TracedCall, relevant: Sequence[Finding]) -> Trace:
    layers = []
    for number, view_of in enumerate(_VIEWS, 1):
        view = view_of(model, call)
        here = tuple(finding for finding in relevant if finding.rule.layer == number)
        verdict: Verdict = "finding" if here else "ok" if view.is_known else "unknown"
        layers.append(Layer(number, verdict, view.facts, here))
    return Trace(call, tuple(layers))


# The layers, in the order in which a request passes them


def _deadline(_: Model, call: TracedCall) -> _View:
    if call.door is not None:
        return _of_door_limits(("the whole request", call.door.request), ("silence of the pods", call.door.read))
    view = _of_limits(call, [(link.outgoing.deadline, link.outgoing.span) for link in call.links], "no deadline")
    reads = [(link.outgoing.read, link.outgoing.span) for link in call.links if link.outgoing.read.duration is not None]
    return _View((*view.facts, *(_of_limits(call, reads, "no limit for silence", "for each wait ").facts if reads else ())), view.is_known)


def _pool(_: Model, call: TracedCall) -> _View:
    if call.door is not None:
        return _of_door_limits(("idle connections", call.door.upstream_idle))
    return _of_limits(
        call, [(link.outgoing.idle, link.outgoing.span) for link in call.links], "keeps idle connections without end", "idle for "
    )


def _dial(_: Model, call: TracedCall) -> _View:
    if call.door is not None:
        return _of_door_limits(("a connection", call.door.connect))
    return _of_limits(call, [(link.outgoing.dial, link.outgoing.span) for link in call.links], "no limit for a connection")


def _of_limits(call: TracedCall, limits: Sequence[tuple[Limit, Span]], none: str, before: str = "") -> _View:
    """What the places in code set, each once."""
    if not limits:
        return _View((Fact(_no_program(call)),), is_known=False)
    facts = tuple(dict.fromkeys(_fact_of_limit(limit, span, none, before) for limit, span in limits))
    return _View(facts, all(limit.state == "known" for limit, _ in limits))


def _no_program(call: TracedCall) -> str:
    if call.span is None:
        return "nothing in view makes this call"
    return "the program that makes the call is not in view"


def _fact_of_limit(limit: Limit, span: Span, none: str, before: str) -> Fact:
    if limit.state == "known":
        label = f" ({limit.label})" if limit.label else ""
        return Fact(f"{before}{show_duration(Nanoseconds(limit.nanoseconds))}{label}", limit.span)
    if limit.state == "none":
        return Fact(none, limit.span or span)
    return Fact("not known", span)


def _of_door_limits(*limits: tuple[str, Limit]) -> _View:
    return _View(tuple(_fact_of_door_limit(what, limit) for what, limit in limits), all(limit.is_known for _, limit in limits))


def _fact_of_door_limit(what: str, limit: Limit) -> Fact:
    setting = f" ({limit.label})" if limit.label else ""
    if not limit.is_known:
        return Fact(f"{what}: not known{setting}", limit.span)
    value = "no limit" if limit.duration is None else show_duration(limit.duration)
    return Fact(f"{what}: {value}{setting}{' by default' if limit.is_default else ''}", limit.span)


def _resolver(model: Model, call: TracedCall) -> _View:
    if not isinstance(call.client, Workload):
        return _View((Fact(f"asks no name: it takes the pods of {call.host} from the API", call.span),), is_known=True)
    kind = _resolver_of(call)
    settings = resolver_settings(resolv_conf(call.client, model.cluster), kind)
    asked = candidates(call.host, settings, kind)
    shown = " then ".join(asked[:4]) + (" …" if len(asked) > 4 else "")
    facts = [Fact(f"{call.host}, asked for as {shown}", call.span)]
    if call.is_external:
        facts.append(Fact(f"the last name is the one outside: {packets(asked)} packets"))
        return _View(tuple(facts), is_known=True)
    position = _answered(model, call, asked)
    if position is not None and call.service is not None:
        facts.append(Fact(f"the {_ordinal(position)} name is that of {call.service.meta.title}"))
    return _View(tuple(facts), is_known=position is not None)


def _resolver_of(call: TracedCall) -> Resolver:
    if call.links:
        return call.links[0].run.resolver
    if not isinstance(call.client, Workload):
        return "go"
    return "musl" if any(is_musl_image(container) for container in call.client.template.containers) else "go"


def _answered(model: Model, call: TracedCall, asked: Sequence[str]) -> int | None:
    """Which of the names asked, from 1, is the Service's; None where none is."""
    if call.service is None or not isinstance(call.client, Workload):
        return None
    meta = call.service.meta
    home = meta.namespace or pod_namespace(call.client)
    for position, name in enumerate(service_candidates(asked, model.cluster.domain), 1):
        if name is not None and (name.service, name.namespace) == (meta.name, home):
            return position
    return None


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third", 4: "fourth"}.get(number, f"{number}th")


def _pod_dns(model: Model, call: TracedCall) -> _View:
    if not isinstance(call.client, Workload):
        return _View((Fact("not asked"),), is_known=True)
    template = call.client.template
    written = template.dns_policy
    conf = resolv_conf(call.client, model.cluster)
    facts = [Fact(f"dnsPolicy {written.text if written else 'ClusterFirst, the default'}", written.span if written else None)]
    if template.uses_host_network and template.host_network is not None:
        facts.append(Fact("hostNetwork: true", template.host_network.span))
    if template.dns_config is not None:
        facts.append(Fact("dnsConfig adds to it", template.dns_config.span))
    if _asks_node(call.client):
        facts.append(Fact("asks the servers of the node"))
    else:
        search = conf.search_line or "no search list"
        facts.append(Fact(f"{search}{f'; {conf.options_line}' if conf.options_line else ''}"))
    return _View(tuple(facts), is_known=written is None or not written.is_placeholder)


def _asks_node(workload: Workload) -> bool:
    return effective_policy(pod_dns(workload).dns_policy, workload.template.uses_host_network) == "host"


def _cluster_dns(model: Model, call: TracedCall) -> _View:
    if not isinstance(call.client, Workload):
        return _View((Fact("not asked"),), is_known=True)
    unit = call.unit
    if _asks_node(call.client):
        return _View((Fact("not asked: the pods ask the servers of their node"),), is_known=True)
    facts = [
        Fact(f"Corefile of {server.config_map.meta.title}", server.config_map.meta.head)
        for other in model.units
        for server in dns_server_configurations(other)
    ]
    policies = isolating(unit, "egress", End(call.client))
    if not policies:
        facts.append(Fact("no policy in view keeps the pods from DNS"))
    opened = False
    for policy in policies:
        facts.append(Fact(f"{policy.meta.title} isolates the pods for egress", policy.egress_key or policy.meta.head))
        for rule in policy.egress:
            if may_reach_dns(unit, policy, rule, "UDP"):
                opened = True
                facts.append(Fact("lets UDP 53 through", rule.span))
                break
    if policies and not opened:
        facts.append(Fact("nothing lets UDP 53 through"))
    return _View(tuple(facts), is_known=is_decided(unit) and (not policies or opened))


def _service(_: Model, call: TracedCall) -> _View:
    service = call.service
    if service is None:
        where = "outside of the cluster" if call.is_external else "no Service of that name is in view"
        return _View((Fact(where),), is_known=call.is_external)
    facts = [Fact(service.meta.title, service.meta.head)]
    if service.is_external_name and service.external_name is not None:
        facts.append(Fact(f"an alias of {service.external_name.text}", service.external_name.span))
        return _View(tuple(facts), is_known=True)
    if service.is_headless and service.cluster_ip is not None:
        facts.append(Fact("headless: DNS answers with the pods' addresses, and ports are not translated", service.cluster_ip.span))
    if call.service_port is not None:
        facts.append(Fact(_port_words(call.service_port), call.service_port.span))
    elif call.port is not None:
        facts.append(Fact(f"lists no port {call.port}: {', '.join(map(_port_words, service.ports)) or 'none at all'}"))
    else:
        facts.append(Fact("which port is dialled is not known"))
    return _View(tuple(facts), is_known=call.service_port is not None or service.is_headless)


def _port_words(port: ServicePort) -> str:
    name = f" ({port.name.text})" if port.name else ""
    target = port.target
    return f"{port.number.text if port.number else '?'}{name} to {target.text if target else '?'}"


def _endpoints(_: Model, call: TracedCall) -> _View:
    if call.is_external:
        return _View((Fact("outside of the cluster"),), is_known=False)
    if not call.targets:
        return _View((Fact("no workload in view is behind it"),), is_known=False)
    facts: list[Fact] = []
    for target in call.targets:
        workload = target.workload
        replicas = workload.replicas
        number = f", {replicas.text} replica{'s' * (replicas.text != '1')}" if replicas is not None else ""
        facts.append(Fact(f"{workload.meta.title}{number}{f', port {target.port}' if target.port else ''}", workload.meta.head))
        for container in workload.template.serving_containers:
            probe = container.probe("readiness")
            if probe is not None:
                facts.append(Fact(f"{container.name}: readiness by {probe.handler}", probe.span))
            if container.pre_stop is not None:
                facts.append(Fact(f"{container.name}: preStop by {container.pre_stop.handler}", container.pre_stop.span))
    has_probe = any(container.probe("readiness") for target in call.targets for container in target.workload.template.serving_containers)
    if not has_probe:
        facts.append(Fact("no readiness probe: ready as soon as it runs"))
    return _View(tuple(facts), is_known=True)


def _path(_: Model, call: TracedCall) -> _View:
    unit = call.unit
    if not is_decided(unit):
        kinds = ", ".join(sorted({policy.meta.kind for policy in unit.foreign_policies}))
        return _View((Fact(f"{kinds} decide here as well and are not evaluated", unit.foreign_policies[0].meta.head),), is_known=False)
    if call.door is not None:
        return _path_of_door(call)
    client = call.client
    if not isinstance(client, Workload):
        return _View((), is_known=False)
    if call.is_external:
        policies = isolating(unit, "egress", End(client))
        facts = tuple(Fact(f"{policy.meta.title} decides what leaves", policy.egress_key or policy.meta.head) for policy in policies)
        return _View(facts or (Fact("no policy in view stands between"),), is_known=not policies)
    if not call.targets:
        return _View((Fact("where it leads is not in view"),), is_known=False)
    found: list[Fact] = []
    is_known = True
    for target in call.targets:
        own, other = End(client), End(target.workload)
        policies = (*isolating(unit, "egress", own), *isolating(unit, "ingress", other))
        on_node = next((end.workload for end in (own, other) if end.is_on_node_network), None)
        is_open = _opens(let_through(unit, own, other), target)
        is_known = is_known and is_open is True and (on_node is None or not policies)
        for policy in dict.fromkeys(policy.meta for policy in policies):
            found.append(Fact(f"{policy.title} decides", policy.head))
        if policies and on_node is not None:
            switch = on_node.template.host_network
            what = f"not decided: {on_node.meta.title} is on the network of its node, which the network plugin judges"
            found.append(Fact(what, switch.span if switch is not None else None))
        elif policies:
            words = {True: "let through", False: "not let through", None: "not decided, for the port is not known"}[is_open]
            found.append(Fact(f"{words}: TCP {target.port or '?'} of {target.workload.meta.title}"))
    return _View(tuple(found) or (Fact("no policy in view stands between"),), is_known)


def _path_of_door(call: TracedCall) -> _View:
    facts = [Fact(f"{call.client.meta.title} of {call.door.kind}", call.door.evidence)] if call.door is not None else []
    policies = [policy for target in call.targets for policy in isolating(call.unit, "ingress", End(target.workload))]
    for policy in {policy.meta.span: policy for policy in policies}.values():
        facts.append(Fact(f"{policy.meta.title} decides what comes in", policy.ingress_key or policy.meta.head))
    opened = all(_opens(let_through(call.unit, OUTSIDE, End(target.workload)), target) for target in call.targets)
    return _View(tuple(facts), is_known=bool(call.targets) and (not policies or opened))


def _opens(traffic: Traffic, target: Target) -> bool | None:
    if target.port is None:
        return True if ("TCP" in traffic and traffic["TCP"] == ((1, 65535),)) else None
    return any(first <= target.port <= last for first, last in traffic.get("TCP", ()))


def _tls(_: Model, call: TracedCall) -> _View:
    if call.door is not None:
        return _tls_of_door(call.door)
    told = {tls_of_link(link) for link in call.links} or {tls_of_scheme(call.scheme)}
    answer = told.pop() if len(told) == 1 else Told(None)
    span = call.links[0].outgoing.span if call.links and not answer.by else call.span
    if answer.is_tls is None:
        return _View((Fact("whether TLS is spoken is not told"),), is_known=False)
    if not answer.is_tls:
        return _View((Fact(f"none: {answer.by or 'a plain connection'}", span),), is_known=True)
    handshakes = [(link.outgoing.handshake, link.outgoing.span) for link in call.links]
    limits = _of_limits(call, handshakes, "no limit for the handshake", "handshake within ")
    return limits._replace(facts=(Fact(f"TLS{': ' * bool(answer.by)}{answer.by}", span), *limits.facts))


def _tls_of_door(door: Door) -> _View:
    told = tls_of_door(door)
    if told.is_tls is None:
        return _View((Fact(f"to the pods: {told.by or 'not told whether by TLS'}", told.span),), is_known=False)
    return _View((Fact(f"none to the pods: {told.by}", told.span),), is_known=True)


def _server(model: Model, call: TracedCall) -> _View:
    if not call.targets:
        return _View((Fact("outside of the cluster" if call.is_external else "who answers is not in view"),), is_known=False)
    facts: list[Fact] = []
    is_known = True
    for target in call.targets:
        listens = [listen for listen in listens_in(model, call.unit, target.workload) if target.port in (None, listen.port)]
        is_known = is_known and bool(listens) and target.port is not None
        if not listens:
            images = [container.image for container in target.workload.template.serving_containers if container.image is not None]
            facts += [Fact(f"image {image.text}, whose program is not in view", image.span) for image in images]
        for listen in listens:
            facts.append(Fact(f"program {listen.run.program.name} listens on {listen.text}", listen.span))
            facts += _server_limits(listen)
    return _View(tuple(facts), is_known)


def _server_limits(listen: Listen) -> Iterator[Fact]:
    listening = listen.listening
    if listening.kind == "http":
        for name, limit in (("header", listening.header), ("read", listening.read), ("write", listening.write), ("idle", listening.idle)):
            value = (
                "none"
                if limit.state == "none"
                else show_duration(Nanoseconds(limit.nanoseconds))
                if limit.state == "known"
                else "not known"
            )
            label = f" ({limit.label})" if limit.state == "known" and limit.label else ""
            yield Fact(f"{name} limit {value}{label}", limit.span)
    if listening.shutdown.budget.state == "known":
        budget = show_duration(Nanoseconds(listening.shutdown.budget.nanoseconds))
        yield Fact(f"{budget} to end requests that are under way", listening.shutdown.budget.span)


_VIEWS: Final[tuple[Callable[[Model, TracedCall], _View], ...]] = (
    _deadline,
    _pool,
    _dial,
    _resolver,
    _pod_dns,
    _cluster_dns,
    _service,
    _endpoints,
    _path,
    _tls,
    _server,
)


# Which findings are about a call


def _is_about(
    model: Model,
    names: Mapping[Span, UsedName],
    call: TracedCall,
    own: Sequence[Span],
    item: _LookedAt,
    touched: frozenset[Span],
) -> bool:
    """Whether a finding is about the call. ``own``: the places of the call; ``touched``: the objects of its unit that the finding shows."""
    finding, layer = item.finding, item.finding.rule.layer
    if finding.rule.family == "route" and call.door is None:
        return False
    if layer != _SERVER and any(span.overlaps(place) for span in finding.spans for place in own):
        # A place in code may be part of the programs of many workloads.
        return not item.workloads or call.client.meta.span in item.workloads
    if finding.span in names:
        # It stands where somebody names a host, and that is not this call.
        return False
    if item.place is not None:
        return _is_about_code(model, call, finding, item.place)
    if layer in (4, 5) and _names_others(names, call, finding):
        return False
    return _is_about_objects(model, call, item, touched)


def _names_others(names: Mapping[Span, UsedName], call: TracedCall, finding: Finding) -> bool:
    """Whether a finding shows names that make it one, and the host of the call is none of them."""
    shown = [names[span] for span in finding.spans if span in names]
    return bool(shown) and all(name.host.lower().rstrip(".") != call.host for name in shown)


def _own_places(call: TracedCall) -> tuple[Span, ...]:
    """Where the call is made, named and limited."""
    places = [call.span] if call.span is not None else []
    for link in call.links:
        outgoing = link.outgoing
        places += [link.span, outgoing.span]
        limits = (outgoing.deadline, outgoing.dial, outgoing.idle, outgoing.handshake)
        places += [limit.span for limit in limits if limit.span is not None]
    return tuple(dict.fromkeys(places))


def _is_about_code(model: Model, call: TracedCall, finding: Finding, place: Place) -> bool:
    if finding.rule.layer == _SERVER:
        return any(finding.span.overlaps(place) for place in _server_places(model, call))
    own = next((link for link in call.links if link.outgoing.function is place), None)
    if own is None or finding.rule.layer not in (1, 2):
        return False
    # What a function does with its response, its context and its connection belongs to the one call that it makes.
    calls = {item.span for item in outgoing_of(model, own.run.program) if item.function is place}
    return len(calls) == 1


def _server_places(model: Model, call: TracedCall) -> Iterator[Span]:
    """Where the programs that answer are told to listen, and within which limits."""
    for target in call.targets:
        for listen in listens_in(model, call.unit, target.workload):
            if target.port is None or listen.port != target.port:
                continue
            listening = listen.listening
            yield listening.span
            if listening.server is not None:
                yield listening.server.setting.span
            limits = (listening.header, listening.read, listening.write, listening.idle, listening.shutdown.budget)
            yield from (limit.span for limit in limits if limit.span is not None)


def _is_about_objects(model: Model, call: TracedCall, item: _LookedAt, touched: frozenset[Span]) -> bool:
    finding, layer = item.finding, item.finding.rule.layer
    client = call.client.meta.span
    servers = {target.workload.meta.span for target in call.targets}
    service = {call.service.meta.span} if call.service is not None else set()
    if call.service is not None and (stands_at_other_port(call.service, call.port, finding.span) or _stands_at_some_port(call, finding)):
        return False
    if layer == 6 and isinstance(call.client, Workload) and _is_about_dns_servers(model, finding):
        return not _asks_node(call.client)
    if layer == 4:
        # What is found of names stands at the name, or shows the Service as well.
        return client in touched and bool(service & touched)
    if layer in (5, 6):
        return client in touched and isinstance(call.client, Workload)
    if layer == 7:
        return bool(service & touched)
    if layer in (8, 11):
        return bool(servers & touched) or (layer == 8 and bool(service & touched))
    if layer == 9:
        others = item.workloads - servers - {client}
        if call.door is not None and client in touched:
            return finding.span.path != call.client.meta.path or _is_of_backend(call, finding)
        return not others and bool((service | servers | {client}) & touched)
    return False


def _stands_at_some_port(call: TracedCall, finding: Finding) -> bool:
    """Whether a finding is about one of several ports, while it is not known which of them the call means."""
    if call.service is None or call.port is not None or len(call.service.ports) < 2:
        return False
    return any(finding.span.overlaps(port.span) for port in call.service.ports)


def _is_of_backend(call: TracedCall, finding: Finding) -> bool:
    """Whether a finding in a route is about this backend: it stands in none of the others."""
    door = call.door
    if door is None:
        return False
    others = [backend.span for backend in door.route.backends if backend.span != door.backend.span]
    return not any(finding.span.overlaps(span) for span in others)


def _is_about_dns_servers(model: Model, finding: Finding) -> bool:
    """Whether a finding is about a CoreDNS in view, which answers every pod that asks the cluster's DNS."""
    for unit in model.units:
        for server in dns_server_configurations(unit):
            places = (server.config_map.meta.span, *(workload.meta.span for workload in server.workloads))
            if any(span.overlaps(place) for span in finding.spans for place in places):
                return True
    return False
