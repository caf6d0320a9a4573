"""The ``/etc/resolv.conf`` that the kubelet writes for a pod."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Policy = Literal["cluster", "host", "none"]
"""Where the kubelet takes a pod's DNS settings from: the cluster's, the node's, or only the pod's own ``dnsConfig``."""

MAX_NAMESERVERS: Final = 3
"""What the kubelet keeps (kubernetes pkg/apis/core/validation/validation.go:4129) and what each resolver reads."""
MAX_SEARCHES: Final = 32
MAX_SEARCH_LENGTH: Final = 253
MAX_SEARCH_LINE_LENGTH: Final = 2048
"""Characters of the search domains with the spaces between them, without the word ``search``."""


class DnsOption(NamedTuple):
    """An entry of ``options``. Without a value, or with an empty one, it is a bare word in the file."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.name}:{self.value}" if self.value else self.name


class ClusterDns(NamedTuple):
    """What the kubelet knows: its ``clusterDomain`` and ``clusterDNS``, and the node's own resolv.conf.

    The addresses are kubeadm's default and an example of a node's; no ``nameservers`` means a kubelet without ``clusterDNS``.
    """

    domain: str = "cluster.local"
    nameservers: tuple[str, ...] = ("10.96.0.10",)
    node_nameservers: tuple[str, ...] = ("203.0.113.53",)
    node_searches: tuple[str, ...] = ()
    node_options: tuple[DnsOption, ...] = ()


class PodDns(NamedTuple):
    """What a pod says: ``dnsPolicy``, ``hostNetwork``, its namespace, and the three lists of ``dnsConfig``, as written."""

    dns_policy: str | None
    host_network: bool
    namespace: str
    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[DnsOption, ...] = ()


class DropReason(StrEnum):
    """Why the kubelet left an entry out (kubernetes pkg/kubelet/network/dns/dns.go:159-163)."""

    TOO_MANY_NAMESERVERS = "too-many-nameservers"
    TOO_MANY_SEARCHES = "too-many-searches"
    SEARCH_TOO_LONG = "search-too-long"
    SEARCH_LINE_TOO_LONG = "search-line-too-long"


_DROP_SENTENCES: Final[Mapping[DropReason, str]] = MappingProxyType(
    {
        DropReason.TOO_MANY_NAMESERVERS: f"the kubelet keeps the first {MAX_NAMESERVERS} nameservers",
        DropReason.TOO_MANY_SEARCHES: f"the kubelet keeps the first {MAX_SEARCHES} search domains",
        DropReason.SEARCH_TOO_LONG: f"the kubelet drops a search domain of more than {MAX_SEARCH_LENGTH} characters",
        DropReason.SEARCH_LINE_TOO_LONG: f"the kubelet cuts the search list at {MAX_SEARCH_LINE_LENGTH} characters",
    }
)


class Dropped(NamedTuple):
    """A nameserver or search domain that the kubelet left out, with a ``DNSConfigForming`` event as the only trace."""

    value: str
    reason: DropReason

    def __str__(self) -> str:
        return f"{self.value}: {_DROP_SENTENCES[self.reason]}"


class ResolvConf(NamedTuple):
    """A resolv.conf. ``options`` stand in order of name after a merge, since the kubelet then writes them in random order."""

    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[DnsOption, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def search_line(self) -> str:
        """The search line without its line break; empty when there is none."""
        return " ".join(("search", *self.searches)) if self.searches else ""

    @property
    def options_line(self) -> str:
        """The options line without its line break; empty when there is none."""
        return " ".join(("options", *map(str, self.options))) if self.options else ""

    def render(self) -> str:
        """Text of the file, in the order in which containerd writes it: search, nameservers, options."""
        lines = (self.search_line, *(f"nameserver {address}" for address in self.nameservers), self.options_line)
        return "".join(f"{line}\n" for line in lines if line)


def effective_policy(dns_policy: str | None, host_network: bool) -> Policy:
    """Where the DNS settings really come from: ``ClusterFirst`` on the host network silently means the node's.

    An omitted policy is ``ClusterFirst`` (kubernetes pkg/apis/core/v1/defaults.go:216) and an unknown one is treated as a cluster policy
    without a look at the host network (pkg/kubelet/network/dns/dns.go:304-323,393-397).
    """
    match dns_policy or "ClusterFirst":
        case "None":
            return "none"
        case "Default":
            return "host"
        case "ClusterFirst" if host_network:
            return "host"
        case _:
            return "cluster"


@lru_cache(maxsize=4096)
def pod_resolv_conf(pod: PodDns, cluster: ClusterDns) -> ResolvConf:
    """The resolv.conf the kubelet makes for the pod: base of the policy, ``dnsConfig`` added, cut to the limits.

    kubernetes pkg/kubelet/network/dns/dns.go:90-175,327-448.
    """
    base = _base_conf(pod, cluster)
    if pod.nameservers or pod.searches or pod.options:
        merged = {option.name: option.value for option in (*base.options, *pod.options)}
        base = ResolvConf(
            _unique((*base.nameservers, *pod.nameservers)),
            _unique((*base.searches, *pod.searches)),
            tuple(DnsOption(name, merged[name]) for name in sorted(merged)),
        )
    return _cut_to_limits(base)


def _base_conf(pod: PodDns, cluster: ClusterDns) -> ResolvConf:
    policy = effective_policy(pod.dns_policy, pod.host_network)
    if policy == "none":
        return ResolvConf()
    node_searches = tuple(name if name == "." else name.removesuffix(".") for name in cluster.node_searches)
    if policy == "host" or not cluster.nameservers:
        return ResolvConf(cluster.node_nameservers, node_searches, cluster.node_options)
    searches = node_searches
    if cluster.domain:
        searches = _unique((f"{pod.namespace}.svc.{cluster.domain}", f"svc.{cluster.domain}", cluster.domain, *node_searches))
    return ResolvConf(cluster.nameservers, searches, (DnsOption("ndots", "5"),))


def _cut_to_limits(conf: ResolvConf) -> ResolvConf:
    dropped = [Dropped(address, DropReason.TOO_MANY_NAMESERVERS) for address in conf.nameservers[MAX_NAMESERVERS:]]
    dropped += [Dropped(name, DropReason.TOO_MANY_SEARCHES) for name in conf.searches[MAX_SEARCHES:]]
    first = conf.searches[:MAX_SEARCHES]
    dropped += [Dropped(name, DropReason.SEARCH_TOO_LONG) for name in first if len(name) > MAX_SEARCH_LENGTH]
    fitting = [name for name in first if len(name) <= MAX_SEARCH_LENGTH]
    kept = len(fitting)
    while len(" ".join(fitting[:kept])) > MAX_SEARCH_LINE_LENGTH:
        kept -= 1
    dropped += [Dropped(name, DropReason.SEARCH_LINE_TOO_LONG) for name in fitting[kept:]]
    return ResolvConf(conf.nameservers[:MAX_NAMESERVERS], tuple(fitting[:kept]), conf.options, tuple(dropped))


def _unique(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
