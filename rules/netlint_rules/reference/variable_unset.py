"""A program ends without an address that its container does not give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.listening import listenings
from netlint.model.code.outgoing import outgoing
from netlint.model.environment import given_to
from netlint.model.programs import is_part_of, program_imports
from netlint.model.runs import runs_of
from netlint.model.settings import is_template_final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.inputs import Address, Input, Template
    from netlint.model.code.listening import Listening
    from netlint.model.code.outgoing import Outgoing
    from netlint.model.runs import Run

_FILE_READERS: Final = ("github.com/joho/godotenv", "github.com/subosito/gotenv", "github.com/hashicorp/vault", "github.com/spf13/viper")
"""Packages that set variables, or stand in for them, from files and services out of view."""


def check(model: Model) -> Iterator[Finding]:
    """The code asks for the variable, ends when it is empty, and nothing gives it: no env, no envFrom, no image.

    Source: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if not is_template_final(workload):
                continue
            for run in runs_of(model, unit, workload):
                if run.certainty != "certain" or any(path.startswith(_FILE_READERS) for path in program_imports(model.code, run.program)):
                    continue
                for needed in _needed(model, run):
                    if given_to(unit, run, needed.kind, needed.name).state == "absent":
                        yield _finding(run, needed)


def _needed(model: Model, run: Run) -> tuple[Input, ...]:
    """The variables without which the program does not go on, that become addresses."""
    found: dict[str, Input] = {}
    for address in _addresses(model, run):
        for part in _inputs_in(address.template):
            if part.kind == "env" and part.is_required:
                found.setdefault(part.name, part)
    return tuple(found.values())


def _addresses(model: Model, run: Run) -> Iterator[Address]:
    places: tuple[Outgoing | Listening, ...] = (*outgoing(model.code), *listenings(model.code))
    for place in places:
        if is_part_of(model.code, run.program, place.function):
            yield from (address for address in place.addresses if is_part_of(model.code, run.program, address.origin))


def _inputs_in(template: Template) -> Iterator[Input]:
    # What has a default, or another source that is asked next, is not missed.
    for part in template:
        if part is not None and not isinstance(part, str) and part.default == ():
            yield part


def _finding(run: Run, needed: Input) -> Finding:
    container, title = run.container, run.workload.meta.title
    return RULE.finding(
        container.head,
        message=f"Container {container.name} of {title} sets no {needed.name}, without which its program {run.program.name} does not start",
        why="The program takes an address from this variable and ends when it is empty: the pod crashes, and its clients are refused",
        help=f"Set {needed.name} in the container's env, or by a ConfigMap or Secret in envFrom",
        subject=Subject.of(run.workload.meta),
        related=[Related(needed.span, f"asks for {needed.name}")],
        link=run,
    )


RULE = Rule(
    name="variable-unset",
    family="reference",
    layer=4,
    summary="A program ends without an address that its container does not give it",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.REFUSED,
    since="0.1.0",
    check=check,
)
