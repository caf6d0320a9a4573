"""Route to Service: which Services a backend means, and what nearly fits where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import PortForm
from netlint.kubernetes.values import is_placeholder
from netlint.model.names import DEFAULT_NAMESPACE
from netlint.model.spelling import is_misspelling
from netlint.model.units import compatible, is_complete_around, near, nearest

if TYPE_CHECKING:
    from netlint.kubernetes.facts import BackendReference, ObjectMeta, Route, Service, ServicePort
    from netlint.model.units import Unit

_ALB_ACTION: Final = "alb.ingress.kubernetes.io/actions."
_ALB_ACTION_PORT: Final = "use-annotation"


def names_no_service(route: Route, backend: BackendReference) -> bool:
    """Whether nothing can be said of the backend: an AWS action, the API server's own Service, or a value that is filled in later."""
    name, port = backend.service.text, backend.port
    if (port and (port.is_placeholder or port.text == _ALB_ACTION_PORT)) or route.meta.annotation(_ALB_ACTION + name):
        return True
    namespace = backend_namespace(route, backend)
    if name == "kubernetes" and compatible(namespace, DEFAULT_NAMESPACE):
        return True
    return not name or backend.service.is_placeholder or is_placeholder(namespace or "")


def backend_namespace(route: Route, backend: BackendReference) -> str | None:
    """Namespace that the Service is looked up in: the one written beside it, or the route's own; None when neither is set."""
    return backend.namespace or route.meta.namespace


def services_meant(unit: Unit, route: Route, backend: BackendReference) -> tuple[Service, ...]:
    """Services of the unit with the backend's name in a compatible namespace, however far they stand."""
    namespace = backend_namespace(route, backend)
    found = unit.services_by_name.get(backend.service.text, ())
    return tuple(service for service in found if compatible(namespace, service.meta.namespace))


def has_port(service: Service, backend: BackendReference) -> bool:
    """Whether the Service lists the backend's port: by number, by name, or by either where the route takes both."""
    return any(_is(port, backend) for port in service.ports)


def ports_meant(service: Service, backend: BackendReference) -> tuple[ServicePort, ...]:
    """The ports of the Service that the backend may mean: all where it names none."""
    return tuple(port for port in service.ports if _is(port, backend))


def _is(port: ServicePort, backend: BackendReference) -> bool:
    wanted = backend.port
    if wanted is None:
        return True
    listed = []
    if backend.port_form is not PortForm.NAME:
        listed.append(port.number)
    if backend.port_form is not PortForm.NUMBER:
        listed.append(port.name)
    return any(value is not None and value.text == wanted.text for value in listed)


def services_without_port(unit: Unit, route: Route, backend: BackendReference, meant: tuple[Service, ...]) -> tuple[Service, ...]:
    """The nearest of ``meant`` when none of all lists the port; none where one may: an ExternalName, no ports, a value filled in later."""
    if backend.port is None or any(has_port(service, backend) for service in meant):
        return ()
    found = nearest(unit, route.meta, meant)
    return () if any(ports_are_open(service) for service in found) else found


def ports_are_open(service: Service) -> bool:
    """Whether the Service has no list of ports to compare with: an ExternalName, no ports, or values that are filled in later."""
    values = [value for port in service.ports for value in (port.number, port.name)]
    return service.is_external_name or not service.ports or any(value is not None and value.is_placeholder for value in values)


def port_sent_to(service: Service, backend: BackendReference) -> ServicePort | None:
    """The port of the Service whose ``targetPort`` is what the backend gives as port."""
    wanted = backend.port.text if backend.port else ""
    return next((port for port in service.ports if port.target_port is not None and port.target_port.text == wanted), None)


def knows_every_service(unit: Unit, meta: ObjectMeta) -> bool:
    """Whether every Service deployed with the object is in view by its name, so that one which is not there is missing."""
    if not is_complete_around(unit, meta):
        return False
    return not any(near(unit, meta, service.meta) for service in unit.services_named_later)


def same_name_elsewhere(unit: Unit, route: Route, backend: BackendReference) -> tuple[Service, ...]:
    """Services near the route that have the backend's name, in another namespace that is written."""
    namespace = backend_namespace(route, backend)
    found = unit.services_by_name.get(backend.service.text, ())
    return tuple(service for service in found if not compatible(namespace, service.meta.namespace) and near(unit, route.meta, service.meta))


def similar_names(unit: Unit, route: Route, backend: BackendReference) -> tuple[Service, ...]:
    """Services near the route whose names differ from the backend's by a slip of the pen, and that list its port."""
    namespace = backend_namespace(route, backend)
    return tuple(
        service
        for service in unit.services
        if is_misspelling(backend.service.text, service.meta.name)
        and compatible(namespace, service.meta.namespace)
        and near(unit, route.meta, service.meta)
        and has_port(service, backend)
    )


def is_granted(unit: Unit, meta: ObjectMeta, namespace: str) -> bool:
    """Whether a ReferenceGrant of the unit lets objects of ``meta``'s namespace send to Services of ``namespace``."""
    return any(compatible(grant.meta.namespace, namespace) and meta.namespace in grant.from_namespaces for grant in unit.reference_grants)
