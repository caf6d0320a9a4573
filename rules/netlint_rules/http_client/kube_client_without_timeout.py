"""A call of the Kubernetes API has no limit: neither its client nor its context sets one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.finding import Confidence, Finding, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.kube import kube_calls, kube_clients
from netlint.model.code.settings import field_value, is_left_to_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.code import Code
    from netlint.model.code.kube import KubeCall, KubeClient

_WHY: Final = "An API server, or a load balancer before it, that takes the connection and does not answer holds the caller for ever"


def check(model: Model) -> Iterator[Finding]:
    """``rest.Config.Timeout`` 0 is no limit (client-go ``rest/config.go``, Config); it becomes the ``http.Client``'s."""
    code = model.code
    used: set[int] = set()
    for call in kube_calls(code):
        used.update(id(client.call) for client in call.clients)
        if call.is_lasting or call.bound.state != "unbounded" or not call.clients:
            continue
        if all(_is_unlimited(code, client) for client in call.clients):
            yield _of_call(call)
    for client in kube_clients(code):
        if id(client.call) not in used and _is_unlimited(code, client):
            yield _of_client(client)


def _is_unlimited(code: Code, client: KubeClient) -> bool:
    """Whether every configuration that the client may be made by is in view, and none is given a Timeout there."""
    return bool(client.configs) and all(
        field_value(code, config, "Timeout").state == "absent" or is_left_to_others(code, config, "Timeout") for config in client.configs
    )


def _of_call(call: KubeCall) -> Finding:
    verb = call.verb
    related = [place for client in call.clients for place in _places(client)]
    related += [Related(function.span(root), "brings no deadline") for root, function in call.bound.calls]
    return RULE.finding(
        call.function.file.span(verb.name_start, verb.end),
        message=f"{verb.name} of {call.resource} has no deadline: none in its context, no Timeout in the rest.Config of its client",
        why=_WHY,
        help="Give the call a context with a deadline; a Timeout in the rest.Config would end watches of the same client as well",
        subject=Subject.function(call.function),
        related=related,
    )


def _of_client(client: KubeClient) -> Finding:
    return RULE.finding(
        client.function.span(client.call.function),
        message="This Kubernetes client has no limit of its own: the rest.Config that it is made by has no Timeout",
        why=_WHY,
        help="See to it that every call gets a context with a deadline, or set Timeout in the rest.Config of a client that watches nothing",
        subject=Subject.function(client.function),
        related=[Related(config.span, "has no Timeout") for config in client.configs],
        confidence=Confidence.LOW,
    )


def _places(client: KubeClient) -> list[Related]:
    made = Related(client.function.span(client.call.function), "makes the client")
    return [made, *(Related(config.span, "has no Timeout") for config in client.configs)]


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
