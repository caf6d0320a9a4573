"""SRV names of Services: those in a workload's settings, and those that its programs ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.kubernetes.values import is_placeholder
from netlint.model.names import find_services
from netlint.model.settings import settings_of
from netlint.model.traffic import is_fragment
from netlint.model.units import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.dns import ClusterDns
    from netlint.kubernetes.facts import Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span


class SrvName(NamedTuple):
    """An SRV name of a workload: ``_port._protocol.host``. ``port`` has no underscore; ``services`` are those it may mean.

    ``run``: the program whose code asks for it; None where it stands in settings.
    """

    workload: Workload
    text: str
    port: str
    protocol: str
    span: Span
    port_span: Span
    where: str
    services: tuple[Service, ...]
    run: Run | None = None


_SRV: Final = re.compile(
    r"(?<![\w.-])_(?P<port>[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)\._(?P<protocol>tcp|udp|sctp)\."
    r"(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,6})(?![\w$({<%]|\.[\w$({<%])",
    re.IGNORECASE,
)
_MONGODB_SRV: Final = re.compile(
    r"(?P<port>mongodb)\+srv://(?:[^\s/@\"']*@)?(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})(?=[/?\s\"']|$)"
)
_COMMENT_LINE: Final = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)
_MAX_TEXT: Final = 256 * 1024


def srv_names_of(model: Model, unit: Unit) -> Iterator[SrvName]:
    """The SRV names of Services that workloads of the unit are configured with, or ask for in their code, each place once."""
    seen: set[Span] = set()
    for workload in unit.workloads:
        if is_fragment(workload):
            continue
        for found in (*_of_settings(model, unit, workload), *_of_code(model, unit, workload)):
            if found.services and found.span not in seen:
                seen.add(found.span)
                yield found


def _of_settings(model: Model, unit: Unit, workload: Workload) -> Iterator[SrvName]:
    for setting in settings_of(unit, workload):
        for found in _srv_names_in(setting.value):
            protocol = (found["protocol"] if "protocol" in found.re.groupindex else "tcp").upper()
            span, port_span = setting.value.span_of(*found.span()), setting.value.span_of(*found.span("port"))
            services = _services_of_host(unit, workload, found["host"].lower(), model.cluster)
            yield SrvName(workload, found[0], found["port"].lower(), protocol, span, port_span, setting.name, services)


def _of_code(model: Model, unit: Unit, workload: Workload) -> Iterator[SrvName]:
    if not model.code.packages:
        return
    # What links stand on is not imported where there are only manifests.
    from netlint.model.code.srv_lookups import srv_lookups
    from netlint.model.languages import may_run_in
    from netlint.model.links import text_in
    from netlint.model.runs import runs_of

    for run in runs_of(model, unit, workload):
        for lookup in srv_lookups(model.code):
            if not may_run_in(model, run, lookup.function, lookup.call.start):
                continue
            port, protocol, host = (text_in(model, unit, run, argument, lookup.function) for argument in lookup.arguments)
            if not port or not protocol or not host:
                continue
            span = lookup.function.span(lookup.call)
            services = _services_of_host(unit, workload, host.lower().removesuffix("."), model.cluster)
            port_span = lookup.function.span(lookup.arguments[0])
            text = f"_{port}._{protocol}.{host}"
            yield SrvName(workload, text, port.lower(), protocol.upper(), span, port_span, f"program {run.program.name}", services, run)


def _srv_names_in(value: Value) -> Iterable[re.Match[str]]:
    text = value.text
    if len(text) > _MAX_TEXT or ("._" not in text and "+srv://" not in text):
        return ()
    if "\n" in text:
        text = _COMMENT_LINE.sub(lambda match: " " * len(match[0]), text)
    return (*_SRV.finditer(text), *_MONGODB_SRV.finditer(text))


def _services_of_host(unit: Unit, workload: Workload, host: str, cluster: ClusterDns) -> tuple[Service, ...]:
    """Services that ``service``, ``service.namespace``, ``service.namespace.svc`` or the full name may mean, however far they stand."""
    labels = host.removesuffix(f".{cluster.domain}").removesuffix(".svc").split(".")
    if len(labels) > 2 or is_placeholder(host):
        return ()
    namespace = labels[1] if len(labels) == 2 else workload.meta.namespace
    if not find_services(unit, workload, labels[0], namespace):
        return ()
    return tuple(item for item in unit.services_by_name.get(labels[0], ()) if compatible(item.meta.namespace, namespace))
