"""Which lists a strategic merge merges, and by which of their items' fields.

Read off the OpenAPI document of Kubernetes 1.21.2 that kustomize 5.8.1 carries (kyaml/openapi/kubernetesapi, fields
``x-kubernetes-patch-merge-key`` and ``x-kubernetes-list-map-keys``; status fields left out). A kind or version that is not in it is to
kustomize what a custom resource is: its lists are replaced, also where the API server would merge them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Schema(NamedTuple):
    """What is known of a field: the type of a mapping or of a list's items; of a list that merges, the keys (``""`` for scalars)."""

    type: str = ""
    keys: tuple[str, ...] = ()


_TYPES: Final[dict[str, dict[str, Schema]]] = {
    "ObjectMeta": {"finalizers": Schema("", ("",)), "ownerReferences": Schema("", ("uid",))},
    "PodTemplate": {"template": Schema("PodTemplateSpec")},
    "PodTemplateSpec": {"metadata": Schema("ObjectMeta"), "spec": Schema("PodSpec")},
    "PodSpec": {
        "containers": Schema("Container", ("name",)),
        "ephemeralContainers": Schema("EphemeralContainer", ("name",)),
        "hostAliases": Schema("", ("ip",)),
        "imagePullSecrets": Schema("", ("name",)),
        "initContainers": Schema("Container", ("name",)),
        "topologySpreadConstraints": Schema("", ("topologyKey", "whenUnsatisfiable")),
        "volumes": Schema("", ("name",)),
    },
    "Container": {
        "env": Schema("", ("name",)),
        "ports": Schema("", ("containerPort", "protocol")),
        "volumeDevices": Schema("", ("devicePath",)),
        "volumeMounts": Schema("", ("mountPath",)),
    },
    "EphemeralContainer": {
        "env": Schema("", ("name",)),
        "volumeDevices": Schema("", ("devicePath",)),
        "volumeMounts": Schema("", ("mountPath",)),
    },
    "Workload": {"metadata": Schema("ObjectMeta"), "spec": Schema("WorkloadSpec")},
    "WorkloadSpec": {"template": Schema("PodTemplateSpec")},
    "CronJob": {"metadata": Schema("ObjectMeta"), "spec": Schema("CronJobSpec")},
    "CronJobSpec": {"jobTemplate": Schema("Workload")},
    "Pod": {"metadata": Schema("ObjectMeta"), "spec": Schema("PodSpec")},
    "NamedPodTemplate": {"metadata": Schema("ObjectMeta"), "template": Schema("PodTemplateSpec")},
    "Service": {"metadata": Schema("ObjectMeta"), "spec": Schema("ServiceSpec")},
    "ServiceSpec": {"ports": Schema("", ("port", "protocol"))},
    "ServiceAccount": {"metadata": Schema("ObjectMeta"), "secrets": Schema("", ("name",))},
    "Webhooks": {"metadata": Schema("ObjectMeta"), "webhooks": Schema("", ("name",))},
    "Object": {"metadata": Schema("ObjectMeta")},
}
_TYPE_BY_KIND: Final = {
    **dict.fromkeys(("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "ReplicationController", "Job"), "Workload"),
    "CronJob": "CronJob",
    "Pod": "Pod",
    "PodTemplate": "NamedPodTemplate",
    "Service": "Service",
    "ServiceAccount": "ServiceAccount",
    "MutatingWebhookConfiguration": "Webhooks",
    "ValidatingWebhookConfiguration": "Webhooks",
}
_KINDS: Final[dict[str, str]] = {
    "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1beta1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
    "apiregistration.k8s.io/v1": "APIService",
    "apiregistration.k8s.io/v1beta1": "APIService",
    "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling/v1": "HorizontalPodAutoscaler",
    "autoscaling/v2beta1": "HorizontalPodAutoscaler",
    "autoscaling/v2beta2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "batch/v1beta1": "CronJob",
    "certificates.k8s.io/v1": "CertificateSigningRequest",
    "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
    "coordination.k8s.io/v1": "Lease",
    "coordination.k8s.io/v1beta1": "Lease",
    "discovery.k8s.io/v1": "EndpointSlice",
    "discovery.k8s.io/v1beta1": "EndpointSlice",
    "events.k8s.io/v1": "Event",
    "events.k8s.io/v1beta1": "Event",
    "extensions/v1beta1": "Ingress",
    "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
    "networking.k8s.io/v1": "Ingress IngressClass NetworkPolicy",
    "networking.k8s.io/v1beta1": "Ingress IngressClass",
    "node.k8s.io/v1": "RuntimeClass",
    "node.k8s.io/v1beta1": "RuntimeClass",
    "policy/v1": "PodDisruptionBudget",
    "policy/v1beta1": "Eviction PodDisruptionBudget PodSecurityPolicy",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "scheduling.k8s.io/v1": "PriorityClass",
    "scheduling.k8s.io/v1beta1": "PriorityClass",
    "storage.k8s.io/v1": "CSIDriver CSINode StorageClass VolumeAttachment",
    "storage.k8s.io/v1beta1": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment",
    "v1": "Binding ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate "
    "ReplicationController ResourceQuota Secret Service ServiceAccount",
}
_KNOWN: Final = frozenset((version, kind) for version, kinds in _KINDS.items() for kind in kinds.split())

NO_SCHEMA: Final = Schema()


def schema_of_object(api_version: str, kind: str) -> Schema:
    """What is known of an object of the kind."""
    return Schema(_TYPE_BY_KIND.get(kind, "Object")) if (api_version, kind) in _KNOWN else NO_SCHEMA


def schema_of_field(schema: Schema, name: str) -> Schema:
    """What is known of a field of a mapping of that schema."""
    return _TYPES.get(schema.type, {}).get(name, NO_SCHEMA)


_CLUSTER_KINDS: Final = frozenset(
    (
        "APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding CustomResourceDefinition FlowSchema "
        "IngressClass MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass "
        "PriorityLevelConfiguration RuntimeClass StorageClass ValidatingWebhookConfiguration VolumeAttachment"
    ).split()
)
CLUSTER_SCOPED: Final = frozenset((("v1", "ComponentStatus"), *(known for known in _KNOWN if known[1] in _CLUSTER_KINDS)))
"""Kinds without a namespace, as far as kustomize knows (kyaml/openapi/openapi.go, ``precomputedIsNamespaceScoped``): it gives a namespace
to objects of all others."""
