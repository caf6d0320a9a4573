"""A variable that a container uses as a port is filled with the address that Kubernetes makes of a Service's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.linked import asked_in
from netlint.model.settings import is_template_final
from netlint.model.units import compatible, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Service, Workload
    from netlint.kubernetes.values import Value
    from netlint.model import Model
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span

_PORT_VARIABLE: Final = re.compile(r"(?<!\$)\$\((?P<name>[A-Z][A-Z0-9_]*)_PORT\)")
_PORT_NAME: Final = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*)(?<!_SERVICE)_PORT")
_PORT_OPTION: Final = re.compile(r"port[= ]?$|:$", re.IGNORECASE)

_LOOK_BACK: Final = 8
"""Characters before the variable that tell what it is for."""


def check(model: Model) -> Iterator[Finding]:
    """A Service called ``redis`` puts ``REDIS_PORT=tcp://…`` into every container of its namespace that starts after it.

    Sources: kubernetes pkg/kubelet/envvars/envvars.go:53-108 (makeLinkVariables), pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables:
    a Service's variables are used where the container sets none of that name).
    """
    for unit in model.units:
        for workload in unit.workloads:
            switch = workload.template.enable_service_links
            if (switch is not None and switch.boolean is not True) or not is_template_final(workload):
                continue
            for container in workload.template.containers:
                if not container.env_from and not container.has_unseen_env:
                    yield from _judge(unit, workload, container)
            yield from _judge_code(model, unit, workload)


def _judge_code(model: Model, unit: Unit, workload: Workload) -> Iterator[Finding]:
    """A program that makes an address of a variable which its container leaves to Kubernetes."""
    for run, part in asked_in(model, unit, workload):
        container = run.container
        own = {*(variable.name.text for variable in container.env), *(name for name, _ in run.environment)}
        match = _PORT_NAME.fullmatch(part.name)
        if part.kind != "env" or match is None or part.name in own or container.env_from or container.has_unseen_env:
            continue
        service = _linked(unit, workload, match["name"])
        if service is not None:
            what = f"Program {run.program.name} of {workload.meta.title} takes a port from {part.name}"
            yield _finding(workload, what, part.name, part.span, service, run)


def _judge(unit: Unit, workload: Workload, container: Container) -> Iterator[Finding]:
    own = {variable.name.text for variable in container.env}
    for setting, value in _settings(container):
        for match in _PORT_VARIABLE.finditer(value.text):
            variable = f"{match['name']}_PORT"
            if variable in own or not _is_port(setting, value.text[max(0, match.start() - _LOOK_BACK) : match.start()]):
                continue
            service = _linked(unit, workload, match["name"])
            if service is not None:
                what = f"{setting} of {workload.meta.title}" if setting else workload.meta.title
                yield _finding(workload, f"{what} uses $({variable})", variable, value.span_of(*match.span()), service)


def _settings(container: Container) -> Iterator[tuple[str, Value]]:
    before = ""
    for value in (*container.command, *container.args):
        yield before, value
        before = value.text
    for variable in container.env:
        if variable.value is not None:
            yield variable.name.text, variable.value


def _is_port(setting: str, before: str) -> bool:
    """Whether a number must stand there: behind a colon or an option for a port, or as the value of such an option or variable."""
    return bool(_PORT_OPTION.search(before)) or (not before and bool(re.search(r"port$", setting, re.IGNORECASE)))


def _linked(unit: Unit, workload: Workload, name: str) -> Service | None:
    """The Service whose variables the name is the stem of; None where another's have that name as well and hold a number."""
    called = name.lower().replace("_", "-")
    if called.endswith("-service") and called.removesuffix("-service") in unit.services_by_name:
        return None
    found = unit.services_by_name.get(called, ())
    fitting = (item for item in found if compatible(item.meta.namespace, workload.meta.namespace))
    services = nearest(unit, workload.meta, fitting)
    if not services or any(service.is_headless or service.is_external_name or not service.ports for service in services):
        return None
    return services[0]


def _finding(workload: Workload, what: str, variable: str, span: Span, service: Service, run: Run | None = None) -> Finding:
    port = service.ports[0].number
    number = port.text if port else "80"
    return RULE.finding(
        span,
        message=f"{what}, which the container does not set: {service.meta.title} fills it with tcp://ADDRESS:{number}",
        why=f"Kubernetes gives each container variables for the Services of its namespace, and {variable} holds an address, not a number",
        help=f"Set {variable} in the container's env, use {variable.removesuffix('_PORT')}_SERVICE_PORT, or set enableServiceLinks: false",
        subject=Subject.of(workload.meta),
        related=[Related(service.meta.head, f"gives {variable} its value")],
        link=run,
    )


RULE = Rule(
    name="service-links-shadow-variable",
    family="reference",
    layer=4,
    summary="A variable that a container uses as a port is filled with the address that Kubernetes makes of a Service's name",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
