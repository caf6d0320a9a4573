"""What a name means to the cluster's DNS, by its spelling."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


class ClusterName(NamedTuple):
    """A name that by its spelling means a Service, or a pod behind one, in lower case.

    ``form`` is ``full`` with the cluster domain and ``svc`` without it.
    """

    service: str
    namespace: str
    pod: str | None
    form: Literal["full", "svc"]


@lru_cache(maxsize=16_384)
def cluster_name(name: str, cluster_domain: str = "cluster.local") -> ClusterName | None:
    """What ``[pod.]service.namespace.svc[.domain][.]`` spells, or ``None``; ``service`` and ``service.namespace`` say too little.

    kubernetes/dns docs/specification.md, 2.3 and 2.4.
    """
    bare = name.lower().removesuffix(".")
    domain = f".{cluster_domain.lower().strip('.')}"
    is_full = domain != "." and bare.endswith(f".svc{domain}")
    labels = bare.removesuffix(domain).split(".") if is_full else bare.split(".")
    if len(labels) not in (3, 4) or labels[-1] != "svc" or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    service, namespace, _ = labels[-3:]
    pod = labels[0] if len(labels) == 4 else None
    return ClusterName(service, namespace, pod, "full" if is_full else "svc")


def service_candidates(names: Sequence[str], cluster_domain: str = "cluster.local") -> tuple[ClusterName | None, ...]:
    """For each of ``names`` (rooted, as of ``candidates``) the Service that cluster DNS looks up for it; ``None`` where there is none."""
    spelled = (cluster_name(name, cluster_domain) for name in names)
    return tuple(found if found is not None and found.form == "full" else None for found in spelled)
