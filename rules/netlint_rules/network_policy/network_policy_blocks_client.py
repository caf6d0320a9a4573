"""A client that the manifests name is refused by the policies on its way to a Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.calls import calls_of, calls_of_route
from netlint.model.dns_egress import tells_what_passes
from netlint.model.front_doors import may_be_front_door
from netlint.model.policies import is_decided
from netlint.model.policy_reach import (
    is_settled,
    may_be_peer,
    may_let_through,
    may_open,
    opening_rules,
    show_pods,
    surely_isolating,
)
from netlint_rules.network_policy._related import at_egress, at_ingress
from netlint_rules.network_policy._service_ports import explains, misnumbered_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.kubernetes.facts import NetworkPolicy, Workload
    from netlint.model import Model
    from netlint.model.calls import Call
    from netlint.model.policies import Direction
    from netlint.model.units import Unit
    from netlint.source import Span
    from netlint_rules.network_policy._service_ports import Misnumbered

_WHY: Final = "Packets that no rule lets through are dropped: the connection ends in dial tcp: i/o timeout"
_DOOR_WHY: Final = "What the ingress controller sends to the pods is dropped: clients wait for its time-out and get 504"


class Wall(NamedTuple):
    """The policies that isolate one end of a call for a direction, none of which lets it through."""

    direction: Direction
    policies: tuple[NetworkPolicy, ...]


class DoorWall(NamedTuple):
    """Policies that no ingress controller passes; ``opens_others``: one may pass, on other ports."""

    wall: Wall
    opens_others: bool


def check(model: Model) -> Iterator[Finding]:
    """Egress of the client and ingress of the target both have to let a connection through.

    Policies that deny everything and are completed by none in view are left alone, unless the other end opens this very connection.
    Source: kubernetes staging/src/k8s.io/api/networking/v1/types.go:60-223.
    """
    found: dict[tuple[Span, Span, Span], Finding] = {}
    for unit in model.units:
        for key, finding in _of_unit(model, unit) if unit.policies and is_decided(unit) else ():
            # A unit in which a patch may open one of the ends says less of the same call.
            if key not in found or len(found[key].related) < len(finding.related):
                found[key] = finding
    yield from found.values()


def _of_unit(model: Model, unit: Unit) -> Iterator[tuple[tuple[Span, Span, Span], Finding]]:
    misnumbered = tuple(misnumbered_ports(model, unit))
    seen: set[tuple[int, int]] = set()
    for source in unit.workloads:
        for call in calls_of(model, unit, source):
            key = (id(source), id(call.service))
            targets = [target for target, _ in call.targets]
            if key in seen or any(target is source for target in targets) or _is_explained(unit, misnumbered, source, targets):
                continue
            walls = _walls(model, unit, source, call)
            if walls:
                seen.add(key)
                yield (source.meta.head, call.service.meta.head, walls[0].policies[0].meta.head), _finding(call, source, walls)
    for route in unit.routes:
        for call in calls_of_route(unit, route) if not route.is_for_mesh and route.meta.kind != "VirtualService" else ():
            key = (id(route), id(call.service))
            if key in seen or _is_explained(unit, misnumbered, None, [target for target, _ in call.targets]):
                continue
            door = _door_wall(model, unit, call)
            if door is not None:
                seen.add(key)
                yield (route.meta.head, call.service.meta.head, door.wall.policies[0].meta.head), _door_finding(call, door)


def _is_explained(unit: Unit, misnumbered: Sequence[Misnumbered], source: Workload | None, targets: Sequence[Workload]) -> bool:
    """Whether network-policy-uses-service-port says why the call does not get through."""
    return any(explains(unit, item, source, target) for item in misnumbered for target in targets)


def _walls(model: Model, unit: Unit, source: Workload, call: Call) -> list[Wall]:
    """The ends of the call whose policies drop it on every port it may use, to every workload behind the Service."""
    if source.template.uses_host_network or not is_settled(model.units, source):
        return []
    targets = [workload for workload, _ in call.targets]
    if not all(is_settled(model.units, target) for target in targets):
        return []
    egress = _egress_wall(model, unit, source, call)
    ingress = _ingress_wall(model, unit, source, call)
    found = [wall for wall in (egress, ingress) if wall is not None]
    meant = [wall for wall in found if _is_meant(model, unit, wall, source, call)]
    if not meant and not _is_half_open(model, unit, found, source, call):
        return []
    return [*meant, *(wall for wall in found if wall not in meant)]


def _egress_wall(model: Model, unit: Unit, source: Workload, call: Call) -> Wall | None:
    policies = surely_isolating(unit, "egress", source)
    passes = (
        may_let_through(model.units, unit, "egress", source, target, protocol, number)
        for target, ports in call.targets
        for protocol, number in ports
    )
    return Wall("egress", policies) if policies and not any(passes) else None


def _ingress_wall(model: Model, unit: Unit, source: Workload, call: Call) -> Wall | None:
    by_target = [surely_isolating(unit, "ingress", target) for target, _ in call.targets]
    passes = (
        may_let_through(model.units, unit, "ingress", target, source, protocol, number)
        for target, ports in call.targets
        for protocol, number in ports
    )
    return Wall("ingress", by_target[0]) if all(by_target) and not any(passes) else None


def _is_meant(model: Model, unit: Unit, wall: Wall, source: Workload, call: Call) -> bool:
    """Whether somebody listed what passes in this direction, so that the missing rule is missing among others."""
    own = source if wall.direction == "egress" else call.targets[0][0]
    return any(tells_what_passes(policy, rule) for policy, rule in opening_rules(model.units, unit, wall.direction, own))


def _is_half_open(model: Model, unit: Unit, walls: list[Wall], source: Workload, call: Call) -> bool:
    """Whether the only wall is at one end, and a rule of the other end names this one and its port: the connection is wanted."""
    if len(walls) != 1:
        return False
    direction: Direction = "ingress" if walls[0].direction == "egress" else "egress"
    for target, ports in call.targets:
        own, other = (target, source) if direction == "ingress" else (source, target)
        for policy, rule in opening_rules(model.units, unit, direction, own):
            named = any(peer.pod_selector is not None and peer.pod_selector.match_labels for peer in rule.peers)
            opens = any(may_open(rule, target, protocol, number) for protocol, number in ports)
            if named and opens and may_be_peer(unit, policy, rule, other):
                return True
    return False


def _door_wall(model: Model, unit: Unit, call: Call) -> DoorWall | None:
    """The policies of a route's target, where no rule may let an ingress controller in on the port."""
    found: tuple[NetworkPolicy, ...] = ()
    elsewhere = False
    for target, ports in call.targets:
        policies = surely_isolating(unit, "ingress", target)
        rules = list(opening_rules(model.units, unit, "ingress", target)) if policies else []
        if not rules or not is_settled(model.units, target):
            return None
        for policy, rule in rules:
            if rule.peers and not any(may_be_front_door(unit, policy, peer, target) for peer in rule.peers):
                continue
            if any(may_open(rule, target, protocol, number) for protocol, number in ports):
                return None
            elsewhere = True
        found = found or policies
    return DoorWall(Wall("ingress", found), elsewhere) if found else None


def _finding(call: Call, source: Workload, walls: list[Wall]) -> Finding:
    targets = [target for target, _ in call.targets]
    protocol, number = call.targets[0][1][0]
    where = " and ".join(f"{_names(wall)} for {wall.direction}" for wall in walls)
    missing = " and ".join(
        f"an egress rule to the pods of {show_pods(targets)} on port {number}"
        if wall.direction == "egress"
        else f"an ingress rule from the pods of {source.meta.title} on port {number}"
        for wall in walls
    )
    first = walls[0].policies[0]
    return RULE.finding(
        _place(walls[0]),
        message=f"{source.meta.title} calls {call.service.meta.title} ({show_pods(targets)}, {protocol} {number}), which no rule lets "
        f"through: {where}",
        why=_WHY,
        help=f"Add {missing}",
        subject=Subject.of(first.meta),
        related=[
            Related(call.span, f"is called by {source.meta.title}"),
            *(Related(_place(wall), f"isolates {_whom(wall, source, targets)} for {wall.direction}") for wall in walls[1:]),
            *(Related(target.meta.head, f"answers on {protocol} {number}") for target in targets[:3]),
        ],
    )


def _place(wall: Wall) -> Span:
    policy = _main(wall)
    return at_egress(policy) if wall.direction == "egress" else at_ingress(policy)


def _main(wall: Wall) -> NetworkPolicy:
    """The policy that lists what passes, or the first."""
    listing = (policy for policy in wall.policies if (policy.egress if wall.direction == "egress" else policy.ingress))
    return next(listing, wall.policies[0])


def _names(wall: Wall) -> str:
    titles = [policy.meta.title for policy in wall.policies]
    return ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")


def _whom(wall: Wall, source: Workload, targets: list[Workload]) -> str:
    return source.meta.title if wall.direction == "egress" else show_pods(targets)


def _door_finding(call: Call, door: DoorWall) -> Finding:
    wall = door.wall
    targets = [target for target, _ in call.targets]
    protocol, number = call.targets[0][1][0]
    reason = (
        f"no rule opens port {number} to an ingress controller" if door.opens_others else "only pods that are no ingress controller get in"
    )
    return RULE.finding(
        _place(wall),
        message=f"{call.source.meta.title} sends to {call.service.meta.title} ({show_pods(targets)}, {protocol} {number}), which "
        f"{_names(wall)} {'isolates' if len(wall.policies) == 1 else 'isolate'} for ingress: {reason}",
        why=_DOOR_WHY,
        help=f"Add an ingress rule from the ingress controller's namespace, or the load balancer's addresses, on port {number}",
        subject=Subject.of(_main(wall).meta),
        related=[
            Related(call.span, f"is routed to by {call.source.meta.title}"),
            *(Related(target.meta.head, f"answers on {protocol} {number}") for target in targets[:3]),
        ],
    )


RULE = Rule(
    name="network-policy-blocks-client",
    family="network_policy",
    layer=9,
    summary="A client that the manifests name is refused by the policies on its way to a Service",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
