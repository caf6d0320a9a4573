"""What the manifests say, as plain frozen data: one class a thing, a span on every scalar.

Named tuples rather than dataclasses, and annotations that are evaluated at once: forty dataclasses cost 40 ms at start-up, a named tuple
compiles each annotation that is still a text, and a manifest makes hundreds of these.
"""

from enum import StrEnum
from typing import NamedTuple

from netlint.kubernetes.hosts import HostReference
from netlint.kubernetes.values import Value
from netlint.source import Span

Labels = tuple[tuple[Value, Value], ...]
"""Keys and values in the order written."""


def label_map(labels: Labels) -> dict[str, str]:
    """Labels as a plain mapping, for matching."""
    return {key.text: value.text for key, value in labels}


class ObjectMeta(NamedTuple):
    """Identity of an object. ``span`` is the whole document or list item; ``head`` is its name, or its kind where it has none."""

    api_version: str
    kind: str
    name: str
    namespace: str | None
    labels: Labels
    annotations: Labels
    span: Span
    head: Span

    @property
    def path(self) -> str:
        """File that the object stands in."""
        return self.span.path

    @property
    def title(self) -> str:
        """How messages name the object: ``Deployment web``."""
        return f"{self.kind} {self.name or 'without a name'}"

    @property
    def is_hook(self) -> bool:
        """Whether it is a Helm hook (test, install …): not part of what serves."""
        return self.annotation("helm.sh/hook") is not None

    def annotation(self, key: str) -> Value | None:
        """Value of the annotation ``key``."""
        return next((value for name, value in self.annotations if name.text == key), None)


class ContainerPort(NamedTuple):
    """An entry of a container's ``ports``. ``span`` is the entry."""

    number: Value | None
    name: Value | None
    protocol: Value | None
    span: Span
    host_port: Value | None = None
    lacks_number: bool = False
    """Whether ``containerPort`` is absent or null; where a template stands, ``number`` is None as well."""

    @property
    def protocol_name(self) -> str:
        """TCP where nothing is written (kubernetes pkg/apis/core/v1/defaults.go)."""
        return (self.protocol and self.protocol.text) or "TCP"


class ConfigMapReference(NamedTuple):
    """``configMapKeyRef`` (with ``key``) or ``envFrom.configMapRef`` (without). ``prefix`` goes before the names of the latter."""

    name: Value
    key: Value | None
    prefix: str = ""


class EnvironmentVariable(NamedTuple):
    """An entry of ``env``: a literal ``value``, a ConfigMap key, or neither where the manifests do not show what it holds."""

    name: Value
    value: Value | None
    config_map: ConfigMapReference | None


class Probe(NamedTuple):
    """A readiness, liveness or startup probe. ``span`` is its key."""

    role: str
    handler: str
    port: Value | None
    host: Value | None
    command: tuple[Value, ...]
    timeout_seconds: Value | None
    span: Span
    path: Value | None = None
    """Of ``httpGet``; ``/`` where none is written (kubernetes pkg/apis/core/v1/defaults.go:316-323)."""
    period_seconds: Value | None = None
    failure_threshold: Value | None = None


class PreStop(NamedTuple):
    """A ``lifecycle.preStop`` hook. ``sleep_seconds`` is of the ``sleep`` handler only.

    ``span`` is its key, ``handler_key`` that of its handler, ``command_key`` that of the handler's command.
    """

    handler: str
    command: tuple[Value, ...]
    sleep_seconds: Value | None
    span: Span
    handler_key: Value | None = None
    command_key: Span | None = None


class Container(NamedTuple):
    """A container or init container. ``is_sidecar``: an init container with ``restartPolicy: Always``."""

    name: str
    head: Span
    image: Value | None
    command: tuple[Value, ...]
    args: tuple[Value, ...]
    ports: tuple[ContainerPort, ...]
    env: tuple[EnvironmentVariable, ...]
    env_from: tuple[ConfigMapReference, ...]
    probes: tuple[Probe, ...]
    pre_stop: PreStop | None
    is_init: bool
    is_sidecar: bool
    hosts: tuple[HostReference, ...]
    """Hosts named in command, args and literal env values."""
    has_unseen_env: bool = False
    """Whether ``envFrom`` takes variables from what the manifests do not show, a Secret mostly."""

    def probe(self, role: str) -> Probe | None:
        """The probe of ``role``: ``readiness``, ``liveness`` or ``startup``."""
        return next((probe for probe in self.probes if probe.role == role), None)


class DnsOptionEntry(NamedTuple):
    """An entry of ``dnsConfig.options``."""

    name: Value | None
    value: Value | None
    span: Span


class DnsConfig(NamedTuple):
    """``dnsConfig`` of a pod. ``span`` is its key."""

    nameservers: tuple[Value, ...]
    searches: tuple[Value, ...]
    options: tuple[DnsOptionEntry, ...]
    span: Span


class ConfigMapVolume(NamedTuple):
    """A ConfigMap that is mounted as files: of the keys named in ``items``, of all where None are (core/v1 ConfigMapVolumeSource)."""

    name: Value
    keys: frozenset[str] | None

    def holds(self, key: str) -> bool:
        """Whether the pod sees the key."""
        return self.keys is None or key in self.keys


class PodTemplate(NamedTuple):
    """A pod's labels and spec, wherever it stands. ``span`` is the ``spec`` key."""

    labels: Labels
    annotations: Labels
    containers: tuple[Container, ...]
    """The containers, then the init containers."""
    host_network: Value | None
    dns_policy: Value | None
    dns_config: DnsConfig | None
    termination_grace_period_seconds: Value | None
    has_readiness_gates: bool
    config_map_volumes: tuple[ConfigMapVolume, ...]
    """The ConfigMaps mounted as files."""
    labels_span: Span
    span: Span
    holds_disk: bool = False
    """Whether it mounts storage that outlives the pod and may not be shared by two: a claim, ``hostPath``, a disk of the cloud."""
    host_alias_names: tuple[str, ...] = ()
    """Names that ``hostAliases`` puts into ``/etc/hosts``, so that DNS is not asked for them."""
    host_paths: tuple[str, ...] = ()
    """Folders and files of the node that the pod mounts."""
    tolerated_taints: tuple[str, ...] = ()
    """Keys of the taints that it tolerates, those written out."""
    enable_service_links: Value | None = None

    @property
    def uses_host_network(self) -> bool:
        """Whether ``hostNetwork: true`` is written."""
        return self.host_network is not None and self.host_network.boolean is True

    @property
    def serving_containers(self) -> tuple[Container, ...]:
        """Containers and sidecar init containers, in the order in which a named port is looked up.

        Source: kubernetes staging/src/k8s.io/endpointslice/utils.go:381-409 (containers first, then ``restartPolicy: Always`` init
        containers).
        """
        # Init containers come last, and most pods have none.
        if not self.containers or not self.containers[-1].is_init:
            return self.containers
        return tuple([container for container in self.containers if not container.is_init or container.is_sidecar])


class Requirement(NamedTuple):
    """A ``matchExpressions`` entry."""

    key: Value
    operator: str
    values: tuple[str, ...]


class Selector(NamedTuple):
    """A label selector. ``span`` covers its mapping."""

    match_labels: Labels
    requirements: tuple[Requirement, ...]
    span: Span

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether ``labels`` satisfy every part (an empty selector matches all)."""
        if any(labels.get(key.text) != value.text for key, value in self.match_labels):
            return False
        return all(_satisfies(requirement, labels) for requirement in self.requirements)


def _satisfies(requirement: Requirement, labels: dict[str, str]) -> bool:
    value = labels.get(requirement.key.text)
    match requirement.operator:
        case "In":
            return value in requirement.values
        case "NotIn":
            return value not in requirement.values
        case "Exists":
            return value is not None
        case _:
            return value is None


class Strategy(NamedTuple):
    """``strategy`` or ``updateStrategy``. ``span`` is its key."""

    type: Value | None
    max_unavailable: Value | None
    max_surge: Value | None
    span: Span


class Workload(NamedTuple):
    """An object that makes pods: a built-in kind, or any object with a pod template."""

    meta: ObjectMeta
    template: PodTemplate
    selector: Selector | None
    replicas: Value | None
    strategy: Strategy | None
    service_name: Value | None
    owner: tuple[str, str] | None = None
    """Kind and name of the controller that made a Pod, when it says so: of many such Pods, one workload."""

    @property
    def is_batch(self) -> bool:
        """Whether its pods run to an end."""
        return self.meta.kind in ("Job", "CronJob")


class ServicePort(NamedTuple):
    """An entry of a Service's ``ports``. ``span`` is the entry."""

    name: Value | None
    number: Value | None
    target_port: Value | None
    protocol: Value | None
    node_port: Value | None
    span: Span
    app_protocol: Value | None = None

    @property
    def protocol_name(self) -> str:
        """TCP where nothing is written (kubernetes pkg/apis/core/v1/defaults.go:126)."""
        return (self.protocol and self.protocol.text) or "TCP"

    @property
    def target(self) -> Value | None:
        """The target port in force: ``targetPort``, or ``port`` where it is absent or 0 (defaults.go:129-134)."""
        if self.target_port is None or self.target_port.text in ("", "0"):
            return self.number
        return self.target_port


class Service(NamedTuple):
    """A Service. ``selector`` is None when absent or empty: then nothing is selected."""

    meta: ObjectMeta
    type: Value | None
    cluster_ip: Value | None
    selector: Selector | None
    ports: tuple[ServicePort, ...]
    external_name: Value | None
    publish_not_ready_addresses: Value | None
    internal_traffic_policy: Value | None
    external_traffic_policy: Value | None
    external_ips: tuple[Value, ...]

    @property
    def is_headless(self) -> bool:
        """Whether ``clusterIP: None``."""
        return self.cluster_ip is not None and self.cluster_ip.text == "None"

    @property
    def is_external_name(self) -> bool:
        """Whether it is a DNS alias only."""
        return self.type is not None and self.type.text == "ExternalName"

    @property
    def publishes_not_ready(self) -> bool:
        """Whether DNS and endpoints hold pods that are not ready; the field, or the annotation that came before it."""
        if self.publish_not_ready_addresses is not None:
            return self.publish_not_ready_addresses.boolean is True
        old = self.meta.annotation("service.alpha.kubernetes.io/tolerate-unready-endpoints")
        return old is not None and old.text == "true"


class EndpointPort(NamedTuple):
    """A port of hand-made endpoints. ``span`` is the entry."""

    name: Value | None
    number: Value | None
    protocol: Value | None
    span: Span

    @property
    def protocol_name(self) -> str:
        """TCP where nothing is written (kubernetes pkg/apis/discovery/v1/defaults.go)."""
        return (self.protocol and self.protocol.text) or "TCP"


class EndpointSet(NamedTuple):
    """Endpoints or an EndpointSlice. ``service_name``: the object's name, or the ``kubernetes.io/service-name`` label of a slice."""

    meta: ObjectMeta
    service_name: Value | None
    ports: tuple[EndpointPort, ...]
    is_slice: bool


class ConfigMap(NamedTuple):
    """A ConfigMap's ``data``; ``hosts`` names those in its values, by key."""

    meta: ObjectMeta
    data: Labels
    hosts: tuple[tuple[str, HostReference], ...]


class PortForm(StrEnum):
    """What the port of a route's backend is compared with: the ``port`` numbers of the Service, its port names, or both."""

    NUMBER = "number"
    NAME = "name"
    EITHER = "either"


class RouteTimeouts(NamedTuple):
    """The time-outs of one rule of a route, as written. ``attempts`` is of retries; the idle limits are of Contour's HTTPProxy."""

    request: Value | None = None
    backend_request: Value | None = None
    timeout: Value | None = None
    per_try_timeout: Value | None = None
    attempts: Value | None = None
    stream_idle: Value | None = None
    connection_idle: Value | None = None


class BackendReference(NamedTuple):
    """A Service that a route sends to. ``service`` spans its name; ``port`` is a number or, for Ingress and Traefik, a name."""

    service: Value
    namespace: str | None
    port: Value | None
    span: Span
    port_form: PortForm = PortForm.NUMBER
    lacks_port: bool = False
    """Whether a port must be written and is absent or null; where a template stands, ``port`` is None as well."""
    timeouts: RouteTimeouts | None = None
    """Those of the rule that the backend stands in."""
    paths: tuple[Value, ...] = ()
    """Paths that the rule matches, as written: exact ones and prefixes; none where it matches all, or by something else."""
    methods: tuple[Value, ...] = ()
    """Methods of gRPC that the rule of a GRPCRoute matches."""
    host: Value | None = None
    """Host that the rule is for, where rules have one of their own (Ingress)."""
    protocol: Value | None = None
    """What is spoken to the pods, where the route says so: ``protocol`` of Contour, ``scheme`` of Traefik."""
    transport: Value | None = None
    """Traefik's ``serversTransport``."""
    is_mirror: bool = False
    """Whether it gets copies only, whose answers nobody waits for."""
    is_opaque: bool = False
    """Whether bytes are passed through, so that no time-out of HTTP holds."""


class ParentReference(NamedTuple):
    """What a Gateway API route hangs on: a Gateway where no kind is written."""

    name: Value
    namespace: str | None
    kind: str


class Route(NamedTuple):
    """An Ingress, Gateway API route, VirtualService, HTTPProxy, IngressRoute or TraefikService."""

    meta: ObjectMeta
    backends: tuple[BackendReference, ...]
    timeouts: tuple[RouteTimeouts, ...]
    class_name: Value | None
    is_for_mesh: bool = False
    """Whether its parents are Services, not Gateways."""
    hosts: tuple[Value, ...] = ()
    """Host names it is for, as written; those of a VirtualService that is for the mesh are Services."""
    parents: tuple[ParentReference, ...] = ()
    gateways: tuple[Value, ...] = ()
    """Of a VirtualService; none means the mesh."""


class FrontDoorObject(NamedTuple):
    """An object that sets how front doors treat backends or that says which door a class is (``FRONT_DOOR_KINDS``).

    ``settings``: every scalar of its ``spec`` by its path, list positions as numbers: ``servers.0.port.number``.
    """

    meta: ObjectMeta
    settings: tuple[tuple[str, Value], ...]

    def setting(self, path: str) -> Value | None:
        """The scalar at ``path``."""
        return next((value for name, value in self.settings if name == path), None)


class ReferenceGrant(NamedTuple):
    """Lets routes of ``from_namespaces`` send to Services of its own namespace."""

    meta: ObjectMeta
    from_namespaces: tuple[str, ...]


class PatchTarget(NamedTuple):
    """Objects that a patch changes: fields are anchored regular expressions as kustomize has them; None matches all."""

    kind: str | None
    name: str | None


class Kustomization(NamedTuple):
    """A kustomization file, its paths as written. What it does with them is the matter of ``netlint.kustomize``."""

    path: str
    directory: str
    is_component: bool
    resources: tuple[Value, ...]
    components: tuple[Value, ...]
    other_files: tuple[Value, ...]
    """Patches, generator inputs and other files it names: they are not objects to judge."""
    span: Span
    image_names: tuple[tuple[Value, Value], ...] = ()
    """Of ``images``: the name of each that is given another, and that one."""


class ReadProblem(NamedTuple):
    """A document that cannot be read: where, and what is wrong."""

    span: Span
    problem: str


class ReadNote(NamedTuple):
    """Something said about a file that is no problem: kind (``not-rendered``, ``limit-reached``, ``duplicate-key``), where, what."""

    kind: str
    span: Span
    message: str


class IpBlock(NamedTuple):
    """``ipBlock`` of a NetworkPolicy."""

    cidr: Value
    exceptions: tuple[Value, ...]


class PolicyPort(NamedTuple):
    """An entry of a rule's ``ports``. ``span`` is the entry."""

    protocol: Value | None
    port: Value | None
    end_port: Value | None
    span: Span

    @property
    def protocol_name(self) -> str:
        """TCP where nothing is written (kubernetes pkg/apis/networking/v1/defaults.go:30-36)."""
        return (self.protocol and self.protocol.text) or "TCP"


class PolicyPeer(NamedTuple):
    """An entry of a rule's ``from`` or ``to``. ``span`` is the entry."""

    pod_selector: Selector | None
    namespace_selector: Selector | None
    ip_block: IpBlock | None
    span: Span


class PolicyRule(NamedTuple):
    """A rule of one direction. No peers are all peers, no ports all ports (kubernetes api networking/v1/types.go:113-154).

    ``span`` is the rule.
    """

    peers: tuple[PolicyPeer, ...]
    ports: tuple[PolicyPort, ...]
    span: Span


class NetworkPolicy(NamedTuple):
    """A NetworkPolicy of networking.k8s.io. ``pod_selector`` selects all pods of the namespace when it is empty.

    ``policy_types`` are those written; ``isolates_ingress`` and ``isolates_egress`` those in force. ``egress_key`` and ``ingress_key`` are
    where the rules of a direction start, or None where nothing is written.
    """

    meta: ObjectMeta
    pod_selector: Selector
    policy_types: tuple[Value, ...]
    ingress: tuple[PolicyRule, ...]
    egress: tuple[PolicyRule, ...]
    ingress_key: Span | None
    egress_key: Span | None

    @property
    def isolates_ingress(self) -> bool:
        """Omitted types mean Ingress (kubernetes pkg/apis/networking/v1/defaults.go:38-46)."""
        return not self.policy_types or any(item.text == "Ingress" for item in self.policy_types)

    @property
    def isolates_egress(self) -> bool:
        """Omitted types mean Egress only where there are egress rules (defaults.go:38-46)."""
        return any(item.text == "Egress" for item in self.policy_types) if self.policy_types else bool(self.egress)


class Namespace(NamedTuple):
    """A Namespace: its labels are what ``namespaceSelector`` asks for."""

    meta: ObjectMeta


class ForeignPolicy(NamedTuple):
    """A policy of another interface (Cilium, Calico, AdminNetworkPolicy) that decides about traffic as well and is not evaluated."""

    meta: ObjectMeta


class KubernetesFacts(NamedTuple):
    """All that one file says."""

    path: str
    workloads: tuple[Workload, ...] = ()
    services: tuple[Service, ...] = ()
    endpoint_sets: tuple[EndpointSet, ...] = ()
    config_maps: tuple[ConfigMap, ...] = ()
    routes: tuple[Route, ...] = ()
    reference_grants: tuple[ReferenceGrant, ...] = ()
    kustomizations: tuple[Kustomization, ...] = ()
    problems: tuple[ReadProblem, ...] = ()
    notes: tuple[ReadNote, ...] = ()
    objects: int = 0
    ignores: tuple[tuple[ObjectMeta, Value], ...] = ()
    """Objects with the annotation ``netlint.io/ignore``, and its value."""
    outlines: tuple[Workload, ...] = ()
    """Workloads written without any container: of their pods only the labels are known."""
    policies: tuple[NetworkPolicy, ...] = ()
    foreign_policies: tuple[ForeignPolicy, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    front_door_objects: tuple[FrontDoorObject, ...] = ()
