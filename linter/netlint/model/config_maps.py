"""Which ConfigMap a workload means by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.units import compatible, nearest

if TYPE_CHECKING:
    from netlint.kubernetes.facts import ConfigMap, Workload
    from netlint.model.units import Unit


def find_config_maps(unit: Unit, workload: Workload, name: str) -> tuple[ConfigMap, ...]:
    """The ConfigMaps called ``name`` that the workload can mean: nearest, in a compatible namespace."""
    asked = (workload.meta.path, workload.meta.namespace, name)
    config_maps = unit.memo.config_maps
    if asked not in config_maps:
        found = unit.config_maps_by_name.get(name, ())
        fitting = (item for item in found if compatible(item.meta.namespace, workload.meta.namespace))
        config_maps[asked] = nearest(unit, workload.meta, fitting)
    return config_maps[asked]
