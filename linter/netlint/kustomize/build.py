"""A build: resources, generators, components, transformers, in the order in which kustomize runs them.

What a folder comes to is worked out once, however many overlays build on it. Source of the order: kustomize api v0.21.1,
internal/target/kusttarget.go (``accumulateTarget``) and kusttarget_configplugin.go (``configureBuiltinTransformers``).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.documents import read_documents
from netlint.kubernetes.kustomizations import FILE_NAMES, is_below
from netlint.kubernetes.nodes import BrokenDocument, TemplatedDocument
from netlint.kubernetes.splitting import READ_KINDS
from netlint.kubernetes.tree import Origin, tree_of
from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize import images, transformers
from netlint.kustomize.builtin_plugins import is_patch, transformed
from netlint.kustomize.configurations import merged_tables, read_field_paths, with_configuration
from netlint.kustomize.generators import combined, generated
from netlint.kustomize.hashing import content_hash
from netlint.kustomize.nodes import Fields, Items, Node, at, items_at, nodes_of, pairs_at, text_at, value_at
from netlint.kustomize.patches import Patch, apply_patch, read_patches
from netlint.kustomize.renames import with_references
from netlint.kustomize.replacements import targets_of, with_replacement
from netlint.kustomize.resource import Resource, is_local
from netlint.kustomize.tables import BUILTIN, Tables
from netlint.kustomize.texts import documents_of, documents_within
from netlint.kustomize.trouble import AbsentError, NotAppliedError, Trouble
from netlint.kustomize.variables import Variable, marked, read_variable, with_variables
from netlint.source import SourceFile, Span, UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netlint.kustomize.field_paths import FieldPath

MAX_DEPTH: Final = 32
"""Kustomizations that may build on each other."""
MAX_RESOURCES: Final = 10_000
"""Objects of one build; bases that are named twice at each of many levels come to more than any memory holds."""
_MAX_LIST_DEPTH: Final = 8
_NOT_APPLIED: Final = ("helmCharts", "helmChartInflationGenerator", "generators", "crds")
_NO_LABELS: Final = "metadata/labels"


class Built(NamedTuple):
    """What a kustomization deploys. ``paths`` are the files that the objects and their values came from or could have come from."""

    resources: tuple[Resource, ...]
    troubles: tuple[Trouble, ...]
    paths: frozenset[str]


class _Found(NamedTuple):
    """What a folder comes to before names are final."""

    resources: tuple[Resource, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    variables: tuple[Variable, ...] = ()
    tables: Tables = BUILTIN
    paths: frozenset[str] = frozenset()


class _Folder(NamedTuple):
    """A kustomization that is being followed: its file, its folder and what it says."""

    path: str
    directory: str
    root: Fields


class Builder:
    """Builds the kustomizations of one run. What was read or worked out for one of them serves the others.

    ``read`` gives the bytes of a file, or None; ``known`` are the files that may be read wherever they stand, others only below the
    kustomization that names them. ``keeps_all``: also objects of kinds that no reader of objects knows.
    """

    def __init__(self, read: Callable[[str], bytes | None], known: frozenset[str], *, keeps_all: bool = False) -> None:
        self._read = read
        self._known = known
        self._keeps_all = keeps_all
        self._sources: dict[str, SourceFile | None] = {}
        self._files: dict[str, _Found] = {}
        self._folders: dict[str, _Folder | None] = {}
        self._found: dict[str, _Found] = {}

    def build(self, directory: str) -> Built:
        """What the kustomization in ``directory`` deploys."""
        found = self._accumulated(posixpath.normpath(directory or "."), ())
        resources = tuple(_with_hash(item) if item.needs_hash else item for item in found.resources)
        resources = with_references(resources, found.tables)
        resources, missing = with_variables(resources, found.variables, found.tables)
        troubles = list(found.troubles)
        for variable in missing:
            if not self._is_passed_over(text_at(variable.item, "objref", "kind"), ""):
                message = f"var {variable.name} takes its value from a field that is not there"
                troubles.append(Trouble(variable.item.span, message, fails=True, is_absence=True))
        is_complete = not any(trouble.is_gap for trouble in troubles)
        said = dict.fromkeys(trouble for trouble in troubles if is_complete or not trouble.is_absence)
        return Built(tuple(item for item in resources if not is_local(item)), tuple(said), found.paths)

    def _accumulated(self, directory: str, around: tuple[str, ...]) -> _Found:
        if directory not in self._found:
            folder = self._folder(directory)
            if folder is None:
                return _Found()
            found = self._applied(folder, _Found(), (*around, directory))
            if any(trouble.message.startswith("is in a circle") for trouble in found.troubles):
                # Where the circle is entered decides what it comes to.
                return found
            self._found[directory] = found
        return self._found[directory]

    def _folder(self, directory: str) -> _Folder | None:
        if directory not in self._folders:
            self._folders[directory] = None
            for name in FILE_NAMES:
                source = self._source(posixpath.normpath(posixpath.join(directory, name)))
                documents = documents_of(source) if source else []
                if source is not None:
                    root = documents[0] if documents and isinstance(documents[0], Fields) else Fields({}, Span(source.path, 0, 0))
                    self._folders[directory] = _Folder(source.path, directory, root)
                    break
        return self._folders[directory]

    def _source(self, path: str) -> SourceFile | None:
        if path not in self._sources:
            data = self._read(path)
            try:
                self._sources[path] = None if data is None else SourceFile(path, decode(data))
            except UndecodableError:
                self._sources[path] = None
        return self._sources[path]

    def _applied(self, folder: _Folder, before: _Found, around: tuple[str, ...]) -> _Found:
        """``before`` with all that the kustomization adds and changes. What is there before is what a component builds on."""
        root = folder.root
        found = before._replace(paths=before.paths | {folder.path})
        for value in _values(root, "resources", "bases"):
            found = _joined(found, self._resource(folder, value, around), value)
        found = self._with_configurations(folder, found)
        found = self._with_generated(folder, found)
        for value in _values(root, "components"):
            found = self._component(folder, value, found, around)
        found = self._transformed(folder, found)
        variables = [read_variable(item) for item in items_at(root, "vars") if isinstance(item, Fields)]
        for variable in variables:
            found = found._replace(resources=marked(found.resources, variable))
        return found._replace(variables=(*found.variables, *variables), troubles=(*found.troubles, *_not_applied(folder)))

    def _resource(self, folder: _Folder, value: Value, around: tuple[str, ...]) -> _Found:
        path = posixpath.normpath(posixpath.join(folder.directory, value.text))
        if path in around:
            return _nothing(value, f"is in a circle: {value.text} is what it is built on")
        if self._folder(path) is not None:
            if len(around) >= MAX_DEPTH:
                return _nothing(value, f"builds on {value.text}, more than {MAX_DEPTH} levels down")
            return self._accumulated(path, around)
        if "://" not in value.text and self._may_read(folder, path):
            if path not in self._files:
                source = self._source(path)
                if source is None:
                    return _nothing(value, f"names {value.text}, which is not in view")
                self._files[path] = self._objects(source)
            return self._files[path]
        return _nothing(value, f"names {value.text}, which is not in view")

    def _component(self, folder: _Folder, value: Value, found: _Found, around: tuple[str, ...]) -> _Found:
        path = posixpath.normpath(posixpath.join(folder.directory, value.text))
        component = self._folder(path)
        if component is None:
            return _joined(found, _nothing(value, f"names {value.text}, which is not in view"), value)
        if path in around or len(around) >= MAX_DEPTH:
            return _joined(found, _nothing(value, f"is in a circle: {value.text} is what it is built on"), value)
        return self._applied(component, found, (*around, path))

    def _may_read(self, folder: _Folder, path: str) -> bool:
        """kustomize reads no file outside of the kustomization's folder unless told to (``--load-restrictor``)."""
        return path in self._known or is_below(path, folder.directory)

    def _objects(self, source: SourceFile) -> _Found:
        """The objects of a resource file."""
        resources: list[Resource] = []
        troubles = []
        for document in read_documents(source.text, source.path, read_all=self._keeps_all):
            span = Span(source.path, document.start, document.start)
            if isinstance(document, BrokenDocument):
                troubles.append(Trouble(span, "holds a document that could not be read", is_gap=True, fails=True))
            elif isinstance(document, TemplatedDocument):
                troubles.append(Trouble(span, "holds a template that was not rendered", is_gap=True, fails=True))
            else:
                node = nodes_of(tree_of(document.root, Origin(source.path, source.text, document.start)))
                resources += [Resource(item) for item in _objects_in(node, 0)]
        return _Found(tuple(resources[:MAX_RESOURCES]), tuple(troubles), paths=frozenset((source.path,)))

    def _file(self, folder: _Folder, text: str) -> tuple[str, bytes] | None:
        path = posixpath.normpath(posixpath.join(folder.directory, text))
        data = self._read(path) if self._may_read(folder, path) else None
        return None if data is None else (path, data)

    def _with_configurations(self, folder: _Folder, found: _Found) -> _Found:
        tables, troubles = found.tables, list(found.troubles)
        for value in _values(folder.root, "configurations"):
            documents = self._documents(folder, value)
            if not documents:
                troubles.append(Trouble(value.span, f"names the configuration {value.text}, which cannot be read", fails=True))
            for document in documents:
                tables = with_configuration(tables, document)
        return found._replace(tables=tables, troubles=tuple(troubles))

    def _documents(self, folder: _Folder, value: Value) -> list[Node]:
        """Documents of a file that a kustomization names, other than a resource."""
        path = posixpath.normpath(posixpath.join(folder.directory, value.text))
        source = self._source(path) if "\n" not in value.text and self._may_read(folder, path) else None
        return documents_of(source) if source else []

    def _with_generated(self, folder: _Folder, found: _Found) -> _Found:
        resources, troubles, paths = list(found.resources), list(found.troubles), set(found.paths)

        def read(text: str) -> tuple[str, bytes] | None:
            content = self._file(folder, text)
            if content is not None:
                paths.add(content[0])
            return content

        options = at(folder.root, "generatorOptions")
        for field, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            for item in items_at(folder.root, field):
                if isinstance(item, Fields):
                    try:
                        _absorb(resources, generated(item, kind, options, read))
                    except NotAppliedError as error:
                        name = text_at(item, "name")
                        message = f"{field} {name} {error}".replace("  ", " ")
                        troubles.append(Trouble(item.span, message, is_gap=kind == "ConfigMap", fails=True))
        return found._replace(resources=tuple(resources), troubles=tuple(troubles), paths=frozenset(paths))

    def _transformed(self, folder: _Folder, found: _Found) -> _Found:
        root, tables = folder.root, found.tables
        resources = found.resources
        troubles = list(found.troubles)
        paths = set(found.paths)

        def patch(entries: list[Patch]) -> tuple[Resource, ...]:
            paths.update(document.span.path for entry in entries for document in entry.documents)
            changed = resources
            for entry in entries:
                changed, new = apply_patch(changed, entry, self._is_passed_over)
                troubles.extend(new)
            return changed

        def documents(value: Value, is_text: bool) -> list[Node]:
            return documents_within(value) if is_text else self._documents(folder, value)

        resources = patch(read_patches(items_at(root, "patchesStrategicMerge"), documents))
        resources = patch(read_patches(items_at(root, "patches"), documents))
        namespace = value_at(root, "namespace")
        if namespace is not None and namespace.text:
            resources = tuple(transformers.in_namespace(item, namespace, tables) for item in resources)
        prefix, suffix = value_at(root, "namePrefix"), value_at(root, "nameSuffix")
        if prefix is not None and prefix.text:
            resources = tuple(transformers.prefixed(item, prefix) for item in resources)
        if suffix is not None and suffix.text:
            resources = tuple(transformers.suffixed(item, suffix) for item in resources)
        for pairs, fields in _labels(root, tables):
            resources = tuple(transformers.labelled(item, pairs, fields) for item in resources)
        annotations = pairs_at(root, "commonAnnotations")
        if annotations:
            resources = tuple(transformers.labelled(item, annotations, tables.annotations) for item in resources)
        resources = patch(read_patches(items_at(root, "patchesJson6902"), documents))
        for item in items_at(root, "replicas"):
            resources, trouble = _scaled(resources, item, tables)
            troubles += trouble
        changes = [images.read_image_change(item) for item in (*items_at(root, "images"), *items_at(root, "imageTags"))]
        changes = [change for change in changes if change.name]
        if changes:
            resources = tuple(images.with_images(item, changes, tables) for item in resources)
        for item in self._replacements(folder, troubles):
            try:
                resources = with_replacement(resources, item)
            except NotAppliedError as error:
                is_absence = isinstance(error, AbsentError)
                # The source may be of a kind that no reader of objects knows, and was not read.
                if not (isinstance(error, AbsentError) and self._is_passed_over(error.kind, "")):
                    troubles.append(Trouble(item.span, f"replacement {error}", fails=True, is_absence=is_absence))
                meant = zip(resources, targets_of(item, resources), strict=True)
                resources = tuple(resource._replace(is_unsure=True) if is_meant else resource for resource, is_meant in meant)
        for value in _values(root, "transformers"):
            asked = documents(value, "\n" in value.text)
            unknown = "" if asked else value.text.partition("\n")[0]
            for document in asked:
                if is_patch(document):
                    resources = patch(read_patches([document], documents))
                    continue
                new = transformed(resources, document)
                unknown = unknown if new is not None else text_at(document, "kind") or "without a kind"
                resources = resources if new is None else new
            if unknown:
                troubles.append(Trouble(value.span, f"uses the transformer {unknown}, which is not applied", is_gap=True))
                resources = tuple(resource._replace(is_unsure=True) for resource in resources)
        return found._replace(resources=resources, troubles=tuple(troubles), paths=frozenset(paths))

    def _replacements(self, folder: _Folder, troubles: list[Trouble]) -> Iterator[Fields]:
        for item in items_at(folder.root, "replacements"):
            path = value_at(item, "path")
            if path is None:
                if isinstance(item, Fields):
                    yield item
                continue
            documents = self._documents(folder, path)
            if not documents:
                troubles.append(Trouble(path.span, f"names the replacement {path.text}, which cannot be read", fails=True))
            for document in documents:
                yield from (one for one in (document.items if isinstance(document, Items) else [document]) if isinstance(one, Fields))

    def _is_passed_over(self, kind: str, name: str) -> bool:
        """Whether an object may be there that was not read because no reader of objects knows its kind."""
        if self._keeps_all or kind in READ_KINDS:
            return False
        return any(source is not None and kind in source.text and name in source.text for source in self._sources.values())


def _values(root: Fields, *names: str) -> Iterator[Value]:
    for name in names:
        yield from (item for item in items_at(root, name) if isinstance(item, Value) and item.text)


def _nothing(value: Value, message: str) -> _Found:
    return _Found(troubles=(Trouble(value.span, message, is_gap=True, fails=True),))


def _joined(found: _Found, other: _Found, value: Value) -> _Found:
    """Both together. An object that is there already is not taken again."""
    # Each once: what is built on in two ways would double at every level.
    troubles = list(dict.fromkeys((*found.troubles, *other.troubles)))
    known = {item.identity for item in found.resources}
    new: list[Resource] = []
    for item in other.resources:
        identity = item.identity
        if identity in known:
            what = f"{identity.kind} {identity.name}"
            troubles.append(Trouble(value.span, f"names {value.text}, which brings {what} a second time", fails=True))
        elif len(found.resources) + len(new) >= MAX_RESOURCES:
            troubles.append(Trouble(value.span, f"comes to more than {MAX_RESOURCES} objects; the rest was left out", is_gap=True))
            break
        else:
            known.add(identity)
            new.append(item)
    return _Found(
        (*found.resources, *new),
        tuple(troubles),
        tuple(dict.fromkeys((*found.variables, *other.variables))),
        merged_tables(found.tables, other.tables),
        found.paths | other.paths,
    )


def _objects_in(node: Node, depth: int) -> Iterator[Fields]:
    """The objects of a document: itself, or the items of a list."""
    if not isinstance(node, Fields) or not node.entries:
        return
    items = node.get("items")
    if text_at(node, "kind").endswith("List") and items is not None:
        for item in items_at(node, "items") if depth < _MAX_LIST_DEPTH else []:
            yield from _objects_in(item, depth + 1)
    else:
        yield node


def _absorb(resources: list[Resource], new: Resource) -> None:
    """Put a generated object among the others, or into the one that it merges with or replaces."""
    wanted = new.identity
    places = [number for number, item in enumerate(resources) if wanted in item.identities]
    what = f"{wanted.kind} {wanted.name}"
    if new.behavior not in ("merge", "replace"):
        if places:
            raise NotAppliedError("makes an object that is there already; behavior merge or replace changes that one")
        resources.append(new)
    elif len(places) != 1:
        raise NotAppliedError(f"has behavior {new.behavior}, and there are {len(places)} objects {what}")
    else:
        resources[places[0]] = combined(new, resources[places[0]])


def _labels(root: Fields, tables: Tables) -> Iterator[tuple[list[tuple[Value, Value]], tuple[FieldPath, ...]]]:
    metadata = next(path for path in BUILTIN.labels if path.names == tuple(_NO_LABELS.split("/")))
    for item in items_at(root, "labels"):
        fields = tuple(read_field_paths(item, "fields"))
        selectors, templates = value_at(item, "includeSelectors"), value_at(item, "includeTemplates")
        if selectors is not None and selectors.boolean is True:
            fields = (*fields, *tables.labels)
        elif templates is not None and templates.boolean is True:
            fields = (*fields, *tables.template_labels)
        yield pairs_at(item, "pairs"), tuple(dict.fromkeys((*fields, metadata)))
    common = pairs_at(root, "commonLabels")
    if common:
        yield common, tables.labels


def _scaled(resources: tuple[Resource, ...], item: Node, tables: Tables) -> tuple[tuple[Resource, ...], list[Trouble]]:
    name, count = text_at(item, "name"), value_at(item, "count")
    if count is None:
        return resources, []
    kinds = {path.kind for path in tables.replicas}
    meant = [any(one.name == name and one.kind in kinds for one in resource.identities) for resource in resources]
    if not any(meant):
        return resources, [Trouble(item.span, f"sets replicas of {name}, and there is no such workload", fails=True, is_absence=True)]
    changed = (
        transformers.scaled(resource, count, tables.replicas) if is_meant else resource
        for resource, is_meant in zip(resources, meant, strict=True)
    )
    return tuple(changed), []


def _with_hash(resource: Resource) -> Resource:
    return transformers.renamed(resource.remembering(), f"{resource.name}-{content_hash(resource.node)}")


def _not_applied(folder: _Folder) -> Iterable[Trouble]:
    """What the kustomization uses that needs a plugin, a binary or the network."""
    for field in _NOT_APPLIED:
        entry = folder.root.entries.get(field)
        if entry is not None and not (isinstance(entry[1], Value) and entry[1].type is ScalarType.NULL):
            yield Trouble(entry[0].span, f"uses {field}, which is not applied", is_gap=True)
    entry = folder.root.entries.get("openapi")
    if entry is not None:
        yield Trouble(entry[0].span, "has a schema of its own in openapi, which is not read; lists of its kinds are replaced, not merged")
