"""A program ends without an address that its container does not give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.environment import given_to
from netlint.model.languages import reads_variables_elsewhere, runs_at_start
from netlint.model.links import asked_of
from netlint.model.settings import is_template_final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.runs import Run
    from netlint.model.templates import Input


def check(model: Model) -> Iterator[Finding]:
    """The code asks for the variable, ends when it is empty, and nothing gives it: no env, no envFrom, no image.

    Source: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.
    """
    for unit in model.units:
        for workload in unit.workloads:
            if not is_template_final(workload):
                continue
            for run, needed in asked_of(model, unit, workload):
                # What has a default, or another source that is asked next, is not missed.
                if needed.kind != "env" or not needed.is_required or needed.default != () or run.certainty != "certain":
                    continue
                if not runs_at_start(model, run.program, needed.span) or reads_variables_elsewhere(model, run.program):
                    continue
                if given_to(unit, run, "env", needed.name).state == "absent":
                    yield _finding(run, needed)


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
