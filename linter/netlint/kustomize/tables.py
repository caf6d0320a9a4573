"""The fields that kustomize's own transformers write into.

Source: kustomize api v0.21.1, internal/konfig/builtinpluginconsts/*.go.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netlint.kustomize.field_paths import FieldPath, field_path

_TEMPLATES: Final = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "Deployment": "spec/template/spec",
    "ReplicaSet": "spec/template/spec",
    "DaemonSet": "spec/template/spec",
    "StatefulSet": "spec/template/spec",
    "Job": "spec/template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
}
"""Where pods are described, by kind."""


class NameReference(NamedTuple):
    """Fields that hold the name of an object of a kind."""

    kind: str
    group: str
    version: str
    fields: tuple[FieldPath, ...]


class Tables(NamedTuple):
    """All of them; a kustomization's ``configurations`` add to them."""

    name_references: tuple[NameReference, ...]
    namespace: tuple[FieldPath, ...]
    labels: tuple[FieldPath, ...]
    """Of labels that go into selectors as well."""
    template_labels: tuple[FieldPath, ...]
    annotations: tuple[FieldPath, ...]
    replicas: tuple[FieldPath, ...]
    images: tuple[FieldPath, ...]
    variables: tuple[FieldPath, ...]


def _pods(*paths: str, without: tuple[str, ...] = (), pod_version: str = "v1") -> list[FieldPath]:
    return [
        field_path(f"{prefix}/{path}", kind, version=pod_version if kind == "Pod" else "")
        for kind, prefix in _TEMPLATES.items()
        if kind not in without
        for path in paths
    ]


def _containers(*paths: str) -> list[str]:
    return [f"{containers}/{path}" for containers in ("containers", "initContainers") for path in paths]


def _pod_field(path: str) -> list[FieldPath]:
    """Of the kinds that the tables of accounts, claims and priority classes name."""
    kinds = ("StatefulSet", "Deployment", "ReplicationController", "Job", "DaemonSet")
    return [
        field_path(f"spec/{path}", "Pod"),
        field_path(f"spec/jobTemplate/spec/template/spec/{path}", "CronJob"),
        *(field_path(f"spec/template/spec/{path}", kind) for kind in kinds),
    ]


_RBAC: Final = "rbac.authorization.k8s.io"
_ADMISSION: Final = "admissionregistration.k8s.io"
_ROLES: Final = ("Role", "ClusterRole")

_NAME_REFERENCES: Final = (
    *(
        NameReference(kind, "", "", (field_path("spec/scaleTargetRef/name", "HorizontalPodAutoscaler"),))
        for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
    ),
    NameReference(
        "ConfigMap",
        "",
        "v1",
        (
            *_pods(
                "volumes/configMap/name",
                *_containers("env/valueFrom/configMapKeyRef/name", "envFrom/configMapRef/name"),
                "volumes/projected/sources/configMap/name",
            ),
            field_path("spec/configSource/configMap", "Node"),
            *(field_path("rules/resourceNames", kind) for kind in _ROLES),
            field_path(r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap", "Ingress"),
        ),
    ),
    NameReference(
        "Secret",
        "",
        "v1",
        (
            *_pods(
                "volumes/secret/secretName",
                *_containers("env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"),
                "imagePullSecrets/name",
                "volumes/projected/sources/secret/name",
            ),
            field_path("spec/tls/secretName", "Ingress"),
            *(
                field_path(f"metadata/annotations/{name}", "Ingress")
                for name in (
                    r"ingress.kubernetes.io\/auth-secret",
                    r"nginx.ingress.kubernetes.io\/auth-secret",
                    r"nginx.ingress.kubernetes.io\/auth-tls-secret",
                )
            ),
            field_path("imagePullSecrets/name", "ServiceAccount"),
            *(
                field_path(f"parameters/{name}", "StorageClass")
                for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
            ),
            *(field_path("rules/resourceNames", kind) for kind in _ROLES),
            field_path("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "Service", "serving.knative.dev", "v1"),
            field_path("spec/azureFile/secretName", "PersistentVolume"),
        ),
    ),
    NameReference(
        "Service",
        "",
        "v1",
        (
            field_path("spec/serviceName", "StatefulSet", "apps"),
            field_path("spec/rules/http/paths/backend/serviceName", "Ingress"),
            field_path("spec/backend/serviceName", "Ingress"),
            field_path("spec/rules/http/paths/backend/service/name", "Ingress"),
            field_path("spec/defaultBackend/service/name", "Ingress"),
            field_path("spec/service/name", "APIService", "apiregistration.k8s.io"),
            field_path("webhooks/clientConfig/service", "ValidatingWebhookConfiguration", _ADMISSION),
            field_path("webhooks/clientConfig/service", "MutatingWebhookConfiguration", _ADMISSION),
        ),
    ),
    NameReference("Role", _RBAC, "", (field_path("roleRef/name", "RoleBinding", _RBAC),)),
    NameReference(
        "ClusterRole",
        _RBAC,
        "",
        (field_path("roleRef/name", "RoleBinding", _RBAC), field_path("roleRef/name", "ClusterRoleBinding", _RBAC)),
    ),
    NameReference(
        "ServiceAccount",
        "",
        "v1",
        (
            field_path("subjects", "RoleBinding", _RBAC),
            field_path("subjects", "ClusterRoleBinding", _RBAC),
            *_pod_field("serviceAccountName"),
        ),
    ),
    NameReference("PersistentVolumeClaim", "", "v1", tuple(_pod_field("volumes/persistentVolumeClaim/claimName"))),
    NameReference(
        "PersistentVolume",
        "",
        "v1",
        (field_path("spec/volumeName", "PersistentVolumeClaim"), field_path("rules/resourceNames", "ClusterRole")),
    ),
    NameReference(
        "StorageClass",
        "storage.k8s.io",
        "v1",
        (
            field_path("spec/storageClassName", "PersistentVolume"),
            field_path("spec/storageClassName", "PersistentVolumeClaim"),
            field_path("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
        ),
    ),
    NameReference("PriorityClass", "scheduling.k8s.io", "v1", tuple(_pod_field("priorityClassName"))),
    NameReference(
        "ValidatingAdmissionPolicy", _ADMISSION, "", (field_path("spec/policyName", "ValidatingAdmissionPolicyBinding", _ADMISSION),)
    ),
)

_NAMESPACE: Final = (
    field_path("metadata/name", "Namespace", version="v1", creates=True),
    field_path("spec/service/namespace", "APIService", "apiregistration.k8s.io", creates=True),
    field_path("spec/conversion/webhook/clientConfig/service/namespace", "CustomResourceDefinition", "apiextensions.k8s.io"),
)


def _metadata(field: str, stateful_group: str) -> list[FieldPath]:
    """Metadata of objects and of the pods that they make."""
    template = f"spec/template/metadata/{field}"
    return [
        field_path(f"metadata/{field}", creates=True),
        field_path(template, "ReplicationController", version="v1", creates=True),
        *(field_path(template, kind, creates=True) for kind in ("Deployment", "ReplicaSet", "DaemonSet")),
        field_path(template, "StatefulSet", stateful_group, creates=True),
        field_path(template, "Job", "batch", creates=True),
        field_path(f"spec/jobTemplate/metadata/{field}", "CronJob", "batch", creates=True),
        field_path(f"spec/jobTemplate/spec/template/metadata/{field}", "CronJob", "batch", creates=True),
    ]


_TEMPLATE_LABELS: Final = (
    *_metadata("labels", "apps"),
    field_path("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", "apps", creates=True),
)
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm"
_SPREADING: Final = (
    f"affinity/podAffinity/{_PREFERRED}",
    "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
    f"affinity/podAntiAffinity/{_PREFERRED}",
    "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
    "topologySpreadConstraints",
)
_SELECTOR_LABELS: Final = (
    field_path("spec/selector", "Service", version="v1", creates=True),
    field_path("spec/selector", "ReplicationController", version="v1", creates=True),
    *(field_path("spec/selector/matchLabels", kind, creates=True) for kind in ("Deployment", "ReplicaSet", "DaemonSet")),
    field_path("spec/selector/matchLabels", "StatefulSet", "apps", creates=True),
    *(
        field_path(f"spec/template/spec/{path}/labelSelector/matchLabels", kind, "apps")
        for kind in ("Deployment", "StatefulSet")
        for path in _SPREADING
    ),
    field_path("spec/selector/matchLabels", "Job", "batch"),
    field_path("spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch"),
    field_path("spec/selector/matchLabels", "PodDisruptionBudget", "policy"),
    *(
        field_path(f"spec/{path}podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io")
        for path in ("", "ingress/from/", "egress/to/")
    ),
    *_TEMPLATE_LABELS,
)

_VARIABLES: Final = (
    *_pods(
        *_containers("args", "command", "env/value", "volumeMounts/mountPath"),
        "volumes/nfs/server",
        without=("PodTemplate",),
        pod_version="",
    ),
    field_path("spec/template/metadata/annotations", "Deployment"),
    field_path("spec/rules/host", "Ingress"),
    field_path("spec/tls/hosts", "Ingress"),
    field_path("spec/tls/secretName", "Ingress"),
    field_path("spec/ports/port", "Service"),
    field_path("spec/ports/targetPort", "Service"),
    field_path("spec/nfs/server", "PersistentVolume"),
    field_path("metadata/labels"),
    field_path("metadata/annotations"),
)

BUILTIN: Final = Tables(
    name_references=_NAME_REFERENCES,
    namespace=_NAMESPACE,
    labels=_SELECTOR_LABELS,
    template_labels=_TEMPLATE_LABELS,
    annotations=tuple(_metadata("annotations", "")),
    replicas=tuple(
        field_path("spec/replicas", kind, creates=True) for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
    ),
    images=tuple(
        field_path(f"{prefix}{path}")
        for prefix in ("spec/", "spec/template/spec/")
        for path in ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
    ),
    variables=_VARIABLES,
)
