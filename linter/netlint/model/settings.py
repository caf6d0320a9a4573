"""What a pod is configured with: the texts its containers are given, and what is added to it after it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.config_maps import find_config_maps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, PodTemplate, Workload
    from netlint.kubernetes.values import Value
    from netlint.model.units import Unit


class Setting(NamedTuple):
    """A text that a pod's containers are given. ``name`` is the env variable or ConfigMap key; empty for command and args."""

    name: str
    value: Value


def settings_of(unit: Unit, workload: Workload) -> tuple[Setting, ...]:
    """Command, args and env values of every container, and the values of the ConfigMaps that the pod uses, in order."""
    settings = unit.memo.settings
    if id(workload) not in settings:
        settings[id(workload)] = tuple(_settings_of(unit, workload))
    return settings[id(workload)]


def _settings_of(unit: Unit, workload: Workload) -> Iterator[Setting]:
    for container in workload.template.containers:
        for argument in (*container.command, *container.args):
            yield Setting("", argument)
        for variable in container.env:
            if variable.value is not None:
                yield Setting(variable.name.text, variable.value)
    for name, keys in _config_map_keys(workload.template):
        for config_map in find_config_maps(unit, workload, name):
            for entry, value in config_map.data:
                if keys is None or entry.text in keys:
                    yield Setting(entry.text, value)


def _config_map_keys(template: PodTemplate) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Names of ConfigMaps with the keys of theirs that the pod sees; None for all."""
    for container in template.containers:
        references = (*(variable.config_map for variable in container.env), *container.env_from)
        for reference in references:
            if reference is not None:
                yield reference.name.text, frozenset((reference.key.text,)) if reference.key else None
    for volume in template.config_map_volumes:
        yield volume.name.text, volume.keys


def mentions_number(unit: Unit, workload: Workload, number: int) -> bool:
    """Whether anything that the pod is configured with, its annotations included, names ``number``."""
    word = re.compile(rf"(?<!\d){number}(?!\d)")
    texts = (setting.value.text for setting in settings_of(unit, workload))
    notes = (value.text for _, value in workload.template.annotations)
    return any(word.search(text) for text in (*texts, *notes))


MESH_PROXY_PORTS: Final = frozenset((*range(15000, 15100), 15443, 4140, 4143, 4190, 4191))
"""Ports of the Istio and Linkerd proxies, which a webhook adds: often by a label of the namespace, so that no pod shows it."""
MESH_PROXY_PORT_NAMES: Final = frozenset(("http-envoy-prom", "linkerd-admin", "linkerd-proxy"))

_TEMPLATE_KINDS: Final = frozenset(
    """
    Pod PodTemplate Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob DeploymentConfig Rollout CloneSet
    """.split()
)
_MESH_LABEL: Final = re.compile(r"inject|^istio\.io/(?:rev|dataplane-mode)$")
_MESH_INJECTION: Final = frozenset(("sidecar.istio.io/inject", "linkerd.io/inject"))


def is_template_final(workload: Workload) -> bool:
    """Whether the pods get the template as it stands: its kind is one whose controller completes nothing."""
    return workload.meta.kind in _TEMPLATE_KINDS


def has_unseen_containers(workload: Workload) -> bool:
    """Whether the pods get containers that the manifest does not show, whose ports are not known.

    True where an operator or a patch completes the template, where an annotation or label asks for an injection other than that of a mesh
    whose ports are known (``MESH_PROXY_PORTS``), and where a container is only a place for an injected one.
    """
    template = workload.template
    if workload.meta.kind not in _TEMPLATE_KINDS or any(map(_is_place_holder, template.containers)):
        return True
    # In words rather than with any(): every rule about ports asks this of every workload.
    for key, value in (*template.annotations, *template.labels):
        name = key.text
        asks = ("inject" in name or name == "dapr.io/enabled") and name not in _MESH_INJECTION
        if asks and value.text.lower() not in ("false", "disabled", "no"):
            return True
    return False


def is_meshed(unit: Unit, workload: Workload) -> bool:
    """Whether a mesh's proxy may stand in front of the pods: asked for by an annotation or a label of theirs, or of their namespace."""
    template, namespace = workload.template, workload.meta.namespace
    labels = [*template.annotations, *template.labels]
    for item in unit.namespaces:
        if namespace is None or item.meta.name == namespace:
            labels += [*item.meta.labels, *item.meta.annotations]
    return any(_MESH_LABEL.search(key.text) and value.text.lower() not in ("false", "disabled", "no") for key, value in labels)


def _is_place_holder(container: Container) -> bool:
    """Whether the rest of the container comes from elsewhere: a patch fills it in, or an injector, as Istio's does with ``image: auto``."""
    return container.image is None or container.image.text == "auto"
