"""A pod's ``/etc/resolv.conf``, the names a resolver then asks for, in order, and how long it takes to fail.

Three resolvers matter in a pod: Go's own (also in a static binary on Alpine), glibc's and musl's. They read the same file and differ in
which names they try, in what ends the search and in what a time-out costs. Everything here is a pure function of what the manifest and
the cluster say; ``/etc/hosts`` is looked at before any of this and is left out.
"""

from netlint.dns.addresses import is_public_nameserver
from netlint.dns.names import ClusterName, cluster_name, service_candidates
from netlint.dns.resolv_conf import (
    MAX_NAMESERVERS,
    MAX_SEARCH_LENGTH,
    MAX_SEARCH_LINE_LENGTH,
    MAX_SEARCHES,
    ClusterDns,
    DnsOption,
    Dropped,
    DropReason,
    PodDns,
    Policy,
    ResolvConf,
    effective_policy,
    pod_resolv_conf,
)
from netlint.dns.resolvers import (
    CAPS,
    KNOWN_OPTIONS,
    MUSL_MAX_LINE_LENGTH,
    NUMERIC_OPTIONS,
    RESOLVERS,
    Answer,
    Resolver,
    ResolverSettings,
    candidates,
    one_lost_packet,
    packets,
    resolver_settings,
    understood_by,
    walk,
    worst_case,
)

__all__ = [
    "CAPS",
    "KNOWN_OPTIONS",
    "MAX_NAMESERVERS",
    "MAX_SEARCHES",
    "MAX_SEARCH_LENGTH",
    "MAX_SEARCH_LINE_LENGTH",
    "MUSL_MAX_LINE_LENGTH",
    "NUMERIC_OPTIONS",
    "RESOLVERS",
    "Answer",
    "ClusterDns",
    "ClusterName",
    "DnsOption",
    "DropReason",
    "Dropped",
    "PodDns",
    "Policy",
    "ResolvConf",
    "Resolver",
    "ResolverSettings",
    "candidates",
    "cluster_name",
    "effective_policy",
    "is_public_nameserver",
    "one_lost_packet",
    "packets",
    "pod_resolv_conf",
    "resolver_settings",
    "service_candidates",
    "understood_by",
    "walk",
    "worst_case",
]
