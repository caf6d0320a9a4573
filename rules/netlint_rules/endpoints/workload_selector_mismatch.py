"""A workload's selector does not match the labels of its own pod template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.facts import Selector, label_map
from netlint.manifest_fixes import rewrite
from netlint.model.selection import CONTROLLER_LABELS, selects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Labels, Requirement, Workload
    from netlint.model import Model
    from netlint.source import Span

_KINDS: Final = frozenset(
    ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Rollout", "Job")
)
_WHY: Final = "The API server rejects the object, so a change to it never arrives and the pods stay as they were, or are never made"


def check(model: Model) -> Iterator[Finding]:
    """``spec.selector`` must match ``spec.template.metadata.labels``, and must not be empty.

    A Job mostly leaves it to its controller, which adds labels to both; one that is written must match as well.
    Source: kubernetes pkg/apis/apps/validation/validation.go (ValidateDeploymentSpec and its siblings) and
    pkg/apis/batch/validation/validation.go (ValidateJobSpec).
    """
    for unit in model.units:
        for workload in unit.workloads:
            selector = workload.selector
            if selector is None or workload.meta.kind not in _KINDS:
                continue
            is_empty = not selector.match_labels and not selector.requirements
            if (not is_empty and selects(_written(workload, selector), workload.template)) or _is_templated(
                selector, workload.template.labels
            ):
                continue
            if is_empty:
                if workload.meta.api_version == "apps/v1":
                    yield _empty(workload, selector)
            else:
                yield _finding(workload, _written(workload, selector))


def _written(workload: Workload, selector: Selector) -> Selector:
    """The selector without what the Job controller puts there anew, in place of what a Job copied from a cluster says."""
    if workload.meta.kind != "Job":
        return selector
    return selector._replace(match_labels=tuple(pair for pair in selector.match_labels if pair[0].text not in CONTROLLER_LABELS))


def _is_templated(selector: Selector, labels: Labels) -> bool:
    pairs = (*selector.match_labels, *labels)
    return any(key.is_placeholder or value.is_placeholder for key, value in pairs)


def _empty(workload: Workload, selector: Selector) -> Finding:
    own = ", ".join(f"{key.text}: {value.text}" for key, value in workload.template.labels)
    return RULE.finding(
        selector.span,
        message=f"The selector of {workload.meta.title} has neither matchLabels nor matchExpressions",
        why=_WHY,
        help=f"Put labels of the pod template under matchLabels{': ' + own if own else ''}",
        subject=Subject.of(workload.meta),
        related=[Related(workload.template.labels_span, f"the pods carry {own or 'no label'}")],
    )


def _finding(workload: Workload, selector: Selector) -> Finding:
    labels = label_map(workload.template.labels)
    unmet = list(_unmet(selector, labels))
    own = ", ".join(f"{key}: {value}" for key, value in labels.items())
    span, _, key = unmet[0]
    return RULE.finding(
        span,
        message=f"{workload.meta.title} selects {' and '.join(text for _, text, _ in unmet)}; its pod template carries {own or 'no label'}",
        why=_WHY,
        help="Make one side carry what the other says; the selector of an existing Deployment cannot be changed, its template can",
        subject=Subject.of(workload.meta),
        related=[Related(_label_span(workload, key) or workload.template.labels_span, "the pod template")],
        fix=_fix(workload, selector, key) if len(unmet) == 1 else None,
    )


def _fix(workload: Workload, selector: Selector, key: str) -> Fix | None:
    """The template's label as the selector has it: the selector of what exists already cannot be changed."""
    wanted = next((value.text for name, value in selector.match_labels if name.text == key), None)
    carried = next((value for name, value in workload.template.labels if name.text == key), None)
    return rewrite(carried, wanted, safe=False) if wanted is not None else None


def _unmet(selector: Selector, labels: dict[str, str]) -> Iterator[tuple[Span, str, str]]:
    """Parts of the selector that the labels do not satisfy: where, as text, and of which key."""
    for key, value in selector.match_labels:
        if labels.get(key.text) != value.text:
            yield value.span, f"{key.text}: {value.text}", key.text
    for requirement in selector.requirements:
        if not Selector((), (requirement,), selector.span).matches(labels):
            yield requirement.key.span, _show(requirement), requirement.key.text


def _show(requirement: Requirement) -> str:
    values = f" ({', '.join(requirement.values)})" if requirement.values else ""
    return f"{requirement.key.text} {requirement.operator}{values}"


def _label_span(workload: Workload, key: str) -> Span | None:
    return next((value.span for name, value in workload.template.labels if name.text == key), None)


RULE = Rule(
    name="workload-selector-mismatch",
    family="endpoints",
    layer=8,
    summary="A workload's selector does not match the labels of its own pod template",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.REJECTED,
    since="0.1.0",
    check=check,
)
