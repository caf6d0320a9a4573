"""Which front door a route goes through, and what says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.front_doors import (
    ANNOTATION_PREFIXES,
    CONTROLLERS,
    GATEWAY_CLASS_NAMES,
    GKE_CLASS_PREFIX,
    INGRESS_CLASS_WORDS,
    DoorKind,
)
from netlint.kubernetes.routes import GATEWAY_ROUTE_KINDS, TRAEFIK_KINDS
from netlint.model.units import compatible

if TYPE_CHECKING:
    from netlint.kubernetes.facts import FrontDoorObject, ParentReference, Route
    from netlint.kubernetes.values import Value
    from netlint.model.units import Unit
    from netlint.source import Span

_CLASS_ANNOTATIONS: Final = ("kubernetes.io/ingress.class", "projectcontour.io/ingress.class")
_WORD_BREAK: Final = re.compile(r"[^a-z0-9]+")


class DoorEvidence(NamedTuple):
    """A kind of front door and the token that says so; of an unknown one, the route's name."""

    kind: DoorKind
    span: Span
    parent: FrontDoorObject | None = None
    """The Gateway that a Gateway API route hangs on, where it is in view."""


def door_evidence(unit: Unit, route: Route) -> tuple[DoorEvidence, ...]:
    """The front doors that a route goes through: one for each Gateway of a Gateway API route, else one.

    The kind of the object decides where only one controller reads it, then the class, then annotations that only one controller reads.
    """
    if route.meta.kind == "VirtualService":
        return (DoorEvidence(DoorKind.ISTIO, route.meta.head),)
    if route.meta.kind == "HTTPProxy":
        return (DoorEvidence(DoorKind.CONTOUR, route.meta.head),)
    if route.meta.kind in TRAEFIK_KINDS:
        return (DoorEvidence(DoorKind.TRAEFIK, route.meta.head),)
    if route.meta.kind in GATEWAY_ROUTE_KINDS:
        return tuple(_of_parent(unit, route, parent) for parent in route.parents if parent.kind == "Gateway")
    return (_of_ingress(unit, route),)


def ingress_class(route: Route) -> Value | None:
    """The class of an Ingress: the field, or the annotation that came before it."""
    written = (route.class_name, *(route.meta.annotation(key) for key in _CLASS_ANNOTATIONS))
    return next((value for value in written if value is not None), None)


def _of_ingress(unit: Unit, route: Route) -> DoorEvidence:
    named = ingress_class(route)
    if named is not None and not named.is_placeholder:
        classes = [item for item in unit.front_door_objects_by_kind.get("IngressClass", ()) if item.meta.name == named.text]
        if classes:
            return DoorEvidence(_of_controller(classes[0], "controller"), named.span)
        words = [INGRESS_CLASS_WORDS[word] for word in _WORD_BREAK.split(named.text.lower()) if word in INGRESS_CLASS_WORDS]
        if words:
            kind = words[0] if len(set(words)) == 1 else DoorKind.UNKNOWN
            return DoorEvidence(_nginx_of(route) if kind is DoorKind.INGRESS_NGINX else kind, named.span)
    told = _told_by_annotations(route)
    if len(told) == 1:
        kind, key = next(iter(told.items()))
        return DoorEvidence(kind, key.span)
    return DoorEvidence(DoorKind.UNKNOWN, named.span if named else route.meta.head)


def _told_by_annotations(route: Route) -> dict[DoorKind, Value]:
    """The controllers whose annotations the route has, each with the first of those keys."""
    found: dict[DoorKind, Value] = {}
    for key, _ in route.meta.annotations:
        for prefix, kind in ANNOTATION_PREFIXES.items():
            if key.text.startswith(prefix):
                found.setdefault(kind, key)
    return found


def _nginx_of(route: Route) -> DoorKind:
    """Which of the two controllers a class called nginx means: both use the name, and their annotations differ."""
    told = _told_by_annotations(route)
    return DoorKind.NGINX if DoorKind.NGINX in told and DoorKind.INGRESS_NGINX not in told else DoorKind.INGRESS_NGINX


def _of_controller(item: FrontDoorObject, field: str) -> DoorKind:
    controller = item.setting(field)
    text = controller.text if controller else ""
    return next((kind for name, kind in CONTROLLERS.items() if text == name or text.startswith(f"{name}/")), DoorKind.UNKNOWN)


def _of_parent(unit: Unit, route: Route, parent: ParentReference) -> DoorEvidence:
    namespace = parent.namespace or route.meta.namespace
    gateways = [
        item
        for item in unit.front_door_objects_by_kind.get("Gateway", ())
        if item.meta.name == parent.name.text
        and item.meta.api_version.startswith("gateway.networking.k8s.io/")
        and compatible(item.meta.namespace, namespace)
    ]
    named = gateways[0].setting("gatewayClassName") if len(gateways) == 1 else None
    if named is None or named.is_placeholder:
        return DoorEvidence(DoorKind.UNKNOWN, parent.name.span)
    classes = [item for item in unit.front_door_objects_by_kind.get("GatewayClass", ()) if item.meta.name == named.text]
    if classes:
        kind = _of_controller(classes[0], "controllerName")
    elif named.text.startswith(GKE_CLASS_PREFIX):
        kind = DoorKind.GCE
    else:
        kind = GATEWAY_CLASS_NAMES.get(named.text, DoorKind.UNKNOWN)
    return DoorEvidence(kind, named.span, gateways[0])
