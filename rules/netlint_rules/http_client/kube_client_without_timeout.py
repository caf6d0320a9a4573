"""A call of the Kubernetes API has no limit: neither its client nor its context sets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.kube import kube_calls
from netlint.model.code.settings import field_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.kube import KubeCall


def check(model: Model) -> Iterator[Finding]:
    """``rest.Config.Timeout`` 0 is no limit (client-go ``rest/config.go``, Config); it becomes the ``http.Client``'s."""
    for call in kube_calls(model.code):
        timeouts = [field_value(model.code, config, "Timeout") for config in call.configs]
        if call.bound.state == "unbounded" and timeouts and all(timeout.state == "absent" for timeout in timeouts):
            yield _finding(call)


def _finding(call: KubeCall) -> Finding:
    verb = call.verb
    related = [Related(config.span, "has no Timeout") for config in call.configs]
    related += [Related(function.span(root), "brings no deadline") for root, function in call.bound.calls]
    return RULE.finding(
        call.function.file.span(verb.name_start, verb.end),
        message=f"{verb.name} of {call.resource} has no deadline: none in its context, no Timeout in the rest.Config of its client",
        why="An API server, or a load balancer before it, that takes the connection and does not answer holds the caller for ever",
        help="Give the call a context with a deadline; a Timeout in the rest.Config would end watches of the same client as well",
        subject=Subject.function(call.function),
        related=related,
    )


RULE = Rule(
    name="kube-client-without-timeout",
    family="http_client",
    layer=1,
    summary="A call of the Kubernetes API has no limit: neither its client nor its context sets one",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
