"""Doors to what is joined with code: each gives nothing where there are only manifests, and imports what links stand on only where there is
code.

Questions that are asked of manifests as well come by here, so that a run over manifests alone does not wait for those modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.knowledge.python_servers import starts_server

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.edges import Edge
    from netlint.model.links import Asked, Link, Listen
    from netlint.model.units import Unit


def has_programs(model: Model) -> bool:
    """Whether a program may be in view: code is, or a container starts a server that is known by its command line."""
    return bool(model.code.packages or model.python.paths) or model.python.keep("starts a server", lambda: _starts_server(model))


def _starts_server(model: Model) -> bool:
    containers = (item for unit in model.units for workload in unit.workloads for item in workload.template.containers)
    return any(starts_server([word.text for word in (*item.command, *item.args)]) for item in containers)


def links_in(model: Model, unit: Unit, workload: Workload) -> tuple[Link, ...]:
    """``links.links_of``."""
    if not has_programs(model):
        return ()
    from netlint.model.links import links_of

    return links_of(model, unit, workload)


def listens_in(model: Model, unit: Unit, workload: Workload, container: Container | None = None) -> tuple[Listen, ...]:
    """``links.listens_of``, of one container where it is given."""
    if not has_programs(model):
        return ()
    from netlint.model.links import listens_of

    listens = listens_of(model, unit, workload)
    return listens if container is None else tuple(listen for listen in listens if listen.run.container is container)


def asked_in(model: Model, unit: Unit, workload: Workload) -> tuple[Asked, ...]:
    """``links.asked_of``."""
    if not has_programs(model):
        return ()
    from netlint.model.links import asked_of

    return tuple(asked_of(model, unit, workload))


def edges_in(model: Model, unit: Unit) -> tuple[Edge, ...]:
    """``edges.edges``."""
    if not has_programs(model):
        return ()
    from netlint.model.edges import edges

    return edges(model, unit)
