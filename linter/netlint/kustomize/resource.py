"""An object on its way through a build: what it is now, and what it was called before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kustomize.merge_keys import CLUSTER_SCOPED
from netlint.kustomize.nodes import Fields, text_at, value_at, with_at, without_field

if TYPE_CHECKING:
    from netlint.kubernetes.values import Value

_NO_NAMESPACE: Final = "_non_namespaceable_"


class Identity(NamedTuple):
    """What makes an object itself. ``namespace`` is as kustomize compares it: ``default`` where none is written."""

    group: str
    version: str
    kind: str
    namespace: str
    name: str

    @property
    def is_cluster_scoped(self) -> bool:
        """Whether objects of the kind have no namespace."""
        return self.namespace == _NO_NAMESPACE


class Resource(NamedTuple):
    """An object. ``previous`` holds what it was called before each change of its name or namespace, the oldest first.

    ``prefixes`` and ``suffixes`` say which kustomizations it came through; ``behavior`` and ``needs_hash`` are those of a generator.
    """

    node: Fields
    previous: tuple[Identity, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    behavior: str = ""
    needs_hash: bool = False
    variables: tuple[str, ...] = ()
    """Vars that take their value from it."""
    is_unsure: bool = False
    """Whether something that was not applied may change it."""

    @property
    def kind(self) -> str:
        """As written."""
        return self.identity.kind

    @property
    def name(self) -> str:
        """Its name now."""
        return self.identity.name

    @property
    def namespace(self) -> str:
        """Its namespace now; empty where none is written."""
        return text_at(self.node, "metadata", "namespace")

    @property
    def identity(self) -> Identity:
        """What it is now."""
        return identity_of(self.node)

    @property
    def original(self) -> Identity:
        """What it was first."""
        return self.previous[0] if self.previous else self.identity

    @property
    def identities(self) -> tuple[Identity, ...]:
        """All that it was and is."""
        return (*self.previous, self.identity)

    def remembering(self) -> Resource:
        """It, with what it is now among what it was."""
        return self._replace(previous=(*self.previous, self.identity))

    def named(self, name: Value) -> Resource:
        """It under another name."""
        return self._replace(node=with_at(self.node, ("metadata", "name"), name, name))


def identity_of(node: Fields) -> Identity:
    """What the object that ``node`` is calls itself."""
    if node.identity is None:
        name, namespace = text_at(node, "metadata", "name"), text_at(node, "metadata", "namespace")
        node.identity = identity(text_at(node, "apiVersion"), text_at(node, "kind"), namespace, name)
    return node.identity


def identity(api_version: str, kind: str, namespace: str, name: str) -> Identity:
    """The identity of an object of a kind; of a namespace none where there is none."""
    group, slash, version = api_version.partition("/")
    if not slash:
        group, version = "", api_version
    scope = _NO_NAMESPACE if (api_version, kind) in CLUSTER_SCOPED else namespace or "default"
    return Identity(group, version, kind, scope, name)


def with_metadata(node: Fields, name: str, value: Value | None, source: Value) -> Fields:
    """The object with a field of its metadata set, or without it."""
    if value is not None:
        return with_at(node, ("metadata", name), value, source)
    metadata = node.get("metadata")
    if not isinstance(metadata, Fields) or name not in metadata.entries:
        return node
    return with_at(node, ("metadata",), without_field(metadata, name), source)


def is_local(resource: Resource) -> bool:
    """Whether it configures tools only and is not deployed (kustomize api/resource/factory.go, ``DropLocalNodes``)."""
    mark = value_at(resource.node, "metadata", "annotations", "config.kubernetes.io/local-config")
    return mark is not None and mark.text != "false"
