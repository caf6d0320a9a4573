"""``netlint connectivity``: what the NetworkPolicies let through between every two workloads of a unit, and the world outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from netlint.commands.settings import config_options, format_option, settings_of
from netlint.commands.terminal import present_paths, print_out
from netlint.model.policies import ALL_PORTS, DEFAULT_NAMESPACE, EVERYTHING, OUTSIDE, End, is_decided, let_through
from netlint.model.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Workload
    from netlint.model import Model
    from netlint.model.policies import Traffic
    from netlint.model.units import Unit


@click.command
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@format_option
@config_options
def connectivity(
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print what the NetworkPolicies below the PATHs let through between every two workloads, and to and from the world outside.

    Text leaves out the pairs between which nothing is let through; JSON lists every ordered pair.
    """
    from netlint.pipeline import load

    config = settings_of(config_file, no_config, cluster_domain, search_domains)
    model = load(present_paths(paths or (".",)), config).model
    print_out(render_json(model) if output_format == "json" else render_text(model))


class Pair(NamedTuple):
    """Two ends of a unit and what is let through from the first to the second."""

    source: End
    target: End
    traffic: Traffic


def pairs(model: Model) -> Iterator[Pair]:
    """Every ordered pair of different ends of each unit, in order of their names."""
    for unit in model.units:
        yield from pairs_of(unit)


def pairs_of(unit: Unit) -> Iterator[Pair]:
    """Those of one unit."""
    ends = [*(End(workload) for workload in workloads(unit)), OUTSIDE]
    for source in ends:
        for target in ends:
            if source is not target:
                yield Pair(source, target, let_through(unit, source, target))


def workloads(unit: Unit) -> tuple[Workload, ...]:
    """The workloads of a unit, in order of their names; Pods of one controller are one, as they are where it stands in view itself."""
    named: dict[tuple[str, str, str], Workload] = {}
    for workload in (*unit.workloads, *unit.outlines):
        kind, name = workload.owner or (workload.meta.kind, workload.meta.name)
        owned = workload._replace(meta=workload.meta._replace(kind=kind, name=name))
        named.setdefault((workload.meta.namespace or DEFAULT_NAMESPACE, name, kind), owned)
    return tuple(named[key] for key in sorted(named))


def render_json(model: Model) -> str:
    """A list of ``{"from", "to", "allow"}``; an end is its kind, namespace and name, or ``external``."""
    rows = [{"from": _end(pair.source), "to": _end(pair.target), "allow": list(_allowed(pair.traffic))} for pair in pairs(model)]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _end(end: End) -> Any:
    if end.workload is None:
        return "external"
    meta = end.workload.meta
    return {"kind": meta.kind, "namespace": meta.namespace, "name": meta.name}


def _allowed(traffic: Traffic) -> Iterator[dict[str, str]]:
    for protocol, ranges in traffic.items():
        for first, last in ranges:
            yield {"protocol": protocol, "ports": _range(first, last)}


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def render_text(model: Model) -> str:
    """A line a pair between which anything is let through, by unit."""
    lines: list[str] = []
    for unit in model.units:
        ends = workloads(unit)
        if not ends:
            continue
        if lines:
            lines.append("")
        lines.append(f"{unit.name}: {len(ends)} workload{'s' * (len(ends) != 1)}, {len(unit.policies)} policies")
        if not is_decided(unit):
            kinds = ", ".join(sorted({policy.meta.kind for policy in unit.foreign_policies}))
            lines.append(f"  {kinds} decide here as well and are not evaluated: what follows holds for NetworkPolicy alone")
        on_node = [_title(End(workload)) for workload in ends if workload.template.uses_host_network]
        if on_node and unit.policies:
            are = "is on the network of its node" if len(on_node) == 1 else "are on the networks of their nodes"
            # Source: kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
            lines.append(
                f"  {in_words(on_node, most=5)} {are}: most network plugins take such pods for the node and heed no policy for them"
            )
        unit_pairs = [pair for pair in pairs_of(unit) if pair.traffic]
        lines += [f"  {_title(pair.source)} -> {_title(pair.target)}: {_words(pair.traffic)}" for pair in unit_pairs]
        if not unit_pairs:
            lines.append("  nothing is let through")
    return "\n".join(lines) or "No workload is in view"


def _title(end: End) -> str:
    if end.workload is None:
        return "the outside"
    meta = end.workload.meta
    return f"{meta.title} in {meta.namespace}" if meta.namespace else meta.title


def _words(traffic: Traffic) -> str:
    if traffic == EVERYTHING:
        return "everything"
    return ", ".join(
        f"{protocol} {', '.join(_range(first, last) for first, last in ranges)}" if ranges != ALL_PORTS else f"all {protocol}"
        for protocol, ranges in traffic.items()
    )
