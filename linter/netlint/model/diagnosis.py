"""What an error can come from in this repository: findings whose symptom, layer and objects fit it, best first.

A finding fits when the error's text can come from the finding's layer with its symptom, and when nothing the text names says that the
finding is about somebody else. What is left is put in order by how much the two have in common.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.dns.addresses import is_public_nameserver, parse_address
from netlint.kubernetes.hosts import is_public_name
from netlint.model.names import names_written
from netlint.model.next_steps import steps_for
from netlint.model.parties import (
    is_api_server,
    may_dial,
    names_meant,
    names_somebody,
    parties_of,
    services_alike,
    stands_at_other_port,
    workloads_shown,
)
from netlint.model.references import lists_port
from netlint.model.routes import ports_are_open
from netlint.model.running import workloads_running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netlint.finding import Finding
    from netlint.kubernetes.facts import Service
    from netlint.model import Model
    from netlint.model.error_lines import SeenError, Told
    from netlint.model.names import UsedName
    from netlint.model.next_steps import Step
    from netlint.model.parties import Parties
    from netlint.source import Span

MAX_SUSPECTS: Final = 5
"""Causes that are shown for one error; the rest is counted."""
_CLIENT_LAYERS: Final = frozenset((1, 2, 3, 4, 5, 6))
_SERVER_LAYERS: Final = frozenset((7, 8, 11))
_CALL_LAYERS: Final = frozenset((1, 2, 3, 10))
_RESOLVER: Final = 4
_SERVICE: Final = 7
_SERVER: Final = 11
_AT_THE_NAME: Final = 60
"""Score of a finding at the place where a client names the host."""
ABOUT_API_SERVER: Final = frozenset(("network-policy-misses-api-server", "kube-client-without-timeout"))
"""Rules about calls of the Kubernetes API, which are no cause of any other call's error."""
_PROTOCOL_OF_FAMILY: Final = {"grpc": "grpc", "database": "database", "http_client": "http", "http_server": "http"}
_SEVERITIES: Final = {"error": 8, "warning": 4, "info": 0}
_CONFIDENCES: Final = {"high": 3, "medium": 1, "low": -4}


class Suspect(NamedTuple):
    """A possible cause. ``finding`` is None for what the text itself shows wrong against the manifests.

    ``reason``: what it has in common with the text. ``score``: only its order means anything. ``copies``: how many other places have the
    same, as repositories with several overlays or releases do.
    """

    layer: int
    span: Span
    message: str
    help: str
    reason: str
    score: int
    finding: Finding | None = None
    copies: int = 0


class Diagnosis(NamedTuple):
    """What is known of one error. ``hints`` are sentences that the text itself tells, ``beyond`` how many suspects are not listed."""

    error: SeenError
    parties: tuple[Parties, ...]
    hints: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    beyond: int
    steps: tuple[Step, ...]


def diagnose(model: Model, findings: Sequence[Finding], errors: Iterable[SeenError]) -> tuple[Diagnosis, ...]:
    """What each of ``errors`` can come from, given the findings of a run over ``model``."""
    names: dict[str, list[tuple[Span, UsedName]]] = {}
    for unit in model.units:
        for workload in unit.workloads:
            for name in names_written(model, unit, workload):
                places = (name.reference.place, *((name.link.outgoing.span,) if name.link is not None else ()))
                for place in places:
                    names.setdefault(place.path, []).append((place, name))
    placed = [(finding, _name_at(finding, names.get(finding.span.path, ()))) for finding in findings]
    return tuple(_diagnose(model, placed, error) for error in errors)


def _name_at(finding: Finding, names: Iterable[tuple[Span, UsedName]]) -> UsedName | None:
    """The name that a finding stands at; in code also that of the call it stands at, where it calls one host alone."""
    if not _is_code(finding):
        return next((name for place, name in names if place.overlaps(finding.span)), None)
    here = [name for place, name in names if place.overlaps(finding.span)]
    return here[0] if len({name.host for name in here}) == 1 else None


def _diagnose(model: Model, findings: Sequence[tuple[Finding, UsedName | None]], error: SeenError) -> Diagnosis:
    """``findings`` stand each with the name that is written where it is, if one is."""
    parties = parties_of(model, error.told, is_of_server=error.text.meaning.is_of_server)
    found = [*_suspects(model, findings, error, parties)]
    # A rule that says of the very place what the text shows says it better.
    is_told = any(suspect.layer == _SERVICE and suspect.score >= _AT_THE_NAME for suspect in found)
    found += [suspect for suspect in _mismatches(model, error, parties) if not (is_told and suspect.layer == _SERVICE)]
    suspects = _without_copies(sorted(found, key=lambda suspect: (-suspect.score, suspect.span.path, suspect.span.start)))
    return Diagnosis(
        error=error,
        parties=parties,
        hints=tuple(_hints(model, error, parties)),
        suspects=tuple(suspects[:MAX_SUSPECTS]),
        beyond=max(0, len(suspects) - MAX_SUSPECTS),
        steps=steps_for(error, parties),
    )


def _without_copies(suspects: Iterable[Suspect]) -> list[Suspect]:
    """Each message once, in order."""
    found: dict[tuple[int, str], Suspect] = {}
    for suspect in suspects:
        key = suspect.layer, suspect.message
        found[key] = found[key]._replace(copies=found[key].copies + 1) if key in found else suspect
    return list(found.values())


def _suspects(
    model: Model, findings: Iterable[tuple[Finding, UsedName | None]], error: SeenError, parties: Sequence[Parties]
) -> Iterator[Suspect]:
    causes = {cause.layer: (rank, cause) for rank, cause in enumerate(error.text.meaning.causes)}
    for finding, name in findings:
        rank, cause = causes.get(finding.rule.layer, (0, None))
        is_waiting_server = False
        if cause is None or finding.symptom not in cause.symptoms:
            # A call that never ends does so in a client of its own; whoever waits for that program sees a server that is slow.
            rank, cause = causes.get(_SERVER, (0, None))
            is_waiting_server = finding.symptom == "hang" and finding.rule.layer in _CALL_LAYERS
            if cause is None or not is_waiting_server or "hang" not in cause.symptoms:
                continue
        if not _is_of_kind(finding, error, is_waiting_server) or (name is not None and _is_other_call(name, error.told, parties)):
            continue
        fit = _fit(model, finding, error, parties, is_waiting_server)
        if fit is None:
            continue
        score, reason = fit
        score += _SEVERITIES[finding.severity] + _CONFIDENCES[finding.confidence] - rank
        score += 6 if finding.symptom == cause.symptoms[0] else 0
        yield Suspect(cause.layer, finding.span, finding.message, finding.help, reason, score, finding)


def _is_other_call(name: UsedName, told: Told, parties: Sequence[Parties]) -> bool:
    """Whether a name is that of another host than the text's, or is asked for with another port."""
    if not may_dial(name, told.port):
        return True
    meant = {id(service) for party in parties for service in party.services}
    is_same = name.host.lower().rstrip(".") == told.host or any(id(service) in meant for service in name.services)
    return bool(told.host) and not is_same


def _is_of_kind(finding: Finding, error: SeenError, is_waiting_server: bool) -> bool:
    """Whether the finding is about the kind of call that the text tells of."""
    told = error.told
    if finding.rule.name in ABOUT_API_SERVER:
        return is_api_server(told) or not names_somebody(told)
    if finding.rule.family == "route" and "route" not in error.text.meaning.checks:
        # A call inside the cluster passes no front door.
        return False
    protocol = _PROTOCOL_OF_FAMILY.get(finding.rule.family)
    return is_waiting_server or not told.protocol or protocol is None or protocol == told.protocol


def _fit(model: Model, finding: Finding, error: SeenError, parties: Sequence[Parties], is_waiting_server: bool) -> tuple[int, str] | None:
    """How much a finding and a text have in common, and what; None where the finding is about somebody else."""
    told, layer = error.told, finding.rule.layer
    if is_api_server(told) and finding.rule.name in ABOUT_API_SERVER:
        return 30, "it is about calls of the API server, which the text names"
    if is_api_server(told) and not _is_code(finding):
        return None
    shown = workloads_shown(model, finding)
    fits = [fit for party in parties if (fit := _fit_of_party(finding, shown, party, told)) is not None]
    if _is_code(finding):
        fits += _fits_of_code(model, finding, error, parties, is_waiting_server)
    if fits:
        return max(fits)
    if _is_code(finding):
        return _fit_of_loose_code(model, finding, parties, is_waiting_server)
    if not names_somebody(told) and not parties:
        return 25, "the text names nobody, so that it may be about any"
    knows_asker = any(party.askers for party in parties)
    if layer in _CLIENT_LAYERS and not knows_asker:
        return 15, "the text does not tell which pod asked"
    return None


def _is_code(finding: Finding) -> bool:
    return finding.span.path.endswith(".go")


def _fits_of_code(
    model: Model, finding: Finding, error: SeenError, parties: Iterable[Parties], is_waiting_server: bool
) -> Iterator[tuple[int, str]]:
    """How a finding in code fits by where the code runs."""
    answers = is_waiting_server or finding.rule.layer == _SERVER or error.text.meaning.is_of_server
    for party in parties:
        running = {id(workload) for workload in workloads_running(model, party.unit, finding.span)}
        less = 20 if party.by_port else 0
        for workload in party.servers if answers else ():
            if id(workload) in running and is_waiting_server:
                yield (
                    28 - less,
                    f"{workload.meta.title}, which should answer, runs this code: there it waits for ever, and its callers give up",
                )
            elif id(workload) in running:
                yield 44 - less, f"{workload.meta.title}, which should answer, runs this code"
        for asker in () if answers else party.askers:
            if id(asker.workload) in running:
                yield 41, f"{asker.workload.meta.title}, which asks, runs this code"


def _fit_of_loose_code(model: Model, finding: Finding, parties: Sequence[Parties], is_waiting_server: bool) -> tuple[int, str] | None:
    """How a finding in code fits that none of the parties is known to run."""
    is_run = any(workloads_running(model, unit, finding.span) for unit in model.units)
    knows_side = any(party.servers if is_waiting_server or finding.rule.layer == _SERVER else party.askers for party in parties)
    if is_run and knows_side and not any(party.by_port for party in parties):
        return None
    if is_waiting_server:
        return 8, "where the program that should answer runs this code, it waits for ever, and its callers give up"
    return 12, "it is in code, and the text does not tell which program has failed"


def _fit_of_party(finding: Finding, shown: frozenset[Span], party: Parties, told: Told) -> tuple[int, str] | None:
    unit, layer = party.unit, finding.rule.layer
    less = 20 if party.by_port else 0
    name = told.host or told.service or f"port {told.port}"
    for asker in party.askers:
        at_name = asker.span is not None and any(span.overlaps(asker.span) for span in finding.spans)
        # A place in code may be part of the programs of many workloads.
        if at_name and (not shown or asker.workload.meta.span in shown):
            return _AT_THE_NAME, f"it stands where {asker.workload.meta.title} names {name}"
    # Of a finding in code the manifests show only which program it is in.
    touched = set() if _is_code(finding) else {meta.span for meta in unit.objects_at(finding.spans)}
    if any(stands_at_other_port(service, told.port, finding.span) for service in party.services):
        return None
    for service in party.services:
        if service.meta.span in touched:
            how = "lists that port" if party.by_port else "is the one that the text names"
            return 50 - less, f"{service.meta.title} {how}"
    if layer not in _CLIENT_LAYERS:
        for workload in party.servers:
            if workload.meta.span in touched:
                how = "is where it leads" if party.services else "is the one that the text names"
                return 45 - less, f"{workload.meta.title} {how if not party.by_port else 'opens that port'}"
        for route in party.routes:
            if route.meta.span in touched:
                return 42 - less, f"{route.meta.title} sends there"
    # What is found of names stands at the name, or shows the Service as well.
    if layer not in _SERVER_LAYERS and layer != _RESOLVER:
        for asker in party.askers:
            if asker.workload.meta.span in touched and not any(finding.span.overlaps(other) for other in asker.others):
                how = f"asks for {name}" if asker.span is not None else "is the workload of the pod in the text"
                return 40, f"{asker.workload.meta.title} {how}"
    return None


def _mismatches(model: Model, error: SeenError, parties: Sequence[Parties]) -> Iterator[Suspect]:
    """What the text itself shows to be wrong: it asks for a port that the Service does not list, or for a Service that is "
    "called otherwise."""
    told, layers = error.told, error.text.meaning.layers
    seen: set[Span] = set()
    if told.port is not None and told.host and _SERVICE in layers:
        services = [service for party in parties for service in party.services if not party.by_port]
        if services and not any(lists_port(service, told.port) or ports_are_open(service) or service.is_headless for service in services):
            for service in services:
                span = service.ports[0].span
                if span not in seen:
                    seen.add(span)
                    yield Suspect(
                        _SERVICE,
                        span,
                        f"The text asks for port {told.port} of {service.meta.title}, which lists {_ports(service)}",
                        f"Ask for a port that {service.meta.title} lists, or add {told.port} to its ports",
                        "a port that the Service does not list is refused by nftables and IPVS, and runs into nothing with iptables",
                        70,
                    )
    if told.host and 4 in layers and not any(party.services for party in parties):
        for service in services_alike(model, told):
            yield Suspect(
                4,
                service.meta.head,
                f"The text asks for {told.host}, and there is {service.meta.title}",
                f"Write {service.meta.name} where {told.host} is written",
                "no Service in view has the name, and this one differs by a slip of the pen",
                68,
            )


def _ports(service: Service) -> str:
    listed = (f"{port.number.text}{f' ({port.name.text})' if port.name else ''}" for port in service.ports if port.number is not None)
    return ", ".join(listed)


def _hints(model: Model, error: SeenError, parties: Sequence[Parties]) -> Iterator[str]:
    """What the text itself tells, beyond its meaning."""
    told = error.told
    yield from _hints_of_dns_server(told)
    if is_api_server(told):
        name = told.host or f"{told.ip}:{told.port}"
        yield f"{name} is the cluster's API server: a policy must let its own address and port through (often 6443)"
        return
    if not told.host:
        return
    services = [service for party in parties for service in party.services]
    if is_public_name(told.host):
        yield f"{told.host} is outside of the cluster"
    elif not services and names_meant(model, told) and any(unit.services for unit in model.units):
        name, namespace = names_meant(model, told)[0]
        yield f"No Service {name}{f' in namespace {namespace}' if namespace else ''} is in view"
    elif services and "." not in told.host:
        homes = sorted({service.meta.namespace for service in services if service.meta.namespace})
        if homes:
            yield f"{told.host} is a name without a namespace: only pods of {' and '.join(homes)} find that Service by it"


def _hints_of_dns_server(told: Told) -> Iterator[str]:
    address = parse_address(told.dns_server) if told.dns_server else None
    if address is None:
        return
    if address.is_link_local:
        yield f"{told.dns_server} is a link-local address, where NodeLocal DNSCache answers: a policy must let it through by ipBlock"
    elif address.is_loopback:
        yield f"{told.dns_server} is a loopback address: the pod has the resolv.conf of its node, where nothing answers it"
    elif is_public_nameserver(str(ip_address(told.dns_server))):
        yield f"{told.dns_server} is outside of the cluster and knows none of its names"
