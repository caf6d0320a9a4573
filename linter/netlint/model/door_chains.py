"""Front doors in a row: a load balancer that sends to an ingress controller or a gateway, and the routes which that one follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.knowledge.front_doors import PROXY_SERVICES, DoorKind
from netlint.model.doors import doors_of
from netlint.model.units import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import FrontDoorObject, Route
    from netlint.kubernetes.values import Value
    from netlint.model.doors import Door
    from netlint.model.units import Unit


def doors_in_a_row(unit: Unit) -> Iterator[tuple[Door, Door]]:
    """Pairs of doors, the outer one first: its backend is the Service of the other's proxy, and a host fits both."""
    doors = doors_of(unit)
    for outer in doors:
        kind = PROXY_SERVICES.get(outer.backend.service.text)
        if kind is None or kind is outer.kind:
            continue
        for inner in doors:
            if inner.kind is kind and near(unit, outer.route.meta, inner.route.meta) and _is_behind(unit, outer, inner):
                yield outer, inner


def _is_behind(unit: Unit, outer: Door, inner: Door) -> bool:
    if inner.kind is DoorKind.ISTIO and not _is_at(unit, inner.route, outer):
        return False
    outer_hosts = (outer.backend.host,) if outer.backend.host else outer.route.hosts
    inner_hosts = (inner.backend.host,) if inner.backend.host else inner.route.hosts
    return not outer_hosts or not inner_hosts or any(_fits(first, second) for first in outer_hosts for second in inner_hosts)


def _fits(first: Value, second: Value) -> bool:
    """Whether two host names have one in common: ``*.example.com`` is all of a domain, ``*`` all there are."""
    if first.is_placeholder or second.is_placeholder:
        return False
    names = sorted((first.text.lower(), second.text.lower()), key=len)
    if "*" in names or names[0] == names[1]:
        return True
    return any(one.startswith("*.") and other.endswith(one[1:]) for one, other in (names, names[::-1]))


def _is_at(unit: Unit, route: Route, outer: Door) -> bool:
    """Whether a VirtualService is followed by the gateway whose Service the outer door sends to, in view by its selector.

    Source: istio networking/v1alpha3/gateway.proto (``Gateway.selector``), virtual_service.proto (``gateways``).
    """
    named = {value.text.rpartition("/")[2] for value in route.gateways if value.text != "mesh"}
    return any(gateway.meta.name in named and _is_proxy(gateway, outer) for gateway in unit.front_door_objects_by_kind.get("Gateway", ()))


def _is_proxy(gateway: FrontDoorObject, outer: Door) -> bool:
    wanted = {path.removeprefix("selector."): value.text for path, value in gateway.settings if path.startswith("selector.")}
    if outer.service is not None and outer.service.selector is not None:
        found = {key.text: value.text for key, value in outer.service.selector.match_labels}
        return bool(wanted) and all(found.get(key) == value for key, value in wanted.items())
    return wanted == {"istio": outer.backend.service.text.removeprefix("istio-")}
