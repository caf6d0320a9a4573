"""What to run next where the repository cannot decide: commands with the names of the error and of the manifests."""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import is_placeholder
from netlint.model.parties import is_api_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netlint.knowledge.error_texts import Check
    from netlint.kubernetes.facts import ObjectMeta, Service, Workload
    from netlint.model.error_lines import SeenError, Told
    from netlint.model.parties import Parties


class Step(NamedTuple):
    """A command, and what its answer tells."""

    command: str
    tells: str


class _Case(NamedTuple):
    """What the commands are made of: the parties that are known, the first of each."""

    told: Told
    client: Workload | None
    server: Workload | None
    service: Service | None


_IMAGE: Final = "busybox:1.36"
_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?")


def steps_for(error: SeenError, parties: Sequence[Parties]) -> tuple[Step, ...]:
    """The commands that tell more of ``error``, most telling first; those that lack a name are left out."""
    case = _Case(
        told=error.told,
        client=next((asker.workload for party in parties for asker in party.askers), None),
        server=next((workload for party in parties for workload in party.servers), None),
        service=next((service for party in parties for service in party.services), None),
    )
    found = (step for check in error.text.meaning.checks for step in _MAKERS[check](case))
    return tuple({step.command: step for step in found}.values())


def _kubectl(meta: ObjectMeta | None) -> str:
    namespace = meta.namespace if meta is not None else None
    return f"kubectl -n {quote(namespace)}" if namespace and not is_placeholder(namespace) else "kubectl"


def _labels(workload: Workload) -> str:
    labels = workload.selector.match_labels if workload.selector else workload.template.labels
    return quote(",".join(f"{key.text}={value.text}" for key, value in labels))


def _in_pod_of(workload: Workload, command: str) -> str:
    """``command`` in a container that is added to a pod: it has the pod's network, names and policies, whatever its image lacks."""
    kubectl = _kubectl(workload.meta)
    pod = f'"$({kubectl} get pod -l {_labels(workload)} -o name | head -n 1)"'
    return f"{kubectl} debug -it {pod} --image={_IMAGE} -- {command}"


def _as_client(case: _Case, command: str) -> str:
    if case.client is not None:
        return _in_pod_of(case.client, command)
    return f"kubectl run netcheck --rm -it --restart=Never --image={_IMAGE} -- {command}"


def _host(case: _Case) -> str:
    """The host that can be asked for: that of the text, else the Service's own name; empty where there is none."""
    if _HOST.fullmatch(case.told.host):
        return case.told.host
    if case.service is None or case.told.ip:
        return case.told.ip
    meta = case.service.meta
    return f"{meta.name}.{meta.namespace}" if meta.namespace else meta.name


def _resolve(case: _Case) -> Iterator[Step]:
    if _HOST.fullmatch(case.told.host):
        server = f" {case.told.dns_server}" if case.told.dns_server else ""
        yield Step(_as_client(case, f"nslookup {case.told.host}{server}"), "whether the name is answered from there, and how fast")


def _resolv_conf(case: _Case) -> Iterator[Step]:
    if case.client is None:
        return
    yield Step(_in_pod_of(case.client, "cat /etc/resolv.conf"), "which servers and search list the pod really has")
    if _HOST.fullmatch(case.told.host):
        meta = case.client.meta
        yield Step(
            f"netlint dns {case.told.host} --manifest {quote(meta.path)} --workload {quote(meta.name)}",
            "which names are asked, in order, and how long that takes at worst",
        )


def _dns_pods(_: _Case) -> Iterator[Step]:
    yield Step("kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide", "whether the DNS pods are ready, and since when")
    yield Step("kubectl -n kube-system logs -l k8s-app=kube-dns --tail=100 --prefix", "what they could not answer, and why")


def _service(case: _Case) -> Iterator[Step]:
    if case.service is not None:
        meta = case.service.meta
        yield Step(f"{_kubectl(meta)} get service {quote(meta.name)} -o yaml", "its ports and selector as they are in force")


def _endpoints(case: _Case) -> Iterator[Step]:
    if is_api_server(case.told):
        slices = "kubectl -n default get endpointslices -l kubernetes.io/service-name=kubernetes -o wide"
        yield Step(slices, "the addresses and the port of the API server, which a policy must let through")
    elif case.service is not None:
        meta = case.service.meta
        slices = f"{_kubectl(meta)} get endpointslices -l {quote(f'kubernetes.io/service-name={meta.name}')} -o wide"
        yield Step(slices, "which pods are ready behind it, and on which port")
    elif case.told.ip:
        yield Step(f"kubectl get endpointslices -A -o wide | grep -F {quote(case.told.ip)}", "whether the address is still that of a pod")


def _pods(case: _Case) -> Iterator[Step]:
    workload = case.server or (case.client if case.service is None else None)
    if workload is not None:
        command = f"{_kubectl(workload.meta)} get pods -l {_labels(workload)} -o wide"
        yield Step(command, "whether its pods are ready, and how often they were restarted")


def _policies(case: _Case) -> Iterator[Step]:
    metas = [item.meta for item in (case.client, case.server) if item is not None]
    for kubectl in dict.fromkeys(_kubectl(meta) for meta in metas) or ("kubectl",):
        scope = "" if metas else " -A"
        yield Step(f"{kubectl} get networkpolicies{scope}", "policies that are in force and not in this repository")


def _connect(case: _Case) -> Iterator[Step]:
    host, port = _host(case), case.told.port
    if port is None and case.service is not None and case.service.ports and case.service.ports[0].number is not None:
        port = case.service.ports[0].number.integer
    if host and port is not None:
        yield Step(_as_client(case, f"nc -zvw 5 {quote(host)} {port}"), "refused, or no answer at all")


def _listening(case: _Case) -> Iterator[Step]:
    if case.server is not None:
        yield Step(_in_pod_of(case.server, "netstat -tln"), "on which addresses and ports the program really listens")


def _events(case: _Case) -> Iterator[Step]:
    workload = case.server or case.client
    if workload is not None:
        yield Step(f"{_kubectl(workload.meta)} get events --sort-by=.lastTimestamp", "probes that failed, restarts, hooks")
    else:
        yield Step("kubectl get events -A --sort-by=.lastTimestamp", "probes that failed, restarts, hooks")


def _tls(case: _Case) -> Iterator[Step]:
    if _HOST.fullmatch(case.told.host) and case.told.port is not None:
        host, port = case.told.host, case.told.port
        yield Step(f"openssl s_client -connect {host}:{port} -servername {host} </dev/null", "whether it speaks TLS, and for which names")


def _route(case: _Case) -> Iterator[Step]:
    where = _kubectl(case.service.meta) if case.service else "kubectl"
    yield Step(f"{where} get ingress,httproute{'' if case.service else ' -A'}", "which routes are in force")


def _logs(case: _Case) -> Iterator[Step]:
    workload = case.server or case.client
    if workload is not None:
        command = f"{_kubectl(workload.meta)} logs -l {_labels(workload)} --all-containers --prefix --since=1h"
        yield Step(command, "what the program says of the same time")


_MAKERS: Final[Mapping[Check, Callable[[_Case], Iterator[Step]]]] = {
    "resolve": _resolve,
    "resolv-conf": _resolv_conf,
    "dns-pods": _dns_pods,
    "service": _service,
    "endpoints": _endpoints,
    "pods": _pods,
    "policies": _policies,
    "connect": _connect,
    "listening": _listening,
    "events": _events,
    "tls": _tls,
    "route": _route,
    "logs": _logs,
}
