"""Calls of the Kubernetes API by way of client-go, and the configuration they go by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Selector
from netlint.model.code.calls import calls_of, calls_written, judged
from netlint.model.code.contexts import Bound, context_bound
from netlint.model.code.settings import Setting, setting_of
from netlint.model.code.types import type_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_GROUP: Final = re.compile(r"[A-Z][A-Za-z]*V\d+(?:(?:alpha|beta)\d+)?")
_VERBS: Final = frozenset(
    (
        "Apply",
        "ApplyStatus",
        "Create",
        "Delete",
        "DeleteCollection",
        "Get",
        "List",
        "Patch",
        "PatchStatus",
        "Update",
        "UpdateStatus",
        "Watch",
    )
)
_CLIENTS: Final = frozenset(f"k8s.io/client-go/kubernetes.NewForConfig{suffix}" for suffix in ("", "OrDie"))


IN_CLUSTER_CONFIGS: Final = frozenset(
    (
        "k8s.io/client-go/rest.InClusterConfig",
        "sigs.k8s.io/controller-runtime.GetConfig",
        "sigs.k8s.io/controller-runtime.GetConfigOrDie",
        "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfig",
        "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfigOrDie",
    )
)
"""Functions that inside a pod give the configuration of its own cluster's API."""


class OwnCluster(NamedTuple):
    """A call of one of ``IN_CLUSTER_CONFIGS``: ``name`` is the function without its package's path."""

    call: Call
    function: GoFunction
    name: str


def own_clusters(code: Code) -> tuple[OwnCluster, ...]:
    """Every place where the judged code takes the configuration of the cluster that it runs in."""
    return code.keep("configurations of the own cluster", lambda: tuple(_own_clusters(code)))


def _own_clusters(code: Code) -> Iterator[OwnCluster]:
    for _, call, function, callee in judged(code, calls_of(code, IN_CLUSTER_CONFIGS)):
        yield OwnCluster(call, function, callee.name.rpartition("/")[2])


class KubeClient(NamedTuple):
    """``kubernetes.NewForConfig(config)``: ``configs`` are those that it may be given, empty when one of them is not in view."""

    call: Call
    function: GoFunction
    configs: tuple[Setting, ...]


class KubeCall(NamedTuple):
    """``client.CoreV1().Pods(namespace).List(ctx, …)``: ``clients`` are those it may go through, empty when one is not in view."""

    call: Call
    verb: Selector
    resource: str
    function: GoFunction
    bound: Bound
    clients: tuple[KubeClient, ...]

    @property
    def is_lasting(self) -> bool:
        """Whether it is meant to last, where the others end with their answer."""
        return self.verb.name == "Watch"


def kube_calls(code: Code) -> Iterator[KubeCall]:
    """Every such call of the judged code."""
    for _, call, function, _ in judged(code, calls_written(code, _VERBS)):
        match call:
            case Call(
                function=Selector(
                    operand=Call(function=Selector(operand=Call(function=Selector(operand=client, name=group)), name=resource))
                ) as verb,
                arguments=(context, *_),
            ) if verb.name in _VERBS and _GROUP.fullmatch(group):
                yield KubeCall(call, verb, resource, function, _bound(code, context, function), _clients(code, client, function))


def _bound(code: Code, context: Expression, function: GoFunction) -> Bound:
    """The deadline of a call; before client-go 0.18 calls took no context (its CHANGELOG), but the name or the object first."""
    if type_of(code, context, function).lstrip("*") in ("", "context.Context"):
        return context_bound(code, context, function)
    return Bound("unbounded")


def kube_clients(code: Code) -> Iterator[KubeClient]:
    """Every client that the judged code makes."""
    for _, call, function, _ in judged(code, calls_of(code, _CLIENTS)):
        if call.arguments:
            yield _made_by(code, call, function)


def _clients(code: Code, client: Expression, function: GoFunction) -> tuple[KubeClient, ...]:
    found = []
    for origin in origins(code, client, function):
        if origin.kind == "nil":
            continue
        if origin.name not in _CLIENTS or not isinstance(origin.node, Call) or origin.function is None or not origin.node.arguments:
            return ()
        found.append(_made_by(code, origin.node, origin.function))
    return tuple(dict.fromkeys(found))


def _made_by(code: Code, call: Call, function: GoFunction) -> KubeClient:
    found = []
    for origin in origins(code, call.arguments[0], function):
        setting = setting_of(code, origin)
        if setting is not None and setting.type == "k8s.io/client-go/rest.Config":
            found.append(setting)
        elif origin.kind != "nil":
            return KubeClient(call, function, ())
    return KubeClient(call, function, tuple(dict.fromkeys(found)))
