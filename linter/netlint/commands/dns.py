"""``netlint dns``: a pod's resolv.conf, the names its resolver asks in order, and the time until it gives up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlint.commands.settings import config_options, format_option, settings_of
from netlint.commands.terminal import Failure, print_out
from netlint.dns import (
    MUSL_MAX_LINE_LENGTH,
    RESOLVERS,
    ClusterDns,
    candidates,
    one_lost_packet,
    packets,
    resolver_settings,
    service_candidates,
    worst_case,
)
from netlint.durations import show_duration
from netlint.kubernetes.hosts import is_host, is_name
from netlint.kubernetes.reader import read_manifests
from netlint.model.images import is_musl_image
from netlint.model.names import pod_namespace, resolv_conf
from netlint.source import SourceFile, UndecodableError, decode

if TYPE_CHECKING:
    from netlint.config import Config
    from netlint.dns import Resolver, ResolverSettings
    from netlint.kubernetes.facts import Workload


@click.command
@click.argument("host")
@click.option("--manifest", required=True, metavar="FILE", help="Manifest of the workload that asks.")
@click.option("--workload", metavar="NAME", help="Which workload, where the manifest holds several.")
@click.option(
    "--resolver",
    type=click.Choice(("go", "glibc", "musl")),
    help="Which resolver asks [default: musl when the image is Alpine's, else go].",
)
@format_option
@config_options
def dns(
    host: str,
    manifest: str,
    workload: str | None,
    resolver: str | None,
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print the resolv.conf of a pod, the names it asks for to look up HOST, in order, and how long that takes at worst."""

    config = settings_of(config_file, no_config, cluster_domain, search_domains)
    try:
        answer = show_dns(host, Path(manifest), workload, resolver, output_format, config)
    except DnsCommandError as error:
        raise Failure(str(error)) from error
    print_out(answer.rstrip("\n"))


class DnsCommandError(ValueError):
    """The question cannot be answered; the message says what to give instead."""


def show_dns(host: str, manifest: Path, workload: str | None, resolver: str | None, output_format: str, config: Config) -> str:
    """The answer as text, or as JSON with ``output_format`` ``json``.

    Without ``resolver`` Go is taken, or musl when an image of the pod is Alpine's. Raises DnsCommandError when the file cannot
    be read or does not hold the workload.
    """
    if not is_host(host) or not is_name(host):
        raise DnsCommandError(f"{host!r} is no name that DNS is asked for; give a host name such as redis.default or api.example.com")
    found = _find_workload(manifest, workload)
    cluster = ClusterDns(domain=config.cluster_domain, node_searches=config.search_domains)
    conf = resolv_conf(found, cluster)
    musl = any(is_musl_image(container) for container in found.template.containers)
    if resolver is not None and resolver not in RESOLVERS:
        raise DnsCommandError(f"{resolver} is no resolver; those known: {', '.join(RESOLVERS)}")
    kind: Resolver = resolver or ("musl" if musl else "go")
    settings = resolver_settings(conf, kind)
    names = candidates(host, settings, kind)
    if output_format == "json":
        document = {
            "workload": {"kind": found.meta.kind, "namespace": found.meta.namespace, "name": found.meta.name},
            "resolver": kind,
            "resolv_conf": {
                "nameservers": list(conf.nameservers),
                "searches": list(conf.searches),
                "options": [str(option) for option in conf.options],
                "dropped": [{"value": item.value, "reason": str(item.reason)} for item in conf.dropped],
            },
            "queries": list(names),
            "packets": packets(names),
            "one_lost_packet_ns": one_lost_packet(settings, kind),
            "worst_case_ns": worst_case(host, settings, kind),
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return _as_text(host, found, kind, conf.render(), [str(item) for item in conf.dropped], settings, names, cluster)


def _find_workload(manifest: Path, name: str | None) -> Workload:
    try:
        source = SourceFile(str(manifest), decode(manifest.read_bytes()))
    except OSError as error:
        raise DnsCommandError(f"{manifest} cannot be read: {error.strerror or error}") from error
    except UndecodableError as error:
        raise DnsCommandError(f"{manifest}: {error}") from error
    workloads = read_manifests(source).workloads
    if not workloads:
        raise DnsCommandError(f"{manifest} holds no workload: name the manifest of the Deployment, or other object, whose pods ask")
    there = ", ".join(workload.meta.title for workload in workloads)
    if name is not None:
        workloads = tuple(workload for workload in workloads if name in (workload.meta.name, workload.meta.title))
    if not workloads:
        raise DnsCommandError(f"{manifest} holds no workload {name}; those there: {there}")
    if len(workloads) > 1:
        raise DnsCommandError(f"{manifest} holds several workloads: {there}; choose one with --workload NAME")
    return workloads[0]


def _as_text(
    host: str,
    workload: Workload,
    resolver: Resolver,
    conf: str,
    dropped: list[str],
    settings: ResolverSettings,
    names: tuple[str, ...],
    cluster: ClusterDns,
) -> str:
    lines = [f"{workload.meta.title} in namespace {pod_namespace(workload)}: /etc/resolv.conf", ""]
    lines += [f"    {line}" for line in conf.splitlines()] or ["    (empty)"]
    lines += [f"    dropped: {item}" for item in dropped]
    if settings.search_ignored:
        lines.append(f"    musl skips the search line: it is longer than {MUSL_MAX_LINE_LENGTH} characters")
    lines += ["", f"{resolver} asks for {host}, in this order until one answers:", ""]
    width = max(map(len, names))
    for number, (name, service) in enumerate(zip(names, service_candidates(names, cluster.domain), strict=True), 1):
        meaning = f"  Service {service.service} in namespace {service.namespace}" if service and service.pod is None else ""
        lines.append(f"    {number}. {name:<{width}}{meaning}".rstrip())
    lines += [
        "",
        f"Queries when only the last answers: {packets(names)} (A and AAAA for each name)",
        f"One lost packet costs: {show_duration(one_lost_packet(settings, resolver))}",
        f"Time to fail when no server answers: {show_duration(worst_case(host, settings, resolver))}",
    ]
    return "\n".join(lines) + "\n"
