"""Objects with pods: reading workloads, pod templates and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.facts import (
    ConfigMapReference,
    ConfigMapVolume,
    Container,
    ContainerPort,
    DnsConfig,
    DnsOptionEntry,
    EnvironmentVariable,
    Labels,
    ObjectMeta,
    PodTemplate,
    PreStop,
    Probe,
    Requirement,
    Selector,
    Strategy,
    Workload,
)
from netlint.kubernetes.hosts import find_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.hosts import HostReference
    from netlint.kubernetes.tree import Tree
    from netlint.kubernetes.values import Value

_TEMPLATE_PATHS: Final = (("spec", "template"), ("spec", "jobTemplate", "spec", "template"), ("template",))
_HANDLERS: Final = ("httpGet", "tcpSocket", "grpc", "exec", "sleep")
_PROBES: Final = (("readiness", "readinessProbe"), ("liveness", "livenessProbe"), ("startup", "startupProbe"))
_OUTLINED_KINDS: Final = frozenset(
    "DaemonSet Deployment DeploymentConfig ReplicaSet ReplicationController StatefulSet "
    "VirtualMachine VirtualMachineInstanceReplicaSet".split()
)
"""Kinds whose template may stand there without containers. KubeVirt's machines have none: they run in a pod with the template's labels."""
_DISK_VOLUMES: Final = frozenset(
    "persistentVolumeClaim hostPath awsElasticBlockStore azureDisk cinder fc gcePersistentDisk iscsi rbd vsphereVolume".split()
)
"""Volumes on storage that outlives the pod; most of them are written by one node at a time."""


def read_workload(root: Tree, meta: ObjectMeta) -> Workload | None:
    """The workload that an object is, or None when it holds no pod template."""
    template: PodTemplate | None
    if meta.kind == "Pod":
        template = _read_template(root)
    else:
        holders = (root.get(*path) for path in _TEMPLATE_PATHS)
        template = next((_read_template(tree) for tree in holders if tree and tree.has("spec", "containers")), None)
    if template is None or not template.containers:
        return None
    strategy_key = "strategy" if root.has("spec", "strategy") else "updateStrategy"
    return Workload(
        meta=meta,
        template=template,
        selector=_read_workload_selector(root, meta.kind),
        replicas=root.scalar("spec", "replicas"),
        strategy=_read_strategy(root, strategy_key),
        service_name=root.scalar("spec", "serviceName"),
        owner=_read_owner(root),
    )


def _read_owner(root: Tree) -> tuple[str, str] | None:
    """The controller among ``ownerReferences``; the first of them where none says that it is. Static pods, which a Node owns, have none."""
    owners = root.list("metadata", "ownerReferences")
    controlling = [item for item in owners if (flag := item.scalar("controller")) and flag.boolean] or owners
    name = controlling[0].scalar("name") if controlling else None
    if name is None:
        return None
    kind = controlling[0].scalar("kind")
    return None if kind and kind.text == "Node" else (kind.text if kind else "Pod", name.text)


def read_outline(root: Tree, meta: ObjectMeta) -> Workload | None:
    """A workload that is written without containers, as documents for other tools and virtual machines are; None for anything else."""
    if meta.kind in ("Pod", "VirtualMachineInstance"):
        holder: Tree | None = root
    else:
        holder = root.get("spec", "template") if meta.kind in _OUTLINED_KINDS else None
    if holder is None:
        return None
    return Workload(
        meta=meta,
        template=_read_template(holder),
        selector=_read_workload_selector(root, meta.kind),
        replicas=None,
        strategy=None,
        service_name=None,
    )


def read_cluster_service_version(root: Tree, meta: ObjectMeta) -> Iterator[Workload]:
    """The Deployments that an OLM ClusterServiceVersion installs."""
    for item in root.list("spec", "install", "spec", "deployments"):
        holder = item.get("spec", "template")
        name = item.scalar("name")
        if holder is None or name is None:
            continue
        inner = ObjectMeta("apps/v1", "Deployment", name.text, meta.namespace, (), (), item.span, name.span)
        template = _read_template(holder)
        if template.containers:
            yield Workload(
                meta=inner,
                template=template,
                selector=read_selector(item.get("spec", "selector")),
                replicas=item.scalar("spec", "replicas"),
                strategy=_read_strategy(item, "strategy"),
                service_name=None,
            )


def read_labels(root: Tree, *keys: str) -> Labels:
    """The label mapping under ``keys``."""
    return root.scalars(*keys)


def read_selector(root: Tree | None) -> Selector | None:
    """A ``matchLabels``/``matchExpressions`` selector."""
    if root is None or not root.is_mapping:
        return None
    requirements = []
    for item in root.list("matchExpressions"):
        key, operator = item.scalar("key"), item.scalar("operator")
        if key and operator:
            values = tuple(value.text for value in item.strings("values"))
            requirements.append(Requirement(key, operator.text, values))
    return Selector(read_labels(root, "matchLabels"), tuple(requirements), root.span)


def read_map_selector(root: Tree | None) -> Selector | None:
    """A plain label mapping as a selector; None when absent or empty, for then nothing is selected."""
    if root is None or not root.is_mapping:
        return None
    labels = root.scalars()
    return Selector(labels, (), root.span) if labels else None


def _read_workload_selector(root: Tree, kind: str) -> Selector | None:
    found = root.get("spec", "selector")
    if kind in ("ReplicationController", "DeploymentConfig"):
        return read_map_selector(found)
    return read_selector(found)


def _read_strategy(root: Tree, key: str) -> Strategy | None:
    spec = root.get("spec")
    field = spec and spec.field(key)
    if not field:
        return None
    key_node, found = field
    return Strategy(
        type=found.scalar("type"),
        max_unavailable=found.scalar("rollingUpdate", "maxUnavailable"),
        max_surge=found.scalar("rollingUpdate", "maxSurge"),
        span=key_node.span,
    )


def _read_template(holder: Tree) -> PodTemplate:
    key, spec = holder.field("spec") or (holder, holder)
    metadata = holder.at("metadata")
    labels_key = metadata.key("labels")
    volumes = spec.list("volumes")
    containers = [_read_container(item, is_init=False) for item in spec.list("containers")]
    containers += [_read_container(item, is_init=True) for item in spec.list("initContainers")]
    return PodTemplate(
        labels=read_labels(metadata, "labels"),
        annotations=read_labels(metadata, "annotations"),
        containers=tuple(containers),
        host_network=spec.scalar("hostNetwork"),
        dns_policy=spec.scalar("dnsPolicy"),
        dns_config=_read_dns_config(spec),
        termination_grace_period_seconds=spec.scalar("terminationGracePeriodSeconds"),
        has_readiness_gates=bool(spec.list("readinessGates")),
        config_map_volumes=tuple(_mounted_config_maps(volumes)),
        labels_span=labels_key.span if labels_key else key.span,
        span=key.span,
        holds_disk=any(volume.has(kind) for volume in volumes for kind in _DISK_VOLUMES & volume.names()),
        host_alias_names=tuple(name.text for item in spec.list("hostAliases") for name in item.strings("hostnames")),
        host_paths=tuple(path.text for volume in volumes if (path := volume.scalar("hostPath", "path"))),
        tolerated_taints=tuple(taint.text for item in spec.list("tolerations") if (taint := item.scalar("key"))),
        enable_service_links=spec.scalar("enableServiceLinks"),
    )


def _mounted_config_maps(volumes: list[Tree]) -> Iterator[ConfigMapVolume]:
    for volume in volumes:
        sources = (volume.get("configMap"), *(source.get("configMap") for source in volume.list("projected", "sources")))
        for source in sources:
            name = source.scalar("name") if source is not None else None
            if source is not None and name is not None:
                keys = frozenset(key.text for item in source.list("items") if (key := item.scalar("key")))
                yield ConfigMapVolume(name, keys or None)


def _read_dns_config(spec: Tree) -> DnsConfig | None:
    field = spec.field("dnsConfig")
    if field is None:
        return None
    key, found = field
    return DnsConfig(
        nameservers=found.strings("nameservers"),
        searches=found.strings("searches"),
        options=tuple(DnsOptionEntry(item.scalar("name"), item.scalar("value"), item.span) for item in found.list("options")),
        span=key.span,
    )


def _read_container(item: Tree, *, is_init: bool) -> Container:
    name = item.scalar("name")
    restart_policy = item.scalar("restartPolicy")
    env = tuple(_read_env(item))
    command, args = item.strings("command"), item.strings("args")
    return Container(
        name=name.text if name else "",
        head=name.span if name else item.span,
        image=item.scalar("image"),
        command=command,
        args=args,
        ports=tuple([_read_port(port) for port in item.list("ports")]),
        env=env,
        env_from=tuple(_read_env_from(item)),
        probes=tuple(_read_probes(item)),
        pre_stop=_read_pre_stop(item),
        is_init=is_init,
        is_sidecar=is_init and restart_policy is not None and restart_policy.text == "Always",
        hosts=tuple(_read_hosts(command, args, env)),
        has_unseen_env=any(not entry.has("configMapRef") for entry in item.list("envFrom")),
    )


def _read_hosts(command: tuple[Value, ...], args: tuple[Value, ...], env: tuple[EnvironmentVariable, ...]) -> Iterator[HostReference]:
    for value in command:
        yield from find_hosts(value, "command")
    for value in args:
        yield from find_hosts(value, "args")
    for variable in env:
        if variable.value is not None:
            yield from find_hosts(variable.value, f"env {variable.name.text}", variable=variable.name.text)


def _read_port(item: Tree) -> ContainerPort:
    return ContainerPort(
        item.scalar("containerPort"),
        item.scalar("name"),
        item.scalar("protocol"),
        item.span,
        item.scalar("hostPort"),
        lacks_number=not item.has("containerPort"),
    )


def _read_env(item: Tree) -> Iterator[EnvironmentVariable]:
    for entry in item.list("env"):
        name = entry.scalar("name")
        if name is None:
            continue
        reference = entry.get("valueFrom", "configMapKeyRef")
        yield EnvironmentVariable(
            name=name,
            value=entry.scalar("value"),
            config_map=_read_config_map_reference(reference) if reference else None,
        )


def _read_config_map_reference(item: Tree) -> ConfigMapReference | None:
    name = item.scalar("name")
    return ConfigMapReference(name, item.scalar("key")) if name else None


def _read_env_from(item: Tree) -> Iterator[ConfigMapReference]:
    for entry in item.list("envFrom"):
        reference = entry.get("configMapRef")
        if reference and (known := _read_config_map_reference(reference)):
            prefix = entry.scalar("prefix")
            yield known._replace(prefix=prefix.text) if prefix else known


def _read_probes(item: Tree) -> Iterator[Probe]:
    for role, name in _PROBES:
        field = item.field(name)
        if field is None:
            continue
        key, found = field
        handler = _handler_of(found)
        yield Probe(
            role=role,
            handler=handler,
            port=found.scalar(handler, "port") if handler else None,
            host=found.scalar(handler, "host") if handler else None,
            command=found.strings("exec", "command"),
            timeout_seconds=found.scalar("timeoutSeconds"),
            span=key.span,
            path=found.scalar("httpGet", "path"),
            period_seconds=found.scalar("periodSeconds"),
            failure_threshold=found.scalar("failureThreshold"),
        )


def _handler_of(hook: Tree) -> str:
    """What a probe or hook does; empty where that is not written."""
    for name in _HANDLERS:
        if hook.has(name):
            return name
    return ""


def _read_pre_stop(item: Tree) -> PreStop | None:
    lifecycle = item.get("lifecycle")
    field = lifecycle and lifecycle.field("preStop")
    if not field:
        return None
    key, found = field
    handler = _handler_of(found)
    handler_key = found.key(handler) if handler else None
    command_key = inner.key("command") if handler and (inner := found.get(handler)) else None
    return PreStop(
        handler,
        found.strings("exec", "command"),
        found.scalar("sleep", "seconds"),
        key.span,
        handler_key.value if handler_key else None,
        command_key.span if command_key else None,
    )
