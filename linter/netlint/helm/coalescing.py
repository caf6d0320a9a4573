"""The values that each chart sees: its own, those of the chart around it put over them, and what all share under ``global``.

Source: helm.sh/helm/v3 v3.16.4 pkg/chartutil/coalesce.go and dependencies.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netlint.helm.data import Table, copied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.helm.chart import Chart, Dependency


class Part(NamedTuple):
    """A chart that is deployed, under the name that the chart around it has for it, with those inside of it."""

    chart: Chart
    name: str
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    """Charts that it needs and that are not here, or are packed."""


def assemble(chart: Chart, values: Table) -> tuple[Part, Table]:
    """The charts that are deployed with the ``values`` put over those of the chart, and all values, each chart's below its name."""
    whole = _all_parts(chart, chart.name)
    merged = copied(values)
    _coalesce(whole, merged)
    part = _enabled(whole, merged, "", merged)
    final = copied(values)
    _coalesce(part, final)
    return part, final


def _all_parts(chart: Chart, name: str) -> Part:
    """The chart and those inside of it, under their aliases; whether they are wanted is decided when the values are known."""
    named = {item.name for item in chart.dependencies}
    parts = [_all_parts(inner, inner.name) for inner in chart.charts if inner.name not in named]
    missing = []
    for item in chart.dependencies:
        inner = next((inner for inner in chart.charts if inner.name == item.name), None)
        if inner is None:
            missing.append(item.alias or item.name)
        else:
            parts.append(_all_parts(inner, item.alias or item.name))
    return Part(chart, name, tuple(parts), tuple(missing))


def _enabled(part: Part, values: Table, path: str, top: Table) -> Part:
    wanted = {item.alias or item.name: _is_wanted(item, values, path, top) for item in part.chart.dependencies}
    parts = tuple(
        _enabled(inner, below if isinstance(below := values.get(inner.name), Table) else Table(), f"{path}{inner.name}.", top)
        for inner in part.parts
        if wanted.get(inner.name, True)
    )
    return part._replace(parts=parts, missing=tuple(name for name in part.missing if wanted.get(name, True)))


def _is_wanted(item: Dependency, values: Table, path: str, top: Table) -> bool:
    verdict = True
    tags = values.get("tags") if path == "" else top.get("tags")
    if isinstance(tags, Table) and item.tags:
        found = [tags[tag] for tag in item.tags if isinstance(tags.get(tag), bool)]
        verdict = any(found) or not found
    for condition in item.conditions:
        value = _at(values, condition.strip().split("."))
        if isinstance(value, bool):
            return value
    return verdict


def _at(values: Any, path: list[str]) -> Any:
    for key in path:
        if not isinstance(values, Table) or key not in values:
            return None
        values = values[key]
    return values


def _coalesce(part: Part, target: Table) -> None:
    """Put the values of the chart below those of ``target``, then go on with the charts inside of it."""
    own = copied(part.chart.values)
    for key, value in own.items():
        if key not in target:
            _put(target, key, value, own)
        elif target[key] is None:
            del target[key]
        elif isinstance(target[key], Table) and isinstance(value, Table):
            _merge(target[key], value, removes=True)
    for name in part.missing:
        below = target.setdefault(name, Table())
        if isinstance(below, Table):
            target[name] = _opened(below)
    for inner in part.parts:
        below = target.setdefault(inner.name, Table())
        if not isinstance(below, Table):
            continue
        _share_globals(below, target)
        _coalesce(inner, below)


def _opened(values: Table) -> Table:
    """Values of a chart that is not here: what it has of its own may be beside them everywhere."""
    return Table({key: _opened(item) if isinstance(item, Table) else item for key, item in values.items()}, values.spans, is_open=True)


def _share_globals(target: Table, source: Table) -> None:
    own, shared = target.get("global", Table()), source.get("global", Table())
    if not isinstance(own, Table) or not isinstance(shared, Table):
        return
    for key, value in shared.items():
        if isinstance(value, Table):
            outer = copied(value)
            if key not in own:
                _put(own, key, outer, shared)
            elif isinstance(own[key], Table):
                _merge(outer, own[key], removes=False)
                own[key] = outer
        elif not isinstance(own.get(key), Table):
            _put(own, key, value, shared)
    target["global"] = own


def _merge(target: Table, source: Table, *, removes: bool) -> None:
    """Keys of ``source`` that ``target`` has not; mappings are merged. ``removes``: null in the target takes the key away."""
    for key, value in source.items():
        if key not in target:
            _put(target, key, value, source)
        elif target[key] is None and removes:
            del target[key]
        elif isinstance(value, Table) and isinstance(target[key], Table):
            _merge(target[key], value, removes=removes)


def _put(target: Table, key: str, value: Any, source: Table) -> None:
    target[key] = value
    target.spans.pop(key, None)
    if key in source.spans:
        target.spans[key] = source.spans[key]


def overlaid(sets: Iterable[Table]) -> Table:
    """Values files given one after another, the later ones over the earlier (helm pkg/cli/values, ``mergeMaps``)."""
    result = Table()
    for values in sets:
        _overlay(result, copied(values))
    return result


def _overlay(target: Table, source: Table) -> None:
    for key, value in source.items():
        if isinstance(value, Table) and isinstance(target.get(key), Table):
            _overlay(target[key], value)
        else:
            _put(target, key, value, source)
