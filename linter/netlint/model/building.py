"""Facts of all files into units: builds the kustomizations, and gathers what is left by folder."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from netlint.kubernetes.facts import KubernetesFacts, PatchTarget
from netlint.kubernetes.kustomizations import is_kustomization_file
from netlint.model.units import Gap, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.kubernetes.facts import Kustomization
    from netlint.kubernetes.values import Value
    from netlint.kustomize.build import Built
    from netlint.kustomize.nodes import Fields


def build_units(
    facts: Sequence[KubernetesFacts], roots: Mapping[str, str], all_paths: frozenset[str], read: Callable[[str], bytes | None]
) -> tuple[Unit, ...]:
    """The units of a run.

    ``roots``: the folder of the command line that each file was found under, empty for one that was named itself. ``all_paths``: every file
    discovered, so that a missing resource can be told from one that holds nothing. ``read`` gives the bytes of a file that a kustomization
    names, or None.
    """
    kustomizations = {
        posixpath.normpath(item.directory or "."): item
        for entry in facts
        for item in entry.kustomizations
        if is_kustomization_file(item.path)
    }
    taken = {path for item in kustomizations.values() for path in _claimed(item)}
    units = _built_units(kustomizations, all_paths, read) if kustomizations else []
    leftovers: dict[str, list[KubernetesFacts]] = {}
    for entry in facts:
        if posixpath.normpath(entry.path) not in taken:
            leftovers.setdefault(roots.get(entry.path, ""), []).append(entry)
    for root, entries in sorted(leftovers.items()):
        units.append(_plain_unit(root, entries))
    return tuple(units)


def _claimed(item: Kustomization) -> Iterator[str]:
    """Files that are judged as part of kustomizations, whoever builds on this one."""
    yield posixpath.normpath(item.path)
    for value in (*item.resources, *item.components, *item.other_files):
        yield posixpath.normpath(posixpath.join(item.directory, value.text))


def _built_units(kustomizations: Mapping[str, Kustomization], all_paths: frozenset[str], read: Callable[[str], bytes | None]) -> list[Unit]:
    """What the kustomizations deploy that no other one names. A base is judged as part of what builds on it."""
    # Imported only where there is a kustomization.
    from netlint.kustomize.build import Builder

    named = {folder for item in kustomizations.values() for folder in _named_folders(item, kustomizations)}
    builder = Builder(read, all_paths)
    known: dict[int, tuple[Fields, KubernetesFacts]] = {}
    by_path = {item.path: item for item in kustomizations.values()}
    units = []
    reached: set[str] = set()
    for folder, kustomization in sorted(kustomizations.items()):
        if folder not in named and not kustomization.is_component:
            built = builder.build(folder)
            reached |= built.paths
            units.append(_unit(kustomization, built, by_path, known))
    for folder, kustomization in sorted(kustomizations.items()):
        if folder in named and kustomization.path not in reached and not kustomization.is_component:
            # Kustomizations that build on each other in a circle deploy nothing.
            built = builder.build(folder)
            reached |= built.paths
            units.append(Unit(kustomization.path, is_kustomization=True, gaps=_gaps(built, are_gaps=True)))
    return units


def _unit(
    root: Kustomization, built: Built, by_path: Mapping[str, Kustomization], known: dict[int, tuple[Fields, KubernetesFacts]]
) -> Unit:
    """The unit that a kustomization deploys. ``known``: facts of nodes, for most objects of a base are the same in all its overlays."""
    from netlint.kubernetes.reader import read_object
    from netlint.kustomize.tree import BuiltTree

    entries = []
    for item in built.resources:
        key = id(item.node)
        if key not in known:
            known[key] = (item.node, read_object(BuiltTree(item.node)))
        entries.append(known[key][1])
    return _unit_of(
        root.path,
        entries,
        is_kustomization=True,
        image_names=tuple(pair for path in sorted(built.paths) if path in by_path for pair in by_path[path].image_names),
        patches=tuple(PatchTarget(re.escape(item.kind), re.escape(item.name)) for item in built.resources if item.is_unsure),
        gaps=_gaps(built, are_gaps=True),
        failures=_gaps(built, are_gaps=False),
        paths=built.paths,
    )


def _gaps(built: Built, *, are_gaps: bool) -> tuple[Gap, ...]:
    found = (Gap(item.span.path, item.message, item.span) for item in built.troubles if item.is_gap is are_gaps)
    return tuple(dict.fromkeys(found))


def _named_folders(item: Kustomization, known: Mapping[str, Kustomization]) -> Iterator[str]:
    for value in (*item.resources, *item.components):
        folder = posixpath.normpath(posixpath.join(item.directory, value.text))
        if folder in known:
            yield folder


def _plain_unit(root: str, entries: Sequence[KubernetesFacts]) -> Unit:
    return _unit_of(
        root or ".",
        entries,
        is_kustomization=False,
        gaps=tuple(gap for entry in entries for gap in _gaps_of_reading(entry)),
        paths=frozenset(entry.path for entry in entries),
    )


def _unit_of(
    name: str,
    entries: Iterable[KubernetesFacts],
    *,
    is_kustomization: bool,
    gaps: tuple[Gap, ...],
    paths: frozenset[str],
    failures: tuple[Gap, ...] = (),
    patches: tuple[PatchTarget, ...] = (),
    image_names: tuple[tuple[Value, Value], ...] = (),
    is_chart: bool = False,
) -> Unit:
    entries = tuple(entries)
    return Unit(
        name=name,
        is_kustomization=is_kustomization,
        workloads=tuple(item for entry in entries for item in entry.workloads if not item.meta.is_hook),
        outlines=tuple(item for entry in entries for item in entry.outlines if not item.meta.is_hook),
        services=tuple(item for entry in entries for item in entry.services if not item.meta.is_hook),
        endpoint_sets=tuple(item for entry in entries for item in entry.endpoint_sets),
        config_maps=tuple(item for entry in entries for item in entry.config_maps),
        routes=tuple(item for entry in entries for item in entry.routes),
        reference_grants=tuple(item for entry in entries for item in entry.reference_grants),
        policies=tuple(item for entry in entries for item in entry.policies if not item.meta.is_hook),
        foreign_policies=tuple(item for entry in entries for item in entry.foreign_policies),
        namespaces=tuple(item for entry in entries for item in entry.namespaces),
        front_door_objects=tuple(item for entry in entries for item in entry.front_door_objects),
        patches=patches,
        image_names=image_names,
        gaps=gaps,
        failures=failures,
        is_chart=is_chart,
        paths=paths,
    )


def chart_unit(name: str, entries: Sequence[KubernetesFacts], gaps: Sequence[str]) -> Unit:
    """What a chart deploys with one set of values: one thing, as a kustomization is. ``gaps`` say what of it is not in view."""
    return _unit_of(
        name,
        entries,
        is_kustomization=True,
        is_chart=True,
        gaps=tuple(Gap(name, what) for what in gaps),
        paths=frozenset(entry.path for entry in entries),
    )


def _gaps_of_reading(entry: KubernetesFacts) -> Iterator[Gap]:
    """Documents of a file that could not be read or were not rendered."""
    for problem in entry.problems:
        yield Gap(problem.span.path, "holds a document that could not be read")
    for note in entry.notes:
        if note.kind == "not-rendered":
            yield Gap(note.span.path, "holds a template that was not rendered")
