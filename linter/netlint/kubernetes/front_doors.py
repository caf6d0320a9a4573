"""Objects that decide about front doors: which one a class is, and how it treats what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import FrontDoorObject, ObjectMeta

if TYPE_CHECKING:
    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value

FRONT_DOOR_KINDS: Final = frozenset(
    """
    IngressClass IngressClassParams GatewayClass Gateway BackendConfig GCPBackendPolicy DestinationRule EnvoyFilter
    ServersTransport BackendTrafficPolicy ClientTrafficPolicy HelmRelease HelmChart HelmChartConfig Application
    """.split()
)
"""Those of Helm are of interest for the values that they hand to the chart of a controller."""
_MAX_DEPTH: Final = 16
_MAX_SETTINGS: Final = 5000


def read_front_door_object(root: Tree, meta: ObjectMeta) -> FrontDoorObject:
    """An object of any kind in ``FRONT_DOOR_KINDS``."""
    found: list[tuple[str, Value]] = []
    spec = root.get("spec")
    if spec is not None:
        _flatten(spec, "", found, 0)
    return FrontDoorObject(meta, tuple(found))


def _flatten(tree: Tree, path: str, found: list[tuple[str, Value]], depth: int) -> None:
    if depth > _MAX_DEPTH or len(found) >= _MAX_SETTINGS:
        return
    if tree.is_mapping:
        for name, (_, child) in tree.entries().items():
            _flatten(child, f"{path}.{name}" if path else name, found, depth + 1)
    elif tree.is_sequence:
        for position, child in enumerate(tree.items()):
            _flatten(child, f"{path}.{position}", found, depth + 1)
    else:
        found.append((path, tree.value))
